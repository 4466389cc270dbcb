"""Every view as CSV and JSON: all its rows, not a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

from aidememoire.explore import queries
from aidememoire.explore.answers import Answer
from aidememoire.explore.downloads import SENTENCE_COLUMNS, csv_pieces, json_pieces, sentence_row
from aidememoire.explore.filters import Filters
from aidememoire.explore.queries import Row

__all__ = ["FORMS", "Form", "Sheets"]

Form = Literal["csv", "json"]
FORMS: dict[Form, str] = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
_BATCH = 500  # sentences that are looked up at once


class Sheets:
    """The downloads of one run.

    Parameters
    ----------
    path
        explore.db.
    """

    def __init__(self, path: Path):
        self.path = path

    def overview(self, form: Form) -> Answer:
        """The points of all themes over all groups."""
        with closing(queries.connect(self.path)) as connection:
            return _points("overview", form, queries.points(connection, "overview"), {})

    def theme(self, form: Form, theme: str) -> Answer:
        """The points of one theme by group."""
        with closing(queries.connect(self.path)) as connection:
            return _points(theme, form, queries.points(connection, "points", theme), {"theme": theme})

    def sentences(self, form: Form, asked: Filters) -> Answer:
        """All sentences that fulfil the filters."""
        with closing(queries.connect(self.path)) as connection:
            return self._sentences("sentences", form, queries.ids(connection, asked), asked, {})

    def statement(self, form: Form, statement_id: str, asked: Filters) -> Answer:
        """All sentences of one statement."""
        with closing(queries.connect(self.path)) as connection:
            row, numbers = queries.statement(connection, statement_id)
        return self._sentences("statement", form, numbers, asked, {"statement": row})

    def _sentences(self, name: str, form: Form, numbers: list[int], asked: Filters, head: Row) -> Answer:
        head = {**head, "filters": dict(asked.items()), "total": len(numbers)}
        return _answer(name, form, self._batches(numbers, asked), SENTENCE_COLUMNS, "sentences", head)

    def _batches(self, numbers: list[int], asked: Filters) -> Iterator[list[Row]]:
        for at in range(0, len(numbers), _BATCH):
            with closing(queries.connect(self.path)) as connection:
                found = queries.sentences(connection, numbers[at : at + _BATCH], asked)
            yield [sentence_row(each) for each in found]


def _points(name: str, form: Form, rows: list[Row], head: Row) -> Answer:
    return _answer(name, form, [rows], tuple(rows[0]) if rows else (), "points", head)


def _answer(
    name: str, form: Form, pieces: Iterable[list[Row]], columns: tuple[str, ...], rows: str, head: Row
) -> Answer:
    made = csv_pieces(pieces, columns) if form == "csv" else json_pieces(head, rows, pieces)
    named = (("Content-Disposition", f'attachment; filename="{name}.csv"'),) if form == "csv" else ()
    return Answer(made, FORMS[form], headers=named)
