"""Compiled: token numbers to phrases. The phrases of all rules are looked for at once, from every token on.

Most tokens cost two loads: they begin nothing, or none of the elements of the next token may follow. What is left
walks the trie. Time is linear in the text for any rules: a token walks each node of the trie at most once.

numba is imported here: import this module through ``compiled.kernels`` only.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

from aidememoire.matching.fast.trie import ANY, DEPTH, EDGES, EDGES_END, OWNERS, OWNERS_END

__all__ = ["phrases"]

_ANYWHERE = np.uint64(1 << 63)
_ALL = np.uint64(2**64 - 1)
_FIRST_OF_PAIR = np.uint64(0x5555555555555555)
_ONE = np.uint64(1)


@njit(nogil=True)
def _candidates(low, high, codes, begins, follows, sides, everywhere, found):
    """Write the tokens of a sentence that may begin a phrase; return their count and the sides they begin."""
    n = 0
    seen = _ANYWHERE
    code = codes[low]
    for token in range(low, high):
        word = code >> 1
        allowed = _ANYWHERE
        if token + 1 < high:
            code = codes[token + 1]
            allowed = _ANYWHERE if code & 1 else follows[code >> 1]
        if everywhere or begins[word] & allowed:
            found[n] = token
            n += 1
            seen |= sides[word]
    return n, seen


@njit(nogil=True)
def _child(edge_element, edge_child, left, right, element):
    """Return the node that ``element`` leads to along the sorted edges ``[left, right)``, or -1."""
    stop = right
    while left < right:
        middle = (left + right) >> 1
        if edge_element[middle] < element:
            left = middle + 1
        else:
            right = middle
    return edge_child[left] if left < stop and edge_element[left] == element else np.int32(-1)


@njit(nogil=True)
def _first_token(first, lead, low, codes):
    """Return the token ``lead`` tokens in front of ``first``, or -1 where a phrase may not reach back so far."""
    for token in range(first, first - lead, -1):
        if token == low or codes[token] & 1:
            return np.int64(-1)
    return np.int64(first - lead)


@njit(nogil=True)
def _holds(first, size, high, codes):
    """Say whether ``size`` tokens from ``first`` on stand together."""
    if first + size > high:
        return False
    for token in range(first + 1, first + size):  # noqa: SIM110 (numba compiles no generator in any)
        if codes[token] & 1:
            return False
    return True


@njit(nogil=True)
def _sort_by_begin(rows, low, high):
    """Insertion: no row is farther from its place than phrases reach."""
    for i in range(low + 1, high):
        begin, end, owner = rows[i, 0], rows[i, 1], rows[i, 2]
        k = i
        while k > low and rows[k - 1, 0] > begin:
            rows[k, 0], rows[k, 1], rows[k, 2] = rows[k - 1, 0], rows[k - 1, 1], rows[k - 1, 2]
            k -= 1
        rows[k, 0], rows[k, 1], rows[k, 2] = begin, end, owner


# It allocates nothing: where room runs out it returns, and is called again with more.
@njit(
    "UniTuple(int64, 2)(int64, int32[::1], int64[::1],"  # tokens
    "uint64[::1], uint64[::1], uint64[::1], int64[::1], int32[::1], int64[::1], int32[::1],"  # words
    "int32[:, ::1], uint64[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[:, ::1],"  # trie
    "int64[::1], int32[::1], int64[:, ::1])",  # scratch
    nogil=True,
    cache=True,
)
def phrases(
    begin_span, codes, firsts,
    begins, follows, sides, first_start, starts, first_element, elements,
    nodes, bloom, edge_element, edge_child, owners, leads, wild,
    candidates, stack, rows,
):  # fmt: skip
    """Write the phrases of the spans from ``begin_span`` on; return the span it came to and the number of rows.

    Rows are (first token, token behind the last, owner), by span, then by first token. The arguments are the
    fields of ``TokenIndex``, ``Words`` and ``Trie``.
    """
    n = 0
    for span in range(begin_span, len(firsts) - 1):
        low, high = firsts[span], firsts[span + 1]
        if low == high:
            continue
        done = n
        n_candidates, seen = _candidates(low, high, codes, begins, follows, sides, len(wild) > 0, candidates)
        # A word that only begins one side of rules is passed over where the other side begins nowhere.
        both = seen & (seen >> _ONE) & _FIRST_OF_PAIR
        alive = _ALL if len(wild) else both | both << _ONE | _ANYWHERE
        is_sorted = True
        for candidate in range(n_candidates):
            first = candidates[candidate]
            word = codes[first] >> 1
            for k in range(len(wild)):
                if _holds(first, wild[k, 1], high, codes):
                    if n == len(rows):
                        return span, done
                    rows[n, 0], rows[n, 1], rows[n, 2] = first, first + wild[k, 1], wild[k, 0]
                    n += 1
            if not sides[word] & alive:
                continue
            size = 0
            for k in range(first_start[word], first_start[word + 1]):
                stack[size] = starts[k]
                size += 1
            while size:
                size -= 1
                node = stack[size]
                at = first + nodes[node, DEPTH]
                for k in range(nodes[node, OWNERS], nodes[node, OWNERS_END]):
                    begin = _first_token(first, leads[k], low, codes) if leads[k] else first
                    if begin < 0:
                        continue
                    if n == len(rows):
                        return span, done
                    rows[n, 0], rows[n, 1], rows[n, 2] = begin, at, owners[k]
                    n += 1
                    is_sorted &= begin == first
                if at == high or codes[at] & 1:
                    continue
                word = codes[at] >> 1
                if bloom[node] & follows[word]:
                    for k in range(first_element[word], first_element[word + 1]):
                        child = _child(
                            edge_element, edge_child, nodes[node, EDGES], nodes[node, EDGES_END], elements[k]
                        )
                        if child >= 0:
                            stack[size] = child
                            size += 1
                if nodes[node, ANY] >= 0:
                    stack[size] = nodes[node, ANY]
                    size += 1
        if not is_sorted:
            _sort_by_begin(rows, done, n)
    return len(firsts) - 1, n
