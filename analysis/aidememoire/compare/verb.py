"""Two run folders to a comparison."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.compare.causes import CORRECTED, NEW, REPEATS, WITHDRAWN, statement_changes
from aidememoire.compare.cells import contributions, group_columns, moved_cells
from aidememoire.compare.instruments import Difference, Instrument, differences
from aidememoire.compare.result import RunComparison
from aidememoire.compare.runfolder import Run, read_run
from aidememoire.compare.sentences import changed_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["compare_runs"]

_OF_STATEMENTS = (NEW, WITHDRAWN, CORRECTED, REPEATS)


def compare_runs(before: str | Path, after: str | Path) -> RunComparison:
    """Say which series moved between two runs, and what moved them.

    Parameters
    ----------
    before, after
        Folders that ``run`` wrote.

    Returns
    -------
    RunComparison
        Cells that moved, what each cause adds to them, and the sentences whose code differs.

    Raises
    ------
    RunError
        If a folder is none of a run, or lacks a table.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from aidememoire.study import run
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> (folder / "notes").mkdir()
    >>> _ = (folder / "notes" / "2021-05-08.txt").write_text("They falsify history.", encoding="utf-8")
    >>> study = folder / "study.yaml"
    >>> _ = study.write_text("title: Notes\\ncorpus: notes\\nthemes: [anti_revisionism]\\n", encoding="utf-8")
    >>> one = run(study, out=folder / "one").folder
    >>> _ = (folder / "notes" / "2021-05-09.txt").write_text("It rained.", encoding="utf-8")
    >>> two = run(study, out=folder / "two").folder
    >>> print(compare_runs(one, two).verdict)
    16 of 16 cells moved: new statements
    """
    runs = read_run(before), read_run(after)
    series = runs[0].series(), runs[1].series()
    told = differences(*runs, series)
    instruments: list[Instrument] = sorted({each.instrument for each in told if each.instrument})
    tables = runs[0].statements(), runs[1].statements()
    changes = statement_changes(*tables, (runs[0].input_hashes(), runs[1].input_hashes()), instruments)
    causes = changes.set_index("statement_id")["cause"]
    themes = list(dict.fromkeys([*series[0]["theme"], *series[1]["theme"]]))
    sentences = changed_sentences(*runs, causes, themes)
    if reason := _apart(*series):
        moved = reasons = pd.DataFrame()
    else:
        keys = ["theme", *group_columns(series[0]), "period"]
        moved = moved_cells(*series, keys)
        by_statement = bool((series[1]["measure"] == "statements").any())
        counts = runs[0].counts(), runs[1].counts()
        reasons = contributions(*counts, causes, themes, keys[1:], by_statement=by_statement)
        # A point of a sliding window moves by what happened beside it: no cause is of one cell.
        told_apart = len(moved) and not any(_slides(run) for run in runs)
        reasons = reasons.merge(moved[keys], on=keys) if told_apart else reasons[:0]
    own = changes[changes["cause"].str.startswith(_OF_STATEMENTS) | (changes["fields"] != "")]
    n_cells = max(len(series[0]), len(series[1]))
    verdict = reason or _verdict(runs, tables, changes, moved, reasons, sentences, n_cells, told)
    return RunComparison(verdict, not reason, told, own.reset_index(drop=True), moved, reasons, sentences)


def _apart(one: pd.DataFrame, other: pd.DataFrame) -> str:
    """Why no cell of one series is a cell of the other; empty where some may be."""
    groups = [group_columns(table) for table in (one, other)]
    if groups[0] != groups[1]:
        named = [" and ".join(names) or "no column" for names in groups]
        return f"different studies: the series are grouped by {named[0]} and by {named[1]}; no cell compares"
    kinds = [{re.sub(r"\d", "0", period) for period in table["period"]} for table in (one, other)]
    if all(kinds) and not kinds[0] & kinds[1]:
        return f"different studies: periods such as {_first(one)} and {_first(other)}; no cell compares"
    return ""


def _slides(run: Run) -> bool:
    settings = run.manifest["study"].get("settings", {})
    return int(settings.get("series", {}).get("window", 1)) > 1


def _first(series: pd.DataFrame) -> str:
    return str(series["period"].iloc[0])


def _verdict(
    runs: tuple[Run, Run],
    tables: tuple[pd.DataFrame, pd.DataFrame],
    changes: pd.DataFrame,
    moved: pd.DataFrame,
    reasons: pd.DataFrame,
    sentences: pd.DataFrame,
    n_cells: int,
    told: Sequence[Difference],
) -> str:
    common = ~changes["cause"].isin([NEW, WITHDRAWN])
    if len(tables[0]) and len(tables[1]) and not common.any():
        return "different corpora: the runs have no statement in common, so every number is of other statements"
    if len(moved):
        by = reasons.groupby("cause")["statements"].sum().sort_values(ascending=False, kind="stable").index
        why = "; ".join(by) if len(by) else "windows slide over several periods, so no cause is told for a cell"
        return f"{len(moved):,} of {n_cells:,} cells moved: {why}"
    if len(sentences) or changes["cause"].isin(_OF_STATEMENTS).any():
        return "no series moved, though statements or codes differ"
    if any(each.instrument for each in told):
        return "no difference in any number, though the runs were measured otherwise"
    return "no difference"
