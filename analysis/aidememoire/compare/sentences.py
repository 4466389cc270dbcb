"""Sentences whose code differs between two runs, with their text from the stores beside the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.compare.causes import NEW, WITHDRAWN
from aidememoire.compare.codes import coded_sentences, with_rules
from aidememoire.corpus import Corpus
from aidememoire.sentencetable import sentence_table

if TYPE_CHECKING:
    from aidememoire.compare.runfolder import Run

__all__ = ["COLUMNS", "changed_sentences"]

COLUMNS = [
    "statement_id", "theme", "cause", "value_before", "value_after", "rules_before", "rules_after", "voice", "text",
]  # fmt: skip
_SENTENCE = ["statement_id", "words"]


def changed_sentences(before: Run, after: Run, causes: pd.Series[str], themes: list[str]) -> pd.DataFrame:
    """Return the sentences that carry another code than they did.

    Parameters
    ----------
    before, after
        The runs.
    causes
        Cause of each statement, by its id.
    themes
        Which themes.

    Returns
    -------
    DataFrame
        ``COLUMNS``, one row a sentence and theme. A sentence is found again by its words, so that a correction
        elsewhere in the statement does not make it another. A value is 0 where the sentence stands without the code,
        and missing where that run does not have the sentence. Without a store beside a run voice and text are missing,
        and sentences are told apart by their number.
    """
    runs = before, after
    statements = [run.statements() for run in runs]
    codes = [_codes(run, table, themes) for run, table in zip(runs, statements, strict=True)]
    key = ["statement_id", "text_sha256", "sentence", "theme", "value"]
    # Nearly all codes of two runs are the same and need no look at any text.
    sides = codes[0][key].merge(codes[1][key], on=key, how="outer", indicator="side")
    moved = sides.loc[sides["side"] != "both", key]
    if moved.empty:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    rows = [with_rules(run, table.merge(moved, on=key)) for run, table in zip(runs, codes, strict=True)]
    concerned = set(moved["statement_id"])
    texts = [
        _sentences(run, table[table["statement_id"].isin(concerned)])
        for run, table in zip(runs, statements, strict=True)
    ]
    placed = [_placed(own, known) for own, known in zip(rows, texts, strict=True)]
    both = placed[0].merge(placed[1], on=[*_SENTENCE, "theme"], how="outer", suffixes=("_before", "_after"))
    both = both.assign(cause=both["statement_id"].map(causes))
    for side, known, absent in (("before", texts[0], NEW), ("after", texts[1], WITHDRAWN)):
        stands = _stands(both, known) if len(known) else (both["cause"] != absent).to_numpy()
        value = both[f"value_{side}"].astype("Int64")
        both[f"value_{side}"] = value.mask(value.isna() & stands, 0)
        both[f"rules_{side}"] = both[f"rules_{side}"].fillna("")
    for name in ("text", "voice", "start"):
        both[name] = both[f"{name}_after"].fillna(both[f"{name}_before"])
    differs = both["value_before"].fillna(-1) != both["value_after"].fillna(-1)
    return both[differs].sort_values(["statement_id", "start", "theme"]).reset_index(drop=True)[COLUMNS]


def _codes(run: Run, statements: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    codes = coded_sentences(run)
    return codes[codes["theme"].isin(themes)].merge(statements[["statement_id", "text_sha256"]], on="statement_id")


def _sentences(run: Run, statements: pd.DataFrame) -> pd.DataFrame:
    """Sentences of the statements: statement_id, sentence, start, voice, text, words; none without a store."""
    store = run.folder / "study.db"
    columns = ["statement_id", "sentence", "start", "voice", "text"]
    if not store.is_file() or statements.empty:
        return pd.DataFrame(columns=[*columns, "words"])
    with Corpus.open(store) as corpus:
        table = sentence_table(corpus.store, statements, text=True)[columns]
    table = table.astype({"statement_id": "str", "voice": "str"})
    # A sentence that stands twice in a statement is two.
    again = table.groupby(["statement_id", "text"]).cumcount().astype("str")
    return table.assign(words=again + " " + table["text"])


def _placed(rows: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Give coded sentences their words, by the place of their first hit, or by number where there is none."""
    kept = ["statement_id", "theme", "value", "rules"]
    if sentences.empty or rows.empty:
        words = "#" + rows["sentence"].astype("str")
        nothing = pd.Series(pd.NA, index=rows.index, dtype="str")
        return rows[kept].assign(words=words, start=rows["sentence"], voice=nothing, text=nothing)
    numbered = rows.merge(sentences[["statement_id", "sentence", "start"]], on=["statement_id", "sentence"], how="left")
    at = numbered["at"].fillna(numbered["start"]).fillna(0).astype("int64")
    found = pd.merge_asof(
        numbered[kept].assign(at=at).sort_values("at", kind="stable"),
        sentences.drop(columns="sentence").sort_values("start", kind="stable"),
        left_on="at",
        right_on="start",
        by="statement_id",
    )
    highest = found.sort_values("value", ascending=False, kind="stable")
    return highest.drop_duplicates([*_SENTENCE, "theme"]).drop(columns="at")


def _stands(rows: pd.DataFrame, sentences: pd.DataFrame) -> pd.Series[bool]:
    """Whether a run has each sentence, whatever its code."""
    known = pd.MultiIndex.from_frame(sentences[_SENTENCE])
    return pd.Series(pd.MultiIndex.from_frame(rows[_SENTENCE]).isin(known), index=rows.index)
