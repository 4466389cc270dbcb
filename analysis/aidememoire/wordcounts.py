"""How many words each sentence has: the denominator of rates per 1,000 words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.ledger import SENTENCES
from aidememoire.sentences import SEGMENTER
from aidememoire.tokens import tokenise

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.corpus import Corpus

__all__ = ["words_of_sentences"]

Array = np.ndarray[Any, np.dtype[Any]]


def words_of_sentences(corpus: Corpus, statements: pd.DataFrame, sentences: pd.DataFrame) -> Array:
    """Return the number of words of each sentence, in the order of ``sentences``.

    A word is a token as patterns see it (``aidememoire.tokens``): a run of letters and digits, or a Chinese character.

    Parameters
    ----------
    corpus
        Holds the texts and, of texts that were matched, their token index.
    statements, sentences
        Tables of the corpus; the sentences of each statement lie together, in the order of the statements.
    """
    if not len(sentences):
        return np.zeros(0, dtype=np.int64)
    hashes = statements["text_sha256"].tolist()
    counts: dict[str, Array] = {}
    for batch in corpus.token_indexes.batches(hashes):
        index = batch.index
        cuts = np.split(np.diff(index.firsts), index.sentences[1:-1])
        counts |= dict(zip(batch.keys, cuts, strict=True))
    counts |= {text: _counted(corpus, text) for text in dict.fromkeys(hashes) if text not in counts}
    return np.concatenate([counts[text] for text in hashes])


def _counted(corpus: Corpus, text_sha256: str) -> Array:
    """Count the words of a text that has no index: its hits were kept by an earlier version."""
    query = (
        "SELECT text, spans FROM texts JOIN segmentations USING (text_sha256) WHERE text_sha256 = ? AND segmenter = ?"
    )
    text, spans = corpus.store.connection.execute(query, (text_sha256, SEGMENTER)).fetchone()
    table = np.frombuffer(spans, dtype=SENTENCES)
    places = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
    return np.array([sum(1 for _ in tokenise(text[start:end])) for start, end in places], dtype=np.int64)
