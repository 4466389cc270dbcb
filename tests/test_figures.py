"""Figures: what is drawn, what is said about it, and that the bytes stay."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from aidememoire import frames
from aidememoire.errors import SeriesError
from aidememoire.export import write_csv
from aidememoire.figures import (
    Mark,
    coders_side_by_side,
    missing_characters,
    plot_coders,
    plot_series,
    plot_themes,
    rows_drawn,
    save_figure,
)
from aidememoire.figures.axis import text_width, time_axis
from aidememoire.figures.panels import highest, panel_of

YEARS = [str(year) for year in range(2015, 2021)]


def make_series(groups=("ARL",), periods=YEARS, themes=("memory",), no_data=(), small_n=(), **fixed):
    rows = [
        {"theme": theme, "period": period, "actor": group, "n_sentences": 100 + 10 * place, "n_coded": 5 + at}
        for theme in themes
        for place, group in enumerate(groups)
        for at, period in enumerate(periods)
    ]
    table = pd.DataFrame(rows).assign(
        coder="rules", coding="strict", voices="own_words", measure="sentences", weighting="none", n_statements=9
    )
    table["share"] = table["n_coded"] / table["n_sentences"]
    table["low"], table["high"] = table["share"] / 2, table["share"] * 2
    table["n_words"] = pd.array([None] * len(table), dtype="Int64")
    for column in ("corrected_share", "corrected_low", "corrected_high"):
        table[column] = np.nan
    table["flag"] = np.where(table["period"].isin(small_n), "small_n", "")
    empty = table["period"].isin(no_data)
    # A producer that writes 0 for an empty cell must still come out as a gap.
    table.loc[empty, ["n_sentences", "n_statements", "n_coded", "share", "low", "high"]] = 0
    table.loc[empty, "flag"] = "no_data"
    return frames.checked(table.assign(**fixed), "series", ("actor",))


def pooled(**how):
    return make_series(**how).drop(columns="actor")


def panels(figure):
    return figure.axes[::2]


def line(axes, label):
    return next(drawn for drawn in axes.lines if drawn.get_label() == label)


def texts(figure):
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def test_a_period_without_data_is_a_gap_and_never_zero():
    figure = plot_series(make_series(no_data=["2017"]))
    share = line(panels(figure)[0], "_share").get_ydata()
    assert np.isnan(share[2])
    assert np.isfinite(np.delete(share, 2)).all()
    assert figure.axes[1].patches[2].get_height() == 0
    assert "not zero" in texts(figure)


def test_a_period_absent_from_the_table_is_a_gap_too():
    table = make_series()
    figure = plot_series(table[table["period"] != "2018"])
    assert np.isnan(line(panels(figure)[0], "_share").get_ydata()[3])


def test_few_statements_are_hollow():
    axes = panels(plot_series(make_series(small_n=["2016", "2019"])))[0]
    hollow, solid = line(axes, "_small_n"), line(axes, "_points")
    assert list(hollow.get_xdata()) == [2016, 2019]
    assert hollow.get_markerfacecolor() == "white"
    assert list(solid.get_xdata()) == [2015, 2017, 2018, 2020]


def test_the_note_says_unit_denominator_coder_voices_and_interval():
    said = texts(plot_series(make_series()))
    for words in ("share of the eligible sentences", "Denominator", "Coder: rules", "coding: strict", "own words"):
        assert words in said
    assert "95% interval, sampling of statements only" in said


@pytest.mark.parametrize(("n", "drawn"), [(1, 1), (4, 4), (8, 8), (12, 8)])
def test_at_most_eight_groups_and_the_figure_says_so(n, drawn):
    table = make_series(groups=[f"Group {k:02d}" for k in range(n)])
    figure = plot_series(table)
    assert len(panels(figure)) == drawn
    assert ("8 groups with most sentences, of 12" in texts(figure)) == (n == 12)
    assert rows_drawn(table)["actor"].nunique() == drawn
    assert "Group 11" in set(rows_drawn(table)["actor"]) or n < 12
    assert len({axes.get_ylim() for axes in panels(figure)}) == 1


def test_themes_have_their_own_vertical_axis_and_absent_ones_say_no_data():
    table = pooled(themes=("memory", "peace"))
    table.loc[table["theme"] == "peace", ["share", "low", "high"]] /= 10
    figure = plot_themes(table, {"memory": "Memory", "peace": "Peace", "trade": "Trade"})
    tops = [axes.get_ylim()[1] for axes in panels(figure)]
    assert tops[0] > 5 * tops[1]
    assert [text.get_text() for text in panels(figure)[2].texts] == ["no data"]
    with pytest.raises(SeriesError, match="group columns"):
        plot_themes(make_series(), {})


def test_nothing_to_draw_is_a_figure_that_says_so():
    assert "No data." in texts(plot_series(frames.empty("series")))
    assert "No data." in texts(plot_themes(frames.empty("series"), {}))
    assert plot_series(make_series(no_data=YEARS)).axes


def test_mixed_rows_are_refused_by_name():
    mixed = make_series(themes=("memory", "peace"))
    with pytest.raises(SeriesError, match="'trade' is not in the table; it has memory, peace"):
        plot_series(mixed, theme="trade")
    assert "Theme drawn" not in texts(plot_series(mixed, theme="peace"))
    two = pd.concat([make_series(), make_series(coding="lenient")])
    with pytest.raises(SeriesError, match="coding"):
        plot_series(two)
    with pytest.raises(SeriesError, match="repeat"):
        plot_series(pd.concat([make_series(), make_series()]))


def test_of_several_themes_the_most_coded_is_drawn_and_named():
    mixed = make_series(themes=("memory", "peace"))
    mixed.loc[mixed["theme"] == "peace", "n_coded"] += 1
    figure = plot_series(SimpleNamespace(table=mixed))
    assert "Theme drawn: peace, the one with most coded sentences of the 2" in texts(figure)
    assert set(rows_drawn(mixed)["theme"]) == {"peace"}


def test_an_interval_of_a_thin_point_does_not_flatten_the_rest():
    table = make_series(small_n=["2016"])
    table.loc[table["period"] == "2016", "high"] = 1.0
    figure = plot_series(table)
    assert panels(figure)[0].get_ylim()[1] < 0.5
    assert "cut at its edge" in texts(figure)
    assert highest([panel_of(table, time_axis(table["period"]), "")]) >= table["share"].max()


@pytest.mark.parametrize(
    "periods",
    [
        [str(year) for year in range(1946, 2025)],
        [f"{year}-Q{quarter}" for year in range(2001, 2021) for quarter in range(1, 5)],
        [f"{year}-{month:02d}" for year in range(2015, 2022) for month in range(1, 13)],
        ["2020-02", "2020-03", "2020-04"],
        [f"from {year} to {year + 4}" for year in range(1950, 2020, 5)],
    ],
)
@pytest.mark.parametrize("width", [75, 150, 400])
def test_period_labels_never_overlap(periods, width):
    axis = time_axis(periods)
    ticks = axis.ticks(width, 6.5)
    assert ticks
    room = width / (axis.last - axis.first + 1)
    for one, two in pairwise(ticks):
        half_widths = (text_width(one.label, 6.5) + text_width(two.label, 6.5)) / 2
        assert (two.position - one.position) * room > half_widths


def test_saved_twice_gives_the_same_bytes_and_touches_no_pyplot(tmp_path):
    table = make_series(groups=("ARL", "=cmd()"), no_data=["2017"], small_n=["2016"])
    before = table.copy(deep=True)
    marks = [Mark("2018", "a treaty")]
    runs = []
    for name in ("one", "two"):
        figure = plot_series(table, title="Cost in $ and $x^{", marks=marks)
        runs.append(save_figure(figure, rows_drawn(table), tmp_path / name / "memory.v1"))
    assert [path.name for path in runs[0]] == ["memory.v1.png", "memory.v1.svg", "memory.v1.csv"]
    for one, two in zip(*runs, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert "'=cmd()" in runs[0][2].read_text()
    assert b"dc:date" not in runs[0][1].read_bytes()
    pd.testing.assert_frame_equal(table, before)


def test_characters_without_a_glyph_are_named(tmp_path):
    table = make_series(groups=("外交部", "Лаврия"))
    figure = plot_series(table)
    assert "no glyph for 3 of the characters" in texts(figure)
    save_figure(figure, table, tmp_path / "f")
    assert missing_characters(["Ελλάς العربية ÇŞĞ – “x”"]) == ()


def test_csv_is_inert_and_stable(tmp_path):
    table = pd.DataFrame(
        {"=head": ["=1+1", "+x", "-x", "@x", "\tx", "safe", None], "number": [-1.0, 1 / 3, np.nan, 2, 1e-12, 1e9, 0]}
    )
    text = write_csv(table, tmp_path / "t.csv").read_bytes().decode()
    assert text.startswith("'=head,number\n'=1+1,-1\n'+x,0.3333333333\n'-x,\n'@x,2\n")
    assert "\r" not in text
    assert list(tmp_path.iterdir()) == [tmp_path / "t.csv"]


def test_coders_side_by_side_differ_in_nothing_else(make_corpus):
    import aidememoire as am

    corpus = make_corpus({"a.txt": "They falsify history. It rained. We never forget the war."})
    coding = am.code(corpus, am.load_codebook(), method="best")
    rules, best = (am.series(coding, period="all", coder=coder) for coder in ("rules", "best"))
    joined = coders_side_by_side([rules, best])
    assert set(joined["coded_by"]) == {"rules", "best"}
    assert len(joined) == len(rules.table) + len(best.table)
    assert len(plot_coders([rules, best], theme="anti_revisionism").axes) == 4
    with pytest.raises(SeriesError, match="different coders"):
        coders_side_by_side([rules, rules])
    with pytest.raises(SeriesError, match="differ in voices"):
        coders_side_by_side([rules, am.series(coding, period="all", coder="best", voices="all")])
