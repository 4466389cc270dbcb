"""The command line: one line for every mistake, one object for every machine, and Ctrl-C at any moment."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from aidememoire import cli
from aidememoire.cli_shared import EXIT_CODES, Teller, _bars, n_files

ROOT = Path(__file__).parents[1]


def call(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "aidememoire", *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False
    )


def call_here(capsys, monkeypatch, *words):
    """The same as ``call`` in this process, which is quicker."""
    monkeypatch.setattr("sys.argv", ["aidememoire", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


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


def test_run_search_and_rerun(study, capsys, monkeypatch):
    code, out, err = call_here(capsys, monkeypatch, "run", study)
    assert code == 0, err
    assert out == f"report: {study.parent / 'out' / 'report.pdf'}\n"
    _, out, _ = call_here(capsys, monkeypatch, "run", study)
    assert out.startswith("nothing new; the report stands: ")
    _, out, _ = call_here(capsys, monkeypatch, "search", study.parent / "out" / "study.db", '"lessons of history"')
    assert "[lessons of history]" in out


def test_refusals_are_one_line_and_strict_makes_them_an_error(study, capsys, monkeypatch):
    (study.parent / "notes" / "empty.txt").write_bytes(b"")
    code, _, err = call_here(capsys, monkeypatch, "run", study, "--quiet")
    assert code == 0
    assert err.strip().splitlines() == [f"1 files or records were refused; see {study.parent / 'out' / 'refused.csv'}"]
    assert call_here(capsys, monkeypatch, "run", study, "--strict")[0] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("title: One\ncorpus: notes\nserie: {}\n", ":3: serie: unknown field"),
        ("title: One\ncorpus: [\n", "not valid YAML"),
        ("title: One\ncorpus: absent\n", "no such file or folder: absent"),
    ],
)
def test_a_wrong_study_is_one_line_without_a_traceback(study, content, says, capsys, monkeypatch):
    study.write_text(content, encoding="utf-8")
    code, _, err = call_here(capsys, monkeypatch, "run", study)
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("aidememoire: ")


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
def test_a_wrong_call_is_one_line(tmp_path, words, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = call_here(capsys, monkeypatch, *words)
    assert code in (2, 3)
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_ingest(study):
    found = call("ingest", study.parent / "notes", study.parent / "notes.db")
    assert found.stdout == "1 statements added, 0 revised, 0 unchanged, 1 files read\n"


def commands():
    return typer.main.get_command(cli.app).commands.items()


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_has_an_example_and_a_line_that_fits_the_list(name, command, capsys, monkeypatch):
    code, out, _ = call_here(capsys, monkeypatch, name, "--help")
    assert code == 0
    if not hasattr(command, "commands"):
        assert re.search(rf"^ *(Example: )?aidememoire {name} ", out[out.index("Example") :], re.MULTILINE), out
    assert not command.get_short_help_str(limit=200).startswith("Example")


@pytest.mark.parametrize("name", ["run", "ingest", "search", "figure", "compare"])
def test_the_main_commands_speak_to_people_and_machines(name):
    options = {option for parameter in dict(commands())[name].params for option in parameter.opts}
    assert {"--quiet", "--json"} <= options


def test_help_and_document_have_the_same_exit_codes(capsys, monkeypatch):
    _, out, _ = call_here(capsys, monkeypatch, "--help")
    told = dict(re.findall(r"^ +(\d+) +(.+)$", out, re.MULTILINE))
    assert list(told) == ["0", "1", "2", "3", "4", "130"]
    assert all(words in EXIT_CODES for words in told.values())
    document = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    written = re.findall(r"^\| (\d+) \| (.+) \|$", document, re.MULTILINE)
    assert written == re.findall(r"^  (\d+) +(.+)$", EXIT_CODES, re.MULTILINE)


def test_run_prints_one_object(study, capsys, monkeypatch):
    (study.parent / "notes" / "empty.txt").write_bytes(b"")
    code, out, err = call_here(capsys, monkeypatch, "run", study, "--json", "--quiet")
    told = json.loads(out)
    assert code == 0
    assert told["report"] == str(study.parent / "out" / "report.pdf")
    assert (told["nothing_new"], told["statements"]["added"], told["files_read"]) == (False, 1, 1)
    assert [each["path"] for each in told["refused"]] == ["empty.txt"]
    assert len(err.splitlines()) == 1
    code, out, _ = call_here(capsys, monkeypatch, "run", study, "--json", "--strict")
    assert (code, json.loads(out)["nothing_new"]) == (1, True)


def test_off_a_terminal_nothing_counts_up(study, capsys, monkeypatch):
    code, out, err = call_here(capsys, monkeypatch, "run", study)
    assert code == 0
    assert "1 statements added" in err
    assert "looked at" not in err
    assert " of " not in err
    assert out.startswith("report: ")
    assert call_here(capsys, monkeypatch, "run", study, "--quiet")[2] == ""


def test_ingest_and_search_print_one_object(study, capsys, monkeypatch):
    store = study.parent / "notes.db"
    _, out, _ = call_here(capsys, monkeypatch, "ingest", study.parent / "notes", store, "--json")
    assert json.loads(out)["statements"]["added"] == 1
    code, out, err = call_here(capsys, monkeypatch, "search", store, "lessons", "--json")
    assert (code, err) == (0, "")
    assert [each["keyword"] for each in json.loads(out)["found"]] == ["lessons"]
    code, out, err = call_here(capsys, monkeypatch, "search", store, "zebra")
    assert (code, out, err) == (0, "", "nothing found for 'zebra'\n")
    assert call_here(capsys, monkeypatch, "search", store, "zebra", "--quiet")[2] == ""
    assert json.loads(call_here(capsys, monkeypatch, "search", store, "zebra", "--json")[1])["found"] == []


def test_a_wrong_option_names_the_help_of_its_command(capsys, monkeypatch):
    code, out, err = call_here(capsys, monkeypatch, "compare", "one")
    assert (code, out) == (2, "")
    assert err == "aidememoire: Missing argument 'RUN_B'. (see aidememoire compare --help)\n"


def on_a_terminal(*words):
    """Call with stderr on a terminal; return the code, stdout, and what the terminal got."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "aidememoire", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment) as process:
        os.close(theirs)
        out, _ = process.communicate(timeout=60)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # the terminal is gone with the process
        pass
    os.close(ours)
    return process.returncode, out, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())


