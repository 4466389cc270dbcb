"""Matches kept by text, codebook and code version.

What is new is found in the kept token index where there is one, else in the text. After an edit of the codebook only
the rules that changed are looked for; the others have the hits that they had under the codebook before.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.indexedtexts import Part, Sentences, parts_of
from aidememoire.keptmatches import Key, matched_texts, put_matches
from aidememoire.ledger import MATCHES
from aidememoire.matchedbefore import Before, keep_definitions, matched_before
from aidememoire.matching.edits import definitions, merged
from aidememoire.matching.fast import FastMatcher, Vocabulary, build_index, is_compiled, to_blobs
from aidememoire.matching.interface import MATCHING
from aidememoire.sentences import SEGMENTER

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.matching import BatchMatcher, Rule
    from aidememoire.store import Store
    from aidememoire.tokenindex import Batch, TokenIndexes

__all__ = ["CODE_VERSION", "Engine", "keep_matches"]

# Kept hits are valid for this version of the code that found them.
CODE_VERSION = f"{MATCHING}/{SEGMENTER}"

Array = np.ndarray[Any, np.dtype[Any]]
Found = tuple[list[str], list[Array]]  # hashes of texts, hits of each

# The compiled passes let go of the interpreter, so two threads share the work; more gain little.
THREADS = min(2, os.cpu_count() or 1)

Engine = Callable[["Sequence[Rule]", Vocabulary], "BatchMatcher"]


def keep_matches(
    tokens: TokenIndexes,
    hashes: Sequence[str],
    key: Key,
    rules: Sequence[Rule],
    *,
    engine: Engine = FastMatcher,
    progress: Progress | None = None,
) -> int:
    """Match those of the texts that have no hits under this codebook and code version; return how many those were.

    Parameters
    ----------
    tokens
        The token index of the store. Texts that have none are scanned and get one.
    hashes
        Of texts that have been segmented, each once.
    key
        Hash of the codebook and version of the code. A text without hits keeps an empty array: it was looked at.
    rules
        The codebook's, as ``compile_rules`` returns them.
    engine
        Makes a matcher of rules for a vocabulary; not called where nothing is new.
    progress
        Called after each batch.
    """
    have = matched_texts(tokens.store, key)
    new = [text for text in hashes if text not in have]
    if new:
        run = _Run(tokens, key, rules, engine, set(new), progress or _silent)
        with ThreadPoolExecutor(THREADS) as pool:
            run.match_kept(pool)
            run.match_texts(pool, [text for text in new if text in run.left])
        keep_definitions(tokens.store, key, run.definitions)
    return len(new)


class _Run:
    """One codebook over the texts that are new to it; ``left`` are those still to be done."""

    def __init__(
        self,
        tokens: TokenIndexes,
        key: Key,
        rules: Sequence[Rule],
        engine: Engine,
        left: set[str],
        progress: Progress,
    ):
        self.tokens = tokens
        self.key = key
        self.rules = rules
        self.definitions = definitions(rules)
        self.engine = engine
        self.left = left
        self.n = len(left)
        self.progress = progress
        self._matchers: dict[int, BatchMatcher] = {}

    def matcher(self, rules: Sequence[Rule]) -> BatchMatcher:
        """Return a matcher for the vocabulary as it is now."""
        matcher = self._matchers.get(id(rules))
        if matcher is None or matcher.vocabulary is not self.tokens.vocabulary:
            if not self._matchers and not is_compiled():
                self.progress("compiling the engine, once", 0, 1)
            matcher = self._matchers[id(rules)] = self.engine(rules, self.tokens.vocabulary)
        return matcher

    def match_kept(self, pool: Executor) -> None:
        """Match the texts that have an index."""
        before = matched_before(self.tokens.store, self.key, self.rules, self.definitions)
        if before and not before.edit.rules:
            self._take_over(before)
        batches = self.tokens.batches(self.left.copy())
        for keys, hits in _in_order(self._begin(pool, batch, before) for batch in batches):
            self._keep(keys, hits)

    def _take_over(self, before: Before) -> None:
        """Keep the hits that are there under new numbers: no rule has others, so no index is read."""
        kept = {text: rows for text, rows in before.hits.items() if text in self.left}
        nothing = np.zeros(0, dtype=MATCHES)
        self._keep(list(kept), merged(before.edit, list(kept.values()), [nothing] * len(kept)))

    def _keep(self, keys: Sequence[str], hits: Sequence[Array]) -> None:
        with self.tokens.store.transaction():
            self._put(keys, hits)
        self._tell(keys)

    def _begin(self, pool: Executor, batch: Batch, before: Before | None) -> Future[Found]:
        store = self.tokens.store
        if before is None or not self.left.intersection(batch.keys) <= before.hits.keys():
            return pool.submit(_match, self.matcher(self.rules), batch, store)
        return pool.submit(_rematch, self.matcher(before.edit.rules), batch, store, before)

    def match_texts(self, pool: Executor, hashes: Sequence[str]) -> None:
        """Scan texts, match them and keep their index, with the hits or not at all."""
        parts_in_order = parts_of(self.tokens.store, hashes)
        # As many as there are threads make one transaction; a killed run loses that much.
        while parts := list(islice(parts_in_order, THREADS)):
            self.tokens.refresh()
            scanned = self._scan(pool, parts)
            with self.tokens.writing() as changed:
                if changed:
                    scanned = self._scan(pool, parts)
                for part, (blobs, hits) in zip(parts, scanned, strict=True):
                    self.tokens.put(part.keys, blobs)
                    self._put(part.keys, hits)
            for part in parts:
                self._tell(part.keys)

    def _scan(self, pool: Executor, parts: list[Part]) -> list[tuple[list[bytes], list[Array]]]:
        return list(pool.map(partial(_scan, self.matcher(self.rules)), parts))

    def _put(self, keys: Sequence[str], found: Sequence[Array]) -> None:
        if hits := {text: rows for text, rows in zip(keys, found, strict=True) if text in self.left}:
            put_matches(self.tokens.store, self.key, hits)

    def _tell(self, keys: Sequence[str]) -> None:
        self.left.difference_update(keys)
        self.progress("matched", self.n - len(self.left), self.n)


def _silent(*_: object) -> None:
    pass


def _in_order(jobs: Iterable[Future[Found]]) -> Iterator[Found]:
    """Yield the results; a few jobs are begun ahead, so that the threads need not wait and little waits for them."""
    begun: deque[Future[Found]] = deque()
    for job in jobs:
        begun.append(job)
        if len(begun) > 2 * THREADS:
            yield begun.popleft().result()
    for job in begun:
        yield job.result()


def _match(matcher: BatchMatcher, batch: Batch, store: Store) -> Found:
    with closing(Sentences(batch, store)) as sentences:
        return batch.keys, matcher.match_index(batch.index, sentences.sentence)


def _rematch(changed: BatchMatcher, batch: Batch, store: Store, before: Before) -> Found:
    """Match the rules that changed; the others' hits are kept."""
    keys, found = _match(changed, batch, store)
    nothing = np.zeros(0, dtype=MATCHES)
    return keys, merged(before.edit, [before.hits.get(text, nothing) for text in keys], found)


def _scan(matcher: BatchMatcher, part: Part) -> tuple[list[bytes], list[Array]]:
    index = build_index(part.texts, part.spans, matcher.vocabulary)
    return to_blobs(index), matcher.match_index(index, part.sentence)
