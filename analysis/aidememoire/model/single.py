"""One theme from one's own codings: the same features and the same choices as the coder that ships.

Calibration, threshold and who speaks rest on sentences held out by document. Needs the extra ``train``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.model.choice import choose_head
from aidememoire.model.coder import calibrated, forms_of, strengths
from aidememoire.model.crossval import INNER, OUTER, PENALTIES, SEED, SOFT_LABEL, Design, choose_c, fit, folds
from aidememoire.model.features import LEAST_SENTENCES, make_space
from aidememoire.model.train import matrix_of, stem_table
from aidememoire.model.weights import Head, Trained, load_vectors

if TYPE_CHECKING:
    from aidememoire.model.features import Space
    from aidememoire.model.marks import Marker
    from aidememoire.model.vectors import Vectors

__all__ = ["Material", "Options", "held_out_codes", "material_of", "no_vectors", "train_one"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How one theme is trained.

    Attributes
    ----------
    c
        Inverse strength of the penalty; chosen by cross-validation if not given.
    soft
        How much of a clear code a borderline one is.
    least_sentences
        Sentences that a feature must be seen in.
    seed
        Of the folds.
    """

    c: float | None = None
    soft: float = SOFT_LABEL
    least_sentences: int = LEAST_SENTENCES
    seed: int = SEED

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with."""
        if self.c is not None and not self.c > 0:
            raise ValueError(f"C must be above 0; {self.c!r} was given")
        if not 0 <= self.soft < 1:
            raise ValueError(f"soft must be from 0 to below 1; {self.soft!r} was given")
        if self.least_sentences < 1:
            raise ValueError(f"min_sentences must be at least 1; {self.least_sentences!r} was given")


@dataclass(frozen=True, slots=True)
class Material:
    """Coded sentences as the coder sees them, one entry each.

    Attributes
    ----------
    forms, marks
        Tokens and marks.
    rules
        Code of the theme by the rules; 0 where the codebook does not know it.
    codes
        By hand: 0, 1 or 2.
    documents
        As numbers.
    """

    forms: list[list[str]]
    marks: list[list[str]]
    rules: Array
    codes: Array
    documents: Array

    def part(self, rows: Array) -> Material:
        """Return some of the sentences."""
        kept = rows.tolist()
        forms, marks = [self.forms[row] for row in kept], [self.marks[row] for row in kept]
        return Material(forms, marks, self.rules[rows], self.codes[rows], self.documents[rows])


def material_of(
    marker: Marker,
    theme: str,
    texts: Sequence[str],
    before: Sequence[str] | None,
    years: Sequence[int | None],
    codes: Array,
    documents: Array,
) -> Material:
    """Return coded sentences as the coder sees them."""
    forms = [forms_of(text) for text in texts]
    read = marker.read(texts, forms, years, before)
    ids = marker.codebook.theme_ids
    rules = read.values[:, ids.index(theme)] if theme in ids else np.zeros(len(texts), dtype=np.int8)
    return Material(forms, read.marks, rules, codes, documents)


def no_vectors() -> Vectors:
    """Return the stems of common words without a vector for any."""
    known = load_vectors()
    return replace(known, stems=(), rows=known.rows[:0], frequency=known.frequency[:0])


def train_one(material: Material, theme: str, options: Options, vectors: Vectors, marker: Marker) -> Trained:
    """Return a coder of one theme.

    Where there are too few clear documents to hold some out, log odds are taken as they are and 0.5 is the threshold.
    """
    space, matrix = _space(material, options, vectors)
    n_grams = len(space.grams)
    c = options.c or PENALTIES[0]
    if options.c is None and _parts(material, INNER, SEED):
        c = choose_c(matrix, material.codes, material.documents, options.soft, n_grams)
    weights = fit(matrix, material.codes, c, options.soft, n_grams)
    head = replace(_head(material, theme, c, options, vectors), c=c, bias=weights.bias)
    cuts = np.cumsum([len(space.grams), len(space.marks)])
    grams, marks, dense = np.split(weights.columns[:, None], cuts)
    about = {
        "sentences": len(material.forms),
        "documents": len(np.unique(material.documents)),
        "seed": options.seed,
    }
    book = marker.codebook
    return Trained(space, (head,), grams, marks, dense, book.sha256, book.version, about)


def held_out_codes(material: Material, options: Options, vectors: Vectors, marker: Marker, share: float = 1.0) -> Array:
    """Return whether each sentence is coded by a coder that saw none of its document.

    Parameters
    ----------
    material, options, vectors, marker
        As for ``train_one``.
    share
        Learn from so many of the other documents: the learning curve.
    """
    coded = np.zeros(len(material.codes), dtype=np.bool_)
    rng = np.random.default_rng(options.seed)
    for learn, held in folds(material.documents, OUTER, options.seed):
        names = np.unique(material.documents[learn])
        drawn = rng.permutation(names)[: max(1, round(share * len(names)))]
        seen = material.part(learn[np.isin(material.documents[learn], drawn)])
        if not (seen.codes == 2).any() or (seen.codes == 2).all():
            continue
        trained = train_one(seen, "theme", options, vectors, marker)
        unseen = material.part(held)
        head = trained.heads[0]
        strength = strengths(trained, unseen.forms, unseen.marks)[:, 0]
        coded[held] = calibrated(head.model, strength, None) >= head.model_threshold
    return coded


def _space(material: Material, options: Options, vectors: Vectors) -> tuple[Space, Any]:
    table = stem_table(material.forms, vectors)
    space = make_space(material.forms, material.marks, table, vectors, options.least_sentences)
    return space, matrix_of(space, material.forms, material.marks)


def _parts(material: Material, k: int, seed: int) -> list[tuple[Array, Array]]:
    """Folds, or none if one of them would have nothing to learn from."""
    clear = material.codes == 2
    parts = list(folds(material.documents, k, seed))
    return parts if all(clear[learn].any() and not clear[learn].all() for learn, _ in parts) else []


def _head(material: Material, theme: str, c: float, options: Options, vectors: Vectors) -> Head:
    clear = material.codes == 2
    parts = _parts(material, OUTER, options.seed)
    # The choices below draw folds of their own.
    if not parts or not _parts(material, OUTER, SEED):
        as_it_is = {"rules": 0.0, "model": 0.0, "combination": 0.0}
        return Head(theme, 0, 0, (0.0, 1.0), (0.0, 1.0, 0.0, 0.0), 0.5, 0.5, "model", as_it_is, {"n": 0})
    strength = np.zeros(len(clear))
    for learn, held in parts:
        seen, unseen = material.part(learn), material.part(held)
        space, matrix = _space(seen, options, vectors)
        weights = fit(matrix, seen.codes, c, options.soft, len(space.grams))
        strength[held] = weights.strength(matrix_of(space, unseen.forms, unseen.marks))
    everything = np.zeros(len(clear), dtype=np.bool_)
    return choose_head(theme, clear, strength, material.rules, Design(material.documents, everything, ~everything))
