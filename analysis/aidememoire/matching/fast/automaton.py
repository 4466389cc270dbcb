"""Rules as arrays: the trie of their phrases, and what the join must know of each rule."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

import numpy as np

from aidememoire.codebook.patterns import Element
from aidememoire.kept import keep, kept, key_of
from aidememoire.matching.fast.trie import ANYWHERE, Phrases, Trie, build_trie
from aidememoire.matching.rules import Rule, Sides

__all__ = [
    "CANDIDATE",
    "LEFTMOST",
    "MARK",
    "NEAR",
    "NEGATE",
    "WITHOUT",
    "Automaton",
    "Joins",
    "automaton_of",
    "build",
]

Array = np.ndarray[Any, np.dtype[Any]]

# What the join does with the phrases of a rule.
LEFTMOST, WITHOUT, NEAR, MARK, NEGATE, CANDIDATE = range(6)
_KINDS = {"near": NEAR, "facet": NEAR, "without": WITHOUT, "mask": MARK, "negation": NEGATE, "regex": CANDIDATE}
# Rules whose two sides are told apart while phrases are looked for; more share the bits of these.
_PAIRS = 31
# A trie of fewer nodes is built in the time that it takes to read one.
_WORTH_KEEPING = 2000


class Joins(NamedTuple):
    """What is done with the phrases of each rule, in the order in which rules give rows.

    Attributes
    ----------
    number
        Position of the rule in the codebook.
    kind
        One of the constants of this module.
    within, ordered
        As in ``Rule``.
    hidden_by, negated_by
        The mark that hides a phrase whose tokens carry it, and the one that drops a hit which begins at a token
        that carries it; -1 for none.
    marks
        Two marks that a mask or a negation sets, or -1. For a candidate, -1 first if it has one fragment only, else 0.
    """

    number: Array
    kind: Array
    within: Array
    ordered: Array
    hidden_by: Array
    negated_by: Array
    marks: Array


@dataclass(frozen=True, slots=True)
class Automaton:
    """All that the kernels need of a set of rules.

    Attributes
    ----------
    elements
        The distinct elements but ``any``, in the order of their numbers; after them come the fragments.
    n_marks
        Different marks of tokens.
    longest
        Most elements in one phrase.
    """

    trie: Trie
    joins: Joins
    elements: tuple[Element, ...]
    n_marks: int
    longest: int


def automaton_of(rules: Sequence[Rule], fragments: Sequence[tuple[int, int]]) -> Automaton:
    """Return what ``build`` returns: as it was kept, without a look at the phrases, or made now and kept."""
    key = _key(rules)
    if key is None:
        return build(rules, fragments)
    if form := kept("automaton", key):
        return _from_bytes(form)
    automaton = build(rules, fragments)
    if len(automaton.trie.nodes) >= _WORTH_KEEPING:
        keep("automaton", key, _to_bytes(automaton))
    return automaton


def build(rules: Sequence[Rule], fragments: Sequence[tuple[int, int]]) -> Automaton:
    """Build the automaton.

    Parameters
    ----------
    rules
        In codebook order.
    fragments
        (Position of a regular expression, 0 or 1) for each fragment that a sentence must contain to be a candidate,
        by position. ``fragments[i]`` is element ``len(elements) + i``.
    """
    order = [n for n, rule in enumerate(rules) if rule.kind != "regex"]
    numbers: dict[Element, int] = {}
    phrases = Phrases()
    known: dict[int, int] = {}  # by identity: hashing an element costs more than all the rest
    for at, n in enumerate(order):
        for side, written in enumerate(rules[n].sides[:2]):
            for phrase in written:
                path = tuple([known[id(e)] if id(e) in known else _number(e, numbers, known) for e in phrase])
                phrases.add(path, 2 * at + side)
    searched = list(dict.fromkeys(n for n, _ in fragments))
    for at, (n, side) in enumerate(fragments):
        phrases.add((len(numbers) + at,), 2 * (len(order) + searched.index(n)) + side)
    joins, n_marks = _joins(rules, [*order, *searched])
    for n, side in fragments:
        joins.marks[len(order) + searched.index(n), 0] = side - 1
    trie = build_trie(phrases, len(numbers) + len(fragments), _sides(joins))
    return Automaton(trie, joins, tuple(numbers), n_marks, phrases.longest)


def _number(element: Element, numbers: dict[Element, int], known: dict[int, int]) -> int:
    number = -1 if element.kind == "any" else numbers.setdefault(element, len(numbers))
    known[id(element)] = number
    return number


def _sides(joins: Joins) -> Array:
    """Return by owner the bit that says which side of which rule its phrases are, or ``ANYWHERE``."""
    paired = (joins.kind == NEAR) | ((joins.kind == CANDIDATE) & (joins.marks[:, 0] >= 0))
    sides = np.full(2 * len(paired), ANYWHERE, dtype=np.uint64)
    rules = np.flatnonzero(paired)
    first = np.left_shift(np.uint64(1), (2 * (np.arange(len(rules)) % _PAIRS)).astype(np.uint64))
    sides[2 * rules], sides[2 * rules + 1] = first, first << np.uint64(1)
    return sides


def _joins(rules: Sequence[Rule], order: Sequence[int]) -> tuple[Joins, int]:
    masks = dict.fromkeys(rule.theme for rule in rules if rule.kind == "mask")
    languages = dict.fromkeys(rule.language for rule in rules if rule.kind == "negation")
    names = [("mask", theme) for theme in masks] + [("not", language) for language in languages] + [("not any", "")]
    mark = {name: at for at, name in enumerate(names)}
    chosen = [rules[n] for n in order]
    return (
        Joins(
            number=np.array(order, dtype=np.int32),
            kind=np.array([_KINDS.get(rule.kind, LEFTMOST) for rule in chosen], dtype=np.int32),
            within=np.array([rule.within for rule in chosen], dtype=np.int64),
            ordered=np.array([rule.ordered for rule in chosen], dtype=np.uint8),
            hidden_by=_marks(-1 if r.kind == "veto" else mark.get(("mask", r.theme), -1) for r in chosen),
            negated_by=_marks(mark.get(_negation(rule), -1) if rule.drop_negated else -1 for rule in chosen),
            marks=np.array([_set_by(rule, mark) for rule in chosen], dtype=np.int32).reshape(-1, 2),
        ),
        len(mark),
    )


def _negation(rule: Rule) -> tuple[str, str]:
    return ("not", rule.language) if rule.language else ("not any", "")


def _set_by(rule: Rule, mark: dict[tuple[str, str], int]) -> tuple[int, int]:
    if rule.kind == "mask":
        return mark["mask", rule.theme], -1
    if rule.kind == "negation":
        return mark["not", rule.language], mark["not any", ""]
    return -1, -1


def _marks(values: Iterable[int]) -> Array:
    return np.array(list(values), dtype=np.int32)


def _key(rules: Sequence[Rule]) -> str | None:
    """Return what names ``rules`` as they are written, or None unless one codebook says all they stand for."""
    sides = [rule.sides for rule in rules if rule.kind != "regex"]
    written = [each for each in sides if isinstance(each, Sides)]
    if not written or len(written) < len(sides) or any(each.lexicons is not written[0].lexicons for each in written):
        return None
    said = repr((tuple(rules), written[0].lexicons))
    return key_of(said.encode("utf-8", "surrogatepass"))


def _to_bytes(automaton: Automaton) -> bytes:
    rest = [[astuple(element) for element in automaton.elements], automaton.n_marks, automaton.longest]
    written = np.frombuffer(json.dumps(rest).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez(file, **automaton.trie._asdict(), **automaton.joins._asdict(), rest=written)
    return file.getvalue()


def _from_bytes(form: bytes) -> Automaton:
    with np.load(io.BytesIO(form), allow_pickle=False) as arrays:
        trie = Trie(*(arrays[name] for name in Trie._fields))
        joins = Joins(*(arrays[name] for name in Joins._fields))
        elements, n_marks, longest = json.loads(arrays["rest"].tobytes())
    return Automaton(trie, joins, tuple(Element(*each) for each in elements), n_marks, longest)
