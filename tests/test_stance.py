"""Stance toward a theme: every rule on invented sentences, one row a code, and series of what is asserted."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from aidememoire import code, load_codebook, series
from aidememoire.codebook.model import Codebook
from aidememoire.errors import SeriesError
from aidememoire.explain import explain
from aidememoire.voices import Voiced, load_stance_cues, stance_of

DATA = Path(__file__).parent / "data"
FAMILIES = {theme.id: theme.family for theme in load_codebook().themes}
# The test half was written before the cues were looked at, but by their author; three were missed when it was scored.
LEAST_RIGHT = {"test": 57, "tune": 60}

BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"},
        "sha256": "stance test",
        "themes": [
            {
                "id": "distortion", "family": "memory", "definition": "d", "overlaps": {"implies": ["past"]},
                "patterns": {"phrases": ["(falsif*|rewrit*) history"]},
            },
            {"id": "past", "family": "memory", "definition": "d", "patterns": {"phrases": ["the war"]}},
            {"id": "bond", "family": "relational", "definition": "d", "patterns": {"phrases": ["friend*"]}},
            {"id": "order", "family": "order", "definition": "d", "patterns": {"phrases": ["freedom"]}},
        ],
    }
)  # fmt: skip


def invented(half: str) -> list[dict[str, str]]:
    with (DATA / "stances.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["half"] == half]


def stance(row: dict[str, str]) -> str:
    start, end = row["sentence"].index("{"), row["sentence"].index("}") - 1
    text = re.sub("[{}]", "", row["sentence"])
    return stance_of(text, (0, len(text)), Voiced(row["voice"]), [(start, end)], FAMILIES[row["theme"]])


def stances(coding) -> list[tuple[int, str, str]]:
    rows = coding.facets[coding.facets["facet"] == "stance"]
    return list(zip(rows["sentence"], rows["theme"], rows["value"], strict=True))


@pytest.mark.parametrize("half", ["test", "tune"])
def test_invented_sentences(half):
    rows = invented(half)
    assert Counter(row["kind"] for row in rows) == dict.fromkeys(("asserts", "denies", "reports", "traps"), 15)
    wrong = [(row["stance"], stance(row), row["sentence"]) for row in rows if stance(row) != row["stance"]]
    assert len(rows) - len(wrong) >= LEAST_RIGHT[half], wrong


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("We condemn those who falsify history.", "asserts"),
        ("We have never falsified history.", "denies"),
        ("We have not only rewritten history.", "asserts"),
        ("Nobody may rewrite history.", "asserts"),
        ("If nobody has rewritten history, all is well.", "asserts"),
        ("The accusation that we rewrite history is old.", "reports"),
        ("The accusation that we rewrite history is baseless.", "denies"),
        ("Despite the accusation that we rewrite history, we do not sue.", "asserts"),
        ("We deny that we rewrite history.", "denies"),
        ("Nobody here, I say, can say that we deny that we rewrite history.", "asserts"),
        ("They say that we rewrite history.", "reports"),
        ("We say that they rewrite history.", "asserts"),
        ("They say so, but it is they who rewrite history.", "asserts"),
        ("You say that we rewrite history.", "reports"),
        ("We regret to say that we rewrite history.", "asserts"),
        ("Norvia calls it an effort to “rewrite history”.", "reports"),
        ("As our founder said, “rewrite history” at your peril.", "asserts"),
        ("The book “How to rewrite history” is out.", "asserts"),
        ("So we rewrite history, they claim.", "reports"),
        ("So we rewrite history, as they claim.", "reports"),
    ],
)
def test_a_charge(sentence, found):
    start = re.search(r"(falsif\w+|rewrit\w+) history", sentence).span()
    assert stance_of(sentence, (0, len(sentence)), Voiced("own"), [start]) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("There is no friendship with them.", "denies"),
        ("There is no better friend.", "asserts"),
        ("Our once friends shoot at us.", "denies"),
        ("Our so-called friends shoot at us.", "denies"),
        ("Once more friends meet.", "asserts"),
        ("The friendship is dead.", "denies"),
        ("They boast of friendship, it is not.", "denies"),
    ],
)
def test_a_bond_is_denied_by_a_plain_negation_and_can_be_lost(sentence, found):
    span = re.search(r"friend\w*", sentence).span()
    assert stance_of(sentence, (0, len(sentence)), Voiced("own"), [span], "relational") == found


def test_no_x_is_an_accusation_where_the_family_is_a_norm():
    text = "There is no freedom in that land."
    assert stance_of(text, (0, len(text)), Voiced("own"), [(12, 19)], "order") == "asserts"


def test_one_asserted_hit_is_enough():
    text = "Nobody rewrites history here, yet there they rewrite history."
    first, second = [match.span() for match in re.finditer(r"rewrit\w+ history", text)]
    assert stance_of(text, (0, len(text)), Voiced("own"), [first]) == "denies"
    assert stance_of(text, (0, len(text)), Voiced("own"), [first, second]) == "asserts"


def test_the_attribution_clause_hands_nothing_to_others():
    text = "They said that we rewrite history."
    hits = [(18, 33)]
    assert stance_of(text, (0, len(text)), Voiced("own"), hits) == "reports"
    assert stance_of(text, (0, len(text)), Voiced("indirect", clause_start=0, clause_end=9), hits) == "asserts"


def test_every_code_has_one_stance(make_corpus):
    text = "They falsify history in the war. Nobody is rewriting history here. Our friends came. Nothing."
    coding = code(make_corpus({"a.txt": text, "b.txt": text + " There is no friendship."}), BOOK)
    key = ["statement_id", "sentence", "theme"]
    rows = coding.facets[coding.facets["facet"] == "stance"]
    assert not rows.duplicated(key).any()
    pd.testing.assert_frame_equal(
        coding.codes[key].astype("str").sort_values(key, ignore_index=True),
        rows[key].astype("str").sort_values(key, ignore_index=True),
    )
    assert (1, "distortion", "denies") in stances(coding)
    assert (1, "past", "denies") in stances(coding)
    assert (4, "bond", "denies") in stances(coding)


def test_arrays_and_the_rule_agree(make_corpus):
    """What is not judged because it holds no telling word must be what the rule would let assert."""
    sentences = [re.sub("[{}]", "", row["sentence"]) for half in LEAST_RIGHT for row in invented(half)]
    book = load_codebook()
    coding = code(make_corpus({f"{n:03}.txt": text for n, text in enumerate(sentences)}), book)
    texts = coding.corpus.sentences(text=True).set_index(["statement_id", "sentence"])
    hits = coding.hits.astype({"theme": "str"}).groupby(["statement_id", "sentence", "theme"], observed=True)
    rows = coding.facets[coding.facets["facet"] == "stance"].astype({"theme": "str"})
    assert set(rows["value"]) >= {"asserts", "denies", "reports"}
    for row in rows.itertuples():
        of = texts.loc[(row.statement_id, row.sentence)]
        spans = hits.get_group((row.statement_id, row.sentence, row.theme))[["start", "end"]].to_numpy().tolist()
        clause = {name: -1 if pd.isna(of[name]) else int(of[name]) for name in ("clause_start", "clause_end")}
        text = " " * of["start"] + of["text"]
        want = stance_of(text, (of["start"], of["end"]), Voiced(of["voice"], **clause), spans, FAMILIES[row.theme])
        assert row.value == want, of["text"]


def test_nothing_is_said_of_a_language_without_cues(make_corpus):
    text = "Они говорят, что мы не falsify history, и это не так. Это было давно, и все это помнят сегодня."
    assert stances(code(make_corpus({"a.txt": text}), BOOK)) == [(0, "distortion", "none"), (0, "past", "none")]


def test_empty(make_corpus):
    assert stances(code(make_corpus({}), BOOK)) == []


def test_a_series_of_what_is_asserted(make_corpus):
    coding = code(make_corpus({"a.txt": "They falsify history. Nobody is rewriting history here. It rained."}), BOOK)
    every, asserted = (series(coding, period="all", stances=which) for which in ("all", "asserts"))
    counts = [
        list(found.table.set_index("theme").loc["distortion", ["n_coded", "n_sentences"]])
        for found in (every, asserted)
    ]
    assert counts == [[2, 3], [1, 3]]
    assert series(coding, period="all").stances == "all"
    with pytest.raises(SeriesError, match="stances must be one of all, asserts"):
        series(coding, period="all", stances="denies")


def test_explain_says_the_stance():
    found = {(row.theme, row.stance) for row in explain("We have never rewritten history.", BOOK) if row.value}
    assert found == {("distortion", "denies"), ("past", "denies")}
    found = {(row.theme, row.stance) for row in explain("They claim that we rewrite history.", BOOK) if row.value}
    assert found == {("distortion", "reports"), ("past", "reports")}


def test_cues_are_patterns_that_arrow_takes_too():
    cues = load_stance_cues()
    for pattern in (cues.distancing, cues.claiming, cues.negation, cues.charge):
        assert not re.search(r"\(\?[=!<]", pattern.pattern)


def test_labels_of_real_sentences_hold_no_text():
    with (DATA / "stances_real.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 160
    assert set(rows[0]) == {
        "place", "source", "document", "sentence_sha", "theme", "stratum", "frame", "half", "stance"
    }  # fmt: skip
    assert Counter(row["half"] for row in rows) == {"tune": 80, "test": 80}
    assert all(re.fullmatch("[0-9a-f]{12}", row["sentence_sha"]) for row in rows)
