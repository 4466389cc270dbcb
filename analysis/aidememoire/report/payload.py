"""`ReportData` as JSON for the template: numbers written out, text made harmless to read."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aidememoire.report.excerpt import cut, segments
from aidememoire.report.model import ReportData, ThemePage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["clean", "count", "payload", "percent", "to_json"]

MAX_REFUSED = 30
MAX_EXAMPLES = 5
MAX_LINES = 3
MAX_PROFILE_COLUMNS = 8
MAX_PROFILE_ROWS = 40
MAX_BARS = 130
MAX_LANGUAGES = 8
# Controls that reorder a whole line: a document could show other words than it holds.
_OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def payload(data: ReportData, figures: Mapping[str, str], missing: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what the template prints.

    Parameters
    ----------
    data
        The report.
    figures
        ``overview`` and theme ids to the file names that the template finds beside it.
    missing
        Characters that the fonts cannot draw.
    """
    moment = data.moment()
    return {
        "title": data.title,
        "running": _short(data.title),
        "description": data.description,
        "author": data.author,
        "day": [moment.year, moment.month, moment.day],
        "created": data.created,
        "corpus": data.corpus,
        "empty": data.n_statements == 0,
        "headline": _headline(data),
        "reading": _reading(data),
        "profile": _profile(data.profile),
        "refused": _refused(data.refused),
        "overview": {"path": figures.get("overview"), "alt": data.overview_alt or _overview_alt(data)},
        "findings": {
            "lead": data.findings.lead,
            "declared": list(data.findings.declared),
            "explored": list(data.findings.explored),
            "notes": list(data.findings.notes),
        },
        "themes": [_theme(page, data, figures.get(page.theme)) for page in data.themes],
        "shares": _shares(data.shares),
        "unit": data.unit,
        "denominator": data.denominator,
        "interval": data.interval,
        "method": [[heading, text.split("\n\n")] for heading, text in data.method],
        "notes": list(data.notes),
        "provenance": [[key, str(value)] for key, value in data.provenance.items()],
        "missing": [f"{character} (U+{ord(character):04X})" for character in missing[:12]],
        "n_missing_characters": len(missing),
    }


def to_json(value: Any) -> str:
    """Return ``value`` as JSON whose every string is `clean`.

    Examples
    --------
    >>> to_json({"b": "x\\x00y", "a": 1})
    '{"b": "xy", "a": 1}'
    """
    return json.dumps(_cleaned(value), ensure_ascii=False, allow_nan=False)


def clean(text: str) -> str:
    """Return ``text`` without controls, directional overrides and broken surrogates.

    Examples
    --------
    >>> clean("ok\\u202e\\x07 \\ud800")
    'ok ?'
    """
    kept = "".join(" " if c in "\n\r\t" else c for c in text if c in "\n\r\t" or not _hidden(c))
    return kept.encode("utf-8", "replace").decode("utf-8")


def percent(value: float) -> str:
    """Write a share with about three figures; no data is a dash.

    Examples
    --------
    >>> percent(0.1234), percent(0.00456), percent(0.0), percent(float("nan"))
    ('12.3%', '0.46%', '0%', '–')
    """
    if math.isnan(value):
        return "–"
    if value == 0:
        return "0%"
    return f"{100 * value:.2f}%" if abs(value) < 0.01 else f"{100 * value:.1f}%"


def count(value: float) -> str:
    """Write a whole number with separators.

    Examples
    --------
    >>> count(1234567)
    '1,234,567'
    """
    return "–" if math.isnan(value) else f"{int(value):,}"


def _short(text: str, limit: int = 90) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _hidden(character: str) -> bool:
    return ord(character) in _OVERRIDES or unicodedata.category(character) == "Cc"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value


def _interval(low: float, high: float) -> str:
    return "–" if math.isnan(low) or math.isnan(high) else f"{percent(low)} to {percent(high)}"


def _headline(data: ReportData) -> list[list[str]]:
    span = " – ".join(dict.fromkeys(d[:4] for d in (data.first_date, data.last_date) if d)) or "–"
    return [
        [count(data.n_statements), "statements"],
        [count(data.n_sentences), "sentences"],
        [count(data.n_actors), "actors"],
        [span, "years"],
    ]


