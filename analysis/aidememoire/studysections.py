"""The sections of a study file, checked as they are read."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aidememoire.choices import Codes, Count, Direction, Measure, Period, VoiceSet, Weighting
from aidememoire.frames import TABLES
from aidememoire.ingest import ReaderName

__all__ = ["CorpusSection", "FileReading", "Hypothesis", "Reading", "SeriesSection", "ShiftsSection", "Strict"]


class Strict(BaseModel):
    """An unknown field is a mistake, and nothing changes what was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reading(Strict):
    """How files are read; fields of the statement on the left, as the source calls them on the right."""

    reader: ReaderName | None = None
    columns: dict[str, str] = {}
    defaults: dict[str, str] = {}


class FileReading(Reading):
    """How the files that ``match`` (a glob on the path in the corpus) are read."""

    match: str


class CorpusSection(Reading):
    """Which files: a folder or file relative to the study; ``--corpus`` takes its place."""

    path: str | None = None
    name: str | None = None
    files: tuple[FileReading, ...] = ()


class SeriesSection(Strict):
    """Which shares: see ``aidememoire.series``.

    ``only`` restricts everything; ``show`` names the values of the first column of ``by`` that the theme figures
    draw, while the overview and the table of shares keep all. ``count: events`` counts an utterance once, however many
    carried it.
    """

    period: Period = "year"
    by: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}
    voices: VoiceSet = "attributed"
    codes: Codes = "strict"
    measure: Measure = "sentences"
    weighting: Weighting = "sentence"
    window: Annotated[int, Field(ge=1)] = 1
    count: Count = "statements"

    @model_validator(mode="after")
    def _show_needs_by(self) -> SeriesSection:
        if self.show and not self.by:
            raise ValueError("show names groups, so series.by must say which column they stand in")
        return self

    @property
    def shown(self) -> dict[str, tuple[str, ...]]:
        """``only``, narrowed to the groups that are drawn."""
        return {**self.only, self.by[0]: self.show} if self.show else self.only

    @field_validator("by", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("by", "only")
    @classmethod
    def _columns_exist(cls, columns: Any) -> Any:
        unknown = [column for column in columns if column not in TABLES["statements"]]
        if unknown:
            raise ValueError(f"no column {unknown[0]!r} to group by; there are {', '.join(TABLES['statements'])}")
        return columns


class Hypothesis(Strict):
    """A shift that is named before anything is looked at; without a date it is a trend."""

    theme: str
    date: str = ""
    group: dict[str, str] = {}
    direction: Direction = "change"

    @field_validator("date", mode="before")
    @classmethod
    def _year_as_number(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | datetime.date) else value


class ShiftsSection(Strict):
    """Which shifts are looked for: see ``aidememoire.shifts``."""

    declared: tuple[Hypothesis, ...] = ()
    known: tuple[str, ...] = ()
    unknown: bool = True
    trend: bool = True
    draws: Annotated[int, Field(ge=99, le=100_000)] = 1_000

    @field_validator("known", mode="before")
    @classmethod
    def _years_as_numbers(cls, value: Any) -> Any:
        return tuple(str(each) if isinstance(each, int | datetime.date) else each for each in value)
