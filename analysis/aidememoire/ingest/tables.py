"""Side tables of a corpus: the metadata table of a folder and the speaker sheet of the UN archive.

Both are loaded once, when the first file that needs them is really read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.encoding import decode
from aidememoire.ingest.limits import WORKBOOK_PART, WORKBOOK_TOTAL
from aidememoire.ingest.packed import contents, opened

__all__ = ["METADATA_NAMES", "SPEAKER_SHEET", "MetadataTable", "metadata_table", "sheet_rows"]

METADATA_NAMES = ("metadata.csv", "metadata.xlsx")
SPEAKER_SHEET = "Speakers_by_session.xlsx"
MOST_ROWS, MOST_COLUMNS = 1_000_000, 256


@dataclass(frozen=True)
class MetadataTable:
    """Rows of a metadata table by file name, and what is wrong with the others."""

    rows: Mapping[str, Mapping[str, str]]
    lines: Mapping[str, int]
    problems: tuple[tuple[str, str], ...] = ()


def metadata_table(path: Path) -> MetadataTable:
    """Load ``metadata.csv`` or ``metadata.xlsx``: a column ``file`` and columns named like statement fields.

    Raises
    ------
    IngestRefused
        If it cannot be read or has no column ``file``.
    MissingExtraError
        If it is an xlsx file and openpyxl is not installed.
    """
    status = path.stat()
    return _metadata(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _metadata(path: Path, size: int, mtime_ns: int) -> MetadataTable:
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else sheet_rows(path)
    header = [str(name or "").strip() for name in rows[0]] if rows else []
    at = next((i for i, name in enumerate(header) if name.casefold() == "file"), None)
    if at is None:
        raise IngestRefused(f"{path.name} has no column 'file'; its columns: {', '.join(filter(None, header))}")
    by_file: dict[str, Mapping[str, str]] = {}
    lines: dict[str, int] = {}
    problems = []
    for number, row in enumerate(rows[1:], 2):
        name = _cell(row[at]).removeprefix("./") if at < len(row) else ""
        if not any(_cell(value) for value in row):
            continue
        if not name:
            problems.append((f"row {number}", "names no file"))
        elif name in by_file:
            problems.append((f"row {number}", f"{name} has a row already; this one is not used"))
        else:
            by_file[name] = {key: _cell(value) for key, value in zip(header, row, strict=False) if key}
            lines[name] = number
    return MetadataTable(by_file, lines, tuple(problems))


def _csv_rows(path: Path) -> list[Sequence[Any]]:
    text, _ = decode(path.read_bytes())
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise IngestRefused(f"{path.name} is not a csv table: {error}") from None


def sheet_rows(path: Path) -> list[Sequence[Any]]:
    """Rows of the first sheet of an xlsx file, as values.

    Raises
    ------
    IngestRefused
        If the file is not a workbook, or larger than the limits allow.
    MissingExtraError
        If openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("openpyxl", extra="ingest", purpose=f"reading {path.name}") from None
    try:
        with path.open("rb") as stream:
            _check_parts(stream)
            stream.seek(0)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                # What the sheet says of its own size would make a million cells of one.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
                return [_filled(row) for row in rows]
            finally:
                book.close()
    except IngestRefused as refusal:
        raise IngestRefused(f"{path.name}: {refusal.reason}") from None
    except Exception as error:  # openpyxl raises whatever its parts raise on a broken workbook
        raise IngestRefused(f"{path.name} cannot be read as a workbook ({type(error).__name__})") from error


def _check_parts(stream: BinaryIO) -> None:
    """Look at the parts before openpyxl does, which trusts what a zip says of itself."""
    with opened(stream, total=WORKBOOK_TOTAL) as package:
        for entry in package.infolist():
            if entry.file_size > WORKBOOK_PART:
                raise IngestRefused(f"workbook with a part larger than {WORKBOOK_PART / 1e6:.0f} MB")
            # The format allows no document type, in whatever encoding.
            if b"<!DOCTYPE" in contents(package, entry).replace(b"\x00", b""):
                raise IngestRefused("workbook that declares a document type, which the format forbids")


def _filled(row: Sequence[Any]) -> Sequence[Any]:
    """Cells up to the last that holds something: a million rows may be as wide as the widest."""
    last = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
    return row[:last]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
