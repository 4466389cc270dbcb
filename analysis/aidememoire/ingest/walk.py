"""The files of a corpus, in a fixed order, without falling into loops of links; zipped folders are folders."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from aidememoire.errors import IngestRefused
from aidememoire.ingest.archive import Archive, Member, is_archive

__all__ = ["RECORDS_LIMIT", "TEXT_LIMIT", "FoundFile", "is_side_file", "walk"]

TEXT_LIMIT = 50_000_000
"""Bytes of a file that holds one document."""
RECORDS_LIMIT = 500_000_000
"""Bytes of a file of records, as it lies on disk."""

_SIDE = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|provenance|changelog|citation)(?:\.(?:md|txt|rst|cff))?"
    r"|metadata\.(?:csv|xlsx)|actors\.csv|speakers_by_session\.xlsx|truth(?:_\w+)?\.(?:ya?ml|csv)",
    re.IGNORECASE,
)


class FoundFile(NamedTuple):
    """One entry of a corpus.

    Attributes
    ----------
    source_path
        Relative to the root, with forward slashes.
    refusal
        Why it cannot be read, if that shows without opening it.
    archive, member
        Where it lies in a zipped folder; ``mtime_ns`` is then the archive's.
    """

    folder: Path
    name: str
    source_path: str
    size: int = 0
    mtime_ns: int = 0
    refusal: str = ""
    archive: Archive | None = None
    member: Member | None = None

    @property
    def path(self) -> Path:
        """Where it lies on this machine, or would lie if its archive were unpacked."""
        return self.folder / self.name

    def read_bytes(self) -> bytes:
        """Contents of the file."""
        if self.archive is not None and self.member is not None:
            return self.archive.read(self.member)
        return self.path.read_bytes()


def is_side_file(name: str) -> bool:
    """Whether a file belongs to a layout and is no statement itself, by its name.

    Examples
    --------
    >>> is_side_file("metadata.csv"), is_side_file("README.md"), is_side_file("speech.txt")
    (True, True, False)
    """
    return bool(_SIDE.fullmatch(name))


def walk(root: Path) -> list[FoundFile]:
    """List the files under a folder, or the one file that ``root`` is, sorted by path.

    Hidden files and folders are left out. Links are followed; one that leads into a folder already
    listed comes back as refused, and so does anything that is not a regular file. The members of a zip come
    back under ``<path of the zip>/``; whoever walks closes their archives.

    Raises
    ------
    FileNotFoundError
        If there is nothing at ``root``.
    """
    if not root.exists():
        raise FileNotFoundError(errno.ENOENT, "no such file or folder", root.name)
    if not root.is_dir():
        single = _found(root.parent, root.name, _printable(root.name), root.stat)
        return sorted(_unzipped(single), key=attrgetter("source_path"))
    return sorted(_under(root), key=attrgetter("source_path"))


def _under(root: Path) -> Iterator[FoundFile]:
    # Folders reached by links come last, so that a folder is listed under its own name where it has one.
    plain, linked = [(root, "")], list[tuple[Path, str]]()
    seen: set[str] = set()
    while plain or linked:
        folder, prefix = plain.pop() if plain else linked.pop(0)
        real = os.path.realpath(folder)
        if real in seen:
            yield FoundFile(
                folder.parent,
                folder.name,
                _printable(prefix.rstrip("/")),
                refusal="symbolic link back into a folder already read",
            )
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=attrgetter("name"))
        except OSError as error:
            yield FoundFile(folder.parent, folder.name, _printable(prefix.rstrip("/")) or ".", refusal=_reason(error))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            relative = prefix + entry.name
            if _is_dir(entry):
                (linked if entry.is_symlink() else plain).append((folder / entry.name, relative + "/"))
            else:
                found = _found(folder, entry.name, _printable(relative), entry.stat)
                if is_archive(entry.name):
                    yield from _unzipped(found)
                else:
                    yield found


def _unzipped(found: FoundFile) -> Iterator[FoundFile]:
    """Give the members of a zipped folder in its place; any other file as it is."""
    if found.refusal or not found.size or not is_archive(found.name):
        yield found
        return
    try:
        if found.size > RECORDS_LIMIT:
            raise IngestRefused(f"larger than {RECORDS_LIMIT // 1_000_000} MB")
        archive = Archive(found.path)
        root = archive.folder(is_side_file, TEXT_LIMIT)
        archive.rest()
    except IngestRefused as refusal:
        yield found._replace(refusal=refusal.reason)
        return
    except OSError as error:
        yield found._replace(refusal=_reason(error))
        return
    if not archive.members:
        yield found._replace(refusal="archive holds no files")
    for member in archive.members:
        folder, _, name = member.path.rpartition("/")
        path = f"{found.source_path}/{_printable(member.path)}"
        yield FoundFile(root / folder, name, path, member.size, found.mtime_ns, member.refusal, archive, member)


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False


def _printable(path: str) -> str:
    """Names that are not UTF-8 keep their bytes as escapes: a table cannot hold lone surrogates."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def _found(folder: Path, name: str, source_path: str, look: Callable[[], os.stat_result]) -> FoundFile:
    try:
        status = look()
    except OSError as error:
        return FoundFile(folder, name, source_path, refusal=_reason(error))
    if not stat.S_ISREG(status.st_mode):
        return FoundFile(folder, name, source_path, refusal="not a regular file")
    return FoundFile(folder, name, source_path, status.st_size, status.st_mtime_ns)


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "symbolic link that leads back to itself"
    if error.errno == errno.ENOENT:
        return "symbolic link to nothing"
    return f"cannot be opened: {(error.strerror or 'unknown reason').lower()}"
