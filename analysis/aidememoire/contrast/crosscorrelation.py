"""Weighted correlations of two series at each lag, and the largest that independence would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["MIN_PAIRS", "Correlations", "lag_table", "largest_by_chance"]

Array = np.ndarray[Any, np.dtype[Any]]

# Pairs of periods below which a correlation is not given.
MIN_PAIRS = 20
LEVEL, Z = 0.95, 1.959964


@dataclass(frozen=True, slots=True)
class Correlations:
    """Weighted correlations by lag (columns) of one pair of series or of many draws (rows), and what they rest on."""

    correlation: Array
    n: Array
    n_eff: Array

    @property
    def score(self) -> Array:
        """The correlation in units of its standard error under independence."""
        scores: Array = self.correlation * np.sqrt(self.n_eff)
        return scores

    @classmethod
    def of(cls, one: tuple[Array, Array], two: tuple[Array, Array], lags: Array) -> Correlations:
        """Correlate ``one``, values and weights of shape (..., periods), with ``two`` moved by each lag."""
        u, root_u, there_u = _standard(*one)
        v, root_v, there_v = _standard(*two)
        moved = [_moved(each, lags) for each in (v * root_v, root_v, root_v**2, there_v)]
        top, weight, squares, n = (
            each @ by.T for each, by in zip((u * root_u, root_u, root_u**2, there_u), moved, strict=True)
        )
        enough = n >= MIN_PAIRS
        nan = np.full(n.shape, np.nan)
        correlation = np.divide(top, weight, out=nan.copy(), where=enough & (weight > 0))
        return cls(correlation, n, np.divide(weight**2, squares, out=nan, where=enough & (squares > 0)))


def _standard(values: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Values less their mean over their deviation, roots of weights, and which are there; 0 where there is no value."""
    there = np.isfinite(values) & np.isfinite(weights)
    w, y = np.where(there, weights, 0.0), np.where(there, values, 0.0)
    total = w.sum(axis=-1, keepdims=True)
    y = np.where(there, y - (w * y).sum(axis=-1, keepdims=True) / total, 0.0)
    spread = np.sqrt((w * y**2).sum(axis=-1, keepdims=True) / total)
    return np.divide(y, spread, out=np.zeros_like(y), where=spread > 0), np.sqrt(w), there.astype(np.float64)


def _moved(values: Array, lags: Array) -> Array:
    """Rows by lag: at t what ``values`` has at t + lag, 0 beyond the ends."""
    out = np.zeros((len(lags), len(values)))
    n = len(values)
    for row, lag in enumerate(lags.tolist()):
        if abs(lag) < n:
            out[row, max(0, -lag) : n - max(0, lag)] = values[max(0, lag) : n - max(0, -lag)]
    return out


def largest_by_chance(one: tuple[Array, Array], two: tuple[Array, Array], lags: Array, draws: int, seed: int) -> Array:
    """The largest absolute score over all lags, of draws in which ``one`` is made of blocks of itself."""
    rng = np.random.default_rng(seed)
    there = np.flatnonzero(np.isfinite(one[0]))
    n = len(there)
    length = max(1, round(n ** (1 / 3)))
    starts = rng.integers(0, n, size=(draws, -(-n // length)))
    order = ((starts[:, :, None] + np.arange(length)) % n).reshape(draws, -1)[:, :n]
    drawn = np.full((2, draws, len(one[0])), np.nan)
    for out, values in zip(drawn, one, strict=True):
        out[:, there] = values[there][order]
    scores = np.abs(Correlations.of((drawn[0], drawn[1]), two, lags).score)
    largest: Array = np.nan_to_num(scores).max(axis=1)
    return largest


def lag_table(lags: Array, found: Correlations, null: Array, plain: Correlations) -> pd.DataFrame:
    """Return one row a lag, with intervals, the band of ``null`` and p-values over all lags; see ``LeadLag``."""
    score = np.abs(found.score)
    known = np.isfinite(score)
    extreme = (null[:, None] >= np.where(known, score, np.inf)[None, :]).sum(axis=0)
    half = Z / np.sqrt(np.maximum(found.n_eff - 3, 1))
    bounded = np.arctanh(np.clip(found.correlation, -0.999999, 0.999999))
    band = np.quantile(null, LEVEL) / np.sqrt(found.n_eff)
    return pd.DataFrame(
        {
            "lag": lags,
            "n_pairs": found.n.astype(np.int64),
            "correlation": found.correlation,
            "low": np.tanh(bounded - half),
            "high": np.tanh(bounded + half),
            "null_low": np.maximum(-band, -1.0),
            "null_high": np.minimum(band, 1.0),
            "p_value": np.where(known, (1 + extreme) / (1 + len(null)), np.nan),
            "plain": plain.correlation,
        }
    )
