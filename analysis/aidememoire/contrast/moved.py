"""Codes moved about within blocks: how often two themes would meet by chance, exactly.

A block is a row of units (the sentences of a statement) of which each has a theme or has it not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
from scipy import stats

__all__ = ["Sums", "moved_p", "sums_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# With a smaller variance the normal distribution has the wrong tails.
EXACT_BELOW = 25.0
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the ``n`` blocks; all but ``coded`` have shape (themes, themes).

    Attributes
    ----------
    coded
        Units with each theme, shape (themes,).
    both, blocks
        Units with both themes, and blocks with such a unit.
    expected, shifted, shuffled
        Mean of ``both`` when one theme's codes are moved; its variance when they are shifted, and shuffled.
    both_squares, crossed, expected_squares
        Sums of the squares and products of each block's own ``both`` and ``expected``.
    n
        Number of blocks.
    """

    coded: Array
    both: Array
    blocks: Array
    expected: Array
    shifted: Array
    shuffled: Array
    both_squares: Array
    crossed: Array
    expected_squares: Array
    n: int


def sums_of(coded: Array, blocks: Array) -> Sums:
    """Return the sums over all blocks.

    Notes
    -----
    Of m units a have the first theme, b the second. Shuffled, the number with both is hypergeometric. Shifted around
    the block it is the circular correlation of the two rows, whose variance over the m shifts is, by Parseval,
    ``sum_(k>0) |A_k|^2 |B_k|^2 / m^2`` with A, B their discrete Fourier transforms.
    """
    n_themes = coded.shape[1]
    total = {name: np.zeros((n_themes, n_themes)) for name in Sums.__dataclass_fields__ if name not in ("coded", "n")}
    n = 0
    for units in _blocks(coded, blocks):
        n += 1
        m, own = len(units), units.sum(axis=0)
        both, expected = units.T @ units, np.outer(own, own) / m
        total["both"] += both
        total["blocks"] += both > 0
        total["expected"] += expected
        total["both_squares"] += both**2
        total["crossed"] += both * expected
        total["expected_squares"] += expected**2
        if m > 1 and own.any():
            total["shuffled"] += expected * np.outer(m - own, m - own) / (m * (m - 1))
            power = np.abs(np.fft.rfft(units, axis=0)[1:]) ** 2
            # Every frequency but the last of an even number stands for itself and its mirror.
            twice = np.full(len(power), 2.0)
            twice[-1] -= m % 2 == 0
            total["shifted"] += power.T @ (twice[:, None] * power) / m**2
    return Sums(coded=coded.sum(axis=0), n=n, **total)


def moved_p(coded: Array, blocks: Array, found: float, expected: float, variance: float, shift: bool) -> float:
    """Return the two-sided p of ``found`` units with both themes when the codes of one are moved.

    Parameters
    ----------
    coded, blocks
        Of two themes: shape (units, 2) and (units,).
    found, expected, variance
        Their number, its mean and its variance over all moves.
    shift
        Codes are shifted, else shuffled.
    """
    if variance <= _ROUNDING:
        return 1.0
    if variance >= EXACT_BELOW:
        return float(min(1.0, 2 * stats.norm.sf((abs(found - expected) - 0.5) / np.sqrt(variance))))
    held = np.isin(blocks, np.intersect1d(blocks[coded[:, 0]], blocks[coded[:, 1]]))
    chances = np.ones(1)
    for units in _blocks(coded[held], blocks[held]):
        chances = np.convolve(chances, _of_shift(units) if shift else _of_shuffle(len(units), *units.sum(axis=0)))
    at = round(found)
    return float(min(1.0, 2 * min(chances[at:].sum(), chances[: at + 1].sum())))


def _blocks(coded: Array, blocks: Array) -> Iterator[Array]:
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(blocks)) + 1, [len(blocks)]])
    for first, last in pairwise(bounds.tolist()):
        if first < last:
            yield coded[first:last].astype(np.float64)


def _of_shift(units: Array) -> Array:
    """Chance of each number of units with both, over all shifts."""
    first, second = (np.flatnonzero(column) for column in units.T)
    met = np.bincount(((first[:, None] - second) % len(units)).ravel(), minlength=len(units))
    return np.bincount(met) / len(units)


def _of_shuffle(m: int, a: float, b: float) -> Array:
    """Chance of each number of units with both, over all orders."""
    return _hypergeometric(m, int(a), int(b))


@lru_cache(maxsize=50_000)
def _hypergeometric(m: int, a: int, b: int) -> Array:
    ways = comb(m, b)
    return np.array([comb(a, k) * comb(m - a, b - k) / ways for k in range(min(a, b) + 1)])
