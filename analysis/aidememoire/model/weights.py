"""A trained coder on disk: one npz of plain arrays, one JSON that names, dates and checks it. Never a pickle."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from aidememoire.errors import AideMemoireError
from aidememoire.model.features import Space
from aidememoire.model.vectors import Vectors

__all__ = ["FORMAT", "SHIPPED", "Head", "ModelError", "Trained", "load", "load_vectors", "save", "save_vectors"]

FORMAT = "aidememoire-coder-1"
SHIPPED = Path(__file__).parent / "weights"

Speaker = Literal["rules", "model", "combination"]
# What reading a damaged or foreign file can raise.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error)

Array = np.ndarray[Any, Any]


class ModelError(AideMemoireError):
    """A trained coder cannot be loaded or used: names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Head:
    """What belongs to one theme beside its weights.

    Attributes
    ----------
    theme
        Its id.
    c
        Inverse strength of the penalty, chosen by cross-validation.
    bias
        Added to the sum of weights.
    model, combination
        Calibration to a probability: (intercept, slope on the sum) and (intercept, slope, strict hit, lenient hit).
    model_threshold, combination_threshold
        Least probability that is coded.
    best
        Who speaks for the theme under ``best``.
    f1
        F1 of each way to code, in nested cross-validation on the training sentences.
    false_random
        How many of the random sentences without keywords (``n``) each way coded falsely there.
    """

    theme: str
    c: float
    bias: float
    model: tuple[float, ...]
    combination: tuple[float, ...]
    model_threshold: float
    combination_threshold: float
    best: Speaker
    f1: Mapping[str, float]
    false_random: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained coder.

    Attributes
    ----------
    space
        The features.
    heads
        One a theme.
    grams, marks, dense
        Weights, features x themes.
    codebook_sha256, codebook_version
        The codebook whose rules gave the marks.
    about
        Number of training sentences and documents, seed.
    sha256
        Of the files it was loaded from; empty if it was not.
    """

    space: Space
    heads: tuple[Head, ...]
    grams: Array
    marks: Array
    dense: Array
    codebook_sha256: str
    codebook_version: str
    about: Mapping[str, float]
    sha256: str = ""


def save(trained: Trained, folder: Path) -> None:
    """Write ``coder.npz`` and ``coder.json`` beside ``vectors.npz`` in ``folder``; the same coder, the same bytes."""
    space = trained.space
    # Words whose stem no feature uses, or that are their own stem, say nothing.
    known = space.grams.keys() | space.stems.keys()
    table = {word: stem for word, stem in space.table.items() if word != stem and stem in known}
    arrays = {
        "gram_names": _packed(space.grams),
        "gram_idf": space.idf.astype(np.float32),
        "gram_weights": trained.grams.astype(np.float16),
        "mark_names": _packed(space.marks),
        "mark_weights": trained.marks.astype(np.float32),
        "dense_weights": trained.dense.astype(np.float32),
        "words": _packed(sorted(table)),
        "word_stems": _packed(table[word] for word in sorted(table)),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    about = {
        "format": FORMAT,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "vectors_sha256": hashlib.sha256((folder / "vectors.npz").read_bytes()).hexdigest(),
        "codebook_sha256": trained.codebook_sha256,
        "codebook_version": trained.codebook_version,
        "about": dict(trained.about),
        "themes": [asdict(head) for head in trained.heads],
    }
    (folder / "coder.npz").write_bytes(buffer.getvalue())
    (folder / "coder.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def load(folder: Path = SHIPPED) -> Trained:
    """Return the coder in ``folder``, by default the one that ships.

    Raises
    ------
    ModelError
        If a file is missing, damaged, or of another format.
    """
    vectors = load_vectors(folder)
    try:
        about = json.loads((folder / "coder.json").read_text(encoding="utf-8"))
        content = (folder / "coder.npz").read_bytes()
        if about["format"] != FORMAT:
            raise ModelError(f"{folder / 'coder.json'}: format {about['format']!r} is not {FORMAT!r}; train it anew")
        if hashlib.sha256(content).hexdigest() != about["sha256"]:
            raise ModelError(f"{folder / 'coder.npz'} is not the file that coder.json describes; train it anew")
        if hashlib.sha256((folder / "vectors.npz").read_bytes()).hexdigest() != about["vectors_sha256"]:
            raise ModelError(f"{folder / 'vectors.npz'} is not the file that coder.json describes; train it anew")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return replace(_trained(about, dict(arrays), vectors), sha256=_digest(folder))
    except _UNREADABLE as problem:
        raise ModelError(f"no coder can be read from {folder}: {problem!r}") from None


def save_vectors(vectors: Vectors, folder: Path) -> None:
    """Write ``vectors.npz`` to ``folder``."""
    table = vectors.table
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "vectors.npz",
        allow_pickle=False,
        stems=_packed(vectors.stems),
        rows=vectors.rows,
        frequency=vectors.frequency,
        words=_packed(sorted(table)),
        word_stems=_packed(table[word] for word in sorted(table)),
    )


def load_vectors(folder: Path = SHIPPED) -> Vectors:
    """Return the word vectors in ``folder``, by default those that ship.

    Raises
    ------
    ModelError
        If the file is missing or damaged.
    """
    try:
        with np.load(folder / "vectors.npz", allow_pickle=False) as arrays:
            table = dict(zip(_unpacked(arrays["words"]), _unpacked(arrays["word_stems"]), strict=True))
            return Vectors(tuple(_unpacked(arrays["stems"])), arrays["rows"], arrays["frequency"], table)
    except _UNREADABLE as problem:
        raise ModelError(f"no word vectors can be read from {folder}: {problem!r}") from None


def _trained(about: dict[str, Any], arrays: dict[str, Array], vectors: Vectors) -> Trained:
    table = dict(zip(_unpacked(arrays["words"]), _unpacked(arrays["word_stems"]), strict=True))
    space = Space.of(
        _unpacked(arrays["gram_names"]), arrays["gram_idf"], _unpacked(arrays["mark_names"]), table, vectors
    )
    heads = tuple(
        Head(**{**row, "model": tuple(row["model"]), "combination": tuple(row["combination"])})
        for row in about["themes"]
    )
    grams, marks, dense = (arrays[f"{name}_weights"].astype(np.float32) for name in ("gram", "mark", "dense"))
    shapes = [(len(space.grams), len(heads)), (len(space.marks), len(heads)), (2 * space.vectors.shape[1], len(heads))]
    if [each.shape for each in (grams, marks, dense)] != shapes or len(space.idf) != len(space.grams):
        raise ValueError("names and weights do not fit")
    return Trained(
        space, heads, grams, marks, dense, about["codebook_sha256"], about["codebook_version"], about["about"]
    )


def _digest(folder: Path) -> str:
    files = (folder / name for name in ("coder.json", "coder.npz", "vectors.npz"))
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


def _packed(names: Iterable[str]) -> Array:
    return np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8)


def _unpacked(array: Array) -> list[str]:
    return array.tobytes().decode("utf-8").split("\n")
