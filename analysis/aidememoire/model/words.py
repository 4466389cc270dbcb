"""Words of a sentence as the coder sees them: forms, stems from a table, and the years mentioned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

__all__ = ["AGES", "ages_of", "bigrams", "form_class", "stems_of"]

# Names of the buckets of age, in years before the statement, and where each begins.
AGES = (("future", -999), ("0", 0), ("3", 3), ("11", 11), ("20", 20), ("41", 41), ("81", 81))
# Without the statement's year a year mentioned is old if it lies before this.
SURELY_OLD = 1956


def form_class(form: str) -> str:
    """Return the form, or the class that stands for it if it is a number.

    Examples
    --------
    >>> [form_class(form) for form in ("war", "1945", "27", "20th")]
    ['war', '<year>', '<number>', '20th']
    """
    if not form.isdecimal():
        return form
    return "<year>" if len(form) == 4 and form.isascii() and "1000" <= form <= "2100" else "<number>"


def bigrams(stems: Sequence[str]) -> list[str]:
    """Return neighbouring stems joined by a space.

    Examples
    --------
    >>> bigrams(["never", "forget", "them"])
    ['never forget', 'forget them']
    """
    return [f"{first} {second}" for first, second in pairwise(stems)]


def ages_of(forms: Sequence[str], year: int | None) -> set[str]:
    """Return the buckets of age of the years mentioned.

    Examples
    --------
    >>> sorted(ages_of(["in", "1945", "and", "2014"], 2015)), ages_of(["in", "1812"], None)
    (['age 0', 'age 41', 'age old'], {'age old'})
    """
    mentioned = {int(form) for form in forms if form.isdecimal() and form_class(form) == "<year>"}
    if not mentioned:
        return set()
    if year is None:
        return {"age old"} if any(each < SURELY_OLD for each in mentioned) else set()
    return {f"age {_bucket(year - each)}" for each in mentioned} | (
        {"age old"} if any(year - each >= 20 for each in mentioned) else set()
    )


def _bucket(age: int) -> str:
    return [name for name, start in AGES if age >= start][-1]


def stems_of(forms: Sequence[str], table: Mapping[str, str]) -> list[str]:
    """Return the stem of each form by ``table``; a number's class or any other form stands for itself."""
    return [table.get(form) or form_class(form) for form in forms]
