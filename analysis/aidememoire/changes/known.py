"""Breaks at dates that are given: a law, a war, a new minister."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
from scipy import special

from aidememoire.changes.finding import Finding, Method, too_few
from aidememoire.changes.levels import difference_interval, levels_of, reach_of, weighed, widening
from aidememoire.changes.lines import Array, Line
from aidememoire.changes.noise import verdict
from aidememoire.changes.regression import fitted, gradient

__all__ = ["known_breaks"]

# Periods with data that a level and a slope need on each side of a date.
LEAST_LEVEL, LEAST_SLOPE = 2, 3


def known_breaks(line: Line, dates: list[int], *, slope: bool, level: float, unit: str) -> list[Finding]:
    """Return what changed at each date, for all dates of one stretch of data together.

    Parameters
    ----------
    line
        One theme of one group.
    dates
        Positions of the first periods after the breaks, in order, each once.
    slope
        Let every segment have its own slope, and report it too.
    level, unit
        See ``trend_of``.

    Notes
    -----
    Segmented quasi-binomial regression (Wagner et al. 2002, J. Clinical Pharmacy and Therapeutics 27:299-309, for
    interrupted series). Levels only: each segment's level is its pooled share; the test of two neighbours has the
    variance of their common share, the interval is that of Newcombe (1998, Statistics in Medicine 17:873-890, method
    10) from two Wilson intervals whose z is what ``noise.verdict`` asks for. With slopes: the jump at the date, and the
    slopes there, by the delta method.

    A date beside a gap cannot be told from what happened in the gap, and the two sides of a gap are not compared.
    """
    methods: tuple[Method, ...] = ("known_break", "known_slope") if slope else ("known_break",)
    least = LEAST_SLOPE if slope else LEAST_LEVEL
    found: dict[int, list[Finding]] = {}
    for start, end in line.stretches:
        inside = [date for date in dates if start < date < end]
        kept, refused = _usable(inside, start, end, least, len(line.labels), line.there)
        reason = too_few(line, line.there, unit)
        for date in inside if reason else refused:
            found[date] = [Finding(line, method, reason or refused[date], at=date) for method in methods]
        if kept and not reason:
            fit = _slopes if slope else _levels
            found |= fit(line, start, end, kept, level)
    missing = too_few(line, line.there, unit) or "no stretch of data holds the date and the period before it"
    return [
        row
        for date in dates
        for row in found.get(date, [Finding(line, method, missing, at=date) for method in methods])
    ]


def _usable(
    inside: list[int], start: int, end: int, least: int, n_periods: int, there: Array
) -> tuple[list[int], dict[int, str]]:
    """Dates of a stretch that can be tested, and why the others cannot."""
    first, last = int(there[0]), int(there[-1]) + 1
    refused = {}
    for date in inside:
        if (start > first and date <= start) or (end < last and date >= end - 1):
            refused[date] = "the date stands beside a gap"
    kept = [date for date in inside if date not in refused]
    for low, high in list(pairwise([start, *kept, end])):
        if high - low < least:
            for date in {low, high} & set(kept):
                refused[date] = f"fewer than {least} periods on one side of the date"
    kept = [date for date in kept if date not in refused]
    while kept and end - start < len(kept) + 1 + 2:
        refused[kept.pop()] = f"{end - start} periods of data are too few"
    return kept, refused


def _levels(line: Line, start: int, end: int, dates: list[int], level: float) -> dict[int, list[Finding]]:
    cuts = [date - start for date in dates]
    share, size = line.share[start:end], line.size[start:end]
    weights, _, noise = weighed(share, size, cuts)
    levels, whole = levels_of(share, weights, cuts)
    bounds = [0, *cuts, end - start]
    found = {}
    for k, date in enumerate(dates):
        two, of_two = levels[k : k + 2], whole[k : k + 2]
        pooled = two @ of_two / of_two.sum()
        reach = reach_of(weights, bounds[k], bounds[k + 1], bounds[k + 2])
        p_value, _ = verdict(noise, two[1] - two[0], reach * np.sqrt(pooled * (1 - pooled)), level)
        low, high = difference_interval(two, of_two, widening(noise, reach, level))
        found[date] = [
            Finding(
                line,
                "known_break",
                at=date,
                low_at=date,
                high_at=date,
                before=two[0],
                after=two[1],
                low=low,
                high=high,
                p_value=p_value,
            )
        ]
    return found


def _slopes(line: Line, start: int, end: int, dates: list[int], level: float) -> dict[int, list[Finding]]:
    share, size, at = line.share[start:end], line.size[start:end], np.arange(start, end)
    length = float(end - start)
    design = _design(at, dates, start, length)
    fit = fitted(share, size, design, at)
    found = {}
    for k, date in enumerate(dates):
        rows = []
        own = slice(2 + 2 * k, 4 + 2 * k)
        row = _design(np.array([date]), dates, start, length)[0]
        methods: tuple[Method, ...] = ("known_break", "known_slope")
        for method in methods:
            sides = partial(_sides, row, own, 1 / length if method == "known_slope" else 0.0)
            before, after = sides(fit.coefficients)
            toward = gradient(lambda beta, sides=sides: float(np.diff(sides(beta))[0]), fit.coefficients)  # type: ignore[misc]
            p_value, width = verdict(fit.noise, after - before, fit.reach(toward), level)
            low, high = after - before - width, after - before + width
            rows.append(
                Finding(
                    line,
                    method,
                    at=date,
                    low_at=date,
                    high_at=date,
                    before=before,
                    after=after,
                    low=low,
                    high=high,
                    p_value=p_value,
                )
            )
        found[date] = rows
    return found


def _design(at: Array, dates: list[int], start: int, length: float) -> Array:
    """Level and time, then for each date its step and the time since."""
    columns: list[Array] = [np.ones(len(at)), (at - start) / length]
    for date in dates:
        columns += [(at >= date) * 1.0, (at >= date) * (at - date) / length]
    return np.column_stack(columns)


def _sides(row: Array, own: slice, per_period: float, beta: Array) -> Array:
    """Share just before and after a date; or, ``per_period``, how it moves there in a period."""
    # A later date has not come yet: its columns are 0 in this row.
    until = row.copy()
    until[own] = 0.0
    levels: Array = special.expit(np.array([until @ beta, row @ beta]))
    if not per_period:
        return levels
    earlier = beta[1] + beta[3 : own.start : 2].sum()
    slopes = np.array([earlier, earlier + beta[own.stop - 1]])
    moved: Array = levels * (1 - levels) * slopes * per_period
    return moved
