"""What the report of a run says: the run's tables as ``ReportData``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.corpus import IngestReport
from aidememoire.examples import strongest
from aidememoire.languages import unread
from aidememoire.periods import period_of
from aidememoire.report.findings import findings_of
from aidememoire.report.manifest import package_versions
from aidememoire.report.model import Example, Findings, ReportData, ThemePage
from aidememoire.report.outputs import Figures, refused_table, share_table
from aidememoire.report.wording import automatic_notes, method_of, shifts_method
from aidememoire.shares import Series
from aidememoire.studyfile import Study

if TYPE_CHECKING:
    from aidememoire.changes import Shifts
    from aidememoire.coding import Coding

__all__ = ["report_data", "weights_of"]

# More groups than this are not told apart in the profile.
PROFILE_GROUPS = 6


def report_data(
    study: Study,
    corpus: str,
    coding: Coding,
    grouped: Series,
    whole: Series,
    themes: Sequence[str],
    figures: Figures,
    ingest: IngestReport,
    shifts: Shifts,
) -> ReportData:
    """Return everything the report prints.

    Parameters
    ----------
    study
        Title, description, notes.
    corpus
        What the corpus is called.
    coding
        The coded corpus.
    grouped, whole
        The charted series, and the shares over the whole corpus.
    themes
        Ids of the themes that get a page.
    figures
        Where the figures lie.
    ingest
        What was read and refused.
    shifts
        Of the charted series.
    """
    statements = coding.statements
    dates = statements["date"].dropna()
    languages = statements["language"].fillna("not known")
    shares = share_table(coding.codebook, whole)
    findings = findings_of(shifts, {theme: coding.codebook.theme(theme).title for theme in themes})
    return ReportData(
        title=study.title,
        description=study.description,
        author=study.author,
        # The newest statement dates the report, so that the same inputs give the same bytes; the moment of
        # the run stands in manifest.json.
        created=_as_day(dates.max()) if len(dates) else "1970-01-01",
        corpus=corpus,
        profile=_profile(coding, grouped),
        refused=refused_table(ingest),
        shares=shares[shares["theme"].isin([coding.codebook.theme(theme).title for theme in themes])],
        codebook_name=study.codebook,
        codebook_version=coding.codebook.version,
        codebook_hash=coding.codebook.sha256,
        n_statements=len(statements),
        n_sentences=len(coding.sentences),
        n_words=coding.corpus.store.n_words(),
        n_actors=int(statements["actor"].nunique()),
        first_date=str(dates.min()) if len(dates) else "",
        last_date=str(dates.max()) if len(dates) else "",
        n_undated=int(statements["date"].isna().sum()),
        n_missing=len(ingest.missing),
        n_duplicates=int(statements["duplicate_of"].notna().sum()),
        languages={str(name): int(n) for name, n in languages.value_counts().items()},
        unread=unread(coding.codebook, statements["language"]),
        themes=tuple(_page(theme, coding, whole, figures, study.examples, findings) for theme in themes),
        overview=figures.overview,
        findings=findings,
        method=(*method_of(coding, grouped), shifts_method(shifts)),
        notes=(*study.notes, *automatic_notes(coding, grouped)),
        provenance=_provenance(study, coding),
    )


def _as_day(date: str) -> str:
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def _profile(coding: Coding, grouped: Series) -> pd.DataFrame:
    statements = coding.statements
    periods = period_of(statements["date"], grouped.period)
    group = statements[grouped.by[0]].fillna("unknown") if grouped.by else None
    if group is None or group.nunique() > PROFILE_GROUPS:
        counts = periods.value_counts().sort_index().rename("statements").to_frame()
    else:
        counts = pd.crosstab(periods, group)
    return counts.rename_axis("period").rename_axis(None, axis="columns").reset_index()


def _page(
    theme_id: str, coding: Coding, whole: Series, figures: Figures, n_examples: int, findings: Findings
) -> ThemePage:
    theme = coding.codebook.theme(theme_id)
    rows = whole.table[whole.table["theme"] == theme_id]
    row = rows.iloc[0] if len(rows) else None
    counted = frozenset(whole.counts["statement_id"])
    return ThemePage(
        theme=theme_id,
        title=theme.title,
        family=theme.family.replace("_", " "),
        definition=theme.definition.strip(),
        include=theme.include,
        exclude=theme.exclude,
        recall_note=theme.recall_note,
        figure=figures.themes.get(theme_id),
        findings=findings.themes.get(theme_id, ()),
        n_coded=int(row["n_coded"]) if row is not None else 0,
        n_sentences=int(row["n_sentences"]) if row is not None else 0,
        share=float(row["share"]) if row is not None else float("nan"),
        low=float(row["low"]) if row is not None else float("nan"),
        high=float(row["high"]) if row is not None else float("nan"),
        examples=tuple(
            Example(
                text=found.text,
                hits=found.hits,
                actor=found.actor,
                speaker=found.speaker,
                date=found.date,
                source=found.statement_id,
                rule=", ".join(rule.removeprefix(f"{theme_id}.") for rule in found.rules[:3]),
            )
            for found in strongest(coding, theme_id, n_examples, counted, whole.voices)
        ),
    )


def weights_of(coding: Coding) -> dict[str, str]:
    """Return who coded, and by which weights; nothing where the rules coded alone."""
    if coding.method == "rules":
        return {}
    from aidememoire.codesentences import shipped_coder

    return {"coder": coding.method, "weights": f"sha256 {shipped_coder().trained.sha256}"}


def _provenance(study: Study, coding: Coding) -> dict[str, str]:
    from aidememoire.matched import CODE_VERSION

    return {
        "study": f"{study.file.name}, sha256 {study.sha256}",
        "codebook": f"{study.codebook} {coding.codebook.version}, sha256 {coding.codebook.sha256}",
        "statements": f"digest {coding.corpus.store.digest()}",
        **weights_of(coding),
        "code version": CODE_VERSION,
        "seed": str(study.seed),
        **package_versions(),
        "moment and hashes": "manifest.json beside this report",
    }
