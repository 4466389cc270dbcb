"""What every matcher takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aidememoire.tokens import TOKENISER

if TYPE_CHECKING:
    import numpy as np

    from aidememoire.matching.fast import TokenIndex, Vocabulary

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
    """A matcher of many texts at once: the same hits, as arrays, from the token index of the texts."""

    vocabulary: Vocabulary

    def match_index(
        self, index: TokenIndex, sentence_text: Callable[[int, int], str] | None = None
    ) -> list[np.ndarray[Any, Any]]:
        """Return for each text an array with the fields of ``Match``.

        ``index`` speaks of ``vocabulary``; ``sentence_text`` gives one sentence of one text as written.
        """
        ...


class Matcher(Protocol):
    """A pure function from one text and its sentences to hits; knows nothing of tables."""

    def match(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Match]:
        """Return the hits by sentence, then rule, then place."""
        ...
