"""Codes to series: the share of sentences or statements that carry a theme, by period and group.

The denominator is what was eligible: sentences of the chosen voices without a technical code, in dated
statements that do not repeat an earlier one (or, counting events, one statement of each event). A statement in a
language that no rule of a theme reads is no denominator of that theme. A period without any is ``no_data``, never
zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Measure, Method, Period, StanceSet, VoiceSet
from aidememoire.coding import in_quotes
from aidememoire.errors import SeriesError
from aidememoire.frames import checked
from aidememoire.intervals import design_effect, intraclass_correlation, wilson
from aidememoire.languages import readable
from aidememoire.periods import all_periods, period_of
from aidememoire.stances import without_denied
from aidememoire.themes import RULES

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["SMALL_N", "VOICES", "Series", "series"]

VOICES: Mapping[VoiceSet, frozenset[str]] = {
    "own_words": frozenset({"own", "transcript", "direct", "mixed"}),
    "attributed": frozenset({"own", "transcript", "direct", "mixed", "indirect", "continued"}),
    "all": frozenset({"own", "transcript", "direct", "mixed", "indirect", "continued", "narration", "other"}),
}
_THRESHOLD: Mapping[Codes, int] = {"strict": 2, "lenient": 1}

# Columns that are no groups: each statement has its own, or the period says it.
NO_GROUPS = frozenset({"statement_id", "date", "duplicate_of", "text_sha256", "revision"})

# Fewer statements than this in a cell are flagged: its interval rests on the pooled correlation almost alone.
SMALL_N = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Shares by period and group, with the per-statement counts they come from.

    Attributes
    ----------
    table
        The ``series`` table, with the columns of ``by`` after ``period``.
    counts
        One row a statement: statement_id, period, the columns of ``by``, n_sentences, and per theme the
        number of coded sentences, missing where no rule of the theme reads the statement's language. Resampling
        statements needs these; an aggregate alone is not enough.
    period, by, voices, codes, stances, measure, count, coder
        What was asked for.
    correlation
        The pooled intraclass correlation of each theme.
    n_undated, n_duplicates
        Statements left out because no date was proved, or because they repeat another one (counting events: because
        another statement stands for their event).
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    period: Period
    by: tuple[str, ...]
    voices: VoiceSet
    codes: Codes
    stances: StanceSet
    measure: Measure
    count: Count
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
        Share of eligible sentences, or of statements with at least one eligible sentence.
    count
        ``statements`` leaves out those that repeat an earlier one of their actor (``duplicate_of``). ``events`` keeps
        one statement of each event: the issuer's own text before a wire story, then the earliest. Grouped by actor,
        a joint text counts once for each of its actors: both said it.
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
    only = {column: (values,) if isinstance(values, str) else tuple(values) for column, values in (only or {}).items()}
    _check("voices", voices, VoiceSet)
    _check("codes", codes, Codes)
    _check("stances", stances, StanceSet)
    _check("measure", measure, Measure)
    _check("count", count, Count)
    by_coder = _coder(coding, coder)
    chosen, n_undated, n_duplicates = _statements(coding, period, tuple(by), only or {}, count)
    counts = _counts(coding, chosen, tuple(by), voices, _THRESHOLD[codes], stances, by_coder)
    table, correlation = _table(counts, coding.codebook.theme_ids, period, tuple(by), measure)
    described = table.assign(coder=by_coder, coding=codes, voices=voices, measure=measure, weighting="sentence")
    for column in ("corrected_share", "corrected_low", "corrected_high"):
        described[column] = np.nan
    for column in ("coder", "coding", "voices", "measure", "weighting"):
        described[column] = described[column].astype("str")
    return Series(
        table=checked(described, "series", tuple(by)),
        counts=counts,
        period=period,
        by=tuple(by),
        voices=voices,
        codes=codes,
        stances=stances,
        measure=measure,
        count=count,
        coder=by_coder,
        correlation=correlation,
        n_undated=n_undated,
        n_duplicates=n_duplicates,
    )


def _check(name: str, value: str, allowed: object) -> None:
    if value not in get_args(allowed):
        raise SeriesError(f"series: {name} must be one of {', '.join(get_args(allowed))}; {value!r} was given")


def _coder(coding: Coding, asked: str | None) -> str:
    there = dict.fromkeys((RULES, coding.method))
    if asked is not None and asked not in there:
        raise SeriesError(f"series: coder={asked!r} did not code this corpus, but {' and '.join(there)}; see am.code")
    return asked or coding.method


def _statements(
    coding: Coding, period: Period, by: tuple[str, ...], only: Mapping[str, Sequence[str]], count: Count
) -> tuple[pd.DataFrame, int, int]:
    """Statements that count, with their period, and how many were undated or repeats."""
    table = coding.statements
    unknown = [column for column in (*by, *only) if column not in table.columns]
    if unknown:
        raise SeriesError(f"series: no column {unknown[0]!r} to group by; there are {', '.join(table.columns)}")
    if len(set(by)) < len(by) or set(by) & NO_GROUPS:
        raise SeriesError(
            f"series: cannot group by {', '.join(by)}; each column once, and not {', '.join(sorted(NO_GROUPS))}"
        )
    keep = np.ones(len(table), dtype=bool)
    for column, values in only.items():
        keep &= table[column].isin(list(values)).to_numpy()
    dated = table["date"].notna().to_numpy() | (period == "all")
    counting = keep & dated
    repeats = _told_before(table, counting, by) if count == "events" else _repeats(table, counting)
    undated = keep & ~dated
    position = np.flatnonzero(keep & ~repeats & ~undated)
    chosen = table.iloc[position][["statement_id", "date", *by]].assign(position=position)
    chosen = chosen.assign(period=period_of(chosen["date"], period))
    for column in by:
        chosen[column] = chosen[column].fillna("unknown").astype("str")
    return chosen, int(undated.sum()), int(repeats.sum())


def _repeats(table: pd.DataFrame, counting: np.ndarray) -> np.ndarray:
    """Which rows of ``counting`` repeat another of them: the one with the finest date, then the first, stays."""
    first = table["duplicate_of"].fillna(table["statement_id"])
    ordered = table.assign(first=first, coarse=-table["date"].str.len().fillna(0))[counting]
    ordered = ordered.sort_values(["coarse", "date", "statement_id"], na_position="last")
    return np.asarray(table.index.isin(ordered.index[ordered.duplicated("first")]))


def _told_before(table: pd.DataFrame, counting: np.ndarray, by: tuple[str, ...]) -> np.ndarray:
    """Which rows of ``counting`` stand behind another of their event: a wire story behind the issuer's own text."""
    key = ["event_id", "actor"] if "actor" in by else ["event_id"]
    ordered = table[counting & table["event_id"].notna().to_numpy()].assign(wire=table["kind"] == "wire_story")
    ordered = ordered.sort_values(["wire", "date", "statement_id"], na_position="last")
    return np.asarray(table.index.isin(ordered.index[ordered.duplicated(key)]))


