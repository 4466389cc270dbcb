"""RSS and Atom feeds saved to disk: each entry is one statement. Nothing is fetched."""

from __future__ import annotations

import io
import re
from email.utils import parsedate_to_datetime
from typing import Any

from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import NO_DATE, ReadDate, read_date
from aidememoire.ingest.fields import build, writable
from aidememoire.ingest.markup import checked_markup, html_paragraphs, root_name
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.printed import stated_date
from aidememoire.statement import Statement

__all__ = ["SUFFIXES", "claims", "read"]

SUFFIXES = (".rss", ".atom", ".xml")
_ROOTS = frozenset({"rss", "feed", "RDF"})
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")


def claims(source: Source) -> bool:
    """XML whose first element is that of RSS or Atom."""
    return source.text.lstrip("\ufeff \r\n\t").startswith("<") and root_name(source.text) in _ROOTS


def read(source: Source) -> Reading:
    """One statement an entry; an entry without text or with an id that stands already is refused.

    Raises
    ------
    IngestRefused
        If it is no feed, holds no entries that can be read, declares entities or is nested too deeply.
    MissingExtraError
        If feedparser is not installed.
    """
    try:
        import feedparser
    except ImportError:
        raise MissingExtraError("feedparser", extra="ingest", purpose="reading feeds") from None
    checked_markup(source.text)
    # A stream, never a string: feedparser would take a string that looks like an address to the network.
    stream = io.BytesIO(_DECLARATION.sub("", source.text, count=1).encode("utf-8"))
    feed = feedparser.parse(stream, response_headers={"content-type": "application/xml; charset=utf-8"})
    if not feed.entries:
        problem = feed.get("bozo_exception")
        raise IngestRefused(f"damaged feed: {problem}"[:200] if problem else "feed without entries")
    statements: list[Statement] = []
    refused: list[tuple[str, str]] = []
    seen: set[str] = set()
    if feed.bozo and _breaks_off(source.text):
        refused.append((f"after entry {len(feed.entries)}", "the feed breaks off here"))
    for number, entry in enumerate(feed.entries, 1):
        record = writable(str(entry.get("id") or entry.get("link") or number).strip())
        try:
            if record in seen:
                raise IngestRefused(f"id {record!r} stands already")
            statements.append(_statement(source, entry, record, feed.feed.get("language", "")))
            seen.add(record)
        except IngestRefused as refusal:
            refused.append((f"entry {number}", refusal.reason))
    if not statements:
        raise IngestRefused(f"feed without an entry that can be read: {': '.join(refused[0])}")
    return Reading(tuple(statements), tuple(refused))


def _breaks_off(text: str) -> bool:
    return f"{root_name(text)}>" not in text[-200:]


def _statement(source: Source, entry: Any, record: str, language: str) -> Statement:
    contents = [entry.get("summary_detail"), *entry.get("content", [])]
    # The longest: entries carry a teaser and the whole, under names that differ from feed to feed.
    best = max((part for part in contents if part), key=lambda part: len(part.value), default=None)
    html = best is not None and best.get("type", "").endswith(("html", "xml"))
    text = writable(html_paragraphs(best.value) if best is not None and html else str(best.value) if best else "")
    if not text.strip():
        raise IngestRefused("entry without text")
    date, published = _dates(entry)
    found = {
        "title": writable(html_paragraphs(entry.get("title", "")).replace("\n", " ")),
        "url": writable(entry.get("link", "")),
        "published": published.iso,
        "language": str((best or {}).get("language") or language or ""),
    }
    return build(source, clean(text), found=found, date=date, record=record)


def _dates(entry: Any) -> tuple[ReadDate, ReadDate]:
    """Date of the statement, and the day of publication, as the feed's own clock has it."""
    # feedparser answers "updated" with "published" where there is none, with a warning; ``keys`` does not.
    names = [name for name in ("published", "created", "updated") if name in entry.keys()]  # noqa: SIM118
    readings = [(name, _day(str(entry[name]), f"feed entry, {name}")) for name in names]
    date = next((reading for _, reading in readings if reading.iso), next((r for _, r in readings), NO_DATE))
    return date, next((reading for name, reading in readings if name == "published"), NO_DATE)


def _day(value: str, rule: str) -> ReadDate:
    try:
        return read_date(parsedate_to_datetime(value).date().isoformat(), rule)
    except (ValueError, TypeError, IndexError):
        return stated_date(value, rule)
