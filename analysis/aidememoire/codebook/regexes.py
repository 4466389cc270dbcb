"""Which regular expressions a codebook may hold: none that could backtrack without bound.

Patterns are matched in linear time; the few regular expressions of technical codes run in Python's own engine,
so those with a choice of exponentially or polynomially many ways to fail are refused.
"""

from __future__ import annotations

import re
import re._constants as sre
import re._parser as parser
from collections.abc import Sequence
from typing import Any

__all__ = ["why_unsafe"]

_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT}
# A bounded repeat of more than this behaves like an unbounded one.
LONG = 10


def why_unsafe(pattern: str) -> str:
    r"""Return why ``pattern`` may not be used, or an empty string.

    Examples
    --------
    >>> why_unsafe(r"^\\s*\\d{1,3}\\s+\\d{2}-\\d{5}\\s")
    ''
    >>> why_unsafe(r"(a+)+b")
    'a repeat inside a repeat could backtrack without bound'
    >>> why_unsafe("(")
    'not a regular expression: missing ), unterminated subpattern'
    """
    try:
        tree = parser.parse(pattern)
        re.compile(pattern)
    except re.error as problem:
        return f"not a regular expression: {problem.msg}"
    except (OverflowError, RecursionError) as problem:
        return f"not a regular expression: {problem}"
    return _in_sequence(list(tree), inside_repeat=False)


def _in_sequence(items: Sequence[tuple[Any, Any]], *, inside_repeat: bool) -> str:
    open_before = False  # whether an unbounded repeat stands before with nothing certain between
    for kind, value in items:
        if kind in _REPEATS:
            low, high, inner = value
            unbounded = high is sre.MAXREPEAT or high > LONG
            if (low != high or unbounded) and inside_repeat:
                return "a repeat inside a repeat could backtrack without bound"
            if unbounded and open_before:
                return "two repeats side by side could backtrack without bound; put a fixed character between"
            if found := _in_sequence(list(inner), inside_repeat=inside_repeat or high > 1):
                return found
            open_before = unbounded or (open_before and low == 0) or _ends_open(list(inner))
            continue
        if kind in {sre.GROUPREF, sre.GROUPREF_EXISTS, sre.ASSERT, sre.ASSERT_NOT}:
            return "back references and look-around are not allowed"
        if kind is sre.BRANCH and inside_repeat:
            return "alternatives inside a repeat could backtrack without bound"
        if found := _in_branches(kind, value, inside_repeat):
            return found
        open_before = any(_ends_open(part) for part in _parts(kind, value)) or (kind is sre.AT and open_before)
    return ""


def _in_branches(kind: Any, value: Any, inside_repeat: bool) -> str:
    problems = (_in_sequence(part, inside_repeat=inside_repeat) for part in _parts(kind, value))
    return next((problem for problem in problems if problem), "")


def _parts(kind: Any, value: Any) -> list[list[tuple[Any, Any]]]:
    if kind is sre.SUBPATTERN:
        return [list(value[-1])]
    if kind is sre.BRANCH:
        return [list(branch) for branch in value[1]]
    return []


def _ends_open(items: Sequence[tuple[Any, Any]]) -> bool:
    if not items:
        return False
    kind, value = items[-1]
    if kind in _REPEATS:
        return value[1] is sre.MAXREPEAT or value[1] > LONG
    return any(_ends_open(part) for part in _parts(kind, value))
