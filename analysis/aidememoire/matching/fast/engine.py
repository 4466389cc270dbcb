"""The fast matcher: the same hits as the plain one, from one compiled pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from aidememoire.matching.fast.automaton import automaton_of
from aidememoire.matching.fast.furniture import fragments
from aidememoire.matching.fast.hits import hits
from aidememoire.matching.fast.index import TokenIndex, build_index
from aidememoire.matching.fast.vocabulary import Vocabulary
from aidememoire.matching.fast.words import WordTable
from aidememoire.matching.interface import Match
from aidememoire.matching.rules import Rule

__all__ = ["BATCH_CHARACTERS", "MATCHES", "FastMatcher"]

Array = np.ndarray[Any, np.dtype[Any]]
Texts = Sequence[str] | Sequence[bytes]
SentenceText = Callable[[int, int], str]  # text, sentence -> the sentence as written

MATCHES = np.dtype([("sentence", "<i4"), ("rule", "<i4"), ("start", "<i4"), ("end", "<i4")])

# Large enough that a batch's fixed cost vanishes, small enough that a batch's arrays stay small.
BATCH_CHARACTERS = 4_000_000


class FastMatcher:
    """Finds the hits of ``rules``; ``matching.plain`` says what a hit is.

    Parameters
    ----------
    rules
        As ``compile_rules`` returns them. ``Match.rule`` is a position in this sequence.
    vocabulary
        Shared by matchers that use one index; a new one by default. Threads may share it too.

    Examples
    --------
    >>> from aidememoire.codebook.patterns import expand
    >>> rule = Rule("t.phrase.1", "t", "phrase", "falsif* history", (expand("falsif* history", {}),))
    >>> FastMatcher([rule]).match("They falsify history.", [(0, 21)])
    [Match(sentence=0, rule=0, start=5, end=20)]
    """

    def __init__(self, rules: Sequence[Rule], vocabulary: Vocabulary | None = None):
        self.rules = tuple(rules)
        self.vocabulary = Vocabulary() if vocabulary is None else vocabulary
        written = {n: rule.pattern for n, rule in enumerate(rules) if rule.kind == "regex"}
        self._regexes = {n: re.compile(pattern) for n, pattern in written.items()}
        needed = [(n, side, piece) for n, pattern in written.items() for side, piece in enumerate(fragments(pattern))]
        self._everywhere = sorted(set(written).difference(n for n, _, _ in needed))
        self._automaton = automaton_of(self.rules, [(n, side) for n, side, _ in needed])
        self._words = WordTable(self._automaton, [piece for _, _, piece in needed], self.vocabulary)

    def match(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Match]:
        """Return the hits in each of ``spans`` (sentences, character offsets): the face of every matcher."""
        rows = self.match_many([text], [np.array(list(spans), dtype=np.int64).reshape(-1, 2)])[0]
        return [Match(*row) for row in rows.tolist()]

    def match_many(
        self, texts: Texts, spans: Sequence[Array], *, threads: int = 1, batch: int = BATCH_CHARACTERS
    ) -> list[Array]:
        """Return the hits in each text as an array of dtype ``MATCHES``, by sentence, then rule, then place.

        Parameters
        ----------
        texts
            Any number of them, as strings or as UTF-8, which saves encoding them.
        spans
            For each text, an integer array of shape (n, 2): begin and end of each sentence in characters.
        threads
            Batches worked on at a time. The rows do not depend on it.
        batch
            Characters of one batch, more or less.
        """

        def work(part: slice) -> list[Array]:
            return self._match_batch(texts[part], spans[part])

        parts = list(_batches(texts, batch))
        if threads == 1 or len(parts) < 2:
            return [rows for part in parts for rows in work(part)]
        with ThreadPoolExecutor(threads) as pool:
            return [rows for found in pool.map(work, parts) for rows in found]

    def match_index(self, index: TokenIndex, sentence_text: SentenceText | None = None) -> list[Array]:
        """Return the hits in each text of ``index``, which must have been built with this matcher's vocabulary.

        Parameters
        ----------
        index
            As ``build_index`` or ``from_blobs`` returns it.
        sentence_text
            Gives one sentence of one text. It is called for the few sentences that need a regular expression
            searched; without it, regular expressions give no hits.
        """
        rows = hits(index, self._words.now(), self._automaton)
        if self._regexes:
            rows = self._with_regexes(rows, index, sentence_text)
        cuts = np.searchsorted(rows[:, 0], index.sentences)
        rows[:, 0] -= np.repeat(index.sentences[:-1], np.diff(cuts)).astype(np.int32)
        table = rows.view(MATCHES).ravel()
        return [table[low:high] for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)]

    def _match_batch(self, texts: Texts, spans: Sequence[Array]) -> list[Array]:
        def sentence_text(text: int, sentence: int) -> str:
            start, end = spans[text][sentence]
            written = texts[text]
            if isinstance(written, bytes):
                written = written.decode("utf-8", "surrogatepass")
            return written[start:end]

        return self.match_index(build_index(texts, spans, self.vocabulary), sentence_text)

    def _with_regexes(self, rows: Array, index: TokenIndex, sentence_text: SentenceText | None) -> Array:
        """Search the candidates; their rows come behind the others of a sentence, whatever their numbers."""
        is_candidate = rows[:, 2] < 0
        candidates = rows[is_candidate, :2]
        if self._everywhere and sentence_text:
            numbers = np.array(self._everywhere, dtype=np.int32)
            n = int(index.sentences[-1])
            every = np.stack([np.repeat(np.arange(n, dtype=np.int32), len(numbers)), np.tile(numbers, n)], axis=1)
            candidates = np.concatenate([candidates, every])
            candidates = candidates[np.lexsort((candidates[:, 1], candidates[:, 0]))]
        found = []
        texts = np.searchsorted(index.sentences, candidates[:, 0], side="right") - 1
        for (span, number), text in zip(candidates.tolist(), texts.tolist(), strict=True):
            if sentence_text is None:
                break
            written = sentence_text(text, span - int(index.sentences[text]))
            if match := self._regexes[number].search(written):
                begin = int(index.begins[span])
                found.append((span, number, begin + match.start(), begin + match.end()))
        searched = np.array(found, dtype=np.int32).reshape(-1, 4)
        joined = np.concatenate([rows[~is_candidate], searched])
        return joined[np.argsort(joined[:, 0], kind="stable")]


def _batches(texts: Texts, characters: int) -> Iterator[slice]:
    first = size = 0
    for at, text in enumerate(texts):
        if size and size + len(text) > characters:
            yield slice(first, at)
            first, size = at, 0
        size += len(text)
    if len(texts):
        yield slice(first, len(texts))
