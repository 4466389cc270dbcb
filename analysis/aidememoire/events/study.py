"""The event study: how much higher a theme stands around a day than on the ordinary days of the same year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.counting import check_choice
from aidememoire.errors import SeriesError
from aidememoire.events.calendar import Calendar
from aidememoire.events.effects import Compared, compare, days_table, effects_table
from aidememoire.events.entries import Actors
from aidememoire.events.placing import NOWHERE, Bins, Others, Said, bins_of, gather, place

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["BINS", "EventStudy", "Others", "event_study"]

Array = np.ndarray[Any, np.dtype[Any]]
# A week day by day, a second week as one; what the window has beyond is what they are compared with.
BINS: Bins = ((-14, -8), *((day, day) for day in range(-7, 8)), (8, 14))
WINDOW = (-30, 30)
PLACEBO_DAYS = 45
DRAWS = 999
# Shifts reach half a year, so that they do not come near the next anniversary.
FARTHEST_SHIFT = 182


@dataclass(frozen=True, slots=True)
class EventStudy:
    """What happens around a day.

    Attributes
    ----------
    days
        One row a bin of days and ``kind`` (``event``, or ``placebo``: the same around shifted dates): kind, first_day,
        last_day (from the event), difference (to the share on the reference days of the same actor and year; 0.01 is
        one share point), low, high, n_occasions, n_statements, n_sentences, n_coded, flag (``no_data``, or
        ``one_occasion``, which has no interval).
    effects
        The whole window of the event: one row a ``contrast`` (``all``, ``ordinary``, ``minor``, ``major`` round years,
        ``minor - ordinary``, ``major - ordinary``, ``placebo``), with difference, low, high, p_value and the counts.
    p_shifted
        How often a random date has as large a difference as the true one, in either direction; missing where no random
        date had data.
    n_shifted
        How many random dates that rests on.
    reference_share
        Share on the reference days.
    theme, events, names, actors
        What was looked at; ``names`` are those of the events.
    unverified
        Those events for which the calendar names no published source.
    n_left_out
        Statements left out because another day called for them.
    window, placebo_days
        As asked for.
    measure, coder, codes, voices
        As in the series.
    """

    days: pd.DataFrame
    effects: pd.DataFrame
    p_shifted: float | None
    n_shifted: int
    reference_share: float
    theme: str
    events: tuple[str, ...]
    names: tuple[str, ...]
    actors: tuple[str, ...]
    unverified: tuple[str, ...]
    n_left_out: int
    window: tuple[int, int]
    placebo_days: int
    measure: str
    coder: str
    codes: str
    voices: str


def event_study(
    series: Series,
    calendar: Calendar,
    *,
    theme: str,
    events: str | Sequence[str],
    actors: Actors = "who",
    window: tuple[int, int] = WINDOW,
    bins: Sequence[tuple[int, int]] = BINS,
    others: Others = "leave_out",
    placebo_days: int = PLACEBO_DAYS,
    draws: int = DRAWS,
    seed: int = 1,
) -> EventStudy:
    """Compare the days around an event with reference days of the same actor and year.

    Parameters
    ----------
    series
        Shares of sentences or statements, unweighted; its periods and groups do not matter, its statements do.
    calendar
        As ``load_calendar`` returns it. All of it is needed even for one event: see ``others``.
    theme
        One of the series' themes.
    events
        One event or several. A statement belongs to the nearest day of its actor.
    actors
        ``who``: only actors that keep the day officially; ``invokers``: also those whose diplomacy uses it.
    window
        First and last day that is looked at, from the event.
    bins
        Spans of days within the window that get an estimate each. Days of the window in no bin, and not in the event's
        own window of the calendar, are the reference days.
    others
        ``leave_out``: statements that lie in the window of another event of the calendar, and not in that of these
        events, are no part of it. ``keep``: they are.
    placebo_days
        The same is done around dates shifted by so many days (may be negative). Where another event falls on the
        shifted date, take another shift.
    draws, seed
        How many random shifts, from 0 not to be counted; and from where.

    Raises
    ------
    SeriesError
        If the theme or an event does not exist, bins and window do not fit, the series is of another measure, or no
        occasion has statements both around the day and on reference days.

    Notes
    -----
    An occasion g is an event, actor and year. Of statement i with m sentences, x of them coded,

        x_i / m_i = a_g + sum_b beta_b [day of i in bin b] + e_i,    weighted by m_i,

    is estimated by least squares; the beta are the differences (MacKinlay 1997, J. Economic Literature 35:13-39, for
    the design). Intervals take occasions as clusters: see ``within_strata``. They are never shorter than the sampling
    of statements makes them at the pooled share p = (x + 2) / (m + 4) (Agresti and Coull 1998, American Statistician
    52:119-126), with variance ``p (1 - p) (1 + (m_i - 1) rho) / m_i`` and the intraclass correlation rho of the series.

    The effect of the whole window has one beta in place of the many, on window and reference days alone. Each random
    draw moves every occasion by its own number of days, up to half a year and too far for the bins to overlap, leaves
    out the statements in the bins of the true date and estimates it anew; the p-value is
    ``(1 + number at least as large) / (1 + draws)`` (Phipson and Smyth 2010, SAGMB 9:39).
    """
    spans = _checked(series, theme, window, bins)
    check_choice("others", others, Others)
    chosen = calendar.select(events)
    said, occasions, names, n_left_out = gather(series, calendar, chosen, theme, actors, others)
    correlation = float(series.correlation[theme])

    def compared(said: Said, shift: Array | int, *, whole: bool) -> Compared:
        placed = place(said, occasions, shift, window, calendar.wire_lag)
        return compare(said, placed, bins_of(placed, spans), correlation, whole=whole)

    whole = compared(said, 0, whole=True)
    if not whole.n_occasions:
        raise SeriesError(
            f"event_study: no occasion of {', '.join(e.id for e in chosen.events)} has statements of {', '.join(names)}"
            " both in its window and on reference days; widen the window or take other events"
        )
    # Around false dates the days of the true one would be found again.
    away = said.where(bins_of(place(said, occasions, 0, window, calendar.wire_lag), spans) == NOWHERE)
    shifts = _shifts(spans, len(occasions.first), draws, seed)
    false = (compared(away, shift, whole=True) for shift in shifts)
    found = [each.difference() for each in false if each.n_occasions]
    # Sums of floats in another order differ in the last digits.
    as_large = sum(abs(difference) >= abs(whole.difference()) - 1e-12 for difference in found)
    days = [
        days_table(compared(said, 0, whole=False), spans, "event"),
        days_table(compared(away, placebo_days, whole=False), spans, "placebo"),
    ]
    return EventStudy(
        days=pd.concat(days, ignore_index=True),
        effects=effects_table(whole, occasions.round, compared(away, placebo_days, whole=True)),
        p_shifted=(1 + as_large) / (1 + len(found)) if found else None,
        n_shifted=len(found),
        reference_share=whole.reference_share(),
        theme=theme,
        events=tuple(event.id for event in chosen.events),
        names=tuple(event.name for event in chosen.events),
        actors=names,
        unverified=tuple(event.id for event in chosen.events if not event.verified),
        n_left_out=n_left_out,
        window=window,
        placebo_days=placebo_days,
        measure=series.measure,
        coder=series.coder,
        codes=series.codes,
        voices=series.voices,
    )


def _checked(series: Series, theme: str, window: tuple[int, int], bins: Sequence[tuple[int, int]]) -> Bins:
    if series.measure not in ("sentences", "statements") or series.weighting != "sentence":
        raise SeriesError(
            "event_study: give shares of sentences or statements, weighting='sentence';"
            f" measure={series.measure!r}, weighting={series.weighting!r} were given"
        )
    if theme not in series.themes:
        raise SeriesError(f"event_study: no theme {theme!r} in the series; there are {', '.join(series.themes)}")
    spans = tuple(sorted((int(first), int(last)) for first, last in bins))
    days = [day for first, last in spans for day in range(first, last + 1)]
    if not days or len(set(days)) < len(days) or any(first > last for first, last in spans):
        raise SeriesError(f"event_study: bins must be spans (first day, last day) that do not overlap; {bins!r}")
    if set(days) - set(range(window[0], window[1] + 1)) or not set(range(window[0], window[1] + 1)) - set(days):
        raise SeriesError(
            f"event_study: the bins must lie in the window {window} and leave days in it that they are compared with"
        )
    return spans


def _shifts(spans: Bins, n_occasions: int, draws: int, seed: int) -> Iterator[Array]:
    """Yield numbers of days by which each occasion is moved: too far for the bins to meet those of the true date."""
    nearest = spans[-1][1] - spans[0][0] + 1
    farther = np.arange(nearest, max(nearest, FARTHEST_SHIFT) + 1)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield rng.choice(np.r_[-farther, farther], n_occasions)
