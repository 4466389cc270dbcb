"""Word vectors of stems, learned from a folder of texts: skip-gram, 100 dimensions, single-threaded and seeded.

Needs the extra ``train``. What is learned is kept as plain arrays (see ``weights``); no text is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aidememoire.errors import MissingExtraError
from aidememoire.model.words import form_class
from aidememoire.tokens import tokenise

__all__ = ["Vectors", "learn_vectors", "snowball"]

DIMENSIONS, WINDOW, EPOCHS, LEAST_COUNT = 100, 5, 3, 25
# Every third file of the folder in name order: more changes little and takes as much longer.
STEP = 3
SEED = 1945
# A word seen less often than this in the folder needs no entry in the stem table.
LEAST_WORD = 5

_END = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of stems.

    Attributes
    ----------
    stems
        n stems, the commonest first.
    rows
        n x 100, float16, each row of length 1.
    frequency
        n, share of all tokens.
    table
        Stem of each word seen often enough.
    """

    stems: tuple[str, ...]
    rows: np.ndarray[Any, Any]
    frequency: np.ndarray[Any, Any]
    table: dict[str, str]


def snowball() -> Callable[[str], str]:
    """Return Snowball's English stemmer, with a memory.

    Raises
    ------
    MissingExtraError
        If nltk is not installed.
    """
    try:
        from nltk.stem.snowball import EnglishStemmer
    except ImportError:
        raise MissingExtraError("nltk", extra="train", purpose="training a coder") from None
    stemmer, known = EnglishStemmer(), dict[str, str]()

    def stem(word: str) -> str:
        if word not in known:
            known[word] = str(stemmer.stem(word))
        return known[word]

    return stem


def learn_vectors(folder: Path) -> Vectors:
    """Return vectors learned from every third ``*.txt`` file below ``folder``.

    Raises
    ------
    MissingExtraError
        If gensim or nltk is not installed.
    """
    try:
        from gensim.models import Word2Vec
    except ImportError:
        raise MissingExtraError("gensim", extra="train", purpose="learning word vectors") from None
    stem, words = snowball(), Counter[str]()
    sentences = [
        [stem(form_class(form)) for form in forms] for forms in _sentences(sorted(folder.rglob("*.txt"))[::STEP], words)
    ]
    model = Word2Vec(
        sentences,
        vector_size=DIMENSIONS,
        window=WINDOW,
        epochs=EPOCHS,
        min_count=LEAST_COUNT,
        sample=1e-4,
        negative=5,
        sg=1,
        seed=SEED,
        workers=1,
    )
    stems = tuple(str(word) for word in model.wv.index_to_key)
    rows = np.asarray(model.wv.vectors, dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    counts = np.array([model.wv.get_vecattr(word, "count") for word in stems], dtype=np.float64)
    table = {word: stem(word) for word, n in words.items() if n >= LEAST_WORD}
    frequency = (counts / sum(words.values())).astype(np.float32)
    return Vectors(stems, rows.astype(np.float16), frequency, table)


def _sentences(paths: list[Path], words: Counter[str]) -> Iterator[list[str]]:
    for path in paths:
        for piece in _END.split(path.read_text(encoding="utf-8", errors="replace")):
            forms = [token.form for token in tokenise(piece)]
            words.update(forms)
            if len(forms) > 1:
                yield forms
