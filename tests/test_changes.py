"""Shifts: planted breaks are found, level lines left alone, gaps respected, and the numbers are those of others."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

from aidememoire.aggregate import Asked, shares_table
from aidememoire.changes import Declared, Shifts, benjamini_hochberg, holm, shifts
from aidememoire.changes.chance import LevelLine, chance_of
from aidememoire.changes.known import known_breaks
from aidememoire.changes.levels import difference_interval, weighed
from aidememoire.changes.lines import Line, extra_correlation, weights_of
from aidememoire.changes.noise import noise_of, verdict
from aidememoire.changes.regression import fitted, logit_fit
from aidememoire.changes.search import best_pair, best_single, gains, surprise
from aidememoire.changes.trend import trend_of
from aidememoire.changes.unknown import Search, unknown_breaks
from aidememoire.errors import SeriesError
from aidememoire.figures.shifts import plot_shifts
from aidememoire.frames import TABLES, checked
from aidememoire.intervals import effective_size, intraclass_correlation
from aidememoire.shares import Series

SENTENCES = 40
STEP = [0.05] * 10 + [0.08] * 10
SEARCH = Search(3, 0.3, 199, 1, 0.95, "sentences")
NAN = float("nan")


def draw(rng, levels, n_statements=40, rho=0.02, dispersion=1.0, memory=0.0):
    """Coded sentences of each statement, shape (periods, statements); NaN is a period without data."""
    levels = np.array(levels, dtype=float)
    base = np.nanmean(levels)
    n = n_statements * SENTENCES / (1 + (SENTENCES - 1) * rho)
    sd = np.sqrt((dispersion - 1) / (n * base * (1 - base)))
    steps = rng.standard_normal(len(levels))
    for t in range(1, len(levels)):
        steps[t] = memory * steps[t - 1] + np.sqrt(1 - memory**2) * steps[t]
    level = special.expit(special.logit(np.nan_to_num(levels, nan=0.5)) + sd * steps)[:, None]
    prior = (1 - rho) / rho
    coded = rng.binomial(SENTENCES, rng.beta(level * prior, (1 - level) * prior, (len(levels), n_statements)))
    return np.where(np.isnan(levels)[:, None], NAN, coded)


def line_of(coded) -> Line:
    period, statement = np.nonzero(~np.isnan(coded))
    found, sizes = coded[period, statement], np.full(len(period), float(SENTENCES))
    n = len(coded)
    worth = effective_size(np.ones(len(period)), sizes, intraclass_correlation(found, sizes, period), period, n)
    whole = np.bincount(period, sizes, n)
    share = np.divide(np.bincount(period, found, n), whole, out=np.full(n, NAN), where=whole > 0)
    labels = tuple(str(2000 + t) for t in range(n))
    return Line("past", (), labels, share, worth, np.bincount(period, minlength=n), found.sum(), sizes.sum(), 0)


def plain(line):
    return lambda _: line.share[None]


def series_of(coded: dict[tuple[str, str], np.ndarray], **fields) -> Series:
    """A series by actor of (theme, actor) to coded sentences a period and statement."""
    themes, actors = (tuple(dict.fromkeys(key[at] for key in coded)) for at in (0, 1))
    rows = []
    for actor in actors:
        arrays = [coded[theme, actor] for theme in themes]
        for period, statement in zip(*np.nonzero(~np.isnan(arrays[0])), strict=True):
            rows.append((actor, str(2000 + period), *(array[period, statement] for array in arrays)))
    counts = pd.DataFrame(rows, columns=["actor", "period", *themes]).assign(n_sentences=SENTENCES)
    counts = counts.astype({"actor": "str", "period": "str"})
    table, correlation = shares_table(counts, themes, ("actor",), Asked("year", "sentences", "sentence", 1))
    words = {"coder": "rules", "coding": "strict", "voices": "all", "measure": "sentences", "weighting": "sentence"}
    table = table.assign(**words, **dict.fromkeys(("corrected_share", "corrected_low", "corrected_high"), NAN))
    whole = Series(
        table=checked(table.astype(dict.fromkeys(words, "str")), "series", ("actor",)), counts=counts, themes=themes,
        period="year", by=("actor",), voices="all", codes="strict", stances="all", measure="sentences",
        count="statements", weighting="sentence", window=1, coder="rules", correlation=correlation, n_undated=0,
        n_duplicates=0,
    )  # fmt: skip
    return replace(whole, **fields)


def one(levels, seed=1, **how) -> Series:
    return series_of({("past", "XAA"): draw(np.random.default_rng(seed), levels, **how)})


def rows_of(found: Shifts, method: str) -> pd.DataFrame:
    return found.table[found.table["method"] == method]


# Planted truth


def test_a_jump_of_three_points_is_found_within_a_year():
    rng = np.random.default_rng(1)
    hits, covered, sized = [], [], []
    for _ in range(80):
        line = line_of(draw(rng, STEP))
        found = [row for row in unknown_breaks(line, SEARCH, plain(line)) if row.at >= 0]
        hits.append(any(abs(row.at - 10) <= 1 for row in found))
        covered += [row.low_at <= 10 <= row.high_at for row in found]
        sized += [row.low <= 0.03 <= row.high for row in found]
    assert np.mean(hits) >= 0.9
    assert np.mean(covered) >= 0.9
    assert np.mean(sized) >= 0.9


@pytest.mark.parametrize(
    "world", [{}, {"dispersion": 3.0}, {"dispersion": 3.0, "memory": 0.3}, {"n_statements": 8, "rho": 0.1}]
)
def test_level_lines_raise_no_more_alarms_than_nominal(world):
    rng = np.random.default_rng(2)
    n = 150
    alarms = np.zeros(3)
    for _ in range(n):
        line = line_of(draw(rng, [0.05] * 20, **world))
        rows = [
            trend_of(line, level=0.95, unit="sentences"),
            known_breaks(line, [10], slope=False, level=0.95, unit="sentences")[0],
            unknown_breaks(line, SEARCH, plain(line))[0],
        ]
        alarms += [row.p_value <= 0.05 for row in rows]
    assert alarms.max() <= stats.binom.ppf(0.995, n, 0.05)


@pytest.mark.parametrize("periods", [10, 40])
def test_a_trend_test_holds_its_level_where_noise_remembers(periods):
    rng = np.random.default_rng(3)
    n, alarms = 250, 0
    for _ in range(n):
        line = line_of(draw(rng, [0.1] * periods, n_statements=20, dispersion=5.0, memory=0.5))
        alarms += trend_of(line, level=0.95, unit="sentences").p_value <= 0.05
    assert alarms <= stats.binom.ppf(0.995, n, 0.05)


def test_a_trend_and_a_known_break_are_found_and_covered():
    rng = np.random.default_rng(4)
    ramp = special.expit(np.linspace(special.logit(0.05), special.logit(0.1), 20))
    seen = []
    for _ in range(60):
        trend = trend_of(line_of(draw(rng, ramp)), level=0.95, unit="sentences")
        known = known_breaks(line_of(draw(rng, STEP)), [10], slope=False, level=0.95, unit="sentences")[0]
        seen.append(
            (trend.p_value < 0.05, trend.low < 0.05 < trend.high, known.p_value < 0.05, known.low < 0.03 < known.high)
        )
    assert (np.mean(seen, axis=0) >= 0.9).all()


def test_slopes_are_told_from_jumps():
    time = np.arange(24)
    levels = special.expit(special.logit(0.05) + 0.08 * np.maximum(0, time - 12))
    line = line_of(draw(np.random.default_rng(5), levels, n_statements=150))
    jump, slope = known_breaks(line, [12], slope=True, level=0.95, unit="sentences")
    assert (jump.method, slope.method) == ("known_break", "known_slope")
    assert jump.p_value > 0.05
    assert slope.p_value < 0.01
    assert slope.low < 0.08 * 0.05 * 0.95 < slope.high


def test_a_theme_that_comes_and_goes_has_two_breaks():
    found = shifts(one([0.05] * 7 + [0.09] * 6 + [0.05] * 7), trend=False, draws=200).table
    assert found["date"].tolist() == ["2007", "2013"]
    assert found["finding"].tolist() == ["shift", "shift"]
    assert found["difference"].iloc[0] > 0.03 > -0.03 > found["difference"].iloc[1]
    assert found["stability"].min() > 0.7


# Gaps


def test_no_break_is_dated_to_a_gap():
    over = shifts(one([0.05] * 8 + [NAN] * 4 + [0.12] * 8), trend=False, draws=200)
    assert over.table["finding"].tolist() == ["no shift found"]
    beside = shifts(one([0.05] * 10 + [0.12] * 3 + [NAN] * 3 + [0.12] * 8), trend=False, draws=200, least=2)
    shifted = beside.table[beside.table["finding"] == "shift"]
    assert set(shifted["date"]) <= {"2010"}
    inside = one([0.05] * 12 + [0.12, 0.12] + [NAN] * 3 + [0.12] * 8)
    edge = shifts(inside, trend=False, draws=200, least=2).table
    reported = edge[edge["finding"] == "shift"]
    assert (reported["high_date"] < "2013").all()
    assert "Lines with gaps: 1 of 1." in over.summary()


def test_a_period_with_a_tenth_of_the_usual_statements_is_a_gap():
    coded = draw(np.random.default_rng(17), [0.05] * 8 + [0.12] * 8)
    coded[8, 3:] = NAN
    found = shifts(series_of({("past", "XAA"): coded}), known=["2009"], trend=False, draws=200).table
    assert found["finding"].tolist()[1] == "no shift found"
    assert found["finding"].tolist()[0].startswith("not testable: no stretch of data")


def test_a_break_whose_date_reaches_a_gap_is_not_reported():
    levels = [0.05] * 9 + [0.08] * 3 + [NAN] * 3 + [0.08] * 6
    found = [shifts(one(levels, seed), trend=False, draws=200, autocorrelation=0).table for seed in range(12)]
    for table in found:
        reported = table[table["finding"] == "shift"]
        assert (reported["high_date"] < "2011").all()
        untold = table[table["finding"].str.contains("may lie in the gap")]
        assert untold[["date", "before", "difference_low"]].isna().all(axis=None)
    assert any(table["finding"].str.contains("may lie in the gap").any() for table in found)


def test_a_known_date_in_or_beside_a_gap_is_not_testable():
    found = shifts(
        one([0.05] * 6 + [NAN] * 3 + [0.08] * 6), known=["2005", "2007", "2009", "2010", "2012", "2050"], unknown=False,
        trend=False,
    ).table  # fmt: skip
    says = dict(zip(found["date"], found["finding"], strict=True))
    assert says["2005"] == says["2009"].replace(
        "no stretch of data holds the date and the period before it", "the date stands beside a gap"
    )
    assert says["2007"] == "not testable: no stretch of data holds the date and the period before it"
    assert says["2050"] == "not testable: the date lies outside the data"
    assert says["2012"] == "no shift found"


# What others compute


def test_the_regression_is_that_of_statsmodels():
    rng = np.random.default_rng(6)
    size = rng.integers(20, 900, 25).astype(float)
    share = rng.binomial(size.astype(int), 0.05 + 0.002 * np.arange(25)) / size
    design = np.column_stack([np.ones(25), np.linspace(-0.5, 0.5, 25), np.arange(25) >= 12])
    beta, level, covariance = logit_fit(share, size, design)
    other = sm.GLM(share, design, family=sm.families.Binomial(), var_weights=size).fit(scale="X2")
    np.testing.assert_allclose(beta, other.params, rtol=1e-6)
    np.testing.assert_allclose(level, other.fittedvalues, rtol=1e-6)
    pearson = (size * (share - level) ** 2 / (level * (1 - level))).sum() / (25 - 3)
    assert pearson == pytest.approx(other.scale)
    np.testing.assert_allclose(covariance * pearson, other.cov_params(), rtol=1e-5)


def test_levels_and_dispersion_of_a_known_break_are_those_of_a_quasi_binomial_regression():
    line = line_of(draw(np.random.default_rng(7), STEP, dispersion=8.0))
    weights, _, noise = weighed(line.share, line.size, [10])
    row = known_breaks(line, [10], slope=False, level=0.95, unit="sentences")[0]
    design = np.column_stack([np.ones(20), np.arange(20) >= 10])
    other = sm.GLM(line.share, design, family=sm.families.Binomial(), var_weights=weights).fit(scale="X2")
    assert (row.before, row.after) == pytest.approx(tuple(other.fittedvalues[[0, -1]]))
    assert noise.dispersion[0] == pytest.approx(max(1.0, other.scale))
    assert noise.freedom[0] == pytest.approx(18)


def test_long_series_have_the_errors_of_newey_and_west():
    rng = np.random.default_rng(8)
    ratios = []
    for _ in range(8):
        noise = np.zeros(400)
        for t in range(1, 400):
            noise[t] = 0.5 * noise[t - 1] + rng.standard_normal()
        noise *= 3
        design = np.column_stack([np.ones(400), np.linspace(-0.5, 0.5, 400)])
        other = sm.OLS(noise, design).fit(cov_type="HAC", cov_kwds={"maxlags": 12})
        basis = np.linalg.qr(design)[0]
        found = noise_of(noise - basis @ (basis.T @ noise), basis, np.arange(400), np.ones(400))
        _, width = verdict(found, 0.0, (design @ np.linalg.inv(design.T @ design))[:, 1], 0.95)
        assert found.memory == pytest.approx(0.5, abs=0.15)
        ratios.append(width / (1.96 * other.bse[1]))
    assert np.mean(ratios) == pytest.approx(1.07, abs=0.1)


def test_corrections_are_those_of_statsmodels():
    p_values = np.random.default_rng(9).beta(0.5, 3, 40)
    np.testing.assert_allclose(benjamini_hochberg(p_values), multipletests(p_values, method="fdr_bh")[1])
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])


def squares(share, weights, cuts):
    parts = zip([0, *cuts], [*cuts, len(share)], strict=True)
    return sum(
        (weights[a:b] * (share[a:b] - np.average(share[a:b], weights=weights[a:b])) ** 2).sum() for a, b in parts
    )


def test_the_search_is_exhaustive():
    rng = np.random.default_rng(10)
    shares, weights = rng.random((5, 14)), rng.random(14) + 0.2
    one_break, cuts = best_single(shares, weights, 3)
    two_breaks, pairs = best_pair(shares, weights, 3)
    for k, share in enumerate(shares):
        whole = squares(share, weights, [])
        alone = {cut: squares(share, weights, [cut]) for cut in range(3, 12)}
        both = {pair: squares(share, weights, pair) for pair in combinations(range(3, 12), 2) if pair[1] - pair[0] >= 3}
        assert cuts[k] == min(alone, key=alone.get)
        assert tuple(pairs[k]) == min(both, key=both.get)
        assert one_break[k] == pytest.approx((whole - min(alone.values())) / (min(alone.values()) / 12))
        assert two_breaks[k] == pytest.approx((whole - min(both.values())) / 2 / (min(both.values()) / 11))
        np.testing.assert_allclose(gains(share[None], weights)[0, 2:11], [whole - alone[c] for c in range(3, 12)])


def test_the_search_finds_the_breaks_that_ruptures_finds():
    ruptures = pytest.importorskip("ruptures")
    rng = np.random.default_rng(11)
    for _ in range(10):
        share = rng.standard_normal(30) + np.repeat(rng.standard_normal(3), 10)
        dynp = ruptures.Dynp(model="l2", min_size=3, jump=1).fit(share)
        assert dynp.predict(n_bkps=1)[:-1] == best_single(share[None], np.ones(30), 3)[1].tolist()
        assert dynp.predict(n_bkps=2)[:-1] == best_pair(share[None], np.ones(30), 3)[1][0].tolist()


# Worked by hand


def test_extra_variation_worked_by_hand():
    # Four shares around 0.1, n = 100: X2 = 100 * 4 * 0.02^2 / 0.09 = 1.778; with 0.04 it is 7.111.
    leverage = np.full(4, 0.25)
    fit = np.full(4, 0.1)
    size = np.full(4, 100.0)
    assert extra_correlation(np.array([0.08, 0.12, 0.08, 0.12]), size, fit, leverage)[0] == 0
    found, most = extra_correlation(np.array([0.06, 0.14, 0.06, 0.14]), size, fit, leverage)
    assert most == pytest.approx((7.1111 * 3 / stats.chi2.ppf(0.1, 3) - 3) / 300, rel=1e-4)
    assert found == pytest.approx((7.1111 - 3) / 300, rel=1e-4)
    assert weights_of(size, found)[0] == pytest.approx(1 / (0.01 + 0.013704), rel=1e-4)


def test_newcombes_published_interval():
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    low, high = difference_interval(np.array([48 / 80, 56 / 70]), np.array([80.0, 70.0]), 1.0)
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_noise_worked_by_hand():
    # Residuals 1, -1, 1, -1 around a mean: sum of squares 4, of lagged products -3; white noise expects 3 and -3/4.
    found = noise_of(np.array([1.0, -1.0, 1.0, -1.0]), np.full((4, 1), 0.5), np.arange(4), np.ones(4))
    assert found.found == pytest.approx(-0.75)
    assert found.expected[0] == pytest.approx(-0.75 / 3)
    assert found.dispersion[0] == pytest.approx(4 / 3)
    assert found.freedom[0] == pytest.approx(3)
    assert found.likely.argmax() == 0
    apart = noise_of(np.array([1.0, -1.0, 1.0, -1.0]), np.full((4, 1), 0.5), np.array([0, 2, 4, 6]), np.ones(4))
    assert apart.found == 0


def test_the_chance_of_a_strong_break_goes_on_below_one_in_the_number_of_draws():
    level = LevelLine(0.05, np.full(20, 900.0), 0.0, 0.0)
    lines = level.drawn(40_000, np.random.default_rng(12))
    found = np.sort(
        np.maximum(*surprise(best_single(lines, np.ones(20), 3)[0], best_pair(lines, np.ones(20), 3)[0], 20, 3))
    )
    for rare in (0.3, 0.05, 0.001):
        seen = [chance_of(found[int(40_000 * (1 - rare))], level, 3, 500, np.random.default_rng(k)) for k in range(8)]
        assert np.exp(np.mean(np.log(seen))) == pytest.approx(rare, rel=0.6)


# The table


def test_declared_hypotheses_stand_and_are_corrected_apart():
    rng = np.random.default_rng(13)
    worlds = {("past", actor): draw(rng, [0.05] * 10 + [0.075] * 10) for actor in ("XAA", "XBB")}
    worlds |= {("trade", actor): draw(rng, [0.2] * 20) for actor in ("XAA", "XBB")}
    whole = series_of(worlds)
    named = [
        Declared("past", date="2010-03-18", group={"actor": "XAA"}, direction="rise"),
        Declared("past", date="2010", group={"actor": "XBB"}, direction="fall"),
        Declared("trade"),
    ]
    found = shifts(whole, known=["2010"], declared=named, draws=200)
    apart = found.table[found.table["declared"]]
    assert apart["theme"].tolist() == ["past", "past", "trade", "trade"]
    assert apart["actor"].tolist() == ["XAA", "XBB", "XAA", "XBB"]
    assert apart["method"].tolist() == ["known_break", "known_break", "trend", "trend"]
    assert (found.n_declared, found.n_explored) == (4, 4 + 2 + 2)  # sought, trends of past, breaks of trade
    assert apart["finding"].tolist()[:2] == ["shift", "no shift found"]
    assert apart["p_value"].iloc[1] > 0.9
    np.testing.assert_allclose(apart["q_value"], holm(apart["p_value"].to_numpy()))
    explored = found.table[~found.table["declared"]]
    assert not explored.duplicated(["theme", "actor", "method", "date"]).any()
    assert not ((explored["theme"] == "past") & (explored["method"] == "known_break")).any()
    text = found.summary()
    assert text.startswith("Declared beforehand: 4 tests")
    assert "past, XBB: known break 2010: no shift found" in text


def test_no_shift_found_is_an_answer():
    found = shifts(one([0.05] * 20), draws=200)
    assert found.table["finding"].tolist() == ["no shift found"] * 2
    assert "no shift found" in found.summary()
    assert found.table["q_value"].ge(found.table["p_value"]).all()


def test_the_table_keeps_its_promise_and_nothing_is_mutated():
    whole = one(STEP)
    before = whole.counts.copy(), whole.table.copy()
    first = shifts(whole, known=["2010"], slope=True, draws=200)
    again = shifts(whole, known=["2010"], slope=True, draws=200)
    pd.testing.assert_frame_equal(first.table, again.table)
    pd.testing.assert_frame_equal(whole.counts, before[0])
    pd.testing.assert_frame_equal(whole.table, before[1])
    assert list(first.table.columns) == ["theme", "coder", "actor", *list(TABLES["shifts"])[2:]]
    assert first.table["method"].tolist() == ["trend", "known_break", "known_slope", "unknown_break"]
    sought = rows_of(first, "unknown_break").iloc[0]
    assert sought["difference"] == pytest.approx(sought["after"] - sought["before"])
    assert sought["low_date"] <= sought["date"] <= sought["high_date"]
    assert sought["difference_low"] < sought["difference"] < sought["difference_high"]


def test_rare_themes_raise_no_warning():
    for seed in range(6):
        levels = [0.0004] * 30
        found = shifts(one(levels, seed, n_statements=30), trend=False, draws=200).table
        assert (found["finding"] != "shift").all()


def test_statements_and_months_work_too():
    whole = one([0.01] * 12 + [0.04] * 12, n_statements=60)
    years = sorted(whole.counts["period"].unique())
    labels = dict(zip(years, pd.period_range("2010-01", periods=24, freq="M").astype(str), strict=True))
    months = replace(whole, period="month", measure="statements", counts=whole.counts.assign(
        period=whole.counts["period"].map(labels).astype("str")))  # fmt: skip
    found = shifts(months, known=["2011-01-20"], draws=200)
    assert rows_of(found, "known_break")["date"].tolist() == ["2011-01"]
    assert rows_of(found, "unknown_break")["date"].tolist() == ["2011-01"]
    assert rows_of(found, "unknown_break")["before"].iloc[0] > 0.2
    with pytest.raises(SeriesError, match="does not name a month"):
        shifts(months, known=["2011"])


# Edges


@pytest.mark.parametrize(
    ("levels", "how", "says"),
    [
        ([1e-12] * 20, {"rho": 1e-6}, "0 coded sentences, 10 are needed"),
        ([1 - 1e-12] * 20, {"rho": 1e-6}, "0 sentences without the theme, 10 are needed"),
        ([0.3], {}, "1 periods with data, a trend needs 8"),
        ([0.5], {"n_statements": 1}, ""),
        ([0.05, NAN] * 8, {}, "no 6 periods of data without a gap"),
    ],
)
def test_what_cannot_be_tested_says_why(levels, how, says):
    found = shifts(one(levels, **how), known=["2003"], draws=200)
    assert found.table["finding"].str.startswith("not testable: ").sum() >= 1
    assert not says or found.table["finding"].str.contains(says).any()
    untested = found.table[found.table["finding"].str.startswith("not testable")]
    assert untested["q_value"].isna().all()
    assert "nan" not in found.summary()


def test_an_actor_with_one_year_and_one_without_data_do_not_disturb_the_others():
    rng = np.random.default_rng(14)
    whole = series_of({
        ("past", "XAA"): draw(rng, STEP), ("past", "XBB"): draw(rng, [NAN] * 19 + [0.1]),
        ("past", "XCC"): np.where(draw(rng, [0.1] * 20) >= 0, NAN, NAN),
    })  # fmt: skip
    found = shifts(whole, known=["2010"], draws=200).table
    assert set(found["actor"]) == {"XAA", "XBB"}
    assert found.loc[found["actor"] == "XBB", "finding"].str.startswith("not testable").all()
    assert found.loc[(found["actor"] == "XAA") & (found["method"] != "trend"), "finding"].eq("shift").all()


def test_an_empty_series_gives_an_empty_table():
    whole = one(STEP)
    none = replace(whole, counts=whole.counts.iloc[:0], table=whole.table.iloc[:0])
    found = shifts(none, known=["2010"], declared=[Declared("past")])
    assert found.table.empty
    assert found.summary() == "Nothing was tested."


def test_a_theme_that_appears_at_a_date_has_a_size():
    coded = np.vstack([np.zeros((10, 40)), draw(np.random.default_rng(15), [0.02] * 10)])
    found = shifts(series_of({("past", "XAA"): coded}), known=["2010"], slope=True, draws=200).table
    known = found[found["method"] == "known_break"].iloc[0]
    sought = found[found["method"] == "unknown_break"].iloc[0]
    assert (sought["date"], sought["before"], sought["finding"]) == ("2010", 0.0, "shift")
    assert sought["difference_low"] > 0.005
    assert np.isfinite(known[["before", "after", "difference_low", "p_value"]].astype(float)).all()


@pytest.mark.parametrize(
    ("fields", "choice", "says"),
    [
        ({"measure": "counts"}, {}, "measure='counts'"),
        ({"weighting": "actor"}, {}, "weighting='actor'"),
        ({"window": 3}, {}, "window=3"),
        ({"period": "all"}, {}, "in which nothing can change"),
        ({}, {"themes": ["peace"]}, "no theme 'peace' in the series; it has past"),
        ({}, {"declared": [Declared("peace")]}, "no theme 'peace'"),
        ({}, {"declared": [Declared("past", group={"kind": "speech"})]}, "'kind'; the series has actor"),
        ({}, {"known": ["spring"]}, "'spring' does not name a year"),
        ({}, {"draws": 5}, "draws must be from 99"),
        ({}, {"level": 95}, "level must be from 0.5"),
        ({}, {"least": 1}, "least must be from 2"),
        ({}, {"autocorrelation": 1}, "autocorrelation must be from 0 to 0.9"),
    ],
)
def test_a_wrong_choice_says_what_there_is(fields, choice, says):
    with pytest.raises(SeriesError, match=says):
        shifts(replace(one([0.05] * 4), **fields), **choice)


def test_a_direction_is_one_of_three():
    with pytest.raises(SeriesError, match="one of change, rise, fall; 'up' was given"):
        Declared("past", direction="up")


def test_fitted_weights_follow_the_number_of_statements():
    size = np.array([20.0, 2000.0] * 6)
    share = np.array([0.3, 0.05] * 6)
    fit = fitted(share, size, np.ones((12, 1)), np.arange(12))
    assert fit.weights[1] > fit.weights[0]
    assert fit.weights[1] / fit.weights[0] < 100


# The figure


def test_the_figure_draws_breaks_levels_and_dates():
    rng = np.random.default_rng(16)
    whole = series_of({("past", "XAA"): draw(rng, STEP), ("past", "XBB"): draw(rng, [0.05] * 20)})
    found = shifts(whole, trend=False, draws=200)
    figure = plot_shifts(whole, found, title="Past")
    first, second = figure.axes[::2]
    assert any(line.get_xdata()[0] == 2009.5 for line in first.lines if len(set(line.get_xdata())) == 1)
    assert [text.get_text() for text in second.texts] == ["no shift found"]
    note = figure.texts[-1].get_text().replace("\n", " ")
    assert "break whose date the data tell" in note
    assert "95% interval" in note
    assert "Dotted" not in note


def test_the_figure_wants_the_groups_of_the_series():
    whole = one([0.05] * 12)
    with pytest.raises(SeriesError, match="group columns \\['actor'\\]"):
        plot_shifts(whole, shifts(whole, draws=200).table.drop(columns="actor"))
