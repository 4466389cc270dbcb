from __future__ import annotations

import pytest

from aidememoire import code, load_codebook
from aidememoire.codebook.model import Codebook
from aidememoire.examples import strongest
from aidememoire.frames import TABLES, checked

BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"},
        "sha256": "test",
        "technical": {
            "courtesy_formula": {"phrases": ["thank you mr", "i have the honour"]},
            "boilerplate": {"regex": ["for immediate release"]},
            "un_charter_formula": {"phrases": ["scourge of war"]},
        },
        "themes": [
            {
                "id": "narrow", "family": "memory", "definition": "d", "facets": {"form": ["day", "site"]},
                "overlaps": {"implies": ["wide"]}, "veto": ["lecture"],
                "patterns": {
                    "phrases": ["falsify history"], "lenient_phrases": ["twist"],
                    "facet_patterns": [
                        {"facet": "form", "value": "day", "near": {"a": "day", "b": "history", "within": 9}}
                    ],
                },
            },
            {
                "id": "wide", "family": "memory", "definition": "d",
                "patterns": {"phrases": ["the past"], "lenient_phrases": ["old"]},
            },
        ],
    }
)  # fmt: skip


def coded(corpus):
    coding = code(corpus, BOOK)
    rows = coding.codes[["sentence", "theme", "value"]].astype({"theme": "str"})
    return coding, [tuple(row) for row in rows.itertuples(index=False)]


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("They falsify history.", [(0, "narrow", 2), (0, "wide", 2)]),
        ("They twist it.", [(0, "narrow", 1), (0, "wide", 1)]),
        ("They twist the past.", [(0, "narrow", 1), (0, "wide", 2)]),
        ("They falsify old history.", [(0, "wide", 1)]),
        ("They falsify history, an old habit.", [(0, "narrow", 2), (0, "wide", 2)]),
        ("A lecture on how they falsify history.", []),
        ("Nothing.", []),
    ],
)
def test_codes(make_corpus, sentence, codes):
    assert coded(make_corpus({"a.txt": sentence}))[1] == codes


def test_an_implied_code_resolves_to_the_hit_it_follows_from(make_corpus):
    coding, _ = coded(make_corpus({"a.txt": "They falsify history."}))
    hits = coding.hits.astype({"rule": "str", "theme": "str"})
    assert hits[["theme", "rule", "start", "end"]].values.tolist() == [
        ["narrow", "narrow.phrase.1", 5, 20],
        ["wide", "implied by narrow", 5, 20],
    ]


def test_every_code_resolves_to_a_hit_and_every_hit_to_its_sentence(make_corpus):
    text = "They falsify history on the day. They twist the past.\nScourge of war. Thank you Mr Oren."
    coding, _ = coded(make_corpus({"a.txt": text, "b.txt": text + " More."}))
    keys = ["statement_id", "sentence", "theme"]
    codes, hits = coding.codes.astype({"theme": "str"}), coding.hits.astype({"theme": "str"})
    assert len(codes.merge(hits[keys].drop_duplicates(), on=keys)) == len(codes) > 0
    placed = hits.merge(coding.sentences, on=["statement_id", "sentence"], suffixes=("", "_of"))
    assert len(placed) == len(hits)
    assert ((placed["start"] >= placed["start_of"]) & (placed["end"] <= placed["end_of"])).all()


def test_facets_stand_only_with_their_theme(make_corpus):
    coding, _ = coded(make_corpus({"a.txt": "On this day they falsify history. On this day of history."}))
    facets = coding.facets[coding.facets["facet"] != "stance"]
    assert facets[["sentence", "facet", "value"]].values.tolist() == [[0, "form", "day"]]


def test_technical_codes(make_corpus):
    middle = [f"Sentence {n} says nothing." for n in range(20)]
    first = ["Thank you Mr Oren.", *middle]
    inner = [*middle[:12], "Thank you Mr Oren.", *middle]
    twice = [*middle[:12], "Thank you Mr Oren, I have the honour.", *middle]
    furniture = ["for immediate release", "Scourge of war."]
    coding, _ = coded(make_corpus({f"{n}.txt": "\n".join(s) for n, s in enumerate([first, inner, twice, furniture])}))
    found = coding.sentences.dropna(subset="technical")
    assert list(zip(found["statement_id"], found["sentence"], found["technical"], strict=True)) == [
        ("statements/0.txt", 0, "courtesy_formula"),
        ("statements/2.txt", 12, "courtesy_formula"),
        ("statements/3.txt", 0, "boilerplate"),
    ]


