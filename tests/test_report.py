"""The report: it prints what it is given, as text, and the same data give the same bytes."""

from __future__ import annotations

import dataclasses
import json
import re
import sys

import pandas as pd
import pytest

from aidememoire.errors import MissingExtraError
from aidememoire.report import Example, ReportData, ThemePage, package_versions, pdf, write_manifest, write_pdf
from aidememoire.report.excerpt import cut, segments
from aidememoire.report.model import REFUSED_COLUMNS, SHARE_COLUMNS
from aidememoire.report.payload import payload, percent, to_json

pytest.importorskip("typst")

HOSTILE = '#panic() $x$ *b* <l> @ref \\ "] #image("/etc/passwd") =1+1 \u202e\x07\ud800'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="90" height="50"/></svg>'


@pytest.fixture
def figure(tmp_path):
    path = tmp_path / "source" / "memory.svg"
    path.parent.mkdir()
    path.write_text(SVG)
    return path


def make_report(figure=None, **changes):
    example = Example(
        text=f"We remember the victory. {HOSTILE}",
        hits=((3, 11),),
        actor="Арлея",
        date="2019-05-09",
        source="arl/" + "x" * 200,
        rule="phrase: remember*",
    )
    page = ThemePage(
        theme="memory",
        title="Historical memory",
        family="memory",
        definition="The past as a reason.",
        include=("a duty to remember",),
        exclude=("plain chronology",),
        figure=figure,
        n_coded=12,
        n_sentences=400,
        share=0.03,
        low=0.02,
        high=0.045,
        examples=(example,) * 7,
    )
    data = ReportData(
        title="Memory in Arlea",
        created="2026-01-02T03:04:05+00:00",
        corpus="sample",
        profile=pd.DataFrame({"year": ["2019", "2020"], "ARL": [3, 4]}),
        refused=pd.DataFrame({"source_path": [f"bad/{n}.bin" for n in range(35)], "reason": "not text"}),
        shares=pd.DataFrame([("Historical memory", 12, 400, 0.03, 0.02, 0.045, 5)], columns=SHARE_COLUMNS),
        codebook_name="builtin",
        codebook_version="0.1",
        codebook_hash="ab" * 32,
        n_statements=7,
        n_sentences=400,
        n_words=9000,
        n_actors=1,
        first_date="2019-05-09",
        last_date="2020-01-01",
        themes=(page,),
        overview=figure,
        method=(("Intervals", "Wilson's interval.\n\nOn the effective number."),),
        notes=(HOSTILE,),
        provenance={"Seed": "1"},
    )
    return dataclasses.replace(data, **changes)


