"""Stems and pairs of stems as numbers, for the compiled sum over the words of many sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from aidememoire.model.features import Space

__all__ = ["MIX", "StemTable"]

# Multiplies a key before its high bits choose the slot.
MIX = 0x9E3779B97F4A7C15

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class StemTable:
    """What the kernel looks up for a stem, by its number.

    Attributes
    ----------
    numbers
        Number of each stem that any feature knows.
    grams, rows
        Column of the stem itself, and its row in the word vectors; -1 if none.
    leads
        Whether it begins a known pair.
    keys, columns
        Open addressing: key of each pair (first times number of stems plus second) or -1, and its column.
    """

    numbers: Mapping[str, int]
    grams: Array
    rows: Array
    leads: Array
    keys: Array
    columns: Array

    @classmethod
    def of(cls, space: Space) -> StemTable:
        """Return the table of a space of features."""
        pairs = {tuple(gram.split(" ")): column for gram, column in space.grams.items() if " " in gram}
        singles = [gram for gram in space.grams if " " not in gram]
        names = dict.fromkeys([*singles, *(stem for pair in pairs for stem in pair), *space.stems])
        numbers = {stem: number for number, stem in enumerate(names)}
        grams = np.array([space.grams.get(stem, -1) for stem in numbers], dtype=np.int32)
        rows = np.array([space.stems.get(stem, -1) for stem in numbers], dtype=np.int32)
        leads = np.zeros(len(numbers), dtype=np.bool_)
        leads[[numbers[first] for first, _ in pairs]] = True
        placed = {numbers[a] * len(numbers) + numbers[b]: column for (a, b), column in pairs.items()}
        return cls(numbers, grams, rows, leads, *_hashed(placed))


def _hashed(placed: Mapping[int, int]) -> tuple[Array, Array]:
    size = 1 << max(4, (4 * len(placed)).bit_length())
    keys, columns = np.full(size, -1, dtype=np.int64), np.full(size, -1, dtype=np.int32)
    for key, column in placed.items():
        slot = ((key * MIX) % 2**64 >> 40) & (size - 1)
        while keys[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        keys[slot], columns[slot] = key, column
    return keys, columns
