"""Levels between cuts: how high each is, the noise around them, and the interval of the step from one to the next."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from aidememoire.changes.lines import Array, extra_correlation, weights_of
from aidememoire.changes.noise import Noise, noise_of, verdict
from aidememoire.intervals import wilson

__all__ = ["difference_interval", "levels_of", "reach_of", "weighed", "widening"]

# A place that is sought takes 2 to 4 degrees of freedom (Friedman 1991, Annals of Statistics 19:1-67).
PER_SEARCH = 3.0


def levels_of(share: Array, weights: Array, cuts: list[int]) -> tuple[Array, Array]:
    """Return the weighted mean and the total weight of each segment, shape (segments,).

    Examples
    --------
    >>> levels, whole = levels_of(np.array([0.1, 0.3, 0.5]), np.array([10.0, 10.0, 5.0]), [2])
    >>> levels.round(2).tolist(), whole.tolist()
    ([0.2, 0.5], [20.0, 5.0])
    """
    starts = [0, *cuts]
    whole = np.add.reduceat(weights, starts)
    return np.add.reduceat(weights * share, starts) / whole, whole


def weighed(share: Array, size: Array, cuts: list[int], *, searched: bool = False) -> tuple[Array, float, Noise]:
    """Return the weight of each point, how much periods differ beyond sampling, and the noise around the levels.

    Parameters
    ----------
    share, size
        Points without a gap and their effective sizes, shape (periods,).
    cuts
        First position of each segment but the first.
    searched
        Whether the data chose the cuts, which takes degrees of freedom too (``PER_SEARCH`` each).
    """
    of = np.searchsorted(cuts, np.arange(len(share)), side="right")
    levels, whole = levels_of(share, size, cuts)
    extra, most = extra_correlation(
        share, size, levels[of], size / whole[of], PER_SEARCH * len(cuts) if searched else 0.0
    )
    extra = (extra + most) / 2 if searched else extra
    weights = weights_of(size, extra)
    levels, whole = levels_of(share, weights, cuts)
    spread = np.maximum((levels * (1 - levels))[of], 1e-10)
    basis = (of[:, None] == np.arange(len(levels))) * np.sqrt(weights)[:, None] / np.sqrt(whole)
    return (
        weights,
        extra,
        noise_of(
            (share - levels[of]) * np.sqrt(weights / spread),
            basis,
            np.arange(len(share)),
            weights_of(size, most) * most,
        ),
    )


def reach_of(weights: Array, start: int, cut: int, end: int) -> Array:
    """Return how the step at ``cut`` moves with the standardised noise of each period, shape (periods,)."""
    reach = np.zeros(len(weights))
    reach[start:cut] = -np.sqrt(weights[start:cut]) / weights[start:cut].sum()
    reach[cut:end] = np.sqrt(weights[cut:end]) / weights[cut:end].sum()
    return reach


def widening(noise: Noise, reach: Array, level: float) -> float:
    """Return how many times wider an interval must be than independent sampling would have it."""
    _, width = verdict(noise, 0.0, reach, level)
    return width / float(np.linalg.norm(reach)) / NormalDist().inv_cdf(0.5 + level / 2)


def difference_interval(levels: Array, whole: Array, wider: float, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of ``levels[1] - levels[0]``, ``wider`` times as wide as its weights alone say.

    Notes
    -----
    Newcombe 1998, Statistics in Medicine 17:873-890, method 10: from the Wilson intervals of the two.

    Examples
    --------
    >>> low, high = difference_interval(np.array([56 / 70, 48 / 80])[::-1], np.array([80.0, 70.0]), 1.0)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    # Wilson's limits depend on z and n through z^2 / n alone.
    low, high = wilson(levels, whole / max(wider, 1e-9) ** 2, level)
    difference = levels[1] - levels[0]
    down = np.hypot(levels[1] - low[1], high[0] - levels[0])
    up = np.hypot(high[1] - levels[1], levels[0] - low[0])
    return float(difference - down), float(difference + up)
