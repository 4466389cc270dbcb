"""What a sentence is known by, whatever else changes: the first 6 bytes of SHA-1, with white space folded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from aidememoire.characters import SPACE, character_classes

__all__ = ["HASH_BYTES", "sentence_hashes"]

Array = np.ndarray[Any, np.dtype[Any]]

HASH_BYTES = 6

_WHITE = re.compile(r"\s+")
_ODD_ASCII = [bytes([byte]) for byte in range(0x21) if chr(byte).isspace() and chr(byte) not in " \n"]


def sentence_hashes(texts: Sequence[str], spans: Sequence[Array]) -> Array:
    """Return the hashes of all sentences of all texts, shape (sentences, ``HASH_BYTES``).

    Parameters
    ----------
    texts
        Any number of them; they are encoded all at once.
    spans
        For each text, an array of shape (n, 2): begin and end of each sentence in characters.

    Examples
    --------
    >>> hashes = sentence_hashes(["We  met. We met."], [np.array([[0, 8], [9, 16]])])
    >>> hashes[0].tobytes() == hashes[1].tobytes() == hashlib.sha1(b"We met.").digest()[:6]
    True
    """
    data = "\n".join(texts).encode()
    if _has_odd_white(data):
        return np.concatenate([_none(), *map(_folded, texts, spans)])
    first = np.cumsum([0, *(len(text) + 1 for text in texts)])[:-1]
    places = np.concatenate([np.zeros((0, 2), dtype=np.int64), *spans])
    places = places + np.repeat(first, [len(rows) for rows in spans])[:, None]
    # A character's byte is its number plus the continuation bytes before it.
    extra = np.flatnonzero(np.frombuffer(data, dtype=np.int8) < -64)
    places += np.searchsorted(extra - np.arange(len(extra)), places, side="right")
    # Two lists of numbers: a list for each sentence would keep the collector of garbage busy.
    return _hashed(data[start:end] for start, end in zip(*places.T.tolist(), strict=True))


def _folded(text: str, spans: Array) -> Array:
    sentences = [text[start:end] for start, end in zip(*spans.T.tolist(), strict=True)]
    if _has_odd_white(text.encode()):
        sentences = [_WHITE.sub(" ", sentence) for sentence in sentences]
    return _hashed(sentence.encode() for sentence in sentences)


def _hashed(sentences: Iterable[bytes]) -> Array:
    digests = b"".join([hashlib.sha1(sentence).digest() for sentence in sentences])
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, hashlib.sha1().digest_size)[:, :HASH_BYTES]


def _none() -> Array:
    return np.zeros((0, HASH_BYTES), dtype=np.uint8)


def _has_odd_white(data: bytes) -> bool:
    """Whether folding would change a sentence: white space that is neither one space nor a line break."""
    octets = np.frombuffer(data, dtype=np.uint8)
    is_space = octets == ord(" ")
    if (is_space[1:] & is_space[:-1]).any() or any(white in data for white in _ODD_ASCII):
        return True
    wide = octets[octets > 0x7F].tobytes().decode()
    codes = np.frombuffer(wide.encode("utf-32-le"), dtype="<u4")
    return bool((np.take(character_classes(), codes) & SPACE).any())
