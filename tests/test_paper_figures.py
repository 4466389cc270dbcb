"""Figures for journals: exact sizes, embedded fonts, the same bytes, no overlaps, colours that hold in grey."""

from __future__ import annotations

import itertools
import json
import re
import struct
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from aidememoire import cli, frames, run
from aidememoire.cli_results import millimetres
from aidememoire.compare import read_series
from aidememoire.errors import AideMemoireError, StudyError
from aidememoire.figures import rows_drawn, style
from aidememoire.figures.paper import FigureError, plot_paper
from aidememoire.figures.save import save_paper
from aidememoire.figures.style import house_style

YEARS = [str(year) for year in range(2010, 2025)]
MONTHS = [f"{year}-{month:02d}" for year in range(2015, 2022) for month in range(1, 13)]
THEMES = {
    "memory": "Historical memory",
    "order": "International order and legitimacy",
    "neo": "Neo-Nazism and its glorification",
    "non": "Sovereignty and non-interference",
}


def make_series(groups=("ARL",), periods=YEARS, themes=("memory",), n=100, scale=1.0):
    rows = [
        {"theme": theme, "period": period, "actor": group, "n_sentences": n + 10 * place, "n_coded": 5 + at % 7}
        for theme in themes
        for place, group in enumerate(groups)
        for at, period in enumerate(periods)
    ]
    table = pd.DataFrame(rows).assign(
        coder="rules", coding="strict", voices="own_words", measure="sentences", weighting="none", n_statements=9
    )
    table["share"] = scale * table["n_coded"] / table["n_sentences"]
    table["low"], table["high"] = table["share"] / 2, table["share"] * 2
    table["n_words"] = pd.array([None] * len(table), dtype="Int64")
    for column in ("corrected_share", "corrected_low", "corrected_high"):
        table[column] = np.nan
    table["flag"] = ""
    return frames.checked(table, "series", ("actor",))


def overview(themes=THEMES, **how):
    return make_series(themes=tuple(themes), **how).drop(columns="actor")


def drawn_texts(figure):
    """Every text that is really drawn: ticks outside the view are not."""
    found = list(figure.texts)
    for axes in figure.axes:
        found += [*axes.texts, axes.title, axes._left_title, axes._right_title, axes.xaxis.label, axes.yaxis.label]
        for axis, view in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            found += [t.label1 for t in axis.get_major_ticks() if view[0] <= t.get_loc() <= view[1]]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


LAYOUTS = [
    pytest.param(make_series(("ARL",)), "memory", id="one panel"),
    pytest.param(make_series(("ARL", "BOR"), MONTHS, n=31_000), "memory", id="two panels by month"),
    pytest.param(make_series([f"G{k}" for k in range(8)], n=1_900), "memory", id="eight panels"),
    pytest.param(
        make_series(["Ministry of Foreign Affairs of the Arlean Republic", "Office of the President"], scale=0.01),
        "memory",
        id="long names, small shares",
    ),
    pytest.param(overview(n=20_000, scale=0.003), None, id="overview"),
    pytest.param(
        overview({f"t{k}": title for k, title in enumerate([*THEMES.values()] * 4)}, n=20_000, scale=0.02),
        None,
        id="overview of sixteen themes",
    ),
]


@pytest.mark.parametrize("width", [85, 174])
@pytest.mark.parametrize(("table", "theme"), LAYOUTS)
def test_no_text_overlaps_leaves_the_figure_or_is_too_small(table, theme, width):
    titles = {name: list(THEMES.values())[at % 4] for at, name in enumerate(table["theme"].unique())}
    figure = plot_paper(table, width_mm=width, theme=theme, titles=titles).figure
    figure.canvas.draw()
    texts = drawn_texts(figure)
    assert min(text.get_fontsize() for text in texts) >= 6
    boxes = [text.get_window_extent() for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        assert min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) >= 0, text
    for (one, a), (two, b) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        assert not (a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1), (one, two)
    assert figure.get_figheight() * 25.4 < 235


@pytest.mark.parametrize("width", [85.0, 83.7, 174.0])
def test_the_width_is_exact_in_every_format(tmp_path, width):
    paper = plot_paper(make_series(("ARL", "BOR")), width_mm=width, theme="memory")
    files = {}
    for kind in ("pdf", "png", "svg"):
        files[kind] = save_paper(paper.figure, paper.table, paper.caption, tmp_path / f"f.{kind}", dpi=300)[0]
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", files["pdf"].read_bytes())
    assert float(box[1]) == pytest.approx(width / 25.4 * 72, abs=0.01)
    png = files["png"].read_bytes()
    assert struct.unpack(">I", png[16:20])[0] == round(width / 25.4 * 300)
    per_metre = struct.unpack(">I", png[png.index(b"pHYs") + 4 :][:4])[0]
    assert per_metre == pytest.approx(300 / 0.0254, abs=1)
    svg = re.search(rb'width="([\d.]+)pt"', files["svg"].read_bytes())
    assert float(svg[1]) == pytest.approx(width / 25.4 * 72, abs=0.01)


