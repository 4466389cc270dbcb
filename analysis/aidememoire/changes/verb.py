"""The verb of this package: a series to its dated shifts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.aggregate import units_of
from aidememoire.changes.declared import Declared, label_of
from aidememoire.changes.finding import Finding, Method
from aidememoire.changes.known import known_breaks
from aidememoire.changes.lines import Array, Line, lines_of
from aidememoire.changes.results import Answer, Shifts, shifts_table
from aidememoire.changes.trend import trend_of
from aidememoire.changes.unknown import Search, unknown_breaks
from aidememoire.errors import SeriesError
from aidememoire.resampling import resampled

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["shifts"]


def shifts(
    series: Series,
    *,
    themes: Sequence[str] | None = None,
    known: Sequence[str] = (),
    declared: Sequence[Declared] = (),
    unknown: bool = True,
    trend: bool = True,
    slope: bool = False,
    draws: int = 1_000,
    seed: int = 1,
    level: float = 0.95,
    least: int = 3,
    autocorrelation: float = 0.3,
) -> Shifts:
    r"""Return the dated changes of a series: trends, breaks at given dates, breaks that the data tell.

    Parameters
    ----------
    series
        Shares of sentences or statements, ``weighting="sentence"``, ``window=1``. Each theme of each group is looked at
        by itself.
    themes
        Which themes; all if not given.
    known
        Dates at which to test for a break, for every theme and group, as exploration. The period that holds the date is
        the first after the break.
    declared
        Hypotheses named beforehand. They stand apart in the table and are corrected apart.
    unknown, trend
        Whether to look for breaks at dates that are not given, and for trends.
    slope
        Give each segment between known dates a slope of its own, and report the slopes too.
    draws
        Simulated level lines for a p-value, and resamples of statements for a stability.
    seed
        From where they are drawn.
    level
        Of the intervals; 1 - level is the rate of false claims.
    least
        Periods that a segment between unknown breaks has at least.
    autocorrelation
        How much a period's own noise is taken to carry over to the next one at least, in the search for unknown breaks.
        More is taken where the residuals show more.

    Raises
    ------
    SeriesError
        If the series has no shares, is weighted or slid, has no such theme, or an option is out of its range.

    Notes
    -----
    Methods, formulas and what simulations say of them: docs/shifts.md. ``finding`` is ``shift`` where the corrected
    p-value (``q_value``) is at most 1 - level: Benjamini-Hochberg over everything explored in this call, Holm over
    what was declared.

    Examples
    --------
    Four statements of 50 sentences a year, of which 2 carry the theme until 2009 and 6 from then on:

    >>> import pandas as pd
    >>> from aidememoire.shares import Series
    >>> counts = pd.DataFrame([(str(2000 + n // 4), 2 if n < 36 else 6) for n in range(72)], columns=["period", "past"])
    >>> whole = Series(
    ...     table=pd.DataFrame({"corrected_share": []}), counts=counts.assign(n_sentences=50), themes=("past",),
    ...     period="year", by=(), voices="all", codes="strict", stances="all", measure="sentences", count="statements",
    ...     weighting="sentence", window=1, coder="rules", correlation={"past": 0.0}, n_undated=0, n_duplicates=0)
    >>> print(shifts(whole, trend=False).summary().replace(" (", "\n("))
    Explored: 1 test, false discovery rate held at 5%
    (Benjamini-Hochberg)
      past: break at 2009
    (between 2009 and 2009; stability 1.00) from 4% to 12%
    (+8 points, 95% interval +6.1 to +9.9, corrected p < 0.001)
    """
    chosen = _checked(series, themes, declared, draws, level, least, autocorrelation)
    unit = series.measure
    search = Search(least, autocorrelation, draws, seed, level, unit)
    dates = {label_of(date, series.period): None for date in known}
    named = [label_of(each.date, series.period) if each.date else "" for each in declared]
    tested: list[Answer] = []
    by_group = sorted(lines_of(series, chosen), key=lambda line: line.first_cell)
    redrawn = _Redrawn(series, chosen, draws, seed)
    for line in by_group:
        own = [(n, each, named[n]) for n, each in enumerate(declared) if each.concerns(line, series.by)]
        broken = _broken(line, [*dates, *(label for _, _, label in own if label)], slope=slope, level=level, unit=unit)
        trended = trend_of(line, level=level, unit=unit) if trend or any(not label for _, _, label in own) else None
        answers: set[tuple[Method, str]] = set()
        for number, each, label in own:
            row = broken["known_break", label] if label else trended
            if row is not None:
                tested.append(Answer(row, each, number))
                answers.add((row.method, label))
        explored = [row for (method, label), row in broken.items() if (method, label) not in answers]
        explored += [trended] if trend and trended is not None and ("trend", "") not in answers else []
        explored += unknown_breaks(line, search, redrawn) if unknown else []
        tested += [Answer(row) for row in explored]
    table, n_explored, n_declared = shifts_table(tested, chosen, series.by, series.coder, level)
    return Shifts(
        table=table, by=series.by, period=series.period, measure=series.measure, themes=chosen, known=tuple(dates),
        declared=tuple(declared), level=level, least=least, autocorrelation=autocorrelation, draws=draws, seed=seed,
        n_explored=n_explored, n_declared=n_declared, notes=tuple(_notes(series, by_group)),
    )  # fmt: skip


def _checked(
    series: Series,
    themes: Sequence[str] | None,
    declared: Sequence[Declared],
    draws: int,
    level: float,
    least: int,
    autocorrelation: float,
) -> tuple[str, ...]:
    """Return the themes to look at, in the order of the series."""
    series.require_plain_shares("shifts")
    if series.period == "all":
        raise SeriesError(
            "shifts: period 'all' is one period, in which nothing can change; give a series by year or finer"
        )
    asked = set(series.themes if themes is None else [themes] if isinstance(themes, str) else themes)
    for theme in [*asked, *(each.theme for each in declared)]:
        if theme not in series.themes:
            raise SeriesError(f"shifts: no theme {theme!r} in the series; it has {', '.join(series.themes)}")
    for column in (column for each in declared for column in each.group):
        if column not in series.by:
            has = ", ".join(series.by) or "none"
            raise SeriesError(f"shifts: a hypothesis names the group column {column!r}; the series has {has}")
    for name, value, low, high in (
        ("draws", draws, 99, 1_000_000), ("level", level, 0.5, 0.9999), ("least", least, 2, 100),
        ("autocorrelation", autocorrelation, 0.0, 0.9),
    ):  # fmt: skip
        if not low <= value <= high:
            raise SeriesError(f"shifts: {name} must be from {low:g} to {high:g}; {value!r} was given")
    wanted = asked | {each.theme for each in declared}
    return tuple(theme for theme in series.themes if theme in wanted)


def _broken(
    line: Line, dates: Iterable[str], *, slope: bool, level: float, unit: str
) -> dict[tuple[Method, str], Finding]:
    """Findings of one line at given dates, by method and period."""
    place = {label: position for position, label in enumerate(line.labels)}
    at = sorted({place[date] for date in dates if date in place})
    rows = known_breaks(line, at, slope=slope, level=level, unit=unit)
    found: dict[tuple[Method, str], Finding] = {(row.method, line.labels[row.at]): row for row in rows}
    for date in dates:
        if date not in place:
            reason = "the date lies outside the data"
            found["known_break", date] = Finding(line, "known_break", reason, outside=date)
    return found


class _Redrawn:
    """Shares of a line over resampled statements; those of one group are kept, for all its themes."""

    def __init__(self, series: Series, themes: tuple[str, ...], draws: int, seed: int):
        self._series, self._themes, self._draws, self._seed = series, themes, draws, seed
        self._group, self._sums = -1, np.zeros(0)
        self._values: Array | None = None

    def __call__(self, line: Line) -> Array:
        if line.first_cell != self._group:
            self._group, self._sums = line.first_cell, self._draw(line)
        at = 2 * self._themes.index(line.theme)
        coded, size = self._sums[:, :, at], self._sums[:, :, at + 1]
        # A draw may hold none of the few statements that a theme's rules read.
        shares: Array = np.divide(coded, size, out=np.tile(line.share, (self._draws, 1)), where=size > 0)
        return shares

    def _draw(self, line: Line) -> Array:
        if self._values is None:
            units = [units_of(self._series.counts, theme, self._series.measure) for theme in self._themes]
            self._values = np.column_stack([unit[name] for unit in units for name in ("coded", "size")])
            self._cells = self._series.cells()[1]
        n_periods = len(line.labels)
        own = self._cells // n_periods == line.first_cell // n_periods
        cells = self._cells[own] - line.first_cell
        return resampled(self._values[own], cells, n_periods, self._draws, self._seed + line.first_cell)


def _notes(series: Series, lines: list[Line]) -> Iterable[str]:
    gaps = sum(int((np.diff(line.there) > 1).any()) for line in lines)
    if gaps:
        yield (
            f"Lines with gaps: {gaps} of {len(lines)}. Breaks are sought inside stretches of data only, and a trend"
            " over a gap does not say that the corpus is the same on both sides."
        )
    if series.table["corrected_share"].notna().any():
        yield "Shifts are those of the codes as they are, not of the corrected shares."
