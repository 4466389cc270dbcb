"""One panel as inline SVG: the line with its interval, the denominator as bars; numbers in, markup out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.axis import TimeAxis
from aidememoire.report.payload import count

if TYPE_CHECKING:
    from aidememoire.figures.panels import Panel

__all__ = ["Frame", "Words", "bars_svg", "panel_svg", "y_ticks"]

LABEL, SMALL_LABEL = 9.5, 8.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Measures of a panel in its own units; the page scales it."""

    width: float = 300
    height: float = 160
    left: float = 40
    right: float = 8
    top: float = 8
    gap: float = 9
    strip: float = 20
    foot: float = 16

    @property
    def across(self) -> float:
        """Width of the plot."""
        return self.width - self.left - self.right

    @property
    def floor(self) -> float:
        """Where the zero of the line stands."""
        return self.height - self.foot - self.strip - self.gap


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader who cannot see the panel is told, and the id that ties it to the panel."""

    ident: str
    title: str
    description: str


def panel_svg(
    panel: Panel,
    axis: TimeAxis,
    words: Words,
    rows: Mapping[int, int],
    *,
    top: float,
    percent: bool,
    frame: Frame,
) -> str:
    """Return ``panel`` as an ``svg`` element.

    Parameters
    ----------
    panel, axis
        As the figures on paper draw them.
    words
        Title and description.
    rows
        Position on the axis to the row of the table behind the chart, which each point names.
    top
        Where the vertical axis ends; an interval that reaches above is cut there.
    percent
        Whether the axis counts percent.
    frame
        Measures.
    """
    xs = _places(axis, frame)
    body = [
        _grid(top, percent, frame),
        _strip(panel, xs, axis, frame),
        _band(panel, xs, top, frame),
        _line(panel, xs, top, frame),
        _points(panel, xs, rows, top, frame),
    ]
    if not np.isfinite(panel.share).any():
        middle = frame.left + frame.across / 2
        body.append(_text("no data", middle, (frame.top + frame.floor) / 2, "middle", style.GREY))
    return _svg(words, frame, "".join(body))


def bars_svg(values: Sequence[tuple[str, float]], axis: TimeAxis, words: Words) -> str:
    """Return counts by period as bars; the tallest is named at the axis."""
    frame = Frame(width=640, height=130, strip=98, gap=0)
    tallest = max((value for _, value in values), default=0.0)
    xs = _places(axis, frame)
    heights = np.zeros(len(xs))
    for period, value in values:
        heights[axis.position[period] - axis.first] = value
    return _svg(words, frame, _bars(heights, tallest, xs, frame) + _feet(axis, xs, frame))


def y_ticks(top: float) -> list[float]:
    """Return three to five round values from zero up to at most ``top``.

    Examples
    --------
    >>> [round(value, 3) for value in y_ticks(0.137)]
    [0.0, 0.05, 0.1]
    """
    if not math.isfinite(top) or top <= 0:
        return [0.0]
    unit = 10.0 ** math.floor(math.log10(top))
    step = next(factor * unit for factor in (0.25, 0.5, 1, 2.5) if top / (factor * unit) < 5)
    return [step * n for n in range(math.floor(top / step + 1e-9) + 1)]


def _svg(words: Words, frame: Frame, body: str) -> str:
    title, description = (escape(text) for text in (words.title, words.description))
    return (
        f'<svg role="img" viewBox="0 0 {frame.width:g} {frame.height:g}" overflow="visible" '
        f'aria-labelledby="{words.ident}-t {words.ident}-d" font-size="{LABEL}">'
        f'<title id="{words.ident}-t">{title}</title><desc id="{words.ident}-d">{description}</desc>{body}</svg>'
    )


def _places(axis: TimeAxis, frame: Frame) -> list[float]:
    n = axis.last - axis.first + 1
    return [frame.left + frame.across * (k + 0.6) / (n + 0.2) for k in range(n)]


def _height(value: float, top: float, frame: Frame) -> float:
    return frame.floor - (frame.floor - frame.top) * min(value, top) / top


def _text(text: str, x: float, y: float, anchor: str, fill: str = style.INK, size: float = LABEL) -> str:
    sized = f' font-size="{size:g}"' if size != LABEL else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{sized}>{escape(text)}</text>'


def _grid(top: float, percent: bool, frame: Frame) -> str:
    marks = []
    for value in y_ticks(top):
        y = _height(value, top, frame)
        marks.append(f'<path d="M{frame.left:g} {y:.1f}h{frame.across:g}" stroke="#e3e7ea"/>')
        label = f"{100 * value:.6g}%" if percent else f"{value:.6g}"
        marks.append(_text(label, frame.left - 4, y + 3.2, "end"))
    return "".join(marks) + f'<path d="M{frame.left:g} {frame.floor:g}h{frame.across:g}" stroke="{style.GREY}"/>'


def _strip(panel: Panel, xs: Sequence[float], axis: TimeAxis, frame: Frame) -> str:
    return _bars(panel.n, float(panel.n.max(initial=0.0)), xs, frame) + _feet(axis, xs, frame)


def _bars(heights: np.ndarray, tallest: float, xs: Sequence[float], frame: Frame) -> str:
    if tallest <= 0:
        return ""
    foot, wide = frame.height - frame.foot, max(0.6, 0.8 * frame.across / len(xs))
    drawn = [
        f"M{x - wide / 2:.1f} {foot:g}v-{frame.strip * n / tallest:.1f}h{wide:.1f}V{foot:g}"
        for x, n in zip(xs, heights, strict=True)
        if n > 0
    ]
    label = _text(count(tallest), frame.left - 4, foot - frame.strip + 6, "end", style.GREY, SMALL_LABEL)
    # Grey of the text, not the paler one of the paper: bars must stand out from white for weak eyes.
    return f'<path d="{"".join(drawn)}" fill="{style.GREY}"/>{label}'


def _feet(axis: TimeAxis, xs: Sequence[float], frame: Frame) -> str:
    foot = frame.height - frame.foot
    ticks = axis.ticks(frame.across, LABEL)
    labels = [_text(tick.label, xs[tick.position - axis.first], foot + 11.5, "middle") for tick in ticks]
    return f'<path d="M{frame.left:g} {foot:g}h{frame.across:g}" stroke="{style.GREY}"/>' + "".join(labels)


def _runs(known: Iterable[bool]) -> list[list[int]]:
    """Positions of unbroken runs: a gap is a gap."""
    marked = groupby(enumerate(known), key=lambda pair: bool(pair[1]))
    return [[place for place, _ in run] for is_known, run in marked if is_known]


def _band(panel: Panel, xs: Sequence[float], top: float, frame: Frame) -> str:
    drawn = []
    for run in _runs(np.isfinite(panel.low) & np.isfinite(panel.high)):
        upper = [f"{xs[k]:.1f} {_height(panel.high[k], top, frame):.1f}" for k in run]
        lower = [f"{xs[k]:.1f} {_height(panel.low[k], top, frame):.1f}" for k in reversed(run)]
        if len(run) == 1:
            # A band needs two neighbours: a lone point would lose its interval.
            upper = [f"{xs[run[0]] + step:.1f} {upper[0].split()[1]}" for step in (-1.5, 1.5)]
            lower = [f"{xs[run[0]] + step:.1f} {lower[0].split()[1]}" for step in (1.5, -1.5)]
        drawn.append("M" + "L".join([*upper, *lower]) + "Z")
    edge = f'stroke="{style.ACCENT}" stroke-opacity=".4" stroke-width=".5"'
    return f'<path d="{"".join(drawn)}" fill="{style.BAND}" {edge}/>' if drawn else ""


def _line(panel: Panel, xs: Sequence[float], top: float, frame: Frame) -> str:
    drawn = [
        "M" + "L".join(f"{xs[k]:.1f} {_height(panel.share[k], top, frame):.1f}" for k in run)
        for run in _runs(np.isfinite(panel.share))
        if len(run) > 1
    ]
    return f'<path d="{"".join(drawn)}" fill="none" stroke="{style.ACCENT}" stroke-width="1.4"/>' if drawn else ""


def _points(panel: Panel, xs: Sequence[float], rows: Mapping[int, int], top: float, frame: Frame) -> str:
    crowd = len(xs) / frame.across
    radius = 2.6 if crowd < 0.12 else 2.0 if crowd < 0.25 else 1.4
    circles = []
    for k in np.flatnonzero(np.isfinite(panel.share)).tolist():
        hollow = ' fill="#fff"' if panel.small[k] else ""
        y = _height(panel.share[k], top, frame)
        circles.append(
            f'<circle cx="{xs[k]:.1f}" cy="{y:.1f}" r="{radius}" data-row="{rows[int(panel.x[k])]}"{hollow}/>'
        )
    return f'<g class="points" fill="{style.ACCENT}" stroke="{style.ACCENT}">{"".join(circles)}</g>'
