"""Correction for testing many themes: what was explored, and what was named beforehand."""

from __future__ import annotations

import numpy as np

from aidememoire.changes.lines import Array

__all__ = ["benjamini_hochberg", "holm"]


def benjamini_hochberg(p_values: Array) -> Array:
    """Return q-values that control the false discovery rate, shape as given.

    Notes
    -----
    Benjamini and Hochberg 1995, J. Royal Statistical Society B 57:289-300. Themes of one corpus rest on the same
    statements, so their tests are mostly positively dependent, for which the procedure is proved (Benjamini and
    Yekutieli 2001, Annals of Statistics 29:1165-1188); their correction for any dependence at all would cost a
    factor of about log(tests).

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    n = len(p_values)
    order = np.argsort(p_values, kind="stable")[::-1]
    q = np.minimum.accumulate(p_values[order] * n / np.arange(n, 0, -1))
    out = np.empty(n)
    out[order] = np.minimum(q, 1.0)
    return out


def holm(p_values: Array) -> Array:
    """Return p-values adjusted so that the chance of any false claim is held, shape as given.

    Notes
    -----
    Holm 1979, Scandinavian J. Statistics 6:65-70. It asks nothing of how the tests depend on each other. Hypotheses
    named beforehand are few, and each of them is a claim by itself.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    n = len(p_values)
    order = np.argsort(p_values, kind="stable")
    adjusted = np.maximum.accumulate(p_values[order] * np.arange(n, 0, -1))
    out = np.empty(n)
    out[order] = np.minimum(adjusted, 1.0)
    return out
