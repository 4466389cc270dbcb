"""What was found, as a table and in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from aidememoire.changes.correction import benjamini_hochberg, holm
from aidememoire.changes.declared import Declared
from aidememoire.changes.finding import Finding
from aidememoire.changes.lines import Array
from aidememoire.choices import Measure, Period
from aidememoire.displays import shifts_html
from aidememoire.frames import TABLES, checked

__all__ = ["Answer", "Shifts", "shifts_table"]

_ORDER = ("trend", "known_break", "known_slope", "unknown_break")


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding, and the hypothesis it answers (and its number) if one was named beforehand."""

    row: Finding
    declared: Declared | None = None
    hypothesis: int = -1

    @property
    def p_value(self) -> float:
        """The p-value that is corrected for the other tests."""
        if self.declared is not None:
            return self.declared.p_value(self.row.p_value, self.row.after - self.row.before)
        return self.row.series_p if self.row.method == "unknown_break" else self.row.p_value

    @property
    def test(self) -> Hashable:
        """Which test it belongs to: all breaks that were sought in a line answer one."""
        row = self.row
        place = (-1, "") if row.method == "unknown_break" else (row.at, row.outside)
        return (row.method, row.line.theme, row.line.group, *place, self.hypothesis)


@dataclass(frozen=True, slots=True)
class Shifts:
    """Shifts of a series.

    Attributes
    ----------
    table
        The ``shifts`` table, with the columns of the series' ``by`` after ``coder``.
    by, period, measure, themes
        Of the series that was looked at.
    known, declared, level, least, autocorrelation, draws, seed
        What was asked for.
    n_explored, n_declared
        Tests that were corrected together.
    notes
        What a reader of the table must know.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    period: Period
    measure: Measure
    themes: tuple[str, ...]
    known: tuple[str, ...]
    declared: tuple[Declared, ...]
    level: float
    least: int
    autocorrelation: float
    draws: int
    seed: int
    n_explored: int
    n_declared: int
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Return the findings in words, declared hypotheses first; "no shift found" is one."""
        alpha = f"{100 * (1 - self.level):g}%"
        parts = []
        for declared, head in (
            (True, f"Declared beforehand: {_tests(self.n_declared)}, adjusted by Holm at {alpha}"),
            (False, f"Explored: {_tests(self.n_explored)}, false discovery rate held at {alpha} (Benjamini-Hochberg)"),
        ):
            rows = self.table[self.table["declared"] == declared]
            if len(rows):
                parts += [head, *(f"  {line}" for line in self._lines(rows, each=declared))]
        return "\n".join([*(parts or ["Nothing was tested."]), *self.notes])

    def _lines(self, rows: pd.DataFrame, *, each: bool) -> Iterable[str]:
        shifted = rows["finding"] == "shift"
        for row in _records(rows[shifted]):
            yield f"{self._name(row)}: {in_words(row, self.period)}"
        if each:
            for row in _records(rows[~shifted]):
                yield f"{self._name(row)}: {_tested_for(row)}: {row['finding']}{_p_value(row)}"
            return
        if not shifted.any():
            yield "no shift found"
        for finding, n in rows.loc[~shifted, "finding"].value_counts(sort=True).items():
            yield f"{finding}: {n:,} of {len(rows):,} rows"

    def _name(self, row: dict[str, object]) -> str:
        return ", ".join(str(row[column]) for column in ("theme", *self.by))

    def _repr_html_(self) -> str:
        asked = f"{_tests(self.n_explored)} explored, {_tests(self.n_declared)} declared beforehand"
        return shifts_html(self.table, self.by, asked, self.notes)


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _tests(n: int) -> str:
    return f"{n:,} test" if n == 1 else f"{n:,} tests"


def _tested_for(row: dict[str, object]) -> str:
    return "trend" if row["method"] == "trend" else f"{str(row['method']).replace('_', ' ')} {row['date']}"


