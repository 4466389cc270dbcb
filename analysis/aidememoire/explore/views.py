"""What each page shows, as plain values for its template; knows nothing of HTML or HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aidememoire.errors import SearchError
from aidememoire.explore import queries
from aidememoire.explore.chart import Cell, cells, panels
from aidememoire.explore.filters import Filters
from aidememoire.explore.marking import runs
from aidememoire.explore.queries import Overview, Row, Sentence

__all__ = ["PAGE", "Listed", "in_context", "listed", "start", "statement", "theme"]

PAGE = 50  # sentences on a page
MOST_PANELS = 12
NEAR = 280  # characters of a neighbour that are shown


@dataclass(frozen=True, slots=True)
class Listed:
    """The filters as they were understood, how they were read, and what they find."""

    asked: Filters
    note: str
    counts: Overview


def start(connection: sqlite3.Connection, about: Row) -> Row:
    """All themes over time, each with its panel, and the same numbers as a table."""
    rows = queries.points(connection, "overview")
    carried = queries.n_counted(connection, "overview")
    shown = []
    for each in queries.themes(connection):
        if each["charted"]:
            found = cells([row for row in rows if row["theme"] == each["theme"]], "overview")
            drawn = panels(found, about["measure"])
            shown.append({**each, "cells": found, "panels": drawn, "n": carried.get(each["theme"], 0)})
    return {"themes": shown, "periods": _table([each["cells"] for each in shown])}


def theme(connection: sqlite3.Connection, about: Row, chosen: str) -> Row:
    """One theme by group: its panels, and the same numbers as a table.

    Raises
    ------
    KeyError
        If there is no such theme.
    """
    known = {each["theme"]: each for each in queries.themes(connection)}
    found = cells(queries.points(connection, "points", chosen), "chart")
    groups: dict[str, list[Cell]] = {}
    for cell in found:
        groups.setdefault(cell.group, []).append(cell)
    sizes = {group: sum(cell.n_sentences for cell in each) for group, each in groups.items()}
    largest = sorted(sizes, key=lambda group: (-sizes[group], group))[:MOST_PANELS]
    kept = [group for group in groups if group in largest]
    drawn = panels([cell for group in kept for cell in groups[group]], about["measure"])
    table = _table([groups[group] for group in kept])
    return {"theme": known[chosen], "panels": drawn, "periods": table, "groups": kept, "n_groups": len(groups)}


def listed(counts: Callable[[Filters], Overview], asked: Filters) -> Listed:
    """Count what the filters find; a query that full-text search does not read is looked for as it stands.

    Raises
    ------
    SearchError
        If nothing can be searched for either way.
    """
    try:
        return Listed(asked, "", counts(asked))
    except SearchError as problem:
        phrase = '"' + asked.q.replace('"', '""') + '"'
        if not any(character.isalnum() for character in asked.q):
            raise problem from None
        again = asked.but(q=phrase)
        return Listed(again, "This was no query as it stood, so it was looked for word by word.", counts(again))


def in_context(sentence: Sentence) -> Row:
    """One sentence of a list, with what stands beside it."""
    before, after = (" ".join(sentence.row[side].split()) for side in ("before", "after"))
    return {
        **_marked(sentence),
        # Cut at a space: a piece of a word is no context.
        "before": "… " + before[-NEAR:].partition(" ")[2] if len(before) > NEAR else before,
        "after": after[:NEAR].rpartition(" ")[0] + " …" if len(after) > NEAR else after,
    }


def statement(connection: sqlite3.Connection, statement_id: str, asked: Filters, chosen: int | None) -> Row:
    """One statement whole: its sentences and the gaps between them, the chosen sentence told apart.

    Raises
    ------
    KeyError
        If there is no such statement, or no such sentence in it.
    """
    row, numbers = queries.statement(connection, statement_id)
    text = row.pop("text")
    pieces: list[Row] = []
    at = 0
    for found in queries.sentences(connection, numbers, asked):
        first, number = found.row["start"], found.row["sentence"]
        beside = chosen is not None and abs(number - chosen) == 1
        pieces += [{"gap": text[at:first]}, {**_marked(found), "here": number == chosen, "beside": beside}]
        at = first + len(found.row["text"])
    pieces.append({"gap": text[at:]})
    here = next((piece for piece in pieces if piece.get("here")), None)
    if chosen is not None and here is None:
        raise KeyError(f"sentence {chosen} of {statement_id}")
    return {"statement": row, "pieces": pieces, "chosen": here}


def _marked(sentence: Sentence) -> Row:
    """One sentence: its runs, its codes, its themes with the highest value of each, the rules behind the marks."""
    themes: dict[str, int] = {}
    for code in sentence.codes:
        themes[code["theme"]] = max(code["value"], themes.get(code["theme"], 0))
    return {
        **sentence.row,
        "runs": runs(sentence.row["text"], sentence.spans),
        "codes": sentence.codes,
        "themes": themes,
        "rules": list(dict.fromkeys(each.note for each in sentence.spans if each.note)),
    }


def _table(columns: Sequence[Sequence[Cell]]) -> list[tuple[str, list[Cell | None]]]:
    """Rows of a table: a period, and its cell in each column."""
    by_period = [{cell.period: cell for cell in each} for each in columns]
    periods = sorted({period for each in by_period for period in each})
    return [(period, [each.get(period) for each in by_period]) for period in periods]
