"""What the specifications of a finding say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["CHOICES", "Summary", "summarised"]

CHOICES = ("voices", "codes", "coder", "measure", "count", "weighting", "without_rule")


@dataclass(frozen=True, slots=True)
class Summary:
    """How far a finding hangs on choices.

    Attributes
    ----------
    n
        Distinct specifications with an estimate.
    n_same_sign
        Those whose estimate has the sign of the baseline.
    n_beyond_zero, n_against
        Those whose interval leaves out 0 on the side of the baseline's sign, and on the other side.
    n_without
        Specifications without data on a side.
    moves
        One row a choice with more than one value: choice, moves, from_value, to_value. How far estimates lie apart on
        average when this choice alone is changed, in relative change (see ``Robustness``), largest first; and between
        which values they lie apart most.
    """

    n: int
    n_same_sign: int
    n_beyond_zero: int
    n_against: int
    n_without: int
    moves: pd.DataFrame

    def __str__(self) -> str:
        """One paragraph for a report."""
        if not self.n:
            return "No specification has data on both sides."
        parts = [
            f"{self.n_same_sign} of {self.n} distinct specifications have the sign of the baseline;"
            f" the interval of {self.n_beyond_zero} leaves out 0 on its side, and of {self.n_against} on the other."
        ]
        if self.n_without:
            parts.append(f"{self.n_without} have no data on a side.")
        moving = self.moves[self.moves["moves"] > 0]
        if len(moving):
            parts.append(f"The choice that moves the estimate most is {_said(moving.iloc[0])}.")
        if len(moving) > 1 and moving["choice"].iloc[0] == "measure":
            # Shares of statements rise less than shares of sentences by their nature.
            parts.append(f"Within one measure it is {_said(moving.iloc[1])}.")
        return " ".join(parts)


def _said(move: pd.Series[Any]) -> str:
    return f"{str(move['choice']).replace('_', ' ')} ({move['from_value'] or 'none'} to {move['to_value'] or 'none'})"


def summarised(table: pd.DataFrame) -> Summary:
    """Return the summary of a table of specifications, whose first row is the baseline."""
    known = table[table["estimate"].notna()]
    rows = known[known["distinct"]]
    sign = np.sign(table["estimate"].iloc[0])
    same = np.sign(rows["estimate"]) == sign
    beyond = {1: rows["low"] > 0, -1: rows["high"] < 0}
    n_beyond, n_against = (int(beyond[side].sum()) if sign else 0 for side in (int(sign) or 1, -int(sign) or -1))
    return Summary(
        n=len(rows),
        n_same_sign=int(same.sum()),
        n_beyond_zero=n_beyond,
        n_against=n_against,
        n_without=len(table) - len(known),
        moves=_moves(known),
    )


def _moves(known: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for choice in CHOICES:
        others = [name for name in CHOICES if name != choice]
        if known[choice].nunique() < 2:
            continue
        apart = known.pivot_table(index=others, columns=choice, values="relative", aggfunc="first", observed=True)
        apart = apart[apart.notna().sum(axis=1) > 1]
        if apart.empty:
            continue
        spread = (apart.max(axis=1) - apart.min(axis=1)).mean()
        means = apart.mean()
        ends = (str(means.idxmin()), str(means.idxmax())) if spread > 0 else ("", "")
        rows.append((choice, float(spread), *ends))
    table = pd.DataFrame(rows, columns=["choice", "moves", "from_value", "to_value"])
    table = table.astype({"choice": "str", "moves": "float64", "from_value": "str", "to_value": "str"})
    return table.sort_values("moves", ascending=False, kind="stable", ignore_index=True)
