"""Tables to matplotlib figures; nothing is computed here, and pyplot is never touched."""

from __future__ import annotations

from aidememoire.figures.glyphs import missing_characters
from aidememoire.figures.panels import Mark
from aidememoire.figures.save import save_figure
from aidememoire.figures.series import plot_series, plot_themes, rows_drawn

__all__ = ["Mark", "missing_characters", "plot_series", "plot_themes", "rows_drawn", "save_figure"]
