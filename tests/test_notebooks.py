"""Every notebook runs to its end as committed, and is committed without outputs."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# A cell that hangs fails the test; on an idle machine a whole notebook takes less than a minute.
SECONDS_A_CELL = 300


def code_cells(path: Path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS][:1] == ["01_corpus_to_shift.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_outputs_are_stripped(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    for cell in code_cells(path):
        assert not cell.outputs, cell.source
        assert cell.execution_count is None, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_story_with_the_public_face_only(path):
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef), cell.source
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("aidememoire"), cell.source
            if isinstance(node, ast.Import):
                assert all("." not in alias.name or "aidememoire" not in alias.name for alias in node.names), (
                    cell.source
                )


# Kernel and client are libraries with warnings of their own about the machine they run on.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_runs_to_its_end(path, monkeypatch, tmp_path):
    # The kernel keeps its history and matplotlib its cache: neither belongs into the home of who runs the tests.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    before = snapshot()
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, kernel_name="python3", timeout=SECONDS_A_CELL, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)
    assert snapshot() == before, "a notebook leaves its files in a temporary folder"


def snapshot() -> set[Path]:
    return set((ROOT / "notebooks").iterdir())
