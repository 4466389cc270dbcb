"""Quasi-binomial regression of period shares, with intervals in share points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from aidememoire.changes.lines import Array, extra_correlation, weights_of
from aidememoire.changes.noise import Noise, noise_of

__all__ = ["Fit", "fitted", "gradient", "logit_fit"]

ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted regression on the logit scale.

    Attributes
    ----------
    coefficients
        Shape (k,).
    shares
        Fitted shares, shape (periods,).
    weights
        What each point weighed, shape (periods,).
    covariance
        ``(X' W X)^-1``, without dispersion, shape (k, k).
    root
        The design on the scale of the Pearson residuals, ``W^(1/2) X``.
    noise
        What the residuals say of the noise.
    """

    coefficients: Array
    shares: Array
    weights: Array
    covariance: Array
    root: Array
    noise: Noise

    def reach(self, slope: Array) -> Array:
        """Return how a function of the coefficients moves with each period's noise; ``slope`` is its gradient."""
        moved: Array = self.root @ (self.covariance @ slope)
        return moved


def logit_fit(share: Array, weights: Array, design: Array) -> tuple[Array, Array, Array]:
    """Return coefficients, fitted shares and ``(X' W X)^-1`` of a binomial regression with logit link.

    Parameters
    ----------
    share, weights
        Points and how many trials each stands for, shape (periods,).
    design
        Shape (periods, k), of full rank.

    Notes
    -----
    Iteratively reweighted least squares (McCullagh and Nelder 1989, Generalized Linear Models, 2.5). Where shares are
    0 up to a date the coefficients have no bound; fitted shares have, and those are what is reported.
    """
    start = np.clip((weights @ share + 0.5) / (weights.sum() + 1), 1e-9, 1 - 1e-9)
    linear = np.full(len(share), special.logit(start))
    beta = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        level = special.expit(linear)
        spread = np.maximum(level * (1 - level), 1e-10)
        root = np.sqrt(weights * spread)
        step = np.linalg.lstsq(design * root[:, None], root * (linear + (share - level) / spread), rcond=None)[0]
        moved, linear = np.abs(design @ step - linear).max(), np.clip(design @ step, -20, 20)
        beta = step
        if moved < 1e-9:
            break
    level = special.expit(linear)
    spread = np.maximum(level * (1 - level), 1e-10)
    covariance = np.linalg.pinv((design * (weights * spread)[:, None]).T @ design)
    return beta, level, covariance


def fitted(share: Array, size: Array, design: Array, at: Array) -> Fit:
    """Fit a regression to points with data, in two steps: with their sizes as weights, then with ``weights_of``."""
    _, level, covariance = logit_fit(share, size, design)
    root = design * np.sqrt(np.maximum(size * level * (1 - level), 1e-10))[:, None]
    extra, most = extra_correlation(share, size, level, np.einsum("ij,jk,ik->i", root, covariance, root))
    weights = weights_of(size, extra)
    beta, level, covariance = logit_fit(share, weights, design)
    spread = np.maximum(level * (1 - level), 1e-10)
    root = design * np.sqrt(weights * spread)[:, None]
    basis = np.linalg.qr(root)[0]
    residuals = (share - level) * np.sqrt(weights / spread)
    return Fit(beta, level, weights, covariance, root, noise_of(residuals, basis, at, weights_of(size, most) * most))


def gradient(function: Callable[[Array], float], beta: Array) -> Array:
    """Return the gradient of a function of the coefficients, by central differences."""
    steps = 1e-5 * np.maximum(1.0, np.abs(beta))
    moved = [(function(beta + e) - function(beta - e)) / (2 * e.sum()) for e in np.diag(steps)]
    return np.array(moved)
