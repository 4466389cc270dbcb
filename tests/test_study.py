from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from aidememoire import run
from aidememoire.corpus import Corpus
from aidememoire.errors import AideMemoireError, StudyError
from aidememoire.fingerprint import fingerprint
from aidememoire.studyfile import load_study

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "reports" / "sample" / "study.yaml"

SMALL = """\
title: Two notes
corpus:
  path: notes
  defaults: {actor: XAA}
themes: [historical_memory, anti_revisionism]
series: {period: year, by: actor, voices: all}
"""


@pytest.fixture
def small(tmp_path):
    (tmp_path / "notes").mkdir()
    for year in range(2015, 2022):
        text = f"In {year} we say that attempts to falsify history are inadmissible. Trade went well. It rained."
        (tmp_path / "notes" / f"{year}-05-09.txt").write_text(text, encoding="utf-8")
    study = tmp_path / "study.yaml"
    study.write_text(SMALL, encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample study, run once on a copy of its corpus."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(ROOT / "corpus" / "sample", folder / "corpus" / "sample")
    (folder / "reports" / "sample").mkdir(parents=True)
    shutil.copy(SAMPLE, folder / "reports" / "sample" / "study.yaml")
    study = folder / "reports" / "sample" / "study.yaml"
    return study, run(study)


def hashes(folder: Path) -> dict[str, str]:
    skip = {"study.db", "study.db-wal", "study.db-shm", "manifest.json"}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in skip]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_run_leaves_what_it_says(small):
    result = run(small)
    names = set(hashes(result.folder)) | {"manifest.json"}
    left = {"report.pdf", "report.html", "series.csv", "shifts.csv", "shares.csv", "statements.csv", "refused.csv"}
    assert left | {"hits.parquet", "counts.parquet"} <= names
    for figure in ("overview", "historical_memory", "anti_revisionism"):
        assert {f"figures/{figure}.{kind}" for kind in ("png", "svg", "csv")} <= names
    manifest = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["outputs"]) == names - {"manifest.json"}
    assert str(small.parent) not in json.dumps(manifest)


def test_the_same_inputs_give_the_same_bytes(small, tmp_path):
    first, second = run(small, out=tmp_path / "a"), run(small, out=tmp_path / "b")
    assert hashes(first.folder) == hashes(second.folder)
    manifests = [json.loads((r.folder / "manifest.json").read_text(encoding="utf-8")) for r in (first, second)]
    for manifest in manifests:
        del manifest["created"]
    assert manifests[0] == manifests[1]


def test_a_run_with_nothing_new_says_so_and_writes_nothing(small):
    first = run(small)
    stamp = first.report.stat().st_mtime_ns
    second = run(small)
    assert (first.nothing_new, second.nothing_new) == (False, True)
    assert first.report.stat().st_mtime_ns == stamp


def test_a_run_with_nothing_new_loads_no_table_and_no_figure(small):
    run(small)
    code = (
        "import sys, aidememoire as am\n"
        f"assert am.run({str(small)!r}).nothing_new\n"
        "print([name for name in ('pandas', 'scipy', 'matplotlib', 'numba') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_one_new_file_is_read_and_matched_alone(small):
    run(small)
    (small.parent / "notes" / "2022-05-09.txt").write_text("We remember the fallen.", encoding="utf-8")
    result = run(small)
    assert (result.ingest.files_read, result.ingest.added, result.n_matched) == (1, 1, 1)


def test_a_spoiled_output_is_made_again(small):
    result = run(small)
    result.report.write_bytes(b"spoiled")
    again = run(small)
    assert not again.nothing_new
    assert again.n_matched == 0
    assert again.report.read_bytes().startswith(b"%PDF")


def test_an_edited_study_redraws_without_matching_again(small):
    run(small)
    small.write_text(SMALL.replace("period: year", "period: quarter"), encoding="utf-8")
    result = run(small)
    assert (result.nothing_new, result.n_matched) == (False, 0)
    assert pd.read_csv(result.folder / "series.csv")["period"][0] == "2015-Q2"


def test_an_empty_folder_gives_a_report_that_says_so(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "study.yaml").write_text("title: Nothing\ncorpus: notes\n", encoding="utf-8")
    result = run(tmp_path / "study.yaml")
    assert result.report.read_bytes().startswith(b"%PDF")
    assert len(pd.read_csv(result.folder / "series.csv")) == 0


def test_bad_files_are_refused_and_the_rest_is_read(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    good = "Мы помним уроки истории. Они не забыты, и мы говорим об этом каждый год в мае."
    (notes / "good.txt").write_text("We draw the lessons of history.", encoding="utf-8")
    (notes / "empty.txt").write_bytes(b"")
    (notes / "picture.bin").write_bytes(os.urandom(3_000_000))
    (notes / "binary.txt").write_bytes(b"\x00\x01\x02" * 1_000_000)
    (notes / "russian.txt").write_bytes(good.encode("cp1251"))
    head = "<html><head><meta charset='iso-8859-1'><title>Речь</title></head>"
    page = f"{head}<body><article><p>{good}</p></article></body></html>"
    (notes / "lies.html").write_bytes(page.encode("utf-8"))
    (notes / "broken.md").write_text("---\ntitle: [unclosed\ndate: 2020\n---\nText.\n", encoding="utf-8")
    (notes / "loop").symlink_to(notes)
    (notes / "a").symlink_to(notes / "b")
    (notes / "b").symlink_to(notes / "a")
    (tmp_path / "study.yaml").write_text("title: Hostile\ncorpus: notes\nseries: {voices: all}\n", encoding="utf-8")
    result = run(tmp_path / "study.yaml")
    refused = dict(result.ingest.refused)
    assert {"empty.txt", "picture.bin", "binary.txt", "broken.md", "loop"} <= set(refused)
    assert all(refused.values())
    assert result.ingest.added == 3
    table = pd.read_csv(result.folder / "refused.csv")
    assert set(table["source_path"]) == set(refused)
    from aidememoire import Corpus

    with Corpus.open(result.folder / "study.db") as corpus:
        texts = [corpus.text(name).text.strip() for name in corpus.statements()["statement_id"]]
    assert sum(good in text for text in texts) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("title: Two notes\n", "", 1, "title: this field is required"),
        ("period: year", "period: decade", 6, "series.period: must be 'day', 'week', .*; 'decade' was given"),
        ("title:", "titel: x\ntitle:", 1, "titel: unknown field; allowed here: actors, author"),
        ("path: notes", "path: /data/notes", 3, "absolute path, which no other machine has"),
        (
            "themes: [historical_memory",
            "themes: [history",
            5,
            "no theme 'history' in the codebook; there are historical_memory",
        ),
        ("path: notes", "path: absent", 3, "no such file or folder: absent"),
        ("defaults: {actor: XAA}", "defaults: {aktor: XAA}", 2, "not known; allowed: actor"),
        ("period: year", "period: month", 6, "needs finer dates than 1 of 8 statements have"),
        ("by: actor", "by: ministry", 6, "no column 'ministry' to group by"),
        ("series: {", "series: {{", 7, "not valid YAML"),
        ("corpus:\n", "codebook: mine.yaml\ncorpus:\n", 2, "no such codebook: mine.yaml"),
        ("corpus:\n", "actors: mine.csv\ncorpus:\n", 2, "mine.csv"),
    ],
)
def test_a_wrong_study_is_one_clear_message(small, old, new, line, says):
    (small.parent / "notes" / "undated.md").write_text("---\ndate: 2020\n---\nA note.\n", encoding="utf-8")
    small.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(AideMemoireError, match=says) as error:
        run(small)
    if line:
        assert str(error.value).startswith(f"{small}:{line}: ")


