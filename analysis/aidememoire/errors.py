"""Errors that a user can act on.

    AideMemoireError
    ├── CodebookError        a codebook cannot be used as written
    ├── StudyError           a study cannot be used as written
    ├── CodingsError         a file of hand codings cannot be used as written
    ├── IngestRefused        one file cannot be read; the rest of the folder goes on
    ├── StoreError           the store on disk cannot be opened or written
    │   └── SearchError      a query that full-text search does not accept
    ├── SeriesError          a series was asked for that the data cannot carry
    ├── RunError             a run folder lacks what is asked of it (compare.runfolder)
    ├── FigureError          a figure cannot be drawn as asked (figures.paper)
    └── MissingExtraError    an optional dependency is not installed

The command line prints the message of any of these in one line and exits with its ``exit_code``.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "AideMemoireError",
    "CodebookError",
    "CodingsError",
    "IngestRefused",
    "MissingExtraError",
    "SearchError",
    "SeriesError",
    "StoreError",
    "StudyError",
]


class AideMemoireError(Exception):
    """Base of every error raised on purpose.

    Examples
    --------
    >>> issubclass(CodebookError, AideMemoireError)
    True
    """

    exit_code = 2


class _LocatedError(AideMemoireError):
    """An error at a place in a file: ``study.yaml:14: series.period: ...``."""

    def __init__(self, message: str, *, file: Path | str | None = None, line: int | None = None, field: str = ""):
        self.message, self.file, self.line, self.field = message, file, line, field
        where = f"{file}:{line}" if file and line else str(file or "")
        super().__init__(": ".join(part for part in (where, field, message) if part))


class CodebookError(_LocatedError):
    """A codebook cannot be used as written; says file, line, field and what is allowed."""


class StudyError(_LocatedError):
    """A study cannot be used as written; says file, line, field and what is allowed."""


class CodingsError(_LocatedError):
    """A file of hand codings cannot be used as written; says file, line, column and what is allowed."""


class IngestRefused(AideMemoireError):
    """One file or record cannot be read, for the reason given."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class StoreError(AideMemoireError):
    """The store on disk cannot be opened or written."""

    exit_code = 3


class SearchError(StoreError):
    """A search query that full-text search does not accept."""

    exit_code = 2


class SeriesError(AideMemoireError):
    """A series was asked for that the data cannot carry (months from year-only dates)."""


class MissingExtraError(AideMemoireError):
    """An optional dependency is not installed.

    Examples
    --------
    >>> print(MissingExtraError("typst", extra="report", purpose="the PDF report"))
    the PDF report needs 'typst'; install it with: pip install 'aidememoire[report]'
    """

    def __init__(self, package: str, *, extra: str, purpose: str):
        super().__init__(f"{purpose} needs '{package}'; install it with: pip install 'aidememoire[{extra}]'")
