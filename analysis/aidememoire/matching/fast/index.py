"""The token index: what a scan leaves of texts, enough to match any rules without reading them again.

Kept form: one blob a text (``to_blobs``) and one vocabulary that all blobs share. A blob is valid for the hash of its
text, its sentences (``SEGMENTER``) and ``TOKENISER``. A token takes five bytes: its code, and the gap before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from aidememoire.characters import character_classes
from aidememoire.matching.fast.compiled import kernels
from aidememoire.matching.fast.vocabulary import Vocabulary

__all__ = ["BLOB_FORM", "TokenIndex", "build_index", "from_blobs", "to_blobs"]

Array = np.ndarray[Any, np.dtype[Any]]

# Part of the key of every kept blob: raise it when the form of blobs or the meaning of codes changes.
BLOB_FORM = "index-1"

_NUMBER = np.dtype("<i4")


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The tokens of some texts.

    Attributes
    ----------
    codes
        One int32 a token: number in the vocabulary times two, plus one if no phrase may cross in front of it.
    gaps
        One byte a token: characters between it and the token before, or the begin of its sentence; 255 stands
        for 255 or more, which ``long_gaps`` has in full.
    firsts
        First token of each sentence, and the number of tokens.
    begins
        First character of each sentence in its text.
    long_gaps
        Rows of (token, characters).
    sentences
        First sentence of each text, and the number of sentences.
    """

    codes: Array
    gaps: Array
    firsts: Array
    begins: Array
    long_gaps: Array
    sentences: Array

    @property
    def tokens(self) -> tuple[Array, ...]:
        """What the find kernel takes."""
        return self.codes, self.gaps, self.firsts, self.begins, self.long_gaps

    @property
    def nbytes(self) -> int:
        """Bytes it takes in memory."""
        return self.sentences.nbytes + sum(array.nbytes for array in self.tokens)


