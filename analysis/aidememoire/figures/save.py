"""A figure on disk: PNG, SVG and the rows it draws, under one name."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.export import write_bytes, write_csv
from aidememoire.figures.style import house_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["save_figure"]

DPI = 200
# Without these matplotlib writes its version and the time of day into the file.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
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
    written = []
    for kind, metadata in _METADATA.items():
        buffer = BytesIO()
        with house_style(), warnings.catch_warnings():
            # A missing glyph is told in the figure's own note; a warning per label and format adds nothing.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
        written.append(write_bytes(buffer.getvalue(), base.with_name(f"{base.name}.{kind}")))
    written.append(write_csv(table, base.with_name(f"{base.name}.csv")))
    return written
