"""Which statements and sentences a comparison looks at, and which of them are coded: as ``series`` counts them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Method, StanceSet, VoiceSet
from aidememoire.counting import LEAST_VALUE, category_codes, count_statements, counted_codes, eligible_sentences
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Asked", "Chosen", "Group", "choose", "coded_sentences", "in_group", "label_of", "owners_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Columns of the statements table and the values wanted; ``since`` and ``until`` are dates, both included.
Group = Mapping[str, str | Sequence[str]]

_BOUNDS = ("since", "until")
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words and codes count; see ``series``."""

    voices: VoiceSet = "attributed"
    codes: Codes = "strict"
    stances: StanceSet = "all"
    count: Count = "statements"
    coder: Method | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Statements with their eligible sentences.

    Attributes
    ----------
    statements
        One row a statement, as ``count_statements`` returns it.
    rows
        Positions of the eligible sentences in ``coding.sentences``, in order.
    owner
        Row of ``statements`` for each of them.
    coder
        Whose codes.
    """

    statements: pd.DataFrame
    rows: Array
    owner: Array
    coder: str


def choose(coding: Coding, asked: Asked, by: tuple[str, ...] = ()) -> Chosen:
    """Return the statements that count and their eligible sentences; undated ones among them."""
    counted = count_statements(
        coding,
        period="all",
        by=by,
        voices=asked.voices,
        codes=asked.codes,
        stances=asked.stances,
        count=asked.count,
        coder=asked.coder,
    )
    owner = owners_of(coding)
    place = np.full(len(coding.statements), -1, dtype=np.int64)
    place[coding.statements["statement_id"].isin(counted.table["statement_id"]).to_numpy()] = np.arange(
        len(counted.table)
    )
    rows = np.flatnonzero(eligible_sentences(coding.sentences, asked.voices) & (place[owner] >= 0))
    return Chosen(counted.table, rows, place[owner[rows]], counted.coder)


def owners_of(coding: Coding) -> Array:
    """Return the position in ``coding.statements`` of the statement of each sentence."""
    return category_codes(coding.sentences["statement_id"], len(coding.sentences))


def coded_sentences(coding: Coding, asked: Asked, coder: str) -> pd.DataFrame:
    """Return the codes that count in a numerator: columns row (of ``coding.sentences``), theme, value."""
    found = counted_codes(coding, coder, asked.voices, LEAST_VALUE[asked.codes], asked.stances)
    owner = owners_of(coding)
    first = np.searchsorted(owner, np.arange(len(coding.statements)))
    statement = category_codes(found["statement_id"], len(found))
    row = first[statement] + found["sentence"].to_numpy(dtype=np.int64)
    table = pd.DataFrame({"row": row, "theme": found["theme"].astype("str"), "value": found["value"].to_numpy()})
    eligible = eligible_sentences(coding.sentences, asked.voices)
    kept: pd.DataFrame = table[eligible[row]] if len(table) else table
    return kept.sort_values(["row", "theme"], ignore_index=True)


def in_group(statements: pd.DataFrame, group: Group, name: str) -> Array:
    """Return which rows of a statements table belong to a group.

    Parameters
    ----------
    statements
        With the columns that the group names.
    group
        Column to one value or several; ``since`` and ``until`` to an ISO date (year, month or day), both included.
    name
        What the group is called in errors.

    Raises
    ------
    SeriesError
        If a column does not exist, a bound is no date, or dates are coarser than a bound.

    Examples
    --------
    >>> table = pd.DataFrame({"actor": ["XAA", "XAA", "XBB"], "date": ["2013-12-31", "2014-01-01", "2014-05-01"]})
    >>> in_group(table, {"actor": "XAA", "since": "2014"}, "a").tolist()
    [False, True, False]
    """
    member = np.ones(len(statements), dtype=bool)
    for column, wanted in group.items():
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if column in _BOUNDS:
            member &= _bounded(statements["date"], column, values, name)
        elif column in statements.columns:
            member &= statements[column].isin(list(values)).to_numpy()
        else:
            known = ", ".join((*_BOUNDS, *statements.columns))
            raise SeriesError(f"{name}: no column {column!r} to choose statements by; there are {known}")
    return member


def _bounded(dates: pd.Series[str], side: str, values: tuple[str, ...], name: str) -> Array:
    bound = values[0] if len(values) == 1 else ""
    if not _ISO.fullmatch(bound):
        raise SeriesError(f"{name}: {side} must be one date such as 2014, 2014-03 or 2014-03-18; {values} was given")
    coarse = dates[dates.str.len() < len(bound)]
    if len(coarse):
        raise SeriesError(
            f"{name}: {side}={bound} is finer than the dates of {len(coarse):,} statements"
            f" (for instance {coarse.iloc[0]}); give a coarser date"
        )
    shown = dates.fillna("").str.slice(0, len(bound))
    inside = (shown >= bound) if side == "since" else (shown <= bound)
    return np.asarray(inside & dates.notna())


def label_of(group: Group | None) -> str:
    """Return a group in words.

    Examples
    --------
    >>> label_of({"actor": ["XAA", "XBB"], "since": "2014"})
    'actor XAA, XBB; since 2014'
    """
    if group is None:
        return "all others"
    said = [f"{column} {wanted if isinstance(wanted, str) else ', '.join(wanted)}" for column, wanted in group.items()]
    return "; ".join(said) or "all"
