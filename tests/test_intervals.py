from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from aidememoire.intervals import effective_size, intraclass_correlation, wilson


def drawn(rng, *, share: float, rho: float, sizes: np.ndarray) -> np.ndarray:
    """Coded sentences of statements whose own shares are beta distributed with intraclass correlation rho."""
    a, b = share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho
    return rng.binomial(sizes, rng.beta(a, b, size=len(sizes))).astype(float)


def test_wilson_agrees_with_statsmodels():
    coded, n = np.array([0.0, 3.0, 50.0, 100.0]), np.full(4, 100.0)
    low, high = wilson(coded / n, n)
    expected = [proportion_confint(int(k), 100, method="wilson") for k in coded]
    np.testing.assert_allclose(low, [e[0] for e in expected], atol=1e-12)
    np.testing.assert_allclose(high, [e[1] for e in expected], atol=1e-12)


@pytest.mark.parametrize("rho", [0.02, 0.1, 0.3])
def test_planted_correlation_is_recovered(rho):
    rng = np.random.default_rng(1)
    sizes = rng.integers(10, 60, size=4000)
    found = intraclass_correlation(
        drawn(rng, share=0.1, rho=rho, sizes=sizes), sizes.astype(float), np.arange(4000) % 20
    )
    assert found == pytest.approx(rho, abs=0.02)


def test_independent_sentences_have_no_correlation():
    rng = np.random.default_rng(2)
    sizes = rng.integers(10, 60, size=3000)
    found = intraclass_correlation(
        rng.binomial(sizes, 0.2).astype(float), sizes.astype(float), np.zeros(3000, dtype=int)
    )
    assert found < 0.01


def test_design_effect_of_equal_sizes_is_the_textbook_one():
    found = effective_size(np.ones(10), np.full(10, 20.0), 0.05, np.zeros(10, dtype=int), 1)
    assert 200 / found[0] == pytest.approx(1 + 19 * 0.05)


def test_effective_size_of_statements_that_weigh_the_same_is_their_number_if_their_sentences_are_alike():
    sizes = np.array([1.0, 10.0, 100.0])
    found = effective_size(1 / sizes, sizes, 1.0, np.zeros(3, dtype=int), 1)
    assert found[0] == pytest.approx(3)


@pytest.mark.parametrize(("share", "rho", "n_statements"), [(0.01, 0.05, 40), (0.1, 0.1, 40), (0.3, 0.2, 20)])
def test_intervals_cover_the_planted_share(share, rho, n_statements):
    """2,000 cells of a series: a 95% interval covers about 95 times in 100, and the naive one clearly less."""
    rng = np.random.default_rng(3)
    n_cells = 2000
    cells = np.repeat(np.arange(n_cells), n_statements)
    sizes = rng.integers(10, 50, size=len(cells))
    coded = drawn(rng, share=share, rho=rho, sizes=sizes)
    total = np.bincount(cells, sizes)
    found = np.bincount(cells, coded) / total
    correlation = intraclass_correlation(coded, sizes.astype(float), cells)
    effective = effective_size(np.ones(len(sizes)), sizes.astype(float), correlation, cells, n_cells)
    low, high = wilson(found, effective)
    naive_low, naive_high = wilson(found, total.astype(float))
    assert 0.92 < ((low <= share) & (share <= high)).mean() < 0.98
    assert ((naive_low <= share) & (share <= naive_high)).mean() < 0.92


def test_nothing_to_estimate_from():
    none = np.zeros(0)
    assert intraclass_correlation(none, none, none.astype(int)) == 0.0
    assert intraclass_correlation(np.array([1.0]), np.array([5.0]), np.array([0])) == 0.0