def test_a_study_without_a_corpus_asks_for_one(small):
    small.write_text("title: No corpus\n", encoding="utf-8")
    with pytest.raises(StudyError, match="give its folder with --corpus DIR"):
        run(small)
    assert run(small, corpus=small.parent / "notes").ingest.added == 7


def test_the_sample_is_read_whole(sample):
    _, result = sample
    assert (result.ingest.added, result.ingest.refused) == (239, ())


def test_the_planted_step_shows_in_the_sample(sample):
    """Anti-revisionism of one actor was planted to rise about tenfold in January 2018."""
    _, result = sample
    table = pd.read_csv(result.folder / "series.csv")
    step = table[(table["theme"] == "anti_revisionism") & (table["actor"] == "XVE")]
    before, after = step[step["period"] < 2018], step[step["period"] >= 2018]
    share = [part["n_coded"].sum() / part["n_sentences"].sum() for part in (before, after)]
    assert share[1] > 4 * share[0]
    others = table[(table["theme"] == "anti_revisionism") & (table["actor"] != "XVE") & (table["period"] >= 2018)]
    assert others["n_coded"].sum() / others["n_sentences"].sum() < share[1] / 4


def test_the_planted_gap_is_a_gap(sample):
    _, result = sample
    table = pd.read_csv(result.folder / "series.csv")
    gap = table[(table["actor"] == "QML") & (table["period"] == 2015)]
    assert set(gap["flag"]) == {"no_data"}
    assert gap["share"].isna().all()


def test_the_sample_rerun_reads_one_added_file(sample):
    study, _ = sample
    assert run(study).nothing_new
    added = study.parents[2] / "corpus" / "sample" / "telda" / "2026-06-20-added.txt"
    added.write_text(
        "date 2026-06-20 CADREN, June 20. /TELDA/. The war memorial was restored, the minister said.\n",
        encoding="utf-8",
    )
    result = run(study)
    assert (result.ingest.files_read, result.ingest.added, result.n_matched) == (1, 1, 1)


def test_the_committed_studies_load():
    for file in sorted((ROOT / "reports").glob("*/study.yaml")):
        assert load_study(file).title


def test_another_corpus_takes_the_place_of_the_first(small):
    run(small)
    other = small.parent / "others"
    other.mkdir()
    (other / "2020-02-01.txt").write_text("It rained.", encoding="utf-8")
    result = run(small, corpus=other)
    table = pd.read_csv(result.folder / "statements.csv")
    assert table["statement_id"].tolist() == ["others/2020-02-01.txt"]
    back = run(small)
    assert len(pd.read_csv(back.folder / "statements.csv")) == 7


def test_a_template_of_the_study_counts_by_name_and_contents_and_a_folder_in_it_does_not(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "study.yaml").write_text("title: One\ncorpus: corpus\n", encoding="utf-8")
    templates = tmp_path / "templates"
    with Corpus.open(tmp_path / "study.db") as corpus:

        def state() -> str:
            return fingerprint(load_study(tmp_path / "study.yaml"), corpus)

        bare = state()
        (templates / "old").mkdir(parents=True)
        assert state() == bare
        (templates / "report.css").write_text("body { color: red }", encoding="utf-8")
        styled = state()
        (templates / "report.css").rename(templates / "report.css.off")
        assert len({bare, styled, state()}) == 3
