"""Matches kept by text, codebook and code version: from the kept token index where there is one, else from the text."""

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
from aidememoire.ledger import MATCHES
from aidememoire.matching.fast import Vocabulary, build_index, to_blobs

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.matching import BatchMatcher
    from aidememoire.store import Store
    from aidememoire.tokenindex import Batch, TokenIndexes

__all__ = ["keep_matches"]

Array = np.ndarray[Any, np.dtype[Any]]
Found = tuple[list[str], list[Array]]  # hashes of texts, hits of each

# The compiled passes let go of the interpreter, so two threads share the work; more gain little.
THREADS = min(2, os.cpu_count() or 1)

Find = Callable[[Vocabulary], "BatchMatcher"]


def keep_matches(
    tokens: TokenIndexes,
    hashes: Sequence[str],
    codebook_sha256: str,
    version: str,
    matcher: Find,
    progress: Progress | None = None,
) -> int:
    """Match those of the texts that have no hits under this codebook and code version; return how many those were.

    Parameters
    ----------
    tokens
        The token index of the store. Texts that have none are scanned and get one.
    hashes
        Of texts that have been segmented, each once.
    codebook_sha256, version
        Key of the hits. A text without hits keeps an empty array: it was looked at.
    matcher
        Makes the codebook's matcher for a vocabulary; not called where nothing is new.
    progress
        Called after each batch.
    """
    query = "SELECT text_sha256 FROM text_matches WHERE codebook_sha256 = ? AND code_version = ?"
    have = {text for (text,) in tokens.store.connection.execute(query, (codebook_sha256, version))}
    new = [text for text in hashes if text not in have]
    if new:
        run = _Run(tokens, (codebook_sha256, version), matcher, set(new), progress or _silent)
        with ThreadPoolExecutor(THREADS) as pool:
            run.match_kept(pool)
            run.match_texts(pool, [text for text in new if text in run.left])
    return len(new)


class _Run:
    """One codebook over the texts that are new to it; ``left`` are those still to be done."""

    def __init__(self, tokens: TokenIndexes, key: tuple[str, str], find: Find, left: set[str], progress: Progress):
        self.tokens = tokens
        self.key = key
        self.find = find
        self.left = left
        self.n = len(left)
        self.progress = progress
        self._matcher = find(tokens.vocabulary)

    @property
    def matcher(self) -> BatchMatcher:
        """For the vocabulary as it is now."""
        if self._matcher.vocabulary is not self.tokens.vocabulary:
            self._matcher = self.find(self.tokens.vocabulary)
        return self._matcher

    def match_kept(self, pool: Executor) -> None:
        """Match the texts that have an index."""
        store, batches = self.tokens.store, self.tokens.batches(self.left.copy())
        jobs = (pool.submit(_match, self.matcher, batch, store) for batch in batches)
        for keys, hits in _in_order(jobs):
            with store.transaction():
                self._put(keys, hits)
            self._tell(keys)

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
        return list(pool.map(partial(_scan, self.matcher), parts))

    def _put(self, keys: Sequence[str], found: Sequence[Array]) -> None:
        rows = [
            (*self.key, text, hits.astype(MATCHES, copy=False).tobytes())
            for text, hits in zip(keys, found, strict=True)
            if text in self.left
        ]
        self.tokens.store.connection.executemany("INSERT OR REPLACE INTO text_matches VALUES (?, ?, ?, ?)", rows)

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


def _scan(matcher: BatchMatcher, part: Part) -> tuple[list[bytes], list[Array]]:
    index = build_index(part.texts, part.spans, matcher.vocabulary)
    return to_blobs(index), matcher.match_index(index, part.sentence)
