"""Statements on disk: one SQLite file, append-only revisions, full-text search.

A statement is identified by its source, its text by a hash. A changed source makes a new revision; a source
that is gone leaves the current view and stays in the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.cleantext import CleanText
from aidememoire.errors import SearchError, StoreError
from aidememoire.frames import TABLES, checked
from aidememoire.ingest import FileState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Store"]

SCHEMA_VERSION = 6


class Store:
    """The statements of one study in one SQLite file.

    Parameters
    ----------
    path
        The file; made if absent, with its folder.

    Raises
    ------
    StoreError
        If the file cannot be opened, is no store, or was written by a newer version.
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)
        self._made = [each for each in (self.path, *self.path.parents) if not each.exists()]
        self._refused = False
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            tables = {name for (name,) in self.connection.execute("SELECT name FROM sqlite_master")}
            if tables and not {"heads", "texts"} <= tables:
                raise StoreError(f"{path}: an SQLite file of something else; give another path")
            if version > SCHEMA_VERSION:
                raise StoreError(
                    f"{path}: written by a newer aidememoire (store version {version}); upgrade to read it"
                )
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            if version < SCHEMA_VERSION:
                self.connection.executescript((Path(__file__).parent / "store.sql").read_text(encoding="utf-8"))
                self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except (sqlite3.Error, OSError) as problem:
            raise StoreError(f"{path}: cannot be opened as a store ({problem}); give another path") from None

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in."""
        wanted = not self._refused or self.connection.execute("SELECT 1 FROM files").fetchone()
        self.connection.close()
        if not wanted:
            self.path.unlink(missing_ok=True)
            with suppress(OSError):  # somebody else has put something there
                for folder in self._made[1:]:
                    folder.rmdir()
        self._refused = False

    def refuse(self) -> None:
        """Say that what was to be read is not there: closing then leaves no file that holds nothing."""
        self._refused = bool(self._made)

    def reader(self) -> sqlite3.Connection:
        """Open the file once more, for reading only, in the thread that calls; whoever calls closes it."""
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what happens inside is on disk when the block ends, or not at all."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def known_files(self, corpus: str) -> dict[str, FileState]:
        """Return what is known of each file of ``corpus`` by its path."""
        rows = self.connection.execute(
            "SELECT source_path, size, mtime_ns, sha256, context FROM files"
            " WHERE corpus = ? AND present AND size IS NOT NULL",
            (corpus,),
        )
        return {row[0]: FileState._make(row[1:]) for row in rows}

    def file_hashes(self) -> dict[str, str]:
        """Return path to SHA-256 of the raw bytes for every file that was read and is present."""
        rows = self.connection.execute(
            "SELECT corpus || '/' || source_path, sha256 FROM files WHERE present AND status = 'read' ORDER BY 1"
        )
        return dict(rows.fetchall())

    def refusals(self) -> list[tuple[str, str]]:
        """Path and reason of every present file, and of every record in one, that could not be read."""
        files = self.connection.execute(
            "SELECT source_path, reason, refused_records FROM files"
            " WHERE present AND (status = 'refused' OR refused_records <> '[]') ORDER BY corpus, source_path"
        )
        found: list[tuple[str, str]] = []
        for path, reason, records in files:
            found += [(path, reason)] if reason else []
            found += [(f"{path}, {where}", why) for where, why in json.loads(records)]
        return found

    def statements(self) -> pd.DataFrame:
        """Return the current revision of every statement whose source still holds it, by statement_id.

        ``duplicate_of`` and ``event_id`` are missing: ``Corpus.statements`` fills them.
        """
        import pandas as pd

        stored = [column for column in TABLES["statements"] if column not in {"duplicate_of", "event_id"}]
        rows = self.connection.execute(
            f"SELECT {', '.join('s.' + column for column in stored)} FROM heads h"
            " JOIN statements s ON s.statement_id = h.statement_id AND s.revision = h.revision"
            " WHERE h.present ORDER BY s.statement_id"
        ).fetchall()
        table = pd.DataFrame(rows, columns=stored)
        types = {column: dtype for column, dtype in TABLES["statements"].items() if column in stored}
        table = table.astype(types)
        missing = pd.Series(pd.NA, index=table.index, dtype="str")
        return checked(table.assign(duplicate_of=missing, event_id=missing), "statements")

    def n_words(self) -> int:
        """Count the words of current statements, a repeated text once."""
        row = self.connection.execute(
            "SELECT coalesce(sum(n_words), 0) FROM texts WHERE text_sha256 IN (SELECT s.text_sha256 FROM heads h"
            " JOIN statements s ON s.statement_id = h.statement_id AND s.revision = h.revision WHERE h.present)"
        ).fetchone()
        return int(row[0])

    def n_current(self, corpus: str) -> int:
        """Count the current statements of ``corpus``."""
        query = "SELECT count(*) FROM heads WHERE corpus = ? AND present"
        return int(self.connection.execute(query, (corpus,)).fetchone()[0])

    def digest(self) -> str:
        """Return a hash of what is current: every statement with its text and fields, every refusal."""
        digest = hashlib.sha256()
        for row in self.connection.execute(
            "SELECT h.statement_id, s.content_sha FROM heads h JOIN statements s USING (statement_id, revision)"
            " WHERE h.present ORDER BY h.statement_id"
        ):
            digest.update("\t".join(row).encode() + b"\n")
        for row in self.refusals():
            digest.update("\t".join(row).encode() + b"\n")
        return digest.hexdigest()

    def n_duplicates(self) -> int:
        """Count current statements whose text the same actor issued in another one, beyond the first.

        Word for word and whatever the date: it is told after every reading, so it must cost nothing. What a study
        leaves out is in ``duplicate_of``.
        """
        row = self.connection.execute(
            "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM heads h"
            " JOIN statements s ON s.statement_id = h.statement_id AND s.revision = h.revision"
            " WHERE h.present AND s.text_sha256 <> ? GROUP BY s.text_sha256, s.actor)",
            (hashlib.sha256(b"").hexdigest(),),
        ).fetchone()
        return int(row[0])

    def text_hash(self, statement_id: str) -> str:
        """Return the text hash of a current statement.

        Raises
        ------
        KeyError
            If there is no such statement.
        """
        row = self.connection.execute(
            "SELECT s.text_sha256 FROM heads h JOIN statements s USING (statement_id, revision)"
            " WHERE h.statement_id = ? AND h.present",
            (statement_id,),
        ).fetchone()
        if row is None:
            raise KeyError(f"no current statement {statement_id!r}")
        return str(row[0])

    def text(self, text_sha256: str) -> str:
        """Return the cleaned text of that hash."""
        return str(self._text_row("text", text_sha256)[0])

    def texts(self, hashes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (hash, cleaned text) one at a time, so that a corpus never stands in memory."""
        for text_sha256 in hashes:
            yield text_sha256, self.text(text_sha256)

    def clean_text(self, statement_id: str) -> CleanText:
        """Return the text of a current statement with its way back to the statement's own raw text.

        Raises
        ------
        KeyError
            If there is no such statement.
        """
        text_sha256 = self.text_hash(statement_id)
        text, *way = self._text_row("text, raw, clean_starts, raw_starts", text_sha256)
        other = self.connection.execute(
            "SELECT raw, clean_starts, raw_starts FROM heads JOIN other_raws USING (statement_id, revision)"
            " WHERE statement_id = ?",
            (statement_id,),
        ).fetchone()
        raw, clean_starts, raw_starts = other or way
        return CleanText(str(text), zlib.decompress(raw).decode(), _ints(clean_starts), _ints(raw_starts))

    def search(self, query: str, limit: int, marks: tuple[str, str]) -> list[tuple[str, str]]:
        """Return (statement_id, text with each match between ``marks``) of current statements, best first.

        Raises
        ------
        StoreError
            If the query is not one that full-text search accepts.
        """
        try:
            return self.connection.execute(
                "SELECT h.statement_id, highlight(texts_search, 0, ?, ?)"
                " FROM texts_search JOIN texts t ON t.id = texts_search.rowid"
                " JOIN statements s ON s.text_sha256 = t.text_sha256"
                " JOIN heads h ON h.statement_id = s.statement_id AND h.revision = s.revision"
                " WHERE texts_search MATCH ? AND h.present ORDER BY texts_search.rank, h.statement_id LIMIT ?",
                (*marks, query, limit),
            ).fetchall()
        except sqlite3.OperationalError as problem:
            example = '"lessons of history" OR falsif*'
            raise SearchError(f"search {query!r}: {problem}; a query looks like {example}") from None

    def _text_row(self, columns: str, text_sha256: str) -> tuple[Any, ...]:
        row = self.connection.execute(f"SELECT {columns} FROM texts WHERE text_sha256 = ?", (text_sha256,)).fetchone()
        if row is None:
            raise StoreError(f"{self.path}: no text with hash {text_sha256}")
        return tuple(row)


def _ints(blob: bytes) -> tuple[int, ...]:
    return tuple(array("i", blob))
