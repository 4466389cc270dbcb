"""Which elements of phrases a word satisfies: asked once for each word, all words and elements at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from aidememoire.codebook.patterns import Element

__all__ = ["Forms", "Lookup", "Stems"]

Array = np.ndarray[Any, np.dtype[Any]]


class Stems:
    """Beginnings of words to look for all at once, or whole words."""

    def __init__(self, stems: Sequence[bytes], *, whole: bool = False):
        self._stems, self._whole = stems, whole
        fill = b"\0" if whole else b"\xff"
        self.low = np.array([int.from_bytes(stem[:8].ljust(8, b"\0")) for stem in stems], dtype=np.uint64)
        self.high = np.array([int.from_bytes(stem[:8].ljust(8, fill)) for stem in stems], dtype=np.uint64)
        # Eight bytes do not settle these.
        self.is_open = np.array([len(stem) > 8 - whole for stem in stems], dtype=bool)

    def agrees(self, number: int, form: bytes) -> bool:
        """Say whether ``form`` begins with, or is, the stem of that number."""
        stem = self._stems[number]
        return form == stem if self._whole else form.startswith(stem)


class Forms:
    """Comparable forms of words, laid out for lookups by how they begin, end and what they contain.

    Parameters
    ----------
    forms
        One a word, repeats allowed; no form holds a line feed or ``\\0``.
    """

    def __init__(self, forms: Sequence[str]):
        self.text = "".join(f"{form}\n" for form in forms)
        self.blob = self.text.encode("utf-8", "surrogatepass")
        octets = np.frombuffer(self.blob + bytes(8), dtype=np.uint8)
        self.stops = np.flatnonzero(octets == 10)
        self.starts = np.concatenate([[0], self.stops + 1])[:-1]
        self.sizes = self.stops - self.starts
        # Forms sort like their first eight bytes, read as a number; the shorter ones are filled up with 0.
        columns = np.arange(8)
        heads = octets[np.minimum(self.starts[:, None] + columns, len(octets) - 1)]
        heads[columns >= self.sizes[:, None]] = 0
        values = heads.view(">u8").ravel().astype(np.uint64)
        self.order = np.argsort(values, kind="stable")
        self.heads = values[self.order]
        self.octets = octets

    def __len__(self) -> int:
        return len(self.stops)

    def written(self, at: int) -> bytes:
        """Return form ``at`` in UTF-8."""
        return self.blob[self.starts[at] : self.stops[at]]

    def beginning(self, stems: Stems) -> tuple[Array, Array]:
        """Return all pairs (number of a stem, form) in which the form begins with the stem, or is it if whole."""
        firsts = np.searchsorted(self.heads, stems.low, "left")
        counts = np.searchsorted(self.heads, stems.high, "right") - firsts
        which = np.repeat(np.arange(len(counts)), counts)
        places = np.arange(len(which)) + np.repeat(firsts - (np.cumsum(counts) - counts), counts)
        found = self.order[places]
        right = ~stems.is_open[which]
        for at in np.flatnonzero(~right).tolist():
            right[at] = stems.agrees(int(which[at]), self.written(int(found[at])))
        return which[right], found[right]

    def ending(self, tail: bytes) -> Array:
        """Return the forms that end with ``tail``."""
        found = np.flatnonzero(self.sizes >= len(tail))
        for back, byte in enumerate(reversed(tail), 1):
            found = found[self.octets[self.stops[found] - back] == byte]
        return found

    def containing(self, part: bytes) -> Array:
        """Return the forms that contain ``part``."""
        places = []
        at = self.blob.find(part)
        while at >= 0:
            places.append(at)
            at = self.blob.find(part, at + 1)
        return np.unique(np.searchsorted(self.stops, np.array(places, dtype=np.int64)))

    def searched(self, regex: re.Pattern[str]) -> Array:
        """Return the forms in which ``regex``, which crosses no line feed, is found."""
        places = [match.start() for match in regex.finditer(self.text)]
        ends = self.stops
        if not self.text.isascii():
            is_first = (self.octets[: len(self.blob)] & 0xC0) != 0x80
            ends = np.cumsum(is_first)[self.stops] - 1
        return np.unique(np.searchsorted(ends, np.array(places, dtype=np.int64)))


class Lookup:
    """Finds which of some numbered elements a word satisfies.

    Parameters
    ----------
    elements
        Pairs (number, element).
    """

    def __init__(self, elements: Sequence[tuple[int, Element]]):
        coded = [(number, element, element.text.encode("utf-8", "surrogatepass")) for number, element in elements]
        literals = [(number, text) for number, element, text in coded if element.kind == "literal"]
        globs = [(number, text) for number, element, text in coded if element.kind == "glob"]
        prefixes = [(number, text[:-1]) for number, text in globs if text.find(b"*") == len(text) - 1]
        self._stems = [
            (np.array([number for number, _ in group], dtype=np.int32), Stems([text for _, text in group], whole=whole))
            for group, whole in ((literals, True), (prefixes, False))
        ]
        self._globs = [(number, text) for number, text in globs if text.find(b"*") < len(text) - 1]
        self._years = [(number, element) for number, element, _ in coded if element.kind == "year"]

    def satisfied(self, forms: Forms) -> tuple[Array, Array]:
        """Return all pairs (form, number) in which the form satisfies the element of that number."""
        found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))]
        for numbers, stems in self._stems:
            which, at = forms.beginning(stems)
            found.append((at, numbers[which]))
        singly = [(number, _globbed(forms, glob)) for number, glob in self._globs]
        singly += [(number, _years(forms, element)) for number, element in self._years]
        found += [(at, np.full(len(at), number, dtype=np.int32)) for number, at in singly]
        return np.concatenate([at for at, _ in found]), np.concatenate([numbers for _, numbers in found])


def _globbed(forms: Forms, glob: bytes) -> Array:
    head, *middle, tail = glob.split(b"*")
    inner = max(middle, key=len, default=b"")
    if len(tail) >= max(len(head), len(inner)):
        candidates = forms.ending(tail)
    elif len(head) >= len(inner):
        candidates = forms.beginning(Stems([head]))[1]
    else:
        candidates = forms.containing(inner)
    if (head or tail) and not any(middle) and not (head and tail):
        return candidates
    return (
        candidates[[_agrees(forms.written(at), head, middle, tail) for at in candidates]]
        if len(candidates)
        else candidates
    )


def _agrees(form: bytes, head: bytes, middle: list[bytes], tail: bytes) -> bool:
    # The leftmost place for each part is the best one, so nothing is ever tried twice.
    if len(form) < len(head) + len(tail) or not (form.startswith(head) and form.endswith(tail)):
        return False
    at, stop = len(head), len(form) - len(tail)
    for part in middle:
        at = form.find(part, at, stop)
        if at < 0:
            return False
        at += len(part)
    return True


def _years(forms: Forms, element: Element) -> Array:
    first, last = map(int, element.text.split("-"))
    leads = forms.octets[forms.starts]
    digits = np.asarray([(0x30 <= lead <= 0x39) or lead >= 0x80 for lead in range(256)])
    likely = np.flatnonzero(digits[leads] & (forms.sizes >= 4) & (forms.sizes <= 16))
    numbers = [(at, forms.written(at).decode("utf-8", "surrogatepass")) for at in likely.tolist()]
    return np.array(
        [at for at, form in numbers if len(form) == 4 and form.isdecimal() and first <= int(form) <= last],
        dtype=np.int64,
    )
