"""All phrases of all rules as one trie, laid out for the kernel that walks it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "ANY",
    "ANYWHERE",
    "DEPTH",
    "EDGES",
    "EDGES_END",
    "OWNERS",
    "OWNERS_END",
    "Phrases",
    "Trie",
    "bits",
    "build_trie",
]

Array = np.ndarray[Any, np.dtype[Any]]

# Columns of ``Trie.nodes``.
EDGES, EDGES_END, OWNERS, OWNERS_END, ANY, DEPTH = range(6)
# The bit of no element: a phrase goes on, or ends, whatever follows; of no pair of sides: it counts alone.
ANYWHERE = 1 << 63


class Trie(NamedTuple):
    """All phrases, element by element, without the wildcards that begin one; node 0 is the root.

    Attributes
    ----------
    nodes
        By node: the range of its edges, sorted by element (``any`` is no edge); the range of what ends there; where
        any token leads, or -1; how many tokens lead to it.
    bloom
        By node, 64 bits in which the bits of its edges' elements are set.
    edge_element, edge_child
        The edges.
    owners, leads
        What ends at a node: rule times two plus side; and the wildcards in front of the phrase.
    wild
        Phrases of wildcards alone: owner, tokens.
    start
        By element, the node it leads to from the root, or -1.
    begin
        By node, ``bloom``, with ``ANYWHERE`` where a phrase ends or any token goes on.
    sides
        By element, what the phrases that begin with it are for: two bits for a rule that needs both its sides in one
        sentence, ``ANYWHERE`` for all others.
    """

    nodes: Array
    bloom: Array
    edge_element: Array
    edge_child: Array
    owners: Array
    leads: Array
    wild: Array
    start: Array
    begin: Array
    sides: Array


class Phrases:
    """Phrases on their way into the trie: by path, without leading wildcards, what they are for."""

    def __init__(self) -> None:
        self.paths: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        self.wild: list[tuple[int, int]] = []
        self.longest = 1

    def add(self, path: tuple[int, ...], owner: int) -> None:
        """Add a phrase, given by its elements (-1 stands for any token); an empty one is passed over."""
        if not path:
            return
        lead = 0
        while lead < len(path) and path[lead] < 0:
            lead += 1
        self.longest = max(self.longest, len(path))
        if lead == len(path):
            self.wild.append((owner, lead))
        else:
            self.paths.setdefault(path[lead:] if lead else path, []).append((owner, lead))


def _grown(phrases: Phrases) -> tuple[Array, list[int], dict[int, list[tuple[int, int]]]]:
    """Return the edges as sorted rows (node, element, child), the depths of the nodes, and what ends at each."""
    edges: dict[tuple[int, int], int] = {}  # (node, element) -> node
    depths = [0]
    ends: dict[int, list[tuple[int, int]]] = {}
    for path, owners in phrases.paths.items():
        node = 0
        for depth, element in enumerate(path, 1):
            child = edges.get((node, element))
            if child is None:
                child = edges[node, element] = len(depths)
                depths.append(depth)
            node = child
        ends[node] = owners
    table = np.array([(*key, child) for key, child in edges.items()], dtype=np.int32).reshape(-1, 3)
    return table[np.lexsort((table[:, 1], table[:, 0]))], depths, ends


def build_trie(phrases: Phrases, n_elements: int, owner_sides: Array) -> Trie:
    """Build the trie of ``phrases``; ``owner_sides`` has by owner what its phrases are for, as in ``Trie.sides``."""
    table, depths, ends = _grown(phrases)
    n = len(depths)
    wild = table[:, 1] < 0
    any_child = np.full(n, -1, dtype=np.int32)
    any_child[table[wild, 0]] = table[wild, 2]
    table = table[~wild]
    bloom = np.zeros(n, dtype=np.uint64)
    np.bitwise_or.at(bloom, table[:, 0], bits(table[:, 1]))
    first_edge = np.searchsorted(table[:, 0], np.arange(n + 1))
    first_owner = np.concatenate([[0], np.cumsum([len(ends.get(node, ())) for node in range(n)])])
    owned = np.array([pair for node in range(n) for pair in ends.get(node, ())], dtype=np.int32).reshape(-1, 2)
    start = np.full(n_elements, -1, dtype=np.int32)
    start[table[table[:, 0] == 0, 1]] = table[table[:, 0] == 0, 2]
    begin = bloom.copy()
    begin[(np.diff(first_owner) > 0) | (any_child >= 0)] |= np.uint64(ANYWHERE)
    sides = np.zeros(n_elements, dtype=np.uint64)
    firsts = [(path[0], owner) for path, owners in phrases.paths.items() for owner, _ in owners]
    element, owners = np.array(firsts, dtype=np.int64).reshape(-1, 2).T
    np.bitwise_or.at(sides, element, owner_sides[owners])
    columns: list[Any] = [first_edge[:-1], first_edge[1:], first_owner[:-1], first_owner[1:], any_child, depths]
    return Trie(
        nodes=np.stack(columns, axis=1).astype(np.int32),
        bloom=bloom,
        edge_element=table[:, 1].copy(),
        edge_child=table[:, 2].copy(),
        owners=owned[:, 0].copy(),
        leads=owned[:, 1].copy(),
        wild=np.array(phrases.wild, dtype=np.int32).reshape(-1, 2),
        start=start,
        begin=begin,
        sides=sides,
    )


def bits(elements: Array) -> Array:
    """Return the bit of each element in a bloom filter; the last one is ``ANYWHERE``."""
    return np.left_shift(np.uint64(1), (elements % 63).astype(np.uint64))
