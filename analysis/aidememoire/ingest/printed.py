"""Dates printed in a line of their own at the head of a document: a PDF, a DOCX, a page without metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aidememoire.ingest.dates import NO_DATE, ReadDate, read_date
from aidememoire.ingest.months import languages_with_month

__all__ = ["HEAD_LINES", "date_line", "printed_date", "stated_date"]

HEAD_LINES = 12
"""Lines at the head of a document among which its date is looked for: letterhead, number, title, addressee."""
LONGEST_LINE = 100

_LABEL = (
    r"(?:date(?: of (?:issue|publication|release|delivery))?|dated|published(?: on)?|posted(?: on)?|released?(?: on)?"
    r"|release date|delivered on|issued(?: on)?|on|datum|veröffentlicht am|stand|fecha|publicado el|le|publié le"
    r"|data(?: di pubblicazione| publikacji)?|дата(?: публикации)?|опубликовано|опубліковано|tarih|日期|发布时间"
    r"|発表日|掲載日|날짜|التاريخ)"
)
_NAME = r"[^\W\d_](?:[^\W\d_]|['’-])*\.?"
# The blank is no option: a name that could be cut anywhere would be tried in every way.
_PLACE = rf"{_NAME}(?:[ ]{_NAME}){{0,3}}"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er)?\.?"
_WORD = r"[^\W\d_]{3,12}\.?"
_DATE = (
    rf"(?P<date>\d{{4}}-\d\d-\d\d|\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}"
    rf"|{_DAY}[ ](?:de[ ]|of[ ])?{_WORD},?[ ](?:de[ ]|del[ ])?\d{{4}}|{_WORD}[ ]{_DAY},?[ ]\d{{4}}"
    r"|\d{4}[ ]?[年년][ ]?\d{1,2}[ ]?[月월][ ]?\d{1,2}[ ]?[日일])"
)
_TIME = r"(?:,?[ ](?:at[ ]|-[ ])?\d{1,2}[:.]\d\d(?::\d\d)?(?:[ ]?[ap]\.?m\.?)?(?:[ ][A-Z]{2,5})?)?"
_TAIL = r"(?:[ ]?(?:[-–—|•·/]|,(?=[ ]))[ ]?[^\d]{0,60}|[ ]\([^()]{0,90}\))?"
_LINE = re.compile(
    rf"(?:{_LABEL}[ ]?[:：.]?[ ]?)?(?:{_PLACE},[ ])?(?:{_PLACE},[ ])?(?:(?:le|den|the)[ ])?"
    rf"{_DATE}(?:[ ]?(?:г\.?|года|року|р\.))?{_TIME}{_TAIL}\.?",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\s*(?:\d{4}(?:-\d\d?(?:-\d\d?)?)?|\d{1,4}([./-])\d{1,2}\1\d{1,4})(?:[T ,].*)?\s*", re.DOTALL)
_EASTERN = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D+")


def stated_date(value: str, rule: str) -> ReadDate:
    """Read a date from a field in which anything may stand.

    A year proves nothing beside words that are no month: it may be that of a volume or a session.

    Examples
    --------
    >>> stated_date("3 września 2021", "r").iso, stated_date("2021-09-03T10:00", "r").iso
    ('2021-09-03', '2021-09-03')
    >>> print(stated_date("Volume 12, 2021", "r").rule)
    r: 'Volume 12, 2021' is not a date
    """
    if not languages_with_month(value) and not _FIGURES.fullmatch(value):
        return ReadDate(rule=f"{rule}: {value[:40]!r} is not a date")
    return read_date(value, rule)


def date_line(line: str, rule: str) -> ReadDate:
    """Read a line that is a date and little else: a label, weekday, place, time or kind may stand with it.

    Examples
    --------
    >>> date_line("Torvale, 3 September 2021", "r").iso, date_line("03.09.2021 - Press release", "r").iso
    ('2021-09-03', '2021-09-03')
    >>> date_line("发布时间：2021年9月3日", "r").iso
    '2021-09-03'
    >>> date_line("We met on 3 September 2021 and agreed.", "r").iso is None
    True
    """
    line = " ".join(line.split())
    if not 8 <= len(line) <= LONGEST_LINE or not re.search(r"\d{4}", line):
        return NO_DATE
    match = _LINE.fullmatch(line)
    if not match:
        return NO_DATE
    value = match["date"]
    if eastern := _EASTERN.fullmatch(value):
        value = "-".join(eastern.groups())
    value = re.sub(r"(?<=\d)(?:er|\.)(?= )| (?:of|del?)(?= )", "", value)
    read = stated_date(value, rule)
    if read.iso is None and read.rule and read.rule.endswith("is not a date"):
        return NO_DATE
    return read if read.precision in (None, "day") else NO_DATE


def printed_date(lines: Iterable[str], rule: str = "printed date line") -> ReadDate:
    """Date that stands in a line of its own among the first lines, if they agree on one.

    Examples
    --------
    >>> printed_date(["Ministry of Foreign Affairs", "9 May 2019", "Statement", "We remember."]).iso
    '2019-05-09'
    >>> print(printed_date(["9 May 2019", "10 May 2019"]).rule)
    printed date line: several days are printed
    """
    head = [line for line in lines if line.strip()][:HEAD_LINES]
    found = [read for read in (date_line(line, rule) for line in head) if read.rule]
    days = {read.iso for read in found if read.iso}
    if len(days) > 1:
        return ReadDate(rule=f"{rule}: several days are printed")
    return next((read for read in found if read.iso), found[0] if found else NO_DATE)
