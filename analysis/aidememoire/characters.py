"""What each character is to the tokeniser: one byte of flags for every code point.

The flags come from Python's own ``re``, so the compiled scan and ``tokens.TOKEN`` cannot disagree about a
character, whichever Unicode version this Python carries.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

import numpy as np

__all__ = ["ALNUM", "BREAK", "CHINESE", "DASH", "LETTER", "RUN", "SPACE", "character_classes"]

RUN = 1  # may stand in a run of letters, digits and marks
ALNUM = 2  # a word character other than the underscore
LETTER = 4  # of those, neither a decimal digit nor CHINESE
CHINESE = 8  # one character, one token
SPACE = 16
DASH = 32  # with spaces around it, no phrase crosses it
BREAK = 64  # no phrase crosses it

# The pieces of tokens.TOKEN and tokens.BREAK, one class each, and what sentences ask.
_CLASSES = {
    RUN: r"[^\W_\u3400-\u9fff]|[\ue000\ue001\u0300-\u036f]",
    ALNUM: r"[^\W_]",
    LETTER: r"[^\W\d_\u3400-\u9fff]",
    CHINESE: r"[\u3400-\u9fff]",
    SPACE: r"\s",
    DASH: r"[-–—]",
    BREAK: r"[,;:()，；：（）、،؛]",
}

# Unicode keeps letters and digits below this; a test looks at the rest.
_ASSIGNED = 0x40000


@cache
def character_classes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the flags of every code point.

    Examples
    --------
    >>> table = character_classes()
    >>> [int(table[ord(c)]) for c in "a7 ,"] == [RUN | ALNUM | LETTER, RUN | ALNUM, SPACE, BREAK]
    True
    """
    every = np.arange(_ASSIGNED, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    for flag, members in _CLASSES.items():
        for run in re.finditer(f"(?:{members})+", every):
            table[run.start() : run.end()] |= flag
    return table
