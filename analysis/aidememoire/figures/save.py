"""A figure on disk with its rows: PNG and SVG for the report, PDF, PNG or SVG at an exact size for a journal."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aidememoire.export import write_bytes, write_csv
from aidememoire.figures.style import SAME_BYTES, house_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["FileFormat", "save_figure", "save_paper"]

FileFormat = Literal["pdf", "png", "svg"]

DPI = 200
# Without these matplotlib writes its version and the time of day into the file.
_METADATA: dict[FileFormat, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save_figure(figure: Figure, table: pd.DataFrame, path_without_suffix: Path) -> list[Path]:
    """Write ``figure`` as PNG (200 dpi) and SVG and ``table`` as CSV; the same input gives the same bytes.

    Parameters
    ----------
    figure
        A figure of this package.
    table
        The rows drawn (`rows_drawn`).
    path_without_suffix
        Folder and name; folders are made as needed.

    Returns
    -------
    list of Path
        PNG, SVG, CSV.

    Examples
    --------
    >>> import tempfile
    >>> from aidememoire import frames
    >>> from aidememoire.figures import plot_series
    >>> folder = tempfile.TemporaryDirectory()
    >>> table = frames.empty("series")
    >>> [path.name for path in save_figure(plot_series(table), table, Path(folder.name) / "peace")]
    ['peace.png', 'peace.svg', 'peace.csv']
    >>> folder.cleanup()
    """
    base = Path(path_without_suffix)
    kinds: tuple[FileFormat, ...] = ("png", "svg")
    written = [write_bytes(_drawn(figure, kind, DPI), base.with_name(f"{base.name}.{kind}")) for kind in kinds]
    written.append(write_csv(table, base.with_name(f"{base.name}.csv")))
    return written


def save_paper(figure: Figure, table: pd.DataFrame, caption: str, path: Path, *, dpi: int = 600) -> list[Path]:
    """Write a figure for a journal, the rows it draws as CSV, and its caption as text, under one name.

    Parameters
    ----------
    figure
        As ``plot_paper`` returns it.
    table, caption
        What it draws, and the words under it.
    path
        Ends in ``.pdf``, ``.png`` or ``.svg``.
    dpi
        Of PNG: the width is rounded to whole pixels.

    Returns
    -------
    list of Path
        The figure, CSV, text.

    Examples
    --------
    >>> import tempfile
    >>> from aidememoire import frames
    >>> from aidememoire.figures.paper import plot_paper
    >>> paper = plot_paper(frames.empty("series"), width_mm=85)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = save_paper(paper.figure, paper.table, paper.caption, Path(folder) / "peace.pdf")
    >>> [path.name for path in files]
    ['peace.pdf', 'peace.csv', 'peace.txt']
    """
    kind: Any = path.suffix.removeprefix(".")
    return [
        write_bytes(_drawn(figure, kind, dpi), path),
        write_csv(table, path.with_suffix(".csv")),
        write_bytes(f"{caption}\n".encode(), path.with_suffix(".txt")),
    ]


def _drawn(figure: Figure, kind: FileFormat, dpi: int) -> bytes:
    import matplotlib

    buffer = BytesIO()
    same: Any = SAME_BYTES
    with house_style(), matplotlib.rc_context(same), warnings.catch_warnings():
        # A missing glyph is told in the figure's own note; a warning per label and format adds nothing.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        width, height = (float(inches) for inches in figure.get_size_inches())
        if kind == "png":
            # matplotlib cuts a fraction of a pixel off, which would make the figure narrower than was asked for.
            figure.set_size_inches((round(width * dpi) + 1e-3) / dpi, (round(height * dpi) + 1e-3) / dpi)
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=_METADATA[kind])
        figure.set_size_inches(width, height)
    return buffer.getvalue()
