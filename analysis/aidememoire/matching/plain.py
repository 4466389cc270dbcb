"""The plain matcher: every rule against every sentence, one token at a time.

It is written to be read. The fast engine must agree with it row for row.

What a hit is:

1. Only within a sentence; a phrase never crosses ``, ; : ( )`` or a dash with spaces, a rule of two sides may.
2. Tokens covered by any mask of a theme cannot match in that theme. Masks, vetoes and negations are not masked.
3. A one-sided rule gives its leftmost, longest, non-overlapping hits.
4. ``near`` joins each phrase of side a to the nearest phrase of side b that shares no token with it (ties: the
   earlier, then the shorter one) if at most ``within`` tokens lie between; the hit spans both. Equal spans of one
   rule are one hit.
5. ``without`` keeps the phrases of side a that have no phrase of side b within reach (a shared token counts as
   reach; ``ordered`` looks only behind side a), then as 3.
6. A rule that drops negated hits loses those that begin at most ``within`` tokens behind a negation of its
   language (of any, if the rule has none) with nothing of 1 between; this comes before the choice of 3.
7. A regular expression (technical codes only) gives its first hit in the sentence as written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aidememoire.codebook.patterns import Element
from aidememoire.matching.interface import Match
from aidememoire.matching.rules import Rule
from aidememoire.tokens import Token, cased_form_of, form_of, tokenise

__all__ = ["PlainMatcher"]

Span = tuple[int, int]  # token positions, half-open
Owner = tuple[int, int]  # rule, side

# Rules that act on others and give no hits themselves.
_SILENT = frozenset({"mask", "negation"})


@dataclass(slots=True)
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)  # by element
    any_child: _Node | None = None
    owners: list[Owner] = field(default_factory=list)


class PlainMatcher:
    """Finds the hits of ``rules`` in sentences.

    Parameters
    ----------
    rules
        As ``compile_rules`` returns them. ``Match.rule`` is a position in this sequence.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> from aidememoire.matching.rules import compile_rules
    >>> rules = compile_rules(load_codebook())
    >>> text = "They falsify history."
    >>> [rules[m.rule].id for m in PlainMatcher(rules).match(text, [(0, len(text))])]
    ['anti_revisionism.phrase.1', 'anti_revisionism.near.2']
    """

    def __init__(self, rules: Sequence[Rule]):
        self.rules = rules
        self._elements = _Elements()
        self._root = _Node()
        self._regexes = [(number, re.compile(r.pattern)) for number, r in enumerate(rules) if r.kind == "regex"]
        for number, rule in enumerate(rules):
            for side, phrases in enumerate(rule.sides):
                for phrase in phrases:
                    self._add(phrase, (number, side))

    def match(self, text: str, spans: Iterable[Span]) -> list[Match]:
        """Return the hits in each of ``spans`` (sentences, character offsets), masks applied.

        Rows come by sentence, then by rule in codebook order, then by place.
        """
        found: list[Match] = []
        for sentence, (start, end) in enumerate(spans):
            tokens = list(tokenise(text, start, end))
            phrases = self._phrases(text, tokens)
            if phrases:
                found += self._hits(sentence, tokens, phrases)
            found += self._furniture(sentence, text, start, end)
        return found

    def _furniture(self, sentence: int, text: str, start: int, end: int) -> Iterator[Match]:
        written = text[start:end]
        for number, regex in self._regexes:
            if match := regex.search(written):
                yield Match(sentence, number, start + match.start(), start + match.end())

    def _add(self, phrase: tuple[Element, ...], owner: Owner) -> None:
        node = self._root
        for element in phrase:
            if element.kind == "any":
                node.any_child = node.any_child or _Node()
                node = node.any_child
            else:
                node = node.children.setdefault(self._elements.number(element), _Node())
        node.owners.append(owner)

    def _phrases(self, text: str, tokens: Sequence[Token]) -> dict[Owner, list[Span]]:
        found: dict[Owner, list[Span]] = defaultdict(list)
        kinds = [self._elements.of(text[token.start : token.end]) for token in tokens]
        root, any_root = self._root.children, self._root.any_child
        for first, elements in enumerate(kinds):
            nodes = [root[element] for element in elements if element in root]
            if any_root:
                nodes.append(any_root)
            at = first
            while nodes:
                at += 1
                for node in nodes:
                    for owner in node.owners:
                        found[owner].append((first, at))
                if at == len(tokens) or tokens[at].after_break:
                    break
                nodes = _step(nodes, kinds[at])
        return found

    def _hits(self, sentence: int, tokens: Sequence[Token], phrases: dict[Owner, list[Span]]) -> list[Match]:
        masked: dict[str, set[int]] = defaultdict(set)
        negations: list[tuple[Rule, Span]] = []
        for (number, _), spans in phrases.items():
            rule = self.rules[number]
            if rule.kind == "mask":
                masked[rule.theme].update(at for start, end in spans for at in range(start, end))
            elif rule.kind == "negation":
                negations += [(rule, span) for span in spans]
        rows: list[Match] = []
        for number in sorted({number for number, _ in phrases}):
            rule = self.rules[number]
            if rule.kind in _SILENT:
                continue
            hidden = masked[rule.theme] if rule.kind != "veto" else set()
            sides = [
                [span for span in phrases.get((number, side), ()) if hidden.isdisjoint(range(*span))]
                for side in range(len(rule.sides))
            ]
            scopes = [(negation, span) for negation, span in negations if rule.language in ("", negation.language)]
            spans = _chosen(rule, sides, scopes, tokens)
            rows += [Match(sentence, number, tokens[s].start, tokens[e - 1].end) for s, e in spans]
        return rows


def _chosen(
    rule: Rule, sides: list[list[Span]], negations: list[tuple[Rule, Span]], tokens: Sequence[Token]
) -> list[Span]:
    def stands(span: Span) -> bool:
        return not (rule.drop_negated and any(_negates(*each, span, tokens) for each in negations))

    if rule.kind in ("near", "facet"):
        return [span for span in _near(sides[0], sides[1], rule) if stands(span)]
    spans = sides[0]
    if rule.kind == "without":
        spans = [span for span in spans if not any(_within_reach(span, other, rule) for other in sides[1])]
    return _leftmost_longest([span for span in spans if stands(span)])


def _negates(negation: Rule, scope: Span, span: Span, tokens: Sequence[Token]) -> bool:
    distance = span[0] - scope[1]
    between = tokens[scope[1] : span[0] + 1]
    return 0 <= distance <= negation.within and not any(token.after_break for token in between)


def _within_reach(span: Span, other: Span, rule: Rule) -> bool:
    if other[0] >= span[1]:
        return other[0] - span[1] <= rule.within
    if other[1] <= span[0]:
        return not rule.ordered and span[0] - other[1] <= rule.within
    return True


class _Elements:
    """Numbers of the distinct elements, and which of them a token satisfies."""

    def __init__(self) -> None:
        self._numbers: dict[Element, int] = {}
        self._plain, self._cased = _Forms(), _Forms()
        self._years: list[tuple[int, int, int]] = []
        self._known: dict[str, tuple[int, ...]] = {}

    def number(self, element: Element) -> int:
        if element in self._numbers:
            return self._numbers[element]
        number = self._numbers[element] = len(self._numbers)
        if element.kind == "year":
            first, last = element.text.split("-")
            self._years.append((int(first), int(last), number))
        else:
            (self._cased if element.cased else self._plain).add(element, number)
        return number

    def of(self, raw: str) -> tuple[int, ...]:
        """Elements that the token ``raw``, as written, satisfies."""
        known = self._known.get(raw)
        if known is None:
            known = self._known[raw] = tuple(self._satisfied(raw))
        return known

    def _satisfied(self, raw: str) -> list[int]:
        form = form_of(raw)
        found = self._plain.satisfied(form) + self._cased.satisfied(cased_form_of(raw))
        if len(form) == 4 and form.isdecimal():
            found += [number for first, last, number in self._years if first <= int(form) <= last]
        return found


class _Forms:
    """Literals and globs of one kind of form."""

    def __init__(self) -> None:
        self._literals: dict[str, int] = {}
        self._prefixes: dict[int, dict[str, int]] = defaultdict(dict)  # length -> stem -> element
        self._globs: list[tuple[re.Pattern[str], int]] = []

    def add(self, element: Element, number: int) -> None:
        stem = element.text[:-1]
        if element.kind == "literal":
            self._literals[element.text] = number
        elif element.text.endswith("*") and "*" not in stem:
            self._prefixes[len(stem)][stem] = number
        else:
            parts = (re.escape(part) for part in element.text.split("*"))
            self._globs.append((re.compile(".*".join(parts)), number))

    def satisfied(self, form: str) -> list[int]:
        found = [self._literals[form]] if form in self._literals else []
        found += [stems[form[:n]] for n, stems in self._prefixes.items() if len(form) >= n and form[:n] in stems]
        return found + [number for glob, number in self._globs if glob.fullmatch(form)]


def _step(nodes: list[_Node], elements: tuple[int, ...]) -> list[_Node]:
    following = [node.children[e] for node in nodes for e in elements if e in node.children]
    return following + [node.any_child for node in nodes if node.any_child]


def _leftmost_longest(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _near(a_spans: list[Span], b_spans: list[Span], rule: Rule) -> list[Span]:
    joined: set[Span] = set()
    for a_start, a_end in a_spans:
        nearest = min(
            (
                (b_start - a_end if b_start >= a_end else a_start - b_end, b_start, b_end)
                for b_start, b_end in b_spans
                if b_start >= a_end or (b_end <= a_start and not rule.ordered)
            ),
            default=None,
        )
        if nearest and nearest[0] <= rule.within:
            joined.add((min(a_start, nearest[1]), max(a_end, nearest[2])))
    return sorted(joined)
