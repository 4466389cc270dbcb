"""The specification curve: a finding under every choice, estimates in order and the choices below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.axis import text_width
from aidememoire.figures.layout import Layout, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aidememoire.speccurve import Robustness

__all__ = ["curve_rows", "plot_robustness"]

Array = np.ndarray[Any, np.dtype[Any]]

_ROW = 0.125  # inches
_SIZE = 5.6
_LONGEST = 34  # characters of the name of a choice
# As the table calls a choice, and as the figure does.
_CHOICES = {
    "voices": "voices",
    "codes": "codes",
    "coder": "coder",
    "count": "count",
    "weighting": "weight",
    "without_rule": "without",
}
_UNITS = {"sentences": "share of sentences", "statements": "share of statements", "words": "per 1,000 words"}


def curve_rows(robustness: Robustness) -> pd.DataFrame:
    """Return exactly the rows that `plot_robustness` draws: distinct ones with an estimate, by measure and size."""
    table = robustness.table
    rows = table[table["distinct"] & table["estimate"].notna()]
    place = rows["measure"].map({measure: number for number, measure in enumerate(rows["measure"].unique())})
    order = rows.assign(place=place).sort_values(["place", "estimate", "specification"]).index
    return rows.loc[order]


def plot_robustness(robustness: Robustness, *, title: str = "") -> Figure:
    """Draw the estimates of each measure in order, with 95% intervals, and a dot for each choice below.

    Specifications that repeat the numbers of an earlier one are not drawn; of a choice only the values that are drawn.

    Parameters
    ----------
    robustness
        As `aidememoire.speccurve.robustness` returns it.
    title
        The title of the figure, as it shall stand.
    """
    rows = curve_rows(robustness)
    labels = list(_matrix_rows(robustness.table, rows))
    measures = list(rows["measure"].unique())
    wide = max(1, len(measures))
    tall = _ROW * max(1, len(labels)) + 0.06
    longest = max((text_width(_name(robustness, *label), _SIZE) for label in labels), default=0.0)
    layout = Layout(wide, panel_height=1.5, strip_height=tall, left=max(0.7, 0.12 + longest / 72), gap=0.42)
    with style.house_style():
        titles = [_UNITS[measure] for measure in measures] or [""]
        figure, pairs = sheet(layout, titles, title, " ".join(_note(robustness, rows)))
        for number, (axes, strip) in enumerate(pairs):
            part = rows[rows["measure"] == measures[number]] if measures else rows
            _draw_curve(axes, part, first=robustness.table["specification"].iloc[0])
            names = [_name(robustness, *label) if number == 0 else "" for label in labels]
            _draw_matrix(strip, part, labels, names)
            axes.set_title(titles[number], loc="left", fontsize=7.5, fontweight="bold", pad=4)
    return figure


def _matrix_rows(table: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Choices that differ among the rows drawn, their values in the order of the table."""
    for column in _CHOICES:
        drawn = set(rows[column])
        values = [value for value in dict.fromkeys(table[column]) if value and value in drawn]
        if column == "without_rule" or len(values) > 1:
            yield from ((column, value) for value in values)


def _name(robustness: Robustness, column: str, value: str) -> str:
    name = value.removeprefix(f"{robustness.finding.theme}.").replace("_", " ")
    return f"{_CHOICES[column]}: {name if len(name) <= _LONGEST else name[: _LONGEST - 1] + '…'}"


def _draw_curve(axes: Axes, rows: pd.DataFrame, *, first: int) -> None:
    from matplotlib.ticker import MaxNLocator

    scale = 1.0 if set(rows["measure"]) == {"words"} else 100.0
    x = np.arange(len(rows))
    estimate, low, high = scale * rows[["estimate", "low", "high"]].to_numpy(dtype=np.float64).T
    beyond = (low > 0) | (high < 0)
    axes.axhline(0, color=style.GREY, linewidth=0.6)
    width = min(2.4, 60 / max(1, len(rows)))
    for at, colour in ((beyond, style.ACCENT), (~beyond, style.BARS)):
        axes.vlines(
            x[at], low[at], high[at], color=style.BAND if colour == style.ACCENT else "#e3e7ea", linewidth=width
        )
        axes.plot(x[at], estimate[at], "o", color=colour, markersize=2.0, markeredgewidth=0)
    baseline = np.flatnonzero(rows["specification"].to_numpy() == first)
    axes.plot(x[baseline], estimate[baseline], "D", color=style.MARK, markersize=4.2, markeredgewidth=0)
    axes.set_xlim(-1, max(1, len(rows)))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.set_ylabel("difference" if scale == 1 else "difference (share points)", fontsize=6.0, labelpad=1)


def _draw_matrix(strip: Axes, rows: pd.DataFrame, labels: list[tuple[str, str]], names: list[str]) -> None:
    for place, (column, value) in enumerate(labels):
        here = np.flatnonzero((rows[column] == value).to_numpy())
        strip.plot(
            here,
            np.full(len(here), -place),
            "s",
            color=style.INK,
            markersize=1.6 if len(rows) > 30 else 2.4,
            markeredgewidth=0,
        )
    breaks = [place for place in range(1, len(labels)) if labels[place][0] != labels[place - 1][0]]
    strip.hlines([0.5 - place for place in breaks], *strip.get_xlim(), color="#c3c9cf", linewidth=0.5)
    strip.set_ylim(-max(1, len(labels)) + 0.4, 0.6)
    strip.set_yticks([-place for place in range(len(names))], names, fontsize=_SIZE)
    strip.tick_params(axis="both", length=0, labelbottom=False)
    strip.grid(False)
    for side in ("left", "bottom"):
        strip.spines[side].set_visible(False)


def _note(robustness: Robustness, rows: pd.DataFrame) -> Iterator[str]:
    finding = robustness.finding
    group = "".join(f", {column} {_said(values)}" for column, values in finding.only.items())
    yield f"Difference of {finding.theme}{group}: {_said(finding.after)} less {_said(finding.before)}."
    if rows.empty:
        yield "No specification has data on both sides."
        return
    yield "A column is one specification; squares show its choices. Estimates in order within each measure."
    yield "Diamond: baseline. Lines: 95% interval, bootstrap over statements; blue where it leaves out 0."
    yield str(robustness.summary())
    yield from robustness.notes


def _said(values: str | Sequence[str]) -> str:
    return values.replace("..", " to ") if isinstance(values, str) else ", ".join(values)
