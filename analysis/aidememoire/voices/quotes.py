"""Quotations of a text: where quoted words begin and end, whatever marks the source uses.

A mark opens or closes by what stands beside it; its own shape decides only where that is silent, because
sources mix them up. A quotation without its closing mark ends with its paragraph, unless the next paragraph
begins with an opening mark (one quotation running on) or the next mark of the text closes it (one pair of
marks round several paragraphs). Single quotes are titles or apostrophes and never speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["DOUBLE", "Quote", "find_quotes"]

DOUBLE = '"“”„‟«»＂〝〞'
_MARK = re.compile(f"[{DOUBLE}\n]|''|``|,,(?=\\w)")
_OPENS, _CLOSES = frozenset("„‟“«〝"), frozenset("”»〞")
_BEFORE_OPENING = frozenset(" \n\t([{—–-/‘'")
_AFTER_CLOSING = frozenset(" \n\t)]}.,;:!?…—–-/'’*")
LONGEST_PAIR = 60
"""Paragraphs that one pair of marks may hold; a longer one is a mark gone wrong."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One stretch of quoted words inside one paragraph.

    Attributes
    ----------
    start, end
        Half-open, with the marks.
    runs_on
        Whether it continues a quotation of the paragraph before.
    closed
        Whether a closing mark ends it.
    """

    start: int
    end: int
    runs_on: bool = False
    closed: bool = True


def find_quotes(text: str) -> list[Quote]:
    """Return the quotations of a text in order, one a paragraph.

    Examples
    --------
    >>> text = "“We met,” she said. “We"
    >>> [text[q.start : q.end] for q in find_quotes(text)]
    ['“We met,”', '“We']
    """
    quotes: list[Quote] = []
    marks = [(match.start(), match.end()) for match in _MARK.finditer(text)]
    if not any(text[start] != "\n" for start, _ in marks):
        return quotes
    return _paired(text, marks)


def _paired(text: str, marks: list[tuple[int, int]]) -> list[Quote]:
    quotes: list[Quote] = []
    opened, depth, line, runs, inherits = -1, 0, 0, False, False
    closers = _next_closers(text, marks)
    for at, (start, end) in enumerate((*marks, (len(text), len(text)))):
        if start == len(text) or text[start] == "\n":
            spans_on = opened >= 0 and start < len(text) and 0 < closers[at] <= LONGEST_PAIR
            if 0 <= opened < start:
                quotes.append(Quote(opened, start, runs, closed=False))
            inherits = opened >= 0
            line, depth = start + 1, 0
            opened = line if spans_on else -1
            runs = spans_on
            depth = int(spans_on)
        elif _is_opening(text, start, end, depth):
            if depth == 0:
                opened, runs = start, inherits and not text[line:start].strip()
            depth = min(depth + 1, 3)
        elif depth > 1:
            depth -= 1
        elif depth == 1:
            quotes.append(Quote(opened, end, runs))
            opened, depth, runs, inherits = -1, 0, False, False
        elif not any(q.start >= line for q in quotes[-1:]) and text[line:start].strip():
            # A closing mark that nothing opened: its words begin with the paragraph.
            quotes.append(Quote(line, end, False))
    return quotes


def _next_closers(text: str, marks: list[tuple[int, int]]) -> list[int]:
    """For each mark the number of line breaks to the next quote mark if that one closes, else 0."""
    found = [0] * (len(marks) + 1)
    breaks = 0
    closing = False
    for at in range(len(marks) - 1, -1, -1):
        start, end = marks[at]
        if text[start] == "\n":
            breaks += 1
            found[at] = breaks if closing else 0
        else:
            closing = not _is_opening(text, start, end, 1)
            breaks = 0
    return found


def _is_opening(text: str, start: int, end: int, depth: int) -> bool:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    could_open = (before in _BEFORE_OPENING or before in DOUBLE) and not after.isspace()
    could_close = not before.isspace() and (after in _AFTER_CLOSING or after in DOUBLE)
    if could_open != could_close:
        return could_open
    mark = text[start]
    if mark in _OPENS or mark in _CLOSES:
        return mark in _OPENS
    return depth == 0
