"""A figure that is one grid of coloured cells with numbers in them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.axis import text_width
from aidememoire.figures.layout import NOTE_CHARACTERS, NOTE_LINE, NOTE_SIZE, TITLE_CHARACTERS, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["NO_DATA", "NO_RUNG", "cells", "colours", "grid", "numbers", "room"]

# Light to dark, sand to blue: the order holds in grey print and for every common colour blindness.
RAMP = ("#f4ecd2", "#d9dcb4", "#a9cbb2", "#6fb0b4", "#3f83a8", "#1f4e79", "#14304d")
NO_RUNG, NO_DATA = "#ffffff", "#e3e7ea"
_ROW = 0.2  # inches


def colours(n: int) -> list[str]:
    """Return n shades in order.

    Examples
    --------
    >>> colours(2)
    ['#f4ecd2', '#14304d']
    """
    return [RAMP[round(at * (len(RAMP) - 1) / max(1, n - 1))] for at in range(n)]


def room(names: Sequence[str]) -> float:
    """Return how many inches the longest of ``names`` takes beside the grid."""
    return 0.16 + max((text_width(name, 6.5) for name in names), default=20.0) / 72


def grid(
    rows: Sequence[str], columns: int, title: str, note: str, *, left: float, top: float = 0.06, below: float = 0.08
) -> tuple[Figure, Axes]:
    """Return a figure with one grid of cells, and its axes; ``left``, ``top``, ``below`` are inches left free."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    title_lines = textwrap.wrap(title, TITLE_CHARACTERS, max_lines=2, placeholder="…")
    note_lines = textwrap.wrap(note, NOTE_CHARACTERS)
    head = 0.17 * len(title_lines) + (0.08 if title_lines else 0.0) + top
    body, foot = _ROW * max(1, len(rows)), below + NOTE_LINE * len(note_lines) + 0.08
    height = head + body + foot
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    if title_lines:
        figure.text(0.06 / WIDTH, 1 - 0.05 / height, "\n".join(title_lines), va="top", fontsize=9, fontweight="bold")
    figure.text(0.06 / WIDTH, 0.05 / height, "\n".join(note_lines), va="bottom", fontsize=NOTE_SIZE, color=style.GREY)
    wide = min(WIDTH - left - 0.45, 0.42 * max(1, columns))
    axes = figure.add_axes((left / WIDTH, foot / height, wide / WIDTH, body / height))
    axes.set_xlim(-0.5, max(1, columns) - 0.5)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.tick_params(axis="y", length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if not rows:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", va="center", color=style.GREY)
    return figure, axes


def cells(axes: Axes, level: np.ndarray, shades: Sequence[str], first: int) -> None:
    """Colour each cell: the level ``first`` has the first of ``shades``, the next level the next."""
    from matplotlib.colors import ListedColormap

    if level.size:
        mesh = np.arange(level.shape[1] + 1) - 0.5, np.arange(level.shape[0] + 1) - 0.5
        axes.pcolormesh(
            *mesh, level, cmap=ListedColormap(list(shades)), vmin=first - 0.5, vmax=first + len(shades) - 0.5,
            edgecolors="#d5dade", linewidth=min(0.4, 12 / level.shape[1]),
        )  # fmt: skip


def numbers(axes: Axes, n: np.ndarray, dark: np.ndarray) -> None:
    """Print what is not 0, where a cell is wide enough for the longest number."""
    inches = axes.get_position().width * axes.figure.get_figwidth() * 72  # type: ignore[union-attr]
    room = inches / max(1, n.shape[1])
    size = min(6.0, room / (0.68 * len(str(n.max(initial=0)))))
    if size < 3.5:
        return
    for row, column in zip(*np.nonzero(n), strict=True):
        colour = "white" if dark[row, column] else style.INK
        axes.text(column, row, f"{n[row, column]}", ha="center", va="center", fontsize=size, color=colour)
