"""Corpora coded by the trained coder: the same codes as sentence by sentence, kept, and counted when asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aidememoire import (
    Corpus,
    ReadOptions,
    code,
    code_sentences,
    codesentences,
    load_codebook,
    run,
    secondcoder,
    series,
)
from aidememoire.errors import AideMemoireError, SeriesError, StudyError
from aidememoire.model.bulk import Bulk
from aidememoire.model.coder import Coder
from aidememoire.model.weights import ModelError, load
from aidememoire.report.wording import method_of

ROOT = Path(__file__).parents[1]
TOLERANCE = 1e-5
BOOK = load_codebook()

OLD = "In 1939 our country was attacked, and the memory of those who fell is sacred to us."
NEW = "We shall never forget the lessons of the war. Mr. Oren spoke. Trade is growing."


@pytest.fixture(scope="module", autouse=True)
def fitting():
    """The coder that ships, taken for one of today's codebook: whether it is, test_model says."""
    coder = Coder(replace(load(), codebook_sha256=BOOK.sha256), BOOK)
    with pytest.MonkeyPatch.context() as patch:
        for module in (codesentences, secondcoder):
            patch.setattr(module, "shipped_coder", lambda: coder)
        yield coder


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    with Corpus.open(tmp_path_factory.mktemp("sample") / "study.db") as corpus:
        for folder in ("veldania", "ilmaria"):
            corpus.ingest(ROOT / "corpus" / "sample" / folder)
        yield corpus


def sentence_by_sentence(corpus, method, scores):
    """``code_sentences`` of every sentence of a corpus, with what stands in front of it and its year."""
    table = corpus.sentences(text=True)
    before = table.groupby("statement_id", observed=True)["text"].shift(fill_value="")
    dates = table["statement_id"].astype("str").map(corpus.statements().set_index("statement_id")["date"])
    years = [int(date[:4]) if isinstance(date, str) else None for date in dates]
    return table, code_sentences(table["text"].tolist(), before.tolist(), years, method=method, scores=scores)


def spread(coding, coder, column, sentences):
    """The sparse codes of one coder as a table: sentences x themes."""
    codes = coding.codes_by(coder).astype({"theme": "str", "statement_id": "str"})
    wide = codes.pivot(index=["statement_id", "sentence"], columns="theme", values=column)
    keys = pd.MultiIndex.from_frame(sentences[["statement_id", "sentence"]].astype({"statement_id": "str"}))
    return wide.reindex(index=keys, columns=list(BOOK.theme_ids)).fillna(0).to_numpy()


@pytest.mark.parametrize("method", ["model", "best"])
def test_a_corpus_is_coded_as_its_sentences_are(sample, method):
    coding = code(sample, BOOK, method=method)
    sentences, wanted = sentence_by_sentence(sample, method, scores=False)
    # Of an attribution clause the rules of a corpus say nothing; a single sentence is known to have none.
    whole = coding.sentences["clause_start"].isna().to_numpy()
    assert whole.sum() > 500
    found = spread(coding, method, "value", sentences) == 2
    assert found[whole].sum() > 100
    assert (found == wanted.to_numpy())[whole].all()
    _, scores = sentence_by_sentence(sample, method, scores=True)
    kept = spread(coding, method, "score", sentences)
    assert np.allclose(kept[found & whole[:, None]], scores.to_numpy()[found & whole[:, None]], atol=TOLERANCE)


def test_the_rules_stand_beside_it_unchanged(sample):
    rules, best = code(sample, BOOK), code(sample, BOOK, method="best")
    pd.testing.assert_frame_equal(rules.codes, best.codes_by("rules"), check_categorical=False)
    pd.testing.assert_frame_equal(rules.facets, best.facets)
    assert set(rules.codes["coder"]) == {"rules"}
    assert best.codes_by("rules")["score"].isna().all()
    assert best.codes_by("best")["score"].between(0, 1).all()
    n = len(best.statements)
    assert best.coded["coder"].value_counts().to_dict() == {"rules": n, "best": n}
    assert set(rules.speakers.values()) == {"rules"}
    assert best.speakers == code_sentences(["One."]).attrs["coder"]


def test_only_what_is_new_is_scored(make_corpus, tmp_path, monkeypatch):
    corpus = make_corpus({"2015-05-09.txt": OLD, "2016-05-09.txt": NEW})
    scored = []
    strengths = Bulk.strengths

    def told(self, index, *rest):
        scored.append(len(index.sentences) - 1)
        return strengths(self, index, *rest)

    monkeypatch.setattr(Bulk, "strengths", told)
    first = code(corpus, BOOK, method="best")
    pd.testing.assert_frame_equal(first.codes, code(corpus, BOOK, method="best").codes)
    assert set(code(corpus, BOOK, method="model").codes_by("model")["coder"]) == {"model"}
    assert scored == [2]
    (tmp_path / "statements" / "2017-05-09.txt").write_text(OLD, encoding="utf-8")
    corpus.ingest(tmp_path / "statements")
    code(corpus, BOOK, method="best")
    # A text that was known is scored for another year.
    assert scored == [2, 1]


