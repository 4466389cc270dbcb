"""What moved, in words made from the numbers: every shift with its interval, and "no shift found" where so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aidememoire.changes.results import in_words
from aidememoire.report.model import Findings

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.changes import Shifts

__all__ = ["findings_of"]

# Of one theme; the rest stands in shifts.csv.
MAX_LINES = 3
# Of what was explored over all themes.
MAX_EXPLORED = 24


def findings_of(shifts: Shifts, titles: Mapping[str, str]) -> Findings:
    """Return the shifts of a run in words.

    Parameters
    ----------
    shifts
        As ``aidememoire.shifts`` returns them.
    titles
        Title of each theme to be spoken of, in the order of the report.
    """
    table = shifts.table[shifts.table["theme"].isin(list(titles))]
    declared = table[table["declared"]]
    explored = table[~table["declared"]]
    found = _largest_first(explored[explored["finding"] == "shift"])
    lines = [_line(row, shifts, titles, name=True) for row in _records(found)]
    left = len(lines) - MAX_EXPLORED
    return Findings(
        lead=_lead(shifts),
        declared=tuple(_line(row, shifts, titles, name=True) for row in _records(declared)),
        explored=(*lines[:MAX_EXPLORED], *([f"And {left} more, see shifts.csv."] if left > 0 else []))
        or ("No shift found.",),
        notes=shifts.notes,
        themes={theme: _of_theme(table[table["theme"] == theme], shifts, titles) for theme in titles},
    )


def _lead(shifts: Shifts) -> str:
    share = f"{100 * (1 - shifts.level):g}%"
    parts = []
    if shifts.n_declared:
        parts.append(f"Hypotheses declared beforehand: {shifts.n_declared:,}, adjusted by Holm's method at {share}.")
    parts.append(
        f"Explored: {shifts.n_explored:,} tests of trends and breaks; of those reported here {share} may be false"
        " (rate held by the method of Benjamini and Hochberg). Dates and sizes have 95% intervals. What such tests"
        " cannot say is in docs/shifts.md."
    )
    return " ".join(parts)


def _of_theme(rows: pd.DataFrame, shifts: Shifts, titles: Mapping[str, str]) -> tuple[str, ...]:
    shifted = rows[rows["finding"] == "shift"]
    lines = [_line(row, shifts, titles, name=False) for row in _records(_largest_first(shifted))]
    if len(lines) > MAX_LINES:
        return (*lines[:MAX_LINES], f"and {len(lines) - MAX_LINES} more, see shifts.csv")
    tested = rows[~rows["finding"].str.startswith("not testable")]
    if lines:
        return tuple(lines)
    return ("no shift found",) if len(tested) else ("not testable: see shifts.csv",)


def _largest_first(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order]


def _line(row: Mapping[str, Any], shifts: Shifts, titles: Mapping[str, str], *, name: bool) -> str:
    group = ", ".join(str(row[column]) for column in shifts.by)
    head = ", ".join(part for part in (titles[row["theme"]] if name else "", group) if part)
    said = in_words(row, shifts.period)
    return f"{head}: {said}" if head else said


def _records(rows: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
