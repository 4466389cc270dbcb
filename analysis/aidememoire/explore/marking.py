"""Text with marked places, cut into runs that a template can escape one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

__all__ = ["CLOSE", "OPEN", "Run", "Span", "runs", "spans_found", "visible"]

Kind = Literal["hit", "found"]

# Private characters that no statement holds: full-text search puts them around each word it finds.
OPEN, CLOSE = "\ue010", "\ue011"
_MARKED = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)

# They turn the letters of all that follows; every other direction mark ends with the element it stands in.
_OVERRIDES = {"\u202d": "[U+202D]", "\u202e": "[U+202E]"}
_OVERRIDE = re.compile("[\u202d\u202e]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)``: a hit, with its rule as the note, or words found by the search."""

    start: int
    end: int
    kind: Kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with the kinds of all spans that cover it and the rules among them."""

    text: str
    kinds: tuple[Kind, ...]
    notes: tuple[str, ...]


def runs(text: str, spans: Sequence[Span]) -> list[Run]:
    """Return ``text`` as runs; joined they are ``text`` again.

    Examples
    --------
    >>> [(run.text, run.kinds) for run in runs("we remember", [Span(3, 11, "hit"), Span(3, 5, "found")])]
    [('we ', ()), ('re', ('found', 'hit')), ('member', ('hit',))]
    """
    inside = [each for each in spans if 0 <= each.start < each.end <= len(text)]
    edges = sorted({0, len(text), *(each.start for each in inside), *(each.end for each in inside)})
    found = []
    for start, end in pairwise(edges):
        over = [each for each in inside if each.start <= start and end <= each.end]
        kinds = tuple(sorted({each.kind for each in over}))
        found.append(Run(text[start:end], kinds, tuple(sorted({each.note for each in over if each.note}))))
    return found


def spans_found(marked: str) -> list[Span]:
    """Return where the words stand that full-text search has marked.

    Examples
    --------
    >>> spans_found(f"We {OPEN}remember{CLOSE}.")
    [Span(start=3, end=11, kind='found', note='')]
    """
    # Each pair of marks before a word has moved it by two.
    return [
        Span(match.start() - 2 * number, match.start() - 2 * number + len(match[1]), "found")
        for number, match in enumerate(_MARKED.finditer(marked))
    ]


def visible(value: object) -> object:
    """Return text with the characters shown that would turn the letters of what follows; the rest as it is.

    Examples
    --------
    >>> visible("safe\\u202etxt.exe")
    'safe[U+202E]txt.exe'
    """
    if type(value) is not str or not _OVERRIDE.search(value):
        return value
    return _OVERRIDE.sub(lambda match: _OVERRIDES[match[0]], value)
