"""What two texts really share, counted on their shingles: the signatures only propose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aidememoire.duplicates.names import agreement, names_of
from aidememoire.duplicates.signatures import SHINGLE, shingles_of, signature_version

if TYPE_CHECKING:
    from aidememoire.store import Store

__all__ = ["RUN", "Overlap", "Overlaps", "Read", "overlap", "read"]

Array = np.ndarray[Any, np.dtype[Any]]

# Words in a row that count as carried; shorter runs are phrases of the trade ("the Ministry of Foreign Affairs of").
RUN = 12


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
    """What is compared of a text: its shingles in order, its names and numbers."""

    shingles: Array
    names: frozenset[str]


def read(text: str) -> Read:
    """Return what is compared of a text."""
    return Read(shingles_of(text), names_of(text))


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
    shorter, longer = sorted((first.shingles, second.shingles), key=lambda each: (len(each), each.tobytes()))
    a, b = np.unique(shorter), np.unique(longer)
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return Overlap(
        words=len(shorter) + SHINGLE - 1 if len(shorter) else 0,
        jaccard=shared / max(1, len(a) + len(b) - shared),
        containment=shared / max(1, min(len(a), len(b))),
        carried=_carried(np.isin(shorter, b)),
        names=agreement(first.names, second.names),
    )


class Overlaps:
    """Overlaps of the texts of some rows: read from the store, or measured and kept, as texts never change."""

    def __init__(self, store: Store, texts: Sequence[str]):
        self.store, self.texts = store, texts
        self.version = f"{signature_version()}/overlap-{RUN}-1"

    def of(self, pairs: Iterable[Sequence[int]]) -> Mapping[tuple[int, int], Overlap]:
        """Return the overlap of each pair of rows."""
        asked = {(a, b): self._key(a, b) for a, b in pairs}
        if not asked:
            return {}
        rows = self.store.connection.execute(
            "SELECT first, second, words, jaccard, containment, carried, names FROM overlaps WHERE version = ?",
            (self.version,),
        )
        kept = {(first, second): Overlap(*values) for first, second, *values in rows}
        kept |= self._measured(sorted(set(asked.values()) - set(kept)))
        return {pair: kept[key] for pair, key in asked.items()}

    def _key(self, a: int, b: int) -> tuple[str, str]:
        first, second = sorted((self.texts[a], self.texts[b]))
        return first, second

    def _measured(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Overlap]:
        found: dict[tuple[str, str], Overlap] = {}
        texts: dict[str, Read] = {}
        for key in keys:
            # Keys are sorted: the first text of many pairs is read once, and memory holds two texts.
            texts = {text: texts[text] if text in texts else read(self.store.text(text)) for text in key}
            found[key] = overlap(texts[key[0]], texts[key[1]])
        rows = [(*key, self.version, *astuple(each)) for key, each in found.items()]
        if rows:
            with self.store.transaction():
                self.store.connection.executemany(
                    "INSERT OR REPLACE INTO overlaps VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
        return found


def _carried(shared: Array) -> int:
    """Words in runs of at least ``RUN``; a run of ``n`` shared shingles has ``n + SHINGLE - 1`` words."""
    edges = np.diff(np.concatenate(([0], shared.astype(np.int8), [0])))
    lengths = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0) + SHINGLE - 1
    return int(lengths[lengths >= RUN].sum())
