"""From a point of a figure to its sentences: exactly those that were counted, with the words that code them."""

from __future__ import annotations

import pandas as pd
import pytest

from aidememoire import code, load_codebook, series
from aidememoire.codebook.model import Codebook
from aidememoire.concordances import NO_RULE, concordance
from aidememoire.contrast import keyness
from aidememoire.errors import SeriesError

THEMES = [
    {
        "id": "past", "family": "memory", "definition": "d",
        "patterns": {"phrases": ["remember*", "memory"], "lenient_phrases": ["recall*"]},
    },
    {
        "id": "lies", "family": "memory", "definition": "d", "patterns": {"phrases": ["lie*"]},
        "overlaps": {"implies": ["past"]},
    },
    {
        "id": "treaty", "family": "order", "definition": "d",
        "patterns": {"phrases": [{"pattern": "traité", "language": "fr"}]},
    },
]  # fmt: skip
TECHNICAL = {"boilerplate": {"regex": ["furniture"]}}
BOOK = Codebook.model_validate(
    {"meta": {"version": "1"}, "sha256": "concordance", "themes": THEMES, "technical": TECHNICAL}
)
SAME = "We remember the long war of the rivers, and we recall its end. No lies will change what the stones remember."


def story(date: str, text: str, actor: str = "XAA", **more: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in {"date": date, "actor": actor, **more}.items())
    return f"---\n{head}---\n\n{text}\n"


@pytest.fixture
def coding(make_corpus):
    texts = {
        "a.md": story("2010-05-01", "We remember, and memory lasts. It rained. We remember furniture. They recall it."),
        "b.md": story(
            "2010-08-01",
            'The minister said: "We remember." He said that all who recall the war "remember every lie told" there.',
        ),
        "c.md": story("2011-05-01", SAME),
        "d.md": story("2011-05-02", SAME),
        "e.md": story("2012-05-01", "No one told lies. We remember all.", actor="XBB"),
        "f.md": story("2013", "We recall it.", actor="XBB"),
        "g.md": story("2013", "Le traité. We remember.", actor="XCC", language="fr"),
        "h.md": "---\nactor: XAA\n---\n\nWe remember.\n",
    }
    return code(make_corpus(texts), BOOK)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"by": ["actor"], "codes": "lenient"},
        {"voices": "own_words", "codes": "lenient"},
        {"voices": "all", "stances": "asserts", "count": "events"},
        {"measure": "statements", "by": ["actor"], "codes": "lenient"},
        {"measure": "words", "period": "all"},
        {"period": "quarter", "only": {"actor": ["XAA"]}},
        {"window": 3, "codes": "lenient"},
        {"weighting": "statement", "by": ["language"]},
    ],
)
def test_the_sentences_of_every_point_are_those_counted(coding, asked):
    found = series(coding, **asked)
    key = ["statement_id"] if found.measure == "statements" else ["statement_id", "sentence"]
    counted = 0
    for _, row in found.table.iterrows():
        rows = concordance(coding, series=found, row=row)
        assert len(rows.drop_duplicates(key)) == row["n_coded"]
        assert set(rows["theme"]) <= {row["theme"]}
        counted += row["n_coded"]
    assert counted > 0


def test_each_row_shows_the_hit_in_its_context_and_where_it_is_from(coding):
    rows = concordance(coding, "past", period="2010", width=12)
    assert rows["hit"].tolist() == ["remember", "memory", "remember", "recall", "remember"]
    first = rows.iloc[0]
    assert (first["left"], first["right"]) == ("We", ", and memory")
    assert (first["rule"], first["value"], first["sentence"]) == ("past.phrase.1", 2, 0)
    for row in rows.itertuples():
        clean = coding.corpus.text(row.statement_id)
        assert clean.text[row.start : row.end] == row.hit
        assert clean.raw[row.raw_start : row.raw_end] == row.hit
    assert rows["source_path"].tolist()[0].endswith("a.md")
    implied = concordance(coding, "past", period="2012")
    assert implied[["hit", "rule"]].values.tolist()[0] == ["lies", "implied by lies"]


