"""An edited codebook is matched from the kept token index: the same hits, and no text is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from aidememoire import indexedtexts, matched, tokenindex
from aidememoire.codebook.patterns import expand
from aidememoire.corpus import Corpus
from aidememoire.errors import StoreError
from aidememoire.keptmatches import matched_texts, matches_of
from aidememoire.ledger import keep_sentences, sentences_of
from aidememoire.matched import keep_matches
from aidememoire.matching import Rule
from aidememoire.matching.fast import FastMatcher, from_blobs
from aidememoire.tokens import tokenise

WORDS = ["falsify", "history", "We", "remember", "the", "war", "U.N.", "мир", "1945", "peace,"]


def phrase(pattern: str) -> Rule:
    return Rule(f"t.phrase.{pattern}", "t", "phrase", pattern, (expand(pattern, {}),))


FIRST = (phrase("falsif* history"), phrase("remember the war"))
# One regular expression that is searched for by its words, and one that every sentence must be shown to.
EDITED = (
    phrase("the war"),
    Rule("t.regex.1", "t", "regex", r"^We remember", ()),
    Rule("t.regex.2", "t", "regex", r"\s(?=\w)", ()),
)


def texts(n: int = 30, seed: int = 1) -> dict[str, str]:
    random = np.random.default_rng(seed)
    return {
        f"{seed}-{k}.txt": " ".join(
            " ".join(random.choice(WORDS, 6)) + f" word{random.integers(99)}." for _ in range(1 + k % 7)
        )
        for k in range(n)
    }


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenindex, "BATCH_BYTES", 500)
    monkeypatch.setattr(indexedtexts, "PART_BYTES", 300)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    yield from opened(tmp_path / "study.db", tmp_path / "texts", texts())


def opened(path: Path, folder: Path, written: dict[str, str]) -> Iterator[Corpus]:
    folder.mkdir(exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Corpus.open(path) as corpus:
        corpus.ingest(folder)
        keep_sentences(corpus.store, hashes(corpus))
        yield corpus


def hashes(corpus: Corpus) -> list[str]:
    return list(dict.fromkeys(corpus.store.statements()["text_sha256"]))


def keep(corpus: Corpus, rules: tuple[Rule, ...], name: str) -> int:
    return keep_matches(corpus.token_indexes, hashes(corpus), (name, "v"), rules)


def kept(corpus: Corpus, name: str) -> dict[str, list[tuple[int, ...]]]:
    return {text: rows.tolist() for text, rows in matches_of(corpus.store, (name, "v"), hashes(corpus)).items()}


def expected(corpus: Corpus, rules: tuple[Rule, ...]) -> dict[str, list[tuple[int, ...]]]:
    """The hits as they come from the texts themselves."""
    spans = sentences_of(corpus.store, hashes(corpus))
    matcher = FastMatcher(rules)
    return {
        text: [tuple(row) for row in matcher.match(corpus.store.text(text), rows[["start", "end"]].tolist())]
        for text, rows in spans.items()
    }


def assert_index_tells_the_words(corpus: Corpus) -> None:
    """What is in the store, read without any of the code under test but ``from_blobs``."""
    words = [word for (word,) in corpus.store.connection.execute("SELECT word FROM vocabulary ORDER BY number")]
    assert len(set(words)) == len(words)
    for text, blob in corpus.store.connection.execute("SELECT text_sha256, blob FROM token_indexes"):
        written = corpus.store.text(text)
        told = [words[code >> 1] for code in from_blobs([blob]).codes.tolist()]
        assert told == [written[token.start : token.end] for token in tokenise(written)]


def count_reads(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each text read, text scanned and blob read."""
    seen: list[str] = []

    def counted(module: object, name: str) -> None:
        real: Callable[..., object] = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given: (seen.append(name), real(*given))[1])

    counted(indexedtexts, "_read")
    counted(matched, "build_index")
    counted(tokenindex, "from_blobs")
    return seen


@pytest.mark.parametrize("threads", [1, 2])
def test_kept_index_gives_the_hits_of_the_texts(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, threads: int):
    monkeypatch.setattr(matched, "THREADS", threads)
    assert keep(corpus, FIRST, "first") == len(hashes(corpus)) == 30
    assert kept(corpus, "first") == expected(corpus, FIRST)
    for name in ("edited", "edited again"):  # from the store, then from memory
        assert keep(corpus, EDITED, name) == 30
        assert kept(corpus, name) == expected(corpus, EDITED)
    assert len(corpus.token_indexes._held) > 3
    assert any(row[1] > 0 for rows in kept(corpus, "edited").values() for row in rows)


