"""A codebook's patterns as the flat list of rules that a matcher works through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aidememoire.codebook.model import Codebook, Near, PhraseRule, Theme
from aidememoire.codebook.patterns import Phrase, expand

__all__ = ["CODING_KINDS", "Rule", "RuleKind", "compile_rules"]

RuleKind = Literal["phrase", "near", "without", "lenient", "facet", "mask", "veto", "negation", "technical", "regex"]

# Kinds whose hits give a theme its value: 2 clear, 1 borderline.
CODING_KINDS = {"phrase": 2, "near": 2, "without": 2, "lenient": 1}


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
    sides: tuple[tuple[Phrase, ...], ...]
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
            sides = (expand(word, codebook.lexicons),)
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
        yield Rule(f"{theme}.{kind}.{number}", theme, kind, pattern, (expand(pattern, codebook.lexicons),))


def _phrase_rules(theme: str, kind: RuleKind, rules: tuple[PhraseRule, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, rule in enumerate(rules, 1):
        yield Rule(
            f"{theme}.{kind}.{number}",
            theme,
            kind,
            rule.pattern,
            (expand(rule.pattern, codebook.lexicons, cased=rule.case_sensitive),),
            language=rule.language,
            weight=rule.weight,
            drop_negated=rule.negated == "drop",
            facets=tuple(rule.facets.items()),
        )


def _near_rules(theme: str, kind: RuleKind, rules: tuple[Near, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, near in enumerate(rules, 1):
        sides = tuple(
            tuple(dict.fromkeys(phrase for pattern in side for phrase in expand(pattern, codebook.lexicons)))
            for side in (near.a, near.b)
        )
        relation = ("not " if kind == "without" else "") + ("then" if near.order == "ab" else "near")
        yield Rule(
            f"{theme}.{kind}.{number}",
            theme,
            kind,
            f"{{{' | '.join(near.a)}}} {relation}/{near.within} {{{' | '.join(near.b)}}}",
            sides,
            near.within,
            near.order == "ab",
            language=near.language,
            weight=near.weight,
            drop_negated=near.negated == "drop",
            facets=tuple(near.facets.items()),
        )
