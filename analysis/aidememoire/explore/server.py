"""The page of a run on this machine: our pages and Datasette's behind one guard, on 127.0.0.1 only."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aidememoire.errors import AideMemoireError, MissingExtraError
from aidememoire.explore.datasette_app import NAME, datasette_app
from aidememoire.explore.guard import guarded

__all__ = ["ADDRESS", "check_installed", "explore_app", "serve"]

ADDRESS = "127.0.0.1"


def check_installed() -> None:
    """Raise unless Datasette is here, which brings the server and the templates along.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    if find_spec("datasette") is None:
        raise MissingExtraError("datasette", extra="explore", purpose="the page to look around in")


def explore_app(path: Path, port: int) -> Any:
    """Return the whole page as an ASGI application that answers as 127.0.0.1 or localhost on ``port``."""
    from aidememoire.explore.pages import Pages
    from aidememoire.explore.router import routed

    pages = Pages(path)
    names = (ADDRESS, "localhost")
    # Browsers leave the port of plain HTTP out.
    hosts = frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())
    tables = datasette_app(path, str(pages.about["title"]))
    return guarded(routed(pages, tables, (f"/{NAME}", "/-/static/")), hosts, f"/{NAME}")


def serve(path: Path, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Answer until interrupted.

    Parameters
    ----------
    path
        explore.db.
    port
        Where to listen on 127.0.0.1; 0 takes any free port.
    browser
        Whether to open the page in the user's browser.
    say
        Called once with the address.

    Raises
    ------
    AideMemoireError
        If the port is taken.
    MissingExtraError
        If the extra ``explore`` is not installed.
    """
    check_installed()
    import uvicorn

    with _listening(port) as listener:
        taken = listener.getsockname()[1]
        app = explore_app(path, taken)
        address = f"http://{ADDRESS}:{taken}/"
        say(address)
        if browser:
            # Some browsers run in the terminal until they are closed, so the page must not wait for them.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let another program listen beside this one
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise AideMemoireError(f"explore: port {port} cannot be used ({problem}); give another with --port") from None
    return listener
