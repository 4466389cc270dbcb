"""The calendar, occasions, event studies, and series with their occasions partialled out."""

from __future__ import annotations

import calendar as months
import datetime as dt
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from scipy import stats

import aidememoire as am
from aidememoire.aggregate import Asked, shares_table
from aidememoire.codebook.model import Codebook
from aidememoire.errors import SeriesError, StudyError
from aidememoire.events import event_study, load_calendar, occasions, partial_out, with_occasions
from aidememoire.events.effects import compare
from aidememoire.events.entries import RoundYears
from aidememoire.events.placing import Placed, Said
from aidememoire.events.rules import Fixed, Nth, Once, Range
from aidememoire.events.within import within_strata
from aidememoire.figures.events import plot_event_study
from aidememoire.shares import Series

OWN = """
meta:
  version: "1"
sources:
  R1: "Gazette of XAA, 1951"
events:
- id: liberation
  name: Liberation Day
  names: {XBB: Day of Sorrow}
  rule: {kind: fixed, m: 5, d: 9}
  event: {year: 1945}
  who: [XAA]
  invokers: [XBB]
  src: R1
- id: treaty
  name: Treaty of friendship
  rule: {kind: once, date: 1990-01-01}
  event: {date: 1990-01-01}
  dyad: [XAA, XCC]
  src: E
- id: harvest
  name: Harvest
  rule: {kind: range, m: 6, d: 20, to_m: 6, to_d: 24}
  event: {year: 1900}
  who: [XAA]
  window: {before: 1, after: 1}
  src: E
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    path = tmp_path_factory.mktemp("calendar") / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return load_calendar(path)


@pytest.fixture(scope="module")
def builtin():
    return load_calendar()


def said(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    """Statements by actor, date and kind."""
    table = pd.DataFrame(rows, columns=["actor", "date", "kind"]).astype("str")
    return table.assign(statement_id=[f"s{n}" for n in range(len(table))])


def counted(counts: pd.DataFrame, by: tuple[str, ...] = ("actor",), period="year") -> Series:
    defaults = {"actor": "XAA", "kind": "speech", "n_sentences": 20, "past": 0}
    counts = counts.assign(**{name: value for name, value in defaults.items() if name not in counts})
    counts = counts.assign(statement_id=[f"s{n}" for n in range(len(counts))])
    if "period" not in counts:
        counts = counts.assign(period=counts["date"].str.slice(0, 4))
    counts = counts.astype({"actor": "str", "date": "str", "kind": "str", "period": "str"})
    table, correlation = shares_table(counts, ("past",), by, Asked(period, "sentences", "sentence", 1))
    fixed = {"coder": "rules", "coding": "strict", "voices": "all", "measure": "sentences", "weighting": "sentence"}
    corrected = dict.fromkeys(("corrected_share", "corrected_low", "corrected_high"), np.nan)
    return Series(
        table=table.assign(**fixed, **corrected).astype(dict.fromkeys(fixed, "str")), counts=counts, themes=("past",),
        period=period, by=by, voices="all", codes="strict", stances="all", measure="sentences", count="statements",
        weighting="sentence", window=1, coder="rules", correlation=correlation, n_undated=0, n_duplicates=0,
    )  # fmt: skip


def daily(rng, peak, *, years=range(2006, 2021), base=0.05, rho=0.02, per_day=0.7, on_day=12, trend=0.0) -> Series:
    """Statements of XAA every day, more on 9 May, where their share is higher by ``peak(years since 1945)``."""
    days = pd.date_range(f"{years[0]}-01-01", f"{years[-1]}-12-31")
    is_day = (days.month == 5) & (days.day == 9)
    dates = days.repeat(np.where(is_day, on_day, rng.poisson(per_day, len(days))))
    year = dates.year.to_numpy()
    share = base + trend * (year - years[0])
    share += np.where((dates.month == 5) & (dates.day == 9), [peak(y - 1945) for y in year], 0)
    own_share = rng.beta(share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho)
    sizes = 1 + rng.poisson(19, len(dates))
    text = dates.strftime("%Y-%m-%d")
    return counted(pd.DataFrame({"date": text, "n_sentences": sizes, "past": rng.binomial(sizes, own_share)}))


def grown(years: int) -> float:
    """A peak that is higher in round years."""
    return {"ordinary": 0.05, "minor": 0.3, "major": 0.6}[RoundYears().of(years)]


def row(table: pd.DataFrame, **where) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


# The calendar


def test_the_builtin_calendar_is_whole(builtin):
    assert len(builtin.events) == 127
    assert sum(event.verified for event in builtin.events) == 17
    assert len(builtin.turning_points) == 15
    assert all(event.themes for event in builtin.events)
    assert {"RUS", "CHN", "UKR", "UN"} < builtin.actors


@pytest.mark.real
def test_the_facts_are_those_of_the_codebook(shared, builtin):
    written = YAML(typ="safe").load((shared / "codebook" / "calendar.yaml").read_text(encoding="utf-8"))
    assert [event["id"] for event in written["events"]] == [event.id for event in builtin.events]
    for there, here in zip(written["events"], builtin.events, strict=True):
        for field in ("who", "invokers", "dyad", "themes"):
            assert tuple(there.get(field, ())) == getattr(here, field), (here.id, field)
        assert (there.get("since", {}), there.get("until", {})) == (here.since, here.until), here.id
        assert there["event"]["year"] == here.year
        assert there["src"].startswith("R") == here.verified
        assert there.get("window") == (here.window.model_dump() if here.window else None)
        if there["rule"]["kind"] != "hebrew":
            assert there["rule"] == here.rule.model_dump()
    assert len(written["structural_breaks"]) == len(builtin.turning_points)
    for year, day in written["hebrew_dates"]["yom_hashoah"].items():
        assert row(builtin.select("yom_hashoah").dates(year, year), actor="ISR")["first_day"] == day.isoformat()


def test_names_change_with_state_and_year(builtin):
    september = builtin.select(["rus_2sep", "rus_3sep_2020", "rus_3sep_2023"]).dates(2009, 2024, actors="who")
    named = {int(day[:4]): (day[5:], name) for day, name in zip(september["first_day"], september["name"], strict=True)}
    assert 2009 not in named
    assert {day for year, (day, _) in named.items() if year < 2020} == {"09-02"}
    assert named[2020] == ("09-03", "Day of the End of the Second World War")
    assert "Militarist Japan" in named[2023][1]
    assert "Militarist Japan" not in named[2022][1]
    seventeenth = builtin.select("soviet_17sep").dates(2020, 2021)
    names = seventeenth[["actor", "first_day", "name"]].to_numpy().tolist()
    assert names == [
        ["POL", "2020-09-17", "Soviet invasion of Poland"],
        ["POL", "2021-09-17", "Soviet invasion of Poland"],
        ["BLR", "2021-09-17", "Day of National Unity"],
    ]


def test_a_weekday_of_a_month_agrees_with_the_months_page(builtin):
    # As published: Holodomor Remembrance Day of these years.
    days = builtin.select("holodomor").dates(2019, 2023, actors="who")["first_day"].tolist()
    assert days == ["2019-11-23", "2020-11-28", "2021-11-27", "2022-11-26", "2023-11-25"]
    for year in (1999, 2000, 2023):
        for month in range(1, 13):
            for weekday in range(7):
                column = [week[weekday] for week in months.monthcalendar(year, month) if week[weekday]]
                for n in (1, 2, 3, 4, 5, -1):
                    found = Nth(kind="nth", m=month, weekday=weekday, n=n).days(year)
                    at = n - 1 if n > 0 else -1
                    assert (found[0].day if found else None) == (column[at] if at < len(column) else None)


def passover(year: int) -> dt.date:
    """Gauss's rule for the first day of Passover (15 Nisan): days of a Julian March, 13 behind the Gregorian one."""
    a, b = (12 * year + 12) % 19, year % 4
    exact = 20.0955877 + 1.5542418 * a + 0.25 * b - 0.003177794 * year
    day, part = int(exact), exact % 1
    weekday = (3 * year + 5 * b + day + 1) % 7
    if weekday in (2, 4, 6) or (weekday == 1 and a > 6 and part >= 0.632870370):
        day += 1 + (weekday == 1)
    elif weekday == 0 and a > 11 and part >= 0.897723765:
        day += 1
    return dt.date(year, 3, 1) + dt.timedelta(days=day - 1 + 13)