def test_a_height_is_exact_or_refused_with_what_is_possible():
    table = make_series([f"G{k}" for k in range(8)])
    assert plot_paper(table, width_mm=174, height_mm=90, theme="memory").figure.get_figheight() * 25.4 == pytest.approx(
        90
    )
    with pytest.raises(FigureError, match="too low for 8 panels at a width of 85mm; give at least") as refused:
        plot_paper(table, width_mm=85, height_mm=50, theme="memory")
    least = float(re.search(r"at least (\d+)mm", str(refused.value))[1])
    assert plot_paper(table, width_mm=85, height_mm=least + 1, theme="memory").figure


def test_fonts_are_embedded_whole_and_bytes_repeat(tmp_path):
    written = []
    for name in ("one", "two"):
        paper = plot_paper(make_series(), width_mm=85, theme="memory", titles=THEMES)
        for kind in ("pdf", "png", "svg"):
            files = save_paper(paper.figure, paper.table, paper.caption, tmp_path / name / f"f.{kind}", dpi=100)
            written.append([path.read_bytes() for path in files])
    assert written[:3] == written[3:]
    pdf = written[0][0]
    assert b"/CIDFontType2" in pdf
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"/CreationDate" not in pdf
    assert written[0][1].startswith(b"theme,")


def test_the_caption_says_unit_denominator_and_interval_and_the_figure_does_not():
    paper = plot_paper(make_series(), width_mm=85, theme="memory", titles=THEMES)
    for words in ("Historical memory.", "share of the eligible sentences", "Denominator", "own words", "95% interval"):
        assert words in paper.caption
    assert [text.get_text() for text in paper.figure.texts] == ["share of sentences"]
    assert "n=100" in [text.get_text() for text in drawn_texts(paper.figure)]


def test_themes_of_the_overview_are_chosen_and_only_their_rows_are_left():
    paper = plot_paper(overview(), width_mm=85, titles={"neo": "Neo", "memory": "Memory"})
    assert set(paper.table["theme"]) == {"neo", "memory"}
    assert len(paper.figure.axes) == 4


def test_shifts_of_the_theme_are_drawn_and_explained():
    found = {"theme": "memory", "actor": "ARL", "method": "unknown_break", "date": "2018", "low_date": "2017"}
    found |= {"high_date": "2019", "before": 0.05, "after": 0.1, "difference_low": 0.02, "difference_high": 0.07}
    shifts = pd.DataFrame([{**found, "finding": "shift"}, {**found, "theme": "order", "finding": "shift"}])
    table = make_series()
    plain = plot_paper(table, width_mm=85, theme="memory")
    drawn = plot_paper(table, width_mm=85, theme="memory", shifts=shifts)
    assert len(drawn.figure.axes[0].lines) == len(plain.figure.axes[0].lines) + 1
    assert "Solid vertical line" in drawn.caption
    assert "vertical line" not in plain.caption
    nothing = plot_paper(table, width_mm=85, theme="memory", shifts=shifts.assign(finding="no shift found"))
    assert len(nothing.figure.axes[0].lines) == len(plain.figure.axes[0].lines)
    assert "no shift was found" in nothing.caption


def test_the_house_style_can_be_switched_off_and_never_leaks():
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"axes.facecolor": "#ffeeee", "font.family": ["DejaVu Serif"]}):
        own = plot_paper(make_series(), width_mm=85, theme="memory", style=False).figure
        house = plot_paper(make_series(), width_mm=85, theme="memory").figure
        with house_style(False):
            within = plot_paper(make_series(), width_mm=85, theme="memory").figure
            with house_style():
                assert matplotlib.rcParams["font.family"] == ["DejaVu Serif"]
        with house_style():
            assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]
    for figure, colour in ((own, "#ffeeee"), (within, "#ffeeee"), (house, "white")):
        assert figure.axes[0].get_facecolor()[:3] == to_rgb(colour)
    assert dict(matplotlib.rcParams) == before


# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1: what each colour blindness leaves.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_hold_in_grey_print():
    """WCAG asks 3 to 1 of what must be seen and 4.5 to 1 of text; a grey printer keeps nothing but luminance."""
    for line in (style.ACCENT, style.MARK):
        assert contrast(line, "white") > 4.5
        assert contrast(line, style.BAND) > 3
    for text in (style.INK, style.GREY):
        assert contrast(text, "white") > 4.5
    assert contrast(style.BARS, "white") > 1.9  # bars are large, and their number stands beside them
    assert contrast(style.ACCENT, style.MARK) > 1.5


@pytest.mark.parametrize("kind", BLINDNESS)
def test_line_and_mark_stay_apart_for_colour_blind_readers(kind):
    seen = [
        np.clip(np.array(BLINDNESS[kind]) @ linear(colour), 0, 1) ** (1 / 2.2) for colour in (style.ACCENT, style.MARK)
    ]
    assert np.abs(seen[0] - seen[1]).max() > 0.15


