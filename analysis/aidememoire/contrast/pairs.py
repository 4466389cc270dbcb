"""Sentences of one actor that concern another, and their share by pair and period, with the interval of each.

Shares are sentences that concern the pair over all eligible sentences of who speaks, with Wilson's interval at the
effective number of sentences. The sums are kept by speaker and period, because many pairs share them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import SMALL_N
from aidememoire.choices import Period
from aidememoire.chosen import Asked, coded_sentences
from aidememoire.counting import count_statements
from aidememoire.errors import SeriesError
from aidememoire.intervals import wilson
from aidememoire.mentions import is_same
from aidememoire.periods import all_periods
from aidememoire.themes import RULES

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Spoken", "as_issuer", "declared_facet", "pair_cells", "pairs_of", "spoken_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Dyads and targets are read in English only, and in statements whose language is not known (see docs/actors.md).
_READ = ("en", "unknown")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of others.

    Attributes
    ----------
    statements
        One row a statement that counts: statement_id, date, period, actor, n_sentences.
    sentences
        One row a coded sentence and value of the facet: statement_id, sentence, row (of ``coding.sentences``), date,
        period, actor, value.
    periods
        Every period from the first to the last.
    issuers
        Whose statements there are, in order.
    """

    statements: pd.DataFrame
    sentences: pd.DataFrame
    periods: tuple[str, ...]
    issuers: tuple[str, ...]


def spoken_of(
    coding: Coding,
    theme: str,
    facets: tuple[str, ...],
    asked: Asked,
    period: Period,
    only: Mapping[str, Sequence[str]] | None,
) -> Spoken:
    """Return the coded sentences of ``theme`` with the values of the first of ``facets`` that it declares.

    Raises
    ------
    SeriesError
        If the theme does not exist or declares none of the facets, a choice does not exist, dates are too coarse, or
        ``voices`` is ``all``.
    """
    facet = declared_facet(coding, theme, facets)
    if asked.voices == "all":
        raise SeriesError(
            f"{theme}: voices='all' holds words of guests and reporters, and who says it would not be known;"
            " use 'attributed' or 'own_words'"
        )
    counted = count_statements(
        coding,
        period=period,
        by=("actor",),
        voices=asked.voices,
        codes=asked.codes,
        stances=asked.stances,
        only=only,
        coder=RULES,
    ).table
    read = counted["language"].isin(_READ) & counted[theme].notna()
    statements = counted.loc[read, ["statement_id", "date", "period", "actor", "n_sentences"]].reset_index(drop=True)
    coded = coded_sentences(coding, asked, RULES)
    rows = coded.loc[coded["theme"] == theme, "row"].to_numpy(dtype=np.int64)
    keys = coding.sentences[["statement_id", "sentence"]].iloc[rows].astype({"statement_id": "str"}).assign(row=rows)
    told = coding.facets[(coding.facets["theme"] == theme) & (coding.facets["facet"] == facet)]
    told = told[["statement_id", "sentence", "value"]].astype({"statement_id": "str", "value": "str"})
    sentences = keys.merge(told, on=["statement_id", "sentence"]).merge(
        statements[["statement_id", "date", "period", "actor"]], on="statement_id"
    )
    sentences = sentences.sort_values(["row", "value"], ignore_index=True)
    periods = tuple(all_periods(statements["period"], period))
    return Spoken(statements, sentences, periods, tuple(sorted(statements["actor"].unique())))


def declared_facet(coding: Coding, theme: str, facets: tuple[str, ...]) -> str:
    """Return the first of ``facets`` that the theme declares."""
    themes = {each.id: each for each in coding.codebook.themes}
    having = [each.id for each in coding.codebook.themes if set(facets) & set(each.facets)]
    if theme not in having:
        known = f"themes with one: {', '.join(having)}" if having else "no theme of this codebook has one"
        problem = "declares no" if theme in themes else "is no theme of this codebook and has no"
        raise SeriesError(f"theme {theme!r} {problem} facet {' or '.join(facets)}; {known}")
    return next(name for name in facets if name in themes[theme].facets)


def as_issuer(codes: pd.Series[str], issuers: tuple[str, ...]) -> pd.Series[str]:
    """Return codes with those of a predecessor or successor of an issuer in that issuer's name.

    Examples
    --------
    >>> as_issuer(pd.Series(["SUN", "POL"]), ("POL", "RUS")).tolist()
    ['RUS', 'POL']
    """
    others = [code for code in codes.unique() if code not in issuers]
    renamed = {code: next((issuer for issuer in issuers if is_same(code, issuer)), code) for code in others}
    return codes.replace(renamed)


def pairs_of(ends: pd.DataFrame) -> tuple[pd.DataFrame, Array]:
    """Return the distinct rows of ``ends`` in order, and which of them each row is."""
    pairs = ends.drop_duplicates().sort_values(list(ends.columns), ignore_index=True)
    pair = ends.merge(pairs.reset_index(names="pair"), on=list(ends.columns), how="left")["pair"]
    return pairs, pair.to_numpy(dtype=np.int64)


