"""A codebook's patterns as the flat list of rules that a matcher works through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal, overload

from aidememoire.codebook.model import Codebook, Near, PhraseRule, Theme
from aidememoire.codebook.patterns import Phrase, expand

__all__ = ["CODING_KINDS", "Rule", "RuleKind", "Sides", "compile_rules"]

RuleKind = Literal["phrase", "near", "without", "lenient", "facet", "mask", "veto", "negation", "technical", "regex"]

# Kinds whose hits give a theme its value: 2 clear, 1 borderline.
CODING_KINDS = {"phrase": 2, "near": 2, "without": 2, "lenient": 1}


class Sides(Sequence[tuple[Phrase, ...]]):
    """The sides of a rule as its patterns say; they are expanded when they are first looked at.

    Equal to a tuple of the same phrases. A matcher whose form is kept never looks.

    Parameters
    ----------
    written
        The patterns of each side.
    lexicons
        What ``@NAME`` stands for.
    cased
        Whether capitals count.

    Examples
    --------
    >>> sides = Sides([["lesson(s|) of @WAR"]], {"WAR": ["the war"]}, cased=False)
    >>> len(sides), len(sides[0])
    (1, 2)
    """

    def __init__(self, written: Sequence[Sequence[str]], lexicons: Mapping[str, Sequence[str]], *, cased: bool):
        self.written = tuple(map(tuple, written))
        self.lexicons = lexicons
        self.cased = cased

    @cached_property
    def _expanded(self) -> tuple[tuple[Phrase, ...], ...]:
        return tuple(self._side(patterns) for patterns in self.written)

    def _side(self, patterns: tuple[str, ...]) -> tuple[Phrase, ...]:
        found = [expand(pattern, self.lexicons, cased=self.cased) for pattern in patterns]
        return found[0] if len(found) == 1 else tuple(dict.fromkeys(chain.from_iterable(found)))

    def __len__(self) -> int:
        return len(self.written)

    @overload
    def __getitem__(self, at: int) -> tuple[Phrase, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[Phrase, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[Phrase, ...] | tuple[tuple[Phrase, ...], ...]:
        return self._expanded[at]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sides | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._expanded)

    def __repr__(self) -> str:
        return f"Sides({self.written!r}, cased={self.cased})"


@dataclass(frozen=True, slots=True)
class Rule:
    """One written rule, expanded.

    Attributes
    ----------
    id
        ``theme.kind.number``, counted from 1 in written order, for instance ``anti_revisionism.phrase.3``.
    theme
        The theme it serves, or the technical code, or ``negation``.
    pattern
        As written, for people.
    sides
        One set of phrases; two for kinds ``near``, ``without`` and ``facet``; none for a regular expression.
        ``compile_rules`` gives ``Sides``, which are expanded when they are first looked at.
    within, ordered
        For two sides: most tokens between them, and whether the first must come first. For a negation: how
        many tokens may stand between it and what it negates.
    language, weight, negated, facets
        As in ``codebook.model``; ``negated`` says whether a negated hit is dropped.
    """

    id: str
    theme: str
    kind: RuleKind
    pattern: str
    sides: Sequence[tuple[Phrase, ...]]
    within: int = 0
    ordered: bool = False
    language: str = ""
    weight: float = 1.0
    drop_negated: bool = False
    facets: tuple[tuple[str, str], ...] = ()


def compile_rules(codebook: Codebook) -> tuple[Rule, ...]:
    """Return every rule of ``codebook``: themes in written order, then negations, then technical codes.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> compile_rules(load_codebook())[0].id
    'historical_memory.phrase.1'
    """
    rules = [rule for theme in codebook.themes for rule in _theme_rules(theme, codebook)]
    for language, negation in codebook.negation.items():
        for number, word in enumerate(negation.words, 1):
            name = f"negation.{language}.{number}"
            sides = _sides(codebook, (word,))
            rules.append(Rule(name, "negation", "negation", word, sides, negation.within, language=language))
    for code in ("courtesy_formula", "un_charter_formula"):
        if formula := getattr(codebook.technical, code):
            rules += _plain_rules(code, "technical", formula.phrases, codebook)
    if boilerplate := codebook.technical.boilerplate:
        rules += [
            Rule(f"boilerplate.regex.{number}", "boilerplate", "regex", regex, ())
            for number, regex in enumerate(boilerplate.regex, 1)
        ]
    return tuple(rules)


def _theme_rules(theme: Theme, codebook: Codebook) -> Iterator[Rule]:
    patterns = theme.patterns
    yield from _phrase_rules(theme.id, "phrase", patterns.phrases, codebook)
    yield from _near_rules(theme.id, "near", patterns.near, codebook)
    yield from _near_rules(theme.id, "without", patterns.without, codebook)
    yield from _phrase_rules(theme.id, "lenient", patterns.lenient_phrases, codebook)
    yield from _plain_rules(theme.id, "mask", patterns.masks, codebook)
    yield from _plain_rules(theme.id, "veto", theme.veto, codebook)
    facets = tuple(
        facet.near.model_copy(update={"facets": {facet.facet: facet.value}}) for facet in patterns.facet_patterns
    )
    yield from _near_rules(theme.id, "facet", facets, codebook)


def _plain_rules(theme: str, kind: RuleKind, patterns: tuple[str, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, pattern in enumerate(patterns, 1):
        yield Rule(f"{theme}.{kind}.{number}", theme, kind, pattern, _sides(codebook, (pattern,)))


def _phrase_rules(theme: str, kind: RuleKind, rules: tuple[PhraseRule, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, rule in enumerate(rules, 1):
        yield Rule(
            f"{theme}.{kind}.{number}",
            theme,
            kind,
            rule.pattern,
            _sides(codebook, (rule.pattern,), cased=rule.case_sensitive),
            language=rule.language,
            weight=rule.weight,
            drop_negated=rule.negated == "drop",
            facets=tuple(rule.facets.items()),
        )


def _near_rules(theme: str, kind: RuleKind, rules: tuple[Near, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, near in enumerate(rules, 1):
        relation = ("not " if kind == "without" else "") + ("then" if near.order == "ab" else "near")
        yield Rule(
            f"{theme}.{kind}.{number}",
            theme,
            kind,
            f"{{{' | '.join(near.a)}}} {relation}/{near.within} {{{' | '.join(near.b)}}}",
            _sides(codebook, near.a, near.b),
            near.within,
            near.order == "ab",
            language=near.language,
            weight=near.weight,
            drop_negated=near.negated == "drop",
            facets=tuple(near.facets.items()),
        )


def _sides(codebook: Codebook, *written: tuple[str, ...], cased: bool = False) -> Sides:
    return Sides(written, codebook.lexicons, cased=cased)
