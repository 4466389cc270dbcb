"""The HTML report: one file that asks for nothing, from the same data as the PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.errors import MissingExtraError, StudyError
from aidememoire.export import write_bytes
from aidememoire.report.html_page import page

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.report.model import ReportData

__all__ = ["write_html"]

TEMPLATE, STYLE, SCRIPT = "report.html.jinja", "report.css", "report.js"
# In front of the name of a shipped file, for a template that changes only a part of it.
SHIPPED = "shipped"


def write_html(
    data: ReportData,
    folder: Path,
    series: pd.DataFrame,
    sentences: pd.DataFrame | None = None,
    *,
    pooled: pd.DataFrame | None = None,
    overrides: Path | None = None,
) -> Path:
    """Write ``report.html`` into ``folder``; the same data give the same bytes.

    The file holds its charts, style and script, makes no request and can be read without scripts. Text of the
    corpus is escaped wherever it stands, and a content security policy lets nothing run but the script that was
    written with the file.

    Parameters
    ----------
    data
        What the report says, as for the PDF.
    folder
        Where to write; made if absent.
    series
        The charted ``series`` table; its group columns stand between ``period`` and ``n_sentences``.
    sentences
        Those behind the points, as from `aidememoire.report.html_points.point_sentences`; a click shows them.
    pooled
        The ``series`` table over all groups, for the overview of all themes.
    overrides
        A folder whose files are used in place of the shipped ``report.html.jinja``, ``report.css`` and
        ``report.js``; it need not exist.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    StudyError
        If a template of ``overrides`` cannot be used; says file, line and reason.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from aidememoire import frames
    >>> from aidememoire.report.model import REFUSED_COLUMNS, SHARE_COLUMNS, ReportData
    >>> data = ReportData(title="A <b> report", created="2026-01-01", corpus="none", profile=pd.DataFrame(),
    ...     refused=pd.DataFrame(columns=REFUSED_COLUMNS), shares=pd.DataFrame(columns=SHARE_COLUMNS),
    ...     codebook_name="builtin", codebook_version="0.1", codebook_hash="")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = write_html(data, Path(folder), frames.empty("series")).read_text(encoding="utf-8")
    >>> "<title>A &lt;b&gt; report</title>" in text
    True
    """
    environment = _environment(overrides)
    try:
        style, script = (_part(environment, name) for name in (STYLE, SCRIPT))
        content = page(data, series, sentences, pooled, style=style, script=script)
        text = environment.get_template(TEMPLATE).render(content)
    except StudyError:
        raise
    except Exception as problem:
        # Whatever goes wrong in a template of the study is a mistake in it, and of ours without one.
        if overrides is None or not any((overrides / name).exists() for name in (TEMPLATE, STYLE, SCRIPT)):
            raise
        raise _template_error(problem, overrides) from None
    return write_bytes(text.encode("utf-8", "replace"), Path(folder) / "report.html")


def _environment(overrides: Path | None) -> Any:
    try:
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise MissingExtraError("jinja2", extra="report", purpose="the HTML report") from error
    from importlib.resources import files

    folder = files("aidememoire.report") / "templates"
    shipped = jinja2.DictLoader(
        {name: (folder / name).read_text(encoding="utf-8") for name in (TEMPLATE, STYLE, SCRIPT)}
    )
    own = [jinja2.FileSystemLoader(overrides)] if overrides is not None else []
    return ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([*own, jinja2.PrefixLoader({SHIPPED: shipped}), shipped]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _part(environment: Any, name: str) -> str:
    """Style or script as written: it is not read as a template."""
    text: str = environment.loader.get_source(environment, name)[0].replace("\r\n", "\n")
    if "</" + ("style" if name == STYLE else "script") in text.lower():
        raise StudyError("holds the end tag of its own element; write it in another way", file=f"templates/{name}")
    return text


def _template_error(problem: Exception, overrides: Path) -> StudyError:
    import traceback

    lines = [frame for frame in traceback.extract_tb(problem.__traceback__) if Path(frame.filename).parent == overrides]
    file = Path(lines[-1].filename).name if lines else TEMPLATE
    line = getattr(problem, "lineno", None) or (lines[-1].lineno if lines else None)
    reason = " ".join(str(problem).split()) or type(problem).__name__
    return StudyError(
        f"the template cannot be used ({reason}); mend it, or remove it to use the shipped one",
        file=f"{overrides.name}/{getattr(problem, 'name', None) or file}",
        line=line,
    )
