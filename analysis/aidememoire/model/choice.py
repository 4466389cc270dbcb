"""Calibration, thresholds, and who speaks for a theme: rules, model, or both together.

All of it rests on strengths of sentences that were held out (``crossval``), and is itself cross-validated: what is
fitted on four fifths of the documents is judged on the last.
"""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np

from aidememoire.model.coder import calibrated
from aidememoire.model.crossval import OUTER, REPEATS, SEED, Design, best_threshold, f1_of, folds
from aidememoire.model.weights import Head, Speaker

__all__ = ["calibrate", "choose_head"]

Array = np.ndarray[Any, Any]


def choose_head(theme: str, is_clear: Array, strength: Array, rules: Array, design: Design) -> Head:
    """Return calibration, thresholds and the preferred way to code one theme.

    Parameters
    ----------
    theme
        Its id.
    is_clear
        Whether each sentence is coded 2 by hand; a sentence stands as often as it was held out.
    strength
        Log odds of each sentence by a coder that did not see it.
    rules
        The code by the rules alone.
    design
        Documents and strata.
    """
    coded = _held_out_codes(is_clear, strength, rules, design)
    random = design.is_random & ~is_clear
    counts = {"n": random, **{name: random & each for name, each in coded.items()}}
    # Each sentence was held out once in each repeat.
    false = {name: math.ceil(int(rows.sum()) / REPEATS) for name, rows in counts.items()}
    f1 = {name: round(f1_of(is_clear, each, design.counts), 4) for name, each in coded.items()}
    model, both = calibrate(is_clear, strength, None, design), calibrate(is_clear, strength, rules, design)
    return Head(
        theme=theme,
        c=0.0,
        bias=0.0,
        model=model,
        combination=both,
        model_threshold=best_threshold(is_clear, calibrated(model, strength, None), design),
        combination_threshold=best_threshold(is_clear, calibrated(both, strength, rules), design),
        best=_preferred(f1),
        f1=f1,
        false_random=false,
    )


def _held_out_codes(is_clear: Array, strength: Array, rules: Array, design: Design) -> dict[str, Array]:
    """Whether each way to code codes each sentence, calibration and threshold taken from other documents."""
    coded = {"rules": rules == 2, "model": np.zeros(len(rules), bool), "combination": np.zeros(len(rules), bool)}
    for learn, held in folds(design.documents, OUTER):
        part = design.part(learn)
        for name, hits in (("model", None), ("combination", rules)):
            seen = None if hits is None else hits[learn]
            unseen = None if hits is None else hits[held]
            coefficients = calibrate(is_clear[learn], strength[learn], seen, part)
            threshold = best_threshold(is_clear[learn], calibrated(coefficients, strength[learn], seen), part)
            coded[name][held] = calibrated(coefficients, strength[held], unseen) >= threshold
    return coded


def calibrate(is_clear: Array, strength: Array, rules: Array | None, design: Design) -> tuple[float, ...]:
    """Return Platt's intercept and slope, and with ``rules`` the effects of a strict and of a lenient hit."""
    from sklearn.linear_model import LogisticRegression

    columns = [strength] if rules is None else [strength, rules == 2, rules == 1]
    # Almost no penalty: enough to keep a column without variation at zero.
    model = LogisticRegression(C=10.0, tol=1e-8, max_iter=500, random_state=SEED)
    model.fit(np.stack(columns, axis=1).astype(np.float64), is_clear, sample_weight=design.counts)
    return (float(model.intercept_[0]), *(float(each) for each in model.coef_[0]))


def _preferred(f1: dict[str, float]) -> Speaker:
    """The best in cross-validation; of equals the simpler."""
    order: tuple[Speaker, ...] = get_args(Speaker)
    return max(order, key=lambda name: f1[name])
