"""Compiled: phrases to hits. What the docstring of ``matching.plain`` numbers 2 to 6, sentence by sentence.

A join looks at most ``within`` tokens and one phrase to each side, so a sentence costs its length and its phrases.

numba is imported here: import this module through ``compiled.kernels`` only.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

from aidememoire.matching.fast.automaton import CANDIDATE, LEFTMOST, MARK, NEAR, NEGATE, WITHOUT

__all__ = ["joins"]

_LONG_GAP = 255


@njit(nogil=True)
def _marked(marks, begin, end, mark):
    word, bit = mark >> 6, np.uint64(1) << np.uint64(mark & 63)
    for token in range(begin, end):  # noqa: SIM110 (numba compiles no generator in any)
        if marks[token, word] & bit:
            return True
    return False


@njit(nogil=True)
def _set(marks, token, mark):
    if mark >= 0:
        marks[token, mark >> 6] |= np.uint64(1) << np.uint64(mark & 63)


@njit(nogil=True)
def _places(chars, codes, gaps, low, high, at, lengths, long_gaps, row):
    """Write the first character of each token of a sentence; return the long gap to look at next."""
    for token in range(low, high):
        gap = np.int64(gaps[token])
        if gap == _LONG_GAP:
            while long_gaps[row, 0] < token:
                row += 1
            gap = long_gaps[row, 1]
        at += gap
        chars[token - low] = at
        at += lengths[codes[token] >> 1]
    return row


@njit(nogil=True)
def _touch(owner, phrase, head, tail, following):
    """Hang a phrase behind the others of its owner."""
    following[phrase] = -1
    if head[owner] < 0:
        head[owner] = phrase
    else:
        following[tail[owner]] = phrase
    tail[owner] = phrase


@njit(nogil=True)
def _sort(numbers, n):
    """Insertion: few rules meet in a sentence."""
    for i in range(1, n):
        number, k = numbers[i], i
        while k > 0 and numbers[k - 1] > number:
            numbers[k] = numbers[k - 1]
            k -= 1
        numbers[k] = number


@njit(nogil=True)
def _mark(marks, kind, reach, pair, begin, end, n, low, codes):
    """Mark the tokens that a phrase of a mask covers, or that a negation reaches."""
    if kind == MARK:
        for token in range(begin, end):
            _set(marks, token, pair[0])
        return
    token = end
    while token < n and token - end <= reach and not codes[low + token] & 1:
        _set(marks, token, pair[0])
        _set(marks, token, pair[1])
        token += 1


@njit(nogil=True)
def _joined(begin, end, n, reach, ordered, b_short, b_behind):
    """Return the span from a phrase of side a to the nearest of side b, or (-1, -1)."""
    for distance in range(min(reach, n) + 1):
        if not ordered and begin >= distance and b_behind[begin - distance] >= 0:
            return b_behind[begin - distance], end
        if end + distance < n and b_short[end + distance] >= 0:
            return begin, b_short[end + distance]
    return np.int64(-1), np.int64(-1)


@njit(nogil=True)
def _is_near(begin, end, n, reach, ordered, longest, b_short, b_long):
    """Say whether a phrase of side b lies within reach of one of side a."""
    for token in range(begin, min(end + reach + 1, n)):
        if b_short[token] >= 0:
            return True
    back = np.int64(0) if ordered else reach
    for token in range(begin - 1, max(begin - longest - back, 0) - 1, -1):
        if b_long[token] > begin or (not ordered and b_long[token] >= 0 and b_long[token] + reach >= begin):
            return True
    return False


@njit(nogil=True)
def _insert(kept, n, begin, end):
    """Keep a joined span once, in order: it begins at most a phrase and the rule's reach before the last one."""
    k = n
    while k > 0 and (kept[k - 1, 0] > begin or (kept[k - 1, 0] == begin and kept[k - 1, 1] > end)):
        k -= 1
    if k > 0 and kept[k - 1, 0] == begin and kept[k - 1, 1] == end:
        return n
    for j in range(n, k, -1):
        kept[j, 0], kept[j, 1] = kept[j - 1, 0], kept[j - 1, 1]
    kept[k, 0], kept[k, 1] = begin, end
    return n + 1


@njit(nogil=True)
def _append(kept, n, begin, end):
    """Keep a phrase unless it overlaps the one before; of phrases that begin together the longest."""
    if n and kept[n - 1, 0] == begin:
        kept[n - 1, 1] = max(kept[n - 1, 1], end)
        return n
    if n and begin < kept[n - 1, 1]:
        return n
    kept[n, 0], kept[n, 1] = begin, end
    return n + 1


