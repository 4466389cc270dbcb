"""Documents take the formats in which ministries and agencies publish."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aidememoire.synthetic.compose import dateline
from aidememoire.synthetic.desk import Document
from aidememoire.synthetic.plan import Outlet
from aidememoire.synthetic.rendering import KINDS, body, csv_text, curly, markdown, page, slug, write_text
from aidememoire.synthetic.states import ACTOR_COLUMNS, actor_rows, states

__all__ = ["Placed", "place_documents"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A document and where it lies: a file and, where a file holds several, the record from 1 on."""

    document: Document
    path: str
    record: int | None = None

    @property
    def key(self) -> str:
        """``path`` or ``path#record``."""
        return self.path if self.record is None else f"{self.path}#{self.record}"


def _unused(taken: Counter[str], stem: str) -> str:
    taken[stem] += 1
    return stem if taken[stem] == 1 else f"{stem}-{taken[stem]}"


def _veldania(folder: Path, documents: Sequence[Document]) -> list[Placed]:
    taken: Counter[str] = Counter()
    placed, rows = [], []
    for document in documents:
        task = document.task
        name = _unused(taken, f"{task.day.isoformat()}-{KINDS[task.kind].replace('_', '-')}") + ".txt"
        write_text(folder / "veldania" / name, body(document) + "\n")
        placed.append(Placed(document, f"veldania/{name}"))
        joint = task.kind == "joint_statement"
        rows.append(
            {
                "file": name,
                "date": task.day.isoformat(),
                "actor": states()[task.actor].name,
                "co_issuer": states()[task.counterpart].name if joint else "",
                "speaker": document.speaker.name,
                "role": document.speaker.title.lower(),
                "place": document.place,
                "kind": KINDS[task.kind],
                "title": document.title,
            }
        )
    write_text(folder / "veldania" / "metadata.csv", csv_text(list(rows[0]), rows))
    return placed


def _telda(folder: Path, documents: Sequence[Document]) -> list[Placed]:
    """Every second story names its day in front; the others have it in the file name."""
    placed = []
    for number, document in enumerate(documents, start=1):
        day = document.task.day.isoformat()
        prefixed = number % 2 == 0
        name = f"telda-{number:03d}.txt" if prefixed else f"{day}-telda-{number:03d}.txt"
        front = f"date {day} " if prefixed else ""
        text = f"{front}{dateline(document, spaced=number % 3 == 0)} {body(document)}\n"
        write_text(folder / "telda" / name, curly(text) if number % 4 == 0 else text)
        placed.append(Placed(document, f"telda/{name}"))
    return placed


def _ilmaria(folder: Path, documents: Sequence[Document]) -> list[Placed]:
    """JSON lines whose column names are the ministry's own."""
    placed: list[Placed] = []
    lines: dict[str, list[str]] = {}
    for document in documents:
        task = document.task
        name = "releases-2010-2017.jsonl" if task.day.year < 2018 else "releases-2018-2026.jsonl"
        records = lines.setdefault(name, [])
        row = {
            "ref": f"IL-{task.day.year}-{len(records) + 1:03d}",
            "released": task.day.isoformat(),
            "issuer": "Ministry of Foreign Affairs of the Ilmarian Republic",
            "country": states()[task.actor].official_name,
            "said_by": document.speaker.name,
            "office": document.speaker.title.lower(),
            "town": document.place,
            "doctype": KINDS[task.kind],
            "headline": document.title,
            "body": body(document),
        }
        records.append(json.dumps(row, ensure_ascii=False))
        placed.append(Placed(document, f"ilmaria/{name}", len(records)))
    for name, records in lines.items():
        write_text(folder / "ilmaria" / name, "\n".join(records) + "\n")
    return placed


def _general_debate(folder: Path, documents: Sequence[Document]) -> list[Placed]:
    """One CSV of addresses that gives the year and no day."""
    rows = [
        {
            "session": str(document.task.day.year - 1945),
            "year": str(document.task.day.year),
            "country": states()[document.task.actor].official_name,
            "speaker_name": document.speaker.name,
            "post": document.speaker.title,
            "speech": body(document),
        }
        for document in documents
    ]
    path = "general_debate/addresses.csv"
    write_text(folder / path, csv_text(list(rows[0]), rows))
    return [Placed(document, path, record) for record, document in enumerate(documents, start=1)]


def _one_file_each(
    outlet: Outlet, ending: str, render: Callable[[Document], str], *, by_year: bool
) -> Callable[[Path, Sequence[Document]], list[Placed]]:
    def write(folder: Path, documents: Sequence[Document]) -> list[Placed]:
        taken: Counter[str] = Counter()
        placed = []
        for document in documents:
            day = document.task.day
            stem = _unused(taken, f"{day.isoformat()}-{slug(document.title)}")
            path = f"{outlet}/{f'{day.year}/' if by_year else ''}{stem}.{ending}"
            write_text(folder / path, render(document))
            placed.append(Placed(document, path))
        return placed

    return write


_OUTLETS: dict[Outlet, Callable[[Path, Sequence[Document]], list[Placed]]] = {
    "veldania": _veldania,
    "telda": _telda,
    "ilmaria": _ilmaria,
    "dorvath": _one_file_each("dorvath", "md", markdown, by_year=False),
    "lethwen": _one_file_each("lethwen", "html", page, by_year=True),
    "general_debate": _general_debate,
}


def place_documents(folder: Path, documents: Sequence[Document]) -> list[Placed]:
    """Write every document in the format of its outlet, and the table of actors.

    Returns
    -------
    list of Placed
        In the order of ``documents``.
    """
    found: dict[int, Placed] = {}
    for outlet, write in _OUTLETS.items():
        mine = [(n, document) for n, document in enumerate(documents) if document.task.outlet == outlet]
        placed = write(folder, [document for _, document in mine])
        found.update({n: item for (n, _), item in zip(mine, placed, strict=True)})
    write_text(folder / "actors.csv", csv_text(ACTOR_COLUMNS, actor_rows()))
    return [found[n] for n in range(len(documents))]
