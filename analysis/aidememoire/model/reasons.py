"""What each feature of a sentence adds to the log odds of a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from aidememoire.model.features import Sparse
from aidememoire.model.weights import Trained

__all__ = ["BIAS", "VECTORS", "contributions"]

# Names of what is no single word or mark: the two summaries of the word vectors, and what no sentence changes.
VECTORS, BIAS = "word vectors", "bias"

Array = np.ndarray[Any, Any]


def contributions(trained: Trained, forms: Sequence[str], marks: Sequence[str], head: int) -> dict[str, float]:
    """Return by name what adds up to the log odds of one sentence.

    Parameters
    ----------
    trained
        The weights.
    forms, marks
        Tokens of the sentence, and its marks as ``Marker.read`` gives them.
    head
        Number of the theme among the heads.
    """
    space = trained.space
    stemmed = space.stems_of([forms])
    grams = _named(space.gram_block(stemmed), space.grams, trained.grams[:, head])
    found = {f"'{name}'": value for name, value in grams}
    found |= dict(_named(space.mark_block([marks]), space.marks, trained.marks[:, head]))
    found[VECTORS] = float((space.dense_block(stemmed) @ trained.dense[:, head])[0])
    found[BIAS] = trained.heads[head].bias
    return found


def _named(block: Sparse, columns: Any, weights: Array) -> list[tuple[str, float]]:
    names = {column: name for name, column in columns.items()}
    values = block.values * weights[block.columns]
    return [(names[column], value) for column, value in zip(block.columns.tolist(), values.tolist(), strict=True)]
