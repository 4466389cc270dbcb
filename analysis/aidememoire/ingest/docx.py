"""Word documents (DOCX): paragraphs and tables in their order, and the properties of the file."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import ReadDate, from_file_name, read_date
from aidememoire.ingest.fields import build, metadata_said, writable
from aidememoire.ingest.limits import DOCX_PART, DOCX_TOTAL
from aidememoire.ingest.markup import checked_markup
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.packed import contents, opened
from aidememoire.ingest.printed import printed_date

__all__ = ["claims", "read"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLANKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOT_SAID = (f"{_W}moveFrom", f"{_W}del", _FALLBACK)
"""What was moved away or deleted while changes were tracked, and the second copy of a text box."""
_OLD = b"\xd0\xcf\x11\xe0"


def claims(source: Source) -> bool:
    """A zip that holds a Word document."""
    return source.data.startswith(b"PK") and b"word/" in source.data


def read(source: Source) -> Reading:
    """One statement of the whole document, without notes, headers, comments and deleted text.

    Raises
    ------
    IngestRefused
        If it is no Word document, damaged, encrypted, too large, or without text.
    MissingExtraError
        If python-docx is not installed.
    """
    document = _document(source.data)
    paragraphs = [writable(text) for text in _paragraphs(document)]
    # A blank line between them: a paragraph of Word ends where it ends, however short its lines are.
    raw = "\n\n".join(text for text in paragraphs if text.strip())
    if not raw:
        raise IngestRefused("document without text")
    properties = document.core_properties
    dates = [from_file_name(source.path.name), printed_date(raw.split("\n")), _created(properties)]
    date = next((d for d in dates if d.iso), next((d for d in dates if d.rule), ReadDate()))
    found = {"title": writable(" ".join(properties.title.split()))}
    return Reading((build(source, clean(raw), said=[metadata_said(source)], found=found, date=date),))


def _document(data: bytes) -> Any:
    try:
        import docx
    except ImportError:
        raise MissingExtraError("python-docx", extra="ingest", purpose="reading DOCX files") from None
    if data.startswith(_OLD):
        raise IngestRefused("encrypted, or in the old format of Word: save it as DOCX without a password")
    if not data.startswith(b"PK"):
        raise IngestRefused("not a DOCX, whatever its name says")
    _check_parts(data)
    logging.getLogger("docx").setLevel(logging.CRITICAL)
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx raises whatever its parts raise on a broken package
        raise IngestRefused(f"damaged DOCX, or no Word document ({type(error).__name__})") from None


def _check_parts(data: bytes) -> None:
    """Look at the package before python-docx loads all of it."""
    with opened(io.BytesIO(data), total=DOCX_TOTAL) as package:
        for entry in package.infolist():
            # Each is read, pictures too: a part that is longer than it says must not get to python-docx.
            part = contents(package, entry)
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            if len(part) > DOCX_PART:
                raise IngestRefused(f"DOCX with a part larger than {DOCX_PART / 1e6:.0f} MB")
            # The format allows no document type, in whatever encoding.
            if b"<!DOCTYPE" in part.replace(b"\x00", b""):
                raise IngestRefused("DOCX that declares a document type, which the format forbids")
            checked_markup(part.decode("utf-8", "replace"))


def _paragraphs(document: Any) -> Iterator[str]:
    for paragraph in document.element.body.iter(f"{_W}p"):
        # A text box is a paragraph within a paragraph: it comes by itself.
        if next((True for up in paragraph.iterancestors(*_NOT_SAID)), False):
            continue
        pieces = []
        for node in paragraph.iter(f"{_W}t", *_BLANKS):
            if next(node.iterancestors(f"{_W}p")) is paragraph and not any(node.iterancestors(*_NOT_SAID)):
                pieces.append(_BLANKS.get(node.tag) or node.text or "")
        yield "".join(pieces)


def _created(properties: Any) -> ReadDate:
    # The template that comes with python-docx is older than any document made from it.
    if "python-docx" in f"{properties.comments} {properties.author}":
        return ReadDate()
    created = properties.created
    return read_date(created.date().isoformat(), "DOCX properties") if created else ReadDate()
