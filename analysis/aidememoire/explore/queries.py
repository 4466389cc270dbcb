"""Questions to explore.db; every answer is plain rows that name their columns."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aidememoire.errors import SearchError
from aidememoire.explore.filters import UNKNOWN, Filters, Scope
from aidememoire.explore.marking import CLOSE, OPEN, Span, spans_found

__all__ = [
    "Overview",
    "Row",
    "Sentence",
    "about",
    "connect",
    "counts",
    "ids",
    "n_counted",
    "points",
    "rules",
    "sentences",
    "statement",
    "themes",
    "values",
]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in context.

    Attributes
    ----------
    row
        statement_id, sentence, date, period, actor, agency, speaker, voice, kind, title, url, source_path, technical,
        text, and the texts ``before`` and ``after`` of its neighbours, empty at the ends of a statement.
    spans
        Half-open spans relative to ``text``: hits, each with its rule, and words found by the search.
    codes
        theme, coder and value.
    """

    row: Row
    spans: tuple[Span, ...]
    codes: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many sentences fulfil the filters, and how many of them by each value of a filter.

    ``by`` has an entry for theme, actor, period, voice and, where a theme is chosen, rule.
    """

    total: int
    by: Mapping[str, tuple[tuple[str, int], ...]]


def connect(path: Path) -> sqlite3.Connection:
    """Open explore.db so that nothing can be written, from any thread."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = 1")
    return connection


