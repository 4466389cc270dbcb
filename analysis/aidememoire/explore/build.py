"""explore.db: the tables of one run in one file, made from its study.db when it is missing or old."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.codebook import load_codebook
from aidememoire.corpus import Corpus
from aidememoire.errors import StoreError, StudyError
from aidememoire.kept import key_of
from aidememoire.studyfile import Study

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.codebook import Codebook
    from aidememoire.coding import Coding
    from aidememoire.explore.tables import ExploreTables
    from aidememoire.store import Store

__all__ = ["explore_file"]

Say = Callable[[str], None]
_HERE = Path(__file__).parent
_COUNTS = ["n_sentences", "n_statements", "n_coded"]


def explore_file(plan: Study, folder: Path, say: Say = lambda _: None) -> Path:
    """Return the path of ``explore.db`` of the run in ``folder``, after making it if it is missing or old.

    Parameters
    ----------
    plan
        The study.
    folder
        Where its run left its results.
    say
        Called with a line whenever there is something to tell.

    Raises
    ------
    StudyError
        If there is no run, or study, codebook or program are not those of the run.
    StoreError
        If the file cannot be written.
    """
    manifest, written = _manifest(plan, folder)
    codebook = load_codebook(plan.codebook_path)
    if (manifest["study"]["sha256"], manifest["codebook"]["sha256"]) != (plan.sha256, codebook.sha256):
        raise _again(plan, folder, "the study or its codebook was edited since")
    key = key_of(written, plan.sha256.encode())
    path = folder / "explore.db"
    if _key(path) == key:
        return path
    say("preparing the page; this is done once a run")
    with Corpus.open(folder / "study.db") as corpus:
        _write_whole(path, lambda part: _fill(part, plan, corpus, codebook, folder, key, say))
    return path


def _manifest(plan: Study, folder: Path) -> tuple[dict[str, Any], bytes]:
    try:
        written = (folder / "manifest.json").read_bytes()
        manifest = json.loads(written)
        # Looked at here, so that whatever is missing is told as what it is.
        _ = manifest["study"]["sha256"], manifest["codebook"]["sha256"]
        there = (folder / "study.db").exists()
    except (OSError, ValueError, KeyError, TypeError):
        there = False
    if not there:
        raise StudyError(f"no results in {folder}; first: {_command(plan, folder)}", file=plan.file, field="--out")
    return manifest, written


def _again(plan: Study, folder: Path, why: str) -> StudyError:
    return StudyError(f"{why} the run in {folder}, so run it again: {_command(plan, folder)}", file=plan.file)


def _command(plan: Study, folder: Path) -> str:
    elsewhere = "" if folder == plan.file.parent / "out" else f" --out {folder}"
    return f"aidememoire run {plan.file}{elsewhere}"


def _key(path: Path) -> str | None:
    """What the file was made from; None if it is not there, or not whole."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM about WHERE key = 'made_from'").fetchone()
        return str(json.loads(row[0])) if row else None
    except (sqlite3.Error, ValueError):
        return None


