"""One panel: the line with its interval above, the denominator as a strip of bars below."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.axis import TimeAxis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Mark", "Panel", "draw_panel", "highest", "is_share", "panel_of"]

LABEL_SIZE = 6.5


@dataclass(frozen=True, slots=True)
class Mark:
    """A period to be marked in every panel by a dashed line, explained in the note under the figure."""

    period: str
    label: str


@dataclass(frozen=True)
class Panel:
    """What one panel draws; every array has one value per position of the axis.

    Attributes
    ----------
    x
        Positions, without holes.
    share, low, high
        NaN where there is no data or no interval.
    n
        The denominator, 0 where there is no data.
    small
        Where the point rests on few statements.
    """

    title: str
    x: NDArray[np.int64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: NDArray[np.float64]
    small: NDArray[np.bool_]


def is_share(measure: str) -> bool:
    """Say whether a measure is a share (percent) rather than a rate ``per 1,000 words`` or ``counts``.

    Examples
    --------
    >>> is_share("sentences"), is_share("per 1,000 words")
    (True, False)
    """
    return measure in ("sentences", "statements")


def panel_of(rows: pd.DataFrame, axis: TimeAxis, title: str, denominator: str = "n_sentences") -> Panel:
    """Lay the rows of one group on the axis.

    Periods flagged ``no_data`` and periods without a row stay NaN: a gap, never zero.

    Examples
    --------
    >>> import pandas as pd
    >>> from aidememoire.figures.axis import time_axis
    >>> rows = pd.DataFrame({"period": ["2019", "2021"], "share": [0.2, 0.0], "low": [0.1, 0.0],
    ...     "high": [0.3, 0.0], "n_sentences": [50, 0], "flag": ["", "no_data"]})
    >>> panel_of(rows, time_axis(rows["period"]), "ARL").share
    array([0.2, nan, nan])
    """
    x = np.arange(axis.first, axis.last + 1)
    at = np.array([axis.position[period] for period in rows["period"]], dtype=np.int64) - axis.first
    here = (rows["flag"].fillna("") != "no_data").to_numpy(dtype=bool)

    def spread(column: str, absent: float) -> NDArray[np.float64]:
        values = np.full(len(x), absent)
        values[at[here]] = rows[column].to_numpy(dtype=np.float64, na_value=np.nan)[here]
        return values

    small = np.zeros(len(x), dtype=bool)
    small[at[here]] = (rows["flag"] == "small_n").to_numpy(dtype=bool)[here]
    share, low, high = (spread(column, math.nan) for column in ("share", "low", "high"))
    return Panel(title, x, share, low, high, spread(denominator, 0.0), small)


def highest(panels: list[Panel]) -> float:
    """Return the top of a y axis that shows every point and every interval of points that are not thin.

    The interval of a thin point often reaches far above everything else; it may be cut at the edge.

    Examples
    --------
    >>> highest([])
    0.01
    """
    tops = [0.0]
    for panel in panels:
        tops += [1.08 * value for value in panel.share[np.isfinite(panel.share)]]
        tops += [1.04 * value for value in panel.high[np.isfinite(panel.high) & ~panel.small]]
    return max(tops) or 0.01


def draw_panel(axes: Axes, strip: Axes, panel: Panel, axis: TimeAxis, *, top: float, percent: bool) -> None:
    """Draw ``panel`` on ``axes`` and its denominator on ``strip`` (which shares the x axis)."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    _draw_interval(axes, panel)
    _draw_points(axes, panel)
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
    if percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.6g}%"))
    strip.bar(panel.x, panel.n, width=0.8, color=style.BARS, linewidth=0)
    full = max(float(panel.n.max(initial=0.0)), 1.0)
    strip.set_ylim(0, full)
    strip.set_yticks([full] if panel.n.any() else [])
    strip.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    strip.tick_params(axis="y", labelsize=5.5, length=1.5, pad=1.5, labelcolor=style.GREY)
    for label in strip.get_yticklabels():
        label.set_verticalalignment("top")  # clear of the zero of the panel above
    strip.grid(False)
    width = axes.get_position().width * axes.figure.get_figwidth() * 72  # type: ignore[union-attr]
    ticks = axis.ticks(width, LABEL_SIZE)
    strip.set_xlim(axis.first - 0.6, axis.last + 0.6)
    strip.set_xticks([tick.position for tick in ticks], [tick.label for tick in ticks])
    axes.tick_params(axis="x", length=0, labelbottom=False)
    if not np.isfinite(panel.share).any():
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", va="center", color=style.GREY)


def _draw_interval(axes: Axes, panel: Panel) -> None:
    known = np.isfinite(panel.low) & np.isfinite(panel.high)
    axes.fill_between(panel.x, panel.low, panel.high, where=known.tolist(), color=style.BAND, linewidth=0)
    # A band needs two neighbours: a lone point would lose its interval.
    beside = np.r_[False, known[:-1]] | np.r_[known[1:], False]
    lone = known & ~beside
    axes.vlines(panel.x[lone], panel.low[lone], panel.high[lone], color=style.BAND, linewidth=2.5)


def _draw_points(axes: Axes, panel: Panel) -> None:
    crowd = len(panel.x) / (axes.get_position().width * axes.figure.get_figwidth())  # type: ignore[union-attr]
    size = 3.6 if crowd < 12 else 2.6 if crowd < 30 else 1.6
    axes.plot(panel.x, panel.share, color=style.ACCENT, linewidth=1.1, label="_share")
    for chosen, face, label in ((~panel.small, style.ACCENT, "_points"), (panel.small, "white", "_small_n")):
        axes.plot(
            panel.x[chosen],
            panel.share[chosen],
            linestyle="none",
            marker="o",
            markersize=size,
            markerfacecolor=face,
            markeredgecolor=style.ACCENT,
            markeredgewidth=0.7,
            label=label,
            clip_on=False,  # a point at zero stays whole
            zorder=3,
        )
