"""Compiled: token numbers to what the words of a sentence add to the log odds of each theme.

The same sum as ``coder.strengths`` makes of strings, but for marks. numba is imported here: import this module late.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

from aidememoire.model.features import MAX_SCALE, MEAN_SCALE
from aidememoire.model.stemtable import MIX

__all__ = ["sum_words"]

_MEAN, _MAX = np.float32(MEAN_SCALE), np.float32(MAX_SCALE)
_MIX = np.uint64(MIX)
_NOTHING = np.float32(-np.inf)


@njit(nogil=True)
def _pair(keys, columns, key):
    """Return the column of a pair of stems in the table, or -1."""
    mask = len(keys) - 1
    slot = np.int64((np.uint64(key) * _MIX) >> np.uint64(40)) & mask
    while keys[slot] >= 0:
        if keys[slot] == key:
            return columns[slot]
        slot = (slot + 1) & mask
    return np.int32(-1)


@njit(nogil=True)
def _count(column, counts, found, n):
    """Count a column, if there is one, and return how many different ones there are now."""
    if column < 0:
        return n
    counts[column] += 1
    if counts[column] > 1:
        return n
    found[n] = column
    return n + 1


@njit(nogil=True)
def _add_grams(found, n, counts, idf, gram_weights, row):
    """Add sublinear tf-idf of length 1, and set ``counts`` back to 0."""
    squares = 0.0
    for k in range(n):
        value = (1.0 + np.log(counts[found[k]])) * idf[found[k]]
        squares += value * value
    length = np.sqrt(squares)
    for k in range(n):
        column = found[k]
        value = (1.0 + np.log(counts[column])) * idf[column] / length
        for head in range(len(row)):
            row[head] += value * gram_weights[column, head]
        counts[column] = 0


@njit(nogil=True)
def _add_dense(mean, most, dense, row):
    size = len(mean)
    squares = np.float32(0)
    for d in range(size):
        squares += mean[d] * mean[d]
    scale = _MEAN / max(np.sqrt(squares), np.float32(1e-9))
    for d in range(size):
        for head in range(len(row)):
            row[head] += scale * mean[d] * dense[d, head] + _MAX * most[d] * dense[size + d, head]


@njit(
    "void(int32[::1], int64[::1], int32[::1],"  # sentences, words
    "int32[::1], int32[::1], boolean[::1], int64[::1], int32[::1],"  # stems, pairs of stems
    "float64[::1], float64[:, ::1], float32[:, ::1], float32[::1], float64[:, ::1], float64[:, ::1])",
    nogil=True,
    cache=True,
)
def sum_words(
    codes, firsts, stem_of,
    grams, rows, leads, keys, columns,
    idf, gram_weights, vectors, weights, dense, total,
):  # fmt: skip
    """Add to ``total``, sentences x themes; the arguments are fields of ``TokenIndex``, ``StemTable`` and ``Space``."""
    counts = np.zeros(len(idf), dtype=np.int64)
    found = np.empty(2 * int(np.max(np.diff(firsts))) if len(firsts) > 1 else 0, dtype=np.int64)
    mean, most = np.empty(vectors.shape[1], dtype=np.float32), np.empty(vectors.shape[1], dtype=np.float32)
    n_stems = len(grams)
    for sentence in range(len(firsts) - 1):
        n = 0
        is_known = False
        before = -1
        for token in range(firsts[sentence], firsts[sentence + 1]):
            stem = stem_of[codes[token] >> 1]
            pair = np.int32(-1)
            if before >= 0 and stem >= 0 and leads[before]:
                pair = _pair(keys, columns, before * n_stems + stem)
            before = stem
            if stem < 0:
                continue
            n = _count(grams[stem], counts, found, n)
            n = _count(pair, counts, found, n)
            row = rows[stem]
            if row >= 0:
                if not is_known:
                    mean[:] = np.float32(0)
                    most[:] = _NOTHING
                    is_known = True
                weight = weights[row]
                for d in range(len(mean)):
                    value = vectors[row, d]
                    mean[d] += weight * value
                    most[d] = value if value > most[d] else most[d]
        _add_grams(found, n, counts, idf, gram_weights, total[sentence])
        if is_known:
            _add_dense(mean, most, dense, total[sentence])
