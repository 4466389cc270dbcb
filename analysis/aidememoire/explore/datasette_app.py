"""Datasette on explore.db: every table and read-only SQL, with nothing that writes and no plugin but its own."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path
from typing import Any

from aidememoire.explore.downloads import inert_cell
from aidememoire.explore.queries import connect

__all__ = ["NAME", "datasette_app"]

# What the tables are called in addresses: /tables/sentences.
NAME = "tables"

_NUMBER = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?")
_SETTINGS = {
    "allow_download": False,
    "allow_csv_stream": True,
    "default_page_size": 50,
    "max_csv_mb": 50,  # a sheet is held in memory while its cells are made harmless
    "max_returned_rows": 1000,
    "num_sql_threads": 3,
    "sql_time_limit_ms": 5000,
    "suggest_facets": False,  # asks every column of every table, which takes seconds on a large run
}


def datasette_app(path: Path, title: str) -> Any:
    """Return an ASGI application that shows the tables in ``path`` under ``/tables``."""
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.plugins import DEFAULT_PLUGINS, pm

    # Whatever else is installed on this machine has no business with the texts of a study.
    for name, plugin in pm.list_name_plugin():
        if name not in DEFAULT_PLUGINS:
            pm.unregister(plugin)

    # It would print a page of its own inside for every slip in a query that somebody types.
    pm.get_plugin("datasette.handle_exception").rich = None

    class Immutable(Database):  # type: ignore[misc]
        """The file opened as everywhere here; Datasette itself stumbles over ``?`` and ``%`` in a path."""

        def connect(self, write: bool = False) -> sqlite3.Connection:
            if write:
                raise sqlite3.OperationalError("the tables of a run are only read")
            return connect(path)

    metadata = {"title": title, "databases": {NAME: {"about": "Back to the start page", "about_url": "/"}}}
    datasette = Datasette(settings=_SETTINGS, metadata=metadata)
    datasette.remove_database("_memory")
    datasette.add_database(Immutable(datasette, str(path), is_mutable=False), name=NAME)
    return _harmless_sheets(datasette.app())


def _harmless_sheets(app: Any) -> Any:
    """Wrap ``app`` so that no cell of its CSV becomes a formula; all else passes as it is."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        start: dict[str, Any] = {}
        body: list[bytes] = []

        async def held(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and _is_sheet(message):
                start.update(message)
            elif message["type"] == "http.response.body" and start:
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    await send(start)
                    await send({"type": "http.response.body", "body": _harmless(b"".join(body))})
            else:
                await send(message)

        await app(scope, receive, held)

    return wrapped


def _is_sheet(message: dict[str, Any]) -> bool:
    headers = {name.lower(): value for name, value in message.get("headers", [])}
    # With ?_dl=off a sheet is shown as plain text, and may be saved all the same.
    return bytes(headers.get(b"content-type", b"")).startswith((b"text/csv", b"text/plain"))


def _harmless(sheet: bytes) -> bytes:
    written = io.StringIO()
    rows = csv.reader(io.StringIO(sheet.decode("utf-8"), newline=""))
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8")


def _inert(cell: str) -> str:
    return cell if _NUMBER.fullmatch(cell) else str(inert_cell(cell))
