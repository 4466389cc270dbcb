"""Dyads of friendship and targets of anti-revisionism as rows of the table of facets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from aidememoire.mentions import (
    Asked,
    Mention,
    NameTable,
    Parties,
    dyads_of,
    mentions_in,
    name_table,
    parties_by_statement,
    targets_of,
    year_of,
)
from aidememoire.revisions import kept_actors
from aidememoire.voices.context import Context
from aidememoire.voices.cues import load_cues
from aidememoire.voices.names import build_roster, surname_of

if TYPE_CHECKING:
    from aidememoire.codebook import Codebook
    from aidememoire.store import Store
    from aidememoire.themes import Applied

__all__ = ["actor_facets"]

# Facets that are filled where a codebook declares them, and by what.
_FILLED: Mapping[str, Callable[[Asked], tuple[str, ...]]] = {
    "bf_dyad": dyads_of,
    "dyad": dyads_of,
    "ar_target": targets_of,
    "target": targets_of,
}
_SENTENCES_BEFORE = 2
# A facet of this name says what a sentence does to the past; only these name somebody as doing it.
_MODE, _ACCUSING = "ar_mode", {"accuse", "condemn"}

Array = np.ndarray[Any, Any]


class Span(NamedTuple):
    """Where a sentence stands, and whose words it is."""

    start: int
    end: int
    voice: str
    speaker: str


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is known of a statement once, for all its sentences; ``spans`` are by row of the sentences table."""

    text: str
    year: int | None
    parties: Parties
    actor: str
    states: Mapping[str, str]
    spans: Mapping[int, Span]
    before: Mapping[int, tuple[Span, ...]]
    names: NameTable

    def asked(self, row: int, hits: tuple[tuple[int, int], ...]) -> Asked:
        """Return the sentence of a row with what is known of it."""
        span = self.spans[row]
        speaker, others = self._sides(span)
        before = tuple(self._named(each) for each in self.before[row])
        return Asked(self.text, span.start, span.end, hits, speaker, others, self._named(span), before)

    def _named(self, span: Span) -> tuple[Mention, ...]:
        return tuple(mentions_in(self.text, self.names, span.start, span.end, self.year))

    def _sides(self, span: Span) -> tuple[str, tuple[str, ...]]:
        """State that speaks, and those on the other side."""
        if span.voice == "other":
            state = self.states.get(surname_of(span.speaker).casefold(), "")
            return state, (self.actor,) if self.actor and state else ()
        own = self.actor or next(iter(self.parties.issuers), "")
        return own, self.parties.others(own)


def actor_facets(
    store: Store, statements: pd.DataFrame, sentences: pd.DataFrame, applied: Applied, codebook: Codebook
) -> pd.DataFrame:
    """Return the dyads and targets of coded sentences of statements in English, or in a language not known.

    Parameters
    ----------
    store
        Where the texts lie.
    statements, sentences
        The tables of those names; sentences have their voices.
    applied
        What the rules found, by row of ``sentences``.
    codebook
        Themes whose facets are called ``bf_dyad`` (or ``dyad``) and ``ar_target`` (or ``target``) get them.

    Returns
    -------
    DataFrame
        Columns row, theme, facet, value. A sentence may have several dyads or targets, a row each.
    """
    wanted = [(theme.id, facet) for theme in codebook.themes for facet in theme.facets if facet in _FILLED]
    coded = {(theme, facet): _coded(applied, theme, facet) for theme, facet in wanted}
    hits = {theme: _own_hits(applied, theme) for theme, _ in wanted}
    found: list[tuple[int, str, str, str]] = []
    for known, rows in _known_statements(
        store, statements, sentences, {row for each in coded.values() for row in each}
    ):
        for theme, facet in wanted:
            for row in rows:
                if row in coded[theme, facet]:
                    asked = known.asked(row, tuple(hits[theme].get(row, ())))
                    found += [(row, theme, facet, value) for value in _FILLED[facet](asked)]
    table = pd.DataFrame(found, columns=["row", "theme", "facet", "value"]).astype({"row": "int64"})
    return table.sort_values(["row", "theme", "facet", "value"], ignore_index=True)


