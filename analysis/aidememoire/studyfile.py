"""The study file: what a run reads, codes and charts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aidememoire.choices import Codes, Count, Measure, Method, Period, VoiceSet, Weighting
from aidememoire.errors import StudyError
from aidememoire.frames import TABLES
from aidememoire.ingest import ActorTable, ReaderName, ReadOptions, builtin_actors, read_actors
from aidememoire.yamlfile import line_of, load_yaml, validated

__all__ = ["Study", "load_study"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reading(_Strict):
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


class SeriesSection(_Strict):
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


class Study(_Strict):
    """A study as written, checked.

    Attributes
    ----------
    title, description, author
        For the report.
    corpus
        A path, or a section with path, name, reader, columns, defaults and exceptions by file.
    actors
        A CSV of the study's own actors, relative to the study.
    codebook
        ``builtin``, or a file relative to the study.
    coder
        Whose codes are counted: see ``aidememoire.code``.
    series
        Period, groups and choices of the charts.
    themes
        Themes to chart, in this order; all of the codebook if empty.
    examples
        Sentences shown for each theme.
    notes
        Caveats printed in the report.
    seed
        For whatever draws at random; stands in the manifest.
    """

    title: str
    description: str = ""
    author: str = ""
    corpus: CorpusSection = CorpusSection()
    actors: str | None = None
    codebook: str = "builtin"
    coder: Method = "rules"
    series: SeriesSection = SeriesSection()
    themes: tuple[str, ...] = ()
    examples: Annotated[int, Field(ge=0, le=20)] = 5
    notes: tuple[str, ...] = ()
    seed: int = 1
    file: Path = Field(default=Path("study.yaml"), exclude=True)
    sha256: str = Field(default="", exclude=True)
    document: Any = Field(default=None, exclude=True, repr=False)

    @field_validator("corpus", mode="before")
    @classmethod
    def _path_alone(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    def error(self, message: str, field: str) -> StudyError:
        """Return an error at ``field`` of this study, with its line."""
        location = [int(part) if part.isdecimal() else part for part in field.split(".")]
        return StudyError(message, file=self.file, line=line_of(self.document, location), field=field)

    @property
    def codebook_path(self) -> Path | str:
        """The codebook file, found relative to the study, or ``builtin``."""
        return self.codebook if self.codebook == "builtin" else self.file.parent / self.codebook

    def actor_table(self) -> ActorTable:
        """Return the builtin actors, extended by the study's own.

        Raises
        ------
        StudyError
            If the file of actors cannot be used.
        """
        if self.actors is None:
            return builtin_actors()
        path = self.file.parent / self.actors
        try:
            return builtin_actors().extended(read_actors(path))
        except (OSError, ValueError) as problem:
            raise self.error(f"{self.actors}: {problem}", "actors") from None

    def corpus_path(self, given: str | Path | None) -> Path:
        """Return where the corpus lies: as given, or relative to the study.

        Raises
        ------
        StudyError
            If neither says, or nothing is there.
        """
        if given is None and self.corpus.path is None:
            raise self.error("the study names no corpus; give its folder with --corpus DIR", "corpus.path")
        path = Path(given) if given is not None else self.file.parent / str(self.corpus.path)
        if not path.exists():
            if given is not None:
                raise StudyError(f"no such file or folder: {given}", field="--corpus")
            raise self.error(f"no such file or folder: {self.corpus.path}", "corpus.path")
        return path

    def read_options(self) -> tuple[ReadOptions, dict[str, ReadOptions]]:
        """Return how files are read, and the exceptions by glob.

        Raises
        ------
        StudyError
            If a column or default names no statement field.
        """
        actors = self.actor_table()
        return (
            self._options(self.corpus, actors, "corpus"),
            {
                files.match: self._options(files, actors, f"corpus.files.{number}")
                for number, files in enumerate(self.corpus.files)
            },
        )

    def _options(self, reading: Reading, actors: ActorTable, field: str) -> ReadOptions:
        columns = {**self.corpus.columns, **reading.columns}
        defaults = {**self.corpus.defaults, **reading.defaults}
        try:
            return ReadOptions(
                reader=reading.reader or self.corpus.reader, columns=columns, defaults=defaults, actors=actors
            )
        except (ValueError, StudyError) as problem:
            raise self.error(str(problem), field) from None


def load_study(path: str | Path) -> Study:
    """Return the study in ``path``.

    Raises
    ------
    StudyError
        If the file cannot be used as written: names file, line, field and what is allowed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "study.yaml"
    >>> _ = file.write_text("title: A test\\ncorpus: statements\\n", encoding="utf-8")
    >>> load_study(file).corpus.path
    'statements'
    """
    file = Path(path)
    document = load_yaml(file, StudyError)
    study = validated(Study, document, file, StudyError)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    study = study.model_copy(update={"file": file, "sha256": sha256, "document": document})
    for field, value in (("corpus.path", study.corpus.path), ("codebook", study.codebook), ("actors", study.actors)):
        if value and Path(value).is_absolute():
            raise study.error(f"{value} is an absolute path, which no other machine has; write it relative", field)
    return study
