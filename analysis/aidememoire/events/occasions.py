"""Which statement is called for by which day, and which are ordinary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from aidememoire.counting import check_choice
from aidememoire.events.calendar import Calendar
from aidememoire.events.entries import Actors

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Kind", "days_of", "kinds_of", "occasions", "on_occasion", "with_occasions"]

Kind = Literal["occasioned", "ordinary", "unknown"]

Array = np.ndarray[Any, np.dtype[Any]]

_DAY_LENGTH = len("2021-09-03")
_COLUMNS = ["statement_id", "event", "name", "actor", "date", "days", "years", "round", "verified"]


def days_of(dates: pd.Series[str]) -> tuple[Array, Array]:
    """Return which dates are known to the day, and their number of days since 1970-01-01 (0 for the others)."""
    known = dates.str.len().eq(_DAY_LENGTH).to_numpy(dtype=bool, na_value=False)
    number = np.zeros(len(dates), dtype=np.int64)
    number[known] = dates[known].to_numpy(dtype="datetime64[D]").astype(np.int64)
    return known, number


def on_occasion(statements: pd.DataFrame, calendar: Calendar, actors: Actors) -> pd.DataFrame:
    """Return the pairs of a statement and an event in whose window it lies.

    Parameters
    ----------
    statements
        actor, date, kind.
    calendar, actors
        As for ``occasions``.

    Returns
    -------
    pandas.DataFrame
        position (row of ``statements``), days, and the columns of ``Calendar.dates``; by position.
    """
    check_choice("actors", actors, Actors)
    known, day = days_of(statements["date"])
    at = np.flatnonzero(known)
    said = pd.DataFrame({"position": at, "actor": statements["actor"].iloc[at].astype("str").array, "day": day[at]})
    years = [int(text[:4]) for text in statements["date"].iloc[at].agg(["min", "max"])] if len(at) else [2, 1]
    # A window may reach over New Year.
    dates = calendar.dates(years[0] - 1, years[1] + 1, actors=actors)
    dates = dates[dates["actor"].isin(said["actor"].unique())].reset_index(drop=True)
    found = said.merge(_window_days(dates, calendar.wire_lag), on=["actor", "day"])
    wire = (statements["kind"].iloc[found["position"]] == "wire_story").to_numpy()
    found = found[(found["days"] <= dates["after"].to_numpy()[found["entry"]]) | wire]
    joined = found.merge(dates.drop(columns="actor"), left_on="entry", right_index=True)
    # The windows of two years of one event may touch: the nearer day counts.
    joined = joined.assign(far=joined["days"].abs()).sort_values(["position", "far", "entry"])
    nearest = joined.drop_duplicates(["position", "event"]).sort_values(["position", "entry"])
    return nearest.drop(columns=["far", "entry", "day"]).reset_index(drop=True)


def _window_days(dates: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Return one row a day of each window, longer by ``lag``: entry (row of ``dates``), actor, day, days."""
    first, last = (days_of(dates[column])[1] for column in ("first_day", "last_day"))
    start = first - dates["before"].to_numpy()
    length = last + dates["after"].to_numpy() + lag - start + 1
    entry = np.repeat(np.arange(len(dates)), length)
    day = start[entry] + np.arange(len(entry)) - np.repeat(np.cumsum(length) - length, length)
    days = np.minimum(day - first[entry], 0) + np.maximum(day - last[entry], 0)
    actor = dates["actor"].iloc[entry].array
    return pd.DataFrame({"entry": entry, "actor": actor, "day": day, "days": days})


def occasions(statements: pd.DataFrame, calendar: Calendar, *, actors: Actors = "who") -> pd.DataFrame:
    """Return which statements lie in the window of which events of their actor.

    Parameters
    ----------
    statements
        A statements table, or the counts of a series: statement_id, actor, date, kind.
    calendar
        As ``load_calendar`` returns it, or a selection of it.
    actors
        ``who``: only days that the statement's actor keeps officially; ``invokers``: also those its diplomacy uses.

    Returns
    -------
    pandas.DataFrame
        statement_id, event, name (as the actor has it), actor, date, days (from the event, negative before it, 0 inside
        a span of days), years (since the event), round (``ordinary``, ``minor``, ``major``), verified. A statement in
        several windows has several rows; one whose date is not known to the day has none, and is not ordinary for that.

    Raises
    ------
    SeriesError
        If ``actors`` is neither.

    Examples
    --------
    >>> from aidememoire.events.calendar import load_calendar
    >>> said = pd.DataFrame({"statement_id": ["s1", "s2", "s3"], "actor": "RUS", "kind": ["speech", "wire_story", None],
    ...     "date": ["2015-05-06", "2015-05-13", "2015"]})
    >>> table = occasions(said, load_calendar().select("victory_day_9may"))
    >>> table[["statement_id", "event", "days", "years", "round"]].values.tolist()
    [['s1', 'victory_day_9may', -3, 70, 'major'], ['s2', 'victory_day_9may', 4, 70, 'major']]
    """
    found = on_occasion(statements, calendar, actors)
    rows = statements[["statement_id", "date"]].iloc[found["position"]].reset_index(drop=True)
    return found.assign(statement_id=rows["statement_id"].astype("str"), date=rows["date"].astype("str"))[_COLUMNS]


def kinds_of(statements: pd.DataFrame, calendar: Calendar, actors: Actors = "who") -> Array:
    """Return the ``Kind`` of each statement: actor, date and kind are looked at."""
    known, _ = days_of(statements["date"])
    known = known & statements["actor"].isin(calendar.actors).to_numpy()
    kinds = np.where(known, "ordinary", "unknown").astype(object)
    kinds[on_occasion(statements, calendar, actors)["position"].to_numpy()] = "occasioned"
    return kinds


def with_occasions(coding: Coding, calendar: Calendar, *, actors: Actors = "who") -> Coding:
    """Return the coding with a column ``occasion_kind`` in its statements, to group a series by or to choose from.

    ``occasioned``: in the window of an event of its actor. ``ordinary``: in none. ``unknown``: the date is not known to
    the day, or the calendar has no event at all for the actor, so that nobody can tell.

    Parameters
    ----------
    coding
        A coded corpus. It is not changed.
    calendar, actors
        As for ``occasions``.

    Raises
    ------
    SeriesError
        If ``actors`` is not one of its choices.

    Examples
    --------
    >>> import aidememoire as am, pathlib, tempfile
    >>> from aidememoire.events.calendar import load_calendar
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "note.txt").write_text("They falsify history.", encoding="utf-8")
    >>> with am.Corpus.open(folder / "study.db") as corpus:
    ...     _ = corpus.ingest(folder / "note.txt")
    ...     coding = with_occasions(am.code(corpus, am.load_codebook()), load_calendar())
    ...     coding.statements["occasion_kind"].tolist()
    ['unknown']
    """
    kinds = pd.Series(kinds_of(coding.statements, calendar, actors), index=coding.statements.index, dtype="str")
    return replace(coding, statements=coding.statements.assign(occasion_kind=kinds))
