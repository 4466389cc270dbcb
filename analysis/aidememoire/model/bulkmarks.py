"""The marks of many sentences as numbers of columns; what each mark is, ``marks`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aidememoire.model.marks import CLOSED_AFTER, LEXICON, STATE, WW2, Marker, length_mark, states_mark
from aidememoire.model.words import ages_of

__all__ = ["UNKNOWN", "MarkColumns", "Seen"]

# A statement's year where none is known: no statement is of the year 0.
UNKNOWN = 0
# More tokens, or more states, than this make no other mark.
MOST = 100

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in n sentences.

    Attributes
    ----------
    rows, rules
        Sentence and number in ``Marker.every_rule`` of each hit.
    lengths
        Tokens of each sentence.
    mentions, mentioned
        Sentence and value of each year that is mentioned.
    years
        Of each sentence's statement, or ``UNKNOWN``.
    values, before
        n x themes: codes by the rules of each sentence and of the one in front of it.
    """

    rows: Array
    rules: Array
    lengths: Array
    mentions: Array
    mentioned: Array
    years: Array
    values: Array
    before: Array


class MarkColumns:
    """Columns of the marks that a coder knows; -1 stands for a mark it does not."""

    def __init__(self, marker: Marker, columns: Mapping[str, int]):
        names = list(dict.fromkeys(marker.names))
        number = {name: at for at, name in enumerate(names)}
        self._columns = columns
        self._name_of = np.array([number[name] for name in marker.names], dtype=np.int64)
        self._is_state = np.array([name.startswith(STATE) for name in names], dtype=np.bool_)
        self._once = self._known(name if not name.startswith(STATE) else "" for name in names)
        self._twice = self._known(f"{name} twice" if name.startswith(LEXICON) else "" for name in names)
        self._ww2 = number.get(WW2, -1)
        self._recent = columns.get("recent WW2", -1)
        self._lengths = self._known(length_mark(n) for n in range(MOST + 1))
        self._states = self._known(states_mark(n) for n in range(MOST + 1))
        themes = marker.codebook.theme_ids
        self._code, self._before = (
            np.stack([self._known(f"{kind} {theme} {value}" for theme in themes) for value in range(3)])
            for kind in ("code", "before")
        )

    def of(self, seen: Seen) -> tuple[Array, Array]:
        """Return sentence and column of each known mark, a mark once in a sentence."""
        keys, times = np.unique(seen.rows * len(self._is_state) + self._name_of[seen.rules], return_counts=True)
        rows, names = np.divmod(keys, len(self._is_state))
        n_states = np.bincount(rows[self._is_state[names]], minlength=len(seen.lengths))
        recent = rows[(names == self._ww2) & _in_range(seen.years[rows])]
        every = np.arange(len(seen.lengths))
        parts = [
            (rows, self._once[names]),
            (rows[times > 1], self._twice[names[times > 1]]),
            (every, self._states[np.minimum(n_states, MOST)]),
            (every, self._lengths[np.minimum(seen.lengths, MOST)]),
            (recent, np.full(len(recent), self._recent)),
            self._ages(seen),
            _coded(seen.values, self._code),
            _coded(seen.before, self._before),
        ]
        marked, columns = (np.concatenate([part[k] for part in parts]) for k in range(2))
        return marked[columns >= 0], columns[columns >= 0]

    def _ages(self, seen: Seen) -> tuple[Array, Array]:
        """Each pair of a year mentioned and the statement's year is judged once."""
        pairs = np.stack([seen.mentioned.astype(np.int64), seen.years[seen.mentions]], axis=1)
        distinct, which = np.unique(pairs, axis=0, return_inverse=True)
        marks = [
            [self._columns.get(name, -1) for name in sorted(ages_of([str(year)], said if said != UNKNOWN else None))]
            for year, said in distinct.tolist()
        ]
        # At most a bucket and "old".
        table = np.array([(*columns, -1, -1)[:2] for columns in marks], dtype=np.int64).reshape(-1, 2)
        rows, columns = np.repeat(seen.mentions, 2), table[which.ravel()].ravel()
        width = len(self._columns) + 1
        keys = np.unique(rows[columns >= 0] * width + columns[columns >= 0])
        return keys // width, keys % width

    def _known(self, names: Any) -> Array:
        return np.array([self._columns.get(name, -1) for name in names], dtype=np.int64)


def _in_range(years: Array) -> Array:
    found: Array = (years != UNKNOWN) & (years < CLOSED_AFTER)
    return found


def _coded(values: Array, columns: Array) -> tuple[Array, Array]:
    rows, themes = np.nonzero(values)
    return rows, columns[values[rows, themes], themes]
