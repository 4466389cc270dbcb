"""Stances of a coded corpus: every code says whether its sentence asserts the theme, denies it or reports it.

Most sentences hold no word that could deny or report. Those are found by Arrow in one pass; only the others are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from aidememoire.voices import Stance, load_stance_cues, stance_of_hits

if TYPE_CHECKING:
    from aidememoire.codebook import Codebook
    from aidememoire.store import Store
    from aidememoire.themes import Applied

__all__ = ["STANCE", "stance_facets", "without_denied"]

# The facet's name.
STANCE = "stance"

_STANCES: tuple[Stance, ...] = get_args(Stance)
_ASSERTS, _REPORTS, _NONE = _STANCES.index("asserts"), _STANCES.index("reports"), _STANCES.index("none")
# A statement whose language is not known is read as one of these, as the rules read it.
_LANGUAGES = ("en", "")

Array = np.ndarray[Any, Any]


def stance_facets(
    store: Store, statements: pd.DataFrame, sentences: pd.DataFrame, applied: Applied, codebook: Codebook
) -> pd.DataFrame:
    """Return one row of the facet ``stance`` for each code.

    Parameters
    ----------
    store
        Where the texts lie.
    statements, sentences
        The tables of those names; sentences have their voices.
    applied
        What the rules found, by row of ``sentences``.
    codebook
        Whose themes those are: the family of a theme says whether "no X" denies it.

    Returns
    -------
    DataFrame
        Columns row, theme, facet, value, in the order of ``applied.codes``. ``none`` stands where nobody speaks and in
        statements of a language without cues.
    """
    codes = applied.codes
    rows = codes["row"].to_numpy(dtype=np.int64)
    owner = sentences["statement_id"].cat.codes.to_numpy().astype(np.int64)[rows] if len(rows) else rows
    nobody, other = ((sentences["voice"] == name).to_numpy()[rows] for name in ("none", "other"))
    read = statements["language"].fillna("").isin(_LANGUAGES).to_numpy()[owner]
    stances = np.select([nobody | ~read, other], [_NONE, _REPORTS], _ASSERTS)
    at = np.flatnonzero(stances == _ASSERTS)
    families = {theme.id: theme.family for theme in codebook.themes}
    family = codes["theme"].map(families).to_numpy(dtype=object)
    for place, stance in _judged(store, statements, sentences, applied, family, at):
        stances[place] = _STANCES.index(stance)
    value = pd.Categorical.from_codes(stances, categories=pd.Index(_STANCES))
    return codes[["row", "theme"]].assign(facet=STANCE, value=value)


def without_denied(codes: pd.DataFrame, facets: pd.DataFrame) -> pd.DataFrame:
    """Return ``codes`` without those that their sentence denies or reports as the words of others.

    Parameters
    ----------
    codes
        Columns statement_id, sentence, theme and any other.
    facets
        The ``facets`` table of the same coding.
    """
    key = ["statement_id", "sentence", "theme"]
    left_out = facets.loc[(facets["facet"] == STANCE) & facets["value"].isin(["denies", "reports"]), key]
    found = pd.MultiIndex.from_frame(codes[key].astype({"theme": "str", "statement_id": "str"}))
    gone = pd.MultiIndex.from_frame(left_out.astype({"theme": "str", "statement_id": "str"}))
    return codes[~found.isin(gone)]


def _judged(
    store: Store, statements: pd.DataFrame, sentences: pd.DataFrame, applied: Applied, family: Array, at: Array
) -> Iterator[tuple[int, Stance]]:
    """Place of each code that may not assert, and its stance."""
    rows, which = np.unique(applied.codes["row"].to_numpy(dtype=np.int64)[at], return_inverse=True)
    texts = _texts(store, statements, sentences, rows)
    column, cues = pa.array(texts, type=pa.large_string()), load_stance_cues()
    telling = _has(column, cues.distancing) | _has(column, cues.claiming)
    deniable = np.isin(family[at], list(cues.negated_families | cues.act_families)) | _has(column, cues.charge)[which]
    asked = telling[which] | (_has(column, cues.negation)[which] & deniable)
    spans = _spans(applied, sentences, at[asked])
    first = sentences["start"].to_numpy()[rows]
    clauses = np.stack(
        [sentences[name].to_numpy(dtype=np.int64, na_value=-1)[rows] - first for name in ("clause_start", "clause_end")]
    )
    for place, number, hits in zip(at[asked].tolist(), which[asked].tolist(), spans, strict=True):
        clause = (int(clauses[0, number]), int(clauses[1, number]))
        yield place, stance_of_hits(texts[number], hits, family[place], clause, telling=bool(telling[number]))


def _texts(store: Store, statements: pd.DataFrame, sentences: pd.DataFrame, rows: Array) -> list[str]:
    start, end = sentences["start"].to_numpy()[rows].tolist(), sentences["end"].to_numpy()[rows].tolist()
    owner = sentences["statement_id"].cat.codes.to_numpy()[rows].astype(np.int64)
    hashes = statements["text_sha256"].to_numpy()
    bounds = np.flatnonzero(np.diff(owner, prepend=-1, append=-1)).tolist()
    found: list[str] = []
    for first, last in pairwise(bounds):
        text = store.text(hashes[owner[first]])
        found += [text[start[at] : end[at]] for at in range(first, last)]
    return found


def _has(texts: pa.Array, pattern: re.Pattern[str]) -> Array:
    found: Array = pc.match_substring_regex(texts, pattern.pattern, ignore_case=True).to_numpy(zero_copy_only=False)
    return found


def _spans(applied: Applied, sentences: pd.DataFrame, at: Array) -> Iterator[list[tuple[int, int]]]:
    """The hits of each code, counted from the begin of its sentence."""
    asked = applied.codes.iloc[at][["row", "theme"]].assign(place=np.arange(len(at)))
    hits = applied.hits[["row", "theme", "start", "end"]].merge(asked, on=["row", "theme"])
    hits = hits.drop_duplicates(["place", "start", "end"]).sort_values("place", kind="stable")
    begin = sentences["start"].to_numpy()[hits["row"].to_numpy()]
    starts, ends = (hits["start"] - begin).tolist(), (hits["end"] - begin).tolist()
    bounds = np.flatnonzero(np.diff(hits["place"].to_numpy(), prepend=-1, append=-1)).tolist()
    for first, last in pairwise(bounds):
        yield list(zip(starts[first:last], ends[first:last], strict=True))
