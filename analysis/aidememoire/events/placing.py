"""Statements placed around the occasions of their actor, at the true dates or at shifted ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from aidememoire.aggregate import units_of
from aidememoire.errors import SeriesError
from aidememoire.events.calendar import Calendar
from aidememoire.events.entries import ROUNDS, Actors
from aidememoire.events.occasions import days_of, on_occasion

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["NOWHERE", "Bins", "Occasions", "Others", "Placed", "Said", "bins_of", "gather", "place"]

Array = np.ndarray[Any, np.dtype[Any]]
Bins = tuple[tuple[int, int], ...]
Others = Literal["leave_out", "keep"]
NOWHERE = -1
FAR = 10_000  # days; beyond any window


@dataclass(frozen=True, slots=True)
class Said:
    """Statements: number of the actor, day, whether a wire story, units of the measure, and coded ones."""

    actor: Array
    day: Array
    wire: Array
    size: Array
    coded: Array

    def where(self, keep: Array) -> Said:
        """Return only some statements."""
        return Said(self.actor[keep], self.day[keep], self.wire[keep], self.size[keep], self.coded[keep])


@dataclass(frozen=True, slots=True)
class Occasions:
    """Occasions, one an event, actor and year: number of the actor, days, window, and number of the ``Round``."""

    actor: Array
    first: Array
    last: Array
    before: Array
    after: Array
    round: Array


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each statement lies: its occasion, or ``NOWHERE``; days from it; and whether in its window."""

    occasion: Array
    days: Array
    inside: Array


def _occasions(dates: pd.DataFrame, actors: pd.Index[str]) -> Occasions:
    """Return the rows of ``Calendar.dates`` as arrays, with the position of each actor in ``actors``."""
    first, last = (days_of(dates[column])[1] for column in ("first_day", "last_day"))
    return Occasions(
        actor=actors.get_indexer(pd.Index(dates["actor"])),
        first=first,
        last=last,
        before=dates["before"].to_numpy(),
        after=dates["after"].to_numpy(),
        round=pd.Index(ROUNDS).get_indexer(pd.Index(dates["round"])),
    )


def place(said: Said, occasions: Occasions, shift: Array | int, window: tuple[int, int], lag: int) -> Placed:
    """Give each statement the nearest occasion of its actor that has it in ``window``.

    Parameters
    ----------
    said, occasions
        Statements and occasions.
    shift
        Days by which each occasion is moved, shape (occasions,), or one number for all.
    window
        First and last day, from the occasion.
    lag
        Days by which the occasion's own window is longer for a wire story.
    """
    start = int(said.day.min(initial=FAR**2))
    length = max(0, int(said.day.max(initial=-(FAR**2))) - start + 1)
    n_actors = int(occasions.actor.max(initial=-1)) + 1
    nearest = np.full((n_actors, length), NOWHERE, dtype=np.int32)
    distance = np.full((n_actors, length), FAR, dtype=np.int32)
    for number, (actor, first, last) in enumerate(
        zip(occasions.actor, occasions.first + shift - start, occasions.last + shift - start, strict=True)
    ):
        low, high = max(0, first + window[0]), min(length, last + window[1] + 1)
        if low >= high:
            continue
        day = np.arange(low, high)
        away = np.minimum(day - first, 0) + np.maximum(day - last, 0)
        nearer = np.abs(away) < np.abs(distance[actor, low:high])
        distance[actor, low:high][nearer] = away[nearer]
        nearest[actor, low:high][nearer] = number
    occasion = nearest[said.actor, said.day - start]
    days = distance[said.actor, said.day - start]
    inside = (occasion != NOWHERE) & (days >= -occasions.before[occasion])
    inside &= days <= occasions.after[occasion] + lag * said.wire
    return Placed(occasion, days, inside)


def gather(
    series: Series, calendar: Calendar, chosen: Calendar, theme: str, actors: Actors, others: Others
) -> tuple[Said, Occasions, tuple[str, ...], int]:
    """Return statements and occasions of an event study.

    Parameters
    ----------
    series, calendar, theme, actors, others
        As for ``event_study``.
    chosen
        The events studied.

    Returns
    -------
    tuple
        Statements, occasions, the actors, and how many statements were left out because another event called for them.
    """
    counts = series.counts
    units = units_of(counts, theme, series.measure)
    known, day = days_of(counts["date"])
    keepers = {actor for event in chosen.events for actor in event.actors(actors)}
    use = known & units["read"] & counts["actor"].isin(keepers).to_numpy()
    if not use.any():
        raise SeriesError(
            f"event_study: no statement with a date known to the day by an actor of"
            f" {', '.join(event.id for event in chosen.events)} ({', '.join(sorted(keepers)) or 'none'});"
            " actors='invokers' takes more of them"
        )
    called = _called_by_others(counts, calendar, chosen, actors) if others == "leave_out" else np.zeros_like(use)
    left_out, use = int((use & called).sum()), use & ~called
    rows = counts[use]
    names = pd.Index(sorted(rows["actor"].unique()), dtype="str")
    years = rows["date"].str.slice(0, 4).astype("int64")
    dates = chosen.dates(int(years.min()) - 1, int(years.max()) + 1, actors=actors) if len(rows) else None
    if dates is None or not dates["actor"].isin(names).any():
        raise SeriesError(
            f"event_study: {', '.join(event.id for event in chosen.events)} is not in force in the years of the series"
        )
    said = Said(
        actor=names.get_indexer(pd.Index(rows["actor"])),
        day=day[use],
        wire=(rows["kind"] == "wire_story").to_numpy(),
        size=units["size"][use],
        coded=units["coded"][use],
    )
    return said, _occasions(dates[dates["actor"].isin(names)], names), tuple(names), left_out


def _called_by_others(counts: pd.DataFrame, calendar: Calendar, chosen: Calendar, actors: Actors) -> Array:
    """Return which statements lie in the window of another event and not in that of a chosen one."""
    rest = calendar.without([event.id for event in chosen.events])
    theirs, ours = (np.zeros(len(counts), dtype=bool) for _ in range(2))
    theirs[on_occasion(counts, rest, actors)["position"]] = True
    ours[on_occasion(counts, chosen, actors)["position"]] = True
    return theirs & ~ours


def bins_of(placed: Placed, spans: Bins) -> Array:
    """Return the number of the bin of each statement; ``NOWHERE`` for the others."""
    found = np.full(len(placed.days), NOWHERE)
    for number, (first, last) in enumerate(spans):
        found[(placed.occasion != NOWHERE) & (placed.days >= first) & (placed.days <= last)] = number
    return found