# One loop and many cases: taken apart they would hand a dozen arrays to each other for every rule.
@njit(
    "int64(int32[::1], uint8[::1], int64[::1], int64[::1], int64[:, ::1],"  # tokens
    "int32[::1], int64[:, ::1], UniTuple(int32[::1], 4), int64[::1], uint8[::1], int32[:, ::1], int64,"  # joins
    "UniTuple(int64[::1], 9), int64[:, ::1], uint64[:, ::1], int32[:, ::1])",  # scratch
    nogil=True,
    cache=True,
)
def joins(
    codes, gaps, firsts, begins, long_gaps,
    lengths, found, rule_arrays, within, ordered, rule_marks, longest,
    scratch, kept, marks, rows,
):  # fmt: skip
    """Write the hits made of ``found``; return the number of rows, which is never larger than theirs.

    Rows are (span, rule, start, end), by span, then by order of the joins, then by place. A candidate of a regular
    expression has start and end -1. ``found`` is what ``phrases`` wrote; the other arguments are the
    fields of ``TokenIndex``, ``Words``, ``Joins`` and ``Scratch``.
    """
    rule_number, rule_kind, hidden_by, negated_by = rule_arrays
    following, head, tail, touched, is_touched, chars, b_short, b_long, b_behind = scratch
    n_rows = 0
    long_gap = np.int64(0)
    span = np.int64(0)
    stop = 0
    while stop < len(found):
        while firsts[span + 1] <= found[stop, 0]:
            span += 1
        low, high = firsts[span], firsts[span + 1]
        n_touched = 0
        while stop < len(found) and found[stop, 0] < high:
            owner = found[stop, 2]
            found[stop, 0] -= low
            found[stop, 1] -= low
            _touch(owner, stop, head, tail, following)
            if not is_touched[owner >> 1]:
                is_touched[owner >> 1] = 1
                touched[n_touched] = owner >> 1
                n_touched += 1
            stop += 1

        # Masks and negations.
        n = high - low
        has_marks = False
        for i in range(n_touched):
            rule = touched[i]
            kind = rule_kind[rule]
            if kind != MARK and kind != NEGATE:
                continue
            has_marks = True
            for side in range(2):
                p = head[2 * rule + side]
                while p >= 0:
                    _mark(marks, kind, within[rule], rule_marks[rule], found[p, 0], found[p, 1], n, low, codes)
                    p = following[p]

        _sort(touched, n_touched)
        placed = False
        for i in range(n_touched):
            rule = touched[i]
            kind = rule_kind[rule]
            a, b = head[2 * rule], head[2 * rule + 1]
            if a < 0 or kind in (MARK, NEGATE) or (kind == NEAR and b < 0):
                continue
            hide = hidden_by[rule] if has_marks else -1
            drop = negated_by[rule] if has_marks else -1
            n_kept = 0
            if kind == CANDIDATE:
                n_kept = 1 if b >= 0 or rule_marks[rule, 0] < 0 else 0
            elif following[a] < 0 and (kind == LEFTMOST or (kind == WITHOUT and b < 0)):
                # One phrase: by far the commonest case.
                p = a
                if not (hide >= 0 and _marked(marks, found[p, 0], found[p, 1], hide)) and not (
                    drop >= 0 and _marked(marks, found[p, 0], found[p, 0] + 1, drop)
                ):
                    n_kept = _append(kept, 0, found[p, 0], found[p, 1])
            else:
                while b >= 0 and kind != LEFTMOST:
                    begin, end = found[b, 0], found[b, 1]
                    if hide < 0 or not _marked(marks, begin, end, hide):
                        b_short[begin] = end if b_short[begin] < 0 else min(b_short[begin], end)
                        b_long[begin] = max(b_long[begin], end)
                        if b_behind[end] < 0:
                            b_behind[end] = begin
                    b = following[b]
                p = a
                while p >= 0:
                    begin, end = found[p, 0], found[p, 1]
                    p = following[p]
                    if hide >= 0 and _marked(marks, begin, end, hide):
                        continue
                    if kind == NEAR:
                        begin, end = _joined(begin, end, n, within[rule], ordered[rule], b_short, b_behind)
                        if begin < 0:
                            continue
                    elif kind == WITHOUT and _is_near(
                        begin, end, n, within[rule], ordered[rule], longest, b_short, b_long
                    ):
                        continue
                    if drop >= 0 and _marked(marks, begin, begin + 1, drop):
                        continue
                    n_kept = _insert(kept, n_kept, begin, end) if kind == NEAR else _append(kept, n_kept, begin, end)
                b = head[2 * rule + 1]
                while b >= 0:
                    b_short[found[b, 0]] = b_long[found[b, 0]] = b_behind[found[b, 1]] = -1
                    b = following[b]
            if n_kept and not placed and kind != CANDIDATE:
                long_gap = _places(chars, codes, gaps, low, high, begins[span], lengths, long_gaps, long_gap)
                placed = True
            for k in range(n_kept):
                rows[n_rows, 0], rows[n_rows, 1] = span, rule_number[rule]
                if kind == CANDIDATE:
                    rows[n_rows, 2] = rows[n_rows, 3] = -1
                else:
                    begin, end = kept[k, 0], kept[k, 1]
                    rows[n_rows, 2] = chars[begin]
                    rows[n_rows, 3] = chars[end - 1] + lengths[codes[low + end - 1] >> 1]
                n_rows += 1

        for i in range(n_touched):
            rule = touched[i]
            is_touched[rule] = 0
            head[2 * rule] = head[2 * rule + 1] = -1
        if has_marks:
            for token in range(n):
                for k in range(marks.shape[1]):
                    marks[token, k] = 0
    return n_rows
