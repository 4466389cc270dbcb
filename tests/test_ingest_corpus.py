"""Whole files and folders, with invented states."""

import gzip
import json
import os
import random

import pytest

from aidememoire.errors import MissingExtraError
from aidememoire.ingest import ReadOptions, builtin_actors, corpus, read_actors, read_corpus

ACTORS = builtin_actors().extended({"KRV": {"name": "Karvenia", "demonyms": ["Karvenian"]}})
OPTIONS = ReadOptions(actors=ACTORS)
STORY = (
    "date 2021-09-03 NEU KARVEN, September 3. /NORDPOST/. The border is open, Karvenian Foreign Minister Ana Lind said."
    "\n\n“We remember,” she added."
)
PAGE = """<html lang="en"><head><meta charset="{charset}"><title>A speech</title>
<link rel="canonical" href="https://krv.example/speech">
<meta property="article:published_time" content="2019-05-09T10:00:00Z"></head><body><article>
<h1>A speech</h1><p>{one}</p><p>{two}</p></article><footer>Copyright 1998-2026</footer></body></html>"""


def read(root, **options):
    options.setdefault("options", OPTIONS)
    return {result.source_path: result for result in read_corpus(root, name="c", **options)}


def states(results):
    return {path: result.state for path, result in results.items() if result.state}


def only(results, path):
    (statement,) = results[path].statements
    return statement


def test_a_wire_story(tmp_path):
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    statement = only(read(tmp_path), "story.txt")
    assert statement.statement_id == "c/story.txt"
    assert (statement.date, statement.date_precision) == ("2021-09-03", "day")
    assert statement.date_rule == "dateline, year from date prefix"
    assert (statement.place, statement.agency, statement.kind) == ("Neu Karven", "NORDPOST", "wire_story")
    assert (statement.actor, statement.speaker, statement.role) == ("KRV", "Ana Lind", "foreign minister")
    assert statement.text.text.startswith("The border")
    assert statement.text.raw == STORY


def test_plain_text_with_a_table(tmp_path):
    (tmp_path / "a.txt").write_text("We remember.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("We hope.", encoding="utf-8")
    table = "file,actor,date,speaker,kind\na.txt,Karvenia,2020-05,Ana Lind,press release\nlost.txt,Karvenia,2020,,\n"
    (tmp_path / "metadata.csv").write_text(table, encoding="utf-8")
    results = read(tmp_path)
    statement = only(results, "a.txt")
    assert (statement.actor, statement.actor_rule) == ("KRV", "metadata table")
    assert (statement.date, statement.date_precision, statement.date_rule) == ("2020-05", "month", "metadata table")
    assert (statement.speaker, statement.kind) == ("Ana Lind", "press_release")
    assert only(results, "b.txt").date is None
    assert results["metadata.csv"].refused_records == (
        ("row 3", "there is no file lost.txt"),
        ("b.txt", "has no row here; read without metadata"),
    )


def test_a_table_as_a_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["file", "actor", "date"])
    book.active.append(["a.txt", "KRV", 2020])
    book.save(tmp_path / "metadata.xlsx")
    (tmp_path / "a.txt").write_text("We remember.", encoding="utf-8")
    results = read(tmp_path)
    assert list(results) == ["a.txt"]
    assert only(results, "a.txt").date == "2020"


