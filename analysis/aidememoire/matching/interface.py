"""What every matcher takes and gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aidememoire.tokens import TOKENISER

if TYPE_CHECKING:
    import numpy as np

__all__ = ["MATCHING", "BatchMatcher", "Match", "Matcher"]

# Key of every kept match: raise the number when any matcher would find other rows in the same text.
MATCHING = f"match-1/{TOKENISER}"


class Match(NamedTuple):
    """One hit: which sentence, which rule, and the characters ``[start, end)`` of the text."""

    sentence: int
    rule: int
    start: int
    end: int


class BatchMatcher(Protocol):
    """A matcher of many texts at once: the same hits, as arrays."""

    def match_many(
        self, texts: Sequence[str], spans: Sequence[np.ndarray[Any, Any]], *, threads: int = 1
    ) -> list[np.ndarray[Any, Any]]:
        """Return for each text an array with the fields of ``Match``; ``spans`` have shape (sentences, 2)."""
        ...


class Matcher(Protocol):
    """A pure function from one text and its sentences to hits; knows nothing of tables."""

    def match(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Match]:
        """Return the hits by sentence, then rule, then place."""
        ...