def _p_value(row: Mapping[str, object]) -> str:
    q = float(str(row["q_value"]))
    if np.isnan(q):
        return ""
    return ", corrected p < 0.001" if q < 0.001 else f", corrected p = {q:.2g}"


def in_words(row: Mapping[str, object], period: str) -> str:
    """Return one row of the table in words: when, from what to what, with interval and corrected p-value."""
    before, after, change, low, high = (
        100 * float(str(row[name])) for name in ("before", "after", "difference", "difference_low", "difference_high")
    )
    size = f"{change:+.2g} points, 95% interval {low:+.2g} to {high:+.2g}{_p_value(row)}"
    if row["method"] == "trend":
        return f"trend from {before:.2g}% to {after:.2g}% ({size})"
    if row["method"] == "known_slope":
        return f"slope at {row['date']} from {before:+.2g} to {after:+.2g} points a {period} ({size})"
    when = f"break at {row['date']}"
    if row["method"] == "unknown_break":
        when += f" (between {row['low_date']} and {row['high_date']}; stability {float(str(row['stability'])):.2f})"
    return f"{when} from {before:.2g}% to {after:.2g}% ({size})"


def shifts_table(
    tested: list[Answer], themes: tuple[str, ...], by: tuple[str, ...], coder: str, level: float
) -> tuple[pd.DataFrame, int, int]:
    """Return the table, and how many explored and declared tests were corrected together."""
    ordered = sorted(
        tested,
        key=lambda each: (
            themes.index(each.row.line.theme), each.row.line.group, _ORDER.index(each.row.method), each.row.at,
        ),
    )  # fmt: skip
    corrected, n_explored = _corrected([each for each in ordered if each.declared is None], benjamini_hochberg)
    declared, n_declared = _corrected([each for each in ordered if each.declared is not None], holm)
    corrected |= declared
    rows = [_row(each, corrected.get(each.test, nan), coder, by, level) for each in ordered]
    types = dict.fromkeys(by, "str") | TABLES["shifts"]
    table = pd.DataFrame(rows, columns=list(types)).astype(types)
    return checked(table, "shifts", by), n_explored, n_declared


def _corrected(tested: list[Answer], how: Callable[[Array], Array]) -> tuple[dict[Hashable, float], int]:
    """Corrected p-value of each test that could be made, and their number."""
    raw = {each.test: each.p_value for each in tested if not np.isnan(each.p_value)}
    values = how(np.array(list(raw.values()), dtype=np.float64)) if raw else np.zeros(0)
    return dict(zip(raw, values.tolist(), strict=True)), len(raw)


def _row(each: Answer, corrected: float, coder: str, by: tuple[str, ...], level: float) -> dict[str, object]:
    row = each.row
    # A later break of a line is no surer than its own test.
    q_value = max(corrected, row.p_value) if row.method == "unknown_break" else corrected
    found = "shift" if q_value <= 1 - level else "no shift found"
    unsure = bool(row.reason) and row.method == "unknown_break"
    at, low_at, high_at = (
        row.line.labels[place] if place >= 0 and not unsure else None for place in (row.at, row.low_at, row.high_at)
    )
    sizes = (nan,) * 4 if unsure else (row.before, row.after, row.low, row.high)
    return {
        "theme": row.line.theme,
        "coder": coder,
        **dict(zip(by, row.line.group, strict=True)),
        "method": row.method,
        "date": row.outside or at,
        "low_date": low_at,
        "high_date": high_at,
        "before": sizes[0],
        "after": sizes[1],
        "difference": sizes[1] - sizes[0],
        "difference_low": sizes[2],
        "difference_high": sizes[3],
        "p_value": each.p_value if each.declared is not None else row.p_value,
        "q_value": q_value,
        "stability": row.stability,
        "declared": each.declared is not None,
        "finding": f"not testable: {row.reason}" if row.reason else found,
    }
