"""The strongest examples of a theme, from the coded sentences to the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.choices import VoiceSet
from aidememoire.shares import VOICES

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Found", "strongest"]

# A shorter sentence says little, a longer one is a list.
SHORTEST, LONGEST = 50, 500


@dataclass(frozen=True, slots=True)
class Found:
    """A coded sentence with the places that code it.

    Attributes
    ----------
    text
        The sentence.
    hits
        Half-open spans relative to ``text``.
    rules
        Ids of the rules, each once.
    statement_id, actor, speaker, date
        Where it stands; empty where unknown.
    """

    text: str
    hits: tuple[tuple[int, int], ...]
    rules: tuple[str, ...]
    statement_id: str
    actor: str
    speaker: str
    date: str


def strongest(
    coding: Coding, theme: str, n: int, statements: frozenset[str] | None = None, voices: VoiceSet = "all"
) -> list[Found]:
    """Return up to ``n`` sentences coded 2 that most rules agree on, one a statement, actors in turn.

    Parameters
    ----------
    coding
        A coded corpus.
    theme
        Whose examples.
    n
        How many.
    statements
        Look only in these statements (those that the series counts); in all if not given.
    voices
        Whose sentences may be shown; the speaker shown is the sentence's own.

    Notes
    -----
    Order: by number of distinct rules, ties by the hash of the sentence, so that the same corpus always shows
    the same sentences and no position in it is favoured. Sentences with a technical code are not shown, nor those
    that a trained coder codes without any rule: what would be shown of them is not in the sentence.
    """
    codes = coding.codes_by(coding.method)
    keys = codes.loc[(codes["theme"] == theme) & (codes["value"] == 2), ["statement_id", "sentence"]]
    if statements is not None:
        keys = keys[keys["statement_id"].isin(statements)]
    hits = coding.hits[coding.hits["theme"] == theme].merge(keys.astype({"statement_id": "str"}), how="inner")
    if hits.empty or n == 0:
        return []
    ranked = hits.groupby(["statement_id", "sentence"], observed=True)["rule"].nunique().rename("rules").reset_index()
    ranked = ranked.merge(_eligible(coding, ranked, voices), on=["statement_id", "sentence"])
    ranked = ranked.sort_values(["rules", "sentence_sha"], ascending=[False, True]).drop_duplicates("statement_id")
    ranked = ranked.merge(_sources(coding), on="statement_id")
    # The best of each actor first, then the second best, so that one prolific actor does not fill the page.
    turn = ranked.groupby("actor", dropna=False).cumcount()
    chosen = ranked.assign(turn=turn).sort_values(["turn", "rules", "sentence_sha"], ascending=[True, False, True])
    return [_found(coding, row, hits) for row in chosen.head(n).itertuples(index=False)]


def _eligible(coding: Coding, keys: pd.DataFrame, voices: VoiceSet) -> pd.DataFrame:
    sentences = coding.sentences
    voice = sentences["voice"]
    spoken = (voice.isna() | voice.isin(VOICES[voices])) & sentences["technical"].isna()
    within = sentences[sentences["statement_id"].isin(keys["statement_id"]) & spoken]
    length = within["end"] - within["start"]
    columns = ["statement_id", "sentence", "start", "end", "sentence_sha", "speaker"]
    return within.loc[length.between(SHORTEST, LONGEST), columns].astype({"statement_id": "str", "speaker": "str"})


def _sources(coding: Coding) -> pd.DataFrame:
    return coding.statements[["statement_id", "actor", "date", "text_sha256"]]


def _found(coding: Coding, row: object, hits: pd.DataFrame) -> Found:
    start, end = int(row.start), int(row.end)  # type: ignore[attr-defined]
    statement_id, sentence = row.statement_id, row.sentence  # type: ignore[attr-defined]
    own = hits[(hits["statement_id"] == statement_id) & (hits["sentence"] == sentence)]
    spans = sorted({(int(s) - start, int(e) - start) for s, e in zip(own["start"], own["end"], strict=True)})
    text = coding.corpus.store.text(row.text_sha256)[start:end]  # type: ignore[attr-defined]
    known = {name: getattr(row, name) for name in ("actor", "speaker", "date")}
    shown = {name: "" if pd.isna(value) else str(value) for name, value in known.items()}
    return Found(text, tuple(spans), tuple(sorted(set(own["rule"]))), statement_id, **shown)
