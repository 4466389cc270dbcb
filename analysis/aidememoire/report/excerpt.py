"""An example cut to length around its hits, as runs of plain and marked text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["cut", "segments"]

MAX_CHARACTERS = 400


def cut(
    text: str, hits: Sequence[tuple[int, int]], limit: int = MAX_CHARACTERS
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return at most about ``limit`` characters of ``text`` around its first hit, with the hits moved along.

    An ellipsis stands where text is left out. Hits outside what is kept fall away, a hit across the edge is
    cut with it.

    Examples
    --------
    >>> cut("one two three four five six seven", [(14, 18)], limit=14)
    ('… four five …', ((2, 6),))
    """
    valid = _merged(hits, len(text))
    if len(text) <= limit:
        return text, valid
    first, last = valid[0] if valid else (0, 0)
    start = max(0, min(first - (limit - (last - first)) // 2, len(text) - limit))
    end = min(len(text), start + limit)
    start, end = _at_spaces(text, start, end, keep=(first, last))
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    kept = text[start:end]
    stripped = kept.lstrip()
    offset = start + len(kept) - len(stripped) - len(before)
    body = stripped.rstrip()
    moved = [(max(a - offset, len(before)), min(b - offset, len(before) + len(body))) for a, b in valid]
    return before + body + after, tuple((a, b) for a, b in moved if a < b)


def segments(text: str, hits: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return ``text`` as runs, each with whether it is a hit; joined they are ``text`` again.

    Examples
    --------
    >>> segments("we remember them", [(3, 11)])
    [('we ', False), ('remember', True), (' them', False)]
    """
    runs, at = [], 0
    for start, end in _merged(hits, len(text)):
        runs += [(text[at:start], False), (text[start:end], True)]
        at = end
    runs.append((text[at:], False))
    return [(run, marked) for run, marked in runs if run]


def _merged(hits: Iterable[tuple[int, int]], length: int) -> tuple[tuple[int, int], ...]:
    """Clip the spans to the text and join those that overlap."""
    out: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), min(b, length)) for a, b in hits):
        if start >= end:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _at_spaces(text: str, start: int, end: int, keep: tuple[int, int]) -> tuple[int, int]:
    """Move both ends inwards to a space within 25 characters, never into the hit."""
    if start:
        space = text.find(" ", start, min(start + 25, keep[0] if keep[1] else end))
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(end - 25, keep[1]), end + 1)
        end = space if space >= 0 else end
    return start, end
