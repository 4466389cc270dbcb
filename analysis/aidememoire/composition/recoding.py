"""What an edited codebook adds to a change, told apart from what the words do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.composition.describing import few_notes
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
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.shares import Series

__all__ = ["CodebookPart", "codebook_part"]

Array = np.ndarray[Any, np.dtype[Any]]

_ALIKE = ("period", "voices", "codes", "stances", "measure", "count", "weighting", "coder")


@dataclass(frozen=True, slots=True)
class CodebookPart:
    """A change from the old codebook's share before to the new codebook's share after, and its two parts.

    Attributes
    ----------
    theme
        Which theme.
    table
        Rows ``words`` and ``codebook``: part, estimate, low, high. They add up to ``total.difference``.
    shares
        The four shares: side (``before``, ``after``), codebook (``old``, ``new``), share, n_statements.
    total
        The whole change.
    notes
        What a reader must know of this result, in sentences.
    """

    theme: str
    table: pd.DataFrame
    shares: pd.DataFrame
    total: Change
    notes: tuple[str, ...]


def codebook_part(
    old: Series, new: Series, theme: str, before: Periods, after: Periods, *, draws: int = 1_000, seed: int = 1
) -> CodebookPart:
    """Split the change between a run with an old codebook and one with a new codebook.

    Parameters
    ----------
    old, new
        Series of the same corpus coded by each, with the same choices. Only statements in both count.
    theme
        A theme of both.
    before, after
        As in `aidememoire.composition.decompose`.
    draws, seed
        How often the statements of each side are drawn again, and from where.

    Raises
    ------
    SeriesError
        If the series were made by different choices, share no statements, or a side is empty.

    Notes
    -----
    With P(side, codebook) the four shares over the same statements, the change from P(before, old) to P(after, new) is
    words + codebook, each the mean over both orders of changing the one and then the other:

        words    = ((P(after, old) - P(before, old)) + (P(after, new) - P(before, new))) / 2
        codebook = ((P(before, new) - P(before, old)) + (P(after, new) - P(after, old))) / 2

    (two factors; Das Gupta 1993, chapter 2). A codebook that leaves other sentences out of the denominator moves shares
    too, and that is in its part.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for year in (2019, 2020):
    ...     text = f"---\\ndate: {year}-05-01\\nactor: XAA\\n---\\n\\nThey falsify history. It rained in {year}."
    ...     _ = (folder / f"{year}.md").write_text(text, encoding="utf-8")
    >>> corpus = am.Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> shares = am.series(am.code(corpus, am.load_codebook()))
    >>> codebook_part(shares, shares, "anti_revisionism", "2019", "2020").table["estimate"].tolist()
    [0.0, 0.0]
    >>> corpus.close()
    """
    for name in _ALIKE:
        if getattr(old, name) != getattr(new, name):
            given = f"{getattr(old, name)!r} and {getattr(new, name)!r}"
            raise SeriesError(f"codebook_part: the series differ in {name} ({given}); make both with the same choices")
    sides = [sides_of(series, theme, before, after, "codebook_part") for series in (old, new)]
    first, second, rows = _matched(sides)
    values = np.column_stack([first.coded, first.size, second.coded[rows], second.size[rows]])
    scale = scale_of(old)
    seen = _split(np.stack([values[part].sum(axis=0) for part in first.rows])[:, None]) * scale
    rng = np.random.default_rng(seed)
    block = block_of(len(values))
    drawn = [
        np.concatenate(list(drawn_sums(values[part], np.zeros(len(values[part]), int), 1, draws, rng, block)))[:, 0]
        for part in first.rows
    ]
    low, high = interval(_split(np.stack(drawn)) * scale, first.n_before, first.n_after)
    shares = seen[0, :4]
    table = pd.DataFrame({"part": pd.Series(["words", "codebook"], dtype="str")})
    table[["estimate", "low", "high"]] = np.column_stack([seen[0], low, high])[4:6]
    return CodebookPart(
        theme=theme,
        table=table,
        shares=_shares(shares, first),
        total=change_of(first, shares[[0, 3]], low[6], high[6]),
        notes=_notes(sides, first, shares, values),
    )


def _matched(sides: list[Sides]) -> tuple[Sides, Sides, Array]:
    """Return both sides of the old codebook with the statements in both, those of the new, and their rows there."""
    old, new = sides
    at = pd.Index(new.counts["statement_id"]).get_indexer(pd.Index(old.counts["statement_id"]))
    # A statement whose date was read anew may stand on another side now: no longer the same words at the same time.
    same = (at >= 0) & ((np.arange(len(at)) < old.n_before) == (at < new.n_before))
    n_before = int(same[: old.n_before].sum())
    if n_before == 0 or n_before == same.sum():
        raise SeriesError("codebook_part: the series share no statements on a side; give two codings of one corpus")
    kept = Sides(
        counts=old.counts[same].reset_index(drop=True),
        coded=old.coded[same],
        size=old.size[same],
        n_before=n_before,
        before=old.before,
        after=old.after,
        empty=old.empty,
    )
    return kept, new, at[same]


def _split(sums: Array) -> Array:
    """Four shares, the two parts and the whole from sums of shape (2 sides, draws, 4), shape (draws, 7)."""
    old, new = sums[:, :, 0] / sums[:, :, 1], sums[:, :, 2] / sums[:, :, 3]
    words = ((old[1] - old[0]) + (new[1] - new[0])) / 2
    codebook = ((new[0] - old[0]) + (new[1] - old[1])) / 2
    return np.column_stack([old[0], old[1], new[0], new[1], words, codebook, new[1] - old[0]])


def _shares(shares: Array, sides: Sides) -> pd.DataFrame:
    table = pd.DataFrame(
        {"side": ["before", "after"] * 2, "codebook": ["old", "old", "new", "new"], "share": shares}
    ).astype({"side": "str", "codebook": "str"})
    return table.assign(n_statements=[sides.n_before, sides.n_after] * 2)


def _notes(sides: list[Sides], matched: Sides, shares: Array, values: Array) -> tuple[str, ...]:
    notes = []
    left = [len(side.coded) - len(matched.coded) for side in sides]
    if any(left):
        notes.append(
            f"Left out because only one codebook counts them: {left[0]} statements of the old, {left[1]} of the new."
        )
    if matched.empty:
        notes.append(f"Without statements: {', '.join(matched.empty)}.")
    change = [shares[1] - shares[0], shares[3] - shares[2]]
    if change[0] * change[1] < 0:
        notes.append("The change has one sign under the old codebook and the other under the new.")
    notes += few_notes(matched, (values[:, 0] > 0) | (values[:, 2] > 0))
    return tuple(notes)
