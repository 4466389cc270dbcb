"""Which states a sentence of friendship binds.

1. Two actors joined by name are the pair: "Ardenian-Borovian relations", "between Ardenia and Borovia". A hyphen
   joins more firmly than "between", and of several pairs those nearest to the words of friendship count.
2. Joint words ("our two countries", "both sides", "bilateral") and sentences that name nobody else mean the
   speaker's state and the statement's only counterpart; where there is none, "the two countries" are those that one
   of the two sentences before names.
3. Else the actors the sentence names beside the speaker's own, where they stand near the words of friendship: one,
   or several in one list ("our friends Borovia and Cedonia").
4. Several candidates or none: no dyad.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aidememoire.mentions.names import Mention
from aidememoire.mentions.parties import is_same

__all__ = ["Asked", "dyads_of"]

# Bodies of all states, which nobody has a friendship of two with.
_NO_SIDE = frozenset({"UN", "IAEA", "IMF", "WTO", "WHO", "ICRC", "OSCE", "G20", "G77", "NAM_MOVEMENT", "COMMONWEALTH"})
_MOST_OTHERS = 3
_NEAR = 110

_HYPHEN = re.compile(r"\s*[-–—/]\s*(?:the\s+)?")
_BETWEEN = re.compile(
    r"\b(?:between|among|unit(?:es?|ing)|link(?:s|ing)?|bind(?:s|ing)?|connect(?:s|ing)?"
    r"|(?:friendship|brotherhood|peoples?|nations|relations|ties|bonds?|alliance|partnership)\s+of)\s+(?:\w+\s+){0,2}$"
)
# The other side is named, and is no actor: "between Europeans and X", "friendship with its neighbours".
_BETWEEN_OTHERS = re.compile(r"\bbetween\s+(?:\w+\s+){1,3}and\s+(?:the\s+)?$")
_WITH_OTHERS = re.compile(
    r"[^.;,]{0,30}?\b(?:with\s+(?:(?:the|our|all|its|their|other|those|neighbou?ring|\w+ing|friendly)\s+)*"
    r"(?:neighbou?rs|countries|nations|states|peoples|partners|region)\b(?!\s+(?:of|such|like|as)\b)"
    r"|(?:between|among)\s+(?:(?:the|its|their|all)\s+)*(?:member\b|members\b))",
    re.IGNORECASE,
)
# Members of a bloc are not the bloc.
_MEMBERS = re.compile(r"\s+(?:member|countr|states\b|leaders|summit)")
_LIST = re.compile(
    r",?\s*(?:and|&|,|as\s+well\s+as)\s+(?:(?:with|to|the|our|both)\s+){0,3}|['’]s?\s+and\s+|\s+(?:peoples?|nations?|sides?|governments?)\s+and\s+(?:the\s+)?"
)
_STATE_STYLE = re.compile(
    r"(?:the\s+)?(?:[Gg]overnments?|[Pp]eoples?|[Nn]ations?|Presidents?|[Rr]epublics?|[Ss]tates?|[Kk]ingdom)\s+of\s+(?:the\s+)?"
)
_JOINT = re.compile(
    r"\b(?:(?:our|the|both|these|between)\s+(?:two\s+|both\s+)?(?:countries|nations|peoples|states|sides|governments"
    r"|neighbou?rs|capitals|leaders|parties|presidents|ministers|people)"
    r"|(?:our|these|the)\s+two\b|both\s+(?:sides|countries|nations|peoples|states|leaders|parties)|bilateral\w*"
    r"|(?:each|one\s+an)\s*other|mutual\w*|our\s+(?:joint|common|shared|bilateral|partnership|relations\w*|friendship"
    r"|strategic|alliance|ties)|between\s+(?:us|them)|yours?|their\s+(?:countries|two)|special\w*\s+privileged)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:our|both|the\s+two|these\s+two)\s+(?:two\s+|both\s+)?(?:countries|nations|peoples|states|governments)\b",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"\b(?:(?:the|our|these)\s+two|both)\s+(?:countries|nations|peoples|states|sides|governments)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One coded sentence with what is known of it. Offsets of mentions and hits are characters of the same text.

    Attributes
    ----------
    text
        The whole text of the statement.
    start, end
        The sentence.
    hits
        Where the theme's own rules hit.
    speaker
        The state of whoever speaks; empty if it is not known.
    others
        States on the other side: counterparts and other issuers, or the issuer where a guest speaks.
    mentions
        Actors the sentence names.
    before
        Actors that each of the two sentences before names, the nearest first.
    """

    text: str
    start: int
    end: int
    hits: tuple[tuple[int, int], ...]
    speaker: str
    others: tuple[str, ...]
    mentions: tuple[Mention, ...]
    before: tuple[tuple[Mention, ...], ...] = ()

    @property
    def sentence(self) -> str:
        """The words of the sentence."""
        return self.text[self.start : self.end]


