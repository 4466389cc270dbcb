"""Two groups of a series by period, and what is to be taken out of both before they are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import units_of
from aidememoire.errors import SeriesError
from aidememoire.intervals import effective_size

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["GroupShares", "design_of", "shares_of", "two_of"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class GroupShares:
    """One group by period: shares (missing without data), sampling variance, coded and eligible units."""

    share: Array
    noise: Array
    coded: Array
    size: Array

    @property
    def alike(self) -> Array:
        """The weight 1 wherever there is a share."""
        return np.where(self.size > 0, 1.0, np.nan)


def shares_of(series: Series, theme: str) -> dict[str, GroupShares]:
    """Return each group of a series that is grouped by one column, by name."""
    grid, cells = series.cells()
    units = units_of(series.counts, theme, series.measure)
    size = np.bincount(cells, units["size"], len(grid))
    coded = np.bincount(cells, units["coded"], len(grid))
    read = units["read"]
    rho = series.correlation[theme]
    n_eff = effective_size(np.ones(int(read.sum())), units["size"][read], rho, cells[read], len(grid))
    found = {}
    for name, rows in grid.groupby(series.by[0], sort=False).indices.items():
        x, m = coded[rows], size[rows]
        level = x.sum() / m.sum() if m.sum() else 0.0
        nan = np.full(len(rows), np.nan)
        noise = np.divide(level * (1 - level), n_eff[rows], out=nan.copy(), where=n_eff[rows] > 0)
        found[str(name)] = GroupShares(np.divide(x, m, out=nan, where=m > 0), noise, x, m)
    return found


def two_of(shares: dict[str, GroupShares], a: str, b: str, theme: str) -> tuple[GroupShares, GroupShares]:
    """Return the groups a and b.

    Raises
    ------
    SeriesError
        If they are not two groups, or one of them has no data or always the same share.
    """
    if a == b or a not in shares or b not in shares:
        raise SeriesError(
            f"lead_lag: a and b must be two of {', '.join(sorted(shares)) or 'nobody'}; {a!r} and {b!r} were given"
        )
    for name in (a, b):
        known = shares[name].share[np.isfinite(shares[name].share)]
        if len(known) == 0 or (known == known[0]).all():
            raise SeriesError(f"lead_lag: the share of {theme} never varies for {name}, so that nothing can go with it")
    return shares[a], shares[b]


def design_of(
    labels: list[str], others: list[GroupShares], common: bool, lags: int, events: pd.DataFrame | None
) -> tuple[Array, tuple[str, ...]]:
    """Return columns to take out, one row a period, missing where the others have no data, and what they are.

    Parameters
    ----------
    labels
        The periods, complete.
    others
        The groups that tell what is common.
    common
        Whether to take it out; ``lags`` earlier periods of it too.
    events
        Further columns by ``period``, 0 where it has no row.

    Raises
    ------
    SeriesError
        If ``events`` has no column ``period`` or a period twice.
    """
    n = len(labels)
    columns, names = [np.linspace(-1, 1, n) if n > 1 else np.zeros(n)], ["a straight line over time"]
    if common:
        expected = [each.size * (each.coded.sum() / each.size.sum()) for each in others if each.size.sum()]
        size = np.sum([each.size for each in others], axis=0)
        excess = np.sum([each.coded for each in others], axis=0) - np.sum(expected, axis=0)
        shared = np.divide(excess, size, out=np.full(n, np.nan), where=size > 0)
        for lag in range(lags + 1):
            then = np.concatenate([np.full(lag, np.nan), shared[: n - lag]])
            columns += [then, then**2]
            names.append("what all others do" if lag == 0 else f"what they did {lag} earlier")
    if events is not None:
        if "period" not in events or events["period"].duplicated().any():
            raise SeriesError("lead_lag: events need a column 'period' with one row a period")
        given = events.set_index("period").reindex(labels).fillna(0.0)
        columns += [given[name].to_numpy(dtype=np.float64) for name in given.columns]
        names += [str(name) for name in given.columns]
    return np.column_stack([np.ones(n), *columns]), tuple(names)
