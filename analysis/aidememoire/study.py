"""A study run: the whole flow on one page, from files to the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aidememoire.corpus import Corpus, IngestReport
from aidememoire.displays import run_html
from aidememoire.errors import SeriesError
from aidememoire.fingerprint import fingerprint, is_done, program_sha256, settings_of, templates_of
from aidememoire.revisions import withdraw_others
from aidememoire.studyfile import Study, load_study

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.changes import Shifts
    from aidememoire.coding import Coding
    from aidememoire.shares import Series

__all__ = ["RunResult", "run"]

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run left.

    Attributes
    ----------
    folder
        Holds report.pdf, report.html, series.csv, shifts.csv, shares.csv, hits.parquet, refused.csv, figures/,
        manifest.json, study.db.
    ingest
        What was read.
    n_matched
        Texts matched now; the others had kept results.
    nothing_new
        Everything was as the run before left it, and nothing was written.
    """

    folder: Path
    ingest: IngestReport
    n_matched: int
    nothing_new: bool

    @property
    def report(self) -> Path:
        """The PDF."""
        return self.folder / "report.pdf"

    def _repr_html_(self) -> str:
        return run_html(self.folder, str(self.ingest), self.nothing_new)


def run(
    study: str | Path,
    *,
    corpus: str | Path | None = None,
    out: str | Path | None = None,
    rehash: bool = False,
    command: Sequence[str] = (),
    say: Say = lambda _: None,
) -> RunResult:
    """Run a study: ingest what is new, code, count, draw, report.

    Parameters
    ----------
    study
        The study file.
    corpus
        A folder or file in place of the study's ``corpus.path``.
    out
        Where results go; ``out`` beside the study if not given.
    rehash
        Look at the contents of every file, whatever its size and time say.
    command
        The command line, for the manifest.
    say
        Called with a line whenever there is something to tell.

    Raises
    ------
    AideMemoireError
        If study, codebook, corpus or store cannot be used; a bad file in the corpus never raises.
    """
    plan = load_study(study)
    where = plan.corpus_path(corpus)
    folder = Path(out) if out is not None else plan.file.parent / "out"
    name = plan.corpus.name or where.resolve().name
    with Corpus.open(folder / "study.db") as opened:
        options, exceptions = plan.read_options()
        ingest = opened.ingest(
            where,
            name=name,
            options=options,
            exceptions=exceptions,
            rehash=rehash,
            progress=lambda done: say(f"looked at {done:,} files"),
        )
        say(str(ingest))
        with opened.store.transaction():
            others = withdraw_others(opened.store, name)
        if others:
            say(f"{others:,} statements of another corpus in this store do not count in this run")
        state = fingerprint(plan, opened)
        if is_done(folder, state):
            return RunResult(folder, ingest, 0, nothing_new=True)
        n_matched = _analyse(plan, name, opened, ingest, folder, state, command, say)
    return RunResult(folder, ingest, n_matched, nothing_new=False)


