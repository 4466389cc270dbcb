"""What two texts really share, counted on their shingles: the signatures only propose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aidememoire.duplicates.names import agreement, names_of
from aidememoire.duplicates.signatures import SHINGLE, distinct, shingles_of, signature_version

if TYPE_CHECKING:
    from aidememoire.store import Store

__all__ = ["RUN", "Overlap", "Overlaps", "Read", "overlap", "overlap_version", "read"]

Array = np.ndarray[Any, np.dtype[Any]]

# Words in a row that count as carried; shorter runs are phrases of the trade ("the Ministry of Foreign Affairs of").
RUN = 12
# Of texts that are compared again and again; about 80 MB.
MOST_SHINGLES = 5_000_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share; the same whichever comes first.

    Attributes
    ----------
    words
        Words of the shorter text.
    jaccard
        Shingles in both over shingles in either.
    containment
        Shingles in both over shingles of the text that has fewer.
    carried
        Words of the shorter text that stand in shared runs of at least ``RUN`` words.
    names
        Part of the names and numbers that agree (``names.agreement``).
    """

    words: int
    jaccard: float
    containment: float
    carried: int
    names: float


class Read(NamedTuple):
    """What is compared of a text: its shingles in order and each once, sorted; its names and numbers."""

    shingles: Array
    distinct: Array
    names: frozenset[str]


def read(text: str) -> Read:
    """Return what is compared of a text."""
    shingles = shingles_of(text)
    return Read(shingles, distinct(shingles), names_of(text))


@cache
def overlap_version() -> str:
    """Return what kept overlaps depend on beside the two texts."""
    return f"{signature_version()}/overlap-{RUN}-1"


def overlap(first: Read, second: Read) -> Overlap:
    """Return what two texts share.

    Examples
    --------
    >>> speech = "We will not forget those who fell for our freedom in the long and bitter years of war. Thank you."
    >>> story = "He said: “We will not forget those who fell for our freedom in the long and bitter years.”"
    >>> found = overlap(read(speech), read(story))
    >>> found.words, found.carried, round(found.containment, 2)
    (18, 16, 0.86)
    """
    shorter, longer = (first, second) if _order(first, second) else (second, first)
    a, b = shorter.distinct, longer.distinct
    shared = int(_among(a, b).sum())
    return Overlap(
        words=len(shorter.shingles) + SHINGLE - 1 if len(shorter.shingles) else 0,
        jaccard=shared / max(1, len(a) + len(b) - shared),
        containment=shared / max(1, min(len(a), len(b))),
        carried=_carried(_among(shorter.shingles, b)),
        names=agreement(first.names, second.names),
    )


def _order(first: Read, second: Read) -> bool:
    """Whether the first is the shorter; of two as long as each other one is chosen, whichever comes first."""
    one, other = first.shingles, second.shingles
    return len(one) < len(other) or (len(one) == len(other) and one.tobytes() <= other.tobytes())


def _among(shingles: Array, distinct: Array) -> Array:
    """Which of ``shingles`` stand in ``distinct``, which is sorted."""
    if not len(distinct):
        return np.zeros(len(shingles), dtype=bool)
    places = np.searchsorted(distinct, shingles)
    return np.asarray(distinct[np.minimum(places, len(distinct) - 1)] == shingles)


class Overlaps:
    """Overlaps of the texts of some rows: read from the store, or measured and kept, as texts never change."""

    def __init__(self, store: Store, texts: Sequence[str]):
        self.store, self.texts = store, texts
        self._reads: dict[str, Read] = {}
        self._shingles = 0

    def of(self, pairs: Iterable[Sequence[int]], names: float = 0.0) -> Mapping[tuple[int, int], Overlap]:
        """Return the overlap of each pair of rows; one of which fewer ``names`` agree may be left out."""
        asked = {(a, b): self._key(a, b) for a, b in pairs}
        if not asked:
            return {}
        missing = sorted(set(asked.values()) - set(self._kept))
        self._kept.update(self._measured(missing, names))
        return {pair: self._kept[key] for pair, key in asked.items() if key in self._kept}

    @cached_property
    def _kept(self) -> dict[tuple[str, str], Overlap]:
        rows = self.store.connection.execute(
            "SELECT first, second, words, jaccard, containment, carried, names FROM overlaps WHERE version = ?",
            (overlap_version(),),
        )
        return {(first, second): Overlap(*values) for first, second, *values in rows}

    def _key(self, a: int, b: int) -> tuple[str, str]:
        first, second = self.texts[a], self.texts[b]
        return (first, second) if first <= second else (second, first)

    def _measured(self, keys: Sequence[tuple[str, str]], names: float) -> dict[tuple[str, str], Overlap]:
        found: dict[tuple[str, str], Overlap] = {}
        for key in keys:
            one, other = self._read(key[0]), self._read(key[1])
            # Names are compared twenty times as fast as shingles, and tell most notes of one pattern apart.
            if agreement(one.names, other.names) >= names:
                found[key] = overlap(one, other)
        version = overlap_version()
        rows = [
            (*key, version, each.words, each.jaccard, each.containment, each.carried, each.names)
            for key, each in found.items()
        ]
        if rows:
            with self.store.transaction():
                self.store.connection.executemany(
                    "INSERT OR REPLACE INTO overlaps VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
        return found

    def _read(self, text: str) -> Read:
        if text not in self._reads:
            if self._shingles > MOST_SHINGLES:
                self._reads.clear()
                self._shingles = 0
            self._reads[text] = read(self.store.text(text))
            self._shingles += len(self._reads[text].shingles)
        return self._reads[text]


def _carried(shared: Array) -> int:
    """Words in runs of at least ``RUN``; a run of ``n`` shared shingles has ``n + SHINGLE - 1`` words."""
    breaks = np.flatnonzero(np.concatenate(([True], ~shared, [True])))
    lengths = np.diff(breaks) - 1
    lengths = lengths[lengths >= RUN - SHINGLE + 1] + SHINGLE - 1
    return int(lengths.sum())
