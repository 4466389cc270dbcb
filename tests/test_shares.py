from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aidememoire import code, series
from aidememoire.codebook.model import Codebook
from aidememoire.errors import SeriesError
from aidememoire.shares import SMALL_N

BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"},
        "sha256": "shares",
        "technical": {"boilerplate": {"regex": ["furniture"]}},
        "themes": [
            {
                "id": "past", "family": "memory", "definition": "d",
                "patterns": {"phrases": ["remember"], "lenient_phrases": ["recall"]},
            },
            {"id": "trade", "family": "functional", "definition": "d", "patterns": {"phrases": ["trade"]}},
        ],
    }
)  # fmt: skip


def story(date: str, text: str, actor: str = "XAA") -> str:
    return f"---\ndate: {date}\nactor: {actor}\n---\n\n{text}\n"


@pytest.fixture
def coding(make_corpus):
    texts = {
        "a.md": story("2010-05-01", "We remember. It rained. They recall it. We trade."),
        "b.md": story("2010-06-01", "It snowed. It thawed."),
        "c.md": story("2012-05-01", "We remember. We remember more."),
        "d.md": story("2012", "It rained, furniture. We remember all.", actor="XBB"),
        "e.md": "---\ntitle: undated\nactor: XAA\n---\n\nWe remember.\n",
        "f.md": story("2012-07-01", "We remember. We remember more."),
    }
    return code(make_corpus(texts), BOOK)


def row(table: pd.DataFrame, **where) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_shares_have_their_denominator(coding):
    found = row(series(coding).table, theme="past", period="2010")
    assert (found["n_sentences"], found["n_statements"], found["n_coded"]) == (6, 2, 1)
    assert found["share"] == pytest.approx(1 / 6)
    assert found["low"] < found["share"] < found["high"]


def test_a_statement_that_no_rule_of_a_theme_reads_is_no_denominator_of_it(make_corpus):
    own = {"pattern": "traité", "language": "fr"}
    themes = [
        {"id": "past", "family": "memory", "definition": "d", "patterns": {"phrases": [{**own, "language": "en"}]}},
        {"id": "treaty", "family": "order", "definition": "d", "patterns": {"phrases": [own]}, "parent": "law"},
        {"id": "law", "family": "order", "definition": "d", "patterns": {"phrases": [{**own, "language": "en"}]}},
        {"id": "any", "family": "order", "definition": "d", "patterns": {"phrases": ["traité"]}},
    ]
    head = "---\ndate: 2010-05-01\nactor: {}\nlanguage: {}\n---\n\nUn traité. Le ciel.\n"
    languages = {"XEN": "en", "XFR": "fr", "XDE": "de", "XNO": ""}
    texts = {f"{actor}.md": head.format(actor, language) for actor, language in languages.items()}
    corpus = make_corpus(texts)
    coding = code(corpus, Codebook.model_validate({"meta": {"version": "1"}, "sha256": "read", "themes": themes}))
    table = series(coding, by=["actor"]).table
    shares = {
        theme: dict(
            zip(rows["actor"], zip(rows["n_sentences"], rows["n_coded"], rows["flag"], strict=True), strict=True)
        )
        for theme, rows in table.groupby("theme")
    }
    read, unread = (2, 1, "small_n"), (0, 0, "no_data")
    assert shares["past"] == {"XEN": read, "XFR": unread, "XDE": unread, "XNO": read}
    assert shares["treaty"] == {"XEN": unread, "XFR": read, "XDE": unread, "XNO": read}
    assert shares["law"] == {"XEN": read, "XFR": read, "XDE": unread, "XNO": read}
    assert shares["any"] == {"XEN": read, "XFR": read, "XDE": read, "XNO": read}
    assert table.loc[table["flag"] == "no_data", "share"].isna().all()
    whole = series(coding, measure="statements", period="all").table.set_index("theme")
    assert whole["n_statements"].to_dict() == {"past": 2, "treaty": 2, "law": 3, "any": 4}
    assert whole["share"].eq(1).all()
    assert set(coding.coded["coder"]) == {"rules"}


def test_a_period_without_statements_is_a_gap_not_zero(coding):
    found = row(series(coding).table, theme="past", period="2011")
    assert found["flag"] == "no_data"
    assert np.isnan(found["share"])


def test_one_statement_gives_a_point_without_interval(coding):
    found = row(series(coding, by=["actor"]).table, theme="past", period="2012", actor="XBB")
    assert found["share"] == 1.0
    assert np.isnan(found["low"])
    assert found["flag"] == "small_n"
    assert SMALL_N > 1


