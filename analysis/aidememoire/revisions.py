"""Read files into the store: what is new, what is a revision, what is gone.

Every function that writes is called inside ``Store.transaction``.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Literal

from aidememoire.cleantext import CleanText
from aidememoire.displays import ingest_html
from aidememoire.ingest import ActorTable, FileResult, builtin_actors
from aidememoire.statement import Statement
from aidememoire.store import Store

__all__ = ["IngestReport", "Stored", "keep_actors", "kept_actors", "put_file", "withdraw_missing", "withdraw_others"]

Change = Literal["added", "revised", "unchanged"]

_FIELDS = tuple(f.name for f in fields(Statement) if f.name not in {"statement_id", "text", "source_path"})


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing one file's statements changed: how many were added, revised, withdrawn."""

    added: int = 0
    revised: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one call of ``Corpus.ingest`` did.

    Attributes
    ----------
    added, revised, unchanged, withdrawn
        Statements; withdrawn ones are no longer in their source.
    duplicates
        Statements of the whole store whose text the same actor issued before, word for word.
    files_read
        Files that were opened and held statements.
    refused
        (path, reason) of every file or record that could not be read, this time or earlier.
    missing
        Files that were there before and are not now.
    unmatched
        Globs of ``exceptions`` that match no file.
    """

    added: int
    revised: int
    unchanged: int
    withdrawn: int
    duplicates: int
    files_read: int
    refused: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    @property
    def nothing_new(self) -> bool:
        """Whether the corpus is as it was."""
        return not (self.added or self.revised or self.withdrawn)

    def __str__(self) -> str:
        if self.nothing_new:
            head = f"nothing new: {self.unchanged:,} statements unchanged"
        else:
            head = f"{self.added:,} statements added, {self.revised:,} revised, {self.unchanged:,} unchanged"
        parts = [head, f"{self.files_read:,} files read"]
        parts += [f"{self.withdrawn:,} withdrawn"] if self.withdrawn else []
        parts += [f"{self.duplicates:,} duplicates"] if self.duplicates else []
        parts += [f"{len(self.refused):,} refused"] if self.refused else []
        parts += [f"no file matches {glob!r}" for glob in self.unmatched]
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        return ingest_html(str(self), self.refused, self.missing)


def put_file(store: Store, corpus: str, result: FileResult) -> Stored:
    """Store one read, refused or unchanged file with its statements. Call inside a transaction."""
    if result.status == "unchanged":
        _touch(store, corpus, result)
        return Stored()
    _put_file_row(store, corpus, result)
    held = _held(store, corpus, result.source_path)
    changes = [_put_statement(store, corpus, statement) for statement in result.statements]
    gone = held - {statement.statement_id for statement in result.statements}
    if result.state is None:
        # Not looked at (a disk or link in trouble, a missing extra): what was read before still stands.
        gone = set()
    _withdraw(store, gone)
    return Stored(changes.count("added"), changes.count("revised"), len(gone))


def withdraw_others(store: Store, corpus: str) -> int:
    """Mark everything read under another name than ``corpus`` as gone; return how many statements go.

    A study speaks of one corpus: what was read before with another ``--corpus`` must not count beside it.
    """
    store.connection.execute("UPDATE files SET present = 0 WHERE corpus <> ?", (corpus,))
    changed = store.connection.execute("UPDATE heads SET present = 0 WHERE corpus <> ? AND present", (corpus,))
    return changed.rowcount


def withdraw_missing(store: Store, corpus: str, seen: Iterable[str]) -> tuple[list[str], int]:
    """Mark files of ``corpus`` that are not among ``seen`` as gone; return their paths and how many statements go."""
    rows = store.connection.execute("SELECT source_path FROM files WHERE corpus = ? AND present", (corpus,))
    missing = sorted({path for (path,) in rows} - set(seen))
    withdrawn = 0
    for path in missing:
        store.connection.execute("UPDATE files SET present = 0 WHERE corpus = ? AND source_path = ?", (corpus, path))
        held = _held(store, corpus, path)
        _withdraw(store, held)
        withdrawn += len(held)
    return missing, withdrawn


def keep_actors(store: Store, actors: ActorTable) -> None:
    """Keep a study's own actors in the store, so that voices come out the same when it is opened without the study."""
    builtin = {actor.code: actor for actor in builtin_actors().actors}
    own = {actor.code: asdict(actor) for actor in actors.actors if builtin.get(actor.code) != actor}
    store.connection.execute("INSERT OR REPLACE INTO settings VALUES ('actors', ?)", (json.dumps(own),))


