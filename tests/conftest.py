from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds the real corpora and codings; tests that need it are marked ``real``."""
    folder = Path(os.environ.get("AIDEMEMOIRE_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpora").is_dir():
        pytest.skip("the real corpora are not here (see corpus/README.md)")
    return folder
