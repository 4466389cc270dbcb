"""Names and numbers of a text: what tells two notes of one pattern apart, and what a translation leaves as it is."""

from __future__ import annotations

import re

__all__ = ["agreement", "names_of"]

# Two names may agree or differ by chance: of fewer nothing is said.
LEAST_NAMES = 3

# A capitalised word that follows a small letter or a comma: not the first of its sentence.
_NAME = re.compile(r"(?<=[^\W\d_A-Z] |, )([^\W\d_][^\W\d_]{3,})")
_NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f]*\d)+")


def names_of(text: str) -> frozenset[str]:
    """Return the capitalised words inside sentences and the numbers of two digits and more, as sets are compared.

    Examples
    --------
    >>> sorted(names_of("On 14 May we met in Torvale, Hesmar and 12,500 came."))
    ['12500', '14', 'hesmar', 'torvale']
    """
    names = {name.casefold() for name in _NAME.findall(text) if name[0].isupper()}
    return frozenset(names | {re.sub(r"\D", "", number) for number in _NUMBER.findall(text)})


def agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the part of the names of the text with fewer that the other has too; 1 where there are too few to tell.

    Examples
    --------
    >>> one, other = names_of("We met Dolvin in Torvale on 14 July."), names_of("We met Ottrey in Torvale on 15 July.")
    >>> round(agreement(one, other), 2)
    0.33
    """
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= LEAST_NAMES else 1.0
