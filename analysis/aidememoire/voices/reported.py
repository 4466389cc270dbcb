"""Reported speech in one sentence: how much of it is reported, by whom, and where the attribution stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aidememoire.voices.clauses import Predicate, find_predicates
from aidememoire.voices.context import CueKind
from aidememoire.voices.cues import Cues
from aidememoire.voices.subjects import FARTHEST_SUBJECT, MASK, Word, words_of

__all__ = ["Report", "read_report"]

_LETTERS = re.compile(r"[A-Za-z]+")
PHRASES = frozenset(("according to", "in the view of"))
"""Cues without a verb."""
LEAST_CLAUSE = 3
"""Words in front of or behind a late cue that make a clause."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the unquoted part of a sentence tells about whose words it holds.

    Attributes
    ----------
    reported, told
        Content words that are reported, and that tell an event.
    subject
        Subject phrase of the leading cue as written; empty if the cue is impersonal.
    cue, kind
        Dictionary form of the leading cue (empty: none) and where it stands relative to the words.
    clause
        Characters of the attribution clause in the sentence.
    """

    reported: int
    told: int
    subject: str
    cue: str
    kind: CueKind
    clause: tuple[int, int]
    impersonal: bool = False


def read_report(sentence: str, cues: Cues) -> Report | None:
    """Read one sentence in which quoted speech is masked; ``None`` if nobody reports or does anything in it.

    Examples
    --------
    >>> from aidememoire.voices.cues import load_cues
    >>> report = read_report("Trade has grown, the minister said on Friday.", load_cues())
    >>> report.cue, report.kind, report.subject
    ('say', 'after', 'the minister')
    """
    if cues.forms.isdisjoint(_LETTERS.findall(sentence)):
        return None
    words = words_of(sentence)
    predicates = find_predicates(words, cues)
    if not predicates:
        return None
    reported = told = 0
    lead: tuple[Predicate, CueKind, tuple[int, int]] | None = None
    said_until = 0
    said_that = False
    for at, predicate in enumerate(predicates):
        stop = _clause_begin(words, predicates[at + 1]) if at + 1 < len(predicates) else len(words)
        if predicate.verb.family == "event":
            if said_that and _subordinate(words, predicate):
                reported += _content(words, predicate.at, stop, cues)
                continue
            said_that = False
            told += _content(words, predicate.end, stop, cues)
            continue
        kind, clause = _placed(words, predicate, said_until, stop, cues)
        if kind in ("after", "inside"):
            # What stands in front of a late cue is reported, whatever events it tells.
            reported += _content(words, said_until, clause[0], cues)
            told = 0
        if kind != "after":
            reported += _content(words, clause[1], stop, cues)
        said_until = clause[1]
        said_that = words[clause[1] - 1].low == "that" or predicate.verb.lemma in cues.words["clause_verbs"]
        if lead is None:
            lead = predicate, kind, clause
            if words[0].low in cues.words["fronted_adverbials"] and words[predicate.subject - 1].text == ",":
                # "As they discussed trade, the ministers noted": the opening only sets the scene.
                told = 0
    if lead is None:
        return Report(0, told, "", "", "none", (-1, -1))
    return _report(sentence, words, reported, told, lead)


def _subordinate(words: Sequence[Word], predicate: Predicate) -> bool:
    """Whether an event told behind "that" still belongs to what is reported: no comma and conjunction part them."""
    first = _clause_begin(words, predicate)
    return first < 2 or not (words[first - 1].low in ("and", "while", "but") and words[first - 2].text in (",", ";"))


def _report(
    sentence: str,
    words: Sequence[Word],
    reported: int,
    told: int,
    lead: tuple[Predicate, CueKind, tuple[int, int]],
) -> Report:
    predicate, kind, (first, last) = lead
    subject = ""
    if predicate.subject_end > predicate.subject:
        subject = sentence[words[predicate.subject].start : words[predicate.subject_end - 1].end]
    clause = (words[first].start, words[min(last, len(words)) - 1].end)
    return Report(reported, told, subject, predicate.verb.lemma, kind, clause, predicate.passive)


def _clause_begin(words: Sequence[Word], predicate: Predicate) -> int:
    """Where the clause of a predicate begins: its subject, or the conjunction in front of its verb."""
    if not predicate.inherited and predicate.subject <= predicate.at:
        return predicate.subject
    return predicate.at


def _placed(
    words: Sequence[Word], predicate: Predicate, begin: int, stop: int, cues: Cues
) -> tuple[CueKind, tuple[int, int]]:
    """Where a cue stands relative to its words, and the positions of its clause."""
    first = min(predicate.at, _clause_begin(words, predicate))
    last = max(predicate.end, predicate.subject_end if predicate.subject > predicate.at else 0)
    following = words[last].low if last < len(words) else "."
    fronted = _fronted(words, begin, first, 1 if following == "," else LEAST_CLAUSE, cues)
    tail_end = last
    if fronted and predicate.verb.family == "say" and not predicate.inherited:
        if following in ",.;:!?–—" or following[0] == MASK:
            rest = _content(words, last, stop, cues)
            return ("inside" if rest >= 2 or _has_mask(words, last, stop) else "after"), (first, last)
        late = following in cues.words["after_words"]
        if late and not any(word.low == "that" for word in words[last : min(stop, last + FARTHEST_SUBJECT)]):
            while tail_end < stop and words[tail_end].text[0] != MASK:
                tail_end += 1
            return ("inside" if _has_mask(words, tail_end, stop) else "after"), (first, tail_end)
        if predicate.verb.lemma in PHRASES:
            return "after", (first, last)
        if _behind_quote(words, first) and following != "that":
            tail_end = next((at for at in range(last, stop) if words[at].text[0] == MASK), stop)
            return ("inside" if tail_end < stop else "after"), (first, tail_end)
    if following == "that":
        last += 1
    return "before", (begin if begin == 0 else first, last)


def _behind_quote(words: Sequence[Word], first: int) -> bool:
    return any(words[at].text[0] == MASK for at in range(max(0, first - 2), first))


def _fronted(words: Sequence[Word], begin: int, first: int, least: int, cues: Cues) -> bool:
    """Whether a clause of so many words stands in front of the cue, closed by a comma or a quotation."""
    if first - begin < 1:
        return False
    before = words[first - 1]
    if any(word.text[0] == MASK for word in words[begin:first]):
        return before.text in ",–—" or before.text[0] == MASK
    if words[begin].low in cues.words["fronted_adverbials"]:
        return False
    enough = sum(word.text[0].isalnum() for word in words[begin:first]) >= least
    return enough and before.text in (",", "–", "—")


def _has_mask(words: Sequence[Word], start: int, stop: int) -> bool:
    return any(word.text[0] == MASK for word in words[start:stop])


def _content(words: Sequence[Word], start: int, stop: int, cues: Cues) -> int:
    """Content words, without quotations and empty words."""
    return sum(word.text[0].isalnum() and word.low not in cues.words["content_free"] for word in words[start:stop])
