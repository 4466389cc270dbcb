"""The forms in which actors are named, and one expression that finds the longest of them at each place.

The alternatives of a plain expression would be tried one by one at every capital; written as a tree of their letters
they cost no more than a look-up, so 200 MB take a few seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Literal

from aidememoire.ingest import Actor, ActorTable

__all__ = ["FormKind", "Mention", "NameTable", "name_table"]

FormKind = Literal["name", "demonym", "seat", "prefix"]

# First halves of compounds, which need a second: "Sino-Russian", but not "Indo-Pacific".
_PREFIXES = {"Sino": "CHN", "Russo": "RUS", "Franco": "FRA", "Indo": "IND", "Italo": "ITA", "Anglo": "GBR"}
# Seats of several bodies, cities whose status is the matter spoken of, and capitals that are also names of persons.
_NO_SEATS = frozenset("Brussels Jerusalem Geneva Victoria Kingston Santiago Wellington Male Georgetown".split())
# Bare names that several actors of one time bear, and the years in which only one did.
_ONLY_IN = {"Congo": ("COG", 1972, 1996)}
_SHORTEST_IN_CAPITALS = 5
_PLURAL = re.compile(r"(?:[aeo]n|[ikbtrdy]|[^csz]h|ole|ane|ede)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that names an actor, by characters of the text.

    Attributes
    ----------
    form
        The name as the table of actors spells it.
    kind
        ``name``, ``demonym``, ``seat`` (a capital or a house that stands for its state) or ``prefix`` (Sino-).
    """

    start: int
    end: int
    actor: str
    form: str
    kind: FormKind


@dataclass(frozen=True, slots=True)
class Form:
    """A name as written, and the actors that bear it."""

    text: str
    kind: FormKind
    actors: tuple[Actor, ...]

    def actor(self, year: int | None) -> str:
        """Code of the only actor that bears the name in ``year``; empty where it stands for several.

        A state that is gone keeps its own names at any time, but its capital passes to its successor.
        """
        if self.text in _ONLY_IN:
            code, first, last = _ONLY_IN[self.text]
            return code if year is not None and first <= year <= last else ""
        found = self.actors
        if len(found) > 1 and year is not None:
            found = tuple(each for each in found if each.existed(year))
            bounded = tuple(each for each in found if each.until is not None)
            if self.kind == "seat" and len(bounded) == 1:
                found = bounded
        return found[0].code if len(found) == 1 else ""


@dataclass(frozen=True)
class NameTable:
    """All forms of the actors of a table.

    Examples
    --------
    >>> from aidememoire.ingest import builtin_actors
    >>> names = NameTable(builtin_actors())
    >>> [m.group() for m in names.pattern.finditer("Papua New Guinea and the Nigerians")]
    ['Papua New Guinea', 'Nigerians']
    >>> names.form("Nigerians").actor(1990), names.form("Congolese").actor(1990)
    ('NGA', '')
    """

    table: ActorTable

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """Every form; the position of one is its number in kept rows."""
        found: dict[str, dict[str, tuple[FormKind, Actor]]] = {}
        for actor in self.table.actors:
            for text, kind in _forms_of(actor):
                found.setdefault(text, {}).setdefault(actor.code, (kind, actor))
        by_code = {actor.code: actor for actor in self.table.actors}
        for text, code in _PREFIXES.items():
            if code in by_code:
                found.setdefault(text, {})[code] = ("prefix", by_code[code])
        return tuple(
            Form(text, next(iter(bearers.values()))[0], tuple(actor for _, actor in bearers.values()))
            for text, bearers in sorted(found.items())
        )

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Number of each form by its text."""
        return MappingProxyType({form.text: number for number, form in enumerate(self.forms)})

    def form(self, written: str) -> Form:
        """Return the form that a match of ``pattern`` is."""
        return self.forms[self.number(written)]

    def number(self, written: str) -> int:
        """Return the number of the form that a match of ``pattern`` is."""
        return self.numbers[" ".join(written.replace("’", "'").split())]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the longest form at each place. A letter in front of it is for the caller to see."""
        tree: dict[str, Any] = {}
        for form in self.forms:
            node = tree
            for letter in form.text:
                node = node.setdefault(letter, {})
            node[""] = {}
        return re.compile(f"{_written(tree)}(?!\\w)")


@lru_cache(maxsize=4)
def name_table(table: ActorTable) -> NameTable:
    """Return the forms of ``table``, made once."""
    return NameTable(table)


def _forms_of(actor: Actor) -> list[tuple[str, FormKind]]:
    names = [name for name in (actor.name, actor.official, *actor.aliases) if name]
    found: list[tuple[str, FormKind]] = []
    for name in names:
        bare = name.replace("’", "'").removeprefix("The ")
        # "The Commonwealth" and the like say nothing without their article.
        if bare == name or bare in names:
            found.append((bare, "name"))
    found += [(demonym, "demonym") for demonym in actor.demonyms]
    found += [(f"{demonym}s", "demonym") for demonym in actor.demonyms if _PLURAL.search(demonym)]
    found += [(text.upper(), kind) for text, kind in found if len(text) >= _SHORTEST_IN_CAPITALS]
    taken = {text for text, _ in found}
    seats = (actor.capital, *actor.seats) if actor.demonyms or actor.seats else ()
    found += [(seat, "seat") for seat in seats if seat and seat not in _NO_SEATS | taken]
    return [(text, kind) for text, kind in found if text[:1].isupper()]


def _written(tree: dict[str, Any]) -> str:
    """Write a tree of letters as an expression; what goes on is tried before what ends."""
    branches = [_letter(letter) + _written(below) for letter, below in tree.items() if letter]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if "" in tree else joined


def _letter(letter: str) -> str:
    return r"\s+" if letter == " " else "['’]" if letter == "'" else re.escape(letter)
