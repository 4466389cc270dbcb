"""Runs of words that few statements share: where they stand, and what belongs to one phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from aidememoire.contrast.words import Words

__all__ = ["Shared", "shared_shingles"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Shared:
    """Shared shingles: every run of a fixed number of words that several statements have, but not many.

    Attributes
    ----------
    shingle, statement, at
        One entry for each shingle and each statement that has it: number of the shingle, the statement, and the
        place of its first word in ``Words.tokens`` where it first stands there. Ordered by shingle.
    phrase
        Phrase of each shingle: shingles that mostly follow one another belong to one.
    """

    shingle: Array
    statement: Array
    at: Array
    phrase: Array


def shared_shingles(words: Words, owner: Array, actors: Array, length: int, most: int) -> Shared:
    """Return the shingles of ``length`` words that at least two actors and at most ``most`` statements have.

    Parameters
    ----------
    words, owner
        Of sentences, and the statement of each.
    actors
        Number of the actor of each statement.
    length, most
        Words of a shingle, which stands in one sentence; statements.
    """
    begins = _begins(words, length)
    keys = _keys(words.tokens, begins, length, len(words.forms))
    statement = owner[np.searchsorted(words.firsts, begins, side="right") - 1]
    order = np.lexsort([begins, statement, keys])
    keys, statement, begins = keys[order], statement[order], begins[order]
    once = np.append(True, (np.diff(keys) != 0) | (np.diff(statement) != 0))[: len(keys)]
    distinct, shingle, users = np.unique(keys[once], return_inverse=True, return_counts=True)
    statement_of, begin_of = statement[once], begins[once]
    low, high = np.full(len(users), np.iinfo(np.int64).max), np.full(len(users), -1)
    np.minimum.at(low, shingle, actors[statement_of])
    np.maximum.at(high, shingle, actors[statement_of])
    kept = (users >= 2) & (users <= most) & (low < high)
    rows = kept[shingle]
    renumbered = np.cumsum(kept) - 1
    every = np.where(kept, renumbered, -1)[np.searchsorted(distinct, keys)]
    phrase = _phrases(every, statement, begins, users[kept])
    return Shared(renumbered[shingle[rows]], statement_of[rows], begin_of[rows], phrase)


def _begins(words: Words, length: int) -> Array:
    """Places of words with ``length`` - 1 more behind them in their sentence."""
    lengths = np.diff(words.firsts)
    left = np.repeat(words.firsts[1:], lengths) - np.arange(len(words.tokens))
    return np.flatnonzero(left >= length)


def _keys(tokens: Array, begins: Array, length: int, n_forms: int) -> Array:
    """One number for each run of words; two runs of one number are as likely as two equal draws of 64 bits."""
    drawn = np.random.default_rng(0).integers(1, 2**63, size=(length, max(1, n_forms)), dtype=np.uint64)
    keys = np.zeros(len(begins), dtype=np.uint64)
    for place in range(length):
        keys += drawn[place][tokens[begins + place]]
    return keys


def _phrases(shingles: Array, statements: Array, begins: Array, users: Array) -> Array:
    """Phrase of each kept shingle (-1 stands for others), by every place where one stands.

    Two are linked if they stand one word apart in at least half of the statements of either: more would chain phrases
    that have a formula in common.
    """
    order = np.argsort(begins)
    shingles, statements, begins = shingles[order], statements[order], begins[order]
    follow = (np.diff(begins) == 1) & (shingles[1:] >= 0) & (shingles[:-1] >= 0)
    pairs = np.stack([shingles[:-1][follow], shingles[1:][follow], statements[:-1][follow]])
    (first, second), together = np.unique(np.unique(pairs, axis=1)[:2], axis=1, return_counts=True)
    linked = 2 * together >= np.maximum(users[first], users[second])
    links = sparse.coo_matrix((np.ones(int(linked.sum())), (first[linked], second[linked])), shape=(len(users),) * 2)
    phrase: Array = connected_components(links, directed=False)[1] if len(users) else np.zeros(0, dtype=np.int64)
    return phrase