def about(connection: sqlite3.Connection) -> Row:
    """Return what is known of the run."""
    return {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM about")}


def themes(connection: sqlite3.Connection) -> list[Row]:
    """Return theme, title, definition and charted, in the order of the study."""
    return _rows(connection, "SELECT theme, title, definition, charted FROM themes ORDER BY position")


def points(connection: sqlite3.Connection, table: str, theme: str = "") -> list[Row]:
    """Return the rows of ``points`` or ``overview``, of one theme or of all."""
    order = "rowid"
    if theme:
        return _rows(connection, f"SELECT * FROM {table} WHERE theme = ? ORDER BY {order}", (theme,))
    return _rows(connection, f"SELECT * FROM {table} ORDER BY {order}")


def n_counted(connection: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    """Return how many sentences of each theme count in the points by group or over all groups."""
    sql = (
        "SELECT c.theme, count(*) FROM counted c JOIN sentences s ON s.id = c.sentence_id"
        f" JOIN statements t ON t.id = s.statement WHERE t.in_{scope} = 1 GROUP BY 1"
    )
    return dict(connection.execute(sql).fetchall())


def values(connection: sqlite3.Connection, column: str) -> list[str]:
    """Return the values of a column of the statements, or of ``voice`` or ``coder``; one not stated is unknown."""
    table = {"voice": "sentences", "coder": "codes"}.get(column, "statements")
    found = connection.execute(f'SELECT DISTINCT coalesce("{column}", ?) FROM {table} ORDER BY 1', (UNKNOWN,))
    return [str(value) for (value,) in found]


def rules(connection: sqlite3.Connection, theme: str = "") -> dict[str, str]:
    """Return the pattern of each rule that hits anything for a theme, or of every rule if none is given."""
    if not theme:
        return dict(connection.execute("SELECT rule, pattern FROM rules").fetchall())
    sql = (
        "SELECT h.rule, coalesce(r.pattern, '') FROM (SELECT DISTINCT theme, rule FROM hits WHERE theme = ?) h"
        " LEFT JOIN rules r ON r.theme = h.theme AND r.rule = h.rule"
    )
    return dict(connection.execute(sql, (theme,)).fetchall())


def ids(connection: sqlite3.Connection, asked: Filters, limit: int = -1, offset: int = 0) -> list[int]:
    """Return the numbers of the sentences in order of time.

    Raises
    ------
    SearchError
        If full-text search does not accept the query.
    """
    where = asked.where()
    sql = (
        "SELECT s.id FROM sentences s JOIN statements t ON t.id = s.statement"
        f" WHERE {where.sql} ORDER BY s.id LIMIT ? OFFSET ?"
    )
    try:
        return [number for (number,) in connection.execute(sql, (*where.parameters, limit, offset))]
    except sqlite3.OperationalError as problem:
        raise _refused(asked, problem) from None


def counts(connection: sqlite3.Connection, asked: Filters) -> Overview:
    """Count the sentences that fulfil the filters, and by what else they could be filtered.

    Raises
    ------
    SearchError
        If full-text search does not accept the query.
    """
    where = asked.where()
    chosen = f"FROM sentences s JOIN statements t ON t.id = s.statement WHERE {where.sql}"
    by: dict[str, Counter[str]] = {"actor": Counter(), "period": Counter(), "voice": Counter()}
    total = 0
    try:
        sql = f"SELECT t.actor, t.period, s.voice, count(*) {chosen} GROUP BY 1, 2, 3"
        for *values, n in connection.execute(sql, where.parameters):
            total += n
            for name, value in zip(by, values, strict=True):
                by[name][value or UNKNOWN] += n
    except sqlite3.OperationalError as problem:
        raise _refused(asked, problem) from None
    # Where nothing is narrowed there is no need to look up a million sentences one by one.
    within = f"sentence_id IN (SELECT s.id {chosen})" if asked.items() else "1"
    found = {"theme": _numbers_by(connection, "theme", "codes", within, where.parameters)}
    found |= {name: tuple(sorted(each.items(), key=_largest)) for name, each in by.items()}
    found["period"] = tuple(sorted(by["period"].items()))
    if asked.theme:
        of_theme = f"theme = ? AND {within}"
        found["rule"] = _numbers_by(connection, "rule", "hits", of_theme, (asked.theme, *where.parameters))
    return Overview(total, found)


def _numbers_by(
    connection: sqlite3.Connection, column: str, table: str, condition: str, parameters: Sequence[Any]
) -> tuple[tuple[str, int], ...]:
    sql = f"SELECT {column}, count(DISTINCT sentence_id) FROM {table} WHERE {condition} GROUP BY 1"
    return tuple(sorted(connection.execute(sql, parameters).fetchall(), key=_largest))


def sentences(connection: sqlite3.Connection, numbers: Sequence[int], asked: Filters) -> list[Sentence]:
    """Return the sentences with these numbers, marked by the theme and rule asked for, or by all themes."""
    if not numbers:
        return []
    some = ", ".join(map(str, map(int, numbers)))
    rows = _rows(
        connection,
        "SELECT s.id, t.statement_id, s.sentence, t.date, t.period, t.actor, t.agency,"
        " coalesce(s.speaker, CASE WHEN s.voice = 'own' THEN t.speaker END) AS speaker, s.voice, t.kind,"
        " t.title, t.url, t.source_path, s.technical, s.start,"
        ' substr(x.text, s.start + 1, s."end" - s.start) AS text,'
        ' substr(x.text, b.start + 1, b."end" - b.start) AS before,'
        ' substr(x.text, a.start + 1, a."end" - a.start) AS after'
        " FROM sentences s JOIN statements t ON t.id = s.statement JOIN texts x ON x.id = t.text_id"
        " LEFT JOIN sentences b ON b.id = s.id - 1 AND b.statement = s.statement"
        " LEFT JOIN sentences a ON a.id = s.id + 1 AND a.statement = s.statement"
        f" WHERE s.id IN ({some}) ORDER BY s.id",
    )
    spans = _spans(connection, some, asked)
    found = _found(connection, some, asked)
    codes: dict[int, list[Row]] = {}
    for code in _rows(connection, f"SELECT * FROM codes WHERE sentence_id IN ({some}) ORDER BY theme, coder"):
        codes.setdefault(code.pop("sentence_id"), []).append(code)
    return [_sentence(row, spans, found, codes) for row in rows]


def statement(connection: sqlite3.Connection, statement_id: str) -> tuple[Row, list[int]]:
    """Return one statement with its text, and the numbers of its sentences.

    Raises
    ------
    KeyError
        If there is no such statement.
    """
    sql = "SELECT t.*, x.text FROM statements t JOIN texts x ON x.id = t.text_id WHERE t.statement_id = ?"
    rows = _rows(connection, sql, (statement_id,))
    if not rows:
        raise KeyError(statement_id)
    chosen = connection.execute("SELECT id FROM sentences WHERE statement = ? ORDER BY id", (rows[0]["id"],))
    return rows[0], [number for (number,) in chosen]


def _sentence(
    row: Row, spans: Mapping[int, list[Span]], found: Mapping[int, list[Span]], codes: Mapping[int, list[Row]]
) -> Sentence:
    number, start = row.pop("id"), row["start"]
    hits = [Span(each.start - start, each.end - start, each.kind, each.note) for each in spans.get(number, [])]
    row = {name: "" if name in {"before", "after"} and value is None else value for name, value in row.items()}
    return Sentence(row, (*hits, *found.get(number, [])), tuple(codes.get(number, [])))


def _spans(connection: sqlite3.Connection, some: str, asked: Filters) -> dict[int, list[Span]]:
    named = {name: asked.value(name) for name in ("theme", "rule") if asked.value(name)}
    narrowed = "".join(f" AND {name} = ?" for name in named) or " AND theme IN (SELECT theme FROM themes)"
    sql = f'SELECT sentence_id, start, "end", rule FROM hits WHERE sentence_id IN ({some}){narrowed} ORDER BY start'
    spans: dict[int, list[Span]] = {}
    for number, start, end, rule in connection.execute(sql, tuple(named.values())):
        spans.setdefault(number, []).append(Span(start, end, "hit", rule))
    return spans


def _found(connection: sqlite3.Connection, some: str, asked: Filters) -> dict[int, list[Span]]:
    if not asked.q:
        return {}
    sql = (
        "SELECT rowid, highlight(sentences_search, 0, ?, ?) FROM sentences_search"
        f" WHERE sentences_search MATCH ? AND rowid IN ({some})"
    )
    return {number: spans_found(marked) for number, marked in connection.execute(sql, (OPEN, CLOSE, asked.q))}


def _refused(asked: Filters, problem: sqlite3.Error) -> Exception:
    if not asked.q:
        return problem
    return SearchError(f'search {asked.q!r}: {problem}; a query looks like "lessons of history" OR falsif*')


def _largest(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    found = connection.execute(sql, parameters)
    names = [name for (name, *_) in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]
