"""Raw text to text fit for sentences: tiny cleaners, each with a way back to the raw text.

Paragraphs of a cleaned text are separated by one line feed. Quotation marks are never changed: who is
quoted is read from them later.
"""

from __future__ import annotations

import re

from aidememoire.cleantext import CleanText
from aidememoire.ingest.lines import relined

__all__ = ["clean", "plain_characters", "squeezed", "unmarked", "without_split_words"]

# One class of single characters: alternations make a scan of a whole corpus several times slower.
_CHARACTERS = re.compile(
    "[\r\x0b\x0c\x85\u2028\u2029\xa0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff\xad¬\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_LINE_ENDS = frozenset("\x0b\x0c\x85\u2028\u2029")
_BLANKS = frozenset("\xa0\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}

_BLANK_RUN = re.compile(r"  ++")

_MARKUP = (
    re.compile(r"(?m)^[ ]{0,3}(?:#{1,6}[ \t]+|>[ \t]?)"),
    re.compile(r"(?m)[ \t]#+$|(?<!\S)\\?#{3}\s*\Z|!?\[\]\([^()\s]{0,2000}\)"),
    re.compile(r"!?\[(?=[^\[\]\n]{1,300}\]\([^()\s]{1,2000}\))"),
    re.compile(r"\]\([^()\s]{1,2000}\)"),
    re.compile(r"(?<![\\*])(?:\*{2,3}(?!\*)|\*(?=[^\s*]))|(?<=[^\s\\*])\*(?!\*)"),
    re.compile(r"(?<![\w\\])_{1,2}(?=[^\s_])|(?<=[^\s\\_])_{1,2}(?!\w)"),
    re.compile(r"\\(?=[\\`*_{}\[\]()<>#+.!~|\"'$&^=:;,/%@?-])"),
    re.compile(r"\\(?=\n)"),
)
_HARD_BREAK = re.compile(r"(?<=[^\s]) {2,}+\n")
_STRONG = re.compile(r"\*\*|(?m:^#{1,6} )")
_SPLIT_WORD = re.compile(r"- (?!(?:and|or|to|nor|but)\b)(?=[a-zA-Z])")

KEPT_PREFIXES = frozenset(
    "anti neo non self co post pre well semi inter ex all cross multi socio geo politico pro quasi vice "
    "half long short high low far so ill mid twenty thirty forty fifty sixty seventy eighty ninety".split()
)
"""First parts whose hyphen is the writer's own and not the typesetter's."""
_NEVER_HYPHENED = frozenset(
    "with out under over where there some any every who how what here when our them him her".split()
)


def plain_characters(text: CleanText) -> CleanText:
    r"""Make every line end a line feed and every blank a space; drop marks that print nothing.

    Examples
    --------
    >>> plain_characters(CleanText.of("\ufeffpeace\xa0and\r\nco\xadoperation")).text
    'peace and\ncooperation'
    """
    return text.sub(_CHARACTERS, _plain)


def _plain(match: re.Match[str]) -> str:
    char, text, at = match.group(), match.string, match.start()
    if char == "\r":
        return "" if text[at - 1 : at] == "\n" or text[at + 1 : at + 2] == "\n" else "\n"
    if char == "¬":  # what some scanners leave of a soft hyphen
        return "" if text[at - 1 : at].islower() and text[at + 1 : at + 2].islower() else char
    if char in _LINE_ENDS:
        return "\n"
    return " " if char in _BLANKS else ""


def unmarked(text: CleanText) -> CleanText:
    r"""Drop the marks of Markdown: headings, quotations, emphasis, links, escapes.

    Only marks are deleted, so that every letter keeps its own raw offset.

    Examples
    --------
    >>> unmarked(CleanText.of(r"## **Joint** [statement](http://x.org/1) \[draft\]")).text
    'Joint statement [draft]'
    """
    text = text.sub(_HARD_BREAK, "\n\n")
    for mark in _MARKUP:
        text = text.sub(mark, "")
    return text


def without_split_words(text: CleanText) -> CleanText:
    """Mend words that lost their line break but not its hyphen and blank: ``Secretary- General``.

    Examples
    --------
    >>> without_split_words(CleanText.of("the Secretary- General on pre- and post-war order")).text
    'the Secretary-General on pre- and post-war order'
    """
    whole = ""

    def mend(match: re.Match[str]) -> str:
        nonlocal whole
        whole = whole or match.string.casefold()
        left = re.search(r"[\w-]*\Z", match.string[max(0, match.start() - 40) : match.start()])
        if not left or not left.group()[-1:].isalpha():
            return match.group()
        right = re.match(r"\w*", match.string[match.end() : match.end() + 40])
        return "-" if right and keeps_hyphen(left.group(), right.group(), whole) else ""

    return text.sub(_SPLIT_WORD, mend) if "- " in text.text else text


def keeps_hyphen(left: str, right: str, whole: str) -> bool:
    """Decide whether the hyphen of a word that was split at ``left-`` and ``right`` belongs to the word.

    The document itself is the dictionary: ``whole`` is its text, case-folded.

    Examples
    --------
    >>> keeps_hyphen("anti", "fascist", ""), keeps_hyphen("devel", "opment", "")
    (True, False)
    """
    if not left or not right or not right[0].islower() or not left[-1].islower():
        return True
    left, right = left.casefold(), right.casefold()
    last = left.rpartition("-")[2]
    if f"{left}-{right}" in whole:
        return True
    if f"{last}{right}" in whole:
        return False
    if last in KEPT_PREFIXES:
        return True
    if last in _NEVER_HYPHENED or min(len(last), len(right)) < 4:
        return False
    return all(re.search(rf"(?<![\w-]){re.escape(part)}(?![\w-])", whole) for part in (last, right))


def squeezed(text: CleanText) -> CleanText:
    """Make a run of blanks one space and drop blanks at both ends.

    Examples
    --------
    >>> squeezed(CleanText.of("  peace  and security ")).text
    'peace and security'
    """
    if "\t" in text.text:
        text = text.sub("\t", " ")
    if "  " in text.text:
        text = text.sub(_BLANK_RUN, " ")
    start, end = len(text.text) - len(text.text.lstrip()), len(text.text.rstrip())
    return text if (start, end) == (0, len(text.text)) else text.cut(min(start, end), end)


def clean(text: CleanText | str, *, markdown: bool = False, un_record: bool = False) -> CleanText:
    r"""Clean one document.

    Parameters
    ----------
    text
        Decoded text, or one already cut to the body.
    markdown
        Whether marks of Markdown are to go.
    un_record
        Whether it is a record of the United Nations, with numbered paragraphs and mended scans.

    Examples
    --------
    >>> clean("\ufeff58.\tWe want\u00a0peace.\n\r59.\tWe want justice.", un_record=True).text
    'We want peace.\nWe want justice.'
    """
    text = plain_characters(CleanText.of(text) if isinstance(text, str) else text)
    if markdown:
        text = unmarked(text)
    elif un_record and ("**" in text.text or "\n#" in text.text):
        text = text.sub(_STRONG, "")
    text = relined(text, numbered=un_record, keeps_hyphen=keeps_hyphen)
    if un_record:
        text = without_split_words(text)
    return squeezed(text)
