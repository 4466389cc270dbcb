"""Hashes taken from all texts at once are those of single sentences."""

from __future__ import annotations

import hashlib
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aidememoire.sentencehashes import sentence_hashes
from aidememoire.sentences import segment_many

PIECES = [
    "We met.",
    " ",
    " ",
    "\n",
    "  ",
    "\t",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\x1f",
    "Été à “Paris”.",
    "中国。",
    "😀 Yes!",
]
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), max_size=5)


def one_by_one(texts: list[str], spans: list[np.ndarray]) -> list[bytes]:
    return [
        hashlib.sha1(re.sub(r"\s+", " ", text[start:end]).encode()).digest()[:6]
        for text, rows in zip(texts, spans, strict=True)
        for start, end in rows.tolist()
    ]


@given(texts)
def test_same_hashes_as_one_by_one(written):
    spans = segment_many(written) if written else []
    assert [each.tobytes() for each in sentence_hashes(written, spans)] == one_by_one(written, spans)


def test_nothing():
    assert sentence_hashes([], []).shape == (0, 6)
    assert sentence_hashes(["!"], [np.zeros((0, 2), dtype=np.int64)]).shape == (0, 6)
