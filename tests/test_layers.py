"""Imports go one way along the data, and the public names are what they are said to be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import aidememoire

PACKAGE = Path(aidememoire.__file__).parent

# A module may import from its own line and from those above.
LAYERS = [
    "errors choices kept displays",
    "frames export",
    "cleantext tokens yamlfile",
    "statement",
    "ingest",
    "store",
    "revisions kwic",
    "boundarywords characters",
    "boundaries",
    "clearmarks",
    "sentences sentencehashes",
    "voices",
    "codebook",
    "matching",
    "explain",
    "ledger",
    "tokenindex",
    "indexedtexts keptmatches",
    "matchedbefore",
    "matched",
    "duplicates",
    "voicing",
    "sentencetable",
    "mentions",
    "corpus",
    "themes languages",
    "wordcounts",
    "stances actorfacets",
    "model",
    "codesentences",
    "reasons classifier codingsfile",
    "scored",
    "secondcoder",
    "coding",
    "periods intervals",
    "counting",
    "aggregate chosen",
    "shares",
    "resampling shrinkage smoothing",
    "changes composition contrast events",
    "concordances",
    "speccurve",
    "examples lint",
    "synthetic",
    "figures",
    "studysections",
    "studyfile",
    "report",
    "fingerprint",
    "study",
    "compare explore",
    "cli_shared",
    "cli_codebook cli_explore cli_results cli_store",
    "cli",
    "__main__",
]
RANK = {name: rank for rank, line in enumerate(LAYERS) for name in line.split()}


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_every_module_has_a_place():
    modules = {path.stem if path.parent == PACKAGE else path.relative_to(PACKAGE).parts[0] for path in files()}
    assert modules - {"__init__"} == set(RANK)


def test_imports_point_upwards():
    wrong = []
    for path in files():
        own = path.stem if path.parent == PACKAGE else path.relative_to(PACKAGE).parts[0]
        if own == "__init__":
            continue
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "aidememoire" and len(parts) > 1 and RANK[parts[1]] > RANK[own]:
                wrong.append(f"{own} imports {name}")
    assert not wrong


def test_public_names_exist_and_are_all_exported():
    assert sorted(aidememoire.__all__) == sorted(aidememoire._HOME)
    for name in aidememoire.__all__:
        assert getattr(aidememoire, name) is not None


def test_help_loads_no_heavy_library():
    code = (
        "import sys, aidememoire.cli; print([m for m in ('pandas', 'numpy', 'nltk', 'matplotlib') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))
