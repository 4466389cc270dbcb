"""Voices of stored statements, kept by what they depend on: the text, its sentences, the fields and the actors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from aidememoire.ingest import ActorTable
from aidememoire.ledger import sentences_of
from aidememoire.revisions import kept_actors
from aidememoire.sentences import SEGMENTER
from aidememoire.voices import VOICES_VERSION, Context, Voice, attribute

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.store import Store

__all__ = ["voice_columns"]

VOICED = np.dtype(
    [
        ("voice", "u1"),
        ("speaker", "<i2"),
        ("cue", "<i2"),
        ("quote_start", "<i4"),
        ("quote_end", "<i4"),
        ("clause_start", "<i4"),
        ("clause_end", "<i4"),
        ("confidence", "<f4"),
    ]
)
_VOICES: tuple[str, ...] = get_args(Voice)
_FIELDS = ("kind", "speaker", "role", "actor", "agency", "title", "occasion")
_SPANS = ("quote_start", "quote_end", "clause_start", "clause_end")

# Statements of one transaction: a killed run loses at most this many.
BATCH = 500

Array = np.ndarray[Any, np.dtype[np.void]]


def voice_columns(store: Store, statements: pd.DataFrame, progress: Progress | None = None) -> pd.DataFrame:
    """Return voice, speaker, cue, confidence and the spans of quote and clause of each sentence, in order.

    Parameters
    ----------
    store
        Where the texts lie; they must have been cut into sentences.
    statements
        The ``statements`` table.
    progress
        Called while voices are told apart.
    """
    actors = kept_actors(store)
    keys = _keys(statements, actors)
    known = dict(_kept(store))
    todo = [at for at, key in enumerate(keys) if key not in known]
    for first in range(0, len(todo), BATCH):
        part = todo[first : first + BATCH]
        new = dict(_voiced(store, statements.iloc[part], [keys[at] for at in part], actors))
        with store.transaction():
            rows = [(key, json.dumps(names), array.tobytes()) for key, (names, array) in new.items()]
            store.connection.executemany("INSERT OR REPLACE INTO voicings VALUES (?, ?, ?)", rows)
        known |= new
        if progress:
            progress("told voices apart", min(first + BATCH, len(todo)), len(todo))
    return _table([known[key] for key in keys])


def _keys(statements: pd.DataFrame, actors: ActorTable) -> list[str]:
    """Hash of all that decides the voices of each statement."""
    version = f"{SEGMENTER}/{VOICES_VERSION}/{actors.digest()}"
    fields = statements[["text_sha256", *_FIELDS]].fillna("").astype("str")
    return [hashlib.sha256("\x1f".join((version, *row)).encode()).hexdigest() for row in fields.itertuples(index=False)]


def _kept(store: Store) -> Iterator[tuple[str, tuple[list[str], Array]]]:
    for key, names, rows in store.connection.execute("SELECT key, names, rows FROM voicings"):
        yield key, (json.loads(names), np.frombuffer(rows, dtype=VOICED))


def _voiced(
    store: Store, statements: pd.DataFrame, keys: list[str], actors: ActorTable
) -> Iterator[tuple[str, tuple[list[str], Array]]]:
    hashes = statements["text_sha256"].tolist()
    spans = sentences_of(store, hashes)
    fields = statements[list(_FIELDS)].astype(object).where(statements[list(_FIELDS)].notna(), None)
    for key, text_sha256, row in zip(keys, hashes, fields.to_dict("records"), strict=True):
        pairs = spans[text_sha256][["start", "end"]].tolist()
        found = attribute(
            store.text(text_sha256), pairs, Context(**{str(name): value for name, value in row.items()}), actors
        )
        names = list(dict.fromkeys(name for each in found for name in (each.speaker, each.cue) if name))
        number: Mapping[str, int] = {"": -1, **{name: at for at, name in enumerate(names)}}
        array = np.array(
            [
                (
                    _VOICES.index(each.voice),
                    number[each.speaker],
                    number[each.cue],
                    each.quote_start,
                    each.quote_end,
                    each.clause_start,
                    each.clause_end,
                    each.confidence,
                )
                for each in found
            ],
            dtype=VOICED,
        )
        yield key, (names, array)


def _table(kept: list[tuple[list[str], Array]]) -> pd.DataFrame:
    rows = np.concatenate([array for _, array in kept]) if kept else np.zeros(0, dtype=VOICED)
    names = sorted({name for own, _ in kept for name in own})
    place = {name: at for at, name in enumerate(names)}
    columns: dict[str, Any] = {
        "voice": pd.Categorical.from_codes(rows["voice"].astype(np.int64), categories=pd.Index(_VOICES))
    }
    for column in ("speaker", "cue"):
        parts = [np.array([*(place[name] for name in own), -1])[array[column]] for own, array in kept]
        codes = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        columns[column] = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
    for column in _SPANS:
        values = rows[column].astype(np.int64)
        columns[column] = pd.arrays.IntegerArray(np.where(values < 0, 0, values), values < 0)
    columns["confidence"] = rows["confidence"].astype(np.float64)
    return pd.DataFrame(columns)
