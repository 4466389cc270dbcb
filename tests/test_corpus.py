from __future__ import annotations

import hashlib
import os
import sqlite3

import pytest

from aidememoire import Corpus, ReadOptions
from aidememoire.errors import IngestRefused, StoreError
from aidememoire.frames import TABLES


def later(path, text):
    """Rewrite a file so that its time differs."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_reading_twice_changes_nothing_and_says_so(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember.", "b.txt": "They forget."})
    report = corpus.ingest(tmp_path / "statements")
    assert report.nothing_new
    assert (report.added, report.unchanged, report.files_read) == (0, 2, 0)
    assert str(report).startswith("nothing new: 2 statements unchanged, 0 files read")


def test_a_changed_file_is_a_revision_and_nothing_is_lost(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember.", "b.txt": "They forget."})
    later(tmp_path / "statements" / "a.txt", "We remembered.")
    report = corpus.ingest(tmp_path / "statements")
    assert (report.added, report.revised, report.unchanged, report.files_read) == (0, 1, 1, 1)
    assert corpus.statements()["revision"].tolist() == [2, 1]
    texts = {text for (text,) in corpus.store.connection.execute("SELECT text FROM texts")}
    assert texts == {"We remember.", "We remembered.", "They forget."}


def test_a_touched_file_is_looked_at_and_stays(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember."})
    later(tmp_path / "statements" / "a.txt", "We remember.")
    assert corpus.ingest(tmp_path / "statements").nothing_new
    assert corpus.ingest(tmp_path / "statements").files_read == 0


def test_rehash_sees_a_change_that_size_and_time_hide(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember."})
    file = tmp_path / "statements" / "a.txt"
    stamp = file.stat().st_mtime_ns
    file.write_text("We remember!", encoding="utf-8")
    os.utime(file, ns=(stamp, stamp))
    assert corpus.ingest(tmp_path / "statements").nothing_new
    assert corpus.ingest(tmp_path / "statements", rehash=True).revised == 1


def test_a_vanished_file_leaves_the_view_and_comes_back(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember.", "b.txt": "They forget."})
    file = tmp_path / "statements" / "a.txt"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    report = corpus.ingest(tmp_path / "statements")
    assert (report.withdrawn, report.missing) == (1, ("a.txt",))
    assert len(corpus.statements()) == 1
    file.write_text(text, encoding="utf-8")
    corpus.ingest(tmp_path / "statements")
    assert len(corpus.statements()) == 2


def test_one_new_file_reads_one_file(make_corpus, tmp_path):
    corpus = make_corpus({f"{n}.txt": f"Note {n}." for n in range(5)})
    (tmp_path / "statements" / "new.txt").write_text("New.", encoding="utf-8")
    report = corpus.ingest(tmp_path / "statements")
    assert (report.added, report.unchanged, report.files_read) == (1, 5, 1)


def test_two_sources_stand_side_by_side(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember."})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text("They forget.", encoding="utf-8")
    corpus.ingest(tmp_path / "other")
    assert corpus.statements()["statement_id"].tolist() == ["other/a.txt", "statements/a.txt"]


def test_word_for_word_repeats_are_named(make_corpus):
    corpus = make_corpus({"2020-01-02.txt": "We remember.", "2020-01-01.txt": "We remember.", "x.txt": "We forget."})
    table = corpus.statements().set_index("statement_id")["duplicate_of"]
    assert table.dropna().to_dict() == {"statements/2020-01-02.txt": "statements/2020-01-01.txt"}


def test_tables_have_their_columns(make_corpus):
    corpus = make_corpus({"a.txt": "We remember. They forget."})
    assert list(corpus.statements().columns) == list(TABLES["statements"])
    sentences = corpus.sentences(text=True)
    assert list(sentences.columns) == [*TABLES["sentences"], "text"]
    assert sentences["text"].tolist() == ["We remember.", "They forget."]


def test_sentence_hash_is_sha1_with_white_space_folded(make_corpus):
    corpus = make_corpus({"a.txt": "We  remember."})
    expected = hashlib.sha1(b"We remember.").hexdigest()[:12]
    assert corpus.sentences()["sentence_sha"].tolist() == [expected]


def test_an_empty_store_gives_empty_tables(tmp_path):
    with Corpus.open(tmp_path / "new" / "study.db") as corpus:
        assert len(corpus.statements()) == 0
        assert list(corpus.sentences(text=True).columns) == [*TABLES["sentences"], "text"]
        assert len(corpus.search("anything")) == 0


def test_search_shows_the_keyword_in_context(make_corpus):
    corpus = make_corpus({"a.txt": "We draw the lessons of history, again.", "b.txt": "Of lessons we say nothing."})
    found = corpus.search('"lessons of history"')
    assert found[["keyword", "left", "right"]].values.tolist() == [["lessons of history", "We draw the", ", again."]]
    text = corpus.text("statements/a.txt").text
    assert text[found["start"][0] : found["end"][0]] == "lessons of history"
    with pytest.raises(StoreError, match="a query looks like"):
        corpus.search('"unclosed')


def test_the_raw_text_can_be_shown(make_corpus):
    corpus = make_corpus({"a.txt": "\ufeffWe re-\nmember and they re-\nmember, and all of us remember it well.\n"})
    cleaned = corpus.text("statements/a.txt")
    at = cleaned.text.index("remember")
    assert cleaned.raw_slice(at, at + 8) == "re-\nmember"
    with pytest.raises(KeyError, match="no current statement"):
        corpus.text("statements/z.txt")


def test_each_statement_has_its_own_raw_text(make_corpus, tmp_path):
    note = "We re-\nmember and they re-\nmember, and all of us remember it well.\n"
    corpus = make_corpus({"a.txt": note, "b.txt": "\ufeff\n\n" + note.replace("-\n", ""), "c.txt": note})
    assert corpus.statements()["text_sha256"].nunique() == 1
    at = corpus.text("statements/a.txt").text.index("remember")
    found = [corpus.text(f"statements/{name}.txt") for name in "abc"]
    assert [text.raw_slice(at, at + 8) for text in found] == ["re-\nmember", "remember", "re-\nmember"]
    assert found[1].raw_offset(0) == found[1].raw.index("We")
    later(tmp_path / "statements" / "c.txt", "\n\n\n" + note)
    assert corpus.ingest(tmp_path / "statements").nothing_new
    again = corpus.text("statements/c.txt")
    assert again.raw_offset(0) == again.raw.index("We")


def test_an_older_store_reads_its_files_again_for_their_raw_texts(make_corpus, tmp_path, monkeypatch):
    note = "We re-\nmember and they re-\nmember, and all of us remember it well.\n"
    monkeypatch.setattr("aidememoire.ingest.corpus.READERS_VERSION", "3")
    corpus = make_corpus({"a.txt": note, "b.txt": note.replace("-\n", "")})
    corpus.store.connection.execute("DROP TABLE other_raws")
    corpus.store.connection.execute("PRAGMA user_version = 4")
    corpus.close()
    monkeypatch.undo()
    with Corpus.open(tmp_path / "study.db") as again:
        assert again.ingest(tmp_path / "statements").unchanged == 2
        assert [again.text(f"statements/{name}.txt").raw.count("-\n") for name in "ab"] == [2, 0]


def test_a_source_that_is_not_there_leaves_no_store(make_corpus, tmp_path):
    with pytest.raises(IngestRefused), Corpus.open(tmp_path / "new" / "x.db") as corpus:
        corpus.ingest(tmp_path / "absent")
    assert not (tmp_path / "new").exists()
    make_corpus({"a.txt": "We remember."})
    for path, n in ((tmp_path / "study.db", 1), (tmp_path / "mistyped.db", 1)):
        with Corpus.open(path) as corpus:
            with pytest.raises(IngestRefused):
                corpus.ingest(tmp_path / "absent")
            corpus.ingest(tmp_path / "statements")
        with Corpus.open(path) as corpus:
            assert len(corpus.statements()) == n


def test_an_exception_that_fits_no_file_is_named(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember.", "b.md": "They forget."})
    exceptions = {"*.txt": ReadOptions(), "wires/*.txt": ReadOptions(defaults={"kind": "wire_story"})}
    report = corpus.ingest(tmp_path / "statements", exceptions=exceptions)
    assert report.unmatched == ("wires/*.txt",)
    assert str(report).endswith("no file matches 'wires/*.txt'")
    assert "matches" not in str(corpus.ingest(tmp_path / "statements"))


def test_absent_folder(tmp_path):
    with Corpus.open(tmp_path / "s.db") as corpus, pytest.raises(IngestRefused, match="no such file or folder"):
        corpus.ingest(tmp_path / "absent")


def test_what_is_no_store_is_refused(tmp_path):
    (tmp_path / "x.db").write_text("not a database, but long enough to be read as one" * 50, encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        Corpus.open(tmp_path / "x.db")


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    with Corpus.open(tmp_path / "x.db") as corpus:
        corpus.store.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer aidememoire"):
        Corpus.open(tmp_path / "x.db")


def test_a_run_killed_in_the_middle_is_finished_by_the_next(make_corpus, tmp_path, monkeypatch):
    import aidememoire.corpus as module

    monkeypatch.setattr(module, "BATCH", 2)
    calls = []

    def killed(store, name, result):
        calls.append(result.source_path)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return original(store, name, result)

    original = module.put_file
    monkeypatch.setattr(module, "put_file", killed)
    with pytest.raises(KeyboardInterrupt):
        make_corpus({f"{n}.txt": f"Note {n}." for n in range(5)})
    monkeypatch.setattr(module, "put_file", original)
    with sqlite3.connect(tmp_path / "study.db") as db:
        assert db.execute("SELECT count(*) FROM heads").fetchone() == (2,)
    db.close()
    with Corpus.open(tmp_path / "study.db") as corpus:
        report = corpus.ingest(tmp_path / "statements")
        assert (report.added, report.unchanged) == (3, 2)


def test_a_folder_that_is_suddenly_empty_withdraws_nothing(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "We remember."})
    (tmp_path / "statements" / "a.txt").unlink()
    with pytest.raises(IngestRefused, match="empty now, though 1 files were read"):
        corpus.ingest(tmp_path / "statements")
    assert len(corpus.statements()) == 1


def test_a_file_that_cannot_be_read_for_now_keeps_its_statement(make_corpus, tmp_path, monkeypatch):
    from pathlib import Path

    corpus = make_corpus({"a.txt": "We remember.", "b.txt": "They forget."})
    original = Path.read_bytes

    def trouble(path):
        if path.name == "a.txt":
            raise OSError(5, "Input/output error")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", trouble)
    report = corpus.ingest(tmp_path / "statements", rehash=True)
    assert report.withdrawn == 0
    assert dict(report.refused)["a.txt"] == "cannot be read: input/output error"
    assert len(corpus.statements()) == 2


def test_a_database_of_something_else_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "photos.db") as other:
        other.execute("CREATE TABLE photos (name TEXT)")
    other.close()
    before = (tmp_path / "photos.db").read_bytes()
    with pytest.raises(StoreError, match="an SQLite file of something else"):
        Corpus.open(tmp_path / "photos.db")
    assert (tmp_path / "photos.db").read_bytes() == before
