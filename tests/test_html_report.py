"""The HTML report: one file that asks for nothing, prints text as text and can be read without scripts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import re
import shutil
import sys
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import aidememoire as am
from aidememoire import frames
from aidememoire.errors import MissingExtraError, StudyError
from aidememoire.report import Example, ReportData, ThemePage
from aidememoire.report.charts import overview_chart, theme_chart
from aidememoire.report.html import write_html
from aidememoire.report.html_points import MAX_BYTES, OVERHEAD, point_sentences
from aidememoire.report.html_svg import y_ticks
from aidememoire.report.model import REFUSED_COLUMNS, SHARE_COLUMNS

pytest.importorskip("jinja2")

HOSTILE = (
    "<script>alert(1)</script></script></textarea></title></style><!--<script>\" onload='x' <img src=x "
    "onerror=alert(2)> {{ 7*7 }} {% raw %} &lt;b&gt; \u202egnihton\u2066 \x07 \u2028 ]]> `${1}`"
)
SHOWN = HOSTILE.replace("\u202e", "").replace("\u2066", "").replace("\x07", "")
VOID = {"meta", "link", "input", "br", "img"}


def series_table(
    periods=("2019", "2020", "2021", "2022"), groups=("XAA", "XBB"), themes=("memory", "peace"), **changes
):
    """A series with a gap, thin points and a point without interval."""
    rows = pd.MultiIndex.from_product([themes, groups, periods], names=["theme", "actor", "period"]).to_frame(
        index=False
    )
    n = np.arange(len(rows)) % 7
    table = rows.assign(
        coder="rules", coding="strict", voices="attributed", measure="sentences", weighting="sentence",
        n_sentences=100 + n, n_words=pd.array([pd.NA] * len(rows), dtype="Int64"), n_statements=5 + n, n_coded=n,
        share=n / (100 + n), low=n / 200, high=(n + 1) / 80, corrected_share=np.nan, corrected_low=np.nan,
        corrected_high=np.nan, flag="",
    )  # fmt: skip
    table.loc[1, ["share", "low", "high"]] = np.nan
    table.loc[1, ["n_sentences", "n_statements", "n_coded"]] = 0
    table.loc[1, "flag"] = "no_data"
    table.loc[2, "flag"] = "small_n"
    table.loc[3, ["low", "high"]] = np.nan
    return frames.checked(table.assign(**changes), "series", ("actor",))


def make_data(text="Plain words.", **changes):
    example = Example(
        text=f"We remember. {text}", hits=((3, 11),), actor=text, date="2019-05-09", source=text, rule=text
    )
    themes = tuple(
        ThemePage(theme=theme, title=title, definition=text, include=(text,), exclude=(text,), recall_note=text,
                  n_coded=12, n_sentences=400, share=0.03, low=0.02, high=0.045, examples=(example,))
        for theme, title in (("memory", f"Memory {text}"), ("peace", "Peace"))
    )  # fmt: skip
    data = ReportData(
        title=f"Report {text}", description=text, author=text, created="2026-01-02", corpus=text,
        profile=pd.DataFrame({"year": ["2019", "2020"], text: [3, 4]}),
        refused=pd.DataFrame({"source_path": [text], "reason": [text]}),
        shares=pd.DataFrame([("Memory", 12, 400, 0.03, 0.02, 0.045, 5)], columns=SHARE_COLUMNS),
        codebook_name=text, codebook_version="0.1", codebook_hash="ab" * 32, n_statements=7, n_sentences=400,
        themes=themes, method=((text, f"{text}\n\nSecond."),), notes=(text,), provenance={text: text},
    )  # fmt: skip
    return dataclasses.replace(data, **changes)


def sentences_of(table, text="They remember the war.", n=5):
    """As many sentences for every coded point."""
    cells = table.loc[table["n_coded"] > 0, ["theme", "period", "actor"]]
    ranked = cells.merge(pd.DataFrame({"rank": range(n)}), how="cross")
    hits = [((5, 13),)] * len(ranked)
    said = {"issuer": ranked["actor"], "said_by": text, "date": ranked["period"], "rules": "phrase.1", "text": text}
    return ranked.assign(statement_id="s/" + ranked["actor"], hits=hits, **said)


class Page(HTMLParser):
    """Elements with their attributes and text, in order."""

    def __init__(self, source: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag):
        while self.open and self.elements[self.open.pop()][0] != tag:
            pass

    def handle_data(self, data):
        for at in self.open:
            self.elements[at][2].append(data)

    def all(self, tag):
        return [(attributes, "".join(text)) for name, attributes, text in self.elements if name == tag]


def written(tmp_path, data=None, table=None, **options):
    table = series_table() if table is None else table
    path = write_html(data or make_data(), tmp_path, table, **options)
    source = path.read_text(encoding="utf-8")
    return source, Page(source)


def test_the_same_data_give_the_same_bytes(tmp_path):
    table = series_table()
    one, two = (write_html(make_data(), tmp_path / n, table, sentences_of(table)).read_bytes() for n in ("one", "two"))
    assert one == two
    assert str(tmp_path).encode() not in one


def test_hostile_text_is_text(tmp_path):
    table = series_table(groups=(HOSTILE, "XBB"))
    data = make_data(HOSTILE)
    source, page = written(tmp_path, data, table, sentences=sentences_of(table, HOSTILE))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", source)
    known = set(
        "html head meta title link style body script a header p h1 dl dt dd div nav h2 h3 ul li main section figure "
        "figcaption table thead tbody tr th td details summary span svg g path circle text desc b i bdi mark "
        "blockquote footer code".split()
    )
    assert {tag for tag, *_ in page.elements} <= known
    assert len(page.all("script")) == 2
    assert not [name for _, attributes, _ in page.elements for name in attributes if name.startswith(("on", "style"))]
    assert page.all("title")[0][1] == f"Report {SHOWN}"
    for tag in ("h1", "h3", "blockquote", "p", "li", "dt", "dd", "desc", "th", "td", "bdi"):
        holding = [text for _, text in page.all(tag) if SHOWN in text]
        assert holding or tag == "desc", tag
    embedded = json.loads(next(text for attributes, text in page.all("script") if attributes.get("type")))
    assert "".join(embedded["points"]["memory"]["2"][0][3]) == SHOWN


def test_nothing_is_asked_for_and_only_the_own_script_may_run(tmp_path):
    _, page = written(tmp_path)
    assert {attributes["href"][0] for attributes, _ in page.all("a")} == {"#"}
    targets = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    assert {attributes["href"][1:] for attributes, _ in page.all("a")} <= targets
    assert [attributes["href"] for attributes, _ in page.all("link")] == ["data:,"]
    assert not [
        a for _, attributes, _ in page.elements for a in attributes if a in ("src", "action", "srcset", "poster")
    ]
    (style,) = (text for _, text in page.all("style"))
    assert not re.search(r"url\(|@import|expression", style)
    script = next(text for attributes, text in page.all("script") if not attributes)
    policy = next(a["content"] for a, _ in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for text in (style, script):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy


def test_it_can_be_read_without_scripts_and_without_eyes(tmp_path):
    source, page = written(tmp_path, pooled=frames.checked(series_table(groups=("",)).drop(columns="actor"), "series"))
    assert source.startswith('<!DOCTYPE html>\n<html lang="en">')
    levels = [int(tag[1]) for tag, *_ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [tag for tag in ("header", "nav", "main", "footer") if len(page.all(tag)) != 1] == []
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    pictures = page.all("svg")
    assert len(pictures) == 1 + 2 + 4  # statements, overview, two groups of two themes
    for attributes, _ in pictures:
        assert attributes["role"] == "img"
        assert set(attributes["aria-labelledby"].split()) <= set(ids)
    assert len(page.all("details")) == 3
    assert any("Highest: " in text and "Without data: 1." in text for _, text in page.all("desc"))


def test_each_point_names_its_row(tmp_path):
    chart = theme_chart(series_table(), "memory", "Memory", "t")
    assert chart.columns == ("actor", "period", "share", "95% interval", "coded", "sentences", "statements", "note")
    assert [row[:3] for row in chart.rows[:3]] == [("XAA", "2019", "0%"), ("XAA", "2020", "–"), ("XAA", "2021", "2.0%")]
    assert [row[-1] for row in chart.rows[:4]] == ["", "no data", "few statements", "one statement, no interval"]
    assert chart.keys[4] == ("2019", "XBB")
    first, second = (re.findall(r'data-row="(\d+)"', panel.svg) for panel in chart.panels)
    assert first == ["0", "2", "3"]
    assert second == ["4", "5", "6", "7"]
    assert "A gap is a period without data, not zero." in chart.note
    assert theme_chart(series_table(), "unknown", "", "t") is None


def test_a_gap_is_a_gap_and_thin_points_are_hollow():
    svg = theme_chart(series_table(), "memory", "Memory", "t").panels[0].svg
    line = re.search(r'd="([^"]+)" fill="none"', svg)[1]
    assert line.count("M") == 1  # the lone point before the gap has no line
    assert line.count("L") == 1
    assert [part.count('fill="#fff"') for part in re.findall("<circle[^>]*>", svg)] == [0, 1, 0]
    band = re.search(r'd="([^"]+)" fill="#c6d6e5"', svg)[1]
    assert band.count("Z") == 2  # of the point before the gap and of the one behind it; the last has none
    bars = re.search(r'd="([^"]+)" fill="#5f6b76"', svg)[1]
    assert bars.count("M") == 3
    empty = series_table(share=np.nan, low=np.nan, high=np.nan, flag="no_data")
    assert ">no data</text>" in theme_chart(empty, "memory", "Memory", "t").panels[0].svg


@pytest.mark.parametrize(
    ("measure", "row"),
    [("statements", "2.0%"), ("per 1,000 words", "0.0196"), ("counts", "0.0196")],
)
def test_rates_and_counts_are_no_percent(measure, row):
    table = series_table(measure=measure, n_words=pd.array([5000] * 16, dtype="Int64"))
    chart = theme_chart(table, "memory", "Memory", "t")
    assert chart.rows[2][2] == row
    assert ("words" in chart.columns) == (measure == "per 1,000 words")
    assert len({len(chart.columns), *map(len, chart.rows)}) == 1
    assert ("%</text>" in chart.panels[0].svg) == (measure == "statements")


@pytest.mark.parametrize("top", [0.0, 1e-9, 0.01, 0.0137, 0.24, 0.25, 1, 37, 4999, float("nan")])
def test_marks_of_an_axis_are_few_and_below_its_top(top):
    ticks = y_ticks(top)
    assert ticks[0] == 0
    assert len(ticks) <= 6
    assert top != top or max(ticks) <= max(top, 0) * (1 + 1e-6)
    assert len(ticks) >= (3 if top > 0 else 1)


def test_eight_groups_are_drawn_and_two_themes_of_one_title_stay_two():
    table = series_table(groups=tuple(f"X{n:02}" for n in range(11)))
    chart = theme_chart(table, "memory", "Memory", "t")
    assert len(chart.panels) == 8
    assert "of 11" in chart.note
    pooled = frames.checked(series_table(groups=("",)).drop(columns="actor"), "series")
    assert len(overview_chart(pooled, {"memory": "Same", "peace": "Same"}, "o").panels) == 2


def test_a_study_without_statements_still_gives_a_report(tmp_path):
    nothing = {"shares": SHARE_COLUMNS, "refused": REFUSED_COLUMNS}
    empty = {name: pd.DataFrame(columns=columns) for name, columns in nothing.items()}
    data = make_data(n_statements=0, profile=pd.DataFrame(), themes=(), method=(), notes=(), **empty)
    source, page = written(tmp_path, data, frames.empty("series"), pooled=frames.empty("series"))
    assert "No statements were read." in source
    assert not page.all("svg")


SPEECH = "We remember the victory of our fathers. It rained. They falsify history, and we shall not forget the fallen."
OWN = "In the year {} we remember for the time number {} the victims of the Second World War."


@pytest.fixture
def coded(make_corpus):
    days = itertools.product((2019, 2021), range(1, 5))
    texts = {f"{year}-05-0{day}.txt": f"{SPEECH} {OWN.format(year, day)}" for year, day in days}
    return am.code(make_corpus(texts), am.load_codebook())


def test_the_sentences_of_a_point_are_those_that_it_counts(coded):
    series = am.series(coded, period="year", by=["actor"])
    found = point_sentences(coded, series, ["historical_memory", "anti_revisionism"])
    assert set(found["theme"]) == {"historical_memory", "anti_revisionism"}
    assert set(found["period"]) == {"2019", "2021"}
    per_point = found.groupby(["theme", "period", "actor"])
    assert per_point.size().max() == 5
    # Told again word for word by every speech, and shown once.
    assert not found.duplicated(["theme", "period", "text"]).any()
    assert (per_point["rank"].apply(list).map(lambda ranks: ranks == list(range(len(ranks))))).all()
    for row in found.itertuples():
        assert row.hits
        assert row.rules
        assert all(row.text[a:b].strip() for a, b in row.hits)
        assert row.date.startswith(row.period)
    falsified = found[found["theme"] == "anti_revisionism"]
    assert {row.text[slice(*row.hits[0])] for row in falsified.itertuples()} == {"falsify history"}


def test_a_window_and_a_limit_and_no_theme(coded):
    series = am.series(coded, period="year", by=["actor"], window=3)
    found = point_sentences(coded, series, ["historical_memory"])
    # The gap of 2020 looks at both years beside it.
    assert {date[:4] for date in found.loc[found["period"] == "2020", "date"]} == {"2019", "2021"}
    assert "2018" not in set(found["period"])
    few = point_sentences(coded, series, ["historical_memory"], max_bytes=600)
    assert 0 < len(few) < len(found)
    assert few["rank"].max() <= 1
    assert set(few.groupby(["period"])["rank"].min()) == {0}
    none = point_sentences(coded, series, [])
    assert list(none.columns) == list(found.columns)
    assert none.empty


def test_a_corpus_that_nothing_codes_has_no_sentences(make_corpus):
    coding = am.code(make_corpus({"2019-05-01.txt": "It rained."}), am.load_codebook())
    for by in ([], ["actor"]):
        assert point_sentences(coding, am.series(coding, by=by), coding.codebook.theme_ids).empty


def test_speakers_of_a_series_by_speaker_are_not_mixed_up(coded):
    series = am.series(coded, period="year", by=["speaker"])
    found = point_sentences(coded, series, ["historical_memory"])
    assert set(found["speaker"]) == {"unknown"}
    assert len(found) > 0
    assert found.columns.is_unique


def test_clicks_find_their_sentences(tmp_path):
    table = series_table()
    _, page = written(tmp_path, table=table, sentences=sentences_of(table))
    embedded = json.loads(next(text for attributes, text in page.all("script") if attributes.get("type")))
    chart = theme_chart(table, "memory", "", "t")
    for row, key in enumerate(chart.keys):
        found = embedded["points"]["memory"].get(str(row), [])
        assert len(found) == (5 if chart.rows[row][4] != "0" else 0)
        assert all(embedded["sources"][number] == [f"s/{key[1]}", key[1], key[0]] for number, *_ in found)
        assert all(runs == ["They ", "remember", " the war."] for *_, runs in found)


def test_the_file_of_a_study_as_large_as_the_general_debate_stays_small(tmp_path):
    # A quarter of it: 79 years, 8 groups, 4 of 16 themes, and a quarter of the bytes that sentences may take.
    table = series_table(
        periods=tuple(map(str, range(1946, 2025))),
        groups=tuple(f"X{n:02}" for n in range(8)),
        themes=tuple(f"theme_{n}" for n in range(4)),
    )
    pages = tuple(dataclasses.replace(make_data().themes[0], theme=theme) for theme in table["theme"].unique())
    text = "They remember the war and everything else that this rather long sentence has to say. " * 2
    found = sentences_of(table, text).assign(said_by="A speaker with a name")
    few = found.iloc[: MAX_BYTES // 4 // (len(text) + OVERHEAD)]
    size = write_html(make_data(themes=pages), tmp_path, table, few).stat().st_size
    assert MAX_BYTES / 4 < size < 8_000_000 / 4


def override(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"report.{name.replace('html', 'html.jinja')}").write_text(text, encoding="utf-8")
    return folder


def test_a_template_of_the_study_takes_the_place_of_the_shipped_one(tmp_path):
    extended = (
        '{% extends "shipped/report.html.jinja" %}{% block footer %}<footer>Ours: {{ title }}</footer>{% endblock %}'
    )
    folder = override(tmp_path / "templates", html=extended, css="body { color: black }\r\n")
    source, page = written(tmp_path, make_data("<b>"), overrides=folder)
    assert "<footer>Ours: Report &lt;b&gt;</footer>" in source
    (style,) = (text for _, text in page.all("style"))
    assert style.strip() == "body { color: black }"
    assert base64.b64encode(hashlib.sha256(style.replace("\r", "").encode()).digest()).decode() in source
    plain, _ = written(tmp_path / "other", make_data("<b>"), overrides=tmp_path / "absent")
    assert "Made by aidememoire" in plain


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\n{% if %}", r"templates/report\.html\.jinja:2: the template cannot be used"),
        ("one\n\n{{ nothing.at_all }}", r"templates/report\.html\.jinja:3: .*'nothing' is undefined"),
        ("{{ title.__class__.__mro__ }}", r"templates/report\.html\.jinja:1: .*unsafe"),
        ("{% include '../study.yaml' %}", r"templates/"),
        ("{% include 'report.html.jinja' %}", r"templates/report\.html\.jinja"),
        ("{{ 1 / 0 }}", r"division by zero"),
    ],
)
def test_a_template_that_cannot_be_used_is_one_line(tmp_path, text, message):
    folder = override(tmp_path / "templates", html=text)
    with pytest.raises(StudyError, match=message) as caught:
        written(tmp_path, overrides=folder)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_script_that_ends_its_own_element_is_refused(tmp_path):
    folder = override(tmp_path / "templates", js="'</SCRIPT>'")
    with pytest.raises(StudyError, match=r"templates/report\.js: .*end tag"):
        written(tmp_path, overrides=folder)


def test_without_jinja2_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'aidememoire\[report\]'"):
        written(tmp_path)


@pytest.fixture
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or pytest.skip("needs chromium")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_in_a_browser(tmp_path, browser):
    table = series_table(groups=("XAA", f"XB{HOSTILE}"))
    path = write_html(make_data(HOSTILE), tmp_path, table, sentences_of(table, HOSTILE))
    page = browser.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    for event in ("console", "pageerror", "dialog"):
        page.on(event, partial(lambda name, said: heard.append(f"{name}: {said}"), event))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    # Reading a point by pointer, then by keys.
    svg = page.locator("#theme-memory .panel svg").first
    svg.locator("circle[data-row='2']").hover()
    box = page.locator("#reading-of-point")
    assert box.inner_text().split("\n")[:2] == ["2021, XAA", "share: 2.0%"]
    svg.locator("circle[tabindex='0']").focus()
    said = "2019, XAA: share 0%, 95% interval 0% to 1.2%, coded 0, sentences 100, statements 5"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == said
    page.keyboard.press("End")
    assert "one statement, no interval" in box.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("2022, XAA: share 2.9%")
    page.keyboard.press("Escape")
    assert box.is_hidden()
    # Its sentences, with the hit marked, and back to the point.
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    assert dialog.locator("blockquote").count() == 5
    assert dialog.locator("mark").first.inner_text() == HOSTILE[5:13]
    assert dialog.locator("blockquote").first.text_content() == SHOWN
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.row") == "3"
    # A table.
    numbers = page.locator("#theme-memory details")
    numbers.locator("summary").click()
    numbers.get_by_role("button", name="share").click()
    shares = numbers.locator("tbody td:nth-child(3)").all_inner_texts()
    assert shares == [*sorted(shares[:-1], key=lambda text: float(text.strip("%"))), "–"]
    numbers.get_by_role("searchbox").fill("xaa 2021")
    assert numbers.locator("output").inner_text() == "1 of 8 rows"
    assert heard == [path.as_uri()]
