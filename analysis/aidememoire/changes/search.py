"""The best one or two breaks of piecewise constant lines: an exact search, for many lines at a time."""

from __future__ import annotations

import numpy as np
from scipy import special

from aidememoire.changes.lines import Array

__all__ = ["best_pair", "best_single", "gains", "surprise"]

# How surprising it is to find no break: less than any break, and a number that can be reckoned with.
NOTHING = -100.0


def gains(shares: Array, weights: Array) -> Array:
    """Return how much each single break lowers the weighted sum of squares, shape (lines, periods - 1).

    Parameters
    ----------
    shares
        Shape (lines, periods).
    weights
        Shape (periods,) or (lines, periods).

    Examples
    --------
    >>> gains(np.array([[0.0, 0.0, 1.0, 1.0]]), np.ones(4)).round(3).tolist()
    [[0.333, 1.0, 0.333]]
    """
    whole = np.cumsum(np.broadcast_to(weights, shares.shape), axis=1)
    sums = np.cumsum(weights * shares, axis=1)
    left, right = whole[:, :-1], whole[:, -1:] - whole[:, :-1]
    gap = sums[:, :-1] / left - (sums[:, -1:] - sums[:, :-1]) / right
    gained: Array = left * right / whole[:, -1:] * gap**2
    return gained


def best_single(shares: Array, weights: Array, least: int, floor: float = 0.0) -> tuple[Array, Array]:
    """Return the F statistic of the best single break of each line and where it is.

    Parameters
    ----------
    shares
        Shape (lines, periods), with periods at least ``2 * least``.
    weights
        Shape (periods,).
    least
        Periods that a segment has at least.
    floor
        What the dispersion, weighted squares by degrees of freedom, is at least.

    Notes
    -----
    The cost is the weighted sum of squares around segment means (with equal weights ``CostL2`` of ruptures: Truong,
    Oudre and Vayatis 2020, Signal Processing 167:107299), minimised over every admissible date. With m breaks
    ``F = (gain / m) / dispersion``.
    """
    length = shares.shape[1]
    gained = gains(shares, weights)[:, least - 1 : length - least]
    place = gained.argmax(axis=1)
    gain = gained[np.arange(len(shares)), place]
    return _ratio(shares, weights, gain, 1, floor), place + least


def best_pair(shares: Array, weights: Array, least: int, floor: float = 0.0) -> tuple[Array, Array]:
    """Return the F statistic of the best two breaks of each line, and their places, shape (lines, 2).

    The statistic is 0 where there is no room for two. A pair is sought beside the single break because a theme that
    comes and goes again has a small best single break (Bai and Perron 1998, Econometrica 66:47-78).
    """
    n, length = shares.shape
    centred = shares - (shares @ weights / weights.sum())[:, None]
    sums, whole = np.zeros((length + 1, n)), np.r_[0.0, np.cumsum(weights)]
    sums[1:] = np.cumsum((centred * weights).T, axis=0)
    gain, places = np.zeros(n), np.zeros((n, 2), dtype=np.int64)
    lines = np.arange(n)
    for first in range(least, length - 2 * least + 1):
        second = np.arange(first + least, length - least + 1)
        gained = sums[second] - sums[first]
        gained *= gained
        gained /= (whole[second] - whole[first])[:, None]
        gained += sums[second] ** 2 / (whole[-1] - whole[second])[:, None]
        place = gained.argmax(axis=0)
        total = gained[place, lines] + sums[first] ** 2 / whole[first]
        better = total > gain
        gain[better] = total[better]
        places[better] = np.column_stack([np.full(n, first), second[place]])[better]
    return _ratio(shares, weights, gain, 2, floor), places


def _ratio(shares: Array, weights: Array, gain: Array, m: int, floor: float) -> Array:
    length = shares.shape[1]
    centred = shares - (shares @ weights / weights.sum())[:, None]
    left = np.maximum((centred**2) @ weights - gain, 0.0)
    # A line without any noise has no F; a hair of it keeps the statistic finite.
    dispersion = np.maximum(left / max(1, length - 1 - m), max(floor, 1e-12 * weights.max()))
    ratio: Array = gain / m / dispersion
    return ratio


def surprise(one: Array, two: Array, length: int, least: int) -> tuple[Array, Array]:
    """Return how surprising the best single break and the best pair are, on one scale: minus the log of a p-value.

    Each F is referred to its own distribution, and the p-value is times the number of places that were tried. It is a
    scale and no test: what a level line reaches on it is simulated.

    Examples
    --------
    >>> single, pair = surprise(np.array([40.0]), np.array([25.0]), 20, 3)
    >>> single.round(1).tolist(), pair.round(1).tolist()
    ([9.3], [7.3])
    """
    singles = length - 2 * least + 1
    pairs = max(1, (singles - least) * (singles - least + 1) // 2)
    out: list[Array] = []
    for m, statistic, places in ((1, one, singles), (2, two, pairs)):
        left = max(1, length - 1 - m)
        tail = np.maximum(special.betainc(left / 2, m / 2, left / (left + m * statistic)), 1e-300)
        out.append(np.where(statistic > 0, -np.log(tail) - np.log(places), NOTHING))
    return out[0], out[1]
