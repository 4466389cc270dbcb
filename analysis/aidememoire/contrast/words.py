"""The words of chosen sentences, from the kept token index: no text is read twice.

A word is a token in the form that patterns see (``aidememoire.tokens``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from aidememoire.chosen import owners_of
from aidememoire.errors import SeriesError
from aidememoire.indexedtexts import parts_of
from aidememoire.matching.fast import TokenIndex, Vocabulary, build_index
from aidememoire.revisions import kept_actors
from aidememoire.tokens import form_of, tokenise

if TYPE_CHECKING:
    from aidememoire.coding import Coding
    from aidememoire.corpus import Corpus

__all__ = ["Words", "actor_words", "pair_counts", "places_of", "word_counts", "words_of"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some sentences, in order.

    Attributes
    ----------
    forms
        The distinct words, sorted.
    tokens
        Number of each word in ``forms``, shape (words,).
    breaks
        Whether no phrase may cross in front of it (a comma, a colon, a bracket), shape (words,).
    firsts
        First word of each sentence, and the number of words: shape (sentences + 1,).
    """

    forms: Array
    tokens: Array
    breaks: Array
    firsts: Array


def words_of(coding: Coding, rows: Array) -> Words:
    """Return the words of sentences.

    Parameters
    ----------
    coding
        A coded corpus.
    rows
        Positions in ``coding.sentences``, ascending.
    """
    owner = owners_of(coding)
    statements = np.unique(owner[rows])
    hashes = coding.statements["text_sha256"].to_numpy(dtype=object)[statements].tolist()
    pieces, written = _pieces(coding.corpus, list(dict.fromkeys(hashes)))
    lengths = _joined([pieces[text][1] for text in hashes])
    codes = _joined([pieces[text][0] for text in hashes])
    chosen = np.zeros(len(owner), dtype=bool)
    chosen[rows] = True
    keep = chosen[np.isin(owner, statements)]
    codes = codes[np.repeat(keep, lengths)]
    firsts = np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
    numbers = codes >> 1
    used = np.flatnonzero(np.bincount(numbers, minlength=len(written)))
    forms, form = np.unique(np.array([form_of(written[number]) for number in used], dtype="U"), return_inverse=True)
    form_of_number = np.zeros(len(written), dtype=np.int32)
    form_of_number[used] = form
    return Words(forms, form_of_number[numbers], (codes & 1).astype(bool), firsts)


def word_counts(words: Words, owner: Array, n_statements: int) -> sparse.csr_matrix:
    """Return how often each statement has each word, shape (statements, distinct words).

    Parameters
    ----------
    words
        Of sentences in the order of their statements.
    owner
        Statement of each sentence, ascending.
    n_statements
        How many there are.
    """
    bounds = words.firsts[np.searchsorted(owner, np.arange(n_statements + 1))]
    ones = np.ones(len(words.tokens), dtype=np.int32)
    counts = sparse.csr_matrix((ones, words.tokens.copy(), bounds), shape=(n_statements, len(words.forms)))
    counts.sum_duplicates()
    return counts


def pair_counts(words: Words, owner: Array, n_statements: int, least: int) -> tuple[Array, sparse.csr_matrix]:
    """Return the pairs of neighbouring words that at least ``least`` statements have, and their counts as above.

    Neighbours stand in one sentence with no break between them.
    """
    inside = ~words.breaks[1:]
    inside[words.firsts[1:-1][(words.firsts[1:-1] > 0) & (words.firsts[1:-1] < len(words.tokens))] - 1] = False
    at = np.flatnonzero(inside)
    size = max(1, len(words.forms))
    key = words.tokens[at].astype(np.int64) * size + words.tokens[at + 1]
    statement = owner[np.searchsorted(words.firsts, at, side="right") - 1]
    pairs, pair = np.unique(key, return_inverse=True)
    counts = sparse.csr_matrix(
        (np.ones(len(at), dtype=np.int32), (statement, pair.ravel())), shape=(n_statements, len(pairs))
    )
    kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(pairs)) >= least)
    names = [f"{words.forms[p // size]} {words.forms[p % size]}" for p in pairs[kept].tolist()]
    return np.array(names, dtype="U"), counts[:, kept]


