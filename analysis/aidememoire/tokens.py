"""Tokens of a text and of a pattern: one definition for both.

A token is one part, or several with an apostrophe between (``l'O.N.U.``); a part is a maximal run of letters and
digits, or an abbreviation of single letters with dots. Its form is what patterns are compared with: Unicode NFKC
and case folding, curly apostrophes straight, a possessive ``'s`` off, the dots of an abbreviation gone (``U.N.``
is ``un``). Hyphens and slashes separate tokens. Offsets always refer to the text as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["BREAK", "TOKENISER", "Token", "cased_form_of", "form_of", "tokenise"]

# Stands in every cached result: raise it when the tokens of any text change.
TOKENISER = "tokens-2"

# Possessive quantifiers: no text can make the scan backtrack. Marks that combine belong to their letter; the
# two private characters stand for * and a year range while a pattern is read.
_CHINESE = "\u3400-\u9fff"
_MARKS = r"\u0300-\u036f"
_RUN = rf"(?:[^\W_{_CHINESE}]++|[\ue000\ue001{_MARKS}]++)++"
_LETTER = rf"[^\W\d_{_CHINESE}][{_MARKS}]*+"
_DOTTED = rf"(?:{_LETTER}\.){{2,}}+(?:{_LETTER}(?!{_RUN}))?+"  # U.N., U.S.A
_PART = rf"(?:{_DOTTED}|{_RUN})"
TOKEN = re.compile(
    rf"{_PART}(?:['’‘]{_PART})*+"
    rf"|[{_CHINESE}]"  # written without spaces: one character, one token
)
# What no phrase may cross: , ; : ( ) in their Latin, Arabic and Chinese forms, a dash with spaces, the Chinese dash.
BREAK = re.compile(r"[,;:()，；：（）、،؛]|(?<=\s)[-–—]+(?=\s)|——")


_PLAIN_GAPS = frozenset(("", " ", "-", ". ", ' "', '" ', " “", "” "))


class Token(NamedTuple):
    """One token: its comparable form, its place, and whether a phrase may not cross in front of it."""

    form: str
    start: int
    end: int
    after_break: bool


@lru_cache(maxsize=200_000)
def form_of(raw: str) -> str:
    """Return the comparable form of a token as written.

    Examples
    --------
    >>> form_of("U.N."), form_of("Russia’s"), form_of("STRASSE"), form_of("Straße")
    ('un', 'russia', 'strasse', 'strasse')
    """
    return _plain(unicodedata.normalize("NFKC", raw).casefold().replace("i\u0307", "i"))


@lru_cache(maxsize=200_000)
def cased_form_of(raw: str) -> str:
    """Return the form of a token for patterns that tell capitals apart.

    Examples
    --------
    >>> cased_form_of("U.S."), cased_form_of("us")
    ('US', 'us')
    """
    return _plain(unicodedata.normalize("NFKC", raw))


def _plain(form: str) -> str:
    form = form.replace("’", "'").replace("ʼ", "'").replace("‘", "'").replace(".", "")
    return form[:-2] if len(form) > 2 and form.endswith(("'s", "'S")) else form


def tokenise(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens of ``text[start:end]`` in order, with offsets into ``text``.

    Examples
    --------
    >>> [t.form for t in tokenise("The anti-fascist war, the U.N.'s roots")]
    ['the', 'anti', 'fascist', 'war', 'the', 'un', 'roots']
    >>> [t.form for t in tokenise("peace, history") if t.after_break]
    ['history']
    """
    stop = len(text) if end is None else end
    before = start
    for match in TOKEN.finditer(text, start, stop):
        first, last = match.span()
        # Nearly every gap is one space: only the others are worth a search.
        crosses = text[before:first] not in _PLAIN_GAPS and BREAK.search(text, before, first + 1) is not None
        yield Token(form_of(match.group()), first, last, crosses)
        before = last
