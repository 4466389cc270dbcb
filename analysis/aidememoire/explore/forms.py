"""The fields of the form that chooses sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aidememoire.explore.filters import Filters
from aidememoire.explore.queries import Row

__all__ = ["Field", "fields"]

_MOST = 1_000  # values of a column that can still be chosen from
_LONGEST = 60  # characters of a pattern in the list of rules


@dataclass(frozen=True, slots=True)
class Field:
    """One choice: name in the address, label, the value set, and (value, text) of each option."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]


def fields(asked: Filters, about: Row, values: Callable[..., Any]) -> list[Field]:
    """Return the choices, in the order of the form.

    Parameters
    ----------
    asked
        What is set.
    about
        What is known of the run.
    values
        Looks up the values of a column, the themes, or the rules of a theme.
    """
    grouped = [column for column in about["by"] if column not in ("actor", "period")]
    found = [_field(asked, "theme", values("theme"))]
    found += [_field(asked, column, _same(values(column))) for column in ("actor", "period", *grouped, "voice")]
    if asked.theme:
        rules = sorted(values("rule", asked.theme).items(), key=_natural)
        found.append(_field(asked, "rule", [(rule, _told(rule, pattern)) for rule, pattern in rules]))
    if len(coders := values("coder")) > 1 or asked.coder:
        found.append(_field(asked, "coder", _same(coders)))
    scopes = [("chart", "that the charts count")]
    if about["count"] == "events" and about["by"]:
        scopes.append(("overview", "that the overview counts"))
    found.append(_field(asked, "scope", scopes))
    return [each for each in found if each.value or 0 < len(each.options) <= _MOST]


def _field(asked: Filters, name: str, options: list[tuple[str, str]]) -> Field:
    value = asked.value(name)
    # A link may ask for what no list holds; it stays as it was asked.
    if value and value not in dict(options):
        options = [*options, (value, value)]
    return Field(name, "sentences" if name == "scope" else name, value, tuple(options))


def _same(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _told(rule: str, pattern: str) -> str:
    short = pattern if len(pattern) <= _LONGEST else pattern[: _LONGEST - 1] + "…"
    return f"{'.'.join(rule.split('.')[1:]) or rule}: {short}" if short else rule


def _natural(pair: tuple[str, str]) -> list[tuple[bool, int, str]]:
    """Sort ``near.2`` before ``near.10``."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", pair[0])]
