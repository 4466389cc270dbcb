"""A smooth line through a series, with the band of what it rests on; the points stay what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import units_of
from aidememoire.errors import SeriesError
from aidememoire.intervals import wilson

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["smooth"]

Array = np.ndarray[Any, np.dtype[Any]]


def smooth(series: Series, *, bandwidth: float = 2.0) -> pd.DataFrame:
    """Return a kernel-weighted mean of the shares around each period, with a 95% band.

    Parameters
    ----------
    series
        Shares of sentences or statements, unweighted and without a window.
    bandwidth
        Standard deviation of the Gaussian kernel, in periods. It is stated under the figure; nothing chooses it.

    Returns
    -------
    pandas.DataFrame
        theme, period, the columns of ``by``, share, low, high. A period farther than two bandwidths from any data of
        its group is missing: no line is drawn across a gap.

    Raises
    ------
    SeriesError
        If the series is a rate, a count, weighted or slid, or the bandwidth is not positive.

    Notes
    -----
    The Nadaraya-Watson estimate ``sum(K x) / sum(K m)`` over the statements of a group, where K is the kernel at the
    distance of their period, m their sentences and x their coded ones (Nadaraya 1964, Theory Prob. Appl. 9:141-142).
    Its band is the Wilson interval with the effective number of sentences under these weights
    (``intervals.effective_size``): it covers the smoothed level, not the points, and not the
    bias of smoothing over a sudden change.
    """
    series.require_plain_shares("smooth")
    if not bandwidth > 0:
        raise SeriesError(f"smooth: bandwidth must be a positive number of periods; {bandwidth!r} was given")
    grid, cells = series.cells()
    n_periods = max(1, grid["period"].nunique())
    kernel = _kernel(n_periods, bandwidth)
    parts = []
    for theme in series.themes:
        unit = units_of(series.counts, theme, series.measure)
        line = _line(unit["size"], unit["coded"], cells, len(grid), kernel, series.correlation[theme])
        parts.append(grid.assign(theme=theme, share=line[0], low=line[1], high=line[2]))
    return pd.concat(parts, ignore_index=True)[["theme", "period", *series.by, "share", "low", "high"]]


def _kernel(n_periods: int, bandwidth: float) -> Array:
    """Weights of each period (column) for each (row); 0 beyond two bandwidths."""
    distance = np.abs(np.subtract.outer(np.arange(n_periods), np.arange(n_periods)))
    weights: Array = np.where(distance <= 2 * bandwidth, np.exp(-0.5 * (distance / bandwidth) ** 2), 0.0)
    return weights


def _line(sizes: Array, coded: Array, cells: Array, n_cells: int, kernel: Array, correlation: float) -> Array:
    """Share, low and high of each cell."""

    def spread(values: Array, weights: Array) -> Array:
        by_period = np.bincount(cells, values, n_cells).reshape(-1, len(kernel))
        found: Array = (by_period @ weights.T).ravel()
        return found

    total, of_theme = spread(sizes, kernel), spread(coded, kernel)
    noise = spread(sizes * (1 + (sizes - 1) * correlation), kernel**2)
    share = np.divide(of_theme, total, out=np.full(n_cells, np.nan), where=total > 0)
    effective = np.divide(total**2, noise, out=np.zeros(n_cells), where=noise > 0)
    return np.stack([share, *wilson(np.minimum(share, 1.0), effective)])