@pytest.mark.parametrize("year", ["1945", "1975", "2015", None])
def test_the_past_is_old_against_the_year_of_the_statement(make_corpus, year):
    text = f"{OLD} {NEW}"
    corpus = make_corpus({f"{year}-05-09.txt" if year else "note.txt": text})
    coding = code(corpus, BOOK, method="model")
    sentences, scores = sentence_by_sentence(corpus, "model", scores=True)
    kept = spread(coding, "model", "score", sentences)
    assert np.allclose(kept[kept > 0], scores.to_numpy()[kept > 0], atol=TOLERANCE)
    assert (kept > 0).any()


def test_one_text_of_two_years_has_two_scores(make_corpus):
    corpus = make_corpus({"1940-05-09.txt": OLD, "2015-05-09.txt": OLD})
    coding = code(corpus, BOOK, method="model")
    sentences, scores = sentence_by_sentence(corpus, "model", scores=True)
    kept = spread(coding, "model", "score", sentences)
    assert np.allclose(kept[kept > 0], scores.to_numpy()[kept > 0], atol=TOLERANCE)
    own = scores["historical_memory"].to_numpy()
    assert own[0] != own[1]


def test_the_model_reads_english_only(make_corpus):
    french = ReadOptions(defaults={"language": "fr"})
    corpus = make_corpus({"a.txt": OLD, "b.txt": "They falsify history."}, options=french)
    coding = code(corpus, BOOK, method="model")
    codes = coding.codes.astype({"theme": "str"})
    by_coder = {name: codes[codes["coder"] == name][["statement_id", "theme", "value"]] for name in ("rules", "model")}
    assert sorted(by_coder["rules"].values.tolist()) == sorted(by_coder["model"].values.tolist())


@pytest.mark.parametrize("method", ["model", "best"])
def test_an_empty_corpus_is_coded(make_corpus, method):
    coding = code(make_corpus({}), BOOK, method=method)
    assert len(coding.codes) == 0
    assert series(coding).table["flag"].isin(["no_data"]).all()


def test_another_codebook_is_refused(make_corpus):
    corpus = make_corpus({"a.txt": OLD})
    other = BOOK.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(
        ModelError, match="not this one \\(000000000000\\); code by the rules, use the builtin codebook"
    ):
        code(corpus, other, method="best")
    assert issubclass(ModelError, AideMemoireError)
    with pytest.raises(ValueError, match="method='worst' is not one of best, rules, model"):
        code(corpus, BOOK, method="worst")


def test_a_series_counts_the_coder_that_is_asked_for(sample):
    rules, both = code(sample, BOOK), code(sample, BOOK, method="best")
    alone, beside = series(rules).table, series(both, coder="rules").table
    pd.testing.assert_frame_equal(alone, beside)
    best = series(both)
    assert set(best.table["coder"]) == {best.coder} == {"best"}
    whole = series(both, voices="all", period="all")
    eligible = both.sentences[both.sentences["technical"].isna() & (both.sentences["voice"] != "none")]
    eligible = eligible[eligible["statement_id"].isin(whole.counts["statement_id"])].astype({"statement_id": "str"})
    coded = both.codes_by("best").astype({"theme": "str", "statement_id": "str"})
    wanted = coded[coded["value"] == 2].merge(eligible[["statement_id", "sentence"]]).groupby("theme").size()
    found = whole.table.set_index("theme")["n_coded"]
    assert found.to_dict() == wanted.reindex(found.index, fill_value=0).to_dict()
    with pytest.raises(SeriesError, match="coder='model' did not code this corpus, but rules and best"):
        series(both, coder="model")


STUDY = """\
title: One note
corpus: {path: notes, defaults: {actor: XAA, language: en}}
themes: [historical_memory, anti_revisionism]
coder: best
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "2015-05-09.txt").write_text(f"{OLD} {NEW}", encoding="utf-8")
    file = tmp_path / "study.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return file


def test_a_study_asks_for_its_coder(study, fitting):
    result = run(study)
    assert set(pd.read_csv(result.folder / "series.csv")["coder"]) == {"best"}
    codes = pd.read_parquet(result.folder / "codes.parquet")
    assert set(codes["coder"]) == {"best"}
    assert codes["score"].between(0, 1).all()
    assert fitting.trained.sha256 in (result.folder / "manifest.json").read_text()
    assert run(study).nothing_new
    study.write_text(STUDY.replace("best", "rules"), encoding="utf-8")
    run(study)
    assert not (result.folder / "codes.parquet").exists()
    assert set(pd.read_csv(result.folder / "series.csv")["coder"]) == {"rules"}


def test_the_report_says_who_spoke(sample):
    coding = code(sample, BOOK, method="best")
    told = dict(method_of(coding, series(coding)))["Unit and codes"]
    assert "a trained model speaks" in told
    assert BOOK.theme("historical_memory").title in told
    alone = code(sample, BOOK)
    assert "the rules of the codebook are the coder." in dict(method_of(alone, series(alone)))["Unit and codes"]


def test_a_study_with_its_own_codebook_cannot_have_the_model(study, tmp_path):
    book = ROOT / "analysis" / "aidememoire" / "codebook" / "builtin" / "codebook.yaml"
    (tmp_path / "own.yaml").write_text(book.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    study.write_text(f"{STUDY}codebook: own.yaml\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"study\.yaml:4: coder: the trained coder fits the builtin codebook"):
        run(study)
