"""Train the coder that ships, from hand-coded sentences, with one command.

    python -m aidememoire.model.train GOLD_DIR --codings CODINGS.csv --corpora DIR [--vectors CORPUS_DIR] [--out FOLDER]

``GOLD_DIR`` holds ``train.jsonl.xz``; the codings are those of ``corpus/codings``, whose texts lie in ``DIR``. With
``--vectors`` the word vectors are learned anew from the texts of a folder, otherwise those that ship are used. The same
input gives the same weights. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from aidememoire.codebook import Codebook, load_codebook
from aidememoire.model.choice import choose_head
from aidememoire.model.coder import forms_of
from aidememoire.model.crossval import REPEATS, SEED, SOFT_LABEL, Design, fit, held_out
from aidememoire.model.features import Space, make_space
from aidememoire.model.gold import THEMES, Gold, read_gold
from aidememoire.model.marks import Marker
from aidememoire.model.morecodings import read_codings
from aidememoire.model.vectors import Vectors, learn_vectors, snowball
from aidememoire.model.weights import SHIPPED, Head, Trained, load_vectors, save, save_vectors
from aidememoire.model.words import form_class

__all__ = ["main", "matrix_of", "stem_table", "train"]

# A word in fewer coded sentences gets no entry in the stem table.
LEAST_SENTENCES = 3
# Inverse strength of the penalty: inner folds chose it over 2 for every theme each time they were asked.
PENALTY = 4.0
# Borderline friendship is mostly courtesy in passing: it teaches nothing about the bond.
SOFT = {"bilateral_friendship": 0.0}

Array = np.ndarray[Any, Any]


def train(gold: Gold, vectors: Vectors, codebook: Codebook) -> Trained:
    """Return a coder for each theme with codings.

    Parameters
    ----------
    gold
        Training sentences.
    vectors
        Word vectors and the stems of common words.
    codebook
        Whose rules give the marks, and against which the model is held.
    """
    forms = [forms_of(text) for text in gold.texts]
    read = Marker(codebook).read(gold.texts, forms, gold.years, gold.before)
    table = stem_table(forms, vectors)
    _, documents = np.unique(gold.documents, return_inverse=True)
    softs = [SOFT.get(theme, SOFT_LABEL) for theme in THEMES]

    def matrices(learn: Array, held: Array) -> tuple[Any, Any, int]:
        space = make_space(_of(forms, learn), _of(read.marks, learn), table, vectors)
        seen, unseen = (matrix_of(space, _of(forms, rows), _of(read.marks, rows)) for rows in (learn, held))
        return seen, unseen, len(space.grams)

    strength = held_out(gold.codes, documents, softs, PENALTY, matrices)
    space = make_space(forms, read.marks, table, vectors)
    matrix = matrix_of(space, forms, read.marks)
    heads, fitted = [], []
    for number, theme in enumerate(THEMES):
        weights = fit(matrix, gold.codes[:, number], PENALTY, softs[number], len(space.grams))
        rules = read.values[:, codebook.theme_ids.index(theme)]
        head = _head(theme, gold, number, strength[:, number], rules, documents)
        heads.append(replace(head, c=PENALTY, bias=weights.bias))
        fitted.append(weights.columns)
    grams, marks, dense = np.split(np.stack(fitted, axis=1), np.cumsum([len(space.grams), len(space.marks)]))
    about = {"sentences": len(gold.texts), "documents": int(documents.max()) + 1, "seed": SEED}
    return Trained(space, tuple(heads), grams, marks, dense, codebook.sha256, codebook.version, about)


def _head(theme: str, gold: Gold, number: int, strength: Array, rules: Array, documents: Array) -> Head:
    """What is chosen on held-out strengths; each sentence was held out ``REPEATS`` times."""
    arrays = (documents, gold.is_random, gold.is_drawn)
    design = Design(*(np.tile(array, REPEATS) for array in arrays))
    clear = np.tile(gold.codes[:, number] == 2, REPEATS)
    return choose_head(theme, clear, strength, np.tile(rules, REPEATS), design)


def matrix_of(space: Space, forms: Sequence[Sequence[str]], marks: Sequence[Sequence[str]]) -> Any:
    """Return the features of sentences as one sparse matrix."""
    from scipy import sparse

    stemmed = space.stems_of(forms)
    blocks = [
        sparse.csr_matrix((block.values, (block.rows, block.columns)), (len(forms), width))
        for block, width in (
            (space.gram_block(stemmed), len(space.grams)),
            (space.mark_block(marks), len(space.marks)),
        )
    ]
    return sparse.hstack([*blocks, sparse.csr_matrix(space.dense_block(stemmed).astype(np.float64))]).tocsr()


def stem_table(forms: Sequence[Sequence[str]], vectors: Vectors) -> dict[str, str]:
    """Return the stem of each word that the vectors know or enough sentences hold."""
    stem = snowball()
    seen = Counter(word for words in forms for word in {form_class(form) for form in words})
    return dict(vectors.table) | {word: stem(word) for word, n in seen.items() if n >= LEAST_SENTENCES}


def _of(items: Sequence[Any], rows: Array) -> list[Any]:
    return [items[row] for row in rows.tolist()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save, and print what cross-validation found."""
    parser = argparse.ArgumentParser(
        prog="python -m aidememoire.model.train", description="Train the coder that ships."
    )
    parser.add_argument("gold", type=Path, help="folder with train.jsonl.xz")
    parser.add_argument("--codings", type=Path, help="further codings, without their text (corpus/README.md)")
    parser.add_argument("--corpora", type=Path, help="folder with the corpora that those codings speak of")
    parser.add_argument("--vectors", type=Path, help="folder of texts to learn word vectors from")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go")
    parser.add_argument("--share", type=float, default=1.0, help="train on so many of the documents (learning curve)")
    chosen = parser.parse_args(arguments)
    if chosen.vectors:
        save_vectors(learn_vectors(chosen.vectors), chosen.out)
    elif chosen.out != SHIPPED:
        save_vectors(load_vectors(), chosen.out)
    gold = read_gold(chosen.gold / "train.jsonl.xz")
    if chosen.codings:
        gold = gold.joined(read_codings(chosen.codings, chosen.corpora or chosen.gold.parent / "corpora"))
    trained = train(gold.part(chosen.share, SEED), load_vectors(chosen.out), load_codebook())
    save(trained, chosen.out)
    for head in trained.heads:
        found = "  ".join(f"{name} {value:.3f}" for name, value in head.f1.items())
        print(f"{head.theme:28} C={head.c:g}  {found}  best: {head.best}")


if __name__ == "__main__":
    main()
