"""What sets groups apart, what goes together, who echoes whom: hand counts, other packages, planted truth."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from aidememoire import code, load_codebook
from aidememoire.chosen import in_group, label_of
from aidememoire.codebook.model import Codebook
from aidememoire.contrast import cooccurrence, echo, keyness
from aidememoire.contrast.cooccurrence import definitional_pairs
from aidememoire.contrast.keytable import compare_counts
from aidememoire.contrast.logodds import dispersion, half_width, log_odds, surplus_of
from aidememoire.contrast.moved import sums_of
from aidememoire.contrast.shingles import Shared
from aidememoire.contrast.taken import Uses, date_cells, pair_table
from aidememoire.contrast.themepairs import pairs_table
from aidememoire.errors import SeriesError
from aidememoire.figures.contrast import key_words, plot_cooccurrence, plot_keyness

THEMES = [
    {"id": "past", "family": "memory", "definition": "d", "patterns": {"phrases": ["remember", "lie* of the past"]}},
    {
        "id": "lies", "family": "memory", "definition": "d", "patterns": {"phrases": ["lie*"]},
        "overlaps": {"implies": ["past"]},
    },
    {"id": "trade", "family": "functional", "definition": "d", "patterns": {"phrases": ["trade"]}},
    {"id": "grain", "family": "functional", "definition": "d", "patterns": {"phrases": ["trade grain", "grain"]}},
    {"id": "never", "family": "order", "definition": "d", "patterns": {"phrases": ["zzz"]}},
]  # fmt: skip
BOOK = Codebook.model_validate({"meta": {"version": "1"}, "sha256": "contrast", "themes": THEMES})

ACTORS = ["XAA", "XBB", "XCC", "XDD"]


def story(date: str, text: str, actor: str = "XAA") -> str:
    return f"---\ndate: {date}\nactor: {actor}\n---\n\n{text}\n"


def drawn(rng, labels, rates_a, rates_b, *, size=400, burst=0.5):
    """Counts of statements whose words come in bursts: each statement has its own rates around those of its group."""
    rates = np.where(labels[:, None], rates_a, rates_b)
    own = rates * rng.gamma(1 / burst, burst, rates.shape)
    return sparse.csr_matrix(rng.poisson(size * own))


def table_of(counts, labels, *, strata=None, actors=None, prior=None, draws=200, seed=1, size=400):
    used = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 5)
    words, counts = np.array([f"w{at:03}" for at in used]), counts[:, used]
    sizes = np.full(len(labels), size)
    return compare_counts(
        counts, words, sizes, labels, strata=np.zeros(len(labels), int) if strata is None else strata,
        actors=np.full(len(labels), "XAA", dtype=object) if actors is None else actors,
        prior=prior or float(sizes.sum() / 2), draws=draws, seed=seed,
    )  # fmt: skip


# Keyness ------------------------------------------------------------------------------------------------------------


def test_log_odds_by_hand(make_corpus):
    texts = {
        "a1.md": story("2020-01-01", "Grain grain fish."),
        "a2.md": story("2020-01-02", "Grain wine."),
        "b1.md": story("2020-01-03", "Fish fish wine grain.", actor="XBB"),
        "b2.md": story("2020-01-04", "Fish wine wine.", actor="XBB"),
    }
    coding = code(make_corpus(texts), BOOK)
    found = keyness(coding, {"actor": "XAA"}, {"actor": "XBB"}, prior=12, min_statements=1, draws=20)
    assert (found.n_words, found.n_statements, found.prior) == ((5, 7), (2, 2), 12.0)
    row = found.table.set_index("word").loc["grain"]
    # a has grain 3 times in 5 words, b once in 7; the prior of 12 words has it 12 * 4 / 12 = 4 times.
    odds = np.log((3 + 4) / (5 + 12 - 7)) - np.log((1 + 4) / (7 + 12 - 5))
    assert row["log_odds"] == pytest.approx(odds)
    assert row["z_words"] == pytest.approx(odds / np.sqrt(1 / 7 + 1 / 5))
    # Labels permuted: rate 1/3; e = (2 - 1, 1 - 2/3, 1 - 4/3, 0 - 1); r = 4/3; var = 2 * 2 / (4 * 3) * sum(e^2).
    variance = (1 + 1 / 9 + 1 / 9 + 1) / 3
    assert row["z"] == pytest.approx(4 / 3 / np.sqrt(variance))
    assert row[["side", "n_a", "n_b", "statements_a", "statements_b", "actors"]].tolist() == ["a", 3, 1, 2, 1, 2]
    # DP of grain in a: |3/5 - 2/3| / 2 + |2/5 - 1/3| / 2.
    assert row["dispersion"] == pytest.approx(1 / 15)
    assert row["per_1000_a"] == 600


def test_variance_of_the_surplus_is_that_of_all_permutations():
    rng = np.random.default_rng(5)
    counts, sizes = rng.poisson(2.0, (7, 3)), rng.integers(5, 20, 7)
    labels, strata = np.array([1, 0, 1, 0, 1, 0, 0], bool), np.array([4, 4, 4, 4, 2, 2, 9])
    found, variance = surplus_of(sparse.csr_matrix(counts), sizes, labels, strata)
    every = []
    for first in combinations(range(4), 2):
        for second in (4, 5):
            moved = np.isin(np.arange(7), [*first, second])
            total = np.zeros(3)
            for stratum in (4, 2):
                rows = strata == stratum
                rate = counts[rows].sum(axis=0) / sizes[rows].sum()
                total += (counts - sizes[:, None] * rate)[rows & moved].sum(axis=0)
            every.append(total)
    np.testing.assert_allclose(np.mean(every, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(variance, np.var(every, axis=0), rtol=1e-12)
    np.testing.assert_allclose(found, every[[*combinations(range(4), 2)].index((0, 2)) * 2], rtol=1e-12)


def test_statements_of_one_word_give_the_mantel_haenszel_test():
    statsmodels = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(6)
    strata, labels = rng.integers(0, 4, 200), rng.random(200) < 0.4
    has = rng.random(200) < np.where(labels, 0.5, 0.3)
    r, variance = surplus_of(sparse.csr_matrix(has[:, None].astype(float)), np.ones(200), labels, strata)
    tables = [
        np.array([[np.sum((labels == a) & (has == b) & (strata == s)) for b in (True, False)] for a in (True, False)])
        for s in range(4)
    ]
    expected = statsmodels.stats.StratifiedTable(tables).test_null_odds(correction=False).statistic
    assert r[0] ** 2 / variance[0] == pytest.approx(expected)


def test_interval_agrees_with_a_bootstrap_over_statements():
    rng = np.random.default_rng(7)
    labels = np.arange(160) < 80
    counts, sizes = drawn(rng, labels, np.full(3, 0.01), np.full(3, 0.006)), rng.integers(300, 500, 160)
    alpha = np.full(3, 20.0)
    width = half_width(counts, sizes, labels, alpha, 4000.0)
    dense, drawn_odds = counts.toarray(), []
    for _ in range(1500):
        rows = np.concatenate([rng.integers(0, 80, 80), rng.integers(80, 160, 80)])
        sums = [(dense[part].sum(axis=0), sizes[part].sum()) for part in (rows[:80], rows[80:])]
        drawn_odds.append(log_odds(sums[0][0], sums[1][0], sums[0][1], sums[1][1], alpha, 4000.0)[0])
    np.testing.assert_allclose(width, 1.96 * np.std(drawn_odds, axis=0), rtol=0.08)


def test_dispersion_of_a_word_that_one_short_statement_has():
    counts, sizes = sparse.csr_matrix([[3, 0, 1], [0, 0, 9]]), np.array([10, 90])
    assert dispersion(counts, sizes)[[0, 2]].tolist() == pytest.approx([0.9, 0.0])
    assert np.isnan(dispersion(counts, sizes)[1])


def test_planted_words_are_found_and_hardly_any_other():
    rng = np.random.default_rng(8)
    rates = 0.02 / np.arange(1, 301) ** 0.7
    labels, n_found, n_false = np.arange(120) < 50, [], []
    for _ in range(6):
        planted = rng.choice(np.arange(5, 60), 12, replace=False)
        raised = rates.copy()
        raised[planted[:6]] *= 3
        lowered = rates.copy()
        lowered[planted[6:]] *= 3
        table = table_of(drawn(rng, labels, raised, lowered), labels, seed=1)
        found = table[table["q_value"] <= 0.05]
        numbers = found["word"].str.slice(1).astype(int)
        assert set(found["side"][numbers.isin(planted[:6])]) == {"a"}
        n_found.append(numbers.isin(planted).sum())
        n_false.append((~numbers.isin(planted)).sum() / max(1, len(found)))
    assert np.mean(n_found) >= 11
    assert np.mean(n_false) <= 0.10


def test_halves_of_one_group_raise_no_more_alarms_than_nominal():
    rng = np.random.default_rng(9)
    rates = 0.02 / np.arange(1, 121) ** 0.9
    alarms, small = 0, []
    for at in range(100):
        labels = rng.permutation(np.arange(60) < (30 if at % 2 else 9))
        table = table_of(drawn(rng, labels, rates, rates, burst=3.0), labels, draws=100, seed=at)
        alarms += (table["q_value"] <= 0.05).any()
        small.append((table["p_value"] <= 0.05).mean())
    # With nothing to find any discovery is false: 5 in 100 and the 99% band of 100 draws.
    assert alarms <= stats.binom.ppf(0.99, 100, 0.05)
    assert 0.04 < np.mean(small) < 0.06


def test_words_taken_as_independent_would_raise_alarms():
    rng = np.random.default_rng(10)
    labels = np.arange(60) < 30
    z = table_of(drawn(rng, labels, np.full(200, 0.005), np.full(200, 0.005), burst=3.0), labels)["z_words"]
    # The prior halves the difference and more; only bursts make so many.
    assert (z.abs() > 1.96).mean() > 0.10


def test_another_mix_of_actors_is_no_difference_within_actors():
    rng = np.random.default_rng(11)
    actors = np.repeat(["XAA", "XBB"], 60).astype(object)
    labels = rng.random(120) < np.where(actors == "XAA", 0.8, 0.2)
    own = np.full(80, 0.004)
    own[:10] *= 6
    counts = drawn(rng, actors == "XAA", own, np.full(80, 0.004))
    strata = (actors == "XBB").astype(int)
    assert (table_of(counts, labels, actors=actors)["q_value"] <= 0.05).sum() >= 5
    assert not (table_of(counts, labels, actors=actors, strata=strata)["q_value"] <= 0.05).any()


@pytest.fixture
def traders(make_corpus):
    texts = {}
    for at in range(8):
        head = ("Russia and we remember the old war." if at % 2 else "We remember.") + f" Item {at} is done."
        texts[f"a{at}.md"] = story(f"2014-03-{at + 1:02}", f"{head} We trade grain, fish.")
        texts[f"b{at}.md"] = story(f"2012-03-{at + 1:02}", f"{head} We trade wool.", actor="XBB" if at % 2 else "XAA")
    return code(make_corpus(texts), BOOK)


def test_groups_themes_pairs_and_names(traders):
    since = keyness(traders, {"since": "2014"}, bigrams=True, draws=50, min_statements=2)
    assert since.names == ("since 2014", "all others")
    words = since.table.set_index("word")
    assert words.loc["grain", "side"] == "a"
    assert words.loc["trade grain", ["n_a", "n_b"]].tolist() == [8, 0]
    assert "grain fish" not in words.index  # a comma stands between
    assert "done we" not in words.index  # and here a sentence ends
    coded = keyness(traders, {"since": "2014"}, theme="past", min_statements=2, draws=50).table
    assert "grain" not in set(coded["word"])
    assert coded.set_index("word").loc["war", ["n_a", "n_b"]].tolist() == [4, 4]
    wider = keyness(traders, {"since": "2014"}, theme="past", unit="statements", min_statements=2, draws=50).table
    assert {"grain", "war"} <= set(wider["word"])
    assert "russia" in words.index
    nameless = keyness(traders, {"since": "2014"}, actor_names=False, draws=50, min_statements=2).table
    assert "russia" not in set(nameless["word"])
    assert (nameless["statements_a"] + nameless["statements_b"]).min() >= 2
    again = keyness(traders, {"since": "2014"}, bigrams=True, draws=50, min_statements=2)
    pd.testing.assert_frame_equal(since.table, again.table)
    assert plot_keyness(since, title="Grain").axes
    assert set(key_words(since)["word"]) >= {"grain", "wool"}
    assert plot_keyness(keyness(traders, {"actor": "XBB"}, theme="past", draws=20)).axes


def test_keyness_says_what_cannot_be_compared(traders, make_corpus):
    for arguments, message in [
        (({"actor": "XAA"}, {"since": "2014"}), "in both groups"),
        (({"colour": "red"},), "no column 'colour'"),
        (({"since": "soon"},), "must be one date"),
        (({"actor": "XZZ"},), "has no words"),
        (({"since": "2012"},), "all others"),
    ]:
        with pytest.raises(SeriesError, match=message):
            keyness(traders, *arguments)
    for choice, message in [
        ({"theme": "love"}, "no theme 'love'"), ({"unit": "books"}, "unit"), ({"prior": 0}, "prior"),
        ({"draws": 0}, "draws"), ({"within": ["colour"]}, "permute within"), ({"within": ["year"]}, "both groups"),
        ({"theme": "never"}, "never"),
    ]:  # fmt: skip
        with pytest.raises(SeriesError, match=message):
            keyness(traders, {"since": "2014"}, **choice)
    few = keyness(traders, {"since": "2014"}, min_statements=99, draws=5).table
    assert few.empty
    assert few["q_value"].dtype == "float64"


def test_a_date_coarser_than_the_bound_is_refused_and_one_statement_has_no_interval(make_corpus):
    coding = code(make_corpus({"a.md": story("2014", "We trade."), "b.md": story("2015-02-01", "We rest.")}), BOOK)
    with pytest.raises(SeriesError, match="finer than the dates"):
        keyness(coding, {"since": "2014-06"})
    found = keyness(coding, {"since": "2015"}, min_statements=1, draws=5).table
    assert found["low"].isna().all()
    assert found["p_value"].between(0, 1).all()
    assert label_of({}) == "all"
    assert in_group(pd.DataFrame({"date": [None, "2014"]}, dtype="str"), {"until": "2014"}, "a").tolist() == [
        False,
        True,
    ]


def test_one_word_alone_is_key_to_nothing(make_corpus):
    texts = {f"{actor}.md": story("2020-01-01", "We. We." if actor == "XBB" else "We.", actor) for actor in ACTORS}
    row = keyness(code(make_corpus(texts), BOOK), {"actor": ACTORS[:2]}, min_statements=1, draws=9).table.iloc[0]
    assert row[["log_odds", "z", "p_value"]].tolist() == [0, 0, 1]


def test_an_empty_corpus_has_no_words_and_no_pairs(make_corpus):
    coding = code(make_corpus({}), BOOK)
    with pytest.raises(SeriesError, match="no words"):
        keyness(coding, {"actor": "XAA"})
    found = cooccurrence(coding)
    assert found.n_units == 0
    assert found.table[["p_value", "q_value", "ratio"]].isna().all(axis=None)
    assert plot_cooccurrence(found).axes
    empty = echo(coding)
    assert (len(empty.phrases), len(empty.uses), len(empty.pairs)) == (0, 0, 0)


# Co-occurrence ------------------------------------------------------------------------------------------------------


def test_moments_and_p_are_those_of_all_moves():
    coded = np.array([[1, 0], [0, 1], [1, 1], [0, 1], [1, 1], [0, 1], [1, 0]], bool)
    blocks = np.array([0, 0, 0, 0, 1, 1, 1])
    sums = sums_of(coded, blocks)

    def every(moves_of):
        first = [np.sum(coded[:4, 0] & coded[list(move), 1]) for move in moves_of(4)]
        second = [np.sum(coded[4:, 0] & coded[4:, 1][list(move)]) for move in moves_of(3)]
        return np.add.outer(first, second).ravel()

    shuffles = every(lambda m: list(permutations(range(m))))
    shifts = every(lambda m: [np.roll(np.arange(m), k) for k in range(m)])
    for null, variance, moved in (("shuffle", sums.shuffled, shuffles), ("shift", sums.shifted, shifts)):
        assert sums.expected[0, 1] == pytest.approx(moved.mean())
        assert variance[0, 1] == pytest.approx(moved.var())
        row = pairs_table(coded, blocks, ("one", "two"), frozenset(), null).iloc[0]
        assert row["p_value"] == pytest.approx(min(1, 2 * min((moved >= 2).mean(), (moved <= 2).mean())))
        assert row["ratio"] == pytest.approx(2 / moved.mean())


def test_shuffled_statements_agree_with_permutation_and_mantel_haenszel():
    statsmodels = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(12)
    sizes = rng.integers(5, 30, 40)
    blocks = np.repeat(np.arange(40), sizes)
    coded = rng.random((len(blocks), 2)) < np.repeat(rng.uniform(0.02, 0.3, 40), sizes)[:, None]
    row = pairs_table(coded, blocks, ("one", "two"), frozenset(), "shuffle").iloc[0]
    tables = [
        [[np.sum((own[:, 0] == a) & (own[:, 1] == b)) for b in (True, False)] for a in (True, False)]
        for own in (coded[blocks == block] for block in range(40))
    ]
    stratified = statsmodels.stats.StratifiedTable([np.array(table) for table in tables])
    assert row["z"] ** 2 == pytest.approx(stratified.test_null_odds(correction=False).statistic)
    drawn_sums = np.zeros(4000)
    for block in range(40):
        own = coded[blocks == block]
        shuffled = rng.permuted(np.tile(own[:, 1], (4000, 1)), axis=1)
        drawn_sums += shuffled.astype(int) @ own[:, 0]
    upper, lower = (drawn_sums >= row["n_both"]).mean(), (drawn_sums <= row["n_both"]).mean()
    assert row["expected"] == pytest.approx(drawn_sums.mean(), abs=0.15)
    assert row["p_value"] == pytest.approx(min(1, 2 * min(upper, lower)), abs=0.03)


def runs(rng, n_statements, n_sentences, themes=2):
    """Themes that stand in runs of neighbouring sentences, each where it likes."""
    coded = np.zeros((n_statements, n_sentences, themes), bool)
    for statement in coded:
        for theme in range(themes):
            if rng.random() < 0.6:
                begin, length = rng.integers(n_sentences), rng.integers(3, 9)
                statement[np.arange(begin, begin + length) % n_sentences, theme] = True
    return coded.reshape(-1, themes), np.repeat(np.arange(n_statements), n_sentences)


def test_themes_in_runs_that_ignore_each_other_raise_alarms_when_shuffled_and_none_too_many_when_shifted():
    rng = np.random.default_rng(13)
    alarms = {"shift": 0, "shuffle": 0}
    for _ in range(120):
        coded, blocks = runs(rng, 30, 30)
        for null in alarms:
            alarms[null] += pairs_table(coded, blocks, ("one", "two"), frozenset(), null)["p_value"][0] <= 0.05
    assert alarms["shift"] <= stats.binom.ppf(0.995, 120, 0.05)
    assert alarms["shuffle"] > 15


def test_a_planted_pair_is_found_and_a_topic_of_the_whole_statement_is_none():
    rng = np.random.default_rng(14)
    topic = np.repeat(rng.random(80) < 0.5, 30)
    coded = rng.random((2400, 3)) < np.where(topic, 0.3, 0.03)[:, None]
    blocks = np.repeat(np.arange(80), 30)
    coded[:, 1] |= coded[:, 0] & (rng.random(2400) < 0.25)
    table = pairs_table(coded, blocks, ("one", "two", "three"), frozenset())
    found = table.set_index(["theme_a", "theme_b"])
    assert found.loc[("one", "two"), "q_value"] < 0.001
    assert found.loc[("one", "two"), "low"] > 1
    # Over the corpus as a whole themes one and three meet far more often than by chance.
    assert np.sum(coded[:, 0] & coded[:, 2]) > 1.4 * coded[:, 0].sum() * coded[:, 2].sum() / 2400
    assert found.loc[("one", "three"), "q_value"] > 0.05


def test_full_and_empty_themes_give_an_answer():
    coded = np.zeros((6, 3), bool)
    coded[:, 0] = True
    coded[[1, 4], 2] = True
    table = pairs_table(coded, np.array([0, 0, 0, 1, 1, 2]), ("full", "empty", "some"), frozenset())
    found = table.set_index(["theme_a", "theme_b"])
    assert found.loc[("full", "some"), ["ratio", "p_value", "z"]].tolist() == [1, 1, 0]
    assert np.isnan(found.loc[("full", "empty"), "p_value"])


def test_definitional_pairs_have_counts_and_no_test(make_corpus):
    texts = {
        f"{at}.md": story(f"2020-01-{at + 1:02}", f"They tell lies {at}. We trade grain. It rained. Lies of the past.")
        for at in range(9)
    }
    coding = code(make_corpus(texts), BOOK)
    found = cooccurrence(coding)
    rows = found.table.set_index(["theme_a", "theme_b"])
    lies = rows.loc[("past", "lies")]
    assert bool(lies["definitional"])
    assert (lies["n_both"], lies["n_a"]) == (18, 18)
    assert np.isnan(lies["p_value"])
    assert np.isnan(lies["ratio"])
    assert not rows.loc[("trade", "grain"), "definitional"]
    assert rows.loc[("trade", "grain"), ["n_both", "n_same_words"]].tolist() == [9, 9]
    assert rows.loc[("past", "trade"), ["n_both", "n_same_words"]].tolist() == [0, 0]
    assert cooccurrence(coding, only={"until": "2020-01-03"}).n_units == 12
    whole = cooccurrence(coding, within="statement")
    assert (whole.n_units, whole.table["n_same_words"].isna().all()) == (9, True)
    assert plot_cooccurrence(found, title="Pairs").axes
    assert frozenset({"historical_memory", "victimhood_sacrifice"}) in definitional_pairs(load_codebook())
    with pytest.raises(SeriesError, match="within"):
        cooccurrence(coding, within="book")
    with pytest.raises(SeriesError, match="no column"):
        cooccurrence(coding, only={"colour": "red"})


# Echo ---------------------------------------------------------------------------------------------------------------

SYLLABLES = ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu"]


def noise(rng, n=9):
    return " ".join("".join(rng.choice(SYLLABLES, 3)) for _ in range(n)).capitalize() + "."


def test_an_echo_of_two_weeks_is_found_in_its_direction(make_corpus):
    rng = np.random.default_rng(15)
    days = pd.date_range("2020-01-01", periods=24, freq="15D")
    texts = {}
    for at, day in enumerate(days):
        phrase = noise(rng, 7)[:-1]
        texts[f"a{at:02}.md"] = story(f"{day:%Y-%m-%d}", f"{noise(rng)} They said {phrase}. {noise(rng)}")
        later = day + pd.Timedelta(days=14)
        texts[f"b{at:02}.md"] = story(
            f"{later:%Y-%m-%d}", f"{noise(rng)} {phrase.capitalize()} too. {noise(rng)}", "XBB"
        )
        texts[f"c{at:02}.md"] = story(f"{day:%Y-%m-%d}", f"{noise(rng)} {noise(rng)}", actor="XCC")
    coding = code(make_corpus(texts), BOOK)
    found = echo(coding, draws=99)
    pairs = found.pairs.set_index(["from_actor", "to_actor"])
    forth, back = pairs.loc[("XAA", "XBB")], pairs.loc[("XBB", "XAA")]
    assert (forth["n_phrases"], forth["n_back"], forth["median_lag_days"]) == (24, 0, 14)
    assert forth["q_value"] <= 0.02
    assert back["p_value"] == 1
    assert "XCC" not in set(found.pairs["from_actor"]) | set(found.pairs["to_actor"])
    first = found.phrases.iloc[0]
    assert (first["first_actor"], first["first_date"], first["n_words"]) == ("XAA", "2020-01-01", 7)
    assert first["later"] == "XBB 2020-01-15"
    assert first["text"] in texts["a00.md"]
    assert set(found.uses["lag_days"]) == {14}
    assert echo(coding, draws=9, lag_days=13).pairs["n_phrases"].sum() == 0


def test_repeats_joint_statements_formulas_and_coarse_dates_echo_nothing(make_corpus):
    rng = np.random.default_rng(16)
    long = " ".join(noise(rng, 12) for _ in range(14))
    shared = noise(rng, 8)
    texts = {
        "joint1.md": story("2020-01-01", long),
        "joint2.md": story("2020-01-03", long, actor="XBB"),
        "same1.md": story("2020-03-01", f"{shared} {noise(rng)}"),
        "same2.md": story("2020-03-01", f"{shared} {noise(rng)}", actor="XBB"),
        "coarse.md": story("2020-04", f"{shared} {noise(rng)}", actor="XCC"),
    }
    for at in range(6):
        texts[f"formula{at}.md"] = story(
            f"2020-06-{at + 1:02}",
            f"We firmly support peace and stability. {noise(rng)}",
            actor="XAA" if at % 2 else "XBB",
        )
    coding = code(make_corpus(texts), BOOK)
    assert coding.statements["event_id"].nunique() < 11
    found = echo(coding, max_statements=5, draws=9)
    assert found.phrases.empty
    assert found.pairs["n_phrases"].sum() == 0
    assert found.n_coarse == 1
    assert len(echo(coding, max_statements=6, draws=9).phrases) == 1
    with pytest.raises(SeriesError, match="date to the day"):
        echo(coding, only={"actor": "XCC"})
    with pytest.raises(SeriesError, match="2 or more"):
        echo(coding, words=1)


def test_dates_that_mean_nothing_raise_no_more_alarms_than_nominal():
    rng = np.random.default_rng(17)
    p = []
    for at in range(60):
        actors, n = np.repeat([0, 1, 2], 40), 120
        days = rng.integers(0, 365, n)
        users = [np.sort(rng.choice(n, rng.integers(2, 5), replace=False)) for _ in range(90)]
        users = [own for own in users if len(set(actors[own])) > 1]
        shingle = np.repeat(np.arange(len(users)), [len(own) for own in users])
        shared = Shared(shingle, np.concatenate(users), np.zeros(len(shingle), int), np.arange(len(users)))
        cells = date_cells(actors, pd.Series("2020", index=range(n)))
        table = pair_table(Uses(shared, actors, np.arange(n), 30), days, cells, np.array(["a", "b", "c"]), 59, at)
        p += table["p_value"].tolist()
    assert len(p) == 360
    assert np.mean(np.array(p) <= 0.05) <= stats.binom.ppf(0.995, 360, 0.05) / 360
    assert np.mean(p) > 0.4
