"""Marks of a sentence: what the codebook's rules and lexicons found in it, states named, ages of years, length.

A rule's mark is named by its theme, kind and pattern, so that a codebook whose rules are only moved about leaves
a trained coder as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.codebook import Codebook
from aidememoire.codebook.patterns import expand
from aidememoire.ingest.actors import builtin_actors
from aidememoire.matching import PlainMatcher, Rule, compile_rules
from aidememoire.model.words import ages_of
from aidememoire.themes import apply_rules

__all__ = [
    "CLOSED_AFTER",
    "LEXICON",
    "STATE",
    "WW2",
    "Marker",
    "Read",
    "ends_inside",
    "last_sentence",
    "length_mark",
    "states_mark",
]

if TYPE_CHECKING:
    from aidememoire.matching.fast import FastMatcher

# Above this many sentences the compiled engine pays for its slower start, and once started above this many.
MANY, MANY_STARTED = 2_500, 100
# Wars and atrocities named in the lexicons are a closed episode only after about twenty years.
CLOSED_AFTER = 1965
# How names of marks of lexicons and of states begin; the war lexicon's mark.
LEXICON, STATE = "lexicon.", "state."
WW2 = "lexicon.phrase WW2"

_END = re.compile(r"(?<=[.!?])\s+")
_END_INSIDE = re.compile(r"[.!?]\s+\S")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """Sentences read by a ``Marker``.

    Attributes
    ----------
    marks
        Names of the marks of each sentence, without repeats.
    values
        n x themes: the code of each theme of the codebook by its rules alone, 0, 1 or 2.
    """

    marks: list[list[str]]
    values: Array


class Marker:
    """The rules of one codebook, its lexicons and the names of states, compiled once for many sentences.

    Attributes
    ----------
    rules
        Those of the codebook.
    every_rule, names
        Those and the rules of lexicons and states; the name of each one's mark.
    """

    def __init__(self, codebook: Codebook):
        self.codebook = codebook
        self.rules = compile_rules(codebook)
        self.every_rule = (*self.rules, *_lexicon_rules(codebook), *_state_rules())
        self.names = [_mark_of(rule) for rule in self.every_rule]

    @cached_property
    def _plain(self) -> PlainMatcher:
        return PlainMatcher(self.every_rule)

    @cached_property
    def _fast(self) -> FastMatcher:
        from aidememoire.matching.fast import FastMatcher

        return FastMatcher(self.every_rule)

    def read(
        self,
        sentences: Sequence[str],
        forms: Sequence[Sequence[str]],
        years: Sequence[int | None],
        before: Sequence[str] | None = None,
    ) -> Read:
        """Return marks and rule codes of ``sentences``.

        Parameters
        ----------
        sentences, forms
            The sentences and their tokens.
        years
            When each was said, where known.
        before
            The text in front of each, of which the last sentence counts.
        """
        rows, numbers, starts, ends = self._matches(sentences)
        values = self._values(rows, numbers, starts, ends, len(sentences))
        found: list[dict[str, int]] = [{} for _ in sentences]
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            name = self.names[number]
            found[row][name] = found[row].get(name, 0) + 1
        marks = [
            [
                *_marks(found[row], forms[row], years[row]),
                *(f"code {theme} {value}" for theme, value in self._coded(values[row])),
            ]
            for row in range(len(sentences))
        ]
        if before is not None:
            for names, codes in zip(marks, self.values([last_sentence(text) for text in before]), strict=True):
                names += [f"before {theme} {value}" for theme, value in self._coded(codes)]
        return Read(marks, values)

    def _coded(self, values: Array) -> Iterable[tuple[str, int]]:
        return [(theme, value) for theme, value in zip(self.codebook.theme_ids, values.tolist(), strict=True) if value]

    def values(self, sentences: Sequence[str]) -> Array:
        """Return the codes by the rules alone, n x themes of the codebook."""
        rows, numbers, starts, ends = self._matches(sentences)
        return self._values(rows, numbers, starts, ends, len(sentences))

    def values_of(self, rows: Array, rules: Array, n: int) -> Array:
        """Return the codes of ``n`` sentences that follow from hits: the sentence and the rule of each."""
        nowhere = np.zeros(len(rows), dtype=np.int64)
        return self._values(rows, rules, nowhere, nowhere, n)

    def _values(self, rows: Array, numbers: Array, starts: Array, ends: Array, n: int) -> Array:
        own = numbers < len(self.rules)
        matches = pd.DataFrame({"row": rows, "rule": numbers, "start": starts, "end": ends})[own]
        values = np.zeros((n, len(self.codebook.theme_ids)), dtype=np.int8)
        if n:
            lengths, languages = np.ones(n, dtype=np.int64), np.full(n, "", dtype=object)
            codes = apply_rules(matches.reset_index(drop=True), self.rules, self.codebook, lengths, languages).codes
            place = {theme: number for number, theme in enumerate(self.codebook.theme_ids)}
            values[codes["row"].to_numpy(), codes["theme"].map(place).to_numpy(dtype=np.int64)] = codes["value"]
        return values

    def _matches(self, sentences: Sequence[str]) -> tuple[Array, Array, Array, Array]:
        """Row, rule, start and end of every hit."""
        spans = [(0, len(sentence)) for sentence in sentences]
        if len(sentences) > (MANY_STARTED if "_fast" in self.__dict__ else MANY):
            per_text = self._fast.match_many(sentences, [np.array([span]) for span in spans])
            joined = np.concatenate(per_text)
            rows = np.repeat(np.arange(len(sentences)), [len(part) for part in per_text])
            rule, start, end = (joined[name].astype(np.int64) for name in ("rule", "start", "end"))
            return rows, rule, start, end
        found = [
            (row, match.rule, match.start, match.end)
            for row, (sentence, span) in enumerate(zip(sentences, spans, strict=True))
            for match in self._plain.match(sentence, [span])
        ]
        rows, numbers, starts, ends = np.array(found, dtype=np.int64).reshape(-1, 4).T
        return rows, numbers, starts, ends


def _lexicon_rules(codebook: Codebook) -> list[Rule]:
    return [
        Rule(f"lexicon.{name}", "lexicon", "phrase", name, (expand(f"@{name}", codebook.lexicons),))
        for name in codebook.lexicons
    ]


def _state_rules() -> list[Rule]:
    rules = []
    for actor in builtin_actors().actors:
        names = dict.fromkeys(name for name in (actor.name, actor.official, *actor.aliases, *actor.demonyms) if name)
        written = [phrase for name in names if len(name) > 3 for phrase in expand(_literal(name), {})]
        if written:
            rules.append(Rule(f"state.{actor.code}", "state", "phrase", actor.code, (tuple(written),)))
    return rules


def _literal(name: str) -> str:
    return "".join(char if char.isalnum() or char in " '-." else " " for char in name)


def _mark_of(rule: Rule) -> str:
    return f"{rule.theme}.{rule.kind} {rule.pattern}"


def last_sentence(text: str) -> str:
    """Return what stands behind the last full stop, question or exclamation mark inside ``text``.

    Examples
    --------
    >>> last_sentence("It rained. Mr. Smith spoke.")
    'Smith spoke.'
    """
    return _END.split(text.strip())[-1]


def ends_inside(text: str, start: int, end: int) -> bool:
    """Say whether ``last_sentence`` of these characters is not the whole of them."""
    return _END_INSIDE.search(text, start, end) is not None


def length_mark(n_tokens: int) -> str:
    """Return the mark of a sentence of so many tokens."""
    return f"length {min(n_tokens // 12, 5)}"


def states_mark(n_states: int) -> str:
    """Return the mark of a sentence that names so many states."""
    return f"states {min(n_states, 4)}"


def _marks(found: dict[str, int], forms: Sequence[str], year: int | None) -> Iterable[str]:
    for name, times in found.items():
        if not name.startswith(STATE):
            yield name
            if times > 1 and name.startswith(LEXICON):
                yield f"{name} twice"
    yield states_mark(sum(name.startswith(STATE) for name in found))
    yield length_mark(len(forms))
    yield from sorted(ages_of(forms, year))
    if year is not None and year < CLOSED_AFTER and WW2 in found:
        yield "recent WW2"
