"""``aidememoire figure`` and ``aidememoire compare``: what a run left, drawn for a journal or beside another run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from aidememoire.cli_shared import Json, Quiet, print_json, say
from aidememoire.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.compare import Run
    from aidememoire.studyfile import Study

__all__ = ["compare", "figure"]

INCH_MM = 25.4
NARROWEST_MM, WIDEST_MM = 40.0, 400.0
_UNITS = {"": 1.0, "mm": 1.0, "cm": 10.0, "in": INCH_MM}
# What a table must have to be drawn again as a series.
_DRAWN = {"theme", "period", "n_sentences", "n_coded", "share", "low", "high", "flag"}


def figure(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="The study, a YAML file that was run.", show_default=False)
    ],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A figure of the run: 'overview' or the id of a theme.", show_default=False
        ),
    ],
    width: Annotated[str, typer.Option(metavar="LENGTH", help="Exact width: 85mm, 17.4cm, 3.35in.")] = "85mm",
    height: Annotated[
        str | None,
        typer.Option(metavar="LENGTH", help="Exact height; what suits the panels if not given.", show_default=False),
    ] = None,
    format: Annotated[
        Literal["pdf", "png", "svg"] | None,
        typer.Option(help="That of --out, or pdf, if not given.", show_default=False),
    ] = None,
    dpi: Annotated[int, typer.Option(help="Dots per inch of a PNG.", min=72, max=2400)] = 600,
    theme: Annotated[
        list[str] | None,
        typer.Option(
            metavar="THEME", help="Show only this theme in the overview; may be repeated.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File to write; its data and caption get the same name.", show_default=False),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder of the run; 'out' beside the study if not given.", show_default=False
        ),
    ] = None,
    no_style: Annotated[
        bool, typer.Option("--no-style", help="Draw in matplotlib's own style (matplotlibrc), not in the house style.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Draw a figure of a run for a journal.

    It has the exact width asked for, embedded fonts, and its data and caption beside it. Nothing is coded or
    counted again: the numbers are those of the run.
    """
    from aidememoire.compare import read_run
    from aidememoire.figures.paper import plot_paper
    from aidememoire.figures.save import save_paper
    from aidememoire.figures.style import house_style
    from aidememoire.studyfile import load_study

    width_mm, height_mm = millimetres(width, "--width"), None if height is None else millimetres(height, "--height")
    plan = load_study(study)
    folder = plan.file.parent / "out" if run is None else run
    again = f"first: aidememoire run {study}" + ("" if run is None else f" --out {run}")
    if not (folder / "manifest.json").is_file():
        raise StudyError(f"the study left no run in {folder}; {again}", file=study)
    left = read_run(folder)
    titles = _titles(plan, left, again)
    table = _rows(plan, left, name)
    one = _one_theme(table, name, theme)
    path = _target(left, name, width_mm, out, format)
    chosen = _chosen_themes(plan, table, titles, theme or [])
    drawn = plot_paper(
        table,
        width_mm=width_mm,
        height_mm=height_mm,
        theme=one,
        titles=titles if one else chosen,
        shifts=_shifts(plan, left) if one else None,
        style=not no_style,
    )
    with house_style(not no_style):
        files = save_paper(drawn.figure, drawn.table, drawn.caption, path, dpi=dpi)
    high = round(float(drawn.figure.get_figheight()) * INCH_MM, 1)
    if as_json:
        named = dict(zip(("figure", "data", "caption"), map(str, files), strict=True))
        print_json({**named, "name": name, "width_mm": width_mm, "height_mm": high, "text": drawn.caption})
        return
    print(files[0])
    if not quiet:
        say(f"{width_mm:g} x {high:g} mm; data: {files[1]}; caption: {files[2]}")
        _warn(drawn.caption, high)


def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the earlier run.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the later run.", show_default=False)],
    limit: Annotated[int, typer.Option(help="Most cells, statements and sentences printed.", min=0)] = 10,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what moved between two runs, and why.

    Down to the sentence: new, withdrawn and corrected statements, the codebook, the program and the study are told
    apart. --quiet prints the first line alone, --json everything.
    """
    from aidememoire.compare import compare_runs

    found = compare_runs(before, after)
    if as_json:
        print_json(found.as_dict())
    elif quiet:
        print(found.verdict)
    else:
        for line in found.lines(limit):
            print(line)


def millimetres(written: str, name: str = "--width") -> float:
    """Return a length as millimetres: ``85mm``, ``8.5cm``, ``3.35in`` or a bare number of millimetres.

    Raises
    ------
    StudyError
        If it is no length, or none between 40 and 400 mm.

    Examples
    --------
    >>> millimetres("17.4cm")
    174.0
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|)\s*", written)
    length = round(float(found[1]) * _UNITS[found[2]], 4) if found else 0.0
    if not NARROWEST_MM <= length <= WIDEST_MM:
        allowed = f"a length from {NARROWEST_MM:g}mm to {WIDEST_MM:g}mm, such as 85mm, 17.4cm or 3.35in"
        raise StudyError(f"{written!r} is not {allowed}", field=name)
    return length


