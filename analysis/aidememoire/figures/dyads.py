"""Two grids: rungs of friendship by dyad and period, and who accuses whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.errors import SeriesError
from aidememoire.figures import style
from aidememoire.figures.axis import time_axis
from aidememoire.figures.cellgrid import NO_DATA, NO_RUNG, cells, colours, grid, numbers, room
from aidememoire.figures.layout import WIDTH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_accusations", "plot_ladder"]

_NAMED = {"brotherhood_or_superlative": "brotherhood or superlative"}


def plot_ladder(ladder: pd.DataFrame, *, title: str = "", most: int = 20) -> Figure:
    """Draw the typical rung of each dyad and period, with the number of sentences.

    Parameters
    ----------
    ladder
        As `aidememoire.contrast.dyads.friendship_ladder` returns it.
    title
        The title, as it shall stand.
    most
        Dyads drawn: those with most sentences.

    Raises
    ------
    SeriesError
        If the table is no ladder.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"dyad": ["XAA-XBB"], "period": ["2010"], "n_coded": [2], "typical": ["friendship"],
    ...     "highest_sentence": [1], "partnership": [0], "friendship": [2], "untold": [0], "flag": [""]})
    >>> [text.get_text() for text in plot_ladder(rows).axes[0].texts]
    ['2', '2']
    """
    if "highest_sentence" not in ladder or "untold" not in ladder:
        raise SeriesError("plot_ladder: give the table of friendship_ladder")
    names = [column for column in ("actor", "partner", "dyad") if column in ladder]
    columns = list(ladder.columns)
    rungs = columns[columns.index("highest_sentence") + 1 : columns.index("untold")]
    label = pd.Series(
        [" → ".join(key) for key in ladder[names].itertuples(index=False)], index=ladder.index, dtype="str"
    )
    sums = ladder.groupby(label, sort=True)["n_coded"].sum().sort_values(ascending=False, kind="stable")
    rows, n_all = sums.index[:most].tolist(), len(sums)
    axis = time_axis(ladder["period"].unique())
    width = axis.last - axis.first + 1
    n = np.zeros((len(rows), width), dtype=np.int64)
    level = np.full((len(rows), width), -1)
    drawn = ladder[label.isin(rows)]
    at = pd.Index(rows).get_indexer(pd.Index(label[drawn.index]))
    x = (
        drawn["period"].map(axis.position).to_numpy(dtype=np.int64) - axis.first
        if len(drawn)
        else np.zeros(0, dtype=np.int64)
    )
    n[at, x] = drawn["n_coded"]
    level[at, x] = np.where(
        drawn["flag"] == "no_data", -1, pd.Index(["", *rungs]).get_indexer(pd.Index(drawn["typical"]))
    )
    note = _ladder_note(rows, n_all, directed="dyad" not in names)
    with style.house_style():
        figure, axes = grid(rows, width, title, note, left=room(rows), below=0.56)
        cells(axes, level, [NO_DATA, NO_RUNG, *colours(len(rungs))], -1)
        numbers(axes, n, level >= (len(rungs) + 1) // 2 + 1)
        for row, total in enumerate(n.sum(axis=1)):
            axes.text(width - 0.3, row, f"{total:,}", ha="left", va="center", fontsize=6)
        inches = axes.get_position().width * figure.get_figwidth() * 72
        ticks = axis.ticks(inches, 6.5)
        axes.set_xticks([tick.position - axis.first for tick in ticks], [tick.label for tick in ticks])
        _legend(
            figure,
            [*zip(colours(len(rungs)), rungs, strict=True), (NO_RUNG, "no rung told"), (NO_DATA, "no statements")],
        )
    return figure


def plot_accusations(table: pd.DataFrame, *, title: str = "", most: int = 14) -> Figure:
    """Draw who accuses whom as a matrix of counts.

    Parameters
    ----------
    table
        As `aidememoire.contrast.accusing.accusations` returns it; periods are added up.
    title
        The title, as it shall stand.
    most
        Actors drawn, those with most sentences that name a target; and targets, those that these name most.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"period": ["all"], "actor": ["XAA"], "target": ["XBB"], "n_coded": [3]})
    >>> [text.get_text() for text in plot_accusations(rows.assign(n_sentences=10)).axes[0].texts]
    ['3']
    """
    from matplotlib.patches import Rectangle

    counts = table.pivot_table(index="actor", columns="target", values="n_coded", aggfunc="sum", fill_value=0)
    named = counts.drop(columns="not named", errors="ignore")
    # Who names somebody comes first: a matrix of the most talkative would be all "not named".
    actors = _most(named.sum(axis=1) + counts.sum(axis=1) / (1 + counts.to_numpy().sum()), most)
    targets = _most(named.loc[actors].sum(axis=0), most)
    targets += ["not named"] if "not named" in counts else []
    n = counts.reindex(index=actors, columns=targets, fill_value=0).to_numpy(dtype=np.int64)
    top = n.max(initial=1)
    level = np.where(n > 0, 1 + np.minimum(5, (6 * np.log1p(n) / np.log1p(top)).astype(np.int64)), 0)
    n_others = len(counts) - len(actors), named.shape[1] - len(set(targets) - {"not named"})
    mutual = _mutual(n, actors, targets)
    note = _accusations_note(n_others, empty=not actors, framed=bool(mutual))
    eligible = table.drop_duplicates(["period", "actor"]).groupby("actor")["n_sentences"].sum()
    labels = [f"{actor}  {eligible[actor]:,}" for actor in actors]
    with style.house_style():
        above = room(targets) if targets else 0.0
        figure, axes = grid(labels, len(targets), title, note, left=room(labels), top=above)
        cells(axes, level, [NO_RUNG, *colours(6)], 0)
        numbers(axes, n, level >= 4)
        axes.xaxis.tick_top()
        axes.set_xticks(range(len(targets)), targets, rotation=90 if max(map(len, targets), default=0) > 3 else 0)
        axes.tick_params(axis="x", length=0)
        if "not named" in targets:
            axes.axvline(len(targets) - 1.5, color=style.INK, linewidth=0.8)
        for column, row in mutual:
            corner = (column - 0.5, row - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=style.MARK, linewidth=1.4, clip_on=False))
    return figure


def _most(sums: pd.Series[Any], most: int) -> list[str]:
    ordered = sums[sums > 0].sort_index().sort_values(ascending=False, kind="stable")
    return [str(name) for name in ordered.index[:most]]


def _legend(figure: Figure, entries: Sequence[tuple[str, str]]) -> None:
    from matplotlib.patches import Patch

    axes = figure.axes[0]
    patches = [
        Patch(facecolor=colour, edgecolor="#a9b3bd", linewidth=0.4, label=_NAMED.get(name, name.replace("_", " ")))
        for colour, name in entries
    ]
    below = axes.get_position().y0 - 0.24 / figure.get_figheight()
    figure.legend(
        handles=patches, loc="upper left", bbox_to_anchor=(0.06 / WIDTH, below), ncols=4, fontsize=6, frameon=False,
        handlelength=1.2, handleheight=0.9, columnspacing=1.2, borderaxespad=0, labelspacing=0.35, borderpad=0,
    )  # fmt: skip


def _mutual(n: np.ndarray, actors: Sequence[str], targets: Sequence[str]) -> list[tuple[int, int]]:
    """Column and row of the cells of pairs that accuse each other."""
    said = {(actors[row], targets[column]) for row, column in zip(*np.nonzero(n), strict=True)}
    both = sorted(pair for pair in said if pair[::-1] in said)
    return [(targets.index(target), actors.index(actor)) for actor, target in both]


def _ladder_note(rows: Sequence[str], n_all: int, *, directed: bool) -> str:
    if not rows:
        return "No sentence of friendship on a dyad."
    who = "A → B: what A says of B." if directed else "A-B: what either says of the other."
    drawn = f" Drawn: the {len(rows)} dyads with most sentences, of {n_all}." if n_all > len(rows) else ""
    return (
        "Colour: typical rung (lower median) of the sentences of friendship on the dyad that name one. Numbers: all"
        f" these sentences, also those that name none; right: their sum. {who}{drawn} Rungs of few sentences move by"
        " chance; no change here is tested. Coder: rules; recall of dyads is about 0.85 (docs/actors.md)."
    )


def _accusations_note(n_others: tuple[int, int], *, empty: bool, framed: bool) -> str:
    if empty:
        return "No accusing sentence."
    cut = f" Not drawn: {n_others[0]} actors and {n_others[1]} targets." if any(n_others) else ""
    frames = " Framed: both accuse each other." if framed else ""
    return (
        "Rows accuse columns; behind an actor stand its eligible sentences. Numbers: accusing sentences, shaded by"
        f" their logarithm; one with several targets counts for each.{frames}{cut}"
        " Coder: rules; targets right in 13 of 19 cases, 0.68 (0.46-0.85), before the rules were amended on that sample"
        ' (docs/actors.md); "not named": nobody was found, not that nobody was meant.'
    )
