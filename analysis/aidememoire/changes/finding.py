"""What one test of one line says, before it is corrected for the others."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

from aidememoire.changes.lines import Array, Line

__all__ = ["LEAST_CODED", "Finding", "Method", "too_few"]

Method = Literal["known_break", "known_slope", "unknown_break", "trend"]

# With fewer coded units, or fewer that are not, a line says nothing of how it moves.
LEAST_CODED = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the ``shifts`` table without its correction; sizes are shares, dates are positions in the calendar.

    Attributes
    ----------
    line
        Whose.
    method
        Which test.
    reason
        Why nothing could be tested; empty where it was.
    at, low_at, high_at
        The first period after the break, and its interval; -1 where there is none.
    outside
        A given date that no period of the series has.
    before, after, low, high
        Levels (for a trend the fitted ends, for a slope share points a period) and the interval of their difference.
    p_value
        Two-sided.
    series_p
        For breaks that were sought, the p-value of "this line has no break at all".
    stability
        Share of resamples that find the break within a period; NaN where that is no question.
    """

    line: Line
    method: Method
    reason: str = ""
    at: int = -1
    low_at: int = -1
    high_at: int = -1
    outside: str = ""
    before: float = nan
    after: float = nan
    low: float = nan
    high: float = nan
    p_value: float = nan
    series_p: float = nan
    stability: float = nan


def too_few(line: Line, there: Array, unit: str) -> str:
    """Return why a line cannot be tested at all; empty if it can."""
    if not len(there):
        return "no data"
    if line.coded < LEAST_CODED:
        return f"{line.coded:,.0f} coded {unit}, {LEAST_CODED} are needed"
    if line.units - line.coded < LEAST_CODED:
        return f"{line.units - line.coded:,.0f} {unit} without the theme, {LEAST_CODED} are needed"
    return ""
