"""The language of a statement, where its source does not say it."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["LANGUAGES", "detected", "detector", "primary_tag"]

LANGUAGES = (
    "ar be bg bn cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko lt lv mn ms nl no pl pt ro ru sk sl "
    "sq sr sv sw th tr uk ur vi zh"
).split()
"""ISO 639-1 codes that can be found. Rarer ones are left out: they cost precision in these."""
SAMPLE_CHARS = 600
"""Characters looked at, a paragraph or two: more changes nothing in prose and costs a millisecond a statement."""
LEAST_LETTERS = 40
"""Letters below which a text gives no language: names and a date look alike in many."""
LEAST_CONFIDENCE = 0.7
"""Probability among ``LANGUAGES`` below which none is given: a wrong language would switch rules off."""

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


def primary_tag(language: str) -> str:
    """Reduce a language tag to the language itself; anything else stays as it is.

    Examples
    --------
    >>> primary_tag("en-GB"), primary_tag("zh_Hans_CN"), primary_tag("English")
    ('en', 'zh', 'English')
    """
    match = _TAG.fullmatch(language.strip())
    return match[1].lower() if match else language


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
