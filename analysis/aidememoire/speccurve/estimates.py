"""The difference of a share between two sides by every measure and weighting, from one set of counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aidememoire.aggregate import PER_WORDS, units_of
from aidememoire.choices import Measure, Weighting
from aidememoire.composition.sides import FEW, block_of, drawn_sums, interval

__all__ = ["Pair", "estimates"]

Array = np.ndarray[Any, np.dtype[Any]]
Pair = tuple[Measure, Weighting]


def estimates(
    sides: list[pd.DataFrame], theme: str, pairs: list[Pair], draws: int, seed: int
) -> list[dict[str, object]]:
    """One row for each pair of measure and weighting, all from the same draws."""
    n, n_coded = [len(side) for side in sides], [int((side[theme] > 0).sum()) for side in sides]
    seen = np.full((2, len(pairs)), np.nan)
    low = high = np.full(len(pairs), np.nan)
    rng = np.random.default_rng(seed)
    drawn = []
    for number, side in enumerate(sides if min(n) else []):
        measures = list(dict.fromkeys(measure for measure, _ in pairs))
        values = np.column_stack([column for measure in measures for column in _columns(side, theme, measure)])
        actor = pd.factorize(side["actor"])[0]
        n_actors = int(actor.max()) + 1
        data = np.stack([np.bincount(actor, column, n_actors) for column in values.T], axis=1)[None]
        seen[number] = _shares(data, pairs, measures)[0]
        blocks = drawn_sums(values, actor, n_actors, draws, rng, block_of(max(n[number], data.size)))
        drawn.append(np.concatenate([_shares(block, pairs, measures) for block in blocks]))
    if drawn:
        low, high = interval(drawn[1] - drawn[0], n[0], n[1])
    about = {
        "n_before": n[0],
        "n_after": n[1],
        "n_coded_before": n_coded[0],
        "n_coded_after": n_coded[1],
        "flag": "no_data" if not min(n) else "few_coded" if min(n_coded) < FEW else "",
    }
    numbers = zip(pairs, *seen.tolist(), low.tolist(), high.tolist(), strict=True)
    return [_row(*each) | about for each in numbers]


def _row(pair: Pair, before: float, after: float, low: float, high: float) -> dict[str, object]:
    scale = PER_WORDS if pair[0] == "words" else 1
    middle = (before + after) / 2
    return {
        "measure": pair[0],
        "weighting": pair[1],
        "before": before * scale,
        "after": after * scale,
        "estimate": (after - before) * scale,
        "low": low * scale,
        "high": high * scale,
        "relative": (after - before) / middle if middle else np.nan,
    }


def _columns(side: pd.DataFrame, theme: str, measure: Measure) -> tuple[Array, Array, Array, Array]:
    """What each statement adds: coded and all units; its own share and one, if statements weigh the same."""
    unit = units_of(side, theme, measure)
    coded, size = unit["coded"], unit["size"]
    own = np.divide(coded, size, out=np.zeros(len(side)), where=size > 0)
    return coded, size, own, (size > 0).astype(np.float64)


def _shares(sums: Array, pairs: list[Pair], measures: list[Measure]) -> Array:
    """Shares from sums by actor, shape (draws, actors, 4 a measure): shape (draws, pairs)."""
    out = np.empty((len(sums), len(pairs)))
    for place, (measure, weighting) in enumerate(pairs):
        coded, size, own, one = np.moveaxis(sums[:, :, 4 * measures.index(measure) :][:, :, :4], 2, 0)
        if weighting == "actor":
            shares = np.divide(coded, size, out=np.zeros_like(coded), where=size > 0)
            out[:, place] = shares.sum(axis=1) / (size > 0).sum(axis=1)
        elif weighting == "statement":
            out[:, place] = own.sum(axis=1) / one.sum(axis=1)
        else:
            out[:, place] = coded.sum(axis=1) / size.sum(axis=1)
    return out
