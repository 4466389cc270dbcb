"""Groups on two sides: which are on both, which come and which go, and how new the new ones are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.composition.mix import Order, orders_of
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.composition.sides import Sides
    from aidememoire.shares import Series

__all__ = ["MOST_COLUMNS", "WITHIN", "Groups", "check_columns", "groups_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Whose values belong to a value of another column: a speaker speaks for an actor.
WITHIN: Mapping[str, str] = {"speaker": "actor"}
# Five columns would be averaged over 120 orders, and their combinations would hold one statement each.
MOST_COLUMNS = 4
_NO_GROUPS = ("statement_id", "date", "period", "n_sentences", "n_words")


@dataclass(frozen=True, slots=True)
class Groups:
    """All combinations of the columns that occur on a side.

    Attributes
    ----------
    names
        One row a group, the columns.
    labels
        The same as numbers, shape (columns, groups).
    of_statement
        Group of each statement of both sides.
    there
        Whether a group has statements before, and after; shape (2, groups).
    newness
        For a group on one side only, how much of it is due to each column's value being on that side only; the last
        entry stands for values that are all known and are combined for the first time. Rows add up to 1; shape
        (groups, columns + 1).
    orders
        Orders of conditioning, see ``mix.orders_of``.
    """

    names: pd.DataFrame
    labels: Array
    of_statement: Array
    there: Array
    newness: Array
    orders: list[Order]

    @property
    def both(self) -> Array:
        """Which groups are on both sides."""
        return np.asarray(self.there.all(axis=0))


def check_columns(series: Series, by: tuple[str, ...], caller: str) -> None:
    """Raise a SeriesError unless ``by`` names one to four group columns of the counts, each once."""
    there = [str(column) for column in series.counts.columns if column not in (*series.themes, *_NO_GROUPS)]
    if not by or len(set(by)) < len(by) or not set(by) <= set(there):
        raise SeriesError(
            f"{caller}: by={by!r} must name columns of the counts, each once; there are {', '.join(there)}"
        )
    if len(by) > MOST_COLUMNS:
        raise SeriesError(f"{caller}: by={by!r} has {len(by)} columns; at most {MOST_COLUMNS} can be told apart")


def groups_of(sides: Sides, by: tuple[str, ...]) -> Groups:
    """Return the groups of the statements of both sides."""
    values = sides.counts[list(by)].astype("str")
    names = values.drop_duplicates().sort_values(list(by)).reset_index(drop=True)
    of_statement = values.groupby(list(by), sort=True).ngroup().to_numpy()
    side = np.arange(len(of_statement)) >= sides.n_before
    there = np.stack([np.bincount(of_statement[side == after], minlength=len(names)) > 0 for after in (False, True)])
    within = {by.index(inner): by.index(outer) for inner, outer in WITHIN.items() if inner in by and outer in by}
    labels = np.stack([pd.factorize(names[column])[0] for column in by])
    newness = _newness(labels, there, within)
    return Groups(names, labels, of_statement, there, newness, orders_of(len(by), within))


def _newness(labels: Array, there: Array, within: Mapping[int, int]) -> Array:
    n_columns, n_groups = labels.shape
    new = np.zeros((n_groups, n_columns))
    for column in range(n_columns):
        keys = labels[[within[column], column] if column in within else [column]]
        _, value = np.unique(keys, axis=1, return_inverse=True)
        value = value.ravel()
        on_side = [np.bincount(value[there[side]], minlength=n_groups)[value] > 0 for side in (0, 1)]
        new[:, column] = ~(on_side[0] & on_side[1])
    for inner, outer in within.items():
        # The speakers of an actor that comes are part of its coming.
        new[:, inner] *= 1 - new[:, outer]
    known = new.sum(axis=1, keepdims=True) == 0
    new = np.hstack([new, known])
    return np.asarray(new / new.sum(axis=1, keepdims=True))
