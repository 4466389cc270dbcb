"""The pattern language: one written line becomes a set of phrases of elements.

Grammar (white space separates tokens and is collapsed after expansion)::

    pattern  = { char | group | lexicon | year }
    group    = "(" pattern { "|" pattern } ")"        alternatives, also inside a token; one may be empty
    lexicon  = "@" NAME                                every phrase of that lexicon
    year     = "{" YYYY "-" YYYY "}"                   one token that is a year in the range
    char     = any other character; "*" stands for characters inside a token, alone for one whole token

Expansion is textual: ``coloni(s|z)ed`` is two tokens' worth of alternatives, ``(the|) past`` is two phrases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product, repeat
from typing import Literal

from aidememoire.tokens import BREAK, cased_form_of, tokenise

__all__ = ["MAX_PHRASES", "Element", "PatternError", "Phrase", "check", "crossing", "expand"]

# A rule that needs more alternatives than this is a mistake, and would make every rerun pay for it.
MAX_PHRASES = 20_000

YEAR = re.compile(r"\{(\d{4})-(\d{4})\}")
LEXICON = re.compile(r"@([A-Z][A-Z0-9_]*)")
STAR = "\ue000"  # stands for "*" while a phrase passes through the tokeniser: a letter-like private character
_YEAR_MARK = re.compile("\ue001(\\d{8})")
_SPECIAL = re.compile(r"[()|@{}]")


class PatternError(ValueError):
    """A pattern that the grammar does not accept, with the position of the mistake."""

    def __init__(self, message: str, pattern: str, position: int):
        self.position = position
        super().__init__(f"pattern {pattern!r}, character {position + 1}: {message}")


@dataclass(frozen=True, slots=True)
class Element:
    """What one token of a phrase must be.

    Attributes
    ----------
    kind
        ``literal`` (the token), ``glob`` (``*`` inside), ``any`` (whichever token), ``year`` (``YYYY-YYYY``).
    text
        The literal or glob in normalised form, the years as ``1700-1955``, or ``*``.
    cased
        Whether capitals count.
    """

    kind: Literal["literal", "glob", "any", "year"]
    text: str
    cased: bool = False


Phrase = tuple[Element, ...]


def expand(pattern: str, lexicons: Mapping[str, Sequence[str]], *, cased: bool = False) -> tuple[Phrase, ...]:
    """Return the distinct phrases that ``pattern`` stands for, in written order.

    A phrase with one of ``, ; : ( )`` inside is left out: no phrase matches across these.

    Parameters
    ----------
    pattern
        As written in the codebook.
    lexicons
        What ``@NAME`` stands for.
    cased
        Whether capitals count.

    Raises
    ------
    PatternError
        On unbalanced brackets, an unknown lexicon, a lexicon that contains itself, a malformed year range,
        an empty pattern, or more than ``MAX_PHRASES`` phrases.

    Examples
    --------
    >>> [" ".join(e.text for e in phrase) for phrase in expand("(the|) post-war ord*", {})]
    ['the post war ord*', 'post war ord*']
    """
    texts = _Parser(pattern, lexicons, ()).texts()
    phrases = dict.fromkeys(phrase for text in texts if (phrase := _phrase(text, cased)))
    if not phrases and not any(BREAK.search(text) for text in texts):
        raise PatternError("nothing to match", pattern, 0)
    return tuple(phrases)


def check(pattern: str, lexicons: Mapping[str, Sequence[str]]) -> None:
    """Raise what ``expand`` would raise, without making its phrases.

    Examples
    --------
    >>> check("the (past", {})
    Traceback (most recent call last):
    aidememoire.codebook.patterns.PatternError: pattern 'the (past', character 5: '(' is never closed
    """
    texts = _Parser(pattern, lexicons, ()).texts()
    if not any(_phrase(text, cased=False) or BREAK.search(text) for text in texts):
        raise PatternError("nothing to match", pattern, 0)


def crossing(pattern: str, lexicons: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the alternatives of ``pattern`` that can never match, because a phrase does not cross ``, ; : ( )``.

    Examples
    --------
    >>> crossing("friendship (and|,) trust", {})
    ['friendship , trust']
    """
    return [" ".join(text.split()) for text in _Parser(pattern, lexicons, ()).texts() if BREAK.search(text)]


