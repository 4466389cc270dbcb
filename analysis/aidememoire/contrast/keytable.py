"""The table of key words, from counts of words by statement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, stats

from aidememoire.contrast.logodds import dispersion, half_width, log_odds, permutation_p, surplus_of

__all__ = ["compare_counts"]

Array = np.ndarray[Any, np.dtype[Any]]

_THOUSAND = 1_000
_COLUMNS = {
    "word": "str", "side": "str", "n_a": "int64", "n_b": "int64", "per_1000_a": "float64", "per_1000_b": "float64",
    "statements_a": "int64", "statements_b": "int64", "actors": "int64", "dispersion": "float64",
    "log_odds": "float64", "low": "float64", "high": "float64", "z_words": "float64", "z": "float64",
    "p_value": "float64", "q_value": "float64",
}  # fmt: skip


def compare_counts(
    counts: sparse.csr_matrix,
    words: Array,
    sizes: Array,
    first: Array,
    *,
    strata: Array,
    actors: Array,
    prior: float,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Return the table of ``Keyness`` from counts.

    Parameters
    ----------
    counts
        Uses, shape (statements, words); each word is used.
    words
        What the columns are, shape (words,).
    sizes
        All words of each statement, those that are not compared too: shape (statements,).
    first
        Whether a statement is of group ``a``.
    strata, actors
        Of each statement.
    prior
        Size of the prior in words.
    draws, seed
        As in ``keyness``.
    """
    uses = [np.asarray(counts[side].sum(axis=0)).ravel() for side in (first, ~first)]
    used_by = [np.bincount(counts[side].indices, minlength=len(words)) for side in (first, ~first)]
    n = [float(sizes[side].sum()) for side in (first, ~first)]
    alpha = prior * (uses[0] + uses[1]) / sum(n)
    odds, z_words = log_odds(uses[0], uses[1], n[0], n[1], alpha, prior)
    margin = half_width(counts, sizes, first, alpha, prior)
    surplus, variance = surplus_of(counts, sizes, first, strata)
    z = np.divide(surplus, np.sqrt(variance), where=variance > 0, out=np.zeros(len(words)))
    p = permutation_p(counts, sizes, first, strata, z, draws, seed) if len(words) else z
    on_side = [dispersion(counts[side], sizes[side]) for side in (first, ~first)]
    members = sparse.csr_matrix((np.ones(len(actors)), (pd.factorize(actors)[0], np.arange(len(actors)))))
    table = pd.DataFrame(
        {
            "word": words, "side": np.where(odds > 0, "a", "b"), "n_a": uses[0], "n_b": uses[1],
            "per_1000_a": uses[0] * _THOUSAND / n[0], "per_1000_b": uses[1] * _THOUSAND / n[1],
            "statements_a": used_by[0], "statements_b": used_by[1],
            "actors": np.bincount((members @ counts).indices, minlength=len(words)),
            "dispersion": np.where(odds > 0, *on_side), "log_odds": odds, "low": odds - margin, "high": odds + margin,
            "z_words": z_words, "z": z, "p_value": p, "q_value": stats.false_discovery_control(p) if len(p) else p,
        }
    ).astype(_COLUMNS)  # fmt: skip
    table = table.assign(size=table["z"].abs().round(9)).sort_values(["size", "word"], ascending=[False, True])
    return table.drop(columns="size").reset_index(drop=True)
