"""Counts to shares: statements added up by period and group, with the interval of each sum.

A period without anything eligible is ``no_data``, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aidememoire.choices import Measure, Period, Weighting
from aidememoire.intervals import effective_size, intraclass_correlation, wilson
from aidememoire.periods import all_periods

__all__ = ["SMALL_N", "Asked", "cells_of", "shares_table", "units_of"]

# Fewer statements than this in a cell are flagged: its interval rests on the pooled correlation almost alone.
SMALL_N = 5
PER_WORDS = 1_000

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be added up how: see ``series``."""

    period: Period
    measure: Measure
    weighting: Weighting
    window: int


def cells_of(counts: pd.DataFrame, period: Period, by: tuple[str, ...]) -> tuple[pd.DataFrame, Array]:
    """Return the cells of a series and the cell of each statement.

    Parameters
    ----------
    counts
        One row a statement, with ``period`` and the columns of ``by``.
    period
        What ``period`` is a label of.
    by
        Group columns.

    Returns
    -------
    pandas.DataFrame
        One row a cell: the columns of ``by`` and ``period``. Groups in order, each with every period from the first of
        the whole table to its last.
    numpy.ndarray
        Row of that table for each statement.
    """
    groups = counts[list(by)].drop_duplicates().sort_values(list(by)) if by else pd.DataFrame(index=[0])
    labels = all_periods(counts["period"], period)
    grid = groups.merge(pd.DataFrame({"period": pd.Series(labels, dtype="str")}), how="cross")
    cells = counts[["period", *by]].merge(grid.reset_index(names="cell"), on=["period", *by], how="left")["cell"]
    return grid, cells.to_numpy().astype(np.int64)


def units_of(counts: pd.DataFrame, theme: str, measure: Measure) -> dict[str, Array]:
    """Return what each statement adds to the share of a theme.

    Returns
    -------
    dict
        ``size``, how many units of the measure it has, and ``coded``, how many of them carry the theme, both 0 where no
        rule of the theme reads the statement; ``read``, whether one does; ``sentences`` and ``words`` (0 where words
        were not counted). Each has shape (statements,).
    """
    read = counts[theme].notna().to_numpy()
    sentences = counts["n_sentences"].to_numpy().astype(np.float64)
    coded = counts[theme].to_numpy(dtype=np.float64, na_value=0.0)
    words = counts["n_words"].to_numpy().astype(np.float64) if "n_words" in counts else np.zeros(len(counts))
    size = sentences
    if measure == "statements":
        size, coded = np.ones_like(sentences), np.minimum(coded, 1.0)
    elif measure == "words":
        # A coded sentence is one event among the words, and has at least one word.
        size = np.maximum(words, coded)
    return {"size": size * read, "coded": coded, "read": read, "sentences": sentences * read, "words": words * read}


def shares_table(
    counts: pd.DataFrame, themes: tuple[str, ...], by: tuple[str, ...], asked: Asked
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the rows of a series table, and the pooled intraclass correlation of each theme."""
    grid, cell = cells_of(counts, asked.period, by)
    n_periods = max(1, grid["period"].nunique())
    actors = pd.factorize(counts["actor"])[0]
    parts, correlation = [], {}
    for theme in themes:
        units = units_of(counts, theme, asked.measure)
        read = np.flatnonzero(units["read"])
        statements = {name: values[read] for name, values in units.items()}
        correlation[theme] = intraclass_correlation(statements["coded"], statements["size"], cell[read])
        row, place = _slid(cell[read], asked.window, n_periods)
        seen = {name: values[row] for name, values in statements.items()}
        parts.append(_rows(grid.assign(theme=theme), seen, place, actors[read[row]], correlation[theme], asked))
    return pd.concat(parts, ignore_index=True).astype({"theme": "str", "flag": "str"}), correlation


def _slid(cell: Array, window: int, n_periods: int) -> tuple[Array, Array]:
    """Rows and the cells they count in: a statement stands in each window that holds its period."""
    rows, places = [], []
    for shift in range(-(window // 2), window // 2 + 1):
        period = cell % n_periods + shift
        inside = np.flatnonzero((period >= 0) & (period < n_periods))
        rows.append(inside)
        places.append(cell[inside] + shift)
    return np.concatenate(rows), np.concatenate(places)


def _rows(
    base: pd.DataFrame,
    seen: Mapping[str, Array],
    cell: Array,
    actors: Array,
    correlation: float,
    asked: Asked,
) -> pd.DataFrame:
    """Rows of one theme; ``cell`` and ``actors`` belong to the statements in ``seen``."""

    def total(values: Array) -> Array:
        return np.bincount(cell, values, len(base))

    weights = _weights(seen["size"], cell, actors, asked.weighting)
    whole, coded = total(weights * seen["size"]), total(weights * seen["coded"])
    share = np.divide(coded, whole, out=np.full(len(base), np.nan), where=whole > 0)
    # Weights add up to a hair over the whole now and then, and a share cannot.
    low, high = wilson(np.minimum(share, 1.0), effective_size(weights, seen["size"], correlation, cell, len(base)))
    n_statements, n_sentences = np.bincount(cell, minlength=len(base)), total(seen["sentences"])
    scale = {"words": np.full(len(base), float(PER_WORDS)), "counts": n_sentences}.get(asked.measure, 1.0)
    # One statement says nothing of how statements differ: a point and no interval.
    alone = n_statements < 2
    flag = np.where(n_statements == 0, "no_data", np.where(n_statements < SMALL_N, "small_n", ""))
    n_words = pd.Series(total(seen["words"]).astype(np.int64), index=base.index, dtype="Int64")
    return base.assign(
        n_sentences=n_sentences.astype(np.int64),
        n_words=n_words if asked.measure == "words" else n_words.mask(n_words.notna()),
        n_statements=n_statements.astype(np.int64),
        n_coded=total(seen["coded"]).astype(np.int64),
        share=share * scale,
        low=np.where(alone, np.nan, low * scale),
        high=np.where(alone, np.nan, high * scale),
        flag=flag,
    )


def _weights(sizes: Array, cell: Array, actors: Array, weighting: Weighting) -> Array:
    """What one unit of each statement weighs."""
    if weighting == "sentence":
        return np.ones(len(sizes))
    if weighting == "statement":
        return 1.0 / sizes
    _, of_actor = np.unique(np.stack([cell, actors]), axis=1, return_inverse=True)
    weights: Array = 1.0 / np.bincount(of_actor.ravel(), sizes)[of_actor.ravel()]
    return weights
