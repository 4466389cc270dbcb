"""Series with gaps made fit for correlation: regressed, weighted, and filtered by an autoregressive model.

Missing values are NaN. Nothing is filled in: a row of a regression or a filter needs all of its periods.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["ar_filter", "choose_order", "precision", "residuals", "runs_of"]

Array = np.ndarray[Any, np.dtype[Any]]

MAX_ORDER = 8
# So many rows for each coefficient that an order may have.
ROWS_EACH = 10


def precision(values: Array, noise: Array) -> Array:
    """Return the weight of each value: one over its sampling variance plus the variance between periods.

    Parameters
    ----------
    values
        Shape (periods,).
    noise
        Sampling variance of each; 0 everywhere if they are known exactly.

    Notes
    -----
    Variance between periods by the moments of DerSimonian and Laird (1986, Controlled Clinical Trials 7:177-188). With
    no variance anywhere all weigh 1.

    Examples
    --------
    >>> precision(np.array([1.0, 3.0, np.nan]), np.array([0.5, 0.5, 0.5]))
    array([0.5, 0.5, nan])
    """
    there = np.isfinite(values) & np.isfinite(noise)
    out = np.full(len(values), np.nan)
    y, v = values[there], noise[there]
    if len(y) < 2 or not (v > 0).all():
        out[there] = 1.0
        return out
    w = 1 / v
    centre = (w * y).sum() / w.sum()
    spread = w.sum() - (w**2).sum() / w.sum()
    between = max(0.0, ((w * (y - centre) ** 2).sum() - (len(y) - 1)) / spread)
    out[there] = 1 / (between + v)
    return out


def residuals(values: Array, design: Array, weights: Array) -> Array:
    """Return what weighted least squares on ``design`` leaves of ``values``, missing where a row is not whole.

    Examples
    --------
    >>> residuals(np.array([1.0, 2.0, 3.0]), np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.ones(3)).round(6) + 0.0
    array([0., 0., 0.])
    """
    whole = np.isfinite(values) & np.isfinite(weights) & np.isfinite(design).all(axis=1)
    out = np.full(len(values), np.nan)
    if whole.any():
        root = np.sqrt(weights[whole])
        fit = np.linalg.lstsq(design[whole] * root[:, None], values[whole] * root, rcond=None)[0]
        out[whole] = values[whole] - design[whole] @ fit
    return out


def choose_order(values: Array, weights: Array) -> Array:
    """Return the coefficients of the autoregressive model with the lowest BIC, shape (order,); empty for order 0.

    All orders are compared on the same rows, those with all earlier values of the highest order (Schwarz 1978, Annals
    of Statistics 6:461-464), and the chosen one is fitted on all rows it can use.
    """
    there = np.isfinite(values)
    highest = min(MAX_ORDER, int(there.sum()) // ROWS_EACH)
    rows = _rows(values, highest)
    while highest and len(rows) < ROWS_EACH * (highest + 1):
        highest -= 1
        rows = _rows(values, highest)
    scores = []
    for order in range(highest + 1):
        errors = _fit(values, weights, rows, order)[1]
        mean = float((weights[rows] * errors**2).sum() / weights[rows].sum()) if len(rows) else 0.0
        scores.append(len(rows) * np.log(mean) + np.log(max(2, len(rows))) * order if mean > 0 else -np.inf)
    order = int(np.argmin(scores))
    return _fit(values, weights, _rows(values, order), order)[0]


def ar_filter(values: Array, coefficients: Array) -> Array:
    """Return ``y_t - sum_j(phi_j y_(t-j))``, missing where a value it needs is.

    Examples
    --------
    >>> ar_filter(np.array([1.0, 2.0, np.nan, 4.0, 5.0]), np.array([0.5]))
    array([nan, 1.5, nan, nan, 3. ])
    """
    out = values.astype(np.float64).copy()
    for lag, phi in enumerate(coefficients.tolist(), 1):
        out -= phi * np.concatenate([np.full(lag, np.nan), values[:-lag]])[: len(values)]
    return out


def runs_of(there: Array) -> list[tuple[int, int]]:
    """Return the half-open stretches in which all values are there.

    Examples
    --------
    >>> runs_of(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int64), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _rows(values: Array, order: int) -> Array:
    """Places with a value and ``order`` values before it."""
    return np.flatnonzero(np.isfinite(ar_filter(values, np.ones(order))))


def _fit(values: Array, weights: Array, rows: Array, order: int) -> tuple[Array, Array]:
    """Coefficients and errors of one order; the values have a mean of about 0, so there is no constant."""
    if order == 0 or len(rows) == 0:
        return np.zeros(0), values[rows]
    before = np.column_stack([values[rows - lag] for lag in range(1, order + 1)])
    root = np.sqrt(weights[rows])
    phi = np.linalg.lstsq(before * root[:, None], values[rows] * root, rcond=None)[0]
    return phi, values[rows] - before @ phi
