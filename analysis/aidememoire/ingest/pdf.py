"""PDF files with a text layer: page by page, without running heads and page numbers."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from aidememoire.cleantext import CleanText
from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import ReadDate, from_file_name, read_date
from aidememoire.ingest.fields import build, metadata_said, writable
from aidememoire.ingest.limits import PDF_PAGES
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.pdfpages import read_pages
from aidememoire.ingest.printed import HEAD_LINES, printed_date

__all__ = ["claims", "read", "without_running_heads"]

EDGE_LINES = 3
"""Lines at the top and the foot of a page that may be furniture."""
LEAST_SHARE = 0.4
"""Share of the pages that repeat a running head; left and right pages may have their own."""
HEAD_WIDTH = 0.6
"""Of the usual width: shorter lines at the head of the first page are title, place and the like."""
LEAST_LETTERS = 20
"""Letters of a whole PDF below which it is taken for a scan: stamps of scanners have some."""
LONGEST_NUMBER = 40
"""Characters of a line that is a page number."""
LONGEST_TITLE = 300

_NUMBER = re.compile(
    r"(?:[^\w#]|_)*(?:(?:page|p|seite|s|página|pág|pagina|strona|str|стр|страница|sayfa|第)\.?\s*)?#"
    r"(?:\s*(?:/|of|von|de|di|z|из)\s*#)?\s*[页頁]?(?:[^\w#]|_)*",
    re.IGNORECASE,
)
_CREATED = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")
_NO_TITLE = re.compile(r"microsoft (?:word|powerpoint)\b.*|untitled.*|document\d*|.*\.(?:docx?|pdf|indd|odt|rtf)", re.I)


@dataclass(frozen=True)
class _Document:
    pages: tuple[str, ...]
    title: str
    created: str
    refused: tuple[tuple[str, str], ...]


def claims(source: Source) -> bool:
    """A file whose bytes begin like a PDF."""
    return b"%PDF-" in source.data[:1024]


def read(source: Source) -> Reading:
    """One statement of the whole file; pages that could not be read are reported.

    Raises
    ------
    IngestRefused
        If it is no PDF, damaged, encrypted, too long, or scanned without a text layer.
    MissingExtraError
        If pypdf is not installed.
    """
    document = _document(source.data)
    text = clean(without_running_heads((_head_apart(document.pages[0]), *document.pages[1:])))
    lines = [line for page in document.pages[:1] for line in page.split("\n")]
    dates = [from_file_name(source.path.name), printed_date(lines), _created(document.created)]
    date = next((d for d in dates if d.iso), next((d for d in dates if d.rule), ReadDate()))
    found = {"title": document.title}
    statement = build(source, text, said=[metadata_said(source)], found=found, date=date)
    return Reading((statement,), document.refused)


def _document(data: bytes) -> _Document:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise MissingExtraError("pypdf", extra="ingest", purpose="reading PDF files") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%PDF-" not in data[:1024]:
        raise IngestRefused("not a PDF, whatever its name says")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise IngestRefused("encrypted PDF: save it without a password")
        count = len(reader.pages)
    except PyPdfError as error:
        raise IngestRefused(f"damaged PDF: {_first_line(error)}") from None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        raise IngestRefused(f"damaged PDF ({type(error).__name__})") from None
    if count > PDF_PAGES:
        raise IngestRefused(f"PDF with more than {PDF_PAGES:,} pages")
    pages, refused = read_pages(reader)
    if sum(map(str.isalpha, "".join(pages))) < LEAST_LETTERS:
        if refused and not any("picture" in reason for _, reason in refused):
            raise IngestRefused(f"damaged PDF: {': '.join(refused[0])}")
        raise IngestRefused("PDF without a text layer: scanned pages need text recognition (OCR) first")
    return _Document(tuple(pages), _info(reader, "title"), _info(reader, "creation_date_raw"), tuple(refused))


def _head_apart(page: str) -> str:
    """Set the short lines at the head of the first page apart: title and day are no part of the first sentence."""
    lines = page.split("\n")
    width = sorted(map(len, lines))[len(lines) * 9 // 10]
    short = next((at for at, line in enumerate(lines) if len(line) >= HEAD_WIDTH * width), 0)
    return "\n".join(line + "\n" if at < min(short, HEAD_LINES) else line for at, line in enumerate(lines))


def without_running_heads(pages: tuple[str, ...]) -> CleanText:
    r"""Join pages, less what stands at the edges of many of them, and less page numbers.

    Examples
    --------
    >>> pages = ("Ministry bulletin\nWe met in\n- 1 -", "Ministry bulletin\nthe spring.\n- 2 -")
    >>> without_running_heads(pages).text
    'We met in\nthe spring.\n'
    """
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page.split("\n") if line.strip()]
        counts.update({_key(line) for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]})
    heads = {key for key, count in counts.items() if count >= max(2, LEAST_SHARE * len(pages))}
    raw = "".join(page + "\n" for page in pages)
    edits: list[tuple[int, int, str]] = []
    start = 0
    for page in pages:
        edits += [(start + begin, start + end, "") for begin, end in _furniture(page, heads)]
        start += len(page) + 1
    return CleanText.of(raw).edited(edits)


def _furniture(page: str, heads: set[str]) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in page.split("\n"):
        spans.append((at, at + len(line) + 1, line))
        at += len(line) + 1
    solid = [span for span in spans if span[2].strip()]
    taken: set[tuple[int, int]] = set()
    for edge in (solid[:EDGE_LINES], solid[: -EDGE_LINES - 1 : -1]):
        for begin, end, line in edge:
            if _key(line) not in heads and not _is_number(line):
                break
            taken.add((begin, end))
    return sorted(taken)


def _is_number(line: str) -> bool:
    return len(line) <= LONGEST_NUMBER and bool(_NUMBER.fullmatch(_key(line)))


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()).casefold())


def _info(reader: Any, name: str) -> str:
    try:
        value = getattr(reader.metadata, name, None)
    except Exception:  # a broken information dictionary says nothing
        return ""
    text = writable(" ".join(str(value or "").replace("\x00", "").split()))
    return "" if name == "title" and (len(text) > LONGEST_TITLE or _NO_TITLE.fullmatch(text)) else text


def _created(value: str) -> ReadDate:
    match = _CREATED.match(value)
    return read_date("-".join(part for part in match.groups() if part), "PDF metadata") if match else ReadDate()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
