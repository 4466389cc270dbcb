"""Lead and lag of two actors: the correlation at each lag, with the band that independence stays in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.layout import Layout, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aidememoire.contrast.leadlag import LeadLag

__all__ = ["plot_lead_lag"]


def plot_lead_lag(found: LeadLag, *, title: str = "") -> Figure:
    """Draw the correlation of two actors by lag.

    Parameters
    ----------
    found
        As `aidememoire.contrast.leadlag.lead_lag` returns it. To the right, ``found.a`` comes first.
    title
        The title; the finding in one line if not given.

    Examples
    --------
    >>> import pandas as pd
    >>> from aidememoire.contrast.leadlag import LeadLag
    >>> columns = ["correlation", "low", "high", "null_low", "null_high", "p_value", "plain"]
    >>> table = pd.DataFrame({"lag": [-1, 0, 1], "n_pairs": [49, 50, 49], **{name: 0.1 for name in columns}})
    >>> plot_lead_lag(LeadLag(table, "XAA", "XBB", "past", "week", 0, 0.1, 0.6, (1, 1), 50, 1, ())).axes[0].get_ylabel()
    'correlation'
    """
    table = found.table
    lag, n = table["lag"].to_numpy(), table["n_pairs"].to_numpy()
    with style.house_style():
        figure, pairs = sheet(Layout(columns=1, panel_height=2.1), [""], title or found.finding, _note(found))
        axes, strip = pairs[0]
        known = np.isfinite(table["correlation"].to_numpy())
        axes.fill_between(
            lag, table["null_low"], table["null_high"], where=known.tolist(), color="#e9ecef", linewidth=0
        )
        axes.axhline(0, color=style.GREY, linewidth=0.6)
        axes.axvline(0, color=style.GREY, linewidth=0.6, linestyle=(0, (1, 2)))
        axes.vlines(lag[known], table["low"][known], table["high"][known], color=style.BAND, linewidth=2.5)
        axes.plot(lag, table["plain"], linestyle="none", marker="_", markersize=5, color=style.MARK)
        axes.plot(
            lag[known], table["correlation"][known], linestyle="none", marker="o", markersize=3.6, color=style.ACCENT
        )
        reach = float(np.nanmax(np.abs(table[["low", "high", "null_high", "plain"]].to_numpy()), initial=0.2))
        axes.set_ylim(-min(1.0, 1.08 * reach), min(1.0, 1.08 * reach))
        axes.set_ylabel("correlation", fontsize=6.5)
        axes.tick_params(axis="x", length=0, labelbottom=False)
        _sides(axes, found)
        strip.bar(lag, n, width=0.8, color=style.BARS, linewidth=0)
        strip.set_yticks([int(n.max(initial=0))], [f"{int(n.max(initial=0)):,}"], fontsize=5.5)
        strip.set_xlim(lag.min() - 0.7, lag.max() + 0.7)
        step = max(1, len(lag) // 26)
        strip.set_xticks([at for at in lag.tolist() if at % step == 0])
        strip.grid(False)
    return figure


def _sides(axes: Axes, found: LeadLag) -> None:
    for x, text, side in (
        (0.005, f"← {found.b} first", "left"),
        (0.995, f"{found.a} first →", "right"),
    ):
        axes.text(x, 1.0, text, transform=axes.transAxes, ha=side, va="bottom", fontsize=6.5, color=style.INK)


def _note(found: LeadLag) -> str:
    one, two = found.order
    filtered = f"an autoregressive filter of order {one}" if one == two else f"filters of order {one} and {two}"
    stretches = "1 stretch" if found.n_runs == 1 else f"{found.n_runs} stretches"
    return (
        f"Theme: {found.theme}. Horizontal: lag in {found.period}s; at a positive lag {found.a} comes first. Points:"
        f" correlation after taking out {', '.join(found.removed)}, and {filtered}; thin periods weigh less; bars: 95%"
        " interval. Grey: where the largest of all lags stays 95 times in 100 if the two are independent. Dashes: the"
        " shares as they are. Bars below: pairs of periods (the tick is the largest)."
        f" {found.n_periods:,} periods with data of both; {stretches} without a gap. A lead is no proof of influence."
    )
