"""The Statement record: one document issued by or reporting an actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aidememoire.cleantext import CleanText

__all__ = ["DatePrecision", "Kind", "Statement"]

DatePrecision = Literal["day", "month", "year"]
Kind = Literal["speech", "press_release", "wire_story", "readout", "transcript", "joint_statement", "web_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement as read from a source.

    A field is ``None`` where nothing in the source or the study proved it.

    Attributes
    ----------
    statement_id
        ``<corpus name>/<path in the corpus>`` and, where a file holds several records, ``#<record>``.
    text
        The cleaned text with its way back to the raw text.
    date
        ISO 8601 at the precision that was proved: ``2021``, ``2021-09`` or ``2021-09-03``.
    date_rule, actor_rule
        Which rule read the date and the actor, for instance ``file name`` or ``study default``.
    published
        When the carrier published it, if the source says so apart from the date of the statement.
    """

    statement_id: str
    source_path: str
    text: CleanText
    actor: str | None = None
    actor_rule: str | None = None
    speaker: str | None = None
    role: str | None = None
    agency: str | None = None
    date: str | None = None
    date_precision: DatePrecision | None = None
    date_rule: str | None = None
    published: str | None = None
    place: str | None = None
    occasion: str | None = None
    language: str | None = None
    kind: Kind | None = None
    title: str | None = None
    url: str | None = None
