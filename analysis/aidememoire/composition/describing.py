"""Tables and notes of a decomposition: its parts and its groups in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.composition.sides import FEW

if TYPE_CHECKING:
    from aidememoire.composition.groups import Groups
    from aidememoire.composition.sides import Sides

__all__ = ["COMBINATION", "few_notes", "group_table", "notes_of", "part_table", "plural"]

Array = np.ndarray[Any, np.dtype[Any]]

# Known values of all columns that meet for the first or the last time.
COMBINATION = "combination"
_PLURALS = {"actor": "actors", "speaker": "speakers", "kind": "document kinds", "agency": "agencies", "role": "roles"}
# A part of the weight that is worth a note.
_WORTH_A_NOTE = 0.1


def plural(column: str) -> str:
    """Return the word for the values of a column.

    Examples
    --------
    >>> plural("kind"), plural("venue")
    ('document kinds', 'values of venue')
    """
    return _PLURALS.get(column, f"values of {column}")


def part_table(by: tuple[str, ...], groups: Groups, seen: Array, numbers: Array) -> pd.DataFrame:
    """Return one row a part.

    Parameters
    ----------
    by, groups
        What was split by.
    seen
        Coded and all units by side and group, shape (2, groups, 2).
    numbers
        Estimate, low and high of content, mix by column, entry and exit by column and combination, in this order.
    """
    weights = seen[:, :, 1] / seen[:, :, 1].sum(axis=1, keepdims=True)
    stay = (int(groups.both.sum()), *weights[:, groups.both].sum(axis=1))
    inside = " within actors" if {"actor", "speaker"} <= set(by) else ""
    rows: list[tuple[object, ...]] = [("content", "", "content", *stay)]
    for column in by:
        rows.append(("mix", column, f"mix of {plural(column)}{inside if column == 'speaker' else ''}", *stay))
    for part, word, side in (("entry", "new", 1), ("exit", "lost", 0)):
        moved = groups.newness * (groups.there[side] & ~groups.both)[:, None]
        for place, column in enumerate((*by, COMBINATION)):
            values = "combinations" if column == COMBINATION else plural(column)
            counted = (int((moved[:, place] > 0).sum()), *(weights @ moved[:, place]))
            rows.append((part, column, f"{part}: {word} {values}", *counted))
    names = ["part", "column", "name", "n_groups", "weight_before", "weight_after"]
    table = pd.DataFrame(rows, columns=names).astype({"part": "str", "column": "str", "name": "str"})
    for place, name in enumerate(("estimate", "low", "high")):
        table.insert(3 + place, name, numbers[:, place])
    # Of one column there are no combinations.
    return table[(table["column"] != COMBINATION) | (len(by) > 1)].reset_index(drop=True)


def group_table(sides: Sides, groups: Groups, seen: Array, scale: float) -> pd.DataFrame:
    """Return one row a group: its weight and share on each side, and what it adds to the content part."""
    rates = np.divide(seen[..., 0], seen[..., 1], out=np.full(seen.shape[:2], np.nan), where=seen[..., 1] > 0)
    weights = seen[..., 1] / seen[..., 1].sum(axis=1, keepdims=True)
    of, n = groups.of_statement, len(groups.names)
    shown = {"weight_before": weights[0], "weight_after": weights[1]}
    staying = weights * groups.both
    staying /= np.maximum(staying.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return groups.names.assign(
        side=np.select([groups.both, groups.there[1]], ["both", "entry"], "exit").astype(object),
        n_before=np.bincount(of[: sides.n_before], minlength=n),
        n_after=np.bincount(of[sides.n_before :], minlength=n),
        **shown,
        share_before=rates[0] * scale,
        share_after=rates[1] * scale,
        content=staying.mean(axis=0) * (rates[1] - rates[0]) * scale,
    ).astype({"side": "str"})


def notes_of(sides: Sides, groups: Groups, seen: Array, by: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a reader must know of a decomposition, in sentences."""
    weights = seen[..., 1] / seen[..., 1].sum(axis=1, keepdims=True)
    notes = []
    if sides.empty:
        notes.append(f"Without statements: {', '.join(sides.empty)}.")
    alone = [float(weights[side, ~groups.both].sum()) for side in (0, 1)]
    if not groups.both.any():
        notes.append(
            "No group is on both sides, so content and mix cannot be told; entry and exit are counted from the mean of"
            " both shares. Name fewer columns in by."
        )
    elif max(alone) >= _WORTH_A_NOTE:
        notes.append(
            f"Groups on one side only hold {alone[0]:.0%} of the units before and {alone[1]:.0%} after; what they said"
            " is in entry and exit, not in content."
        )
    n = [np.bincount(groups.of_statement[rows], minlength=len(groups.names)) for rows in sides.rows]
    thin = groups.both & (np.minimum(n[0], n[1]) < FEW)
    if (part := float(weights[:, thin].mean(axis=0).sum())) >= _WORTH_A_NOTE:
        notes.append(
            f"{part:.0%} of the units are of groups with fewer than {FEW} statements on a side: the split of those"
            " between content and mix is uncertain, and the intervals say too little of it."
        )
    notes += few_notes(sides, sides.coded > 0)
    for column in by:
        unknown = (groups.names[column] == "unknown").to_numpy()
        if (part := float(weights[:, unknown].mean(axis=0).sum())) >= _WORTH_A_NOTE:
            notes.append(f"The {column} is unknown for {part:.0%} of the units; they count as one group.")
    return tuple(notes)


def few_notes(sides: Sides, coded: Array) -> list[str]:
    """Return what to say of sides with too few statements, or too few that carry the theme (``coded``)."""
    notes = []
    for name, rows in zip(("before", "after"), sides.rows, strict=True):
        n, n_coded = len(coded[rows]), int(coded[rows].sum())
        if n == 1:
            notes.append(f"One statement {name}: no intervals.")
        elif n_coded < FEW:
            notes.append(f"Statements with the theme {name}: {n_coded}, too few for the intervals to hold.")
    return notes
