"""Regular expressions, searched only in sentences whose words allow a match.

Most expressions cannot match without a certain piece of a word: ``\\(spoke in [A-Z]`` needs ``spoke``. A piece of
letters and digits lies inside one token, so the vocabulary tells which sentences are worth a search. An
expression without such a piece is searched everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

__all__ = ["Fragment", "fragments"]

# The parser of ``re`` is private, but its nodes have been the same since Python 2; a test holds it to that.
_PARSER = import_module("re._parser")

# A second fragment is looked up only if it is about as rare as a word of three letters.
_SECOND = 12

_CASES = re.IGNORECASE | re.ASCII | re.UNICODE


@dataclass(frozen=True, slots=True)
class _Need:
    """Pieces of which a match contains at least one, and how rare the commonest is held to be."""

    pieces: tuple[str, ...] = ()
    weight: int = 0


@dataclass(slots=True)
class _Walk:
    needs: list[_Need] = field(default_factory=list)
    piece: str = ""
    weight: int = 0

    def add(self, piece: str, weight: int) -> None:
        self.piece += piece
        self.weight += weight

    def close(self) -> None:
        if self.weight:
            self.needs.append(_Need((self.piece,), self.weight))
        self.piece, self.weight = "", 0


class Fragment(NamedTuple):
    """What some token must contain: ``regex``, or, where plain text will do, one of ``texts``."""

    regex: re.Pattern[str]
    texts: tuple[str, ...]


def fragments(pattern: str) -> list[Fragment]:
    """Return at most two fragments, each found inside a token of every text in which ``pattern`` is found.

    Examples
    --------
    >>> [f.texts for f in fragments(r"^The meeting (rose|was closed), \\d{5}")]
    [('meeting',), ('rose', 'closed')]
    >>> fragments(r"^\\W+$")
    []
    """
    tree = _PARSER.parse(pattern)
    flags = tree.state.flags & _CASES
    best = sorted(_needs(tree), key=lambda need: -need.weight)[:2]
    found = []
    for need in best[:1] + [need for need in best[1:] if need.weight >= _SECOND]:
        plain = not flags & re.IGNORECASE and all(piece.isalnum() for piece in need.pieces)
        regex = re.compile(f"(?:{'|'.join(need.pieces)})", flags)
        found.append(Fragment(regex, need.pieces if plain else ()))
    return found


def _needs(nodes: Iterable[tuple[Any, Any]]) -> list[_Need]:
    walk = _Walk()
    for kind, value in nodes:
        piece, weight = _piece(str(kind), value)
        if weight:
            walk.add(piece, weight)
            continue
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, _, body = value
            piece, weight = _piece(*map(_name, body[0])) if len(body) == 1 else ("", 0)
            if least and weight:
                walk.add(f"{piece}{{{least}}}", weight * least)
            walk.close()
            if least and not weight:
                walk.needs += _needs(body)
            continue
        walk.close()
        walk.needs += _nested(str(kind), value)
    walk.close()
    return walk.needs


def _name(part: Any) -> Any:
    return str(part) if type(part).__name__ == "_NamedIntConstant" else part


def _nested(kind: str, value: Any) -> list[_Need]:
    if kind == "SUBPATTERN":
        _, added, dropped, body = value
        return [] if added or dropped else _needs(body)
    if kind == "BRANCH":
        best = [max(_needs(branch), key=lambda need: need.weight, default=_Need()) for branch in value[1]]
        if all(need.weight for need in best):
            return [_Need(tuple(piece for need in best for piece in need.pieces), min(need.weight for need in best))]
    return []


def _piece(kind: str, value: Any) -> tuple[str, int]:
    """Return one letter or digit, or a class of nothing else, as an expression with a weight for its rarity."""
    if kind == "LITERAL":
        char = chr(value)
        return (re.escape(char), 4) if char.isascii() and char.isalnum() else ("", 0)
    if kind == "IN":
        parts = [_member(str(name), member) for name, member in value]
        return (f"[{''.join(parts)}]", 1) if all(parts) else ("", 0)
    return "", 0


def _member(kind: str, value: Any) -> str:
    ends: Sequence[int] = (value, value) if kind == "LITERAL" else value if kind == "RANGE" else ()
    if kind == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
        return r"\d"
    low, high = map(chr, ends) if ends else ("", "")
    # A range within ASCII whose ends are both digits, or letters of one case, holds nothing else.
    alike = (
        (low.isdigit() and high.isdigit()) or (low.islower() and high.islower()) or (low.isupper() and high.isupper())
    )
    return f"{low}-{high}" if low.isascii() and high.isascii() and alike else ""
