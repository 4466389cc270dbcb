"""Where sentences end inside a text: each mark is judged by what stands beside it.

Words used below. A *mark* is one of ``. ? ! … 。 ！ ？``. A *run* is a mark and all marks and closing signs
(quotes, brackets, an asterisk) glued to it; a space belongs to it before a further lone dot (``. . .``) and
before a closing quote that stands alone. The *word before* is what stands directly in front of the run:
letters and digits with dots between them, at most 24 characters; nothing, if a sign or a space is there. The
*next letter* is the first letter or digit after the run and the signs behind it, on the same line.

The rule. The first statement that applies decides; the end lies behind the run.

1.  A line break ends a sentence; nothing else may hold two lines together.
2.  A mark with no letter or digit between it and the start of its sentence ends nothing.
3.  ``。``, ``！`` or ``？`` in the run ends a sentence, spaced or not, unless the run closes a bracket with text
    glued to it, which opened behind a word of the sentence and at most 160 characters before the mark: that one
    ends nothing. A mark behind ``<`` ends nothing.
4.  A bracket that opens after the run and closes within 160 characters on the same line:
    (a) holding one to three letters or digits behind a space, it numbers an item: a sentence ends before it;
    (b) beginning like a reference (``(A/65/PV.3)``, ``[Ibid., para. 71.]``: a first word with a digit or a
    slash, or of a list), it belongs to the sentence before; the run then reaches to the end of the bracket and
    the marks and closing signs glued to it, and ends a sentence unless 7 or 8 forbid;
    (c) beginning in lower case and followed by a capital or the line's end, it is a remark of its own
    (``(spoke in French)``), and the run ends a sentence before it. In all other cases go on.
5.  One or two digits glued to the run, behind which a space and a capital or the line's end follows, are the
    number of a footnote if the run has a closing sign, or the word before ends in three lower-case letters and
    is no abbreviation. They belong to the run, which ends a sentence.
6.  A run glued to anything but a bracket ends a sentence only between words run together: a capital follows,
    and the run holds a quote, or the word before ends in two lower-case letters and is no abbreviation and the
    capital is followed by a lower-case letter.
7.  Nothing ends before a comma, semicolon, colon or closing bracket, nor where no letter or digit is found
    within eight characters.
8.  Nothing ends before a lower-case letter (Chinese and other letters without case are not).
9.  A run with ``?`` or ``!`` ends a sentence.
10. A number of up to three digits or like ``3.2``, a Roman number (of ``I V X L C``, up to five) or a single
    letter that opens its sentence or its quotation, or comes behind ``;`` or ``:``, counts a paragraph and ends
    nothing.
11. An ellipsis (``..``, ``. .`` or ``…``) ends a sentence unless it stands behind an opening quote.
12. A title (``Mr``, ``Gen``, ``e.g``) ends nothing. A counting word (``No``, ``p``, ``Dec``) ends nothing before
    a digit or, but for ``No``, a Roman number; a number ends nothing before a digit.
13. An abbreviation that often closes a sentence (``a.m``, ``D.C``, ``Jr``, ``etc``) ends one unless a weekday,
    a month or a word in capitals follows.
14. A single letter, letters with dots between them (``U.S``, ``Ph.D``) and the other abbreviations end one only
    before a word that often opens a sentence and is followed by a space, a comma or an apostrophe.
15. Every other run ends one.
"""

from __future__ import annotations

import re

from aidememoire.boundarywords import (
    ABBREVIATIONS,
    CLOSERS,
    COUNTING,
    DAYS,
    OTHERS,
    REFERENCES,
    STARTERS,
    TITLES,
)

__all__ = ["BREAKS", "MARKS", "WORD_LIMIT", "first_letter", "judge", "run_of"]

WORD_LIMIT, BRACKET_LIMIT, SIGNS_LIMIT, LONGEST_ABBREVIATION = 24, 160, 8, 6
"""Characters looked at: of the word before, a bracket, signs before the next letter, an abbreviation."""

MARKS = ".?!…。！？"
BREAKS = "\n\r"
WIDE = frozenset("。！？")
QUOTES = "\"'”’»"
CLOSING = frozenset(QUOTES + ")]}*」』）】")
BRACKETS = "([{"
OPENING = "\"'“‘«„" + BRACKETS
_OPENED_BY = {"）": "（", "】": "【", ")": "(", "]": "["}

_ROMAN = frozenset("IVXLC")
# Possessive, so no text can make it backtrack.
_RUN = re.compile(r"""(?:[.?!…。！？"'”’»)\]}*」』）】]| (?=\.(?:[\s.…"'”’»)\]]|\Z))| (?=["'”’»](?:[\s.,;:]|\Z)))*+""")
_FOOTNOTE = re.compile(r"(\d{1,2})(?:(?=[\n\r])|\Z|[ \t]++(\w))")
_BRACKET_END = re.compile(r"[\])}\n\r]")
_NEXT_WORD = re.compile(r"\w*+")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)*+[^\W\d_]")
_SECTION = re.compile(r"\d{1,3}|\d{1,2}\.\d{1,2}")
_LETTER = re.compile(r"[^\W_]")


def run_of(text: str, at: int) -> int:
    """Return where the run of the mark at ``at`` ends."""
    return _RUN.match(text, at).end()  # type: ignore[union-attr]  # matches at least the mark


