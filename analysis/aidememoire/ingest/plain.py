"""Plain text, described by a metadata table in the same folder or not at all."""

from __future__ import annotations

from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import from_file_name
from aidememoire.ingest.fields import build, metadata_said
from aidememoire.ingest.model import Reading, Source

__all__ = ["claims", "read"]


def claims(source: Source) -> bool:
    """Every text that no other reader wants."""
    return True


def read(source: Source) -> Reading:
    """One statement; undated where neither table nor file name gives a date."""
    markdown = source.path.suffix.lower() in (".md", ".markdown")
    text = clean(source.text, markdown=markdown)
    return Reading((build(source, text, said=[metadata_said(source)], date=from_file_name(source.path.name)),))
