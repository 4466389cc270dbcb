"""The chart of an event study: what each day around the event adds, with the placebo dates beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.figures import style
from aidememoire.figures.axis import text_width
from aidememoire.figures.layout import Layout, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aidememoire.events import EventStudy

__all__ = ["plot_event_study"]

Array = np.ndarray[Any, np.dtype[Any]]

PLACEBO = "#8a949d"
# Placebo points stand a little to the right, by so much of the axis, so that neither hides the other.
ASIDE = 0.008
LABEL_SIZE = 6.5
# An interval is shown up to so many times the largest difference; a longer one would flatten everything else.
REACH = 1.6
MOST_NAMED = 6


def plot_event_study(study: EventStudy, *, title: str = "") -> Figure:
    """Draw the difference of each bin of days to the reference days, with its interval.

    Parameters
    ----------
    study
        As ``event_study`` returns it.
    title
        The title of the figure; theme and events if not given.
    """
    event, placebo = (study.days[study.days["kind"] == kind] for kind in ("event", "placebo"))
    low, high = _limits(study.days)
    note = _note(study, event, cut=bool((study.days["low"].lt(low) | study.days["high"].gt(high)).any()))
    heading = title or f"{study.theme} around {_listed(study.names)}"
    with style.house_style():
        figure, ((axes, strip),) = sheet(Layout(columns=1, panel_height=2.2), [""], heading, note)
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.axvline(0, color=style.MARK, linewidth=0.8, linestyle=(0, (3, 2)))
        aside = ASIDE * (event["last_day"].max() - event["first_day"].min() + 1)
        _draw(axes, placebo, PLACEBO, aside, "s")
        _draw(axes, event, style.ACCENT, 0.0, "o")
        axes.set_ylim(low, high)
        _label(axes, strip, event, study.measure)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, colour: str, aside: float, marker: str) -> None:
    rows = rows[rows["difference"].notna()]
    x = _middle(rows) + aside
    difference, low, high = (rows[column].to_numpy() for column in ("difference", "low", "high"))
    wide = (rows["last_day"] > rows["first_day"]).to_numpy()
    axes.vlines(x, low, high, color=colour, linewidth=1.2)
    first, last = (rows[column].to_numpy()[wide] for column in ("first_day", "last_day"))
    axes.hlines(difference[wide], first + aside, last + aside, color=colour, linewidth=1.2)
    known = np.isfinite(low)
    for part, face in ((known, colour), (~known, "white")):
        axes.plot(
            x[part],
            difference[part],
            linestyle="none",
            marker=marker,
            markersize=3.4 if marker == "o" else 2.6,
            markerfacecolor=face,
            markeredgecolor=colour,
            markeredgewidth=0.7,
            clip_on=False,
            zorder=3,
        )


def _label(axes: Axes, strip: Axes, event: pd.DataFrame, measure: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylabel(f"difference, points of share of {measure}", fontsize=LABEL_SIZE)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(100 * value)))
    axes.tick_params(axis="x", length=0, labelbottom=False)
    width = (event["last_day"] - event["first_day"] + 1).to_numpy()
    per_day = event["n_statements"].to_numpy() / width
    strip.bar(_middle(event), per_day, width=width - 0.2, color=style.BARS, linewidth=0)
    full = max(float(per_day.max(initial=0.0)), 1.0)
    strip.set_ylim(0, full)
    strip.set_yticks([full])
    strip.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    strip.tick_params(axis="y", labelsize=5.5, length=1.5, pad=1.5, labelcolor=style.GREY)
    for label in strip.get_yticklabels():
        label.set_verticalalignment("top")
    strip.grid(False)
    first, last = event["first_day"].min() - 0.9, event["last_day"].max() + 0.9
    strip.set_xlim(first, last)
    points = axes.get_position().width * axes.figure.get_figwidth() * 72  # type: ignore[union-attr]
    strip.set_xticks(*_ticks(event, points / (last - first)))


def _ticks(rows: pd.DataFrame, points_per_day: float) -> tuple[list[float], list[str]]:
    """Return places and labels of the bins, those around the day first, as far as none touches another."""
    names = [_name(*span) for span in zip(rows["first_day"], rows["last_day"], strict=True)]
    kept: list[tuple[float, float, str]] = []
    for place, name in sorted(zip(_middle(rows), names, strict=True), key=lambda bin_: (abs(bin_[0]), bin_[0])):
        half = (text_width(name, LABEL_SIZE) / 2 + 1) / points_per_day
        if all(abs(place - other) >= half + other_half for other, other_half, _ in kept):
            kept.append((float(place), half, name))
    return [place for place, _, _ in kept], [name for _, _, name in kept]


def _name(first: int, last: int) -> str:
    return _signed(first) if first == last else f"{_signed(first)} to {_signed(last)}"


def _signed(value: float) -> str:
    return f"{value:+.6g}".replace("-", "\N{MINUS SIGN}") if value else "0"


def _middle(rows: pd.DataFrame) -> Array:
    return np.asarray((rows["first_day"] + rows["last_day"]) / 2)


def _limits(days: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the y axis: every point, and intervals as far as they can be shown beside them."""
    largest = float(days["difference"].abs().max(skipna=True)) if days["difference"].notna().any() else 0.0
    lengths = ((days["high"] - days["low"]) / 2).dropna()
    reach = REACH * largest or float(lengths.max() if len(lengths) else 0.01)
    low = float(np.nanmin([0.0, days["low"].min(), days["difference"].min()]))
    high = float(np.nanmax([0.0, days["high"].max(), days["difference"].max()]))
    room = 0.04 * min(reach, high - low or 0.01)
    return max(low, -reach) - room, min(high, reach) + room


def _listed(names: tuple[str, ...]) -> str:
    """Return names as a list, the first few and how many more."""
    names = tuple(dict.fromkeys(names))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _note(study: EventStudy, event: pd.DataFrame, *, cut: bool) -> str:
    whole = study.effects.set_index("contrast")[["n_occasions", "n_statements"]].to_dict("index")["all"]
    n = whole["n_occasions"]
    parts = [
        f"Across: days from the event. Blue circles: coded {study.measure} as a share of the eligible {study.measure},"
        f" less the share on reference days ({100 * study.reference_share:.2g}%; days {_name(*study.window)} in no bin)"
        " of the same actor and year, in share points.",
        f"Grey squares: the same around dates shifted by {_signed(study.placebo_days)} days.",
        f"Bars: statements per day of the bin, all years together. {n} occasion{'s' * (n > 1)} of"
        f" {_listed(study.actors)} ({whole['n_statements']:,} statements in the event's window;"
        f" {study.n_left_out:,} left out because of other events).",
        "95% interval, occasions as clusters.",
        f"Coder: {study.coder}; coding: {study.codes}; voices: {study.voices.replace('_', ' ')}.",
    ]
    if study.p_shifted is not None:
        parts.append(f"Whole window against {study.n_shifted:,} random dates: p = {study.p_shifted:.3g}.")
    if (study.days["flag"] == "one_occasion").any():
        parts.append("Hollow: one occasion, no interval.")
    if (study.days["flag"] == "no_data").any():
        parts.append("A missing point has no statements.")
    if cut:
        parts.append("Long intervals are cut at the edge.")
    if study.unverified:
        parts.append(f"No published source was found for the calendar's entry {_listed(study.unverified)}.")
    return " ".join(parts)
