"""Thin periods drawn towards the level of their group: an empirical Bayes estimate, as an option beside the shares.

Each group of a theme has a beta prior, found from its own points. A point with many statements keeps its share; one
with few is moved towards the group's mean, and its interval says what prior and data say together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special, stats

from aidememoire.aggregate import units_of
from aidememoire.intervals import effective_size

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["shrink"]

Array = np.ndarray[Any, np.dtype[Any]]

LEVEL = 0.95
# A group with fewer points than this has no spread of its own to learn a prior from.
LEAST_POINTS = 3
# Strengths of the prior that are averaged over.
STRENGTHS = 50


def shrink(series: Series) -> Series:
    """Return the series with posterior means and equal-tailed 95% posterior intervals as its shares.

    Parameters
    ----------
    series
        Shares of sentences or statements, unweighted and without a window.

    Raises
    ------
    SeriesError
        If it is a rate, a count, weighted or slid.

    Notes
    -----
    Beta-binomial model on the effective numbers of sentences n of the points: ``x ~ Binomial(n, p), p ~ Beta(m k,
    (1 - m) k)``. The mean m is the pooled share of the group. The strength k is not fixed at an estimate, which would
    be infinite too often and the intervals then far too short: the shrinkage ``k / (k + n0)``, with n0 the harmonic
    mean of n, has a uniform prior, and mean and variance of each share are averaged over k by its likelihood
    (Christiansen and Morris 1997, JASA 92:618-632; Daniels 1999, Canadian J. Statistics 27:567-578). The interval is
    that of the beta distribution with this mean and variance. That m is estimated too is not in it. A group with
    fewer than three points is left as it is.

    Periods without data stay gaps. What is charted over time should say that it was shrunk: ``weighting`` is
    ``shrunk`` in the table.
    """
    series.require_plain_shares("shrink")
    grid, cells = series.cells()
    if grid.empty:
        return series
    groups = grid.groupby(list(series.by), sort=False).ngroup().to_numpy() if series.by else np.zeros(len(grid), int)
    parts = []
    for theme in series.themes:
        unit = units_of(series.counts, theme, series.measure)
        read = unit["read"]
        size, cell = unit["size"][read], cells[read]
        effective = effective_size(np.ones(len(size)), size, series.correlation[theme], cell, len(grid))
        rows = series.table[series.table["theme"] == theme]
        parts.append(_posterior(rows[["share", "low", "high"]].to_numpy().T.copy(), effective, groups))
    share, low, high = np.concatenate(parts, axis=1)
    table = series.table.assign(share=share, low=low, high=high, weighting="shrunk").astype({"weighting": "str"})
    return replace(series, table=table)


def _posterior(out: Array, effective: Array, groups: Array) -> Array:
    """Share, low and high of the cells of one theme, from those of the series."""
    share = out[0].copy()
    margin = (1 - LEVEL) / 2
    for group in np.unique(groups):
        at = np.flatnonzero((groups == group) & ~np.isnan(share))
        if len(at) < LEAST_POINTS:
            continue
        n = effective[at]
        a, b = _matched_beta(share[at] * n, n)
        out[0, at] = a / (a + b)
        out[1, at], out[2, at] = stats.beta.ppf(margin, a, b), stats.beta.ppf(1 - margin, a, b)
    return out


def _matched_beta(x: Array, n: Array) -> tuple[Array, Array]:
    """Return the beta distributions with the mean and variance of each point's posterior."""
    # Half an observation to each side keeps the mean off 0 and 1 where all points agree (Jeffreys).
    mean = (x.sum() + 0.5) / (n.sum() + 1)
    shrinkage = (np.arange(STRENGTHS) + 0.5) / STRENGTHS
    k = (len(n) / (1 / n).sum() * shrinkage / (1 - shrinkage))[:, None]
    a, b = mean * k + x, (1 - mean) * k + n - x
    likelihood = (special.betaln(a, b) - special.betaln(mean * k, (1 - mean) * k)).sum(axis=1)
    weights = np.exp(likelihood - likelihood.max())[:, None]
    weights /= weights.sum()
    means = a / (a + b)
    first = (weights * means).sum(axis=0)
    second = (weights * (means * (1 - means) / (a + b + 1) + means**2)).sum(axis=0)
    size = first * (1 - first) / (second - first**2) - 1
    return first * size, (1 - first) * size
