"""Concordance: from any point of any figure to the sentences behind it, with the words that code them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Method, Period, StanceSet, VoiceSet
from aidememoire.chosen import Asked, Group, coded_sentences, in_group, owners_of
from aidememoire.contrast.words import places_of
from aidememoire.counting import count_statements, eligible_sentences
from aidememoire.errors import SeriesError
from aidememoire.kwic import CONTEXT
from aidememoire.periods import all_periods, period_of

if TYPE_CHECKING:
    from aidememoire.coding import Coding
    from aidememoire.shares import Series

__all__ = ["concordance"]

Array = np.ndarray[Any, np.dtype[Any]]

# What a row says of a code without a hit, of a model or of words that an implication brought into a quotation.
NO_RULE = "no rule"
_COLUMNS = {
    "statement_id": "str", "date": "str", "actor": "str", "speaker": "str", "sentence": "int64", "voice": "str",
    "theme": "str", "value": "Int64", "rule": "str", "left": "str", "hit": "str", "right": "str", "start": "int64",
    "end": "int64", "raw_start": "int64", "raw_end": "int64", "source_path": "str",
}  # fmt: skip
_LABELS: tuple[tuple[str, Period], ...] = (
    (r"\d{4}", "year"), (r"\d{4}-Q[1-4]", "quarter"), (r"\d{4}-\d{2}", "month"), (r"\d{4}-\d{2}-\d{2}", "day"),
)  # fmt: skip


def concordance(
    coding: Coding,
    theme: str | None = None,
    *,
    series: Series | None = None,
    row: Mapping[Hashable, Any] | pd.Series[Any] | None = None,
    only: Group | None = None,
    period: str | None = None,
    word: str | None = None,
    voices: VoiceSet | None = None,
    codes: Codes | None = None,
    stances: StanceSet | None = None,
    count: Count | None = None,
    coder: Method | None = None,
    width: int = CONTEXT,
) -> pd.DataFrame:
    """Return the coded sentences, one row a hit: every place that a rule of the theme hits in them.

    Parameters
    ----------
    coding
        A coded corpus.
    theme
        Whose codes; of all themes if not given.
    series, row
        A series and a row of its table: the sentences of that point. The series brings its own choices, so only
        ``word`` and ``width`` may stand beside them.
    only
        Statements: columns and values, and ``since`` and ``until``, as for ``keyness``.
    period
        A year, quarter, month or day: ``2014``, ``2014-Q1``, ``2014-03`` or ``2014-03-18``. For a week, give the series
        and the row: its label is a day.
    word
        Sentences with this word, or with these neighbouring words, as ``keyness`` counts them. With a theme the coded
        ones among them; without one, all eligible ones, and theme and value are missing.
    voices, codes, stances, count, coder
        As in ``series``, with the same defaults.
    width
        Characters of context on each side.

    Returns
    -------
    DataFrame
        By date: statement_id, date, actor, speaker (of the sentence), sentence, voice, theme, value, rule; left, hit
        and right; start and end of the hit in the cleaned text, raw_start and raw_end in the text as the file has it;
        source_path. A code without a hit has the rule ``no rule`` and its whole sentence for a hit.

    Raises
    ------
    SeriesError
        If a theme, column, choice or period does not exist, or a series stands with other choices.

    Notes
    -----
    The distinct sentences are those counted in ``n_coded``; where a series measures statements, their statements are.
    A point of a co-occurrence is where two of these tables have the sentence in common. For words anywhere in a store,
    voices and repeats included, see ``Corpus.search``.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from aidememoire import Corpus, code, load_codebook
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "2021-05-09.txt").write_text("They falsify history. It rained.", encoding="utf-8")
    >>> corpus = Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> found = concordance(code(corpus, load_codebook()), "anti_revisionism", period="2021")
    >>> found[["sentence", "left", "hit", "right"]].values.tolist()
    [[0, 'They', 'falsify history', '. It rained.']]
    >>> corpus.close()
    """
    others = {
        "theme": theme, "only": only, "period": period, "voices": voices, "codes": codes, "stances": stances,
        "count": count, "coder": coder,
    }  # fmt: skip
    if (series is None) != (row is None) or (
        series is not None and any(value is not None for value in others.values())
    ):
        given = ", ".join(name for name, value in others.items() if value is not None) or "one of the two"
        raise SeriesError(f"concordance: series and row go together and without other choices; {given} was given")
    if series is not None and row is not None:
        theme = str(row["theme"])
        asked = Asked(series.voices, series.codes, series.stances, series.count)
        counts, by_coder = _of_point(series, row), series.coder
    else:
        asked = Asked(voices or "attributed", codes or "strict", stances or "all", count or "statements", coder)
        counts, by_coder = _asked_for(coding, asked, only, period)
    _check_theme(coding, theme)
    if theme is None and word is not None:
        places = _eligible_rows(coding, asked, counts)
    else:
        places = _coded(coding, asked, by_coder, counts, theme)
    hits = _words(coding, places, word) if word is not None else _hits(coding, places, asked)
    return _table(coding, hits, width)


def _of_point(series: Series, row: Mapping[Hashable, Any] | pd.Series[Any]) -> pd.DataFrame:
    """The counts of the statements in the cell of a row; of a sliding window, of all its periods."""
    counts = series.counts
    labels = all_periods(counts["period"], series.period)
    if str(row["period"]) not in labels:
        raise SeriesError(f"concordance: the series has no period {row['period']!r}; give a row of its table")
    at, half = labels.index(str(row["period"])), series.window // 2
    inside = counts["period"].isin(labels[max(0, at - half) : at + half + 1])
    for column in series.by:
        inside &= counts[column] == row[column]
    kept: pd.DataFrame = counts[inside]
    return kept


def _asked_for(coding: Coding, asked: Asked, only: Group | None, period: str | None) -> tuple[pd.DataFrame, str]:
    kinds = [kind for form, kind in _LABELS if re.fullmatch(form, period or "")]
    if period is not None and not kinds:
        raise SeriesError(
            f"concordance: period must look like 2014, 2014-Q1, 2014-03 or 2014-03-18; {period!r} was given"
        )
    counted = count_statements(
        coding, period="all", voices=asked.voices, codes=asked.codes, stances=asked.stances, count=asked.count,
        coder=asked.coder, only={key: value for key, value in (only or {}).items() if key not in ("since", "until")},
    )  # fmt: skip
    table = counted.table
    bounds = {key: value for key, value in (only or {}).items() if key in ("since", "until")}
    table = table[in_group(table, bounds, "concordance: only")]
    if kinds:
        table = table[table["date"].notna()]
        table = table[period_of(table["date"], kinds[0]) == period]
    return table, counted.coder


def _check_theme(coding: Coding, theme: str | None) -> None:
    if theme is not None and theme not in coding.codebook.theme_ids:
        raise SeriesError(f"concordance: no theme {theme!r}; the codebook has {', '.join(coding.codebook.theme_ids)}")


def _coded(coding: Coding, asked: Asked, coder: str, counts: pd.DataFrame, theme: str | None) -> pd.DataFrame:
    """The counted codes: columns row, theme, value."""
    found = coded_sentences(coding, asked, coder)
    found = found if theme is None else found[found["theme"] == theme]
    ids = coding.statements["statement_id"].to_numpy(dtype=object)[owners_of(coding)[found["row"].to_numpy()]]
    # A theme is not counted in a statement that no rule of it reads.
    counted = np.zeros(len(found), dtype=bool)
    for name in found["theme"].unique():
        read = counts.loc[counts[name].notna(), "statement_id"]
        counted |= (found["theme"] == name).to_numpy() & np.isin(ids, read.to_numpy(dtype=object))
    return found[counted].reset_index(drop=True)


def _eligible_rows(coding: Coding, asked: Asked, counts: pd.DataFrame) -> pd.DataFrame:
    member = coding.statements["statement_id"].isin(counts["statement_id"]).to_numpy()
    rows = np.flatnonzero(eligible_sentences(coding.sentences, asked.voices) & member[owners_of(coding)])
    return pd.DataFrame({"row": rows, "theme": None, "value": None})


def _hits(coding: Coding, places: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a hit of the theme in its sentence, and one for a code without: row, theme, value, rule, start, end."""
    sentences = coding.sentences[["statement_id", "sentence", "voice", "start", "end", "quote_start", "quote_end"]]
    keyed = places.join(sentences, on="row").astype({"statement_id": "str"})
    columns = ["statement_id", "sentence", "theme", "rule", "start", "end"]
    hits = coding.hits[columns].astype({"statement_id": "str", "theme": "str", "rule": "str"})
    joined = keyed.merge(hits, on=["statement_id", "sentence", "theme"], how="left", suffixes=("_whole", ""))
    none = joined["rule"].isna()
    if asked.voices == "own_words":
        outside = (joined["start"] < joined["quote_start"]) | (joined["end"] > joined["quote_end"])
        none |= (joined["voice"] == "mixed") & outside.fillna(False).astype(bool)
    joined["start"] = joined["start"].mask(none, joined["start_whole"]).astype("int64")
    joined["end"] = joined["end"].mask(none, joined["end_whole"]).astype("int64")
    joined["rule"] = joined["rule"].mask(none, NO_RULE)
    # The whole sentence is shown only where no other row shows a hit of the code.
    joined = joined.assign(none=none).sort_values(["row", "theme", "none", "start", "end", "rule"], kind="stable")
    again = joined["none"] & joined.duplicated(["row", "theme"])
    # Rules that hit the same words make one row.
    place = ["row", "theme", "value", "start", "end"]
    together: pd.DataFrame = joined[~again].groupby(place, sort=False)["rule"].agg(", ".join).reset_index()
    return together


