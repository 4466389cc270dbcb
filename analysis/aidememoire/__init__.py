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
    from aidememoire.changes import Declared, Shifts, shifts
    from aidememoire.classifier import ThemeClassifier
    from aidememoire.codebook import Codebook, load_codebook
    from aidememoire.codesentences import code_sentences, coders
    from aidememoire.coding import Coding, code
    from aidememoire.compare import RunComparison, compare_runs
    from aidememoire.composition import codebook_part, decompose, fixed_composition
    from aidememoire.concordances import concordance
    from aidememoire.contrast import accusations, cooccurrence, echo, friendship_ladder, keyness, lead_lag
    from aidememoire.corpus import Corpus, IngestReport
    from aidememoire.errors import AideMemoireError
    from aidememoire.events import event_study, load_calendar, occasions, partial_out, with_occasions
    from aidememoire.figures import (
        house_style,
        plot_accusations,
        plot_cooccurrence,
        plot_decomposition,
        plot_event_study,
        plot_fixed_composition,
        plot_keyness,
        plot_ladder,
        plot_lead_lag,
        plot_robustness,
        plot_series,
        plot_shifts,
        plot_themes,
        save_figure,
    )
    from aidememoire.ingest import ReadOptions
    from aidememoire.reasons import Explanation, explain_sentence
    from aidememoire.resampling import bootstrap_shares
    from aidememoire.shares import Series, series
    from aidememoire.shrinkage import shrink
    from aidememoire.smoothing import smooth
    from aidememoire.speccurve import Choices, Finding, robustness
    from aidememoire.study import RunResult, run

__all__ = [
    "AideMemoireError",
    "Choices",
    "Codebook",
    "Coding",
    "Corpus",
    "Declared",
    "Explanation",
    "Finding",
    "IngestReport",
    "ReadOptions",
    "RunComparison",
    "RunResult",
    "Series",
    "Shifts",
    "ThemeClassifier",
    "accusations",
    "bootstrap_shares",
    "code",
    "code_sentences",
    "codebook_part",
    "coders",
    "compare_runs",
    "concordance",
    "cooccurrence",
    "decompose",
    "echo",
    "event_study",
    "explain_sentence",
    "fixed_composition",
    "friendship_ladder",
    "house_style",
    "keyness",
    "lead_lag",
    "load_calendar",
    "load_codebook",
    "occasions",
    "partial_out",
    "plot_accusations",
    "plot_cooccurrence",
    "plot_decomposition",
    "plot_event_study",
    "plot_fixed_composition",
    "plot_keyness",
    "plot_ladder",
    "plot_lead_lag",
    "plot_robustness",
    "plot_series",
    "plot_shifts",
    "plot_themes",
    "robustness",
    "run",
    "save_figure",
    "series",
    "shifts",
    "shrink",
    "smooth",
    "with_occasions",
]

_HOME = {
    "AideMemoireError": "errors",
    "Choices": "speccurve",
    "Codebook": "codebook",
    "Coding": "coding",
    "Corpus": "corpus",
    "Declared": "changes",
    "Explanation": "reasons",
    "Finding": "speccurve",
    "IngestReport": "corpus",
    "ReadOptions": "ingest",
    "RunComparison": "compare",
    "RunResult": "study",
    "Series": "shares",
    "Shifts": "changes",
    "ThemeClassifier": "classifier",
    "accusations": "contrast",
    "bootstrap_shares": "resampling",
    "code": "coding",
    "code_sentences": "codesentences",
    "codebook_part": "composition",
    "coders": "codesentences",
    "compare_runs": "compare",
    "concordance": "concordances",
    "cooccurrence": "contrast",
    "decompose": "composition",
    "echo": "contrast",
    "event_study": "events",
    "explain_sentence": "reasons",
    "fixed_composition": "composition",
    "friendship_ladder": "contrast",
    "house_style": "figures",
    "keyness": "contrast",
    "lead_lag": "contrast",
    "load_calendar": "events",
    "load_codebook": "codebook",
    "occasions": "events",
    "partial_out": "events",
    "plot_accusations": "figures",
    "plot_cooccurrence": "figures",
    "plot_decomposition": "figures",
    "plot_event_study": "figures",
    "plot_fixed_composition": "figures",
    "plot_keyness": "figures",
    "plot_ladder": "figures",
    "plot_lead_lag": "figures",
    "plot_robustness": "figures",
    "plot_series": "figures",
    "plot_shifts": "figures",
    "plot_themes": "figures",
    "robustness": "speccurve",
    "run": "study",
    "save_figure": "figures",
    "series": "shares",
    "shifts": "changes",
    "shrink": "shrinkage",
    "smooth": "smoothing",
    "with_occasions": "events",
}


def __getattr__(name: str) -> Any:
    # Names load on first use, so that "aidememoire --help" need not import pandas.
    if name not in _HOME:
        raise AttributeError(f"module 'aidememoire' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"aidememoire.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
