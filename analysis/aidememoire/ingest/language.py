"""The language of a statement: what its source calls it, and which it is where the source does not say."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["LANGUAGES", "as_language", "detected", "detector"]

# Each by its code of ISO 639-1, those of ISO 639-2 and 639-3 (also of the variety that is meant where a code covers
# several), and in English.
_NAMES = [
    row.split()
    for row in """
    ar ara arb arabic; be bel belarusian; bg bul bulgarian; bn ben bengali bangla; cs ces cze czech; da dan danish;
    de deu ger german; el ell gre greek; en eng english; es spa spanish castilian; et est ekk estonian;
    fa fas per pes persian farsi; fi fin finnish; fr fra fre french; he heb hebrew; hi hin hindi; hr hrv croatian;
    hu hun hungarian; hy hye arm armenian; id ind indonesian; it ita italian; ja jpn japanese; ka kat geo georgian;
    kk kaz kazakh; ko kor korean; lt lit lithuanian; lv lav lvs latvian; mn mon khk mongolian; ms msa may zsm malay;
    nl nld dut dutch; no nor norwegian; pl pol polish; pt por portuguese; ro ron rum romanian; ru rus russian;
    sk slk slo slovak; sl slv slovenian slovene; sq sqi alb albanian; sr srp serbian; sv swe swedish;
    sw swa swh swahili; th tha thai; tr tur turkish; uk ukr ukrainian; ur urd urdu; vi vie vietnamese;
    zh zho chi cmn chinese mandarin
    """.split(";")
]
LANGUAGES = [row[0] for row in _NAMES]
"""ISO 639-1 codes that can be found. Rarer ones are left out: they cost precision in these."""
SAMPLE_CHARS = 600
"""Characters looked at, a paragraph or two: more changes nothing in prose and costs a millisecond a statement."""
LEAST_LETTERS = 40
"""Letters below which a text gives no language: names and a date look alike in many."""
LEAST_CONFIDENCE = 0.7
"""Probability among ``LANGUAGES`` below which none is given: a wrong language would switch rules off."""

_CODES = {name: row[0] for row in _NAMES for name in row}
# ISO 639-2 for undetermined, several, uncoded and none.
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def detected(text: str) -> str | None:
    """Detect the language of a text; ``None`` where it is short, doubtful, or py3langid is not installed.

    Examples
    --------
    >>> detected("Мы помним подвиг наших солдат и хотим мира для всех соседей.")
    'ru'
    >>> detected("Torvale, 3.9.2021") is None
    True
    """
    sample = text[:SAMPLE_CHARS]
    if sum(map(str.isalpha, sample)) < LEAST_LETTERS and len(sample) < SAMPLE_CHARS:
        return None
    identifier = _identifier()
    if identifier is None:
        return None
    code, confidence = identifier.classify(sample)
    return str(code) if confidence >= LEAST_CONFIDENCE else None


def detector() -> str:
    """Name what decides here: files are read again when it changes.

    Examples
    --------
    >>> detector() in ("py3langid", "none")
    True
    """
    return "py3langid" if find_spec("py3langid") else "none"


def as_language(value: str) -> str | None:
    """Read a language as sources write it, a tag, a code of ISO 639 or an English name, as its shortest code.

    What is not known stays as it is, for the report to name; ``None`` where the source says that there is no one
    language.

    Examples
    --------
    >>> as_language("en-GB"), as_language("zh_Hans_CN"), as_language("rus"), as_language("Chinese (Simplified)")
    ('en', 'zh', 'ru', 'zh')
    >>> as_language("ky"), as_language("fil"), as_language("Quenya"), as_language("und")
    ('ky', 'fil', 'Quenya', None)
    """
    tag = _TAG.fullmatch(value.strip())
    name = (tag[1] if tag else value.partition("(")[0].strip()).lower()
    if name in _NO_LANGUAGE:
        return None
    return _CODES.get(name, name if tag else value)


@cache
def _identifier() -> Any:
    # No text is refused for want of this extra: a statement without a language is a statement all the same.
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
