"""Calendar periods as positions on an axis, with labels thinned until none touches another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Tick", "TimeAxis", "text_width", "time_axis"]

# Periods per year, how the period after the year is written, and steps between labels that read naturally.
_FORMS: tuple[tuple[int, re.Pattern[str], tuple[int, ...]], ...] = (
    (1, re.compile(r"(\d{4})"), (1, 2, 5, 10, 20, 25, 50, 100)),
    (2, re.compile(r"(\d{4})-?[HS]([12])"), (1, 2, 4, 10, 20, 40, 50, 100)),
    (4, re.compile(r"(\d{4})-?Q([1-4])"), (1, 2, 4, 8, 20, 40, 80, 100, 200)),
    (12, re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), (1, 3, 6, 12, 24, 60, 120, 240, 300, 600)),
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Tick:
    """One label of the axis: where it stands and what it says."""

    position: int
    label: str


@dataclass(frozen=True)
class TimeAxis:
    """The periods of a figure on one axis.

    Attributes
    ----------
    position
        Period to position. Calendar periods stand at their distance in time, so a period that the table
        leaves out still leaves its room; other labels stand one after another as they came.
    per_year
        1, 2, 4 or 12 for calendar periods, 0 for any other labels.
    """

    position: dict[str, int]
    per_year: int

    @property
    def first(self) -> int:
        """The lowest position (0 if there is no period)."""
        return min(self.position.values(), default=0)

    @property
    def last(self) -> int:
        """The highest position (0 if there is no period)."""
        return max(self.position.values(), default=0)

    def ticks(self, width: float, size: float) -> list[Tick]:
        """Return labels of font size ``size`` that do not overlap on an axis ``width`` points wide.

        Examples
        --------
        >>> axis = time_axis(f"{year}-{month:02d}" for year in range(2015, 2022) for month in range(1, 13))
        >>> [tick.label for tick in axis.ticks(width=120, size=6.5)]
        ['2016', '2018', '2020']
        """
        room = width / (self.last - self.first + 1)
        names = {position: period for period, position in self.position.items()}
        for step in self._steps():
            whole_years = self.per_year > 0 and step % self.per_year == 0
            wide = max((text_width("0000" if whole_years else name, size) for name in names.values()), default=0)
            if room * step >= wide + 0.9 * size:
                break
        places = [p for p in range(self.first, self.last + 1) if self._on_grid(p, step)] or [self.first]
        labels = [self._label(p, names, whole_years and self._on_grid(p, step)) for p in places]
        return [Tick(place, label) for place, label in zip(places, labels, strict=True) if label]

    def _steps(self) -> tuple[int, ...]:
        for per_year, _, steps in _FORMS:
            if per_year == self.per_year:
                return steps
        return tuple(range(1, len(self.position) + 2))

    def _on_grid(self, position: int, step: int) -> bool:
        return (position if self.per_year else position - self.first) % step == 0

    def _label(self, position: int, names: dict[int, str], whole_year: bool) -> str:
        if whole_year:
            return f"{position // self.per_year:04d}"
        return names.get(position, _name(position, self.per_year) if self.per_year else "")


def time_axis(periods: Iterable[str]) -> TimeAxis:
    """Place periods such as ``2021``, ``2021-Q3`` or ``2021-09``; anything else keeps the order it came in.

    Examples
    --------
    >>> time_axis(["2019", "2021"]).position
    {'2019': 2019, '2021': 2021}
    >>> time_axis(["before", "after"]).position
    {'before': 0, 'after': 1}
    """
    distinct = list(dict.fromkeys(periods))
    for per_year, form, _ in _FORMS:
        found = [form.fullmatch(period) for period in distinct]
        if distinct and all(found):
            parts = [[int(number) for number in match.groups()] for match in found if match]
            places = [part[0] * per_year + (part[1] - 1 if len(part) > 1 else 0) for part in parts]
            if len(set(places)) == len(places):
                return TimeAxis(dict(zip(distinct, places, strict=True)), per_year)
    if all(_DAY.fullmatch(period) for period in distinct):
        distinct.sort()
    return TimeAxis({period: place for place, period in enumerate(distinct)}, 0)


def text_width(text: str, size: float) -> float:
    """Return about how many points wide ``text`` stands in DejaVu Sans; East Asian characters are wider.

    Examples
    --------
    >>> round(text_width("2021", 10))
    25
    """
    return size * sum(1.0 if ord(character) > 0x2E7F else 0.63 for character in text)


def _name(position: int, per_year: int) -> str:
    year, part = divmod(position, per_year)
    forms = {1: f"{year:04d}", 2: f"{year:04d}-H{part + 1}", 4: f"{year:04d}-Q{part + 1}"}
    return forms.get(per_year, f"{year:04d}-{part + 1:02d}")
