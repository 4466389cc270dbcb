"""Counts to series: the share of sentences or statements that carry a theme, by period and group.

A period without anything eligible is ``no_data``, never zero. What is eligible is said in ``counting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.aggregate import SMALL_N, Asked, cells_of, shares_table
from aidememoire.choices import Codes, Count, Measure, Method, Period, StanceSet, VoiceSet, Weighting
from aidememoire.counting import VOICES, check_choice, count_statements
from aidememoire.displays import series_html
from aidememoire.errors import SeriesError
from aidememoire.frames import checked

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["SMALL_N", "VOICES", "Series", "series"]

# As the table calls what was measured.
_NAMES: Mapping[Measure, str] = {
    "sentences": "sentences",
    "statements": "statements",
    "words": "per 1,000 words",
    "counts": "counts",
}


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

    def cells(self) -> tuple[pd.DataFrame, np.ndarray]:
        """Return the cells (the columns of ``by`` and ``period``), and the cell of each row of ``counts``."""
        return cells_of(self.counts, self.period, self.by)

    def require_plain_shares(self, verb: str) -> None:
        """Raise a SeriesError unless these are shares of units that weigh the same, without a window."""
        if self.measure not in ("sentences", "statements") or self.weighting != "sentence" or self.window > 1:
            raise SeriesError(
                f"{verb}: give shares of sentences or statements, weighting='sentence' and window=1;"
                f" measure={self.measure!r}, weighting={self.weighting!r}, window={self.window} were given"
            )

    def _repr_html_(self) -> str:
        left_out = f"Left out: {self.n_undated:,} statements without a date, {self.n_duplicates:,} that repeat another."
        return series_html(self.table, self.by, self.period, len(self.counts), [left_out])


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
    table, correlation = shares_table(counted.table, themes, by, Asked(period, measure, weighting, window))
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
