"""Columns and types of every table that crosses a module.

A table is a pandas DataFrame. ``checked`` is called where a table leaves the module that made it, so a
wrong column is found at its maker and not three modules later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLES", "TableName", "checked", "empty"]

TableName = Literal[
    "statements", "statement_actors", "sentences", "mentions", "hits", "codes", "facets", "series", "shifts", "files"
]

TABLES: dict[TableName, dict[str, str]] = {
    "statements": {
        "statement_id": "str",
        "revision": "int64",
        "actor": "str",
        "actor_rule": "str",
        "speaker": "str",
        "role": "str",
        "agency": "str",
        "date": "str",  # ISO 8601 at the precision proved: 2021, 2021-09, 2021-09-03
        "date_precision": "str",
        "date_rule": "str",
        "published": "str",
        "place": "str",
        "occasion": "str",
        "language": "str",
        "kind": "str",
        "title": "str",
        "url": "str",
        "source_path": "str",
        "text_sha256": "str",
        "duplicate_of": "str",
        "event_id": "str",
        "ingested_at": "str",
    },
    "statement_actors": {
        "statement_id": "str",
        "actor": "str",
        "part": "str",  # issuer, counterpart, mentioned
    },
    "sentences": {
        "statement_id": "str",
        "sentence": "int64",
        "start": "int64",
        "end": "int64",
        "sentence_sha": "str",
        "voice": "str",
        "speaker": "str",
        "quote_start": "Int64",
        "quote_end": "Int64",
        "cue": "str",
        "clause_start": "Int64",  # the attribution clause, which is not content
        "clause_end": "Int64",
        "confidence": "float64",
        "technical": "str",
    },
    "mentions": {
        "statement_id": "str",
        "sentence": "int64",
        "actor": "str",
        "start": "int64",
        "end": "int64",
        "form": "str",
    },
    "hits": {
        "statement_id": "str",
        "sentence": "int64",
        "theme": "str",
        "rule": "str",
        "start": "int64",
        "end": "int64",
        "weight": "float64",
    },
    "codes": {
        "statement_id": "str",
        "sentence": "int64",
        "theme": "str",
        "coder": "str",
        "value": "int64",
        "score": "float64",
    },
    "facets": {
        "statement_id": "str",
        "sentence": "int64",
        "theme": "str",
        "facet": "str",
        "value": "str",
    },
    "series": {
        "theme": "str",
        "coder": "str",
        "coding": "str",
        "voices": "str",
        "measure": "str",
        "weighting": "str",
        "period": "str",
        # group columns stand here
        "n_sentences": "int64",
        "n_words": "Int64",  # missing unless words are the denominator
        "n_statements": "int64",
        "n_coded": "int64",
        "share": "float64",
        "low": "float64",
        "high": "float64",
        "corrected_share": "float64",
        "corrected_low": "float64",
        "corrected_high": "float64",
        "flag": "str",
    },
    "shifts": {
        "theme": "str",
        "coder": "str",
        # group columns stand here
        "method": "str",  # known_break, known_slope, unknown_break, trend
        "date": "str",  # the first period after the break; missing for a trend
        "low_date": "str",
        "high_date": "str",
        "before": "float64",  # shares; of known_slope, shares a period
        "after": "float64",
        "difference": "float64",
        "difference_low": "float64",
        "difference_high": "float64",
        "p_value": "float64",
        "q_value": "float64",
        "stability": "float64",
        "declared": "bool",
        "finding": "str",  # shift, no shift found, not testable: why
    },
    "files": {
        "source_path": "str",
        "status": "str",  # added, revised, unchanged, refused, missing
        "reason": "str",
        "reader": "str",
        "encoding": "str",
        "n_statements": "int64",
        "sha256": "str",
    },
}


def empty(name: TableName) -> pd.DataFrame:
    """Return the table ``name`` with its columns and types and no rows.

    Examples
    --------
    >>> list(empty("codes").columns)
    ['statement_id', 'sentence', 'theme', 'coder', 'value', 'score']
    """
    import pandas as pd

    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in TABLES[name].items()})


def checked(table: pd.DataFrame, name: TableName, groups: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return ``table`` with its columns in order, after checking that none is missing, strange or mistyped.

    Parameters
    ----------
    table
        The table as made. It is not changed.
    name
        Which of ``TABLES`` it is.
    groups
        Group columns, for ``series``, where they stand after ``period``, and ``shifts``, after ``coder``.

    Raises
    ------
    TypeError
        If a column is missing, unknown or of another type; says which.
    """
    want = dict(TABLES[name])
    order = list(want)
    if groups:
        at = order.index("coder" if name == "shifts" else "period") + 1
        order[at:at] = list(groups)
    missing = [column for column in order if column not in table.columns]
    strange = [column for column in table.columns if column not in order]
    if missing or strange:
        raise TypeError(f"table {name!r}: missing columns {missing}, unknown columns {strange}; it has {order}")
    wrong = {c: str(table[c].dtype) for c, dtype in want.items() if not _fits(str(table[c].dtype), dtype)}
    if wrong:
        raise TypeError(f"table {name!r}: wrong types {wrong}; expected { ({c: want[c] for c in wrong}) }")
    return table[order]


def _fits(found: str, wanted: str) -> bool:
    return found == wanted or (wanted == "str" and found == "category")
