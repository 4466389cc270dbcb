from __future__ import annotations

import pandas as pd
import pytest

from aidememoire.errors import SeriesError
from aidememoire.periods import all_periods, period_of


def dates(*values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("day", "2021-09-03"),
        ("week", "2021-08-30"),
        ("month", "2021-09"),
        ("quarter", "2021-Q3"),
        ("year", "2021"),
        ("all", "all"),
    ],
)
def test_labels(period, label):
    assert period_of(dates("2021-09-03"), period).tolist() == [label]


def test_a_year_only_date_is_refused_for_months():
    with pytest.raises(SeriesError, match="finer dates than 1 of 2 statements"):
        period_of(dates("2021", "2021-09-03"), "month")
    with pytest.raises(SeriesError, match="2021-09"):
        period_of(dates("2021-09"), "week")


def test_undated_statements_have_no_period():
    assert period_of(dates("2021-09", None), "month").isna().tolist() == [False, True]


def test_unknown_period():
    with pytest.raises(SeriesError, match="one of day, week, month, quarter, year, all"):
        period_of(dates("2021"), "decade")


@pytest.mark.parametrize(
    ("period", "labels", "expected"),
    [
        ("year", ["2019", "2021"], ["2019", "2020", "2021"]),
        ("quarter", ["2020-Q4", "2021-Q2"], ["2020-Q4", "2021-Q1", "2021-Q2"]),
        ("month", ["2020-12", "2021-01"], ["2020-12", "2021-01"]),
        ("week", ["2021-08-30", "2021-09-13"], ["2021-08-30", "2021-09-06", "2021-09-13"]),
        ("year", [], []),
    ],
)
def test_the_calendar_is_complete(period, labels, expected):
    assert all_periods(dates(*labels), period) == expected
