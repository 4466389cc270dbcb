"""The calendar of commemorations: reading it, and the dates it gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aidememoire.errors import SeriesError, StudyError
from aidememoire.events.entries import Actors, CalendarFile, Event, RoundYears, TurningPoint, Window
from aidememoire.yamlfile import load_yaml, validated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["Calendar", "load_calendar"]

BUILTIN = Path(__file__).with_name("calendar.yaml")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Events with what is needed to date them.

    Attributes
    ----------
    events
        In the order of the file.
    sources
        What ``R1`` and so on stand for.
    window, wire_lag
        Days before and after where an event has no window of its own, and how many more a wire story has.
    round_years
        Which anniversaries are round.
    turning_points
        Breaks to test for.
    actors
        For whom the file has an event. The calendar knows nothing of the days of others.
    version
        Of the file.
    """

    events: tuple[Event, ...]
    sources: Mapping[str, str]
    window: Window
    wire_lag: int
    round_years: RoundYears
    turning_points: tuple[TurningPoint, ...]
    actors: frozenset[str]
    version: str

    def select(self, events: str | Sequence[str] | None = None, *, theme: str | None = None) -> Calendar:
        """Return the calendar with only some events: by their ids, or those expected to raise a theme.

        ``actors`` stays: that an actor has no event among the selected ones is known, not unknown.

        Raises
        ------
        SeriesError
            If an event is not in the calendar.
        """
        ids = [events] if isinstance(events, str) else events
        there = {event.id for event in self.events}
        for name in ids or ():
            if name not in there:
                raise SeriesError(f"calendar: no event {name!r}; {_nearest(name, there)}")
        kept = [event for event in self.events if ids is None or event.id in ids]
        return replace(self, events=tuple(event for event in kept if theme is None or theme in event.themes))

    def without(self, events: Sequence[str]) -> Calendar:
        """Return the calendar with all but some events."""
        return replace(self, events=tuple(event for event in self.events if event.id not in events))

    def window_of(self, event: Event) -> Window:
        """Return the window of an event."""
        return event.window or self.window

    def dates(self, first_year: int, last_year: int, *, actors: Actors = "invokers") -> pd.DataFrame:
        """Return the days of every event and actor, both years included.

        Parameters
        ----------
        first_year, last_year
            Years in which a day may begin.
        actors
            ``who``: those that keep the day officially; ``invokers``: these and all whose diplomacy uses it.

        Returns
        -------
        pandas.DataFrame
            event, name (as the actor has it), actor, part (``who`` or ``invokers``), first_day and last_day (ISO 8601,
            the same for a single day), years (since the event), round (``ordinary``, ``minor``, ``major``), before and
            after (the window, days), verified.

        Examples
        --------
        >>> days = load_calendar().select("holodomor").dates(2021, 2022, actors="who")
        >>> days[["actor", "first_day", "years", "round", "verified"]].values.tolist()
        [['UKR', '2021-11-27', 89, 'ordinary', False], ['UKR', '2022-11-26', 90, 'major', False]]
        """
        import pandas as pd

        rows = [
            self._row(event, actor, year, days)
            for event in self.events
            for year in range(first_year, last_year + 1)
            if (days := event.rule.days(year))
            for actor in event.actors(actors)
            if event.in_force(actor, year)
        ]
        table = pd.DataFrame(rows, columns=list(_DATES))
        return table.astype(_DATES)

    def _row(self, event: Event, actor: str, year: int, days: tuple[dt.date, dt.date]) -> tuple[object, ...]:
        years = year - event.year
        part = "who" if actor in event.who else "invokers"
        window = self.window_of(event)
        first, last = (day.isoformat() for day in days)
        named = event.names.get(actor, event.name)
        round_year = self.round_years.of(years)
        return event.id, named, actor, part, first, last, years, round_year, window.before, window.after, event.verified


_DATES = {
    "event": "str",
    "name": "str",
    "actor": "str",
    "part": "str",
    "first_day": "str",
    "last_day": "str",
    "years": "int64",
    "round": "str",
    "before": "int64",
    "after": "int64",
    "verified": "bool",
}


def _nearest(name: str, there: set[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, there, 3) or sorted(there)[:5]
    return f"{len(there)} are there, for instance {', '.join(close)}" if there else "it has none"


def load_calendar(path: str | Path | None = None) -> Calendar:
    """Return the builtin calendar, or one of your own in the same format.

    Parameters
    ----------
    path
        A YAML file as described at the top of the builtin one and in docs/events.md.

    Raises
    ------
    StudyError
        If the file cannot be used as written; says file, line, field and what is allowed.

    Examples
    --------
    >>> calendar = load_calendar()
    >>> len(calendar.events), sum(event.verified for event in calendar.events)
    (127, 17)
    """
    file = Path(path) if path is not None else BUILTIN
    read = validated(CalendarFile, load_yaml(file, StudyError), file, StudyError)
    return Calendar(
        events=read.events,
        sources=read.sources,
        window=read.meta.default_window,
        wire_lag=read.meta.wire_lag,
        round_years=read.meta.round_years,
        turning_points=read.turning_points,
        actors=frozenset(actor for event in read.events for actor in event.actors("invokers")),
        version=read.meta.version,
    )
