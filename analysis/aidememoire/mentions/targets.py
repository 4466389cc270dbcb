"""Who is said to do what a sentence condemns.

An actor is a target only where the grammar says so: the subject of the operation ("Ardenia keeps falsifying"), its
owner ("Ardenia's attempts to rewrite", "Ardenian attempts"), the agent behind "by", the state whose policy it is, or
the place where it is done ("in Ardenia, monuments are torn down"). Who condemns, rejects or votes against it, the
speaker's own state and those who condemn beside it are none. Where no actor qualifies the target is ``unnamed``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aidememoire.mentions import targetwords as words
from aidememoire.mentions.dyads import Asked
from aidememoire.mentions.names import Mention
from aidememoire.mentions.parties import is_same

__all__ = ["UNNAMED", "targets_of"]

UNNAMED = "unnamed"

_NEVER = frozenset({"UN", "OSCE", "COE", "ICRC", "WHO", "IAEA", "CIS"})
# Characters between an actor and the words that were hit, by how firmly the grammar joins them.
_FAR, _MIDDLE, _NEAR, _BESIDE = 220, 90, 60, 40

_AND = re.compile(r"\s*(?:,|and|,\s*and|or)\s*(?:the\s+)?")


@dataclass(frozen=True, slots=True)
class _Group:
    """Actors of one list ("A, B and C"), with what stands before and behind it in the sentence."""

    listed: tuple[Mention, ...]
    before: str
    behind: str
    hit: tuple[int, int] | None

    @property
    def start(self) -> int:
        return self.listed[0].start

    @property
    def end(self) -> int:
        return self.listed[-1].end

    @property
    def to_hit(self) -> int:
        """Characters up to the first hit behind the list."""
        return self.hit[0] - self.end if self.hit else _FAR + 1


def targets_of(asked: Asked) -> tuple[str, ...]:
    """Return codes of the actors that a sentence names as doing what it condemns; else ``unnamed``.

    Examples
    --------
    >>> text = "Borovia keeps distorting history."
    >>> mention = Mention(0, 7, "BOR", "Borovia", "name")
    >>> targets_of(Asked(text, 0, 33, ((14, 32),), "ARD", (), (mention,)))
    ('BOR',)
    >>> targets_of(Asked(text, 0, 33, ((14, 32),), "BOR", (), (mention,)))
    ('unnamed',)
    """
    found: set[str] = set()
    for group in _groups(asked):
        codes = {mention.actor for mention in group.listed} - _NEVER
        # Whoever stands in one list with the speaker's own state does what it does.
        own = asked.speaker and any(is_same(code, asked.speaker) for code in codes)
        if codes and not own and _is_target(asked, group):
            found |= codes
    return tuple(sorted(found)) or (UNNAMED,)


def _groups(asked: Asked) -> list[_Group]:
    lists: list[list[Mention]] = []
    for mention in asked.mentions:
        if lists and _AND.fullmatch(asked.text[lists[-1][-1].end : mention.start]):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    groups = []
    for listed in lists:
        start, end = listed[0].start, listed[-1].end
        hit = min((hit for hit in asked.hits if hit[0] >= end), default=None)
        before, behind = asked.text[asked.start : start], asked.text[end : asked.end]
        groups.append(_Group(tuple(listed), before, behind, hit))
    return groups


def _is_target(asked: Asked, group: _Group) -> bool:
    near = group.behind[: _FAR + _BESIDE]
    if words.JUDGING.match(near) or words.NEITHER.search(group.before[-_NEAR:]):
        return False
    if group.hit and group.to_hit <= _FAR and _leads_to_hit(asked, group, near):
        return True
    return _is_behind_hit(asked, group, near) or _is_place(asked, group)


def _leads_to_hit(asked: Asked, group: _Group, near: str) -> bool:
    """Whether an actor in front of the words that were hit is their subject, owner or addressee."""
    before = group.before[-_MIDDLE:]
    if words.ACCUSED.search(before) or words.POLICY_OF.search(before):
        return True
    kind = group.listed[-1].kind
    if group.to_hit <= _NEAR and words.OWNED[kind].match(near):
        return True
    if near.startswith(("'s ", "’s ")) and group.hit and words.ITS.search(asked.text[slice(*group.hit)]):
        return True
    return _is_subject(before, near, near[: group.to_hit])


def _is_subject(before: str, near: str, between: str) -> bool:
    ruled = words.BODY_OF.search(before) is not None
    if words.NEW_SUBJECT.search(between) or words.WITH.search(before):
        return False
    if words.OF_OTHER.search(before) and not ruled:
        return False
    if ruled and near[:1] == " " and near[1:2].islower():
        return True
    return any(each.match(near) for each in (words.DOING, words.RULERS)) or words.DIRECT.fullmatch(between) is not None


def _is_behind_hit(asked: Asked, group: _Group, near: str) -> bool:
    """Whether an actor behind the words that were hit is their agent."""
    ends = [end for _, end in asked.hits if end <= group.start]
    first = min((start for start, _ in asked.hits), default=group.start)
    if not ends and first > group.start:
        return False
    before = group.before[-_MIDDLE:]
    distance = group.start - max(ends, default=group.start)
    if distance <= _MIDDLE and (words.BY.search(before) or words.POLICY_OF.search(before)):
        return True
    if distance <= _BESIDE and group.listed[-1].kind == "demonym" and words.PROPAGANDA.match(near):
        return True
    opened = words.OPENING.match(group.before) is not None
    return opened and not words.OF_OTHER.search(before) and words.DOING.match(near) is not None


def _is_place(asked: Asked, group: _Group) -> bool:
    """Whether the deed is done in that state."""
    before = group.before[-_MIDDLE:]
    if group.listed[0].kind != "name" or words.NEW_SUBJECT.match(group.behind.lstrip(" ,")):
        return False
    if words.WHETHER_IN.search(before) or (words.PRIMARILY.search(before) and words.DEED.search(group.before)):
        return True
    if not words.IN.search(before) or words.EVENT.search(before[-_NEAR:]):
        return False
    if group.before.strip().casefold() in ("in", "in the"):
        return words.DEED.search(asked.sentence) is not None and words.NEW_SUBJECT.search(asked.sentence) is None
    distance = min((abs(group.start - edge) for hit in asked.hits for edge in hit), default=_FAR)
    return distance <= _NEAR and words.DEED.search(before) is not None
