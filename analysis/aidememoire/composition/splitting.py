"""A change of a share split into what was said, who said it in what kind of document, and who came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.composition.describing import group_table, notes_of, part_table
from aidememoire.composition.groups import Groups, check_columns, groups_of
from aidememoire.composition.mix import Margins, column_effects, margins_of
from aidememoire.composition.sides import (
    Change,
    Periods,
    Sides,
    block_of,
    change_of,
    drawn_sums,
    interval,
    scale_of,
    sides_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.shares import Series

__all__ = ["Decomposition", "decompose"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A change of a share and its parts.

    Attributes
    ----------
    theme, by
        What was split by which columns.
    before, after
        Periods of each side that have statements.
    table
        One row a part: part (``content``, ``mix``, ``entry``, ``exit``), column (which column's mix; which column's
        new or lost values; ``combination`` where known values meet for the first or last time), name, estimate, low,
        high, n_groups, and weight_before and weight_after, the part of each side's units in those groups. Estimates
        are differences of shares (of rates per 1,000 words) and add up to ``total.difference``; one that cannot be told
        is missing.
    total
        The whole change.
    groups
        One row a group: the columns of ``by``, side (``both``, ``entry``, ``exit``), n_before, n_after (statements),
        weight_before, weight_after, share_before, share_after, and content, what it adds to the content part.
    measure
        What the share is a share of, as in the series.
    notes
        What a reader must know of this result, in sentences.
    """

    theme: str
    by: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    table: pd.DataFrame
    total: Change
    groups: pd.DataFrame
    measure: str
    notes: tuple[str, ...]


def decompose(
    series: Series,
    theme: str,
    before: Periods,
    after: Periods,
    *,
    by: Sequence[str] = ("actor", "speaker", "kind"),
    draws: int = 1_000,
    seed: int = 1,
) -> Decomposition:
    """Split the change of a theme's share between two sets of periods.

    Parameters
    ----------
    series
        Shares weighted by sentence or by statement. All of its statements count, whatever it is grouped by; for one
        actor give a series with ``only``.
    theme
        Which theme.
    before, after
        A period (``"2014"``), a range with both ends (``"2014..2018"``) or several periods, as the series names them.
    by
        Columns of ``series.counts`` that make the groups, at most four. Their order does not matter.
    draws, seed
        How often the statements of each side are drawn again for the 95% percentile intervals, and from where.

    Returns
    -------
    Decomposition
        The parts with intervals; they add up to the change.

    Raises
    ------
    SeriesError
        If theme, columns or periods are not there, a side is empty, the sides overlap, or the series is weighted by
        actor, counts, or slides.

    Notes
    -----
    With w the weight of a group among the groups on both sides and r its share, b before and a after,

        content = sum((w_b + w_a) / 2 (r_a - r_b))
        mix     = sum((r_b + r_a) / 2 (w_a - w_b))
        entry   = W_entry (R_entry - R_both,a)        exit = W_exit (R_both,b - R_exit)

    where W is the weight of the groups on one side only and R the share of groups taken together (Kitagawa 1955,
    JASA 50:1168-1194; Oaxaca 1973, Int. Econ. Rev. 14:693-709; Blinder 1973, J. Human Resources 8:436-455; entry and
    exit against those who stay as in Melitz and Polanec 2015, RAND J. Econ. 46:362-375). The mix is divided among the
    columns by `aidememoire.composition.mix.column_effects`. Where no group is on both sides, content and mix are
    missing, and entry and exit are counted from the mean of both shares.

    In a draw, a group that is on both sides keeps its share of the data on a side where no statement of it was drawn.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> head = "---\\ndate: {}-05-01\\nactor: {}\\n---\\n\\n{}"
    >>> texts = [(2019, "XAA", "They falsify history."), (2019, "XBB", "It rained. It snowed. It thawed."),
    ...     (2020, "XAA", "They falsify history. They do. They did."), (2020, "XBB", "It rained.")]
    >>> for year, actor, text in texts:
    ...     _ = (folder / f"{actor}{year}.md").write_text(head.format(year, actor, text), encoding="utf-8")
    >>> corpus = am.Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> shares = am.series(am.code(corpus, am.load_codebook()))
    >>> parts = decompose(shares, "anti_revisionism", "2019", "2020", by=["actor"])
    >>> float(parts.total.difference)  # XAA spoke more, and said it in one sentence of three
    0.0
    >>> parts.table.set_index("name")["estimate"].round(3).to_dict()["mix of actors"]
    0.333
    >>> corpus.close()
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    sides = sides_of(series, theme, before, after, "decompose")
    check_columns(series, by, "decompose")
    groups = groups_of(sides, by)
    seen = _seen(sides, groups)
    scale = scale_of(series)
    parts = _parts(seen[:1], seen[1:], groups, seen)[0] * scale
    drawn = _drawn(sides, groups, seen, draws, seed) * scale
    low, high = interval(drawn, sides.n_before, sides.n_after)
    sums = seen.sum(axis=1)
    return Decomposition(
        theme=theme,
        by=by,
        before=sides.before,
        after=sides.after,
        table=part_table(by, groups, seen, np.column_stack([parts, low, high])[1:]),
        total=change_of(sides, sums[:, 0] / sums[:, 1] * scale, low[0], high[0]),
        groups=group_table(sides, groups, seen, scale),
        measure=series.measure,
        notes=notes_of(sides, groups, seen, by),
    )


def _seen(sides: Sides, groups: Groups) -> Array:
    """Sums of coded and of all units of each group, shape (2 sides, groups, 2)."""
    out = np.zeros((2, len(groups.names), 2))
    for side, rows in enumerate(sides.rows):
        of = groups.of_statement[rows]
        out[side, :, 0] = np.bincount(of, sides.coded[rows], len(groups.names))
        out[side, :, 1] = np.bincount(of, sides.size[rows], len(groups.names))
    return out


def _drawn(sides: Sides, groups: Groups, seen: Array, draws: int, seed: int) -> Array:
    """Parts of every draw, shape (draws, parts)."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([sides.coded, sides.size])
    n_groups = len(groups.names)
    block = block_of(max(len(values), 2 * n_groups * 2 ** len(groups.labels)))
    first, second = (
        drawn_sums(values[rows], groups.of_statement[rows], n_groups, draws, rng, block) for rows in sides.rows
    )
    return np.concatenate([_parts(old, new, groups, seen) for old, new in zip(first, second, strict=True)])


