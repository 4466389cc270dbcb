"""Persons named in a statement: name, office, state, and who of them is the statement's own official."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from aidememoire.ingest.actors import ActorTable
from aidememoire.voices.context import Context
from aidememoire.voices.cues import Cues

__all__ = ["Person", "Roster", "build_roster", "surname_of"]

_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_WORD = r"[A-ZÀ-ÖØ-ÞĀ-ŽŠ](?:[\w’'-]*\w)?"
_PARTICLE = r"(?:bin|ibn|bint|al|el|von|van|der|den|de|da|do|dos|del|di|la|le|ter)"
_NAME = rf"{_WORD}(?:(?: {_PARTICLE}){{0,3}} (?:[A-Z]\.|{_WORD})){{0,4}}"
_BARE = re.compile(
    rf"(?<![\w.’'-])(?P<bare>{_WORD} (?:[A-Z]\. )?(?:{_PARTICLE} )?{_WORD}(?: {_WORD})?)"
    r"(?= (?:also |then |and )?(?P<verb>[a-z]+))"
)
_BE = frozenset("is was has had will".split())
_POSSESSIVE = re.compile(r"['’]s?$")
_NO_NAMES = frozenset(
    "The A An In On At During After Before With From By For As It This That These Those He She They We I Both Two All "
    "Today Yesterday Tomorrow Following According Participants Attending Among Also And But However Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December Russia United States White House Oval Office Security Council Readout Meeting Telephone "
    "Conversation Greetings Congratulations Condolences Press Republic Federation Union Kingdom State Mr Mrs Ms Dr "
    "Mr. Mrs. Ms. Dr.".split()
)
WIDEST_INTRODUCTION = 120
LONGEST_LEAD = 60_000
"""Characters searched for names; a longer text has named its officials by then."""


@dataclass(slots=True)
class Person:
    """A person of the roster; grows while the text is read."""

    name: str
    surname: str
    offices: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    counterpart: bool = False

    def absorb(self, name: str, office: str, actor: str) -> None:
        """Add what another mention says; the longest name stays."""
        if len(name.split()) > len(self.name.split()):
            self.name = name
        if office:
            self.offices.add(office)
        if actor:
            self.actors.add(actor)


@dataclass(slots=True)
class Roster:
    """Everyone named, by surname, and the statement's own official."""

    persons: dict[str, Person]
    principal: Person | None
    home: str | None

    def is_foreign(self, person: Person) -> bool:
        """Whether a person belongs to another state than the issuing side."""
        if person is self.principal or not person.actors:
            return False
        return self.home not in person.actors


def surname_of(name: str) -> str:
    """Last name, without a suffix such as ``Jr.``.

    Examples
    --------
    >>> surname_of("Joseph R. Biden, Jr."), surname_of("Mr. Oren’s")
    ('Biden', 'Oren')
    """
    words = _POSSESSIVE.sub("", _SUFFIX.sub("", name.strip())).split()
    return words[-1].strip(",.") if words else ""


@dataclass(frozen=True, slots=True)
class _Mention:
    at: int
    name: str
    office: str
    actor: str
    counterpart: bool


