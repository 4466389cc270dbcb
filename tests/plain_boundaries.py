"""The rule of sentence boundaries, mark by mark: what the quick way must agree with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aidememoire.boundaries import BREAKS, MARKS, first_letter, judge, run_of

_CANDIDATE = re.compile(f"[{re.escape(MARKS + BREAKS)}]")


def ends(text: str) -> Iterator[int]:
    """Yield the offsets at which a sentence ends, in order; the end of the text itself is not told."""
    opening = seen = 0
    begun = False
    for mark in _CANDIDATE.finditer(text):
        at = mark.start()
        if at < seen:
            continue
        if not begun:
            opening = first_letter(text, seen, at)
            begun = opening < at
        if text[at] in BREAKS:
            seen, is_end = at + 1, True
            yield at
        else:
            run = run_of(text, at)
            seen, is_end = judge(text, opening, at, run) if begun else (run, False)
            if is_end and seen < len(text) and text[seen] not in BREAKS:
                yield seen
        begun = begun and not is_end


def segment(text: str) -> list[tuple[int, int]]:
    """Return the sentences as ``aidememoire.sentences.segment`` does."""
    spans = []
    start = 0
    for end in (*ends(text), len(text)):
        sentence = text[start:end]
        kept = sentence.strip()
        if any(map(str.isalnum, kept)):
            first = start + sentence.index(kept[0])
            spans.append((first, first + len(kept)))
        start = end
    return spans
