"""Statements drawn again, with replacement, within their cell: the bootstrap that intervals of shifts rest on.

Statements are the sampling unit (docs/methods.md). A cell, a period of a group, keeps its number of statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import PER_WORDS, units_of
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["bootstrap_shares", "resampled", "resampled_cells"]

Array = np.ndarray[Any, np.dtype[Any]]

DRAWS = 1_000
LEVEL = 0.95


def resampled(values: Array, cells: Array, n_cells: int, draws: int, seed: int) -> Array:
    """Return sums over resampled statements, shape (draws, cells, columns of ``values``).

    Parameters
    ----------
    values
        What is added up of each statement, shape (statements, k): for instance its sentences, then its coded ones.
    cells
        Cell of each statement, below ``n_cells``. A cell without statements has sums of 0.
    draws, seed
        How often, and from where.

    Notes
    -----
    Draws are independent between cells and the same for all columns, so differences and ratios may be formed draw by
    draw (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 8.3, clusters as units).

    Examples
    --------
    >>> sums = resampled(np.array([[2.0], [2.0], [5.0]]), np.array([0, 0, 1]), 2, draws=4, seed=1)
    >>> sums[:, :, 0].tolist()
    [[4.0, 5.0], [4.0, 5.0], [4.0, 5.0], [4.0, 5.0]]
    """
    out = np.zeros((draws, n_cells, values.shape[1]))
    for cell, sums in resampled_cells(values, cells, n_cells, draws, seed):
        out[:, cell] = sums
    return out


def resampled_cells(
    values: Array, cells: Array, n_cells: int, draws: int, seed: int, least: int = 1
) -> Iterator[tuple[int, Array]]:
    """Yield the sums of one cell after another, shape (draws, k): all of them at once may take too much room.

    Cells with fewer statements than ``least`` are passed over.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(cells, kind="stable")
    bounds = np.searchsorted(cells[order], np.arange(n_cells + 1))
    for cell in range(n_cells):
        rows = order[bounds[cell] : bounds[cell + 1]]
        if len(rows) >= least:
            times = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=draws)
            yield cell, times @ values[rows]


def bootstrap_shares(series: Series, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """Return the series table with percentile intervals by bootstrap in place of its own.

    A check of the intervals of ``series`` where statements are many. For rare themes and thin periods it covers far
    too seldom, which is why it is not what is drawn.

    Parameters
    ----------
    series
        Any series whose points do not share statements (``window=1``) and whose statements weigh as they are
        (``weighting="sentence"``).
    draws, seed
        How often statements are drawn again, and from where.

    Raises
    ------
    SeriesError
        If the series slides or is weighted.
    """
    if series.window > 1 or series.weighting != "sentence":
        raise SeriesError("bootstrap_shares: give a series with window=1 and weighting='sentence'")
    grid, cells = series.cells()
    units = [units_of(series.counts, theme, series.measure) for theme in series.themes]
    values = np.column_stack([array for unit in units for array in (unit["coded"], unit["size"])])
    bounds = np.full((2, len(series.themes), len(grid)), np.nan)
    margin = (1 - LEVEL) / 2
    # One statement drawn from one is always the same.
    for cell, sums in resampled_cells(values, cells, len(grid), draws, seed, least=2):
        coded, size = sums[:, 0::2], sums[:, 1::2]
        shares = np.divide(coded, size, out=np.full(coded.shape, np.nan), where=size > 0)
        whole = (size > 0).all(axis=0)
        bounds[:, whole, cell] = np.quantile(shares[:, whole], [margin, 1 - margin], axis=0)
        # A draw may hold none of the few statements that a theme's rules read.
        for theme in np.flatnonzero(~whole & (size > 0).any(axis=0)):
            bounds[:, theme, cell] = np.nanquantile(shares[:, theme], [margin, 1 - margin])
    alone = (series.table["n_statements"] < 2).to_numpy()
    per_row = {"words": float(PER_WORDS), "counts": series.table["n_sentences"].to_numpy()}
    scale = per_row.get(series.measure, 1.0)
    low, high = (np.where(alone, np.nan, bound.ravel() * scale) for bound in bounds)
    return series.table.assign(low=low, high=high)
