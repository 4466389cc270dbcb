"""From an index and rules to rows: the find kernel with its scratch space."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from aidememoire.matching.fast.automaton import Automaton
from aidememoire.matching.fast.compiled import kernels
from aidememoire.matching.fast.index import TokenIndex
from aidememoire.matching.fast.words import Words

__all__ = ["hits"]

Array = np.ndarray[Any, np.dtype[Any]]

# Phrases in one sentence, and rows of one call; both double where they do not do.
_PHRASES, _ROWS = 4096, 65_536


class Scratch(NamedTuple):
    """What the kernel writes while it works on a sentence, and the rows it returns.

    Attributes
    ----------
    numbers
        Eleven arrays: start, end and successor of each phrase found (chained by owner, in the order of their
        start, then their end); first and last phrase of each owner; the rules touched, and whether each one is;
        then by token: its first character, and of a rule's side b the end of the shortest and of the longest
        phrase that begins here, and the start of the longest that ends here. -1 stands for none.
    nodes
        Two rows that take turns: the nodes of the trie reached by the token before and by this one.
    kept
        Spans of one rule that are hits.
    marks
        By token, one bit a mark.
    rows
        The hits.
    """

    numbers: tuple[Array, ...]
    nodes: Array
    kept: Array
    marks: Array
    rows: Array


def hits(index: TokenIndex, words: Words, automaton: Automaton) -> Array:
    """Return rows (span, rule, start, end) of int32; a candidate of a regular expression has start and end -1."""
    trie, joins = automaton.trie, automaton.joins
    rules = (
        (trie.first_edge, trie.edge_element, trie.edge_child, trie.any_child),
        trie.bloom,
        (trie.first_owner, trie.owners, trie.start),
        (joins.number, joins.kind, joins.hidden_by, joins.negated_by),
        joins.within,
        joins.ordered,
        joins.marks,
        automaton.longest,
        automaton.leads,
    )
    kernel = kernels("find").find
    found = []
    span, room = 0, 1
    scratch = _scratch(index, automaton, room)
    while span < len(index.begins):
        reached, n = kernel(span, *index.tokens, *words, *rules, *scratch)
        found.append(scratch.rows[:n].copy())
        if reached < len(index.begins):
            # A sentence that fits in neither: what it left behind goes with the old scratch.
            room *= 1 if n else 2
            scratch = _scratch(index, automaton, room)
        span = reached
    return np.concatenate([np.zeros((0, 4), dtype=np.int32), *found])


def _scratch(index: TokenIndex, automaton: Automaton, room: int) -> Scratch:
    n_rules = len(automaton.joins.number)
    most = 1 + int(np.diff(index.firsts).max(initial=0))
    phrases = room * _PHRASES
    return Scratch(
        numbers=(
            *(np.empty(phrases, dtype=np.int64) for _ in range(3)),
            *(np.full(2 * n_rules, -1, dtype=np.int64) for _ in range(2)),
            np.empty(n_rules, dtype=np.int64),
            np.zeros(n_rules, dtype=np.int64),
            *(np.full(most, -1, dtype=np.int64) for _ in range(4)),
        ),
        nodes=np.empty((2, automaton.width + 1), dtype=np.int64),
        kept=np.empty((phrases, 2), dtype=np.int64),
        marks=np.zeros((most, (automaton.n_marks + 63) // 64), dtype=np.uint64),
        rows=np.empty((room * _ROWS, 4), dtype=np.int32),
    )
