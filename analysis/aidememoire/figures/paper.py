"""A figure of a run drawn for a journal: an exact width in millimetres, and its caption beside it, not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidememoire.errors import AideMemoireError
from aidememoire.figures import style as colours
from aidememoire.figures.axis import TimeAxis, time_axis
from aidememoire.figures.layout import shorten
from aidememoire.figures.notes import note_for
from aidememoire.figures.panels import Panel, draw_panel, highest, is_share, panel_of
from aidememoire.figures.series import rows_drawn

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    _Named = tuple[str, pd.DataFrame, pd.DataFrame | None]

__all__ = ["FigureError", "PaperFigure", "plot_paper"]

INCH_MM = 25.4
PAGE_MM = 225.0  # a caption must fit under the figure
LEAST_POINTS, LABEL_POINTS, TITLE_POINTS = 6.0, 6.5, 7.0  # below 6 journals send figures back

# Inches. A panel needs this width for two labels of its axis.
_PANEL_WIDTH, _PANEL_LEAST, _PANEL_MOST = 1.0, 0.38, 1.7
_LEFT, _RIGHT, _TOP, _STRIP, _STRIP_GAP = 0.66, 0.13, 0.04, 0.16, 0.09
_FOOT, _BETWEEN, _OVERHANG = 0.24, 0.1, 0.14  # a title may reach into the gap beside its panel


class FigureError(AideMemoireError):
    """A figure cannot be drawn at the size asked for; says which sizes are possible."""


@dataclass(frozen=True, slots=True)
class PaperFigure:
    """A figure for a journal.

    Attributes
    ----------
    figure
        As wide as was asked for.
    table
        The rows it draws.
    caption
        What it shows, with unit, denominator and interval.
    """

    figure: Figure
    table: pd.DataFrame
    caption: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Measures in inches; ``heads`` is the room for titles above each row of panels."""

    width: float
    columns: int
    gap: float
    panel_width: float
    panel_height: float
    heads: tuple[float, ...]

    @property
    def height(self) -> float:
        rows = len(self.heads)
        body = self.panel_height + _STRIP_GAP + _STRIP
        return _TOP + sum(self.heads) + rows * body + (rows - 1) * _BETWEEN + _FOOT


def plot_paper(
    table: pd.DataFrame,
    *,
    width_mm: float,
    height_mm: float | None = None,
    theme: str | None = None,
    titles: Mapping[str, str] | None = None,
    shifts: pd.DataFrame | None = None,
    style: bool = True,
) -> PaperFigure:
    """Draw a series table at the width of a journal's column or page.

    Parameters
    ----------
    table
        A ``series`` table. It is not changed.
    width_mm
        As wide as the figure shall be; one column is often 85 mm, two are 174 mm.
    height_mm
        As high as it shall be; what suits the panels if not given.
    theme
        Draw this theme, a panel a group with one vertical axis. Otherwise every theme of ``titles`` gets a panel with
        its own axis, and the table must have no group columns.
    titles
        Theme id to title, in the order to draw.
    shifts
        The ``shifts`` table of the series: shifts that were found are drawn into the panels of a theme.
    style
        ``False`` draws in matplotlib's current style in place of the house style.

    Raises
    ------
    FigureError
        If the panels do not fit into ``height_mm``.

    Examples
    --------
    >>> from aidememoire import frames
    >>> paper = plot_paper(frames.empty("series"), width_mm=85, theme="peace")
    >>> round(float(paper.figure.get_figwidth()) * 25.4, 6)
    85.0
    """
    titles = dict(titles or {})
    if theme is None:
        table = table[table["theme"].isin(titles)] if titles else table
        titles = titles or {name: name for name in table["theme"].unique()}
        named: list[_Named] = [(title, table[table["theme"] == each], None) for each, title in titles.items()]
    else:
        table = rows_drawn(table, theme=theme)
        named = list(_groups(table, None if shifts is None else shifts[shifts["theme"] == theme]))
    axis = time_axis(table["period"].unique())
    n_column = "n_statements" if set(table["measure"]) == {"statements"} else "n_sentences"
    panels = [panel_of(rows, axis, name, n_column) for name, rows, _ in named] or [panel_of(table[:0], axis, "")]
    tops = [highest([panel]) for panel in panels] if theme is None else [highest(panels)] * len(panels)
    found = [own for _, _, own in named]
    measure = "sentences" if table.empty else str(table["measure"].iloc[0])
    unit = f"share of {measure}" if is_share(measure) else measure
    with colours.house_style(style):
        sheet = _sheet([panel.title for panel in panels], width_mm / INCH_MM, height_mm, own_axes=theme is None)
        figure = _draw(sheet, panels, axis, tops, found, unit, shared=theme is not None)
    note = note_for(table, panels, tops=tops, own_axes=theme is None and len(panels) > 1, extra=titles.values())
    head = "Themes over time" if theme is None else titles.get(theme, theme)
    caption = " ".join([f"{head}.", note, *(_shift_signs(found) if theme is not None else ())])
    return PaperFigure(figure, table.reset_index(drop=True), caption)


