"""Two runs beside each other: what moved is found, given to its cause, and adds up."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import aidememoire as am
from aidememoire import cli
from aidememoire.compare import RunError, compare_runs, read_run
from aidememoire.compare.cells import contributions
from aidememoire.compare.codes import coded_sentences
from aidememoire.export import sha256_of, write_csv

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "corpus" / "sample"

BOOK = """\
meta: {version: "1", made: 2026-01-01}
themes:
- id: memory
  family: memory
  definition: Talk of the past.
  patterns:
    phrases: [lessons of history, historical truth, the war]
    lenient_phrases: [the past]
- id: revision
  family: memory
  definition: Others are said to falsify the past.
  overlaps: {implies: [memory]}
  patterns:
    phrases: ["falsif* (of|) (the|) history", "rewrite (the|) history"]
"""
STUDY = """\
title: One ministry
corpus: {path: statements, name: sample}
actors: actors.csv
codebook: book.yaml
examples: 0
themes: [revision]
series: {by: actor, voices: attributed}
"""
ADDED = "The Foreign Minister spoke.\n\nWe do not forget the lessons of history. It rained in the capital all day.\n"


class Desk:
    """A study of some statements of the sample, run again and again into folders of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.statements = folder / "statements"
        self.statements.mkdir()
        for path in [*sorted((SAMPLE / "veldania").glob("202[0123]*.txt")), SAMPLE / "veldania" / "metadata.csv"]:
            shutil.copy(path, self.statements)
        shutil.copy(SAMPLE / "actors.csv", folder)
        self.write("study.yaml", STUDY)
        self.write("book.yaml", BOOK)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def run(self, name: str, before: str | None = None) -> Path:
        out = self.folder / name
        if before:
            out.mkdir()
            shutil.copy(self.folder / before / "study.db", out)
        return am.run(self.folder / "study.yaml", out=out).folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Each run differs from the one before in one thing."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.run("base")
    desk.write("statements/2023-12-01-speech.txt", ADDED)
    with (desk.statements / "metadata.csv").open("a", encoding="utf-8") as table:
        table.write("2023-12-01-speech.txt,2023-12-01,Veldania,,Maret Dolvin,foreign minister,Torvale,speech,Rain\n")
    desk.run("added", "base")
    desk.edit("statements/2023-12-01-speech.txt", "It rained", "They falsify history. It rained")
    desk.run("corrected", "added")
    desk.edit("book.yaml", "lessons of history, ", "")
    desk.run("book", "corrected")
    desk.edit("study.yaml", "voices: attributed", "voices: all")
    desk.run("voices", "book")
    (desk.statements / "2023-12-01-speech.txt").unlink()
    desk.edit("book.yaml", "historical truth, ", "")
    desk.run("both", "voices")
    return desk


def compared(desk, before, after):
    return compare_runs(desk.folder / before, desk.folder / after)


STEPS = [("base", "added"), ("added", "corrected"), ("corrected", "book"), ("book", "voices"), ("voices", "both")]


@pytest.mark.parametrize(("before", "after"), [*STEPS, ("base", "both"), ("both", "base")])
def test_contributions_add_up_to_what_the_series_say(desk, before, after):
    found = compared(desk, before, after)
    series = {name: read_run(desk.folder / name).series() for name in (before, after)}
    keys = ["theme", "actor", "period"]
    sums = found.reasons.groupby(keys)[["coded", "eligible", "points"]].sum()
    cells = {name: table.set_index(keys) for name, table in series.items()}
    assert len(found.moved)
    assert set(sums.index) == set(found.moved.set_index(keys).index)
    for row in found.moved.itertuples():
        key = (row.theme, row.actor, row.period)
        told = [cells[name].reindex([key])[["n_coded", "n_sentences", "share"]].iloc[0] for name in (before, after)]
        assert sums.loc[key, "coded"] == told[1].fillna(0)["n_coded"] - told[0].fillna(0)["n_coded"]
        assert sums.loc[key, "eligible"] == told[1].fillna(0)["n_sentences"] - told[0].fillna(0)["n_sentences"]
        if not pd.isna(row.difference):
            assert sums.loc[key, "points"] == pytest.approx(told[1]["share"] - told[0]["share"], abs=1e-9)
    # What is not among the moved is the same in both series.
    same = series[before].merge(series[after], on=[*keys, "n_coded", "n_sentences"])
    assert len(same) + len(found.moved) == len(cells[after].index.union(cells[before].index))