def test_an_edit_reads_no_text_and_scans_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    keep(corpus, FIRST, "first")
    reads = count_reads(corpus, monkeypatch)
    keep(corpus, FIRST[:1], "fewer")
    assert reads == []
    keep(corpus, FIRST[1:], "others")
    assert set(reads) == {"from_blobs"}
    reads.clear()
    keep(corpus, FIRST[:1], "from memory")
    assert reads == []
    keep(corpus, EDITED, "with a regular expression")
    assert set(reads) == {"_read"}
    reads.clear()
    keep(corpus, EDITED[1:], "the same regular expression")
    assert reads == []
    assert keep(corpus, EDITED, "with a regular expression") == 0


def test_only_the_texts_concerned_are_read_for_a_regular_expression(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    keep(corpus, FIRST, "first")
    reads = count_reads(corpus, monkeypatch)
    keep(corpus, EDITED[:2], "edited")
    concerned = [text for text in hashes(corpus) if "We remember" in corpus.store.text(text)]
    assert 0 < reads.count("_read") < 30
    assert reads.count("_read") >= len(concerned) > 0


def test_sentences_beyond_the_bound_are_read_again(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokenindex, "HELD_SENTENCES", 3)
    keep(corpus, FIRST, "first")
    for name in ("edited", "again"):
        keep(corpus, EDITED, name)
        assert kept(corpus, name) == expected(corpus, EDITED)
    assert max(len(batch.sentences) for batch in corpus.token_indexes._held) == 3


def test_an_index_beyond_the_bound_is_not_held(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokenindex, "HELD_BYTES", 3000)
    keep(corpus, FIRST, "first")
    assert corpus.token_indexes._held == []
    for name in ("edited", "again"):
        keep(corpus, EDITED, name)
        assert kept(corpus, name) == expected(corpus, EDITED)
    assert 0 < sum(batch.index.nbytes for batch in corpus.token_indexes._held) <= 3000


def test_new_texts_join_kept_ones(corpus: Corpus, tmp_path: Path):
    keep(corpus, FIRST, "first")
    keep(corpus, EDITED, "edited")
    for more in opened(tmp_path / "study.db", tmp_path / "texts", texts(9, seed=2)):
        assert keep(more, EDITED, "edited") == 9
    for name in ("third", "fourth"):
        assert keep(corpus, EDITED, name) == 39
        assert kept(corpus, name) == expected(corpus, EDITED)


def test_a_process_that_kept_words_meanwhile(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its words have the numbers that ours would have had: our batch is scanned again."""
    real = matched._Run._scan
    scans = []

    def scan_slowly(run: matched._Run, *given: object) -> object:
        found = real(run, *given)
        scans.append(run)
        if len(scans) == 2:
            with sqlite3.connect(tmp_path / "study.db", isolation_level=None) as other:
                n = other.execute("SELECT count(*) FROM vocabulary").fetchone()[0]
                other.execute("INSERT INTO vocabulary VALUES (?, 'theirs')", (n,))
            other.close()
        return found

    monkeypatch.setattr(matched._Run, "_scan", scan_slowly)
    keep(corpus, FIRST, "first")
    assert kept(corpus, "first") == expected(corpus, FIRST)
    assert "theirs" in corpus.token_indexes.vocabulary.written()
    assert_index_tells_the_words(corpus)
    with Corpus.open(tmp_path / "study.db") as anew:
        keep(anew, EDITED, "edited")
        assert kept(anew, "edited") == expected(anew, EDITED)


def test_two_open_corpora_take_turns(corpus: Corpus, tmp_path: Path):
    with Corpus.open(tmp_path / "study.db") as other:
        keep(corpus, FIRST, "first")
        for more in opened(tmp_path / "study.db", tmp_path / "texts", texts(9, seed=3)):
            keep(more, FIRST, "first")
        for each, name in ((other, "edited"), (corpus, "again")):
            assert keep(each, EDITED, name) == 39
            assert kept(each, name) == expected(each, EDITED)


@pytest.mark.parametrize("step", [1, 3])
def test_a_run_that_dies_leaves_words_index_and_hits_that_agree(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
):
    real = matched._Run._put
    calls = []

    def die(run: matched._Run, *given: object) -> None:
        real(run, *given)
        calls.append(run)
        if len(calls) == 2 * step:
            raise KeyboardInterrupt

    monkeypatch.setattr(matched._Run, "_put", die)
    with pytest.raises(KeyboardInterrupt):
        keep(corpus, FIRST, "first")
    monkeypatch.undo()
    count = {
        table: corpus.store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("token_indexes", "vocabulary")
    }
    n_matched = len(matched_texts(corpus.store, ("first", "v")))
    assert count["token_indexes"] == n_matched < 30
    assert (count["vocabulary"] > 0) == (count["token_indexes"] > 0) == (step > 1)
    # The words that were numbered and not kept get their numbers anew, in this process as in another one.
    with Corpus.open(tmp_path / "study.db") as other:
        keep(other, EDITED, "edited")
        assert kept(other, "edited") == expected(other, EDITED)
    assert keep(corpus, FIRST, "first") == 30 - n_matched
    assert kept(corpus, "first") == expected(corpus, FIRST)
    assert_index_tells_the_words(corpus)


def test_another_key_scans_again(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    keep(corpus, FIRST, "first")
    monkeypatch.setattr(tokenindex, "KEY", "index-1/tokens-1/rules-99")
    with Corpus.open(tmp_path / "study.db") as anew:
        reads = count_reads(anew, monkeypatch)
        keep(anew, EDITED, "edited")
        assert "build_index" in reads
        assert "from_blobs" not in reads
        keys = anew.store.connection.execute("SELECT DISTINCT key FROM token_indexes").fetchall()
        assert keys == [("index-1/tokens-1/rules-99",)]


def test_key_names_all_that_an_index_depends_on():
    from aidememoire.matching.fast import BLOB_FORM
    from aidememoire.sentences import SEGMENTER
    from aidememoire.tokens import TOKENISER

    assert set(tokenindex.KEY.split("/")) == {BLOB_FORM, TOKENISER, SEGMENTER}


def test_a_store_of_version_3_is_opened_and_matched_anew(corpus: Corpus, tmp_path: Path):
    corpus.store.connection.executescript(
        "DROP TABLE token_indexes; DROP TABLE vocabulary; DROP TABLE match_parts;"
        "CREATE TABLE matches (text_sha256 TEXT, codebook_sha256 TEXT, code_version TEXT, rows BLOB,"
        " PRIMARY KEY (text_sha256, codebook_sha256, code_version)) WITHOUT ROWID; PRAGMA user_version = 3"
    )
    corpus.close()
    with Corpus.open(tmp_path / "study.db") as old:
        assert keep(old, FIRST, "first") == 30
        assert kept(old, "first") == expected(old, FIRST)


def test_an_index_without_its_words_is_refused(corpus: Corpus, tmp_path: Path):
    keep(corpus, FIRST, "first")
    corpus.store.connection.execute("DELETE FROM vocabulary WHERE number > 3")
    with Corpus.open(tmp_path / "study.db") as anew, pytest.raises(StoreError, match="damaged"):
        keep(anew, EDITED, "edited")


def test_nothing_to_match(tmp_path: Path):
    with Corpus.open(tmp_path / "empty.db") as corpus:
        assert keep_matches(corpus.token_indexes, [], ("first", "v"), (), engine=pytest.fail) == 0


def test_texts_without_words(tmp_path: Path):
    for corpus in opened(tmp_path / "study.db", tmp_path / "texts", {"a.txt": "!!!", "b.txt": "We."}):
        for name in ("first", "second", "third"):
            assert keep(corpus, EDITED, name) == 2
            assert kept(corpus, name) == expected(corpus, EDITED)


def test_progress_counts_to_the_end(corpus: Corpus):
    for name, rules in (("first", FIRST), ("edited", EDITED)):
        told: list[tuple[str, int, int]] = []
        keep_matches(
            corpus.token_indexes,
            hashes(corpus),
            (name, "v"),
            rules,
            progress=lambda *step, told=told: told.append(step),
        )
        assert len(told) > 3
        assert told[-1] == ("matched", 30, 30)
        assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_unsegmented_text_is_refused(corpus: Corpus):
    corpus.store.connection.execute("DELETE FROM segmentations")
    with pytest.raises(StoreError, match="cut into sentences"):
        keep(corpus, FIRST, "first")
