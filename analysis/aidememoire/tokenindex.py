"""The token index in the store: what texts leave behind, so that an edited codebook reads none of them again.

A text's blob is valid under ``KEY``. The numbers in all blobs are those of one vocabulary, to which words are only
ever added: whoever has its first words can read every blob that was kept before the next were added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aidememoire.errors import StoreError
from aidememoire.matching.fast import BLOB_FORM, TokenIndex, Vocabulary, from_blobs
from aidememoire.sentences import SEGMENTER
from aidememoire.tokens import TOKENISER

if TYPE_CHECKING:
    from aidememoire.store import Store

__all__ = ["KEY", "Batch", "TokenIndexes"]

KEY = f"{BLOB_FORM}/{TOKENISER}/{SEGMENTER}"

# Bytes of one batch: enough that its fixed cost vanishes, few enough that two in work take little room.
BATCH_BYTES = 4_000_000
# What is held at most; what is beyond is read again for each codebook.
HELD_BYTES = 400_000_000
HELD_SENTENCES = 2_000


@dataclass(frozen=True, slots=True)
class Batch:
    """The index of some texts.

    Attributes
    ----------
    keys
        Hashes of the texts, in order.
    index
        Their tokens.
    sentences
        By (text, sentence): what a regular expression was searched in, for the next codebook has it too.
    """

    keys: list[str]
    index: TokenIndex
    sentences: dict[tuple[int, int], str] = field(default_factory=dict)

    def remember(self, place: tuple[int, int], sentence: str) -> None:
        """Remember a sentence; not every one, for a rule may ask for the whole corpus."""
        if len(self.sentences) < HELD_SENTENCES:
            self.sentences[place] = sentence


class TokenIndexes:
    """The kept index of an open store.

    What was read for one codebook stays in memory for the next: five bytes a token, about 160 MB for the 32 million
    tokens of the UN general debate, and never more than ``HELD_BYTES``. What was only scanned is not held.

    Parameters
    ----------
    store
        Where texts and index lie. Other processes may write to it meanwhile.

    Attributes
    ----------
    vocabulary
        Begins with the words in the store. Replaced by another one where words that were numbered here got other
        numbers there.
    """

    def __init__(self, store: Store):
        self.store = store
        self.vocabulary = Vocabulary()
        self._n_stored = 0
        self._held: list[Batch] = []
        self._room = HELD_BYTES

    def refresh(self) -> bool:
        """Take up the words that other processes kept; return whether there were any."""
        last = self.store.connection.execute("SELECT max(number) FROM vocabulary").fetchone()[0]
        n = 0 if last is None else last + 1
        if n == self._n_stored:
            return False
        if len(self.vocabulary) > self._n_stored:
            self.vocabulary, self._n_stored = Vocabulary(), 0
        query = "SELECT word FROM vocabulary WHERE number BETWEEN ? AND ? ORDER BY number"
        self.vocabulary.extend([word for (word,) in self.store.connection.execute(query, (self._n_stored, n - 1))])
        self._n_stored = n
        return True

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """One transaction with the new words; tells whether others kept words since the last look.

        What was scanned since then has wrong numbers and must be scanned again, inside, where nobody else writes.
        """
        with self.store.transaction():
            yield self.refresh()
            n = len(self.vocabulary)
            words = enumerate(self.vocabulary.written(self._n_stored, n), self._n_stored)
            self.store.connection.executemany("INSERT INTO vocabulary VALUES (?, ?)", words)
        self._n_stored = n

    def put(self, keys: Sequence[str], blobs: Sequence[bytes]) -> None:
        """Keep the blobs of texts under their hashes. Call inside ``writing``."""
        insert = "INSERT OR REPLACE INTO token_indexes (text_sha256, key, blob) VALUES (?, ?, ?)"
        rows = [(text, KEY, blob) for text, blob in zip(keys, blobs, strict=True)]
        self.store.connection.executemany(insert, rows)

    def batches(self, hashes: Iterable[str]) -> Iterator[Batch]:
        """Yield the index of those of the texts that have one. A batch may hold other texts beside them."""
        wanted = set(hashes)
        held = [batch for batch in self._held if not wanted.isdisjoint(batch.keys)]
        yield from held
        wanted.difference_update(*(batch.keys for batch in held))
        for keys in self._cut(wanted):
            batch = self._read(keys)
            size = batch.index.nbytes
            if size <= self._room:
                self._held.append(batch)
                self._room -= size
            yield batch

    def _cut(self, wanted: set[str]) -> list[list[str]]:
        """Return those of the texts that have an index, a batch at a time.

        By hash, as the rows of hits lie: each batch is then written behind the one before it.
        """
        cut: list[list[str]] = [[]]
        size = 0
        query = "SELECT text_sha256, length(blob) FROM token_indexes WHERE key = ? ORDER BY text_sha256"
        for text, length in self.store.connection.execute(query, (KEY,)) if wanted else ():
            if text in wanted:
                cut[-1].append(text)
                size += length
                if size >= BATCH_BYTES:
                    cut.append([])
                    size = 0
        return [keys for keys in cut if keys]

    def _read(self, keys: list[str]) -> Batch:
        query = (
            "SELECT text_sha256, blob FROM token_indexes"
            " WHERE text_sha256 IN (SELECT value FROM json_each(?)) AND key = ? ORDER BY text_sha256"
        )
        rows = self.store.connection.execute(query, (json.dumps(keys), KEY)).fetchall()
        index = from_blobs([blob for _, blob in rows])
        # Only now, behind the blobs: they may speak of words that were kept a moment ago.
        self.refresh()
        if index.codes.max(initial=-1) // 2 >= self._n_stored:
            raise StoreError(f"{self.store.path}: damaged, its index speaks of words it does not hold; make it anew")
        return Batch([text for text, _ in rows], index)
