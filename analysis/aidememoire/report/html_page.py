"""What the HTML template is given: the words of the PDF, charts as markup, and the sentences behind the points."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aidememoire.report.charts import Chart, bar_chart, group_columns, overview_chart, theme_chart
from aidememoire.report.excerpt import segments
from aidememoire.report.payload import clean, payload, to_json

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.report.model import ReportData

__all__ = ["page", "policy"]

_MONTHS = "January February March April May June July August September October November December".split()


def page(
    data: ReportData,
    series: pd.DataFrame,
    sentences: pd.DataFrame | None,
    pooled: pd.DataFrame | None,
    *,
    style: str,
    script: str,
) -> dict[str, Any]:
    """Return the variables of the template, as docs/report.md lists them.

    Strings are `clean` and still to be escaped; only what is a ``Markup`` is markup.
    """
    from markupsafe import Markup

    words: dict[str, Any] = json.loads(to_json(payload(data, {})))
    titles = {theme.theme: theme.title for theme in data.themes}
    charts = {
        theme: theme_chart(series, theme, clean(title), f"t{n}") for n, (theme, title) in enumerate(titles.items())
    }
    overview = overview_chart(pooled, titles, "o") if pooled is not None else None
    year, month, day = words["day"]
    return {
        **words,
        "date": f"{day} {_MONTHS[month - 1]} {year}",
        "style": Markup(style),
        "script": Markup(script),
        "policy": policy(style, script),
        "profile_chart": Markup(bar_chart(words["profile"]["bars"], words["profile"]["label"], "profile")),
        "overview_chart": _marked(overview),
        "overview_ids": [clean(theme) for theme in titles],
        "themes": [
            {**theme, "id": clean(key), "chart": _marked(charts[key])}
            for key, theme in zip(titles, words["themes"], strict=True)
        ],
        "sentences": Markup(_embedded(_sentences(charts, sentences, group_columns(series)))),
        "has_sentences": sentences is not None and len(sentences) > 0,
    }


def policy(style: str, script: str) -> str:
    """Return the content security policy: the style and the script of the file, and no connection of any kind.

    Examples
    --------
    >>> policy("", "").split("; ")[0]
    "default-src 'none'"
    """
    allowed = {"style-src": style, "script-src": script}
    hashes = {
        name: base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for name, text in allowed.items()
    }
    parts = [f"{name} 'sha256-{digest}'" for name, digest in hashes.items()]
    return "; ".join(["default-src 'none'", *parts, "img-src data:", "base-uri 'none'", "form-action 'none'"])


def _marked(chart: Chart | None) -> dict[str, Any] | None:
    """The chart for the template: its SVG is markup, everything else is text."""
    from markupsafe import Markup

    if chart is None:
        return None
    return {
        "panels": [{"name": panel.name, "svg": Markup(panel.svg)} for panel in chart.panels],
        "columns": chart.columns,
        "rows": chart.rows,
        "note": chart.note,
    }


def _sentences(
    charts: dict[str, Chart | None], sentences: pd.DataFrame | None, groups: Sequence[str]
) -> dict[str, Any]:
    """Sentences by theme and row of its table; each statement is named once.

    Of a sentence: number of the statement, speaker, rules, and its text as runs, plain and marked in turn.
    """
    sources: dict[tuple[str, ...], int] = {}
    points: dict[str, dict[int, list[Any]]] = {}
    if sentences is None or sentences.empty:
        return {"sources": [], "points": points}
    places = {(theme, key): row for theme, chart in charts.items() if chart for row, key in enumerate(chart.keys)}
    for found in sentences.to_dict("records"):
        key = tuple(str(found[column]) for column in ("period", *groups))
        place = places.get((found["theme"], key))
        if place is None:
            continue
        source = tuple(str(found[column]) for column in ("statement_id", "issuer", "date"))
        number = sources.setdefault(source, len(sources))
        entry = [number, found["said_by"], found["rules"], _runs(found["text"], found["hits"])]
        points.setdefault(found["theme"], {}).setdefault(place, []).append(entry)
    return {"sources": [list(source) for source in sources], "points": points}


def _runs(text: str, hits: Sequence[tuple[int, int]]) -> list[str]:
    """The text as runs, plain and marked in turn, beginning with a plain one."""
    runs = segments(text, hits)
    return ["", *(run for run, _ in runs)] if runs and runs[0][1] else [run for run, _ in runs]


def _embedded(value: Any) -> str:
    """JSON that cannot end the element it stands in, whatever its strings hold."""
    text = to_json(value)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
