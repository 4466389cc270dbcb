"""How high a sentence of friendship stands on the ladder: what its rules set, and what its own words name.

The rungs are the values of the codebook's facet ``bf_tier``, in its order. A rule may set it; one rule of the builtin
codebook does. The words below are those of the codebook's definition and patterns, by rung; a word counts only where
it touches a hit of the theme, so that a "strategic partner" elsewhere in the sentence is not taken for the bond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["RUNG_WORDS", "rung_of_words", "rungs_set", "rungs_worded"]

Array = np.ndarray[Any, np.dtype[Any]]

# Longest words that may stand between a qualifier and its noun: "traditional and sincere friendship".
_BETWEEN = r"(?:[\s,-]+(?:and\s+)?\w+){0,2}?[\s,-]+(?:and\s+)?"
_OLD = (
    r"(?:traditional(?:ly)?|time[\s-](?:tested|honou?red)|long[\s-]?standing|age[\s-]old|centur(?:y|ies)[\s-](?:old|long)"
    r"|decades[\s-](?:old|long)|historic(?:al)?|old)"
)
_SUPERLATIVE = (
    r"all[\s-]weather|(?:no|without)[\s-]limits|iron[\s-]?clad|unbreakable|indestructible|unshak\w+|eternal|everlasting"
    r"|unprecedented(?:ly)?|all[\s-]time[\s-]high|highest\s+level|best\s+(?:ever|in\s+(?:their\s+|its\s+|our\s+)?history)"
    r"|closest\s+(?:of\s+)?(?:friends?|all(?:y|ies)|partners?)"
)
RUNG_WORDS: Mapping[str, re.Pattern[str]] = {
    rung: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for rung, words in {
        "partnership": r"partner(?:s|ship|ships)?",
        "strategic_partnership": r"strategic(?:\s+\w+)?\s+(?:partner(?:s|ship|ships)?|co-?operation|coordination)",
        "good_neighbour": r"good[\s-]neighbou?r\w*|neighbou?r(?:ly|liness)"
        r"|(?:good|reliable|trusted|faithful|loyal)\s+neighbou?rs?",
        "friendship": r"friend(?:ship|ships|ly|s)?",
        "traditional_friendship": rf"{_OLD}{_BETWEEN}friend(?:ship|ly|s)?|old\s+friends?",
        "brotherhood_or_superlative": rf"brother(?:s|ly|hood)?|fratern\w+|sister(?:s|ly)?|{_SUPERLATIVE}",
    }.items()
}


def rung_of_words(text: str, hits: list[tuple[int, int]], rungs: tuple[str, ...]) -> int:
    """Return the highest rung that the words at the hits name: 1 for the first of ``rungs``, 0 if they name none.

    Parameters
    ----------
    text
        The words of the sentence.
    hits
        Half-open spans of the theme's hits in ``text``.
    rungs
        The ladder, lowest first; a rung that has no words here is never named.

    Examples
    --------
    >>> ladder = tuple(RUNG_WORDS)
    >>> rung_of_words("Our traditional friendship with them is a partnership.", [(4, 31)], ladder)
    5
    >>> rung_of_words("We hold our ties with them dear.", [(12, 21)], ladder)
    0
    """
    for number in range(len(rungs), 0, -1):
        pattern = RUNG_WORDS.get(rungs[number - 1])
        for word in pattern.finditer(text) if pattern else ():
            if any(word.start() < end and word.end() > start for start, end in hits):
                return number
    return 0


def rungs_set(coding: Coding, sentences: pd.DataFrame, theme: str, facet: str, rungs: tuple[str, ...]) -> Array:
    """Return the highest rung that a rule set for each of ``sentences``, 0 where none did."""
    facets = coding.facets
    told = facets.loc[(facets["theme"] == theme) & (facets["facet"] == facet), ["statement_id", "sentence", "value"]]
    told = told.astype({"statement_id": "str", "value": "str"})
    # A value that is no rung has the place -1, and so the level of no rung.
    told = told.assign(level=pd.Index(rungs).get_indexer(pd.Index(told["value"])) + 1)
    highest = told.groupby(["statement_id", "sentence"], sort=False)["level"].max().reset_index()
    found = sentences[["statement_id", "sentence"]].merge(highest, on=["statement_id", "sentence"], how="left")
    return found["level"].fillna(0).to_numpy(dtype=np.int64)


def rungs_worded(coding: Coding, sentences: pd.DataFrame, theme: str, rungs: tuple[str, ...], *, quoted: bool) -> Array:
    """Return the highest rung that the words of each of ``sentences`` name.

    Parameters
    ----------
    sentences
        Columns statement_id, sentence, row (of ``coding.sentences``); rows of one statement stand together.
    quoted
        Of a reported sentence with a quoted fragment read the fragment alone.
    """
    levels = np.zeros(len(sentences), dtype=np.int64)
    hits = _own_hits(coding, sentences, theme)
    for place, (text, start, end) in enumerate(_texts(coding, sentences, quoted)):
        spans = [(first - start, last - start) for first, last in hits.get(place, ()) if first < end and last > start]
        levels[place] = rung_of_words(text, spans, rungs)
    return levels


def _own_hits(coding: Coding, sentences: pd.DataFrame, theme: str) -> dict[int, list[tuple[int, int]]]:
    hits = coding.hits[coding.hits["theme"] == theme]
    hits = hits[~hits["rule"].astype("str").str.startswith("implied by ")]
    keys = sentences[["statement_id", "sentence"]].assign(place=np.arange(len(sentences)))
    joined = hits[["statement_id", "sentence", "start", "end"]].astype({"statement_id": "str"}).merge(keys)
    found: dict[int, list[tuple[int, int]]] = {}
    for place, start, end in zip(joined["place"], joined["start"], joined["end"], strict=True):
        found.setdefault(int(place), []).append((int(start), int(end)))
    return found


def _texts(coding: Coding, sentences: pd.DataFrame, quoted: bool) -> Iterator[tuple[str, int, int]]:
    """The words of each sentence with their place in the text of its statement."""
    known = coding.sentences.iloc[sentences["row"]]
    starts, ends = known["start"].to_numpy(), known["end"].to_numpy()
    if quoted:
        mixed = (known["voice"] == "mixed").to_numpy()
        starts = np.where(mixed, known["quote_start"].to_numpy(dtype=np.int64, na_value=0), starts)
        ends = np.where(mixed, known["quote_end"].to_numpy(dtype=np.int64, na_value=0), ends)
    ids = sentences["statement_id"].to_numpy()
    hashes = coding.statements.set_index("statement_id")["text_sha256"]
    bounds = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), len(ids)] if len(ids) else [0]
    for first, last in pairwise(bounds):
        text = coding.corpus.store.text(hashes[ids[first]])
        for at in range(first, last):
            start, end = int(starts[at]), int(ends[at])
            yield text[start:end], start, end
