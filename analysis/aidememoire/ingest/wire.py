"""Wire stories: a dateline with place, day and agency stands before the lead.

``MOSCOW, September 3. / TASS /.``, ``BEIJING, Sept. 3 (Xinhua) --``, ``WARSAW, Poland (AP) —`` and the like,
with any agency name where the shape leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aidememoire.cleantext import CleanText
from aidememoire.ingest.cleaning import clean, plain_characters
from aidememoire.ingest.dates import MONTHS, ReadDate, complete_dateline, from_file_name, read_date
from aidememoire.ingest.fields import build, metadata_said
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.roles import first_office_holder

__all__ = ["Dateline", "claims", "find_dateline", "read"]

HEAD_CHARS = 2000
MOST_HEADLINES = 3
LONGEST_HEADLINE = 250
_KNOWN = frozenset(
    "tass itar-tass xinhua interfax sputnik ap afp reuters dpa upi kyodo yonhap anadolu efe ansa belta "
    "ukrinform".split()
) | {"ria novosti", "press trust of india", "the associated press"}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_PREFIX = re.compile(r"\s*(?:date:?\s+)?(?P<iso>\d{4}-\d{2}-\d{2})(?=\s)\s*", re.IGNORECASE)
_DATELINE = re.compile(
    rf"""(?P<place>[^\W\d_](?:[^\W\d_]|[ .'’/-]){{1,40}}?)
    (?:,\ (?P<region>[^\W\d_][^\d(),/\n]{{1,25}}?))?
    (?:[.,]\s*(?i:(?P<month>{_MONTH})\.?\ (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\ (?P<month2>{_MONTH})\.?)
       (?:,?\ (?P<year>\d{{4}}))?)?
    [.,]?\s*
    (?:/\ ?(?P<slashed>[^/\n]{{2,40}}?)\ ?/|\(\ ?(?P<bracketed>[^()\n]{{2,40}}?)\ ?\))
    [ ]?(?P<tail>[.:]|--?|—|–)?\s*""",
    re.VERBOSE,
)
_SMALL_WORDS = frozenset("and au d de del des di do du e el en et la le les of on sur the upon y".split())


@dataclass(frozen=True)
class Dateline:
    """A dateline and where the lead begins after it."""

    end: int
    place: str
    agency: str
    month: int | None
    day: int | None
    year: int | None
    title: str | None
    prefix: ReadDate


def find_dateline(text: str) -> Dateline | None:
    """Dateline at the beginning of a text, after an optional date and a few headlines.

    Examples
    --------
    >>> found = find_dateline("PORT-AU-PRINCE, Sept. 3 (Xinhua) -- Talks went on.")
    >>> found.place, found.agency, found.month, found.day
    ('Port-au-Prince', 'Xinhua', 9, 3)
    """
    head = text[:HEAD_CHARS]
    match = _PREFIX.match(head)
    prefix = read_date(match["iso"], "date prefix") if match else ReadDate()
    at = match.end() if match else 0
    headlines: list[str] = []
    while at < len(head) and len(headlines) <= MOST_HEADLINES:
        line = head[at:].partition("\n")[0]
        at += len(line) - len(line.lstrip())
        found = _DATELINE.match(head, at)
        if found and _is_dateline(found):
            return _dateline(found, " ".join(headlines) or None, prefix)
        if line.strip():
            headlines.append(line.strip())
            if len(line) > LONGEST_HEADLINE:
                break
        at = head.find("\n", at) + 1
        if not at:
            break
    return None


def _is_dateline(match: re.Match[str]) -> bool:
    agency = match["slashed"] or match["bracketed"]
    known = agency.casefold() in _KNOWN
    dated = bool(match["day"] or match["day2"])
    shaped = dated or bool(match["slashed"]) or match["tail"] in ("-", "--", "—", "–")
    named = len(agency.split()) <= 5 and agency[0].isalpha()
    words = match["place"].split()
    name = words[-1][0].isupper() and all(word[0].isupper() or word in _SMALL_WORDS for word in words)
    return named and (shaped or bool(match["tail"])) and (match["place"].isupper() or (known and name))


def _dateline(match: re.Match[str], title: str | None, prefix: ReadDate) -> Dateline:
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    return Dateline(
        end=match.end(),
        place=_title_case(match["place"].strip()),
        agency=(match["slashed"] or match["bracketed"]).strip(),
        month=MONTHS[month.casefold()] if month else None,
        day=int(day) if day else None,
        year=int(match["year"]) if match["year"] else None,
        title=title,
        prefix=prefix,
    )


def _title_case(place: str) -> str:
    if not place.isupper():
        return place
    words = re.split(r"([ \-/])", place.lower())
    return "".join(
        word if i and word in _SMALL_WORDS else re.sub(r"(?:^|(?<=['’]))\w", lambda m: m.group().upper(), word)
        for i, word in enumerate(words)
    )


def claims(source: Source) -> bool:
    """A text that begins with a dateline."""
    return find_dateline(plain_characters(CleanText.of(source.text[:HEAD_CHARS])).text) is not None


def read(source: Source) -> Reading:
    """One statement; the dateline is cut from the cleaned text and stays in the raw one."""
    whole = plain_characters(CleanText.of(source.text))
    dateline = find_dateline(whole.text)
    said = metadata_said(source)
    if dateline is None:
        text = clean(whole)
        return Reading((build(source, text, said=[said], date=from_file_name(source.path.name)),))
    text = clean(whole.cut(dateline.end, len(whole.text)))
    found: dict[str, str | None] = {
        "place": dateline.place,
        "agency": dateline.agency,
        "title": dateline.title,
        "kind": "wire_story",
    }
    holder = first_office_holder(text.text, source.options.actors)
    if holder:
        found |= {"speaker": holder.speaker, "role": holder.role, "actor": holder.actor}
        found["actor_rule"] = "first office holder in the lead"
    table_date = read_date(said.values.get("date", ""), said.rule)
    proofs = [p for p in (dateline.prefix, table_date, from_file_name(source.path.name)) if p.iso]
    if dateline.month and dateline.day:
        date = complete_dateline(dateline.month, dateline.day, dateline.year, proofs)
    else:
        date = proofs[0] if proofs else ReadDate(rule="dateline without a date")
    return Reading((build(source, text, said=[said], found=found, date=date),))
