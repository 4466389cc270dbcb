"""States and organisations: one table of codes, names, aliases and demonyms, with former states.

Names are looked up exactly, after case folding. Fuzzy matching is never used: it is how "Republic of
Korea" becomes North Korea.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = ["Actor", "ActorTable", "builtin_actors", "read_actors"]

_LISTS = ("aliases", "demonyms", "seats")
_YEARS = ("since", "until")


@dataclass(frozen=True)
class Actor:
    """One row of the table.

    Attributes
    ----------
    code
        ISO 3166 alpha-3, a former ISO code (``SUN``, ``DDR``), or the short name of an organisation.
    since, until
        First and last year of existence, for those that came or went within the reach of a corpus.
    seats
        Houses and former capitals whose name stands for it as that of ``capital`` does: "the Kremlin".
    """

    code: str
    name: str
    official: str = ""
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capital: str = ""
    since: int | None = None
    until: int | None = None
    seats: tuple[str, ...] = ()

    def existed(self, year: int) -> bool:
        """Whether the years given for the actor contain ``year``."""
        return (self.since or year) <= year <= (self.until or year)


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).casefold()


@dataclass(frozen=True)
class ActorTable:
    """Actors that a corpus may name.

    Examples
    --------
    >>> table = builtin_actors()
    >>> table.resolve("Republic of Korea"), table.resolve("DPRK"), table.resolve("USSR")
    ('KOR', 'PRK', 'SUN')
    >>> table.demonym("Soviet")
    'SUN'
    >>> table.extended({"ARD": {"name": "Ardenia", "demonyms": ["Ardenian"]}}).demonym("Ardenian")
    'ARD'
    """

    actors: tuple[Actor, ...]

    @cached_property
    def _codes(self) -> Mapping[str, Actor]:
        return MappingProxyType({actor.code.casefold(): actor for actor in self.actors})

    @cached_property
    def _names(self) -> Mapping[str, tuple[Actor, ...]]:
        return _index(self.actors, lambda a: (a.name, a.official, *a.aliases))

    @cached_property
    def _demonyms(self) -> Mapping[str, tuple[Actor, ...]]:
        return _index(self.actors, lambda a: a.demonyms)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names and aliases, as spelled in the table."""
        return tuple(n for a in self.actors for n in (a.name, a.official, *a.aliases) if n)

    @cached_property
    def demonyms(self) -> tuple[str, ...]:
        """All demonyms, as spelled in the table."""
        return tuple(d for a in self.actors for d in a.demonyms)

    def resolve(self, name_or_code: str, year: int | None = None) -> str | None:
        """Code of an actor, or ``None`` if the name is unknown or stands for several.

        Parameters
        ----------
        name_or_code
            A code stays what it is, whatever the year.
        year
            Chooses between actors that share a name by who existed then.
        """
        key = _key(name_or_code)
        if key in self._codes:
            return self._codes[key].code
        for form in (key, key.removeprefix("the ")):
            if form in self._names:
                return _one(self._names[form], year)
        return None

    def demonym(self, word: str, year: int | None = None) -> str | None:
        """Code of the actor that a word such as ``Russian`` or ``U.S.`` belongs to."""
        return _one(self._demonyms.get(_key(word), ()), year)

    def extended(self, actors: Mapping[str, str | Mapping[str, Any]]) -> ActorTable:
        """Add actors of a study, or replace rows of the same code.

        Parameters
        ----------
        actors
            Code to a name, or to a mapping of the fields of ``Actor``. A mapping for a known code
            changes only the fields it names; its aliases and demonyms are added to those there are.

        Raises
        ------
        ValueError
            If a field is unknown or of a wrong type; says which are allowed.
        """
        table = {actor.code: actor for actor in self.actors}
        for code, said in actors.items():
            table[code] = _merged(code, {"name": said} if isinstance(said, str) else said, table.get(code))
        return ActorTable(tuple(table.values()))

    def digest(self) -> str:
        """Short hash of the whole table."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(json.dumps([asdict(a) for a in self.actors]).encode()).hexdigest()[:16]


def _index(actors: tuple[Actor, ...], names: Any) -> Mapping[str, tuple[Actor, ...]]:
    index: dict[str, dict[str, Actor]] = {}
    for actor in actors:
        for name in names(actor):
            if name:
                index.setdefault(_key(name), {})[actor.code] = actor
    return MappingProxyType({key: tuple(found.values()) for key, found in index.items()})


def _one(found: tuple[Actor, ...], year: int | None) -> str | None:
    if len(found) > 1 and year is not None:
        found = tuple(actor for actor in found if actor.existed(year))
    return found[0].code if len(found) == 1 else None


def _merged(code: str, said: Mapping[str, Any], known: Actor | None) -> Actor:
    allowed = [name for name in Actor.__dataclass_fields__ if name != "code"]
    unknown = sorted(set(said) - set(allowed))
    if unknown:
        raise ValueError(f"actor {code}: {unknown} not known; allowed: {', '.join(allowed)}")
    values: dict[str, Any] = asdict(known) if known else {"code": code, "name": code}
    for name, value in said.items():
        if name in _LISTS:
            added = (value,) if isinstance(value, str) else tuple(value)
            value = tuple(dict.fromkeys((*values.get(name, ()), *added)))
        wanted: Any = tuple if name in _LISTS else (int, type(None)) if name in _YEARS else str
        if not isinstance(value, wanted) or (name in _LISTS and not all(isinstance(v, str) for v in value)):
            raise ValueError(f"actor {code}: {name} cannot be {value!r}")
        values[name] = value
    return Actor(**values)


@cache
def builtin_actors() -> ActorTable:
    """Return the table that comes with the package: UN members, former states, main organisations."""
    text = resources.files("aidememoire.ingest").joinpath("actors.csv").read_text(encoding="utf-8")
    return ActorTable(tuple(_actor(row) for row in csv.DictReader(text.splitlines())))


def read_actors(path: Path) -> dict[str, dict[str, Any]]:
    """Read a study's own actors from a csv file with the columns of the builtin table, for ``extended``.

    Only ``code`` has to be there; ``official_name`` may stand for ``official``. Lists are separated by ``|``.

    Raises
    ------
    ValueError
        If a column is unknown, a code is missing or a year is no number; says the line.
    OSError
        If the file cannot be opened.
    """
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    names = {name: "official" if name == "official_name" else name for name in rows.fieldnames or ()}
    unknown = sorted(set(names.values()) - set(Actor.__dataclass_fields__))
    if unknown or "code" not in names:
        allowed = ", ".join(Actor.__dataclass_fields__)
        raise ValueError(f"columns {unknown or list(names)} cannot be used; 'code' is needed, allowed are {allowed}")
    actors: dict[str, dict[str, Any]] = {}
    for row in rows:
        if None in row or not row["code"]:
            raise ValueError(f"line {rows.line_num}: has no code, or more cells than the header")
        said = {names[name]: value for name, value in row.items() if value and name != "code"}
        actors[row["code"]] = {name: _typed(name, value, rows.line_num) for name, value in said.items()}
    return actors


def _typed(name: str, value: str, line: int) -> Any:
    if name in _LISTS:
        return [part.strip() for part in value.split("|") if part.strip()]
    if name in _YEARS:
        if not value.strip().isdecimal():
            raise ValueError(f"line {line}: {name} must be a year, not {value!r}")
        return int(value)
    return value


def _actor(row: dict[str, str]) -> Actor:
    lists = {name: tuple(part for part in row[name].split("|") if part) for name in _LISTS}
    years = {name: int(row[name]) if row[name] else None for name in _YEARS}
    return Actor(row["code"], row["name"], row["official"], capital=row["capital"], **lists, **years)  # type: ignore[arg-type]