def dyads_of(asked: Asked) -> tuple[str, ...]:
    """Return the pairs of a sentence, each as two codes in the order of the alphabet: ``ARD-BOR``.

    The pair has no direction: whether a guest or the host speaks of it, it is the same.

    Examples
    --------
    >>> text = "Our two countries are friends."
    >>> dyads_of(Asked(text, 0, 30, ((22, 29),), "BOR", ("ARD",), ()))
    ('ARD-BOR',)
    """
    text = asked.text
    mentions = tuple(m for m in asked.mentions if m.actor not in _NO_SIDE and not _is_of_members(text, m))
    named = _named_pairs(asked, mentions)
    if named:
        return named
    if not asked.speaker:
        return ()
    other = tuple(each for each in asked.others if each not in _NO_SIDE)
    foreign = tuple(m for m in mentions if not is_same(m.actor, asked.speaker))
    codes = tuple(dict.fromkeys(m.actor for m in foreign))
    joint = _JOINT.search(asked.sentence) is not None
    ours = _OURS.search(asked.sentence) is not None
    if len(other) == 1 and (not codes or ours or codes == other or (joint and other[0] in codes)):
        return (_pair(asked.speaker, asked.speaker, other[0]),)
    if not codes:
        return _from_before(asked) if joint and not other else ()
    near = _near(asked, foreign)
    return tuple(sorted(_pair(asked.speaker, asked.speaker, code) for code in near))


def _is_of_members(text: str, mention: Mention) -> bool:
    return mention.kind == "name" and _MEMBERS.match(text[mention.end : mention.end + 20]) is not None


def _pair(speaker: str, one: str, other: str) -> str:
    """Write a pair; a state that the speaker's carries on (the USSR) stands under the speaker's code."""
    codes = (speaker if speaker and is_same(code, speaker) else code for code in (one, other))
    return "-".join(sorted(codes))


def _named_pairs(asked: Asked, mentions: Sequence[Mention]) -> tuple[str, ...]:
    firm: list[tuple[int, str]] = []
    loose: list[tuple[int, str]] = []
    for at in range(len(mentions) - 1):
        one, other = mentions[at], mentions[at + 1]
        if is_same(one.actor, other.actor):
            continue
        found = (_distance(asked, one.start, other.end), _pair(asked.speaker, one.actor, other.actor))
        between = asked.text[one.end : other.start]
        if _HYPHEN.fullmatch(between) or one.kind == "prefix":
            firm.append(found)
        elif _joins(between) and not _goes_on(asked, mentions, at + 1):
            told = _BETWEEN.search(asked.text[max(asked.start, one.start - 60) : one.start]) is not None
            own = asked.speaker and any(is_same(m.actor, asked.speaker) for m in (one, other))
            loose += [found] if told or own else []
    for pairs in (firm, loose):
        if pairs:
            nearest = min(pairs)
            return (nearest[1],) if nearest[0] <= _NEAR else ()
    return ()


def _goes_on(asked: Asked, mentions: Sequence[Mention], at: int) -> bool:
    """Whether the list goes on behind a mention: three are no pair."""
    return at + 1 < len(mentions) and _joins(asked.text[mentions[at].end : mentions[at + 1].start])


def _joins(between: str) -> bool:
    """Whether two actors stand in one list."""
    joined = _LIST.match(between)
    if joined is None:
        return False
    rest = between[joined.end() :]
    return not rest or _STATE_STYLE.fullmatch(rest) is not None


def _distance(asked: Asked, start: int, end: int) -> int:
    """Characters between a stretch and the nearest hit."""
    return min((max(0, hit - end, start - behind) for hit, behind in asked.hits), default=0)


def _near(asked: Asked, foreign: Sequence[Mention]) -> tuple[str, ...]:
    """The one actor, or the one list of actors, near the words of friendship."""
    if any(_WITH_OTHERS.match(asked.text[hit[1] : asked.end]) for hit in asked.hits):
        return ()
    near = [m for m in foreign if _distance(asked, m.start, m.end) <= _NEAR]
    if any(_BETWEEN_OTHERS.search(asked.text[asked.start : m.start]) for m in near):
        return ()
    codes = tuple(dict.fromkeys(m.actor for m in near))
    if len(codes) == 1:
        return codes
    if not 1 < len(codes) <= _MOST_OTHERS or len({m.actor for m in foreign}) != len(codes):
        return ()
    listed = all(one.actor == other.actor or _joins(asked.text[one.end : other.start]) for one, other in pairwise(near))
    return codes if listed else ()


def _from_before(asked: Asked) -> tuple[str, ...]:
    """The state that "the two countries" takes up from a sentence before."""
    if not _TWO.search(asked.sentence):
        return ()
    for mentions in asked.before:
        codes = {m.actor for m in mentions if m.actor not in _NO_SIDE and not is_same(m.actor, asked.speaker)}
        if codes:
            return (_pair(asked.speaker, asked.speaker, codes.pop()),) if len(codes) == 1 else ()
    return ()
