"""What a study says about its sources, and what reading a file gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from aidememoire.errors import IngestRefused
from aidememoire.ingest.actors import ActorTable, builtin_actors
from aidememoire.statement import Kind, Statement

__all__ = [
    "FIELDS",
    "READERS_VERSION",
    "FileResult",
    "FileState",
    "FileStatus",
    "ReadOptions",
    "ReaderName",
    "Reading",
    "Source",
]

ReaderName = Literal["ungdc", "records", "pdf", "docx", "feed", "tei", "webpage", "frontmatter", "wire", "plain"]
FileStatus = Literal["unchanged", "read", "refused"]

READERS_VERSION = "4"
"""Raised when a reader or a cleaner would give another result for the same file."""

DEFAULT_FIELDS = ("actor", "agency", "kind", "speaker", "role", "language", "place")
_OWN = {"statement_id", "source_path", "text", "actor_rule", "date_precision", "date_rule"}
FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Statement) if f.name not in _OWN)
"""Statement fields that a column, a header key or a row of a metadata table can fill."""


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class ReadOptions:
    """How a study wants its corpus read.

    Attributes
    ----------
    reader
        Force one reader for every file; ``None`` lets each file choose.
    columns
        Statement field to column (or header key) of the source. ``id`` names the record id and ``text``
        the text. An empty column name says that the source has no such field.
    defaults
        Values used where the source proved nothing.
    actors
        Table in which names of states and organisations are looked up.

    Examples
    --------
    >>> ReadOptions(defaults={"actor": "RUS", "kind": "press release"}).defaults["kind"]
    'press_release'
    """

    reader: ReaderName | None = None
    columns: Mapping[str, str] = field(default_factory=_nothing)
    defaults: Mapping[str, str] = field(default_factory=_nothing)
    actors: ActorTable = field(default_factory=builtin_actors)

    def __post_init__(self) -> None:
        """Refuse names that do not exist, and say which do."""
        _only("reader", [self.reader] if self.reader else [], get_args(ReaderName))
        _only("columns", self.columns, ("id", "text", *FIELDS))
        _only("defaults", self.defaults, DEFAULT_FIELDS)
        if "kind" in self.defaults:
            kind = as_kind(self.defaults["kind"])
            object.__setattr__(self, "defaults", {**self.defaults, "kind": kind})

    def digest(self) -> str:
        """Short hash of everything here that decides what a file is read as."""
        said = [self.reader, sorted(self.columns.items()), sorted(self.defaults.items()), self.actors.digest()]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _only(name: str, given: object, allowed: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(allowed))  # type: ignore[call-overload]
    if unknown:
        raise ValueError(f"ReadOptions.{name}: {unknown} not known; allowed: {', '.join(allowed)}")


def as_kind(value: str) -> Kind:
    """Read a document type; blanks and hyphens may stand for the underscore.

    Raises
    ------
    IngestRefused
        If it is none of the known types; the message lists them.

    Examples
    --------
    >>> as_kind("Press release")
    'press_release'
    """
    plain = value.strip().casefold().replace(" ", "_").replace("-", "_")
    for kind in get_args(Kind):
        if plain == kind:
            return kind  # type: ignore[no-any-return]
    raise IngestRefused(f"kind {value!r} is not known; allowed: {', '.join(get_args(Kind))}")


class FileState(NamedTuple):
    """What decides whether a file has to be looked at again.

    Attributes
    ----------
    size, mtime_ns
        As the file system gives them, in bytes and nanoseconds.
    sha256
        Of the raw bytes; empty where a limit forbade to read them.
    context
        Digest of all else that decides the result: options, version of the readers, side tables.
    """

    size: int
    mtime_ns: int
    sha256: str
    context: str


class FileResult(NamedTuple):
    """What became of one file.

    Attributes
    ----------
    status
        ``unchanged`` (nothing read), ``read`` or ``refused``.
    state
        To be handed back in ``known`` next time; ``None`` where the file has to be tried again anyway.
    refused_records
        ``(where, reason)`` of the parts that could not be read while the rest could.
    """

    source_path: str
    status: FileStatus
    state: FileState | None = None
    reason: str = ""
    reader: str = ""
    encoding: str = ""
    statements: tuple[Statement, ...] = ()
    refused_records: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """Statements of one file and the records that were refused."""

    statements: tuple[Statement, ...]
    refused: tuple[tuple[str, str], ...] = ()


def _no_row() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Source:
    """One file on its way to a reader.

    Attributes
    ----------
    text
        Decoded; empty for a format that is no text, whose bytes are in ``data``.
    statement_id
        The file's own; a file of several records adds ``#<record>``.
    metadata
        Gives the file's row of the metadata table beside it, or nothing. Loads the table when called.
    """

    path: Path
    source_path: str
    statement_id: str
    text: str
    options: ReadOptions = field(default_factory=ReadOptions)
    metadata: Callable[[], Mapping[str, str]] = _no_row
    data: bytes = b""