def _analyse(
    plan: Study,
    name: str,
    opened: Corpus,
    ingest: IngestReport,
    folder: Path,
    state: str,
    command: Sequence[str],
    say: Say,
) -> int:
    coding, themes = _code(plan, opened, say)
    # Loaded only now: the texts are matched before anything waits for figures and tests.
    from aidememoire.report.content import report_data, weights_of
    from aidememoire.report.html import write_html
    from aidememoire.report.html_points import point_sentences
    from aidememoire.report.manifest import package_versions, write_manifest
    from aidememoire.report.outputs import draw, write_tables
    from aidememoire.report.pdf import write_pdf
    from aidememoire.shares import series

    codebook = coding.codebook
    asked = plan.series
    count = partial(
        series,
        coding,
        voices=asked.voices,
        codes=asked.codes,
        measure=asked.measure,
        count=asked.count,
        weighting=asked.weighting,
    )
    _check_groups(plan, coding.statements)
    try:
        grouped = count(period=asked.period, by=asked.by, only=asked.shown, window=asked.window)
    except SeriesError as problem:
        raise plan.error(str(problem), "series.period") from None
    pooled = count(period=asked.period, only=asked.only, window=asked.window)
    # The table of shares over the whole corpus is one of shares whatever the charts show.
    measure = asked.measure if asked.measure in ("sentences", "statements") else "sentences"
    whole = count(period="all", only=asked.only, measure=measure)
    found = _shifts(plan, grouped, count)
    say(f"{(found.table['finding'] == 'shift').sum():,} shifts found in {found.n_explored + found.n_declared:,} tests")
    tables = write_tables(folder, coding, grouped, whole, ingest, found)
    figures = draw(folder / "figures", codebook, themes, grouped, pooled, found)
    say(f"{len(figures.files) // 3} figures drawn")
    data = report_data(plan, name, coding, grouped, whole, themes, figures, ingest, found)
    # The HTML first: a mistake in a study's own template shows before the slow part.
    points = point_sentences(coding, grouped, themes)
    html = write_html(data, folder, grouped.table, points, pooled=pooled.table, overrides=templates_of(plan))
    pdf = write_pdf(data, folder)
    write_manifest(
        folder,
        inputs=opened.store.file_hashes(),
        codebook={"name": plan.codebook, "version": codebook.version, "sha256": codebook.sha256, **weights_of(coding)},
        study={
            "file": plan.file.name,
            "sha256": plan.sha256,
            "fingerprint": state,
            "settings": settings_of(plan),
        },
        versions={**package_versions(), "program": program_sha256()},
        seed=plan.seed,
        command=list(command),
        outputs=[pdf, html, *tables, *figures.files],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return coding.n_matched


def _code(plan: Study, opened: Corpus, say: Say) -> tuple[Coding, tuple[str, ...]]:
    """The coded corpus, and the themes to chart."""
    from aidememoire.codebook import load_codebook
    from aidememoire.coding import code
    from aidememoire.model.weights import ModelError

    codebook = load_codebook(plan.codebook_path)
    themes = _themes(plan, codebook.theme_ids)
    try:
        coding = code(opened, codebook, method=plan.coder, progress=partial(_tell, say))
    except ModelError as problem:
        raise plan.error(str(problem), "coder") from None
    say(f"{len(coding.statements):,} statements, {len(coding.sentences):,} sentences, {len(coding.hits):,} hits")
    return coding, themes


def _shifts(plan: Study, grouped: Series, count: partial[Series]) -> Shifts:
    """Shifts of the charted groups: always of shares, each sentence weighing the same, period by period."""
    from aidememoire.changes import Declared, shifts

    asked = plan.series
    measure = asked.measure if asked.measure in ("sentences", "statements") else "sentences"
    # Nothing shifts within one period.
    period = "year" if asked.period == "all" else asked.period
    plain = grouped
    if (measure, period, "sentence", 1) != (asked.measure, asked.period, asked.weighting, asked.window):
        plain = count(period=period, by=asked.by, only=asked.shown, measure=measure, weighting="sentence", window=1)
    declared = [Declared(each.theme, each.date, each.group, each.direction) for each in plan.shifts.declared]
    try:
        return shifts(
            plain,
            themes=plan.themes or None,
            known=plan.shifts.known,
            declared=declared,
            unknown=plan.shifts.unknown,
            trend=plan.shifts.trend,
            draws=plan.shifts.draws,
            seed=plan.seed,
        )
    except SeriesError as problem:
        raise plan.error(str(problem), "shifts") from None


def _tell(say: Say, step: str, done: int, of: int) -> None:
    say(f"{step}: {done:,} of {of:,}")


def _check_groups(plan: Study, statements: pd.DataFrame) -> None:
    if plan.series.show and len(statements):
        column = plan.series.by[0]
        there = sorted(statements[column].dropna().unique())
        if unknown := [group for group in plan.series.show if group not in there]:
            message = f"no statement has {column} {unknown[0]!r}; there are {', '.join(there[:40])}"
            raise plan.error(message, "series.show")


def _themes(plan: Study, known: tuple[str, ...]) -> tuple[str, ...]:
    for theme in plan.themes:
        if theme not in known:
            raise plan.error(f"no theme {theme!r} in the codebook; there are {', '.join(known)}", "themes")
    return plan.themes or known
