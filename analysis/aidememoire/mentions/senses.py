"""Which places where a name stands name the actor.

1. Part of another name is none: a sea, a strait, a river, a continent's half ("South American"), an agreement, a
   first name, a US state.
2. A demonym without a noun behind "in" or "speak" is a language.
3. A capital or a house stands for its state only where it acts, owns a policy, or is one of two sides; "in Tokyo",
   a dateline and "the Paris Agreement" are places and titles.
4. A name that several actors of that year bear is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aidememoire.mentions.names import Form, Mention, NameTable
from aidememoire.mentions.seats import Place, is_seat

__all__ = ["matches_in", "mentions_in", "named"]

# Characters on each side that are looked at.
_BEFORE, _AFTER = 60, 50

_WATERS = re.compile(
    r"\b(?:(?:Gulf|Sea|Bay|Straits?|Isthmus|Basin|Cape|Rivers?|Order|University) of (?:the )?|(?:Rivers?|Lake|Mount) )$"
)
# Last characters of all that _WATERS finds.
_SUSPECT = frozenset({"of ", "he ", "er ", "ke ", "nt ", "rs "})
_SEA_BEHIND = re.compile(r"\s+(?:Oceans?|Seas?|Straits?|Gulf|Channel|Canal|River|Basin|Delta|Valley|Round|Rouge)\b")
_HALF = re.compile(
    r"\b(?:South|North|Central|Latin|Inter|Pan|Spanish|Ibero|Native|African|Asian|Hispanic|Afro|Meso|Portuguese"
    r"|Jewish|Arab|Mexican|Cuban|Irish|Italian|Haitian|Filipino|Japanese|Indo|West|East)[\s-]+$"
)
_COMMON_NOUN = r"\s+(?:States|Republics|republics|[Cc]ontinents?|[Hh]emispheres?|[Cc]ountries|[Nn]ations|[Ff]amily)\b"
# What else stands around a form that is no mention: an expression for the text before, another for that behind.
_NOT_BEFORE: dict[str, re.Pattern[str]] = {
    "America": re.compile(
        r"\b(?:(?:South|North|Central|Latin|Spanish|Ibero|Meso)[\s-]+|[Oo]ur\s+"
        r"|(?:[Cc]ountries|[Pp]eoples|[Nn]ations|[Ss]tates|[Rr]epublics|[Cc]ontinent|whole)\s+of\s+(?:our\s+)?)$"
    ),
    "American": _HALF,
    "Americans": _HALF,
    "Indian": re.compile(r"\b(?:American|West|East|South|Latin|Bureau of|British)\s+$"),
    "Indians": re.compile(r"\b(?:American|West|South|Latin)\s+$"),
    "China": re.compile(r"\b(?:Indo-?|Cochin[\s-]|South\s|East\s)$"),
    "Chinese": re.compile(r"\bIndo-$"),
    "Mexico": re.compile(r"\bNew\s+$"),
    "Guinea": re.compile(r"\b(?:New|Portuguese|Spanish)\s+$"),
    "Ireland": re.compile(r"\bNorthern\s+$"),
    "Irish": re.compile(r"\bNorthern\s+$"),
    "Samoa": re.compile(r"\b(?:American|Eastern)\s+$"),
    "Samoan": re.compile(r"\bAmerican\s+$"),
    "Hungarian": re.compile(r"\bAustro-$"),
    "Serb": re.compile(r"\b(?:Bosnian|Kosovo|Croatian|Krajina)\s+$"),
    "Serbs": re.compile(r"\b(?:Bosnian|Kosovo|Croatian|Krajina)\s+$"),
    "Croat": re.compile(r"\bBosnian\s+$"),
    "Croats": re.compile(r"\bBosnian\s+$"),
    "Pole": re.compile(r"\b(?:North|South)\s+$"),
    "Turkey": re.compile(r"\bThanksgiving\s+$"),
    "Timor": re.compile(r"\bPortuguese\s+$"),
    "Georgia": re.compile(r"\bSouth\s+$"),
    "Malta": re.compile(r"\bOrder of\s+$"),
    "Vatican": re.compile(r"\bat the\s+$"),
}
_NOT_BEHIND: dict[str, re.Pattern[str]] = {
    "American": re.compile(rf"{_COMMON_NOUN}|\s+(?:Convention|Treaty|Indians?|Samoa|Rescue|Jobs|Families)\b"),
    "Central African": re.compile(rf"{_COMMON_NOUN}|\s+(?:sub-?)?region|\s+(?:Economic|Customs)\b"),
    "Indian": re.compile(r"\s+(?:Country|Tribes?|Affairs|reservations?|[Tt]ribal)\b"),
    "British": re.compile(r"\s+(?:Columbia|Virgin|Guiana|Honduras|Cameroons|Antarctic)\b"),
    "French": re.compile(r"\s+(?:Guiana|Polynesia|Togoland|Somaliland|Equatorial|West)\b"),
    "Spanish": re.compile(r"\s+(?:Sahara|Guinea|America)\b"),
    "Portuguese": re.compile(r"\s+(?:Guinea|Timor|America)\b"),
    "Greek": re.compile(r"[\s-]+Cypriots?\b"),
    "Turkish": re.compile(r"[\s-]+Cypriots?\b"),
    "Mexico": re.compile(r"\s+City\b"),
    "Panama": re.compile(r"\s+(?:City|Canal)\b"),
    "Kuwait": re.compile(r"\s+City\b"),
    "Guatemala": re.compile(r"\s+City\b"),
    "Turkey": re.compile(r"\s+[Pp]ardon"),
}
_GIVEN_NAMES = frozenset({"Jordan", "Chad", "Israel", "Georgia", "Kenya", "Dane", "Finn", "Pole", "Holland"})
_NAME_BEHIND = re.compile(r"\s+(?!Defen[cs]e|Police|Air|Army|Government|Foreign|National|Compact)[A-Z][a-z]+")
_NAME_BEFORE = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Sen|Rep)\."
    r"|\b(?!(?:A|All|Although|Among|And|As|At|Because|Between|Both|But|By|Even|For|From|How|However|If|In|Is|It|Like"
    r"|Meanwhile|Neighbou?ring|Nor|Now|Of|On|Only|Or|Recently|Since|So|That|The|Then|Thus|To|Today|Unlike|When|Where"
    r"|Whether|While|Why|With|Yet)\s)[A-Z][a-z]+)\s+$"
)
_US_STATE = re.compile(
    r"\b(?:Governor|Senator|Senate|Atlanta|Savannah|Alabama|Carolinas?|Florida|Tennessee|Mississippi|Congress\w*"
    r"|Arizona|Michigan|Pennsylvania|Nevada|Wisconsin|voters|Mayor|U\.?S\.? state|state of)\b"
)
_BEHIND_A_TOWN = re.compile(r"\b[A-Z][a-z]+,\s+$")

_LANGUAGE_BEFORE = re.compile(r"\b(?:in|into|from|speaks?|speaking|spoke|spoken|learn|learning|teach)\s+$")
_LANGUAGE_BEHIND = re.compile(r"(?:[\s-]+(?:languages?|speaking|speakers?|translations?|version|text)\b)")
_NO_NOUN = re.compile(r"\s*(?:[.,;:)\]!?”\"]|$|(?:and|or|by|at|with|to|only)\b)")


def mentions_in(
    text: str, names: NameTable, start: int = 0, end: int | None = None, year: int | None = None
) -> list[Mention]:
    """Return the mentions of actors between two characters of a text, in order.

    Parameters
    ----------
    names
        The forms looked for.
    start, end
        Where to look; what stands around is still read.
    year
        Year of the statement, which settles names that several actors bore in turn.

    Examples
    --------
    >>> from aidememoire.ingest import builtin_actors
    >>> names = NameTable(builtin_actors())
    >>> text = "In Tokyo, Beijing said that the Sea of Japan and Papua New Guinea matter."
    >>> [mention.actor for mention in mentions_in(text, names)]
    ['CHN', 'PNG']
    """
    found = matches_in(text, names, start, len(text) if end is None else end)
    return list(named(found, names, year))


def named(found: list[Place], names: NameTable, year: int | None) -> Iterator[Mention]:
    """Name the actor of each kept place, leaving out those that stand for several in ``year``."""
    for start, end, number in found:
        form = names.forms[number]
        code = form.actor(year)
        if code:
            yield Mention(start, end, code, form.text, form.kind)


def matches_in(text: str, names: NameTable, start: int, end: int) -> list[Place]:
    """Return (start, end, number of the form) of each place that names an actor, whatever the year."""
    places = [
        (match.start(), match.end(), names.number(match.group())) for match in names.pattern.finditer(text, start, end)
    ]
    kept: list[Place] = []
    for at, place in enumerate(places):
        following = places[at + 1] if at + 1 < len(places) else None
        if _is_mention(text, place, kept[-1] if kept else None, following, names):
            kept.append(place)
    return kept


def _is_mention(text: str, place: Place, previous: Place | None, following: Place | None, names: NameTable) -> bool:
    start, end, number = place
    form = names.forms[number]
    if start and (text[start - 1].isalnum() or text[start - 1] in "_@"):
        return False
    if form.kind == "prefix":
        return following is not None and following[0] == end + 1 and text[end] in "-–"
    if form.kind == "seat":
        return is_seat(text, place, previous, following, names)
    if form.text.isupper():
        return _is_abbreviation(text, place, form)
    if _is_part(text, place, form):
        return False
    if form.text == "Georgia" and _is_us_state(text, place, previous):
        return False
    return form.kind != "demonym" or not _is_language(text, start, end)


def _is_part(text: str, place: Place, form: Form) -> bool:
    """Whether the form is part of another name. Most places are passed by a glance at one character or two."""
    start, end, _ = place
    if text[max(0, start - 3) : start] in _SUSPECT and _WATERS.search(text[max(0, start - _BEFORE) : start]):
        return True
    if form.text in _NOT_BEFORE and _NOT_BEFORE[form.text].search(text[max(0, start - _BEFORE) : start]):
        return True
    behind = text[end : end + _AFTER]
    if behind[1:2].isupper() and _SEA_BEHIND.match(behind):
        return True
    if form.text in _NOT_BEHIND and _NOT_BEHIND[form.text].match(behind):
        return True
    if form.text not in _GIVEN_NAMES:
        return False
    return bool(_NAME_BEHIND.match(behind) or _NAME_BEFORE.search(text[max(0, start - _BEFORE) : start]))


def _is_abbreviation(text: str, place: Place, form: Form) -> bool:
    """Whether letters in capitals are a name and not a word of a line in capitals."""
    if len(form.text) > 3 or "." in form.text:
        return True
    words = (*text[max(0, place[0] - _BEFORE) : place[0]].split()[-1:], *text[place[1] : place[1] + _AFTER].split()[:1])
    return not any(len(word) > 3 and word.isalpha() and word.isupper() for word in words)


def _is_us_state(text: str, place: Place, previous: Place | None) -> bool:
    listed = previous is not None and place[0] - previous[1] <= 6
    if not listed and _BEHIND_A_TOWN.search(text[max(0, place[0] - _BEFORE) : place[0]]):
        return True
    around = text[max(0, place[0] - 200) : place[1] + 200]
    return not listed and bool(_US_STATE.search(around))


def _is_language(text: str, start: int, end: int) -> bool:
    behind = text[end : end + _AFTER]
    if behind[1:2] in "lstv" and _LANGUAGE_BEHIND.match(behind):
        return True
    return bool(_NO_NOUN.match(behind) and _LANGUAGE_BEFORE.search(text[max(0, start - _BEFORE) : start]))
