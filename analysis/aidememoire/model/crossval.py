"""Nested cross-validation by document: what a coder would have said of sentences it was not trained on.

Outer folds give the strengths that calibration, thresholds and the choice between rules and model rest on; for a coder
of one's own, inner folds, within each outer fold's training part, choose the penalty. Needs the extra ``train``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["REPEATS", "Design", "Weights", "best_threshold", "choose_c", "f1_of", "fit", "folds", "held_out"]

OUTER, REPEATS, INNER = 5, 2, 2
PENALTIES = (2.0, 4.0)
# A borderline code counts as so much of a clear one. Friendship's borderline codes are courtesies: none of them.
SOFT_LABEL = 0.15
# A random sentence without keywords stands for very many: it counts so often when a threshold is chosen.
RANDOM_WEIGHT = 4.0
# A sentence chosen because a model was unsure of it stands for few others. There are 13,300 of them beside 3,900 that
# were drawn: at this weight they decide no threshold alone.
UNSURE_WEIGHT = 0.02
# How far the scale of a stem or pair follows its odds between clear and absent cases: 0 not at all, 1 wholly.
TELLING = 0.75
BAGS = 60
SEED = 1945

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Design:
    """Training sentences of one or several themes.

    Attributes
    ----------
    documents
        Document of each sentence, as a number.
    is_random
        Whether it was drawn at random among sentences without keywords.
    is_drawn
        Whether it was drawn from a stratum, not chosen because a model was unsure of it.
    """

    documents: Array
    is_random: Array
    is_drawn: Array

    @property
    def counts(self) -> Array:
        """How often each sentence counts when something is chosen or calibrated on it."""
        return np.where(self.is_random, RANDOM_WEIGHT, np.where(self.is_drawn, 1.0, UNSURE_WEIGHT))

    def part(self, rows: Array) -> Design:
        """Return the design of some of the sentences."""
        return Design(self.documents[rows], self.is_random[rows], self.is_drawn[rows])


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted linear model: one weight a column, and the bias."""

    columns: Array
    bias: float

    def strength(self, matrix: Any) -> Array:
        """Return log odds of each row."""
        found: Array = matrix @ self.columns + self.bias
        return found


def fit(matrix: Any, codes: Array, c: float, soft: float = SOFT_LABEL, n_grams: int = 0) -> Weights:
    """Return logistic regression with soft labels for code 1 and square-root class weights.

    Columns of stems and pairs are scaled by how differently they occur in clear and in absent cases, so that the
    penalty falls on those that tell nothing (Wang and Manning 2012, "Baselines and Bigrams", ACL, pp. 90-94).

    Parameters
    ----------
    matrix
        Sentences x features, sparse.
    codes
        0, 1 or 2 for each sentence.
    c
        Inverse strength of the penalty.
    soft
        How much of a clear code a borderline one is.
    n_grams
        How many columns, the first ones, are stems and pairs.
    """
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    scale = np.ones(matrix.shape[1])
    scale[:n_grams] = _tellings(matrix[:, :n_grams], codes)
    matrix = (matrix @ sparse.diags(scale)).tocsr()
    target = np.where(codes == 2, 1.0, np.where(codes == 1, soft, 0.0))
    share = float(target.mean())
    positive, negative = np.flatnonzero(target > 0), np.flatnonzero(target < 1)
    weights = [np.sqrt(0.5 / share) * target[positive], np.sqrt(0.5 / (1 - share)) * (1 - target[negative])]
    labels = np.repeat([1, 0], [len(positive), len(negative)])
    model = LogisticRegression(C=c, solver="liblinear", tol=1e-4, max_iter=300, random_state=SEED)
    model.fit(matrix[np.concatenate([positive, negative])], labels, sample_weight=np.concatenate(weights))
    return Weights(model.coef_[0] * scale, float(model.intercept_[0]))


