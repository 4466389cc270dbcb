"""Hand codings of one theme from a CSV, and a coder trained on them and judged by cross-validation."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aidememoire.codesentences import shipped_coder
from aidememoire.errors import CodingsError, MissingExtraError
from aidememoire.model.weights import load_vectors, save, save_vectors

__all__ = ["Codings", "Judged", "read_codings", "train_theme"]

# Fewer clear sentences than this teach nothing that could be measured.
LEAST_CLEAR = 20
DRAWS = 1_000
SEED = 1945
_CODES = {"0": 0, "1": 1, "2": 2}

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Codings:
    """Hand-coded sentences, one entry each; ``before`` and ``years`` are empty and None where the file says nothing."""

    texts: list[str]
    before: list[str] | None
    years: list[int | None]
    documents: Array
    codes: Array


@dataclass(frozen=True, slots=True)
class Judged:
    """How well a coder agrees with the hand codings that it did not see, each with a 95% interval over documents."""

    name: str
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    f1: tuple[float, float, float]

    def __str__(self) -> str:
        """Return one line of a table."""
        cells = (f"{value:.3f} [{low:.2f}, {high:.2f}]" for value, low, high in (self.precision, self.recall, self.f1))
        return f"{self.name:28}" + "".join(f"{cell:22}" for cell in cells).rstrip()


def read_codings(file: Path, *, text_column: str = "text", code_column: str = "code") -> Codings:
    """Return the codings in a CSV with a header: text, code (0, 1 or 2), and where known document, year, before.

    Raises
    ------
    CodingsError
        If it cannot be used: names file, line, column and what is allowed.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            columns = list(reader.fieldnames or ())
            for wanted in (text_column, code_column):
                if wanted not in columns:
                    there = ", ".join(columns) or "no columns at all"
                    raise CodingsError(f"no such column; there are {there}", file=file, line=1, field=wanted)
            if repeated := sorted({name for name in columns if columns.count(name) > 1}):
                raise CodingsError(f"{repeated[0]!r} names several columns; each needs its own", file=file, line=1)
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as problem:
        raise CodingsError(f"not UTF-8 at byte {problem.start}; save it as UTF-8", file=file) from None
    except csv.Error as problem:
        raise CodingsError(f"not a CSV: {problem}", file=file, line=reader.line_num) from None
    except OSError as problem:
        raise CodingsError(f"cannot be read: {problem.strerror}", file=file) from None
    for line, row in rows:
        _check_row(file, line, row, text_column)
    codes = [_code(file, line, row, code_column) for line, row in rows]
    return Codings(
        texts=[row[text_column] or "" for _, row in rows],
        before=[row["before"] or "" for _, row in rows] if "before" in columns else None,
        years=[_year(file, line, row) for line, row in rows],
        documents=np.array([_document(row, line) for line, row in rows]),
        codes=np.array(codes, dtype=np.int8),
    )


def train_theme(file: Path, codings: Codings, theme: str, out: Path) -> list[Judged]:
    """Train a coder of ``theme``, save it to ``out`` and return how good it is on held-out documents.

    Raises
    ------
    CodingsError
        If there are too few clear sentences or documents, or ``theme`` is no id.
    MissingExtraError
        If the extra ``train`` is not installed.
    """
    if not theme.isidentifier():
        raise CodingsError(f"{theme!r} is no id; letters, digits and _ make one", field="--theme")
    clear = codings.codes == 2
    documents, numbers = np.unique(codings.documents, return_inverse=True)
    if clear.sum() < LEAST_CLEAR or len(np.unique(numbers[clear])) < 5 or clear.all():
        raise CodingsError(
            f"{int(clear.sum())} sentences of {len(np.unique(numbers[clear]))} documents are coded 2, and "
            f"{int((~clear).sum())} are not; a coder needs at least {LEAST_CLEAR} coded 2, of 5 documents, and others",
            file=file,
        )
    try:
        from aidememoire.model.single import Options, held_out_codes, material_of, train_one
    except ImportError:
        raise MissingExtraError("scikit-learn", extra="train", purpose="training a coder") from None
    marker, vectors, options = shipped_coder().marker, load_vectors(), Options()
    material = material_of(marker, theme, codings.texts, codings.before, codings.years, codings.codes, numbers)
    said = {
        f"trained, {len(documents):,} documents": held_out_codes(material, options, vectors, marker),
        "trained on half of them": held_out_codes(material, options, vectors, marker, share=0.5),
    }
    if theme in marker.codebook.theme_ids:
        said["rules of the codebook"] = material.rules == 2
    trained = train_one(material, theme, options, vectors, marker)
    save_vectors(vectors, out)
    save(trained, out)
    return [judged(name, clear, coded, numbers) for name, coded in said.items()]


def judged(name: str, clear: Array, coded: Array, documents: Array) -> Judged:
    """Return precision, recall and F1 with percentiles of a bootstrap over documents."""
    counts = np.stack([clear & coded, coded, clear], axis=1).astype(np.float64)
    n = int(documents.max()) + 1
    by_document = np.stack([np.bincount(documents, weights=counts[:, k], minlength=n) for k in range(3)], axis=1)
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(np.float64) @ by_document
    points, samples = _rates(by_document.sum(axis=0)[None, :])[0], _rates(drawn)
    bounds = np.percentile(samples, [2.5, 97.5], axis=0)
    rates = [(float(points[k]), float(bounds[0, k]), float(bounds[1, k])) for k in range(3)]
    return Judged(name, *rates)


def _rates(counts: Array) -> Array:
    """Precision, recall and F1 of rows of (both, coded, clear); 0 where nothing is there to be right about."""
    both, coded, clear = counts.T
    pairs = ((both, coded), (both, clear), (2 * both, coded + clear))
    return np.stack([np.divide(a, b, out=np.zeros_like(a), where=b > 0) for a, b in pairs], axis=1)


def _check_row(file: Path, line: int, row: Mapping[Any, Any], column: str) -> None:
    if None in row:
        raise CodingsError("more cells than the header; a text with commas stands in quotes", file=file, line=line)
    if not (row[column] or "").strip():
        raise CodingsError("empty; each row needs its sentence", file=file, line=line, field=column)


def _code(file: Path, line: int, row: Mapping[str, str | None], column: str) -> int:
    given = (row[column] or "").strip()
    if given not in _CODES:
        raise CodingsError(f"{given!r} is not 0, 1 or 2", file=file, line=line, field=column)
    return _CODES[given]


def _year(file: Path, line: int, row: Mapping[str, str | None]) -> int | None:
    given = (row.get("year") or "").strip()
    if given and not (given.isdecimal() and len(given) == 4):
        raise CodingsError(f"{given!r} is not a year of four digits", file=file, line=line, field="year")
    return int(given) if given else None


def _document(row: Mapping[str, str | None], line: int) -> str:
    """The document, or one of the sentence's own."""
    return (row.get("document") or "").strip() or f"line {line}"
