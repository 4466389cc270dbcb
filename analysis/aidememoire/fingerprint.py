"""Whether a study has to be run again: what its results depend on, as one hash."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidememoire.export import sha256_of
from aidememoire.studyfile import Study

if TYPE_CHECKING:
    from aidememoire.corpus import Corpus

__all__ = ["fingerprint", "is_done", "program_sha256", "settings_of", "templates_of"]


def templates_of(plan: Study) -> Path:
    """Return the folder in which a study may keep templates of its own."""
    return plan.file.parent / "templates"


def program_sha256() -> str:
    """Return a hash of every file of the package: codebooks, cues and weights decide numbers as much as code does."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            _take(digest, path.relative_to(package).as_posix(), path)
    return digest.hexdigest()


def settings_of(plan: Study) -> dict[str, Any]:
    """Return what of a study decides its counts, so that an edited choice is told from an edited title."""
    read = {"name", "reader", "columns", "defaults", "files"}  # where the corpus lies decides nothing
    chosen = plan.model_dump(mode="json", include={"coder": True, "series": True, "corpus": read})
    return {**chosen, "actors": plan.actor_table().digest()}


def fingerprint(plan: Study, opened: Corpus) -> str:
    """Return a hash of everything the results depend on: statements, study and its files, codebook, the program itself.

    Raises
    ------
    StudyError
        If there is no such codebook.
    """
    from aidememoire.codebook.load import BUILTIN
    from aidememoire.report.manifest import package_versions

    codebook = BUILTIN if plan.codebook == "builtin" else Path(plan.codebook_path)
    if not codebook.exists():
        raise plan.error(f"no such codebook: {plan.codebook}", "codebook")
    known = (
        plan.sha256,
        opened.store.digest(),
        plan.actor_table().digest(),
        sorted(package_versions().items()),
        program_sha256(),
    )
    digest = hashlib.sha256(repr(known).encode())
    own = sorted(templates_of(plan).glob("*")) if templates_of(plan).is_dir() else []
    _take(digest, "codebook", codebook)
    for path in own:
        if path.is_file():
            _take(digest, path.name, path)
    return digest.hexdigest()


def _take(digest: hashlib._Hash, name: str, path: Path) -> None:
    """Take name and contents: a renamed template is another one."""
    digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(path.read_bytes()).digest())


def is_done(folder: Path, fingerprint: str) -> bool:
    """Say whether the run before had the same inputs and all its outputs are still as it wrote them."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        same = manifest["study"]["fingerprint"] == fingerprint
        return same and all(sha256_of(folder / name) == sha for name, sha in manifest["outputs"].items())
    except (OSError, ValueError, KeyError, TypeError):
        return False
