"""Hits in the store, by text, codebook and code version.

One row holds the hits of hundreds of texts: a row of each text's own would cost more than all else after an edit of
the codebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.ledger import MATCHES

if TYPE_CHECKING:
    from aidememoire.store import Store

__all__ = ["Key", "matched_texts", "matches_of", "put_matches"]

Array = np.ndarray[Any, np.dtype[Any]]
Key = tuple[str, str]  # hash of the codebook, version of the code

_COUNT = np.dtype("<i4")
_HASH_BYTES = 32


def put_matches(store: Store, key: Key, hits: Mapping[str, Array]) -> None:
    """Keep the hits of some texts, by hash; a text without hits has an empty array. Call inside a transaction."""
    texts = bytes.fromhex("".join(hits))
    counts = np.array([len(rows) for rows in hits.values()], dtype=_COUNT)
    rows = b"".join([each.tobytes() for each in hits.values()])
    insert = "INSERT INTO match_parts (codebook_sha256, code_version, texts, counts, rows) VALUES (?, ?, ?, ?, ?)"
    store.connection.execute(insert, (*key, texts, counts.tobytes(), rows))


def matched_texts(store: Store, key: Key) -> set[str]:
    """Return the hashes of the texts whose hits are kept."""
    query = "SELECT texts FROM match_parts WHERE codebook_sha256 = ? AND code_version = ?"
    return {text for (texts,) in store.connection.execute(query, key) for text in _hashes(texts)}


def matches_of(store: Store, key: Key, hashes: Iterable[str] | None = None) -> dict[str, Array]:
    """Return the hits of texts as arrays of dtype ``MATCHES``; of all that were matched if none are named."""
    query = "SELECT texts, counts, rows FROM match_parts WHERE codebook_sha256 = ? AND code_version = ?"
    found: dict[str, Array] = {}
    for texts, counts, blob in store.connection.execute(query, key):
        rows = np.frombuffer(blob, dtype=MATCHES)
        cuts = pairwise([0, *np.cumsum(np.frombuffer(counts, dtype=_COUNT)).tolist()])
        found.update((text, rows[low:high]) for text, (low, high) in zip(_hashes(texts), cuts, strict=True))
    return found if hashes is None else {text: found[text] for text in hashes}


def _hashes(texts: bytes) -> Sequence[str]:
    return texts.hex(":", _HASH_BYTES).split(":") if texts else []