def n_pages(content: bytes) -> int:
    """Count the page objects, which typst writes uncompressed."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


def test_the_same_data_give_the_same_bytes(tmp_path, figure):
    data = make_report(figure)
    one, two = (write_pdf(data, tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert 7 <= n_pages(one) <= 12
    assert str(tmp_path).encode() not in one


def test_hostile_text_is_text(tmp_path, figure):
    data = make_report(figure, title=HOSTILE, description=HOSTILE, author=HOSTILE, corpus=HOSTILE)
    hostile = dataclasses.replace(data.themes[0], title=HOSTILE, definition=HOSTILE, include=(HOSTILE,))
    assert write_pdf(dataclasses.replace(data, themes=(hostile,)), tmp_path).stat().st_size > 10_000
    written = to_json(payload(data, {}))
    assert "\u202e" not in written
    assert "\x07" not in written


def test_a_report_passes_the_checks_of_universal_access_but_does_not_claim_it(tmp_path, monkeypatch):
    plain = write_pdf(make_report(notes=("Лавров, Δένδιας, العربية",)), tmp_path).read_bytes()
    assert b"pdfuaid" not in plain
    assert b"/MarkInfo" in plain
    monkeypatch.setattr(pdf, "STANDARDS", ("ua-1",))
    assert b"pdfuaid" in write_pdf(make_report(notes=("Лавров, Δένδιας, العربية",)), tmp_path).read_bytes()


def test_characters_without_a_glyph_are_named(tmp_path):
    assert write_pdf(make_report(notes=("外交部",)), tmp_path).stat().st_size > 10_000
    assert payload(make_report(), {}, missing=("外",))["missing"] == ["外 (U+5916)"]


def test_a_study_without_statements_still_gives_a_report(tmp_path):
    data = make_report(
        n_statements=0,
        profile=pd.DataFrame(),
        refused=pd.DataFrame(columns=REFUSED_COLUMNS),
        shares=pd.DataFrame(columns=SHARE_COLUMNS),
        themes=(),
        first_date="",
        last_date="",
        method=(),
        notes=(),
    )
    assert payload(data, {})["empty"]
    assert n_pages(write_pdf(data, tmp_path).read_bytes()) == 4


def test_a_missing_figure_file_is_left_out_and_not_an_error(tmp_path):
    assert write_pdf(make_report(tmp_path / "gone.svg"), tmp_path).is_file()


def test_what_is_printed():
    printed = payload(make_report(), {"memory": "figure-001.svg"})
    assert printed["refused"] | {"rows": []} == {"rows": [], "n": 35, "left": 5}
    assert len(printed["refused"]["rows"]) == 30
    assert printed["shares"] == [["Historical memory", "12", "400", "3.0%", "2.0% to 4.5%", "5"]]
    assert printed["headline"][3] == ["2019 – 2020", "years"]
    assert len(printed["themes"][0]["examples"]) == 5
    assert printed["themes"][0]["examples"][0]["runs"][1] == ["remember", True]
    assert percent(float("nan")) == "–"


def test_languages_and_what_no_rule_reads_are_printed():
    many = {f"l{n:02}": 20 - n for n in range(10)}
    for languages, unread, printed in (
        ({}, {}, ["0", "0"]),
        ({"en": 1200, "ru": 3}, {"ru": 3}, ["1,200 en, 3 ru", "3 ru"]),
    ):
        rows = dict(payload(make_report(languages=languages, unread=unread), {})["reading"])
        assert [rows["Languages"], rows["In a language no rule reads"]] == printed
    rows = dict(payload(make_report(languages=many), {})["reading"])
    assert rows["Languages"].endswith("13 l07, 23 in others")


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(TypeError, match=r"shares: missing columns \['n_statements'\]"):
        make_report(shares=pd.DataFrame(columns=SHARE_COLUMNS[:-1]))
    with pytest.raises(ValueError, match="isoformat"):
        make_report(created="yesterday")


def test_without_typst_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'aidememoire\[report\]'"):
        write_pdf(make_report(), tmp_path)


@pytest.mark.parametrize("at", [0, 300, 700, 1190])
def test_a_long_example_is_cut_around_its_hit(at):
    text = ("word " * 240)[:at] + "REMEMBER " + ("word " * 240)[at:]
    kept, hits = cut(text, [(at, at + 8)])
    assert len(kept) <= 410
    assert [kept[a:b] for a, b in hits] == ["REMEMBER"]
    assert kept.startswith("… ") == (at > 250)
    assert "".join(run for run, _ in segments(kept, hits)) == kept


def test_a_hit_longer_than_the_limit_and_hits_outside_the_text():
    kept, hits = cut("x" * 900, [(0, 900)], limit=100)
    assert len(kept) < 110
    assert hits
    assert segments("abc", [(-5, 1), (0, 2), (9, 12)]) == [("ab", True), ("c", False)]


def manifest(folder, **changes):
    out = folder / "figures" / "a.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("a\n")
    given = {
        "inputs": {"b.txt": "22", "a.txt": "11"},
        "codebook": {"name": "builtin", "sha256": "33"},
        "study": {"name": "sample", "sha256": "44"},
        "versions": package_versions(),
        "seed": 7,
        "command": ["/opt/bin/aidememoire", "run", "study.yaml", "--corpus", "/data/corpus"],
        "outputs": [out],
        "created": "2026-01-02T03:04:05Z",
    }
    return write_manifest(folder, **(given | changes))


def test_the_manifest_is_stable_and_knows_no_machine(tmp_path):
    one, two = (manifest(tmp_path / name).read_text() for name in ("one", "two"))
    assert one == two
    assert str(tmp_path) not in one
    content = json.loads(one)
    assert list(content) == sorted(content)
    assert content["command"] == "aidememoire run study.yaml --corpus corpus"
    assert list(content["outputs"]) == ["figures/a.csv"]
    assert content["versions"]["python"]


def test_a_changed_timestamp_changes_one_line(tmp_path):
    one = manifest(tmp_path / "one").read_text().splitlines()
    two = manifest(tmp_path / "two", created="2027-01-01T00:00:00Z").read_text().splitlines()
    assert [a.split(":")[0].strip() for a, b in zip(one, two, strict=True) if a != b] == ['"created"']


def test_many_inputs_stand_in_a_table(tmp_path):
    path = manifest(tmp_path, inputs={f"{n:05d}.txt": "0" * 64 for n in range(2001)})
    content = json.loads(path.read_text())
    assert content["inputs"]["n"] == 2001
    assert "files" not in content["inputs"]
    assert "inputs.csv" in content["outputs"]
    assert len((tmp_path / "inputs.csv").read_text().splitlines()) == 2002


def test_the_manifest_refuses_what_is_not_of_the_run(tmp_path):
    with pytest.raises(ValueError, match="relative"):
        manifest(tmp_path, inputs={"/etc/passwd": "00"})
    (tmp_path / "other.csv").write_text("")
    with pytest.raises(ValueError, match="outside"):
        manifest(tmp_path / "run", outputs=[tmp_path / "other.csv"])
