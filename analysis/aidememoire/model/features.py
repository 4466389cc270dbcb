"""Sentences as numbers: tf-idf of stems and pairs of stems, marks, and two summaries of word vectors.

Each block is a sparse table of (row, column, value) or a dense one; a linear coder needs nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aidememoire.model.vectors import Vectors
from aidememoire.model.words import bigrams, stems_of

__all__ = ["Space", "Sparse", "make_space"]

# A feature seen in fewer sentences is left out: it would be noise, and near to quoting.
LEAST_SENTENCES = 3
# Marks count this much beside tf-idf values, dense columns this much: chosen by cross-validation.
MARK_SCALE, MEAN_SCALE, MAX_SCALE = 0.25, 1.0, 0.5
# Common words weigh less in the mean: a / (a + share of all tokens).
SMOOTH = 1e-3

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Sparse:
    """Values of a sparse matrix by row and column; each place at most once, rows ascending."""

    rows: Array
    columns: Array
    values: Array


@dataclass(frozen=True, slots=True)
class Space:
    """What a coder can see.

    Attributes
    ----------
    grams, idf
        Column and weight of each stem or pair of stems.
    marks
        Column of each mark.
    table
        Stem of each word that matters; others stand for themselves.
    stems, vectors, weights
        Row of each stem in ``vectors`` (k x 100), and its weight in the mean.
    """

    grams: Mapping[str, int]
    idf: Array
    marks: Mapping[str, int]
    table: Mapping[str, str]
    stems: Mapping[str, int]
    vectors: Array
    weights: Array

    @classmethod
    def of(
        cls, grams: Sequence[str], idf: Array, marks: Sequence[str], table: Mapping[str, str], vectors: Vectors
    ) -> Space:
        """Return the space with these features, columns in the order given."""
        numbered = [{name: n for n, name in enumerate(names)} for names in (grams, marks, vectors.stems)]
        weights = (SMOOTH / (SMOOTH + vectors.frequency)).astype(np.float32)
        return cls(numbered[0], idf, numbered[1], dict(table), numbered[2], vectors.rows.astype(np.float32), weights)

    def stems_of(self, forms: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the stems of each sentence's tokens: what the two blocks of words are made of."""
        return [stems_of(words, self.table) for words in forms]

    def gram_block(self, stemmed: Sequence[Sequence[str]]) -> Sparse:
        """Sublinear tf-idf, each row of length 1."""
        rows, columns = [], []
        for row, stems in enumerate(stemmed):
            found = [self.grams[gram] for gram in (*stems, *bigrams(stems)) if gram in self.grams]
            columns += found
            rows += [row] * len(found)
        width = max(len(self.grams), 1)
        places = np.array(rows, dtype=np.int64) * width + np.array(columns, dtype=np.int64)
        keys, times = np.unique(places, return_counts=True)
        rows_of, columns_of = keys // width, keys % width
        values = (1 + np.log(times)) * self.idf[columns_of]
        length = np.sqrt(np.bincount(rows_of, weights=values**2, minlength=len(stemmed)))
        return Sparse(rows_of, columns_of, values / length[rows_of])

    def mark_block(self, marks: Sequence[Sequence[str]]) -> Sparse:
        """Ones, scaled, where a known mark stands."""
        pairs = [(row, self.marks[name]) for row, names in enumerate(marks) for name in names if name in self.marks]
        rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return Sparse(rows, columns, np.full(len(rows), MARK_SCALE))

    def dense_block(self, stemmed: Sequence[Sequence[str]]) -> Array:
        """Weighted mean (of length 1) and maximum of the word vectors: n x 200, zeros where no word is known."""
        size = self.vectors.shape[1]
        block = np.zeros((len(stemmed), 2 * size), dtype=np.float32)
        known = [[self.stems[stem] for stem in stems if stem in self.stems] for stems in stemmed]
        # A loop over sentences: numpy's reduceat takes several times as long.
        for row, ids in enumerate(known):
            if ids:
                seen = self.vectors[ids]
                mean = self.weights[ids] @ seen
                block[row, :size] = MEAN_SCALE * mean / max(float(np.sqrt(mean @ mean)), 1e-9)
                block[row, size:] = MAX_SCALE * seen.max(axis=0)
        return block


def make_space(
    forms: Sequence[Sequence[str]],
    marks: Sequence[Sequence[str]],
    table: Mapping[str, str],
    vectors: Vectors,
    least: int = LEAST_SENTENCES,
) -> Space:
    """Return the space of features that training sentences span.

    Parameters
    ----------
    forms, marks
        Tokens and marks of each training sentence.
    table
        Stem of each word.
    vectors
        Vectors of stems.
    least
        Sentences that a feature must be seen in.
    """
    seen: Counter[str] = Counter()
    marked: Counter[str] = Counter(name for names in marks for name in names)
    for words in forms:
        stems = stems_of(words, table)
        seen.update({*stems, *bigrams(stems)})
    kept = sorted(gram for gram, n in seen.items() if n >= least)
    idf = np.array([1 + np.log((1 + len(forms)) / (1 + seen[gram])) for gram in kept], dtype=np.float32)
    known = sorted(name for name, n in marked.items() if n >= least)
    return Space.of(kept, idf, known, table, vectors)
