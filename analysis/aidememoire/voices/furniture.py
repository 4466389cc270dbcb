"""What is no sentence of anybody: headings, lists of names, rules of signs, stage directions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aidememoire.voices.cues import Cues
from aidememoire.voices.quotes import DOUBLE
from aidememoire.voices.turns import is_direction, is_separator

__all__ = ["furniture"]

_BULLET = re.compile(r"(?:[-*•·▪–—]|\(?\d{1,3}[.)])\s*")
_ENDED = re.compile(r"[.!?:;…,][\"'”’“»)\]]*$")
_LIST_HEAD = re.compile(
    r"(?:participants|attendees|attending|speakers|members|delegation|organizations|present)\b", re.I
)
LONGEST_HEADING = 16
LONGEST_ITEM = 40
"""Words of a heading and of an item of a list; longer lines are prose."""
LONGEST_LINE = 600


def furniture(text: str, spans: Sequence[tuple[int, int]], cues: Cues) -> list[bool]:
    """Whether each sentence is furniture; spans are those outside the turns of a transcript.

    Examples
    --------
    >>> text = "Talks in Oslo\\nThe ministers met.\\nParticipants included:\\n- Anna Berg, mayor"
    >>> from aidememoire.sentences import segment
    >>> from aidememoire.voices.cues import load_cues
    >>> furniture(text, segment(text), load_cues())
    [True, False, True, True]
    """
    found: list[bool] = []
    in_list, line_end, line, following = False, -1, "", ""
    for start, end in spans:
        if start > line_end:
            line_start = text.rfind("\n", 0, start) + 1
            line_end = text.find("\n", end)
            line_end = line_end if line_end >= 0 else len(text)
            line, following = text[line_start:line_end].strip(), text[line_end + 1 : line_end + 4]
        sentence = text[start:end]
        short = len(line) <= LONGEST_LINE
        verdict = is_direction(sentence) or is_separator(sentence) or (short and _is_heading(line, sentence))
        if (
            line.endswith(":")
            and sentence == line
            and (line.split(None, 1)[0].casefold().strip(":") in cues.words["list_heads"] or _BULLET.match(following))
        ):
            verdict = in_list = True
        elif in_list or _BULLET.match(line):
            item = short and len(line.split()) <= LONGEST_ITEM and not line.endswith(".")
            verdict = verdict or item
            in_list = in_list and verdict
        found.append(verdict)
    return found


def _is_heading(line: str, sentence: str) -> bool:
    bare = sentence.strip()
    if line != bare and line.strip(" *#") != bare.strip(" *#"):
        return False
    return (
        not _ENDED.search(line[-12:])
        and len(line.split()) <= LONGEST_HEADING
        and not (line[0] in DOUBLE or line[-1] in DOUBLE)
    )
