"""Two coders of the same corpus side by side: how much of a curve is the way of coding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.errors import SeriesError
from aidememoire.figures.series import plot_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from aidememoire.shares import Series

__all__ = ["coders_side_by_side", "plot_coders"]

# The group column's name in the joined table.
CODED_BY = "coded_by"
# What the panels must share, so that they show the coder alone.
_ALIKE = ("period", "by", "voices", "codes", "stances", "measure", "count", "weighting", "window")


def coders_side_by_side(series: Sequence[Series]) -> pd.DataFrame:
    """Return one ``series`` table of several that differ in their coder, which becomes a group column.

    Raises
    ------
    SeriesError
        If there are no series, one coder stands in two of them, or they differ in more than the coder.
    """
    for name in _ALIKE:
        asked = {str(getattr(each, name)) for each in series}
        if len(asked) > 1:
            raise SeriesError(f"plot_coders: series that differ in {name} ({', '.join(sorted(asked))}) do not compare")
    tables = [each.table for each in series]
    names = [str(name) for table in tables for name in table["coder"].unique()]
    if not tables or len(set(names)) < len(names):
        raise SeriesError(f"plot_coders: give series of different coders; these are by {', '.join(names) or 'none'}")
    parts = []
    for table in tables:
        # Behind the period stand the columns that make the panels.
        joined = table.assign(coder=" and ".join(names))
        joined.insert(list(table.columns).index("period") + 1, CODED_BY, table["coder"].astype(str))
        parts.append(joined)
    return pd.concat(parts, ignore_index=True)


def plot_coders(series: Sequence[Series], *, theme: str, title: str = "") -> Figure:
    """Draw one theme as several coders found it, a panel each with the same axes.

    Parameters
    ----------
    series
        Results of `aidememoire.series` on one coding, for instance with ``coder="rules"`` and ``coder="best"``.
    theme, title
        As in `plot_series`.

    Raises
    ------
    SeriesError
        As `coders_side_by_side` and `plot_series` do.
    """
    return plot_series(coders_side_by_side(series), theme=theme, title=title)
