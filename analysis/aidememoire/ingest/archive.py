"""Zipped folders: listed and read as if they lay unpacked, without anything being unpacked to the corpus.

Members are read into memory, one at a time. Only tables that describe other members go to a private
temporary folder, which is removed when the archive is closed.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aidememoire.ingest.limits import ARCHIVE_RATIO, RATIO_FROM
from aidememoire.ingest.packed import contents, opened

__all__ = ["Archive", "Member", "is_archive"]

_NESTED = tuple(".zip .tar .tgz .tbz .txz .gz .bz2 .xz .zst .7z .rar .jar".split())
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One file of an archive.

    Attributes
    ----------
    path
        As it would lie in the unpacked folder, with forward slashes.
    entry
        Its number in the list of entries.
    refusal
        Why it is not read, if that shows in the list.
    """

    path: str
    size: int
    entry: int
    refusal: str = ""


def is_archive(name: str) -> bool:
    """Whether a file name promises a zipped folder.

    Examples
    --------
    >>> is_archive("Releases.ZIP"), is_archive("letter.docx")
    (True, False)
    """
    return name.lower().endswith(".zip")


class Archive:
    """One zipped folder of a corpus.

    Raises
    ------
    IngestRefused
        If it is broken, too large, or grows too much.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with zipfile.ZipFile(folder / "notes.zip", "w") as made:
    ...     made.writestr("2021/a.txt", "We remember.")
    ...     made.writestr("../b.txt", "We forget.")
    >>> archive = Archive(folder / "notes.zip")
    >>> [(member.path, member.refusal) for member in archive.members]
    [('2021/a.txt', ''), ('../b.txt', 'its name leads out of the archive')]
    >>> archive.read(archive.members[0])
    b'We remember.'
    >>> archive.close()
    """

    def __init__(self, path: Path):
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        try:
            self.members = _members(self._opened)
        finally:
            self.close()

    @property
    def _opened(self) -> zipfile.ZipFile:
        if self._zip is None:
            stream = self.path.open("rb")
            try:
                self._zip = opened(stream)
            except BaseException:
                stream.close()
                raise
            # ZipFile closes only what it opened itself.
            self._stream = stream
        return self._zip

    def read(self, member: Member) -> bytes:
        """Contents of a member.

        Raises
        ------
        IngestRefused
            If it is broken.
        """
        return contents(self._opened, self._opened.infolist()[member.entry])

    def folder(self, is_side: Callable[[str], bool], limit: int) -> Path:
        """Where the members seem to lie; a real folder only if some of them describe the others.

        Parameters
        ----------
        is_side
            Tells such tables by their file name.
        limit
            Bytes above which a table is not taken out.

        Raises
        ------
        IngestRefused
            If such a table is broken: without it the others would be read for something else than they are.
        """
        sides = [m for m in self.members if not m.refusal and is_side(m.path.rpartition("/")[2]) and m.size <= limit]
        if not sides:
            return self.path
        status = self.path.stat()
        try:
            for member in sides:
                target = self._private / member.path  # harmless: ``_members`` has refused names that lead out
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self.read(member))
                os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
        except BaseException:
            self.close()
            raise
        return self._private

    @cached_property
    def _private(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(prefix="aidememoire-")
        # Some readers look for tables up to two folders above a file: they must not get out of this one.
        return Path(self._folder.name) / "in" / "side"

    def rest(self) -> None:
        """Close the file, to be opened again when a member is read."""
        if self._zip is not None:
            self._zip.close()
            self._stream.close()
            self._zip = None

    def close(self) -> None:
        """Close the file and remove what was put aside."""
        self.rest()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _members(archive: zipfile.ZipFile) -> tuple[Member, ...]:
    members: dict[str, Member] = {}
    for number, entry in enumerate(archive.infolist()):
        name = entry.filename.replace("\\", "/")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if entry.is_dir() or not parts:
            continue
        refusal = _refusal(entry, name, parts)
        if not refusal and any(part.startswith(".") or part == "__MACOSX" for part in parts):
            continue
        path = name if refusal else "/".join(parts)
        if path in members:
            path, refusal = f"{path} (entry {number + 1})", refusal or "the archive holds a file of this name already"
        members[path] = Member(path, entry.file_size, number, refusal)
    return tuple(members.values())


def _refusal(entry: zipfile.ZipInfo, name: str, parts: list[str]) -> str:
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) or not name.isprintable():
        return "its name leads out of the archive"
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted: pack it without a password"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "symbolic link in an archive"
    if name.lower().endswith(_NESTED):
        return "archive inside an archive"
    if entry.compress_type not in _METHODS:
        return "packed by a method that is not read; only deflate is"
    if entry.file_size > RATIO_FROM and entry.file_size > ARCHIVE_RATIO * max(1, entry.compress_size):
        return f"grows more than {ARCHIVE_RATIO} times when unpacked"
    return ""
