"""Tables to matplotlib figures; nothing is computed here, and pyplot is never touched."""

from __future__ import annotations

from aidememoire.figures.coders import coders_side_by_side, plot_coders
from aidememoire.figures.glyphs import missing_characters
from aidememoire.figures.panels import Mark
from aidememoire.figures.save import save_figure
from aidememoire.figures.series import plot_series, plot_themes, rows_drawn

__all__ = [
    "Mark",
    "coders_side_by_side",
    "missing_characters",
    "plot_coders",
    "plot_series",
    "plot_themes",
    "rows_drawn",
    "save_figure",
]
