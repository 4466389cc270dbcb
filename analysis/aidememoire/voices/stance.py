"""Stance toward a theme: a sentence asserts it, denies it, or reports what somebody else says of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from aidememoire.voices.context import Voiced
from aidememoire.voices.cues import Cues, load_cues
from aidememoire.voices.subjects import Word, words_of

__all__ = ["Stance", "stance_of"]

Stance = Literal["asserts", "denies", "reports", "none"]

REACH = 6
"""Words in front of a hit in which a denial is looked for."""


def stance_of(text: str, span: tuple[int, int], voiced: Voiced, hits: Sequence[tuple[int, int]]) -> Stance:
    """Say how the speaker of a sentence stands toward a theme that has hits in it.

    Parameters
    ----------
    text, span
        The cleaned text and the sentence in it.
    voiced
        Whose words the sentence is.
    hits
        Spans of the theme's hits in the text; those outside the sentence are left aside.

    Returns
    -------
    Stance
        ``none`` without a hit or a speaker; ``reports`` for a reporter's question, another's words, or what "they
        say"; ``denies`` where every hit is denied; else ``asserts``.

    Examples
    --------
    >>> sentence = "Nobody is rewriting history here."
    >>> stance_of(sentence, (0, len(sentence)), Voiced("transcript", "Anna Berg"), [(10, 27)])
    'denies'
    >>> stance_of(sentence, (0, len(sentence)), Voiced("other", "Question"), [(10, 27)])
    'reports'
    """
    start, end = span
    inside = [(first - start, last - start) for first, last in hits if start <= first and last <= end]
    if not inside or voiced.voice == "none":
        return "none"
    if voiced.voice == "other":
        return "reports"
    cues = load_cues()
    words = words_of(text[start:end])
    first_hit = min(first for first, _ in inside)
    if _others_claim(words, first_hit, cues):
        return "denies" if _is_denied(words, first_hit, cues) else "reports"
    if all(_is_denied(words, first, cues) for first, _ in inside):
        return "denies"
    return "asserts"


def _is_denied(words: Sequence[Word], hit: int, cues: Cues) -> bool:
    """Whether a negation governs the hit: shortly before it and on its side of a comma, or as the main verb.

    Two negations ("nobody denies that") leave the assertion as it is, and so does a refusal ("must not", "will not
    allow"): it says what ought not to be, not that it is not.
    """
    before = [word for word in words if word.end <= hit]
    clause = before[_clause_begin(before) :]
    near = sum(_negates(clause, at, cues) for at in range(max(0, len(clause) - REACH), len(clause)))
    rejected = sum(word.low in cues.words["denials"] for word in before)
    return (near + rejected) % 2 == 1


def _negates(words: Sequence[Word], at: int, cues: Cues) -> bool:
    if words[at].low not in cues.words["negations"]:
        return False
    ought = at > 0 and words[at - 1].low in cues.words["duties"]
    return not ought and not any(word.low in cues.words["refusals"] for word in words[at + 1 : at + 4])


def _clause_begin(words: Sequence[Word]) -> int:
    return max((at + 1 for at, word in enumerate(words) if word.text in (",", ";", ":", "—", "–")), default=0)


def _others_claim(words: Sequence[Word], hit: int, cues: Cues) -> bool:
    """Whether what stands in front of the hit hands it to unnamed others: "we are accused of", "they claim"."""
    before = [word.low for word in words if word.end <= hit]
    if any(word in cues.words["accusations"] for word in before):
        return True
    pairs = pairwise(before)
    return any(one in cues.words["unnamed"] and other in cues.words["claims"] for one, other in pairs)
