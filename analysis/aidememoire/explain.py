"""Why a sentence is coded as it is: which rule fired where, what was masked or vetoed, and by what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from aidememoire.codebook import Codebook
from aidememoire.matching import CODING_KINDS, PlainMatcher, Rule, compile_rules
from aidememoire.voices import Stance, stance_of_hits

__all__ = ["Explained", "Explainer", "explain"]

Outcome = Literal["fired", "masked", "vetoed", "negated", "implied", "technical"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One thing that happened in a sentence.

    Attributes
    ----------
    theme, rule, pattern
        Which rule, as written; for an implication the theme it follows from.
    outcome
        ``fired`` counts; ``masked``, ``vetoed`` and ``negated`` say why a rule that matched does not.
    start, end, words
        Where in the sentence.
    value
        The code it gives, 0 if none.
    because
        The mask, veto or negation, or the theme that implies.
    stance
        Of what counts: how the sentence stands toward the hit, were it the issuer's own words.
    """

    theme: str
    rule: str
    pattern: str
    outcome: Outcome
    start: int
    end: int
    words: str
    value: int = 0
    because: str = ""
    stance: Stance = "none"


def explain(sentence: str, codebook: Codebook) -> list[Explained]:
    """Return everything the rules of ``codebook`` did to ``sentence``, by theme and place.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> for e in explain("They falsify history.", load_codebook()):
    ...     print(e.theme, e.outcome, e.rule)
    anti_revisionism fired anti_revisionism.near.2
    anti_revisionism fired anti_revisionism.phrase.1
    historical_memory implied implied by anti_revisionism
    """
    return Explainer(codebook).explain(sentence)


class Explainer:
    """The rules of one codebook, compiled once for many sentences."""

    def __init__(self, codebook: Codebook):
        self.codebook = codebook
        self.rules = compile_rules(codebook)
        self._kept = PlainMatcher(self.rules)
        self._bare = PlainMatcher([_bare(rule) for rule in self.rules])

    def explain(self, sentence: str) -> list[Explained]:
        """Return everything the rules did to ``sentence``, by theme and place."""
        rules = self.rules
        kept, bare = _hits(sentence, self._kept), _hits(sentence, self._bare)
        silent = [rules[number] for number, *_ in bare if rules[number].kind in ("mask", "negation")]
        vetoes = {rules[number].theme: rules[number] for number, *_ in kept if rules[number].kind == "veto"}
        rows = [_fired(rules[number], start, end, sentence, vetoes) for number, start, end in kept]
        for number, start, end in bare:
            if (number, start, end) not in kept and rules[number].kind in CODING_KINDS:
                rows += _hidden(rules[number], start, end, sentence, silent)
        shown = [row for row in rows if row is not None]
        found = shown + _implied(shown, self.codebook)
        stood = [replace(row, stance=self._stance(row, sentence)) if row.value else row for row in found]
        return sorted(stood, key=lambda row: (row.theme, row.start, row.rule))

    def _stance(self, row: Explained, sentence: str) -> Stance:
        return stance_of_hits(sentence, [(row.start, row.end)], self.codebook.theme(row.theme).family)


def _bare(rule: Rule) -> Rule:
    """The rule with nothing to hide it: masks and negations become hits of their own."""
    kind = "technical" if rule.kind in ("mask", "negation") else rule.kind
    return replace(rule, kind=kind, drop_negated=False)


def _hits(sentence: str, matcher: PlainMatcher) -> list[tuple[int, int, int]]:
    found = matcher.match(sentence, [(0, len(sentence))])
    return [(match.rule, match.start, match.end) for match in found]


def _fired(rule: Rule, start: int, end: int, sentence: str, vetoes: dict[str, Rule]) -> Explained | None:
    words = sentence[start:end]
    if rule.kind in ("technical", "regex"):
        return Explained(rule.theme, rule.id, rule.pattern, "technical", start, end, words)
    if rule.kind not in CODING_KINDS:
        return None
    if veto := vetoes.get(rule.theme):
        return Explained(rule.theme, rule.id, rule.pattern, "vetoed", start, end, words, because=veto.pattern)
    return Explained(rule.theme, rule.id, rule.pattern, "fired", start, end, words, CODING_KINDS[rule.kind])


def _hidden(rule: Rule, start: int, end: int, sentence: str, silent: list[Rule]) -> list[Explained]:
    for hider in silent:
        if hider.kind == "mask" and hider.theme != rule.theme:
            continue
        # The matcher itself says whether the two meet: reach, marks between and languages stand there alone.
        if (0, start, end) in _hits(sentence, PlainMatcher([rule, hider])):
            continue
        outcome: Outcome = "masked" if hider.kind == "mask" else "negated"
        words = sentence[start:end]
        return [Explained(rule.theme, rule.id, rule.pattern, outcome, start, end, words, because=hider.pattern)]
    return []


def _implied(rows: list[Explained], codebook: Codebook) -> list[Explained]:
    best: dict[str, Explained] = {}
    for row in rows:
        if row.outcome == "fired" and row.value > best.get(row.theme, replace(row, value=0)).value:
            best[row.theme] = row
    return [
        Explained(lent, f"implied by {theme}", "", "implied", row.start, row.end, row.words, row.value, theme)
        for theme, row in best.items()
        for lent in codebook.theme(theme).lends_to
        if row.value > (best[lent].value if lent in best else 0)
    ]