def test_only_new_texts_are_matched(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "They falsify history.", "b.txt": "They twist it."})
    first = code(corpus, BOOK)
    (tmp_path / "statements" / "c.txt").write_text("The past.", encoding="utf-8")
    corpus.ingest(tmp_path / "statements")
    second = code(corpus, BOOK)
    assert (first.n_matched, second.n_matched, code(corpus, BOOK).n_matched) == (2, 1, 0)
    # another codebook is another question
    assert code(corpus, BOOK.model_copy(update={"sha256": "edited"})).n_matched == 3


def test_tables_keep_their_contract(make_corpus):
    for texts in ({}, {"a.txt": "They falsify history on the day."}):
        coding = code(make_corpus(texts), BOOK)
        for name in ("statements", "sentences", "hits", "codes", "facets"):
            table = getattr(coding, name)
            assert list(table.columns) == list(TABLES[name])
            assert checked(table, name) is not None
        assert coding.coded["statement_id"].tolist() == coding.statements["statement_id"].tolist()


def test_strongest_examples(make_corpus):
    long = "It is a plain fact that they falsify history and twist what remains of it."
    corpus = make_corpus({"a.txt": f"{long} They falsify history.", "b.txt": f"Again and again, {long}"})
    found = strongest(code(corpus, BOOK), "narrow", 5)
    assert sorted(each.statement_id for each in found) == ["statements/a.txt", "statements/b.txt"]
    assert all(each.text[s:e] in {"falsify history", "twist"} for each in found for s, e in each.hits)
    assert strongest(code(corpus, BOOK), "wide", 0) == []


def test_examples_are_of_counted_voices_and_name_their_own_speaker(make_corpus):
    question = "Why do your critics claim that you of all people falsify history in your school books?"
    answer = "Nobody in my country, and least of all this ministry, would ever falsify history in any book."
    head = "---\ndate: 2020-05-09\nactor: XAA\nkind: transcript\nspeaker: Anna Berg\n---\n\n"
    text = f"{head}Question: {question}\n\nAnna Berg: {answer}\n\nQuestion: Thank you.\n\nAnna Berg: Thank you too.\n"
    coding = code(make_corpus({"t.md": text}), BOOK)
    assert {e.speaker for e in strongest(coding, "narrow", 5, voices="attributed")} == {"Anna Berg"}
    shown = [each.text for each in strongest(coding, "narrow", 5, voices="attributed")]
    assert not any(question in each for each in shown)
    assert any("falsify history" in each for each in shown)


@pytest.mark.real
def test_the_reference_story(shared, make_corpus):
    story = (shared / "corpora" / "tass_2021-09-03.txt").read_text(encoding="utf-8")
    corpus = make_corpus({"tass_2021-09-03.txt": story})
    (statement,) = corpus.statements().to_dict("records")
    wanted = {
        "date": "2021-09-03", "date_precision": "day", "place": "Moscow", "agency": "TASS",
        "speaker": "Sergey Lavrov", "role": "foreign minister", "actor": "RUS",
    }  # fmt: skip
    assert {name: statement[name] for name in wanted} == wanted
    coding = code(corpus, load_codebook())
    assert len(coding.sentences) == 11
    direct = {2, 3, 4, 5, 6, 7, 10, 11}
    voices = ["direct" if number in direct else "indirect" for number in range(1, 12)]
    assert coding.sentences["voice"].tolist() == voices
    assert set(coding.sentences["speaker"]) == {"Sergey Lavrov"}
    codes = coding.codes.astype({"theme": "str"})
    assert codes.loc[codes["theme"] == "anti_revisionism", "sentence"].tolist() == [6]
    clear = {theme: set(rows["sentence"] + 1) for theme, rows in codes[codes["value"] == 2].groupby("theme")}
    # The clear codes of the reference coding that the rules find; sentence 8 is missed for historical_memory.
    assert clear["historical_memory"] == {1, 2, 3, 4, 5, 6, 7, 9, 10, 11}
    assert clear["bilateral_friendship"] == {4, 5, 6}
    assert clear["commemoration_ritual"] == {8, 9, 10, 11}
    assert clear["victimhood_sacrifice"] == {3, 5}
    assert clear["shared_victory_alliance"] == {4, 5}
