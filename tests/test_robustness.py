"""A finding under other choices: every row is what the series says, and what moves it is named."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aidememoire import code, series
from aidememoire.codebook.model import Codebook
from aidememoire.errors import SeriesError
from aidememoire.figures.robustness import curve_rows, plot_robustness
from aidememoire.speccurve import Choices, Finding, robustness
from aidememoire.speccurve.rules import leaning, theme_alone, without_rules
from aidememoire.themes import RULES

BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"},
        "sha256": "robust",
        "themes": [
            {
                "id": "past", "family": "memory", "definition": "d",
                "patterns": {"phrases": ["remember", "memory"], "lenient_phrases": ["recall"]},
            },
            {
                "id": "denial", "family": "memory", "definition": "d", "patterns": {"phrases": ["falsify"]},
                "overlaps": {"implies": ["past"]},
            },
            {"id": "trade", "family": "functional", "definition": "d", "patterns": {"phrases": ["trade"]}},
        ],
    }
)  # fmt: skip
FINDING = Finding("past", "2010..2011", "2013")


def story(date: str, actor: str, text: str, kind: str = "speech") -> str:
    return f"---\ndate: {date}\nactor: {actor}\nkind: {kind}\n---\n\n{text}\n"


QUOTED = '"We remember it all," the minister said. It rained. The minister said that they recall it.'
LONG = " ".join(f"The {n}th delegation met its hosts in the old hall of the town by the river." for n in range(12))


@pytest.fixture(scope="module")
def coding(tmp_path_factory):
    from aidememoire import Corpus

    rng = np.random.default_rng(1)
    sentences = ["We remember.", "Our memory lasts.", "We recall it.", "They falsify it.", "We trade.", "It rained."]
    texts = {
        "twin1.md": story("2010-05-01", "XAA", f"We remember. {LONG}"),
        "twin2.md": story("2010-05-02", "XAA", f"The office spoke. We remember. {LONG[:600]}", "wire_story"),
        "quoted1.md": story("2010-06-01", "XAA", QUOTED, "wire_story"),
        "quoted2.md": story("2013-06-01", "XBB", QUOTED + " We trade.", "wire_story"),
    }
    for number in range(40):
        year, actor = (2010, 2011, 2013)[number % 3], ("XAA", "XBB")[number % 2]
        likely = [0.1, 0.08, 0.05, 0.05, 0.2, 0.52] if year < 2013 else [0.25, 0.1, 0.05, 0.1, 0.2, 0.3]
        chosen = rng.choice(sentences, size=6, p=likely)
        text = " ".join([*chosen, f"Meeting {number} ended."])
        texts[f"s{number}.md"] = story(f"{year}-0{1 + number % 9}-1{number % 9}", actor, text)
    folder = tmp_path_factory.mktemp("robust")
    (folder / "statements").mkdir()
    for name, text in texts.items():
        (folder / "statements" / name).write_text(text, encoding="utf-8")
    with Corpus.open(folder / "study.db") as corpus:
        corpus.ingest(folder / "statements")
        yield code(corpus, BOOK)


@pytest.fixture(scope="module")
def found(coding):
    return robustness(coding, FINDING, draws=300)


def test_every_row_is_the_difference_of_two_series(coding, found):
    # The two years before are one period of a series over them alone.
    years = coding.statements["date"].str[:4]
    before = replace(coding, statements=coding.statements.assign(venue=np.where(years < "2012", "early", "late")))
    plain = found.table[found.table["without_rule"] == ""]
    assert len(plain) == 3 * 2 * 1 * 2 * 3 * 3
    for row in plain.sample(40, random_state=1).itertuples():
        shares = series(
            before, period="all", by=["venue"], voices=row.voices, codes=row.codes, coder=row.coder,
            measure=row.measure, count=row.count, weighting=row.weighting,
        ).table.set_index(["theme", "venue"])["share"]  # fmt: skip
        assert row.before == pytest.approx(shares["past", "early"]), row
        assert row.after == pytest.approx(shares["past", "late"]), row
        assert row.estimate == pytest.approx(row.after - row.before)


def test_the_baseline_comes_first_and_choices_that_change_nothing_count_once(found):
    table = found.table
    first = table.iloc[0]
    assert (first["voices"], first["codes"], first["measure"]) == ("attributed", "strict", "sentences")
    by_statement = table[(table["measure"] == "statements") & (table["weighting"] == "statement")]
    assert not by_statement["distinct"].any()
    events = table[(table["without_rule"] == "") & (table["count"] == "events")]
    assert events["distinct"].any()
    summary = found.summary()
    assert summary.n == table["distinct"].sum() < len(table)
    assert summary.n_same_sign == summary.n
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_the_curve_draws_each_distinct_estimate_once_and_in_order(found):
    rows = curve_rows(found)
    assert len(rows) == found.table["distinct"].sum()
    for _, part in rows.groupby("measure"):
        assert part["estimate"].is_monotonic_increasing
    figure = plot_robustness(found, title="The past")
    assert len(figure.axes) == 2 * rows["measure"].nunique()
    shown = {label.get_text() for label in figure.axes[1].get_yticklabels()}
    assert {"voices: own words", "codes: lenient", "without: phrase.1", "without: implied by denial"} <= shown


def test_an_interval_is_about_that_of_a_difference_of_means_of_statements(coding):
    # Shares of statements: two independent proportions (Wald), which a bootstrap of statements estimates.
    found = robustness(coding, FINDING, choices=Choices(("all",), ("strict",), (), ("statements",)), draws=4000)
    row = found.table.iloc[0]
    p, n = np.array([row["before"], row["after"]]), np.array([row["n_before"], row["n_after"]])
    half = 1.96 * np.sqrt((p * (1 - p) / n).sum())
    assert row["high"] - row["low"] == pytest.approx(2 * half, rel=0.12)


def test_leaving_out_a_rule_drops_what_rests_on_it_alone(coding):
    slim = theme_alone(coding, "past")
    rules = leaning(slim, "past", coding.statements["statement_id"])
    assert set(rules["rule"]) == {"past.phrase.1", "past.phrase.2", "past.lenient.1", "implied by denial"}
    assert rules["n_hit"].is_monotonic_decreasing
    keys = ["statement_id", "sentence"]
    whole = slim.codes_by(RULES)[keys]
    for rule, left in without_rules(slim, "past", rules["rule"].tolist()):
        row = rules.set_index("rule").loc[rule]
        assert len(whole) - len(left.codes_by(RULES)) == row["n_alone"]
        lender = rule.removeprefix("implied by ")
        hit = coding.hits[(coding.hits["rule"] == rule) | (coding.hits["theme"] == lender)]
        gone = pd.concat([whole, left.codes_by(RULES)[keys]]).drop_duplicates(keep=False)
        assert len(gone.merge(hit[keys].drop_duplicates(), on=keys)) == len(gone)


def test_another_rule_of_less_weight_keeps_its_own_value(make_corpus):
    texts = {"a.md": story("2010-05-01", "XAA", "We remember and recall. We falsify and remember. We remember.")}
    slim = theme_alone(code(make_corpus(texts), BOOK), "past")
    ((_, left),) = without_rules(slim, "past", ["past.phrase.1"])
    assert dict(zip(left.codes["sentence"], left.codes["value"], strict=True)) == {0: 1, 1: 2}
    ((_, left),) = without_rules(slim, "past", ["implied by denial"])
    assert dict(zip(left.codes["sentence"], left.codes["value"], strict=True)) == {0: 2, 1: 2, 2: 2}


def test_a_finding_that_rests_on_one_rule_says_so(make_corpus):
    texts = {}
    for number in range(40):
        text = "We remember. It rained." if number >= 20 else "It snowed. It rained."
        texts[f"{number}.md"] = story(
            f"{2010 + 3 * (number // 20)}-05-{10 + number % 20}", "XAA", f"{text} Day {number}."
        )
        if number < 4 or number > 35:
            texts[f"m{number}.md"] = story(
                f"{2010 + 3 * (number // 20)}-06-01", "XAA", f"Our memory lasts. Day {number}."
            )
    coding = code(make_corpus(texts), BOOK)
    choices = Choices(("attributed",), ("strict", "lenient"), (), ("sentences",), ("statements",), ("sentence",))
    found = robustness(coding, FINDING, choices=choices, draws=200)
    without = found.table.set_index("without_rule")["estimate"]
    assert without["past.phrase.1"] == pytest.approx(0)
    assert without["past.phrase.2"] > 0.2
    summary = found.summary()
    assert summary.moves["choice"].iloc[0] == "without_rule"
    assert "without rule" in str(summary)
    assert summary.n_beyond_zero < summary.n


def test_a_group_and_no_rules_and_the_same_seed(coding):
    one = replace(FINDING, only={"actor": ["XAA"]})
    first, second = (robustness(coding, one, rules=0, draws=50, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert (first.table["without_rule"] == "").all()
    actor = first.table[first.table["weighting"] == "actor"]
    assert not actor["distinct"].any()


def test_progress_is_told(coding):
    said = []
    robustness(coding, FINDING, rules=1, draws=10, progress=lambda *each: said.append(each))
    assert [done for _, done, _ in said] == list(range(13))
    assert {n for *_, n in said} == {13}


def test_edges_give_an_answer_or_a_reason_and_no_warning(make_corpus):
    texts = {
        "a.md": story("2010-05-01", "XAA", "It rained.", "wire_story"),
        "b.md": story("2013-05-01", "XAA", 'The minister said that they remember. "We trade," he said.', "wire_story"),
    }
    coding = code(make_corpus(texts), BOOK)
    few = Choices(counts=("statements",))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = robustness(coding, replace(FINDING, theme="trade", only={"actor": "XAA"}), choices=Choices(
            voices=("all", "attributed"), counts=("statements",)), draws=20)  # fmt: skip
        flat = robustness(coding, replace(FINDING, theme="denial"), choices=replace(few, voices=("all",)), draws=20)
        plot_robustness(found)
        plot_robustness(flat)
    assert "no_data" in set(found.table["flag"])
    assert found.table["low"].isna().all()
    assert found.summary().n_without > 0
    assert flat.table["estimate"].eq(0).all()
    assert flat.table["relative"].isna().all()
    assert flat.summary().n_same_sign == flat.summary().n == 3
    assert flat.rules.empty
    with pytest.raises(SeriesError, match="no statement in before"):
        robustness(coding, FINDING, choices=few)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (replace(FINDING, theme="peace"), "no theme 'peace'"),
        (replace(FINDING, before="1999"), "no statement in before"),
        (replace(FINDING, after="2011..2013"), "2011 lies before and after"),
        (replace(FINDING, only={"venue": ["x"]}), "no column 'venue'"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_a_reason(coding, finding, said):
    with pytest.raises(SeriesError, match=said):
        robustness(coding, finding)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"voices": "all"}, "as a tuple"),
        ({"voices": ("mine",)}, "some of own_words"),
        ({"measures": ("counts",)}, "some of sentences, statements, words"),
        ({"codes": ("strict", "strict")}, "each once"),
        ({"counts": ()}, "counts is empty"),
    ],
)
def test_choices_are_closed(given, said):
    with pytest.raises(SeriesError, match=said):
        Choices(**given)


def test_a_coder_that_did_not_code_is_refused(coding):
    with pytest.raises(SeriesError, match="did not code this corpus"):
        robustness(coding, FINDING, choices=Choices(coders=("model",)))
