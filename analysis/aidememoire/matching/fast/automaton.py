"""Rules as arrays: one trie of all phrases, and what the join must know of each rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from aidememoire.codebook.patterns import Element
from aidememoire.matching.rules import Rule

__all__ = [
    "CANDIDATE",
    "LEFTMOST",
    "MARK",
    "NEAR",
    "NEGATE",
    "WALK",
    "WITHOUT",
    "Automaton",
    "Joins",
    "Trie",
    "bits",
    "build",
]

Array = np.ndarray[Any, np.dtype[Any]]

# What the join does with the phrases of a rule.
LEFTMOST, WITHOUT, NEAR, MARK, NEGATE, CANDIDATE = range(6)
WALK = 128
_MOST_LEADS = 6  # bits of a flag
_KINDS = {"near": NEAR, "facet": NEAR, "without": WITHOUT, "mask": MARK, "negation": NEGATE, "regex": CANDIDATE}


class Trie(NamedTuple):
    """All phrases, element by element; node 0 is the root.

    Attributes
    ----------
    first_edge, edge_element, edge_child
        By node, the range of its edges, sorted by element; ``any`` is no edge.
    any_child
        By node, where any token leads, or -1.
    bloom
        By node, 64 bits in which the bits of its edges' elements are set; all of them where any token goes on.
    first_owner, owners
        By node, the range of what ends there: rule times two plus side.
    start
        By element, the node it leads to from the root, or -1.
    flag
        By element: bit 0 if it begins a phrase, bit n if it follows n wildcards that begin one, ``WALK`` if a
        phrase begins with it that ends there or goes on with any token.
    """

    first_edge: Array
    edge_element: Array
    edge_child: Array
    any_child: Array
    bloom: Array
    first_owner: Array
    owners: Array
    start: Array
    flag: Array


class Joins(NamedTuple):
    """What is done with the phrases of each rule, in the order in which rules give rows.

    Attributes
    ----------
    number
        Position of the rule in the codebook.
    kind
        One of the constants of this module.
    within, ordered
        As in ``Rule``.
    hidden_by, negated_by
        The mark that hides a phrase whose tokens carry it, and the one that drops a hit which begins at a token
        that carries it; -1 for none.
    marks
        Two marks that a mask or a negation sets, or -1. For a candidate, -1 first if it has one fragment only.
    """

    number: Array
    kind: Array
    within: Array
    ordered: Array
    hidden_by: Array
    negated_by: Array
    marks: Array


@dataclass(frozen=True, slots=True)
class Automaton:
    """All that the find kernel needs of a set of rules.

    Attributes
    ----------
    elements
        The distinct elements but ``any``, in the order of their numbers; after them come the fragments.
    n_marks
        Different marks of tokens.
    width, longest
        Most nodes at one depth, and most elements in one phrase.
    leads
        Most wildcards that begin a phrase; -1 if a phrase may begin at every token, whatever follows.
    """

    trie: Trie
    joins: Joins
    elements: tuple[Element, ...]
    n_marks: int
    width: int
    longest: int
    leads: int


def build(rules: Sequence[Rule], fragments: Sequence[tuple[int, int]]) -> Automaton:
    """Build the automaton.

    Parameters
    ----------
    rules
        In codebook order.
    fragments
        (Position of a regular expression, 0 or 1) for each fragment that a sentence must contain to be a candidate,
        by position. ``fragments[i]`` is element ``len(elements) + i``.
    """
    order = [n for n, rule in enumerate(rules) if rule.kind != "regex"]
    numbers: dict[Element, int] = {}
    phrases: dict[tuple[int, ...], list[int]] = {}
    known: dict[int, int] = {}  # by identity: hashing an element costs more than all the rest
    for at, n in enumerate(order):
        for side, written in enumerate(rules[n].sides[:2]):
            for phrase in written:
                path = tuple([known[id(e)] if id(e) in known else _number(e, numbers, known) for e in phrase])
                phrases.setdefault(path, []).append(2 * at + side)
    phrases.pop((), None)
    searched = list(dict.fromkeys(n for n, _ in fragments))
    for at, (n, side) in enumerate(fragments):
        phrases[(len(numbers) + at,)] = [2 * (len(order) + searched.index(n)) + side]
    trie, depths = _trie(phrases, len(numbers) + len(fragments))
    joins, n_marks = _joins(rules, [*order, *searched])
    for n, side in fragments:
        joins.marks[len(order) + searched.index(n), 0] = side - 1
    return Automaton(
        trie, joins, tuple(numbers), n_marks, int(np.bincount(depths).max()), max(depths), leads=_flag_leads(trie)
    )


def _number(element: Element, numbers: dict[Element, int], known: dict[int, int]) -> int:
    number = -1 if element.kind == "any" else numbers.setdefault(element, len(numbers))
    known[id(element)] = number
    return number


def _trie(phrases: dict[tuple[int, ...], list[int]], n_elements: int) -> tuple[Trie, list[int]]:
    edges: dict[tuple[int, int], int] = {}  # (node, element) -> node
    depths = [0]
    ends: dict[int, list[int]] = {}
    for path, owners in phrases.items():
        node = 0
        for depth, element in enumerate(path, 1):
            child = edges.get((node, element))
            if child is None:
                child = edges[node, element] = len(depths)
                depths.append(depth)
            node = child
        ends[node] = owners
    n = len(depths)
    table = np.array([(*key, child) for key, child in edges.items()], dtype=np.int32).reshape(-1, 3)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    wild = table[:, 1] < 0
    any_child = np.full(n, -1, dtype=np.int32)
    any_child[table[wild, 0]] = table[wild, 2]
    table = table[~wild]
    bloom = np.zeros(n, dtype=np.uint64)
    np.bitwise_or.at(bloom, table[:, 0], bits(table[:, 1]))
    bloom[any_child >= 0] = 2**64 - 1
    start = np.full(n_elements, -1, dtype=np.int32)
    start[table[table[:, 0] == 0, 1]] = table[table[:, 0] == 0, 2]
    first_owner = _cumulated([len(ends.get(node, ())) for node in range(n)])
    flag = (start >= 0).astype(np.uint8)
    flag[(start >= 0) & ((np.diff(first_owner)[start] > 0) | (any_child[start] >= 0))] |= WALK
    trie = Trie(
        first_edge=np.searchsorted(table[:, 0], np.arange(n + 1)).astype(np.int32),
        edge_element=table[:, 1].copy(),
        edge_child=table[:, 2].copy(),
        any_child=any_child,
        bloom=bloom,
        first_owner=first_owner,
        owners=np.array([owner for node in range(n) for owner in ends.get(node, ())], dtype=np.int32),
        start=start,
        flag=flag,
    )
    return trie, depths


def _flag_leads(trie: Trie) -> int:
    """Flag the elements behind wildcards that begin a phrase; return the most wildcards, or -1."""
    leads, node = 0, int(trie.any_child[0])
    while node >= 0:
        leads += 1
        if leads > _MOST_LEADS or trie.first_owner[node] < trie.first_owner[node + 1]:
            return -1
        trie.flag[trie.edge_element[trie.first_edge[node] : trie.first_edge[node + 1]]] |= 1 << leads
        node = int(trie.any_child[node])
    return leads


def bits(elements: Array) -> Array:
    """Return the bit of each element in a bloom filter of 64."""
    return np.left_shift(np.uint64(1), (elements % 64).astype(np.uint64))


def _joins(rules: Sequence[Rule], order: Sequence[int]) -> tuple[Joins, int]:
    masks = dict.fromkeys(rule.theme for rule in rules if rule.kind == "mask")
    languages = dict.fromkeys(rule.language for rule in rules if rule.kind == "negation")
    names = [("mask", theme) for theme in masks] + [("not", language) for language in languages] + [("not any", "")]
    mark = {name: at for at, name in enumerate(names)}
    chosen = [rules[n] for n in order]
    return (
        Joins(
            number=np.array(order, dtype=np.int32),
            kind=np.array([_KINDS.get(rule.kind, LEFTMOST) for rule in chosen], dtype=np.int32),
            within=np.array([rule.within for rule in chosen], dtype=np.int64),
            ordered=np.array([rule.ordered for rule in chosen], dtype=np.uint8),
            hidden_by=_marks(-1 if r.kind == "veto" else mark.get(("mask", r.theme), -1) for r in chosen),
            negated_by=_marks(mark.get(_negation(rule), -1) if rule.drop_negated else -1 for rule in chosen),
            marks=np.array([_set_by(rule, mark) for rule in chosen], dtype=np.int32).reshape(-1, 2),
        ),
        len(mark),
    )


def _negation(rule: Rule) -> tuple[str, str]:
    return ("not", rule.language) if rule.language else ("not any", "")


def _set_by(rule: Rule, mark: dict[tuple[str, str], int]) -> tuple[int, int]:
    if rule.kind == "mask":
        return mark["mask", rule.theme], -1
    if rule.kind == "negation":
        return mark["not", rule.language], mark["not any", ""]
    return -1, -1


def _marks(values: Iterable[int]) -> Array:
    return np.array(list(values), dtype=np.int32)


def _cumulated(counts: Sequence[int]) -> Array:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
