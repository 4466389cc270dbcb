"""A folder of files to a stream of results, one file at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import Path

from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.archive import Archive, is_archive
from aidememoire.ingest.encoding import decode
from aidememoire.ingest.language import detector
from aidememoire.ingest.limits import checked_length
from aidememoire.ingest.model import READERS_VERSION, FileResult, FileState, ReadOptions, Source
from aidememoire.ingest.records import is_records_file, unpacked
from aidememoire.ingest.registry import ONE_DOCUMENT, READERS, binary_reader, check_suffix, choose
from aidememoire.ingest.tables import METADATA_NAMES, MetadataTable, metadata_table
from aidememoire.ingest.ungdc import is_debate_file, speaker_sheet
from aidememoire.ingest.walk import RECORDS_LIMIT, TEXT_LIMIT, FoundFile, is_side_file, walk
from aidememoire.ingest.webpage import is_web_page

__all__ = ["read_corpus"]

DECLARING = (".xml", ".rss", ".atom", ".tei")
"""Suffixes of formats that name their encoding in the first line, as web pages do."""
_NOTHING: Mapping[str, FileState] = {}
_NO_EXCEPTIONS: Mapping[str, ReadOptions] = {}


def read_corpus(
    root: Path,
    *,
    name: str,
    options: ReadOptions | None = None,
    exceptions: Mapping[str, ReadOptions] = _NO_EXCEPTIONS,
    known: Mapping[str, FileState] = _NOTHING,
    rehash: bool = False,
) -> Iterator[FileResult]:
    """Read what is new or changed under a folder.

    Parameters
    ----------
    root
        A folder, or one file.
    name
        Of the corpus; the statement ids begin with it.
    options, exceptions
        How files are read, and other ways for those whose ``source_path`` matches a glob; the first counts.
    known
        States of an earlier reading by ``source_path``. A file of the same size, time and context is not
        opened and comes back as ``unchanged``.
    rehash
        Look at the contents even so.

    Yields
    ------
    FileResult
        One a file, sorted by path; then one for each metadata table that has something wrong with it.

    Raises
    ------
    FileNotFoundError
        If there is nothing at ``root``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "note_2021-09-03.txt").write_text("We remember.")
    ...     [(r.status, r.statements[0].date) for r in read_corpus(Path(folder), name="notes")]
    [('read', '2021-09-03')]
    """
    reading = _Corpus(name, options or ReadOptions(), exceptions, known, rehash)
    found = walk(root)
    single = not root.is_dir() and not is_archive(root.name)
    files = [file for file in found if single or not is_side_file(file.name)]
    archives = {id(file.archive): file.archive for file in found if file.archive}
    try:
        for file in files:
            yield reading.result(file)
        if not single:
            yield from reading.table_results(root, files)
    finally:
        for archive in archives.values():
            archive.close()


@dataclass
class _Corpus:
    name: str
    options: ReadOptions
    exceptions: Mapping[str, ReadOptions]
    known: Mapping[str, FileState]
    rehash: bool
    tables: dict[Path, Path | None] = field(default_factory=dict)
    contexts: dict[tuple[str, bool, int], str] = field(default_factory=dict)
    opened: set[Path] = field(default_factory=set)
    archive: Archive | None = None

    def result(self, file: FoundFile) -> FileResult:
        if file.refusal:
            return FileResult(file.source_path, "refused", reason=file.refusal)
        context = self.context(file)
        known = self.known.get(file.source_path)
        if known and not self.rehash and _same(known, file.size, file.mtime_ns, context):
            return FileResult(file.source_path, "unchanged", known)
        state = FileState(file.size, file.mtime_ns, "", context)
        try:
            self.check_limits(file)
            data = self.contents(file)
            state = state._replace(sha256=hashlib.sha256(data).hexdigest())
            if known and (known.sha256, known.context) == (state.sha256, context):
                return FileResult(file.source_path, "unchanged", state)
            return self.read(file, data, state)
        except IngestRefused as refusal:
            return FileResult(file.source_path, "refused", state, refusal.reason)
        except MissingExtraError as missing:
            # Without a state: the file is tried again once the extra is there.
            return FileResult(file.source_path, "refused", reason=str(missing))
        except OSError as error:
            reason = f"cannot be read: {(error.strerror or type(error).__name__).lower()}"
            return FileResult(file.source_path, "refused", reason=reason)
        except Exception as error:  # the one place where any failure of a reader becomes a refusal
            return FileResult(file.source_path, "refused", state, _in_plain_words(error))

    @cached_property
    def detector(self) -> str:
        return detector()

    def options_of(self, file: FoundFile) -> ReadOptions:
        if not self.exceptions:
            return self.options
        matching = (said for glob, said in self.exceptions.items() if fnmatchcase(file.source_path, glob))
        return next(matching, self.options)

    def check_limits(self, file: FoundFile) -> None:
        if not self.options_of(file).reader:
            check_suffix(file.name)
        if file.size == 0:
            raise IngestRefused("empty file")
        limit = RECORDS_LIMIT if is_records_file(file.name) else TEXT_LIMIT
        if file.size > limit:
            raise IngestRefused(f"larger than {limit // 1_000_000} MB")

    def contents(self, file: FoundFile) -> bytes:
        """Read a file; of the archives only the one read last stays open."""
        if self.archive is not None and self.archive is not file.archive:
            self.archive.rest()
        self.archive = file.archive
        return file.read_bytes()

    def read(self, file: FoundFile, data: bytes, state: FileState) -> FileResult:
        self.opened.add(file.folder)
        options = self.options_of(file)
        metadata = partial(self.metadata, file.path)
        identity = f"{self.name}/{file.source_path}"
        binary = binary_reader(file.name, options.reader)
        text, encoding = ("", "") if binary else _text(data, file.name)
        source = Source(file.path, file.source_path, identity, text, options, metadata, data if binary else b"")
        reader = binary or choose(source)
        if reader in ONE_DOCUMENT:
            checked_length(text)
        reading = READERS[reader].read(source)
        return FileResult(
            file.source_path,
            "read",
            state,
            reader=reader,
            encoding=encoding,
            statements=reading.statements,
            refused_records=reading.refused,
        )

    def metadata(self, path: Path) -> Mapping[str, str]:
        table = self.table(path.parent)
        return metadata_table(table).rows.get(path.name, {}) if table else {}

    def table(self, folder: Path) -> Path | None:
        if folder not in self.tables:
            candidates = (folder / name for name in METADATA_NAMES)
            self.tables[folder] = next((path for path in candidates if path.is_file()), None)
        return self.tables[folder]

    def context(self, file: FoundFile) -> str:
        """Digest of all but the file's own bytes; the same for all files of a folder but UN speeches."""
        debate = is_debate_file(file.name)
        options = self.options_of(file)
        key = (str(file.folder), debate, id(options))
        if key not in self.contexts:
            side = speaker_sheet(file.path) if debate else self.table(file.folder)
            stamp = (side.name, side.stat().st_size, side.stat().st_mtime_ns) if side else ()
            said = repr((READERS_VERSION, options.digest(), stamp, self.detector))
            self.contexts[key] = hashlib.sha256(said.encode()).hexdigest()[:16]
        return self.contexts[key]

    def table_results(self, root: Path, files: list[FoundFile]) -> Iterator[FileResult]:
        folders = {root: ""} | {file.folder: file.source_path.rpartition("/")[0] for file in files}
        for folder in sorted(folders):
            table = self.table(folder)
            if table:
                names = sorted(file.source_path.rpartition("/")[2] for file in files if file.folder == folder)
                yield from self.table_result(table, f"{folders[folder]}/{table.name}".lstrip("/"), names)

    def table_result(self, table: Path, source_path: str, names: list[str]) -> Iterator[FileResult]:
        """Report what is wrong with a table; one that is in order is no news and gives no result."""
        status = table.stat()
        said = repr((READERS_VERSION, names))
        context = hashlib.sha256(said.encode()).hexdigest()[:16]
        known = self.known.get(source_path)
        state = FileState(status.st_size, status.st_mtime_ns, "", context)
        if known and not self.rehash and _same(known, status.st_size, status.st_mtime_ns, context):
            yield FileResult(source_path, "unchanged", known)
            return
        if not known and table.parent not in self.opened:
            return
        state = state._replace(sha256=hashlib.sha256(table.read_bytes()).hexdigest())
        try:
            problems = _table_problems(metadata_table(table), names)
        except IngestRefused as refusal:
            yield FileResult(source_path, "refused", state, refusal.reason, reader="metadata")
            return
        except MissingExtraError:
            return  # each file of the folder has said so
        if problems or known:
            yield FileResult(source_path, "read", state, reader="metadata", refused_records=problems)


def _text(data: bytes, name: str) -> tuple[str, str]:
    """Text of a file and its encoding."""
    if is_records_file(name):
        data = unpacked(data, name)
    declares = is_web_page(name) or name.lower().endswith(DECLARING) or b"<html" in data[:4096].lower()
    text, encoding = decode(data, html=declares)
    if not text.strip("\ufeff \t\r\n"):
        raise IngestRefused("holds only blanks")
    return text, encoding


def _same(known: FileState, size: int, mtime_ns: int, context: str) -> bool:
    return known.size == size and known.mtime_ns == mtime_ns and known.context == context


def _table_problems(table: MetadataTable, names: list[str]) -> tuple[tuple[str, str], ...]:
    lost = [(f"row {table.lines[name]}", f"there is no file {name}") for name in table.rows if name not in names]
    bare = [(name, "has no row here; read without metadata") for name in names if name not in table.rows]
    return (*table.problems, *lost, *bare)


def _in_plain_words(error: Exception) -> str:
    """Say that a reader failed, without the paths of this machine that messages may carry."""
    return f"the reader failed on it ({type(error).__name__})"