@lru_cache(maxsize=8)
def _titled(states: tuple[str, ...], cues: Cues) -> re.Pattern[str]:
    """Pattern of an office or a courtesy title with a name; a state is looked for only behind "of"."""
    lands = "|".join(re.escape(name).replace("'", "['’]") for name in sorted({*states}, key=len, reverse=True))
    offices = "|".join(re.escape(title) for title in sorted(cues.titles, key=len, reverse=True))
    courtesy = "|".join(re.escape(title) for title in sorted(cues.courtesy, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w’'])(?:(?P<office>(?i:{offices}))s?(?: of (?:the |State of ){{0,2}}(?P<land>{lands}))?,? "
        rf"(?:(?:{courtesy}) )?(?P<name>{_NAME})(?: of (?:the )?(?P<land2>{lands}))?"
        rf"|(?:{courtesy}) (?P<plain>{_NAME}))"
    )


def _people_before(text: str, at: int, actors: ActorTable, cues: Cues) -> str:
    """Code of the state whose name or people stands in front of an office: "Chile's acting" minister."""
    words = [_POSSESSIVE.sub("", word) for word in text[max(0, at - 60) : at].split(" ")[:-1]]
    while words and words[-1].casefold() in cues.words["ranks"]:
        words.pop()
    for size in (3, 2, 1):
        phrase = " ".join(words[-size:])
        if len(words) >= size and phrase[:1].isupper():
            code = actors.demonym(phrase) or actors.resolve(phrase)
            if code:
                return code
    return ""


def _mentions(text: str, actors: ActorTable, cues: Cues) -> Iterator[_Mention]:
    for match in _titled(actors.names, cues).finditer(text):
        name = _before_possession(match["plain"] or _without_land(match["name"], actors))
        if not name or name.split()[0] in _NO_NAMES:
            continue
        land = match["land"] or match["land2"] or ""
        actor = actors.resolve(land) if land else None
        if match["office"]:
            actor = actor or _people_before(text, match.start(), actors, cues)
        office = cues.titles.get((match["office"] or "").casefold(), "")
        before = text[max(0, match.start() - 30) : match.start()].split()[-2:]
        counterpart = any(word in cues.words["counterpart"] for word in before)
        yield _Mention(match.start(), name, office, actor or "", counterpart)
    for match in _BARE.finditer(text):
        if match["verb"] not in cues.verbs and match["verb"] not in cues.events and match["verb"] not in _BE:
            continue
        words = _without_land(match["bare"], actors).split()
        named = words and not any(word in _NO_NAMES or _is_office_or_body(word, cues) for word in words)
        if named:
            yield _Mention(match.start(), " ".join(words), "", "", False)


def _is_office_or_body(word: str, cues: Cues) -> bool:
    return any(word.casefold() in cues.words[group] for group in ("title_words", "bodies", "home_groups", "documents"))


def _before_possession(name: str) -> str:
    """Name up to its possessive: "Berg’s Call" is a call of Berg's."""
    words = name.split()
    while len(words) > 2 and words[0].isupper() and len(words[0]) > 2 and not words[1].isupper():
        words.pop(0)  # "CEO Anna Berg"
    owner = next((at for at, word in enumerate(words) if word.endswith(("’s", "'s", "’", "'"))), len(words))
    return " ".join(words[: owner + 1])


def _without_land(name: str, actors: ActorTable) -> str:
    # "President of Tatarstan Rustam ..." never gets here; "President Vladimir Putin Russia" would.
    words = name.split()
    while words and (actors.demonym(words[0]) or (len(words) > 1 and actors.resolve(words[0]))):
        words = words[1:]
    return " ".join(words)


def build_roster(text: str, context: Context, actors: ActorTable, cues: Cues) -> Roster:
    """Name everyone in a statement and find its own official.

    The statement's speaker is its official; else the first person named in its summary, its headline or its
    text who is neither introduced as the counterpart nor of another state.

    Examples
    --------
    >>> from aidememoire.ingest import builtin_actors
    >>> from aidememoire.voices.cues import load_cues
    >>> text = "President Anna Berg met with President of Chile Luis Rojas."
    >>> roster = build_roster(text, Context(), builtin_actors(), load_cues())
    >>> roster.principal.name, sorted(roster.persons)
    ('Anna Berg', ['berg', 'rojas'])
    """
    roster = Roster({}, None, context.actor)
    if context.speaker:
        roster.principal = _add(roster, _Mention(0, context.speaker, context.role or "", context.actor or "", False))
        if context.role:
            roster.principal.offices.add(cues.titles.get(context.role.casefold(), context.role.casefold()))
    for source in (context.occasion or "", context.title or "", text[:LONGEST_LEAD]):
        for mention in sorted(_mentions(source, actors, cues), key=lambda m: m.at):
            _add(roster, mention)
    if roster.principal is None:
        # Persons stand in the order of their first mention, with all that later mentions added.
        own = [p for p in roster.persons.values() if not p.counterpart]
        at_home = [p for p in own if not (p.actors and context.actor) or context.actor in p.actors]
        roster.principal = next(iter(at_home), None)
    _place_counterparts(roster, (context.occasion or "", context.title or "", text[:LONGEST_LEAD]), actors)
    if roster.home is None:
        # Nothing names the issuing side: its own official comes first, and guests come as counterparts.
        candidates = [roster.principal] if roster.principal and roster.principal.actors else roster.persons.values()
        roster.home = next((min(p.actors) for p in candidates if p and p.actors and not p.counterpart), None)
    return roster


def _place_counterparts(roster: Roster, sources: tuple[str, ...], actors: ActorTable) -> None:
    """Give a state to those whom a report introduces behind "with" and beside the name of a state."""
    for person in roster.persons.values():
        if person.actors or person is roster.principal:
            continue
        for source in sources:
            at = source.find(person.surname)
            before = source[max(0, at - WIDEST_INTRODUCTION) : at] if at >= 0 else ""
            begun = max(before.rfind(" with "), before.rfind(". "), before.rfind("\n"))
            if begun < 0 or not before.startswith(" with ", begun):
                continue
            behind = source[at : at + WIDEST_INTRODUCTION].partition(".")[0].partition("\n")[0]
            found = _lands(before[begun:], actors) or (
                _lands(behind, actors) if behind[len(person.surname) :][:1] == "," else []
            )
            if found:
                person.actors.add(found[0])
                break


def _lands(text: str, actors: ActorTable) -> list[str]:
    words = [_POSSESSIVE.sub("", word.strip(".,()")) for word in text.split()]
    pairs = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    return [code for word in pairs if word[:1].isupper() and (code := actors.demonym(word) or actors.resolve(word))]


def _add(roster: Roster, mention: _Mention) -> Person:
    surname = surname_of(mention.name)
    key = surname.casefold()
    person = roster.persons.get(key)
    if person is None:
        person = roster.persons[key] = Person(mention.name, surname, counterpart=mention.counterpart)
    person.absorb(_POSSESSIVE.sub("", mention.name), mention.office, mention.actor)
    return person
