"""From what a source says to a Statement: the order of trust is the same for every reader.

A field of its own (header, column, row of the metadata table) is trusted first, then what a reader found
in the text or the path, then the study's default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aidememoire.cleantext import CleanText
from aidememoire.ingest.dates import NO_DATE, ReadDate, read_date
from aidememoire.ingest.language import as_language, detected
from aidememoire.ingest.limits import checked_length
from aidememoire.ingest.model import FIELDS, ReadOptions, Source, as_kind
from aidememoire.ingest.roles import as_role
from aidememoire.statement import Statement

__all__ = ["Said", "build", "metadata_said", "picked", "writable"]

_SYNONYMS = {
    "url": ("source_url", "link"),
    "published": ("published_time", "published_at"),
    "language": ("lang",),
    "title": ("headline",),
    "role": ("post", "office"),
}
_NO_VALUE = frozenset({"", "null", "~", "none", "nan", "n/a"})
DEFAULT_RULE = "study default"


@dataclass(frozen=True)
class Said:
    """Fields that one part of a source states, and the name of the rule for them."""

    rule: str
    values: Mapping[str, str] = field(default_factory=dict)


def writable(text: str) -> str:
    r"""Replace lone surrogates, which JSON escapes can make and no file can hold.

    Raises
    ------
    IngestRefused
        If it is longer than a statement can be, before anything is done with it.

    Examples
    --------
    >>> writable("peace\ud800")
    'peace?'
    """
    checked_length(text)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def picked(row: Mapping[str, Any], options: ReadOptions) -> dict[str, str]:
    """Statement fields of a row, by the study's column mapping or by their own names.

    Examples
    --------
    >>> picked({"Country": "FRA", "date": 1999, "url": None}, ReadOptions(columns={"actor": "Country"}))
    {'actor': 'FRA', 'date': '1999'}
    """
    by_name = {str(name).strip().casefold(): value for name, value in row.items() if name is not None}
    values = {}
    for name in FIELDS:
        mapped = options.columns.get(name)
        names = (name, *_SYNONYMS.get(name, ())) if mapped is None else (mapped,)
        for candidate in names:
            value = by_name.get(candidate.casefold())
            text = writable(" ".join(str(value).split())) if isinstance(value, str | int | float) else ""
            if text.casefold() not in _NO_VALUE:
                values[name] = text
                break
    return values


def metadata_said(source: Source) -> Said:
    """Fields of the file's row in the metadata table beside it."""
    return Said("metadata table", picked(source.metadata(), source.options))


def build(
    source: Source,
    text: CleanText,
    *,
    said: Sequence[Said] = (),
    found: Mapping[str, str | None] | None = None,
    date: ReadDate = NO_DATE,
    record: str = "",
) -> Statement:
    """Make the statement of a source.

    Parameters
    ----------
    said
        What the source says in fields of its own, most trusted first.
    found, date
        What the reader proved from text and path. ``found`` may hold ``actor_rule``.
    record
        Id of the record in a file of several.

    Raises
    ------
    IngestRefused
        If a field holds what it cannot, such as an unknown kind, or the text is too long.
    """
    checked_length(text.raw)
    values: dict[str, Any] = {name: value for name, value in (found or {}).items() if value}
    for part in reversed(said):
        values |= {name: value for name, value in part.values.items() if name not in ("date", "actor")}
    values |= _actor(source.options, said, values)
    for name, default in source.options.defaults.items():
        if name != "actor" and default:
            values.setdefault(name, default)
    values |= _date(said, date)
    if "published" in values:
        values["published"] = read_date(values["published"], "published").iso
    if "kind" in values:
        values["kind"] = as_kind(values["kind"])
    if "role" in values:
        values["role"] = as_role(values["role"])
    named = values.pop("language", None)
    language = as_language(named) if named else detected(text.text)
    if language:
        values["language"] = language
    identity = f"{source.statement_id}#{record}" if record else source.statement_id
    return Statement(statement_id=identity, source_path=source.source_path, text=text, **values)


def _actor(options: ReadOptions, said: Sequence[Said], values: Mapping[str, Any]) -> dict[str, str]:
    parts = [(part.values["actor"], part.rule) for part in said if "actor" in part.values]
    if not parts and values.get("actor"):
        return {}
    if not parts and options.defaults.get("actor"):
        parts = [(options.defaults["actor"], DEFAULT_RULE)]
    if not parts:
        return {}
    name, rule = parts[0]
    code = options.actors.resolve(name)
    # An unknown name is kept as given: dropping it would turn what the source says into "unknown".
    return {"actor": code or name, "actor_rule": rule if code else f"{rule}, not in the actor table"}


def _date(said: Sequence[Said], found: ReadDate) -> dict[str, Any]:
    readings = [read_date(part.values["date"], part.rule) for part in said if "date" in part.values]
    stated = next((reading for reading in readings if reading.iso), None)
    if stated and found.iso and stated.iso and found.iso.startswith(stated.iso) and found.iso != stated.iso:
        stated = found
    best = stated or (found if found.iso else None) or next(iter(readings), found)
    return {"date": best.iso, "date_precision": best.precision, "date_rule": best.rule}