def test_hebrew_dates_agree_with_gauss(builtin):
    # As published: Passover begins on these days.
    assert [passover(year).isoformat() for year in (2005, 2013, 2024)] == ["2005-04-24", "2013-03-26", "2024-04-23"]
    rule = next(event.rule for event in builtin.events if event.id == "yom_hashoah")
    assert list(rule.dates) == list(range(2000, 2036))
    for year, day in rule.dates.items():
        nisan_27 = passover(year) + dt.timedelta(days=12)
        moved = {4: -1, 6: 1}.get(nisan_27.weekday(), 0)
        assert day == nisan_27 + dt.timedelta(days=moved)
    assert rule.days(1999) is None


def test_rules_at_their_edges():
    leap = Fixed(kind="fixed", m=2, d=29)
    assert (leap.days(2023), leap.days(2024)) == (None, (dt.date(2024, 2, 29),) * 2)
    turn = Range(kind="range", m=12, d=30, to_m=1, to_d=2)
    assert turn.days(2020) == (dt.date(2020, 12, 30), dt.date(2021, 1, 2))
    assert Once(kind="once", date=dt.date(1990, 3, 4)).days(2000)[0] == dt.date(2000, 3, 4)


def test_anniversaries_begin_in_the_year_after_and_know_how_round_they_are(own):
    found = own.select("liberation").dates(1944, 1970, actors="who")
    assert found["years"].tolist() == list(range(1, 26))
    assert found.loc[found["round"] == "major", "years"].tolist() == [10, 20, 25]
    assert found.loc[found["round"] == "minor", "years"].tolist() == [5, 15]
    assert found["verified"].all()
    assert own.dates(2000, 2000)["actor"].tolist() == ["XAA", "XBB", "XAA", "XCC", "XAA"]
    assert own.dates(2000, 1999).dtypes.equals(own.dates(2000, 2000).dtypes)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("m: 5, d: 9", "m: 5, d: 32", 10, "32 was given"),
        ("m: 5, d: 9", "m: 2, d: 30", 10, "month 2 has no day 30"),
        ("kind: once, date: 1990-01-01", "kind: onze, date: 1990-01-01", 17, "onze"),
        ("name: Harvest", "nane: Harvest", 22, "unknown field"),
        ("who: [XAA]\n  invokers: [XBB]", "", 8, "name at least one actor"),
        ("id: harvest", "id: treaty", 6, "treaty stands twice"),
        ("src: R1", "src: R2", 1, "R2, which is not among the sources"),
        ("names: {XBB", "names: {XDD", 7, "XDD stands in since, until or names"),
        ("event: {year: 1900}", "event: {}", 24, "either year or date"),
        ("src: R1", "src: rumour", 14, "rumour"),
    ],
)
def test_a_mistake_in_a_calendar_is_named_by_its_line(tmp_path, old, new, line, words):
    path = tmp_path / "own.yaml"
    assert old in OWN
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load_calendar(path)
    assert words in str(caught.value)
    assert abs(caught.value.line - line) <= 1, str(caught.value)


