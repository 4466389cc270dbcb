"""The codebook that was matched last: what an edited one takes over from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.keptmatches import Key, matches_of
from aidememoire.matching.edits import Edit, edit_of

if TYPE_CHECKING:
    from aidememoire.matching import Rule
    from aidememoire.store import Store

__all__ = ["Before", "keep_definitions", "matched_before"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Before:
    """A codebook that was matched to the end.

    Attributes
    ----------
    edit
        What changed since.
    hits
        By text: what it found.
    """

    edit: Edit
    hits: Mapping[str, Array]


def matched_before(store: Store, key: Key, rules: Sequence[Rule], after: Sequence[str]) -> Before | None:
    """Return the codebook that was matched last by the code version of ``key``, or None if too little of it is left.

    Parameters
    ----------
    store
        Where hits are kept.
    key
        Hash of the codebook at hand, which is not its own predecessor, and version of the code.
    rules, after
        Its rules and their definitions.
    """
    query = (
        "SELECT codebook_sha256, definitions FROM matched_codebooks"
        " WHERE codebook_sha256 <> ? AND code_version = ? ORDER BY id DESC LIMIT 1"
    )
    row = store.connection.execute(query, key).fetchone()
    edit = edit_of(json.loads(row[1]), after, rules) if row else None
    return Before(edit, matches_of(store, (row[0], key[1]))) if edit else None


def keep_definitions(store: Store, key: Key, definitions: Sequence[str]) -> None:
    """Note that a codebook was matched to the end, for the next one."""
    insert = "INSERT OR REPLACE INTO matched_codebooks (codebook_sha256, code_version, definitions) VALUES (?, ?, ?)"
    with store.transaction():
        store.connection.execute(insert, (*key, json.dumps(definitions)))
