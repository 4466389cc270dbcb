"""Intervals of shares when sentences come in statements.

Sentences of one statement resemble each other, so n sentences are worth fewer independent ones. The
intraclass correlation is pooled over all cells of a theme, because a single thin cell cannot tell it.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

__all__ = ["effective_size", "intraclass_correlation", "wilson"]

Array = np.ndarray[Any, Any]


def intraclass_correlation(coded: Array, sizes: Array, cells: Array) -> float:
    """Return the intraclass correlation of statements within cells, by analysis of variance.

    Parameters
    ----------
    coded
        Coded sentences of each statement, shape (statements,).
    sizes
        Eligible sentences of each statement, shape (statements,), all positive.
    cells
        Cell number (period and group) of each statement; differences between cells do not count.

    Returns
    -------
    float
        In [0, 1]; 0 where there is nothing to estimate it from.

    Notes
    -----
    One-way ANOVA estimator for unequal sizes (Donner 1986, Int. Stat. Rev. 54:67-82; Ridout, Demetrio and
    Firth 1999, Biometrics 55:137-148), with the cell mean in place of the grand mean.
    """
    n_cells = int(cells.max()) + 1 if len(cells) else 0
    n_statements, n_sentences = len(sizes), sizes.sum()
    used = len(np.unique(cells))
    if n_statements <= used or n_sentences <= n_statements:
        return 0.0
    cell_n = np.bincount(cells, sizes, n_cells)
    share = np.divide(np.bincount(cells, coded, n_cells), cell_n, out=np.zeros(n_cells), where=cell_n > 0)
    own = coded / sizes
    between = (sizes * (own - share[cells]) ** 2).sum() / (n_statements - used)
    within = (coded * (1 - own)).sum() / (n_sentences - n_statements)
    squares = np.bincount(cells, sizes**2, n_cells)
    typical = (n_sentences - np.divide(squares, cell_n, out=np.zeros(n_cells), where=cell_n > 0).sum()) / (
        n_statements - used
    )
    total = between + (typical - 1) * within
    return float(np.clip((between - within) / total, 0.0, 1.0)) if total > 0 else 0.0


def effective_size(weights: Array, sizes: Array, correlation: float, cells: Array, n_cells: int) -> Array:
    """Return how many independent sentences the statements of each cell are worth, shape (cells,).

    Parameters
    ----------
    weights
        What one sentence of each statement weighs in its cell, shape (statements,); all ones give the plain share.
    sizes
        Sentences of each statement, shape (statements,).
    correlation
        The pooled intraclass correlation.
    cells
        Cell number of each statement, below ``n_cells``.

    Notes
    -----
    The weighted share of a cell is ``sum(w x) / sum(w m)``; with the intraclass correlation rho its variance is
    ``p (1 - p) sum(w^2 m (1 + (m - 1) rho)) / sum(w m)^2``, and the effective size is what a simple random sample of
    this variance would have. With equal weights it is the number of sentences over the design effect
    ``1 + (sum(m^2) / sum(m) - 1) rho`` (Kish 1965, Survey Sampling, sections 5.4 and 11.7; with unequal cluster sizes
    as in Donner, Birkett and Buck 1981, Am. J. Epidemiol. 114:906-914). Weights are taken as fixed.

    Examples
    --------
    >>> effective_size(np.ones(2), np.array([10.0, 10.0]), 0.0, np.array([0, 0]), 1)
    array([20.])
    >>> effective_size(np.ones(2), np.array([10.0, 10.0]), 1.0, np.array([0, 0]), 1)
    array([2.])
    """
    total = np.bincount(cells, weights * sizes, n_cells)
    noise = np.bincount(cells, weights**2 * sizes * (1 + (sizes - 1) * correlation), n_cells)
    return np.divide(total**2, noise, out=np.zeros(n_cells), where=noise > 0)


def wilson(share: Array, effective_n: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Return the Wilson score interval of each share with an effective number of observations.

    Notes
    -----
    Wilson 1927, JASA 22:209-212, with the effective sample size in place of n as Korn and Graubard (1998,
    Survey Methodology 24:193-201) do for the exact interval; Franco et al. 2019 (JSSAM 7:334-364) compare them.

    Examples
    --------
    >>> low, high = wilson(np.array([0.0]), np.array([100.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0, 0.037)
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z**2 / (2 * effective_n)) / (1 + z**2 / effective_n)
        spread = share * (1 - share) / effective_n + z**2 / (4 * effective_n**2)
        half = z * np.sqrt(spread) / (1 + z**2 / effective_n)
    low = np.where(share <= 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    high = np.where(share >= 1, 1.0, np.clip(centre + half, 0.0, 1.0))
    return low, high
