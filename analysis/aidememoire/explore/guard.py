"""Who may ask what: only this machine by its own name, only reading, and nothing from other sites but a link."""

from __future__ import annotations

from typing import Any

__all__ = ["guarded"]

_OWN_PAGES = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'"
# Datasette's pages bring scripts and styles of their own, some of them inline.
_TABLES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
_LOCKED = "; base-uri 'none'; frame-ancestors 'none'"


def guarded(app: Any, hosts: frozenset[str], tables: str) -> Any:
    """Wrap an ASGI application so that it refuses what no reader of the page asks for.

    Parameters
    ----------
    app
        What answers.
    hosts
        Values of the Host header that are this page; another one is a foreign name that was made to point here.
    tables
        Beginning of the paths whose pages bring their own scripts.
    """

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await app(scope, receive, send)
            return  # a websocket is closed by not being accepted
        if refusal := _refusal(scope, hosts):
            await _refuse(send, *refusal)
            return
        policy = (_TABLES if scope["path"].startswith(tables) else _OWN_PAGES) + _LOCKED
        own = {
            b"content-security-policy": policy.encode(),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"no-referrer",
            b"cross-origin-resource-policy": b"same-origin",
        }

        async def marked(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in own]
                message = {**message, "headers": [*kept, *own.items()]}
            await send(message)

        await app(scope, receive, marked)

    return wrapped


def _refusal(scope: Any, hosts: frozenset[str]) -> tuple[int, str] | None:
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    named = [value.decode("latin-1").lower() for value in headers.get(b"host", [])]
    if len(named) != 1 or named[0] not in hosts:
        return 403, f"This page answers only as {' or '.join(sorted(hosts))}."
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "This page is only read: GET and HEAD."
    site, mode = (headers.get(name, [b""])[0] for name in (b"sec-fetch-site", b"sec-fetch-mode"))
    # A link from elsewhere opens the page; a script, image or form of another site gets nothing.
    if site in (b"cross-site", b"same-site") and mode != b"navigate":
        return 403, "This page is not for use inside other pages."
    return None


async def _refuse(send: Any, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode() + b"\n"})
