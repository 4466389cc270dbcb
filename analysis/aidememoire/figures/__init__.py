"""Tables to matplotlib figures; nothing is computed here, and pyplot is never touched."""

from __future__ import annotations

from aidememoire.figures.coders import coders_side_by_side, plot_coders
from aidememoire.figures.composition import plot_decomposition, plot_fixed_composition
from aidememoire.figures.contrast import key_words, plot_cooccurrence, plot_keyness
from aidememoire.figures.dyads import plot_accusations, plot_ladder
from aidememoire.figures.events import plot_event_study
from aidememoire.figures.glyphs import missing_characters
from aidememoire.figures.leadlag import plot_lead_lag
from aidememoire.figures.panels import Mark
from aidememoire.figures.robustness import curve_rows, plot_robustness
from aidememoire.figures.save import save_figure
from aidememoire.figures.series import plot_series, plot_themes, rows_drawn
from aidememoire.figures.shifts import plot_shifts
from aidememoire.figures.style import house_style

__all__ = [
    "Mark",
    "coders_side_by_side",
    "curve_rows",
    "house_style",
    "key_words",
    "missing_characters",
    "plot_accusations",
    "plot_coders",
    "plot_cooccurrence",
    "plot_decomposition",
    "plot_event_study",
    "plot_fixed_composition",
    "plot_keyness",
    "plot_ladder",
    "plot_lead_lag",
    "plot_robustness",
    "plot_series",
    "plot_shifts",
    "plot_themes",
    "rows_drawn",
    "save_figure",
]
