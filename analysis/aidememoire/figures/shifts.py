"""A theme over time with its shifts: where the breaks are, how sure the dates are, the levels before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.errors import SeriesError
from aidememoire.figures import style
from aidememoire.figures.axis import TimeAxis, time_axis
from aidememoire.figures.layout import Layout, sheet, shorten
from aidememoire.figures.notes import note_for
from aidememoire.figures.panels import Panel, draw_panel, highest, is_share, panel_of
from aidememoire.figures.series import HasTable, rows_drawn

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_shifts", "plot_shifts", "signs_of"]

DATES = "#f3dfd1"  # a tint of style.MARK, opaque
_COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4}
_HEIGHTS = {1: 2.2, 2: 1.4, 3: 1.25, 4: 1.05}


def plot_shifts(
    series: pd.DataFrame | HasTable, shifts: pd.DataFrame | HasTable, *, theme: str | None = None, title: str = ""
) -> Figure:
    """Draw one theme over time, a panel a group, with the shifts that were found in it.

    Parameters
    ----------
    series
        A ``series`` table, or an object with such a ``table``. It is not changed.
    shifts
        The ``shifts`` table of it (see `aidememoire.shifts`), or an object with such a ``table``.
    theme
        Which theme; the one with most coded sentences if not given.
    title
        The title of the figure, as it shall stand.

    Raises
    ------
    SeriesError
        If the theme is not in the series table.

    Examples
    --------
    >>> from aidememoire import frames
    >>> type(plot_shifts(frames.empty("series"), frames.empty("shifts"), title="No statements yet")).__name__
    'Figure'
    """
    rows = rows_drawn(series, theme=theme)
    if rows["theme"].nunique() > 1:
        rows = rows_drawn(series, theme=str(rows.groupby("theme")["n_coded"].sum().idxmax()))
    drawn = str(rows["theme"].iloc[0]) if len(rows) else ""
    table = _table(shifts)
    if groups := [column for column in _groups(rows) if column not in table.columns]:
        raise SeriesError(f"plot_shifts: the series has the group columns {groups}, which the shifts table lacks")
    found = table[table["theme"] == drawn]
    axis = time_axis(rows["period"].unique())
    denominator = "n_statements" if set(rows["measure"]) == {"statements"} else "n_sentences"
    parts = list(_parts(rows, found))
    panels = [panel_of(part, axis, name, denominator) for name, part, _ in parts] or [panel_of(rows, axis, "")]
    columns = _COLUMNS[len(panels)]
    layout = Layout(columns, panel_height=_HEIGHTS[columns])
    top = highest(panels)
    n_groups = len(_table(series)[_groups(rows)].drop_duplicates()) if _groups(rows) else 1
    note = note_for(rows, panels, tops=[top] * len(panels), n_groups=n_groups, extra=[title])
    note = " ".join([f"Theme: {drawn}." if drawn else "", note, *signs_of([own for _, _, own in parts])]).strip()
    with style.house_style():
        titles = [shorten(panel.title, layout.panel_width()) for panel in panels]
        figure, pairs = sheet(layout, titles, title, note)
        for index, ((axes, strip), panel) in enumerate(zip(pairs, panels, strict=True)):
            draw_panel(axes, strip, panel, axis, top=top, percent=rows.empty or is_share(str(rows["measure"].iloc[0])))
            axes.set_title(titles[index], loc="left", fontsize=7.5, fontweight="bold", pad=4)
            if index < len(parts):
                draw_shifts(axes, axis, panel, parts[index][2])
            if index % columns:
                axes.tick_params(axis="y", labelleft=False)
            else:
                axes.set_ylabel(f"share of {denominator.removeprefix('n_')}", fontsize=6.5)
    return figure


def _table(given: pd.DataFrame | HasTable) -> pd.DataFrame:
    import pandas as pd

    return given if isinstance(given, pd.DataFrame) else given.table


def _groups(rows: pd.DataFrame) -> list[str]:
    columns = list(rows.columns)
    return columns[columns.index("period") + 1 : columns.index("n_sentences")]


def _parts(rows: pd.DataFrame, found: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Name, series rows and shifts of each panel."""
    groups = _groups(rows)
    if not groups or rows.empty:
        yield from [("", rows, found)] if len(rows) else []
        return
    for key, part in rows.groupby(groups, sort=True, dropna=False):
        own = found
        for column, value in zip(groups, key, strict=True):
            own = own[own[column] == str(value)]
        yield " · ".join(str(value) for value in key), part, own


