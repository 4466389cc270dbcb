"""Bytes to text: the encoding is found by evidence, never assumed.

A byte-order mark or strict UTF-8 settles it. Otherwise every candidate that decodes without an error is
judged by how much the result looks like writing, since short texts defeat statistical detectors and the
charset that a page declares may be wrong.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

from aidememoire.errors import IngestRefused

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = (
    "cp1252 cp1251 koi8-r cp1250 cp1253 cp1255 cp1256 cp1254 cp1257 cp866 iso8859-5 "
    "gb18030 big5 shift_jis euc_jp euc_kr"
).split()
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")
SAMPLE_CHARS = 20_000
SAMPLE_BYTES = 200_000
TIE = 0.03
"""Two readings closer than this look equally good; the earlier candidate is taken."""

_FREQUENT = frozenset("оеаинтсрвлαοειτσνηρπόίάיוהלאמרايلمنوترéäöüßçñóíá’“”")
_COMMON = frozenset(
    "кмдпуязьбгчйхжшюцыОПРСВНКМДАБГЗИЛТУФ"
    "èàâêîôûëïœúãõåøæąćęłńśźżčďěňřšťůýžőűşğıāēīņģķļūėįų"
    "υκμλςέήύώθδγ"
    "תבשנדעחק"
    "ةبدعسكفقحجهأ"
)
_PUNCTUATION = frozenset("’‘“”„«»–—…№§°·¿¡€£\xa0、。，《》「」")


def decode(data: bytes, *, html: bool = False) -> tuple[str, str]:
    """Decode the bytes of a text file.

    Parameters
    ----------
    data
        The whole file. A byte-order mark of UTF-8 stays in the text: cleaning removes it.
    html
        Whether a charset may be declared inside.

    Returns
    -------
    text, encoding
        The encoding's name as Python knows it.

    Raises
    ------
    IngestRefused
        If the bytes are not text, or in no encoding that can be told.

    Examples
    --------
    >>> decode("Мир".encode("cp1251"))
    ('Мир', 'cp1251')
    >>> decode(b'<meta charset="koi8-r">' + "Заявление".encode("cp1251"), html=True)[1]
    'cp1251'
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name), name
    if b"\x00" in data:
        raise IngestRefused("binary: holds NUL bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _by_evidence(data, _declared(data) if html else None)
    _refuse_controls(text)
    return text, "utf-8"


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise IngestRefused(f"begins with the mark of {name} but is not {name}") from None


def _refuse_controls(text: str) -> None:
    sample = text[:SAMPLE_CHARS]
    controls = sum(1 for c in sample if c < " " and c not in "\t\n\r\f\v\x1a\x1b")
    if controls > max(2, len(sample) // 50):
        raise IngestRefused("binary: holds control characters all over")


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    if not match:
        return None
    try:
        return codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None


def _by_evidence(data: bytes, declared: str | None) -> tuple[str, str]:
    candidates = [declared] if declared and declared not in ("utf-8", "ascii") else []
    candidates += [name for name in _CANDIDATES if name != declared]
    best, best_score = "", float("-inf")
    for name in [*candidates, _detected(data)]:
        score = _score(data, name) if name else None
        if score is not None and score > best_score + TIE:
            best, best_score = name or "", score
    if best_score <= 0:
        raise IngestRefused("not text in any encoding that could be told")
    text = data.decode(best)
    _refuse_controls(text)
    return text, best


def _detected(data: bytes) -> str | None:
    """Guess of charset-normalizer, for the encodings that are not among the candidates."""
    from charset_normalizer import from_bytes

    found = from_bytes(data[:SAMPLE_BYTES]).best()
    return found.encoding if found else None


def _score(data: bytes, name: str) -> float | None:
    try:
        text = data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
    strange = [i for i, c in enumerate(text) if c > "\x7f"][:SAMPLE_CHARS]
    if not strange:
        return None
    return sum(_plausible(text, at) for at in strange) / len(strange)


def _plausible(text: str, at: int) -> float:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if char in _PUNCTUATION:
        return 0.6
    script = _script(char)
    if script == "":
        return -1.0
    value = 1.0 if char in _FREQUENT else 0.6 if char in _COMMON else 0.2
    if script == "han":
        value = _han(char)
    for neighbour in (before, after):
        if neighbour and (_script(neighbour) or script) != script:
            value -= 1.0
    if char.isupper() and before.islower():
        value -= 1.0  # KOI8 read as cp1251 turns the cases round
    return value


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] != "L":
        return "" if category[0] != "M" else "mark"
    name = unicodedata.name(char, "").split(" ")[0]
    return "han" if name in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL") else name.lower()


@lru_cache(maxsize=4096)
def _han(char: str) -> float:
    """Everyday characters stand in the first half of the national sets; chance pairs do not."""
    if not unicodedata.name(char, "").startswith("CJK"):
        return 0.95  # kana and hangul
    try:
        return 0.75 if char.encode("gb2312")[0] <= 0xD7 else -0.2
    except UnicodeEncodeError:
        pass
    try:
        return 0.75 if char.encode("big5")[0] <= 0xC6 else -0.2
    except UnicodeEncodeError:
        return -0.2
