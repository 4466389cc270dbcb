"""The PDF report, set by typst from a fixed template and one JSON file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from aidememoire.errors import MissingExtraError
from aidememoire.export import write_bytes
from aidememoire.report.model import ReportData
from aidememoire.report.payload import payload, to_json

__all__ = ["write_pdf"]

# The report is tagged, with language, title, bookmarks and alternative texts. It does not claim PDF/UA: no full
# validator has judged it. Tests compile it with the compiler's own checks of that standard.
STANDARDS: tuple[str, ...] = ()


def write_pdf(data: ReportData, folder: Path, *, font_folders: Sequence[Path] = ()) -> Path:
    """Write ``report.pdf`` into ``folder``; the same data give the same bytes.

    Text reaches the template as JSON values and is never read as typst source. The fonts are those inside
    the typst compiler, DejaVu as shipped with matplotlib and ``font_folders``; fonts of the machine do not
    matter. Characters that none of them can draw are named in the report.

    Parameters
    ----------
    data
        What the report says.
    folder
        Where to write; made if absent.
    font_folders
        Folders with further fonts, for instance one for Chinese.

    Raises
    ------
    MissingExtraError
        If typst is not installed.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from aidememoire.report.model import REFUSED_COLUMNS, SHARE_COLUMNS
    >>> data = ReportData(title="Empty", created="2026-01-01", corpus="none", profile=pd.DataFrame(),
    ...     refused=pd.DataFrame(columns=REFUSED_COLUMNS), shares=pd.DataFrame(columns=SHARE_COLUMNS),
    ...     codebook_name="builtin", codebook_version="0.1", codebook_hash="")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_pdf(data, Path(folder)).read_bytes()[:4]
    b'%PDF'
    """
    # Not above: a rerun with nothing new looks at the report's versions and never at a figure.
    from aidememoire.figures.glyphs import font_folder, missing_characters

    typst = _typst()
    with tempfile.TemporaryDirectory(prefix="aidememoire-") as name:
        # The compiler sees this folder only: no text can make it read another file.
        desk = Path(name)
        figures = _lay_out_figures(data, desk)
        missing = missing_characters(_strings(payload(data, figures)), font_folders)
        (desk / "data.json").write_text(to_json(payload(data, figures, missing)), encoding="utf-8")
        template = files("aidememoire.report") / "templates" / "report.typ"
        (desk / "report.typ").write_bytes(template.read_bytes())
        content = typst.compile(
            str(desk / "report.typ"),
            root=str(desk),
            font_paths=[str(font_folder()), *map(str, font_folders)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=int(data.moment().timestamp()),
        )
    return write_bytes(content, Path(folder) / "report.pdf")


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError("typst", extra="report", purpose="the PDF report") from error
    return typst


def _lay_out_figures(data: ReportData, desk: Path) -> dict[str, str]:
    """Copy the figures beside the template under names of our own; return where each one lies."""
    wanted = {"overview": data.overview, **{page.theme: page.figure for page in data.themes}}
    placed = {}
    for number, (key, path) in enumerate(wanted.items()):
        if path is not None and Path(path).is_file():
            placed[key] = f"figure-{number:03d}{Path(path).suffix.lower()}"
            shutil.copyfile(path, desk / placed[key])
    return placed


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
