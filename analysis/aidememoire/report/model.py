"""What a report says, as plain values: the study fills it, the PDF and the HTML print it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REFUSED_COLUMNS", "SHARE_COLUMNS", "Example", "Findings", "ReportData", "ThemePage"]

SHARE_COLUMNS = ("theme", "n_coded", "n_sentences", "share", "low", "high", "n_statements")
REFUSED_COLUMNS = ("source_path", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence in its context, with the places of the hits.

    Attributes
    ----------
    text
        The sentence with whatever stands around it.
    hits
        Half-open spans of characters relative to ``text``.
    actor, speaker, date, source, rule
        Where it comes from; empty where unknown. ``source`` is the path in the corpus.
    """

    text: str
    hits: tuple[tuple[int, int], ...] = ()
    actor: str = ""
    speaker: str = ""
    date: str = ""
    source: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of a run in sentences.

    Attributes
    ----------
    declared, explored
        One line each, hypotheses named in the study before anything was looked at, and what a search found.
    lead
        How many tests there were and how they were corrected.
    notes
        What a reader must know.
    themes
        Lines for the page of each theme, by its id.
    """

    lead: str = ""
    declared: tuple[str, ...] = ()
    explored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    themes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePage:
    """One theme of the report.

    Attributes
    ----------
    include, exclude
        What counts and what does not, in brief.
    recall_note
        What the rules are known to miss.
    figure
        The SVG (better in print) or PNG; ``None`` if nothing could be drawn.
    figure_alt
        What the figure shows, for readers who cannot see it; composed from the numbers if empty.
    findings
        What moved in this theme, a line each.
    n_coded, n_sentences
        Coded sentences and the denominator.
    share, low, high
        Over all periods and groups; NaN where there is no data or no interval.
    """

    theme: str
    title: str
    family: str = ""
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    recall_note: str = ""
    figure: Path | None = None
    figure_alt: str = ""
    findings: tuple[str, ...] = ()
    n_coded: int = 0
    n_sentences: int = 0
    share: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReportData:
    """Everything a report prints.

    Attributes
    ----------
    created
        ISO 8601 timestamp; without a time zone it is read as UTC. The only moment of the report: the same
        data give the same bytes.
    profile
        Statements by period: the first column names the period, each other column counts one group.
    refused
        Columns ``source_path`` and ``reason``, one row per file or record that could not be read.
    n_undated, n_missing, n_duplicates
        Statements without a date; files read before and gone now; statements that repeat another.
    languages, unread
        Statements of each language, the most first; of these, those that no rule of the codebook reads.
    shares
        One row per theme with the columns ``SHARE_COLUMNS``; ``theme`` is the title to print and
        ``n_statements`` counts statements with at least one coded sentence.
    findings
        What moved, in words.
    unit, denominator, interval
        Words that every caption repeats.
    method
        Pairs of heading and paragraph; an empty line in a paragraph begins another.
    notes
        Caveats of this study, one sentence or two each.
    provenance
        Versions, seed, command, hashes, in the order to print.

    Raises
    ------
    TypeError
        If ``shares`` or ``refused`` lack a column.
    ValueError
        If ``created`` is no ISO 8601 timestamp.
    """

    title: str
    created: str
    corpus: str
    profile: pd.DataFrame
    refused: pd.DataFrame
    shares: pd.DataFrame
    codebook_name: str
    codebook_version: str
    codebook_hash: str
    description: str = ""
    author: str = ""
    n_statements: int = 0
    n_sentences: int = 0
    n_words: int = 0
    n_actors: int = 0
    first_date: str = ""
    last_date: str = ""
    n_undated: int = 0
    n_missing: int = 0
    n_duplicates: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    themes: tuple[ThemePage, ...] = ()
    overview: Path | None = None
    overview_alt: str = ""
    findings: Findings = field(default_factory=Findings)
    unit: str = "coded sentences as a share of eligible sentences"
    denominator: str = "eligible sentences, drawn as bars"
    interval: str = "95% interval, sampling of statements only"
    method: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse tables that cannot be printed, at their maker and not in the template."""
        for name, needed in (("shares", SHARE_COLUMNS), ("refused", REFUSED_COLUMNS)):
            missing = [column for column in needed if column not in getattr(self, name).columns]
            if missing:
                raise TypeError(f"ReportData.{name}: missing columns {missing}; it has {list(needed)}")
        self.moment()

    def moment(self) -> datetime:
        """Return ``created`` as a moment with a time zone."""
        moment = datetime.fromisoformat(self.created)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
