"""What is planted: probabilities, shifts, the gap and the list of statements to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from aidememoire.synthetic.states import load

__all__ = [
    "Assignment",
    "Outlet",
    "PlannedKind",
    "Shape",
    "Shift",
    "assignments",
    "carried_per_actor",
    "gap",
    "mixture",
    "shifts",
]

Shape = Literal["step", "linear", "anniversary", "flat", "composition"]
Outlet = Literal["veldania", "telda", "ilmaria", "dorvath", "lethwen", "general_debate"]
PlannedKind = Literal["speech", "anniversary", "readout", "transcript", "message", "joint_statement", "wire", "un"]

_FIXED_COUNTERPARTS = {"joint_statement": "XIL", "anniversary": "QML"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One planted change (or planted constancy).

    Attributes
    ----------
    before, after
        Probability that a body sentence is drawn to carry the theme; for ``linear`` at the first and last day,
        for ``anniversary`` on other days and on the day.
    """

    id: str
    shape: Shape
    note: str
    theme: str | None = None
    actor: str | None = None
    counterpart: str | None = None
    date: dt.date | None = None
    until: dt.date | None = None
    month_day: str | None = None
    origin: int | None = None
    before: float | None = None
    after: float | None = None
    round: float | None = None

    def concerns(self, actor: str, counterpart: str) -> bool:
        """Whether it applies to what this actor says about or to this counterpart."""
        return self.actor in (None, actor) and self.counterpart in (None, counterpart)

    def probability(self, day: dt.date, kind: PlannedKind) -> float:
        """The planted probability on a day.

        Examples
        --------
        >>> step = shifts()[0]
        >>> step.probability(dt.date(2018, 1, 14), "speech"), step.probability(dt.date(2018, 1, 15), "speech")
        (0.015, 0.15)
        """
        before, after = self.before or 0.0, self.after or 0.0
        if self.shape == "anniversary":
            in_round_year = self.origin is not None and (day.year - self.origin) % 5 == 0
            on_the_day = (self.round or after) if in_round_year else after
            return on_the_day if kind == "anniversary" else before
        if self.shape == "linear" and self.date and self.until:
            elapsed = (day - self.date).days / (self.until - self.date).days
            return before + (after - before) * elapsed
        return after if self.date is None or day >= self.date else before


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One statement to write."""

    actor: str
    counterpart: str
    outlet: Outlet
    kind: PlannedKind
    day: dt.date


@cache
def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = load("plan")
    return plan


@cache
def shifts() -> tuple[Shift, ...]:
    """The planted shifts in the order of the data file."""
    return tuple(Shift(**row) for row in _plan()["shifts"])


def gap() -> dict[str, str | int]:
    """The actor that says nothing in a whole year, and the year."""
    return dict(_plan()["gap"])


def carried_per_actor() -> dict[str, int]:
    """How many wire stories repeat a statement of each ministry."""
    return dict(_plan()["carried"])


def mixture(task: Assignment) -> dict[str, float]:
    """Probability of each theme in a body sentence of this statement; what is left to one is ordinary."""
    chances = {**_plan()["base"], **_plan()["actors"].get(task.actor, {})}
    for shift in shifts():
        if shift.theme and shift.concerns(task.actor, task.counterpart):
            chances[shift.theme] = shift.probability(task.day, task.kind)
    return {**chances, "look_alike": _plan()["look_alike"]}


def _on_a_working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1) if day.isoweekday() == 7 else day


def _day(rng: np.random.Generator, kind: PlannedKind, year: int) -> dt.date:
    if kind == "anniversary":
        return dt.date(year, 10, 17)
    if kind == "un":
        return _on_a_working_day(dt.date(year, 9, int(rng.integers(20, 29))))
    last_month = _plan()["last"].month if year == _plan()["last"].year else 12
    return _on_a_working_day(dt.date(year, int(rng.integers(1, last_month + 1)), int(rng.integers(2, 28))))


def _years(rng: np.random.Generator, actor: str, count: int, first: int, last: int) -> Iterator[int]:
    """Years spread evenly, one at random in each of ``count`` equal stretches; never in the gap."""
    for place in range(count):
        year = first + int((place + rng.random()) * (last + 1 - first) / count)
        yield year - 1 if {"actor": actor, "year": year}.items() <= gap().items() else year


def assignments(rng: np.random.Generator) -> list[Assignment]:
    """The statements to write, by outlet and date."""
    found = []
    for line in _plan()["schedule"].splitlines():
        actor, outlet, kind, count, first, last = line.split()
        weights = _plan()["counterparts"][actor]
        chance = np.array(list(weights.values()), dtype=float)
        for year in _years(rng, actor, int(count), int(first), int(last)):
            repeats = 2 if kind == "anniversary" and year % 5 == 4 else 1
            for _ in range(repeats):
                other = str(rng.choice(list(weights), p=chance / chance.sum()))
                counterpart = _FIXED_COUNTERPARTS.get(kind, other)
                day = _day(rng, kind, year)
                found.append(Assignment(actor=actor, counterpart=counterpart, outlet=outlet, kind=kind, day=day))
    return sorted(found, key=lambda task: (task.outlet, task.day, task.actor, task.kind))
