"""Checks of a codebook beyond whether it loads: rules that cannot work, repeat others, or miss their examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from aidememoire.codebook import Codebook, Theme
from aidememoire.codebook.patterns import Element, Phrase, crossing
from aidememoire.explain import Explainer
from aidememoire.matching import CODING_KINDS, PlainMatcher, Rule, compile_rules

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Finding", "lint", "lint_on"]

Level = Literal["error", "warning"]

# A rule that alone makes more than this share of a theme's hits decides what the theme measures.
DOMINANT = 0.5
FEW_HITS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to know.

    Attributes
    ----------
    level
        ``error`` for what cannot be meant, ``warning`` for what may be.
    where
        The rule's id, or the theme's.
    message
        What is wrong and, where it helps, what to do.
    """

    level: Level
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.message}"


def lint(codebook: Codebook) -> list[Finding]:
    """Return what is wrong with ``codebook`` as it stands, errors first.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> [str(finding) for finding in lint(load_codebook()) if finding.level == "error"]
    []
    """
    rules = compile_rules(codebook)
    found = [*_unreachable(rules, codebook), *_duplicates(rules), *_self_masking(rules)]
    found += _without_negation(rules, codebook)
    explainer = Explainer(codebook)
    for theme in codebook.themes:
        found += _examples(theme, explainer)
    return sorted(found, key=lambda finding: (finding.level, finding.where))


def lint_on(coding: Coding) -> list[Finding]:
    """Return rules that never fire on a coded corpus, and rules that make most hits of their theme."""
    rules = [rule for rule in compile_rules(coding.codebook) if rule.kind in CODING_KINDS]
    counts = coding.hits["rule"].astype("str").value_counts()
    totals = coding.hits["theme"].astype("str").value_counts()
    found = []
    for rule in rules:
        n, total = int(counts.get(rule.id, 0)), int(totals.get(rule.theme, 0))
        if n == 0:
            found.append(Finding("warning", rule.id, f"never fires on this corpus: {rule.pattern}"))
        elif n > DOMINANT * total and total >= FEW_HITS:
            share = f"{n:,} of the {total:,} hits of {rule.theme}"
            found.append(Finding("warning", rule.id, f"makes {share}: {rule.pattern}"))
    return found


def _unreachable(rules: Sequence[Rule], codebook: Codebook) -> Iterator[Finding]:
    for rule in rules:
        if rule.kind == "regex" or len(rule.sides) != 1:
            continue
        lost = crossing(rule.pattern, codebook.lexicons)
        if lost:
            message = f"can never match, since no phrase crosses , ; : ( ) —— or a spaced dash: {lost[0]!r}"
            yield Finding("error", rule.id, message)


def _duplicates(rules: Sequence[Rule]) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], Rule] = {}
    known: dict[tuple[str, str, str], dict[Phrase, Rule]] = defaultdict(dict)
    # A rule of one language finds nothing that a rule of all does not, wherever that is written.
    for rule in sorted(rules, key=lambda rule: rule.language != ""):
        key = (rule.theme, rule.kind, tuple(map(frozenset, rule.sides)), rule.within, rule.ordered, rule.language)
        if rule.kind != "regex" and key in seen:
            yield Finding("error", rule.id, f"repeats {seen[key].id}: {rule.pattern}")
            continue
        seen[key] = rule
        if len(rule.sides) == 1 and not rule.drop_negated:
            own, of_all = (known[rule.theme, rule.kind, language] for language in (rule.language, ""))
            covering = [own.get(phrase) or of_all.get(phrase) for phrase in rule.sides[0]]
            if covering and all(covering):
                names = sorted({other.id for other in covering if other})
                yield Finding("warning", rule.id, f"everything it finds is found by {', '.join(names)}")
            own.update({phrase: rule for phrase in rule.sides[0] if phrase not in own})


def _without_negation(rules: Sequence[Rule], codebook: Codebook) -> Iterator[Finding]:
    sections = codebook.negation
    for rule in rules:
        if rule.drop_negated and (rule.language not in sections if rule.language else not sections):
            section = f"section negation.{rule.language}" if rule.language else "negation section"
            message = f"drops negated hits, but the codebook has no {section} that says what negates"
            yield Finding("error", rule.id, message)


def _self_masking(rules: Sequence[Rule]) -> Iterator[Finding]:
    masks: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.kind == "mask":
            masks[rule.theme].append(rule)
    matchers = {theme: PlainMatcher([replace(mask, kind="technical") for mask in own]) for theme, own in masks.items()}
    for rule in rules:
        if rule.kind not in CODING_KINDS or rule.theme not in matchers:
            continue
        masked = _masked(rule.sides[0], matchers[rule.theme])
        if masked == len(rule.sides[0]):
            yield Finding("error", rule.id, f"the masks of {rule.theme} hide everything it could find: {rule.pattern}")


def _masked(phrases: Sequence[Phrase], masks: PlainMatcher) -> int:
    """Count the phrases inside which a mask lies, whatever their open places hold."""
    n = 0
    for phrase in phrases:
        written = " ".join(_instance(element) for element in phrase)
        n += bool(masks.match(written, [(0, len(written))]))
    return n


def _instance(element: Element) -> str:
    # Letters that no mask names stand in the open places, so only an equally open mask covers them.
    if element.kind == "year":
        return element.text[:4]
    return element.text.replace("*", "qxq")


def _examples(theme: Theme, explainer: Explainer) -> Iterator[Finding]:
    expected = theme.dict_expected
    for number, sentence in enumerate(theme.positives):
        known_miss = expected is not None and expected.positives[number] == 0
        found = _fired(sentence, theme, explainer)
        if not found and not known_miss:
            yield Finding("warning", f"{theme.id}.positives.{number + 1}", f"no rule finds: {sentence}")
        elif found and known_miss:
            message = f"is found now; drop it from the known misses (dict_expected): {sentence}"
            yield Finding("warning", f"{theme.id}.positives.{number + 1}", message)
    for number, sentence in enumerate(theme.hard_negatives):
        if fired := _fired(sentence, theme, explainer):
            yield Finding("error", f"{theme.id}.hard_negatives.{number + 1}", f"{', '.join(fired)} finds: {sentence}")


def _fired(sentence: str, theme: Theme, explainer: Explainer) -> list[str]:
    """Rules that code ``sentence`` 2 for ``theme``."""
    found = explainer.explain(sentence)
    return [e.rule for e in found if e.theme == theme.id and e.value == 2 and e.outcome == "fired"]
