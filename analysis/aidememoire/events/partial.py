"""A series with its occasions partialled out: what the shares are on ordinary days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import SMALL_N, units_of
from aidememoire.errors import SeriesError
from aidememoire.events.calendar import Calendar
from aidememoire.events.entries import Actors
from aidememoire.events.occasions import kinds_of, on_occasion
from aidememoire.frames import checked
from aidememoire.intervals import intraclass_correlation, wilson

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["WEIGHTING", "partial_out"]

Array = np.ndarray[Any, np.dtype[Any]]

WEIGHTING = "occasions partialled out"
# A column that varies less than this within periods tells nothing of its occasion.
NO_VARIATION = 1e-9


def partial_out(series: Series, calendar: Calendar, *, actors: Actors = "who") -> pd.DataFrame:
    """Return the series table with each share as it would be if no statement had been called for by a day.

    Parameters
    ----------
    series
        Shares of sentences or statements, unweighted and without a window.
    calendar, actors
        As for ``occasions``.

    Returns
    -------
    pandas.DataFrame
        A ``series`` table whose share, low and high are those of ordinary days; ``weighting`` says so. The counts are
        those of all statements used, occasioned ones among them. Statements whose occasion is not known (see
        ``with_occasions``) are left out: a period or group of these alone has ``no_data``.

    Raises
    ------
    SeriesError
        If the series is a rate, a count, weighted or slid, or the occasion of no statement is known.

    Notes
    -----
    For each theme and group, of statement i in period t with m sentences, x of them coded,

        x_i / m_i = alpha_t + sum_k gamma_k [i on occasion k] + e_i,    weighted by m_i,

    where k runs over events times ordinary, minor and major round years. The share told is alpha_t. The gamma come
    from differences within periods, so a peak on a day, and one that grows in round years, leaves no trace in alpha. A
    statement whose occasion is seen in no period beside other statements tells nothing of alpha and is left out.

    alpha_t is a weighted sum of shares, ``sum_i a_i x_i / m_i``, so its variance is
    ``p (1 - p) sum_i a_i^2 (1 + (m_i - 1) rho) / m_i``; the interval is Wilson's with the effective number of sentences
    that this gives, as in ``series``, with rho the intraclass correlation within periods and occasions. Without any
    occasion both are the same.

    Assumption: an occasion adds the same in every period. One that grew from year to year, not only in round years,
    would leave a part of its growth in alpha. ``series(with_occasions(...), only={"occasion_kind": ["ordinary"]})``
    needs no such assumption, at the price of gaps and longer intervals; the two should agree.
    """
    series.require_plain_shares("partial_out")
    counts = series.counts
    known = kinds_of(counts, calendar, actors) != "unknown"
    if len(counts) and not known.any():
        raise SeriesError(
            f"partial_out: the occasion of none of {len(counts):,} statements is known: it takes dates known to the day"
            " and actors for whom the calendar has events; leave the occasions in, or bring a calendar of your own"
        )
    grid, cells = series.cells()
    groups = grid.groupby(list(series.by), sort=False).ngroup().to_numpy() if series.by else np.zeros(len(grid), int)
    of_statement = groups[cells]
    columns, on = _columns(counts, calendar, actors)
    units = {theme: units_of(counts, theme, series.measure) for theme in series.themes}
    parts = {theme: np.full((3, len(grid)), np.nan) for theme in series.themes}
    totals = {theme: np.zeros((3, len(grid)), dtype=np.int64) for theme in series.themes}
    for group in range(int(groups.max(initial=-1)) + 1):
        place = np.flatnonzero(groups == group)
        for theme, unit in units.items():
            rows = np.flatnonzero(known & (of_statement == group) & unit["read"])
            z = _dummies(rows, columns, on)
            found = _adjusted(unit["size"][rows], unit["coded"][rows], z, cells[rows] - place[0], len(place))
            parts[theme][:, place], used = found
            for number, values in enumerate((unit["sentences"], np.ones(len(counts)), unit["coded"])):
                kept = rows[used]
                totals[theme][number, place] = np.bincount(cells[kept] - place[0], values[kept], len(place))
    return _table(series, parts, totals)


def _columns(counts: pd.DataFrame, calendar: Calendar, actors: Actors) -> tuple[Array, Array]:
    """Return pairs: row of ``counts``, and number of the event and round year it lies on."""
    found = on_occasion(counts, calendar, actors)
    number = pd.factorize(found["event"] + " " + found["round"])[0]
    return found["position"].to_numpy(), number


def _dummies(rows: Array, position: Array, number: Array) -> Array:
    """Return a column of 0 and 1 for each occasion that any of ``rows`` lies on, shape (rows, occasions)."""
    at = np.searchsorted(rows, position)
    here = at < len(rows)
    here[here] = rows[at[here]] == position[here]
    names, column = np.unique(number[here], return_inverse=True)
    z = np.zeros((len(rows), len(names)))
    z[at[here], column] = 1.0
    return z


def _adjusted(size: Array, coded: Array, z: Array, cell: Array, n_cells: int) -> tuple[Array, Array]:
    """Return share, low and high of each period, shape (3, periods), and which statements were used."""
    used = _telling(size, z, cell, n_cells)
    size, coded, z, cell = size[used], coded[used], z[used], cell[used]
    out = np.full((3, n_cells), np.nan)
    whole = np.bincount(cell, size, n_cells)
    there = whole > 0
    if not there.any():
        return out, used
    mean_z, z_in = _centred(size, z, cell, whole)
    bread = np.linalg.pinv((size[:, None] * z_in).T @ z_in)
    gamma = bread @ (z_in.T @ coded)
    raw = np.divide(np.bincount(cell, coded, n_cells), whole, out=np.zeros(n_cells), where=there)
    # A period of which the common effect takes more than it has is at zero.
    share = np.clip(raw - mean_z @ gamma, 0.0, 1.0)
    effective = _effective(size, z, z_in, cell, mean_z @ bread, intraclass_correlation(coded, size, _kinds(z, cell)))
    low, high = wilson(share[there], effective[there])
    alone = np.bincount(cell, minlength=n_cells)[there] < 2
    out[:, there] = share[there], np.where(alone, np.nan, low), np.where(alone, np.nan, high)
    return out, used


def _centred(size: Array, z: Array, cell: Array, whole: Array) -> tuple[Array, Array]:
    """Return the mean of each column in each period, and the columns without it."""
    total = np.zeros((len(whole), z.shape[1]))
    np.add.at(total, cell, size[:, None] * z)
    mean = total / np.where(whole > 0, whole, 1.0)[:, None]
    return mean, z - mean[cell]


def _telling(size: Array, z: Array, cell: Array, n_cells: int) -> Array:
    """Leave out statements on occasions that no period has beside other statements, until none is left."""
    used = np.ones(len(size), dtype=bool)
    while True:
        whole = np.bincount(cell[used], size[used], n_cells)
        _, z_in = _centred(size[used], z[used], cell[used], whole)
        flat = (np.abs(z_in) < NO_VARIATION).all(axis=0)
        lost = used & (z[:, flat] > 0).any(axis=1)
        if not lost.any():
            return used
        used &= ~lost


def _kinds(z: Array, cell: Array) -> Array:
    """Number the combinations of period and occasions."""
    _, pattern = np.unique(_bits(z), return_inverse=True)
    _, number = np.unique(cell * (pattern.max(initial=0) + 1) + pattern, return_inverse=True)
    return np.asarray(number)


def _bits(z: Array) -> Array:
    """Return each row of 0 and 1 as one value that compares quickly."""
    packed = np.packbits(np.column_stack([z > 0, np.zeros(len(z), dtype=bool)]), axis=1)
    bits: Array = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    return bits


def _effective(size: Array, z: Array, z_in: Array, cell: Array, pull: Array, correlation: float) -> Array:
    """Return how many independent sentences the estimate of each period is worth.

    ``pull`` is the period's mean of the columns times the inverse of their products, shape (periods, occasions):
    statement j adds ``[j in t] m_j / M_t - m_j pull_t . z_in_j`` to the estimate of period t.
    """
    n_cells = len(pull)
    whole = np.bincount(cell, size, n_cells)
    noise = (1 + (size - 1) * correlation) / size
    own = size / whole[cell]
    reach = size * (pull[cell] * z_in).sum(axis=1)
    weighted = (size**2 * noise)[:, None] * z_in
    spread = np.bincount(cell, own**2 * noise - 2 * own * reach * noise, n_cells)
    spread += np.einsum("tk,kl,tl->t", pull, z_in.T @ weighted, pull)
    return np.divide(1.0, spread, out=np.zeros(n_cells), where=spread > 0)


def _table(series: Series, parts: dict[str, Array], totals: dict[str, Array]) -> pd.DataFrame:
    """Return the series table with other shares, intervals and counts."""
    share, low, high = np.concatenate([parts[theme] for theme in series.themes], axis=1)
    n_sentences, n_statements, n_coded = np.concatenate([totals[theme] for theme in series.themes], axis=1)
    flag = np.where(n_statements == 0, "no_data", np.where(n_statements < SMALL_N, "small_n", ""))
    table = series.table.assign(
        n_sentences=n_sentences, n_statements=n_statements, n_coded=n_coded, share=share, low=low, high=high, flag=flag
    )
    # A correction of the coder's error belongs to the share it was made for.
    table = table.assign(corrected_share=np.nan, corrected_low=np.nan, corrected_high=np.nan, weighting=WEIGHTING)
    return checked(table.astype({"flag": "str", "weighting": "str"}), "series", series.by)
