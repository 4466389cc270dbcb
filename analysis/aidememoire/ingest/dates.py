"""Dates as a source proves them, at the precision it proves, with the rule that read them.

Nothing is completed from today's date. A dateline without a year gets one only from a proof elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from aidememoire.errors import MissingExtraError
from aidememoire.ingest.months import languages_with_month
from aidememoire.statement import DatePrecision

__all__ = ["MONTHS", "NO_DATE", "ReadDate", "complete_dateline", "from_file_name", "read_date"]

FIRST_YEAR, LAST_YEAR = 1800, 2100
LONGEST_DATE = 40
"""Characters of a date in words: weekday, day, month, year and time of day have fewer."""
NEAR_DAYS = 31
"""A dateline further than this from the date that should complete it belongs to another event."""


@dataclass(frozen=True)
class ReadDate:
    """A date, or the reason why there is none.

    Attributes
    ----------
    iso
        ``2021``, ``2021-09`` or ``2021-09-03``; ``None`` if nothing was proved.
    rule
        Which rule read it, or why none could; ``None`` if there was nothing to read.
    """

    iso: str | None = None
    precision: DatePrecision | None = None
    rule: str | None = None


NO_DATE = ReadDate()

_NAMES = "january february march april may june july august september october november december".split()
MONTHS: dict[str, int] = {name: number for number, name in enumerate(_NAMES, 1)}
MONTHS |= {name[:3]: number for number, name in enumerate(_NAMES, 1)} | {"sept": 9}
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_ISO = re.compile(r"(?P<year>\d{4})(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?)?(?:[T ].*)?", re.S)
_DAY_FIRST = re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>\d{{4}})(?: .*)?", re.S)
_MONTH_FIRST = re.compile(rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?:,? .*)?", re.S)
_MONTH_ONLY = re.compile(rf"{_MONTH},? (?P<year>\d{{4}})")
_NUMERIC = re.compile(r"(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4})(?:,? .*)?", re.S)
_IN_NAME = re.compile(r"(?<!\d)(?P<year>(?:18|19|20)\d\d)(?P<sep>[-_.]?)(?P<m>\d\d)(?:(?P=sep)(?P<d>\d\d))?(?!\d)")


def _made(year: int, month: int | None, day: int | None, rule: str) -> ReadDate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ReadDate(rule=f"{rule}: year {year} is out of range")
    try:
        checked = date(year, month or 1, day or 1)
    except ValueError:
        return ReadDate(rule=f"{rule}: no such day in the calendar")
    if month is None:
        return ReadDate(f"{year:04d}", "year", rule)
    return ReadDate(checked.isoformat()[: 10 if day else 7], "day" if day else "month", rule)


def read_date(value: str, rule: str) -> ReadDate:
    """Read a date written in a field of its own.

    Parameters
    ----------
    value
        What the field holds: ISO 8601 with or without a time, English or, with dateparser, another
        language. ``03.09.2021`` is read day first; ``03/09/2021`` could be two days and gives none.
    rule
        Name of the rule for the result, such as ``metadata table``.

    Raises
    ------
    MissingExtraError
        If only dateparser could read it and it is not installed.

    Examples
    --------
    >>> read_date("Sept. 3, 2021", "header").iso
    '2021-09-03'
    >>> read_date("2021", "header").precision
    'year'
    >>> print(read_date("03/09/2021", "header").rule)
    header: '03/09/2021' can be read as two dates
    """
    value = " ".join(value.split())
    if not value:
        return NO_DATE
    if match := _ISO.fullmatch(value):
        month, day = match["m"], match["d"]
        return _made(int(match["year"]), int(month) if month else None, int(day) if day else None, rule)
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY):
        if (match := pattern.fullmatch(value)) and match["month"].casefold() in MONTHS:
            day = match["d"] if pattern is not _MONTH_ONLY else None
            return _made(int(match["year"]), MONTHS[match["month"].casefold()], int(day) if day else None, rule)
    if match := _NUMERIC.fullmatch(value):
        return _numeric(match, value, rule)
    return _other_language(value, rule)


def _numeric(match: re.Match[str], value: str, rule: str) -> ReadDate:
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    if match["sep"] == "." or first > 12:
        return _made(year, second, first, rule)
    if second > 12 or first == second:
        return _made(year, first, second, rule)
    return ReadDate(rule=f"{rule}: {value!r} can be read as two dates")


def _other_language(value: str, rule: str) -> ReadDate:
    unread = ReadDate(rule=f"{rule}: {value[:40]!r} is not a date")
    # dateparser finds dates in almost anything, and looks for words it does not know in hundreds of languages: it is
    # asked only where a day and a year stand with a month, and only in the languages that have such a month.
    if len(value) > LONGEST_DATE or not all(re.search(rf"(?<!\d)\d{{{n}}}(?!\d)", value) for n in ("1,2", "4")):
        return unread
    languages = languages_with_month(value)
    if not languages:
        return unread
    try:
        import dateparser
    except ImportError:
        raise MissingExtraError("dateparser", extra="ingest", purpose=f"reading the date {value!r}") from None
    wanted = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY", "PARSERS": ["absolute-time"]}
    found = dateparser.parse(value, languages=languages, settings=wanted)
    return _made(found.year, found.month, found.day, rule) if found else unread


def from_file_name(name: str) -> ReadDate:
    """Read a full date or a month from a file name; a bare number of four digits proves no year.

    Examples
    --------
    >>> from_file_name("agency_2021-09-03.txt").iso
    '2021-09-03'
    >>> from_file_name("agenda-2030.txt").iso is None
    True
    """
    for match in _IN_NAME.finditer(name):
        if not match["d"] and not match["sep"]:
            continue  # 202109 is as likely a running number
        found = _made(int(match["year"]), int(match["m"]), int(match["d"]) if match["d"] else None, "file name")
        if found.iso:
            return found
    return NO_DATE


def complete_dateline(month: int, day: int, year: int | None, proofs: list[ReadDate]) -> ReadDate:
    """Date of a dateline, its year taken from the first proof that has one.

    Parameters
    ----------
    month, day, year
        As printed; agencies mostly print no year.
    proofs
        Dates proved elsewhere for the same story, the strongest first.

    Examples
    --------
    >>> proof = ReadDate("2021-01-01", "day", "date prefix")
    >>> complete_dateline(12, 31, None, [proof])
    ReadDate(iso='2020-12-31', precision='day', rule='dateline, year from date prefix')
    >>> complete_dateline(9, 3, None, []).rule
    'dateline without a year, and nothing proves the year'
    """
    if year is not None:
        return _made(year, month, day, "dateline")
    for proof in proofs:
        if proof.iso is None:
            continue
        if proof.precision != "day":
            return _made(int(proof.iso[:4]), month, day, f"dateline, year from {proof.rule}")
        known = date.fromisoformat(proof.iso)
        for candidate in (known.year, known.year - 1, known.year + 1):
            found = _made(candidate, month, day, f"dateline, year from {proof.rule}")
            if found.iso and abs(date.fromisoformat(found.iso) - known) <= timedelta(days=NEAR_DAYS):
                return found
        return ReadDate(proof.iso, "day", f"{proof.rule}; the dateline names another day")
    return ReadDate(rule="dateline without a year, and nothing proves the year")
