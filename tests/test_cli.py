from __future__ import annotations

import subprocess
import sys
import time

import pytest


def call(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "aidememoire", *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture
def study(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "2020-05-09.txt").write_text("We draw the lessons of history.", encoding="utf-8")
    file = tmp_path / "study.yaml"
    file.write_text("title: One\ncorpus: notes\nthemes: [historical_memory]\n", encoding="utf-8")
    return file


def test_help_is_quick_and_names_the_commands():
    started = time.perf_counter()
    found = call("--help")
    assert found.returncode == 0
    # Half a second on an idle machine; three leave room for a busy one.
    assert time.perf_counter() - started < 3
    assert all(command in found.stdout for command in ("run", "ingest", "search"))


def test_run_search_and_rerun(study):
    first = call("run", study)
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"report: {study.parent / 'out' / 'report.pdf'}\n"
    again = call("run", study)
    assert again.stdout.startswith("nothing new; the report stands: ")
    found = call("search", study.parent / "out" / "study.db", '"lessons of history"')
    assert "[lessons of history]" in found.stdout


def test_refusals_are_one_line_and_strict_makes_them_an_error(study):
    (study.parent / "notes" / "empty.txt").write_bytes(b"")
    loose = call("run", study, "--quiet")
    assert loose.returncode == 0
    assert loose.stderr.strip().splitlines() == [
        f"1 files or records were refused; see {study.parent / 'out' / 'refused.csv'}"
    ]
    assert call("run", study, "--strict").returncode == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("title: One\ncorpus: notes\nserie: {}\n", ":3: serie: unknown field"),
        ("title: One\ncorpus: [\n", "not valid YAML"),
        ("title: One\ncorpus: absent\n", "no such file or folder: absent"),
    ],
)
def test_a_wrong_study_is_one_line_without_a_traceback(study, content, says):
    study.write_text(content, encoding="utf-8")
    found = call("run", study)
    assert found.returncode == 2
    assert says in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    assert found.stderr.startswith("aidememoire: ")


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "absent.yaml"),
        ("runn", "x"),
        ("run", "x.yaml", "--fast"),
        ("search", "absent.db", "x"),
        ("ingest", "absent", "s.db"),
    ],
)
def test_a_wrong_call_is_one_line(tmp_path, words):
    found = call(*words, cwd=tmp_path)
    assert found.returncode in (2, 3)
    assert "Traceback" not in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_ingest(study):
    found = call("ingest", study.parent / "notes", study.parent / "notes.db")
    assert found.stdout == "1 statements added, 0 revised, 0 unchanged, 1 files read\n"
