"""Saved web pages: the main text, with title, address and date from the page's own metadata."""

from __future__ import annotations

import logging
import re

from aidememoire.cleantext import CleanText
from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import from_file_name, read_date
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
        If the page has no main text.
    MissingExtraError
        If trafilatura is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("trafilatura", extra="ingest", purpose="reading web pages") from None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Without these the date is taken from wherever a year stands, mostly the footer.
    dates = {"original_date": True, "extensive_search": False, "min_date": "1900-01-01"}
    page = trafilatura.bare_extraction(
        source.text, with_metadata=True, include_comments=False, date_extraction_params=dates
    )
    said = page.as_dict() if page is not None and not isinstance(page, dict) else page or {}
    text = str(said.get("text") or "")
    if not text.strip():
        raise IngestRefused("web page without a main text")
    found = {name: str(said.get(name) or "") for name in ("title", "url", "language")} | {"kind": "web_page"}
    cleaned = _without_headline(clean(text), found["title"])
    date = read_date(str(said.get("date") or ""), "page metadata")
    if not date.iso:
        date = from_file_name(source.path.name)
    return Reading((build(source, cleaned, said=[metadata_said(source)], found=found, date=date),))


def _without_headline(text: CleanText, title: str) -> CleanText:
    """Cut a first paragraph that only repeats the title: it is no sentence of the statement."""
    first, line_feed, _ = text.text.partition("\n")
    if not line_feed or " ".join(first.split()).casefold() != " ".join(title.split()).casefold():
        return text
    return text.cut(len(first) + 1, len(text.text))
