"""The table of pairs of themes, from the codes of units in blocks."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from aidememoire.contrast.moved import Sums, moved_p, sums_of

__all__ = ["Null", "pairs_table"]

Array = np.ndarray[Any, np.dtype[Any]]

Null = Literal["shift", "shuffle"]

LEVEL_Z = 1.959963984540054
_COLUMNS = {
    "theme_a": "str", "theme_b": "str", "n_a": "int64", "n_b": "int64", "n_both": "int64", "n_blocks": "int64",
    "n_same_words": "Int64", "expected": "float64", "ratio": "float64", "low": "float64", "high": "float64",
    "z": "float64", "p_value": "float64", "q_value": "float64", "definitional": "bool",
}  # fmt: skip


def pairs_table(
    coded: Array, blocks: Array, themes: tuple[str, ...], definitional: frozenset[frozenset[str]], null: Null = "shift"
) -> pd.DataFrame:
    """Return the table of ``Cooccurrence`` from codes.

    Parameters
    ----------
    coded
        Whether a unit has a theme, shape (units, themes); the units of a block lie together, in order.
    blocks
        Block of each unit.
    themes, definitional, null
        As in ``Cooccurrence``; the pairs that are not tested.

    Examples
    --------
    >>> coded = np.array([[1, 1], [1, 1], [0, 0], [0, 0]], dtype=bool)
    >>> row = pairs_table(coded, np.zeros(4, dtype=int), ("past", "trade"), frozenset(), "shuffle").iloc[0]
    >>> int(row["n_both"]), float(row["expected"]), round(float(row["p_value"]), 4)
    (2, 1.0, 0.3333)
    """
    sums = sums_of(coded, blocks)
    rows = []
    for i, j in combinations(range(len(themes)), 2):
        known = frozenset((themes[i], themes[j])) in definitional
        counted = {"n_a": sums.coded[i], "n_b": sums.coded[j], "n_both": sums.both[i, j], "n_blocks": sums.blocks[i, j]}
        rows.append({"theme_a": themes[i], "theme_b": themes[j], **counted, "definitional": known})
        if not known and sums.expected[i, j] > 0:
            rows[-1] |= _tested(coded, blocks, sums, (i, j), null)
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    tested = table["p_value"].notna()
    if tested.any():
        table.loc[tested, "q_value"] = stats.false_discovery_control(table.loc[tested, "p_value"])
    return table


def _tested(coded: Array, blocks: Array, sums: Sums, pair: tuple[int, int], null: Null) -> dict[str, float]:
    """What is said of a pair that may be tested."""
    found, expected = float(sums.both[pair]), float(sums.expected[pair])
    variance = float((sums.shifted if null == "shift" else sums.shuffled)[pair])
    ratio = found / expected
    low, high = np.nan, np.nan
    spread = sums.both_squares[pair] - 2 * ratio * sums.crossed[pair] + ratio**2 * sums.expected_squares[pair]
    if sums.n > 1 and found > 0:
        error = np.sqrt(max(spread, 0.0) * sums.n / (sums.n - 1)) / found
        low, high = ratio * np.exp(-LEVEL_Z * error), ratio * np.exp(LEVEL_Z * error)
    # Where no move changes anything (a block full of a theme) nothing can be found.
    z = (found - expected) / np.sqrt(variance) if variance > 0 else 0.0
    p = moved_p(coded[:, list(pair)], blocks, found, expected, variance, null == "shift")
    return {"expected": expected, "ratio": ratio, "low": low, "high": high, "z": z, "p_value": p}
