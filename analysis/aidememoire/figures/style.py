"""The house style: one accent colour, sizes that hold at the width of a printed text column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["ACCENT", "BAND", "BARS", "GREY", "HOUSE", "INK", "MARK", "SAME_BYTES", "house_style"]

# Dark blue and burnt orange stay apart for every common colour blindness, and in lightness for grey print.
ACCENT = "#1f4e79"
BAND = "#c6d6e5"  # opaque: transparency prints badly and bloats the PDF
BARS = "#a9b3bd"
MARK = "#b3541e"
INK = "#222222"
GREY = "#5f6b76"

HOUSE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # shipped with matplotlib, so every machine draws the same letters
    "font.size": 7.5,
    "text.color": INK,
    "text.parse_math": False,  # a "$" in a name is a dollar sign
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e3e7ea",
    "grid.linewidth": 0.5,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "path.simplify": False,
}

# How a file is written, whatever style it is drawn in.
SAME_BYTES: dict[str, Any] = {
    "svg.fonttype": "path",  # the SVG looks the same where its font is not installed
    "svg.hashsalt": "aidememoire",  # ids inside the SVG are the same on every run
    "pdf.fonttype": 42,  # whole outlines: printers refuse Type 3
    "ps.fonttype": 42,
    "savefig.bbox": None,  # "tight" would cut the sheet to another width than was asked for
}

_OFF: ContextVar[bool] = ContextVar("the house style is switched off", default=False)


@contextmanager
def house_style(style: bool = True) -> Iterator[None]:
    """Hold the house style for the length of a ``with`` block, or switch it off there.

    Parameters
    ----------
    style
        ``False`` leaves matplotlib as it is set (a ``matplotlibrc``, ``plt.style.use``), also for every figure of
        this package that is drawn and saved inside the block. Sizes of text that a layout depends on, and the
        colours of what is measured, stay.

    Examples
    --------
    >>> import matplotlib
    >>> with house_style():
    ...     matplotlib.rcParams["font.size"]
    7.5
    >>> with house_style(style=False), house_style():
    ...     matplotlib.rcParams["font.size"] == matplotlib.rcParamsDefault["font.size"]
    True
    """
    import matplotlib

    if not style or _OFF.get():
        token = _OFF.set(True)
        try:
            yield
        finally:
            _OFF.reset(token)
        return
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a reader's own matplotlibrc must not change the bytes
        settings: Any = matplotlib.rcParams
        settings.update(HOUSE)
        yield
