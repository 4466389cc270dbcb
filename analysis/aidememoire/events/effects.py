"""Differences between the days around an event and reference days, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aidememoire.events.entries import ROUNDS
from aidememoire.events.placing import NOWHERE, Placed, Said
from aidememoire.events.within import Within, within_strata

__all__ = ["LEVEL", "Compared", "compare", "days_table", "effects_table"]

Array = np.ndarray[Any, np.dtype[Any]]
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Compared:
    """Statements of occasions that have reference days and others.

    Attributes
    ----------
    occasion, group
        Number of the occasion, and of the bin (``NOWHERE``: reference days), of each statement.
    size, coded
        Units of the measure, and coded ones.
    correlation
        Intraclass correlation of statements.
    n_occasions
        How many there are.
    """

    occasion: Array
    group: Array
    size: Array
    coded: Array
    correlation: float
    n_occasions: int

    def difference(self) -> float:
        """Return the difference between bin 0 and the reference days, which is all there is of it with ``whole``.

        Notes
        -----
        With one bin the regression of ``within_strata`` is the mean of the occasions' differences with the weights
        ``s t / (s + t)``, s and t the sentences on either side; random shifts need it often.
        """
        n = int(self.occasion.max(initial=NOWHERE)) + 1
        inside = self.group == 0
        size, coded = (
            np.stack([np.bincount(self.occasion[part], values[part], n) for part in (~inside, inside)])
            for values in (self.size, self.coded)
        )
        seen = (size > 0).all(axis=0)
        size, coded = size[:, seen], coded[:, seen]
        weight = size.prod(axis=0) / size.sum(axis=0)
        gap = coded[1] / size[1] - coded[0] / size[0]
        return float((weight * gap).sum() / weight.sum())

    def reference_share(self) -> float:
        """Return the share on reference days."""
        away = self.group == NOWHERE
        return float(self.coded[away].sum() / self.size[away].sum())

    def estimated(self, group: Array, n_groups: int, contrasts: Array) -> tuple[Within, Array]:
        """Return estimates, and half the length of their intervals."""
        x = (group[:, None] == np.arange(n_groups)).astype(np.float64)
        found = within_strata(self.coded / self.size, x, self.size, self.occasion, contrasts)
        worth = (self.size / (1 + (self.size - 1) * self.correlation)).sum()
        share = (self.coded.sum() / self.size.sum() * worth + 2) / (worth + 4)
        noise = share * (1 - share) * (1 + (self.size - 1) * self.correlation) / self.size
        return found, found.half_width(noise, LEVEL)

    def counted(self, inside: Array) -> dict[str, int]:
        """Return the counts of a row for the statements in ``inside``."""
        return {
            "n_occasions": len(np.unique(self.occasion[inside])),
            "n_statements": int(inside.sum()),
            "n_sentences": int(self.size[inside].sum()),
            "n_coded": int(self.coded[inside].sum()),
        }


def compare(said: Said, placed: Placed, in_bin: Array, correlation: float, *, whole: bool = False) -> Compared:
    """Return the statements to be compared, by bin, or with ``whole`` the event's own window as the only bin."""
    group = np.where(placed.inside, 0, NOWHERE) if whole else in_bin
    # A day of the event's own window in no bin is nobody's reference.
    reference = (in_bin == NOWHERE) & ~placed.inside & (placed.occasion != NOWHERE)
    used = reference | (group != NOWHERE)
    both = np.ones(int(placed.occasion.max(initial=NOWHERE)) + 1, dtype=bool)
    for part in (reference, group != NOWHERE):
        both &= np.bincount(placed.occasion[part], minlength=len(both)) > 0
    used[used] = both[placed.occasion[used]]
    return Compared(placed.occasion[used], group[used], said.size[used], said.coded[used], correlation, int(both.sum()))


def days_table(compared: Compared, spans: tuple[tuple[int, int], ...], kind: str) -> pd.DataFrame:
    """Return the rows of ``EventStudy.days`` of one kind."""
    rows: list[dict[str, object]] = []
    counts = [compared.counted(compared.group == number) for number in range(len(spans))]
    estimate, half = np.full((2, len(spans)), np.nan)
    if compared.n_occasions:
        found, width = compared.estimated(compared.group, len(spans), np.eye(len(spans)))
        estimate, half = found.estimate, width
    for number, (first, last) in enumerate(spans):
        row = {"kind": kind, "first_day": first, "last_day": last}
        rows.append(row | _told(estimate[number], half[number], counts[number]["n_occasions"]) | counts[number])
    return _typed(pd.DataFrame(rows))


def effects_table(compared: Compared, rounds: Array, placebo: Compared) -> pd.DataFrame:
    """Return the rows of ``EventStudy.effects``; ``rounds`` is the number of the ``Round`` of each occasion."""
    rows = [_whole("all", compared)]
    group = np.where(compared.group == 0, rounds[compared.occasion], NOWHERE)
    # One row each for the three kinds of year, then minor and major against ordinary ones.
    contrasts = np.column_stack([np.eye(3), [-1, 1, 0], [-1, 0, 1]])
    found, half = compared.estimated(group, 3, contrasts)
    p_values = found.p_values(half, LEVEL)
    names = [*ROUNDS, *(f"{name} - {ROUNDS[0]}" for name in ROUNDS[1:])]
    for number, name in enumerate(names):
        counts = [compared.counted(group == kind) for kind in np.flatnonzero(contrasts[:, number])]
        told = _told(found.estimate[number], half[number], min(each["n_occasions"] for each in counts))
        total = {key: sum(each[key] for each in counts) for key in counts[0]}
        rows.append({"contrast": name} | told | {"p_value": p_values[number]} | total)
    table = pd.DataFrame([*rows, _whole("placebo", placebo)])
    return _typed(table.assign(p_value=table["p_value"].where(table["flag"] == "")))


def _whole(name: str, compared: Compared) -> dict[str, object]:
    """Return the row of the whole window against the reference days."""
    counts = compared.counted(compared.group == 0)
    if not compared.n_occasions:
        return {"contrast": name} | _told(np.nan, np.nan, 0) | {"p_value": np.nan} | counts
    found, half = compared.estimated(compared.group, 1, np.eye(1))
    told = _told(found.estimate[0], half[0], compared.n_occasions)
    return {"contrast": name} | told | {"p_value": found.p_values(half, LEVEL)[0]} | counts


def _told(estimate: float, half: float, n_occasions: int) -> dict[str, object]:
    """Return estimate and interval as far as so many occasions tell them."""
    if n_occasions == 0:
        return {"difference": np.nan, "low": np.nan, "high": np.nan, "flag": "no_data"}
    if n_occasions == 1:
        # One occasion says nothing of how occasions differ.
        return {"difference": estimate, "low": np.nan, "high": np.nan, "flag": "one_occasion"}
    return {"difference": estimate, "low": estimate - half, "high": estimate + half, "flag": ""}


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    texts = {column: "str" for column in ("kind", "contrast", "flag") if column in table}
    numbers = {column: "float64" for column in ("difference", "low", "high", "p_value") if column in table}
    columns = [column for column in table if column != "flag"]
    return table.astype(texts | numbers)[[*columns, "flag"]]