def _words(coding: Coding, places: pd.DataFrame, word: str) -> pd.DataFrame:
    """As ``_hits``, for each place of the words."""
    found = places_of(coding, np.unique(places["row"].to_numpy(dtype=np.int64)), word)
    return found.assign(rule="word").merge(places, on="row")[["row", "theme", "value", "rule", "start", "end"]]


def _table(coding: Coding, hits: pd.DataFrame, width: int) -> pd.DataFrame:
    """Hits with their texts and where they are from."""
    owner = owners_of(coding)[hits["row"].to_numpy(dtype=np.int64)]
    order = np.argsort(owner, kind="stable")
    hits, owner = hits.iloc[order].reset_index(drop=True), owner[order]
    sources = coding.statements.iloc[owner].reset_index(drop=True)
    sentences = coding.sentences.iloc[hits["row"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    shown: list[tuple[str, str, str, int, int]] = []
    bounds = np.flatnonzero(np.diff(owner, prepend=-1, append=-1)).tolist()
    for first, last in pairwise(bounds):
        clean = coding.corpus.text(sources["statement_id"].iloc[first])
        for start, end in zip(hits["start"].iloc[first:last], hits["end"].iloc[first:last], strict=True):
            left, hit, right = (
                clean.text[max(0, start - width) : start],
                clean.text[start:end],
                clean.text[end : end + width],
            )
            raw = clean.raw_offset(start), clean.raw_offset(max(start, end - 1)) + 1
            shown.append((*(" ".join(part.split()) for part in (left, hit, right)), *raw))  # type: ignore[arg-type]
    texts = pd.DataFrame(shown, columns=["left", "hit", "right", "raw_start", "raw_end"])
    table: pd.DataFrame = pd.concat(
        [
            sources[["statement_id", "date", "actor", "source_path"]], sentences[["speaker", "sentence", "voice"]],
            hits[["theme", "value", "rule", "start", "end"]], texts,
        ],
        axis=1,
    )[list(_COLUMNS)].astype(_COLUMNS)  # fmt: skip
    keys = ["date", "statement_id", "sentence", "theme", "start", "end", "rule"]
    return table.sort_values(keys, na_position="last").reset_index(drop=True)
