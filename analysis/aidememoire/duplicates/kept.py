"""Links kept by all that decides them, so that a rerun with nothing new compares nothing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, get_args

import numpy as np

from aidememoire.duplicates.overlap import overlap_version
from aidememoire.duplicates.relations import Link, Relation

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.store import Store

__all__ = ["RELATIONS", "keep_links", "key_of", "links_of"]

RELATIONS = "relations-1"
"""Raised when ``relations``, ``candidates``, ``crowds`` or ``translations`` would find other links."""

# What relations depend on beside the texts, which never change.
_COLUMNS = ["statement_id", "text_sha256", "date", "actor", "kind", "agency", "title", "language"]
_LINKS = np.dtype([("row", "<i4"), ("other", "<i4"), ("relation", "u1"), ("similarity", "<f8")])
_NAMES: tuple[Relation, ...] = get_args(Relation)


def key_of(rows: pd.DataFrame) -> str:
    """Return a hash of everything that links between ``rows``, in their order, depend on."""
    said = json.dumps([RELATIONS, overlap_version(), rows[_COLUMNS].to_numpy(dtype=object).tolist()])
    return hashlib.sha256(said.encode()).hexdigest()


def links_of(store: Store, key: str) -> list[Link] | None:
    """Return the links kept under ``key``, or ``None`` if it is not the one kept last."""
    kept = store.connection.execute("SELECT rows FROM relations WHERE key = ?", (key,)).fetchone()
    if kept is None:
        return None
    rows = np.frombuffer(kept[0], dtype=_LINKS).tolist()
    return [Link(row, other, _NAMES[relation], similarity) for row, other, relation, similarity in rows]


def keep_links(store: Store, key: str, links: list[Link]) -> None:
    """Keep ``links`` under ``key``, in place of those kept before: what changed does not come back."""
    rows = [(link.row, link.other, _NAMES.index(link.relation), link.similarity) for link in links]
    with store.transaction():
        store.connection.execute("DELETE FROM relations")
        store.connection.execute("INSERT INTO relations VALUES (?, ?)", (key, np.array(rows, dtype=_LINKS).tobytes()))
