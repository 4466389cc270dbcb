"""What is asked of explore, as the address of a page says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from aidememoire.errors import SearchError

__all__ = ["COLUMNS", "Filters", "Scope", "Where"]

# Columns of statements that a link may filter by: whatever a series can be grouped by.
COLUMNS = (
    "actor", "period", "agency", "kind", "language", "role", "speaker", "place", "occasion", "title", "url",
    "published", "date_precision", "date_rule", "actor_rule", "source_path", "event_id", "ingested_at",
)  # fmt: skip
# ``chart`` and ``overview`` are the sentences that count in the points by group and over all groups.
Scope = Literal["", "chart", "overview"]
UNKNOWN = "unknown"  # as series call a group that a statement does not state

_OWN = ("theme", "rule", "coder", "voice", "q", "scope")


@dataclass(frozen=True, slots=True)
class Where:
    """A condition: SQL on ``s`` (sentences) and ``t`` (statements), and its parameters."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sentences.

    Attributes
    ----------
    theme, rule, coder
        Coded for this theme, hit by this rule, by this coder.
    voice
        In this voice.
    q
        Found by this full-text query.
    scope
        Only those that the charts count.
    statement
        Columns of statements and the value each must have, in the order of ``COLUMNS``.

    Examples
    --------
    >>> asked = Filters.read({"actor": ["XVE"], "theme": ["peace_stability"]})
    >>> asked.query(period="2018")
    'theme=peace_stability&actor=XVE&period=2018'
    """

    theme: str = ""
    rule: str = ""
    coder: str = ""
    voice: str = ""
    q: str = ""
    scope: Scope = ""
    statement: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Sequence[str]]) -> Filters:
        """Return the filters of an address; empty values are no filters.

        Raises
        ------
        SearchError
            If a name is unknown or given twice, or the scope is none.
        """
        values = {name: [value for value in each if value] for name, each in given.items()}
        for name, each in values.items():
            if name not in (*_OWN, *COLUMNS):
                raise SearchError(f"no filter {name!r}; there are {', '.join((*_OWN, *COLUMNS))}")
            if len(each) > 1:
                raise SearchError(f"{name} is given {len(each)} times; a page has one value for each filter")
        chosen = {name: each[0] for name, each in values.items() if each}
        if chosen.get("scope", "") not in get_args(Scope):
            raise SearchError(f"scope must be chart or overview, or left out; {chosen['scope']!r} was given")
        own: dict[str, Any] = {name: chosen[name] for name in _OWN if name in chosen}
        return cls(**own, statement=tuple((name, chosen[name]) for name in COLUMNS if name in chosen))

    def value(self, name: str) -> str:
        """Return the value of one filter, empty if it is not set."""
        return str(getattr(self, name)) if name in _OWN else dict(self.statement).get(name, "")

    def items(self) -> list[tuple[str, str]]:
        """Return the filters that are set, in the order of the address."""
        return [(name, self.value(name)) for name in (*_OWN, *COLUMNS) if self.value(name)]

    def but(self, **changes: str) -> Filters:
        """Return these filters with some changed; an empty value takes one away."""
        own: dict[str, Any] = {name: value for name, value in changes.items() if name in _OWN}
        columns = {**dict(self.statement), **{name: value for name, value in changes.items() if name not in _OWN}}
        kept = tuple((name, columns[name]) for name in COLUMNS if columns.get(name))
        return replace(self, **own, statement=kept)

    def query(self, **changes: str) -> str:
        """Return the query string of an address, with some filters changed."""
        return urlencode(self.but(**changes).items())

    def where(self) -> Where:
        """Return the condition that the sentences fulfil."""
        parts = [*self._codes(), *(_column(*each) for each in self.statement)]
        if self.voice:
            parts.append(Where("s.voice IS NULL", ()) if self.voice == UNKNOWN else Where("s.voice = ?", (self.voice,)))
        if self.q:
            found = "s.id IN (SELECT rowid FROM sentences_search WHERE sentences_search MATCH ?)"
            parts.append(Where(found, (self.q,)))
        parameters = tuple(parameter for part in parts for parameter in part.parameters)
        return Where(" AND ".join(part.sql for part in parts) or "1", parameters)

    def _codes(self) -> list[Where]:
        parts = []
        if self.theme and self.scope:
            parts.append(Where("s.id IN (SELECT sentence_id FROM counted WHERE theme = ?)", (self.theme,)))
        if self.theme or self.coder:
            asked = {"theme": self.theme, "coder": self.coder}
            named = {name: value for name, value in asked.items() if value}
            condition = " AND ".join(f"{name} = ?" for name in named)
            # A theme that counts has been asked for above; in the quoted part of a sentence it may have no code.
            if self.coder or not self.scope:
                sql = f"s.id IN (SELECT sentence_id FROM codes WHERE {condition})"
                parts.append(Where(sql, tuple(named.values())))
        if self.rule:
            theme, parameters = (" AND theme = ?", (self.rule, self.theme)) if self.theme else ("", (self.rule,))
            parts.append(Where(f"s.id IN (SELECT sentence_id FROM hits WHERE rule = ?{theme})", parameters))
        if self.scope:
            parts.append(Where(f"t.in_{self.scope} = 1 AND s.eligible = 1", ()))
        return parts


def _column(name: str, value: str) -> Where:
    if value == UNKNOWN:
        return Where(f"(t.{name} IS NULL OR t.{name} = ?)", (value,))
    return Where(f"t.{name} = ?", (value,))
