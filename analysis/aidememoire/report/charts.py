"""Charts of the HTML report: a series table as inline SVG panels, with the table behind them and words for each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from aidememoire.figures import rows_drawn
from aidememoire.figures.axis import TimeAxis, time_axis
from aidememoire.figures.notes import note_for
from aidememoire.figures.panels import Panel, highest, is_share, panel_of
from aidememoire.report.html_svg import Frame, Words, bars_svg, panel_svg
from aidememoire.report.payload import clean, count, percent

__all__ = ["Chart", "Drawn", "bar_chart", "group_columns", "overview_chart", "theme_chart"]

_STEPS = {1: "year", 2: "half-year", 4: "quarter", 12: "month"}
_FLAGS = {"no_data": "no data", "small_n": "few statements"}
# A chart of one panel has the width of the page.
_WIDE = Frame(width=600, height=220, strip=28, left=44)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One panel: its name, and the SVG as markup."""

    name: str
    svg: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure of the page.

    Attributes
    ----------
    panels
        In the order to show.
    columns, rows
        The table behind the chart as text, one row a point or gap; ``data-row`` of a point counts these rows.
    keys
        For each row its period and groups, as the series table names them.
    note
        Unit, denominator, coder, what the interval covers, and the signs that occur.
    """

    panels: tuple[Drawn, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[str, ...], ...]
    note: str


def group_columns(series: pd.DataFrame) -> list[str]:
    """Return the group columns of a ``series`` table: those between ``period`` and ``n_sentences``.

    Examples
    --------
    >>> from aidememoire import frames
    >>> group_columns(frames.empty("series"))
    []
    """
    columns = list(series.columns)
    return columns[columns.index("period") + 1 : columns.index("n_sentences")]


def theme_chart(series: pd.DataFrame, theme: str, title: str, ident: str) -> Chart | None:
    """Return the chart of one theme, a panel per group with one vertical axis; ``None`` without rows.

    Parameters
    ----------
    series
        A ``series`` table. The groups drawn are those of `aidememoire.figures.rows_drawn`.
    theme, title
        Its id and what it is called.
    ident
        Begins every id inside the chart.
    """
    whole = series[series["theme"] == theme]
    if whole.empty:
        return None
    rows = rows_drawn(whole)
    groups = group_columns(series)
    if groups:
        parts = [(" · ".join(map(str, key)), part) for key, part in rows.groupby(groups, sort=True, dropna=False)]
    else:
        parts = [("", rows)]
    n_groups = len(whole.drop_duplicates(groups)) if groups else 1
    return _chart(rows, parts, groups, title, ident, n_groups=n_groups)


def overview_chart(pooled: pd.DataFrame, titles: Mapping[str, str], ident: str) -> Chart | None:
    """Return a small panel per theme, groups pooled, each with its own vertical axis; ``None`` without rows.

    Parameters
    ----------
    pooled
        A ``series`` table without group columns.
    titles
        Theme id to title, in the order to draw.
    ident
        Begins every id inside the chart.
    """
    rows = pooled[pooled["theme"].isin(list(titles))]
    if rows.empty:
        return None
    parts = [(title, rows[rows["theme"] == theme].assign(theme=title)) for theme, title in titles.items()]
    return _chart(rows, parts, ["theme"], "", ident, own_axes=True)


def bar_chart(bars: Sequence[tuple[str, float]], label: str, ident: str) -> str:
    """Return the number of statements by period as SVG, or nothing where there is none."""
    if not any(value for _, value in bars):
        return ""
    axis = time_axis(name for name, _ in bars)
    tallest = max(bars, key=lambda bar: bar[1])
    words = Words(
        ident,
        f"Statements read by {label}",
        f"Bar chart, {bars[0][0]} to {bars[-1][0]}. The most are {count(tallest[1])} in {tallest[0]}.",
    )
    return bars_svg(bars, axis, words)


def _chart(
    rows: pd.DataFrame,
    parts: Sequence[tuple[str, pd.DataFrame]],
    groups: Sequence[str],
    title: str,
    ident: str,
    *,
    n_groups: int = 1,
    own_axes: bool = False,
) -> Chart:
    measure = str(rows["measure"].iloc[0])
    axis = time_axis(rows["period"].unique())
    denominator = "n_statements" if measure == "statements" else "n_sentences"
    panels = [panel_of(part, axis, clean(name), denominator) for name, part in parts]
    tops = [highest([panel]) for panel in panels] if own_axes else [highest(panels)] * len(panels)
    ordered = [part.assign(_at=part["period"].map(axis.position)).sort_values("_at") for _, part in parts]
    behind = pd.concat(ordered)
    drawn, row = [], itertools.count()
    for number, (panel, part) in enumerate(zip(panels, ordered, strict=True)):
        places = {int(at): next(row) for at in part["_at"]}
        name = ", ".join(text for text in (title, panel.title) if text)
        words = Words(f"{ident}p{number}", name, _described(panel, axis, measure))
        frame = _WIDE if len(panels) == 1 else Frame()
        svg = panel_svg(panel, axis, words, places, top=tops[number], percent=is_share(measure), frame=frame)
        drawn.append(Drawn(panel.title, svg))
    # The page names fonts for every script; what the fonts of the paper lack is not lacking here.
    unnamed = [replace(panel, title="") for panel in panels]
    return Chart(
        panels=tuple(drawn),
        columns=(*(clean(each).replace("_", " ") for each in groups), "period", *_columns(measure)),
        rows=tuple(_cells(each, groups, measure) for each in behind.to_dict("records")),
        keys=tuple(tuple(map(str, key)) for key in behind[["period", *groups]].to_numpy()),
        note=note_for(rows, unnamed, tops=tops, n_groups=n_groups, own_axes=own_axes),
    )


def _columns(measure: str) -> tuple[str, ...]:
    value = "share" if is_share(measure) else clean(measure)
    words = ("words",) if measure == "per 1,000 words" else ()
    return (value, "95% interval", "coded", "sentences", *words, "statements", "note")


def _cells(row: Mapping[Any, Any], groups: Sequence[str], measure: str) -> tuple[str, ...]:
    words = (count(float(row["n_words"])),) if measure == "per 1,000 words" else ()
    return (
        *(clean(str(row[each])) for each in groups),
        clean(str(row["period"])),
        _number(row["share"], measure),
        _interval(row["low"], row["high"], measure),
        count(row["n_coded"]),
        count(row["n_sentences"]),
        *words,
        count(row["n_statements"]),
        "one statement, no interval" if _is_lone(row) else _FLAGS.get(str(row["flag"]), ""),
    )


def _is_lone(row: Mapping[Any, Any]) -> bool:
    return math.isfinite(row["share"]) and not math.isfinite(row["low"])


def _number(value: float, measure: str) -> str:
    if is_share(measure) or math.isnan(value):
        return percent(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _interval(low: float, high: float, measure: str) -> str:
    if math.isnan(low) or math.isnan(high):
        return "–"
    return f"{_number(low, measure)} to {_number(high, measure)}"


def _described(panel: Panel, axis: TimeAxis, measure: str) -> str:
    """What the panel shows, for readers who cannot see it."""
    known = np.flatnonzero(np.isfinite(panel.share))
    if not len(known):
        return "No data."
    names = {place: period for period, place in axis.position.items()}
    most, least = (int(known[pick(panel.share[known])]) for pick in (np.argmax, np.argmin))

    def at(k: int) -> str:
        return f"{_number(panel.share[k], measure)} in {clean(names[int(panel.x[k])])}"

    unit = f"share of {measure}" if is_share(measure) else f"coded sentences {clean(measure)}"
    n_gaps = sum(int(place) in names and math.isnan(share) for place, share in zip(panel.x, panel.share, strict=True))
    parts = [
        f"Line chart of the {unit} by {_STEPS.get(axis.per_year, 'period')} with 95% intervals, {len(known)} points "
        f"from {clean(names[int(panel.x[known[0]])])} to {clean(names[int(panel.x[known[-1]])])}.",
        f"Highest: {at(most)}. Lowest: {at(least)}. Last: {at(int(known[-1]))}.",
        f"Without data: {n_gaps}." if n_gaps else "",
        f"On few statements: {int(panel.small.sum())}." if panel.small.any() else "",
        "Every value stands in the table below.",
    ]
    return " ".join(part for part in parts if part)