def _titles(plan: Study, left: Run, again: str) -> dict[str, str]:
    """Titles of the themes, after a check that study and codebook are those of the run."""
    from aidememoire.codebook import load_codebook

    if left.manifest["study"].get("sha256") != plan.sha256:
        raise StudyError(f"the run in {left.folder} is of another state of this study; {again}", file=plan.file)
    book = load_codebook(plan.codebook_path)
    if left.manifest["codebook"].get("sha256") != book.sha256:
        raise StudyError(f"the codebook was edited after the run in {left.folder}; {again}", file=plan.file)
    return {theme.id: theme.title for theme in book.themes}


def _rows(plan: Study, left: Run, name: str) -> pd.DataFrame:
    from aidememoire.compare import read_series

    there = sorted(path for path in left.manifest["outputs"] if re.fullmatch(r"figures/[^/]+\.csv", path))
    names = [Path(path).stem for path in there if _header(left.file(path)) >= _DRAWN]
    if name not in names:
        listed = ", ".join(names) or "none, because it has no statements"
        raise StudyError(f"the run left no figure {name!r} to draw; there are: {listed}", file=plan.file)
    return read_series(left.file(f"figures/{name}.csv"))


def _header(path: Path) -> set[str]:
    with path.open(encoding="utf-8") as file:
        return set(file.readline().strip().split(","))


def _one_theme(table: pd.DataFrame, name: str, chosen: list[str] | None) -> str | None:
    """The theme of a theme's figure; nothing for the overview, whose panels are themes."""
    themes = list(table["theme"].unique())
    grouped = list(table.columns).index("n_sentences") - list(table.columns).index("period") > 1
    one = str(themes[0]) if len(themes) == 1 and (grouped or name == themes[0]) else None
    if one and chosen:
        raise StudyError(f"chooses panels of the overview, and {name!r} shows one theme; leave it out", field="--theme")
    return one


def _chosen_themes(plan: Study, table: pd.DataFrame, titles: dict[str, str], chosen: list[str]) -> dict[str, str]:
    there = list(table["theme"].unique())
    if unknown := [theme for theme in chosen if theme not in there]:
        raise StudyError(f"no theme {unknown[0]!r} in the figure; there are {', '.join(there)}", field="--theme")
    ordered = chosen or [theme for theme in plan.themes or titles if theme in there]
    return {theme: titles[theme] for theme in ordered}


def _shifts(plan: Study, left: Run) -> pd.DataFrame | None:
    """The shifts of the run, where they are shifts of what is charted."""
    asked = plan.series
    plain = asked.window == 1 and asked.weighting == "sentence" and asked.period != "all"
    return left.shifts() if plain and asked.measure in ("sentences", "statements") else None


def _target(left: Run, name: str, width_mm: float, out: Path | None, form: str | None) -> Path:
    from aidememoire.figures.save import FileFormat

    allowed = get_args(FileFormat)
    ends = out.suffix.removeprefix(".").lower() if out is not None else ""
    kind = (form or ends or "pdf").lower()
    if kind not in allowed:
        raise StudyError(f"must be {', '.join(allowed)}; {kind!r} was given", field="--format")
    if out is None:
        return left.folder / "paper" / f"{name}_{width_mm:g}mm.{kind}"
    if ends and ends != kind:
        raise StudyError(f"{out} does not end in .{kind}, as --format says; change one of them", field="--out")
    if out.resolve().parent.is_relative_to((left.folder / "figures").resolve()):
        raise StudyError(f"{out} lies among the run's own figures; give another folder", field="--out")
    return out.with_name(f"{out.stem}.{kind}")


def _warn(caption: str, height_mm: float) -> None:
    from aidememoire.figures.paper import PAGE_MM

    if height_mm > PAGE_MM + 1:
        say(f"{height_mm:g} mm is higher than most pages; choose themes with --theme, or a larger --width")
    if "font has no glyph" in caption:
        say("the font lacks some of the characters: see the end of the caption, or use --no-style with your own font")
