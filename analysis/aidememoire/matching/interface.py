"""What every matcher takes and gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from aidememoire.tokens import TOKENISER

__all__ = ["MATCHING", "Match", "Matcher"]

# Key of every kept match: raise the number when any matcher would find other rows in the same text.
MATCHING = f"match-1/{TOKENISER}"


class Match(NamedTuple):
    """One hit: which sentence, which rule, and the characters ``[start, end)`` of the text."""

    sentence: int
    rule: int
    start: int
    end: int


class Matcher(Protocol):
    """A pure function from one text and its sentences to hits; knows nothing of tables."""

    def match(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Match]:
        """Return the hits by sentence, then rule, then place."""
        ...
