from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest

from aidememoire import code, load_codebook, run
from aidememoire.errors import AideMemoireError, MissingExtraError, SearchError, StudyError
from aidememoire.explore import server
from aidememoire.explore.answers import read_address
from aidememoire.explore.build import explore_file
from aidememoire.explore.chart import cells, panels
from aidememoire.explore.filters import Filters
from aidememoire.explore.marking import Span, runs, visible
from aidememoire.explore.tables import explore_tables
from aidememoire.studyfile import load_study
from aidememoire.studysections import SeriesSection

STUDY = """\
title: Words of two states <script>alert(1)</script>
description: '</textarea> "quoted"'
corpus: {path: notes.jsonl}
themes: [anti_revisionism, historical_memory]
series: {period: year, by: actor, voices: all}
"""
CODED = "Attempts to falsify history are inadmissible."
HOSTILE = {
    "id": "hostile",
    "date": "2020-05-09",
    "actor": "XAA",
    "speaker": '"><img src=x onerror=alert(1)>',
    "title": "=HYPERLINK(1)</title><script>alert(1)</script>",
    "url": "javascript:alert(1)",
    "text": f"We say <script>alert(1)</script></textarea> 'so'. {CODED} Turned \u202e over & \"out\".",
}


def sid(key: str) -> str:
    return f"notes.jsonl/notes.jsonl#{key}"


HOSTILE_ID = urlencode({"id": sid("hostile")})


