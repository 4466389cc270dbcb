"""Many sentences at once: from the kept token index to log odds, without a text being read or a word stemmed twice.

Each distinct word is stemmed once, pairs of stems are pairs of numbers, marks of rules come from the hits already
found. The result is that of ``coder.strengths`` but for rounding.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.matching.fast import FastMatcher, TokenIndex, build_index, kernels
from aidememoire.model.bulkmarks import MarkColumns, Seen
from aidememoire.model.features import MARK_SCALE
from aidememoire.model.stemtable import StemTable
from aidememoire.model.words import form_class
from aidememoire.tokens import form_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aidememoire.matching.fast import Vocabulary
    from aidememoire.model.coder import Coder

__all__ = ["Bulk"]

Array = np.ndarray[Any, Any]


class Bulk:
    """A trained coder for texts whose tokens are numbered; threads may share it.

    Parameters
    ----------
    coder
        Rules and weights.
    vocabulary
        Of the indexes to come.
    """

    def __init__(self, coder: Coder, vocabulary: Vocabulary):
        self.coder = coder
        self.vocabulary = vocabulary
        self._marks = MarkColumns(coder.marker, coder.trained.space.marks)
        self._n_rules = len(coder.marker.rules)
        self._others = FastMatcher(coder.marker.every_rule[self._n_rules :], vocabulary)
        self._own = FastMatcher(coder.marker.rules, vocabulary)
        self._table = StemTable.of(coder.trained.space)
        self._lock = Lock()
        self._stem_of, self._year_of = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)

    def strengths(
        self, index: TokenIndex, rows: Array, rules: Array, years: Array, tails: Mapping[int, str]
    ) -> tuple[Array, Array]:
        """Return log odds, sentences x heads, and the codes by the rules alone, sentences x themes.

        Parameters
        ----------
        index
            The tokens.
        rows, rules
            Sentence and rule of each hit of the codebook in them.
        years
            Of each sentence's statement; ``bulkmarks.UNKNOWN`` where not known.
        tails
            ``marks.last_sentence`` of those sentences that hold more than it.
        """
        trained = self.coder.trained
        stem_of, year_of = self._words()
        heads = np.array([head.bias for head in trained.heads], dtype=np.float64)
        total = np.tile(heads, (len(index.firsts) - 1, 1))
        self._add_words(index, stem_of, total)
        values = self.coder.marker.values_of(rows, rules, len(total))
        mentioned = year_of[index.codes >> 1]
        tokens = np.flatnonzero(mentioned)
        others, other_rules = _hits(self._others, index)
        seen = Seen(
            rows=np.concatenate([rows, others]),
            rules=np.concatenate([rules, other_rules + self._n_rules]),
            lengths=np.diff(index.firsts),
            mentions=np.searchsorted(index.firsts, tokens, side="right") - 1,
            mentioned=mentioned[tokens],
            years=years,
            values=values,
            before=self._before(values, index.sentences, tails),
        )
        marked, columns = self._marks.of(seen)
        for head in range(total.shape[1]):
            weights = MARK_SCALE * trained.marks[columns, head]
            total[:, head] += np.bincount(marked, weights=weights, minlength=len(total))
        return total, values

    def _words(self) -> tuple[Array, Array]:
        """Stem and year, if it is one, of each word of the vocabulary."""
        with self._lock:
            known, n = len(self._stem_of), len(self.vocabulary)
            if known < n:
                forms = [form_of(word) for word in self.vocabulary.written(known, n)]
                table, numbers = self.coder.trained.space.table, self._table.numbers
                stems = [numbers.get(table.get(form) or form_class(form), -1) for form in forms]
                years = [int(form) if form_class(form) == "<year>" else 0 for form in forms]
                self._stem_of = np.concatenate([self._stem_of, np.array(stems, dtype=np.int32)])
                self._year_of = np.concatenate([self._year_of, np.array(years, dtype=np.int32)])
            return self._stem_of, self._year_of

    def _add_words(self, index: TokenIndex, stem_of: Array, total: Array) -> None:
        kernels("scan")  # chooses where machine code is kept
        from aidememoire.model.summing import sum_words

        table, trained = self._table, self.coder.trained
        space = trained.space
        sum_words(
            index.codes, index.firsts, stem_of,
            table.grams, table.rows, table.leads, table.keys, table.columns,
            space.idf.astype(np.float64), np.ascontiguousarray(trained.grams, dtype=np.float64),
            space.vectors, space.weights, np.ascontiguousarray(trained.dense, dtype=np.float64), total,
        )  # fmt: skip

    def _before(self, values: Array, sentences: Array, tails: Mapping[int, str]) -> Array:
        """Codes of the sentence in front of each; none in front of a text's first."""
        ends = values.copy()
        if tails:
            index = build_index(
                list(tails.values()), [np.array([[0, len(tail)]]) for tail in tails.values()], self.vocabulary
            )
            ends[list(tails)] = self.coder.marker.values_of(*_hits(self._own, index), len(tails))
        before = np.zeros_like(values)
        before[1:] = ends[:-1]
        before[sentences[:-1][np.diff(sentences) > 0]] = 0
        return before


def _hits(matcher: FastMatcher, index: TokenIndex) -> tuple[Array, Array]:
    """Sentence of the index and rule of each hit."""
    found = matcher.match_index(index)
    joined = np.concatenate(found)
    first = np.repeat(index.sentences[:-1], [len(hits) for hits in found])
    return joined["sentence"] + first, joined["rule"].astype(np.int64)
