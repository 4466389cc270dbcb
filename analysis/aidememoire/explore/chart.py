"""Points of a series as places in a panel; a template draws them as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aidememoire.explore.filters import Filters, Scope

__all__ = ["Cell", "Panel", "Place", "cells", "panels", "written"]

WIDTH, HEIGHT = 360, 140
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 18, 10, 22
_WIDEST, _DENSE = 24, 8
_SHARES = ("sentences", "statements")
_FIXED = {
    "theme", "coder", "coding", "voices", "measure", "weighting", "period", "n_sentences", "n_words", "n_statements",
    "n_coded", "share", "low", "high", "corrected_share", "corrected_low", "corrected_high", "flag",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One point: what it says in words, and the query string of its sentences.

    ``value`` is None where there is no data, ``text`` says so then.
    """

    period: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    small: bool
    n_coded: int
    n_sentences: int
    text: str
    told: str
    query: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point in the panel, in units of the drawing."""

    cell: Cell
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing: its points, the line through neighbours, the labels of both axes.

    ``column`` is the width in which a click is a click on a point, ``dot`` the radius of one.
    """

    title: str
    places: tuple[Place, ...]
    lines: tuple[str, ...]
    periods: tuple[tuple[float, str], ...]
    top: str
    column: float
    dot: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    upper: int = _TOP
    lower: int = HEIGHT - _BOTTOM


def cells(rows: Sequence[Mapping[str, Any]], scope: Scope) -> list[Cell]:
    """Return the points of rows of ``points`` or ``overview``; a group's name joins its columns."""
    return [_cell(row, scope) for row in rows]


def panels(found: Sequence[Cell], measure: str) -> list[Panel]:
    """Return a panel a group, in the order of the groups; all have the same axes.

    Parameters
    ----------
    found
        As ``cells`` returns them, of one theme.
    measure
        What the study asked for; shares are written in percent.
    """
    axis = {period: number for number, period in enumerate(sorted({cell.period for cell in found}))}
    groups: dict[str, list[Cell]] = {}
    for cell in found:
        groups.setdefault(cell.group, []).append(cell)
    top = _top(found)
    return [_panel(name, each, axis, top, measure) for name, each in groups.items()]


def written(value: float | None, measure: str) -> str:
    """Return a value as people read it.

    Examples
    --------
    >>> written(0.0512, "sentences"), written(0.0016, "sentences"), written(12.0, "counts")
    ('5.1%', '0.16%', '12')
    """
    if value is None:
        return "no data"
    if measure in _SHARES:
        return f"{100 * value:.{2 if 0 < value < 0.00995 else 1}f}%"
    return f"{value:,.0f}" if measure == "counts" else f"{value:.2f}"


def _cell(row: Mapping[str, Any], scope: Scope) -> Cell:
    columns = [name for name in row if name not in _FIXED]
    group = " · ".join(str(row[name]) for name in columns)
    value = None if row["flag"] == "no_data" else row["share"]
    measure = row["measure"]
    interval = ""
    if row["low"] is not None and row["high"] is not None:
        interval = f" (95% interval {written(row['low'], measure)} to {written(row['high'], measure)})"
    of = f"{row['n_sentences']:,} sentences in {row['n_statements']:,} statements"
    what = f"{row['n_coded']:,} of {of}" if measure == "sentences" else f"{row['n_coded']:,} coded; {of}"
    text = written(value, measure)
    place = f"{row['period']}, {group}" if group else row["period"]
    period = {} if row["period"] == "all" else {"period": row["period"]}
    asked = Filters(theme=row["theme"], scope=scope).but(**period, **{name: str(row[name]) for name in columns})
    return Cell(
        period=row["period"],
        group=group,
        value=value,
        low=row["low"],
        high=row["high"],
        small=row["flag"] == "small_n",
        n_coded=row["n_coded"],
        n_sentences=row["n_sentences"],
        text=text,
        told=f"{place}: {text}{interval}; {what}" if value is not None else f"{place}: no data",
        query=asked.query(),
    )


def _top(found: Sequence[Cell]) -> float:
    """The end of the y axis: over every value, and over the intervals as far as they are not absurdly wide."""
    values = [cell.value for cell in found if cell.value is not None]
    highs = [cell.high for cell in found if cell.high is not None]
    top = max([*values, 0.0])
    return max(top, min(max([*highs, 0.0]), 2 * top)) * 1.05 or 1.0


def _panel(name: str, found: Sequence[Cell], axis: Mapping[str, int], top: float, measure: str) -> Panel:
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(axis) - 1)

    def x(period: str) -> float:
        return round(_LEFT + step * axis[period] if len(axis) > 1 else (_LEFT + WIDTH - _RIGHT) / 2, 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - min(value, top) / top * (HEIGHT - _TOP - _BOTTOM), 1)

    places = [
        Place(cell, x(cell.period), y(cell.value), y(_or(cell.low, cell.value)), y(_or(cell.high, cell.value)))
        for cell in sorted(found, key=lambda cell: axis[cell.period])
        if cell.value is not None
    ]
    return Panel(
        title=name,
        places=tuple(places),
        lines=tuple(_lines(places, axis)),
        periods=tuple(_ticks(axis, x)),
        top=written(top, measure),
        column=round(min(step, _WIDEST), 1),
        dot=3 if step > _DENSE else 2,
    )


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _lines(places: Sequence[Place], axis: Mapping[str, int]) -> list[str]:
    """A line stops where a period has no data."""
    lines: list[list[str]] = []
    last = -2
    for place in places:
        at = axis[place.cell.period]
        if at != last + 1:
            lines.append([])
        lines[-1].append(f"{place.x},{place.y}")
        last = at
    return [" ".join(each) for each in lines if len(each) > 1]


def _ticks(axis: Mapping[str, int], x: Any) -> list[tuple[float, str]]:
    """The first and the last period, and as many between as can be read."""
    periods = list(axis)
    between = max(1, (len(periods) - 1 + 3) // 4)
    chosen = [period for number, period in enumerate(periods[:-1]) if number % between == 0]
    if len(chosen) > 1 and axis[periods[-1]] - axis[chosen[-1]] < between / 2:
        chosen.pop()
    return [(x(period), period) for period in [*chosen, *periods[-1:]]]
