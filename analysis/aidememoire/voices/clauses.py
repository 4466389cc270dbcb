"""Predicates of a sentence that report words or tell an event, each with its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aidememoire.voices.cues import Cues, Verb
from aidememoire.voices.subjects import (
    FARTHEST_SUBJECT,
    MASK,
    Word,
    before_apposition,
    inverted_subject,
    subject_at,
)

__all__ = ["Predicate", "find_predicates"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A verb with its subject: word positions ``[subject, subject_end)``, ``at`` and ``end`` (behind the verb)."""

    verb: Verb
    subject: int
    subject_end: int
    at: int
    end: int
    inherited: bool = False
    passive: bool = False


def find_predicates(words: Sequence[Word], cues: Cues) -> list[Predicate]:
    """Return the predicates in order; a verb without a subject of its own shares that of the one before.

    Examples
    --------
    >>> from aidememoire.voices.cues import load_cues
    >>> from aidememoire.voices.subjects import words_of
    >>> words = words_of("The minister met the envoy and thanked him.")
    >>> [(p.verb.lemma, p.verb.family, p.inherited) for p in find_predicates(words, load_cues())]
    [('meet', 'event', False), ('thank', 'report', True)]
    """
    found: list[Predicate] = []
    for at, word in enumerate(words):
        if word.text == "according" or (word.text == "According" and at == 0):
            predicate = _according(words, at, cues)
        elif word.text in cues.words["views"]:
            predicate = _in_view(words, at, cues)
        else:
            verb = cues.verbs.get(word.text) or cues.events.get(word.text)
            predicate = _predicate(words, at, verb, found, cues) if verb else None
        if predicate:
            found.append(predicate)
    return found


END_OF_SUBJECT = frozenset((",", ".", ";", ":", MASK))
_ACCORDING = Verb("according to", "say")
_IN_VIEW = Verb("in the view of", "say")


def _according(words: Sequence[Word], at: int, cues: Cues) -> Predicate | None:
    if at + 2 >= len(words) or words[at + 1].low != "to":
        return None
    stop = at + 2
    while stop < len(words) and stop - at < FARTHEST_SUBJECT and words[stop].text[0] not in END_OF_SUBJECT:
        stop += 1
    spoken = words[at + 2 : stop]
    # "according to plan" and "according to the schedule" name nobody.
    speaks = spoken and (spoken[-1].low in cues.words["title_words"] or spoken[-1].low in cues.words["pronouns"])
    if not speaks and not any(word.capital for word in spoken):
        return None
    return Predicate(_ACCORDING, at + 2, stop, at, stop)


def _in_view(words: Sequence[Word], at: int, cues: Cues) -> Predicate | None:
    """``in his view``, ``in the minister's words``: the owner is the subject."""
    first = next((i for i in range(at - 1, max(-1, at - FARTHEST_SUBJECT), -1) if words[i].low == "in"), -1)
    owner = words[first + 1 : at] if first >= 0 else []
    if not owner or any(word.text in ",.;:" for word in owner):
        return None
    owned = owner[-1].text.endswith(("’s", "'s", "’", "'")) or owner[-1].low in cues.words["owners"]
    return Predicate(_IN_VIEW, first + 1, at, first, at + 1) if owned else None


def _predicate(words: Sequence[Word], at: int, verb: Verb, before: list[Predicate], cues: Cues) -> Predicate | None:
    needed = _end_of_needs(words, at + 1, verb)
    if needed < 0 or (verb.lemma in cues.words["told_of_persons"] and _of_person(words, at + 1, cues)):
        if verb.lemma == "be":
            return None
        event = cues.events.get(words[at].text)
        verb, needed = event or Verb(verb.lemma, "event"), at + 1
    if words[at].text.endswith("ing"):
        return _gerund(words, at, needed, verb, before, cues)
    left = at - 1
    while left >= 0 and (words[left].low in cues.words["adverbs"] or words[left].low.endswith("ly")):
        left -= 1
    if left < 0:
        return None
    if words[left].low in cues.words["passive"]:
        if left > 0 and words[left - 1].low in cues.words["impersonal"] and verb.family == "say":
            return Predicate(verb, left - 1, left - 1, at, needed, passive=True)
        return None
    if words[left].low in cues.words["joins"]:
        apposed = before_apposition(words, left, before[-1].at if before else -1) if words[left].text == "," else None
        if apposed is not None:
            span = subject_at(words, apposed, verb, cues)
            if span:
                return Predicate(verb, *span, at, needed)
        return _inherit(words, at, needed, verb, before)
    if words[left].low in ("who", "which"):
        behind = left - 2 if left > 1 and words[left - 1].text == "," else left - 1
        span = subject_at(words, behind, verb, cues) if behind >= 0 else None
        return Predicate(verb, *span, at, needed) if span else None
    span = subject_at(words, left, verb, cues)
    if span is None:
        span = inverted_subject(words, at, cues) if verb.family == "say" else None
        if span:
            return Predicate(verb, *span, at, max(needed, span[1]))
    return Predicate(verb, *span, at, needed) if span else None


def _is_near(word: Word, need: str) -> bool:
    return word.text[0] == MASK if need == "quote" else word.low == need


def _of_person(words: Sequence[Word], at: int, cues: Cues) -> bool:
    """Whether the object at ``at`` is a person and not something of his."""
    following = words[at : at + FARTHEST_SUBJECT]
    if not any(word.low in cues.words["title_words"] or word.text in cues.courtesy for word in following[:2]):
        return False
    phrase = [word.text for word in following]
    small = ("of", "the", "and")
    stop = next((i for i, word in enumerate(phrase) if word.islower() and word not in small), len(phrase))
    return not any(word.endswith(("’s", "'s", "’", "'")) for word in phrase[:stop])


def _end_of_needs(words: Sequence[Word], at: int, verb: Verb) -> int:
    """Position behind what the verb needs, or -1 if it is not there."""
    if not verb.needs:
        return at
    for need in verb.needs:
        parts = need.split("_")
        if need == "end" and (at >= len(words) or words[at].text in ",.;:!?"):
            return at
        if need[0] == "~" and any(_is_near(word, need[1:]) for word in words[at : at + FARTHEST_SUBJECT]):
            return at
        if [word.low for word in words[at : at + len(parts)]] == parts:
            return at + len(parts) if len(parts) > 1 or need in ("out", "that", "to") else at
    return -1


def _gerund(
    words: Sequence[Word], at: int, end: int, verb: Verb, before: list[Predicate], cues: Cues
) -> Predicate | None:
    if verb.family == "event" or not before or at == 0:
        return None
    left = at - 1
    while left > 0 and (words[left].low in cues.words["adverbs"] or words[left].low.endswith("ly")):
        left -= 1
    if words[left].low not in cues.words["gerund_after"] and words[left].text[0] != MASK:
        return None
    return _inherit(words, at, end, verb, before)


def _inherit(words: Sequence[Word], at: int, end: int, verb: Verb, before: list[Predicate]) -> Predicate | None:
    if not before:
        return None
    last = before[-1]
    # "the sides noted ... achieved and expressed in" is a participle, which "by" or "in" gives away.
    following = words[end].low if end < len(words) else ""
    if following in ("by", "at", "during") and verb.family != "say":
        return None
    return Predicate(verb, last.subject, last.subject_end, at, end, inherited=True)