def test_an_event_that_is_not_there_names_its_neighbours(builtin):
    with pytest.raises(SeriesError, match="victory_day_9may"):
        builtin.select("victory_day")
    chosen = builtin.select(theme="colonial_past_apology")
    assert 0 < len(chosen.events) < 127
    assert chosen.actors == builtin.actors


# Occasions


def test_statements_fall_into_windows_or_not(own):
    table = said(
        ("XAA", "2015-05-06", "speech"),  # three days before
        ("XAA", "2015-05-05", "speech"),
        ("XAA", "2015-05-13", "speech"),
        ("XAA", "2015-05-13", "wire_story"),  # a wire story has a day more
        ("XAA", "2015-05", "speech"),
        ("XAA", None, "speech"),
        ("XBB", "2015-05-09", "speech"),  # uses the day, does not keep it
        ("XAA", "2015-06-22", "speech"),  # inside a span of days
        ("XAA", "2015-06-26", "wire_story"),
        ("XDD", "2015-05-09", "speech"),  # nobody knows its days
    )
    found = occasions(table, own)
    assert found[["statement_id", "event", "days"]].to_numpy().tolist() == [
        ["s0", "liberation", -3], ["s3", "liberation", 4], ["s7", "harvest", 0], ["s8", "harvest", 2],
    ]  # fmt: skip
    assert found["round"].tolist() == ["major", "major", "minor", "minor"]
    wider = occasions(table, own, actors="invokers")
    assert row(wider, statement_id="s6")["name"] == "Day of Sorrow"
    with pytest.raises(SeriesError, match="actors must be one of who, invokers"):
        occasions(table, own, actors="all")