def kept_actors(store: Store) -> ActorTable:
    """Return the builtin actors with those that a study kept in the store."""
    row = store.connection.execute("SELECT value FROM settings WHERE key = 'actors'").fetchone()
    own = json.loads(row[0]) if row else {}
    told = {code: {name: value for name, value in actor.items() if name != "code"} for code, actor in own.items()}
    return builtin_actors().extended(told)


def _held(store: Store, corpus: str, source_path: str) -> set[str]:
    rows = store.connection.execute(
        "SELECT statement_id FROM heads WHERE corpus = ? AND source_path = ? AND present",
        (corpus, source_path),
    )
    return {statement_id for (statement_id,) in rows}


def _withdraw(store: Store, statement_ids: Iterable[str]) -> None:
    store.connection.executemany(
        "UPDATE heads SET present = 0 WHERE statement_id = ?",
        [(statement_id,) for statement_id in statement_ids],
    )


def _touch(store: Store, corpus: str, result: FileResult) -> None:
    if result.state:
        store.connection.execute(
            "UPDATE files SET size = ?, mtime_ns = ?, present = 1 WHERE corpus = ? AND source_path = ?",
            (result.state.size, result.state.mtime_ns, corpus, result.source_path),
        )


def _put_file_row(store: Store, corpus: str, result: FileResult) -> None:
    state = result.state
    known = (state.size, state.mtime_ns, state.sha256, state.context) if state else (None,) * 4
    records = json.dumps(result.refused_records, ensure_ascii=False)
    store.connection.execute(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (corpus, result.source_path, *known, result.status, result.reason, result.reader, result.encoding, records),
    )


def _put_statement(store: Store, corpus: str, statement: Statement) -> Change:
    values = {name: getattr(statement, name) for name in _FIELDS}
    text_sha256 = hashlib.sha256(statement.text.text.encode()).hexdigest()
    content_sha = _content_sha(values, text_sha256)
    head = store.connection.execute(
        "SELECT h.revision, s.content_sha, h.present FROM heads h JOIN statements s USING (statement_id, revision)"
        " WHERE statement_id = ?",
        (statement.statement_id,),
    ).fetchone()
    if head and head[1] == content_sha:
        store.connection.execute("UPDATE heads SET present = 1 WHERE statement_id = ?", (statement.statement_id,))
        # The file was read again, so its raw text may be another though the cleaned one is not.
        _put_text(store, statement.text, text_sha256, statement.statement_id, head[0])
        return "unchanged" if head[2] else "added"
    revision = head[0] + 1 if head else 1
    _put_text(store, statement.text, text_sha256, statement.statement_id, revision)
    row = {
        "statement_id": statement.statement_id,
        "revision": revision,
        "corpus": corpus,
        "content_sha": content_sha,
        **values,
        "source_path": statement.source_path,
        "text_sha256": text_sha256,
        "ingested_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    store.connection.execute(
        f"INSERT INTO statements ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
    store.connection.execute(
        "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, 1)",
        (statement.statement_id, revision, corpus, statement.source_path),
    )
    return "revised" if head else "added"


def _put_text(store: Store, text: CleanText, text_sha256: str, statement_id: str, revision: int) -> None:
    """Keep a cleaned text once, and beside it the raw text of each statement that came to it another way."""
    starts = (array("i", text.clean_starts).tobytes(), array("i", text.raw_starts).tobytes())
    way = (zlib.compress(text.raw.encode(), level=1), *starts)
    execute = store.connection.execute
    added = execute(
        "INSERT OR IGNORE INTO texts (text_sha256, text, n_words, raw, clean_starts, raw_starts)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (text_sha256, text.text, len(text.text.split()), *way),
    )
    if added.rowcount:
        return
    kept = execute("SELECT raw, clean_starts, raw_starts FROM texts WHERE text_sha256 = ?", (text_sha256,)).fetchone()
    if kept == way:
        execute("DELETE FROM other_raws WHERE statement_id = ? AND revision = ?", (statement_id, revision))
    else:
        execute("INSERT OR REPLACE INTO other_raws VALUES (?, ?, ?, ?, ?)", (statement_id, revision, *way))


def _content_sha(values: Mapping[str, str | None], text_sha256: str) -> str:
    written = json.dumps({**values, "text": text_sha256}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()