def build_index(texts: Sequence[str] | Sequence[bytes], spans: Sequence[Array], vocabulary: Vocabulary) -> TokenIndex:
    """Scan a batch of texts.

    Parameters
    ----------
    texts
        About 8 MB of them, as strings or as UTF-8, which saves encoding them. The scan takes room for the worst
        case, though it seldom uses it.
    spans
        For each text, an array of shape (n, 2): begin and end of each sentence in characters.
    vocabulary
        Grows by what is new.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> index = build_index(["War, peace."], [np.array([[0, 11]])], vocabulary)
    >>> index.codes.tolist(), vocabulary.written()
    ([0, 3], ['War', 'peace'])
    """
    sentences = np.concatenate([[0], np.cumsum([len(rows) for rows in spans])]).astype(np.int64)
    text, begins, starts, ends = _buffer(texts, spans, sentences)
    room = int((np.maximum(ends - starts, 0) // 2 + 1).sum())
    codes, gaps = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.uint8)
    firsts = np.empty(len(starts) + 1, dtype=np.int64)
    missing, long_gaps = np.empty((room, 3), dtype=np.int64), np.empty((room // 100 + 1, 2), dtype=np.int64)
    with vocabulary.reading() as words:
        n, n_missing, n_long = kernels("scan").scan(
            text, character_classes(), starts, ends, *words.table, vocabulary.seed, vocabulary.keep,
            codes, gaps, firsts, missing, long_gaps,
        )  # fmt: skip
    vocabulary.intern(text, missing[:n_missing], codes)
    return TokenIndex(codes[:n], gaps[:n], firsts, begins, long_gaps[:n_long].copy(), sentences)


def _buffer(
    texts: Sequence[str] | Sequence[bytes], spans: Sequence[Array], sentences: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the texts as UTF-8, each span's first character in its text, and its bytes in the buffer."""
    parts = [text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts]
    buffer = np.frombuffer(bytearray().join([*parts, bytes(8)]), dtype=np.uint8)
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    # A character's byte is its number plus the continuation bytes before it.
    extra = np.flatnonzero(buffer.view(np.int8) < -64)
    stops = np.cumsum(sizes)
    stops -= np.searchsorted(extra, stops)
    lengths = np.diff(stops, prepend=0)
    rows = np.concatenate([np.zeros((0, 2), dtype=np.int32), *spans]).astype(np.int64)
    counts = np.diff(sentences)
    rows = np.clip(rows, 0, np.repeat(lengths, counts)[:, None])
    places = rows + np.repeat(stops - lengths, counts)[:, None]
    if len(extra):
        places += np.searchsorted(extra - np.arange(len(extra)), places, side="right")
    return buffer, rows[:, 0].copy(), places[:, 0].copy(), places[:, 1].copy()


def to_blobs(index: TokenIndex) -> list[bytes]:
    """Return one blob for each text of ``index``; its numbers are those of the vocabulary it was built with."""
    tokens = index.firsts[index.sentences]
    long_gaps = np.searchsorted(index.long_gaps[:, 0], tokens)
    relative = index.long_gaps.copy()
    relative[:, 0] -= np.repeat(tokens[:-1], np.diff(long_gaps))
    heads = np.stack([np.diff(index.sentences), np.diff(tokens), np.diff(long_gaps)], axis=1)
    # One cut of bytes a part and text: arrays of a text's own would cost more than their contents.
    parts = [
        (_bytes(heads), 12 * np.arange(len(heads) + 1)),
        (_bytes(index.begins), 4 * index.sentences),
        (_bytes(np.diff(index.firsts)), 4 * index.sentences),
        (_bytes(relative), 8 * long_gaps),
        (_bytes(index.codes), 4 * tokens),
        (index.gaps.data, tokens),
    ]
    cuts = [[data[a:b] for a, b in pairwise(at.tolist())] for data, at in parts]
    return [b"".join(pieces) for pieces in zip(*cuts, strict=True)]


def from_blobs(blobs: Sequence[bytes]) -> TokenIndex:
    """Return the index that ``to_blobs`` cut into ``blobs``."""
    heads = _joined([memoryview(blob)[:12] for blob in blobs], _NUMBER).reshape(-1, 3).astype(np.int64)
    n_sentences, n_tokens, n_long = heads.T
    sizes = np.stack([4 * n_sentences, 4 * n_sentences, 8 * n_long, 4 * n_tokens, n_tokens])
    at = (12 + np.cumsum(sizes, axis=0) - sizes).tolist()
    ends = (12 + np.cumsum(sizes, axis=0)).tolist()

    def part(k: int, dtype: np.dtype[Any]) -> Array:
        return _joined([memoryview(blob)[a:b] for blob, a, b in zip(blobs, at[k], ends[k], strict=True)], dtype)

    long_gaps = part(2, _NUMBER).astype(np.int64).reshape(-1, 2)
    long_gaps[:, 0] += np.repeat(np.cumsum(n_tokens) - n_tokens, n_long)
    return TokenIndex(
        codes=part(3, _NUMBER).astype(np.int32, copy=False),
        gaps=part(4, np.dtype(np.uint8)),
        firsts=np.concatenate([[0], np.cumsum(part(1, _NUMBER), dtype=np.int64)]),
        begins=part(0, _NUMBER).astype(np.int64),
        long_gaps=long_gaps,
        sentences=np.concatenate([[0], np.cumsum(n_sentences)]).astype(np.int64),
    )


def _bytes(numbers: Array) -> memoryview:
    return np.ascontiguousarray(numbers, dtype=_NUMBER).reshape(-1).view(np.uint8).data


def _joined(pieces: Sequence[memoryview], dtype: np.dtype[Any]) -> Array:
    # Of bytes, numpy would make an array that cannot be written to, and numba a second version of the kernels.
    return np.frombuffer(bytearray().join(pieces), dtype=dtype)
