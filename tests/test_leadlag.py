"""Lead and lag: a planted lead is found, independence raises the nominal number of alarms, common events are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aidememoire.aggregate import Asked, shares_table
from aidememoire.contrast.crosscorrelation import Correlations, largest_by_chance
from aidememoire.contrast.groupshares import shares_of
from aidememoire.contrast.leadlag import lead_lag
from aidememoire.contrast.whitening import ar_filter, choose_order, precision, residuals
from aidememoire.errors import SeriesError
from aidememoire.figures.leadlag import plot_lead_lag
from aidememoire.shares import Series

WEEKS = 156


def slow(rng, n: int = WEEKS, phi: float = 0.6, deviation: float = 0.5) -> np.ndarray:
    """A stationary AR(1) series."""
    shocks = rng.normal(0, deviation * np.sqrt(1 - phi**2), n + 50)
    values = np.zeros(n + 50)
    for t in range(1, n + 50):
        values[t] = phi * values[t - 1] + shocks[t]
    return values[50:]


def counted(
    rng, logits: dict[str, np.ndarray], *, n_statements: float = 5, gap: slice = slice(0), size: int = 40
) -> Series:
    """Weekly statements whose share is 5% on the log-odds scale, moved by ``logits``; none in the gap."""
    n = len(next(iter(logits.values())))
    weeks = np.array([str(day.date()) for day in pd.date_range("2015-01-05", periods=n, freq="7D")])
    parts = []
    for actor, moved in logits.items():
        many = rng.poisson(n_statements, n)
        many[gap] = 0
        week = np.repeat(np.arange(n), many)
        share = 1 / (1 + np.exp(3 - moved[week]))
        own = rng.beta(share * 49, (1 - share) * 49)
        parts.append(pd.DataFrame({"actor": actor, "period": weeks[week], "past": rng.binomial(size, own)}))
    counts = pd.concat(parts, ignore_index=True).assign(n_sentences=size)
    counts["statement_id"] = [f"s{n}" for n in range(len(counts))]
    table, correlation = shares_table(counts, ("past",), ("actor",), Asked("week", "sentences", "sentence", 1))
    return Series(
        table=table, counts=counts, themes=("past",), period="week", by=("actor",), voices="all", codes="strict",
        stances="all", measure="sentences", count="statements", weighting="sentence", window=1, coder="rules",
        correlation=correlation, n_undated=0, n_duplicates=0,
    )  # fmt: skip


def follower(rng, leader: np.ndarray, weeks: int) -> np.ndarray:
    return np.concatenate([slow(rng, weeks), leader[:-weeks]]) + slow(rng, len(leader), deviation=0.25)


def compare(series: Series, **choices):
    return lead_lag(series, "XAA", "XBB", "past", **{"common": "none", "draws": 199, **choices})


def test_a_planted_lead_of_two_weeks_is_found_with_its_sign():
    right = 0
    for replicate in range(20):
        rng = np.random.default_rng([1, replicate])
        leader = slow(rng)
        found = compare(counted(rng, {"XAA": leader, "XBB": follower(rng, leader, 2)}))
        right += found.p_value <= 0.05 and found.best_lag == 2 and found.correlation > 0
    assert right >= 18


def test_the_sign_turns_with_the_actors():
    rng = np.random.default_rng(2)
    leader = slow(rng)
    series = counted(rng, {"XAA": leader, "XBB": follower(rng, leader, 2)})
    assert compare(series).finding.startswith("XAA leads XBB by 2 weeks (r = 0.")
    turned = lead_lag(series, "XBB", "XAA", "past", common="none")
    assert turned.best_lag == -2
    assert turned.finding.startswith("XAA leads XBB by 2 weeks (r = 0.")
    opposite = counted(rng, {"XAA": leader, "XBB": -follower(rng, leader, 2)})
    assert "by 2 weeks, in the opposite direction (r = -0." in compare(opposite).finding


def test_independent_slow_series_raise_about_the_nominal_alarms():
    alarms = 0
    for replicate in range(60):
        rng = np.random.default_rng([3, replicate])
        alarms += compare(counted(rng, {"XAA": slow(rng), "XBB": slow(rng)})).p_value <= 0.05
    # 999 in 1000 times at most 9 of 60 draws with chance 0.05.
    assert alarms <= 9


def test_an_event_that_hits_all_is_no_lead_once_removed():
    before, after = [], []
    for replicate in range(12):
        rng = np.random.default_rng([4, replicate])
        event = (rng.random(WEEKS) < 0.08) * rng.gamma(2, 0.6, WEEKS)
        moved = {f"XO{n}": 0.5 * slow(rng) + event for n in range(8)}
        late = np.concatenate([[0.0], event[:-1]])
        series = counted(rng, {"XAA": 0.5 * slow(rng) + event, "XBB": 0.5 * slow(rng) + late, **moved})
        before.append(compare(series))
        after.append(compare(series, common="others"))
    assert sum(found.p_value <= 0.05 and found.best_lag == 1 for found in before) >= 11
    assert sum(found.p_value <= 0.05 for found in after) <= 3
    assert after[0].removed == ("a straight line over time", "what all others do")


def test_given_events_are_removed():
    rng = np.random.default_rng(5)
    event = (rng.random(WEEKS) < 0.15) * 2.0
    series = counted(rng, {"XAA": 0.3 * slow(rng) + event, "XBB": 0.3 * slow(rng) + event}, n_statements=20)
    weeks = sorted(series.table["period"])
    table = pd.DataFrame({"period": list(dict.fromkeys(weeks)), "occasion": event})
    assert compare(series).finding.startswith("XAA and XBB move in the same week")
    found = compare(series, events=table[table["occasion"] > 0])
    assert found.p_value > 0.05
    assert found.removed[-1] == "occasion"


def test_correlations_of_the_shares_agree_with_statsmodels():
    from statsmodels.tsa.stattools import ccf

    rng = np.random.default_rng(6)
    series = counted(rng, {"XAA": slow(rng), "XBB": slow(rng)}, n_statements=30)
    a, b = (shares_of(series, "past")[name].share for name in ("XAA", "XBB"))
    plain = compare(series).table.set_index("lag")["plain"]
    np.testing.assert_allclose(plain.loc[0:8], ccf(b, a, adjusted=True)[:9])
    np.testing.assert_allclose(plain.loc[-8:0][::-1], ccf(a, b, adjusted=True)[:9])


def test_the_autoregressive_model_agrees_with_statsmodels():
    from statsmodels.tsa.ar_model import AutoReg, ar_select_order

    rng = np.random.default_rng(7)
    values = np.zeros(400)
    for t in range(2, 400):
        values[t] = 0.5 * values[t - 1] + 0.3 * values[t - 2] + rng.normal()
    found = choose_order(values, np.ones(400))
    assert list(ar_select_order(values, 8, ic="bic", trend="n").ar_lags) == [1, 2]
    fitted = AutoReg(values, 2, trend="n").fit()
    np.testing.assert_allclose(found, fitted.params)
    np.testing.assert_allclose(ar_filter(values, found)[2:], fitted.resid)
    assert len(choose_order(rng.normal(size=400), np.ones(400))) == 0


def test_weighted_regression_agrees_with_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(8)
    design = np.column_stack([np.ones(50), rng.normal(size=50)])
    values, weights = rng.normal(size=50), rng.gamma(2, size=50)
    fitted = sm.WLS(values, design, weights=weights).fit()
    np.testing.assert_allclose(residuals(values, design, weights), fitted.resid)


def test_a_correlation_by_hand():
    one, two = np.full(24, np.nan), np.full(24, np.nan)
    one[:22], two[:22] = np.tile([1.0, -1.0], 11), np.tile([1.0, -1.0], 11)
    lags = np.array([-1, 0, 1, 5])
    found = Correlations.of((one, np.ones(24)), (two, np.ones(24)), lags)
    assert found.n.tolist() == [21, 22, 21, 17]
    np.testing.assert_allclose(found.correlation, [-1, 1, -1, np.nan])  # 17 pairs are too few
    # A pair weighs the root of the product of its weights: three of four agree, weights 2 and 1.
    u, v = np.tile([1.0, 1.0, -1.0, -1.0], 6), np.tile([1.0, -1.0, -1.0, 1.0], 6)
    w = np.tile([4.0, 1.0, 4.0, 1.0], 6)
    found = Correlations.of((u, w), (v, np.ones(24)), np.array([0]))
    np.testing.assert_allclose(found.correlation, (2 - 1) / (2 + 1))
    np.testing.assert_allclose(found.n_eff, 24 * 1.5**2 / 2.5)


def test_thin_periods_weigh_less():
    noise = np.array([0.1, 0.1, 1.0, np.nan])
    # Spread as the noise says: no variance between periods, weights 1 / v.
    np.testing.assert_allclose(precision(np.array([0.1, -0.1, 0.2, 0.0]), noise), [10, 10, 1, np.nan])
    # y = 0, 2, v = 1: Q = 2, variance between = (2 - 1) / (2 - 2/2) = 1.
    np.testing.assert_allclose(precision(np.array([0.0, 2.0]), np.ones(2)), [0.5, 0.5])


def test_no_pair_and_no_filter_spans_a_gap():
    assert np.isnan(ar_filter(np.array([1.0, np.nan, 3.0, 4.0]), np.array([0.5, 0.2]))).all()
    rng = np.random.default_rng(9)
    leader = slow(rng)
    series = counted(rng, {"XAA": leader, "XBB": follower(rng, leader, 2)}, gap=slice(60, 90), n_statements=8)
    found = compare(series)
    assert (found.n_periods, found.n_runs, found.best_lag) == (126, 2, 2)
    order = found.order[0]
    lagged = found.table.set_index("lag")["n_pairs"]
    assert lagged.loc[[0, 2]].tolist() == [126 - 2 * order, 126 - 2 * order - 2 * 2]


def test_blocks_keep_the_gaps_and_the_seed_the_numbers():
    rng = np.random.default_rng(10)
    one = rng.normal(size=60)
    one[20:30] = np.nan
    pair = (one, np.where(np.isnan(one), np.nan, 1.0)), (rng.normal(size=60), np.ones(60))
    drawn = largest_by_chance(*pair, np.arange(-3, 4), 500, 1)
    np.testing.assert_array_equal(drawn, largest_by_chance(*pair, np.arange(-3, 4), 500, 1))
    # One lag of white series: the score is about standard normal.
    single = largest_by_chance(*pair, np.array([0]), 4000, 1)
    assert np.quantile(single, 0.95) == pytest.approx(1.96, abs=0.15)


def test_the_table_holds_together():
    rng = np.random.default_rng(11)
    series = counted(rng, {"XAA": slow(rng), "XBB": slow(rng), "XCC": slow(rng)})
    found = lead_lag(series, "XAA", "XBB", "past", max_lag=5, prewhiten="own")
    table = found.table
    assert table["lag"].tolist() == list(range(-5, 6))
    assert (table["low"] < table["correlation"]).all()
    assert (table["correlation"] < table["high"]).all()
    assert (table["null_low"] == -table["null_high"]).all()
    outside = table["correlation"].abs() > table["null_high"]
    assert (outside == (table["p_value"] <= 0.05)).all()
    assert found.p_value == table["p_value"].min()
    again = lead_lag(series, "XAA", "XBB", "past", max_lag=5, prewhiten="own")
    pd.testing.assert_frame_equal(table, again.table)
    assert found.finding.startswith("No lead found between XAA and XBB")


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"a": "XZZ"}, "a and b must be two of XAA, XBB; 'XZZ' and 'XBB' were given"),
        ({"b": "XAA"}, "must be two of XAA, XBB"),
        ({"theme": "peace"}, "theme 'peace' is not in the series; it has past"),
        ({"common": "others"}, "alone in the series.*pass common='none'"),
        ({"prewhiten": "both"}, "prewhiten is one of same, own, none"),
        ({"max_lag": -1}, "max_lag and common_lags are 0 or more"),
        ({"events": pd.DataFrame({"week": ["2015-01-05"]})}, "events need a column 'period'"),
    ],
)
def test_a_wrong_choice_says_what_there_is(choice, says):
    rng = np.random.default_rng(12)
    series = counted(rng, {"XAA": slow(rng, 40), "XBB": slow(rng, 40)})
    asked = {"a": "XAA", "b": "XBB", "theme": "past", "common": "none", **choice}
    with pytest.raises(SeriesError, match=says):
        lead_lag(series, asked.pop("a"), asked.pop("b"), asked.pop("theme"), **asked)


def test_what_the_data_cannot_carry_is_refused_with_a_reason():
    rng = np.random.default_rng(13)
    short = counted(rng, {"XAA": slow(rng, 15), "XBB": slow(rng, 15)})
    with pytest.raises(SeriesError, match=r"15 periods with data of XAA, XBB .* are left, in 1 stretch.*at least 20"):
        compare(short)
    never = counted(rng, {"XAA": np.full(40, -40.0), "XBB": slow(rng, 40)})
    with pytest.raises(SeriesError, match="the share of past never varies for XAA"):
        compare(never)
    always = counted(rng, {"XAA": np.full(40, 20.0), "XBB": slow(rng, 40)}, n_statements=9)
    with pytest.raises(SeriesError, match="never varies for XAA"):
        compare(always)
    once = counted(rng, {"XAA": slow(rng, 1), "XBB": slow(rng, 1)}, n_statements=9)
    with pytest.raises(SeriesError, match="never varies"):
        compare(once)
    with pytest.raises(SeriesError, match="nobody"):
        compare(replace(short, counts=short.counts.iloc[:0]))
    for other in ({"window": 3}, {"weighting": "actor"}, {"measure": "counts"}):
        with pytest.raises(SeriesError, match="give shares or rates"):
            compare(replace(short, **other))
    for other in ({"by": ()}, {"by": ("actor", "kind")}, {"period": "all"}):
        with pytest.raises(SeriesError, match="grouped by one column"):
            compare(replace(short, **other))


def test_a_rare_theme_and_lags_beyond_the_series_give_an_answer():
    rng = np.random.default_rng(14)
    found = compare(counted(rng, {"XAA": slow(rng, 60) - 3, "XBB": slow(rng, 60) - 3}), max_lag=70)
    table = found.table.set_index("lag")
    assert table.loc[70, "n_pairs"] == 0
    assert table.loc[70, ["correlation", "low", "null_high", "p_value"]].isna().all()
    assert np.isfinite([found.correlation, found.p_value]).all()
    assert "nan" not in found.finding.lower()
    plot_lead_lag(found)


def test_the_figure_says_which_side_leads():
    rng = np.random.default_rng(15)
    leader = slow(rng)
    found = compare(counted(rng, {"XAA": leader, "XBB": follower(rng, leader, 2)}))
    before = found.table.copy()
    figure = plot_lead_lag(found)
    axes, strip = figure.axes
    assert [text.get_text() for text in axes.texts] == ["← XBB first", "XAA first →"]
    assert figure.texts[0].get_text() == found.finding
    assert "at a positive lag XAA comes first" in figure.texts[-1].get_text().replace("\n", " ")
    assert [bar.get_height() for bar in strip.patches] == found.table["n_pairs"].tolist()
    pd.testing.assert_frame_equal(found.table, before)
