"""The note under a figure: unit, denominator, coder, coding, voices, and what the interval covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np

from aidememoire.choices import Weighting
from aidememoire.figures.glyphs import missing_characters
from aidememoire.figures.panels import Mark, Panel, is_share

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["note_for"]


def note_for(
    rows: pd.DataFrame,
    panels: Sequence[Panel],
    *,
    tops: Sequence[float],
    n_groups: int = 1,
    own_axes: bool = False,
    marks: Sequence[Mark] = (),
    extra: Iterable[str] = (),
) -> str:
    """Return the note; it names only what is really in the figure.

    Examples
    --------
    >>> from aidememoire import frames
    >>> note_for(frames.empty("series"), [], tops=[])
    'No data.'
    """
    if rows.empty:
        return "No data."
    parts = [_unit(rows), _coding(rows), "95% interval, sampling of statements only."]
    parts += list(_signs(panels, tops))
    if own_axes:
        parts.append("Each panel has its own vertical axis.")
    if n_groups > len(panels):
        parts.append(f"Drawn: the {len(panels)} groups with most sentences, of {n_groups}.")
    letters = zip("abcdefghijklmnopqrstuvwxyz", marks, strict=False)
    parts += [f"{letter}: {mark.period}, {mark.label}." for letter, mark in letters]
    texts = [*(panel.title for panel in panels), *(mark.label for mark in marks), *extra]
    if boxes := missing_characters(texts):
        shown = ", ".join(f"U+{ord(character):04X}" for character in boxes[:5])
        parts.append(f"The font has no glyph for {len(boxes)} of the characters used ({shown}).")
    return " ".join(parts)


def _unit(rows: pd.DataFrame) -> str:
    measure = str(rows["measure"].iloc[0])
    if not is_share(measure):
        return f"Unit: coded sentences {measure}. Bars: sentences per period."
    weighting = str(rows["weighting"].iloc[0])
    weighted = "" if weighting in ("", "none", "nan", measure.removesuffix("s")) else _weighted(weighting)
    return (
        f"Unit: coded {measure} as a share of the eligible {measure} of a period{weighted}. "
        f"Denominator: bars (number of eligible {measure}; the tick is the largest)."
    )


def _weighted(weighting: str) -> str:
    # What was done to the shares after they were counted stands in the same column.
    return f", weighted by {weighting}" if weighting in get_args(Weighting) else f", {weighting}"


def _coding(rows: pd.DataFrame) -> str:
    coder, coding, voices = (str(rows[column].iloc[0]) for column in ("coder", "coding", "voices"))
    return f"Coder: {coder}; coding: {coding}; voices: {voices.replace('_', ' ')}."


def _signs(panels: Sequence[Panel], tops: Sequence[float]) -> Iterable[str]:
    if any(panel.small.any() for panel in panels):
        yield "Hollow points: few statements."
    if any((np.isfinite(panel.share) & ~np.isfinite(panel.low)).any() for panel in panels):
        yield "A point without interval rests on one statement."
    if any(np.isnan(panel.share).any() for panel in panels):
        yield "A gap is a period without data, not zero."
    if any((panel.high > top).any() for panel, top in zip(panels, tops, strict=True)):
        yield "Intervals of hollow points that reach above the axis are cut at its edge."
