"""Measure what foreign ministries keep returning to, and how it shifts.

>>> import aidememoire as am
>>> corpus = am.Corpus.open("study.db")           # doctest: +SKIP
>>> corpus.ingest("corpus/sample/veldania")       # doctest: +SKIP
>>> coding = am.code(corpus, am.load_codebook())  # doctest: +SKIP
>>> am.series(coding, by=["actor"]).table         # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aidememoire.classifier import ThemeClassifier
    from aidememoire.codebook import Codebook, load_codebook
    from aidememoire.codesentences import code_sentences, coders
    from aidememoire.coding import Coding, code
    from aidememoire.corpus import Corpus, IngestReport
    from aidememoire.errors import AideMemoireError
    from aidememoire.figures import plot_series
    from aidememoire.ingest import ReadOptions
    from aidememoire.reasons import Explanation, explain_sentence
    from aidememoire.shares import Series, series
    from aidememoire.study import RunResult, run

__all__ = [
    "AideMemoireError",
    "Codebook",
    "Coding",
    "Corpus",
    "Explanation",
    "IngestReport",
    "ReadOptions",
    "RunResult",
    "Series",
    "ThemeClassifier",
    "code",
    "code_sentences",
    "coders",
    "explain_sentence",
    "load_codebook",
    "plot_series",
    "run",
    "series",
]

_HOME = {
    "AideMemoireError": "errors",
    "Codebook": "codebook",
    "Coding": "coding",
    "Corpus": "corpus",
    "Explanation": "reasons",
    "IngestReport": "corpus",
    "ReadOptions": "ingest",
    "RunResult": "study",
    "Series": "shares",
    "ThemeClassifier": "classifier",
    "code": "coding",
    "code_sentences": "codesentences",
    "coders": "codesentences",
    "explain_sentence": "reasons",
    "load_codebook": "codebook",
    "plot_series": "figures",
    "run": "study",
    "series": "shares",
}


def __getattr__(name: str) -> Any:
    # Names load on first use, so that "aidememoire --help" need not import pandas.
    if name not in _HOME:
        raise AttributeError(f"module 'aidememoire' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"aidememoire.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
