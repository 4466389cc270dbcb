"""What an edit of a codebook changes: the rules that must be looked for again, and how their hits join the kept ones.

Where a rule hits is decided by its own phrases, the masks of its theme and, if it drops negated hits, the words that
negate; no other rule has a say in it (``matching.plain``, 2 to 7). So a rule of which all that is as it was has the
hits it had, under whatever number it now stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np

from aidememoire.codebook.patterns import LEXICON
from aidememoire.matching.fast.engine import MATCHES
from aidememoire.matching.rules import Rule, Sides

__all__ = ["Edit", "definitions", "edit_of", "merged"]

Array = np.ndarray[Any, np.dtype[Any]]

# These give no hits of their own.
_SILENT = ("mask", "negation")


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edited codebook needs beside the hits of the one before it.

    Attributes
    ----------
    rules
        To be looked for: those that are new or changed, and what masks or negates their hits.
    numbers
        Their positions in the edited codebook.
    moved
        By position in the codebook before it, the position of the same rule in the edited one; -1 if it is gone.
    ranks
        By position in the edited codebook, the place of the rule's hits in a sentence: regular expressions are last.
    """

    rules: tuple[Rule, ...]
    numbers: Array
    moved: Array
    ranks: Array


def definitions(rules: Sequence[Rule]) -> list[str]:
    """Return for each rule a SHA-256 of all that decides where it hits, in the words of the codebook.

    Examples
    --------
    >>> from aidememoire.codebook.patterns import expand
    >>> first = Rule("t.phrase.1", "t", "phrase", "the past", (expand("the past", {}),))
    >>> moved = Rule("u.phrase.9", "u", "phrase", "the past", (expand("the past", {}),), weight=2.0)
    >>> mask = Rule("u.mask.1", "u", "mask", "over the past", (expand("over the past", {}),))
    >>> definitions([first])[0] == definitions([moved])[0], definitions([moved])[0] == definitions([moved, mask])[0]
    (True, False)
    """
    own = [repr((*_sides(rule), rule.kind, rule.within, rule.ordered)) for rule in rules]
    masks = _by_name((rule.theme, said) for rule, said in zip(rules, own, strict=True) if rule.kind == "mask")
    negations = _by_name(
        (name, said)
        for rule, said in zip(rules, own, strict=True)
        if rule.kind == "negation"
        for name in (rule.language, "")
    )
    found = []
    for rule, said in zip(rules, own, strict=True):
        hidden_by = () if rule.kind == "veto" else masks.get(rule.theme, ())
        negated_by = negations.get(rule.language, ()) if rule.drop_negated else ()
        found.append(hashlib.sha256(repr((said, hidden_by, negated_by)).encode("utf-8", "surrogatepass")).hexdigest())
    return found


def edit_of(before: Sequence[str], after: Sequence[str], rules: Sequence[Rule]) -> Edit | None:
    """Return what changed between two codebooks, or None where most of it did.

    Parameters
    ----------
    before, after
        Their ``definitions``.
    rules
        The edited codebook's.
    """
    left: dict[str, list[int]] = {}
    for number, definition in enumerate(before):
        left.setdefault(definition, []).append(number)
    moved = np.full(len(before), -1, dtype=np.int32)
    changed = []
    for number, (rule, definition) in enumerate(zip(rules, after, strict=True)):
        if same := left.get(definition):
            # Each kept rule lends its hits once: two rules may say the same.
            moved[same.pop(0)] = number
        elif rule.kind not in _SILENT:
            changed.append(number)
    if 2 * len(changed) > sum(rule.kind not in _SILENT for rule in rules):
        return None
    last = np.array([rule.kind == "regex" for rule in rules], dtype=np.int64)
    numbers = _with_silent(rules, changed)
    return Edit(
        rules=tuple(rules[n] for n in numbers),
        numbers=np.array(numbers, dtype=np.int32),
        moved=moved,
        ranks=np.arange(len(rules)) + len(rules) * last,
    )


def merged(edit: Edit, kept: Sequence[Array], found: Sequence[Array]) -> list[Array]:
    """Return the hits of each text under the edited codebook, as a matcher of all its rules would.

    Parameters
    ----------
    edit
        What was edited.
    kept
        For each text, its hits under the codebook before.
    found
        For each text, the hits of ``edit.rules``.
    """
    # As bytes: numpy compares the fields of all arrays that it is to put together.
    rows = np.frombuffer(bytearray().join([each.tobytes() for each in (*kept, *found)]), dtype=MATCHES)
    n_old = sum(map(len, kept))
    rules = np.concatenate([edit.moved[rows["rule"][:n_old]], edit.numbers[rows["rule"][n_old:]]])
    rows["rule"] = rules
    texts = np.repeat(np.tile(np.arange(len(kept)), 2), list(map(len, [*kept, *found])))
    # A rule that is gone has no hits, and no rank to sort them by.
    there = rules >= 0
    rows, rules, texts = rows[there], rules[there], texts[there]
    # All hits of a rule in a sentence come from one side, in their order, which a stable sort leaves.
    places = texts * (1 + rows["sentence"].max(initial=0).astype(np.int64)) + rows["sentence"]
    order = np.argsort(places * 2 * len(edit.ranks) + edit.ranks[rules], kind="stable")
    rows = rows[order]
    cuts = np.searchsorted(texts[order], np.arange(len(kept) + 1)).tolist()
    return [rows[low:high] for low, high in pairwise(cuts)]


def _sides(rule: Rule) -> tuple[object, ...]:
    """Return what the sides of a rule say, with the lexicons they name; a regular expression is its pattern."""
    if rule.kind == "regex":
        return (rule.pattern,)
    if not isinstance(rule.sides, Sides):
        return (tuple(rule.sides),)
    patterns = list(chain.from_iterable(rule.sides.written))
    named: dict[str, tuple[str, ...]] = {}
    while patterns:
        for name in LEXICON.findall(patterns.pop()):
            if name not in named:
                named[name] = tuple(rule.sides.lexicons[name])
                patterns += named[name]
    return rule.sides.written, rule.sides.cased, sorted(named.items())


def _by_name(said: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Gather what was said by name, in an order that is not that of the codebook."""
    found: dict[str, set[str]] = {}
    for name, each in said:
        found.setdefault(name, set()).add(each)
    return {name: sorted(each) for name, each in found.items()}


def _with_silent(rules: Sequence[Rule], changed: Sequence[int]) -> list[int]:
    """Add the masks of the changed rules' themes, and all negations if any of these rules drops negated hits."""
    if not changed:
        return []
    themes = {rules[n].theme for n in changed}
    drops = any(rules[n].drop_negated for n in changed)
    acting = [
        n
        for n, rule in enumerate(rules)
        if (rule.kind == "mask" and rule.theme in themes) or (rule.kind == "negation" and drops)
    ]
    return sorted([*changed, *acting])