def test_choices_without_a_series_are_those_of_one(coding):
    everything = concordance(coding, codes="lenient")
    counted = series(coding, period="all", codes="lenient").table["n_coded"].sum()
    assert len(everything.drop_duplicates(["statement_id", "sentence", "theme"])) == counted
    late = concordance(coding, "past", only={"actor": "XBB", "since": "2013"}, codes="lenient")
    assert late["hit"].tolist() == ["recall"]
    one = {"actor": "XAA"}
    day, quarter = (concordance(coding, "past", only=one, period=label) for label in ("2011-05-01", "2011-Q2"))
    assert len(day) == 3
    pd.testing.assert_frame_equal(day, quarter)
    assert len(concordance(coding, "treaty")) == 1


def test_the_quoted_part_of_a_mixed_sentence_shows_no_word_outside(coding):
    rows = concordance(coding, "past", only={"actor": "XAA"}, period="2010-08", voices="own_words", codes="lenient")
    mixed = rows[rows["voice"] == "mixed"]
    assert mixed["hit"].tolist() == ["remember"]
    everything = concordance(coding, "past", only={"actor": "XAA"}, period="2010-08", codes="lenient")
    assert everything.loc[everything["voice"] == "mixed", "hit"].tolist() == ["recall", "remember"]


def test_a_word_of_keyness_leads_to_its_uses(coding):
    found = keyness(coding, {"actor": "XAA"}, min_statements=1, bigrams=True, draws=5).table
    for word in ("we remember", "the", "lies"):
        rows = concordance(coding, only={"actor": "XAA"}, word=word)
        assert len(rows) == found.set_index("word").loc[word, "n_a"]
        assert set(rows["hit"].str.lower()) == {word}
    assert rows["value"].isna().all()
    coded = concordance(coding, "lies", word="lies")
    assert set(coded["theme"]) == {"lies"}
    assert concordance(coding, word="nowhere").empty


def test_a_code_of_a_model_without_a_rule_shows_its_sentence(make_corpus):
    text = "We cherish the ties with our good neighbour and friend. Trade grew by a tenth."
    corpus = make_corpus({"a.md": story("2020-05-09", text, language="en")})
    coding = code(corpus, load_codebook(), method="model")
    table = series(coding, codes="lenient").table
    points = table[table["n_coded"] > 0]
    assert len(points)
    found = series(coding, codes="lenient")
    rows = pd.concat([concordance(coding, series=found, row=row) for _, row in points.iterrows()])
    assert len(rows.drop_duplicates(["theme", "sentence"])) == points["n_coded"].sum()
    bare = rows[rows["rule"] == NO_RULE]
    assert len(bare)
    assert all(hit in text for hit in bare["hit"])
    assert bare["hit"].str.endswith(".").all()


def test_what_cannot_be_asked(coding):
    found = series(coding)
    row = found.table.iloc[0]
    with pytest.raises(SeriesError, match="row go together"):
        concordance(coding, series=found)
    with pytest.raises(SeriesError, match="voices was given"):
        concordance(coding, series=found, row=row, voices="all")
    with pytest.raises(SeriesError, match="no theme 'love'"):
        concordance(coding, "love")
    with pytest.raises(SeriesError, match="must look like"):
        concordance(coding, "past", period="spring")
    with pytest.raises(SeriesError, match="finer dates"):
        concordance(coding, "past", period="2013-01")
    with pytest.raises(SeriesError, match="no word"):
        concordance(coding, word=", ;")
    with pytest.raises(SeriesError, match="no period"):
        concordance(coding, series=found, row={"theme": "past", "period": "1900"})


def test_an_empty_corpus_has_no_rows(make_corpus):
    coding = code(make_corpus({}), BOOK)
    assert concordance(coding, "past").empty
    assert concordance(coding, word="war").empty