def test_a_run_and_itself_have_no_difference(desk):
    found = compared(desk, "base", "base")
    assert (found.verdict, found.same, found.differences) == ("no difference", True, ())
    assert not len(found.moved) and not len(found.sentences) and not len(found.statements)  # noqa: PT018
    assert list(found.lines()) == ["no difference"]


def test_a_new_file_moves_its_cells_and_no_others(desk):
    found = compared(desk, "base", "added")
    assert set(found.reasons["cause"]) == {"new statements"}
    assert found.statements.values.tolist() == [["sample/2023-12-01-speech.txt", "new statements", ""]]
    assert set(found.moved["period"]) == {"2023"}
    coded = found.sentences.iloc[0]
    assert coded["text"] == "We do not forget the lessons of history."
    assert (pd.isna(coded["value_before"]), coded["value_after"], coded["rules_after"]) == (True, 2, "phrase.1")
    row = found.reasons[found.reasons["theme"] == "memory"].iloc[0]
    assert (row["coded"], row["eligible"], row["statements"]) == (1, 3, 1)


def test_a_corrected_file_is_told_by_the_sentences_that_differ_alone(desk):
    found = compared(desk, "added", "corrected")
    assert set(found.reasons["cause"]) == {"corrected statements"}
    assert found.statements[["cause", "fields"]].values.tolist() == [["corrected statements", "text"]]
    # The sentence about lessons stands in both and is no change, wherever it stands.
    assert set(found.sentences["text"]) == {"They falsify history."}
    assert set(found.sentences["theme"]) == {"memory", "revision"}
    assert found.sentences["value_before"].isna().all()
    assert found.sentences.set_index("theme")["rules_after"]["memory"] == "implied by revision"


def test_an_edited_codebook_is_told_by_rule_and_sentence(desk):
    found = compared(desk, "corrected", "book")
    assert set(found.reasons["cause"]) == {"codebook"}
    assert [each.instrument for each in found.differences] == ["codebook"]
    assert not len(found.statements)
    lost = found.sentences[found.sentences["text"] == "We do not forget the lessons of history."].iloc[0]
    assert (lost["theme"], lost["value_before"], lost["value_after"]) == ("memory", 2, 0)
    assert (lost["rules_before"], lost["rules_after"], lost["cause"]) == ("phrase.1", "", "codebook")
    assert (found.reasons["eligible"] == 0).all()
    assert (found.sentences["value_before"] > found.sentences["value_after"]).all()


def test_another_choice_of_voices_is_the_study(desk):
    found = compared(desk, "book", "voices")
    assert set(found.reasons["cause"]) == {"study"}
    assert [str(each) for each in found.differences if "voices" in each.name] == ["series.voices: attributed → all"]
    assert (found.reasons["eligible"] > 0).all()
    assert not len(found.sentences)


def test_what_cannot_be_told_apart_is_named_together(desk):
    found = compared(desk, "book", "both")
    assert set(found.reasons["cause"]) == {"withdrawn statements", "codebook and study together"}
    assert found.verdict.endswith("cells moved: codebook and study together; withdrawn statements")
    assert set(compared(desk, "added", "voices").reasons["cause"]) == {
        "codebook and study together",
        "corrected statements and codebook and study together",
    }
    found = compared(desk, "added", "book")
    assert set(found.reasons["cause"]) <= {"codebook", "corrected statements and codebook together"}


