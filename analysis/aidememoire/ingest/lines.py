"""Lines to paragraphs: page furniture goes, wrapped lines are joined, paragraphs survive.

Whether a text is hard-wrapped is decided once for the whole document. In a wrapped text a paragraph ends
at a blank line or, where the source has none, where a sentence ends on a line with room for the next word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from aidememoire.cleantext import CleanText

__all__ = ["relined"]

NARROWEST_WRAP, WIDEST_WRAP = 30, 160
"""Characters a line; longer lines are paragraphs, shorter ones a list or an address."""
LEAST_BROKEN = 0.4
"""Share of lines of a wrapped text that stop in the middle of a sentence."""
FULL, ROOM, SHORT = 0.6, 0.88, 0.5
"""Of the usual width: a full line; what a line with room for a word leaves free; a line of a heading."""
BLANKS_MARK = 0.05
"""With so many blank lines after a full stop, they are the paragraph marks and the width says nothing."""

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PV = r"A/(?:\d+/)?(?:P\.?V|PV)\. ?\d+"
_JOB = r"\d{2}-\d{5}"
_FURNITURE = re.compile(
    rf"\d{{1,3}}|-+ ?\d{{1,3}} ?-+|[Pp]age \d{{1,3}}(?: of \d{{1,3}})?|{_JOB}"
    rf"|\d{{1,3}}(?:/\d{{1,3}})? {_JOB}|{_JOB} \d{{1,3}}(?:/\d{{1,3}})?"
    rf"|(?:\d\d/\d\d/\d{{4}} )?{_PV}(?: \d\d/\d\d/\d{{4}})?"
    rf"|\d+(?:st|nd|rd|th) (?:plenary )?meeting(?: .{{0,40}})?|Digitized by .{{1,40}}"
    rf"|General Assembly \d+\w\w (?:plenary )?meeting(?: .{{0,40}})?"
    rf"|[A-Z][a-z]+(?:-[a-z]+)? session \d{{1,2}} {_MONTH} \d{{4}}"
    rf"|The meeting (?:rose|was adjourned) at .{{1,20}}|\\?#{{3}}|# # #|-? ?more ?-"
)
_LONGEST_FURNITURE = 90
_ENDED = re.compile(r"[.!?:…。！？][\"'”’»)\]*]{0,4}\Z")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|Nos|Messrs|Prof|Gen|[A-Z])\.\Z")
_BULLET = re.compile(r"(?:[-*•·▪–—]|\(?[a-z0-9ivx]{1,4}[.)])\s")
_NUMBER = re.compile(r"(\d{1,3})(?:[.,]?[ ]?\t\s*|\.\s+|\.(?=[A-Z“\"])|,\s+(?=[A-Z]))")
NUMBER_GAP, NEAR_NUMBER = 12, 3
"""How far a paragraph number may be above the last one (scans lose some), and after a full stop lost."""
LONG_LINE = 150
"""Characters after which a line of text that just stops goes on in the next one; headings are shorter."""
_OPEN_ENDS = frozenset("a an and as at by for from her his in its of on or our that the their this to with".split())


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    after_blank: bool
    indented: bool

    @property
    def ended(self) -> bool:
        if self.text[-1].isalnum() or self.text[-1] in ",-;":
            return False
        return bool(_ENDED.search(self.text, max(0, len(self.text) - 6))) and not _ABBREVIATED.search(
            self.text, max(0, len(self.text) - 8)
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    continuous: bool
    wrapped: bool
    width: int
    blanks_mark: bool
    indents_mark: bool


def relined(text: CleanText, *, numbered: bool, keeps_hyphen: Callable[[str, str, str], bool]) -> CleanText:
    r"""Join wrapped lines, drop page furniture and blank lines; one line feed between paragraphs.

    Parameters
    ----------
    numbered
        Whether it is a record with numbered paragraphs, whose numbers are to go; it has no headings.
    keeps_hyphen
        ``(left, right, whole text)`` -> whether a hyphen at the end of a line belongs to the word.

    Examples
    --------
    >>> raw = CleanText.of("We met in the\nspring and will\nmeet again.\n12\nThe talks go\non in summer.\n")
    >>> relined(raw, numbered=False, keeps_hyphen=lambda *_: False).text
    'We met in the spring and will meet again.\nThe talks go on in summer.'
    """
    lines = _without_furniture(_lines(text.text))
    if not lines:
        return text.cut(0, 0)
    layout = _layout(lines, continuous=numbered)
    edits: list[tuple[int, int, str]] = []
    before: _Line | None = None
    opens = True
    number: int | None = None
    whole = ""
    for line in lines:
        start = line.start
        mark = _number(line, before, number) if numbered else None
        if mark:
            number, start = int(mark[1]), line.start + mark.end()
        if before is None:
            edits.append((0, start, ""))
        elif mark or _breaks(before, line, layout, opens):
            edits.append((before.end, start, "\n"))
            opens = True
        else:
            whole = whole or (text.text.casefold() if before.text[-1] == "-" else "")
            edits.append(_joint(before, start, line, whole, keeps_hyphen))
            opens = False
        before = line
    edits.append((lines[-1].end, len(text.text), ""))
    return text.edited([edit for edit in edits if text.text[edit[0] : edit[1]] != edit[2]])


def _lines(text: str) -> list[_Line]:
    lines = []
    start, after_blank = 0, False
    for raw in text.split("\n"):
        content = raw.strip()
        if content:
            indent = raw.index(content[0])
            at = start + indent
            lines.append(_Line(at, at + len(content), content, after_blank, indent > 0))
        after_blank = not content
        start += len(raw) + 1
    return lines


def _without_furniture(lines: list[_Line]) -> list[_Line]:
    """Drop furniture, and the blank lines round it: a page ends in the middle of a paragraph."""
    marks = [len(line.text) <= _LONGEST_FURNITURE and bool(_FURNITURE.fullmatch(line.text)) for line in lines]
    if not any(marks):
        return lines
    beside = Counter(
        line.text
        for at, line in enumerate(lines)
        if not marks[at] and any(marks[max(0, at - 1) : at + 2]) and _head_like(line.text)
    )
    kept: list[_Line] = []
    dropped = False
    for line, furniture in zip(lines, marks, strict=True):
        if furniture or beside[line.text] >= 3:
            dropped = True
            continue
        kept.append(_Line(line.start, line.end, line.text, False, line.indented) if dropped else line)
        dropped = False
    return kept


def _head_like(text: str) -> bool:
    return 3 < len(text) <= _LONGEST_FURNITURE and text[-1] not in ".,:;!?-"


def _layout(lines: list[_Line], *, continuous: bool) -> _Layout:
    widths = sorted(len(line.text) for line in lines)
    width = widths[min(len(widths) - 1, len(widths) * 9 // 10)]
    pairs = list(pairwise(lines))
    solid = [before for before, line in pairs if not line.after_blank]
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP or len(solid) < 2:
        return _Layout(continuous, False, width, True, False)
    broken = sum(1 for before in solid if len(before.text) >= FULL * width and not before.ended)
    blanks = sum(1 for before, line in pairs if line.after_blank and before.ended)
    indents = sum(line.indented for line in lines)
    return _Layout(
        continuous=continuous,
        wrapped=broken >= max(2, LEAST_BROKEN * len(solid)),
        width=width,
        blanks_mark=blanks >= max(1, BLANKS_MARK * len(lines)),
        indents_mark=0 < indents < 0.35 * len(lines),
    )


def _number(line: _Line, before: _Line | None, last: int | None) -> re.Match[str] | None:
    mark = _NUMBER.match(line.text)
    if not mark:
        return None
    gap = int(mark[1]) - last if last is not None else 0
    if not (before is None or before.ended or line.after_blank):
        return mark if 0 < gap <= NEAR_NUMBER else None
    return mark if "\t" in mark.group() or last is None or 0 < gap <= NUMBER_GAP else None


def _breaks(before: _Line, line: _Line, layout: _Layout, opens: bool) -> bool:
    if _goes_on(before, line, layout):
        return False
    if not layout.wrapped or line.after_blank:
        return True
    if _BULLET.match(line.text) and (before.ended or before.text[-1] in ";,"):
        return True
    room = len(before.text) + 1 + len(line.text.split(" ", 1)[0]) <= ROOM * layout.width
    if layout.indents_mark and line.indented and (before.ended or room):
        return True
    if layout.blanks_mark or line.text[0].islower():
        return False
    if before.ended:
        return room
    # A short first line may be what a cut left of a sentence; with a comma it addresses the audience.
    heading = opens and (before.start > 0 or before.text[-1] in ",:")
    return heading and len(before.text) < SHORT * layout.width


def _goes_on(before: _Line, line: _Line, layout: _Layout) -> bool:
    """Whether a sentence or a word runs over the line end, whatever blank lines say."""
    text = before.text
    if before.ended or text[-1] == ";":
        return False
    if text[-1] == "-" and len(text) > 1 and text[-2].isalnum():
        return True
    if _BULLET.match(line.text):
        return False
    if line.text[0].islower() or text.rpartition(" ")[2] in _OPEN_ENDS:
        return True
    full = len(text) >= (FULL * layout.width if layout.wrapped and layout.continuous else LONG_LINE)
    return text[-1].isalnum() and full


def _joint(
    before: _Line, start: int, line: _Line, whole: str, keeps_hyphen: Callable[[str, str, str], bool]
) -> tuple[int, int, str]:
    text = before.text
    if text[-1] != "-" or len(text) < 2 or not text[-2].isalnum():
        return before.end, start, " "
    left, right = re.search(r"[\w-]*\Z", text[-41:-1]), re.match(r"\w*", line.text[:40])
    left_word, right_word = left.group() if left else "", right.group() if right else ""
    if right_word in ("and", "or", "to", "nor", "but"):
        return before.end, start, " "
    if keeps_hyphen(left_word, right_word, whole):
        return before.end, start, ""
    return before.end - 1, start, ""
