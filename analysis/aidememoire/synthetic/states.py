"""The invented states, who held which office when, and their news agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ruamel.yaml import YAML

__all__ = ["ACTOR_COLUMNS", "Office", "Official", "State", "actor_rows", "agency", "holder", "load", "states"]

Office = Literal["foreign", "head", "spokesperson", "un"]
ACTOR_COLUMNS = ["code", "name", "official_name", "aliases", "demonyms", "capital", "since", "until"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A person in an office from a first day on, until the successor's first day."""

    actor: str
    office: Office
    since: date
    pronoun: str
    name: str
    title: str

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.rsplit(" ", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An invented state and the words that name it."""

    code: str
    name: str
    official_name: str
    aliases: tuple[str, ...]
    adjective: str
    people: str
    capital: str
    since: int
    towns: tuple[str, ...]
    battles: tuple[str, ...]
    titles: dict[Office, str]


def load(name: str) -> Any:
    """Read one data file of this package.

    Examples
    --------
    >>> load("states")["agency"]["name"]
    'TELDA'
    """
    text = files(__package__).joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


@cache
def states() -> dict[str, State]:
    """The four states by code.

    Examples
    --------
    >>> [state.name for state in states().values()]
    ['Veldania', 'Ilmaria', 'Dorvath', 'Lethwen']
    """
    found = {}
    for raw in load("states")["states"]:
        row: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
        found[raw["code"]] = State(**row)
    return found


@cache
def _officials() -> tuple[Official, ...]:
    people = []
    for line in load("states")["officials"].splitlines():
        actor, office, since, pronoun, name = line.split(" ", 4)
        title = states()[actor].titles[office]
        first_day = date.fromisoformat(since)
        people.append(Official(actor=actor, office=office, since=first_day, pronoun=pronoun, name=name, title=title))
    return tuple(people)


def holder(actor: str, office: Office, day: date) -> Official:
    """Who held an office on a day.

    Examples
    --------
    >>> holder("XVE", "foreign", date(2013, 4, 14)).name, holder("XVE", "foreign", date(2013, 4, 15)).name
    ('Maret Dolvin', 'Joren Halvess')
    """
    held = [p for p in _officials() if (p.actor, p.office) == (actor, office) and p.since <= day]
    return max(held, key=lambda official: official.since)


def agency() -> str:
    """The name of the news agency, as it stands in a dateline."""
    return str(load("states")["agency"]["name"])


def actor_rows() -> list[dict[str, str]]:
    """The rows of ``actors.csv``: the four states and the former one.

    Examples
    --------
    >>> [row["code"] for row in actor_rows()]
    ['XVE', 'XIL', 'XDO', 'QML', 'XTR']
    """
    rows = []
    for raw in [*load("states")["states"], *load("states")["former"]]:
        words = raw.get("demonyms", [raw.get("adjective"), raw.get("people")])
        row = {key: str(raw.get(key, "")) for key in ACTOR_COLUMNS}
        row["aliases"] = "|".join(raw["aliases"])
        row["demonyms"] = "|".join(dict.fromkeys(words))
        rows.append(row)
    return rows