class _Parser:
    """Recursive descent over one pattern; yields the expanded texts."""

    def __init__(self, pattern: str, lexicons: Mapping[str, Sequence[str]], within: tuple[str, ...]):
        self.pattern, self.lexicons, self.within, self.at = pattern, lexicons, within, 0

    def texts(self) -> list[str]:
        found = self._sequence(depth=0)
        if self.at < len(self.pattern):
            raise self._error("')' without '('")
        return found

    def _sequence(self, depth: int) -> list[str]:
        parts: list[list[str]] = []
        size = 1
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            if char == ")" or (char == "|" and depth):
                break
            parts.append(self._part(char, depth))
            size *= len(parts[-1])
            if size > MAX_PHRASES:
                raise self._error(f"expands to more than {MAX_PHRASES:,} phrases; split the rule")
        return ["".join(pieces) for pieces in product(*parts)]

    def _part(self, char: str, depth: int) -> list[str]:
        if char == "(":
            return self._group(depth)
        if char == "|":
            raise self._error("'|' outside brackets; write (one|other)")
        if char == "@":
            return self._lexicon()
        if char in "{}":
            return [self._year()]
        begin, special = self.at, _SPECIAL.search(self.pattern, self.at)
        self.at = special.start() if special else len(self.pattern)
        return [self.pattern[begin : self.at]]

    def _group(self, depth: int) -> list[str]:
        opened = self.at
        self.at += 1
        choices = self._sequence(depth + 1)
        while self.at < len(self.pattern) and self.pattern[self.at] == "|":
            self.at += 1
            choices += self._sequence(depth + 1)
        if self.at >= len(self.pattern):
            self.at = opened
            raise self._error("'(' is never closed")
        self.at += 1
        return choices

    def _lexicon(self) -> list[str]:
        match = LEXICON.match(self.pattern, self.at)
        if not match:
            raise self._error("'@' must be followed by the name of a lexicon in capitals")
        name = match[1]
        if name not in self.lexicons:
            raise self._error(f"unknown lexicon {name}; there are {', '.join(sorted(self.lexicons)) or 'none'}")
        if name in self.within:
            raise self._error(f"lexicon {name} contains itself")
        self.at = match.end()
        return [
            text
            for entry in self.lexicons[name]
            for text in _Parser(entry, self.lexicons, (*self.within, name)).texts()
        ]

    def _year(self) -> str:
        match = YEAR.match(self.pattern, self.at)
        if not match or match[1] > match[2]:
            raise self._error("a year range is written {1700-1955}, the earlier year first")
        self.at = match.end()
        return f" \ue001{match[1]}{match[2]} "

    def _error(self, message: str) -> PatternError:
        return PatternError(message, self.pattern, self.at)


def _phrase(text: str, cased: bool) -> Phrase | None:
    chunks = text.split()
    if any(map(_may_break, chunks)) and BREAK.search(text):
        return None
    return tuple(chain.from_iterable(map(_elements, chunks, repeat(cased))))


# The same few thousand words make up all phrases of a codebook.
@lru_cache(maxsize=50_000)
def _may_break(chunk: str) -> bool:
    return BREAK.search(f" {chunk} ") is not None


@lru_cache(maxsize=50_000)
def _elements(chunk: str, cased: bool) -> tuple[Element, ...]:
    marked = chunk.replace("*", STAR)
    if not cased:
        return tuple(_element(token.form) for token in tokenise(marked))
    return tuple(_element(cased_form_of(marked[token.start : token.end]), cased) for token in tokenise(marked))


def _element(form: str, cased: bool = False) -> Element:
    if year := _YEAR_MARK.fullmatch(form):
        return Element("year", f"{year[1][:4]}-{year[1][4:]}")
    if set(form) == {STAR}:
        return Element("any", "*")
    kind: Literal["literal", "glob"] = "glob" if STAR in form else "literal"
    return Element(kind, form.replace(STAR, "*"), cased)
