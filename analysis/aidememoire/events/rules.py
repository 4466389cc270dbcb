"""On which day of a year a commemoration falls."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["DayRule", "Days", "Fixed", "Hebrew", "Nth", "Once", "Range", "Strict"]

# First and last day, or none in that year.
Days = tuple[dt.date, dt.date] | None

Month = Annotated[int, Field(ge=1, le=12)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
LEAP_YEAR = 2000


class Strict(BaseModel):
    """A part of a calendar file: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _day(year: int, month: int, day: int) -> dt.date | None:
    # 29 February is no day of other years.
    return dt.date(year, month, day) if day <= monthrange(year, month)[1] else None


def _check_day(month: int, day: int) -> None:
    if _day(LEAP_YEAR, month, day) is None:
        raise ValueError(f"month {month} has no day {day}")


class Fixed(Strict):
    """The same date every year."""

    kind: Literal["fixed"]
    m: Month
    d: DayOfMonth

    @model_validator(mode="after")
    def _exists(self) -> Self:
        _check_day(self.m, self.d)
        return self

    def days(self, year: int) -> Days:
        """Return the day in ``year``."""
        day = _day(year, self.m, self.d)
        return (day, day) if day else None


class Range(Strict):
    """A span of days, which may end in the year after."""

    kind: Literal["range"]
    m: Month
    d: DayOfMonth
    to_m: Month
    to_d: DayOfMonth

    @model_validator(mode="after")
    def _exists(self) -> Self:
        _check_day(self.m, self.d)
        _check_day(self.to_m, self.to_d)
        return self

    def days(self, year: int) -> Days:
        """Return the span that begins in ``year``."""
        ends_later = (self.to_m, self.to_d) < (self.m, self.d)
        first, last = _day(year, self.m, self.d), _day(year + ends_later, self.to_m, self.to_d)
        return (first, last) if first and last else None


class Nth(Strict):
    """The n-th weekday of a month; 0 is Monday, and n = -1 the last."""

    kind: Literal["nth"]
    m: Month
    weekday: Annotated[int, Field(ge=0, le=6)]
    n: Literal[1, 2, 3, 4, 5, -1]

    def days(self, year: int) -> Days:
        """Return the day in ``year``; a month may have no fifth one."""
        weekday_of_first, length = monthrange(year, self.m)
        first = 1 + (self.weekday - weekday_of_first) % 7
        of_month = range(first, length + 1, 7)
        if self.n > len(of_month):
            return None
        day = dt.date(year, self.m, of_month[self.n - 1 if self.n > 0 else -1])
        return day, day


class Hebrew(Strict):
    """A day of the Hebrew calendar, with the table of its dates; a year outside the table has none."""

    kind: Literal["hebrew"]
    month: str
    day: Annotated[int, Field(ge=1, le=30)]
    dates: dict[int, dt.date] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_their_years(self) -> Self:
        for year, day in self.dates.items():
            if day.year != year:
                raise ValueError(f"the date for {year} is {day}, which is in another year")
        return self

    def days(self, year: int) -> Days:
        """Return the day in ``year``, as the table has it."""
        day = self.dates.get(year)
        return (day, day) if day else None


class Once(Strict):
    """A single date, whose anniversaries are kept."""

    kind: Literal["once"]
    date: dt.date

    def days(self, year: int) -> Days:
        """Return the anniversary in ``year``."""
        day = _day(year, self.date.month, self.date.day)
        return (day, day) if day else None


DayRule = Annotated[Fixed | Range | Nth | Hebrew | Once, Field(discriminator="kind")]
