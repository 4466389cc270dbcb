"""Stance toward a theme: a sentence asserts it, denies it, or reports what somebody else says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from aidememoire.voices.context import Voiced
from aidememoire.voices.quotes import DOUBLE
from aidememoire.voices.stancecues import StanceCues, load_stance_cues

__all__ = ["Stance", "stance_of", "stance_of_hits"]

Stance = Literal["asserts", "denies", "reports", "none"]

REACH = 4
"""Words in front of a hit in which a negation of it is looked for."""
CALLED_WITHIN = 60
"""Characters in front of a quotation, back to a full stop, in which the word that hands it to others is looked for."""


def stance_of(
    text: str, span: tuple[int, int], voiced: Voiced, hits: Sequence[tuple[int, int]], family: str = "memory"
) -> Stance:
    """Say how the speaker of a sentence stands toward a theme that has hits in it.

    Parameters
    ----------
    text, span
        The cleaned text and the sentence in it.
    voiced
        Whose words the sentence is.
    hits
        Spans of the theme's hits in the text; those outside the sentence are left aside.
    family
        The theme's family, which decides whether "no X" denies X.

    Returns
    -------
    Stance
        ``none`` without a hit or a speaker; ``reports`` for words of a voice ``other``; else as ``stance_of_hits``.

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
    clause = (voiced.clause_start - start, voiced.clause_end - start)
    return stance_of_hits(text[start:end], inside, family, clause)


def stance_of_hits(
    sentence: str,
    hits: Sequence[tuple[int, int]],
    family: str,
    clause: tuple[int, int] = (-1, -1),
    *,
    telling: bool = True,
) -> Stance:
    """Say how a sentence of the issuing side stands toward a theme.

    Parameters
    ----------
    sentence
        Its text.
    hits
        Spans of the theme's hits in it, at least one.
    family
        The theme's family.
    clause
        The attribution clause ("he said"), which names the issuer and hands nothing to others.
    telling
        False where the sentence is known to hold nothing but, perhaps, a negation: no ``StanceCues.distancing`` word
        and no ``claiming`` one.

    Returns
    -------
    Stance
        ``asserts`` if one hit is asserted; else ``denies`` if one is denied; else ``reports``.

    Examples
    --------
    >>> stance_of_hits("They say we falsify history.", [(12, 27)], "memory")
    'reports'
    >>> stance_of_hits("There is no friendship with them.", [(12, 27)], "relational")
    'denies'
    """
    first, last = clause
    if 0 <= first < last:
        sentence = sentence[:first] + " " * (last - first) + sentence[last:]
    cues = load_stance_cues()
    judge = _of_hit if telling else _negated_or_not
    found = {judge(sentence, start, end, family, cues) for start, end in hits}
    return "asserts" if "asserts" in found else "denies" if "denies" in found else "reports"


def _of_hit(sentence: str, start: int, end: int, family: str, cues: StanceCues) -> Stance:
    before, hit, after = _since_contrast(sentence[:start], cues), sentence[start:end], sentence[end:]
    if _is_deniable(hit, family, cues) and cues.denied_after.search(after):
        return "denies"
    is_bond = family in cues.negated_families and bool(cues.bond.search(hit))
    if cues.distanced.search(before):
        return "denies" if is_bond else "reports"
    if is_bond and cues.lost.search(before):
        return "denies"
    if cues.untrue.search(before):
        return "asserts" if cues.negation.search(before) else "denies"
    if _is_charged(before, hit, family, cues):
        return "denies" if cues.rejected.search(sentence[:start]) or cues.rejected.search(after) else "reports"
    if _is_claimed(before, after, cues) or _is_called(sentence, start, end, cues):
        return "reports"
    return _negated_or_not(sentence, start, end, family, cues)


def _is_charged(before: str, hit: str, family: str, cues: StanceCues) -> bool:
    """Whether the hit is what somebody is accused of, and no "these allegations are baseless", which itself accuses."""
    answers = family in cues.act_families and cues.rejected.search(hit)
    return bool(cues.charged.search(before)) and not cues.despite.search(before) and not answers


def _negated_or_not(sentence: str, start: int, end: int, family: str, cues: StanceCues) -> Stance:
    if not _is_deniable(sentence[start:end], family, cues):
        return "asserts"
    return "denies" if _is_negated(_since_contrast(sentence[:start], cues), family, cues) else "asserts"


def _is_deniable(hit: str, family: str, cues: StanceCues) -> bool:
    if family in cues.act_families:
        return bool(cues.act.search(hit))
    return family in cues.negated_families or bool(cues.charge.search(hit))


def _since_contrast(before: str, cues: StanceCues) -> str:
    """What stands in front of a hit without what a contrast closes: "they say so, but"."""
    begin = 0
    for match in cues.contrast.finditer(before):
        begin = match.end()
    return before[begin:]


def _is_claimed(before: str, after: str, cues: StanceCues) -> bool:
    if cues.claimed.search(before) or cues.claimed_after.search(after):
        return True
    said = cues.said_of_us.search(before)
    return said is not None and not cues.first_person.search(before[: said.start()])


def _is_called(sentence: str, start: int, end: int, cues: StanceCues) -> bool:
    """Whether the hit stands in a quotation of the sentence that its speaker hands to others."""
    before = sentence[:start]
    opening = max(before.rfind(mark) for mark in DOUBLE)
    if opening < 0 or not any(mark in sentence[end:] for mark in DOUBLE):
        return False
    if sum(before.count(mark) for mark in DOUBLE) % 2 == 0:
        return False
    front = re.split(r"[.;]", before[max(0, opening - CALLED_WITHIN) : opening])[-1]
    return bool(cues.called.search(front)) and not cues.shared.search(front)


def _is_negated(before: str, family: str, cues: StanceCues) -> bool:
    """Whether an odd number of negations stands shortly before the hit, none of them turned round or a refusal."""
    words = before.rsplit(",", 1)[-1].split()
    near = " ".join(words[-REACH:])
    negations = sum(1 for _ in cues.negation.finditer(near))
    if negations % 2 == 0 or cues.turn.search(near) or cues.condition.search(before):
        return False
    is_charge = family not in cues.negated_families | cues.act_families
    return not (is_charge and cues.refusal.search(" ".join(words)))
