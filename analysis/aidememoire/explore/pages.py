"""From an address to an answer: which view, in which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from aidememoire.errors import SearchError
from aidememoire.explore import queries, views
from aidememoire.explore.answers import Answer, Asked, read_address
from aidememoire.explore.filters import Filters
from aidememoire.explore.forms import fields
from aidememoire.explore.rendering import environment
from aidememoire.explore.sheets import FORMS, Form, Sheets

__all__ = ["Pages"]

_STATIC = Path(__file__).parent / "static"
_FILES = {
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    "/favicon.ico": ("icon.svg", "image/svg+xml"),  # where Datasette's pages make a browser look
}


class Pages:
    """The pages of one run.

    Parameters
    ----------
    path
        explore.db.
    """

    def __init__(self, path: Path):
        self.path = path
        with closing(queries.connect(path)) as connection:
            self.about = queries.about(connection)
            self.titles = {each["theme"]: each["title"] for each in queries.themes(connection)}
            patterns = queries.rules(connection)
        self._environment = environment(self.about, self.titles, patterns)
        self._sheets = Sheets(path)
        # The file never changes while it is open, so what was counted once stands.
        self._counts = lru_cache(maxsize=512)(self._count)
        self._started = lru_cache(maxsize=1)(self._start)
        self._values = lru_cache(maxsize=512)(self._look_up)
        self._pages: dict[str, Callable[[Asked], Answer]] = {
            "/": self._start_page,
            "/theme": self._theme,
            "/sentences": self._sentences,
            "/statement": self._statement,
            **{path: partial(self._static, *file) for path, file in _FILES.items()},
        }
        for form in FORMS:
            self._pages[f"/overview.{form}"] = partial(self._overview_sheet, form)
            self._pages[f"/theme.{form}"] = partial(self._theme_sheet, form)
            self._pages[f"/sentences.{form}"] = partial(self._sentences_sheet, form)
            self._pages[f"/statement.{form}"] = partial(self._statement_sheet, form)

    def answer(self, path: str, query: str) -> Answer:
        """Return the answer to an address; whatever is wrong with it is answered too."""
        try:
            if path not in self._pages:
                raise KeyError(path)
            asked = read_address(query)
            if path == "/sentences" and query != (address := asked.list_address()):
                # What stands in the browser's address is then the link to hand on.
                location = f"{path}?{address}" if address else path
                return Answer([], status=303, headers=(("Location", location),))
            return self._pages[path](asked)
        except SearchError as problem:
            return self._page("error.html", Filters(), status=400, why=str(problem))
        except KeyError as problem:
            why = f"There is nothing here under {problem.args[0]!r}."
            return self._page("error.html", Filters(), status=404, why=why)

    def _start_page(self, asked: Asked) -> Answer:
        return self._page("start.html", Filters(), **self._started())

    def _theme(self, asked: Asked) -> Answer:
        with closing(queries.connect(self.path)) as connection:
            shown = views.theme(connection, self.about, self._known(asked))
        return self._page("theme.html", asked.filters, **shown)

    def _sentences(self, asked: Asked) -> Answer:
        found = views.listed(self._counts, asked.filters)
        last = max(1, -(-found.counts.total // views.PAGE))
        number = min(asked.page, last)
        with closing(queries.connect(self.path)) as connection:
            numbers = queries.ids(connection, found.asked, views.PAGE, (number - 1) * views.PAGE)
            shown = [views.in_context(each) for each in queries.sentences(connection, numbers, found.asked)]
        form = fields(asked.filters, self.about, self._values)
        return self._page(
            "sentences.html", asked.filters, found=found, shown=shown, number=number, last=last, fields=form
        )

    def _statement(self, asked: Asked) -> Answer:
        with closing(queries.connect(self.path)) as connection:
            found = views.statement(connection, asked.statement_id, self._understood(asked), asked.sentence)
        return self._page("statement.html", asked.filters, **found)

    def _overview_sheet(self, form: Form, asked: Asked) -> Answer:
        return self._sheets.overview(form)

    def _theme_sheet(self, form: Form, asked: Asked) -> Answer:
        return self._sheets.theme(form, self._known(asked))

    def _sentences_sheet(self, form: Form, asked: Asked) -> Answer:
        return self._sheets.sentences(form, self._understood(asked))

    def _statement_sheet(self, form: Form, asked: Asked) -> Answer:
        return self._sheets.statement(form, asked.statement_id, self._understood(asked))

    def _static(self, name: str, content_type: str, asked: Asked) -> Answer:
        return Answer([(_STATIC / name).read_bytes()], content_type)

    def _page(self, template: str, asked: Filters, *, status: int = 200, **values: Any) -> Answer:
        html = self._environment.get_template(template).render(asked=asked, **values)
        return Answer([html.encode("utf-8", "replace")], status=status)

    def _known(self, asked: Asked) -> str:
        if asked.filters.theme not in self.titles:
            raise KeyError(f"theme={asked.filters.theme}")
        return asked.filters.theme

    def _understood(self, asked: Asked) -> Filters:
        """The filters with the search as the list of sentences reads it, so that all views hold the same sentences."""
        return views.listed(self._counts, asked.filters).asked if asked.filters.q else asked.filters

    def _count(self, asked: Filters) -> queries.Overview:
        with closing(queries.connect(self.path)) as connection:
            return queries.counts(connection, asked)

    def _start(self) -> Mapping[str, Any]:
        with closing(queries.connect(self.path)) as connection:
            shown = views.start(connection, self.about)
        return {**shown, "fields": fields(Filters(), self.about, self._values)}

    def _look_up(self, column: str, theme: str = "") -> Any:
        with closing(queries.connect(self.path)) as connection:
            if column == "theme":
                return [(each["theme"], each["title"]) for each in queries.themes(connection)]
            return queries.rules(connection, theme) if column == "rule" else queries.values(connection, column)
