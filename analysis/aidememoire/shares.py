"""Counts to series: the share of sentences or statements that carry a theme, by period and group.

A period without anything eligible is ``no_data``, never zero. What is eligible is said in ``counting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Measure, Method, Period, StanceSet, VoiceSet, Weighting
from aidememoire.counting import VOICES, check_choice, count_statements
from aidememoire.errors import SeriesError
from aidememoire.frames import checked
from aidememoire.intervals import effective_size, intraclass_correlation, wilson
from aidememoire.periods import all_periods

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["SMALL_N", "VOICES", "Series", "series"]

# Fewer statements than this in a cell are flagged: its interval rests on the pooled correlation almost alone.
SMALL_N = 5

# As the table calls what was measured.
_NAMES: Mapping[Measure, str] = {
    "sentences": "sentences",
    "statements": "statements",
    "words": "per 1,000 words",
    "counts": "counts",
}
PER_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Series:
    """Shares by period and group, with the per-statement counts they come from.

    Attributes
    ----------
    table
        The ``series`` table, with the columns of ``by`` after ``period``.
    counts
        One row a statement: statement_id, date, period, the columns of ``by``, actor, speaker, role, agency, kind,
        language, n_sentences, n_words where words are the denominator, and per theme the number of coded sentences,
        missing where no rule of the theme reads the statement's language. Resampling statements needs these; an
        aggregate alone is not enough.
    themes
        The themes counted, in the order of the codebook.
    period, by, voices, codes, stances, measure, count, weighting, window, coder
        What was asked for.
    correlation
        The pooled intraclass correlation of each theme.
    n_undated, n_duplicates
        Statements left out because no date was proved, or because they repeat another one (counting events: because
        another statement stands for their event).
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    themes: tuple[str, ...]
    period: Period
    by: tuple[str, ...]
    voices: VoiceSet
    codes: Codes
    stances: StanceSet
    measure: Measure
    count: Count
    weighting: Weighting
    window: int
    coder: str
    correlation: Mapping[str, float]
    n_undated: int
    n_duplicates: int


