"""The invented corpus: same seed same bytes, and what was planted is what lies in the files."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from aidememoire.synthetic import Shift, Truth, shifts, write_sample
from aidememoire.synthetic.phrasing import THEMES, frames
from aidememoire.synthetic.plan import mixture
from aidememoire.synthetic.states import actor_rows, holder, load, states

COMMITTED = Path(__file__).parents[1] / "corpus" / "sample"
STANDARD_ERRORS = 3.0
MEMORY = {
    "historical_memory",
    "anti_revisionism",
    "commemoration_ritual",
    "victimhood_sacrifice",
    "shared_victory_alliance",
    "colonial_past_apology",
    "neo_nazism_glorification",
}
REAL_NAMES = """
    Russia Soviet USSR China United\\sStates America Poland Germany Ukraine Japan Korea France Britain England India
    Israel Iran Turkey Serbia Hungary Lithuania Latvia Estonia Belarus Georgia Armenia Azerbaijan Europe Africa Asia
    Moscow Beijing Washington Warsaw Berlin Kyiv Kiev Tokyo London Paris NATO TASS Xinhua
""".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return write_sample(folder)


@pytest.fixture(scope="module")
def body(truth: Truth) -> list[dict[str, str]]:
    return [row for row in truth.sentences if row["part"] == "body"]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def is_near(drawn: int, total: int, probability: float) -> bool:
    error = math.sqrt(probability * (1 - probability) / total)
    return abs(drawn / total - probability) <= STANDARD_ERRORS * error


def test_same_seed_same_bytes_and_the_committed_sample_is_what_is_written(truth: Truth, folder: Path):
    assert files(folder) == files(COMMITTED)


def test_another_seed_writes_another_sample(truth: Truth, folder: Path, tmp_path: Path):
    write_sample(tmp_path, seed=1)
    written, other = files(folder), files(tmp_path)
    assert written["actors.csv"] == other["actors.csv"]
    assert written["truth_sentences.csv"] != other["truth_sentences.csv"]


def test_size_and_layout(truth: Truth, folder: Path):
    written = files(folder)
    assert 230 <= len(truth.statements) <= 250
    assert len(written) <= 160
    assert sum(map(len, written.values())) < 2_000_000
    assert all(b"\r" not in content and content.endswith(b"\n") for content in written.values())
    endings = Counter(name.rsplit(".", 1)[1] for name in written if "/" in name)
    assert set(endings) == {"txt", "csv", "jsonl", "md", "html"}


def test_statements_have_6_to_40_sentences_and_dates_in_range(truth: Truth):
    for item in truth.statements:
        assert 6 <= len(list(item.document.sentences())) <= 40
        assert date(2010, 1, 1) <= item.document.task.day <= date(2026, 6, 30)


def test_every_sentence_of_the_truth_stands_in_its_file(truth: Truth, folder: Path):
    for item in truth.statements:
        text = (folder / item.path).read_text(encoding="utf-8")
        if item.path.endswith(".jsonl"):
            text = json.loads(text.splitlines()[item.record - 1])["body"]
        elif item.path.endswith(".csv"):
            text = list(csv.DictReader(text.splitlines(keepends=True)))[item.record - 1]["speech"]
        text = re.sub(r"\s+", " ", text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"'}))
        for sentence in item.document.sentences():
            assert sentence.text in text, item.key


def test_sentence_table_agrees_with_the_statements(truth: Truth, folder: Path):
    with (folder / "truth_sentences.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    counts = Counter(row["statement"] for row in rows)
    assert counts == {item.key: len(list(item.document.sentences())) for item in truth.statements}
    assert {theme for row in rows for theme in row["themes"].split(";") if theme} == set(THEMES.values())
    assert {row["themes"] for row in rows if row["part"] != "body"} == {""}


def test_truth_file_agrees_with_the_tables(truth: Truth, folder: Path, body: list[dict[str, str]]):
    record = YAML(typ="safe").load((folder / "truth.yaml").read_text(encoding="utf-8"))
    assert record["statements"] == len(truth.statements)
    assert record["body_sentences"] == len(body)
    by_actor = Counter(item.document.task.actor for item in truth.statements)
    listed = record["statements_by_folder_and_actor"].values()
    assert sum((Counter(counts) for counts in listed), Counter()) == by_actor
    step = record["shifts"][0]
    rows = [r for r in body if r["actor"] == step["actor"] and r["date"] >= step["date"]]
    assert step["realised"]["after"]["body_sentences"] == len(rows)
    assert step["realised"]["after"]["drawn"] == sum(r["drawn"] == step["theme"] for r in rows)


def concerned(shift: Shift, body: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in body if shift.concerns(row["actor"], row["counterpart"])]


@pytest.mark.parametrize("shift", [s for s in shifts() if s.theme and s.shape != "linear"], ids=lambda shift: shift.id)
def test_planted_shares_are_met_on_either_side(shift: Shift, body: list[dict[str, str]]):
    drawn: dict[float, list[str]] = {}
    for row in concerned(shift, body):
        planted = shift.probability(date.fromisoformat(row["date"]), row["kind"])
        drawn.setdefault(planted, []).append(row["drawn"])
    assert len(drawn) == {"flat": 1, "step": 2, "anniversary": 3}[shift.shape]
    for planted, themes in drawn.items():
        assert is_near(themes.count(shift.theme), len(themes), planted), (planted, len(themes))


def test_linear_drift_is_met_in_each_third(body: list[dict[str, str]]):
    drift = next(shift for shift in shifts() if shift.shape == "linear")
    rows = sorted(concerned(drift, body), key=lambda row: row["date"])
    thirds = [rows[len(rows) * n // 3 : len(rows) * (n + 1) // 3] for n in range(3)]
    shares = []
    for third in thirds:
        planted = sum(drift.probability(date.fromisoformat(r["date"]), "speech") for r in third) / len(third)
        drawn = sum(row["drawn"] == drift.theme for row in third)
        assert is_near(drawn, len(third), planted)
        shares.append(drawn / len(third))
    assert all(earlier < later for earlier, later in pairwise(shares))


def test_document_mix_changes_and_content_does_not(truth: Truth, body: list[dict[str, str]]):
    mix = next(shift for shift in shifts() if shift.shape == "composition")
    tasks = [item.document.task for item in truth.statements if item.document.task.actor == mix.actor]
    wire = {late: [t.outlet == "telda" for t in tasks if (t.day >= mix.date) == late] for late in (False, True)}
    assert sum(wire[False]) / len(wire[False]) < 0.1
    assert sum(wire[True]) / len(wire[True]) > 0.6
    for theme in ("colonial_past_apology", "economic_cooperation", "historical_memory"):
        planted = {mixture(task)[theme] for task in tasks}
        assert len(planted) == 1


def test_probabilities_leave_room_for_ordinary_business(truth: Truth):
    assert all(sum(mixture(item.document.task).values()) <= 1 for item in truth.statements)


def test_most_sentences_carry_no_memory_theme(truth: Truth):
    carrying = sum(bool(MEMORY & set(row["themes"].split(";"))) for row in truth.sentences)
    assert 0.15 < carrying / len(truth.sentences) < 0.30


def test_sentences_rarely_repeat_and_show_no_slots(truth: Truth):
    texts = Counter(
        sentence.text
        for item in truth.statements
        if item.document.copy_of is None
        for sentence in item.document.sentences()
        if sentence.part == "body"
    )
    assert len(texts) / sum(texts.values()) > 0.9
    assert max(texts.values()) <= 10
    for text in texts:
        assert not re.search(r"[{}|~@]|  | the the | a [aeio]\w| an [^aeiou]", text), text


def test_every_theme_is_said_and_told_as_formula_and_as_paraphrase():
    found = {(frame.theme, frame.mode, frame.form) for frame in frames() if frame.theme}
    assert len(found) == len(THEMES) * 4
    assert len({frame.text for frame in frames()}) == len(frames())


def test_one_actor_is_silent_in_one_year_only(truth: Truth):
    gap = load("plan")["gap"]
    years = {(t.actor, t.day.year) for t in (item.document.task for item in truth.statements) if t.day.year < 2026}
    expected = {(code, year) for code in states() for year in range(2010, 2026)}
    assert expected - years == {(gap["actor"], gap["year"])}


def test_duplicates_repeat_words_of_their_source(truth: Truth):
    words = {item.key: {s.text.strip('"') for s in item.document.sentences()} for item in truth.statements}
    outlets = Counter(copy.split("/")[0] for copy, _ in truth.duplicates)
    assert outlets == {"telda": 9, "ilmaria": 4}
    for copy, source in truth.duplicates:
        assert copy != source
        assert words[copy] & words[source]


def test_no_two_states_share_a_name():
    rows = actor_rows()
    names = [n for r in rows for n in {r["name"], r["official_name"], *r["aliases"].split("|")} if n]
    assert len(names) == len(set(names))
    demonyms = [d for row in rows for d in row["demonyms"].split("|") if d]
    assert len(demonyms) == len(set(demonyms))
    towns = [t for state in states().values() for t in (state.capital, *state.towns)]
    assert len(towns) == len(set(towns))


def test_codes_are_from_the_range_left_to_users():
    assert all(re.fullmatch(r"X[A-Z]{2}|Q[M-Z][A-Z]", row["code"]) for row in actor_rows())


def test_officials_speak_only_while_in_office(truth: Truth):
    for item in truth.statements:
        speaker, task = item.document.speaker, item.document.task
        assert holder(task.actor, speaker.office, task.day) == speaker


def test_no_real_state_agency_or_capital_is_named(truth: Truth, folder: Path):
    real = re.compile(rf"\b(?:{'|'.join(REAL_NAMES)})")
    for name, content in files(folder).items():
        found = real.search(content.decode("utf-8"))
        assert not found, f"{name}: {found}"
