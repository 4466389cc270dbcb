"""The vocabulary: every distinct token as written, numbered in the order of first sight."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from aidememoire.matching.fast.compiled import kernels
from aidememoire.matching.fast.elements import Forms
from aidememoire.tokens import cased_form_of, form_of

__all__ = ["Vocabulary"]

Array = np.ndarray[Any, np.dtype[Any]]

_ALL_BITS = np.uint64(2**64 - 1)


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of a vocabulary. The first ``count`` entries never change, so threads may read them freely.

    Attributes
    ----------
    slots
        Open addressing: number of a word or -1; a power of two, at most half full.
    heads, sizes, offsets, hashes
        By number: first eight bytes, size in bytes, place in the pool, hash.
    pool
        The words as UTF-8, each with a line feed behind it; ``used`` bytes of it.
    """

    slots: Array
    heads: Array
    sizes: Array
    offsets: Array
    hashes: Array
    pool: Array
    count: int = 0
    used: int = 0

    @property
    def table(self) -> tuple[Array, ...]:
        """What the kernels look words up in."""
        return self.slots, self.heads, self.sizes, self.offsets, self.pool


class Vocabulary:
    """Numbers the distinct tokens of any number of texts; shared by the threads that scan them.

    Parameters
    ----------
    keep
        Which bits of a hash count. A test makes hashes collide with it.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> vocabulary.extend(["Peace", "peace", "U.N.'s"])
    >>> vocabulary.written(), vocabulary.forms().text.split()
    (['Peace', 'peace', "U.N.'s"], ['peace', 'peace', 'un'])
    """

    def __init__(self, keep: int = 2**64 - 1):
        self.keep = np.uint64(keep) & _ALL_BITS
        # A secret start of every hash: no text can be written so that its words all share one slot.
        self.seed = np.uint64(secrets.randbits(64))
        self._lock = Lock()
        self._readers = 0
        self._forms: Forms | None = None
        self._words = Words(
            slots=np.full(1 << 12, -1, dtype=np.int32),
            heads=np.zeros(1 << 11, dtype=np.uint64),
            sizes=np.zeros(1 << 11, dtype=np.int32),
            offsets=np.zeros(1 << 11, dtype=np.int64),
            hashes=np.zeros(1 << 11, dtype=np.uint64),
            pool=np.zeros(1 << 15, dtype=np.uint8),
        )

    def __len__(self) -> int:
        return self._words.count

    @contextmanager
    def reading(self) -> Iterator[Words]:
        """Lend the tables to a scan: until it ends, ``intern`` leaves them as they are and writes to copies."""
        with self._lock:
            words = self._words
            self._readers += 1
        try:
            yield words
        finally:
            with self._lock:
                self._readers -= 1

    def intern(self, text: Array, missing: Array, codes: Array) -> None:
        """Number the tokens that a scan did not find; rows of ``missing`` are (token, first byte, size)."""
        if not len(missing):
            return
        kernel = kernels("scan")
        with self._lock:
            words = self._words
            if self._readers:
                words = replace(words, slots=words.slots.copy())
            done = 0
            while True:
                done, count, used = kernel.intern(
                    text,
                    missing,
                    done,
                    *words.table,
                    words.count,
                    words.used,
                    self.seed,
                    self.keep,
                    codes,
                    words.hashes,
                )
                words = replace(words, count=count, used=used)
                if done == len(missing):
                    break
                words = _grown(words, int(missing[done, 2]))
            self._words = words

    def extend(self, written: list[str]) -> None:
        """Add words in order, for instance those of a kept vocabulary: the first gets the number 0."""
        parts = [word.encode("utf-8", "surrogatepass") for word in written]
        text = np.frombuffer(bytearray().join([*parts, bytes(8)]), dtype=np.uint8)
        sizes = np.array([len(part) for part in parts], dtype=np.int64)
        missing = np.stack([np.arange(len(parts)), np.cumsum(sizes) - sizes, sizes], axis=1)
        self.intern(text, missing, np.zeros(len(parts), dtype=np.int32))

    def written(self, begin: int = 0, end: int | None = None) -> list[str]:
        """Return the words with numbers from ``begin`` to ``end``."""
        raw = self._pool(begin, end)[0]
        return raw.tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]

    def lengths(self, begin: int = 0, end: int | None = None) -> Array:
        """Return the words' lengths in characters."""
        raw, offsets = self._pool(begin, end)
        if not len(offsets):
            return np.zeros(0, dtype=np.int32)
        characters = np.add.reduceat((raw & 0xC0) != 0x80, offsets, dtype=np.int32)
        return np.asarray(characters - 1)  # the line feed behind each

    def forms(self, begin: int = 0, end: int | None = None) -> Forms:
        """Return ``form_of`` of the words, ready for lookups; those of the whole vocabulary are kept."""
        if begin == 0 and end == len(self) and self._forms and len(self._forms) == end:
            return self._forms
        written = self.written(begin, end)
        # What form_of does to ASCII, done to all of them at once.
        lines = "".join(f"{word}\n" for word in written).lower().replace(".", "").replace("'s\n", "\n")
        forms = lines.split("\n")[:-1]
        for at, word in enumerate(written):
            if not word.isascii():
                forms[at] = form_of(word)
        found = Forms(forms)
        if begin == 0:
            self._forms = found
        return found

    def cased_forms(self, begin: int = 0, end: int | None = None) -> Forms:
        """Return ``cased_form_of`` of the words, ready for lookups."""
        return Forms([cased_form_of(word) for word in self.written(begin, end)])

    def _pool(self, begin: int, end: int | None) -> tuple[Array, Array]:
        words = self._words
        stop = words.count if end is None else end
        if begin >= stop:
            return words.pool[:0], words.offsets[:0]
        first = int(words.offsets[begin])
        last = words.used if stop == words.count else int(words.offsets[stop])
        return words.pool[first:last], words.offsets[begin:stop] - first


def _grown(words: Words, size: int) -> Words:
    """Return copies with twice the room where it is short, for a word of ``size`` bytes at least."""
    room = words.used + size + 1
    pool = _stretched(words.pool, max(2 * len(words.pool), room)) if room > len(words.pool) else words.pool
    if words.count < len(words.heads):
        return replace(words, pool=pool)
    n = 2 * len(words.heads)
    slots = np.full(2 * n, -1, dtype=np.int32)
    kernels("scan").place(words.hashes, words.count, slots)
    tables: dict[str, Any] = {
        name: _stretched(getattr(words, name), n) for name in ("heads", "sizes", "offsets", "hashes")
    }
    return replace(words, pool=pool, slots=slots, **tables)


def _stretched(array: Array, n: int) -> Array:
    longer = np.zeros(n, dtype=array.dtype)
    longer[: len(array)] = array
    return longer
