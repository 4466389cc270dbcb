"""The calendar: which statements an occasion called for, what its day adds, and what a series is without it."""

from __future__ import annotations

from aidememoire.events.calendar import Calendar, load_calendar
from aidememoire.events.entries import Actors, Event, TurningPoint
from aidememoire.events.occasions import occasions, with_occasions
from aidememoire.events.partial import partial_out
from aidememoire.events.study import EventStudy, event_study

__all__ = [
    "Actors",
    "Calendar",
    "Event",
    "EventStudy",
    "TurningPoint",
    "event_study",
    "load_calendar",
    "occasions",
    "partial_out",
    "with_occasions",
]