def signs_of(by_panel: Sequence[pd.DataFrame]) -> Iterable[str]:
    """Yield what the lines mean, of those that are there."""
    import pandas as pd

    found = pd.concat(by_panel) if by_panel else pd.DataFrame({"finding": [], "method": []})
    shifted_by_panel = [own[own["finding"] == "shift"] for own in by_panel]
    shifted = found[found["finding"] == "shift"]
    sought, given = (shifted["method"] == method for method in ("unknown_break", "known_break"))
    if sought.any():
        yield "Solid vertical line: break whose date the data tell; shaded: interval of the date, where it is longer."
    if given.any():
        yield "Dashed vertical line: break at a date that was given."
    if (sought | given).any():
        yield (
            "Horizontal lines: levels before and after; the bracket, set on the level before, is the step's interval."
        )
    if any(_breaks(own).empty and (own["method"] == "trend").any() for own in shifted_by_panel):
        yield "Dotted line: from end to end of the fitted trend, drawn where no break was found."
    if found.empty:
        yield "No test of shifts was made."
    else:
        yield "Only shifts that stand after correction for all tests are drawn."


def draw_shifts(axes: Axes, axis: TimeAxis, panel: Panel, found: pd.DataFrame) -> None:
    """Draw the shifts of one group into its panel."""
    shifted = found[found["finding"] == "shift"]
    breaks = _breaks(shifted)
    places = [axis.position[date] for date in breaks["date"]]
    bounds = [axis.first, *places, axis.last + 1]
    for number, row in enumerate(breaks.to_dict("records")):
        since, until = _stretch(panel, places[number])
        since, until = max(since, bounds[number]), min(until, bounds[number + 2])
        _draw_break(axes, axis, {str(name): value for name, value in row.items()}, since - 0.5, until - 0.5)
    trends = shifted[shifted["method"] == "trend"]
    there = panel.x[np.isfinite(panel.share)]
    if breaks.empty and len(trends):
        ends = [trends["before"].iloc[0], trends["after"].iloc[0]]
        axes.plot(there[[0, -1]], ends, color=style.MARK, linestyle=":", linewidth=1.2)
    if shifted.empty and len(found):
        tested = ~found["finding"].str.startswith("not testable")
        axes.annotate(
            "no shift found" if tested.any() else "too little data to test",
            (1, 1),
            xycoords="axes fraction",
            xytext=(-2, -2),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=6,
            color=style.GREY,
            fontstyle="italic",
        )


def _breaks(shifted: pd.DataFrame) -> pd.DataFrame:
    """One row a date: a given date before the same one found."""
    rows = shifted[shifted["method"].isin(["known_break", "unknown_break"])]
    return rows.sort_values(["date", "method"]).drop_duplicates("date")


def _stretch(panel: Panel, place: int) -> tuple[int, int]:
    """Return the run of periods with data that holds a place: a level is not drawn over a gap."""
    gaps = panel.x[~np.isfinite(panel.share)]
    since, until = gaps[gaps < place], gaps[gaps > place]
    return int(since.max()) + 1 if len(since) else int(panel.x[0]), int(until.min()) if len(until) else int(
        panel.x[-1]
    ) + 1


def _draw_break(axes: Axes, axis: TimeAxis, row: dict[str, object], since: float, until: float) -> None:
    at, low, high = (axis.position[str(row[name])] - 0.5 for name in ("date", "low_date", "high_date"))
    before, after, least, most = (
        float(str(row[name])) for name in ("before", "after", "difference_low", "difference_high")
    )
    if high > low:
        axes.axvspan(low, high, color=DATES, linewidth=0, zorder=0.5)
    dashes = "-" if row["method"] == "unknown_break" else (0, (3, 2))
    axes.axvline(at, color=style.MARK, linewidth=0.9, linestyle=dashes)
    axes.hlines([before, after], [since, at], [at, until], color=style.MARK, linewidth=1.4, zorder=2.5)
    # Beside the line, so that neither hides the other.
    beside, ends = at + min(0.6, 0.35 * (until - at)), [before + least, before + most]
    reach = 0.012 * (axis.last - axis.first + 1)
    axes.vlines(beside, ends[0], ends[1], color=style.MARK, linewidth=1.0, zorder=2.6)
    axes.hlines(ends, beside - reach, beside + reach, color=style.MARK, linewidth=1.0, zorder=2.6)
