"""How much is read of one file: every limit that turns a file away, and why it lies where it does.

The limits of a file's size on disk stand in ``walk``, that of a compressed file of records in ``records``.
"""

from __future__ import annotations

from aidememoire.errors import IngestRefused

__all__ = [
    "ARCHIVE_DIRECTORY",
    "ARCHIVE_MEMBERS",
    "ARCHIVE_RATIO",
    "ARCHIVE_TOTAL",
    "DEEPEST_MARKUP",
    "DOCX_PART",
    "DOCX_TOTAL",
    "FORM_COST",
    "FORM_DEPTH",
    "FRONT_MATTER",
    "FRONT_MATTER_DEPTH",
    "PDF_PAGES",
    "PDF_STREAM",
    "PDF_TOTAL",
    "RATIO_FROM",
    "STATEMENT_LIMIT",
    "WORKBOOK_PART",
    "WORKBOOK_TOTAL",
    "checked_length",
]

STATEMENT_LIMIT = 10_000_000
"""Characters of one statement. The longest speeches have some 300,000 and a day of parliament about a million, so
that ten times this is no statement; and cleaning it takes seconds and some 200 MB, which a machine can bear."""
DEEPEST_MARKUP = 200
"""Elements inside each other in XML or HTML. Pages of forty are rare; libxml2 itself stops at 256, and what walks
a tree by recursion must not reach Python's limit of 1,000."""

ARCHIVE_MEMBERS = 20_000
"""Entries of a zip: the whole UN General Debate Corpus has 11,000."""
ARCHIVE_DIRECTORY = 10_000_000
"""Bytes of a zip's list of entries, which is held in memory at about ten times its size."""
ARCHIVE_TOTAL = 2_000_000_000
"""Bytes all members of a zip may grow to; as for compressed records. Members are unpacked one at a time."""
ARCHIVE_RATIO = 100
"""How many times larger a zip or a member may grow. Prose shrinks to a third or a fifth, tables to a fiftieth;
deflate can do 1,032, and only bombs come near."""
RATIO_FROM = 5_000_000
"""Bytes from which the ratio counts: a small file of one repeated line is no bomb."""

FRONT_MATTER = 16_000
"""Characters of a YAML header. Headers have some 500; this many take the parser half a second at worst."""
FRONT_MATTER_DEPTH = 20
"""Brackets open at once in a YAML header; a list of lists needs two. The parser takes seconds for a few thousand."""

DOCX_PART = 20_000_000
"""Bytes of one XML part of a DOCX; its tree takes about ten times as much. A book of 500 pages has some 5 MB."""
DOCX_TOTAL = 200_000_000
"""Bytes of all parts together, pictures too: python-docx holds them all."""

WORKBOOK_PART = 50_000_000
"""Bytes of one part of a metadata table in XLSX. The sheet of 11,000 UN speeches has 3 MB."""
WORKBOOK_TOTAL = 100_000_000
"""Bytes of all its parts together."""

PDF_PAGES = 2_000
"""Pages of one PDF: a yearbook has some 800."""
PDF_STREAM = 2_000_000
"""Bytes of drawing commands of one page. Pages of text have some 20,000; maps have millions, no text, and take
minutes to look through."""
PDF_TOTAL = 40_000_000
"""Bytes of drawing commands of a whole PDF: about a minute of looking for text."""
FORM_COST = 1_000
"""Bytes that drawing a form once more counts for, beside its own commands."""
FORM_DEPTH = 8
"""Forms drawn inside each other; typesetters use one or two levels."""


def checked_length(text: str) -> str:
    """Give the text back, or refuse it as longer than a statement can be.

    Raises
    ------
    IngestRefused
        If it is longer than ``STATEMENT_LIMIT``.

    Examples
    --------
    >>> checked_length("We remember.")
    'We remember.'
    """
    if len(text) > STATEMENT_LIMIT:
        raise IngestRefused(f"longer than a statement can be: more than {STATEMENT_LIMIT:,} characters")
    return text
