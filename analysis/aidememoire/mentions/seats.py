"""Whether a capital or a house stands for its state: where it acts, owns a policy, or is one of two sides.

"In Tokyo", a dateline, "flights between Tokyo and Beijing" and "the Paris Agreement" are places and titles.
"""

from __future__ import annotations

import re

from aidememoire.mentions.names import NameTable

__all__ = ["Place", "is_seat"]

# Start, end and number of the form of one place.
Place = tuple[int, int, int]

# Characters on each side that are looked at.
_REACH = 60

_ACTING = (
    r"(?:says?|said|stat(?:es|ed)|declare[sd]?|announce[sd]?|believes?|believed|considers?|considered|insist(?:s|ed)?"
    r"|demand(?:s|ed)?|reject(?:s|ed)?|refuse[sd]?|support(?:s|ed)?|oppose[sd]?|accuse[sd]?|claim(?:s|ed)?|seeks?"
    r"|sought|wants?|wanted|knows?|knew|understands?|understood|continue[sd]?\s+to|decide[sd]?|intend(?:s|ed)?"
    r"|agree[sd]?|hope[sd]?|expect(?:s|ed)?|condemn(?:s|ed)?|den(?:y|ies|ied)|equate[sd]?|tr(?:y|ies|ied)|pledge[sd]?"
    r"|attempt(?:s|ed)?|must|should|ought|would|can|could|need(?:s|ed)?|proposed?|proposes|offer(?:s|ed)?|warn(?:s|ed)?"
    r"|threaten(?:s|ed)?|pursue[sd]?|maintain(?:s|ed)?|ignore[sd]?|den|view(?:s|ed)|sees?|saw|fear(?:s|ed)?"
    r"|recogni[sz]e[sd]?|regard(?:s|ed)?|respond(?:s|ed)?|repl(?:ies|ied)|call(?:s|ed)?\s+(?:on|for)"
    r"|(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:\w+ing\s+(?!held|host)|ready|prepared|willing|determined|committed"
    r"|concerned|convinced|aware|against|opposed|responsible|interested|twisting|trying|seeking)"
    r"|ha(?:s|ve|d)\s+(?:\w+ly\s+|not\s+|never\s+|always\s+)?(?:said|stated|declared|refused|rejected|made\s+it|decided"
    r"|agreed|chosen|failed|expressed|accused|demanded|proposed|announced|shown|no\s+intention))\b"
)
_SEAT_BEHIND = re.compile(
    rf"(?:['’]s?\s+(?:\w+\s+){{0,2}}(?:polic(?:y|ies)|position|stance|attitude|decisions?|support|efforts?|attempts?"
    r"|actions?|intentions?|refusal|proposals?|views?|response|aggressi\w+|claims?|demands?|interests?|commitments?"
    r"|ambitions?|approach|plans?|role|propaganda|campaign|desire|willingness|readiness|rhetoric|consent|allies|allies)\b"
    rf"|\s+(?:\w+ly\s+|also\s+|still\s+|now\s+|never\s+|no\s+longer\s+|did\s+not\s+|does\s+not\s+|will\s+not\s+)?{_ACTING})"
)
_SEAT_BEFORE = re.compile(
    r"\b(?:relations?|ties|dialogue|friendship|trust|cooperation|co-operation|contacts?|agreements?|partnership|tensions?"
    r"|differences|understanding|consultations|rapprochement|d[ée]tente|quarrel|dispute|alliance)\s+with\s+(?:the\s+)?$"
)
_TRAVEL = re.compile(
    r"\b(?:flights?|roads?|railways?|railroads?|trains?|routes?|distances?|kilomet\w+|km|miles|pipelines?|lines?|buses"
    r"|travel\w*|shuttl\w+|highways?|motorways?|corridors?)\b[^.;]{0,30}$"
)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$")
_AND = re.compile(r"\s+and\s+(?:the\s+)?$")
_AND_BEHIND = re.compile(r"\s+and\s+(?:the\s+)?")
_PLACE = re.compile(r"\b(?:in|at|from|near|to|outside|around|of|St\.?|Mr\.?|George)\s+(?:the\s+)?$")
_NOT_ADJECTIVE = re.compile(r"(?!\s+[A-Z])")


def is_seat(text: str, place: Place, previous: Place | None, following: Place | None, names: NameTable) -> bool:
    """Whether the seat at ``place`` acts for its state.

    Parameters
    ----------
    previous, following
        Neighbouring places: two seats joined by "and" share their part.

    Examples
    --------
    >>> from aidememoire.ingest import builtin_actors
    >>> names = NameTable(builtin_actors())
    >>> text = "Talks in Oslo: Rome agreed."
    >>> [is_seat(text, (at, at + 4, 0), None, None, names) for at in (9, 15)]
    [False, True]
    """
    start, end, _ = place
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if _PLACE.search(before):
        return False
    if _SEAT_BEHIND.match(behind) or (_SEAT_BEFORE.search(before) and _NOT_ADJECTIVE.match(behind)):
        return True
    between = _BETWEEN.search(before)
    if between and not _TRAVEL.search(before[: between.start()]):
        joined = _AND_BEHIND.match(behind)
        return joined is not None and following is not None and following[0] == end + joined.end()
    if following is not None and _AND_BEHIND.fullmatch(text[end : following[0]]):
        acts = _SEAT_BEHIND.match(text[following[1] : following[1] + _REACH])
        return names.forms[following[2]].kind == "seat" and acts is not None
    joined_before = _AND.search(before)
    if joined_before is None or previous is None or previous[1] != start - len(joined_before.group()):
        return False
    return names.forms[previous[2]].kind == "seat"
