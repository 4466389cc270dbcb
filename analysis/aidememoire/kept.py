"""Derived forms kept from run to run in the user's cache; whatever cannot be proved right is made anew.

A kept form stands under a key that names all it was made from, the program's own sources among it, so an edit of
either is never answered with what was made before it. Files that are damaged, foreign or open to others are passed
over, and a folder that cannot be written costs time only.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

__all__ = ["cache_folders", "is_private", "is_writable", "keep", "kept", "key_of"]

# The newest forms of one name that stay; each edit of a codebook leaves one.
MOST = 8

_PACKAGE = Path(__file__).parent
_READERS = ("pydantic.version", "ruamel.yaml")
_DIGEST = hashlib.sha256().digest_size


def key_of(*parts: bytes) -> str:
    """Return the key of what this program makes of ``parts``; another version of the program has another key."""
    digest = hashlib.sha256(_PROGRAM)
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def kept(name: str, key: str) -> bytes | None:
    """Return what was kept under ``name`` and ``key``, or None where nothing whole and trusted is found."""
    for folder in cache_folders():
        with suppress(OSError):
            if not is_private(folder):
                continue
            written = (folder / f"{name}-{key}").read_bytes()
            form = written[_DIGEST:]
            if _seal(key, form) == written[:_DIGEST]:
                return form
    return None


def keep(name: str, key: str, form: bytes) -> None:
    """Keep ``form`` where only this user can write, or nowhere."""
    folder = next((folder for folder in cache_folders() if is_writable(folder) and is_private(folder)), None)
    # Sources that were edited meanwhile are not those that made the form.
    if folder is None or _program() != _PROGRAM:
        return
    with suppress(OSError):
        # Written aside and moved: another process sees the whole form or none.
        handle, aside = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_seal(key, form) + form)
            Path(aside).replace(folder / f"{name}-{key}")
        finally:
            Path(aside).unlink(missing_ok=True)
        by_age = sorted(folder.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime)
        for old in by_age[:-MOST]:
            old.unlink(missing_ok=True)


def cache_folders() -> list[Path]:
    """Return where forms may lie, in order: the user's cache, temporary files."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    owner = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return [user / "aidememoire", Path(tempfile.gettempdir()) / f"aidememoire-{owner}"]


def is_private(folder: Path) -> bool:
    """Say whether nobody else can have put anything there: what is kept is trusted when it is loaded."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def is_writable(folder: Path) -> bool:
    """Say whether ``folder`` can be written, after making it where it is absent."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _seal(key: str, form: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(form)
    return digest.digest()


def _program() -> bytes:
    """Hash of all that decides what is made: Python, with its tables of characters, the readers, our own sources."""
    digest = hashlib.sha256(sys.version.encode())
    # Asking for the versions of packages takes longer than all the rest; these files state them.
    stated = [Path(spec.origin) for name in _READERS if (spec := find_spec(name)) and spec.origin]
    for path in (*stated, *sorted(_PACKAGE.rglob("*.py"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


_PROGRAM = _program()