def _parts(before: Array, after: Array, groups: Groups, seen: Array) -> Array:
    """Total, content, mix by column, entry and exit by column, shape (draws, 2 + 3 columns + 2)."""
    both, n_columns = groups.both, len(groups.labels)
    sums = [before.sum(axis=1), after.sum(axis=1)]
    shares = [side[:, 0] / side[:, 1] for side in sums]
    stay = [np.zeros(0), np.zeros(0)]
    inner = np.full((len(before), 1 + n_columns), np.nan)
    if both.any():
        stay, inner = _stayers(before[:, both], after[:, both], groups, seen[:, both])
    else:
        stay = [(shares[0] + shares[1]) / 2] * 2
    turnover = []
    for side, sign, data in ((1, 1.0, after), (0, -1.0, before)):
        newness = groups.newness * (groups.there[side] & ~both)[:, None]
        excess = data[:, :, 0] - stay[side][:, None] * data[:, :, 1]
        turnover.append(sign * (excess @ newness) / sums[side][:, 1:])
    # Minus zero is zero.
    return np.column_stack([shares[1] - shares[0], inner, *turnover]) + 0.0


def _stayers(before: Array, after: Array, groups: Groups, seen: Array) -> tuple[list[Array], Array]:
    """Shares of the groups on both sides taken together, and content and mix by column of their change."""
    labels = groups.labels[:, groups.both]
    usual = [margins_of(seen[side : side + 1, :, 1], labels, groups.orders) for side in (0, 1)]
    rates, weights, margins, together = [], [], [], []
    for side, data in enumerate((before, after)):
        held_rate = seen[side, :, 0] / seen[side, :, 1]
        size = data[:, :, 1]
        whole = size.sum(axis=1, keepdims=True)
        # A draw without any statement of these groups has their weights as they are in the data.
        size = np.where(whole > 0, size, seen[side, :, 1])
        rate = np.divide(data[:, :, 0], data[:, :, 1], out=np.tile(held_rate, (len(data), 1)), where=data[:, :, 1] > 0)
        weight = size / size.sum(axis=1, keepdims=True)
        rates.append(rate)
        weights.append(weight)
        margins.append(margins_of(size, labels, groups.orders))
        together.append((rate * weight).sum(axis=1))
    content = ((weights[0] + weights[1]) / 2 * (rates[1] - rates[0])).sum(axis=1)
    held: tuple[Margins, Margins] = (usual[0], usual[1])
    mixes = column_effects(margins[0], margins[1], (rates[0] + rates[1]) / 2, groups.orders, held)
    return together, np.column_stack([content, mixes])
