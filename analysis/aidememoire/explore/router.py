"""Our pages and Datasette's as one ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from aidememoire.explore.answers import Answer
from aidememoire.explore.pages import Pages

__all__ = ["routed"]


def routed(pages: Pages, tables: Any, beginnings: tuple[str, ...]) -> Any:
    """Return an application that gives paths with one of ``beginnings`` to ``tables``, all others to ``pages``."""

    async def answered(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if scope["type"] == "lifespan" or path.startswith(beginnings):
            await tables(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        await _send(await asyncio.to_thread(pages.answer, path, query), send)

    return answered


async def _send(answer: Answer, send: Any) -> None:
    headers = [("Content-Type", answer.content_type), ("Cache-Control", "no-cache"), *answer.headers]
    written = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": written})
    pieces = iter(answer.pieces)
    while (piece := await asyncio.to_thread(_next, pieces)) is not None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
