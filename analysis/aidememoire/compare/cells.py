"""Cells of two series beside each other, and what each cause adds to the change of their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["contributions", "group_columns", "moved_cells"]

_NEAR = 1e-9  # shares are written with ten digits


def group_columns(series: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that a series is grouped by.

    Examples
    --------
    >>> from aidememoire import frames
    >>> group_columns(frames.empty("series").assign(actor="")[["theme", "period", "actor", "n_sentences"]])
    ('actor',)
    """
    columns = list(series.columns)
    return tuple(columns[columns.index("period") + 1 : columns.index("n_sentences")])


def moved_cells(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the cells whose numbers differ.

    Parameters
    ----------
    before, after
        ``series`` tables of the same groups and kind of period.
    keys
        ``theme``, the group columns, ``period``.

    Returns
    -------
    DataFrame
        ``keys``, then eligible, coded and share, each ``_before`` and ``_after``, and ``difference`` of the shares.
        A cell that one run does not have, or has no data for, has no share there and no difference. Eligible and
        coded are statements where the share is one of statements, else sentences.
    """
    size = "n_statements" if (after["measure"] == "statements").any() else "n_sentences"
    columns = {size: "eligible", "n_coded": "coded", "share": "share"}
    sides = [table[[*keys, *columns]].rename(columns=columns) for table in (before, after)]
    joined = sides[0].merge(sides[1], on=keys, how="outer", suffixes=("_before", "_after"))
    counts = [f"{name}_{side}" for name in ("eligible", "coded") for side in ("before", "after")]
    joined = joined.assign(**{name: joined[name].fillna(0).astype("int64") for name in counts})
    difference = joined["share_after"] - joined["share_before"]
    same_share = (difference.abs() < _NEAR) | (joined["share_before"].isna() & joined["share_after"].isna())
    same = same_share & (joined["eligible_before"] == joined["eligible_after"])
    same &= joined["coded_before"] == joined["coded_after"]
    return joined.assign(difference=difference)[~same].reset_index(drop=True)


def contributions(
    before: pd.DataFrame,
    after: pd.DataFrame,
    causes: pd.Series[str],
    themes: list[str],
    keys: list[str],
    *,
    by_statement: bool = False,
) -> pd.DataFrame:
    """Return what each cause adds to the coded and the eligible sentences of each cell.

    Parameters
    ----------
    before, after
        Counts of each statement, as a run left them.
    causes
        Cause of each statement, by its id.
    themes
        Which themes.
    keys
        The columns of a cell but the theme.
    by_statement
        Count statements in place of their sentences: one each, coded if any of its sentences is.

    Returns
    -------
    DataFrame
        theme, ``keys``, cause, statements (that add or take something), eligible, coded, points. Over the causes of a
        cell ``eligible`` and ``coded`` add up to its change exactly. ``points`` are what a cause adds to the share of
        sentences: (coded - s eligible) / n, with s the mean of both shares and n that of both numbers of eligible
        sentences. They add up to the difference of the shares, and are missing where a run has no data.
    """
    import pandas as pd

    sides = [_long(table, themes, keys).assign(side=side) for table, side in ((before, -1), (after, 1))]
    long = pd.concat(sides, ignore_index=True)
    if by_statement:
        long = long.assign(eligible=1, coded=long["coded"].clip(upper=1))
    signed = long.assign(eligible=long["eligible"] * long["side"], coded=long["coded"] * long["side"])
    cell = ["theme", *keys]
    moved = signed.groupby(["statement_id", *cell], observed=True)[["eligible", "coded"]].sum().reset_index()
    moved = moved[(moved["eligible"] != 0) | (moved["coded"] != 0)]
    moved = moved.assign(cause=moved["statement_id"].map(causes), statements=1)
    summed = moved.groupby([*cell, "cause"], observed=True)[["statements", "eligible", "coded"]].sum().reset_index()
    return _with_points(summed, long, cell)


def _long(counts: pd.DataFrame, themes: list[str], keys: list[str]) -> pd.DataFrame:
    """One row a statement and theme that reads it: eligible and coded sentences."""
    known = [theme for theme in themes if theme in counts.columns]
    long = counts.melt(["statement_id", *keys, "n_sentences"], known, var_name="theme", value_name="coded")
    # Where no rule of a theme reads the statement's language it is no denominator either.
    long = long[long["coded"].notna()].rename(columns={"n_sentences": "eligible"})
    return long.astype({"theme": "str", "coded": "int64", "eligible": "int64"})


def _with_points(summed: pd.DataFrame, long: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    totals = [
        long[long["side"] == side].groupby(cell, observed=True)[["eligible", "coded"]].sum().reset_index()
        for side in (-1, 1)
    ]
    both = totals[0].merge(totals[1], on=cell, suffixes=("_before", "_after"))
    shares = [both[f"coded_{side}"] / both[f"eligible_{side}"].replace(0, np.nan) for side in ("before", "after")]
    n = (both["eligible_before"] + both["eligible_after"]) / 2
    joined = summed.merge(both[cell].assign(mean=(shares[0] + shares[1]) / 2, n=n), on=cell, how="left")
    points = (joined["coded"] - joined["mean"] * joined["eligible"]) / joined["n"]
    return joined.drop(columns=["mean", "n"]).assign(points=points)
