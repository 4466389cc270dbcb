"""Speeches of the UN General Debate Corpus: ``Session NN - YYYY/ISO_NN_YYYY.txt`` and a speaker sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import ReadDate
from aidememoire.ingest.fields import build
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.roles import as_person, as_role
from aidememoire.ingest.tables import SPEAKER_SHEET, sheet_rows

__all__ = ["claims", "is_debate_file", "read", "speaker_sheet"]

_NAME = re.compile(r"(?P<code>[A-Z]{2,4})_(?P<session>\d{1,3})_(?P<year>(?:19|20)\d\d)\.txt")
FIRST_SESSION_YEAR = 1946


def is_debate_file(name: str) -> bool:
    """Whether a file name has the layout's shape and its session met in its year.

    Examples
    --------
    >>> is_debate_file("FRA_75_2020.txt"), is_debate_file("FRA_75_1999.txt")
    (True, False)
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    session, year = match.group(2, 3)
    return int(year) - int(session) == FIRST_SESSION_YEAR - 1


def speaker_sheet(path: Path) -> Path | None:
    """Speaker sheet that belongs to a speech: beside it or up to two folders above."""
    return next((p for p in (folder / SPEAKER_SHEET for folder in path.parents[:3]) if p.is_file()), None)


def claims(source: Source) -> bool:
    """A file with the name of a debate speech."""
    return is_debate_file(source.path.name)


def read(source: Source) -> Reading:
    """One speech; year, actor and session from the file name, speaker and post from the sheet."""
    match = _NAME.fullmatch(source.path.name)
    found: dict[str, str | None] = {"kind": "speech", "occasion": "UN General Debate", "language": "en"}
    date = ReadDate()
    if match:
        # The archive gives one code to a seat: RUS before 1992 is the Soviet Union, and stays RUS.
        found |= {"actor": match["code"], "actor_rule": "file name"}
        date = ReadDate(match["year"], "year", "file name")
        sheet = speaker_sheet(source.path)
        if sheet:
            status = sheet.stat()
            speakers = _speakers(sheet, status.st_size, status.st_mtime_ns)
            speaker, role = speakers.get((int(match["session"]), match["code"]), (None, None))
            found |= {"speaker": speaker, "role": role}
    text = clean(source.text, un_record=True)
    return Reading((build(source, text, found=found, date=date),))


@lru_cache(maxsize=2)
def _speakers(path: Path, size: int, mtime_ns: int) -> Mapping[tuple[int, str], tuple[str | None, str | None]]:
    speakers: dict[tuple[int, str], tuple[str | None, str | None]] = {}
    for row in sheet_rows(path)[1:]:
        _, session, code, _, name, post = (*row, *[None] * 6)[:6]
        if not isinstance(session, int | float) or not code:
            continue
        key = int(session), str(code).strip()
        person = as_person(str(name)) if name and str(name).strip() else None
        if key in speakers and speakers[key][0] != person:
            speakers[key] = (None, None)  # two people are listed: the sheet does not say who gave this one
        else:
            speakers[key] = (person, as_role(str(post)) if post and str(post).strip() else None)
    return speakers
