"""The study file: what a run reads, codes and charts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from aidememoire.choices import Method
from aidememoire.errors import StudyError
from aidememoire.ingest import ActorTable, ReadOptions, builtin_actors, read_actors
from aidememoire.studysections import CorpusSection, Reading, SeriesSection, ShiftsSection, Strict
from aidememoire.yamlfile import line_of, load_yaml, validated

__all__ = ["Study", "load_study"]


class Study(Strict):
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
    shifts
        Hypotheses and what else is looked for.
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
    shifts: ShiftsSection = ShiftsSection()
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
