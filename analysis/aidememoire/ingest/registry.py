"""Which reader takes a file: the first that claims it, unless the study forces one."""

from __future__ import annotations

from pathlib import PurePath
from types import ModuleType

from aidememoire.errors import IngestRefused
from aidememoire.ingest import docx, feed, frontmatter, pdf, plain, records, tei, ungdc, webpage, wire
from aidememoire.ingest.markup import root_name
from aidememoire.ingest.model import ReaderName, Source

__all__ = ["ONE_DOCUMENT", "READERS", "TEXT_SUFFIXES", "binary_reader", "check_suffix", "choose"]

READERS: dict[ReaderName, ModuleType] = {
    "ungdc": ungdc,
    "records": records,
    "pdf": pdf,
    "docx": docx,
    "feed": feed,
    "tei": tei,
    "webpage": webpage,
    "frontmatter": frontmatter,
    "wire": wire,
    "plain": plain,
}
"""In the order in which they are asked; ``plain`` takes what is left."""

TEXT_SUFFIXES = ("", ".txt", ".text", ".md", ".markdown")
BINARY: dict[str, ReaderName] = {".pdf": "pdf", ".docx": "docx"}
"""Formats that are no text; their readers get the bytes."""
ONE_DOCUMENT = frozenset({"ungdc", "webpage", "frontmatter", "wire", "plain"})
"""Readers that make one statement of the whole text."""


def check_suffix(name: str) -> None:
    """Refuse a file that no reader is for, before it is opened.

    Raises
    ------
    IngestRefused
        Says what is read.

    Examples
    --------
    >>> check_suffix("talks.txt")
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in TEXT_SUFFIXES or suffix in BINARY or suffix in feed.SUFFIXES or suffix in tei.SUFFIXES:
        return
    if records.is_records_file(name) or webpage.is_web_page(name):
        return
    raise IngestRefused(
        f"no reader for {suffix!r} files; read are text, Markdown, web pages, CSV, JSON lines, PDF, DOCX, feeds, TEI "
        "and zipped folders of them"
    )


def binary_reader(name: str, forced: ReaderName | None) -> ReaderName | None:
    """Name of the reader for a file that is not to be decoded; ``None`` if it is text.

    Examples
    --------
    >>> binary_reader("paper.PDF", None), binary_reader("paper.txt", None), binary_reader("paper", "docx")
    ('pdf', None, 'docx')
    """
    if forced:
        return forced if forced in BINARY.values() else None
    return BINARY.get(PurePath(name).suffix.lower())


def choose(source: Source) -> ReaderName:
    """Name of the reader for a decoded file.

    Raises
    ------
    IngestRefused
        If it is XML of a kind that no reader knows.
    """
    if source.options.reader:
        return source.options.reader
    chosen = next(name for name, reader in READERS.items() if reader.claims(source))
    if chosen in ("frontmatter", "wire", "plain") and source.path.suffix.lower() in (*feed.SUFFIXES, *tei.SUFFIXES):
        # As plain text its tags would be words.
        root = root_name(source.text)
        raise IngestRefused(f"no reader for XML that begins with <{root}>; read are TEI, RSS and Atom")
    return chosen