def test_technical_sentences_repeats_and_undated_statements_do_not_count(coding):
    found = series(coding)
    assert (found.n_undated, found.n_duplicates) == (1, 1)
    assert row(found.table, theme="past", period="2012")["n_sentences"] == 3
    whole = series(coding, period="all")
    assert whole.n_undated == 0
    assert row(whole.table, theme="past")["n_sentences"] == 10


def test_strict_and_lenient(coding):
    assert row(series(coding, codes="lenient").table, theme="past", period="2010")["n_coded"] == 2


def test_share_of_statements(coding):
    found = row(series(coding, measure="statements").table, theme="past", period="2010")
    assert (found["n_coded"], found["share"]) == (1, 0.5)


def test_rates_have_the_words_of_eligible_sentences_as_denominator(coding):
    found = row(series(coding, measure="words").table, theme="past", period="2012")
    assert (found["n_coded"], found["n_words"], found["measure"]) == (3, 8, "per 1,000 words")
    assert found["share"] == pytest.approx(1000 * 3 / 8)
    assert series(coding).table["n_words"].isna().all()


def test_counts_have_an_interval_around_them(coding):
    counts = row(series(coding, measure="counts").table, theme="past", period="2010")
    shares = row(series(coding).table, theme="past", period="2010")
    assert counts["share"] == counts["n_coded"] == 1
    assert counts["high"] == pytest.approx(6 * shares["high"])


def test_statements_and_actors_can_weigh_the_same(coding):
    def share(weighting):
        return row(series(coding, weighting=weighting).table, theme="past", period="2012")["share"]

    assert (share("sentence"), share("statement"), share("actor")) == (1, 1, 1)
    by_statement = row(series(coding, weighting="statement").table, theme="past", period="2010")
    assert by_statement["share"] == pytest.approx((1 / 4 + 0) / 2)
    assert by_statement["n_coded"] == 1
    of_actors = row(series(coding, period="all", weighting="actor").table, theme="past")
    assert of_actors["share"] == pytest.approx((4 / 9 + 1 / 1) / 2)


def test_a_window_pools_the_periods_around_each(coding):
    found = series(coding, by=["actor"], window=3).table
    assert row(found, theme="past", period="2011", actor="XAA")["n_sentences"] == 8
    assert row(found, theme="past", period="2010", actor="XAA")["n_sentences"] == 6
    assert row(found, theme="past", period="2010", actor="XBB")["flag"] == "no_data"
    assert row(found, theme="past", period="2011", actor="XBB")["n_coded"] == 1


def test_statements_of_no_event_all_count_when_events_are_counted(make_corpus):
    texts = {"a.md": story("2010-05-01", "We remember."), "b.md": story("2010-06-01", "It snowed and it thawed.")}
    coding = code(make_corpus(texts), BOOK)
    assert coding.statements["event_id"].isna().all()
    found = series(coding, count="events")
    assert (found.n_duplicates, len(found.counts)) == (0, 2)


def test_only(coding):
    table = series(coding, by="actor".split(), only={"actor": ["XBB"]}).table
    assert set(table["actor"]) == {"XBB"}


def test_groups_are_crossed_with_every_period(coding):
    table = series(coding, by=["actor"]).table
    assert len(table) == 2 * 3 * 2
    assert list(table.columns)[6:9] == ["period", "actor", "n_sentences"]


def test_counts_add_up_to_the_table(coding):
    found = series(coding, by=["actor"])
    again = found.counts.groupby(["period", "actor"])[["n_sentences", "past"]].sum().reset_index()
    table = found.table[(found.table["theme"] == "past") & (found.table["flag"] != "no_data")]
    merged = table.merge(again, on=["period", "actor"], suffixes=("", "_counted"))
    assert (merged["n_coded"] == merged["past"]).all()
    assert (merged["n_sentences"] == merged["n_sentences_counted"]).all()
    assert len(merged) == len(table)


