"""The templates, with everything from a corpus escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aidememoire.explore.chart import written
from aidememoire.explore.filters import Filters
from aidememoire.explore.marking import visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment"]


def environment(about: Mapping[str, Any], titles: Mapping[str, str], patterns: Mapping[str, str]) -> Environment:
    """Return the templates of the pages.

    Parameters
    ----------
    about
        What is known of the run, for every page.
    titles
        Theme id to title.
    patterns
        Rule to what is written in the codebook.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        about=about, titles=titles, patterns=patterns, statement_address=_statement_address, written=written
    )
    made.filters.update(number=lambda value: f"{value:,}", web=_web)
    return made


def _statement_address(asked: Filters, row: Mapping[str, Any]) -> str:
    own = [("id", row["statement_id"]), ("sentence", row["sentence"])]
    return f"/statement?{urlencode([*own, *asked.items()])}#s{row['sentence']}"


def _web(url: str | None) -> str | None:
    """Return ``url`` if a link may lead there: a corpus could name a script as its source."""
    return url if url and url.startswith(("https://", "http://")) else None
