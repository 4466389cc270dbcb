"""Whose turn it is: the issuing side's own people, its guests, and those who ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from aidememoire.ingest.roles import as_person
from aidememoire.voices.context import Voiced
from aidememoire.voices.cues import Cues
from aidememoire.voices.names import Person, surname_of
from aidememoire.voices.speakers import Resolver, Speaker
from aidememoire.voices.turns import Turn, label_name

__all__ = ["turn_voices"]

ASKING = 0.5
"""Share of a person's turns that end in a question from which on he interviews."""


def turn_voices(text: str, turns: Sequence[Turn], resolver: Resolver) -> list[Voiced]:
    """One verdict a turn; every sentence of the turn shares it."""
    asking = _interviewers(text, turns, resolver)
    guests = _guests(turns, resolver)
    return [_turn_voice(turn, resolver, asking, guests) for turn in turns]


def _interviewers(text: str, turns: Sequence[Turn], resolver: Resolver) -> set[str]:
    """Surnames of those without an office whose turns mostly end in questions."""
    asked: dict[str, list[bool]] = defaultdict(list)
    for turn in turns:
        words = text[turn.words : turn.end].rstrip(" \n\"'”’)")
        asked[surname_of(label_name(turn.label)).casefold()].append(words.endswith("?"))
    principal = resolver.roster.principal
    own = principal.surname.casefold() if principal else ""
    found = set()
    for surname, questions in asked.items():
        person = resolver.roster.persons.get(surname)
        private = surname != own and not (person and person.offices)
        if private and len(turns) > 2 and len(questions) > 1 and sum(questions) >= ASKING * len(questions):
            found.add(surname)
    return found


def _turn_voice(turn: Turn, resolver: Resolver, asking: set[str], guests: set[str]) -> Voiced:
    name = label_name(turn.label)
    words = name.split()
    first = words[0].strip(".,").casefold()
    cues = resolver.cues
    surname = surname_of(name).casefold()
    person = resolver.roster.persons.get(surname)
    if first in cues.words["answer_labels"] and len(words) == 1:
        return Voiced("transcript", resolver.principal().name or name, cue_kind="before", confidence=0.85)
    if first in cues.words["question_labels"]:
        return Voiced("other", "Question" if first == "q" else name, cue_kind="before", confidence=0.95)
    if person is None and _is_office(name, cues):
        speaker = _office_holder(name, resolver)
        return Voiced("other" if speaker.other else "transcript", speaker.name, cue_kind="before", confidence=0.8)
    speaker_name = as_person(_fuller(person, _person_part(name)))
    if surname in asking:
        return Voiced("other", speaker_name, cue_kind="before", confidence=0.8)
    foreign = surname in guests or (person is not None and resolver.roster.is_foreign(person))
    return Voiced("other" if foreign else "transcript", speaker_name, cue_kind="before", confidence=0.95)


def _guests(turns: Sequence[Turn], resolver: Resolver) -> set[str]:
    """Surnames of those whose words had to be translated, as the label of a turn says."""
    found = set()
    for turn in turns:
        remark = turn.label[len(label_name(turn.label)) :].casefold()
        if any(word.strip("()[]., ") in resolver.cues.words["translated"] for word in remark.split()):
            found.add(surname_of(label_name(turn.label)).casefold())
    return found


def _is_office(name: str, cues: Cues) -> bool:
    """Whether a label is an office without a name: what stands last belongs to "Minister of"."""
    bare = name.casefold().removeprefix("the ")
    if bare in cues.titles:
        return True
    words = name.split()
    titled = any(bare.startswith(f"{title} ") for title in cues.titles)
    return titled and any(word in ("of", "for", "and") for word in words[-3:-1])


def _office_holder(name: str, resolver: Resolver) -> Speaker:
    """Holder of an office that is the statement's own official's; else the office itself is the speaker."""
    office = resolver.cues.titles.get(name.casefold().removeprefix("the "))
    principal = resolver.roster.principal
    offices = principal.offices if principal else set()
    if office and (office in offices or (office == "president" and not offices)):
        return resolver.resolve(name.title())
    land = name.rpartition(" of ")[2].removeprefix("the ")
    state = resolver.actors.resolve(land) if " of " in name else None
    return Speaker(as_person(name), other=bool(state and state != resolver.roster.home))


def _fuller(person: Person | None, said: str) -> str:
    """Name of the roster if it is the same person's and fuller than the label's."""
    if person is None or " " not in person.name:
        return said
    same = " " not in said or said.split()[0].casefold() == person.name.split()[0].casefold()
    return person.name if same or len(person.name.split()) > 2 else said


def _person_part(label: str) -> str:
    """Name at the end of a label whose office is not known: its last two or three capitalised words."""
    words = label.split()
    kept: list[str] = []
    for word in reversed(words):
        if not word[0].isupper() or len(kept) == 2:
            break
        kept.insert(0, word)
    return " ".join(kept) or label
