"""Which reader takes a file: the first that claims it, unless the study forces one."""

from __future__ import annotations

from pathlib import PurePath
from types import ModuleType

from aidememoire.errors import IngestRefused
from aidememoire.ingest import frontmatter, plain, records, ungdc, webpage, wire
from aidememoire.ingest.model import ReaderName, Source

__all__ = ["READERS", "TEXT_SUFFIXES", "check_suffix", "choose"]

READERS: dict[ReaderName, ModuleType] = {
    "ungdc": ungdc,
    "records": records,
    "webpage": webpage,
    "frontmatter": frontmatter,
    "wire": wire,
    "plain": plain,
}
"""In the order in which they are asked; ``plain`` takes what is left."""

TEXT_SUFFIXES = ("", ".txt", ".text", ".md", ".markdown")


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
    if suffix in TEXT_SUFFIXES or records.is_records_file(name) or webpage.is_web_page(name):
        return
    raise IngestRefused(f"no reader for {suffix!r} files; read are text, Markdown, web pages, CSV and JSON lines")


def choose(source: Source) -> ReaderName:
    """Name of the reader for a decoded file."""
    if source.options.reader:
        return source.options.reader
    return next(name for name, reader in READERS.items() if reader.claims(source))
