"""Statement to sentences: half-open spans of characters in the cleaned text.

A sentence never crosses a line break, which the cleaned text has only between paragraphs. Inside a line the
numbered rule of `aidememoire.boundaries` decides; `aidememoire.clearmarks` settles the clear cases all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from aidememoire.boundaries import BREAKS, first_letter, judge, run_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = ["SEGMENTER", "segment", "segment_many"]

# Key of every kept segmentation: raise the number when any text would be cut elsewhere.
SEGMENTER = "rules-2"

# Looked at together: enough that the fixed cost vanishes, and little enough for the caches.
PART_CHARACTERS = 1_000_000


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
    return [(start, end) for start, end in segment_many([text])[0].tolist()]


def segment_many(texts: Sequence[str]) -> list[Array]:
    """Return the sentences of each text as an array of shape (n, 2), in far less time than one by one.

    Examples
    --------
    >>> [spans.tolist() for spans in segment_many(["He left. She stayed.", "Why?"])]
    [[[0, 8], [9, 20]], [[0, 4]]]
    """
    return [spans for part in _parts(texts) for spans in _segment_joined(part)]


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first = size = 0
    for at, text in enumerate(texts):
        size += len(text)
        if size >= PART_CHARACTERS:
            yield texts[first : at + 1]
            first, size = at + 1, 0
    yield texts[first:]


def _segment_joined(texts: Sequence[str]) -> list[Array]:
    import numpy as np

    from aidememoire.clearmarks import code_points

    # No sentence crosses a line break, so the texts may be lines of one.
    joined = "\n".join(texts)
    codes = code_points(joined)
    spans = _trimmed(joined, codes, _ends(joined, codes))
    first = np.cumsum([0, *(len(text) + 1 for text in texts)])
    cuts = np.searchsorted(spans[:, 0], first)
    return [spans[cuts[n] : cuts[n + 1]] - first[n] for n in range(len(texts))]


def _ends(text: str, codes: Array) -> Array:
    """Return the offsets at which a sentence ends, in order; the last is the end of the text."""
    import numpy as np

    from aidememoire.clearmarks import marks_of

    clear, others = marks_of(codes)
    clear_before = np.concatenate([[0], clear])[np.searchsorted(clear, others, side="right")]
    opening = seen = 0
    begun = False
    found, judged = [len(text)], []
    for at, end in zip(others.tolist(), clear_before.tolist(), strict=True):
        if at < seen:
            continue
        if end > seen:
            seen, begun = end, False
        if not begun:
            # Looked for once a sentence, so that a line of nothing but marks costs no more than its length.
            opening = first_letter(text, seen, at)
            begun = opening < at
        run = run_of(text, at)
        seen, is_end = judge(text, opening, at, run) if begun else (run, False)
        # At the end of a line the break speaks for both.
        if is_end and seen < len(text) and text[seen] not in BREAKS:
            found.append(seen)
        judged.append((at + 1, seen))
        begun = begun and not is_end
    # A bracket that belongs to a run may hold what looked like clear ends.
    runs = np.array([(-1, -1), *judged])
    run_before = runs[np.searchsorted(runs[:, 0], clear) - 1]
    kept = clear[clear > run_before[:, 1]]
    return np.sort(np.concatenate([kept, np.array(found, dtype=np.int64)]))


def _trimmed(text: str, codes: Array, ends: Array) -> Array:
    """Return the spans between ``ends`` without white space around them, and without those that say nothing."""
    import numpy as np

    from aidememoire.characters import ALNUM, SPACE, character_classes
    from aidememoire.clearmarks import MARGIN

    classes = character_classes()
    spans: Array = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1)
    # One space or line break is what nearly all of them have; what has more is stripped one by one.
    is_space = classes[codes[spans + np.array([MARGIN, MARGIN - 1])]] & SPACE > 0
    spans += is_space * np.array([1, -1])
    edges = classes[codes[spans + np.array([MARGIN, MARGIN - 1])]]
    says = (spans[:, 0] < spans[:, 1]) & (edges[:, 0] & ALNUM > 0) & (edges[:, 1] & SPACE == 0)
    for row in np.flatnonzero(~says).tolist():
        start, end = spans[row].tolist()
        sentence = text[start:end]
        kept = sentence.strip()
        says[row] = any(map(str.isalnum, kept))
        if kept:
            first = start + sentence.index(kept[0])
            spans[row] = first, first + len(kept)
    kept_spans: Array = spans[says]
    return kept_spans
