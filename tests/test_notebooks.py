"""Every notebook runs to its end as committed, shows what it says it shows, and is committed without outputs."""

from __future__ import annotations

import ast
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import aidememoire as am
from aidememoire.displays import MOST_ROWS, coding_html, run_html, series_html, shifts_html
from aidememoire.frames import empty

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = ["00_your_corpus", "01_corpus", "02_themes", "03_shifts", "04_validation", "05_comparison"]

# A cell that hangs fails the test; on an idle machine a whole notebook takes less than half a minute.
SECONDS_A_CELL = 300

# What the prose says, in the words of an output: where a number moves, the prose has to move with it.
SAID = {
    "00_your_corpus": ["59 statements added", "commemoration_ritual.phrase"],
    "01_corpus": ["239 statements", "damaged PDF", "list.jsonl, line 2", "was there before and is gone", "carried"],
    "02_themes": ["not coded by", "0 errors, 0 warnings", "'(' is never closed", "new only"],
    "03_shifts": ["break at 2018 from 1.1% to 9.5%", "Explored: 104 tests", "changed by +8.4 points"],
    "04_validation": ["4376 of 4377 voices right", "paraphrase"],
    "05_comparison": ["at least 20 are needed", "no shift found: 4 of 4 rows", "not named"],
}


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """One run for all notebooks, as a reader has one: the first notebook makes it, the others find it done."""
    return tmp_path_factory.mktemp("sample")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def parsed(cell):
    """The cell without notebook magics, which are no Python."""
    return ast.parse("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")))


