"""In a crowd of like texts most pairs tell nothing new: what they would join is joined already.

Ten thousand reprints of one notice are one event, whichever pairs of them are compared; all pairs would take hours.
Of small groups every pair is decided and listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from aidememoire.duplicates.relations import Link

__all__ = ["CROWD", "Joined", "first_of_each"]

Array = np.ndarray[Any, np.dtype[Any]]

# Up to this many statements joined together every pair is decided; of more only what may still join something.
CROWD = 20


def first_of_each(n: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """For each of ``n`` rows the first row that links lead to (union-find, the smaller number on top).

    Examples
    --------
    >>> first_of_each(4, [(3, 1), (1, 2)])
    [0, 1, 1, 1]
    """
    top = list(range(n))

    def find(row: int) -> int:
        while top[row] != row:
            top[row] = top[top[row]]
            row = top[row]
        return row

    for a, b in links:
        low, high = sorted((find(a), find(b)))
        top[high] = low
    return [find(row) for row in range(n)]


class Joined:
    """What the links found so far make one event, and one actor's repeats of one text.

    Parameters
    ----------
    actor
        Number of each row's actor; only pairs of one actor can be repeats.
    """

    def __init__(self, actor: Array):
        self.actor = actor
        self._event = self._repeat = np.arange(len(actor))

    def decided(self, pairs: Array, decide: Callable[[Array], list[Link]]) -> list[Link]:
        """Return the links among ``pairs``, without those of a crowd that would join what is joined.

        Parameters
        ----------
        pairs
            (earlier row, later row), those of one later row together, the likeliest first.
        decide
            Gives the links among some pairs.
        """
        found: list[Link] = []
        # The likeliest of each row come first and mostly leave nothing to do; a row that fails gets more each time.
        width = 1
        while len(pairs):
            later = pairs[:, 1]
            begins = np.concatenate(([True], later[1:] != later[:-1]))
            rank = np.arange(len(later)) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
            now = rank < width
            links = decide(pairs[now])
            self._add(links)
            found += links
            pairs = pairs[~now]
            pairs = pairs[self._telling(pairs)]
            width *= 2
        return found

    def _add(self, links: list[Link]) -> None:
        pairs = [(link.other, link.row) for link in links]
        repeats = [
            (link.other, link.row)
            for link in links
            if link.relation in ("exact", "near") and self.actor[link.other] == self.actor[link.row]
        ]
        self._event, self._repeat = _merged(self._event, pairs), _merged(self._repeat, repeats)

    def _telling(self, pairs: Array) -> Array:
        """Which pairs may still change an event or a repeat, or stand in too small a group to be left out."""
        a, b = pairs[:, 0], pairs[:, 1]
        own = self.actor[a] == self.actor[b]
        return ~np.where(own, _in_crowd(self._repeat, a, b), _in_crowd(self._event, a, b))


def _merged(groups: Array, links: list[tuple[int, int]]) -> Array:
    """Groups after the rows of each link are one; a group goes by its first row."""
    joined = np.array(first_of_each(len(groups), [(int(groups[a]), int(groups[b])) for a, b in links]), dtype=np.int64)
    merged: Array = joined[groups]
    return merged


def _in_crowd(groups: Array, a: Array, b: Array) -> Array:
    sizes = np.bincount(groups)
    return np.asarray((groups[a] == groups[b]) & (sizes[groups[a]] > CROWD))