def _write_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Write aside and move, so that a page that is open keeps its file and a killed run leaves none by halves."""
    part = path.with_name(f"explore-{os.getpid()}.part")
    try:
        try:
            part.unlink(missing_ok=True)
            fill(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as problem:
        raise StoreError(f"{path}: cannot be written ({problem}); explore needs a folder it can write") from None


def _fill(part: Path, plan: Study, corpus: Corpus, codebook: Codebook, folder: Path, key: str, say: Say) -> None:
    from aidememoire.coding import code
    from aidememoire.explore.tables import explore_tables

    coding = code(corpus, codebook, method=plan.coder)
    tables = explore_tables(coding, plan.series)
    if not _as_reported(tables.points, folder / "series.csv"):
        raise _again(plan, folder, "statements or program have changed since")
    say(f"{len(tables.statements):,} statements, {len(tables.sentences):,} sentences, {len(tables.hits):,} hits")
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        # Nothing of it is worth a journal: what is not whole is thrown away.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
        connection.executescript((_HERE / "schema.sql").read_text(encoding="utf-8"))
        connection.execute("BEGIN")
        _put_codebook(connection, plan, codebook)
        _put_texts(connection, corpus.store, tables)
        for name in ("hits", "codes", "counted"):
            table = getattr(tables, name).sort_values("sentence_id", kind="stable")
            _put(connection, name, table)
        for name in ("points", "overview"):
            _put_new(connection, name, getattr(tables, name))
        _put_about(connection, plan, coding, key)
        connection.execute("COMMIT")
        connection.executescript((_HERE / "indices.sql").read_text(encoding="utf-8"))
        connection.execute("ANALYZE")


def _as_reported(points: pd.DataFrame, reported: Path) -> bool:
    """Whether the counts are those of the run, so that a point opened here is the point of the report."""
    import pandas as pd

    try:
        found = pd.read_csv(reported, usecols=_COUNTS)[_COUNTS]
    except (OSError, ValueError):
        return False
    return bool(found.to_numpy().tolist() == points[_COUNTS].to_numpy().tolist())


def _put_codebook(connection: sqlite3.Connection, plan: Study, codebook: Codebook) -> None:
    from aidememoire.matching import compile_rules

    order = [*plan.themes, *(theme for theme in codebook.theme_ids if theme not in plan.themes)]
    charted = set(plan.themes or codebook.theme_ids)
    themes = (codebook.theme(theme) for theme in order)
    connection.executemany(
        "INSERT INTO themes VALUES (?, ?, ?, ?, ?)",
        ((number, each.id, each.title, each.definition, each.id in charted) for number, each in enumerate(themes)),
    )
    rules = compile_rules(codebook)
    connection.executemany("INSERT INTO rules VALUES (?, ?, ?)", ((r.id, r.theme, r.pattern) for r in rules))


def _put_texts(connection: sqlite3.Connection, store: Store, tables: ExploreTables) -> None:
    """Statements, their texts, their sentences and what finds them."""
    hashes = tables.statements["text_sha256"].tolist()
    numbers = {text: number for number, text in enumerate(dict.fromkeys(hashes))}
    columns = [name for (_, name, *_) in connection.execute("PRAGMA table_info(statements)")]
    statements = tables.statements.assign(id=range(len(hashes)), text_id=[numbers[text] for text in hashes])
    _put(connection, "statements", statements[columns])
    _put(connection, "sentences", tables.sentences)
    connection.executemany(
        "INSERT INTO texts VALUES (?, ?)", ((numbers[text], body) for text, body in store.texts(numbers))
    )
    rows = tables.sentences
    spans = zip(*(rows[column].tolist() for column in ("id", "statement", "start", "end")), strict=True)
    connection.executemany("INSERT INTO sentences_search (rowid, text) VALUES (?, ?)", _cut(store, hashes, spans))


def _cut(store: Store, hashes: list[str], spans: Iterator[tuple[int, ...]]) -> Iterator[tuple[int, str]]:
    # Sliced here, a text at a time: the view would read a whole text anew for each of its sentences.
    at, body = -1, ""
    for number, statement, start, end in spans:
        if statement != at:
            at, body = statement, store.text(hashes[statement])
        yield number, body[start:end]


def _put(connection: sqlite3.Connection, name: str, table: pd.DataFrame) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * table.shape[1])
    connection.executemany(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', _rows(table))


def _put_new(connection: sqlite3.Connection, name: str, table: pd.DataFrame) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
    _put(connection, name, table)


def _rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    columns = [table[column].astype(object).where(table[column].notna(), None).tolist() for column in table.columns]
    return zip(*columns, strict=True)


def _put_about(connection: sqlite3.Connection, plan: Study, coding: Coding, key: str) -> None:
    asked = plan.series
    about = {
        "made_from": key,
        "title": plan.title,
        "description": plan.description,
        "notes": list(plan.notes),
        "by": list(asked.by),
        "period": asked.period,
        "voices": asked.voices,
        "codes": asked.codes,
        "measure": asked.measure,
        "weighting": asked.weighting,
        "window": asked.window,
        "count": asked.count,
        "coder": coding.method,
        "n_statements": len(coding.statements),
        "n_sentences": len(coding.sentences),
    }
    rows = ((name, json.dumps(value, ensure_ascii=False)) for name, value in about.items())
    connection.executemany("INSERT INTO about VALUES (?, ?)", rows)
