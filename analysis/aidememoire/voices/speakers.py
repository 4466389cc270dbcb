"""From the words in front of a cue to a speaker: names, titles, epithets, pronouns, joint words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aidememoire.ingest.actors import ActorTable
from aidememoire.voices.cues import Cues
from aidememoire.voices.names import Person, Roster, surname_of

__all__ = ["Resolver", "Speaker"]

_OWNING = re.compile(r"['’]s?$")
_WORDS = re.compile(r"[\w’'.-]*[\w’'-]|[\w]\.")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is meant, whether he belongs to another side, and how sure that is."""

    name: str
    other: bool = False
    certain: float = 0.9
    person: bool = True


@dataclass(slots=True)
class Resolver:
    """Resolves mentions in reading order; remembers who spoke last."""

    roster: Roster
    actors: ActorTable
    cues: Cues
    last: Person | None = None

    def principal(self) -> Speaker:
        """Return the statement's own official, or nobody."""
        person = self.roster.principal
        return Speaker(person.name, False, 0.7) if person else Speaker("", False, 0.3)

    def resolve(self, mention: str) -> Speaker:
        """Return the speaker a subject phrase stands for.

        Parameters
        ----------
        mention
            Words of the subject as written; empty if the sentence has none.
        """
        words = [word for word in _WORDS.findall(mention) if word]
        lowered = [_OWNING.sub("", word.casefold()) for word in words]
        if not words:
            return self.principal()
        if len(words) == 1 and lowered[0] in self.cues.words["pronouns"]:
            return self._named(self.last or self.roster.principal, 0.8)
        if lowered in ([word] for word in self.cues.words["impersonal"]):
            return Speaker("", False, 0.3, person=False)
        if lowered[0] in self.cues.words["pronouns_joint"]:
            return Speaker("both", False, 0.8)
        if "and" in lowered and self._persons(words) != 1:
            return Speaker("both", False, 0.85)
        named = self._by_name(words)
        if named:
            return named
        stranger = self._stranger(words)
        if stranger:
            return stranger
        return self._by_title(mention, words, lowered)

    def _persons(self, words: list[str]) -> int:
        return len({s.casefold() for w in words if (s := surname_of(w)) and s.casefold() in self.roster.persons})

    def _named(self, person: Person | None, certain: float) -> Speaker:
        if person is None:
            return Speaker("", False, 0.3)
        self.last = person
        return Speaker(person.name, self.roster.is_foreign(person), certain)

    def _by_name(self, words: list[str]) -> Speaker | None:
        for word in reversed(words):
            person = self.roster.persons.get(surname_of(word).casefold()) if word[0].isupper() else None
            if person:
                return self._named(person, 0.95)
        return None

    def _stranger(self, words: list[str]) -> Speaker | None:
        """A name nobody has introduced: the last two words of a phrase in capitals, less a courtesy title."""
        name = [word for word in words if word not in self.cues.courtesy]
        lowered = {word.casefold() for word in name[-2:]}
        if lowered & (self.cues.words["bodies"] | self.cues.words["title_words"] | self.cues.words["home_groups"]):
            return None
        capitals = [word for word in name if word[0].isupper()]
        courteous = len(name) < len(words)
        if not (courteous and name) and not (len(capitals) == len(name) >= 2 and self._actor_in(name) is None):
            return None
        if self.actors.resolve(" ".join(name)):
            return None
        person = Person(" ".join(name[-2:]), surname_of(name[-1]))
        self.roster.persons[person.surname.casefold()] = person
        return self._named(person, 0.75)

    def _by_title(self, mention: str, words: list[str], lowered: list[str]) -> Speaker:
        joined = " ".join(lowered)
        plural = next((word for word in lowered if word in self.cues.words["joint"]), "")
        if plural and not any(word in ("other", "some", "foreign", "many") for word in lowered):
            return Speaker("both", False, 0.8)
        if any(word in self.cues.words["others"] for word in lowered):
            return Speaker(mention.strip(), True, 0.7)
        actor = self._actor_in(words)
        office = self._office_in(joined)
        if office:
            found = self._holder(office, actor)
            if found:
                return self._named(found, 0.85)
            return Speaker(_bare(mention), bool(actor and self.roster.home and actor != self.roster.home), 0.6)
        if any(word in self.cues.words["documents"] for word in lowered) and not actor:
            return self.principal()
        foreign = bool(actor and actor != self.roster.home and (self.roster.home or self.roster.principal))
        return Speaker(_bare(mention), foreign, 0.6, person=False)

    def _actor_in(self, words: list[str]) -> str | None:
        for size in (3, 2, 1):
            for at in range(len(words) - size + 1):
                phrase = re.sub(r"['’]s$", "", " ".join(words[at : at + size]))
                if phrase[:1].isupper():
                    found = self.actors.demonym(phrase) or self.actors.resolve(phrase)
                    if found:
                        return found
        return None

    def _office_in(self, joined: str) -> str | None:
        found = [title for title in self.cues.titles if f" {title} " in f" {joined} "]
        return self.cues.titles[max(found, key=len)] if found else None

    def _holder(self, office: str, actor: str | None) -> Person | None:
        principal = self.roster.principal
        persons = list(self.roster.persons.values())
        if actor:
            of_actor = [p for p in persons if actor in p.actors]
            fitting = [p for p in of_actor if _fits(office, p)]
            home = self.roster.home or actor
            own = principal and (not principal.actors or actor in principal.actors) and actor == home
            if own and principal and (_fits(office, principal) or not fitting):
                return principal
            return fitting[0] if fitting else (of_actor[0] if len(of_actor) == 1 else None)
        if principal and (office in principal.offices or not principal.offices):
            return principal
        if self.last and _fits(office, self.last):
            return self.last
        fitting = [p for p in persons if office in p.offices]
        fitting = fitting or [p for p in persons if p.offices and _fits(office, p)]
        return fitting[0] if fitting else None


_NEAR = {
    "minister": {"foreign minister", "minister"},
    "foreign minister": {"foreign minister", "minister"},
    "secretary": {"foreign minister", "secretary"},
    "president": {"president", "chancellor", "monarch"},
    "ambassador": {"ambassador", "foreign minister"},
}


def _fits(office: str, person: Person) -> bool:
    return not person.offices or bool(_NEAR.get(office, {office}) & person.offices)


def _bare(mention: str) -> str:
    return re.sub(r"^(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+", "", mention.strip())
