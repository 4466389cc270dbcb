"""Co-occurrence: which themes go together in a sentence more often than their statements make them.

A statement on history has more sentences of every theme of history. What is compared with is therefore the same
statement with its sentences' codes moved about, never the corpus as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Method, StanceSet, VoiceSet
from aidememoire.chosen import Asked, Chosen, Group, choose, coded_sentences, in_group
from aidememoire.contrast.themepairs import Null, pairs_table
from aidememoire.counting import check_choice

if TYPE_CHECKING:
    from aidememoire.codebook import Codebook
    from aidememoire.coding import Coding

__all__ = ["Cooccurrence", "Null", "Within", "cooccurrence", "definitional_pairs"]

Array = np.ndarray[Any, np.dtype[Any]]

Within = Literal["sentence", "statement"]

LENGTH_CLASSES = 5


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """Pairs of themes.

    Attributes
    ----------
    table
        One row a pair, in the order of the codebook: theme_a, theme_b; n_a, n_b, n_both, units coded with each and with
        both; n_blocks, in how many blocks both stand together; n_same_words, in how many sentences rules of both themes
        hit the same words (missing within statements); expected, how many there would be by chance; ratio of n_both to
        it with low and high (95%, sampling of blocks); z, p_value; q_value, p adjusted for the number of pairs;
        definitional. A definitional pair has its counts only. Missing where there is nothing to compare.
    themes
        In the order of the codebook.
    n_units, n_blocks
        Eligible sentences and their statements; or statements and the blocks they are compared in.
    within, null, coder, voices, codes
        What was asked for.
    """

    table: pd.DataFrame
    themes: tuple[str, ...]
    n_units: int
    n_blocks: int
    within: Within
    null: Null
    coder: str
    voices: VoiceSet
    codes: Codes


def cooccurrence(
    coding: Coding,
    *,
    only: Group | None = None,
    within: Within = "sentence",
    null: Null = "shift",
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    count: Count = "statements",
    coder: Method | None = None,
) -> Cooccurrence:
    """Return which themes go together, against codes moved about within each statement.

    Parameters
    ----------
    coding
        A coded corpus.
    only
        Statements to look at: columns and values, and ``since`` and ``until``.
    within
        Themes of one ``sentence``, and blocks are statements; or themes of one ``statement``, and blocks are statements
        of one actor and language with about as many sentences (fifths), in the order of their dates.
    null
        How codes of one theme are moved within a block: a ``shift`` of all of them by the same number of places, which
        keeps runs of neighbouring sentences together; or a ``shuffle``, which takes sentences as exchangeable.
    voices, codes, stances, count, coder
        As in ``series``.

    Raises
    ------
    SeriesError
        If a choice or column does not exist.

    Notes
    -----
    For block i with m units, a and b of them coded, ``expected = sum(a b / m)`` under both nulls. Their variances are
    exact; p is from the exact distribution of the sum where the variance is below 25, else from the normal one with
    continuity correction; two-sided. ``shuffle`` is the test of Mantel and Haenszel (1959, Journal of the National
    Cancer Institute 22:719-748) with blocks as strata; ``shift`` is the toroidal shift of Lotwick and Silverman (1982,
    Journal of the Royal Statistical Society B 44:406-413) on a line. The interval of the ratio is linearised over
    blocks (Cochran 1977, Sampling Techniques, chapter 6), on the log scale.
    """
    for name, value, allowed in (("within", within, Within), ("null", null, Null)):
        check_choice(name, value, allowed)
    asked = Asked(voices, codes, stances, count, coder)
    chosen = choose(coding, asked)
    if only:
        known = coding.statements.set_index("statement_id").loc[chosen.statements["statement_id"]].reset_index()
        kept = in_group(known, only, "cooccurrence: only")
        rows = kept[chosen.owner]
        chosen = Chosen(chosen.statements, chosen.rows[rows], chosen.owner[rows], chosen.coder)
    themes = coding.codebook.theme_ids
    coded = _matrix(coding, chosen, asked)
    blocks = chosen.owner
    if within == "statement":
        coded, blocks = _statements(chosen, coded)
    table = pairs_table(coded, blocks, themes, definitional_pairs(coding.codebook), null)
    if within == "sentence":
        table["n_same_words"] = _same_words(coding, chosen, coded, table)
    return Cooccurrence(
        table=table, themes=themes, n_units=len(coded), n_blocks=len(np.unique(blocks)), within=within, null=null,
        coder=chosen.coder, voices=voices, codes=codes,
    )  # fmt: skip


def definitional_pairs(codebook: Codebook) -> frozenset[frozenset[str]]:
    """Return the pairs of themes that go together because the codebook says so.

    One lends its codes to the other (it implies it, or is its child), a third lends its codes to both, or the
    codebook says that the pair is not to be tested.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> frozenset({"anti_revisionism", "historical_memory"}) in definitional_pairs(load_codebook())
    True
    """
    pairs = {frozenset((theme.id, other)) for theme in codebook.themes for other in theme.lends_to}
    pairs |= {frozenset(both) for theme in codebook.themes for both in combinations(theme.lends_to, 2)}
    pairs |= {
        frozenset((theme.id, other))
        for theme in codebook.themes
        for other in theme.overlaps.do_not_test_cooccurrence_with
    }
    return frozenset(pairs)


def _matrix(coding: Coding, chosen: Chosen, asked: Asked) -> Array:
    """Whether each chosen sentence is coded with each theme."""
    found = coded_sentences(coding, asked, chosen.coder)
    themes = pd.Index(coding.codebook.theme_ids)
    place = np.full(len(coding.sentences), -1, dtype=np.int64)
    place[chosen.rows] = np.arange(len(chosen.rows))
    at, theme = place[found["row"].to_numpy(dtype=np.int64)], themes.get_indexer(pd.Index(found["theme"]))
    coded = np.zeros((len(chosen.rows), len(themes)), dtype=bool)
    coded[at[at >= 0], theme[at >= 0]] = True
    return coded


def _same_words(coding: Coding, chosen: Chosen, coded: Array, table: pd.DataFrame) -> pd.Series[int]:
    """In how many sentences with both themes of a pair their rules hit words that overlap."""
    several = chosen.rows[coded.sum(axis=1) > 1]
    keys = (
        coding.sentences[["statement_id", "sentence"]].iloc[several].astype({"statement_id": "str"}).assign(row=several)
    )
    columns = ["statement_id", "sentence", "theme", "start", "end"]
    hits = coding.hits[columns].astype({"statement_id": "str", "theme": "str"}).merge(keys)[["row", *columns[2:]]]
    place = {theme: number for number, theme in enumerate(coding.codebook.theme_ids)}
    hits["theme"] = hits["theme"].map(place)
    # A technical rule hits for no theme.
    hits = hits.dropna(subset="theme").astype({"theme": "int64"})
    hits = hits[coded[np.searchsorted(chosen.rows, hits["row"]), hits["theme"]]]
    met = hits.merge(hits, on="row", suffixes=("_a", "_b"))
    met = met[(met["theme_a"] < met["theme_b"]) & (met["start_a"] < met["end_b"]) & (met["start_b"] < met["end_a"])]
    same = met.drop_duplicates(["row", "theme_a", "theme_b"]).groupby(["theme_a", "theme_b"]).size()
    wanted = pd.MultiIndex.from_arrays([table["theme_a"].map(place), table["theme_b"].map(place)])
    return pd.Series(same.reindex(wanted, fill_value=0).to_numpy(), index=table.index, dtype="Int64")


def _statements(chosen: Chosen, coded: Array) -> tuple[Array, Array]:
    """Codes of whole statements, and the blocks in which they are compared."""
    table = chosen.statements
    n = np.bincount(chosen.owner, minlength=len(table))
    of_statement = np.zeros((len(table), coded.shape[1]), dtype=bool)
    for theme, column in enumerate(coded.T):
        of_statement[:, theme] = np.bincount(chosen.owner, column, len(table)) > 0
    spoke = np.flatnonzero(n)
    order, block = np.zeros(len(spoke), dtype=np.int64), np.zeros(len(spoke), dtype=np.int64)
    for at, number, members in _classes(table.iloc[spoke], n[spoke]):
        order[at : at + len(members)], block[at : at + len(members)] = members, number
    return of_statement[spoke][order], block


def _classes(table: pd.DataFrame, lengths: Array) -> Iterator[tuple[int, int, Array]]:
    """Where each block begins, its number, and its statements by date."""
    fifth = np.minimum(pd.Series(lengths).rank(pct=True) * LENGTH_CLASSES, LENGTH_CLASSES - 1).astype("int64")
    keyed = table[["actor", "language", "date", "statement_id"]].reset_index(drop=True).assign(fifth=fifth)
    keyed = keyed.sort_values(["actor", "language", "fifth", "date", "statement_id"], na_position="last")
    at = 0
    for number, (_, rows) in enumerate(keyed.groupby(["actor", "language", "fifth"], sort=True)):
        yield at, number, rows.index.to_numpy()
        at += len(rows)
