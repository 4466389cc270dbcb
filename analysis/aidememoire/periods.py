"""Calendar periods of statements whose dates are known to the day, the month or only the year."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from aidememoire.choices import Period
from aidememoire.errors import SeriesError

__all__ = ["all_periods", "period_of"]

_PANDAS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
# Characters of an ISO date that a period needs: a day for day and week, a month for month and quarter.
_NEEDED = {"day": 10, "week": 10, "month": 7, "quarter": 7, "year": 4}


def period_of(dates: pd.Series[str], period: Period) -> pd.Series[str]:
    """Return the label of the period each date falls in; missing where the date is.

    Parameters
    ----------
    dates
        ISO 8601 at the precision known: ``2021``, ``2021-09``, ``2021-09-03``.
    period
        A week begins on Monday and is named by that day; ``all`` is one period for every date and for none.

    Raises
    ------
    SeriesError
        If a date is less precise than the period: a year-only date is never charted by month.

    Examples
    --------
    >>> period_of(pd.Series(["2021-09-03", None, "2020-12-31"], dtype="str"), "quarter").tolist()
    ['2021-Q3', nan, '2020-Q4']
    """
    if period == "all":
        return pd.Series("all", index=dates.index, dtype="str")
    if period not in _NEEDED:
        raise SeriesError(f"period {period!r} is not one of {', '.join(get_args(Period))}")
    known = dates.dropna()
    coarse = known[known.str.len() < _NEEDED[period]]
    if len(coarse):
        raise SeriesError(
            f"period {period!r} needs finer dates than {len(coarse):,} of {len(known):,} statements have"
            f" (for instance {coarse.iloc[0]}); use period 'year' or leave those statements out"
        )
    if period == "year":
        return dates.str.slice(0, 4)
    labels = _labels(pd.PeriodIndex(known, freq=_PANDAS[period]), period)
    return pd.Series(labels, index=known.index, dtype="str").reindex(dates.index)


def all_periods(labels: pd.Series[str], period: Period) -> list[str]:
    """Return every period from the first label to the last, so that a period without statements shows as a gap.

    Examples
    --------
    >>> all_periods(pd.Series(["2019", "2021"]), "year")
    ['2019', '2020', '2021']
    """
    known = labels.dropna()
    if known.empty or period == "all":
        return ["all"] if len(known) else []
    first, last = (pd.Period(label.replace("-Q", "Q"), freq=_PANDAS[period]) for label in (known.min(), known.max()))
    return _labels(pd.period_range(first, last, freq=_PANDAS[period]), period)


def _labels(periods: pd.PeriodIndex, period: Period) -> list[str]:
    if period == "week":
        return [str(each.start_time.date()) for each in periods]
    if period == "quarter":
        return [f"{each.year}-Q{each.quarter}" for each in periods]
    return [str(each) for each in periods]
