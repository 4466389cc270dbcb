"""What the trained coder says of every sentence of a store, kept by all that decides it.

That is the text with its sentences, the statement's year, the weights, the codebook with its hits, and the names of
states. Kept are only probabilities that could code a sentence; a rerun scores what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.indexedtexts import Part, parts_of
from aidememoire.ingest import builtin_actors
from aidememoire.matching.fast import Vocabulary, build_index
from aidememoire.model.bulk import Bulk
from aidememoire.model.marks import ends_inside, last_sentence

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.model.coder import Coder
    from aidememoire.store import Store

__all__ = ["SCORES", "scores_of"]

# Probability of a clear code by the model alone and together with the rules, for one head of the coder.
SCORES = np.dtype([("sentence", "<i4"), ("head", "u1"), ("model", "<f8"), ("combination", "<f8")])

# Part of the key of what is kept: raise the number when the same weights would say something else.
SCORING = "scores-1"

# Most of the work lets go of the interpreter.
THREADS = min(2, os.cpu_count() or 1)

Array = np.ndarray[Any, Any]
Place = tuple[str, int]  # hash of a text, year of its statement
Scored = list[tuple[Place, Array]]


def scores_of(
    store: Store,
    coder: Coder,
    places: Sequence[Place],
    matches: Mapping[str, Array],
    version: str,
    progress: Progress | None = None,
) -> dict[Place, Array]:
    """Return arrays of dtype ``SCORES``, scoring what is new.

    Parameters
    ----------
    store
        Where the texts lie and scores are kept.
    coder
        Loaded from files.
    places
        Texts that have been segmented, each with the year of its statement (``bulkmarks.UNKNOWN`` if not known).
    matches
        Hits of the coder's codebook in each text, of dtype ``ledger.MATCHES``.
    version
        Of the code that found them.
    progress
        Called after each batch.
    """
    parts = (SCORING, version, coder.trained.sha256, coder.codebook.sha256, builtin_actors().digest())
    key = hashlib.sha256("/".join(parts).encode()).hexdigest()
    known = dict(_kept(store, key))
    todo = [place for place in dict.fromkeys(places) if place not in known]
    done = 0
    for scored in _in_order(store, coder, todo, matches):
        with store.transaction():
            rows = [(key, *place, array.tobytes()) for place, array in scored]
            store.connection.executemany("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?)", rows)
        known |= dict(scored)
        done += len(scored)
        if progress:
            progress("scored", done, len(todo))
    return {place: known[place] for place in places}


def _kept(store: Store, key: str) -> Iterator[tuple[Place, Array]]:
    query = "SELECT text_sha256, year, rows FROM scores WHERE key = ?"
    for text_sha256, year, rows in store.connection.execute(query, (key,)):
        yield (text_sha256, year), np.frombuffer(rows, dtype=SCORES)


def _in_order(store: Store, coder: Coder, todo: Sequence[Place], matches: Mapping[str, Array]) -> Iterator[Scored]:
    """Yield the scores a part at a time; a few parts are begun ahead, so that the threads need not wait."""
    if not todo:
        return
    # A vocabulary of its own: words of texts that are only scored are not to be kept.
    bulk, years = Bulk(coder, Vocabulary()), iter([year for _, year in todo])
    begun: deque[Future[Scored]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for part in parts_of(store, (text for text, _ in todo)):
            said = [next(years) for _ in part.keys]
            begun.append(pool.submit(_scored, bulk, part, said, [matches[text] for text in part.keys]))
            if len(begun) > THREADS:
                yield begun.popleft().result()
        for job in begun:
            yield job.result()


def _scored(bulk: Bulk, part: Part, years: Sequence[int], matches: Sequence[Array]) -> Scored:
    coder = bulk.coder
    index = build_index(part.texts, part.spans, bulk.vocabulary)
    firsts = index.sentences
    counts = [len(hits) for hits in matches]
    joined = np.concatenate(matches)
    rows = joined["sentence"].astype(np.int64) + np.repeat(firsts[:-1], counts)
    of_sentence = np.repeat(np.array(years, dtype=np.int64), np.diff(firsts))
    strength, values = bulk.strengths(index, rows, joined["rule"].astype(np.int64), of_sentence, _tails(part))
    model, combination = coder.probabilities(strength, values)
    sentences, heads = np.nonzero(np.maximum(model, combination) >= _least(coder))
    found = np.zeros(len(sentences), dtype=SCORES)
    found["sentence"], found["head"] = sentences, heads
    found["model"], found["combination"] = model[sentences, heads], combination[sentences, heads]
    cuts = np.searchsorted(sentences, firsts)
    found["sentence"] -= np.repeat(firsts[:-1], np.diff(cuts)).astype(np.int32)
    arrays = [found[low:high] for low, high in pairwise(cuts.tolist())]
    return list(zip(zip(part.keys, years, strict=True), arrays, strict=True))


def _least(coder: Coder) -> float:
    """A lower probability codes nothing, and lends nothing to what is coded."""
    return min(min(head.model_threshold, head.combination_threshold) for head in coder.trained.heads)


def _tails(part: Part) -> dict[int, str]:
    """Sentences in which the coder, trained on text in front of a sentence, would see another one end."""
    spans = [
        (text, *span)
        for text, spans in zip(map(bytes.decode, part.texts), part.spans, strict=True)
        for span in spans.tolist()
    ]
    return {
        row: last_sentence(text[start:end])
        for row, (text, start, end) in enumerate(spans)
        if ends_inside(text, start, end)
    }
