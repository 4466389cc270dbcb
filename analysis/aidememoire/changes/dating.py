"""When a break was, how large, and how often resampled statements find it again."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from aidememoire.changes.chance import LevelLine
from aidememoire.changes.levels import difference_interval, levels_of, reach_of, widening
from aidememoire.changes.lines import Array
from aidememoire.changes.noise import Noise
from aidememoire.changes.search import best_single, gains

__all__ = ["Dated", "Window", "dated"]

# Level lines that tell which F a resample must reach.
LINES = 499


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch between the neighbours of a break.

    Attributes
    ----------
    share
        Shape (periods,).
    level
        The window if it had no break.
    resampled
        Shares over resampled statements, shape (draws, periods).
    offset
        Where the window begins in its stretch.
    beside_gap
        Whether there is a gap right before the window, and right after.
    """

    share: Array
    level: LevelLine
    resampled: Array
    offset: int
    beside_gap: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Dated:
    """A break in its window; cuts are positions of the first period after it."""

    cut: int
    low_cut: int
    high_cut: int
    before: float
    after: float
    low: float
    high: float
    stability: float
    reason: str


def dated(window: Window, around: Noise, least: int, level: float, seed: int) -> Dated:
    """Date the break of a window.

    Parameters
    ----------
    window
        With one break.
    around
        Noise around all levels of the stretch, whose memory and dispersion the size's interval allows for.
    least, level, seed
        See ``shifts``.

    Notes
    -----
    The date interval holds every date whose gain falls short of the best by at most ``-2 log(1 - sqrt(level))``
    (7.35 at 95%) times dispersion and inflation by memory: the likelihood-ratio set of Eo and Morley (2015,
    Quantitative Economics 6:463-497). Percentiles over resampled statements cover as often in simulations (99 in 100),
    but know nothing of how periods differ. The interval of the size is the widest over all dates of the set.
    """
    share, weights, length = window.share, window.level.weights, len(window.share)
    strength, cut = (found[0] for found in best_single(share[None], weights, least, window.level.floor))
    cut = int(cut)
    gained = gains(share[None], weights)[0]
    dispersion = gained[cut - 1] / strength if strength > 0 else 1.0
    short = -2 * log(1 - sqrt(level)) * dispersion * window.level.inflation
    likely = np.flatnonzero(gained >= gained[cut - 1] - short) + 1
    low_cut, high_cut = int(likely[0]), int(likely[-1])
    wider = _widening(window, around, cut, level)
    sizes = [difference_interval(*levels_of(share, weights, [int(at)]), wider, level) for at in likely]
    before, after = levels_of(share, weights, [cut])[0]
    touches = (window.beside_gap[0] and low_cut <= 1) or (window.beside_gap[1] and high_cut >= length - 1)
    reason = "the date may lie in the gap beside it" if touches else ""
    lowest, highest = min(low for low, _ in sizes), max(high for _, high in sizes)
    stability = _stability(window, cut, least, level, seed)
    return Dated(cut, low_cut, high_cut, float(before), float(after), lowest, highest, stability, reason)


def _widening(window: Window, around: Noise, cut: int, level: float) -> float:
    """How much wider the interval of the step is for the noise of the whole stretch."""
    weights = np.zeros(len(around.kernels[0]))
    start, end = window.offset, window.offset + len(window.share)
    weights[start:end] = window.level.weights
    return widening(around, reach_of(weights, start, start + cut, end), level)


def _stability(window: Window, cut: int, least: int, level: float, seed: int) -> float:
    """Share of resamples whose best break is within a period and as strong as a level line seldom shows."""
    weights = window.level.weights
    lines = window.level.drawn(LINES, np.random.default_rng(seed))
    needed = np.quantile(best_single(lines, weights, least, window.level.floor)[0], level)
    strength, at = best_single(window.resampled, weights, least, window.level.floor)
    return float(((np.abs(at - cut) <= 1) & (strength >= needed)).mean())
