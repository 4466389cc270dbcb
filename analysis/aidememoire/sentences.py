"""Statement to sentences: half-open spans of characters in the cleaned text.

A sentence never crosses a line break, which the cleaned text has only between paragraphs. Inside a line the
numbered rule of `aidememoire.boundaries` decides.
"""

from __future__ import annotations

from aidememoire.boundaries import ends

__all__ = ["SEGMENTER", "segment"]

# Key of every kept segmentation: raise the number when any text would be cut elsewhere.
SEGMENTER = "rules-1"


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
    for end in (*ends(text), len(text)):
        sentence = text[start:end]
        kept = sentence.strip()
        if kept and (kept[0].isalnum() or any(map(str.isalnum, kept))):
            first = start + sentence.index(kept[0])
            spans.append((first, first + len(kept)))
        start = end
    return spans
