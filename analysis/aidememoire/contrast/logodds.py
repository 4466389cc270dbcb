"""Log odds of words between two groups of statements, with a prior, an interval and a test that permute statements.

Array functions; ``keyness`` calls them. ``counts`` is a sparse matrix of statements x words, ``sizes`` the number of
words of each statement, ``labels`` whether a statement is of the first group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

__all__ = ["dispersion", "half_width", "log_odds", "permutation_p", "surplus_of"]

Array = np.ndarray[Any, np.dtype[Any]]

LEVEL_Z = 1.959963984540054
# Labels permuted at a time, and words of like frequency whose permutations are pooled: at least so many.
CHUNK, POOLED, MOST_POOLS = 50, 500, 10
# Two surpluses of one composition may differ in the last bits.
_ROUNDING = 1e-9


def log_odds(
    first: Array, second: Array, n_first: float, n_second: float, prior: Array, prior_size: float
) -> tuple[Array, Array]:
    """Return log-odds ratios with an informative Dirichlet prior, and z as if words were independent.

    Parameters
    ----------
    first, second
        Counts of each word in the two groups, of which one at least uses it: shape (words,).
    n_first, n_second
        All words of the groups.
    prior
        Prior count of each word, shape (words,).
    prior_size
        Sum of the prior counts of all words, those not given too.

    Notes
    -----
    With y the count of a word, n all words, a its prior and A the sum of priors (Monroe, Colaresi and Quinn 2008,
    Political Analysis 16:372-403)::

        d = log((y1 + a) / (n1 + A - y1 - a)) - log((y2 + a) / (n2 + A - y2 - a))
        var(d) = 1 / (y1 + a) + 1 / (y2 + a),   z = d / sqrt(var(d))

    Examples
    --------
    >>> first, second, prior = np.array([8.0, 2.0]), np.array([2.0, 8.0]), np.array([5.0, 5.0])
    >>> difference, z = log_odds(first, second, 10, 10, prior, 10)
    >>> np.round(difference, 4).tolist(), np.round(z, 4).tolist()
    ([1.2381, -1.2381], [2.6409, -2.6409])
    """
    one, two = first + prior, second + prior
    rest_one, rest_two = n_first + prior_size - one, n_second + prior_size - two
    # Where there is but one word both groups are full of it.
    full = (rest_one <= 0) & (rest_two <= 0)
    difference = np.log(one / np.where(full, one, rest_one)) - np.log(two / np.where(full, two, rest_two))
    return difference, difference / np.sqrt(1 / one + 1 / two)


def half_width(counts: sparse.csr_matrix, sizes: Array, labels: Array, prior: Array, prior_size: float) -> Array:
    """Return the half width of the 95% interval of each log-odds ratio: statements are what is sampled.

    Notes
    -----
    Linearised (Taylor) variance of each side from the residuals of its statements (Binder 1983, International
    Statistical Review 51:279-292), and never less than 1 / (y + a), which words drawn one by one would have. With fewer
    than two statements on a side there is none.
    """
    variance = np.zeros(counts.shape[1])
    for side in (labels, ~labels):
        n, own, size = int(side.sum()), counts[side], sizes[side].astype(np.float64)
        if n < 2:
            return np.full(counts.shape[1], np.nan)
        total = np.asarray(own.sum(axis=0)).ravel().astype(np.float64)
        squares = np.asarray(own.multiply(own).sum(axis=0)).ravel()
        crossed = own.T @ size
        whole = total + prior
        rest = size.sum() + prior_size - whole
        of_size = np.divide(1.0, rest, out=np.zeros_like(rest), where=rest > 0)
        of_word = 1 / whole + of_size
        mean = (of_word * total - of_size * size.sum()) / n
        residual = of_word**2 * squares - 2 * of_word * of_size * crossed + of_size**2 * (size**2).sum() - n * mean**2
        variance += np.maximum(residual * n / (n - 1), 1 / whole)
    return np.asarray(LEVEL_Z * np.sqrt(variance))


def dispersion(counts: sparse.csr_matrix, sizes: Array) -> Array:
    """Return Gries' DP of each word over statements: 0 spread as the words are, towards 1 all in one short statement.

    Notes
    -----
    ``DP = sum |s_i - v_i| / 2``, s_i the share of statement i in all words, v_i its share in the uses of the word
    (Gries 2008, International Journal of Corpus Linguistics 13:403-437). Missing where a word is not used.

    Examples
    --------
    >>> counts = sparse.csr_matrix([[1, 4], [1, 0]])
    >>> dispersion(counts, np.array([10, 10])).tolist()
    [0.0, 0.5]
    """
    share = sizes / max(1, sizes.sum())
    total = np.asarray(counts.sum(axis=0)).ravel().astype(np.float64)
    places = counts.tocoo()
    own = share[places.row]
    excess = np.abs(own - places.data / total[places.col]) - own
    summed = 1 + np.bincount(places.col, excess, counts.shape[1])
    return np.where(total > 0, np.clip(summed / 2, 0, 1), np.nan)


def surplus_of(counts: sparse.csr_matrix, sizes: Array, labels: Array, strata: Array) -> tuple[Array, Array]:
    """Return the surplus of each word in the first group, and its variance when labels are permuted.

    The surplus is the number of uses above what the rate p_s of each stratum gives; its mean over permutations of the
    labels among the statements of each stratum is 0, and its variance is exact::

        r = sum_s sum_(i in s, first group) e_i,   e_i = x_i - m_i p_s
        var(r) = sum_s k_s (n_s - k_s) / (n_s (n_s - 1)) sum_(i in s) e_i^2

    for strata of n_s statements, k_s of them of the first group (Cochran 1977, Sampling Techniques, theorem 2.2; for
    statements of one word each it is the test of Mantel and Haenszel 1959). Each has shape (words,).

    Examples
    --------
    >>> counts = sparse.csr_matrix([[3.0], [1.0], [1.0], [1.0]])
    >>> first, one = np.array([True, True, False, False]), np.zeros(4, dtype=int)
    >>> r, variance = surplus_of(counts, np.full(4, 10.0), first, one)
    >>> r.round(9).tolist(), variance.round(9).tolist()
    ([1.0], [1.0])
    """
    counts, sizes, labels, strata = _mixed(counts, sizes, labels, strata)
    member, rate = _rates(counts, sizes, strata)
    n, k = (np.asarray(member @ part).ravel() for part in (np.ones(len(sizes)), labels.astype(np.float64)))
    weight = np.divide(k * (n - k), n * (n - 1), out=np.zeros(len(n)), where=n > 1)
    surplus = counts.T @ labels.astype(np.float64) - rate.T @ (member @ (sizes * labels))
    crossed = member @ sparse.diags_array(sizes) @ counts
    squares = counts.multiply(counts).T @ weight[strata]
    squares = squares - 2 * (rate.multiply(crossed).T @ weight)
    squares = squares + rate.multiply(rate).T @ (weight * (member @ sizes**2))
    return surplus, np.maximum(squares, 0)


def permutation_p(
    counts: sparse.csr_matrix, sizes: Array, labels: Array, strata: Array, z: Array, draws: int, seed: int
) -> Array:
    """Return for each word how often a word of like frequency has as large a surplus when labels are permuted.

    Parameters
    ----------
    z
        Surplus over its standard deviation, shape (words,).
    draws, seed
        Permutations, and from where.

    Notes
    -----
    Words are pooled with those that about as many statements use, 500 of them at least, so that p can be smaller than
    one over the number of draws (pooled nulls: Storey and Tibshirani 2003, PNAS 100:9440-9445). The tails of a rare
    word are heavier than the normal ones, and are taken as they are.
    """
    _, variance = surplus_of(counts, sizes, labels, strata)
    scale = np.divide(1.0, np.sqrt(variance), out=np.zeros(len(variance)), where=variance > 0)[:, None]
    pool = _pools(np.bincount(counts.indices, minlength=counts.shape[1]))
    sorted_z = [np.sort(np.abs(z[members])) for members in pool]
    beyond = [np.zeros(len(values) + 1) for values in sorted_z]
    counts, sizes, labels, strata = _mixed(counts, sizes, labels, strata)
    member, rate = _rates(counts, sizes, strata)
    of_word, of_rate = counts.T.tocsr(), rate.T.tocsr()
    for drawn in _permuted(labels, strata, draws, seed):
        surplus = of_word @ drawn - of_rate @ (member @ (sizes[:, None] * drawn))
        of_draw = np.abs(surplus * scale)
        for values, members, count in zip(sorted_z, pool, beyond, strict=True):
            at = np.searchsorted(values - _ROUNDING, of_draw[members].ravel(), side="right")
            count += np.bincount(at, minlength=len(count))
    p = np.ones(len(z))
    for values, members, count in zip(sorted_z, pool, beyond, strict=True):
        as_large = count[::-1].cumsum()[::-1][1:]
        place = np.searchsorted(values, np.abs(z[members]))
        p[members] = (1 + as_large[place]) / (1 + draws * len(members))
    return np.minimum(p, 1.0)


def _mixed(
    counts: sparse.csr_matrix, sizes: Array, labels: Array, strata: Array
) -> tuple[sparse.csr_matrix, Array, Array, Array]:
    """Keep the strata that hold both groups, numbered from 0: in the others no label can be permuted."""
    _, strata = np.unique(strata, return_inverse=True)
    of_first = np.bincount(strata, labels) / np.bincount(strata)
    kept = np.flatnonzero((of_first[strata] > 0) & (of_first[strata] < 1))
    _, numbers = np.unique(strata[kept], return_inverse=True)
    return counts[kept].astype(np.float64), sizes[kept].astype(np.float64), labels[kept], numbers


def _rates(counts: sparse.csr_matrix, sizes: Array, strata: Array) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Which statements are of each stratum, and the rate of each word in it: sparse, by strata."""
    shape = (int(strata.max(initial=-1)) + 1, len(strata))
    member = sparse.csr_matrix((np.ones(len(strata)), (strata, np.arange(len(strata)))), shape=shape)
    return member, (sparse.diags_array(1 / np.maximum(member @ sizes, 1)) @ member @ counts).tocsr()


def _pools(frequency: Array) -> list[Array]:
    """Words in pools of like frequency, of about the same size."""
    n_pools = int(np.clip(len(frequency) // POOLED, 1, MOST_POOLS))
    return np.array_split(np.argsort(frequency, kind="stable"), n_pools)


def _permuted(labels: Array, strata: Array, draws: int, seed: int) -> Iterator[Array]:
    """Permuted labels, some draws at a time: shape (statements, draws)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(strata, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(strata[order])) + 1)
    for begin in range(0, draws, CHUNK):
        drawn = np.repeat(labels[:, None].astype(np.float64), min(CHUNK, draws - begin), axis=1)
        for rows in groups:
            drawn[rows] = rng.permuted(drawn[rows], axis=0)
        yield drawn
