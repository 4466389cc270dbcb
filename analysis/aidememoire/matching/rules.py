"""A codebook's patterns as the flat list of rules that a matcher works through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aidememoire.codebook.model import Codebook, Near, Theme
from aidememoire.codebook.patterns import Phrase, expand

__all__ = ["Rule", "RuleKind", "compile_rules"]

RuleKind = Literal["phrase", "near", "lenient", "facet", "mask", "veto", "technical", "regex"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One written rule, expanded.

    Attributes
    ----------
    id
        ``theme.kind.number``, counted from 1 in written order, for instance ``anti_revisionism.phrase.3``.
    theme
        The theme it serves, or the technical code.
    pattern
        As written, for people.
    sides
        One set of phrases; two for a proximity rule (kinds ``near`` and ``facet``); none for a regular expression.
    within, ordered
        For two sides: most tokens between them, and whether the first must come first.
    facet, value
        For kind ``facet``.
    """

    id: str
    theme: str
    kind: RuleKind
    pattern: str
    sides: tuple[tuple[Phrase, ...], ...]
    within: int = 0
    ordered: bool = False
    facet: str = ""
    value: str = ""


def compile_rules(codebook: Codebook) -> tuple[Rule, ...]:
    """Return every rule of ``codebook`` in written order, themes first, technical codes last.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> compile_rules(load_codebook())[0].id
    'historical_memory.phrase.1'
    """
    rules = [rule for theme in codebook.themes for rule in _theme_rules(theme, codebook)]
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
    yield from _plain_rules(theme.id, "phrase", patterns.phrases, codebook)
    for number, near in enumerate(patterns.near, 1):
        yield _near_rule(f"{theme.id}.near.{number}", theme.id, "near", near, codebook)
    yield from _plain_rules(theme.id, "lenient", patterns.lenient_phrases, codebook)
    yield from _plain_rules(theme.id, "mask", patterns.masks, codebook)
    yield from _plain_rules(theme.id, "veto", theme.veto, codebook)
    for number, facet in enumerate(patterns.facet_patterns, 1):
        name = f"{theme.id}.facet.{number}"
        yield _near_rule(name, theme.id, "facet", facet.near, codebook, facet.facet, facet.value)


def _plain_rules(theme: str, kind: RuleKind, patterns: tuple[str, ...], codebook: Codebook) -> Iterator[Rule]:
    for number, pattern in enumerate(patterns, 1):
        yield Rule(f"{theme}.{kind}.{number}", theme, kind, pattern, (expand(pattern, codebook.lexicons),))


def _near_rule(
    name: str, theme: str, kind: RuleKind, near: Near, codebook: Codebook, facet: str = "", value: str = ""
) -> Rule:
    sides = tuple(
        tuple(dict.fromkeys(phrase for pattern in side for phrase in expand(pattern, codebook.lexicons)))
        for side in (near.a, near.b)
    )
    relation = "then" if near.order == "ab" else "near"
    pattern = f"{{{' | '.join(near.a)}}} {relation}/{near.within} {{{' | '.join(near.b)}}}"
    return Rule(name, theme, kind, pattern, sides, near.within, near.order == "ab", facet, value)
