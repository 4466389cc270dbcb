"""Results kept by what they depend on, so that a rerun computes only what is new.

Sentences depend on the text and the segmenter; hits on the text, the codebook and the code version. Both are
kept as one array a text: thousands of short arrays load far faster than millions of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from aidememoire.sentencehashes import HASH_BYTES, sentence_hashes
from aidememoire.sentences import SEGMENTER, segment_many
from aidememoire.store import Store

__all__ = ["MATCHES", "SENTENCES", "joined", "keep_new", "keep_sentences", "sentences_of"]

SENTENCES = np.dtype([("start", "<i4"), ("end", "<i4"), ("sha", "u1", (HASH_BYTES,))])
MATCHES = np.dtype([("sentence", "<i4"), ("rule", "<i4"), ("start", "<i4"), ("end", "<i4")])

# A batch is one transaction: a killed run loses the work on at most this many characters.
BATCH_CHARACTERS = 8_000_000

Rows = list[tuple[Any, ...]]

# Called with what is being done, how many texts are done, and of how many.
Progress = Callable[[str, int, int], None]


def keep_sentences(store: Store, hashes: Sequence[str], progress: Progress | None = None) -> int:
    """Segment those of the texts that have no sentences under this segmenter; return how many those were.

    Parameters
    ----------
    store
        Where the texts lie and the sentences are kept.
    hashes
        Text hashes, each once.
    progress
        Called after each batch.
    """
    have = _keys(store, "SELECT text_sha256 FROM segmentations WHERE segmenter = ?", (SEGMENTER,))
    insert = "INSERT OR REPLACE INTO segmentations (text_sha256, segmenter, spans) VALUES (?, ?, ?)"

    def rows(batch: dict[str, str]) -> Rows:
        arrays = sentence_arrays(list(batch.values()))
        return [(key, SEGMENTER, array.tobytes()) for key, array in zip(batch, arrays, strict=True)]

    return keep_new(store, [text for text in hashes if text not in have], insert, rows, "cut into sentences", progress)


def sentences_of(store: Store, hashes: Iterable[str]) -> dict[str, np.ndarray[Any, np.dtype[np.void]]]:
    """Return each text's sentences as an array of dtype ``SENTENCES``."""
    rows = store.connection.execute("SELECT text_sha256, spans FROM segmentations WHERE segmenter = ?", (SEGMENTER,))
    return _arrays(rows, hashes, SENTENCES)


def joined(
    arrays: Sequence[np.ndarray[Any, np.dtype[np.void]]], dtype: np.dtype[np.void]
) -> np.ndarray[Any, np.dtype[np.void]]:
    """Put kept arrays together; ``numpy.concatenate`` would compare the fields of each with those of all others."""
    return np.frombuffer(b"".join([array.tobytes() for array in arrays]), dtype=dtype)


def sentence_arrays(texts: Sequence[str]) -> list[np.ndarray[Any, np.dtype[np.void]]]:
    """Segment texts, and hash each sentence."""
    spans = segment_many(texts)
    cuts = np.cumsum([0, *map(len, spans)])
    rows = np.zeros(cuts[-1], dtype=SENTENCES)
    rows["start"], rows["end"] = np.concatenate([np.zeros((0, 2), dtype=np.int64), *spans]).T
    rows["sha"] = sentence_hashes(texts, spans)
    return [rows[low:high] for low, high in pairwise(cuts.tolist())]


def _keys(store: Store, query: str, values: tuple[str, ...]) -> set[str]:
    return {key for (key,) in store.connection.execute(query, values)}


def keep_new(
    store: Store,
    new: Sequence[str],
    insert: str,
    rows: Callable[[dict[str, str]], Rows],
    step: str,
    progress: Progress | None,
) -> int:
    """Work on texts a batch at a time and keep what comes of each batch in one transaction; return their number.

    Parameters
    ----------
    store
        Where the texts lie and the rows are kept.
    new
        Hashes of the texts.
    insert
        The statement that keeps a row.
    rows
        Makes the rows of a batch, hash to text.
    step, progress
        What is being done, for ``progress``, which is called after each batch.
    """
    done = 0
    for batch in _batches(store.texts(new)):
        found = rows(batch)
        with store.transaction():
            store.connection.executemany(insert, found)
        done += len(batch)
        if progress:
            progress(step, done, len(new))
    return len(new)


def _batches(texts: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    batch: dict[str, str] = {}
    characters = 0
    for key, text in texts:
        batch[key] = text
        characters += len(text)
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = {}, 0
    if batch:
        yield batch


def _arrays(
    rows: Iterable[tuple[str, bytes]], hashes: Iterable[str], dtype: np.dtype[np.void]
) -> dict[str, np.ndarray[Any, np.dtype[np.void]]]:
    found: Mapping[str, bytes] = dict(rows)
    return {text: np.frombuffer(found[text], dtype=dtype) for text in hashes}
