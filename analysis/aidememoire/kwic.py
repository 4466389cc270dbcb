"""Keyword in context: from a query to the places where its words stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from aidememoire.store import Store

__all__ = ["search"]

CONTEXT = 60  # characters on each side

# Private characters that no statement holds: the store puts them around each match.
_OPEN, _CLOSE = "\ue010", "\ue011"
_MARKED = re.compile(f"{_OPEN}(.*?){_CLOSE}", re.DOTALL)
_COLUMNS = {"statement_id": "str", "start": "int64", "end": "int64", "left": "str", "keyword": "str", "right": "str"}


def search(store: Store, query: str, limit: int) -> pd.DataFrame:
    """Return each place where ``query`` matches, with its context.

    Parameters
    ----------
    store
        The statements.
    query
        An FTS5 query: words, ``"a phrase"``, ``falsif*``, AND, OR, NOT.
    limit
        Most statements looked at.

    Returns
    -------
    DataFrame
        Columns statement_id, start, end, left, keyword, right; offsets into the cleaned text.

    Raises
    ------
    StoreError
        If the query is not one that full-text search accepts.
    """
    rows = [
        (statement_id, *place)
        for statement_id, marked in store.search(query, limit, (_OPEN, _CLOSE))
        for place in _places(marked)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _places(marked: str) -> list[tuple[int, int, str, str, str]]:
    text = marked.replace(_OPEN, "").replace(_CLOSE, "")
    places = []
    for number, match in enumerate(_MARKED.finditer(marked)):
        start = match.start() - 2 * number
        end = start + len(match[1])
        left = " ".join(text[max(0, start - CONTEXT) : start].split())
        right = " ".join(text[end : end + CONTEXT].split())
        places.append((start, end, left, match[1], right))
    return places
