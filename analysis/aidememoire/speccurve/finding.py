"""A finding, and the choices that it is tried under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import get_args

from aidememoire.choices import Codes, Count, Measure, Method, Period, VoiceSet, Weighting
from aidememoire.composition import Periods
from aidememoire.errors import SeriesError

__all__ = ["Choices", "Finding"]

_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "voices": get_args(VoiceSet),
    "codes": get_args(Codes),
    "coders": get_args(Method),
    # Counts grow with the corpus, and their difference is not one of shares.
    "measures": tuple(measure for measure in get_args(Measure) if measure != "counts"),
    "counts": get_args(Count),
    "weightings": get_args(Weighting),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The difference of a theme's share between two sets of periods.

    Attributes
    ----------
    theme
        Which theme.
    before, after
        A period (``"2014"``), a range with both ends (``"2014..2018"``) or several periods by name.
    only
        Keep statements whose column has one of the values, for instance ``{"actor": ["RUS"]}``; all if empty.
    period
        What the periods are.
    """

    theme: str
    before: Periods
    after: Periods
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    period: Period = "year"


@dataclass(frozen=True, slots=True)
class Choices:
    """Values of each choice; all combinations are tried, and the first of each make the baseline.

    Attributes
    ----------
    voices, codes, measures, counts, weightings
        As in `aidememoire.series` (there ``measure``, ``count``, ``weighting``).
    coders
        ``rules``, ``model`` or ``best``; those that coded the corpus if empty, the one it was coded with first.

    Raises
    ------
    SeriesError
        If a value is not allowed, stands twice, or there is none.

    Examples
    --------
    >>> Choices(codes=("strict",)).voices
    ('attributed', 'own_words', 'all')
    """

    voices: tuple[VoiceSet, ...] = ("attributed", "own_words", "all")
    codes: tuple[Codes, ...] = ("strict", "lenient")
    coders: tuple[Method, ...] = ()
    measures: tuple[Measure, ...] = ("sentences", "statements", "words")
    counts: tuple[Count, ...] = ("statements", "events")
    weightings: tuple[Weighting, ...] = ("sentence", "statement", "actor")

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self)):
            given = getattr(self, name)
            allowed = _ALLOWED[name]
            if isinstance(given, str) or not set(given) <= set(allowed) or len(set(given)) < len(given):
                raise SeriesError(
                    f"Choices: {name} must be some of {', '.join(allowed)}, each once, as a tuple; {given!r} was given"
                )
            if not given and name != "coders":
                raise SeriesError(f"Choices: {name} is empty; give one value at least, of {', '.join(allowed)}")
