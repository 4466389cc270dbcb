"""Cue families of a language, read from its YAML file: verbs, titles, groups, labels of turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

__all__ = ["Cues", "Verb", "inflected", "load_cues"]

Family = Literal["say", "report", "event"]
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its dictionary form, its family, and what must follow it before it reports words."""

    lemma: str
    family: Family
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Cues:
    """Everything that is a word of one language.

    Attributes
    ----------
    verbs
        Form to verb of the two reporting families.
    events
        Form to verb of the family that tells an event.
    titles
        Phrase of an office, lower case, to the class of that office.
    words
        The remaining lists by name, lower case.
    forms
        Every form that can be a cue or tell an event; a sentence without any needs no parsing.
    """

    verbs: Mapping[str, Verb]
    events: Mapping[str, Verb]
    titles: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    courtesy: frozenset[str]
    forms: frozenset[str]


def inflected(lemma: str) -> tuple[str, ...]:
    """Return the regular forms of a verb that a report uses; the bare form is none of them.

    Examples
    --------
    >>> inflected("stress"), inflected("note"), inflected("reply")
    (('stresses', 'stressed', 'stressing'), ('notes', 'noted', 'noting'), ('replies', 'replied', 'replying'))
    """
    if lemma.endswith("e"):
        return lemma + "s", lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
    return third, lemma + "ed", lemma + "ing"


def _third(lemma: str) -> str:
    return inflected(lemma)[0]


def _verbs(lines: Iterable[str], family: Family, needs: Mapping[str, str]) -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for line in lines:
        lemma, *irregular = line.split()
        lemma = lemma.replace("_", " ")
        verb = Verb(lemma, family, tuple(needs.get(lemma, "").split()))
        forms = (*irregular, _third(lemma)) if irregular and " " not in lemma else tuple(irregular) or inflected(lemma)
        found |= dict.fromkeys(forms, verb)
    return found


@cache
def load_cues(language: str = "en") -> Cues:
    """Return the cue families of a language.

    Raises
    ------
    FileNotFoundError
        If there is no file for the language.

    Examples
    --------
    >>> load_cues().verbs["stressed"].lemma, load_cues().titles["top diplomat"]
    ('stress', 'foreign minister')
    """
    from ruamel.yaml import YAML

    file = resources.files("aidememoire.voices").joinpath(f"data/cues_{language}.yaml")
    said: dict[str, Any] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    needs = said["needs"]
    verbs = {**_verbs(said["report"], "report", needs), **_verbs(said["say"], "say", needs)}
    events = _verbs(said["event"], "event", needs)
    titles = {phrase.strip(): office for office, phrases in said["titles"].items() for phrase in phrases.split("|")}
    lists = {name: frozenset(value.replace('"', "").split()) for name, value in said.items() if isinstance(value, str)}
    lists["title_words"] = frozenset(word for phrase in titles for word in phrase.split() if len(word) > 3)
    return Cues(
        verbs=verbs,
        events=events,
        titles=titles,
        words={name: frozenset(word.casefold() for word in words) for name, words in lists.items()},
        courtesy=frozenset(said["courtesy"].split()),
        forms=frozenset(
            (*verbs, *events, *lists["views"], *(word.title() for word in lists["according"]), *lists["according"])
        ),
    )
