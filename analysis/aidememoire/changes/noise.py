"""What noise that remembers the period before it does to a test, when its memory is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from aidememoire.changes.lines import Array

__all__ = ["MEMORIES", "Noise", "noise_of", "verdict"]

# Autocorrelations that are thought possible, each as likely as the other before the data are seen.
MEMORIES = np.arange(0.0, 0.95, 0.1)


@dataclass(frozen=True, slots=True)
class Noise:
    """What residuals say of the noise, at each of ``MEMORIES``; arrays have shape (memories,).

    Attributes
    ----------
    kernels
        Correlation matrices, shape (memories, periods, periods).
    dispersion
        Estimated dispersion, not below 1: points vary at least as their statements do.
    freedom
        Its degrees of freedom (Satterthwaite).
    likely
        How likely each memory is; adds up to 1.
    expected, found
        Lag-one ratio that residuals would have at each memory, and the one they have.
    """

    kernels: Array
    dispersion: Array
    freedom: Array
    likely: Array
    expected: Array
    found: float

    @property
    def memory(self) -> float:
        """The autocorrelation on average over what is likely."""
        return float(self.likely @ MEMORIES)


def noise_of(residuals: Array, basis: Array, at: Array, beyond: Array) -> Noise:
    """Read the noise off the Pearson residuals of a regression.

    Parameters
    ----------
    residuals
        Divided by the standard deviation that sampling gives them, shape (periods,).
    basis
        Orthonormal basis of what the regression can fit, on the same scale, shape (periods, k).
    at
        Position of each period in the calendar; only neighbours are pairs of lag one.
    beyond
        Part of each period's variance that is not the sampling of statements, shape (periods,). Only that part
        remembers: other periods have other statements.

    Notes
    -----
    Residuals of a model with M = I - UU' have the covariance M R M, so they look less correlated than the noise R is.
    Expected sums of squares and of lagged products are ``tr(M R)`` and ``tr(D M R M)``; degrees of freedom are
    ``tr(M R)^2 / tr(M R M R)`` (Worsley and Friston 1995, NeuroImage 2:173-181; Worsley et al. 2002, NeuroImage
    15:1-15). Each autocorrelation of ``MEMORIES`` (AR(1), by distance in the calendar) is as likely as a normal law
    around its expected lag-one ratio says.
    """
    distance = np.abs(np.subtract.outer(at, at))
    kernels = MEMORIES[:, None, None] ** distance * np.sqrt(np.outer(beyond, beyond))
    kernels[:, np.arange(len(at)), np.arange(len(at))] = 1.0
    seen = kernels - basis @ (basis.T @ kernels)
    seen = seen - (seen @ basis) @ basis.T
    pairs = (distance == 1) / 2.0
    squares = np.trace(seen, axis1=1, axis2=2)
    expected = np.einsum("ij,gji->g", pairs, seen) / squares
    freedom = squares**2 / np.einsum("gij,gji->g", seen, seen)
    spread = np.array([_spread((pairs - g * np.eye(len(at))) @ s) for g, s in zip(expected, seen, strict=True)])
    spread = np.maximum(spread / squares, 1e-6)
    total = float(residuals @ residuals)
    found = float(residuals @ pairs @ residuals) / total if total > 0 else 0.0
    surprise = -0.5 * ((found - expected) / spread) ** 2 - np.log(spread)
    likely = np.exp(surprise - surprise.max())
    return Noise(kernels, np.maximum(1.0, total / squares), freedom, likely / likely.sum(), expected, found)


def _spread(matrix: Array) -> float:
    return float(np.sqrt(max(0.0, 2.0 * np.sum(matrix * matrix.T))))


def verdict(noise: Noise, effect: float, reach: Array, level: float) -> tuple[float, float]:
    """Return the two-sided p-value of an effect and the half width of its interval.

    Parameters
    ----------
    noise
        Of the residuals.
    effect
        The estimate.
    reach
        How much it moves with the noise of each period, shape (periods,): its variance is ``reach' R reach`` times
        the dispersion.
    level
        Of the interval.

    Notes
    -----
    At a known autocorrelation the ratio of effect and standard error is referred to Student's t with the degrees of
    freedom of the dispersion. The autocorrelation is not known, so p-values are averaged over ``noise.likely`` (as
    Zellner and Tiao 1964, JASA 59:763-778, integrate it out); the half width is where this average is 1 - level.
    A plug-in estimate is too liberal for 10 to 40 periods, as are Newey-West errors: see docs/shifts.md.
    """
    error = np.sqrt(noise.dispersion * np.einsum("i,gij,j->g", reach, noise.kernels, reach))
    if not error.min() > 0:
        return 1.0, 0.0

    def p_value(size: float) -> float:
        return float(noise.likely @ (2 * special.stdtr(noise.freedom, -size / error)))

    far = error.max() * -special.stdtrit(noise.freedom.min(), (1 - level) / 4)
    width = optimize.brentq(lambda size: p_value(size) - (1 - level), 0.0, 2 * far, xtol=1e-10)
    return p_value(abs(effect)), float(width)