def _counts(
    coding: Coding,
    chosen: pd.DataFrame,
    by: tuple[str, ...],
    voices: VoiceSet,
    threshold: int,
    stances: StanceSet,
    coder: str,
) -> pd.DataFrame:
    """Eligible and coded sentences of each statement."""
    sentences = coding.sentences
    voice = sentences["voice"]
    eligible = (voice.isna() | voice.isin(VOICES[voices])) & sentences["technical"].isna()
    owner = _codes(sentences["statement_id"], len(sentences))
    n_all = len(coding.statements)
    columns = {"n_sentences": np.bincount(owner[eligible.to_numpy()], minlength=n_all)}
    first_row = np.searchsorted(owner, np.arange(n_all)) if len(owner) else np.zeros(n_all, dtype=np.int64)
    found = coding.codes_by(coder)
    found = in_quotes(coding, found) if voices == "own_words" else found
    found = found[found["value"] >= threshold]
    found = without_denied(found, coding.facets) if stances == "asserts" else found
    statement = _codes(found["statement_id"], len(found))
    row = first_row[statement] + found["sentence"].to_numpy()
    counted = eligible.to_numpy()[row] if len(row) else np.zeros(0, dtype=bool)
    for theme in coding.codebook.theme_ids:
        of_theme = counted & (found["theme"] == theme).to_numpy()
        columns[theme] = np.bincount(statement[of_theme], minlength=n_all)
    position = chosen["position"].to_numpy()
    picked = {name: values[position].astype(np.int64) for name, values in columns.items()}
    table = chosen[["statement_id", "period", *by]].reset_index(drop=True).assign(**picked)
    read = readable(coding.codebook, coding.statements["language"].iloc[position].reset_index(drop=True))
    for theme in coding.codebook.theme_ids:
        table[theme] = table[theme].where(read[theme])
    return table[table["n_sentences"] > 0].reset_index(drop=True)


