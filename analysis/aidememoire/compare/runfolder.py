"""The folder of a run, read back: its manifest and its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.errors import AideMemoireError
from aidememoire.export import FORMULA_STARTS, sha256_of
from aidememoire.frames import TABLES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "RunError", "read_run", "read_series", "read_text_table"]


class RunError(AideMemoireError):
    """A folder is not what a run left; says what is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left.

    Attributes
    ----------
    folder
        Where it lies.
    manifest
        Its ``manifest.json``.
    """

    folder: Path
    manifest: Mapping[str, Any]

    def series(self) -> pd.DataFrame:
        """Return the charted series."""
        return read_series(self.file("series.csv"))

    def statements(self) -> pd.DataFrame:
        """Return the statements table of the run; ``ingested_at`` is missing."""
        return read_text_table(self.file("statements.csv"))

    def counts(self) -> pd.DataFrame:
        """Return one row a counted statement: period, groups, eligible sentences, coded sentences of each theme."""
        import pandas as pd

        return pd.read_parquet(self.file("counts.parquet"))

    def hits(self) -> pd.DataFrame:
        """Return the hits of the rules."""
        import pandas as pd

        return pd.read_parquet(self.file("hits.parquet"))

    def codes(self) -> pd.DataFrame | None:
        """Return the codes of a trained coder; nothing where the rules coded alone."""
        import pandas as pd

        named = "codes.parquet" in self.manifest["outputs"]
        return pd.read_parquet(self.file("codes.parquet")) if named else None

    def input_hashes(self) -> dict[str, str]:
        """Return path in the corpus to the hash of each file read."""
        inputs = self.manifest["inputs"]
        if "files" in inputs:
            return dict(inputs["files"])
        table = read_text_table(self.file(str(inputs["listed_in"])))
        return dict(zip(table["source_path"], table["sha256"], strict=True))

    def shifts(self) -> pd.DataFrame | None:
        """Return the shifts that were found; nothing where the run looked for none."""
        if "shifts.csv" not in self.manifest["outputs"]:
            return None
        table = read_text_table(self.file("shifts.csv"))
        return table.astype({name: kind for name, kind in TABLES["shifts"].items() if kind == "float64"})

    def file(self, name: str) -> Path:
        """Return the path of a file of the run, after a check that it is as the run wrote it.

        Raises
        ------
        RunError
            If it is not there, or changed.
        """
        path = self.folder / name
        if name not in self.manifest["outputs"] or not path.is_file():
            raise RunError(f"{self.folder}: the run left no {name}; run its study again with this version")
        if sha256_of(path) != self.manifest["outputs"][name]:
            # Edited by hand, or a later run was broken off before it wrote its manifest.
            raise RunError(f"{path}: not as the run wrote it; run the study again")
        return path


def read_run(folder: str | Path) -> Run:
    """Return the run in ``folder``.

    Raises
    ------
    RunError
        If there is none.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> read_run(folder)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    aidememoire.compare.runfolder.RunError: .../...: no run lies here (no manifest.json); ...
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError(f"{folder}: no such folder; give a folder that 'aidememoire run' wrote ('out' beside a study)")
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        known = isinstance(manifest, dict) and all(isinstance(manifest.get(part), dict) for part in _PARTS)
    except FileNotFoundError:
        raise RunError(f"{folder}: no run lies here (no manifest.json); 'aidememoire run' leaves one") from None
    except (OSError, ValueError) as problem:
        raise RunError(f"{folder}: manifest.json cannot be read ({problem}); run the study again") from None
    if not known:
        raise RunError(f"{folder}: manifest.json is not one of a run; run the study again")
    return Run(folder, manifest)


_PARTS = ("inputs", "codebook", "study", "versions", "outputs")


def read_series(path: Path) -> pd.DataFrame:
    """Return a ``series`` table as a run wrote it, with whatever group columns it has.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from aidememoire import frames
    >>> from aidememoire.export import write_csv
    >>> file = write_csv(frames.empty("series"), pathlib.Path(tempfile.mkdtemp()) / "series.csv")
    >>> list(read_series(file).columns) == list(frames.TABLES["series"])
    True
    """
    table = read_text_table(path)
    numbers = {name: kind for name, kind in TABLES["series"].items() if kind != "str" and name in table}
    texts = {name: table[name].fillna("") for name in table.columns if name not in numbers}
    # pandas makes whole numbers that may be missing from numbers, not from text.
    through = {name: "Float64" if kind == "Int64" else kind for name, kind in numbers.items()}
    return table.assign(**texts).astype(through).astype(numbers)


def read_text_table(path: Path) -> pd.DataFrame:
    """Return a CSV of the package with every column as text, without the marks that keep cells from being formulas.

    Raises
    ------
    RunError
        If it is no such table.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8")
    except (ValueError, OSError) as problem:
        raise RunError(f"{path}: cannot be read as a table ({problem}); run the study again") from None
    marked = {name: table[name].str.startswith("'", na=False) for name in table.columns}
    for name in [name for name, rows in marked.items() if rows.any()]:
        bare = table[name].str.slice(1)
        table[name] = table[name].mask(marked[name] & bare.str.startswith(FORMULA_STARTS, na=False), bare)
    return table
