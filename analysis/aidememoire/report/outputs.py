"""The files a run leaves beside the report: tables and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.codebook import Codebook
from aidememoire.corpus import IngestReport
from aidememoire.export import write_csv
from aidememoire.figures import plot_series, plot_shifts, plot_themes, rows_drawn, save_figure
from aidememoire.shares import Series
from aidememoire.themes import RULES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from aidememoire.changes import Shifts
    from aidememoire.coding import Coding

__all__ = ["Figures", "draw", "refused_table", "share_table", "write_tables"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the figures of a run lie.

    Attributes
    ----------
    overview
        SVG of all themes, or ``None`` without data.
    themes
        Theme id to the SVG of its figure.
    files
        Every file written: PNG, SVG and CSV of each figure.
    """

    overview: Path | None
    themes: Mapping[str, Path]
    files: tuple[Path, ...]


def write_tables(
    folder: Path, coding: Coding, grouped: Series, whole: Series, ingest: IngestReport, shifts: Shifts
) -> list[Path]:
    """Write the tables of a run; return their paths."""
    # What each statement adds to the series, so that a later run can say what moved it.
    kept = {"hits": coding.hits, "counts": grouped.counts}
    if coding.method != RULES:
        kept["codes"] = coding.codes_by(coding.method)
    else:
        (folder / "codes.parquet").unlink(missing_ok=True)
    for name, table in kept.items():
        rows = table.astype({"statement_id": "str"})
        rows.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    # The time of ingesting is the one column that two runs on the same files would not share.
    statements = coding.statements.drop(columns="ingested_at")
    return [
        write_csv(grouped.table, folder / "series.csv"),
        write_csv(shifts.table, folder / "shifts.csv"),
        write_csv(share_table(coding.codebook, whole), folder / "shares.csv"),
        write_csv(statements, folder / "statements.csv"),
        write_csv(refused_table(ingest), folder / "refused.csv"),
        *(folder / f"{name}.parquet" for name in kept),
    ]


def share_table(codebook: Codebook, whole: Series) -> pd.DataFrame:
    """Return one row a theme over the whole corpus; ``n_statements`` counts those with a coded sentence."""
    table = whole.table[["theme", "n_coded", "n_sentences", "share", "low", "high"]]
    carrying = {theme: int((whole.counts[theme] > 0).sum()) for theme in codebook.theme_ids}
    titles = {theme.id: theme.title for theme in codebook.themes}
    return table.assign(n_statements=table["theme"].map(carrying), theme=table["theme"].map(titles))


def refused_table(ingest: IngestReport) -> pd.DataFrame:
    """Return path and reason of everything refused."""
    return pd.DataFrame(list(ingest.refused), columns=["source_path", "reason"], dtype="str")


def draw(
    folder: Path, codebook: Codebook, themes: Sequence[str], grouped: Series, pooled: Series, shifts: Shifts
) -> Figures:
    """Draw the overview and one figure a theme into ``folder``.

    Parameters
    ----------
    folder
        For PNG, SVG and CSV of each figure; made if absent.
    codebook
        For titles.
    themes
        Ids in the order to draw.
    grouped, pooled
        The series by group for the theme figures, and over all groups for the overview.
    shifts
        Drawn into the theme figures.
    """
    if pooled.table.empty:
        return Figures(None, {}, ())
    titles = {theme: codebook.theme(theme).title for theme in themes}
    chosen = pooled.table[pooled.table["theme"].isin(themes)].reset_index(drop=True)
    files = save_figure(plot_themes(chosen, titles), chosen, folder / "overview")
    drawn: dict[str, Path] = {}
    for theme in themes:
        rows = rows_drawn(grouped.table, theme=theme)
        saved = save_figure(_figure(grouped, shifts, theme, titles[theme]), rows, folder / theme)
        drawn[theme] = next(path for path in saved if path.suffix == ".svg")
        files += saved
    return Figures(next(path for path in files if path.suffix == ".svg"), drawn, tuple(files))


def _figure(grouped: Series, shifts: Shifts, theme: str, title: str) -> Figure:
    """Draw a theme with its shifts, or alone where shifts are those of another measure."""
    alike = (shifts.measure, shifts.period) == (grouped.measure, grouped.period)
    if alike and grouped.window == 1 and grouped.weighting == "sentence":
        return plot_shifts(grouped.table, shifts.table, theme=theme, title=title)
    return plot_series(grouped.table, theme=theme, title=title)
