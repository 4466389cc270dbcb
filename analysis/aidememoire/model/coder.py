"""The trained coder at work: sentences to a probability a theme, by rules, model or both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from aidememoire.codebook import Codebook, load_codebook
from aidememoire.explain import Explainer
from aidememoire.model.features import Space, Sparse
from aidememoire.model.marks import Marker
from aidememoire.model.weights import Head, Trained, load
from aidememoire.tokens import TOKEN, form_of

__all__ = ["Coded", "Coder", "calibrated", "forms_of", "strengths"]

# Sentences worked on at a time: bounds the memory of the dense block.
CHUNK = 4_096

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Coded:
    """Codes of n sentences for the themes of a coder, in its order.

    Attributes
    ----------
    values
        n x themes: the codes by rules, 0, 1 or 2.
    model, combination
        n x themes: probability of a clear code; missing for a theme without a trained coder.
    """

    values: Array
    model: Array
    combination: Array


class Coder:
    """Rules and trained weights together; what is heavy loads with the first sentence.

    Parameters
    ----------
    trained
        As ``weights.load`` returns it; by default the one that ships.
    codebook
        Whose rules speak; by default the builtin one.
    """

    def __init__(self, trained: Trained | None = None, codebook: Codebook | None = None):
        self.trained = trained or load()
        self.codebook = codebook or load_codebook()

    @cached_property
    def marker(self) -> Marker:
        """The compiled rules."""
        return Marker(self.codebook)

    @cached_property
    def explainer(self) -> Explainer:
        """The rules again, told one by one."""
        return Explainer(self.codebook)

    @cached_property
    def heads(self) -> dict[int, Head]:
        """Head of each theme that has one, by the theme's place among ``themes``."""
        return {self.themes.index(head.theme): head for head in self.trained.heads}

    @property
    def themes(self) -> tuple[str, ...]:
        """Those of the codebook, then those that only the weights know."""
        return tuple(dict.fromkeys((*self.codebook.theme_ids, *(head.theme for head in self.trained.heads))))

    def code(self, sentences: Sequence[str], years: Sequence[int | None], before: Sequence[str] | None = None) -> Coded:
        """Return what rules and model say of each sentence."""
        strength = np.zeros((len(sentences), len(self.trained.heads)))
        forms = [forms_of(sentence) for sentence in sentences]
        read = self.marker.read(sentences, forms, years, before)
        unruled = len(self.themes) - len(self.codebook.theme_ids)
        values = np.pad(read.values, ((0, 0), (0, unruled)))
        for part in _chunks(len(sentences)):
            strength[part] = strengths(self.trained, forms[part], read.marks[part])
        model, combination = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
        places = list(self.heads)
        model[:, places], combination[:, places] = self.probabilities(strength, values)
        return Coded(values, model, combination)

    def probabilities(self, strength: Array, values: Array) -> tuple[Array, Array]:
        """Return what model and combination make of log odds (sentences x heads) and rules (sentences x themes)."""
        model, combination = np.zeros(strength.shape), np.zeros(strength.shape)
        for column, (place, head) in enumerate(self.heads.items()):
            model[:, column] = calibrated(head.model, strength[:, column], None)
            combination[:, column] = calibrated(head.combination, strength[:, column], values[:, place])
        return model, combination


def forms_of(sentence: str) -> list[str]:
    """Return the comparable forms of a sentence's tokens."""
    return [form_of(raw) for raw in TOKEN.findall(sentence)]


def strengths(trained: Trained, forms: Sequence[Sequence[str]], marks: Sequence[Sequence[str]]) -> Array:
    """Return the sum of weights and bias, sentences x heads, on the scale of log odds."""
    space: Space = trained.space
    stemmed = space.stems_of(forms)
    total: Array = space.dense_block(stemmed) @ trained.dense + np.array([head.bias for head in trained.heads])
    total += _product(space.gram_block(stemmed), trained.grams, len(forms))
    total += _product(space.mark_block(marks), trained.marks, len(forms))
    return total


def calibrated(coefficients: Sequence[float], strength: Array, values: Array | None) -> Array:
    """Return probabilities: intercept, slope on the strength and, where given, effects of a strict or lenient hit."""
    odds = coefficients[0] + coefficients[1] * strength
    if values is not None:
        odds = odds + coefficients[2] * (values == 2) + coefficients[3] * (values == 1)
    probability: Array = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return probability


def _product(block: Sparse, weights: Array, n: int) -> Array:
    product: Array = np.stack(
        [
            np.bincount(block.rows, weights=block.values * weights[block.columns, head], minlength=n)
            for head in range(weights.shape[1])
        ],
        axis=1,
    )
    return product


def _chunks(n: int) -> Iterator[slice]:
    yield from (slice(first, first + CHUNK) for first in range(0, n, CHUNK))
