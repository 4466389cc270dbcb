"""Saved web pages: the main text by extraction, and what the page itself states of date, title and speaker."""

from __future__ import annotations

import logging
import re

from aidememoire.cleantext import CleanText
from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import ReadDate, from_file_name, read_date
from aidememoire.ingest.families import page_facts
from aidememoire.ingest.fields import build, metadata_said
from aidememoire.ingest.model import Reading, Source

__all__ = ["SUFFIXES", "claims", "is_web_page", "read"]

SUFFIXES = (".html", ".htm", ".xhtml")
_BEGINS = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b", re.I | re.S)


def is_web_page(name: str) -> bool:
    """Whether a file name promises a web page.

    Examples
    --------
    >>> is_web_page("index.HTML")
    True
    """
    return name.lower().endswith(SUFFIXES)


def claims(source: Source) -> bool:
    """A web page by name or by its first tag."""
    return is_web_page(source.path.name) or bool(_BEGINS.match(source.text[:2000]))


def read(source: Source) -> Reading:
    """One statement from the main text of the page.

    Raises
    ------
    IngestRefused
        If the page has no main text, declares entities or is nested too deeply.
    MissingExtraError
        If trafilatura is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("trafilatura", extra="ingest", purpose="reading web pages") from None
    facts = page_facts(source.text)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Without these the date is taken from wherever a year stands, mostly the footer.
    dates = {"original_date": True, "extensive_search": False, "min_date": "1900-01-01"}
    page = trafilatura.bare_extraction(
        source.text, with_metadata=True, include_comments=False, date_extraction_params=dates
    )
    said = page.as_dict() if page is not None and not isinstance(page, dict) else page or {}
    text = _lines_kept(str(said.get("text") or ""), facts.body)
    if not text.strip():
        raise IngestRefused("web page without a main text")
    found = {name: str(said.get(name) or "") for name in ("title", "url", "language")} | {"kind": "web_page"}
    found |= facts.values
    found["published"] = facts.published
    cleaned = _without_header(clean(text), {found["title"], str(said.get("title") or ""), *facts.printed})
    guess = str(said.get("date") or "")
    extracted = read_date("" if guess in facts.elsewhere or facts.date.rule else guess, "page metadata")
    readings = [facts.date, extracted, from_file_name(source.path.name)]
    date = next((d for d in readings if d.iso), next((d for d in readings if d.rule), ReadDate()))
    return Reading((build(source, cleaned, said=[metadata_said(source)], found=found, date=date),))


def _lines_kept(text: str, body: str) -> str:
    """Prefer the page's own lines where the extraction has run them together, or took a layout for a table."""
    lines = text.strip().split("\n")
    table = sum(len(line) for line in lines if line.startswith("|")) > len(text) / 2
    together = len(lines) == 1 and "\n" in body and "".join(body.split()) in "".join(text.split())
    return body if body and (table or together) else text


def _without_header(text: CleanText, header: set[str]) -> CleanText:
    """Cut first paragraphs that only repeat title, date and the like: they are no sentences of the statement."""
    known = {" ".join(line.split()).casefold() for line in header}
    at = 0
    while True:
        line, line_feed, _ = text.text[at:].partition("\n")
        if not line_feed or " ".join(line.split()).casefold() not in known:
            return text.cut(at, len(text.text)) if at else text
        at += len(line) + 1
