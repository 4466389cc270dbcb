"""Two sides of a change: sets of periods, the statements in each, and their sums over resampled statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from aidememoire.aggregate import PER_WORDS, units_of
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = [
    "FEW", "Change", "Periods", "Sides", "block_of", "change_of", "check_apart", "check_series", "drawn_sums",
    "interval", "lies_in", "periods_in", "scale_of", "sides_of", "units",
]  # fmt: skip

Array = np.ndarray[Any, np.dtype[Any]]

# One period, "first..last" with both ends, or several periods by name.
Periods = str | Sequence[str]

LEVEL = 0.95
# Fewer statements, or statements with the theme, than this on a side: percentile intervals are too short there.
FEW = 5
# Statements times draws held at once.
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """A share on both sides, and their difference.

    Attributes
    ----------
    before, after
        The share on each side, or the rate per 1,000 words.
    difference, low, high
        ``after - before`` with its 95% interval, which is missing where a side has one statement.
    n_before, n_after
        Statements on each side.
    """

    before: float
    after: float
    difference: float
    low: float
    high: float
    n_before: int
    n_after: int


@dataclass(frozen=True, slots=True)
class Sides:
    """The statements of both sides.

    Attributes
    ----------
    counts
        Their rows in the counts of the series, those before and then those after.
    coded, size
        What each adds to numerator and denominator, shape (statements,).
    n_before
        How many of them are before.
    before, after
        Periods of each side that have statements, in order.
    empty
        Periods asked for, between the ends of the series, that have none.
    """

    counts: pd.DataFrame
    coded: Array
    size: Array
    n_before: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    empty: tuple[str, ...]

    @property
    def n_after(self) -> int:
        """How many statements are after."""
        return len(self.coded) - self.n_before

    @property
    def rows(self) -> tuple[slice, slice]:
        """Where the statements of each side stand."""
        return slice(None, self.n_before), slice(self.n_before, None)


def lies_in(labels: pd.Series[str], asked: Periods, name: str, caller: str) -> Array:
    """Return which of ``labels`` lie in the periods asked for, shape (statements,); perhaps none.

    Raises
    ------
    SeriesError
        If a range ends before it begins.

    Examples
    --------
    >>> lies_in(pd.Series(["2014", "2016", "2019"]), "2014..2018", "before", "decompose").tolist()
    [True, True, False]
    >>> lies_in(pd.Series(["2013-12", "2014-01", "2018-12", "2019-01"]), "2014..2018", "before", "decompose").tolist()
    [False, True, True, False]
    """
    if not isinstance(asked, str):
        return labels.isin(list(asked)).to_numpy()
    first, dots, last = (part.strip() for part in asked.partition(".."))
    if not first or (dots and last < first):
        raise SeriesError(f"{caller}: {name}={asked!r} is no range of periods; write first..last, as in '2014..2018'")
    end = last or first
    # 2018-12 lies in 2018: a label is compared with as much of it as the range is written to.
    return ((labels >= first) & (labels.str.slice(0, len(end)) <= end)).to_numpy(dtype=bool)


def periods_in(labels: pd.Series[str], asked: Periods, name: str, caller: str) -> Array:
    """Return the same as ``lies_in``, of which some must.

    Raises
    ------
    SeriesError
        If no label lies in the periods.
    """
    found = lies_in(labels, asked, name, caller)
    if not found.any():
        said = asked if isinstance(asked, str) else ", ".join(asked)
        there = f"statements lie in {labels.min()} to {labels.max()}" if len(labels) else "the series has none at all"
        raise SeriesError(f"{caller}: no statement in {name} ({said}); {there}. Give periods as the series names them")
    return found


def check_series(series: Series, theme: str | None, caller: str) -> None:
    """Raise a SeriesError unless the shares of the series are sums over statements, and it has the theme."""
    if theme is not None and theme not in series.themes:
        raise SeriesError(f"{caller}: no theme {theme!r} in this series; it has {', '.join(series.themes)}")
    if series.measure == "counts":
        raise SeriesError(f"{caller}: counts grow with the corpus and have no composition; count shares (measure=)")
    if series.weighting == "actor":
        raise SeriesError(
            f"{caller}: with weighting='actor' every actor weighs the same by choice; use 'sentence' or 'statement'"
        )
    if series.window > 1:
        raise SeriesError(f"{caller}: points of a sliding window share statements; give a series with window=1")


def units(series: Series, theme: str) -> tuple[Array, Array, Array]:
    """Return what each statement adds to numerator and denominator, and whether a rule reads it."""
    found = units_of(series.counts, theme, series.measure)
    if series.weighting == "sentence":
        return found["coded"], found["size"], found["read"]
    # Every statement weighs one, however long.
    share = np.divide(found["coded"], found["size"], out=np.zeros(len(series.counts)), where=found["size"] > 0)
    return share, found["read"].astype(np.float64), found["read"]


def scale_of(series: Series) -> float:
    """Return what a ratio of sums is multiplied by: 1,000 for rates per 1,000 words."""
    return float(PER_WORDS) if series.measure == "words" else 1.0


def sides_of(series: Series, theme: str, before: Periods, after: Periods, caller: str) -> Sides:
    """Return the statements of both sides that a rule of the theme reads.

    Raises
    ------
    SeriesError
        If a side has none, the sides overlap, or the series is of a kind that ``check_series`` refuses.
    """
    check_series(series, theme, caller)
    coded, size, read = units(series, theme)
    labels = series.counts["period"]
    first, second = (periods_in(labels, asked, name, caller) for name, asked in (("before", before), ("after", after)))
    check_apart(labels, first, second, caller)
    for name, side in (("before", first), ("after", second)):
        if not (side & read).any():
            raise SeriesError(f"{caller}: no rule of {theme!r} reads the language of the statements in {name}")
    rows = np.concatenate([np.flatnonzero(first & read), np.flatnonzero(second & read)])
    n_before = int((first & read).sum())
    there = labels.to_numpy()[rows]
    grid = series.cells()[0]["period"].drop_duplicates()
    asked_for = grid[lies_in(grid, before, "before", caller) | lies_in(grid, after, "after", caller)]
    return Sides(
        counts=series.counts.iloc[rows].reset_index(drop=True),
        coded=coded[rows],
        size=size[rows],
        n_before=n_before,
        before=tuple(sorted(set(there[:n_before]))),
        after=tuple(sorted(set(there[n_before:]))),
        empty=tuple(sorted(set(asked_for) - set(there))),
    )


def check_apart(labels: pd.Series[str], before: Array, after: Array, caller: str) -> None:
    """Raise a SeriesError if a statement is on both sides."""
    if (before & after).any():
        both = ", ".join(sorted(labels[before & after].unique()))
        raise SeriesError(f"{caller}: {both} lies before and after; a period stands on one side")


def block_of(width: int) -> int:
    """Return how many draws of ``width`` numbers each are held at once."""
    return max(1, _BLOCK // width)


def drawn_sums(
    values: Array, groups: Array, n_groups: int, draws: int, rng: np.random.Generator, block: int
) -> Iterator[Array]:
    """Yield sums by group over resampled statements, in blocks of shape (draws in the block, groups, k).

    Parameters
    ----------
    values
        What is added up of each statement, shape (statements, k).
    groups
        Group of each statement, below ``n_groups``.
    draws, rng
        How often all statements are drawn again with replacement, and from what.
    block
        Draws held at once.

    Notes
    -----
    The number of statements of the whole side stays; that of a group varies, because who speaks is part of what is
    sampled.
    """
    n, k = values.shape
    columns = (groups[:, None] * k + np.arange(k)).ravel()
    spread = sparse.csr_array((values.ravel(), (np.repeat(np.arange(n), k), columns)), shape=(n, n_groups * k)).T
    for start in range(0, draws, block):
        size = min(block, draws - start)
        drawn = rng.integers(0, n, size=(size, n)) + np.arange(size)[:, None] * n
        times = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield np.asarray((spread @ times.T).T).reshape(size, n_groups, k)


def interval(drawn: Array, n_before: int, n_after: int) -> tuple[Array, Array]:
    """Return percentile limits of draws along the first axis, missing where a side has one statement."""
    margin = (1 - LEVEL) / 2
    if min(n_before, n_after) < 2:
        return np.full(drawn.shape[1:], np.nan), np.full(drawn.shape[1:], np.nan)
    low, high = np.quantile(drawn, [margin, 1 - margin], axis=0)
    return low, high


def change_of(sides: Sides, shares: Array, low: float, high: float) -> Change:
    """Return the change from the share of each side, shape (2,), and the interval of their difference."""
    before, after = map(float, shares)
    return Change(before, after, after - before, float(low), float(high), sides.n_before, sides.n_after)
