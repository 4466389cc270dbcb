"""Markdown or text with a YAML header between two lines of three hyphens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aidememoire.cleantext import CleanText
from aidememoire.errors import IngestRefused
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import from_file_name
from aidememoire.ingest.fields import Said, build, metadata_said, picked
from aidememoire.ingest.limits import FRONT_MATTER, FRONT_MATTER_DEPTH
from aidememoire.ingest.model import Reading, Source

__all__ = ["claims", "read"]

_OPEN = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\n|\r)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\s*(?:#.*\s+)*[\"']?\w[\w .-]*[\"']?\s*:")


def claims(source: Source) -> bool:
    """A text whose first line is ``---`` and whose second looks like a key."""
    opened = _OPEN.match(source.text)
    return bool(opened and _KEY.match(source.text, opened.end()))


def read(source: Source) -> Reading:
    """One statement; the header gives its fields and is cut from the cleaned text.

    Raises
    ------
    IngestRefused
        If the header is never closed, too long or too deep, or is not YAML; says the line.
    """
    opened = _OPEN.match(source.text)
    if not opened:
        raise IngestRefused("line 1: a YAML header must begin with '---'")
    closed = _CLOSE.search(source.text.replace("\r", "\n"), opened.end(), opened.end() + FRONT_MATTER)
    if not closed:
        raise IngestRefused(
            f"line 1: the YAML header that begins here is never closed, or has more than {FRONT_MATTER:,} characters"
        )
    header = _header(source.text[opened.end() : closed.start()])
    body = CleanText.of(source.text).cut(closed.end(), len(source.text))
    text = clean(body, markdown=source.path.suffix.lower() in (".md", ".markdown"))
    said = [metadata_said(source), Said("front matter", picked(header, source.options))]
    return Reading((build(source, text, said=said, date=from_file_name(source.path.name)),))


def _header(text: str) -> Mapping[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    _check_depth(text)
    # Scalars stay as written: a YAML timestamp would be moved to another time zone, and perhaps another day.
    yaml = YAML(typ="base", pure=True)
    # A name given to two values would be told on the terminal, once for each of thousands.
    yaml.composer.warn_double_anchors = False
    try:
        header = yaml.load(text)
    except MarkedYAMLError as error:
        # A quotation that is never closed shows at the end; what helps is where it was opened.
        unclosed = "end of stream" in str(error.problem)
        mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 2
        raise IngestRefused(f"line {line}: the header is not YAML: {error.problem}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise IngestRefused(f"line 2: the header is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(header, Mapping):
        raise IngestRefused("line 2: the header must be keys and values")
    return header


def _check_depth(text: str) -> None:
    depth = 0
    for number, line in enumerate(text.splitlines(), 2):
        for sign in re.findall(r"[\[{}\]]", line):
            depth = depth + 1 if sign in "[{" else max(0, depth - 1)
            if depth > FRONT_MATTER_DEPTH:
                raise IngestRefused(
                    f"line {number}: the header has more than {FRONT_MATTER_DEPTH} brackets open at once"
                )