def statement(number: int, year: int, actor: str) -> dict[str, str]:
    plain = " ".join(f"The road of {actor} number {each} was mended." for each in range(number))
    text = f"{plain} {CODED} The bridge stands." if number % 2 else f"{plain} The anti-flood wall stands."
    return {"id": f"{actor}-{year}-{number}", "date": f"{year}-0{number}-01", "actor": actor, "text": text}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A run of a small study; its folder has a name that must be quoted in addresses of files."""
    folder = tmp_path_factory.mktemp("explore") / "100% #1"
    folder.mkdir()
    notes = [statement(n, year, actor) for actor in ("XAA", "XBB") for year in (2018, 2019, 2021) for n in (1, 2, 3)]
    lines = "\n".join(json.dumps(note) for note in [*notes, HOSTILE])
    (folder / "notes.jsonl").write_text(lines, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    run(folder / "study.yaml")
    return folder / "study.yaml"


@pytest.fixture(scope="module")
def address(study):
    """The address of the page, as ``aidememoire explore`` prints it."""
    pytest.importorskip("datasette", reason="the extra 'explore' is not installed")
    call = "import typer; from aidememoire.cli_explore import explore; typer.run(explore)"
    words = [sys.executable, "-c", call, str(study), "--no-browser", "--port", "0"]
    told = study.parent / "told.txt"  # a pipe that nobody reads would fill and stop the server
    with told.open("w") as errors, subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True) as page:
        line = page.stdout.readline()
        assert line.startswith("http://127.0.0.1:"), told.read_text()
        yield line.split()[0].rstrip("/")
        # As Ctrl-C does; elsewhere than on POSIX a program cannot be interrupted from outside.
        page.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        assert page.wait(timeout=20) == 0 or os.name != "posix"
    assert "Traceback" not in told.read_text()


def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8"), {k.lower(): v for k, v in answer.getheaders()}


def page(address: str, path: str) -> str:
    status, body, _ = ask(address, path)
    assert status == 200, body
    return body


# ---- without a server


def test_filters_stand_in_the_address_in_one_order_and_come_back():
    asked = read_address("period=2018&voice=&theme=anti_revisionism&q=%22a+b%22&actor=X%26A&page=3")
    assert asked.list_address() == "theme=anti_revisionism&q=%22a+b%22&actor=X%26A&period=2018&page=3"
    assert read_address(asked.list_address()) == asked


@pytest.mark.parametrize(
    "query", ["author=x", "theme=a&theme=b", "scope=all", "page=x", "sentence=-1", "&".join("a=1" for _ in range(200))]
)
def test_an_address_that_says_what_no_page_knows_is_refused(query):
    with pytest.raises(SearchError):
        read_address(query)


def test_marks_may_overlap_and_lose_no_letter():
    found = runs("we remember them", [Span(3, 11, "hit", "a"), Span(8, 16, "hit", "b"), Span(3, 5, "found")])
    assert "".join(run.text for run in found) == "we remember them"
    assert [run.notes for run in found] == [(), ("a",), ("a",), ("a", "b"), ("b",)]


def test_only_characters_that_turn_what_follows_are_shown():
    assert visible("a\u202eb\u200f") == "a[U+202E]b\u200f"
    assert visible(3) == 3


def test_a_line_stops_at_a_period_without_data():
    row = {
        "theme": "peace",
        "measure": "sentences",
        "low": None,
        "high": None,
        "n_coded": 1,
        "n_sentences": 10,
        "n_statements": 5,
    }
    rows = [
        {**row, "period": str(year), "share": 0.1, "flag": "no_data" if year == 2012 else None}
        for year in range(2010, 2015)
    ]
    (panel,) = panels(cells(rows, "overview"), "sentences")
    assert [len(line.split()) for line in panel.lines] == [2, 2]
    assert [place.cell.period for place in panel.places] == ["2010", "2011", "2013", "2014"]


@pytest.mark.parametrize(
    "asked",
    [
        SeriesSection(by="actor", voices="all"),
        SeriesSection(by="actor", voices="own_words"),
        SeriesSection(by="actor", voices="attributed", codes="lenient", show=["XBB"]),
        SeriesSection(by="actor", voices="attributed", count="events"),
        SeriesSection(period="month", voices="all", only={"actor": ["XAA"]}),
    ],
    ids=["all", "own_words", "lenient", "events", "pooled"],
)
def test_the_sentences_of_a_point_are_as_many_as_the_point_counts(make_corpus, asked):
    said = 'The minister said that "attempts to falsify history are inadmissible" and left. It rained.'
    wire = f'"{CODED}" the minister said. He added that history must not be rewritten. We value our friendship.'
    notes = {
        f"{actor}-{month}": text
        for actor in ("XAA", "XBB")
        for month, text in (("01", said), ("02", wire), ("03", said))
    }
    lines = [
        json.dumps({"id": key, "actor": key[:3], "date": f"2019-{key[-2:]}-05", "text": text})
        for key, text in notes.items()
    ]
    coding = code(make_corpus({"notes.jsonl": "\n".join(lines)}), load_codebook())
    tables = explore_tables(coding, asked)
    rows = tables.counted.merge(tables.sentences, left_on="sentence_id", right_on="id")
    rows = rows.merge(
        tables.statements.assign(statement=range(len(tables.statements))), on="statement", suffixes=("_s", "")
    )
    for points, scope in ((tables.points, "in_chart"), (tables.overview, "in_overview")):
        keys = [column for column in ("theme", "period", "actor") if column in points]
        sizes = rows[rows[scope] == 1].groupby(keys).size()
        want = points[points["n_coded"] > 0].set_index(keys)["n_coded"]
        assert len(want)
        assert {key: int(sizes[key]) for key in want.index} == want.to_dict()


def test_a_run_that_is_not_what_the_study_says_is_refused(study, tmp_path):
    plan = load_study(study)
    with pytest.raises(StudyError, match=r"no results in .*first: aidememoire run"):
        explore_file(plan, tmp_path)
    shutil.copytree(study.parent / "out", tmp_path / "out", ignore=shutil.ignore_patterns("explore.db"))
    edited = tmp_path / "study.yaml"
    edited.write_text(STUDY.replace("Words", "More words"), encoding="utf-8")
    with pytest.raises(StudyError, match="edited since"):
        explore_file(load_study(edited), tmp_path / "out")
    series = (tmp_path / "out" / "series.csv").read_text(encoding="utf-8")
    (tmp_path / "out" / "series.csv").write_text(series[: series.rindex("\n", 0, -1) + 1], encoding="utf-8")
    with pytest.raises(StudyError, match="changed since"):
        explore_file(plan, tmp_path / "out")
    assert not list((tmp_path / "out").glob("explore*"))


def test_the_file_is_made_once_a_run(study):
    plan = load_study(study)
    path = explore_file(plan, study.parent / "out")
    stamp = path.stat().st_mtime_ns
    assert explore_file(plan, study.parent / "out").stat().st_mtime_ns == stamp
    path.write_bytes(b"spoiled")
    with closing(sqlite3.connect(explore_file(plan, study.parent / "out"))) as connection:
        assert connection.execute("SELECT count(*) FROM statements").fetchone() == (19,)


def test_a_missing_extra_and_a_taken_port_are_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'aidememoire\[explore\]'"):
        server.check_installed()
    monkeypatch.setattr(server, "check_installed", lambda: None)
    pytest.importorskip("uvicorn", reason="the extra 'explore' is not installed")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AideMemoireError, match=rf"port {port} cannot be used .*--port"):
            server.serve(tmp_path / "explore.db", port, browser=False, say=print)


# ---- over HTTP


def test_every_point_leads_to_all_its_sentences(address):
    points = json.loads(page(address, "/theme.json?theme=anti_revisionism"))["points"]
    assert {point["actor"] for point in points} == {"XAA", "XBB"}
    for point in points:
        asked = Filters(theme="anti_revisionism", scope="chart").but(actor=point["actor"], period=point["period"])
        found = json.loads(page(address, f"/sentences.json?{asked.query()}"))
        assert found["total"] == len(found["sentences"]) == point["n_coded"]
        linked = f"/sentences?{asked.query()}".replace("&", "&amp;") in page(address, "/theme?theme=anti_revisionism")
        assert linked == (point["flag"] != "no_data")
        assert all(each["hits"] and "anti_revisionism" in each["themes"] for each in found["sentences"])


def test_a_sentence_stands_between_its_neighbours_with_its_hit_marked(address):
    body = page(address, "/sentences?theme=anti_revisionism&actor=XBB&period=2021")
    assert "The road of XBB number 0 was mended." in body
    assert re.search(r"Attempts to <mark[^>]*>falsify history</mark>", body)
    assert "The bridge stands." in body
    assert "2021-03-01" in body


def test_the_statement_is_whole_and_its_sentence_told_apart(address):
    body = page(
        address, "/statement?" + urlencode({"id": sid("XBB-2021-3"), "sentence": 3, "theme": "anti_revisionism"})
    )
    assert re.search(r'id="s3" class="sentence here">Attempts', body)
    assert [f'id="s{n}"' in body for n in range(6)] == [True] * 5 + [False]
    assert ask(address, "/statement?id=absent")[0] == 404


def test_words_of_a_corpus_are_text_everywhere(address):
    paths = [
        "/",
        "/sentences?q=turned",
        "/sentences?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
        "/theme?theme=historical_memory",
    ]
    paths += [f"/statement?{HOSTILE_ID}&sentence=0", "/tables/statements", "/tables/sentence_texts"]
    for path in paths:
        body = page(address, path)
        assert "<script>alert" not in body, path
        assert "<img" not in body, path
        assert 'href="javascript:' not in body, path
    body = page(address, "/sentences?actor=XAA&period=2020")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/textarea&gt;" in body
    assert "\u202e" not in body
    assert "[U+202E]" in body
    assert "<script" not in body


def test_sheets_hold_all_rows_and_no_formulas(address):
    rows = list(csv.DictReader(io.StringIO(page(address, "/sentences.csv"))))
    assert len(rows) == json.loads(page(address, "/sentences.json"))["total"] > 50
    titles = {row["title"] for row in rows}
    assert "'" + HOSTILE["title"] in titles
    tables = page(address, "/tables/statements.csv")
    assert "'=HYPERLINK(1)" in tables
    assert "'=HYPERLINK(1)" in page(address, "/tables.csv?sql=select+title+from+statements")
    assert page(address, "/overview.csv").startswith("theme,coder,coding,")
    assert len(page(address, f"/statement.csv?{HOSTILE_ID}").splitlines()) == 4


def test_search_finds_sentences_and_reads_what_is_no_query_as_words(address):
    assert "19 sentences" in page(address, "/sentences?q=falsif%2A+OR+%22wall+stands%22")
    body = page(address, "/sentences?q=anti-flood")
    assert "6 sentences" in body
    assert re.search(r'<mark class="found">anti-flood</mark>', body)
    status, body, _ = ask(address, "/sentences?q=%22%22%22")
    assert (status, "Traceback" in body) == (400, False)


def test_pages_of_a_list_hold_each_sentence_once(address):
    total = json.loads(page(address, "/sentences.json"))["total"]
    seen = [
        re.findall(r'href="(/statement\?[^"]*)', page(address, path)) for path in ("/sentences", "/sentences?page=2")
    ]
    assert len(seen[0]) == 50
    assert len({*seen[0], *seen[1]}) == total == sum(map(len, seen))


def test_a_form_that_leaves_fields_empty_ends_at_the_short_address(address):
    status, _, headers = ask(address, "/sentences?q=&theme=anti_revisionism&actor=XBB&voice=")
    assert (status, headers["location"]) == (303, "/sentences?theme=anti_revisionism&actor=XBB")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "127.0.0.1:{port}.evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/sentences.json", "/tables.json?sql=select+1", "/style.css"])
def test_a_foreign_host_is_refused(address, host, path):
    status, body, _ = ask(address, path, Host=host.format(port=urlsplit(address).port))
    assert status == 403
    assert "falsify" not in body


def test_the_page_answers_as_localhost_too_and_at_no_other_address(address):
    port = urlsplit(address).port
    assert ask(address, "/", Host=f"localhost:{port}")[0] == 200
    with pytest.raises(OSError, match=r"."):
        ask(f"http://127.0.0.2:{port}", "/")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_written(address, study, method):
    before = (study.parent / "out" / "explore.db").read_bytes()
    for path in ("/", "/sentences", "/tables/statements", "/tables/-/insert"):
        assert ask(address, path, method)[0] == 405
    for sql in (
        "delete from statements",
        "drop table hits",
        "attach 'x.db' as x",
        "pragma writable_schema=1",
        "vacuum into 'x.db'",
        "with x as (select 1) insert into themes select 9, 'a', 'b', 'c', 1",
    ):
        assert ask(address, "/tables.json?" + urlencode({"sql": sql}))[0] == 400
    assert (study.parent / "out" / "explore.db").read_bytes() == before


def test_other_sites_get_nothing_but_may_link(address):
    for site in ("cross-site", "same-site"):
        assert ask(address, "/sentences.json", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors")[0] == 403
        assert ask(address, "/sentences", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")[0] == 200
    _, _, headers = ask(address, "/")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/absent",
        "/theme",
        "/theme?theme=absent",
        "/-/databases",
        "/-/plugins.json",
        "/_internal",
        "/tables.db",
        "/style.css/../pages.py",
    ],
)
def test_what_is_not_shown_is_not_there(address, path):
    status, body, _ = ask(address, path)
    assert status in (403, 404)
    assert "explore.db" not in body


# ---- in a browser


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    """A tab that must neither complain nor ask another address."""
    context = chromium.new_context(accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    said, asked = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert not said
    assert all(url.startswith("http://127.0.0.1:") for url in asked)


def test_search_and_filter(tab, address):
    tab.goto(address)
    tab.get_by_label("search").fill("falsif*")
    tab.get_by_label("actor", exact=True).select_option("XBB")
    tab.get_by_role("button", name="Show sentences").click()
    assert tab.url == f"{address}/sentences?q=falsif%2A&actor=XBB"
    assert tab.get_by_role("heading", level=1).inner_text() == "6 sentences"
    tab.get_by_text("year", exact=True).click()
    tab.get_by_role("link", name="2019", exact=True).click()
    assert tab.get_by_role("heading", level=1).inner_text() == "2 sentences"
    tab.get_by_label("take the filter q away").click()
    assert tab.url == f"{address}/sentences?actor=XBB&period=2019"


def test_a_click_on_a_point_shows_its_sentences_and_the_statement_behind_one(tab, address):
    tab.goto(address)
    tab.get_by_role("link", name="Anti-revisionism", exact=True).click()
    point = tab.locator("svg a", has=tab.locator("title", has_text="2021, XBB:"))
    point.click()
    assert tab.url == f"{address}/sentences?theme=anti_revisionism&scope=chart&actor=XBB&period=2021"
    assert tab.locator("ol.sentences > li").count() == 2
    assert tab.locator("ol.sentences mark.hit").first.inner_text() == "falsify history"
    tab.locator("ol.sentences .from a").first.click()
    here = tab.locator(".sentence.here")
    assert here.inner_text() == CODED
    assert here.bounding_box()["y"] < tab.viewport_size["height"]


def test_a_permanent_link_shows_the_same_without_scripts(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{address}/sentences?theme=anti_revisionism&actor=XAA&period=2020")
    assert opened.locator("ol.sentences > li").count() == 1
    assert opened.get_by_label("period", exact=True).input_value() == "2020"
    opened.goto(f"{address}/theme?theme=anti_revisionism")
    assert opened.locator("table a").count() == 7
    assert opened.locator("svg a").count() == 7
    context.close()


def test_csv_is_downloaded(tab, address, tmp_path):
    tab.goto(f"{address}/sentences?theme=anti_revisionism&actor=XBB")
    with tab.expect_download() as waited:
        tab.get_by_role("link", name="CSV").click()
    waited.value.save_as(tmp_path / "sentences.csv")
    assert waited.value.suggested_filename == "sentences.csv"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "sentences.csv").read_text(encoding="utf-8"))))
    assert [row["text"] for row in rows] == [CODED] * 6


def test_a_hostile_statement_shows_as_text(tab, address):
    tab.goto(f"{address}/sentences?theme=anti_revisionism&period=2020")
    shown = tab.locator("ol.sentences").inner_text()
    assert HOSTILE["speaker"] in shown
    assert HOSTILE["title"] in shown
    assert "We say <script>alert(1)</script></textarea> 'so'." in shown
    tab.goto(f"{address}/statement?{HOSTILE_ID}&sentence=0")
    assert tab.locator(".whole").inner_text().startswith("We say <script>alert(1)</script></textarea> 'so'.")


def test_a_narrow_window_needs_no_sideways_scrolling(tab, address):
    tab.set_viewport_size({"width": 360, "height": 700})
    for path in ("/", "/theme?theme=anti_revisionism", "/sentences", f"/statement?{HOSTILE_ID}&sentence=1"):
        tab.goto(address + path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, path
