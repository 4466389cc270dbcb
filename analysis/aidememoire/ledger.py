"""Results kept by what they depend on, so that a rerun computes only what is new.

Sentences depend on the text and the segmenter; hits on the text, the codebook and the code version. Both are
kept as one array a text: thousands of short arrays load far faster than millions of rows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.sentences import SEGMENTER, segment
from aidememoire.store import Store

if TYPE_CHECKING:
    from aidememoire.matching import Matcher

__all__ = ["MATCHES", "SENTENCES", "keep_matches", "keep_sentences", "matches_of", "sentences_of"]

SENTENCES = np.dtype([("start", "<i4"), ("end", "<i4"), ("sha", "u1", (6,))])
MATCHES = np.dtype([("sentence", "<i4"), ("rule", "<i4"), ("start", "<i4"), ("end", "<i4")])

# A batch is one transaction: a killed run loses at most this many texts' work.
BATCH = 200

# Called with what is being done, how many texts are done, and of how many.
Progress = Callable[[str, int, int], None]
_WHITE = re.compile(r"\s+")


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
    return _keep(
        store,
        [text for text in hashes if text not in have],
        "INSERT OR REPLACE INTO segmentations (text_sha256, segmenter, spans) VALUES (?, ?, ?)",
        lambda text_sha256, text: (text_sha256, SEGMENTER, sentence_array(text).tobytes()),
        "cut into sentences",
        progress,
    )


def keep_matches(
    store: Store,
    hashes: Sequence[str],
    codebook_sha256: str,
    version: str,
    matcher: Matcher,
    progress: Progress | None = None,
) -> int:
    """Match those of the texts that have no hits under this codebook and code version; return how many those were.

    The texts must have been segmented. A text without hits keeps an empty array: it was looked at.
    """
    have = _keys(
        store,
        "SELECT text_sha256 FROM matches WHERE codebook_sha256 = ? AND code_version = ?",
        (codebook_sha256, version),
    )
    new = [text for text in hashes if text not in have]
    spans = sentences_of(store, new)

    def row(text_sha256: str, text: str) -> tuple[str, str, str, bytes]:
        found = matcher.match(text, spans[text_sha256][["start", "end"]].tolist())
        return text_sha256, codebook_sha256, version, np.array(found, dtype=MATCHES).tobytes()

    return _keep(store, new, "INSERT OR REPLACE INTO matches VALUES (?, ?, ?, ?)", row, "matched", progress)


def sentences_of(store: Store, hashes: Iterable[str]) -> dict[str, np.ndarray[Any, np.dtype[np.void]]]:
    """Return each text's sentences as an array of dtype ``SENTENCES``."""
    rows = store.connection.execute("SELECT text_sha256, spans FROM segmentations WHERE segmenter = ?", (SEGMENTER,))
    return _arrays(rows, hashes, SENTENCES)


def matches_of(
    store: Store, hashes: Iterable[str], codebook_sha256: str, version: str
) -> dict[str, np.ndarray[Any, np.dtype[np.void]]]:
    """Return each text's hits as an array of dtype ``MATCHES``."""
    rows = store.connection.execute(
        "SELECT text_sha256, rows FROM matches WHERE codebook_sha256 = ? AND code_version = ?",
        (codebook_sha256, version),
    )
    return _arrays(rows, hashes, MATCHES)


def sentence_array(text: str) -> np.ndarray[Any, np.dtype[np.void]]:
    """Segment one text; the hash of a sentence is the first 6 bytes of SHA-1 with white space folded."""
    spans = segment(text)
    array = np.zeros(len(spans), dtype=SENTENCES)
    for at, (start, end) in enumerate(spans):
        folded = _WHITE.sub(" ", text[start:end])
        array[at] = (start, end, np.frombuffer(hashlib.sha1(folded.encode()).digest()[:6], dtype="u1"))
    return array


def _keys(store: Store, query: str, values: tuple[str, ...]) -> set[str]:
    return {key for (key,) in store.connection.execute(query, values)}


def _keep(
    store: Store,
    new: Sequence[str],
    insert: str,
    row: Callable[[str, str], tuple[Any, ...]],
    step: str,
    progress: Progress | None,
) -> int:
    for first in range(0, len(new), BATCH):
        batch = new[first : first + BATCH]
        rows = [row(text_sha256, text) for text_sha256, text in store.texts(batch)]
        with store.transaction():
            store.connection.executemany(insert, rows)
        if progress:
            progress(step, min(first + BATCH, len(new)), len(new))
    return len(new)


def _arrays(
    rows: Iterable[tuple[str, bytes]], hashes: Iterable[str], dtype: np.dtype[np.void]
) -> dict[str, np.ndarray[Any, np.dtype[np.void]]]:
    found: Mapping[str, bytes] = dict(rows)
    return {text: np.frombuffer(found[text], dtype=dtype) for text in hashes}