def test_a_window_reaches_over_new_year_and_each_event_counts_once(own):
    found = occasions(said(("XCC", "1999-12-30", "speech"), ("XCC", "2000-01-02", "speech")), own, actors="invokers")
    assert found[["days", "years", "round"]].to_numpy().tolist() == [[-2, 10, "major"], [1, 10, "major"]]


def test_no_statements_have_no_occasions(own):
    found = occasions(said(), own)
    assert found.empty
    assert list(found) == list(occasions(said(("XAA", "2015-05-09", "speech")), own))


BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"}, "sha256": "events", "technical": {},
        "themes": [{"id": "past", "family": "memory", "definition": "d", "patterns": {"phrases": ["remember"]}}],
    }
)  # fmt: skip


def test_a_series_can_be_split_by_occasion(make_corpus, own):
    def story(date, text):
        return f"---\ndate: {date}\nactor: XAA\n---\n\n{text}\n"

    texts = {
        "a.md": story("2015-05-09", "We remember. We remember it all."),
        "b.md": story("2015-03-01", "It rained. It snowed. We remember."),
        "c.md": story("2015", "It thawed."),
    }
    coding = am.code(make_corpus(texts), BOOK)
    split = with_occasions(coding, own)
    assert "occasion_kind" not in coding.statements
    found = am.series(split, by=["occasion_kind"]).table.set_index("occasion_kind")
    assert found["share"].to_dict() == {"occasioned": 1.0, "ordinary": pytest.approx(1 / 3), "unknown": 0.0}
    assert am.series(split, only={"occasion_kind": ["ordinary"]}).table["n_sentences"].tolist() == [3]


# Estimates within strata


def drawn(seed: int, n: int = 60, p: int = 3, strata: int = 7):
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, n)
    x = (rng.integers(0, p + 1, n)[:, None] == np.arange(p)).astype(float)
    size = rng.integers(1, 30, n).astype(float)
    return rng.normal(size=n) + stratum, x, size, stratum


def test_estimates_agree_with_least_squares_on_dummies():
    import statsmodels.api as sm

    y, x, size, stratum = drawn(1)
    found = within_strata(y, x, size, stratum, np.eye(3))
    dummies = (stratum[:, None] == np.unique(stratum)).astype(float)
    fit = sm.WLS(y, np.column_stack([x, dummies]), weights=size).fit()
    np.testing.assert_allclose(found.estimate, fit.params[:3], atol=1e-10)
    np.testing.assert_allclose(found.weights.T @ y, found.estimate, atol=1e-10)


