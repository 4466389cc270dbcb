"""A series as what its tests work on: one line a theme and group, points with the weight that they deserve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from aidememoire.aggregate import units_of
from aidememoire.intervals import effective_size

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["Array", "Line", "extra_correlation", "lines_of", "runs", "weights_of"]

# How sure the upper limit of what periods differ beyond sampling is.
SURE = 0.9
# A crawl that brings less than this part of its usual statements has a gap.
THIN = 0.1

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One theme of one group over the calendar.

    Attributes
    ----------
    theme
        Which.
    group
        Values of the columns of ``by``, in their order.
    labels
        Every period from the first of the series to its last, shape (periods,).
    share
        Coded over eligible units; NaN where there is no data.
    size
        How many independent units each period is worth; 0 where there is no data.
    statements
        How many statements each period has, shape (periods,).
    coded, units
        All coded and all eligible units.
    first_cell
        Cell of the first period in ``Series.cells``.
    """

    theme: str
    group: tuple[str, ...]
    labels: tuple[str, ...]
    share: Array
    size: Array
    statements: Array
    coded: float
    units: float
    first_cell: int

    @property
    def there(self) -> Array:
        """Positions of the periods with data."""
        return np.flatnonzero(self.size > 0)

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Stretches of data, as half-open pairs; a period with under ``THIN`` of the usual statements is a gap."""
        usual = np.median(self.statements[self.size > 0]) if (self.size > 0).any() else 0.0
        return runs(np.flatnonzero((self.size > 0) & (self.statements >= THIN * usual)))


def lines_of(series: Series, themes: tuple[str, ...]) -> Iterator[Line]:
    """Yield the lines of a series, theme after theme."""
    grid, cells = series.cells()
    labels = tuple(dict.fromkeys(grid["period"]))
    n = len(labels)
    groups = grid[list(series.by)].iloc[::n].itertuples(index=False, name=None) if n else iter(())
    keys = [tuple(str(value) for value in key) for key in groups]
    for theme in themes:
        unit = units_of(series.counts, theme, series.measure)
        read = unit["read"]
        size, coded, cell = unit["size"][read], unit["coded"][read], cells[read]
        worth = effective_size(np.ones(len(size)), size, series.correlation[theme], cell, len(grid))
        whole, found = np.bincount(cell, size, len(grid)), np.bincount(cell, coded, len(grid))
        statements = np.bincount(cell, minlength=len(grid))
        share = np.divide(found, whole, out=np.full(len(grid), np.nan), where=whole > 0)
        for number, key in enumerate(keys):
            own = slice(number * n, (number + 1) * n)
            n_coded, n_units = float(found[own].sum()), float(whole[own].sum())
            yield Line(theme, key, labels, share[own], worth[own], statements[own], n_coded, n_units, own.start)


def runs(there: Array) -> list[tuple[int, int]]:
    """Return the runs of neighbouring positions, as half-open pairs.

    Examples
    --------
    >>> runs(np.array([3, 4, 5, 9]))
    [(3, 6), (9, 10)]
    """
    if not len(there):
        return []
    parts = np.split(there, np.flatnonzero(np.diff(there) > 1) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]


def extra_correlation(
    share: Array, size: Array, fitted: Array, leverage: Array, searched: float = 0.0
) -> tuple[float, float]:
    """Return how much periods differ beyond the sampling of statements, as a correlation within periods, and at most.

    Parameters
    ----------
    share, size
        Points and their effective sizes, shape (periods,).
    fitted, leverage
        What a model says of each, and the diagonal of its hat matrix.
    searched
        Degrees of freedom that choosing the model took beside those of its coefficients.

    Notes
    -----
    Moment estimate of kappa in ``var(share) = p (1 - p) (1 / n + kappa)``, from the Pearson chi-square of a model
    fitted with weights n: ``(X2 - sum(1 - h)) / sum((1 - h) n)``, not below 0 (method III of Williams 1982, Applied
    Statistics 31:144-148, in one step). "At most" is its upper limit at ``SURE``: X2 times its degrees of freedom over
    their lower quantile of the chi-square law.
    """
    spread = fitted * (1 - fitted)
    pearson = np.divide(size * (share - fitted) ** 2, spread, out=np.zeros(len(share)), where=spread > 0).sum()
    room = ((1 - leverage) * size).sum()
    left = max(1.0, (1 - leverage).sum() - searched)
    if not room > 0:
        return 0.0, 0.0
    limit = pearson * left / (2 * special.gammaincinv(left / 2, 1 - SURE))
    return float(max(0.0, pearson - left) / room), float(max(0.0, limit - left) / room)


def weights_of(size: Array, extra: float) -> Array:
    """Return what each point weighs: its effective size, less where periods differ beyond sampling.

    Examples
    --------
    >>> weights_of(np.array([100.0, 10_000.0]), 0.01).round().tolist()
    [50.0, 99.0]
    """
    weights: Array = 1.0 / (1.0 / size + extra)
    return weights