def _coded(applied: Applied, theme: str, facet: str) -> set[int]:
    """Rows that get the facet: of targets, those coded 2 whose mode, where a rule told it, accuses."""
    codes = applied.codes[applied.codes["theme"] == theme]
    if not facet.endswith("target"):
        return set(codes["row"])
    facets = applied.facets[(applied.facets["theme"] == theme) & (applied.facets["facet"] == _MODE)]
    otherwise = set(facets["row"]) - set(facets.loc[facets["value"].isin(_ACCUSING), "row"])
    return set(codes.loc[codes["value"] == 2, "row"]) - otherwise


def _own_hits(applied: Applied, theme: str) -> dict[int, list[tuple[int, int]]]:
    hits = applied.hits[applied.hits["theme"] == theme]
    hits = hits[~hits["rule"].astype("str").str.startswith("implied by ")]
    found: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in zip(hits["row"].tolist(), hits["start"].tolist(), hits["end"].tolist(), strict=True):
        found.setdefault(row, []).append((start, end))
    return found


def _known_statements(
    store: Store, statements: pd.DataFrame, sentences: pd.DataFrame, rows: set[int]
) -> Iterator[tuple[_Statement, list[int]]]:
    """Each statement with coded rows, and these rows."""
    if not rows:
        return
    ordered = np.array(sorted(rows))
    owners = sentences["statement_id"].cat.codes.to_numpy()
    numbers, firsts = np.unique(owners[ordered], return_index=True)
    chosen = statements.iloc[numbers]
    names = name_table(kept_actors(store))
    parties = parties_by_statement(store, chosen)
    spans = _spans(sentences, ordered)
    fields = chosen.astype(object).where(chosen.notna(), None).to_dict("records")
    for row, part in zip(fields, np.split(ordered, firsts[1:]), strict=True):
        if row["language"] not in (None, "en"):
            continue
        own = part.tolist()
        text, actor = store.text(row["text_sha256"]), row["actor"] or ""
        guests = any(spans[at].voice == "other" for at in own)
        states = _states(text, row, names) if guests else {}
        before = {at: _before(at, owners, spans) for at in own}
        found = parties[row["statement_id"]]
        yield _Statement(text, year_of(row["date"]), found, actor, states, spans, before, names), own


def _spans(sentences: pd.DataFrame, rows: Array) -> dict[int, Span]:
    """Sentences of ``rows`` and those before them, by row."""
    wanted = np.unique(np.concatenate([rows - back for back in range(_SENTENCES_BEFORE + 1)]))
    wanted = wanted[wanted >= 0]
    columns = sentences[["start", "end", "voice", "speaker"]].iloc[wanted].astype(object)
    values = columns.where(columns.notna(), "").itertuples(index=False)
    return {row: Span(*each) for row, each in zip(wanted.tolist(), values, strict=True)}


def _before(row: int, owners: Array, spans: Mapping[int, Span]) -> tuple[Span, ...]:
    rows = range(row - 1, max(row - 1 - _SENTENCES_BEFORE, -1), -1)
    return tuple(spans[at] for at in rows if owners[at] == owners[row])


def _states(text: str, row: Mapping[Any, Any], names: NameTable) -> dict[str, str]:
    """State of each foreign person the statement introduces, by surname."""
    fields = ("kind", "speaker", "role", "actor", "agency", "title", "occasion")
    roster = build_roster(text, Context(**{name: row[name] for name in fields}), names.table, load_cues())
    foreign = {surname: person.actors - {row["actor"]} for surname, person in roster.persons.items()}
    return {surname: next(iter(actors)) for surname, actors in foreign.items() if len(actors) == 1}
