"""manifest.json: hashes of everything that went into a run and came out of it."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from aidememoire.export import sha256_of, write_bytes, write_csv

__all__ = ["package_versions", "portable_command", "write_manifest"]

MAX_INPUTS = 2_000
MAIN_PACKAGES = ("aidememoire", "jinja2", "matplotlib", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "typst")


def write_manifest(
    folder: Path,
    *,
    inputs: Mapping[str, str],
    codebook: Mapping[str, str],
    study: Mapping[str, Any],
    versions: Mapping[str, str],
    seed: int | None,
    command: str | Sequence[str],
    outputs: Iterable[Path],
    created: str,
) -> Path:
    """Write ``manifest.json`` into ``folder``: sorted keys, hashes, and ``created`` as its only moment.

    Parameters
    ----------
    folder
        The folder of the run.
    inputs
        Path in the corpus to the SHA-256 of the file. More than 2,000 stand in ``inputs.csv`` beside the
        manifest, which then holds their number and one combined hash.
    codebook, study
        Name, version, ``sha256`` and whatever else identifies them; no absolute paths.
    versions
        As from `package_versions`.
    seed
        The seed of the study, if it has one.
    command
        As given; absolute paths in it are shortened to their last part.
    outputs
        Files of the run, all below ``folder``.
    created
        ISO 8601 timestamp.

    Raises
    ------
    ValueError
        If an input path is absolute or an output lies outside ``folder``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_manifest(Path(folder), inputs={"a.txt": "00"}, codebook={}, study={}, versions={},
    ...         seed=1, command="aidememoire run study.yaml", outputs=[], created="2026-01-01T00:00:00Z")
    ...     json.loads(path.read_text())["inputs"]["files"]
    {'a.txt': '00'}
    """
    folder = Path(folder)
    if absolute := [path for path in inputs if _is_absolute(path)]:
        raise ValueError(f"write_manifest: inputs must be relative paths, got {absolute[0]!r}")
    files = [Path(path) for path in outputs]
    described, extra = _inputs(inputs, folder)
    content = {
        "inputs": described,
        "codebook": dict(codebook),
        "study": dict(study),
        "versions": dict(versions),
        "seed": seed,
        "command": portable_command(command),
        "outputs": {_below(path, folder): sha256_of(path) for path in (*files, *extra)},
        "created": created,
    }
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return write_bytes(text.encode("utf-8", "replace"), folder / "manifest.json")


def package_versions() -> dict[str, str]:
    """Return the versions of Python and the main packages; what is not installed is left out.

    Examples
    --------
    >>> sorted(package_versions())[:2]
    ['aidememoire', 'jinja2']
    """
    found = {"python": platform.python_version()}
    for name in MAIN_PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def portable_command(command: str | Sequence[str]) -> str:
    """Return a command line without the folders of the machine it ran on.

    Examples
    --------
    >>> portable_command("/usr/bin/aidememoire run /data/un/study.yaml --out=/tmp/out")
    'aidememoire run study.yaml --out=out'
    """
    words = shlex.split(command) if isinstance(command, str) else list(command)
    return shlex.join(_portable(word) for word in words)


def _portable(word: str) -> str:
    option, sign, value = word.partition("=")
    if sign and option.startswith("-"):
        return f"{option}={_portable(value)}"
    if not _is_absolute(word):
        return word
    return (PureWindowsPath(word) if PureWindowsPath(word).drive else PurePosixPath(word)).name or "."


def _is_absolute(path: str) -> bool:
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def _inputs(inputs: Mapping[str, str], folder: Path) -> tuple[dict[str, Any], list[Path]]:
    ordered = dict(sorted(inputs.items()))
    # Lines as sha256sum writes them, so that anybody can recompute the combined hash.
    lines = "".join(f"{digest}  {path}\n" for path, digest in ordered.items())
    described: dict[str, Any] = {
        "n": len(ordered),
        "sha256": hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest(),
    }
    if len(ordered) <= MAX_INPUTS:
        return {**described, "files": ordered}, []
    import pandas as pd

    table = pd.DataFrame({"source_path": list(ordered), "sha256": list(ordered.values())})
    return {**described, "listed_in": "inputs.csv"}, [write_csv(table, folder / "inputs.csv")]


def _below(path: Path, folder: Path) -> str:
    full, root = path.resolve(), folder.resolve()
    if not full.is_relative_to(root):
        raise ValueError(f"write_manifest: the output {path.name!r} lies outside the folder of the run")
    return full.relative_to(root).as_posix()