def test_on_a_terminal_progress_is_shown_beside_the_result(study):
    code, out, shown = on_a_terminal("ingest", study.parent / "notes", study.parent / "t.db")
    assert (code, out) == (0, "1 statements added, 0 revised, 0 unchanged, 1 files read\n")
    assert "working" in shown
    code, out, shown = on_a_terminal("ingest", study.parent / "notes", study.parent / "t.db", "--quiet")
    assert (code, shown) == (0, "")


def test_counted_lines_become_bars_with_the_time_left(monkeypatch, study):
    monkeypatch.setattr(Teller, "shows_bars", staticmethod(lambda quiet: not quiet))
    with Teller(False, n_files(study.parent)) as say:

        def task():
            return say._progress.tasks[0]

        say("told voices apart: 1,500 of 3,000")
        assert (task().description, task().completed, task().total) == ("told voices apart", 1500, 3000)
        say.files(1)
        assert (task().description, task().completed, task().total) == ("looked at files", 1, 2)
        say("17 figures drawn")
        assert (task().description, task().total) == ("working", None)
    left = _bars().columns[-1]
    assert str(left.render(SimpleNamespace(time_remaining=75.4))) == "1:15 left"
    assert str(left.render(SimpleNamespace(time_remaining=None))) == ""


def test_ctrl_c_is_one_line_and_the_next_run_finishes_the_work(study):
    for year in range(1950, 2020):
        text = f"In {year} we say that attempts to falsify history are inadmissible."
        (study.parent / "notes" / f"{year}-05-09.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "aidememoire", "run", str(study), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        store = study.parent / "out" / "study.db"
        for _ in range(600):
            if store.exists():
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.startswith("aidememoire: interrupted; what was stored so far is kept")
    assert len(err.splitlines()) == 1
    assert not (study.parent / "out" / "manifest.json").exists()
    again = call("run", study, "--json", "--quiet")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["nothing_new"] is False
    found = call("search", store, "inadmissible", "--limit", 100, "--json")
    assert len(json.loads(found.stdout)["found"]) == 70


def test_a_reader_that_has_seen_enough_is_no_failure(study):
    store = study.parent / "n.db"
    call("ingest", study.parent / "notes", store)
    command = [sys.executable, "-m", "aidememoire", "search", str(store), "lessons"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_completion_is_offered(capsys, monkeypatch):
    options = {option for parameter in typer.main.get_command(cli.app).params for option in parameter.opts}
    assert {"--install-completion", "--show-completion"} <= options