def root(matrix: np.ndarray) -> np.ndarray:
    """The inverse square root of a symmetric matrix, without the directions in which it is 0."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    inverse = np.array([value**-0.5 if value > 1e-8 else 0.0 for value in values])
    return vectors @ np.diag(inverse) @ vectors.T


def test_errors_and_degrees_of_freedom_agree_with_their_definition():
    """CR2 and Satterthwaite written out with all dummies and the whole hat matrix."""
    y, x, size, stratum = drawn(2)
    weight = np.sqrt(size)
    full = weight[:, None] * np.column_stack([x, stratum[:, None] == np.unique(stratum)]).astype(float)
    bread = np.linalg.pinv(full.T @ full)
    rest = np.eye(len(y)) - full @ bread @ full.T
    residual = rest @ (weight * y)
    contrasts = np.column_stack([np.eye(3), [-1, 1, 0]])
    found = within_strata(y, x, size, stratum, contrasts)
    for k in range(4):
        along = bread @ np.r_[contrasts[:, k], np.zeros(len(np.unique(stratum)))]
        pieces, score = [], []
        for group in np.unique(stratum):
            rows = stratum == group
            adjusted = root(rest[np.ix_(rows, rows)]) @ full[rows] @ along
            score.append(adjusted @ residual[rows])
            pieces.append(rest[:, rows] @ adjusted)
        spread = np.array(pieces) @ np.array(pieces).T
        assert found.error[k] == pytest.approx(np.linalg.norm(score))
        assert found.freedom[k] == pytest.approx(np.trace(spread) ** 2 / (spread**2).sum())


def test_with_pairs_it_is_the_paired_t_test():
    rng = np.random.default_rng(3)
    before, after = rng.normal(size=(2, 9))
    y, x = np.r_[before, after], np.repeat([0.0, 1.0], 9)[:, None]
    found = within_strata(y, x, np.ones(18), np.tile(np.arange(9), 2), np.eye(1))
    half = found.half_width(np.zeros(18), 0.95)
    theirs = stats.ttest_rel(after, before)
    assert found.p_values(half, 0.95)[0] == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval()
    assert (found.estimate - half)[0] == pytest.approx(interval.low)
    assert (found.estimate + half)[0] == pytest.approx(interval.high)


# Event studies


def test_a_worked_example(own):
    """Two years: 9 May has 30 of 100 coded against 10 of 100, and 20 of 50 against 20 of 200."""
    counts = pd.DataFrame(
        [("2001-05-09", 100, 30), ("2001-04-12", 100, 10), ("2002-05-09", 50, 20), ("2002-06-05", 200, 20)],
        columns=["date", "n_sentences", "past"],
    )
    found = event_study(counted(counts), own, theme="past", events="liberation", draws=0)
    # Weights 100 * 100 / 200 = 50 and 50 * 200 / 250 = 40; differences 0.2 and 0.3.
    by_hand = (50 * 0.2 + 40 * 0.3) / 90
    day = row(found.days, kind="event", first_day=0)
    assert day["difference"] == pytest.approx(by_hand)
    assert row(found.effects, contrast="all")["difference"] == pytest.approx(by_hand)
    assert (day["n_occasions"], day["n_sentences"], day["n_coded"]) == (2, 150, 50)
    assert found.reference_share == pytest.approx(30 / 300)
    assert found.p_shifted is None
    assert row(found.days, kind="event", first_day=-1)["flag"] == "no_data"
    assert row(found.effects, contrast="placebo")["flag"] == "no_data"


def test_a_planted_peak_is_found_on_its_day_and_nowhere_else(own):
    found = event_study(daily(np.random.default_rng(1), grown), own, theme="past", events="liberation", draws=199)
    days = found.days[found.days["kind"] == "event"].set_index("first_day")
    assert days["difference"].idxmax() == 0
    assert days.loc[0, "low"] > 0
    beside = days.drop(index=0)
    assert ((beside["low"] <= 0) & (beside["high"] >= 0)).mean() > 0.8
    assert found.p_shifted == pytest.approx(1 / 200)
    placebo = row(found.effects, contrast="placebo")
    assert placebo["low"] < 0 < placebo["high"]
    assert found.unverified == ()
    again = event_study(daily(np.random.default_rng(1), grown), own, theme="past", events="liberation", draws=199)
    pd.testing.assert_frame_equal(found.days, again.days)
    assert found.p_shifted == again.p_shifted


def test_round_years_are_told_apart(own):
    span = {"years": range(1996, 2021), "per_day": 0.3}
    found = event_study(
        daily(np.random.default_rng(2), grown, **span), own, theme="past", events="liberation", draws=0, bins=[(-3, 3)]
    )
    effects = found.effects.set_index("contrast")
    assert effects.loc[["ordinary", "minor", "major"], "n_occasions"].tolist() == [20, 2, 3]
    assert effects.loc["major - ordinary", "low"] > 0.2
    assert effects.loc["major - ordinary", "difference"] == pytest.approx(
        effects.loc["major", "difference"] - effects.loc["ordinary", "difference"]
    )
    level = event_study(
        daily(np.random.default_rng(2), lambda years: 0.2, **span), own, theme="past", events="liberation", draws=0
    ).effects.set_index("contrast")
    assert level.loc["major - ordinary", "low"] < 0 < level.loc["major - ordinary", "high"]


def test_intervals_cover_and_flat_series_are_no_peaks(own):
    """20 corpora with a peak that varies by year: the interval covers its mean; without one, chance alone calls it."""
    covered, called = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        heights = {years: 0.1 + rng.normal(0, 0.03) for years in range(60, 80)}
        few = {"years": range(2006, 2018), "per_day": 0.3, "on_day": 4}
        peaked = event_study(
            daily(rng, heights.__getitem__, **few), own, theme="past", events="liberation", draws=0, others="keep"
        )
        day = row(peaked.days, kind="event", first_day=0)
        covered.append(day["low"] <= 0.1 <= day["high"])
        flat = event_study(
            daily(rng, lambda years: 0.0, **few), own, theme="past", events="liberation", draws=19, others="keep"
        )
        called.append((flat.p_shifted <= 0.05, row(flat.effects, contrast="all")["p_value"] <= 0.05))
    # 99% of the time 16 or more of 20 cover, and 4 or fewer are called.
    assert sum(covered) >= 16
    assert (np.sum(called, axis=0) <= 4).all()


def test_days_of_other_events_are_left_out(own):
    counts = daily(np.random.default_rng(5), lambda years: 0.0).counts
    harvest = counts["date"].str.slice(5).between("06-19", "06-25")
    loud = counted(counts.assign(past=counts["past"].where(~harvest, counts["n_sentences"])))
    shifted = {"theme": "past", "events": "liberation", "draws": 0, "placebo_days": 44}
    kept = row(event_study(loud, own, others="keep", **shifted).effects, contrast="placebo")
    assert kept["low"] > 0.3
    found = event_study(loud, own, **shifted)
    assert found.n_left_out == harvest.sum()
    assert row(found.effects, contrast="placebo")["flag"] == "no_data"


def test_the_short_form_of_the_effect_is_the_regression():
    rng = np.random.default_rng(6)
    n = 200
    sizes = rng.integers(1, 40, n).astype(float)
    said = Said(
        np.zeros(n, int), np.zeros(n, int), np.zeros(n, bool), sizes, rng.binomial(sizes.astype(int), 0.1) * 1.0
    )
    inside = rng.random(n) < 0.3
    placed = Placed(rng.integers(0, 9, n), np.where(inside, 0, 20), inside)
    found = compare(said, placed, np.where(inside, 0, -1), 0.02, whole=True)
    estimates, _ = found.estimated(found.group, 1, np.eye(1))
    assert found.difference() == pytest.approx(estimates.estimate[0])


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_theme_that_is_never_or_always_there_has_an_interval_around_zero(own, level):
    counts = daily(np.random.default_rng(7), lambda years: 0.0).counts
    same = counted(counts.assign(past=(counts["n_sentences"] * level).astype("int64")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = event_study(same, own, theme="past", events="liberation", draws=20)
        table = partial_out(same, own)
    day = row(found.days, kind="event", first_day=0)
    assert day["difference"] == pytest.approx(0)
    assert day["low"] < 0 < day["high"]
    assert found.p_shifted == 1.0
    assert table["share"].tolist() == pytest.approx([level] * 15)
    assert np.isfinite(table[["low", "high"]]).all(axis=None)


def test_one_year_gives_points_and_no_interval(own):
    found = event_study(
        daily(np.random.default_rng(8), grown, years=range(2015, 2016)), own, theme="past", events="liberation", draws=9
    )
    day = row(found.days, kind="event", first_day=0)
    assert day["flag"] == "one_occasion"
    assert np.isfinite(day["difference"])
    assert np.isnan(day["low"])
    note = plot_event_study(found).texts[-1].get_text()
    assert "1 occasion of XAA" in " ".join(note.split())


def test_what_cannot_be_studied_says_why(own):
    series = daily(np.random.default_rng(9), grown, years=range(2015, 2017))
    ask = {"theme": "past", "events": "liberation", "draws": 0}
    with pytest.raises(SeriesError, match="no theme 'future' in the series; there are past"):
        event_study(series, own, **(ask | {"theme": "future"}))
    with pytest.raises(SeriesError, match="no event 'liberty'"):
        event_study(series, own, **(ask | {"events": "liberty"}))
    with pytest.raises(SeriesError, match="must lie in the window"):
        event_study(series, own, bins=[(-40, 0)], **ask)
    with pytest.raises(SeriesError, match="do not overlap"):
        event_study(series, own, bins=[(0, 3), (2, 4)], **ask)
    with pytest.raises(SeriesError, match="measure='words'"):
        event_study(replace(series, measure="words"), own, **ask)
    months_only = counted(series.counts.assign(date=series.counts["date"].str.slice(0, 7)))
    with pytest.raises(SeriesError, match="no statement with a date known to the day"):
        event_study(months_only, own, **ask)
    winter = counted(series.counts[series.counts["date"].str.slice(5, 7) == "12"].reset_index(drop=True))
    with pytest.raises(SeriesError, match="no occasion of liberation has statements"):
        event_study(winter, own, **ask)
    old = counted(series.counts.assign(date="1939" + series.counts["date"].str.slice(4), period="1939"))
    with pytest.raises(SeriesError, match="not in force"):
        event_study(old, own, **ask)
    empty = counted(series.counts.iloc[:0])
    with pytest.raises(SeriesError, match="no statement"):
        event_study(empty, own, **ask)
    assert partial_out(empty, own).empty


def test_the_figure_says_what_it_shows(own):
    series = daily(np.random.default_rng(10), grown)
    found = event_study(series, own, theme="past", events=["liberation", "harvest"], draws=19)
    figure = plot_event_study(found)
    title, note = (" ".join(text.get_text().split()) for text in (figure.texts[0], figure.texts[-1]))
    assert title == "past around Liberation Day, Harvest"
    assert "No published source was found for the calendar's entry harvest." in note
    assert "shifted by +45 days" in note
    assert "30 occasions of XAA" in note
    assert "nan" not in note
    blue = figure.axes[0].lines[4].get_ydata()
    shown = found.days[found.days["kind"] == "event"]["difference"]
    np.testing.assert_allclose(blue, shown)


# Occasions partialled out


def slope_p(table: pd.DataFrame) -> float:
    """P-value of a straight line through the points, their intervals taken at their word."""
    year = table["period"].astype(float)
    weight = (year - year.mean()) / ((year - year.mean()) ** 2).sum()
    error = (table["high"] - table["low"]) / (2 * stats.norm.ppf(0.975))
    return float(2 * stats.norm.sf(abs((weight * table["share"]).sum()) / np.sqrt((weight**2 * error**2).sum())))


def test_a_pure_anniversary_pattern_is_no_trend(own):
    """15 years whose round ones come late: the bare series rises, the one without occasions does not."""
    bare, without = [], []
    for seed in range(20):
        series = daily(np.random.default_rng(seed), grown, on_day=20, per_day=0.5)
        bare.append(slope_p(series.table))
        without.append(slope_p(partial_out(series, own)))
    assert np.mean(np.array(bare) < 0.05) > 0.6
    # 99% of the time 4 or fewer of 20 are called by chance.
    assert np.sum(np.array(without) < 0.05) <= 4


def test_a_real_trend_stays(own):
    series = daily(np.random.default_rng(11), grown, trend=0.004)
    table = partial_out(series, own)
    assert slope_p(table) < 0.001
    truth = 0.05 + 0.004 * np.arange(15)
    assert ((table["low"] <= truth) & (truth <= table["high"])).mean() > 0.8


def test_without_occasions_the_series_stays_what_it_is(own):
    counts = daily(np.random.default_rng(12), lambda years: 0.0).counts
    spring = counted(counts[counts["date"].str.slice(5, 7).isin(["02", "03"])].reset_index(drop=True))
    table = partial_out(spring, own)
    for column in ("share", "low", "high", "n_sentences", "n_statements", "n_coded", "flag"):
        np.testing.assert_array_equal(table[column], spring.table[column]) if column == "flag" else (
            np.testing.assert_allclose(table[column].astype(float), spring.table[column].astype(float))
        )
    assert table["weighting"].eq("occasions partialled out").all()


def test_shares_of_ordinary_days_agree_with_least_squares_on_dummies(own):
    import statsmodels.api as sm

    series = daily(np.random.default_rng(13), grown, years=range(2010, 2016))
    table = partial_out(series, own)
    counts = series.counts
    found = occasions(counts, own)
    kinds = found["event"] + found["round"]
    z = np.zeros((len(counts), kinds.nunique()))
    z[found["statement_id"].str.slice(1).astype(int), pd.factorize(kinds)[0]] = 1
    periods = (counts["period"].to_numpy()[:, None] == table["period"].to_numpy()).astype(float)
    design = np.column_stack([periods, z])
    fit = sm.WLS(counts["past"] / counts["n_sentences"], design, weights=counts["n_sentences"]).fit()
    np.testing.assert_allclose(table["share"], fit.params.to_numpy()[:6], atol=1e-10)


def test_partialling_out_by_hand(own):
    """The occasion adds 0.2 in 2001; in 2002, of which nothing else is known, that is taken off."""
    counts = pd.DataFrame(
        [("2001-05-09", 100, 30), ("2001-02-01", 100, 10), ("2002-05-09", 100, 25), ("2003-02-01", 100, 7)],
        columns=["date", "n_sentences", "past"],
    )
    table = partial_out(counted(counts), own)
    assert table["share"].tolist() == pytest.approx([0.1, 0.05, 0.07])
    # Of a period and an occasion that are only seen together nothing can be told.
    lost = partial_out(counted(counts.iloc[2:].reset_index(drop=True)), own)
    assert lost["flag"].tolist() == ["no_data", "small_n"]
    assert lost["share"].isna().tolist() == [True, False]


def test_statements_whose_occasion_is_not_known_are_left_out(own):
    counts = pd.DataFrame({"date": ["2001-02-01", "2001", "2001-02-02"], "actor": ["XAA", "XAA", "XDD"], "past": 1})
    table = partial_out(counted(counts), own)
    assert table["n_statements"].tolist() == [1, 0]
    assert table["flag"].tolist() == ["small_n", "no_data"]
    with pytest.raises(SeriesError, match="the occasion of none of 1 statements is known"):
        partial_out(counted(counts.iloc[[1]].reset_index(drop=True)), own)
    with pytest.raises(SeriesError, match="window=3"):
        partial_out(replace(counted(counts), window=3), own)
