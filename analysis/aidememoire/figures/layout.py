"""Panels, title and note placed in inches, so that nothing depends on what is drawn inside."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidememoire.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Layout", "sheet", "shorten"]

WIDTH = 6.3  # the text column of an A4 page with 25 mm margins
NOTE_SIZE = 6.0
NOTE_LINE = 0.115
NOTE_CHARACTERS = 138
TITLE_CHARACTERS = 80
STRIP_GAP = 0.09
FOOT = 0.22  # period labels


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures of a sheet of panels, in inches."""

    columns: int
    panel_height: float
    strip_height: float = 0.24
    gap: float = 0.44  # between columns: room for tick labels
    left: float = 0.62
    right: float = 0.14

    def panel_width(self) -> float:
        """Return the width of one panel.

        Examples
        --------
        >>> round(Layout(columns=1, panel_height=2).panel_width(), 2)
        5.54
        """
        return (WIDTH - self.left - self.right - self.gap * (self.columns - 1)) / self.columns


def sheet(layout: Layout, titles: Sequence[str], title: str, note: str) -> tuple[Figure, list[tuple[Axes, Axes]]]:
    """Return a figure with title and note, and for each of ``titles`` a panel with the strip below it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heads = _heads(titles, layout.columns)
    body = layout.panel_height + STRIP_GAP + layout.strip_height + FOOT
    title_lines = textwrap.wrap(title, TITLE_CHARACTERS, max_lines=2, placeholder="…")
    title_height = 0.17 * len(title_lines) + (0.08 if title_lines else 0.0)
    note_lines = textwrap.wrap(note, NOTE_CHARACTERS)
    height = title_height + sum(heads) + len(heads) * body + NOTE_LINE * len(note_lines) + 0.12
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    x_text = 0.06 / WIDTH
    if title_lines:
        y_title = 1 - 0.05 / height
        figure.text(x_text, y_title, "\n".join(title_lines), va="top", fontsize=9, fontweight="bold")
    figure.text(x_text, 0.05 / height, "\n".join(note_lines), va="bottom", fontsize=NOTE_SIZE, color=style.GREY)
    pairs = []
    for index in range(len(titles)):
        row, column = divmod(index, layout.columns)
        top = height - title_height - sum(heads[: row + 1]) - row * body
        pairs.append(_pair(figure, layout, column, top))
    return figure, pairs


def _heads(titles: Sequence[str], columns: int) -> list[float]:
    """Return the room above each row of panels: as many lines as its longest title needs."""
    rows = [titles[start : start + columns] for start in range(0, len(titles), columns)]
    lines = [max(text.count("\n") + 1 if text else 0 for text in row) for row in rows]
    return [0.13 * n + 0.10 for n in lines]


def shorten(text: str, width: float, size: float = 7.5) -> str:
    r"""Return ``text`` in at most three lines of ``width`` inches, with an ellipsis where it is cut.

    Examples
    --------
    >>> shorten("Peace", 1.0)
    'Peace'
    >>> shorten("Ministry of Foreign Affairs of the Arlean Republic", 1.0)
    'Ministry of\nForeign\nAffairs of…'
    """
    # Titles are bold, which is wider than the 0.63 of plain text.
    fitting = max(6, int(width * 72 / (size * 0.69)))
    lines = textwrap.wrap(text, fitting, max_lines=3, placeholder="…", break_on_hyphens=False)
    return "\n".join(lines)


def _pair(figure: Figure, layout: Layout, column: int, top: float) -> tuple[Axes, Axes]:
    height = figure.get_figheight()
    left = layout.left + column * (layout.panel_width() + layout.gap)
    across = (left / WIDTH, layout.panel_width() / WIDTH)

    def place(bottom: float, tall: float) -> tuple[float, float, float, float]:
        return across[0], bottom / height, across[1], tall / height

    axes = figure.add_axes(place(top - layout.panel_height, layout.panel_height))
    below = top - layout.panel_height - STRIP_GAP - layout.strip_height
    strip = figure.add_axes(place(below, layout.strip_height), sharex=axes)
    return axes, strip
