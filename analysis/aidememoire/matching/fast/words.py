"""What a set of rules makes of a vocabulary: the elements each word satisfies, as arrays that only grow."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from aidememoire.matching.fast.automaton import Automaton
from aidememoire.matching.fast.elements import Forms, Lookup
from aidememoire.matching.fast.furniture import Fragment
from aidememoire.matching.fast.trie import ANYWHERE, bits
from aidememoire.matching.fast.vocabulary import Vocabulary

__all__ = ["WordTable", "Words"]

Array = np.ndarray[Any, np.dtype[Any]]


class Words(NamedTuple):
    """By number of the word: length in characters, and what the phrases kernel asks of it.

    Attributes
    ----------
    begins
        Bits of the elements that may follow where a phrase begins with the word; see ``Trie.begin``.
    follows
        Bits of the elements it satisfies, and ``ANYWHERE``.
    sides
        Which sides of rules begin with it; see ``Trie.sides``.
    first_start, starts
        The nodes it leads to from the root.
    first_element, elements
        The elements it satisfies.
    """

    lengths: Array
    begins: Array
    follows: Array
    sides: Array
    first_start: Array
    starts: Array
    first_element: Array
    elements: Array


class _Column:
    """An array with room behind its end; what is written never changes, so threads may go on reading it."""

    def __init__(self, dtype: type[np.generic]):
        self.array: Array = np.zeros(1, dtype=dtype)

    def write(self, begin: int, values: Array) -> None:
        end = begin + len(values)
        if end > len(self.array):
            longer = np.zeros(max(end, 2 * len(self.array)), dtype=self.array.dtype)
            longer[:begin] = self.array[:begin]
            self.array = longer
        self.array[begin:end] = values


class WordTable:
    """Keeps ``Words`` up to date with a vocabulary; a new word costs only its own lookup.

    Parameters
    ----------
    automaton
        Of the rules.
    fragments
        As ``furniture.fragments`` returns them, numbered behind the elements.
    vocabulary
        May grow meanwhile, in other threads too.
    """

    def __init__(self, automaton: Automaton, fragments: Sequence[Fragment], vocabulary: Vocabulary):
        self._automaton = automaton
        numbered = list(enumerate(automaton.elements))
        self._plain = Lookup([(number, element) for number, element in numbered if not element.cased])
        cased = [(number, element) for number, element in numbered if element.cased]
        self._cased = Lookup(cased) if cased else None
        self._fragments = list(enumerate(fragments, len(numbered)))
        self._lock = Lock()
        self._vocabulary = vocabulary
        self._n = 0
        self._columns = [_Column(dtype) for dtype in (np.int32, np.uint64, np.uint64, np.uint64)]
        self._lists = [(_Column(np.int64), _Column(np.int32)) for _ in range(2)]

    def now(self) -> Words:
        """Return the table for at least the words that the vocabulary has now."""
        with self._lock:
            end = len(self._vocabulary)
            if end > self._n:
                self._extend(self._n, end)
                self._n = end
            columns = [column.array[: self._n] for column in self._columns]
            for first, values in self._lists:
                columns += [first.array[: self._n + 1], values.array[: int(first.array[self._n])]]
            return Words(*columns)

    def _extend(self, begin: int, end: int) -> None:
        n = end - begin
        word, element = self._pairs(begin, end)
        trie = self._automaton.trie
        starting = trie.start[element] >= 0
        word_of_start, start = word[starting], trie.start[element[starting]]
        begins, follows, sides = np.zeros(n, np.uint64), np.full(n, ANYWHERE, np.uint64), np.zeros(n, np.uint64)
        np.bitwise_or.at(begins, word_of_start, trie.begin[start])
        np.bitwise_or.at(follows, word, bits(element))
        np.bitwise_or.at(sides, word, trie.sides[element])
        for column, new in zip(
            self._columns, (self._vocabulary.lengths(begin, end), begins, follows, sides), strict=True
        ):
            column.write(begin, new)
        for (first, values), owner, value in zip(self._lists, (word_of_start, word), (start, element), strict=True):
            last = int(first.array[begin])
            first.write(begin + 1, last + np.cumsum(np.bincount(owner, minlength=n)))
            values.write(last, value[np.argsort(owner, kind="stable")])

    def _pairs(self, begin: int, end: int) -> tuple[Array, Array]:
        vocabulary = self._vocabulary
        pairs = [self._plain.satisfied(vocabulary.forms(begin, end))]
        if self._cased:
            pairs.append(self._cased.satisfied(vocabulary.cased_forms(begin, end)))
        if self._fragments:
            written = Forms(vocabulary.written(begin, end))
            for number, (regex, texts) in self._fragments:
                parts = [written.containing(text.encode()) for text in texts] or [written.searched(regex)]
                found = np.unique(np.concatenate(parts))
                pairs.append((found, np.full(len(found), number, dtype=np.int32)))
        return np.concatenate([word for word, _ in pairs]), np.concatenate([element for _, element in pairs])