def _reading(data: ReportData) -> list[list[str]]:
    dates = f"{data.first_date} to {data.last_date}" if data.first_date else "–"
    return [
        ["Corpus", data.corpus],
        ["Statements", count(data.n_statements)],
        ["Sentences", count(data.n_sentences)],
        ["Words", count(data.n_words)],
        ["Actors", count(data.n_actors)],
        ["Dates", dates],
        ["Languages", _by_language(data.languages)],
        ["In a language no rule reads", _by_language(data.unread)],
        ["Without a date", count(data.n_undated)],
        ["Duplicates", count(data.n_duplicates)],
        ["Files refused", count(len(data.refused))],
        ["Files no longer there", count(data.n_missing)],
        ["Codebook", _codebook(data)],
    ]


def _by_language(counts: Mapping[str, int]) -> str:
    shown = [f"{count(n)} {language}" for language, n in list(counts.items())[:MAX_LANGUAGES]]
    left = sum(list(counts.values())[MAX_LANGUAGES:])
    return ", ".join([*shown, *([f"{count(left)} in others"] if left else [])]) or "0"


def _codebook(data: ReportData) -> str:
    digest = f"SHA-256 {data.codebook_hash[:16]}" if data.codebook_hash else ""
    return " ".join(part for part in (data.codebook_name, data.codebook_version, digest) if part)


def _profile(table: pd.DataFrame) -> dict[str, Any]:
    fits = table.size > 0 and len(table) <= MAX_PROFILE_ROWS * (3 if table.shape[1] == 2 else 1)
    shown = table.iloc[: None if fits else 0, : MAX_PROFILE_COLUMNS + 1]
    names, totals = (table.iloc[:, 0], table.iloc[:, 1:].sum(axis=1)) if table.size else ((), ())
    bars: list[list[Any]] = [[str(name), float(n)] for name, n in zip(names, totals, strict=True)]
    return {
        "columns": [str(column).removeprefix("n_").replace("_", " ") for column in shown.columns],
        "rows": [[str(row[0]), *(count(n) for n in row[1:])] for row in shown.itertuples(index=False)],
        "columns_left": max(0, table.shape[1] - 1 - MAX_PROFILE_COLUMNS) if fits else 0,
        "bars": bars if len(bars) <= MAX_BARS else [],
        "label": str(table.columns[0]).replace("_", " ") if table.shape[1] else "period",
        "largest": count(max((n for _, n in bars), default=0)),
    }


def _refused(table: pd.DataFrame) -> dict[str, Any]:
    first = table.head(MAX_REFUSED)
    rows = [[str(path), str(reason)] for path, reason in zip(first["source_path"], first["reason"], strict=True)]
    return {"rows": rows, "n": len(table), "left": max(0, len(table) - MAX_REFUSED)}


def _theme(page: ThemePage, data: ReportData, figure: str | None) -> dict[str, Any]:
    numbers = (
        f"{count(page.n_coded)} of {count(page.n_sentences)} sentences, {percent(page.share)} "
        f"({_interval(page.low, page.high)})"
    )
    return {
        "title": page.title,
        "family": page.family,
        "definition": page.definition,
        "include": _brief(page.include),
        "exclude": _brief(page.exclude),
        "recall_note": page.recall_note,
        "figure": figure,
        "alt": page.figure_alt or f"Line chart of {page.title} by period: {data.unit}. Overall {numbers}.",
        "numbers": [
            [percent(page.share), "share of sentences"],
            [_interval(page.low, page.high), "95% interval"],
            [count(page.n_coded), "coded sentences"],
            [count(page.n_sentences), "eligible sentences"],
        ],
        "findings": list(page.findings),
        "n": count(page.n_sentences),
        "examples": list(_examples(page)),
    }


def _brief(items: Sequence[str]) -> list[str]:
    """The first few lines: a theme has one page, the codebook has them all."""
    more = len(items) - MAX_LINES
    return [*items[:MAX_LINES], *([f"and {more} more in the codebook"] if more > 0 else [])]


def _examples(page: ThemePage) -> Iterator[dict[str, Any]]:
    for example in page.examples[:MAX_EXAMPLES]:
        text, hits = cut(example.text, example.hits)
        yield {
            "runs": [[run, marked] for run, marked in segments(text, hits)],
            "who": [part for part in (example.actor, example.speaker, example.date) if part],
            "source": example.source,
            "rule": example.rule,
        }


def _shares(table: pd.DataFrame) -> list[list[str]]:
    rows: Any = table.itertuples(index=False)
    return [
        [
            str(row.theme),
            count(row.n_coded),
            count(row.n_sentences),
            percent(row.share),
            _interval(row.low, row.high),
            count(row.n_statements),
        ]
        for row in rows
    ]


def _overview_alt(data: ReportData) -> str:
    names = ", ".join(page.title for page in data.themes)
    return f"Small line charts of all themes by period ({names}): {data.unit}, with intervals."
