"""What a calendar file may say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from aidememoire.events.rules import DayRule, Strict

__all__ = ["ROUNDS", "Actors", "CalendarFile", "Event", "Round", "RoundYears", "TurningPoint", "Window"]

# Who counts: those who keep the day officially, or these and all whose diplomacy uses it.
Actors = Literal["who", "invokers"]
Round = Literal["ordinary", "minor", "major"]
ROUNDS: tuple[Round, ...] = ("ordinary", "minor", "major")

Actor = Annotated[str, Field(pattern=r"^[A-Z]{2,3}$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Source = Annotated[str, Field(pattern=r"^(R\d*|E)( \(.+\))?$")]
Days = Annotated[int, Field(ge=0, le=60)]


class Window(Strict):
    """Days before and after in which a statement counts as called for by the day."""

    before: Days
    after: Days


class _Every(Strict):
    every: Annotated[int, Field(ge=1)]
    also: tuple[int, ...] = ()

    def holds(self, years: int) -> bool:
        return years % self.every == 0 or years in self.also


class RoundYears(Strict):
    """Which anniversaries are round."""

    major: _Every = _Every(every=10, also=(25, 75))
    minor: _Every = _Every(every=5)

    def of(self, years: int) -> Round:
        """Return how round an anniversary is.

        Examples
        --------
        >>> [RoundYears().of(years) for years in (71, 55, 60, 75)]
        ['ordinary', 'minor', 'major', 'major']
        """
        return "major" if self.major.holds(years) else "minor" if self.minor.holds(years) else "ordinary"


class _Remembered(Strict):
    """What is remembered: a year, or a date."""

    year: int | None = None
    date: dt.date | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.year is None) == (self.date is None):
            raise ValueError("give either year or date")
        return self


class Event(Strict):
    """One entry: a day, what is remembered, and who does.

    Attributes
    ----------
    names
        What single actors call the day, where that is not ``name``.
    who, invokers, dyad
        Who keeps it officially; whose diplomacy uses it; the parties of a treaty, who count as invokers.
    since, until
        First and last year in which the entry is in force, by actor.
    themes
        What is expected to rise.
    window
        In place of the calendar's default.
    src
        ``R1``: a source of the list; ``R``: one named behind it; ``E``: general knowledge, not verified.
    votes
        By year: for, against, abstaining.
    """

    id: Identifier
    name: str
    names: dict[Actor, str] = Field(default_factory=dict)
    rule: DayRule
    event: _Remembered
    who: tuple[Actor, ...] = ()
    invokers: tuple[Actor, ...] = ()
    dyad: tuple[Actor, ...] = Field(default=(), max_length=2)
    since: dict[Actor, int] = Field(default_factory=dict)
    until: dict[Actor, int] = Field(default_factory=dict)
    themes: tuple[Identifier, ...] = ()
    window: Window | None = None
    src: Source
    note: str = ""
    confounders: tuple[str, ...] = ()
    votes: dict[int, tuple[int, int, int]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _actors_known(self) -> Self:
        known = self.actors("invokers")
        if not known:
            raise ValueError(f"{self.id}: name at least one actor in who, invokers or dyad")
        if strange := sorted({*self.since, *self.until, *self.names} - set(known)):
            raise ValueError(f"{self.id}: {strange[0]} stands in since, until or names but not among the actors")
        for actor in self.since.keys() & self.until.keys():
            if self.since[actor] > self.until[actor]:
                raise ValueError(f"{self.id}: since is after until for {actor}")
        return self

    @property
    def verified(self) -> bool:
        """Whether a published source was found for the entry."""
        return self.src.startswith("R")

    @property
    def year(self) -> int:
        """The year that anniversaries count from."""
        return self.event.date.year if self.event.date else self.event.year or 0

    def actors(self, which: Actors) -> tuple[str, ...]:
        """Return who keeps the day, or with ``invokers`` these and all who use it."""
        return self.who if which == "who" else tuple(dict.fromkeys((*self.who, *self.invokers, *self.dyad)))

    def in_force(self, actor: str, year: int) -> bool:
        """Whether the entry holds for ``actor`` in ``year``; the first anniversary is the year after the event."""
        return max(self.since.get(actor, 0), self.year + 1) <= year <= self.until.get(actor, year)


class TurningPoint(Strict):
    """A date after which a series may be another one; no commemoration."""

    date: dt.date
    label: str
    src: Source


class _Meta(Strict):
    version: str
    default_window: Window = Window(before=3, after=3)
    wire_lag: Annotated[int, Field(ge=0, le=7)] = 1
    round_years: RoundYears = RoundYears()


class CalendarFile(Strict):
    """A calendar as it is written."""

    meta: _Meta
    sources: dict[str, str] = Field(default_factory=dict)
    events: tuple[Event, ...]
    turning_points: tuple[TurningPoint, ...] = ()

    @field_validator("events", mode="after")
    @classmethod
    def _each_once(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        ids = [event.id for event in events]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"the id {twice[0]} stands twice; each event needs its own")
        return events

    @model_validator(mode="after")
    def _sources_named(self) -> Self:
        written = [event.src for event in self.events] + [point.src for point in self.turning_points]
        cited = {code for src in written for code in re.findall(r"\bR\d+", src)}
        if lost := sorted(cited - set(self.sources)):
            raise ValueError(f"src cites {lost[0]}, which is not among the sources ({', '.join(self.sources)})")
        return self