def judge(text: str, opening: int, at: int, run: int) -> tuple[int, bool]:
    """Return how far a run reaches and whether a sentence ends there.

    Parameters
    ----------
    text
        All of it, or whole lines.
    opening
        Offset of the first letter or digit of the sentence, in front of the mark.
    at, run
        Begin and end of the run.

    Examples
    --------
    >>> text = "We met Mr. Oren. He left."
    >>> judge(text, 0, 9, 10), judge(text, 0, 15, 16)
    ((10, False), (16, True))
    """
    signs = text[at:run]
    if signs[0] in WIDE or (len(signs) > 1 and not WIDE.isdisjoint(signs)):
        return run, not _inside(text, opening, at, run)
    here = _next_visible(text, run)
    if text[at - 1] == "<" or here == len(text) or text[here] in BREAKS:
        return run, False
    word = _word_before(text, opening, at)
    if text[here] in BRACKETS:
        behind = _behind_bracket(text, here, glued=here == run)
        if behind == here:
            return run, True
        if behind:
            return behind, _next_letter(text, _next_visible(text, behind)) >= 0
    elif here == run:
        return _glued(text, word, run, signs)
    letter = _next_letter(text, here)
    if letter < 0:
        return run, False
    if "?" in signs or "!" in signs:
        return run, True
    first = at - len(word)
    if word and _counts_paragraph(text, opening, first, word):
        return run, False
    if ".." in signs or ". ." in signs or "…" in signs:
        return run, not _opens_quote(text, at)
    return run, not word or _word_ends(text, word, letter)


def _word_ends(text: str, word: str, letter: int) -> bool:
    """Statements 12 to 15: whether a dot behind ``word`` ends a sentence before ``letter``."""
    if len(word) > LONGEST_ABBREVIATION and "." not in word:
        return True
    if word.isdigit():
        return not text[letter].isdigit()
    form = word.lower()
    if form in TITLES:
        return False
    following = _NEXT_WORD.match(text, letter).group()  # type: ignore[union-attr]  # matches nothing at worst
    if form in COUNTING:
        return not (following[:1].isdigit() or (_ROMAN.issuperset(following) and form != "no"))
    if form in CLOSERS:
        return following.lower() not in DAYS and not (len(following) > 1 and following.isupper())
    if form in OTHERS or _INITIALS.fullmatch(word):
        behind = text[letter + len(following) : letter + len(following) + 1]
        return following.lower() in STARTERS and (behind.isspace() or behind in ",'’")
    return True


def first_letter(text: str, start: int, stop: int) -> int:
    """Return the offset of the first letter or digit, or ``stop`` if there is none."""
    found = _LETTER.search(text, start, stop)
    return found.start() if found else stop


def _next_visible(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace() and text[at] not in BREAKS:
        at += 1
    return at


def _word_before(text: str, start: int, at: int) -> str:
    first, least = at, max(start, at - WORD_LIMIT)
    while first > least and (text[first - 1].isalnum() or text[first - 1] == "."):
        first -= 1
    return text[first:at].lstrip(".")


def _inside(text: str, opening: int, at: int, run: int) -> bool:
    """Statement 3: whether the run closes a bracket in the midst of a sentence."""
    if text[run - 1] not in _OPENED_BY or not text[run : run + 1].strip():
        return False
    return text.rfind(_OPENED_BY[text[run - 1]], max(opening, at - BRACKET_LIMIT), at) >= 0


def _glued(text: str, word: str, run: int, signs: str) -> tuple[int, bool]:
    """Statements 5 and 6."""
    plain = word.lower() not in ABBREVIATIONS
    footnote = _FOOTNOTE.match(text, run)
    noted = not CLOSING.isdisjoint(signs) or (plain and _lower_end(word, 3))
    if footnote and noted and (not footnote[2] or footnote[2].isupper()):
        return footnote.end(1), True
    if not text[run].isupper():
        return run, False
    if any(sign in QUOTES for sign in signs):
        return run, True
    return run, plain and _lower_end(word, 2) and text[run + 1 : run + 2].islower()


def _lower_end(word: str, letters: int) -> bool:
    return len(word) >= letters and word[-letters:].isalpha() and word[-letters:].islower()


def _behind_bracket(text: str, bracket: int, *, glued: bool) -> int:
    """Statement 4: where a reference or remark in brackets ends, ``bracket`` if a sentence ends before it, or 0."""
    close = _BRACKET_END.search(text, bracket + 1, bracket + BRACKET_LIMIT)
    if not close or close.group() in BREAKS:
        return 0
    inside = text[bracket + 1 : close.start()]
    word = inside.split(None, 1)[0].rstrip(".,;:") if inside.strip() else ""
    if not glued and len(inside) <= 3 and inside.isalnum():
        return bracket
    if "/" in word or any(map(str.isdigit, word)) or word.lower() in REFERENCES:
        return _RUN.match(text, close.end()).end()  # type: ignore[union-attr]  # matches nothing at worst
    if word[:1].islower():
        after = _next_visible(text, close.end())
        return bracket if after == len(text) or text[after] in BREAKS or text[after].isupper() else 0
    return 0


def _next_letter(text: str, here: int) -> int:
    """Offset of the next letter, or -1 where no sentence can begin (statements 7 and 8)."""
    if here < len(text) and text[here] in ",;:)]}":
        return -1
    at = first_letter(text, here, here + SIGNS_LIMIT)
    if at >= min(len(text), here + SIGNS_LIMIT) or text[at].islower():
        return -1
    return at if at == here or not any(sign in BREAKS for sign in text[here:at]) else -1


def _opens_quote(text: str, at: int) -> bool:
    before = text[at - 1 : at]
    if not before or before not in OPENING:
        return False
    return before not in QUOTES or at < 2 or text[at - 2].isspace() or text[at - 2] in OPENING + "-–—"


def _counts_paragraph(text: str, opening: int, first: int, word: str) -> bool:
    """Statement 10."""
    if len(word) > 5 or not (len(word) == 1 or _ROMAN.issuperset(word) or _SECTION.fullmatch(word)):
        return False
    return first == opening or _opens_quote(text, first) or text[max(0, first - 2) : first] in ("; ", ": ")