def _codes(ids: pd.Series[str], n_rows: int) -> np.ndarray:
    return ids.cat.codes.to_numpy().astype(np.int64) if n_rows else np.zeros(0, dtype=np.int64)


def _table(
    counts: pd.DataFrame, themes: tuple[str, ...], period: Period, by: tuple[str, ...], measure: Measure
) -> tuple[pd.DataFrame, dict[str, float]]:
    groups = counts[list(by)].drop_duplicates().sort_values(list(by)) if by else pd.DataFrame(index=[0])
    labels = all_periods(counts["period"], period)
    grid = groups.merge(pd.DataFrame({"period": pd.Series(labels, dtype="str")}), how="cross")
    cells = counts[["period", *by]].merge(grid.reset_index(names="cell"), on=["period", *by], how="left")["cell"]
    cell = cells.to_numpy().astype(np.int64)
    parts, correlation = [], {}
    for theme in themes:
        read = counts[theme].notna().to_numpy()
        rows, correlation[theme] = _of_theme(grid, counts[read], theme, cell[read], measure)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True).astype({"theme": "str", "flag": "str"}), correlation


def _of_theme(
    grid: pd.DataFrame, counts: pd.DataFrame, theme: str, cell: np.ndarray, measure: Measure
) -> tuple[pd.DataFrame, float]:
    """Rows of one theme from the statements that its rules read, and its intraclass correlation."""
    n_cells = len(grid)
    sizes = counts["n_sentences"].to_numpy().astype(np.float64)
    coded = counts[theme].to_numpy().astype(np.float64)
    base = grid.assign(
        theme=theme,
        n_sentences=np.bincount(cell, sizes, n_cells).astype(np.int64),
        n_statements=np.bincount(cell, minlength=n_cells).astype(np.int64),
    )
    if measure == "statements":
        sizes, coded = np.ones_like(sizes), np.minimum(coded, 1.0)
    total, squares = np.bincount(cell, sizes, n_cells), np.bincount(cell, sizes**2, n_cells)
    correlation = intraclass_correlation(coded, sizes, cell)
    effective = total / design_effect(total, squares, correlation)
    return _rows(base, np.bincount(cell, coded, n_cells), total, effective), correlation


def _rows(base: pd.DataFrame, coded: np.ndarray, total: np.ndarray, effective: np.ndarray) -> pd.DataFrame:
    share = np.divide(coded, total, out=np.full(len(total), np.nan), where=total > 0)
    low, high = wilson(share, effective)
    n_statements = base["n_statements"].to_numpy()
    # One statement says nothing of how statements differ: a point and no interval.
    alone = n_statements < 2
    flag = np.where(n_statements == 0, "no_data", np.where(n_statements < SMALL_N, "small_n", ""))
    return base.assign(
        n_coded=coded.astype(np.int64),
        share=share,
        low=np.where(alone, np.nan, low),
        high=np.where(alone, np.nan, high),
        flag=flag,
    )