def parameters_of(notebook):
    tagged = [cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    return tagged[0]


def execute(path, given, monkeypatch, tmp_path):
    """Run the notebook with a cell of ``given`` parameters behind its own, as papermill does."""
    # The kernel keeps its history and matplotlib its cache: neither belongs into the home of who runs the tests.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    notebook = nbformat.read(path, as_version=4)
    lines = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    notebook.cells.insert(
        notebook.cells.index(parameters_of(notebook)) + 1, nbformat.v4.new_code_cell(lines, id="given")
    )
    NotebookClient(
        notebook, kernel_name="python3", timeout=SECONDS_A_CELL, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    return notebook


def texts_of(cell):
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        yield from (str(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/"))


def given_to(path, run_folder):
    return {} if path.stem.startswith("00") else {"out": str(run_folder)}


def test_the_six_stories_are_there():
    assert [path.stem for path in NOTEBOOKS] == NAMES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in code_cells(notebook):
        assert not cell.outputs, cell.source
        assert cell.execution_count is None, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_story_with_the_public_face_only(path):
    for cell in code_cells(nbformat.read(path, as_version=4)):
        for node in ast.walk(parsed(cell)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda), cell.source
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("aidememoire"), cell.source
            if isinstance(node, ast.Import):
                assert all("." not in alias.name or "aidememoire" not in alias.name for alias in node.names), (
                    cell.source
                )
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "am":
                assert node.attr in {*am.__all__, "__file__"}, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_come_first_and_are_plain_values(path):
    notebook = nbformat.read(path, as_version=4)
    cell = parameters_of(notebook)
    assert code_cells(notebook)[0] is cell
    names = set()
    for node in parsed(cell).body:
        assert isinstance(node, ast.Assign)
        ast.literal_eval(node.value)
        names |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    assert "out" in names
    assert "folder" in names or "study" in names
    assert "theme" in names or path.stem == "01_corpus"


def test_links_lead_somewhere():
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            for target in [part.split(")")[0] for part in cell.source.split("](")[1:]] * (cell.cell_type == "markdown"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


# Kernel and client are libraries with warnings of their own about the machine they run on.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_to_its_end(path, run_folder, monkeypatch, tmp_path):
    before = snapshot()
    notebook = execute(path, given_to(path, run_folder), monkeypatch, tmp_path)
    assert snapshot() == before, "a notebook leaves its files in a temporary folder or in the run's"
    shown = "\n".join(text for cell in code_cells(notebook) for text in texts_of(cell))
    assert not [words for words in SAID[path.stem] if words not in shown]
    for cell in code_cells(notebook):
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        assert ("image/png" in kinds) == ("am.plot_" in cell.source or "plt.subplots" in cell.source), cell.source
        told = [output.get("text") for output in cell.outputs if output.get("name") == "stderr"]
        assert not told, f"a reader would see a warning: {told}"


@pytest.mark.filterwarnings("default")
def test_another_theme_and_actor_are_parameters(run_folder, monkeypatch, tmp_path):
    path = ROOT / "notebooks" / "04_validation.ipynb"
    given = {"out": str(run_folder), "theme": "historical_memory", "actor": "QML", "sizes": [300]}
    notebook = execute(path, given, monkeypatch, tmp_path)
    claim = next(cell for cell in code_cells(notebook) if "am.Declared" in cell.source)
    assert "no shift found" in "".join(texts_of(claim))


def snapshot() -> set[Path]:
    return set((ROOT / "notebooks").iterdir())


class Tags(HTMLParser):
    """The tags of a page and the text between them."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    page = Tags()
    page.feed(html)
    assert set(page.tags) <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    return " | ".join(page.text)


EVIL = "<script>alert(1)</script>"


@pytest.fixture
def evil(make_corpus):
    return make_corpus(
        {
            "2021-05-09.txt": "They falsify history. It rained.",
            "2022-05-09.txt": "They falsify the history of the war.",
            "<img src=x onerror=alert(1)>.txt": "",
        },
        options=am.ReadOptions(defaults={"actor": EVIL, "language": "en"}),
    )


def test_displays_show_text_as_text(evil, tmp_path):
    shown = read(evil._repr_html_())
    assert EVIL in shown
    assert "2 statements, 1 files or records refused" in shown
    report = am.IngestReport(0, 0, 2, 0, 0, 0, refused=(("<img src=x>.txt", "empty file"),), missing=(EVIL,))
    shown = read(report._repr_html_())
    assert "<img src=x>.txt | empty file" in shown
    assert f"{EVIL} | was there before and is gone" in shown
    assert EVIL in read(run_html(tmp_path / EVIL, EVIL, nothing_new=True))


def test_a_coding_and_a_series_show_numbers_with_their_denominators(evil):
    coding = am.code(evil, am.load_codebook())
    shown = read(coding._repr_html_())
    assert "2 statements, 3 sentences" in shown
    assert "anti_revisionism | rules | 2 | 0" in shown
    shown = read(am.series(coding, by=["actor"])._repr_html_())
    assert "sentences a year by actor, voices attributed, strict codes, 2 statements" in shown
    # Every cell is small, so none is called the highest.
    assert "anti_revisionism | 2 | 3" in shown
    assert "left out of 'highest'" in shown


def test_the_highest_cell_of_a_series_has_its_interval():
    row = {"theme": "memory", "measure": "sentences", "voices": "all", "coding": "strict", "flag": ""}
    table = pd.DataFrame(
        [
            row | {"period": "2020", "n_sentences": 200, "n_coded": 10, "share": 0.05, "low": 0.02, "high": 0.09},
            row | {"period": "2021", "n_sentences": 90, "n_coded": 18, "share": 0.2, "low": 0.1, "high": 0.35},
            row | {"period": "2022", "n_sentences": 3, "n_coded": 3, "share": 1.0, "flag": "small_n"},
        ]
    )
    shown = read(series_html(table, (), "year", 40, [EVIL]))
    assert "memory | 31 | 293 | 20.0% [10.0, 35.0], n = 90: 2021" in shown
    assert EVIL in shown


def test_shifts_show_what_was_found_and_how_many_tests_found_nothing():
    row = {"theme": EVIL, "actor": "XVE", "method": "unknown_break", "date": "2019", "low_date": "2018"}
    row |= {"high_date": "2020", "before": 0.01, "after": 0.1, "difference": 0.09, "difference_low": 0.04}
    row |= {"difference_high": 0.14, "q_value": 0.0004, "finding": "shift"}
    rows = [row, row | {"finding": "no shift found"}, row | {"finding": "not testable: 4 coded sentences"}]
    shown = read(shifts_html(pd.DataFrame(rows), ["actor"], "3 tests", ["Mind the gap."]))
    assert f"{EVIL} | XVE | unknown break | 2019 (95%: 2018 to 2020) | 1.0% to 10.0% | +9.0 [4.0, 14.0]" in shown
    assert "below 0.001 | no shift found: 1 of 3 rows. | not testable: 1 of 3 rows. | Mind the gap." in shown


def test_a_codebook_and_a_theme_show_the_concept():
    codebook = am.load_codebook()
    assert f"{len(codebook.themes)} themes" in read(codebook._repr_html_())
    theme = codebook.theme("anti_revisionism")
    shown = read(theme._repr_html_())
    assert theme.definition in shown
    assert "lends its codes to | historical_memory" in shown
    hostile = codebook.model_copy(update={"themes": (theme.model_copy(update={"label": EVIL}),)})
    assert EVIL in read(hostile._repr_html_())


def test_long_and_empty_tables_have_displays():
    many = {f"theme_{number}": "rules" for number in range(MOST_ROWS + 2)}
    codes = pd.DataFrame({"coder": ["rules"], "theme": ["theme_0"], "value": [2]})
    shown = read(coding_html(empty("sentences"), codes, 0, many))
    assert "2 further rows are not shown" in shown
    assert f"theme_{MOST_ROWS}" not in shown
    assert "0 statements" in read(series_html(empty("series"), (), "year", 0, []))
    assert read(shifts_html(empty("shifts"), (), "0 tests", [])) == "Shifts | : 0 tests"