def test_a_corrected_table_of_dates_moves_a_statement_from_cell_to_cell(desk, tmp_path):
    own = Desk(tmp_path)
    own.run("one")
    own.edit("statements/metadata.csv", "2022-06-14-speech.txt,2022-06-14", "2022-06-14-speech.txt,2021-06-14")
    own.run("two", "one")
    found = compared(own, "one", "two")
    assert set(found.statements["cause"]) == {"corrected statements"}
    assert "date" in found.statements["fields"].iloc[0]
    memory = found.reasons[found.reasons["theme"] == "memory"].set_index("period")
    assert memory.loc["2021", "eligible"] == -memory.loc["2022", "eligible"] > 0
    # The same words two days earlier: they count once, and it is said which statement now stands for the other.
    text = (own.statements / "2022-06-14-speech.txt").read_text(encoding="utf-8")
    own.write("statements/2021-06-12-speech.txt", text)
    with (own.statements / "metadata.csv").open("a", encoding="utf-8") as table:
        table.write("2021-06-12-speech.txt,2021-06-12,Veldania,,Maret Dolvin,foreign minister,Torvale,speech,Rain\n")
    own.run("three", "two")
    found = compared(own, "two", "three")
    causes = found.statements.set_index("statement_id")["cause"]
    assert causes["sample/2021-06-12-speech.txt"] == "new statements"
    assert causes["sample/2022-06-14-speech.txt"] == "repeats"
    assert found.verdict == "no series moved, though statements or codes differ"