def series(
    coding: Coding,
    *,
    period: Period = "year",
    by: Sequence[str] = (),
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    measure: Measure = "sentences",
    count: Count = "statements",
    weighting: Weighting = "sentence",
    window: int = 1,
    only: Mapping[str, Sequence[str]] | None = None,
    coder: Method | None = None,
) -> Series:
    """Return the share of each theme by period and group.

    Parameters
    ----------
    coding
        A coded corpus.
    period
        Calendar period; a finer one than the dates are known to is refused.
    by
        Columns of the statements table to group by, for instance ``["actor"]``.
    voices
        Whose words count. A sentence whose voice is not determined counts in every set.
    codes
        ``strict`` counts code 2, ``lenient`` counts 1 and 2.
    stances
        ``asserts`` leaves out codes whose sentence denies the theme or reports it as the words of others; the
        denominator stays. See docs/voices.md for how well that is told.
    measure
        Share of eligible ``sentences``, or of ``statements`` with at least one eligible sentence; coded sentences per
        1,000 ``words`` of eligible sentences; or their ``counts``, whose interval takes the number of eligible
        sentences as given.
    count
        ``statements`` leaves out those that repeat an earlier one of their actor (``duplicate_of``). ``events`` keeps
        one statement of each event: the issuer's own text before a wire story, then the earliest. Grouped by actor,
        a joint text counts once for each of its actors: both said it.
    weighting
        Whether each ``sentence`` of a cell weighs the same, or each ``statement`` however long, or each ``actor``
        however much it said.
    window
        Periods that each point looks at, an odd number: itself and as many before as behind. Neighbouring points then
        share statements.
    only
        Keep statements whose column has one of the values, for instance ``{"actor": ["RUS", "CHN"]}``.
    coder
        Whose codes: ``rules``, or the method that the corpus was coded with, which is the default. In the quoted part
        of a mixed sentence (``voices="own_words"``) the rules speak in any case, and ``stances`` knows theirs only.

    Raises
    ------
    SeriesError
        If a choice or column does not exist, or dates are too coarse for the period.
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    _check(measure, weighting, window, period)
    counted = count_statements(
        coding,
        period=period,
        by=by,
        voices=voices,
        codes=codes,
        stances=stances,
        count=count,
        only=only,
        coder=coder,
        words=measure == "words",
    )
    themes = coding.codebook.theme_ids
    table, correlation = _table(counted.table, themes, by, _Asked(period, measure, weighting, window))
    described = table.assign(
        coder=counted.coder, coding=codes, voices=voices, measure=_NAMES[measure], weighting=weighting
    )
    for column in ("corrected_share", "corrected_low", "corrected_high"):
        described[column] = np.nan
    for column in ("coder", "coding", "voices", "measure", "weighting"):
        described[column] = described[column].astype("str")
    return Series(
        table=checked(described, "series", by),
        counts=counted.table,
        themes=themes,
        period=period,
        by=by,
        voices=voices,
        codes=codes,
        stances=stances,
        measure=measure,
        count=count,
        weighting=weighting,
        window=window,
        coder=counted.coder,
        correlation=correlation,
        n_undated=counted.n_undated,
        n_duplicates=counted.n_duplicates,
    )


def _check(measure: Measure, weighting: Weighting, window: int, period: Period) -> None:
    check_choice("measure", measure, Measure)
    check_choice("weighting", weighting, Weighting)
    if window < 1 or window % 2 == 0:
        raise SeriesError(f"series: window must be an odd number of periods (1, 3, 5, ...); {window!r} was given")
    if window > 1 and period == "all":
        raise SeriesError("series: period 'all' is one period, over which no window slides; leave window=1")
    if measure == "counts" and weighting != "sentence":
        raise SeriesError("series: counts are sums and have no weighting; leave weighting='sentence'")


@dataclass(frozen=True, slots=True)
class _Asked:
    period: Period
    measure: Measure
    weighting: Weighting
    window: int


def _table(
    counts: pd.DataFrame, themes: tuple[str, ...], by: tuple[str, ...], asked: _Asked
) -> tuple[pd.DataFrame, dict[str, float]]:
    groups = counts[list(by)].drop_duplicates().sort_values(list(by)) if by else pd.DataFrame(index=[0])
    labels = all_periods(counts["period"], asked.period)
    grid = groups.merge(pd.DataFrame({"period": pd.Series(labels, dtype="str")}), how="cross")
    cells = counts[["period", *by]].merge(grid.reset_index(names="cell"), on=["period", *by], how="left")["cell"]
    cell = cells.to_numpy().astype(np.int64)
    actors = pd.factorize(counts["actor"])[0]
    parts, correlation = [], {}
    for theme in themes:
        read = np.flatnonzero(counts[theme].notna())
        statements = _units(counts.iloc[read], theme, asked.measure)
        correlation[theme] = intraclass_correlation(statements["coded"], statements["size"], cell[read])
        row, place = _slid(cell[read], asked.window, max(1, len(labels)))
        seen = {name: values[row] for name, values in statements.items()}
        parts.append(_rows(grid.assign(theme=theme), seen, place, actors[read[row]], correlation[theme], asked))
    return pd.concat(parts, ignore_index=True).astype({"theme": "str", "flag": "str"}), correlation


def _units(counts: pd.DataFrame, theme: str, measure: Measure) -> dict[str, np.ndarray]:
    """Of each statement: how many units it has, how many of them are coded, and its sentences and words."""
    sentences = counts["n_sentences"].to_numpy().astype(np.float64)
    coded = counts[theme].to_numpy().astype(np.float64)
    words = counts["n_words"].to_numpy().astype(np.float64) if "n_words" in counts else np.zeros(len(counts))
    size = sentences
    if measure == "statements":
        size, coded = np.ones_like(sentences), np.minimum(coded, 1.0)
    elif measure == "words":
        # A coded sentence is one event among the words; a sentence has at least a word for each.
        size = np.maximum(words, coded)
    return {"size": size, "coded": coded, "sentences": sentences, "words": words}


def _slid(cell: np.ndarray, window: int, n_periods: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and the cells they count in: a statement stands in each window that holds its period."""
    rows, places = [], []
    for shift in range(-(window // 2), window // 2 + 1):
        period = cell % n_periods + shift
        inside = np.flatnonzero((period >= 0) & (period < n_periods))
        rows.append(inside)
        places.append(cell[inside] + shift)
    return np.concatenate(rows), np.concatenate(places)


def _rows(
    base: pd.DataFrame,
    seen: Mapping[str, np.ndarray],
    cell: np.ndarray,
    actors: np.ndarray,
    correlation: float,
    asked: _Asked,
) -> pd.DataFrame:
    """Rows of one theme; ``cell`` and ``actors`` belong to the statements in ``seen``."""

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, len(base))

    weights = _weights(seen["size"], cell, actors, asked.weighting)
    whole, coded = total(weights * seen["size"]), total(weights * seen["coded"])
    share = np.divide(coded, whole, out=np.full(len(base), np.nan), where=whole > 0)
    # Weights add up to a hair over the whole now and then, and a share cannot.
    low, high = wilson(np.minimum(share, 1.0), effective_size(weights, seen["size"], correlation, cell, len(base)))
    n_statements, n_sentences = np.bincount(cell, minlength=len(base)), total(seen["sentences"])
    scale = {"words": np.full(len(base), float(PER_WORDS)), "counts": n_sentences}.get(asked.measure, 1.0)
    # One statement says nothing of how statements differ: a point and no interval.
    alone = n_statements < 2
    flag = np.where(n_statements == 0, "no_data", np.where(n_statements < SMALL_N, "small_n", ""))
    n_words = pd.Series(total(seen["words"]).astype(np.int64), index=base.index, dtype="Int64")
    return base.assign(
        n_sentences=n_sentences.astype(np.int64),
        n_words=n_words if asked.measure == "words" else n_words.mask(n_words.notna()),
        n_statements=n_statements.astype(np.int64),
        n_coded=total(seen["coded"]).astype(np.int64),
        share=share * scale,
        low=np.where(alone, np.nan, low * scale),
        high=np.where(alone, np.nan, high * scale),
        flag=flag,
    )


def _weights(sizes: np.ndarray, cell: np.ndarray, actors: np.ndarray, weighting: Weighting) -> np.ndarray:
    """What one unit of each statement weighs."""
    if weighting == "sentence":
        return np.ones(len(sizes))
    if weighting == "statement":
        return 1.0 / sizes
    _, of_actor = np.unique(np.stack([cell, actors]), axis=1, return_inverse=True)
    weights: np.ndarray = 1.0 / np.bincount(of_actor.ravel(), sizes)[of_actor.ravel()]
    return weights
