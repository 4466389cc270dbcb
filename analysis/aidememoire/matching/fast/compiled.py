"""Where the compiled kernels come from: imported late, kept on disk, compiled anew only where nothing is kept."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path
from types import ModuleType

from aidememoire.kept import cache_folders
from aidememoire.kept import is_private as _private
from aidememoire.kept import is_writable as _writable

__all__ = ["is_compiled", "kernels"]

_KERNELS = {"scan": ("scan", "intern", "place"), "phrases": ("phrases",), "joins": ("joins",)}
_FOLDER = Path(__file__).parent


def kernels(name: str, *, on_compile: Callable[[], None] | None = None) -> ModuleType:
    """Import a module of kernels (``scan``, ``phrases`` or ``joins``), which loads numba.

    Parameters
    ----------
    name
        Of the module.
    on_compile
        Called before the import if something must be compiled, which takes seconds.
    """
    path = f"aidememoire.matching.fast.{name}"
    if path in sys.modules:
        return import_module(path)  # which waits for another thread that is still compiling it
    if on_compile and not is_compiled():
        on_compile()
    _choose_cache()
    return import_module(path)


def is_compiled() -> bool:
    """Say whether machine code of every kernel is kept, without loading numba."""
    return all(_is_kept(_FOLDER / f"{module}.py", names) for module, names in _KERNELS.items())


def _is_kept(source: Path, names: tuple[str, ...]) -> bool:
    written = source.stat().st_mtime
    for folder in _cache_folders():
        kept = [list(folder.rglob(f"{source.stem}.{name}-*.nbi")) for name in names]
        if all(any(index.stat().st_mtime >= written for index in found) for found in kept):
            return True
    return False


def _cache_folders() -> list[Path]:
    """Where machine code may lie, in order: the user's choice or beside the source, user cache, temporary files."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return [Path(chosen)]
    return [_FOLDER / "__pycache__", *cache_folders()]


def _choose_cache() -> None:
    # numba itself gives up where neither the source's folder nor the user's can be written.
    if os.environ.get("NUMBA_CACHE_DIR") or util.find_spec("numba") is None:
        return
    beside, *others = _cache_folders()
    if _writable(beside):
        return
    from numba import config

    kept = next((folder for folder in others if _writable(folder) and _private(folder)), None)
    config.CACHE_DIR = str(kept or tempfile.mkdtemp(prefix="aidememoire-"))  # type: ignore[attr-defined]
