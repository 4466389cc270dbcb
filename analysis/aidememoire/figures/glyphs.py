"""Which characters the shipped fonts cannot draw, so that a box is never printed in silence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

__all__ = ["font_folder", "missing_characters"]

_FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}


def font_folder() -> Path:
    """Return the folder of the DejaVu fonts that come with matplotlib.

    Examples
    --------
    >>> (font_folder() / "DejaVuSans.ttf").is_file()
    True
    """
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def missing_characters(texts: Iterable[str], font_folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the characters of ``texts`` that neither DejaVu Sans nor the given fonts can draw, sorted.

    Spaces, controls and joining marks need no glyph and are never listed.

    Parameters
    ----------
    texts
        Any strings.
    font_folders
        Folders with further fonts that the document may use.

    Examples
    --------
    >>> missing_characters(["Лавров, Δένδιας, Peace"])
    ()
    >>> missing_characters(["外交部"])
    ('交', '外', '部')
    """
    wanted = {character for text in texts for character in text if ord(character) > 126}
    drawn = {character for character in wanted if unicodedata.category(character)[0] in "ZC"}
    left = wanted - drawn
    if left:
        left = {character for character in left if ord(character) not in _shipped()}
    for folder in font_folders if left else ():
        covered = _covered(Path(folder))
        left = {character for character in left if ord(character) not in covered}
    return tuple(sorted(left))


@lru_cache(maxsize=1)
def _shipped() -> frozenset[int]:
    return _cmap(font_folder() / "DejaVuSans.ttf")


@lru_cache(maxsize=16)
def _covered(folder: Path) -> frozenset[int]:
    fonts = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FONT_SUFFIXES)
    return frozenset().union(*(_cmap(path) for path in fonts))


def _cmap(path: Path) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(path)).get_charmap())
