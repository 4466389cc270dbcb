"""A coder for one's own codings: it learns what was planted, behaves as an estimator, and says what it cannot use."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from aidememoire import ThemeClassifier, cli, code_sentences
from aidememoire.codingsfile import LEAST_CLEAR, judged, read_codings
from aidememoire.errors import CodingsError
from aidememoire.model.single import Options
from aidememoire.model.weights import ModelError

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer  # noqa: E402
from sklearn.utils import estimator_checks  # noqa: E402

STORMS = ["the storm is near", "we fear every storm", "a storm broke over the port", "no storm has spared us"]
CALMS = ["the sea is calm", "all is well in the port", "we rest every evening", "no ship has left us"]


def planted(n: int = 96, seed: int = 7) -> tuple[list[str], np.ndarray]:
    """Sentences in which one word gives the theme away."""
    rng = np.random.default_rng(seed)
    codes = (rng.random(n) < 0.4).astype(int)
    picked = rng.integers(4, size=n)
    return [(STORMS if code else CALMS)[at] for code, at in zip(codes, picked, strict=True)], codes


@pytest.fixture(scope="module")
def fitted():
    sentences, codes = planted()
    return ThemeClassifier("weather", C=4.0).fit(sentences, codes)


def test_what_was_planted_is_learned(fitted):
    sentences, codes = planted(40, seed=8)
    assert (fitted.predict(sentences) == codes).all()
    probability = fitted.predict_proba(sentences)
    assert probability.shape == (40, 2)
    assert np.allclose(probability.sum(axis=1), 1)
    assert ((probability[:, 1] >= fitted.threshold_) == (codes == 1)).all()
    assert fitted.classes_.tolist() == [0, 1]
    assert fitted.score(sentences, codes) == 1.0


def test_noise_is_not_learned():
    sentences, _ = planted(200)
    codes = np.random.default_rng(9).integers(2, size=200)
    scores = cross_val_score(ThemeClassifier(C=4.0, use_vectors=False), sentences, codes, cv=3)
    assert scores.mean() < 0.62


def test_borderline_codes_are_softer_than_clear_ones():
    sentences, codes = planted()
    graded = np.where(np.arange(len(codes)) % 3 == 0, np.minimum(codes, 1), codes * 2)
    coder = ThemeClassifier(C=4.0).fit(sentences, graded)
    assert coder.classes_.tolist() == [0, 2]
    assert set(coder.predict([*STORMS, *CALMS]).tolist()) <= {0, 2}
    without = ThemeClassifier(C=4.0, soft=0.0).fit(sentences, graded)
    strength = [each.trained_.heads[0].bias for each in (coder, without)]
    assert strength[0] != strength[1]


def test_it_is_cloned_and_set_like_any_estimator(fitted):
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not hasattr(copy, "trained_")
    assert copy.set_params(C=1.0, min_sentences=2).get_params()["min_sentences"] == 2
    with pytest.raises(sklearn.exceptions.NotFittedError):
        copy.predict(["a storm"])


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_valid_tag_types,
    ],
    ids=lambda check: check.__name__,
)
def test_scikit_learns_own_checks_that_need_no_table_of_numbers(check):
    check("ThemeClassifier", ThemeClassifier())


def test_it_works_in_pipelines_and_searches():
    sentences, codes = planted(60)
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = make_pipeline(lower, ThemeClassifier(C=4.0, use_vectors=False))
    search = GridSearchCV(pipeline, {"themeclassifier__C": [0.01, 4.0]}, scoring="f1", cv=2, error_score="raise")
    search.fit([text.upper() for text in sentences], codes)
    assert search.best_score_ > 0.9
    assert search.predict(["A STORM"]).tolist() == [1]


def test_a_table_keeps_document_year_and_text_in_front():
    sentences, codes = planted(90)
    table = pd.DataFrame({"text": sentences, "before": "", "year": 2015.0, "document": np.arange(90) // 3})
    groups = table["document"].to_numpy()
    coder = ThemeClassifier(C=4.0, use_vectors=False)
    scores = cross_val_score(coder, table, codes, groups=groups, cv=GroupKFold(2), error_score="raise")
    assert scores.min() > 0.9
    one = ThemeClassifier(C=4.0).fit(table, codes)
    other = ThemeClassifier(C=4.0).fit(table.drop(columns="document"), codes, groups=groups)
    assert one.threshold_ == other.threshold_
    assert one.trained_.about["documents"] == 30


def test_few_sentences_are_enough_to_try_it():
    coder = ThemeClassifier(min_sentences=1).fit(["a storm", "a calm day"], [1, 0])
    assert coder.threshold_ == 0.5
    assert coder.predict(["a storm", "a calm day"]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("sentences", "codes", "error", "message"),
    [
        ("one", [1], TypeError, "must be a list of strings, not one string"),
        (["one", 2], [1, 0], TypeError, "sentence 1 must be a string, not int"),
        (["one", "two"], [1], ValueError, r"y has the shape \(1,\) for 2 sentences"),
        (["one", "two"], [1, 3], ValueError, "y must be 0 and 1, or 0, 1 and 2; 3 was given"),
        (["one", "two"], [0, 0], ValueError, "sentences that carry the theme and sentences that do not"),
        ([], [], ValueError, "sentences that carry the theme and sentences that do not"),
        (pd.DataFrame({"body": ["one"]}), [1], ValueError, "no column 'text'; there are body"),
    ],
)
def test_what_cannot_be_learned_from_is_named(sentences, codes, error, message):
    with pytest.raises(error, match=message):
        ThemeClassifier().fit(sentences, codes)


@pytest.mark.parametrize("wrong", [{"c": 0.0}, {"c": -1.0}, {"soft": 1.0}, {"soft": -0.1}, {"least_sentences": 0}])
def test_options_are_checked(wrong):
    with pytest.raises(ValueError, match="must be"):
        Options(**wrong)


def test_a_saved_coder_says_the_same(fitted, tmp_path):
    fitted.save(tmp_path / "own")
    again = ThemeClassifier.load(tmp_path / "own")
    sentences, _ = planted(20, seed=8)
    # Weights are kept as float16.
    assert np.allclose(again.predict_proba(sentences), fitted.predict_proba(sentences), atol=0.01)
    coded = code_sentences(sentences, weights=tmp_path / "own", method="model")
    assert coded.columns[-1] == "weather"
    assert (coded["weather"].to_numpy() == (again.predict(sentences) == 1)).all()
    assert coded.attrs["coder"]["weather"] == "model"
    assert coded.attrs["coder"]["historical_memory"] == "rules"
    assert not code_sentences(sentences, weights=tmp_path / "own", method="rules")["weather"].any()
    assert [file.name for file in sorted((tmp_path / "own").iterdir())] == ["coder.json", "coder.npz", "vectors.npz"]


def test_a_coder_of_another_codebook_is_refused(fitted, tmp_path):
    fitted.save(tmp_path)
    about = (tmp_path / "coder.json").read_text(encoding="utf-8")
    (tmp_path / "coder.json").write_text(about.replace(fitted.trained_.codebook_sha256, "0" * 64), encoding="utf-8")
    with pytest.raises(ModelError, match=r"trained for the builtin codebook .* has changed since; train it anew"):
        code_sentences(["one"], weights=tmp_path)


def test_intervals_hold_the_point_and_shrink_with_documents():
    rng = np.random.default_rng(5)
    width = []
    for n in (40, 4_000):
        clear = rng.random(n) < 0.3
        found = judged("x", clear, np.where(rng.random(n) < 0.9, clear, ~clear), np.arange(n))
        for value, low, high in (found.precision, found.recall, found.f1):
            assert low <= value <= high
        width.append(found.f1[2] - found.f1[1])
    assert width[1] < width[0] / 5
    assert judged("x", np.zeros(3, bool), np.zeros(3, bool), np.arange(3)).f1 == (0.0, 0.0, 0.0)


def write(file, rows, header=("text", "document", "year", "before", "code")):
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([header, *rows])
    return file


def trained(*arguments):
    return CliRunner().invoke(cli.app, ["train", *map(str, arguments)])


def test_the_command_trains_measures_and_saves(tmp_path):
    sentences, codes = planted(120)
    rows = [
        (text, f"d{at // 2}", 2015, "It rained.", 2 * code)
        for at, (text, code) in enumerate(zip(sentences, codes, strict=True))
    ]
    file = write(tmp_path / "codings.csv", rows, ("said", "document", "year", "before", "grade"))
    done = trained(
        file, "--theme", "weather", "--out", tmp_path / "own", "--text-column", "said", "--code-column", "grade"
    )
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == f"weather: 120 sentences, {codes.sum()} coded 2"
    assert lines[2].split()[:3] == ["trained,", "60", "documents"]
    assert float(lines[2].split()[3]) > 0.95
    assert lines[3].startswith("trained on half of them")
    assert not any(line.startswith("rules") for line in lines)
    assert code_sentences(["the storm is near"], weights=tmp_path / "own")["weather"].tolist() == [True]


GOOD = ("It rained.", "d", "2015", "", "0")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GOOD, ("It rained.", "d", "2015", "", "3")], r"codings\.csv:3: code: '3' is not 0, 1 or 2"),
        ([("It\nrained.", "d", "2015", "", "")], r"codings\.csv:3: code: '' is not 0, 1 or 2"),
        ([("It rained.",)], r"codings\.csv:2: code: '' is not 0, 1 or 2"),
        ([("It rained.", "d", "last year", "", "0")], r"codings\.csv:2: year: 'last year' is not a year of four"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_its_place(tmp_path, rows, message):
    with pytest.raises(CodingsError, match=message):
        read_codings(write(tmp_path / "codings.csv", rows))


def test_a_missing_column_or_file_is_named(tmp_path):
    file = write(tmp_path / "codings.csv", [GOOD])
    with pytest.raises(CodingsError, match=r"csv:1: body: no such column; there are text, document, year, before, c"):
        read_codings(file, text_column="body")
    with pytest.raises(CodingsError, match="No such file"):
        read_codings(tmp_path / "none.csv")
    file.write_bytes(b"text,code\n\xff\xfe,1\n")
    with pytest.raises(CodingsError, match="not UTF-8 at byte 10"):
        read_codings(file)
    file.write_bytes(b"")
    with pytest.raises(CodingsError, match="there are no columns at all"):
        read_codings(file)


@pytest.mark.parametrize("codes", [[2] * (LEAST_CLEAR - 1) + [0] * 40, [2] * 40, [0] * 40, []])
def test_too_few_codings_are_refused(tmp_path, codes):
    file = write(tmp_path / "codings.csv", [("It rained.", f"d{at}", "", "", code) for at, code in enumerate(codes)])
    done = trained(file, "--theme", "weather", "--out", tmp_path / "own")
    assert isinstance(done.exception, CodingsError)
    assert f"a coder needs at least {LEAST_CLEAR} coded 2, of 5 documents" in str(done.exception)
    assert not (tmp_path / "own").exists()
    assert "is no id" in str(trained(file, "--theme", "a theme").exception)


def test_a_saved_coder_keeps_its_classes_and_options(tmp_path):
    sentences = ["we fear the storm", "the storm is near", "calm seas", "all is calm"] * 6
    fitted = ThemeClassifier("weather", C=4.0, soft=0.3, use_vectors=False, min_sentences=2, random_state=7)
    fitted.fit(sentences, [2, 2, 0, 0] * 6).save(tmp_path)
    again = ThemeClassifier.load(tmp_path)
    assert again.get_params() == fitted.get_params()
    assert again.predict(sentences).tolist() == fitted.predict(sentences).tolist() == [2, 2, 0, 0] * 6


def test_vectors_of_another_coder_are_refused(fitted, tmp_path):
    fitted.save(tmp_path)
    other = ThemeClassifier("weather", C=4.0, use_vectors=False)
    other.fit(["we fear the storm", "the storm is near", "calm seas", "all is calm"] * 6, [1, 1, 0, 0] * 6)
    other.save(tmp_path / "other")
    (tmp_path / "vectors.npz").write_bytes((tmp_path / "other" / "vectors.npz").read_bytes())
    with pytest.raises(ModelError, match=r"vectors\.npz is not the file that coder.json describes"):
        ThemeClassifier.load(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,code\nIn 1945, 2,000 fell there.,0\n", "line|:2: more cells than the header"),
        ("text,text,code\na,b,1\n", "'text' names several columns"),
        ("text,code\n ,0\n", "text: empty"),
    ],
)
def test_a_shifted_or_empty_row_is_refused(tmp_path, content, message):
    file = tmp_path / "codings.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CodingsError, match=message):
        read_codings(file)
