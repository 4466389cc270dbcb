from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Before any test module is imported, because some load a codebook: tests keep nothing in the user's own cache.
_CACHE = tempfile.TemporaryDirectory(prefix="aidememoire-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds the real corpora and codings; tests that need it are marked ``real``."""
    folder = Path(os.environ.get("AIDEMEMOIRE_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpora").is_dir():
        pytest.skip("the real corpora are not here (see corpus/README.md)")
    return folder


@pytest.fixture
def make_corpus(tmp_path: Path):
    """Return a function that writes texts to files and opens a corpus with them ingested."""
    opened = []

    def make(texts: dict[str, str], **ingest):
        from aidememoire import Corpus

        folder = tmp_path / "statements"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        corpus = Corpus.open(tmp_path / "study.db")
        opened.append(corpus)
        corpus.ingest(folder, **ingest)
        return corpus

    yield make
    for corpus in opened:
        corpus.close()
