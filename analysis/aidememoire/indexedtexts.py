"""Texts with their sentences, as the token index needs them: whole to be scanned, or one sentence of one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.errors import StoreError
from aidememoire.ledger import SENTENCES
from aidememoire.sentences import SEGMENTER

if TYPE_CHECKING:
    import sqlite3

    from aidememoire.store import Store
    from aidememoire.tokenindex import Batch

__all__ = ["Part", "Sentences", "parts_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Bytes that one thread scans at a time: a scan takes room for the worst case, several times its text.
PART_BYTES = 4_000_000
# Begin and end of each kept sentence, without the rest of it.
_SPANS = np.dtype({"names": ["span"], "formats": [("<i4", (2,))], "offsets": [0], "itemsize": SENTENCES.itemsize})


@dataclass(frozen=True, slots=True)
class Part:
    """Texts to be scanned: hashes, UTF-8 as it is stored, and for each an array (sentences, 2) of characters."""

    keys: list[str] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    spans: list[Array] = field(default_factory=list)

    def sentence(self, text: int, sentence: int) -> str:
        """Return one sentence as written."""
        start, end = self.spans[text][sentence].tolist()
        return self.texts[text].decode()[start:end]


def parts_of(store: Store, hashes: Iterable[str]) -> Iterator[Part]:
    """Yield texts that have been segmented, a few million bytes at a time."""
    part, size = Part(), 0
    for key in hashes:
        text, spans = _read(store.connection, key)
        if size and size + len(text) > PART_BYTES:
            yield part
            part, size = Part(), 0
        part.keys.append(key)
        part.texts.append(text)
        part.spans.append(spans)
        size += len(text)
    if part.keys:
        yield part


class Sentences:
    """Single sentences of a batch as written: a regular expression looks at them, and the index does not hold them.

    Used by one thread, which closes it.
    """

    def __init__(self, batch: Batch, store: Store):
        self._batch = batch
        self._store = store
        self._reader: sqlite3.Connection | None = None
        self._read = -1, "", np.zeros((0, 2), dtype=np.int64)  # the last text: they are asked for in order

    def sentence(self, text: int, sentence: int) -> str:
        """Return one sentence, from memory if the batch remembers it."""
        kept = self._batch.sentences.get((text, sentence))
        if kept is not None:
            return kept
        if text != self._read[0]:
            # A connection belongs to one thread, so a thread that must read has its own.
            self._reader = self._reader or self._store.reader()
            stored, spans = _read(self._reader, self._batch.keys[text])
            self._read = text, stored.decode(), spans
        _, written, spans = self._read
        start, end = spans[sentence].tolist()
        self._batch.remember((text, sentence), written[start:end])
        return written[start:end]

    def close(self) -> None:
        """Close the connection, if there was need of one."""
        if self._reader:
            self._reader.close()


def _read(connection: sqlite3.Connection, text_sha256: str) -> tuple[bytes, Array]:
    row = connection.execute(
        "SELECT CAST(text AS BLOB), spans FROM texts JOIN segmentations USING (text_sha256)"
        " WHERE text_sha256 = ? AND segmenter = ?",
        (text_sha256, SEGMENTER),
    ).fetchone()
    if row is None:
        raise StoreError(f"no text with hash {text_sha256} that was cut into sentences")
    return row[0], np.frombuffer(row[1], dtype=_SPANS)["span"]
