"""What is kept of a text to find its like: a MinHash signature and a set of passage fingerprints.

Both are made of word shingles, runs of ``SHINGLE`` tokens in their comparable form, so quotation marks, hyphens,
line ends and capitals do not matter. The signature estimates how much of two texts is the same (Broder 1997). The
fingerprints find a passage that one text carries from another whatever the rest: of any ``WINDOW`` neighbouring
shingles the smallest hash is kept (winnowing: Schleimer, Wilkerson and Aiken 2003), so no shared run of
``SHINGLE + WINDOW - 1`` words can be missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.ledger import keep_new
from aidememoire.tokens import TOKEN, TOKENISER, form_of

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.store import Store

__all__ = ["SHINGLE", "Signatures", "distinct", "keep_signatures", "shingles_of", "signature_version", "signatures_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Five words in a row are seldom shared by chance and survive an edit every twenty words in three of four places.
SHINGLE = 5
# A quoted sentence of twelve words is found for certain; a quarter of the shingles is kept.
WINDOW = 8
PERMUTATIONS = 128
SEED = 1
# About 80 MB at most.
MOST_RUNS = 400_000

# Odd, so that multiplying loses nothing modulo 2^64 (Knuth's and Steele, Lea and Flood's constants).
_STEP = np.uint64(6364136223846793005)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Signatures:
    """Kept signatures of texts, one row or one array a text.

    Attributes
    ----------
    minhash
        uint32 of shape (texts, PERMUTATIONS).
    passages
        Sorted uint32 fingerprints of each text; empty for a text without words.
    """

    minhash: Array
    passages: tuple[Array, ...]


@cache
def signature_version() -> str:
    """Return what kept signatures depend on beside the text."""
    # A compiled library that only this module needs: it is loaded with the first new text.
    from rensa import RMinHash

    return f"{TOKENISER}/shingles-{SHINGLE}-{WINDOW}/minhash-{RMinHash.ALGORITHM_VERSION}-{PERMUTATIONS}-{SEED}"


def shingles_of(text: str) -> Array:
    """Return the 64-bit hash of every shingle in order; a text of fewer words than a shingle has one of all of them.

    Examples
    --------
    >>> a = shingles_of("We draw the lessons of the past.")
    >>> b = shingles_of("we draw the “lessons” of\\nthe past")
    >>> len(a), bool((a == b).all())
    (3, True)
    """
    # No token crosses white space, and most runs between it were seen before: three times as fast as one long scan.
    words = np.frombuffer(b"".join(map(_HASHES.__getitem__, text.split())), dtype="<u8")
    if not len(words):
        return words
    size = min(SHINGLE, len(words))
    count = len(words) - size + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        mixed = mixed * _STEP + words[place : place + count]
    for factor in _MIX:
        mixed = (mixed ^ (mixed >> np.uint64(30))) * factor
    return mixed ^ (mixed >> np.uint64(31))


def passages_of(shingles: Array) -> Array:
    """Return the winnowed fingerprints of a text's shingles, sorted, each once."""
    short = (shingles >> np.uint64(32)).astype(np.uint32)
    if len(short) > WINDOW:
        short = np.lib.stride_tricks.sliding_window_view(short, WINDOW).min(axis=1)
    return distinct(short)


def distinct(values: Array) -> Array:
    """Return the values sorted, each once: of long arrays of integers ``np.unique`` takes ten times as long."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values


def keep_signatures(store: Store, hashes: Sequence[str], progress: Progress | None = None) -> int:
    """Sign those of the texts that have no signature of this version; return how many those were.

    Parameters
    ----------
    store
        Where the texts lie and the signatures are kept.
    hashes
        Text hashes, each once.
    progress
        Called after each batch.
    """
    version = signature_version()
    have = {
        text for (text,) in store.connection.execute("SELECT text_sha256 FROM signatures WHERE version = ?", (version,))
    }
    new = [text for text in hashes if text not in have]

    def rows(batch: dict[str, str]) -> list[tuple[str, str, bytes, bytes]]:
        shingles = [shingles_of(text) for text in batch.values()]
        return [
            (text, version, row.tobytes(), passages_of(each).tobytes())
            for text, row, each in zip(batch, _minhash(shingles), shingles, strict=True)
        ]

    return keep_new(store, new, "INSERT OR REPLACE INTO signatures VALUES (?, ?, ?, ?)", rows, "signed", progress)


def signatures_of(store: Store, hashes: Iterable[str]) -> Signatures:
    """Return the kept signatures of the texts, in the order given."""
    rows = store.connection.execute(
        "SELECT text_sha256, minhash, passages FROM signatures WHERE version = ?", (signature_version(),)
    )
    kept = {text: (minhash, passages) for text, minhash, passages in rows}
    chosen = [kept[text] for text in hashes]
    minhash = np.frombuffer(b"".join(row for row, _ in chosen), dtype="<u4").reshape(-1, PERMUTATIONS)
    return Signatures(minhash, tuple(np.frombuffer(passages, dtype="<u4") for _, passages in chosen))


class _Hashes(dict[str, bytes]):
    """Runs between white space to the hashes of their tokens, eight bytes a token.

    A token is hashed from its comparable form, the same in every process (``hash`` of a str is not).
    """

    def __missing__(self, run: str) -> bytes:
        forms = (form_of(raw).encode(errors="surrogatepass") for raw in TOKEN.findall(run))
        hashes = b"".join(blake2b(form, digest_size=8).digest() for form in forms)
        # Chinese is written without spaces: a whole paragraph is no use here.
        if len(run) < 40:
            if len(self) >= MOST_RUNS:
                self.clear()
            self[run] = hashes
        return hashes


_HASHES = _Hashes()


def _minhash(shingles: Sequence[Array]) -> Array:
    from rensa import RMinHash

    ends = np.cumsum([0, *(len(each) for each in shingles)]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(shingles), ends, PERMUTATIONS, SEED)
    return np.array(matrix.to_rows(), dtype="<u4")
