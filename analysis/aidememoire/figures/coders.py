"""Two coders of the same corpus side by side: how much of a curve is the way of coding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.errors import SeriesError
from aidememoire.figures.series import HasTable, plot_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["coders_side_by_side", "plot_coders"]

# The group column's name in the joined table.
CODED_BY = "coded_by"


def coders_side_by_side(series: Sequence[HasTable]) -> pd.DataFrame:
    """Return one ``series`` table of several that differ in their coder, which becomes a group column.

    Raises
    ------
    SeriesError
        If there are no series, or one coder stands in two of them.
    """
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


def plot_coders(series: Sequence[HasTable], *, theme: str, title: str = "") -> Figure:
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
