"""Hypotheses that a study names before it looks, and where they stand in a series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

from aidememoire.changes.lines import Line
from aidememoire.choices import Period
from aidememoire.errors import SeriesError
from aidememoire.periods import period_of

__all__ = ["Declared", "Direction", "label_of"]

_DATE, _QUARTER = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?"), re.compile(r"\d{4}-Q[1-4]")

Direction = Literal["change", "rise", "fall"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A hypothesis named beforehand.

    Attributes
    ----------
    theme
        Id of a theme.
    date
        When the theme is said to change: a period (``2014``, ``2014-Q2``) or a date, whose period is then the first
        after the break. Without a date the hypothesis is a trend.
    group
        Values of the series' group columns, for instance ``{"actor": "RUS"}``. Columns that are not named may have any
        value: each group is then a test of its own.
    direction
        ``rise`` and ``fall`` are one-sided tests.

    Raises
    ------
    SeriesError
        If the direction is none of these.

    Examples
    --------
    >>> Declared("anti_revisionism", date="2014", group={"actor": "RUS"}, direction="rise").date
    '2014'
    """

    theme: str
    date: str = ""
    group: Mapping[str, str] = field(default_factory=dict)
    direction: Direction = "change"

    def __post_init__(self) -> None:
        if self.direction not in get_args(Direction):
            allowed = ", ".join(get_args(Direction))
            raise SeriesError(f"Declared: direction must be one of {allowed}; {self.direction!r} was given")

    def concerns(self, line: Line, by: tuple[str, ...]) -> bool:
        """Say whether this is about a line."""
        own = dict(zip(by, line.group, strict=True))
        return line.theme == self.theme and all(own[column] == value for column, value in self.group.items())

    def p_value(self, two_sided: float, difference: float) -> float:
        """Return the p-value in the direction that was named.

        Examples
        --------
        >>> Declared("past", direction="rise").p_value(0.04, 0.01), Declared("past").p_value(0.04, 0.01)
        (0.02, 0.04)
        """
        if self.direction == "change":
            return two_sided
        as_named = difference > 0 if self.direction == "rise" else difference < 0
        return two_sided / 2 if as_named else 1 - two_sided / 2


def label_of(date: str, period: Period) -> str:
    """Return the period that a date, or a period's own label, names.

    Raises
    ------
    SeriesError
        If it is no date, or coarser than the periods.

    Examples
    --------
    >>> label_of("2014-03-18", "quarter"), label_of("2014-Q1", "quarter"), label_of("2014", "year")
    ('2014-Q1', '2014-Q1', '2014')
    """
    if period == "quarter" and _QUARTER.fullmatch(date):
        return date
    try:
        if not _DATE.fullmatch(date):
            raise ValueError(date)
        return str(period_of(pd.Series([date], dtype="str"), period).iloc[0])
    except (SeriesError, ValueError) as problem:
        raise SeriesError(
            f"shifts: {date!r} does not name a {period}; give a date (2014-03-18) or a {period} as the series has it"
        ) from problem
