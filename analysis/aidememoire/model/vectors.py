"""Word vectors of stems, learned from a folder of texts: who keeps the same company, in 100 dimensions.

Positive pointwise mutual information of neighbouring stems and its singular vectors, with the smoothing of contexts
and the square root of singular values of Levy, Goldberg and Dagan 2015 ("Improving distributional similarity with
lessons learned from word embeddings", TACL 3, pp. 211-225). Needs the extra ``train``. What is learned is kept as plain
arrays (see ``weights``); no text is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aidememoire.errors import MissingExtraError
from aidememoire.model.words import form_class
from aidememoire.tokens import tokenise

__all__ = ["Vectors", "learn_vectors", "snowball"]

DIMENSIONS, WINDOW, LEAST_COUNT = 100, 5, 25
# Contexts count by this power of their frequency: a rare one would else tell too much.
SMOOTHED = 0.75
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
        If scikit-learn or nltk is not installed.
    """
    try:
        from sklearn.utils.extmath import randomized_svd
    except ImportError:
        raise MissingExtraError("scikit-learn", extra="train", purpose="learning word vectors") from None
    stem, words = snowball(), Counter[str]()
    sentences = [
        [stem(form_class(form)) for form in forms] for forms in _sentences(sorted(folder.rglob("*.txt"))[::STEP], words)
    ]
    seen = Counter(stem for stems in sentences for stem in stems)
    stems = tuple(stem for stem, n in seen.most_common() if n >= LEAST_COUNT)
    left, values, _ = randomized_svd(
        _information(_neighbours(sentences, stems)), min(DIMENSIONS, len(stems)), n_iter=5, random_state=SEED
    )
    rows = left * np.sqrt(values)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    table = {word: stem(word) for word, n in words.items() if n >= LEAST_WORD}
    frequency = np.array([seen[stem] for stem in stems]) / sum(words.values())
    return Vectors(stems, rows.astype(np.float16), frequency.astype(np.float32), table)


def _neighbours(sentences: Sequence[Sequence[str]], stems: Sequence[str]) -> Any:
    """How often each two stems stand at most ``WINDOW`` words apart, nearer ones counting more: sparse, n x n."""
    from scipy import sparse

    number = {stem: at for at, stem in enumerate(stems)}
    # Room between sentences, so that no pair crosses it.
    room = [-1] * WINDOW
    flat = np.array([each for words in sentences for each in (*(number.get(word, -1) for word in words), *room)])
    found = sparse.csr_matrix((len(stems), len(stems)))
    for apart in range(1, WINDOW + 1):
        first, second = flat[:-apart], flat[apart:]
        both = (first >= 0) & (second >= 0)
        nearness = np.full(int(both.sum()), (WINDOW + 1 - apart) / WINDOW)
        pairs = sparse.coo_matrix((nearness, (first[both], second[both])), found.shape).tocsr()
        found = found + pairs + pairs.T
    return found


def _information(counts: Any) -> Any:
    """Positive pointwise mutual information: log(p(a, b) / (p(a) p(b))) where above 0, contexts b smoothed."""
    from scipy import sparse

    row = np.asarray(counts.sum(axis=1)).ravel()
    context = row**SMOOTHED
    pairs = counts.tocoo()
    found = np.log(pairs.data * context.sum() / (row[pairs.row] * context[pairs.col]))
    kept = found > 0
    return sparse.csr_matrix((found[kept], (pairs.row[kept], pairs.col[kept])), counts.shape)


def _sentences(paths: list[Path], words: Counter[str]) -> Iterator[list[str]]:
    for path in paths:
        for piece in _END.split(path.read_text(encoding="utf-8", errors="replace")):
            forms = [token.form for token in tokenise(piece)]
            words.update(forms)
            if len(forms) > 1:
                yield forms
