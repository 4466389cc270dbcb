"""Turns of a transcript: lines that begin with a name and a colon, questions and answers, stage directions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aidememoire.voices.cues import Cues

__all__ = ["Turn", "find_turns", "is_direction", "is_separator", "label_name"]

_LABEL = re.compile(r"^[^\W\d_a-zß-ÿ][^\n:!?;“”\"]{0,170}(?=:(?:\s|$))", re.MULTILINE)
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]\s*$")
_SEPARATOR = re.compile(r"[\W_]*|\\?#.*|\d{1,2}[:.]\d\d ?[APap]\.?[Mm]\.?.{0,12}|END|End")
_DIRECTION = re.compile(r"[(\[<{][^()\[\]<>{}]{1,80}[)\]>}][.!]?|<?[.…]{2,3}>?")
_STOP = re.compile(r"[.] (?!\w[.])")
_COURTEOUS = re.compile(r"\b(?:mrs?|ms|dr|gen|sen|prof|st|amb|gov|rep|lt|col)\. ", re.IGNORECASE)
_SMALL = frozenset(
    "of the and for to on in at with by from de da di du la le el al bin ibn van von der den dos a an und & "
    "y e zu under over against between non upon as".split()
)
_VERBAL = frozenset(
    "said says say reads read included include includes follow follows is are was were has have had will would can "
    "could stated added concluded asked asks noted means mean do does did that this these those it we i you they he "
    "she who which there here what how if not my our his her their your".split()
)
MOST_LABEL_WORDS = 22


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its label as written and the text from behind the colon to its end."""

    start: int
    words: int
    end: int
    label: str


def label_name(label: str) -> str:
    """Label without a remark in brackets behind it.

    Examples
    --------
    >>> label_name("Anna Berg (in English)")
    'Anna Berg'
    """
    return _BRACKETED.sub("", label).strip()


def is_direction(sentence: str) -> bool:
    """Whether a sentence is only a stage direction, such as ``(Applause.)``."""
    return bool(_DIRECTION.fullmatch(sentence.strip()))


def is_separator(line: str) -> bool:
    """Whether a line is furniture that ends a turn: rules of signs, a time of day, the word END."""
    return bool(_SEPARATOR.fullmatch(line.strip()))


def find_turns(text: str, known: Iterable[str], cues: Cues) -> list[Turn]:
    """Return the turns of a transcript in order; none if the text is no transcript.

    Parameters
    ----------
    known
        Surnames of persons the statement names; a label with one of them needs no other proof.
    """
    found = [(m.start(), m.end() + 1, m.group()) for m in _LABEL.finditer(text) if _could_be_label(m.group(), cues)]
    if not found:
        return []
    surnames = {name.casefold() for name in known}
    times = Counter(_last_word(label) for _, _, label in found)
    proved = [
        (start, words, label)
        for start, words, label in found
        if _is_label(text, words, label, times[_last_word(label)], surnames, cues)
    ]
    starts = [start for start, _, _ in proved] + [len(text)]
    return [
        Turn(start, words, _turn_end(text, words, starts[at + 1]), label)
        for at, (start, words, label) in enumerate(proved)
    ]


def _turn_end(text: str, words: int, limit: int) -> int:
    at = text.find("\n", words)
    while 0 <= at < limit:
        following = text.find("\n", at + 1)
        line = text[at + 1 : following if following >= 0 else len(text)]
        if is_separator(line) and not is_direction(line):
            return at
        at = following
    return limit


def _last_word(label: str) -> str:
    return label_name(label).rpartition(" ")[2].casefold()


def _could_be_label(label: str, cues: Cues) -> bool:
    name = label_name(label)
    words = name.split()
    if not words or len(words) > MOST_LABEL_WORDS or _STOP.search(_COURTEOUS.sub("", name)):
        return False
    first = words[0].strip(".,").casefold()
    if first in cues.words["salutations"] and not (words[0].isupper() and len(words) > 1):
        return False
    if name.casefold() in cues.words["no_labels"]:
        return False
    if first in cues.words["question_labels"] | cues.words["answer_labels"]:
        return len(words) <= 4
    if any(word.casefold() in _VERBAL for word in words[1:]) or words[0].casefold() in _VERBAL:
        return name.isupper()
    if not words[-1][0].isupper() and not words[-1][0].isdigit():
        return False
    small = [word for word in words if word[0].islower() and word not in _SMALL]
    return not small or (len(small) <= 8 and len(words) > len(small) + 1 and words[-2][0].isupper())


def _is_label(text: str, words: int, label: str, times: int, known: set[str], cues: Cues) -> bool:
    name = label_name(label)
    parts = name.split()
    if parts[0].strip(".,").casefold() in cues.words["question_labels"] | cues.words["answer_labels"]:
        return len(parts) == 1 or times > 1 or parts[0].casefold() not in ("a", "press", "voice")
    if _last_word(label) in known or times > 1:
        return True
    follows = text[words : text.find("\n", words) if "\n" in text[words : words + 4000] else words + 4000].strip()
    capitals = sum(part[0].isupper() for part in parts)
    if name.isupper() and len(parts) > 1:
        return True
    if not follows or capitals < 2 or len(parts) - capitals > 9:
        return False
    lowered = name.casefold()
    titled = any(lowered.startswith(title + " ") or f" {title} " in lowered for title in cues.titles)
    return titled or (2 <= len(parts) <= 4 and capitals == len(parts) and all(_is_name(part) for part in parts))


def _is_name(word: str) -> bool:
    return all(part.isalpha() for part in re.split(r"[-.'’]", word) if part)
