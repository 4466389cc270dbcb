"""Lead and lag between two actors: does one take up a theme weeks before or after the other?

1. A straight line over time and what all other actors do (their pooled excess) are taken out of both series, with
   any columns the caller gives: an occasion that moves everybody is no lead.
2. Both are prewhitened by one autoregressive filter, so that slow series do not seem related.
3. What is left is correlated at each lag, thin periods weighing less; the p-value is of the largest over all lags.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from aidememoire.choices import Period
from aidememoire.contrast.crosscorrelation import MIN_PAIRS, Correlations, lag_table, largest_by_chance
from aidememoire.contrast.groupshares import GroupShares, design_of, shares_of, two_of
from aidememoire.contrast.whitening import ar_filter, choose_order, precision, residuals, runs_of
from aidememoire.errors import SeriesError
from aidememoire.periods import all_periods

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["Common", "Filter", "LeadLag", "lead_lag"]

Array = np.ndarray[Any, np.dtype[Any]]
Common = Literal["others", "none"]
Filter = Literal["same", "own", "none"]

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class LeadLag:
    """How two actors follow each other on one theme.

    Attributes
    ----------
    table
        One row a lag, from -max_lag to max_lag periods; **a positive lag means that a comes first**: what a says now
        goes with what b says that many periods later. Columns: lag; n_pairs of periods; correlation with low and high
        (95%, Fisher); null_low and null_high, between which the largest correlation of all lags stays 95 times in 100
        if the two are independent; p_value, adjusted for all lags; plain, the correlation of the shares as they are.
        Missing where fewer than 20 pairs are left.
    a, b, theme, period
        What was compared.
    best_lag, correlation, p_value
        The lag that stands out most, its correlation, and how often independent series have one that stands out as much
        at any lag.
    order
        Autoregressive order of the filter of a and that of b.
    n_periods
        Periods with data of both.
    n_runs
        Contiguous stretches these lie in; no pair or filter spans a gap between two.
    removed
        What was taken out of both series, by name.
    """

    table: pd.DataFrame
    a: str
    b: str
    theme: str
    period: Period
    best_lag: int
    correlation: float
    p_value: float
    order: tuple[int, int]
    n_periods: int
    n_runs: int
    removed: tuple[str, ...]

    @property
    def finding(self) -> str:
        """The result in one line.

        A lead needs a p-value of at most 0.05 over all lags and a best lag other than 0.
        """
        tested = int(self.table["correlation"].notna().sum())
        facts = f"r = {self.correlation:.2f}, p = {self.p_value:.3f} over {tested} lags"
        if self.p_value > ALPHA:
            return f"No lead found between {self.a} and {self.b} ({facts})"
        if self.best_lag == 0:
            return f"{self.a} and {self.b} move in the same {self.period} ({facts})"
        first, second = (self.a, self.b) if self.best_lag > 0 else (self.b, self.a)
        n = abs(self.best_lag)
        against = "" if self.correlation > 0 else ", in the opposite direction"
        return f"{first} leads {second} by {n} {self.period}{'s' if n > 1 else ''}{against} ({facts})"


def lead_lag(
    series: Series,
    a: str,
    b: str,
    theme: str,
    *,
    max_lag: int = 8,
    common: Common = "others",
    common_lags: int = 0,
    events: pd.DataFrame | None = None,
    prewhiten: Filter = "same",
    draws: int = 999,
    seed: int = 1,
) -> LeadLag:
    """Correlate what two actors say of a theme, at lags up to ``max_lag`` periods.

    Parameters
    ----------
    series
        Shares or rates by day, week, month, quarter or year, grouped by one column, unweighted, without a window.
    a, b
        Two values of that column. **Positive lags: a leads b.**
    theme
        Which theme.
    max_lag
        Periods to either side.
    common
        ``others`` takes out what all other groups of the series do at the same time: coded units beyond what each
        group's own mean would give, per eligible unit, and its square, because large events move shares unevenly;
        ``none`` does not.
    common_lags
        So many earlier periods of the others are taken out too. An actor that answers an event at once needs none, even
        where the other answers late; where both answer later than the others do, give by how many periods the earlier
        of the two is late.
    events
        Further columns to take out, one row a period (column ``period``, all others numbers): the intensity of
        occasions, for instance. A period without a row has zeros.
    prewhiten
        ``same``: the autoregressive filter of a, on both; ``own``: each its own; ``none``.
    draws, seed
        Of the null distribution.

    Returns
    -------
    LeadLag

    Raises
    ------
    SeriesError
        If the series has another shape, a or b or the theme is not in it, either never varies, nobody else is there to
        tell common events from, or fewer than 20 pairs of periods are left.

    Notes
    -----
    With whitened series u of a and v of b and precisions w, ``r_k = sum(w u_t v_(t+k)) / (sum(w) s_u s_v)``, where the
    weight of a pair is the square root of the product of its precisions. With equal weights this is the
    cross-correlation over n - k pairs of Box, Jenkins and Reinsel (2008, Time Series Analysis, 4th ed., chapter 12),
    who prewhiten so; filtering each series by its own model is Haugh's way (1976, JASA 71:378-385). Precision is one
    over the sampling variance ``p (1 - p) / n_eff`` plus the variance between periods (DerSimonian and Laird 1986,
    Controlled Clinical Trials 7:177-188). The order has the lowest BIC on rows that all orders can use.

    Null: blocks of u, about the cube root of its length, are drawn with replacement (Künsch 1989, Annals of Statistics
    17:1217-1241) while v stays; the largest ``|r_k| sqrt(n_eff,k)`` over all lags is compared with that observed
    (Westfall and Young 1993, Resampling-Based Multiple Testing, single step). Values travel with their weights and fill
    the places that have data, so gaps stay where they are.

    Examples
    --------
    >>> from aidememoire.contrast.leadlag import LeadLag
    >>> LeadLag(pd.DataFrame({"correlation": [0.1, 0.5]}), "XAA", "XBB", "past", "week", 2, 0.5, 0.004, (1, 1), 150, 1,
    ...     ()).finding
    'XAA leads XBB by 2 weeks (r = 0.50, p = 0.004 over 2 lags)'
    """
    _check(series, theme, max_lag, common, common_lags, prewhiten, draws)
    shares = shares_of(series, theme)
    pair = two_of(shares, a, b, theme)
    others = [each for name, each in shares.items() if name not in (a, b)]
    if common == "others" and not sum(each.size.sum() for each in others):
        raise SeriesError(
            f"lead_lag: {a} and {b} are alone in the series, and nobody tells what moved both; keep other actors in it"
            " or pass common='none'"
        )
    labels = all_periods(series.counts["period"], series.period)
    design, removed = design_of(labels, others, common == "others", common_lags, events)
    left = [residuals(each.share, design, precision(each.share, each.noise)) for each in pair]
    used = _filters(left, pair, prewhiten)
    whitened = [_whitened(*each) for each in zip(left, pair, used, strict=True)]
    n_runs = _refuse_short(whitened, a, b, len(used[0]))
    lags = np.arange(-max_lag, max_lag + 1)
    found = Correlations.of(whitened[0], whitened[1], lags)
    plain = Correlations.of((pair[0].share, pair[0].alike), (pair[1].share, pair[1].alike), lags)
    null = largest_by_chance(whitened[0], whitened[1], lags, draws, seed)
    table = lag_table(lags, found, null, plain)
    best = int(np.nanargmax(np.abs(found.score)))
    return LeadLag(
        table=table,
        a=a,
        b=b,
        theme=theme,
        period=series.period,
        best_lag=int(lags[best]),
        correlation=float(found.correlation[best]),
        p_value=float(table["p_value"].iloc[best]),
        order=(len(used[0]), len(used[1])),
        n_periods=int((np.isfinite(pair[0].share) & np.isfinite(pair[1].share)).sum()),
        n_runs=n_runs,
        removed=removed,
    )


def _filters(left: list[Array], pair: tuple[GroupShares, GroupShares], prewhiten: Filter) -> tuple[Array, Array]:
    """Autoregressive coefficients for a and for b."""
    if prewhiten == "none":
        return np.zeros(0), np.zeros(0)
    fits = [choose_order(value, precision(value, each.noise)) for value, each in zip(left, pair, strict=True)]
    return fits[0], fits[1 if prewhiten == "own" else 0]


def _whitened(value: Array, group: GroupShares, coefficients: Array) -> tuple[Array, Array]:
    """Filtered values and their weights; sampling noise of the earlier values adds to that of each."""
    white, noise = ar_filter(value, coefficients), ar_filter(group.noise, -(coefficients**2))
    return white, precision(white, noise)


def _refuse_short(whitened: list[tuple[Array, Array]], a: str, b: str, order: int) -> int:
    """In how many stretches the periods lie that are left of both; an error if they are too few."""
    both = np.isfinite(whitened[0][0]) & np.isfinite(whitened[1][0])
    n_runs = len(runs_of(both))
    if both.sum() < MIN_PAIRS:
        stretches = "1 stretch" if n_runs == 1 else f"{n_runs} stretches"
        raise SeriesError(
            f"lead_lag: {int(both.sum())} periods with data of {a}, {b} and whatever is taken out are left, in"
            f" {stretches}, after an autoregressive filter of order {order}; at least {MIN_PAIRS} are needed."
            " Use a longer series, or take out less"
        )
    return n_runs


def _check(
    series: Series, theme: str, max_lag: int, common: Common, common_lags: int, prewhiten: Filter, draws: int
) -> None:
    problem = ""
    if series.period == "all" or len(series.by) != 1:
        problem = (
            "give a series by day, week, month, quarter or year, grouped by one column;"
            f" period={series.period!r}, by={list(series.by)} were given"
        )
    elif series.window > 1 or series.weighting != "sentence" or series.measure == "counts":
        problem = "give shares or rates with window=1 and weighting='sentence'"
    elif theme not in series.themes:
        problem = f"theme {theme!r} is not in the series; it has {', '.join(series.themes)}"
    elif prewhiten not in get_args(Filter) or common not in get_args(Common):
        problem = f"prewhiten is one of {', '.join(get_args(Filter))}, common one of {', '.join(get_args(Common))}"
    elif max_lag < 0 or common_lags < 0 or draws < 1:
        problem = (
            f"max_lag and common_lags are 0 or more, draws 1 or more; {max_lag}, {common_lags}, {draws} were given"
        )
    if problem:
        raise SeriesError(f"lead_lag: {problem}")
