"""Files of records: JSON lines (also compressed) and CSV, with the study's column mapping."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import zlib
from collections.abc import Iterator
from typing import Any

from aidememoire.errors import IngestRefused
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.fields import Said, build, picked, writable
from aidememoire.ingest.model import Reading, ReadOptions, Source
from aidememoire.statement import Statement

__all__ = ["SUFFIXES", "UNPACKED_LIMIT", "claims", "is_records_file", "read", "unpacked"]

UNPACKED_LIMIT = 2_000_000_000
"""Bytes a compressed file may grow to; more is taken for a bomb."""
SUFFIXES = tuple(kind + packed for kind in (".jsonl", ".ndjson", ".csv", ".tsv") for packed in ("", ".gz", ".xz"))
_CHUNK = 1 << 20
csv.field_size_limit(UNPACKED_LIMIT)


def is_records_file(name: str) -> bool:
    """Whether a file name promises records.

    Examples
    --------
    >>> is_records_file("items.jsonl.xz"), is_records_file("story.txt")
    (True, False)
    """
    return name.lower().endswith(SUFFIXES)


def claims(source: Source) -> bool:
    """A file with the name of a file of records."""
    return is_records_file(source.path.name)


def unpacked(data: bytes, name: str) -> bytes:
    """Contents of a file that may be compressed.

    Raises
    ------
    IngestRefused
        If the archive is broken, or grows beyond ``UNPACKED_LIMIT``.
    """
    opener: Any = {"gz": gzip.open, "xz": lzma.open}.get(name.lower().rpartition(".")[2])
    if opener is None:
        return data
    parts, size = [], 0
    try:
        with opener(io.BytesIO(data)) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                if size > UNPACKED_LIMIT:
                    raise IngestRefused(f"grows beyond {UNPACKED_LIMIT / 1e9:.0f} GB when unpacked")
                parts.append(part)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise IngestRefused(f"compressed file is broken: {error}") from None
    return b"".join(parts)


def read(source: Source) -> Reading:
    """One statement a record; a bad record is refused with its line and the others are read."""
    statements: list[Statement] = []
    refused: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    rows = _csv_rows if any(kind in source.path.name.lower() for kind in (".csv", ".tsv")) else _json_rows
    for number, (where, row) in enumerate(rows(source.text), 1):
        try:
            if isinstance(row, str):
                raise IngestRefused(row)
            record = _record_id(row, source.options) or str(number)
            if record in seen:
                raise IngestRefused(f"id {record!r} stands at {seen[record]} already")
            statements.append(_statement(source, row, record))
            seen[record] = where
        except IngestRefused as refusal:
            refused.append((where, refusal.reason))
    if not statements and not refused:
        raise IngestRefused("holds no records")
    return Reading(tuple(statements), tuple(refused))


def _statement(source: Source, row: dict[str, Any], record: str) -> Statement:
    column = source.options.columns.get("text", "text")
    if column not in row:
        names = ", ".join(sorted(str(name) for name in row)[:12])
        raise IngestRefused(f"no column {column!r} for the text; it has: {names}")
    text = row[column]
    if not isinstance(text, str):
        raise IngestRefused(f"column {column!r} is no text")
    return build(source, clean(writable(text)), said=[Said("column", picked(row, source.options))], record=record)


def _record_id(row: dict[str, Any], options: ReadOptions) -> str:
    value = row.get(options.columns.get("id", "id"))
    return writable(str(value).strip()) if isinstance(value, str | int) else ""


def _json_rows(text: str) -> Iterator[tuple[str, dict[str, Any] | str]]:
    for number, line in enumerate(io.StringIO(text.removeprefix("\ufeff")), 1):
        if not line.strip():
            continue
        row: dict[str, Any] | str
        try:
            parsed = json.loads(line)
            row = parsed if isinstance(parsed, dict) else f"a record must be an object, not {type(parsed).__name__}"
        except json.JSONDecodeError as error:
            row = f"not valid JSON: {error.msg} at column {error.colno}"
        except (ValueError, RecursionError):
            row = "not valid JSON: nested too deeply or a number too long"
        yield f"line {number}", row


def _csv_rows(text: str) -> Iterator[tuple[str, dict[str, Any] | str]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    line = 2
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"line {reader.line_num}", f"not valid CSV: {error}"
            continue
        extra, short = row.get(None) is not None, None in row.values()
        yield f"line {line}", "has more or fewer cells than the header" if extra or short else dict(row)
        line = reader.line_num + 1
