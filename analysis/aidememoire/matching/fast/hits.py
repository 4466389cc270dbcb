"""From an index and rules to rows: the two kernels with their scratch space."""

from __future__ import annotations

from typing import Any

import numpy as np

from aidememoire.matching.fast.automaton import Automaton
from aidememoire.matching.fast.compiled import kernels
from aidememoire.matching.fast.index import TokenIndex
from aidememoire.matching.fast.words import Words

__all__ = ["hits"]

Array = np.ndarray[Any, np.dtype[Any]]


def hits(index: TokenIndex, words: Words, automaton: Automaton) -> Array:
    """Return rows (span, rule, start, end) of int32; a candidate of a regular expression has start and end -1."""
    found = _phrases(index, words, automaton)
    joins = automaton.joins
    n_rules, n_tokens = len(joins.number), 1 + int(np.diff(index.firsts).max(initial=0))
    # Successor of each phrase, by owner; first and last phrase of each owner; the rules touched, and whether each
    # one is; then by token: its first character, and of a rule's side b the end of the shortest and of the longest
    # phrase that begins here, and the start of the longest that ends here. -1 stands for none.
    scratch = (
        np.empty(len(found), dtype=np.int64),
        *(np.full(2 * n_rules, -1, dtype=np.int64) for _ in range(2)),
        np.empty(n_rules, dtype=np.int64),
        np.zeros(n_rules, dtype=np.int64),
        *(np.full(n_tokens, -1, dtype=np.int64) for _ in range(4)),
    )
    rows = np.empty((len(found), 4), dtype=np.int32)
    n = kernels("joins").joins(
        *index.tokens,
        words.lengths,
        found,
        (joins.number, joins.kind, joins.hidden_by, joins.negated_by),
        joins.within,
        joins.ordered,
        joins.marks,
        automaton.longest,
        scratch,
        np.empty((len(found), 2), dtype=np.int64),
        np.zeros((n_tokens, (automaton.n_marks + 63) // 64), dtype=np.uint64),
        rows,
    )
    return rows[:n]


def _phrases(index: TokenIndex, words: Words, automaton: Automaton) -> Array:
    """Return rows (first token, token behind the last, owner), by first token."""
    kernel, trie = kernels("phrases").phrases, automaton.trie
    rules = (*trie[: trie._fields.index("start")],)
    candidates = np.empty(1 + int(np.diff(index.firsts).max(initial=0)), dtype=np.int64)
    stack = np.empty(len(trie.nodes) + 1, dtype=np.int32)
    found, span, room = [], 0, len(index.codes) // 4 + 1024
    while span < len(index.begins):
        rows = np.empty((room, 3), dtype=np.int64)
        span, n = kernel(span, index.codes, index.firsts, *words[1:], *rules, candidates, stack, rows)
        found.append(rows[:n])
        room *= 2
    return found[0] if len(found) == 1 else np.concatenate([np.empty((0, 3), dtype=np.int64), *found])
