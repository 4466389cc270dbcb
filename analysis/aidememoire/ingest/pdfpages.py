"""The text of each page of a PDF, as far as the limits allow."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from aidememoire.errors import IngestRefused
from aidememoire.ingest.fields import writable
from aidememoire.ingest.limits import FORM_COST, FORM_DEPTH, PDF_STREAM, PDF_TOTAL, STATEMENT_LIMIT, checked_length

__all__ = ["read_pages"]

_DRAWS = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}


def read_pages(reader: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """Text of every page, and ``(page, reason)`` of those that could not be read.

    Parameters
    ----------
    reader
        ``pypdf.PdfReader`` on the file.

    Raises
    ------
    IngestRefused
        If the text, or what draws it, is more than one statement can be.
    """
    pages: list[str] = []
    refused: list[tuple[str, str]] = []
    length = drawn = 0
    for number, page in enumerate(reader.pages, 1):
        text, reason, commands = _page(page)
        if reason:
            refused.append((f"page {number}", reason))
        length, drawn = length + len(text), drawn + commands
        if drawn > PDF_TOTAL:
            raise IngestRefused(f"PDF drawn with more than {PDF_TOTAL / 1e6:.0f} MB of commands")
        pages.append(text)
        if length > STATEMENT_LIMIT:
            checked_length("".join(pages))
    return pages, refused


def _page(page: Any) -> tuple[str, str, int]:
    try:
        contents = page.get_contents()
        commands = _commands(contents.get_data(), page.get("/Resources")) if contents is not None else 0
        if commands > PDF_STREAM:
            return "", f"drawn with more than {PDF_STREAM / 1e6:.0f} MB of commands", 0
        text = _letters(page.extract_text())
        return text, "a picture without text" if not text.strip() and _pictured(page) else "", commands
    except IngestRefused:
        raise
    except Exception as error:  # a broken page must not cost the others; pypdf raises whatever its parts do
        return "", f"cannot be read ({type(error).__name__})", 0


def _commands(data: bytes, resources: Any, depth: int = 0) -> int:
    """Bytes of drawing commands, each form counted as often as it is drawn: forms within forms can be a bomb."""
    total = len(data)
    if depth > FORM_DEPTH:
        return PDF_STREAM + 1
    objects = _objects(resources)
    for name, times in Counter(_DRAWS.findall(data)).items():
        form = objects.get("/" + name.decode("latin-1"))
        form = form.get_object() if form is not None else None
        if form is not None and form.get("/Subtype") == "/Form":
            inner = _commands(form.get_data(), form.get("/Resources") or resources, depth + 1)
            total += times * (FORM_COST + inner)
        if total > PDF_STREAM:
            break
    return total


def _objects(resources: Any) -> Any:
    found = resources.get_object().get("/XObject") if resources is not None else None
    return found.get_object() if found is not None else {}


def _pictured(page: Any) -> bool:
    return any(item.get_object().get("/Subtype") == "/Image" for item in _objects(page.get("/Resources")).values())


def _letters(text: str) -> str:
    """Write ligatures as letters: in a PDF they are a matter of the typeface."""
    for ligature, letters in _LIGATURES.items():
        if ligature in text:
            text = text.replace(ligature, letters)
    return writable(text.replace("\x00", ""))