def test_a_broken_table_refuses_what_depends_on_it(tmp_path):
    (tmp_path / "metadata.csv").write_text("name,actor\na.txt,KRV\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("We remember.", encoding="utf-8")
    results = read(tmp_path)
    assert "has no column 'file'" in results["a.txt"].reason
    assert results["metadata.csv"].status == "refused"


def test_speeches_of_the_general_debate(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["Year", "Session", "ISO Code", "Country", "Name of Person Speaking", "Post"],
        [1980, 35, "KRV", "Karvenia", "Mrs. Ana LIND", "Minister for Foreign Affairs"],
        [1980, 35, "ARD", "Ardenia", "Mr. One", "President"],
        [1980, 35, "ARD", "Ardenia", "Mr. Two", "President"],
    ):
        book.active.append(row)
    book.save(tmp_path / "Speakers_by_session.xlsx")
    session = tmp_path / "TXT" / "Session 35 - 1980"
    session.mkdir(parents=True)
    for code in ("KRV", "ARD", "RUS"):
        (session / f"{code}_35_1980.txt").write_text("12.\tWe remember.\n13.\tWe hope.", encoding="utf-8-sig")
    results = read(tmp_path, options=ReadOptions())
    found = {result.statements[0].actor: result.statements[0] for result in results.values()}
    assert set(found) == {"KRV", "ARD", "RUS"}
    assert (found["KRV"].speaker, found["KRV"].role) == ("Ana Lind", "foreign minister")
    assert found["ARD"].speaker is None
    assert (found["RUS"].date, found["RUS"].date_precision, found["RUS"].date_rule) == ("1980", "year", "file name")
    assert (found["RUS"].kind, found["RUS"].place, found["RUS"].occasion) == ("speech", None, "UN General Debate")
    assert found["RUS"].text.text == "We remember.\nWe hope."


def test_json_lines_with_a_mapping(tmp_path):
    lines = [
        json.dumps({"nr": 70, "body": "We remember.", "when": "9 May 2020", "state": "Karvenia", "title": "T"}),
        "{not json",
        json.dumps(["a list"]),
        json.dumps({"nr": 70, "body": "Again."}),
        json.dumps({"nr": 80, "title": "no text"}),
        json.dumps({"nr": 90, "body": "Lone \ud800 half.", "state": "Nowhere"}),
        json.dumps({"body": "No id."}),
    ]
    (tmp_path / "items.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    columns = {"id": "nr", "text": "body", "date": "when", "actor": "state"}
    result = read(tmp_path, options=ReadOptions(columns=columns, defaults={"actor": "KRV"}, actors=ACTORS))[
        "items.jsonl.gz"
    ]
    first, second, third = result.statements
    assert (first.statement_id, first.date, first.actor, first.title) == (
        "c/items.jsonl.gz#70",
        "2020-05-09",
        "KRV",
        "T",
    )
    assert (second.actor, second.actor_rule) == ("Nowhere", "column, not in the actor table")
    assert second.text.text == "Lone ? half."
    assert (third.statement_id, third.actor_rule) == ("c/items.jsonl.gz#7", "study default")
    assert [where for where, _ in result.refused_records] == ["line 2", "line 3", "line 4", "line 5"]
    assert "not valid JSON" in result.refused_records[0][1]


def test_csv_in_an_old_encoding(tmp_path):
    table = 'id;text;date;agency\n1;"Мы помним.\nИ надеемся.";03.09.2021;ТАСС\n2;мало\n3;Мир;2020;\n'
    (tmp_path / "items.csv").write_bytes(table.encode("cp1251"))
    result = read(tmp_path)["items.csv"]
    assert result.encoding == "cp1251"
    assert [s.date for s in result.statements] == ["2021-09-03", "2020"]
    assert result.statements[0].text.text == "Мы помним.\nИ надеемся."
    assert result.refused_records == (("line 4", "has more or fewer cells than the header"),)


def test_front_matter(tmp_path):
    header = "---\ndate: 2024-10-25\npublished_time: 2024-10-25 23:00:00-04:00\nsource_url: https://x.example/1\n"
    (tmp_path / "a.md").write_text(
        header + "title: A\\_B\nactor: NO\ntags: [a]\n---\n\nWe **met**.\n", encoding="utf-8"
    )
    (tmp_path / "bad.md").write_text('---\ndate: 2024\ntitle: "open\n---\nText', encoding="utf-8")
    (tmp_path / "never.txt").write_text("---\ndate: 2024\nText", encoding="utf-8")
    results = read(tmp_path)
    statement = only(results, "a.md")
    assert (statement.date, statement.date_rule, statement.published) == ("2024-10-25", "front matter", "2024-10-25")
    assert (statement.url, statement.actor) == ("https://x.example/1", "NO")
    assert statement.text.text == "We met."
    assert statement.text.raw.startswith("---")
    assert results["bad.md"].reason.startswith("line 3: the header is not YAML")
    assert "never closed" in results["never.txt"].reason


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r"])
def test_a_web_page_that_lies_about_its_encoding(tmp_path, charset):
    pytest.importorskip("trafilatura")
    one, two = "Мы помним подвиг наших солдат и дружбу народов. " * 4, "Мы хотим мира и согласия для всех соседей. " * 4
    (tmp_path / "p.html").write_bytes(PAGE.format(charset=charset, one=one, two=two).encode("cp1251"))
    results = read(tmp_path)
    statement = only(results, "p.html")
    assert results["p.html"].encoding == "cp1251"
    assert (statement.date, statement.date_rule) == ("2019-05-09", "page metadata")
    assert (statement.title, statement.url) == ("A speech", "https://krv.example/speech")
    assert statement.text.text.split("\n") == [one.strip(), two.strip()]


def test_a_year_in_a_footer_dates_nothing(tmp_path):
    pytest.importorskip("trafilatura")
    page = (
        f"<html><body><article><p>{'We remember the long war. ' * 8}</p></article><footer>© 2016</footer></body></html>"
    )
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    assert only(read(tmp_path), "p.html").date is None


def test_a_hostile_folder_is_read_to_its_end(tmp_path):
    noise = random.Random(1)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "blob.bin").write_bytes(noise.randbytes(3_000_000))
    (tmp_path / "blob.txt").write_bytes(noise.randbytes(3_000_000))
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "broken.md").write_text("---\na: [1\n---\nText", encoding="utf-8")
    (tmp_path / "ru.txt").write_bytes("Мы помним.".encode("cp1251"))
    (tmp_path / "bad.jsonl.xz").write_bytes(b"\xfd7zXZ\x00nothing")
    (tmp_path / "deep.jsonl").write_text("[" * 100_000, encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("x", encoding="utf-8")
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    results = read(tmp_path)
    assert list(results) == sorted(results)
    assert [path for path, result in results.items() if result.statements] == ["ru.txt"]
    assert only(results, "ru.txt").text.text == "Мы помним."
    refused = {path: result.reason for path, result in results.items() if result.status == "refused"}
    assert set(refused) == set(results) - {"ru.txt", "deep.jsonl"}
    assert all(refused.values())
    assert results["deep.jsonl"].refused_records[0][0] == "line 1"
    assert "damaged PDF" in refused["paper.pdf"]
    assert "symbolic link" in refused["folder/loop"]
    assert str(tmp_path) not in repr(results)


def test_nothing_is_opened_twice(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("We remember.", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(b"x")
    first = read(tmp_path)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path.name} was opened"))
    again = read(tmp_path, known=states(first))
    assert {result.status for result in again.values()} == {"unchanged"}
    assert states(again) == states(first)


def test_what_makes_a_file_be_read_again(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("We remember.", encoding="utf-8")
    known = states(read(tmp_path))
    os.utime(path, ns=(1, 1))
    touched = read(tmp_path, known=known)["a.txt"]
    assert (touched.status, touched.state.mtime_ns) == ("unchanged", 1)
    assert read(tmp_path, known=known, options=ReadOptions(defaults={"actor": "KRV"}))["a.txt"].status == "read"
    (tmp_path / "metadata.csv").write_text("file,actor\na.txt,KRV\n", encoding="utf-8")
    assert only(read(tmp_path, known=known), "a.txt").actor == "KRV"
    path.write_text("We remembeR.", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    (tmp_path / "metadata.csv").unlink()
    kept = {"a.txt": touched.state}
    assert read(tmp_path, known=kept)["a.txt"].status == "unchanged"
    assert read(tmp_path, known=kept, rehash=True)["a.txt"].status == "read"


def test_a_failing_reader_is_a_refusal_and_a_missing_extra_is_tried_again(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("We remember.", encoding="utf-8")

    def fails(source):
        raise RuntimeError(f"at {source.path}")

    monkeypatch.setattr(corpus.READERS["plain"], "read", fails)
    result = read(tmp_path)["a.txt"]
    assert (result.status, result.reason) == ("refused", "the reader failed on it (RuntimeError)")

    def lacks(source):
        raise MissingExtraError("trafilatura", extra="ingest", purpose="reading web pages")

    monkeypatch.setattr(corpus.READERS["plain"], "read", lacks)
    result = read(tmp_path)["a.txt"]
    assert result.state is None
    assert "pip install 'aidememoire[ingest]'" in result.reason


def test_exceptions_by_path(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("We remember.", encoding="utf-8")
    exceptions = {"b/*": ReadOptions(defaults={"actor": "KRV"}, actors=ACTORS), "*": ReadOptions()}
    results = read(tmp_path, exceptions=exceptions)
    assert [only(results, path).actor for path in results] == [None, "KRV"]
    changed = read(tmp_path, known=states(results), exceptions={"*": ReadOptions()})
    assert [result.status for result in changed.values()] == ["unchanged", "read"]


def test_a_study_brings_its_own_actors(tmp_path):
    path = tmp_path / "actors.csv"
    path.write_text(
        "code,official_name,demonyms,since\nKRV,Republic of Karvenia,Karven|Karvenian,1991\n", encoding="utf-8"
    )
    table = builtin_actors().extended(read_actors(path))
    assert table.demonym("karven") == table.resolve("Republic of Karvenia") == "KRV"
    assert read(tmp_path) == {}
    path.write_text("code,since\nKRV,long ago\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: since must be a year"):
        read_actors(path)
    path.write_text("kode\nKRV\n", encoding="utf-8")
    with pytest.raises(ValueError, match="'code' is needed"):
        read_actors(path)


def test_one_file_a_forced_reader_and_nothing_at_all(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    assert only(read(path), "story.txt").agency == "NORDPOST"
    assert only(read(path, options=ReadOptions(reader="plain")), "story.txt").agency is None
    (tmp_path / "none").mkdir()
    assert read(tmp_path / "none") == {}
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere")
