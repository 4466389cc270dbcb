"""Statement to sentences: half-open spans of characters in the cleaned text.

A sentence never crosses a paragraph (a line break of the cleaned text). Inside a paragraph nltk's Punkt
decides, untrained, with the abbreviations of the genre given.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

__all__ = ["SEGMENTER", "segment"]

# Key of every kept segmentation: raise the number when any text would be cut elsewhere.
SEGMENTER = "punkt-1"

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms messrs dr prof st sr jr rev hon h.e amb gen lt col maj capt cmdr sgt adm brig pres gov sen rep
    no nos art arts para paras p pp ch sec vol fig ed cf viz vs etc e.g i.e approx ca al res doc add corr
    u.s u.n u.k u.s.a u.s.s.r d.c g.a s.c a.m p.m b.c a.d
    jan feb mar apr jun jul aug sept sep oct nov dec
    inc ltd co corp bros dept univ mt ft
    """.split()
)


def segment(text: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` in order.

    Parameters
    ----------
    text
        Cleaned text; each line is a paragraph.

    Returns
    -------
    list of (start, end)
        Half-open character spans without surrounding white space; a span holds at least one letter or digit.

    Examples
    --------
    >>> text = "Mr. Oren spoke at 9 a.m. on peace. He left.\\nNobody asked."
    >>> [text[start:end] for start, end in segment(text)]
    ['Mr. Oren spoke at 9 a.m. on peace.', 'He left.', 'Nobody asked.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            spans += [
                (start + first, start + last)
                for first, last in _punkt().span_tokenize(line)
                if any(map(str.isalnum, line[first:last]))
            ]
        start += len(line) + 1
    return spans


@cache
def _punkt() -> PunktSentenceTokenizer:
    # Importing nltk takes seconds, so it is imported with the first text.
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)
