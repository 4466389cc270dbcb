"""The two charts of a study: one theme by group, and all themes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from aidememoire.errors import SeriesError
from aidememoire.figures import style
from aidememoire.figures.axis import TimeAxis, time_axis
from aidememoire.figures.layout import Layout, sheet, shorten
from aidememoire.figures.notes import note_for
from aidememoire.figures.panels import Mark, Panel, draw_panel, highest, is_share, panel_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_series", "plot_themes", "rows_drawn"]

MAX_GROUPS = 8
_COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4}
_HEIGHTS = {1: 2.0, 2: 1.3, 3: 1.2, 4: 1.0}  # inches; two rows leave room on the page for examples
_ONE_VALUE = ("coder", "coding", "voices", "measure", "weighting")


class HasTable(Protocol):
    """Anything that carries a ``series`` table, such as the result of `aidememoire.series`."""

    @property
    def table(self) -> pd.DataFrame:
        """The table, as in `aidememoire.frames`."""


def rows_drawn(series: pd.DataFrame | HasTable, *, theme: str | None = None) -> pd.DataFrame:
    """Return exactly the rows that `plot_series` draws: one theme, and the 8 groups with most sentences.

    Examples
    --------
    >>> from aidememoire import frames
    >>> len(rows_drawn(frames.empty("series")))
    0
    """
    rows = _one_theme(series, theme)
    groups = _groups(rows)
    if not groups:
        return rows.copy()
    sizes = rows.groupby(groups, sort=True, dropna=False)["n_sentences"].sum()
    largest = sizes.sort_values(ascending=False, kind="stable").index[:MAX_GROUPS]
    keys = rows.set_index(groups).index
    return rows[keys.isin(largest)].copy()


def plot_series(
    series: pd.DataFrame | HasTable,
    *,
    theme: str | None = None,
    title: str = "",
    marks: Sequence[Mark] = (),
) -> Figure:
    """Draw one theme over time: a panel per group, 95% intervals, gaps where there is no data.

    Parameters
    ----------
    series
        A ``series`` table (see `aidememoire.frames`); the columns between ``period`` and ``n_sentences``
        are the groups; or an object with such a ``table``. It is not changed.
    theme
        Which theme to draw. Where the table holds several and none is named, the one with most coded
        sentences is drawn and the figure says which it is.
    title
        The title of the figure, as it shall stand.
    marks
        Periods to be marked in every panel.

    Raises
    ------
    SeriesError
        If the theme is not in the table, the rows mix coders, codings, voices, measures or weightings, or a
        period stands twice in one group.

    Examples
    --------
    >>> from aidememoire import frames
    >>> type(plot_series(frames.empty("series"), title="No statements yet")).__name__
    'Figure'
    """
    whole = _one_theme(series, theme)
    _check(whole)
    rows = rows_drawn(whole)
    axis = time_axis(rows["period"].unique())
    denominator = _denominator(rows)
    panels = [panel_of(part, axis, name, denominator) for name, part in _parts(rows)] or [_blank(rows, axis)]
    n_groups = max(1, len(_parts(whole)))
    columns = _COLUMNS[len(panels)]
    layout = Layout(columns, panel_height=_HEIGHTS[columns])
    marks = [mark for mark in marks if mark.period in axis.position]
    top = highest(panels)
    note = note_for(rows, panels, tops=[top] * len(panels), n_groups=n_groups, marks=marks, extra=[title])
    if chosen := _chosen(series, theme, whole):
        note = f"{chosen} {note}"
    with style.house_style():
        titles = [shorten(panel.title, layout.panel_width()) for panel in panels]
        figure, pairs = sheet(layout, titles, title, note)
        for index, ((axes, strip), panel) in enumerate(zip(pairs, panels, strict=True)):
            draw_panel(axes, strip, panel, axis, top=top, percent=_percent(rows))
            axes.set_title(titles[index], loc="left", fontsize=7.5, fontweight="bold", pad=4)
            _label(axes, rows, outer=index % columns == 0)
            _draw_marks(axes, axis, marks)
    return figure


def plot_themes(series: pd.DataFrame | HasTable, titles: Mapping[str, str]) -> Figure:
    """Draw every theme in a small panel with its own y axis; all panels have the same periods.

    Parameters
    ----------
    series
        A ``series`` table without group columns. It is not changed.
    titles
        Theme id to title, in the order to draw. A theme without rows gets a panel that says so.

    Raises
    ------
    SeriesError
        If the table has group columns or mixes coders, codings, voices, measures or weightings.

    Examples
    --------
    >>> from aidememoire import frames
    >>> figure = plot_themes(frames.empty("series"), {"peace": "Peace", "memory": "Historical memory"})
    >>> len(figure.axes)  # a panel and a strip for each
    4
    """
    series = _table(series)
    if groups := _groups(series):
        raise SeriesError(f"plot_themes draws groups pooled; the table has the group columns {groups}")
    _check(series)
    titles = {**titles, **{theme: theme for theme in series["theme"].unique() if theme not in titles}}
    axis = time_axis(series["period"].unique())
    panels = [
        panel_of(series[series["theme"] == theme], axis, title, _denominator(series)) for theme, title in titles.items()
    ] or [_blank(series, axis)]
    columns = 2 if len(panels) <= 4 else 3 if len(panels) <= 9 else 4
    layout = Layout(min(columns, len(panels)), panel_height=1.0 if columns < 4 else 0.85, strip_height=0.16, gap=0.5)
    tops = [highest([panel]) for panel in panels]
    note = note_for(series, panels, tops=tops, own_axes=len(panels) > 1)
    with style.house_style():
        short = [shorten(panel.title, layout.panel_width() + 0.14) for panel in panels]
        figure, pairs = sheet(layout, short, "", note)
        for index, ((axes, strip), panel) in enumerate(zip(pairs, panels, strict=True)):
            draw_panel(axes, strip, panel, axis, top=tops[index], percent=_percent(series))
            axes.set_title(short[index], loc="left", fontsize=7.5, fontweight="bold", pad=4)
    return figure


def _groups(series: pd.DataFrame) -> list[str]:
    columns = list(series.columns)
    return columns[columns.index("period") + 1 : columns.index("n_sentences")]


def _parts(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    groups = _groups(rows)
    if not groups or rows.empty:
        return [("", rows)] if len(rows) else []
    parts = rows.groupby(groups, sort=True, dropna=False)
    return [(" · ".join(str(part) for part in key), part) for key, part in parts]


def _table(series: pd.DataFrame | HasTable) -> pd.DataFrame:
    import pandas as pd

    return series if isinstance(series, pd.DataFrame) else series.table


def _one_theme(series: pd.DataFrame | HasTable, theme: str | None) -> pd.DataFrame:
    table = _table(series)
    themes = list(table["theme"].unique())
    if theme is None and len(themes) > 1:
        theme = str(table.groupby("theme", sort=True)["n_coded"].sum().idxmax())
    if theme is not None and theme not in themes and themes:
        raise SeriesError(f"plot_series: theme {theme!r} is not in the table; it has {', '.join(map(str, themes))}")
    return table if theme is None else table[table["theme"] == theme]


def _chosen(series: pd.DataFrame | HasTable, theme: str | None, rows: pd.DataFrame) -> str:
    n = _table(series)["theme"].nunique()
    if theme is not None or n < 2:
        return ""
    return f"Theme drawn: {rows['theme'].iloc[0]}, the one with most coded sentences of the {n} in the table."


def _check(rows: pd.DataFrame) -> None:
    for column in _ONE_VALUE:
        values = sorted(rows[column].astype(str).unique())
        if len(values) > 1:
            raise SeriesError(f"a figure draws one {column}; the table has {len(values)}: {', '.join(values[:6])}")
    keys = ["theme", "period", *_groups(rows)]
    if twice := rows.duplicated(keys).sum():
        raise SeriesError(f"{twice} rows repeat a combination of {', '.join(keys)}")


def _denominator(rows: pd.DataFrame) -> str:
    return "n_statements" if set(rows["measure"]) == {"statements"} else "n_sentences"


def _percent(rows: pd.DataFrame) -> bool:
    return rows.empty or is_share(str(rows["measure"].iloc[0]))


def _blank(rows: pd.DataFrame, axis: TimeAxis) -> Panel:
    return panel_of(rows.iloc[:0], axis, "")


def _label(axes: Axes, rows: pd.DataFrame, *, outer: bool) -> None:
    if not outer:
        axes.tick_params(axis="y", labelleft=False)
        return
    name = _denominator(rows).removeprefix("n_")
    axes.set_ylabel(f"share of {name}" if _percent(rows) else str(rows["measure"].iloc[0]), fontsize=6.5)


def _draw_marks(axes: Axes, axis: TimeAxis, marks: Sequence[Mark]) -> None:
    for letter, mark in zip("abcdefghijklmnopqrstuvwxyz", marks, strict=False):
        x = axis.position[mark.period]
        axes.axvline(x, color=style.MARK, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.annotate(
            letter,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, -1),
            textcoords="offset points",
            fontsize=6,
            va="top",
            color=style.MARK,
        )
