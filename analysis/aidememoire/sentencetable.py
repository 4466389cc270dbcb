"""The table of sentences, put together from what the ledger keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.frames import checked
from aidememoire.ledger import SENTENCES, joined, keep_sentences, sentences_of
from aidememoire.sentencehashes import HASH_BYTES
from aidememoire.voicing import voice_columns

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.store import Store

__all__ = ["sentence_table"]


def sentence_table(
    store: Store, statements: pd.DataFrame, *, text: bool = False, progress: Progress | None = None
) -> pd.DataFrame:
    """Return the sentences of ``statements`` with their voices, computing what is new.

    Parameters
    ----------
    store
        Where the texts lie.
    statements
        The ``statements`` table; its order is kept.
    text
        Add a column ``text``.
    progress
        Called while texts are cut into sentences and voices told apart.

    Returns
    -------
    DataFrame
        The ``sentences`` table; ``statement_id`` is a category, ``sentence`` counts from 0.
    """
    hashes = statements["text_sha256"].tolist()
    distinct = list(dict.fromkeys(hashes))
    keep_sentences(store, distinct, progress)
    arrays = sentences_of(store, distinct)
    parts = [arrays[text_sha256] for text_sha256 in hashes]
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    rows = joined(parts, SENTENCES)
    ids = pd.Categorical(statements["statement_id"], categories=statements["statement_id"])
    table = pd.DataFrame(
        {
            "statement_id": ids.take(np.repeat(np.arange(len(parts)), lengths)),
            "sentence": _counted(lengths),
            "start": rows["start"].astype(np.int64),
            "end": rows["end"].astype(np.int64),
            "sentence_sha": _hex(rows["sha"]),
        }
    )
    table = pd.concat([table, voice_columns(store, statements, progress)], axis=1)
    table["technical"] = pd.Series(pd.NA, index=table.index, dtype="category" if len(table) else "str")
    table = checked(table, "sentences")
    return table.assign(text=_texts(store, hashes, parts)) if text else table


def _counted(lengths: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... anew for each statement."""
    total = int(lengths.sum())
    counted: np.ndarray = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return counted


def _hex(shas: np.ndarray) -> pd.Series[str]:
    """Write the hashes out; they all have one length, so Arrow takes them as they lie."""
    import pyarrow as pa

    written = shas.tobytes().hex().encode()
    ends = np.arange(len(shas) + 1, dtype=np.int64) * 2 * HASH_BYTES
    lines = pa.LargeStringArray.from_buffers(len(shas), pa.py_buffer(ends), pa.py_buffer(written))
    return pd.Series(pd.arrays.ArrowExtensionArray(lines)).astype("str")


def _texts(store: Store, hashes: list[str], parts: list[np.ndarray]) -> pd.Series[str]:
    found = [
        body[start:end]
        for (_, body), part in zip(store.texts(hashes), parts, strict=True)
        for start, end in zip(part["start"].tolist(), part["end"].tolist(), strict=True)
    ]
    return pd.Series(found, dtype="str")
