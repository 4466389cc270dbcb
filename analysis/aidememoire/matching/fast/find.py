"""Compiled: token numbers to hits.

The phrases of all rules are walked at once, from every token that can begin one. Only in sentences where a phrase
was found does the join follow: what the docstring of ``matching.plain`` numbers 2 to 6.

Cost: a token costs one look at a flag; one that begins phrases costs at most the trie's nodes (times the elements
the next tokens satisfy), whatever the text; a join looks at most ``within`` tokens and one phrase to each side.
So time is linear in the text for any set of rules, and patterns such as ``* * *`` pay for their own length only.

numba is imported here: import this module through ``compiled.kernels`` only.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

from aidememoire.matching.fast.automaton import CANDIDATE, LEFTMOST, MARK, NEAR, NEGATE, WALK, WITHOUT

__all__ = ["find"]

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


# Three loops nested and four phases: taken apart they would hand a dozen arrays to each other for every token.
# It allocates nothing: where room runs out it returns, and is called again with more.
@njit(
    "Tuple((int64, int64))(int64, int32[::1], uint8[::1], int64[::1], int64[::1], int64[:, ::1],"  # tokens
    "int32[::1], uint8[::1], uint64[::1], uint64[::1], int64[::1], int32[::1],"  # words
    "UniTuple(int32[::1], 4), uint64[::1], UniTuple(int32[::1], 3),"  # trie
    "UniTuple(int32[::1], 4), int64[::1], uint8[::1], int32[:, ::1], int64, int64,"  # joins
    "UniTuple(int64[::1], 11), int64[:, ::1], int64[:, ::1], uint64[:, ::1], int32[:, ::1])",  # scratch
    nogil=True,
    cache=True,
)
def find(
    begin_span, codes, gaps, firsts, begins, long_gaps,
    lengths, flags, begin_bloom, word_bloom, first_element, word_elements,
    edges, bloom, ends,
    rule_arrays, within, ordered, rule_marks, longest, leads,
    scratch, nodes, kept, marks, rows,
):  # fmt: skip
    """Write the hits of the spans from ``begin_span`` on; return the span it came to and the number of rows.

    Rows are (span, rule, start, end), by span, then by order of the joins, then by place. A candidate of a regular
    expression has start and end -1. The arguments are the fields of ``TokenIndex``, ``Words``, ``Trie``, ``Joins``
    and ``Scratch``.
    """
    first_edge, edge_element, edge_child, any_child = edges
    first_owner, owners, start = ends
    rule_number, rule_kind, hidden_by, negated_by = rule_arrays
    p_start, p_end, p_next, head, tail, touched, is_touched, chars, b_short, b_long, b_behind = scratch
    n_rows = 0
    long_gap = np.int64(0)

    for span in range(begin_span, len(begins)):
        low, high = firsts[span], firsts[span + 1]
        n_found = n_touched = 0

        # Phrases.
        for first in range(low, high):
            word = codes[first] >> 1
            wild = leads < 0
            for lead in range(1, min(leads, high - first - 1) + 1):
                if flags[codes[first + lead] >> 1] & 1 << lead:
                    wild = True
            if not wild and not flags[word] & WALK:
                # Most tokens end here: they begin nothing, or none of the elements of the next one may follow.
                if not flags[word] & 1 or first + 1 == high or codes[first + 1] & 1:
                    continue
                if not begin_bloom[word] & word_bloom[codes[first + 1] >> 1]:
                    continue
            n_nodes = now = 0
            for k in range(first_element[word], first_element[word + 1]):
                node = start[word_elements[k]]
                if node >= 0:
                    nodes[now, n_nodes] = node
                    n_nodes += 1
            if wild and any_child[0] >= 0:
                nodes[now, n_nodes] = any_child[0]
                n_nodes += 1
            at = first + 1
            while n_nodes:
                for i in range(n_nodes):
                    node = nodes[now, i]
                    for k in range(first_owner[node], first_owner[node + 1]):
                        if n_found < len(p_start):
                            owner = owners[k]
                            p_start[n_found], p_end[n_found], p_next[n_found] = first - low, at - low, -1
                            if head[owner] < 0:
                                head[owner] = n_found
                            else:
                                p_next[tail[owner]] = n_found
                            tail[owner] = n_found
                            if not is_touched[owner >> 1]:
                                is_touched[owner >> 1] = 1
                                touched[n_touched] = owner >> 1
                                n_touched += 1
                        n_found += 1
                if at == high or codes[at] & 1:
                    break
                word = codes[at] >> 1
                seen = word_bloom[word]
                n_others = 0
                for i in range(n_nodes):
                    node = nodes[now, i]
                    if bloom[node] & seen:
                        for k in range(first_element[word], first_element[word + 1]):
                            element = word_elements[k]
                            left, right = np.int64(first_edge[node]), np.int64(first_edge[node + 1])
                            while left < right:
                                middle = (left + right) >> 1
                                if edge_element[middle] < element:
                                    left = middle + 1
                                else:
                                    right = middle
                            if left < first_edge[node + 1] and edge_element[left] == element:
                                nodes[1 - now, n_others] = edge_child[left]
                                n_others += 1
                    if any_child[node] >= 0:
                        nodes[1 - now, n_others] = any_child[node]
                        n_others += 1
                now = 1 - now
                n_nodes = n_others
                at += 1
        if n_found == 0:
            continue
        if n_found > len(p_start) or n_rows + n_found > len(rows):
            return span, n_rows

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
                    if kind == MARK:
                        for token in range(p_start[p], p_end[p]):
                            _set(marks, token, rule_marks[rule, 0])
                    else:
                        token = p_end[p]
                        while token < n and token - p_end[p] <= within[rule] and not codes[low + token] & 1:
                            _set(marks, token, rule_marks[rule, 0])
                            _set(marks, token, rule_marks[rule, 1])
                            token += 1
                    p = p_next[p]

        # Rules in order: few are touched, so insertion sorts them fast.
        for i in range(1, n_touched):
            rule, k = touched[i], i
            while k > 0 and touched[k - 1] > rule:
                touched[k] = touched[k - 1]
                k -= 1
            touched[k] = rule
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
            elif p_next[a] < 0 and (kind == LEFTMOST or (kind == WITHOUT and b < 0)):
                # One phrase: by far the commonest case.
                p = a
                if not (hide >= 0 and _marked(marks, p_start[p], p_end[p], hide)) and not (
                    drop >= 0 and _marked(marks, p_start[p], p_start[p] + 1, drop)
                ):
                    kept[0, 0], kept[0, 1] = p_start[p], p_end[p]
                    n_kept = 1
            else:
                while b >= 0 and kind != LEFTMOST:
                    begin, end = p_start[b], p_end[b]
                    if hide < 0 or not _marked(marks, begin, end, hide):
                        if b_short[begin] < 0:
                            b_short[begin] = end
                        b_long[begin] = max(b_long[begin], end)
                        if b_behind[end] < 0:
                            b_behind[end] = begin
                    b = p_next[b]
                p = a
                while p >= 0:
                    begin, end = p_start[p], p_end[p]
                    p = p_next[p]
                    if hide >= 0 and _marked(marks, begin, end, hide):
                        continue
                    if kind == NEAR:
                        found = False
                        for distance in range(within[rule] + 1):
                            if not ordered[rule] and begin >= distance and b_behind[begin - distance] >= 0:
                                begin = b_behind[begin - distance]
                                found = True
                                break
                            if end + distance < n and b_short[end + distance] >= 0:
                                end = b_short[end + distance]
                                found = True
                                break
                            if distance > n:
                                break
                        if not found or (drop >= 0 and _marked(marks, begin, begin + 1, drop)):
                            continue
                        # Nearly in order: a joined span begins at most a phrase and ``within`` before side a.
                        k = n_kept
                        while k > 0 and (kept[k - 1, 0] > begin or (kept[k - 1, 0] == begin and kept[k - 1, 1] > end)):
                            k -= 1
                        if k > 0 and kept[k - 1, 0] == begin and kept[k - 1, 1] == end:
                            continue
                        for j in range(n_kept, k, -1):
                            kept[j, 0], kept[j, 1] = kept[j - 1, 0], kept[j - 1, 1]
                        kept[k, 0], kept[k, 1] = begin, end
                        n_kept += 1
                        continue
                    if kind == WITHOUT:
                        reach = within[rule]
                        found = False
                        for token in range(begin, min(end + reach + 1, n)):
                            if b_short[token] >= 0:
                                found = True
                                break
                        back = 0 if ordered[rule] else reach
                        token = begin - 1
                        while not found and token >= 0 and token >= begin - longest - back:
                            if ordered[rule]:
                                found = b_long[token] > begin
                            else:
                                found = b_long[token] >= 0 and b_long[token] + reach >= begin
                            token -= 1
                        if found:
                            continue
                    if drop >= 0 and _marked(marks, begin, begin + 1, drop):
                        continue
                    # Of phrases that begin together the longest comes last.
                    if n_kept and kept[n_kept - 1, 0] == begin:
                        kept[n_kept - 1, 1] = max(kept[n_kept - 1, 1], end)
                    elif n_kept == 0 or begin >= kept[n_kept - 1, 1]:
                        kept[n_kept, 0], kept[n_kept, 1] = begin, end
                        n_kept += 1
                b = head[2 * rule + 1]
                while b >= 0:
                    b_short[p_start[b]] = b_long[p_start[b]] = b_behind[p_end[b]] = -1
                    b = p_next[b]
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
    return len(begins), n_rows