def doctored(desk, name, tmp_path, **changes):
    """Copy a run, with another manifest."""
    out = tmp_path / f"doctored_{name}"
    shutil.copytree(desk.folder / name, out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for part, values in changes.items():
        manifest[part] |= values
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def test_another_program_is_suspected_and_other_packages_are_told(desk, tmp_path):
    later = doctored(desk, "base", tmp_path, versions={"aidememoire": "9.9", "numpy": "9.9"})
    found = compare_runs(desk.folder / "base", later)
    assert found.verdict == "no difference in any number, though the runs were measured otherwise"
    assert {each.name: each.instrument for each in found.differences} == {"aidememoire": "program", "numpy": None}
    assert "also another version of numpy" in "\n".join(found.lines())
    later = doctored(desk, "book", tmp_path, versions={"aidememoire": "9.9"})
    found = compare_runs(desk.folder / "corrected", later)
    assert set(found.reasons["cause"]) == {"codebook and program together"}


def test_settings_that_manifests_hold_tell_an_edited_title_from_an_edited_choice(desk, tmp_path):
    one = {"sha256": "a", "settings": {"series": {"count": "statements"}}}
    other = {"sha256": "b", "settings": {"series": {"count": "statements"}}}
    before = doctored(desk, "base", tmp_path, study=one)
    after = doctored(desk, "added", tmp_path, study=other)
    assert not [each for each in compare_runs(before, after).differences if each.instrument == "study"]
    other["settings"]["series"]["count"] = "events"
    after = doctored(desk, "corrected", tmp_path, study=other)
    told = [str(each) for each in compare_runs(before, after).differences if each.instrument == "study"]
    assert told == ["series.count: statements → events"]


def test_other_corpora_and_other_groups_are_said_plainly(desk, tmp_path):
    own = Desk(tmp_path)
    own.edit("study.yaml", "name: sample", "name: another")
    (own.statements / "2022-06-14-speech.txt").unlink()
    own.run("one")
    found = compare_runs(desk.folder / "base", own.folder / "one")
    assert found.verdict.startswith("different corpora: the runs have no statement in common")
    assert set(found.reasons["cause"]) == {"new statements", "withdrawn statements"}
    own.edit("study.yaml", "by: actor", "by: kind")
    own.run("two", "one")
    found = compare_runs(own.folder / "one", own.folder / "two")
    assert found.verdict == "different studies: the series are grouped by actor and by kind; no cell compares"
    assert (found.comparable, found.same, len(found.moved)) == (False, False, 0)
    assert json.loads(json.dumps(found.as_dict()))["moved"] == []


def test_without_the_stores_everything_but_the_words_is_told(desk, tmp_path):
    runs = [doctored(desk, name, tmp_path) for name in ("corrected", "book")]
    with_words = compared(desk, "corrected", "book")
    for run in runs:
        (run / "study.db").unlink()
    found = compare_runs(*runs)
    pd.testing.assert_frame_equal(found.reasons, with_words.reasons)
    assert len(found.sentences) == len(with_words.sentences)
    assert found.sentences["text"].isna().all()


def test_codes_read_from_a_run_are_those_it_counted(desk):
    run = read_run(desk.folder / "corrected")
    with am.Corpus.open(desk.folder / "corrected" / "study.db") as corpus:
        codes = am.code(corpus, am.load_codebook(_book(desk, "lessons of history, historical truth, the war"))).codes
    columns = ["statement_id", "sentence", "theme", "value"]
    want = codes[columns].astype({"statement_id": "str", "theme": "str"}).sort_values(columns, ignore_index=True)
    read = coded_sentences(run)[columns].sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(read, want, check_dtype=False)


def _book(desk, phrases):
    text = re.sub(r"phrases: \[.*the war\]", f"phrases: [{phrases}]", BOOK, count=1)
    desk.write("before.yaml", text)
    return desk.folder / "before.yaml"


def test_codes_of_a_trained_coder_are_read_where_it_coded(desk, tmp_path):
    run = doctored(desk, "corrected", tmp_path)
    by_rules = coded_sentences(read_run(run))
    codes = by_rules.drop(columns="at").assign(coder="best", score=0.9)
    codes.loc[len(codes)] = [by_rules["statement_id"].iloc[0], 0, "revision", 2, "best", 0.7]
    codes.loc[len(codes)] = [by_rules["statement_id"].iloc[0], 1, "revision", 0, "best", 0.1]
    codes.to_parquet(run / "codes.parquet", index=False)
    write_csv(read_run(run).series().assign(coder="best"), run / "series.csv")
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"] |= {name: sha256_of(run / name) for name in ("codes.parquet", "series.csv")}
    manifest["study"].pop("settings", None)
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = compare_runs(desk.folder / "corrected", run)
    assert [str(each) for each in found.differences] == ["coder: rules → best"]
    assert found.sentences[["value_before", "value_after", "rules_after"]].values.tolist() == [[0, 2, "best"]]
    assert isinstance(found.sentences["text"].iloc[0], str)


def test_a_statement_that_no_rule_of_a_theme_reads_is_no_denominator_of_it():
    counts = pd.DataFrame(
        {"statement_id": ["a", "b"], "period": "2020", "n_sentences": [10, 20], "memory": [1.0, None], "peace": [0, 2]}
    )
    causes = pd.Series({"a": "new statements", "b": "new statements"})
    found = contributions(counts[:0], counts, causes, ["memory", "peace"], ["period"]).set_index("theme")
    assert found["eligible"].to_dict() == {"memory": 10, "peace": 30}
    assert found["coded"].to_dict() == {"memory": 1, "peace": 2}
    assert found["points"].isna().all()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: shutil.rmtree(folder), "no such folder; give a folder that 'aidememoire run' wrote"),
        (lambda folder: (folder / "manifest.json").unlink(), "no run lies here"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "is not one of a run"),
        (lambda folder: (folder / "series.csv").unlink(), "the run left no series.csv; run its study again"),
        (lambda folder: (folder / "hits.parquet").write_bytes(b"x"), "hits.parquet: not as the run wrote it"),
    ],
)
def test_what_is_no_run_is_one_line(desk, tmp_path, spoil, says):
    folder = doctored(desk, "base", tmp_path)
    spoil(folder)
    with pytest.raises(RunError, match=says) as refused:
        compare_runs(desk.folder / "base", folder)
    assert "\n" not in str(refused.value)


def call(capsys, monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["aidememoire", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


def test_the_command_prints_text_one_line_or_one_object(desk, capsys, monkeypatch):
    runs = desk.folder / "added", desk.folder / "corrected"
    code, out, err = call(capsys, monkeypatch, "compare", *runs, "--limit", 1)
    assert (code, err) == (0, "")
    assert "They falsify history." in out
    assert "corrected statements: +1 coded, +1 eligible, in 1 statement\n" in out
    assert "and 1 more" in out
    code, out, _ = call(capsys, monkeypatch, "compare", *runs, "--quiet")
    assert out == "2 of 8 cells moved: corrected statements\n"
    code, out, _ = call(capsys, monkeypatch, "compare", *runs, "--json")
    told = json.loads(out)
    assert [each["text"] for each in told["sentences"]] == ["They falsify history."] * 2
    assert told["sentences"][0]["value_before"] is None
    assert sum(each["coded"] for each in told["reasons"]) == 2
    code, out, err = call(capsys, monkeypatch, "compare", desk.folder / "base", desk.folder)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
