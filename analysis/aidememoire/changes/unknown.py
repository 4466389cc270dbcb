"""Breaks at dates that the data tell: sought inside stretches without gaps, tested before they are believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from aidememoire.changes.chance import LevelLine, chance_of
from aidememoire.changes.dating import Window, dated
from aidememoire.changes.finding import Finding, too_few
from aidememoire.changes.levels import weighed
from aidememoire.changes.lines import Array, Line, weights_of
from aidememoire.changes.noise import Noise
from aidememoire.changes.search import best_pair, best_single, surprise

__all__ = ["MOST_PERIODS", "Search", "unknown_breaks"]

# The search looks at every pair of dates; longer stretches would take minutes a theme.
MOST_PERIODS = 600


@dataclass(frozen=True, slots=True)
class Search:
    """How breaks are sought: see ``shifts``."""

    least: int
    autocorrelation: float
    draws: int
    seed: int
    level: float
    unit: str


def unknown_breaks(line: Line, search: Search, resampled: Callable[[Line], Array]) -> list[Finding]:
    """Return the breaks of a line, or one finding without a date where there is none.

    Parameters
    ----------
    line
        One theme of one group.
    search
        How.
    resampled
        Returns shares of the line over resampled statements, shape (draws, periods).

    Notes
    -----
    In each stretch of data without a gap: the best break and the best pair of breaks (``search``) against what a level
    line shows (``chance``). Where that is rarer than 1 - level the stretch is cut, and its parts are tested in turn
    with p-values times their number, until none has a break (sequential as in Bai and Perron 1998, Econometrica
    66:47-78). Each date is then found anew between its neighbours (Bai 1997, Econometric Theory 13:315-352).
    """
    parts = [(a, b) for a, b in line.stretches if 2 * search.least <= b - a <= MOST_PERIODS]
    if reason := too_few(line, line.there, search.unit) or _no_room(line, parts, search.least):
        return [Finding(line, "unknown_break", reason)]
    rng = np.random.default_rng([search.seed, line.first_cell])
    rows, rarest = [], 1.0
    for start, end in parts:
        cuts, p_values, p_first = _cut(line, start, end, len(parts), search, rng)
        rarest = min(rarest, p_first)
        if cuts:
            rows += _described(line, start, end, cuts, p_values, search, resampled)
    if not rows:
        return [Finding(line, "unknown_break", p_value=rarest, series_p=rarest)]
    return [replace(row, series_p=rarest) for row in rows]


def _no_room(line: Line, parts: list[tuple[int, int]], least: int) -> str:
    if parts:
        return ""
    if any(b - a > MOST_PERIODS for a, b in line.stretches):
        return f"more than {MOST_PERIODS} periods without a gap, use longer periods"
    return f"no {2 * least} periods of data without a gap"


def _cut(
    line: Line, start: int, end: int, n_stretches: int, search: Search, rng: np.random.Generator
) -> tuple[list[int], list[float], float]:
    """Cuts of a stretch with their p-values, and the p-value of the first test."""
    found: dict[int, float] = {}
    first = 1.0
    level = [(start, end)]
    inherited = 0.0
    while level:
        tests = n_stretches if not found else n_stretches * (len(found) + 1)
        deeper, p_worst = [], inherited
        for a, b in level:
            cuts, p_value = _tested(line.share[a:b], line.size[a:b], search, rng)
            p_value = max(inherited, min(1.0, p_value * tests))
            first = p_value if (a, b) == (start, end) else first
            if p_value <= 1 - search.level:
                found |= {a + cut: p_value for cut in cuts}
                p_worst = max(p_worst, p_value)
                bounds = [a, *(a + cut for cut in cuts), b]
                deeper += [(c, d) for c, d in pairwise(bounds) if d - c >= 2 * search.least]
        level, inherited = deeper, p_worst
    cuts = sorted(found)
    return cuts, [found[cut] for cut in cuts], first


def _tested(share: Array, size: Array, search: Search, rng: np.random.Generator) -> tuple[list[int], float]:
    """Best cuts of a part, and the p-value of having none."""
    cuts, _ = _best(share, size, size, search.least)
    weights, extra, noise = weighed(share, size, cuts, searched=True)
    cuts, found = _best(share, size, weights, search.least)
    level = level_line(share, size, extra, noise, search.autocorrelation)
    return cuts, chance_of(found, level, search.least, search.draws, rng)


def _best(share: Array, size: Array, weights: Array, least: int) -> tuple[list[int], float]:
    """Best cuts, one or two, and how surprising they are."""
    pooled = float(weights @ share / weights.sum())
    floor = pooled * (1 - pooled) * float((weights / size).mean())
    one, cut = best_single(share[None], weights, least, floor)
    two, pair = best_pair(share[None], weights, least, floor)
    single, double = (float(each[0]) for each in surprise(one, two, len(share), least))
    return [int(at) for at in (pair[0] if double > single else cut)], max(single, double)


def level_line(share: Array, size: Array, extra: float, noise: Noise, least_memory: float) -> LevelLine:
    """Return the line without breaks: only what is beyond the sampling of statements remembers."""
    weights = weights_of(size, extra)
    return LevelLine(float(weights @ share / weights.sum()), size, extra, max(least_memory, noise.memory))


def _described(
    line: Line,
    start: int,
    end: int,
    cuts: list[int],
    p_values: list[float],
    search: Search,
    resampled: Callable[[Line], Array],
) -> list[Finding]:
    share, size = line.share[start:end], line.size[start:end]
    _, extra, noise = weighed(share, size, [cut - start for cut in cuts], searched=True)
    level = level_line(share, size, extra, noise, search.autocorrelation)
    bounds = [0, *(cut - start for cut in cuts), end - start]
    after_gap, before_gap = start > line.there[0], end <= line.there[-1]
    rows = []
    for number, p_value in enumerate(p_values):
        low, high = bounds[number], bounds[number + 2]
        window = Window(
            share[low:high],
            level.part(low, high),
            resampled(line)[:, start + low : start + high],
            low,
            (after_gap and low == 0, before_gap and high == end - start),
        )
        found = dated(window, noise, search.least, search.level, search.seed)
        bounds[number + 1] = low + found.cut
        at, low_at, high_at = (start + low + place for place in (found.cut, found.low_cut, found.high_cut))
        rows.append(
            Finding(
                line,
                "unknown_break",
                found.reason,
                at=at,
                low_at=low_at,
                high_at=high_at,
                before=found.before,
                after=found.after,
                low=found.low,
                high=found.high,
                p_value=p_value,
                stability=found.stability,
            )
        )
    return rows
