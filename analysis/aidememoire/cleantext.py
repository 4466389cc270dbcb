"""Cleaned text that can still show the raw text it came from.

Every cleaner is a substitution that deletes characters or replaces them by no more characters than it
takes away, so each cleaned character stands at one raw offset. Runs of unbroken correspondence are kept
as two short tuples instead of one offset a character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["CleanText"]


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text, the raw text, and the runs that lead from one to the other.

    Attributes
    ----------
    text, raw
        What is analysed, and what the file held after decoding.
    clean_starts, raw_starts
        Run ``i`` begins at ``clean_starts[i]`` in ``text`` and ``raw_starts[i]`` in ``raw``.

    Examples
    --------
    >>> cleaned = CleanText.of("co-\\noperation").sub(r"-\\n", "")
    >>> cleaned.text
    'cooperation'
    >>> cleaned.raw_slice(0, 11)
    'co-\\noperation'
    """

    text: str
    raw: str
    clean_starts: tuple[int, ...] = (0,)
    raw_starts: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, raw: str) -> CleanText:
        """Start from a raw text with nothing cleaned yet."""
        return cls(raw, raw)

    def raw_offset(self, offset: int) -> int:
        """Raw offset of the cleaned character at ``offset``."""
        run = bisect_right(self.clean_starts, offset) - 1
        return self.raw_starts[run] + offset - self.clean_starts[run]

    def raw_slice(self, start: int, end: int) -> str:
        """Raw text behind the cleaned characters ``[start, end)``."""
        if start >= end:
            return ""
        return self.raw[self.raw_offset(start) : self.raw_offset(end - 1) + 1]

    def sub(self, pattern: str | re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> CleanText:
        """Replace every match; a replacement is never longer than what it replaces.

        Raises
        ------
        ValueError
            If a replacement is longer than the matched text.
        """
        edits: list[tuple[int, int, str]] = []
        for match in re.finditer(pattern, self.text):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            if len(new) > match.end() - match.start():
                raise ValueError(f"{new!r} is longer than {match.group()!r}: offsets into the raw text would be lost")
            if new != match.group():
                edits.append((match.start(), match.end(), new))
        return self.edited(edits) if edits else self

    def cut(self, start: int, end: int) -> CleanText:
        """Keep only the cleaned characters ``[start, end)``."""
        return self.edited([(end, len(self.text), ""), (0, start, "")][::-1])

    def edited(self, edits: list[tuple[int, int, str]]) -> CleanText:
        """Replace each ``[start, end)`` by its text; edits are in order and do not overlap."""
        pieces: list[str] = []
        clean_starts: list[int] = []
        raw_starts: list[int] = []
        written = 0

        def keep(start: int, end: int) -> None:
            nonlocal written
            run = bisect_right(self.clean_starts, start) - 1
            at = start
            while at < end:
                following = self.clean_starts[run + 1] if run + 1 < len(self.clean_starts) else end
                mark(self.raw_starts[run] + at - self.clean_starts[run])
                stop = min(end, following)
                written += stop - at
                at, run = stop, run + 1
            pieces.append(self.text[start:end])

        def mark(raw: int) -> None:
            if not clean_starts or raw - raw_starts[-1] != written - clean_starts[-1]:
                clean_starts.append(written)
                raw_starts.append(raw)

        done = 0
        for start, end, new in edits:
            keep(done, start)
            if new:
                mark(self.raw_offset(start))
                pieces.append(new)
                written += len(new)
            done = end
        keep(done, len(self.text))
        return CleanText("".join(pieces), self.raw, tuple(clean_starts) or (0,), tuple(raw_starts) or (0,))
