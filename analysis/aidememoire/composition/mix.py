"""Arrays of the decomposition: weights of groups, and what each column's mix adds to a change.

Everything here has draws along the first axis and groups along the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from math import factorial
from typing import Any

import numpy as np
from scipy import sparse

__all__ = ["Margins", "column_effects", "margins_of", "orders_of"]

Array = np.ndarray[Any, np.dtype[Any]]
# Columns, by their place, that are held together; and for each group the sum over the groups that agree on them.
Margins = Mapping[frozenset[int], Array]
Order = tuple[int, ...]


def orders_of(n_columns: int, within: Mapping[int, int]) -> list[Order]:
    """Return the orders of columns in which each stands behind the column it belongs within.

    Examples
    --------
    >>> orders_of(3, {1: 0})  # speakers (1) belong to actors (0); kinds (2) may stand anywhere
    [(0, 1, 2), (0, 2, 1), (2, 0, 1)]
    """
    return [
        order
        for order in permutations(range(n_columns))
        if all(order.index(outer) < order.index(inner) for inner, outer in within.items())
    ]


def margins_of(sizes: Array, labels: Array, orders: Sequence[Order]) -> Margins:
    """Return sums of sizes over the groups that agree on the first columns of any order.

    Parameters
    ----------
    sizes
        Units of each group, shape (draws, groups).
    labels
        Value of each column in each group, as numbers, shape (columns, groups).
    orders
        As ``orders_of`` returns them.
    """
    wanted = {frozenset(order[:length]) for order in orders for length in range(len(order) + 1)}
    found: dict[frozenset[int], Array] = {}
    for columns in wanted:
        if not columns:
            found[columns] = np.repeat(sizes.sum(axis=1, keepdims=True), sizes.shape[1], axis=1)
            continue
        _, place = np.unique(labels[sorted(columns)], axis=1, return_inverse=True)
        place = place.ravel()
        ones = np.ones(len(place))
        to_place = sparse.csr_array((ones, (place, np.arange(len(place)))), shape=(int(place.max()) + 1, len(place)))
        found[columns] = np.asarray(to_place @ sizes.T).T[:, place]
    return found


def column_effects(
    before: Margins, after: Margins, rates: Array, orders: Sequence[Order], stand_in: tuple[Margins, Margins]
) -> Array:
    """Return what the change of each column's mix adds to ``sum(rates * weights)``, shape (draws, columns).

    Parameters
    ----------
    before, after
        Margins of each side.
    rates
        The rate of each group, the mean of both sides, shape (draws, groups).
    orders
        Orders of conditioning, over which effects are averaged.
    stand_in
        Margins of the data as they are, for weights that a draw leaves undefined.

    Notes
    -----
    In the order (c1, c2, ...) the weight of a group is ``w(c1) w(c2 | c1) ...``. Columns take their weights from after
    instead of from before one by one; the effect of a column is the mean over all ways to do so (Shapley 1953; Das
    Gupta 1993, chapter 2, for factors of a product), and then over orders. Every product of conditional weights adds up
    to 1, so rates that are alike in all groups give every column an effect of exactly 0.
    """
    n_columns = len(orders[0])
    effects = np.zeros((rates.shape[0], n_columns))
    for order in orders:
        old, new = (_conditional(margins, order, held) for margins, held in zip((before, after), stand_in, strict=True))
        effects += _shapley(old, new, rates)
    return effects / len(orders)


def _conditional(margins: Margins, order: Order, held: Margins) -> list[Array]:
    """Weights of each column's value given the values of the columns before it in the order, by column."""
    weights: list[Array] = [np.zeros(0)] * len(order)
    for place, column in enumerate(order):
        outer, inner = frozenset(order[:place]), frozenset(order[: place + 1])
        whole = margins[outer]
        usual = np.broadcast_to(held[inner] / held[outer], whole.shape)
        weights[column] = np.divide(margins[inner], whole, out=usual.copy(), where=whole > 0)
    return weights


def _shapley(old: list[Array], new: list[Array], rates: Array) -> Array:
    columns = range(len(old))
    worth: dict[frozenset[int], Array] = {}
    for size in range(len(old) + 1):
        for moved in combinations(columns, size):
            product = rates
            for column in columns:
                product = product * (new if column in moved else old)[column]
            worth[frozenset(moved)] = product.sum(axis=1)
    effects = np.zeros((rates.shape[0], len(old)))
    for already, value in worth.items():
        for column in set(columns) - already:
            part = factorial(len(already)) * factorial(len(old) - len(already) - 1) / factorial(len(old))
            effects[:, column] += part * (worth[already | {column}] - value)
    return effects
