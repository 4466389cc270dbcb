"""Does a theme rise or fall over the whole stretch? A regression on time that allows for noise with a memory."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy import special

from aidememoire.changes.finding import Finding, too_few
from aidememoire.changes.lines import Array, Line
from aidememoire.changes.noise import verdict
from aidememoire.changes.regression import fitted, gradient

__all__ = ["LEAST_PERIODS", "trend_of"]

LEAST_PERIODS = 8


def trend_of(line: Line, *, level: float, unit: str) -> Finding:
    """Return the change in share from the first period with data to the last, along a quasi-binomial trend.

    Parameters
    ----------
    line
        Gaps are no matter: time is the calendar's.
    level
        Of the interval.
    unit
        What is counted, for the reason where there is none.

    Notes
    -----
    ``logit p = a + b t``; the change is ``p(last) - p(first)``, its standard error by the delta method with noise as in
    ``noise.verdict``.
    """
    at = line.there
    if reason := too_few(line, at, unit) or _short(at):
        return Finding(line, "trend", reason)
    time = (at - at.mean()) / (at[-1] - at[0])
    fit = fitted(line.share[at], line.size[at], np.column_stack([np.ones(len(at)), time]), at)
    ends = np.array([[1.0, time[0]], [1.0, time[-1]]])
    before, after = special.expit(ends @ fit.coefficients)
    slope = gradient(partial(_change, ends), fit.coefficients)
    p_value, width = verdict(fit.noise, after - before, fit.reach(slope), level)
    low, high = after - before - width, after - before + width
    return Finding(line, "trend", before=before, after=after, low=max(-1.0, low), high=min(1.0, high), p_value=p_value)


def _short(at: Array) -> str:
    return f"{len(at)} periods with data, a trend needs {LEAST_PERIODS}" if len(at) < LEAST_PERIODS else ""


def _change(ends: Array, beta: Array) -> float:
    first, last = special.expit(ends @ beta)
    return float(last - first)
