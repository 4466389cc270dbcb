"""Mentions kept in the store by text and table of actors, and the two tables made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.frames import checked, empty
from aidememoire.ledger import keep_new, sentences_of
from aidememoire.mentions.names import NameTable, name_table
from aidememoire.mentions.parties import LONGEST_LEAD, Parties, is_same, parties_of, year_of
from aidememoire.mentions.senses import matches_in
from aidememoire.revisions import kept_actors

if TYPE_CHECKING:
    from aidememoire.ledger import Progress
    from aidememoire.store import Store

__all__ = ["MENTIONS", "mention_table", "parties_by_statement", "statement_actors"]

MENTIONS = "mentions-1"
"""Key of every kept place: raise the number when other names would be found in any text."""

PLACES = np.dtype([("start", "<i4"), ("end", "<i4"), ("form", "<i4")])

Array = np.ndarray[Any, Any]


def mention_table(store: Store, statements: pd.DataFrame, progress: Progress | None = None) -> pd.DataFrame:
    """Return every mention of an actor in the sentences of ``statements``, finding what is new.

    Parameters
    ----------
    store
        Where the texts lie; they must have been cut into sentences.
    statements
        The ``statements`` table.
    progress
        Called while names are looked for.

    Returns
    -------
    DataFrame
        The ``mentions`` table: statement_id, sentence, actor, start, end, form; sentences count from 0.
    """
    names = name_table(kept_actors(store))
    hashes = list(dict.fromkeys(statements["text_sha256"]))
    places = _places(store, names, hashes, progress)
    sentences = sentences_of(store, hashes)
    codes = _Codes(names)
    parts = [
        codes.rows(at, places[text_sha256], sentences[text_sha256]["start"], year_of(date))
        for at, (text_sha256, date) in enumerate(zip(statements["text_sha256"], _dates(statements), strict=True))
    ]
    rows = np.concatenate(parts) if parts else np.zeros((0, 6), dtype=np.int64)
    if not len(rows):
        return empty("mentions")
    forms = pd.Index([form.text for form in names.forms], dtype="str")
    table = {
        "statement_id": pd.Categorical.from_codes(rows[:, 0], categories=pd.Index(statements["statement_id"])),
        "sentence": rows[:, 1],
        "actor": pd.Categorical.from_codes(rows[:, 2], categories=pd.Index(codes.codes, dtype="str")),
        "start": rows[:, 3],
        "end": rows[:, 4],
        "form": pd.Categorical.from_codes(rows[:, 5], categories=forms),
    }
    return checked(pd.DataFrame(table), "mentions")


def statement_actors(store: Store, statements: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Return who issued each statement, whom it meets or addresses, and whom else it names.

    Parameters
    ----------
    store
        Where the texts lie.
    statements, mentions
        The tables; ``mentions`` as ``mention_table`` makes it.

    Returns
    -------
    DataFrame
        The ``statement_actors`` table: statement_id, actor, part. An actor has one part in a statement.
    """
    parties = parties_by_statement(store, statements)
    mentioned = mentions[["statement_id", "actor"]].drop_duplicates().astype("str")
    named = mentioned.groupby("statement_id", sort=False)["actor"].agg(list).to_dict()
    rows: list[tuple[str, str, str]] = []
    for statement_id, found in parties.items():
        rows += [(statement_id, actor, "issuer") for actor in found.issuers]
        rows += [(statement_id, actor, "counterpart") for actor in found.counterparts]
        known = (*found.issuers, *found.counterparts)
        others = sorted(each for each in named.get(statement_id, ()) if not any(is_same(each, k) for k in known))
        rows += [(statement_id, actor, "mentioned") for actor in others]
    table = pd.DataFrame(rows, columns=["statement_id", "actor", "part"], dtype="str")
    return checked(table, "statement_actors")


def parties_by_statement(store: Store, statements: pd.DataFrame) -> Mapping[str, Parties]:
    """Return issuers and counterparts of each statement by its id."""
    names = name_table(kept_actors(store))
    fields = statements[["statement_id", "text_sha256", "actor", "title", "occasion", "kind", "date"]]
    found = {}
    for statement_id, text_sha256, actor, title, occasion, kind, date in _plain(fields):
        # A speech that begins with a greeting to its host is not a meeting.
        lead = "" if kind == "speech" else _lead(store, text_sha256)
        found[statement_id] = parties_of(
            lead, names, actor=actor, title=title, occasion=occasion, kind=kind, year=year_of(date)
        )
    return found


def _plain(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    yield from table.astype(object).where(table.notna(), None).itertuples(index=False)


def _lead(store: Store, text_sha256: str) -> str:
    query = "SELECT substr(text, 1, ?) FROM texts WHERE text_sha256 = ?"
    return str(store.connection.execute(query, (LONGEST_LEAD, text_sha256)).fetchone()[0])


def _dates(statements: pd.DataFrame) -> list[str | None]:
    return [date if isinstance(date, str) else None for date in statements["date"]]


def _places(store: Store, names: NameTable, hashes: list[str], progress: Progress | None) -> dict[str, Array]:
    """Where each text names actors: from the store, and what is new found and kept."""
    version = f"{MENTIONS}/{names.table.digest()}"
    kept = store.connection.execute("SELECT text_sha256, rows FROM mentions WHERE version = ?", (version,))
    known = {text_sha256: np.frombuffer(rows, dtype=PLACES) for text_sha256, rows in kept}
    todo = [text_sha256 for text_sha256 in hashes if text_sha256 not in known]

    def rows(batch: dict[str, str]) -> list[tuple[str, str, bytes]]:
        new = {key: np.array(matches_in(text, names, 0, len(text)), dtype=PLACES) for key, text in batch.items()}
        known.update(new)
        return [(version, key, array.tobytes()) for key, array in new.items()]

    keep_new(store, todo, "INSERT OR REPLACE INTO mentions VALUES (?, ?, ?)", rows, "looked for actors", progress)
    return known


class _Codes:
    """Numbers of the actors that forms stand for, by year."""

    def __init__(self, names: NameTable):
        self.names = names
        self.codes = sorted(actor.code for actor in names.table.actors)
        self._number = {code: number for number, code in enumerate(self.codes)}
        self._by_year: dict[int | None, Array] = {}

    def of_forms(self, year: int | None) -> Array:
        """Number of the actor of each form in ``year``, -1 where it stands for several."""
        if year not in self._by_year:
            found = [self._number.get(form.actor(year), -1) for form in self.names.forms]
            self._by_year[year] = np.array(found, dtype=np.int64)
        return self._by_year[year]

    def rows(self, statement: int, places: Array, starts: Array, year: int | None) -> Array:
        """Columns statement, sentence, actor, start, end, form; places outside every sentence are left out."""
        actors = self.of_forms(year)[places["form"]]
        sentence = np.searchsorted(starts, places["start"], side="right") - 1
        same = np.full(len(places), statement)
        rows = np.stack([same, sentence, actors, places["start"], places["end"], places["form"]], axis=1)
        kept: Array = rows[(actors >= 0) & (sentence >= 0)]
        return kept
