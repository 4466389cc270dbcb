"""What moved a share: its parts as bars with intervals, and the series at a fixed mix beside the series as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.errors import SeriesError
from aidememoire.figures import style
from aidememoire.figures.axis import time_axis
from aidememoire.figures.layout import Layout, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aidememoire.composition import Decomposition

__all__ = ["plot_decomposition", "plot_fixed_composition"]

Array = np.ndarray[Any, np.dtype[Any]]

_ROW = 0.2  # inches
# Pale, so that the interval shows on the bar.
_COLOURS = {"total": "#c3c9cf", "content": style.BAND, "mix": "#ecc9b0", "entry": "#e3e7ea", "exit": "#e3e7ea"}


def plot_decomposition(decomposition: Decomposition, *, title: str = "") -> Figure:
    """Draw the whole change and its parts, a row each, with 95% intervals and the numbers at the right.

    Parts of entry and exit that no group is in are left out.

    Parameters
    ----------
    decomposition
        As `aidememoire.composition.decompose` returns it.
    title
        The title of the figure, as it shall stand.
    """
    table, total = decomposition.table, decomposition.total
    rows = table[(table["n_groups"] > 0) | table["part"].isin(["content", "mix"])]
    scale = 1.0 if decomposition.measure == "words" else 100.0
    whole = [total.difference, total.low, total.high]
    numbers = scale * np.array([whole, *rows[["estimate", "low", "high"]].to_numpy().tolist()])
    kinds = ["total", *rows["part"]]
    layout = Layout(1, panel_height=_ROW * len(kinds) + 0.1, left=2.0, strip_height=0.02, right=1.3)
    with style.house_style():
        figure, ((axes, strip),) = sheet(layout, [""], title, " ".join(_decomposition_note(decomposition)))
        strip.remove()
        _draw_bars(axes, numbers, kinds)
        axes.set_yticks(-np.arange(len(kinds)), ["whole change", *rows["name"]], fontsize=7)
        axes.set_xlabel("per 1,000 words" if scale == 1 else "share points", fontsize=6.5, labelpad=1)
    return figure


def _draw_bars(axes: Axes, numbers: Array, kinds: list[str]) -> None:
    y = -np.arange(len(kinds), dtype=np.float64)
    known, ranged = np.isfinite(numbers[:, 0]), np.isfinite(numbers[:, 1])
    colours = np.array([_COLOURS[kind] for kind in kinds])
    axes.barh(y[known], numbers[known, 0], height=0.5, color=colours[known].tolist(), linewidth=0)
    axes.hlines(y[ranged], numbers[ranged, 1], numbers[ranged, 2], color=style.INK, linewidth=0.9)
    axes.plot(numbers[known, 0], y[known], "o", color=style.INK, markersize=2.6)
    for ends in (1, 2):
        axes.plot(numbers[ranged, ends], y[ranged], "|", color=style.INK, markersize=4, markeredgewidth=0.9)
    axes.axvline(0, color=style.GREY, linewidth=0.6)
    axes.axhline(-0.5, color=style.GREY, linewidth=0.4)
    for place, (estimate, low, high) in zip(y.tolist(), numbers.tolist(), strict=True):
        axes.annotate(
            _number(estimate, low, high),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
        )
    axes.set_ylim(-len(kinds) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.grid(True, axis="x")


def _number(estimate: float, low: float, high: float) -> str:
    if not np.isfinite(estimate):
        return "cannot be told"
    # Minus zero is zero.
    value = f"{round(estimate, 2) + 0:+.2f}"
    return f"{value} ({low + 0:.2f}, {high + 0:.2f})" if np.isfinite(low) else value


def _decomposition_note(found: Decomposition) -> Iterator[str]:
    total = found.total
    unit = "coded sentences per 1,000 words" if found.measure == "words" else f"share of {found.measure}"
    sides = ((found.before, total.before, total.n_before), (found.after, total.after, total.n_after))
    said = [
        f"{_span(periods)} ({_level(share, found.measure)}, {n:,} statement{'s' * (n != 1)})"
        for periods, share, n in sides
    ]
    yield f"Unit: {unit} with {found.theme}, {said[0]} against {said[1]}."
    yield "Content: groups speak otherwise. Mix: the same groups speak more or less."
    yield "Entry, exit: groups on one side only, against the others. The parts add up to the whole."
    yield "95% interval (lines), sampling of statements only, who speaks included."
    yield from found.notes


def _level(share: float, measure: str) -> str:
    return f"{share:.3g}" if measure == "words" else f"{100 * share:.2f}%"


def _span(periods: tuple[str, ...]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def plot_fixed_composition(table: pd.DataFrame, *, theme: str = "", title: str = "", held: str = "") -> Figure:
    """Draw the share at a fixed mix with its interval, the share as it is, and below how much of the mix has data.

    Parameters
    ----------
    table
        As `aidememoire.composition.fixed_composition` returns it.
    theme
        Which theme; may be left out where the table has one.
    title
        The title of the figure, as it shall stand.
    held
        Whose mix is held, for the note: ``actor and kind, pooled``.

    Raises
    ------
    SeriesError
        If the theme is not in the table, or the table has several and none is named.

    Examples
    --------
    >>> from aidememoire.composition.fixed import fixed_composition
    >>> import pandas as pd
    >>> row = {"theme": "past", "period": "2019", "share": 0.1, "fixed_share": 0.2, "low": 0.1, "high": 0.3}
    >>> table = pd.DataFrame([row | {"covered": 1.0, "n_statements": 9, "flag": ""}])
    >>> type(plot_fixed_composition(table)).__name__
    'Figure'
    """
    themes = list(table["theme"].unique())
    if theme not in themes and (theme or len(themes) > 1) and themes:
        raise SeriesError(f"plot_fixed_composition: name one theme of the table; it has {', '.join(themes)}")
    rows = table[table["theme"] == (theme or themes[0])] if themes else table
    axis = time_axis(rows["period"])
    with style.house_style():
        figure, ((axes, strip),) = sheet(Layout(1, 2.0), [""], title, _fixed_note(rows, held))
        x = np.array([axis.position[period] for period in rows["period"]], dtype=np.float64)
        _draw_fixed(axes, x, rows)
        strip.bar(x, rows["covered"].to_numpy(dtype=np.float64), width=0.8, color=style.BARS, linewidth=0)
        strip.set_ylim(0, 1)
        strip.set_yticks([1.0], ["100%"], fontsize=5.5, color=style.GREY)
        strip.grid(False)
        ticks = axis.ticks(axes.get_position().width * figure.get_figwidth() * 72, 6.5)
        strip.set_xlim(axis.first - 0.6, axis.last + 0.6)
        strip.set_xticks([tick.position for tick in ticks], [tick.label for tick in ticks])
        axes.tick_params(axis="x", labelbottom=False, length=0)
    return figure


def _draw_fixed(axes: Axes, x: Array, rows: pd.DataFrame) -> None:
    numbers = rows[["share", "fixed_share", "low", "high"]].to_numpy(dtype=np.float64).T
    share, fixed, low, high = 100 * numbers
    whole = np.flatnonzero(np.isfinite(fixed))
    axes.plot(
        x, share, color=style.GREY, linewidth=0.9, linestyle=(0, (3, 2)), marker=".", markersize=3, label="as it is"
    )
    axes.vlines(x, low, high, color=style.BAND, linewidth=3.0, zorder=1)
    axes.plot(x, fixed, color=style.ACCENT, linewidth=1.2, label="at a fixed mix")
    thin = (rows["flag"] != "").to_numpy()[whole]
    for hollow, face in ((True, "white"), (False, style.ACCENT)):
        at = whole[thin == hollow]
        axes.plot(x[at], fixed[at], "o", color=style.ACCENT, markerfacecolor=face, markersize=3.2, markeredgewidth=0.8)
    axes.set_ylim(0, max([1.0, *(1.06 * numbers[np.isfinite(numbers)] * 100).tolist()]) if len(whole) else 1.0)
    axes.set_ylabel("share (%)", fontsize=6.5)
    axes.legend(frameon=False, fontsize=6.5, loc="upper left", ncols=2, borderaxespad=0.1)


def _fixed_note(rows: pd.DataFrame, held: str) -> str:
    if rows.empty:
        return "No data."
    flags = set(rows["flag"])
    parts = [
        f"Dots: {rows['theme'].iloc[0]} as it would be if the mix{f' ({held})' if held else ''} had stayed the same;"
        " dashed: as it is. 95% interval of the dots, sampling of statements only.",
        "Bars: the part of the fixed mix whose groups have data in the period; the rest is taken to be like it.",
    ]
    if flags & {"small_n", "low_cover"}:
        parts.append("Hollow points: few statements, or less than half of the mix has data.")
    if "no_data" in flags:
        parts.append("A gap is a period without data, not zero.")
    return " ".join(parts)