def places_of(coding: Coding, rows: Array, word: str) -> pd.DataFrame:
    """Return where sentences have a word, or several neighbouring ones with no break between: row, start, end.

    Raises
    ------
    SeriesError
        If ``word`` holds no word.
    """
    wanted = [token.form for token in tokenise(word)]
    if not wanted:
        raise SeriesError(f"{word!r} holds no word to look for")
    words = words_of(coding, rows)
    number = {form: at for at, form in enumerate(words.forms.tolist())}
    begins = np.arange(max(0, len(words.tokens) - len(wanted) + 1))
    for shift, form in enumerate(wanted):
        at = begins + shift
        begins = begins[(words.tokens[at] == number.get(form, -1)) & ~(words.breaks[at] & (shift > 0))]
    place = np.searchsorted(words.firsts, begins, side="right") - 1
    whole = begins + len(wanted) <= words.firsts[place + 1]
    begins, place = begins[whole], place[whole]
    spans = _spans(coding, rows[place], begins - words.firsts[place], len(wanted))
    return pd.DataFrame({"row": rows[place], "start": spans[:, 0], "end": spans[:, 1]})


def actor_words(corpus: Corpus) -> frozenset[str]:
    """Return the one-word names and demonyms of all actors that the corpus knows, as words.

    Of names of several words, none is a name by itself ("United", "Republic").
    """
    table = kept_actors(corpus.store)
    split = [tuple(token.form for token in tokenise(name)) for name in (*table.names, *table.demonyms)]
    return frozenset(forms[0] for forms in split if len(forms) == 1)


def _spans(coding: Coding, rows: Array, first: Array, length: int) -> Array:
    """Characters of words of sentences, by the number of the first in its sentence."""
    hashes = coding.statements["text_sha256"].to_numpy(dtype=object)[owners_of(coding)[rows]]
    start, end = (coding.sentences[name].to_numpy()[rows] for name in ("start", "end"))
    spans = np.zeros((len(rows), 2), dtype=np.int64)
    for at, row in enumerate(rows.tolist()):
        if at == 0 or hashes[at] != hashes[at - 1]:
            text = coding.corpus.store.text(hashes[at])
        if at == 0 or row != rows[at - 1]:
            tokens = list(tokenise(text, int(start[at]), int(end[at])))
        spans[at] = tokens[first[at]].start, tokens[first[at] + length - 1].end
    return spans


def _pieces(corpus: Corpus, hashes: list[str]) -> tuple[dict[str, tuple[Array, Array]], list[str]]:
    """Codes of the tokens of each text and the lengths of its sentences, and the words that codes number."""
    indexes = corpus.token_indexes
    pieces: dict[str, tuple[Array, Array]] = {}
    for batch in indexes.batches(hashes):
        pieces |= zip(batch.keys, _cut(batch.index, 0), strict=True)
    written = indexes.vocabulary.written(0, len(indexes.vocabulary))
    # Texts whose hits were kept by an earlier version have no index.
    own = Vocabulary()
    for part in parts_of(corpus.store, [text for text in hashes if text not in pieces]):
        index = build_index(part.texts, part.spans, own)
        pieces |= zip(part.keys, _cut(index, len(written)), strict=True)
    return pieces, [*written, *own.written(0, len(own))]


def _cut(index: TokenIndex, shift: int) -> list[tuple[Array, Array]]:
    lengths, codes = np.diff(index.firsts), index.codes + 2 * shift
    return [
        (codes[index.firsts[first] : index.firsts[last]], lengths[first:last])
        for first, last in pairwise(index.sentences.tolist())
    ]


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
