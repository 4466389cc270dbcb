"""Two charts of comparison: the words that set two groups apart, and the themes that go together."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.figures import style
from aidememoire.figures.glyphs import missing_characters
from aidememoire.figures.layout import NOTE_CHARACTERS, NOTE_LINE, NOTE_SIZE, TITLE_CHARACTERS, WIDTH, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aidememoire.contrast import Cooccurrence, Keyness

__all__ = ["key_words", "plot_cooccurrence", "plot_keyness"]

LEVEL = 0.05
ROW, WORD_CHARACTERS = 0.155, 26  # inches a word; characters of the longest pair shown whole
# Ratios beyond these have the darkest colour.
MOST_RATIO = 8.0
MANY = 0.5


def key_words(keyness: Keyness, n: int = 15) -> pd.DataFrame:
    """Return the rows that `plot_keyness` draws: of each side the ``n`` words with the largest z among q <= 0.05.

    Words whose difference within strata points the other way than their log odds are not drawn.
    """
    table = keyness.table
    found = table[(table["q_value"] <= LEVEL) & (np.sign(table["z"]) == np.sign(table["log_odds"]))]
    best: pd.DataFrame = (
        found.sort_values("z", key=abs, ascending=False, kind="stable").groupby("side", sort=True).head(n)
    )
    return best.sort_values("log_odds", ascending=False, kind="stable").reset_index(drop=True)


def plot_keyness(keyness: Keyness, *, n: int = 15, title: str = "") -> Figure:
    """Draw the words that set two groups apart: log odds with 95% intervals, the words of ``a`` above.

    Parameters
    ----------
    keyness
        As `aidememoire.contrast.keyness` returns it.
    n
        Words a side, at most.
    title
        The title of the figure, as it shall stand.
    """
    rows = key_words(keyness, n)
    words = [textwrap.shorten(word, WORD_CHARACTERS, placeholder="…") for word in rows["word"]]
    note = _keyness_note(keyness, rows, n, title)
    with style.house_style():
        figure, axes = _page(max(4, len(rows)) * ROW + 0.35, title, note, left=1.5, right=2.0, head=0.24, foot=0.36)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        for at, row in enumerate(rows.to_dict("records")):
            colour, marker = (style.ACCENT, "o") if row["side"] == "a" else (style.MARK, "s")
            axes.plot([row["low"], row["high"]], [at, at], color=colour, linewidth=1.0, solid_capstyle="butt")
            axes.plot([row["log_odds"]], [at], marker, color=colour, markersize=3.6)
            axes.annotate(
                f"{row['n_a']:,} : {row['n_b']:,}   ({row['statements_a']:,} : {row['statements_b']:,})",
                (1.02, at), xycoords=("axes fraction", "data"), fontsize=5.6, va="center", color=style.GREY,
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), words)
        axes.set_ylim(max(4, len(rows)) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        _heads(axes, keyness, rows)
    return figure


def plot_cooccurrence(
    cooccurrence: Cooccurrence, titles: Mapping[str, str] | None = None, *, title: str = ""
) -> Figure:
    """Draw how many times more often than by chance two themes go together: a heat map, definitional pairs hatched.

    Parameters
    ----------
    cooccurrence
        As `aidememoire.contrast.cooccurrence` returns it.
    titles
        Theme id to title; the ids in words if not given.
    title
        The title of the figure, as it shall stand.
    """
    themes = list(cooccurrence.themes)
    known = titles or {}
    names = [known.get(theme, theme.replace("_", " ")) for theme in themes]
    side = min(4.4, 0.34 * max(3, len(themes)))
    with style.house_style():
        note = _cooccurrence_note(cooccurrence, [*names, title])
        figure, axes = _page(side + 0.1, title, note, left=1.75, right=WIDTH - 1.75 - side, head=0.06, foot=1.15)
        place = {theme: at for at, theme in enumerate(themes)}
        for row in cooccurrence.table.to_dict("records"):
            _cell(axes, row, place[row["theme_a"]], place[row["theme_b"]])
        axes.set_xlim(-0.5, max(1, len(themes) - 1) - 0.5)
        axes.set_ylim(max(2, len(themes)) - 0.5, 0.5)
        axes.grid(False)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xticks(range(len(themes) - 1), [shorten(name, 1.35) for name in names[:-1]], rotation=90, fontsize=6)
        axes.set_yticks(range(1, len(themes)), [shorten(name, 1.65) for name in names[1:]], fontsize=6)
    return figure


def _page(
    body: float, title: str, note: str, *, left: float, right: float, head: float, foot: float
) -> tuple[Figure, Axes]:
    """A figure with title and note, and axes of ``body`` inches between them; all measures in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    title_lines = textwrap.wrap(title, TITLE_CHARACTERS, max_lines=2, placeholder="…")
    top = 0.17 * len(title_lines) + head
    note_lines = textwrap.wrap(note, NOTE_CHARACTERS)
    below = NOTE_LINE * len(note_lines) + 0.12 + foot
    height = top + body + below
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    x_text = 0.06 / WIDTH
    if title_lines:
        figure.text(x_text, 1 - 0.05 / height, "\n".join(title_lines), va="top", fontsize=9, fontweight="bold")
    figure.text(x_text, 0.05 / height, "\n".join(note_lines), va="bottom", fontsize=NOTE_SIZE, color=style.GREY)
    axes = figure.add_axes((left / WIDTH, below / height, (WIDTH - left - right) / WIDTH, body / height))
    return figure, axes


