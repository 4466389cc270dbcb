"""The ladder of friendship, who accuses whom, and their figures; on invented statements of invented states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aidememoire as am
from aidememoire.contrast.accusing import accusations, accusing_sentences
from aidememoire.contrast.dyads import friendship_ladder, friendship_sentences
from aidememoire.contrast.pairs import Spoken, as_issuer, pair_cells
from aidememoire.contrast.rungs import RUNG_WORDS, rung_of_words
from aidememoire.figures.dyads import plot_accusations, plot_ladder
from aidememoire.ingest import builtin_actors

LADDER = tuple(RUNG_WORDS)
OWN = builtin_actors().extended(
    {
        "XAA": {"name": "Ardenia", "demonyms": ["Ardenian"]},
        "XBB": {"name": "Borovia", "demonyms": ["Borovian"]},
        "XCC": {"name": "Cedonia", "demonyms": ["Cedonian"]},
    }
)
RAIN = "It rained all day long."
OTHERS = "The friendship between Ardenia and Cedonia is old."

STORIES = {
    "a1": ("XAA", "2010-05-01", "We value our strategic partnership with Borovia.", RAIN, RAIN),
    "a2": ("XAA", "2010-06-01", "Our traditional friendship with Borovia is dear to us.", RAIN),
    "a3": ("XAA", "2010-07-01", "We value our strategic partnership with Borovia.", "Mist lay on the lake."),
    "a4": ("XAA", "2012-05-01", "Ardenia and Borovia are bound by brotherly ties between our peoples.", "Snow fell."),
    "a5": ("XAA", "2012-06-01", "We maintain excellent relations with Cedonia.", "Borovia keeps falsifying history."),
    "a6": ("XAA", "2012-07-01", "Attempts to rewrite history are unacceptable.", "Roads were wet."),
    "b1": ("XBB", "2010-05-02", "We value our friendship with Ardenia.", OTHERS),
    "b2": ("XBB", "2013-05-02", "Ardenia and Cedonia keep falsifying history.", "The harbour froze."),
}  # fmt: skip


@pytest.fixture(scope="module")
def coding(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dyads")
    for name, (actor, date, *sentences) in STORIES.items():
        text = f"---\ndate: {date}\nactor: {actor}\n---\n\n{' '.join(sentences)}\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    with am.Corpus.open(folder / "study.db") as corpus:
        corpus.ingest(folder, options=am.ReadOptions(actors=OWN))
        yield am.code(corpus, am.load_codebook())


def one(table: pd.DataFrame, **where) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_the_ladder_counts_what_an_actor_says_of_a_partner(coding):
    ladder = friendship_ladder(coding)
    found = one(ladder, actor="XAA", partner="XBB", period="2010")
    assert (found["n_coded"], found["n_coded_statements"], found["n_sentences"], found["n_statements"]) == (3, 3, 7, 3)
    assert found["share"] == pytest.approx(3 / 7)
    assert found["low"] < found["share"] < found["high"]
    assert (found["strategic_partnership"], found["traditional_friendship"], found["untold"]) == (2, 1, 0)
    assert (found["typical"], found["highest"]) == ("strategic_partnership", "traditional_friendship")
    assert (found["typical_date"], found["highest_date"]) == ("2010-05-01", "2010-06-01")
    assert found["highest_statement_id"].endswith("a2.md")
    assert found["highest_sentence"] == 0


def test_a_change_of_rung_has_its_date_and_sentence(coding):
    ladder = friendship_ladder(coding)
    found = one(ladder, actor="XAA", partner="XBB", period="2012")
    assert (found["change"], found["since"], found["new_high"]) == ("up", "2010", True)
    assert found["highest"] == "brotherhood_or_superlative"
    assert found["typical_statement_id"].endswith("a4.md")
    first = one(ladder, actor="XAA", partner="XBB", period="2010")
    assert (first["change"], first["since"], first["new_high"]) == ("", "", False)


def test_a_period_without_statements_is_a_gap_and_one_without_words_is_zero(coding):
    ladder = friendship_ladder(coding)
    gap = one(ladder, actor="XAA", partner="XBB", period="2011")
    assert gap["flag"] == "no_data"
    assert np.isnan(gap["share"])
    silent = one(ladder, actor="XAA", partner="XCC", period="2010")
    assert (silent["n_coded"], silent["share"], silent["typical"]) == (0, 0.0, "")
    alone = one(ladder, actor="XBB", partner="XAA", period="2013")
    assert alone["share"] == 0
    assert np.isnan(alone["low"])


def test_words_without_a_rung_are_untold(coding):
    found = one(friendship_ladder(coding), actor="XAA", partner="XCC", period="2012")
    assert (found["n_coded"], found["untold"], found["highest"]) == (1, 1, "")
    assert pd.isna(found["highest_date"])
    assert pd.isna(found["highest_sentence"])


def test_an_actor_outside_the_pair_is_left_out(coding):
    said = friendship_sentences(coding)
    assert set(zip(said["actor"], said["partner"], strict=True)) == {("XAA", "XBB"), ("XAA", "XCC"), ("XBB", "XAA")}


def test_both_sides_can_be_pooled(coding):
    found = one(friendship_ladder(coding, directed=False), dyad="XAA-XBB", period="2010")
    assert (found["n_coded"], found["n_sentences"], found["n_statements"]) == (4, 9, 4)
    ladder = friendship_ladder(coding, directed=False, min_sentences=2)
    assert set(ladder["dyad"]) == {"XAA-XBB"}


def test_counts_agree_with_the_series(coding):
    whole = am.series(coding, by=["actor"], period="all").table
    of_theme = whole[whole["theme"] == "bilateral_friendship"].set_index("actor")
    ladder = friendship_ladder(coding, period="all")
    assert (
        ladder.drop_duplicates("actor").set_index("actor")["n_sentences"].to_dict() == of_theme["n_sentences"].to_dict()
    )
    # XBB speaks once of others.
    assert ladder.groupby("actor")["n_coded"].sum().to_dict() == {
        "XAA": of_theme.loc["XAA", "n_coded"],
        "XBB": of_theme.loc["XBB", "n_coded"] - 1,
    }


def test_rules_alone_tell_few_rungs(coding):
    ladder = friendship_ladder(coding, rungs="rules", period="all")
    assert ladder["untold"].sum() == ladder["n_coded"].sum()


@pytest.mark.parametrize(
    ("text", "hit", "rung"),
    [
        ("a partnership with them", "partnership", "partnership"),
        ("a comprehensive strategic partnership", "strategic partnership", "strategic_partnership"),
        ("good-neighbourly ties", "good-neighbourly ties", "good_neighbour"),
        ("friendly relations with", "friendly relations with", "friendship"),
        ("traditional and sincere friendship with", "friendship with", "traditional_friendship"),
        ("time-tested friendship", "friendship", "traditional_friendship"),
        ("old friends of ours", "friends", "traditional_friendship"),
        ("fraternal peoples", "fraternal peoples", "brotherhood_or_superlative"),
        ("an all-weather partnership", "all-weather partnership", "brotherhood_or_superlative"),
        ("cordial relations with", "cordial relations with", ""),
        ("a strategic partner elsewhere, and close ties between us", "close ties between", ""),
    ],
)
def test_words_name_rungs_where_they_touch_a_hit(text, hit, rung):
    start = text.index(hit)
    level = rung_of_words(text, [(start, start + len(hit))], LADDER)
    assert ("", *LADDER)[level] == rung


def test_the_words_are_those_of_the_codebooks_ladder():
    theme = next(each for each in am.load_codebook().themes if each.id == "bilateral_friendship")
    assert theme.facets["bf_tier"] == LADDER


def test_accusations_name_their_targets(coding):
    table = accusations(coding)
    found = one(table, actor="XAA", target="XBB")
    assert (found["n_coded"], found["n_coded_statements"], found["n_sentences"], found["n_statements"]) == (1, 1, 13, 6)
    assert (found["first_date"], found["last_date"]) == ("2012-06-01", "2012-06-01")
    assert one(table, actor="XAA", target="not named")["n_coded"] == 1
    assert set(table.loc[table["actor"] == "XBB", "target"]) == {"XAA", "XCC"}


def test_an_accusation_is_returned_missing_or_unanswerable(coding):
    table = accusations(coding)
    assert bool(one(table, actor="XAA", target="XBB")["reciprocated"])
    assert pd.isna(one(table, actor="XBB", target="XCC")["reciprocated"])
    assert pd.isna(one(table, actor="XAA", target="not named")["reciprocated"])
    # In another year it was not returned, and Borovia said nothing in 2012.
    yearly = accusations(coding, period="year")
    assert pd.isna(one(yearly, actor="XAA", target="XBB", period="2012")["reciprocated"])
    assert one(yearly, actor="XAA", target="XBB", period="2010")["n_coded"] == 0


def test_every_accusation_has_its_sentence(coding):
    said = accusing_sentences(coding)
    table = accusations(coding)
    counted = said.groupby(["actor", "target"]).size()
    assert counted.to_dict() == table.set_index(["actor", "target"])["n_coded"].to_dict()
    keys = coding.sentences[["statement_id", "sentence"]].astype({"statement_id": "str"})
    assert len(said.merge(keys)) == len(said)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"voices": "all"}, "who says it would not be known"),
        ({"theme": "peace"}, "no theme of this codebook and has no facet bf_tier or tier; themes with one: bilateral"),
        ({"theme": "anti_revisionism"}, "declares no facet bf_tier or tier"),
        ({"rungs": "guess"}, "rungs must be one of words, rules; 'guess' was given"),
        ({"period": "decade"}, "one of day"),
        ({"only": {"actors": "XAA"}}, "no column 'actors'"),
    ],
)
def test_a_wrong_choice_says_what_there_is(coding, choice, says):
    with pytest.raises(am.AideMemoireError, match=says):
        friendship_ladder(coding, **choice)
    if "theme" not in choice and "rungs" not in choice:
        with pytest.raises(am.AideMemoireError, match=says):
            accusations(coding, **choice)


def test_an_empty_corpus_gives_empty_tables_and_figures(make_corpus):
    coding = am.code(make_corpus({}), am.load_codebook())
    ladder, table = friendship_ladder(coding), accusations(coding, period="year")
    assert (len(ladder), len(table)) == (0, 0)
    assert {"actor", "partner", "typical", *LADDER, "untold", "flag"} <= set(ladder.columns)
    assert "no data" in [text.get_text() for text in plot_ladder(ladder).axes[0].texts]
    assert "no data" in [text.get_text() for text in plot_accusations(table).axes[0].texts]


def spoken(x: list[list[int]], m: list[list[int]]) -> Spoken:
    """Statements of XAA on XBB by period: sentences on the pair and eligible ones."""
    rows = [
        (f"2{n:03}", a, b)
        for n, (of_x, of_m) in enumerate(zip(x, m, strict=True))
        for a, b in zip(of_x, of_m, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["period", "x", "n_sentences"]).assign(actor="XAA", date=None)
    table["statement_id"] = [f"s{n}" for n in range(len(table))]
    said = table.loc[table.index.repeat(table["x"])].reset_index(drop=True)
    return Spoken(table, said, tuple(f"2{n:03}" for n in range(len(x))), ("XAA",))


def cells_of(made: Spoken) -> pd.DataFrame:
    return pair_cells(made, pd.DataFrame({"actor": ["XAA"]}), np.zeros(len(made.sentences), dtype=np.int64))


def test_the_interval_agrees_with_statsmodels_where_sentences_are_independent():
    from statsmodels.stats.proportion import proportion_confint

    cell = cells_of(spoken([[1, 0, 0, 1, 0, 0, 0, 0]], [[1] * 8])).iloc[0]
    # Statements of one sentence: the design effect is N / (N - 1), the correction of a variance.
    low, high = proportion_confint(2 * 7 / 8, 7, method="wilson")
    assert (cell["low"], cell["high"]) == pytest.approx((low, high))


def test_the_design_effect_by_hand():
    from statsmodels.stats.proportion import proportion_confint

    # p = 6/30; residuals 4, -2, -2; N/(N-1) sum = 1.5 * 24 = 36; p(1-p)M = 4.8; design effect 7.5, 4 sentences left.
    cell = cells_of(spoken([[6, 0, 0]], [[10, 10, 10]])).iloc[0]
    assert (cell["low"], cell["high"]) == pytest.approx(proportion_confint(0.8, 4, method="wilson"))


def test_intervals_cover_the_planted_share():
    rng = np.random.default_rng(1)
    rho, share, hits, cells = 0.1, 0.02, 0, 0
    for _ in range(40):
        m = rng.poisson(20, size=(20, 40)) + 1
        own = rng.beta(share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho, size=m.shape)
        table = cells_of(spoken(rng.binomial(m, own).tolist(), m.tolist()))
        hits += int((table["low"].le(share) & table["high"].ge(share)).sum())
        cells += len(table)
    assert 0.93 < hits / cells < 0.99


def test_all_or_none_give_an_interval_without_a_warning():
    for x in ([[0, 0, 0]], [[2, 2, 2]]):
        cell = cells_of(spoken(x, [[2, 2, 2]])).iloc[0]
        assert np.isfinite([cell["low"], cell["high"]]).all()
        assert cell["low"] < cell["high"]


def test_a_predecessor_counts_as_its_issuer():
    codes = pd.Series(["SUN", "XBB"], dtype="str")
    assert as_issuer(codes, ("RUS", "XBB")).tolist() == ["RUS", "XBB"]
    assert as_issuer(codes, ("XBB",)).tolist() == ["SUN", "XBB"]


def test_the_figures_show_every_number_and_change_no_table(coding):
    ladder, table = friendship_ladder(coding), accusations(coding)
    before = ladder.copy(), table.copy()
    drawn = [text.get_text() for text in plot_ladder(ladder, title="Ladder").axes[0].texts]
    counts = ladder.groupby(["actor", "partner"])["n_coded"].sum()
    in_cells = ladder.loc[ladder["n_coded"] > 0, "n_coded"]
    assert sorted(drawn) == sorted(map(str, [*in_cells, *counts]))
    figure = plot_accusations(table)
    assert sorted(text.get_text() for text in figure.axes[0].texts) == sorted(map(str, table["n_coded"]))
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()][-1] == "not named"
    assert len(plot_ladder(ladder, most=1).axes[0].get_yticks()) == 1
    assert "of 3" in plot_ladder(ladder, most=1).texts[-1].get_text().replace("\n", " ")
    pd.testing.assert_frame_equal(ladder, before[0])
    pd.testing.assert_frame_equal(table, before[1])
    with pytest.raises(am.AideMemoireError, match="give the table of friendship_ladder"):
        plot_ladder(table)