def _tellings(grams: Any, codes: Array) -> Array:
    """Return the scale of each gram, of mean square 1: its absolute log ratio to the power of ``TELLING``."""
    present = grams > 0
    clear, absent = codes == 2, codes == 0
    shares = [
        (np.asarray(present[np.flatnonzero(rows)].sum(axis=0)).ravel() + 1.0) / (rows.sum() + 2.0)
        for rows in (clear, absent)
    ]
    scale: Array = np.abs(np.log(shares[0] / shares[1])) ** TELLING
    return scale / np.sqrt(np.mean(scale**2)) if len(scale) else scale


def folds(documents: Array, k: int, seed: int = SEED) -> Iterator[tuple[Array, Array]]:
    """Yield training and held-out rows; a document is never in both, and each fold has about as many rows."""
    names, counts = np.unique(documents, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    fold = np.zeros(len(names), dtype=np.int64)
    sizes = np.zeros(k)
    for name in order:
        fold[name] = int(sizes.argmin())
        sizes[fold[name]] += counts[name]
    of_row = fold[np.searchsorted(names, documents)]
    for number in range(k):
        yield np.flatnonzero(of_row != number), np.flatnonzero(of_row == number)


def choose_c(matrix: Any, codes: Array, documents: Array, soft: float, n_grams: int = 0) -> float:
    """Return the penalty with the best average precision over inner folds."""
    if len(PENALTIES) == 1:
        return PENALTIES[0]
    found = []
    for c in PENALTIES:
        strength = np.zeros(len(codes))
        for learn, held in folds(documents, INNER):
            strength[held] = fit(matrix[learn], codes[learn], c, soft, n_grams).strength(matrix[held])
        found.append(average_precision(codes == 2, strength))
    return PENALTIES[int(np.argmax(found))]


def average_precision(is_clear: Array, strength: Array) -> float:
    """Return precision averaged over the ranks of the clear sentences."""
    ranked = is_clear[np.argsort(-strength, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def held_out(
    codes: Array,
    documents: Array,
    softs: Sequence[float],
    c: float,
    matrices: Callable[[Array, Array], tuple[Any, Any, int]],
) -> Array:
    """Return strengths of every sentence by coders that never saw its document: (repeats x sentences) x themes.

    The folds are drawn ``REPEATS`` times: a rare theme's figures would else hang on one drawing.

    Parameters
    ----------
    codes
        Sentences x themes.
    documents
        Document of each sentence.
    softs
        Soft label of each theme.
    c
        Inverse strength of the penalty.
    matrices
        Called with the rows to learn from and those held out; returns their features in the space of the first, and how
        many of them are stems and pairs.
    """
    strength = np.zeros((REPEATS, *codes.shape))
    for repeat in range(REPEATS):
        for learn, held in folds(documents, OUTER, SEED + repeat):
            seen, unseen, n_grams = matrices(learn, held)
            for theme, soft in enumerate(softs):
                strength[repeat, held, theme] = fit(seen, codes[learn, theme], c, soft, n_grams).strength(unseen)
    return strength.reshape(-1, codes.shape[1])


def f1_of(is_clear: Array, is_coded: Array, weights: Array | None = None) -> float:
    """Return F1, each sentence counting ``weights`` times."""
    counts = np.ones(len(is_clear)) if weights is None else weights
    hit = float(counts[is_clear & is_coded].sum())
    both = float(counts[is_clear].sum() + counts[is_coded].sum())
    return 2 * hit / both if both else 0.0


def best_threshold(is_clear: Array, probability: Array, design: Design) -> float:
    """Return the median over bootstrap samples of documents of the threshold with the best F1."""
    names, of_row = np.unique(design.documents, return_inverse=True)
    counts = design.counts
    order = np.argsort(-probability, kind="stable")
    rng, found = np.random.default_rng(SEED), []
    for _ in range(BAGS):
        drawn = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        weights = (counts * drawn[of_row])[order]
        hit = np.cumsum(weights * is_clear[order])
        f1 = 2 * hit / np.maximum(np.cumsum(weights) + hit[-1], 1e-9)
        found.append(probability[order][int(f1.argmax())])
    return float(np.median(found))
