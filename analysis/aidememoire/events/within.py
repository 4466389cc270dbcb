"""Differences within strata, with intervals that take each stratum as one observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

__all__ = ["Within", "within_strata"]

Array = np.ndarray[Any, np.dtype[Any]]

# An eigenvalue nearer to 1 than this belongs to a direction that one stratum alone decides.
ALONE = 1e-8


@dataclass(frozen=True, slots=True)
class Within:
    """Estimates of k contrasts.

    Attributes
    ----------
    estimate, error, freedom
        Shape (k,): the contrast, its standard error, and the degrees of freedom of a t distribution for it. The error
        is 0 where nothing varies.
    weights
        Shape (n, k): what each observation adds to each estimate, so that ``weights.T @ y`` are the estimates.
    """

    estimate: Array
    error: Array
    freedom: Array
    weights: Array

    def half_width(self, noise: Array, level: float) -> Array:
        """Return half the length of each interval, shape (k,).

        Parameters
        ----------
        noise
            Least variance of each observation that chance alone gives it, shape (n,). The interval is never shorter
            than this makes it: strata that agree by luck, or a rare theme that none of a few statements carries, would
            otherwise look certain.
        level
            Of confidence.
        """
        tail = 0.5 + level / 2
        least = stats.norm.ppf(tail) * np.sqrt((self.weights**2 * noise[:, None]).sum(axis=0))
        return np.asarray(np.maximum(stats.t.ppf(tail, self.freedom) * self.error, least))

    def p_values(self, half_width: Array, level: float) -> Array:
        """Return two-sided p-values that agree with intervals of these half widths, shape (k,)."""
        scale = half_width / stats.t.ppf(0.5 + level / 2, self.freedom)
        ratio = np.divide(np.abs(self.estimate), scale, out=np.zeros_like(scale), where=scale > 0)
        return np.asarray(2 * stats.t.sf(ratio, self.freedom))


def within_strata(y: Array, x: Array, size: Array, stratum: Array, contrasts: Array) -> Within:
    """Regress ``y`` on ``x`` with an intercept for each stratum, weighted by ``size``.

    Parameters
    ----------
    y
        Shape (n,).
    x
        Shape (n, p).
    size
        Weights, shape (n,), positive.
    stratum
        Number of the stratum of each observation, shape (n,).
    contrasts
        Shape (p, k): what is to be estimated is ``contrasts.T @ beta``.

    Notes
    -----
    Weighted least squares after taking the weighted mean of each stratum from ``y`` and ``x`` (Frisch and Waugh 1933,
    Econometrica 1:387-401). The variance is the cluster-robust one with strata as clusters and the bias-reduced
    adjustment CR2 of Bell and McCaffrey (2002, Survey Methodology 28:169-181), ``A_g = (I - H_gg)^(-1/2)``, with their
    Satterthwaite degrees of freedom, here for the working model that the variance of an observation is proportional
    to 1 / ``size``. As the intercepts lie within clusters, both may be computed after they are taken out (Pustejovsky
    and Tipton 2018, J. Business and Economic Statistics 36:672-683). With one observation on
    each side of every stratum it is the paired t test.

    Examples
    --------
    >>> y, x = np.array([0.0, 1.0, 0.0, 3.0]), np.array([[0.0], [1.0], [0.0], [1.0]])
    >>> found = within_strata(y, x, np.ones(4), np.array([0, 0, 1, 1]), np.eye(1))
    >>> found.estimate.round(6).tolist(), found.error.round(6).tolist(), found.freedom.round(6).tolist()
    ([2.0], [1.0], [1.0])
    """
    _, number = np.unique(stratum, return_inverse=True)
    root = np.sqrt(size)
    x_in, y_in = (root[:, None] * _centred(values, size, number) for values in (x, y[:, None]))
    bread = np.linalg.pinv(x_in.T @ x_in)
    beta = bread @ (x_in.T @ y_in[:, 0])
    residual = y_in[:, 0] - x_in @ beta
    directions = bread @ contrasts
    meat, freedom = _robust(x_in, residual, bread, directions, number)
    error = np.sqrt(np.einsum("pk,pq,qk->k", directions, meat, directions))
    return Within(contrasts.T @ beta, error, freedom, root[:, None] * (x_in @ directions))


def _centred(values: Array, size: Array, number: Array) -> Array:
    totals = np.zeros((number.max(initial=-1) + 1, values.shape[1]))
    np.add.at(totals, number, values * size[:, None])
    centred: Array = values - (totals / np.bincount(number, size)[:, None])[number]
    return centred


def _robust(x: Array, residual: Array, bread: Array, directions: Array, number: Array) -> tuple[Array, Array]:
    """Return the CR2 middle matrix, shape (p, p), and degrees of freedom, shape (k,)."""
    order = np.argsort(number, kind="stable")
    bounds = np.flatnonzero(np.diff(number[order], prepend=-1))
    scores, lengths, shadows = [], [], []
    for rows in np.split(order, bounds[1:]):
        adjusted = _adjusted(x[rows], bread)
        scores.append(adjusted.T @ residual[rows])
        own = adjusted @ directions
        lengths.append((own**2).sum(axis=0))
        shadows.append(x[rows].T @ own)
    score, shadow = np.array(scores), np.array(shadows)
    freedom = np.ones(directions.shape[1])
    for k in range(len(freedom)):
        # Covariance of the strata's scores if all observations varied alike.
        spread = np.diag(np.array(lengths)[:, k]) - shadow[:, :, k] @ bread @ shadow[:, :, k].T
        squares = (spread**2).sum()
        freedom[k] = max(1.0, np.trace(spread) ** 2 / squares) if squares > 0 else 1.0
    return score.T @ score, freedom


def _adjusted(x: Array, bread: Array) -> Array:
    """Return ``(I - H)^(-1/2) x`` of one stratum, where ``H = x bread x'`` has the rank of x at most."""
    left, sizes, right = np.linalg.svd(x, full_matrices=False)
    inner = sizes[:, None] * (right @ bread @ right.T) * sizes
    values, vectors = np.linalg.eigh((inner + inner.T) / 2)
    rest = 1 - values
    factor = np.where(rest > ALONE, 1 / np.sqrt(np.maximum(rest, ALONE)), 0.0)
    basis = left @ vectors
    adjusted: Array = x + basis @ ((factor - 1)[:, None] * (basis.T @ x))
    return adjusted
