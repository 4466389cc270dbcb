"""Sentences of prose made ready for the decision: quoted parts masked, cues read, paragraphs kept together."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from aidememoire.voices.cues import Cues
from aidememoire.voices.quotes import DOUBLE, Quote
from aidememoire.voices.reported import Report, read_report
from aidememoire.voices.subjects import MASK

__all__ = ["Unit", "is_speech", "make_unit", "paragraph_numbers", "speech_quotes"]

_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
LONGEST_SCARE = 3
"""Words a quotation may have and still be a term in quotes."""
LONGEST_TITLE = 14
BESIDE = 60
"""Characters looked at in front of a quotation."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of prose.

    Attributes
    ----------
    quotes
        Quoted speech inside the sentence, cut to it.
    quoted, rest
        Words inside and outside quoted speech.
    lead_in
        Words between the attribution clause (or the beginning) and the first quotation.
    announced
        Whether a colon or a comma stands in front of the first quotation, as before a whole sentence.
    runs_on
        Whether its first quotation continues one of the paragraph before.
    """

    start: int
    end: int
    paragraph: int
    quotes: tuple[tuple[int, int], ...]
    quoted: int
    rest: int
    lead_in: int
    announced: bool
    runs_on: bool
    report: Report | None
    text: str


def paragraph_numbers(text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Line number of each span.

    Examples
    --------
    >>> paragraph_numbers("A b.\\nC d.", [(0, 4), (5, 9)])
    [0, 1]
    """
    numbers, line, at = [], 0, 0
    for start, _ in spans:
        line += text.count("\n", at, start)
        at = start
        numbers.append(line)
    return numbers


def speech_quotes(text: str, quotes: Sequence[Quote], cues: Cues) -> list[Quote]:
    """Quotations that are speech: titles, names and terms in quotes are left out."""
    return [quote for quote in quotes if is_speech(text, quote, cues)]


def is_speech(text: str, quote: Quote, cues: Cues) -> bool:
    """Whether a quotation holds words said, and is no title, name or term.

    Examples
    --------
    >>> from aidememoire.voices.cues import load_cues
    >>> from aidememoire.voices.quotes import find_quotes
    >>> text = "The “Living Memory” campaign, “a sign of our respect for them”, began."
    >>> [is_speech(text, quote, load_cues()) for quote in find_quotes(text)]
    [False, True]
    """
    inner = text[quote.start : quote.end].strip(DOUBLE + "'` ")
    words = inner.split(None, LONGEST_TITLE + 1)
    if not words:
        return False
    before = text[max(0, quote.start - BESIDE) : quote.start].rpartition("\n")[2]
    opens_paragraph = not before.strip()
    ended = inner[-1] in ".!?…," and not inner.endswith("etc.")
    if len(words) <= LONGEST_SCARE:
        following = _WORD.findall(text[quote.end : quote.end + 80])
        cued = any(word in cues.verbs for word in following[:6]) or following[:2] == ["according", "to"]
        opened_only = opens_paragraph and not quote.closed
        return ended and (quote.runs_on or opened_only or (cued and text[quote.end : quote.end + 1] == " "))
    if len(words) > LONGEST_TITLE or not quote.closed or quote.runs_on:
        return True
    long_words = [word for word in words if len(word) > 3 and word[0].isalpha()]
    if long_words and all(word[0].isupper() for word in long_words) and not inner.isupper():
        return False
    if opens_paragraph or inner[-1] in ".!?…":
        return True
    if inner[0].isupper() and before and before.rstrip()[-1:] not in (",", ":") and not _says_before(before, cues):
        return ended and inner[-1] == "," and not _names_something(before, cues)
    return not (_names_something(before, cues) and inner[0].isupper())


def _names_something(before: str, cues: Cues) -> bool:
    words = _WORD.findall(before)
    return bool(words) and words[-1] in cues.words["naming"] and before[-1:] not in ".!?"


def _says_before(before: str, cues: Cues) -> bool:
    words = _WORD.findall(before)
    return bool(words) and (words[-1] in cues.verbs or words[-1] == "that")


def make_unit(text: str, span: tuple[int, int], paragraph: int, quotes: Sequence[Quote], cues: Cues) -> Unit:
    """Mask the quoted speech of one sentence and read the cues of the rest; ``quotes`` are in order."""
    start, end = span
    inside: list[tuple[int, int]] = []
    runs_on = False
    pieces: list[str] = []
    written = start
    at = bisect_left(quotes, start, key=lambda quote: quote.end)
    while at < len(quotes) and quotes[at].start < end:
        quote = quotes[at]
        first, last = max(written, quote.start), min(end, quote.end)
        if first < last and any(char.isalnum() for char in text[first:last]):
            runs_on = runs_on or (not inside and quote.runs_on)
            inside.append((first, last))
        if first < last:
            pieces += [text[written:first], MASK * (last - first)]
            written = last
        at += 1
    masked = "".join((*pieces, text[written:end]))
    quoted = sum(len(_WORD.findall(text[first:last])) for first, last in inside)
    rest = len(_WORD.findall(masked.replace(MASK, " ")))
    report = read_report(masked, cues) if rest else None
    lead_in = _lead_in(masked, report) if inside else 0
    announced = bool(inside) and text[start : inside[0][0]].rstrip()[-1:] in (":", ",")
    return Unit(
        start, end, paragraph, tuple(inside), quoted, rest, lead_in, announced, runs_on, report, text[start:end]
    )


def _lead_in(masked: str, report: Report | None) -> int:
    first = masked.index(MASK)
    behind = report.clause[1] if report and 0 <= report.clause[1] <= first else 0
    return len(_WORD.findall(masked[behind:first]))
