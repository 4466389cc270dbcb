"""A change made of one thing is attributed to that thing, and the parts add up to the change."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aidememoire.aggregate import Asked, shares_table
from aidememoire.composition import codebook_part, decompose, fixed_composition
from aidememoire.composition.sides import lies_in
from aidememoire.errors import SeriesError
from aidememoire.figures.composition import plot_decomposition, plot_fixed_composition
from aidememoire.shares import Series

# Household headship rates per 100 and age structure in percent, United States 1970 and 1985, ages 15-19 to 75 and over:
# the example of chapter 5 in Das Gupta 1993 (U.S. Bureau of the Census, P23-186).
AGES_1970 = [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9]
AGES_1985 = [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5]
HEADS_1970 = [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8]
HEADS_1985 = [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2]

# Death rates per 1,000 and thousands of persons by race (2) and age (11), United States 1985 and 1970: the example of
# cross-classified groups in the same chapter.
PERSONS = [
    3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472,
    707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236,
    2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315,
    535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117,
]  # fmt: skip
DEATHS = [
    9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570,
    17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161,
    18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837,
    36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205,
]  # fmt: skip


def made(rows: pd.DataFrame, **other) -> Series:
    """A series of one theme, ``past``, over these statements."""
    blank = {"actor": "XAA", "speaker": "S1", "role": "r", "agency": "a", "kind": "speech", "language": "en"}
    counts = rows.assign(**{name: value for name, value in blank.items() if name not in rows})
    counts = counts.assign(statement_id=[f"s{n}" for n in range(len(counts))]).astype({"period": "str"})
    asked = Asked("year", "sentences", "sentence", 1)
    table, correlation = shares_table(counts, ("past",), (), asked)
    series = Series(
        table=table, counts=counts, themes=("past",), period="year", by=(), voices="all", codes="strict",
        stances="all", measure="sentences", count="statements", weighting="sentence", window=1, coder="rules",
        correlation=correlation, n_undated=0, n_duplicates=0,
    )  # fmt: skip
    return replace(series, **other)


def exact(cells, **other) -> Series:
    """One statement a cell (period, actor, speaker, kind, sentences, coded)."""
    names = ["period", "actor", "speaker", "kind", "n_sentences", "past"]
    return made(pd.DataFrame(cells, columns=names), **other)


def drawn(rng, cells, *, sentences=20, rho=0.02) -> Series:
    """Statements drawn from known shares, by cell (period, actor, speaker, kind, statements, share)."""
    rows = []
    for period, actor, speaker, kind, n, share in cells:
        own = rng.beta(share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho, n)
        rows += [(period, actor, speaker, kind, sentences, k) for k in rng.binomial(sentences, own)]
    return made(pd.DataFrame(rows, columns=["period", "actor", "speaker", "kind", "n_sentences", "past"]))


def parts(found) -> pd.DataFrame:
    return found.table.set_index(["part", "column"])[["estimate", "low", "high"]]


def covers(row, truth) -> bool:
    return bool(row["low"] <= truth <= row["high"])


def test_one_column_is_the_published_example_of_kitagawas_split():
    cells = [
        (year, "XAA", "S1", f"age{n:02}", round(size * 1000), round(size * 10) * round(rate * 10) / 10)
        for year, sizes, rates in (("1970", AGES_1970, HEADS_1970), ("1985", AGES_1985, HEADS_1985))
        for n, (size, rate) in enumerate(zip(sizes, rates, strict=True))
    ]
    found = decompose(exact(cells), "past", "1970", "1985", by=["kind"], draws=10)
    assert 100 * found.total.before == pytest.approx(44.7268, abs=5e-5)
    assert 100 * found.total.after == pytest.approx(47.6940, abs=5e-5)
    estimates = 100 * parts(found)["estimate"]
    assert estimates["content", ""] == pytest.approx(1.7403, abs=5e-5)
    assert estimates["mix", "kind"] == pytest.approx(1.2269, abs=5e-5)


def test_content_and_mix_are_those_of_statsmodels_oaxaca_blinder():
    from statsmodels.stats.oaxaca import OaxacaBlinder

    cells = [("2001", "XAA", "P", "k", 60, 6), ("2001", "XBB", "Q", "k", 40, 12), ("2001", "XCC", "R", "k", 20, 1)]
    cells += [("2002", "XAA", "P", "k", 30, 6), ("2002", "XBB", "Q", "k", 70, 35), ("2002", "XCC", "R", "k", 50, 4)]
    got = parts(decompose(exact(cells), "past", "2001", "2002", by=["actor"], draws=10))["estimate"]
    rows = np.array(
        [
            (n < coded, year == "2002", *(actor == each for each in ("XAA", "XBB", "XCC")))
            for year, actor, _, _, size, coded in cells
            for n in range(size)
        ],
        dtype=float,
    )
    model = OaxacaBlinder(rows[:, 0], rows[:, 1:], 0, hasconst=True)
    unexplained, explained, gap = model.two_fold(two_fold_type="self_submitted", submitted_weight=0.5).params
    assert got["content", ""] == pytest.approx(unexplained)
    assert got["mix", "actor"] == pytest.approx(explained)
    assert got.sum() == pytest.approx(gap)


def test_crossed_columns_are_near_the_published_example_of_das_gupta():
    persons, deaths = np.reshape(PERSONS, (2, 2, 11)), np.reshape(DEATHS, (2, 2, 11))
    cells = [
        (year, f"race{race}", "S1", f"age{age:02}", persons[t, race, age], persons[t, race, age] * deaths[t, race, age])
        for t, year in enumerate(("1985", "1970"))
        for race in range(2)
        for age in range(11)
    ]
    found = parts(decompose(exact(cells), "past", "1970", "1985", by=["actor", "kind"], draws=10))["estimate"]
    assert found["content", ""] == pytest.approx(-2.2277254, abs=5e-8)
    assert found["mix", "actor"] + found["mix", "kind"] == pytest.approx(1.5415096, abs=5e-8)
    # His products of geometric means need not add up to one, ours do; the parts are close and not the same.
    assert found["mix", "kind"] == pytest.approx(1.5217347, abs=1e-3)
    assert found["mix", "actor"] == pytest.approx(0.0197749, abs=1e-3)


def test_speakers_within_actors_by_hand():
    # Before: XAA 40 sentences (P 30 with 3 coded, Q 10 with 5), XBB 60 (R, 6 coded). After: XAA 60 (P 15 with 3,
    # Q 45 with 18), XBB 40 (R, 8). Weights .3 .1 .6 and .15 .45 .4, shares .1 .5 .1 and .2 .4 .2.
    # content: .225 x .1 + .275 x -.1 + .5 x .1 = .045.  Mean shares .15 .45 .15.
    # Actors first: XAA .4 -> .6; P within XAA .75 -> .25, so the mean share of XAA is .225 before, .375 after.
    # mix of actors: change .2 times (XAA - XBB), halfway: .2 x ((.225 - .15) + (.375 - .15)) / 2 = .03.
    # mix of speakers: mean weight of XAA .5 x (.375 - .225) = .075.  Together .15 = .29 - .14.
    cells = [
        ("2019", "XAA", "P", "speech", 30, 3), ("2019", "XAA", "Q", "speech", 10, 5),
        ("2019", "XBB", "R", "speech", 60, 6), ("2020", "XAA", "P", "speech", 15, 3),
        ("2020", "XAA", "Q", "speech", 45, 18), ("2020", "XBB", "R", "speech", 40, 8),
    ]  # fmt: skip
    for by in (("actor", "speaker"), ("speaker", "actor"), ("kind", "speaker", "actor")):
        found = decompose(exact(cells), "past", "2019", "2020", by=by, draws=10)
        got = parts(found)["estimate"]
        assert got["content", ""] == pytest.approx(0.045)
        assert got["mix", "actor"] == pytest.approx(0.03)
        assert got["mix", "speaker"] == pytest.approx(0.075)
        assert got.drop([("content", ""), ("mix", "actor"), ("mix", "speaker")]).abs().max() == pytest.approx(0)
        assert found.total.difference == pytest.approx(0.15)
        assert found.groups["content"].sum() == pytest.approx(0.045)


def test_entry_and_exit_are_counted_against_those_who_stay_by_hand():
    # Stay: P 50 of which 5, then 60 of which 6: no content. Leaves: Q, 50 with 25: exit .5 x (.1 - .5) = -.2.
    # Comes: XCC with its speaker, 20 with 10: .2 x (.5 - .1) = .08; a new speaker of XAA, 20 with 0: .2 x -.1 = -.02.
    cells = [
        ("2019", "XAA", "P", "speech", 50, 5), ("2019", "XAA", "Q", "speech", 50, 25),
        ("2020", "XAA", "P", "speech", 60, 6), ("2020", "XCC", "T", "speech", 20, 10),
        ("2020", "XAA", "U", "speech", 20, 0),
    ]  # fmt: skip
    found = decompose(exact(cells), "past", "2019", "2020", draws=10)
    got = parts(found)["estimate"]
    assert got["entry", "actor"] == pytest.approx(0.08)
    assert got["entry", "speaker"] == pytest.approx(-0.02)
    assert got["exit", "speaker"] == pytest.approx(-0.2)
    assert got.sum() == pytest.approx(found.total.difference) == pytest.approx(-0.14)
    assert set(found.groups["side"]) == {"both", "entry", "exit"}
    assert any("40% after" in note for note in found.notes)


def test_known_values_that_meet_for_the_first_time_are_new_combinations():
    cells = [
        ("2019", "XAA", "S", "speech", 10, 1), ("2019", "XBB", "S", "readout", 10, 1),
        ("2019", "XBB", "S", "speech", 9, 1), ("2020", "XAA", "S", "speech", 10, 1),
        ("2020", "XBB", "S", "speech", 9, 1), ("2020", "XAA", "S", "readout", 5, 5),
    ]  # fmt: skip
    got = parts(decompose(exact(cells), "past", "2019", "2020", by=["actor", "kind"], draws=10))["estimate"]
    assert got["entry", "combination"] > 0
    assert got[[("entry", "actor"), ("entry", "kind")]].abs().max() == 0


def test_parts_add_up_whatever_the_cells():
    rng = np.random.default_rng(5)
    rows = pd.DataFrame(
        {
            "period": rng.choice(["2001", "2002"], 400), "actor": rng.choice(["XAA", "XBB", "XCC"], 400),
            "speaker": rng.choice(list("abcdefghij"), 400), "kind": rng.choice(["k1", "k2", "k3"], 400),
            "n_sentences": rng.integers(1, 40, 400),
        }
    )  # fmt: skip
    rows["past"] = rng.binomial(rows["n_sentences"], 0.1)
    for by in (["actor"], ["kind", "actor"], ["actor", "speaker", "kind"], ["speaker", "kind"]):
        for weighting in ("sentence", "statement"):
            found = decompose(made(rows, weighting=weighting), "past", "2001", "2002", by=by, draws=5)
            assert found.table["estimate"].sum() == pytest.approx(found.total.difference, abs=1e-12)
    reversed_rows = parts(decompose(made(rows), "past", "2001", "2002", by=["kind", "speaker", "actor"], draws=5))
    forward = parts(decompose(made(rows), "past", "2001", "2002", draws=5))
    pd.testing.assert_series_equal(forward["estimate"].sort_index(), reversed_rows["estimate"].sort_index())


MIX = [
    (year, "XAA", speaker, "speech", n, share)
    for year, calm in (("2018", 80), ("2019", 20))
    for speaker, n, share in (("P", calm, 0.02), ("Q", 100 - calm, 0.12))
]
CONTENT = [
    (year, "XAA", speaker, "speech", 50, share + more)
    for year, more in (("2018", 0.0), ("2019", 0.06))
    for speaker, share in (("P", 0.02), ("Q", 0.12))
]
ENTRY = [("2018", "XAA", "P", "speech", 60, 0.04), ("2019", "XAA", "P", "speech", 60, 0.04)]
ENTRY += [("2019", "XBB", "R", "speech", 60, 0.16)]


@pytest.mark.parametrize(
    ("cells", "column", "truth"),
    [(MIX, ("mix", "speaker"), 0.06), (CONTENT, ("content", ""), 0.06), (ENTRY, ("entry", "actor"), 0.06)],
    ids=["mix", "content", "entry"],
)
def test_a_planted_change_is_attributed_to_what_made_it(cells, column, truth):
    names = [("content", ""), ("mix", "speaker"), ("entry", "actor")]
    hits = []
    for seed in range(24):
        got = parts(decompose(drawn(np.random.default_rng(seed), cells), "past", "2018", "2019", draws=150))
        hits.append([covers(got.loc[name], truth if name == column else 0.0) for name in names])
        assert got.loc[column, "estimate"] == pytest.approx(truth, abs=0.035)
    # A part that nothing can add to (no newcomers) is 0 in every draw.
    assert (np.mean(hits, axis=0) >= 0.85).all()


def test_content_and_mix_at_once_are_told_apart():
    cells = [("2018", "XAA", "P", "speech", 80, 0.02), ("2018", "XAA", "Q", "speech", 20, 0.12)]
    cells += [("2019", "XAA", "P", "speech", 20, 0.06), ("2019", "XAA", "Q", "speech", 80, 0.16)]
    got = parts(decompose(drawn(np.random.default_rng(1), cells), "past", "2018", "2019"))
    assert covers(got.loc["content", ""], 0.04)
    assert covers(got.loc["mix", "speaker"], 0.06)
    assert got.loc[("content", ""), "low"] > 0
    assert got.loc[("mix", "speaker"), "low"] > 0


def test_the_same_seed_gives_the_same_numbers():
    series = drawn(np.random.default_rng(3), MIX)
    first, second = (decompose(series, "past", "2018", "2019", draws=100, seed=7).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_fixed_mix_of_groups_takes_their_mix_out_of_the_series():
    # P .1 then .2; Q .5 in both. Pooled: P 120 of 200, Q 80. 2018: .6 x .1 + .4 x .5 = .26; 2019: .6 x .2 + .2 = .32.
    # 2020 has Q alone: .5, and 40% of the fixed weight is covered.
    cells = [
        ("2018", "XAA", "P", "speech", 80, 8), ("2018", "XAA", "Q", "speech", 20, 10),
        ("2019", "XAA", "P", "speech", 40, 8), ("2019", "XAA", "Q", "speech", 40, 20),
        ("2020", "XAA", "Q", "speech", 20, 10),
    ]  # fmt: skip
    series = exact(cells)
    table = fixed_composition(series, by=["speaker"]).set_index("period")
    np.testing.assert_allclose(table["fixed_share"], [0.26, 0.32, 0.5])
    np.testing.assert_allclose(table["share"], [0.18, 0.35, 0.5])
    np.testing.assert_allclose(table["covered"], [1, 1, 0.4])
    assert table["n_missing"].tolist() == [0, 0, 1]
    # The mix of 2018: .8 and .2.
    held = fixed_composition(series, by=["speaker"], weights="2018").set_index("period")
    np.testing.assert_allclose(held["fixed_share"], [0.18, 0.26, 0.5])
    np.testing.assert_allclose(held["covered"], [1, 1, 0.2])
    assert held["flag"].eq("small_n").all()


def test_the_interval_of_a_fixed_mix_covers_and_a_gap_stays_a_gap():
    inside = []
    for seed in range(30):
        series = drawn(np.random.default_rng(seed), [*MIX, ("2021", "XAA", "Q", "speech", 30, 0.12)])
        table = fixed_composition(series, by=["speaker"], weights="2018..2019").set_index("period")
        inside += [table.loc[year, "low"] <= 0.07 <= table.loc[year, "high"] for year in ("2018", "2019")]
        assert table.loc["2020", "flag"] == "no_data"
        assert np.isnan(table.loc["2020", "fixed_share"])
        assert np.isnan(table.loc["2020", "share"])
    assert np.mean(inside) >= 0.9


def test_a_changed_codebook_has_its_part():
    # Old 10 and 20 of 100, new 30 and 50 of 100: the whole 40; words (10 + 20) / 2, codebook (20 + 30) / 2.
    def coded(before, after):
        return exact([("2019", "XAA", "P", "k", 100, before), ("2020", "XAA", "P", "k", 100, after)])

    found = codebook_part(coded(10, 20), coded(30, 50), "past", "2019", "2020")
    assert found.table.set_index("part")["estimate"].to_dict() == pytest.approx({"words": 0.15, "codebook": 0.25})
    assert found.total.difference == pytest.approx(0.4)
    assert found.shares["share"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.5])


def test_an_edit_alone_is_all_codebook_and_statements_are_matched():
    old = drawn(np.random.default_rng(2), CONTENT[:2] + [("2019", *cell[1:]) for cell in CONTENT[:2]])
    counts = old.counts.assign(past=np.minimum(old.counts["past"] + 2, 20))
    new = replace(old, counts=counts.sample(frac=1, random_state=1).iloc[:-10])
    found = codebook_part(old, new, "past", "2018", "2019")
    rows = found.table.set_index("part")
    assert rows.loc["codebook", "estimate"] == pytest.approx(0.1)
    assert rows.loc["codebook", "low"] == pytest.approx(0.1) == pytest.approx(rows.loc["codebook", "high"])
    assert covers(rows.loc["words"], 0.0)
    assert "10 statements of the old, 0 of the new" in found.notes[0]
    with pytest.raises(SeriesError, match="differ in voices"):
        codebook_part(old, replace(new, voices="own_words"), "past", "2018", "2019")
    with pytest.raises(SeriesError, match="share no statements"):
        codebook_part(
            old, replace(new, counts=counts.assign(statement_id="x" + counts["statement_id"])), "past", "2018", "2019"
        )


def test_edges_give_an_answer_or_a_reason_and_no_warning():
    one = [("2019", "XAA", "P", "k", 10, 1), ("2020", "XAA", "P", "k", 10, 3)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        single = decompose(exact(one), "past", "2019", "2020")
        apart = decompose(exact([one[0], ("2020", "XBB", "R", "k", 10, 3)]), "past", "2019", "2020")
        for coded in (0, 10):
            flat = decompose(exact([(year, "XAA", "P", "k", 10, coded) for year in ("2019", "2019", "2020", "2020")]),
                             "past", "2019", "2020")  # fmt: skip
            assert flat.total.difference == flat.total.low == flat.total.high == 0
            assert any("with the theme before: 0" in note for note in flat.notes) == (coded == 0)
        assert len(fixed_composition(exact([]))) == 0
        plot_decomposition(single)
        plot_decomposition(apart)
        plot_fixed_composition(fixed_composition(exact(one)), theme="past")
        plot_fixed_composition(fixed_composition(exact([])))
    assert single.total.difference == pytest.approx(0.2)
    assert np.isnan(single.total.low)
    assert any("One statement before" in note for note in single.notes)
    assert np.isnan(parts(apart).loc[("content", ""), "estimate"])
    assert apart.table["estimate"].sum() == pytest.approx(0.2)
    assert any("No group is on both sides" in note for note in apart.notes)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"theme": "peace"}, "no theme 'peace'"),
        ({"before": "1999"}, "no statement in before"),
        ({"before": "2019..2018"}, "no range of periods"),
        ({"after": ("2018", "2019")}, "2018 lies before and after"),
        ({"by": ["venue"]}, "there are actor, speaker"),
        ({"by": []}, "must name columns"),
        ({"by": ["actor", "speaker", "kind", "role", "agency"]}, "at most 4"),
    ],
)
def test_what_cannot_be_split_is_refused_with_a_reason(asked, said):
    series = drawn(np.random.default_rng(1), MIX)
    with pytest.raises(SeriesError, match=said):
        decompose(series, **{"theme": "past", "before": "2018", "after": "2019"} | asked)


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"weighting": "actor"}, "by choice"), ({"measure": "counts"}, "counts"), ({"window": 3}, "window=1")],
)
def test_series_that_have_no_composition_are_refused(changed, said):
    series = drawn(np.random.default_rng(1), MIX, sentences=5)
    for call in (lambda s: decompose(s, "past", "2018", "2019"), fixed_composition):
        with pytest.raises(SeriesError, match=said):
            call(replace(series, **changed))


def test_a_year_holds_its_months_and_a_range_both_of_its_ends():
    months = pd.Series(["2013-12", "2014-01", "2014-12", "2018-12", "2019-01"])
    assert lies_in(months, "2014", "before", "decompose").tolist() == [False, True, True, False, False]
    assert lies_in(months, "2014..2018", "before", "decompose").tolist() == [False, True, True, True, False]
    quarters = pd.Series(["2014-Q1", "2014-Q4", "2015-Q1"])
    assert lies_in(quarters, "2014-Q2..2014-Q4", "before", "decompose").tolist() == [False, True, False]