def _heads(axes: Axes, keyness: Keyness, rows: pd.DataFrame) -> None:
    if rows.empty:
        axes.set_xticks([])
        axes.spines[:].set_visible(False)
        said = f"No word is key at q ≤ {LEVEL} ({len(keyness.table):,} words compared)."
        axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", va="center", fontsize=7.5)
        return
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    reach = 1.08 * max(0.1, float(np.nanmax(np.abs(rows[["low", "high", "log_odds"]].to_numpy()))))
    axes.set_xlim(-reach, reach)
    axes.set_xlabel("log-odds ratio", fontsize=6.5)
    width = (WIDTH - 3.5) / 2
    for name, x, align, colour in (
        (keyness.names[1], 0.0, "left", style.MARK),
        (keyness.names[0], 1.0, "right", style.ACCENT),
    ):
        arrow = f"← {shorten(name, width)}" if align == "left" else f"{shorten(name, width)} →"
        axes.annotate(
            arrow, (x, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", ha=align, va="bottom",
            fontsize=6.5, color=colour, fontweight="bold",
        )  # fmt: skip
    axes.annotate(
        "uses (statements), a : b", (1.02, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points",
        va="bottom", fontsize=6, color=style.GREY,
    )  # fmt: skip


def _keyness_note(keyness: Keyness, rows: pd.DataFrame, n: int, title: str) -> str:
    within = f" within {', '.join(keyness.within)}" if keyness.within else ""
    unit = "their eligible sentences"
    if keyness.theme:
        unit = f"their sentences coded {keyness.theme}"
        if keyness.unit == "statements":
            unit = f"the eligible sentences of those with a sentence coded {keyness.theme}"
    parts = [
        f"a (circles): {keyness.names[0]}, {keyness.n_words[0]:,} words of {keyness.n_statements[0]:,} statements;"
        f" b (squares): {keyness.names[1]}, {keyness.n_words[1]:,} words of {keyness.n_statements[1]:,} statements.",
        f"Words of {unit}; log-odds ratio with a prior of {keyness.prior:,.0f} words at the rates of both.",
        "95% interval, sampling of statements only; wider than the test where a word is missing on a side.",
        f"Drawn: of the {len(keyness.table):,} words in at least {keyness.min_statements} statements those with"
        f" q ≤ {LEVEL} ({keyness.draws:,} permutations of statements{within}), at most {n} a side by z.",
        f"Coder: {keyness.coder}; coding: {keyness.codes}; voices: {keyness.voices.replace('_', ' ')}."
        if keyness.theme
        else f"Voices: {keyness.voices.replace('_', ' ')}.",
    ]
    return " ".join([*parts, *_boxes([*rows["word"], *keyness.names, title])])


def _cell(axes: Axes, row: Mapping[Hashable, Any], first: int, second: int) -> None:
    from matplotlib.patches import Rectangle

    definitional, ratio, q = row["definitional"], row["ratio"], row["q_value"]
    colour: str | tuple[float, float, float] = "white"
    if definitional:
        colour = "#eef0f2"
    elif np.isfinite(q) and q <= LEVEL:
        colour = _shade(ratio)
    box = (first - 0.5, second - 0.5)
    hatch = "/////" if definitional else None
    axes.add_patch(
        Rectangle(box, 1, 1, facecolor=colour, edgecolor=style.BARS, linewidth=0.4, hatch=hatch, clip_on=False)
    )
    if definitional:
        return
    said = _said(row)
    dark = np.isfinite(q) and q <= LEVEL and abs(np.log2(max(ratio, 1 / MOST_RATIO))) > 2
    ink = "white" if dark else style.INK if np.isfinite(q) and q <= LEVEL else style.GREY
    axes.text(first, second, said, ha="center", va="center", fontsize=5.2, color=ink)


def _said(row: Mapping[Hashable, Any]) -> str:
    ratio, same, both = row["ratio"], row["n_same_words"], row["n_both"]
    if not np.isfinite(ratio):
        return "–"
    shown = f"{ratio:.0f}" if ratio >= 9.95 or ratio == 0 else f"{ratio:.1f}"
    return f"{shown}*" if pd.notna(same) and both and same > MANY * both else shown


def _shade(ratio: float) -> tuple[float, float, float]:
    """White for 1, towards blue for more than chance and orange for less."""
    from matplotlib.colors import to_rgb

    step = np.log2(np.clip(ratio, 1 / MOST_RATIO, MOST_RATIO)) / np.log2(MOST_RATIO)
    end = np.array(to_rgb(style.ACCENT if step > 0 else style.MARK))
    red, green, blue = (1 - abs(step)) * np.ones(3) + abs(step) * end
    return float(red), float(green), float(blue)


def _cooccurrence_note(found: Cooccurrence, names: list[str]) -> str:
    one, many = ("sentence", "statements") if found.within == "sentence" else ("statement", "blocks")
    moved = "shifted" if found.null == "shift" else "shuffled"
    among = "its statement" if one == "sentence" else "those of the same actor, language and length"
    parts = [
        f"Number: {one}s coded with both themes over the number expected when the codes of one are {moved} within"
        f" {among}; blue more, orange less.",
        f"Coloured: q ≤ {LEVEL}; grey numbers are not told from chance; –: a theme is missing.",
        "Hatched: together by definition of the codebook, not tested.",
    ]
    if one == "sentence":
        parts.append("*: in more than half of the sentences the same words are hits of both themes.")
    parts.append(f"Denominator: {found.n_units:,} eligible {one}s in {found.n_blocks:,} {many}.")
    parts.append(f"Coder: {found.coder}; coding: {found.codes}; voices: {found.voices.replace('_', ' ')}.")
    return " ".join([*parts, *_boxes(names)])


def _boxes(texts: list[str]) -> list[str]:
    boxes = missing_characters(texts)
    return [f"The font has no glyph for {len(boxes)} of the characters used."] if boxes else []