def _groups(rows: pd.DataFrame, shifts: pd.DataFrame | None) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame | None]]:
    """Name, rows and shifts of each group."""
    columns = list(rows.columns)
    by = columns[columns.index("period") + 1 : columns.index("n_sentences")]
    if not by or rows.empty:
        yield from [("", rows, shifts)] if len(rows) else []
        return
    for key, part in rows.groupby(by, sort=True, dropna=False):
        own = shifts
        for column, value in zip(by, key, strict=True):
            own = None if own is None or column not in own else own[own[column] == str(value)]
        yield " · ".join(str(value) for value in key), part, own


def _sheet(titles: Sequence[str], width: float, height_mm: float | None, *, own_axes: bool) -> _Sheet:
    """Return the columns and heights that suit the width; panels shrink before a figure outgrows a page."""
    gap = 0.46 if own_axes else 0.4
    fitting = max(1, int((width - _LEFT - _RIGHT + gap) / (_PANEL_WIDTH + gap)))
    rows = -(-len(titles) // fitting)
    columns = -(-len(titles) // rows)
    across = (width - _LEFT - _RIGHT - gap * (columns - 1)) / columns
    lines = [shorten(title, across + _OVERHANG, TITLE_POINTS).count("\n") + 1 if title else 0 for title in titles]
    heads = tuple(0.115 * max(lines[at : at + columns]) + 0.1 for at in range(0, len(titles), columns))
    flat = _Sheet(width, columns, gap, across, 0.0, heads).height
    whole = PAGE_MM if height_mm is None else height_mm
    room = (whole / INCH_MM - flat) / rows
    if height_mm is not None and room < _PANEL_LEAST:
        least = (flat + rows * _PANEL_LEAST) * INCH_MM
        raise FigureError(
            f"--height {height_mm:g}mm is too low for {len(titles)} panels at a width of {width * INCH_MM:g}mm; "
            f"give at least {least:.0f}mm, a larger --width, or fewer themes"
        )
    suiting = min(max(_PANEL_LEAST, 0.62 * across), _PANEL_MOST, max(room, _PANEL_LEAST))
    return _Sheet(width, columns, gap, across, suiting if height_mm is None else room, heads)


def _draw(
    sheet: _Sheet,
    panels: Sequence[Panel],
    axis: TimeAxis,
    tops: Sequence[float],
    found: Sequence[pd.DataFrame | None],
    unit: str,
    *,
    shared: bool,
) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    figure = Figure(figsize=(sheet.width, sheet.height))
    figure.set_layout_engine("none")
    FigureCanvasAgg(figure)
    for at, panel in enumerate(panels):
        axes, strip = _placed(figure, sheet, at)
        draw_panel(axes, strip, panel, axis, top=tops[at], percent=unit.startswith("share"))
        title = shorten(panel.title, sheet.panel_width + _OVERHANG, TITLE_POINTS)
        axes.set_title(title, loc="left", fontsize=TITLE_POINTS, fontweight="bold", pad=3)
        own = found[at] if at < len(found) else None
        if own is not None and (own["finding"] == "shift").any():
            from aidememoire.figures.shifts import draw_shifts

            draw_shifts(axes, axis, panel, own)
        first = at % sheet.columns == 0
        axes.tick_params(axis="y", labelleft=first or not shared)
        # Time is the same in every panel: the lowest of each column says it.
        strip.tick_params(axis="x", labelbottom=at + sheet.columns >= len(panels))
        if first:
            strip.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"n={value:,.0f}"))
        _size_text(axes, strip)
    # Once for all panels, because a low one has no room for it.
    middle = (_FOOT + sheet.height - _TOP - sheet.heads[0]) / 2 / sheet.height
    figure.text(0.04 / sheet.width, middle, unit, fontsize=LABEL_POINTS, rotation=90, va="center", ha="left")
    return figure


def _placed(figure: Figure, sheet: _Sheet, at: int) -> tuple[Axes, Axes]:
    row, column = divmod(at, sheet.columns)
    left = _LEFT + column * (sheet.panel_width + sheet.gap)
    below = sheet.panel_height + _STRIP_GAP + _STRIP
    top = sheet.height - _TOP - sum(sheet.heads[: row + 1]) - row * (below + _BETWEEN)

    def place(bottom: float, tall: float) -> tuple[float, float, float, float]:
        return left / sheet.width, bottom / sheet.height, sheet.panel_width / sheet.width, tall / sheet.height

    axes = figure.add_axes(place(top - sheet.panel_height, sheet.panel_height))
    return axes, figure.add_axes(place(top - below, _STRIP), sharex=axes)


def _size_text(*all_axes: Axes) -> None:
    """Keep text between the least size that journals take and the largest that the layout has room for."""
    for axes in all_axes:
        for axis in (axes.xaxis, axes.yaxis):
            smallest = min([LABEL_POINTS, *(label.get_fontsize() for label in axis.get_ticklabels())])
            axis.set_tick_params(labelsize=max(LEAST_POINTS, smallest))
        for text in axes.texts:
            text.set_fontsize(max(LEAST_POINTS, text.get_fontsize()))


def _shift_signs(found: Sequence[pd.DataFrame | None]) -> Iterator[str]:
    """What the lines of shifts mean."""
    tested = [own for own in found if own is not None and len(own)]
    if not tested:
        return
    from aidememoire.figures.shifts import signs_of

    yield from signs_of(tested)
    if any(not (own["finding"] == "shift").any() for own in tested):
        yield "Where no such line is drawn, no shift was found or too little data could be tested."