def test_months_need_dates_that_have_them(coding):
    with pytest.raises(SeriesError, match="period 'month' needs finer dates than 1 of 4 statements have"):
        series(coding, period="month")
    assert len(series(coding, period="month", only={"actor": ["XAA"]}).table) == 2 * 25


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"by": ["actors"]}, "no column 'actors' to group by; there are statement_id"),
        ({"voices": "mine"}, "voices must be one of own_words, attributed, all; 'mine' was given"),
        ({"codes": "loose"}, "codes must be one of strict, lenient"),
        ({"measure": "pages"}, "measure must be one of sentences, statements, words, counts; 'pages' was given"),
        ({"weighting": "words"}, "weighting must be one of sentence, statement, actor"),
        ({"window": 2}, "window must be an odd number of periods"),
        ({"window": 3, "period": "all"}, "no window slides"),
        ({"measure": "counts", "weighting": "actor"}, "counts are sums and have no weighting"),
        ({"period": "decade"}, "one of day"),
    ],
)
def test_a_wrong_choice_says_what_there_is(coding, choice, says):
    with pytest.raises(SeriesError, match=says):
        series(coding, **choice)


def test_nothing_is_mutated(coding):
    before = {name: getattr(coding, name).copy() for name in ("statements", "sentences", "codes", "hits")}
    series(coding, by=["actor"], voices="all")
    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(coding, name), table)


def test_an_empty_corpus_gives_an_empty_series(make_corpus):
    found = series(code(make_corpus({}), BOOK), by=["actor"])
    assert len(found.table) == 0
    assert "actor" in found.table.columns


WIRE = """\
---
date: 2020-05-09
actor: XAA
kind: wire_story
speaker: Anna Berg
role: foreign minister
---

"We remember them," Foreign Minister Anna Berg said. She stressed that we remember it all. \
Berg said the trade talks "will remember nothing of this" for long.

The crowd, eyewitnesses remember, was small.
"""


@pytest.mark.parametrize(
    ("voices", "n_sentences", "n_coded"), [("own_words", 2, 2), ("attributed", 3, 3), ("all", 4, 4)]
)
def test_voices_choose_whose_sentences_count(make_corpus, voices, n_sentences, n_coded):
    coding = code(make_corpus({"wire.md": WIRE}), BOOK)
    assert coding.sentences["voice"].tolist() == ["direct", "indirect", "mixed", "narration"]
    table = series(coding, voices=voices).table
    found = row(table, theme="past", period="2020")
    assert (found["n_sentences"], found["n_coded"]) == (n_sentences, n_coded)
    # trade stands in the reporter's part of the mixed sentence: attributed, but not the minister's own word
    assert row(table, theme="trade", period="2020")["n_coded"] == (0 if voices == "own_words" else 1)


def test_an_attribution_clause_carries_no_theme(make_corpus):
    text = "---\ndate: 2020\nactor: XAA\nkind: wire_story\n---\n\n"
    quoted = '"It rained," Trade Minister Anna Berg said.'
    coding = code(make_corpus({"wire.md": text + quoted}), BOOK)
    assert coding.sentences["clause_start"].notna().tolist() == [True]
    assert len(coding.codes) == 0


def test_a_repeat_counts_where_its_original_does_not(make_corpus):
    text = "---\ndate: 2020-05-0{day}\nactor: XAA\nkind: {kind}\n---\n\nWe remember. It rained all day long.\n"
    texts = {"own.md": text.format(day=1, kind="press_release"), "wire.md": text.format(day=2, kind="wire_story")}
    coding = code(make_corpus(texts), BOOK)
    assert coding.statements["duplicate_of"].notna().sum() == 1
    assert row(series(coding, voices="all").table, theme="past")["n_statements"] == 1
    wires = series(coding, voices="all", only={"kind": "wire_story"})
    assert (row(wires.table, theme="past")["n_statements"], wires.n_duplicates) == (1, 0)


QUOTED = """\
---
date: 2020-05-09
actor: XAA
kind: wire_story
speaker: Anna Berg
---

Anna Berg said that they remember the war and stressed that "all of them will recall it in the end" for good.
"""


def test_a_strict_hit_outside_the_quote_makes_no_strict_own_word(make_corpus):
    coding = code(make_corpus({"wire.md": QUOTED}), BOOK)
    assert coding.sentences["voice"].tolist() == ["mixed"]
    strict = row(series(coding, voices="own_words").table, theme="past")
    lenient = row(series(coding, voices="own_words", codes="lenient").table, theme="past")
    assert (strict["n_coded"], lenient["n_coded"]) == (0, 1)


@pytest.mark.parametrize("by", [["date"], ["statement_id"], ["actor", "actor"]])
def test_columns_that_are_no_groups_are_refused(coding, by):
    with pytest.raises(SeriesError, match="cannot group by"):
        series(coding, by=by)


def test_one_column_may_be_given_as_a_word(coding):
    assert set(series(coding, by="actor", only={"actor": "XBB"}).table["actor"]) == {"XBB"}
