"""Shared phrases to echoes: who had each first, who took it up, and how often that happens when dates are shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from aidememoire.contrast.shingles import Shared

__all__ = ["Uses", "closed", "date_cells", "pair_table", "taken_up"]

Array = np.ndarray[Any, np.dtype[Any]]

_PAIRS = {
    "from_actor": "str", "to_actor": "str", "n_phrases": "int64", "n_back": "int64", "median_lag_days": "float64",
    "expected": "float64", "ratio": "float64", "p_value": "float64", "q_value": "float64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uses:
    """Shared shingles with what is asked of their statements: see ``Shared``; ``event`` is a number of its own."""

    shared: Shared
    actors: Array
    events: Array
    lag_days: int


def closed(shared: Shared) -> Shared:
    """Keep one of the shingles of a phrase that the same statements have: they say the same of who echoes whom."""
    n = len(shared.phrase)
    drawn = np.random.default_rng(0).integers(1, 2**63, size=int(shared.statement.max(initial=-1)) + 1, dtype=np.uint64)
    users = np.zeros(n, dtype=np.uint64)
    np.add.at(users, shared.shingle, drawn[shared.statement])
    _, first = np.unique(np.stack([shared.phrase.astype(np.uint64), users], axis=1), axis=0, return_index=True)
    kept = np.isin(np.arange(n), first)
    rows = kept[shared.shingle]
    number = np.cumsum(kept) - 1
    return Shared(number[shared.shingle[rows]], shared.statement[rows], shared.at[rows], shared.phrase[kept])


def _later(uses: Uses, days: Array) -> tuple[Array, Array]:
    """Entries of ``shared`` in which a shingle is taken up, and for each the entry of its first use.

    A shingle with two actors on its first day has no first user.
    """
    shared = uses.shared
    if not len(shared.shingle):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    day, actor, event = (values[shared.statement] for values in (days, uses.actors, uses.events))
    order = np.lexsort([shared.statement, day, shared.shingle])
    first = order[np.searchsorted(shared.shingle, np.arange(len(shared.phrase)))][shared.shingle]
    other = actor != actor[first]
    tied = np.bincount(shared.shingle, other & (day == day[first]), len(shared.phrase)) > 0
    soon = day - day[first] <= uses.lag_days
    rows = np.flatnonzero(other & soon & (event != event[first]) & ~tied[shared.shingle])
    return rows, first[rows]


def taken_up(uses: Uses, days: Array) -> pd.DataFrame:
    """Return the first use of each phrase by each actor that took it up from another.

    Columns phrase; giver, actor (numbers); first, to (statements); lag in days; entry, of ``shared``, the first use.
    """
    rows, first = _later(uses, days)
    shared = uses.shared
    giver, taker = shared.statement[first], shared.statement[rows]
    table = pd.DataFrame(
        {
            "phrase": shared.phrase[shared.shingle[rows]], "giver": uses.actors[giver], "actor": uses.actors[taker],
            "first": giver, "to": taker, "lag": days[taker] - days[giver], "entry": first,
        }
    )  # fmt: skip
    table = table.sort_values(["phrase", "giver", "actor", "lag", "to", "entry"], kind="stable")
    return table.drop_duplicates(["phrase", "giver", "actor"]).reset_index(drop=True)


def _counts(uses: Uses, days: Array, n_actors: int) -> Array:
    """How many phrases each actor (column) takes up from each other (row)."""
    rows, first = _later(uses, days)
    shared = uses.shared
    pair = uses.actors[shared.statement[first]] * n_actors + uses.actors[shared.statement[rows]]
    key = np.unique(shared.phrase[shared.shingle[rows]].astype(np.int64) * n_actors**2 + pair)
    return np.bincount(key % max(1, n_actors**2), minlength=n_actors**2).reshape(n_actors, n_actors)


def date_cells(actors: Array, periods: pd.Series[str]) -> list[Array]:
    """Statements whose dates may change places: those of one actor and period."""
    cell = actors * max(1, periods.nunique()) + pd.factorize(periods)[0]
    order = np.argsort(cell, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(cell[order])) + 1)


def pair_table(uses: Uses, days: Array, cells: list[Array], names: Array, draws: int, seed: int) -> pd.DataFrame:
    """Return how many phrases each actor takes up from each other, and how many when dates are shuffled in their cells.

    Columns as ``Echoes.pairs``; a pair that shares no phrase even then has no row.
    """
    rng = np.random.default_rng(seed)
    n = len(names)
    found = _counts(uses, days, n)
    total, as_many = np.zeros((n, n)), np.zeros((n, n), dtype=np.int64)
    for _ in range(draws):
        shuffled = days.copy()
        for rows in cells:
            shuffled[rows] = rng.permutation(days[rows])
        counted = _counts(uses, shuffled, n)
        total += counted
        as_many += counted >= found
    expected, p = total / draws, (1 + as_many) / (1 + draws)
    giver, taker = np.nonzero((found > 0) | (total > 0))
    lags = taken_up(uses, days).groupby(["giver", "actor"])["lag"].median()
    median = [lags.get(pair, np.nan) for pair in zip(giver.tolist(), taker.tolist(), strict=True)]
    by = expected[giver, taker]
    ratio = np.divide(found[giver, taker], by, out=np.full(len(by), np.nan), where=by > 0)
    chance = p[giver, taker]
    table = pd.DataFrame(
        {
            "from_actor": names[giver], "to_actor": names[taker], "n_phrases": found[giver, taker],
            "n_back": found[taker, giver], "median_lag_days": median, "expected": by, "ratio": ratio,
            "p_value": chance, "q_value": stats.false_discovery_control(chance) if len(chance) else chance,
        }
    ).astype(_PAIRS)  # fmt: skip
    order = ["p_value", "n_phrases", "from_actor", "to_actor"]
    return table.sort_values(order, ascending=[True, False, True, True]).reset_index(drop=True)
