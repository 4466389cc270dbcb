"""Tables to CSV: the same table gives the same bytes, and no cell becomes a formula in a spreadsheet."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["inert", "sha256_of", "write_bytes", "write_csv"]

SIGNIFICANT_DIGITS = 10

# What makes a spreadsheet read a cell as a formula; the wide forms count in East Asian locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of ``table`` whose text cells and headings cannot become formulas.

    A text that starts like a formula gets a leading ``'``; numbers, including negative ones, stay numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> inert(pd.DataFrame({"title": ["=1+1", "Peace"], "change": [-1, 2]})).to_dict("list")
    {'title': ["'=1+1", 'Peace'], 'change': [-1, 2]}
    """
    import pandas as pd

    safe = {
        position: table.iloc[:, position].map(_inert_cell)
        if not pd.api.types.is_numeric_dtype(table.dtypes.iloc[position])
        else table.iloc[:, position]
        for position in range(table.shape[1])
    }
    out = pd.DataFrame(safe, index=table.index)
    out.columns = pd.Index([_inert_cell(str(name)) for name in table.columns], dtype="object")
    return out


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    r"""Write ``table`` as UTF-8 CSV: ``\n`` line ends, 10 significant digits, inert text, no index.

    Returns
    -------
    Path
        ``path``. It appears whole or not at all.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = write_csv(pd.DataFrame({"theme": ["@x"], "share": [1 / 3]}), Path(folder.name) / "t.csv")
    >>> path.read_text()
    "theme,share\n'@x,0.3333333333\n"
    >>> folder.cleanup()
    """
    text = inert(table).to_csv(index=False, lineterminator="\n", float_format=f"%.{SIGNIFICANT_DIGITS}g")
    return write_bytes(text.encode("utf-8", "replace"), path)


def write_bytes(content: bytes, path: Path) -> Path:
    """Write a file whole or not at all, so that a killed run leaves no half file under its final name.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_bytes(b"done", Path(folder.name) / "new" / "a.txt").read_text()
    'done'
    >>> folder.cleanup()
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)  # noqa: PTH105  (atomic on every platform)
    finally:
        part.unlink(missing_ok=True)
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sha256_of(write_bytes(b"", Path(folder) / "empty"))[:8]
    'e3b0c442'
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inert_cell(cell: object) -> object:
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