@pytest.mark.parametrize(("written", "mm"), [("85mm", 85), ("85", 85), (" 8.5 cm", 85), ("3.5in", 88.9)])
def test_lengths_are_read(written, mm):
    assert millimetres(written) == pytest.approx(mm)


@pytest.mark.parametrize("written", ["", "85 m", "-85mm", "nan", "1mm", "2000mm", "85mmm"])
def test_what_is_no_length_is_one_line(written):
    with pytest.raises(StudyError, match="is not a length from 40mm to 400mm"):
        millimetres(written)


# The command


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    (folder / "notes").mkdir()
    for year in range(2015, 2022):
        for actor in ("xaa", "xbb"):
            text = f"In {year} we say that attempts to falsify history are inadmissible. Trade went well. It rained."
            (folder / "notes" / f"{year}-05-09-{actor}.txt").write_text(text, encoding="utf-8")
    file = folder / "study.yaml"
    file.write_text(
        "title: Two\ncorpus:\n  path: notes\n  files:\n"
        "    - {match: '*xaa.txt', defaults: {actor: XAA}}\n    - {match: '*xbb.txt', defaults: {actor: XBB}}\n"
        "themes: [historical_memory, anti_revisionism]\nseries: {by: actor, voices: all}\nexamples: 0\n",
        encoding="utf-8",
    )
    run(file)
    return file


def call(capsys, monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["aidememoire", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


def test_the_command_draws_from_what_the_run_left(study, capsys, monkeypatch):
    code, out, _ = call(capsys, monkeypatch, "figure", study, "anti_revisionism", "--width", "85mm", "--json")
    assert code == 0
    told = json.loads(out)
    assert Path(told["figure"]).name == "anti_revisionism_85mm.pdf"
    assert told["width_mm"] == 85
    data = read_series(Path(told["data"]))
    series = read_series(study.parent / "out" / "series.csv")
    pd.testing.assert_frame_equal(data, rows_drawn(series, theme="anti_revisionism").reset_index(drop=True))
    assert Path(told["caption"]).read_text(encoding="utf-8").startswith("Anti-revisionism.")
    first = Path(told["figure"]).read_bytes()
    code, out, err = call(capsys, monkeypatch, "figure", study, "anti_revisionism", "--quiet")
    assert (code, err) == (0, "")
    assert Path(out.strip()).read_bytes() == first


def test_the_command_writes_where_and_what_it_is_told(study, tmp_path, capsys, monkeypatch):
    file = tmp_path / "new" / "fig2.png"
    words = ("figure", study, "overview", "--theme", "historical_memory", "--height", "60mm", "--dpi", "100")
    code, out, _ = call(capsys, monkeypatch, *words, "--out", file)
    assert (code, out.strip()) == (0, str(file))
    assert struct.unpack(">I", file.read_bytes()[20:24])[0] == round(60 / 25.4 * 100)
    assert set(read_series(file.with_suffix(".csv"))["theme"]) == {"historical_memory"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["peace"], "no figure 'peace' to draw; there are: anti_revisionism, historical_memory, overview"),
        (["overview", "--width", "wide"], "'wide' is not a length"),
        (["overview", "--theme", "peace"], "no theme 'peace' in the figure; there are historical_memory, anti_rev"),
        (["anti_revisionism", "--theme", "anti_revisionism"], "shows one theme; leave it out"),
        (["overview", "--out", "x.gif"], "must be pdf, png, svg; 'gif' was given"),
        (["overview", "--out", "x.png", "--format", "pdf"], "x.png does not end in .pdf"),
        (["overview", "--out", "{folder}/out/figures/x.pdf"], "lies among the run's own figures"),
        (
            ["overview", "--run", "{folder}/other"],
            "the study left no run in .*other; first: aidememoire run .*study.yaml --out",
        ),
    ],
)
def test_a_wrong_figure_is_one_line(study, capsys, monkeypatch, words, says):
    code, out, err = call(capsys, monkeypatch, "figure", study, *(word.format(folder=study.parent) for word in words))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert re.search(says, err), err


def test_a_run_that_is_not_up_to_date_is_to_be_run_first(study, capsys, monkeypatch):
    text = study.read_text(encoding="utf-8")
    data = study.parent / "out" / "figures" / "overview.csv"
    kept = data.read_bytes()
    try:
        study.write_text(text.replace("voices: all", "voices: own_words"), encoding="utf-8")
        code, _, err = call(capsys, monkeypatch, "figure", study, "overview")
        assert (code, "first: aidememoire run" in err) == (2, True)
        study.write_text(text, encoding="utf-8")
        data.write_bytes(kept.replace(b"0.", b"0.9"))
        code, _, err = call(capsys, monkeypatch, "figure", study, "overview")
        assert (code, "not as the run wrote it; run the study again" in err) == (2, True)
    finally:
        study.write_text(text, encoding="utf-8")
        data.write_bytes(kept)
    assert issubclass(FigureError, AideMemoireError)
