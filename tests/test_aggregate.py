"""What may be made of the counts of a series: resampled intervals, shrunk points, a smooth line."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aidememoire.aggregate import Asked, shares_table
from aidememoire.errors import SeriesError
from aidememoire.resampling import bootstrap_shares, resampled
from aidememoire.shares import Series
from aidememoire.shrinkage import shrink
from aidememoire.smoothing import smooth


def counted(rng, shares, *, n_statements=40, sentences=40, rho=0.02, groups=("XAA",)) -> Series:
    """A series whose statements are drawn from known shares, one a year from 2000 on; NaN is a year without data."""
    rows = []
    for actor in groups:
        for year, share in enumerate(shares, 2000):
            if np.isnan(share):
                continue
            own = rng.beta(share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho, n_statements)
            rows += [(actor, str(year), k) for k in rng.binomial(sentences, own)]
    counts = pd.DataFrame(rows, columns=["actor", "period", "past"]).assign(n_sentences=sentences)
    counts["statement_id"] = [f"s{n}" for n in range(len(counts))]
    asked = Asked("year", "sentences", "sentence", 1)
    table, correlation = shares_table(counts, ("past",), ("actor",), asked)
    return Series(
        table=table, counts=counts, themes=("past",), period="year", by=("actor",), voices="all", codes="strict",
        stances="all", measure="sentences", count="statements", weighting="sentence", window=1, coder="rules",
        correlation=correlation, n_undated=0, n_duplicates=0,
    )  # fmt: skip


def test_resampled_sums_have_the_mean_and_spread_of_the_statements():
    rng = np.random.default_rng(1)
    values = rng.poisson(5.0, size=(200, 2)).astype(float)
    sums = resampled(values, np.repeat([0, 1], 100), 3, draws=4000, seed=2)
    assert sums.shape == (4000, 3, 2)
    np.testing.assert_allclose(sums[:, 0].mean(axis=0), values[:100].sum(axis=0), rtol=0.01)
    np.testing.assert_allclose(sums[:, 1].std(axis=0), np.sqrt(100) * values[100:].std(axis=0), rtol=0.05)
    assert not sums[:, 2].any()
    again = resampled(values, np.repeat([0, 1], 100), 3, draws=4000, seed=2)
    np.testing.assert_array_equal(sums, again)


def test_the_bootstrap_agrees_with_the_interval_where_statements_are_many():
    found = counted(np.random.default_rng(3), [0.2] * 6, n_statements=300)
    drawn = bootstrap_shares(found, draws=2000, seed=1)
    np.testing.assert_allclose(drawn["low"], found.table["low"], atol=0.004)
    np.testing.assert_allclose(drawn["high"], found.table["high"], atol=0.004)
    with pytest.raises(SeriesError, match="window=1"):
        bootstrap_shares(replace(found, window=3))


def test_shrinking_moves_thin_points_most_and_lowers_the_error():
    rng = np.random.default_rng(4)
    truth = rng.beta(20, 180, size=60)
    found = counted(rng, truth, n_statements=3, sentences=20, groups=[f"X{n:02}" for n in range(20)])
    truth = np.tile(truth, 20)
    drawn = shrink(found).table
    assert ((drawn["share"] - truth) ** 2).mean() < 0.7 * ((found.table["share"] - truth) ** 2).mean()
    inside = (drawn["low"] <= truth) & (truth <= drawn["high"])
    assert inside.mean() == pytest.approx(0.95, abs=0.03)
    assert drawn["weighting"].eq("shrunk").all()


def test_shrinking_leaves_a_short_group_and_gaps_alone():
    short = counted(np.random.default_rng(5), [0.1, 0.2])
    pd.testing.assert_series_equal(shrink(short).table["low"], short.table["low"])
    gap = counted(np.random.default_rng(5), [0.1, np.nan, 0.2, 0.1])
    assert shrink(gap).table["share"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize("share", [1e-12, 1 - 1e-12])
def test_a_theme_that_is_never_or_always_there_gives_an_answer_without_a_warning(share):
    found = counted(np.random.default_rng(6), [share] * 4, rho=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn, line = shrink(found).table, smooth(found)
        bootstrap_shares(found, draws=50)
    for table in (drawn, line):
        assert np.isfinite(table[["share", "low", "high"]]).all(axis=None)


def test_a_smooth_line_covers_a_level_series_and_stops_at_a_gap():
    groups = [f"X{n:02}" for n in range(60)]
    found = counted(np.random.default_rng(7), [0.1] * 8 + [np.nan] * 12 + [0.1] * 4, groups=groups)
    line = smooth(found, bandwidth=1.5)
    assert line["share"].isna().sum() == 60 * (12 - 2 * 3)
    seen = line.dropna()
    assert seen["low"].le(0.1).mul(seen["high"].ge(0.1)).mean() == pytest.approx(0.95, abs=0.02)
    points = found.table.dropna(subset="share")
    assert (seen["high"] - seen["low"]).mean() < 0.7 * (points["high"] - points["low"]).mean()
    with pytest.raises(SeriesError, match="positive number of periods"):
        smooth(found, bandwidth=0)
