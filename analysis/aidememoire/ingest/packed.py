"""Zip files of unknown origin: opened and read only as far as the limits allow.

Zipped folders and Word documents are such files.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from typing import BinaryIO

from aidememoire.errors import IngestRefused
from aidememoire.ingest.limits import (
    ARCHIVE_DIRECTORY,
    ARCHIVE_MEMBERS,
    ARCHIVE_RATIO,
    ARCHIVE_TOTAL,
    RATIO_FROM,
)

__all__ = ["contents", "opened"]

_END, _END64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_LONGEST_COMMENT = 1 << 16


def opened(stream: BinaryIO, *, total: int = ARCHIVE_TOTAL) -> zipfile.ZipFile:
    """Open a zip after its sizes have been looked at.

    Parameters
    ----------
    total
        Bytes all members together may grow to.

    Raises
    ------
    IngestRefused
        If it is broken or larger than the limits allow, by what it says of itself; ``contents`` holds it
        to that.
    """
    size = stream.seek(0, os.SEEK_END)
    if _directory_size(stream, size) > ARCHIVE_DIRECTORY:
        raise IngestRefused(f"archive with a list of entries over {ARCHIVE_DIRECTORY / 1e6:.0f} MB")
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise IngestRefused(f"archive is broken: {str(error).lower() or type(error).__name__}") from None
    entries = archive.infolist()
    grown = sum(entry.file_size for entry in entries)
    if len(entries) > ARCHIVE_MEMBERS:
        raise IngestRefused(f"archive with more than {ARCHIVE_MEMBERS:,} entries")
    if grown > total:
        raise IngestRefused(f"archive grows beyond {total / 1e6:,.0f} MB when unpacked")
    if grown > RATIO_FROM and grown > ARCHIVE_RATIO * size:
        raise IngestRefused(f"archive grows more than {ARCHIVE_RATIO} times when unpacked")
    return archive


def contents(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Contents of one entry, at most as long as the list of entries says.

    Raises
    ------
    IngestRefused
        If it is broken, or longer than it says.
    """
    try:
        with archive.open(entry) as stream:
            # Asked for all at once, zipfile would unpack all there is before it looks at the stated size.
            data = stream.read(entry.file_size)
            stream.read(1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise IngestRefused(f"broken in the archive ({type(error).__name__})") from None
    if len(data) != entry.file_size:
        raise IngestRefused("broken in the archive: shorter than it says")
    return data


def _directory_size(stream: BinaryIO, size: int) -> int:
    """Bytes of the list of entries, which zipfile would read whole whatever it says."""
    start = max(0, size - _LONGEST_COMMENT - _END.size)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise IngestRefused("archive is broken: it has no list of entries")
    directory = int(_END.unpack_from(tail, at)[5])
    locator = start + at - _LOCATOR.size
    if locator >= 0:
        stream.seek(locator)
        mark, _, offset, _ = _LOCATOR.unpack(stream.read(_LOCATOR.size))
        if mark == b"PK\x06\x07":
            stream.seek(min(offset, size))
            record = stream.read(_END64.size)
            directory = int(_END64.unpack(record)[8]) if len(record) == _END64.size else ARCHIVE_DIRECTORY + 1
    stream.seek(0)
    return directory
