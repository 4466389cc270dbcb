"""Who a statement is from and whom it meets or addresses, from its fields, its headline and its first lines.

1. The statement's actor issues it. A joint statement ("Joint Statement of X and Y", "U.S.-EU Joint Statement") is
   issued by every actor its headline names, and where it names fewer than two, by those its first sentence names.
2. Counterparts are named with what was done: behind "meeting with", "call with", "message to", "between", before
   "President Anna Berg visits"; in the headline, else the summary, else the first sentence.
3. Where nothing is said, there is no counterpart. An actor named otherwise is only mentioned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aidememoire.mentions.names import Mention, NameTable
from aidememoire.mentions.senses import mentions_in

__all__ = ["Parties", "is_same", "parties_of", "year_of"]

# What issued under another code in the corpora that carry its statements on (UN General Debate: RUS before 1992).
_CONTINUED = {"SUN": "RUS"}

LONGEST_LEAD = 500
"""Characters of a text that may name whom it is about."""

_JOINT = re.compile(
    r"\bjoint\b(?:\s+[\w’'-]+){0,3}?\s+(?:statement|declaration|communiqu[eé]|readout|vision|press\s+release)s?\b",
    re.IGNORECASE,
)
_NOT_JOINT = re.compile(
    r"\bjoint\s+(?:statements?\s+to\s+the\s+press|press\s+conference)|\b(?:at|on|in)\s+(?:a\s+|the\s+)?joint\b",
    re.IGNORECASE,
)
_DONE = (
    r"(?:meetings?|talks?|call|calls|conversations?|telephone\s+conversation|consultations?|negotiations?|visit|travel"
    r"|trip|summit|dialogue|dinner|breakfast|lunch|session|engagement|roundtable|audience|task\s+force|council)"
)
_WITH = re.compile(
    rf"\b{_DONE}\b[^.;:]{{0,90}}?\b(?:with|between|to|of|among)\b"
    r"|\b(?:met|meets?|meeting|spoke|speaks?|talk(?:s|ed)|discussed|hosts?|hosted|will\s+(?:meet|receive|speak|host)"
    r"|held\s+\w*\s*talks|hold\s+\w+|exchanged\s+\w+)\b[^.;:]{0,50}?\bwith\b"
    r"|\b(?:met|meets|received|receives|welcomed|welcomes|hosted|hosts|greeted|congratulated|congratulates|telephoned"
    r"|visited|visits|called|thanked)\b"
    r"|\b(?:message|letter|telegram|greetings?|congratulations?|condolences?|felicitations|regards|reply|note)\b"
    r"[^.;:]{0,60}?\b(?:to|for|with)\b",
    re.IGNORECASE,
)
_HOLD = re.compile(
    r"\b(?:met|hold|held|discussed|consultations|talks|co-chaired|high-level|task\s+force)\b", re.IGNORECASE
)
_COMPOUND_MEETING = re.compile(rf"^[^.;:]{{0,60}}\b{_DONE}\b", re.IGNORECASE)
# What follows one of these no longer tells whom the statement meets.
_ASIDE = re.compile(
    r"\b(?:on|about|regarding|concerning|to\s+(?:discuss|mark|review|congratulate|thank|reaffirm|convey)|before|after|"
    r"ahead\s+of|following|as\s+part\s+of|in\s+connection|on\s+the\s+sidelines|in\s+advance|where|who|which|that|"
    r"marking|over|during|in\s+(?=[A-Z]))\b|[;:]|\.\s",
)
_BESIDE = re.compile(r"\s*(?:before|ahead\s+of|after)\b", re.IGNORECASE)
_FIRST_SENTENCE = re.compile(r"[^\n]*?(?:(?<![A-Z])(?<!\bSt)(?<!\bMr)(?<!\bDr)(?<!\bJr)[.!?](?=\s)|\n|$)")
_NO_PARTIES = frozenset({"UN"})


@dataclass(frozen=True, slots=True)
class Parties:
    """Issuers and counterparts of one statement, each in the order in which they are named."""

    issuers: tuple[str, ...]
    counterparts: tuple[str, ...]

    def others(self, actor: str) -> tuple[str, ...]:
        """Return all but ``actor`` (and what it carries on)."""
        return tuple(each for each in (*self.issuers, *self.counterparts) if not is_same(each, actor))


def is_same(one: str, other: str) -> bool:
    """Whether two codes stand for one issuing side."""
    return one == other or _CONTINUED.get(one) == other or _CONTINUED.get(other) == one


def year_of(date: str | None) -> int | None:
    """Return the year of a date of the tables, at whatever precision.

    Examples
    --------
    >>> year_of("1984-09"), year_of(None)
    (1984, None)
    """
    return int(date[:4]) if date else None


def parties_of(
    text: str,
    names: NameTable,
    *,
    actor: str | None = None,
    title: str | None = None,
    occasion: str | None = None,
    kind: str | None = None,
    year: int | None = None,
) -> Parties:
    """Return who issued a statement and whom it meets or addresses.

    Parameters
    ----------
    text
        The statement, or its first ``LONGEST_LEAD`` characters.
    names
        The forms of actors' names.
    actor, title, occasion, kind, year
        Fields of the statement; ``None`` where nothing proved them.

    Examples
    --------
    >>> from aidememoire.ingest import ActorTable
    >>> table = ActorTable(()).extended({"ARD": "Ardenia", "BOR": {"name": "Borovia", "demonyms": ["Borovian"]}})
    >>> names = NameTable(table)
    >>> parties_of("They talked.", names, actor="ARD", title="Meeting with the President of Borovia")
    Parties(issuers=('ARD',), counterparts=('BOR',))
    >>> parties_of("We trust each other.", names, actor="ARD", title="Joint Statement by Ardenia and Borovia")
    Parties(issuers=('ARD', 'BOR'), counterparts=())
    """
    first = _first_sentence(text[:LONGEST_LEAD])
    own = (actor,) if actor else ()
    if _is_joint(kind, title):
        for source in (title or "", first):
            named = _distinct(mentions_in(source, names, year=year), actor)
            if named and len(named) + len(own) >= 2:
                return Parties((*own, *named), ())
    for source in (title or "", occasion or "", first):
        met = _met(source, names, actor, year)
        if met:
            return Parties(own, met)
    return Parties(own, ())


def _is_joint(kind: str | None, title: str | None) -> bool:
    if kind == "joint_statement":
        return True
    return bool(title and _JOINT.search(title) and not _NOT_JOINT.search(title))


def _first_sentence(lead: str) -> str:
    found = _FIRST_SENTENCE.match(lead.lstrip())
    return " ".join(found.group().split()) if found else ""


def _distinct(mentions: list[Mention], actor: str | None) -> tuple[str, ...]:
    codes = dict.fromkeys(m.actor for m in mentions if m.actor not in _NO_PARTIES)
    return tuple(code for code in codes if not (actor and is_same(code, actor)))


def _met(source: str, names: NameTable, actor: str | None, year: int | None) -> tuple[str, ...]:
    """Actors named behind a verb or noun of meeting, up to where the sentence turns to something else."""
    mentions = mentions_in(source, names, year=year)
    if not mentions:
        return ()
    done = _WITH.search(source)
    if done and not _BESIDE.match(source):
        aside = _ASIDE.search(source, done.end())
        end = aside.start() if aside else len(source)
        found = _distinct([m for m in mentions if done.end() <= m.start < end], actor)
        if found:
            return found
    # "Ardenian-Borovian talks", "Ardenia and Borovia hold consultations", "The Ardenian and Borovian Presidents met".
    if len(mentions) > 1 and (actor is None or any(is_same(m.actor, actor) for m in mentions[:2])):
        first, second = mentions[:2]
        joined = source[first.end : second.start].strip() in ("-", "–", "and", "and the", "and the Republic of", ",")
        behind = source[second.end :]
        if joined and (_COMPOUND_MEETING.match(behind) or _HOLD.search(behind[:60])):
            return _distinct([first, second], actor)
    return ()
