"""Who speaks, in which office and for whom, from the lead of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from aidememoire.ingest.actors import ActorTable

__all__ = ["OfficeHolder", "as_person", "as_role", "first_office_holder"]

LEAD_CHARS = 800
_OFFICES = (
    r"minister (?:of|for) [a-z]+(?: affairs)?|(?:[a-z]+ ){0,2}minister|foreign secretary|secretary of state"
    r"|(?:foreign|defen[cs]e) (?:ministry|office) (?:spokesperson|spokeswoman|spokesman|representative)"
    r"|(?:presidential |kremlin )?(?:spokesperson|spokeswoman|spokesman)|state councill?or"
    r"|president|chancellor|premier|king|queen|emperor|emir|secretary[- ]general|ambassador"
    r"|permanent representative|special envoy|chair(?:man|woman|person)?|(?:parliament )?speaker"
)
_RANKS = r"(?:(?:first|acting|deputy|vice|senior|interim|caretaker|crown)[ -])*"
_PARTICLE = r"(?:(?:bin|ibn|al|von|van|den|der|de|da|do|dos|del|di|la|le|el)[ -])*"
_NOT_NAMES = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|January\b|February\b|March\b|April\b|June\b|July\b|August\b"
    r"|September\b|October\b|November\b|December\b|The\b|In\b|On\b)"
)
_NAME = rf"{_NOT_NAMES}[A-ZÀ-ÞĀ-Ž][\w'’-]*\.?(?:[ ]{_NOT_NAMES}{_PARTICLE}[A-ZÀ-ÞĀ-Ž](?:[\w'’-]+|\.)){{0,3}}"
_FOREIGN = re.compile(r"minister (?:of|for) for\w*gn affairs|foreign affairs minister|minister of foreign relations")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|H\.? ?E|Mme)\.?\s+", re.IGNORECASE)


@dataclass(frozen=True)
class OfficeHolder:
    """A person named with an office and a country."""

    actor: str
    role: str
    speaker: str


def as_role(post: str) -> str:
    """Write an office the way the tables do: lower case, one name for the head of a foreign ministry.

    Examples
    --------
    >>> as_role("Minister for Foreign Affairs"), as_role("Prime  Minister ")
    ('foreign minister', 'prime minister')
    """
    role = " ".join(post.casefold().split())
    return "foreign minister" if _FOREIGN.fullmatch(role) else role


def as_person(name: str) -> str:
    """Drop the courtesy title of a name and the capitals of a shouted one.

    Examples
    --------
    >>> as_person("Mr. Anna  BERG-LUND ")
    'Anna Berg-Lund'
    """
    words = _TITLE.sub("", " ".join(name.split()), count=1).split(" ")
    return " ".join(word.title() if word.isupper() and len(word) > 2 and "." not in word else word for word in words)


def first_office_holder(text: str, actors: ActorTable) -> OfficeHolder | None:
    """First person named as "Demonym Office Name" or "Office of Country Name" at the beginning of a text.

    Examples
    --------
    >>> from aidememoire.ingest.actors import builtin_actors
    >>> lead = "Peace matters, Norwegian Foreign Minister Kari Nordmann said on Friday."
    >>> first_office_holder(lead, builtin_actors())
    OfficeHolder(actor='NOR', role='foreign minister', speaker='Kari Nordmann')
    """
    lead = text[:LEAD_CHARS].partition("\n")[0]
    for match in _pattern(actors).finditer(lead):
        country = match["demonym"] or match["country"]
        actor = actors.demonym(country) or actors.resolve(country)
        if actor:
            name = match["name"] or match["name2"]
            return OfficeHolder(actor, as_role(match["role"] or match["role2"]), name.rstrip(".,"))
    return None


@lru_cache(maxsize=8)
def _pattern(actors: ActorTable) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted({*actors.names}, key=len, reverse=True))
    words = "|".join(re.escape(w) for w in sorted({*actors.demonyms, *actors.names}, key=len, reverse=True))
    office = rf"(?i:{_RANKS}(?:{_OFFICES}))"
    return re.compile(
        rf"(?<!\w)(?<![Ff]ormer )(?:(?P<demonym>{words})(?:['’]s)? (?P<role>{office}),? (?P<name>{_NAME})"
        rf"|(?P<role2>{office}) of (?:the )?(?P<country>{names}),? (?P<name2>{_NAME}))"
    )
