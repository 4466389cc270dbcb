"""Who does what a verb tells: the noun phrase in front of it, behind it, or round an apposition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aidememoire.voices.cues import Cues, Verb

__all__ = ["FARTHEST_SUBJECT", "MASK", "Word", "before_apposition", "inverted_subject", "subject_at", "words_of"]

MASK = "\ue000"
"""Stands for every character of quoted speech, so that a quotation is one word."""
FARTHEST_SUBJECT = 14
"""Words looked back for the beginning of a subject."""

_TOKEN = re.compile(
    r"(?:Mrs?|Ms|Dr|Gen|Sen|Rep|Prof|Jr|Sr|St|vs)\.|(?:[A-Z]\.){2,}|[A-Z]\.(?=\s)"
    rf"|{MASK}+|[^\W{MASK}]+(?:[’'.\-–/&][^\W{MASK}]+)*|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign of a sentence with its place."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """Lower case form."""
        return self.text.casefold()

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def words_of(sentence: str) -> list[Word]:
    """Words and signs of a sentence.

    Examples
    --------
    >>> [word.text for word in words_of("Mr. Oren’s aide said so.")]
    ['Mr.', 'Oren’s', 'aide', 'said', 'so', '.']
    """
    return [Word(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(sentence)]


def subject_at(words: Sequence[Word], head: int, verb: Verb, cues: Cues) -> tuple[int, int] | None:
    """Span of the noun phrase that ends at ``head``, if somebody who can speak."""
    word = words[head]
    if word.low in cues.words["subject_pronouns"]:
        return head, head + 1
    if word.text == ")":
        head = next((at - 1 for at in range(head, max(0, head - FARTHEST_SUBJECT), -1) if words[at].text == "("), -1)
        if head < 0:
            return None
        word = words[head]
    if word.text[0].isalpha() and (word.capital or word.text in ("Jr.", "Sr.")):
        span = _name_phrase(words, head, cues)
        if span and span[1] - span[0] == 1 and span[0] > 1 and words[span[0] - 1].low in cues.words["placing"]:
            # "A participant from Chile told": the name is only where the speaker comes from.
            return _noun_phrase(words, head, cues) if _can_speak(words[span[0] - 2].low, cues) else None
        return span
    if _can_speak(word.low, cues) or (verb.family == "say" and words[head].text.isalpha() and _says_that(words, head)):
        return _noun_phrase(words, head, cues)
    return None


def _says_that(words: Sequence[Word], head: int) -> bool:
    return any(word.low == "that" for word in words[head + 2 : head + 4])


def _can_speak(word: str, cues: Cues) -> bool:
    lists = ("joint", "others", "home_groups", "bodies", "documents")
    return word in cues.words["title_words"] or any(word in cues.words[name] for name in lists)


def _name_phrase(words: Sequence[Word], head: int, cues: Cues) -> tuple[int, int] | None:
    start = at = head
    while at > 0 and head - at < FARTHEST_SUBJECT:
        at -= 1
        word = words[at]
        if word.text == "," and words[at + 1].text in ("Jr.", "Sr."):
            continue
        if word.low in cues.words["fronted_adverbials"] or word.low in cues.words["joins"] - {"and"}:
            break
        if word.text[0].isupper() and not (at == 0 and word.low == "and"):
            start = at
        elif word.low not in cues.words["inside_names"]:
            break
    if start > 0 and words[start - 1].low in ("the", "both"):
        start -= 1
    return None if words[start].low in cues.words["first_person"] else (start, head + 1)


def _noun_phrase(words: Sequence[Word], head: int, cues: Cues) -> tuple[int, int] | None:
    at = head
    while at > 0 and head - at < FARTHEST_SUBJECT:
        before = words[at - 1]
        if not before.text[0].isalnum():
            break
        at -= 1
        if before.low in cues.words["determiners"] and not (at > 0 and words[at - 1].low == "of"):
            break
    return None if words[at].low in cues.words["first_person"] else (at, head + 1)


def before_apposition(words: Sequence[Word], comma: int, last_verb: int) -> int | None:
    """Position in front of an apposition or remark between two commas, of which ``comma`` is the second."""
    at = comma - 1
    while at > 0 and comma - at < FARTHEST_SUBJECT and words[at].text != ",":
        at -= 1
    if at <= 0 or words[at].text != "," or last_verb > at:
        return None
    return at - 1


def inverted_subject(words: Sequence[Word], at: int, cues: Cues) -> tuple[int, int] | None:
    """Span of a subject behind its verb: ``said Lavrov``."""
    if at == 0 or not (words[at - 1].text in (",", "”", '"', "»") or words[at - 1].text[0] == MASK):
        return None
    stop = at + 1
    while stop < len(words) and stop - at < FARTHEST_SUBJECT and words[stop].text not in (",", ".", ";", ":"):
        stop += 1
    spoken = words[at + 1 : stop]
    if any(word.capital for word in spoken) or any(word.low in cues.titles for word in spoken):
        return at + 1, stop
    return None
