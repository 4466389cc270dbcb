"""What comes in and what goes out: an address taken apart, an answer in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from aidememoire.errors import SearchError
from aidememoire.explore.filters import Filters

__all__ = ["Answer", "Asked", "read_address"]

_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: the body in pieces, made only as they are asked for, its type, a status and headers."""

    pieces: Iterable[bytes]
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An address taken apart: the filters, the page of a list, one statement and one of its sentences."""

    filters: Filters
    page: int = 1
    statement_id: str = ""
    sentence: int | None = None

    def list_address(self) -> str:
        """Return the query string of a list: what is set, in one order, and nothing else."""
        return urlencode([*self.filters.items(), *([("page", self.page)] if self.page > 1 else [])])


def read_address(query: str) -> Asked:
    """Return what a query string asks for.

    Raises
    ------
    SearchError
        If it holds what no page knows.

    Examples
    --------
    >>> read_address("actor=XVE&theme=&page=2").list_address()
    'actor=XVE&page=2'
    """
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise SearchError(f"an address has at most {_MOST_FIELDS} fields") from None
    own = {name: given.pop(name, [""])[-1] for name in ("page", "id", "sentence")}
    for name in ("page", "sentence"):
        if own[name] and not (own[name].isascii() and own[name].isdecimal() and len(own[name]) < 10):
            raise SearchError(f"{name} must be a number; {own[name]!r} was given")
    sentence = int(own["sentence"]) if own["sentence"] else None
    return Asked(Filters.read(given), max(1, int(own["page"] or 1)), own["id"], sentence)
