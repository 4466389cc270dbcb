"""Rows as CSV and JSON, a piece at a time, so that a large answer never stands in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aidememoire.explore.queries import Sentence
from aidememoire.export import FORMULA_STARTS

__all__ = ["SENTENCE_COLUMNS", "csv_pieces", "inert_cell", "json_pieces", "sentence_row"]

SENTENCE_COLUMNS = (
    "statement_id", "sentence", "date", "period", "actor", "agency", "speaker", "voice", "kind", "title", "url",
    "source_path", "technical", "text", "hits", "rules", "themes",
)  # fmt: skip

Row = Mapping[str, Any]


def inert_cell(value: object) -> object:
    """Return ``value``; a text that a spreadsheet would read as a formula gets a leading ``'``.

    Examples
    --------
    >>> inert_cell("=1+1"), inert_cell(-1)
    ("'=1+1", -1)
    """
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_pieces(pieces: Iterable[Sequence[Row]], columns: Sequence[str]) -> Iterator[bytes]:
    r"""Yield UTF-8 CSV with ``\n`` line ends and no formulas.

    Examples
    --------
    >>> b"".join(csv_pieces([[{"title": "=1+1", "n": -1}]], ["title", "n"]))
    b"title,n\n'=1+1,-1\n"
    """
    yield _lines([columns])
    for rows in pieces:
        yield _lines([row.get(column) for column in columns] for row in rows)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([inert_cell(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8", "replace")


def json_pieces(head: Row, name: str, pieces: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """Yield one JSON object: what ``head`` holds, then the rows under ``name``.

    Examples
    --------
    >>> json.loads(b"".join(json_pieces({"total": 1}, "rows", [[{"a": 2}]])))
    {'total': 1, 'rows': [{'a': 2}]}
    """
    opened = json.dumps(dict(head), ensure_ascii=False, indent=1)[:-1].rstrip()
    yield f"{opened}{',' if head else ''}\n {json.dumps(name)}: [".encode("utf-8", "replace")
    between = "\n"
    for rows in pieces:
        for row in rows:
            yield f"{between}  {json.dumps(dict(row), ensure_ascii=False)}".encode("utf-8", "replace")
            between = ",\n"
    yield b"\n ]\n}\n"


def sentence_row(sentence: Sentence) -> dict[str, Any]:
    """Return one sentence as a flat row: words hit, rules and themes are joined by a bar."""
    text = sentence.row["text"]
    hits = [each for each in sentence.spans if each.kind == "hit"]
    joined = {
        "hits": (text[each.start : each.end] for each in hits),
        "rules": dict.fromkeys(each.note for each in hits),
        "themes": dict.fromkeys(code["theme"] for code in sentence.codes),
    }
    flat = {**sentence.row, **{name: " | ".join(each) for name, each in joined.items()}}
    return {name: flat[name] for name in SENTENCE_COLUMNS}
