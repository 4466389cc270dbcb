"""``aidememoire explore``: look around in the results of a run."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["explore"]

PORT = 8765


def explore(
    study: Annotated[Path, typer.Argument(help="The study, a YAML file.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(help="Where the run left its results; 'out' beside the study if not given.", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open a local page on a run's results: themes over time, and every sentence behind every point. Ctrl-C ends it.

    Example: aidememoire explore reports/sample/study.yaml
    """
    from aidememoire.explore import check_installed, explore_file, serve
    from aidememoire.studyfile import load_study

    check_installed()
    plan = load_study(study)
    path = explore_file(plan, out if out is not None else plan.file.parent / "out", _say)
    # Ending it so is how it is meant to end; nothing is left half done.
    with suppress(KeyboardInterrupt):
        serve(path, port, browser=not no_browser, say=_address)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _address(address: str) -> None:
    print(f"{address} (only on this machine; Ctrl-C ends it)", flush=True)
