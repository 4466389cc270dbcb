"""The marks of a text, told apart all at once: where sentences clearly end, and where the rule must judge.

Nine marks of ten are clear. A line break ends a sentence (statement 1 of `aidememoire.boundaries`), and a mark in
front of one ends nothing that the break does not. A dot ends a sentence, whatever stands around, between a word of
at least two ASCII letters, in lower case but for the first, that is no abbreviation, and a space with an ASCII
capital behind it (statements 7 to 15).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from aidememoire.boundaries import BREAKS, MARKS, WORD_LIMIT
from aidememoire.boundarywords import ABBREVIATIONS
from aidememoire.characters import character_classes

__all__ = ["MARGIN", "code_points", "marks_of"]

Array = np.ndarray[Any, np.dtype[Any]]

MARGIN = WORD_LIMIT + 1

_MARK, _BREAK, _LOWER, _CAPITAL, _BESIDE = (1 << bit for bit in range(5))
# What may stand in front of a word and is no part of it; anything else is left to the rule.
_BESIDE_WORDS = " -–—'\"“‘’(/,"
# Words of up to eight ASCII letters are compared as one number.
_LONGEST = 8
_WORDS = np.array(
    sorted(
        int.from_bytes(word.encode()) for word in ABBREVIATIONS if word.isascii() and word.isalpha() and len(word) > 1
    ),
    dtype=np.uint64,
)
_DOT, _SPACE, _TO_LOWER = ord("."), ord(" "), 0x20


@cache
def _table() -> Array:
    table = np.zeros(len(character_classes()), dtype=np.uint8)
    for flag, members in ((_MARK, MARKS), (_BREAK, BREAKS), (_BESIDE, _BESIDE_WORDS + BREAKS)):
        table[[ord(character) for character in members]] |= flag
    table[ord("a") : ord("z") + 1] |= _LOWER
    table[ord("A") : ord("Z") + 1] |= _CAPITAL
    return table


def code_points(text: str) -> Array:
    """Return the code points of ``text`` with ``MARGIN`` line breaks before and behind it."""
    edge = "\n" * MARGIN
    return np.frombuffer(f"{edge}{text}{edge}".encode("utf-32-le", "surrogatepass"), dtype="<u4")


def marks_of(codes: Array) -> tuple[Array, Array]:
    """Return where sentences clearly end, and the marks that the rule must judge.

    Parameters
    ----------
    codes
        As ``code_points`` returns them.

    Returns
    -------
    ends
        Offsets in the text, in order, each directly behind its mark or line break.
    others
        Offsets of the marks to judge, in order.

    Examples
    --------
    >>> ends, others = marks_of(code_points("We met Mr. Oren in May. He left.\\nWhy?"))
    >>> ends.tolist(), others.tolist()
    ([23, 33], [9])
    """
    flags = np.take(_table(), codes)
    places = np.flatnonzero(flags & (_MARK | _BREAK) != 0)[MARGIN:-MARGIN]
    breaks = flags[places] & _BREAK > 0
    marks = places[~breaks & (flags[places + 1] & _BREAK == 0)]
    clear = _clear(codes, flags, marks)
    ends = np.sort(np.concatenate([places[breaks], marks[clear]])) + 1
    return ends - MARGIN, marks[~clear] - MARGIN


def _clear(codes: Array, flags: Array, marks: Array) -> Array:
    """Say of each mark whether a sentence clearly ends at it."""
    clear: Array = (codes[marks] == _DOT) & (codes[marks + 1] == _SPACE) & (flags[marks + 2] & _CAPITAL > 0)
    clear &= flags[marks - 1] & _LOWER > 0
    # The words are read from behind, a letter of all of them at a time; ``left`` are those not yet at their first.
    left = np.flatnonzero(clear)
    clear[left] = False
    words = codes[marks[left] - 1].astype(np.uint64)
    for size in range(1, WORD_LIMIT - 1):
        at = marks[left] - 1 - size
        kind = flags[at]
        is_lower, is_capital = kind & _LOWER > 0, kind & _CAPITAL > 0
        if size < _LONGEST:
            letters = (codes[at] | _TO_LOWER).astype(np.uint64)
            words = np.where(is_lower | is_capital, words | letters << np.uint64(8 * size), words)
        whole = np.where(is_capital, flags[at - 1], kind) & _BESIDE > 0
        if size >= _LONGEST:
            clear[left[whole]] = True
        else:
            known = np.isin(words[whole], _WORDS)
            long = is_capital[whole] | (size > 1)
            clear[left[whole]] = long & ~known
        left, words = left[is_lower], words[is_lower]
        if not len(left):
            break
    return clear
