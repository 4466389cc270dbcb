"""Readers on the real corpora, which are no part of the repository."""

import json
import lzma
import tarfile
from pathlib import Path

import pytest

from aidememoire.ingest import ReadOptions, read_corpus

pytestmark = pytest.mark.real


@pytest.fixture
def corpora(shared: Path) -> Path:
    return shared / "corpora"


def test_the_reference_story(corpora):
    (result,) = read_corpus(corpora / "tass_2021-09-03.txt", name="tass")
    (statement,) = result.statements
    assert (statement.date, statement.date_precision, statement.place) == ("2021-09-03", "day", "Moscow")
    assert (statement.agency, statement.actor) == ("TASS", "RUS")
    assert (statement.speaker, statement.role) == ("Sergey Lavrov", "foreign minister")
    assert statement.text.text.startswith("The groundwork")
    assert statement.text.text.count("\n") == 4


def test_one_session_of_the_general_debate(tmp_path, corpora):
    with tarfile.open(corpora / "ungdc_1946_2024.tar.xz") as archive:
        for member in archive:
            if "Session 01 - 1946/" in member.name or member.name.endswith(".xlsx"):
                archive.extract(member, tmp_path, filter="data")
    results = list(read_corpus(tmp_path, name="un"))
    statements = [statement for result in results for statement in result.statements]
    assert len(results) == len(statements) == 39
    assert {statement.date for statement in statements} == {"1946"}
    assert sum(statement.speaker is not None for statement in statements) > 30
    assert all("\ufeff" not in statement.text.text for statement in statements)


def test_records_of_a_presidents_site(tmp_path, corpora):
    with lzma.open(corpora / "kremlin_en.jsonl.xz", "rt", encoding="utf-8") as packed:
        lines = [next(packed) for _ in range(300)]
    path = tmp_path / "items.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    (result,) = read_corpus(path, name="k", options=ReadOptions(defaults={"actor": "RUS"}))
    assert len(result.statements) == 300
    assert result.refused_records == ()
    ids = [json.loads(line)["id"] for line in lines]
    assert [s.statement_id for s in result.statements] == [f"k/items.jsonl#{i}" for i in ids]
    assert {s.date_precision for s in result.statements} == {"day"}


def test_readouts_with_front_matter(tmp_path, corpora):
    with tarfile.open(corpora / "wh_readouts.tar.xz") as archive:
        names = [m for m in archive if m.name.endswith(".md") and "2024-1" in m.name][:40]
        archive.extractall(tmp_path, members=names, filter="data")
    results = list(read_corpus(tmp_path, name="wh", options=ReadOptions(defaults={"actor": "USA"})))
    assert len(results) == len(names)
    assert {result.reader for result in results} == {"frontmatter"}
    assert all(s.date and s.title and s.url and "\\" not in s.text.text for r in results for s in r.statements)