def pair_cells(spoken: Spoken, sides: pd.DataFrame, pair: Array) -> pd.DataFrame:
    """Return one row a pair and period, pair by pair in calendar order.

    Parameters
    ----------
    spoken
        What was said.
    sides
        One row a pair: the codes of those who speak, one column or two.
    pair
        Row of ``sides`` for each row of ``spoken.sentences``.

    Returns
    -------
    pandas.DataFrame
        Columns period, n_sentences and n_statements (eligible ones of those who speak), n_coded and
        n_coded_statements (of the pair), share, low, high, flag.

    Notes
    -----
    The effective number of sentences is their number over a design effect that is pooled over all cells c (a pair in a
    period) with two statements or more (Rao and Scott 1992, Biometrics 48:577-585, who take it by cell; Kish 1965,
    Survey Sampling, section 8.2): with m eligible sentences and x of the pair a statement, N statements and share p
    ``deff = sum_c(N / (N - 1) sum((x - p m)^2)) / sum_c(p (1 - p) sum(m))``, at least 1. The correlation that
    ``series`` pools instead grows with the length of a statement; but the words for one partner stand in a few, mostly
    short ones, and a press conference of a thousand sentences would make every interval meaningless.
    """
    own, n_periods, n_pairs = _sums(spoken), len(spoken.periods), len(sides)
    sizes = np.zeros((3, n_pairs, n_periods))
    for column in sides.columns:
        at = pd.Index(spoken.issuers).get_indexer(pd.Index(sides[column]))
        sizes[:, at >= 0] += own[:, at[at >= 0]]
    n, m, squares = sizes.reshape(3, -1)
    x, n_coded_statements, x_squares, products = _coded_sums(spoken, pair, n_pairs)
    share = np.divide(x, m, out=np.full(len(m), np.nan), where=m > 0)
    spread = x_squares - 2 * share * products + share**2 * squares
    low, high = wilson(share, m / _design_effect(share, spread, n, m))
    flag = np.where(n == 0, "no_data", np.where(n < SMALL_N, "small_n", ""))
    return pd.DataFrame(
        {
            "period": pd.Series(list(spoken.periods) * n_pairs, dtype="str"),
            "n_sentences": m.astype(np.int64),
            "n_statements": n.astype(np.int64),
            "n_coded": x.astype(np.int64),
            "n_coded_statements": n_coded_statements.astype(np.int64),
            "share": share,
            "low": np.where(n < 2, np.nan, low),
            "high": np.where(n < 2, np.nan, high),
            "flag": pd.Series(flag, dtype="str"),
        }
    )


def _sums(spoken: Spoken) -> Array:
    """Statements, sentences and squared sentences by issuer and period, shape (3, issuers, periods)."""
    table, n_periods = spoken.statements, len(spoken.periods)
    cell = pd.Index(spoken.issuers).get_indexer(pd.Index(table["actor"])) * n_periods
    cell += pd.Index(spoken.periods).get_indexer(pd.Index(table["period"]))
    m, n_cells = table["n_sentences"].to_numpy(dtype=np.float64), len(spoken.issuers) * n_periods
    sums = [np.bincount(cell, weights, n_cells) for weights in (np.ones(len(m)), m, m**2)]
    return np.stack(sums).reshape(3, len(spoken.issuers), n_periods)


def _coded_sums(spoken: Spoken, pair: Array, n_pairs: int) -> Array:
    """Sums over the statements of each cell: x, 1 where x is positive, x squared, x times m; shape (4, cells)."""
    n_statements, n_cells = max(1, len(spoken.statements)), n_pairs * len(spoken.periods)
    ids = pd.Index(spoken.statements["statement_id"])
    statement = ids.get_indexer(pd.Index(spoken.sentences["statement_id"]))
    keys, x = np.unique(pair * n_statements + statement, return_counts=True)
    of_pair, of_statement = np.divmod(keys, n_statements)
    period = pd.Index(spoken.periods).get_indexer(pd.Index(spoken.statements["period"]))[of_statement]
    m = spoken.statements["n_sentences"].to_numpy(dtype=np.float64)[of_statement]
    cell = of_pair * len(spoken.periods) + period
    return np.stack([np.bincount(cell, of_each, n_cells) for of_each in (x, np.ones(len(x)), x**2, x * m)])


def _design_effect(share: Array, spread: Array, n: Array, m: Array) -> float:
    several = n > 1
    p, of_clusters = share[several], spread[several] * n[several] / (n[several] - 1)
    of_sentences = float((p * (1 - p) * m[several]).sum())
    return max(1.0, float(of_clusters.sum()) / of_sentences) if of_sentences > 0 else 1.0
