"""Shares by period as they would be if who speaks, and in what kind of document, had stayed the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import SMALL_N
from aidememoire.composition.groups import check_columns
from aidememoire.composition.sides import Periods, check_series, periods_in, scale_of, units
from aidememoire.intervals import effective_size, intraclass_correlation, wilson

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["fixed_composition"]

Array = np.ndarray[Any, np.dtype[Any]]

POOLED = "pooled"
# Of the fixed weight, less than this has data in the period: the point speaks of other groups than its neighbours.
LOW_COVER = 0.5


def fixed_composition(
    series: Series, *, by: Sequence[str] = ("actor", "kind"), weights: Periods = POOLED
) -> pd.DataFrame:
    """Return the shares of every theme by period at a fixed mix of groups.

    Parameters
    ----------
    series
        Shares weighted by sentence or by statement. All of its statements count, whatever it is grouped by.
    by
        Columns of ``series.counts`` whose combinations are the groups, at most four.
    weights
        Whose mix is held: ``pooled``, that of all periods together, or that of a period or range (``"2014..2018"``).

    Returns
    -------
    pandas.DataFrame
        One row a theme and period: theme, period, share (as it is), fixed_share, low, high (of the fixed share, 95%),
        covered (the part of the fixed weight whose groups have data in the period), n_groups, n_missing (groups of the
        fixed mix without data), n_statements, flag (``no_data``, ``small_n``, ``low_cover``: less than half covered).

    Raises
    ------
    SeriesError
        If columns or periods are not there, or the series is weighted by actor, counts, or slides.

    Notes
    -----
    Direct standardisation: with W the fixed weights and r the share of a group in a period,

        fixed_share = sum(W r) / sum(W),  covered = sum(W), over groups with data in the period

    (Kitagawa 1955, JASA 50:1168-1194; Das Gupta 1993, Standardization and Decomposition of Rates, U.S. Bureau of the
    Census, P23-186). Leaving out groups without data is renormalising: it takes them to have the share of the others.
    The interval is Wilson's with the effective size of unequally weighted sentences, as in `aidememoire.intervals`; the
    weights are taken as known. The intraclass correlation is that of statements within groups and periods where these
    hold two statements on average, and the one within periods of the series where they hold fewer.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> head = "---\\ndate: {}-05-01\\nactor: {}\\n---\\n\\n{}"
    >>> texts = [(2019, "XAA", "They falsify history."), (2019, "XBB", "It rained. It snowed. It thawed."),
    ...     (2020, "XAA", "They falsify history. They falsify history again. We object."), (2020, "XBB", "It rained.")]
    >>> for year, actor, text in texts:
    ...     _ = (folder / f"{actor}{year}.md").write_text(head.format(year, actor, text), encoding="utf-8")
    >>> corpus = am.Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> table = fixed_composition(am.series(am.code(corpus, am.load_codebook())), by=["actor"])
    >>> table.loc[table["theme"] == "anti_revisionism", ["share", "fixed_share"]].round(2).values.tolist()
    [[0.25, 0.5], [0.5, 0.33]]
    >>> corpus.close()
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    check_series(series, None, "fixed_composition")
    check_columns(series, by, "fixed_composition")
    counts = series.counts
    periods = series.cells()[0]["period"].drop_duplicates().tolist()
    if not periods:
        return _frame([])
    held = np.ones(len(counts), dtype=bool)
    if weights != POOLED:
        held = periods_in(counts["period"], weights, "weights", "fixed_composition")
    period = pd.Categorical(counts["period"], categories=periods).codes.astype(np.int64)
    group = counts[list(by)].astype("str").groupby(list(by), sort=True).ngroup().to_numpy()
    rows = [
        _standardised(theme, periods, period, group, held, units(series, theme), series.correlation[theme])
        for theme in series.themes
    ]
    table = _frame(rows)
    for column in ("share", "fixed_share", "low", "high"):
        table[column] *= scale_of(series)
    return table


def _standardised(
    theme: str,
    periods: list[str],
    period: Array,
    group: Array,
    held: Array,
    unit: tuple[Array, ...],
    correlation: float,
) -> pd.DataFrame:
    coded, size, read = unit
    n_periods, n_groups = len(periods), int(group.max()) + 1
    fixed = np.bincount(group[held], size[held], n_groups)
    fixed = fixed / fixed.sum() if fixed.sum() else fixed
    used = read & (fixed[group] > 0)
    pair, place = np.unique(np.stack([period[used], group[used]]), axis=1, return_inverse=True)
    place = place.ravel()
    n_pair = np.bincount(place, size[used], pair.shape[1])
    covered = np.bincount(pair[0], fixed[pair[1]], n_periods)
    # What one unit of a statement weighs in its period: the groups there share the whole weight.
    weight = fixed[group[used]] / n_pair[place] / covered[period[used]]
    share = np.bincount(period[used], weight * coded[used], n_periods)
    rho = correlation
    if len(place) >= 2 * pair.shape[1]:
        rho = intraclass_correlation(coded[used], size[used], place)
    effective = effective_size(weight, size[used], rho, period[used], n_periods)
    n_statements = np.bincount(period[used], minlength=n_periods)
    n_seen = np.bincount(pair[0], minlength=n_periods)
    there = n_statements > 0
    low, high = wilson(np.clip(share, 0.0, 1.0), effective)
    whole = np.bincount(period[read], size[read], n_periods)
    crude = np.bincount(period[read], coded[read], n_periods)
    flags = [~there, n_statements < SMALL_N, covered < LOW_COVER]
    return pd.DataFrame(
        {
            "theme": theme,
            "period": periods,
            "share": np.divide(crude, whole, out=np.full(n_periods, np.nan), where=whole > 0),
            "fixed_share": np.where(there, share, np.nan),
            "low": np.where(n_statements > 1, low, np.nan),
            "high": np.where(n_statements > 1, high, np.nan),
            "covered": covered,
            "n_groups": n_seen,
            "n_missing": int((fixed > 0).sum()) - n_seen,
            "n_statements": n_statements,
            "flag": np.select(flags, ["no_data", "small_n", "low_cover"], ""),
        }
    )


def _frame(rows: list[pd.DataFrame]) -> pd.DataFrame:
    columns = "theme period share fixed_share low high covered n_groups n_missing n_statements flag".split()
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=pd.Index(columns))
    numbers = dict.fromkeys(("share", "fixed_share", "low", "high", "covered"), "float64")
    whole = dict.fromkeys(("n_groups", "n_missing", "n_statements"), "int64")
    return table.astype({"theme": "str", "period": "str", "flag": "str", **numbers, **whole})
