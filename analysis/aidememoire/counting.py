"""Codes to counts: what each statement has to say of each theme, with what it could have said.

The denominator is what was eligible: sentences of the chosen voices without a technical code, in dated
statements that do not repeat an earlier one (or, counting events, one statement of each event). A statement in a
language that no rule of a theme reads is no denominator of that theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Method, Period, StanceSet, VoiceSet
from aidememoire.coding import in_quotes
from aidememoire.errors import SeriesError
from aidememoire.languages import readable
from aidememoire.periods import period_of
from aidememoire.stances import without_denied
from aidememoire.themes import RULES
from aidememoire.wordcounts import words_of_sentences

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = [
    "ATTRIBUTES",
    "LEAST_VALUE",
    "VOICES",
    "Counted",
    "category_codes",
    "check_choice",
    "count_statements",
    "counted_codes",
    "eligible_sentences",
]

VOICES: Mapping[VoiceSet, frozenset[str]] = {
    "own_words": frozenset({"own", "transcript", "direct", "mixed"}),
    "attributed": frozenset({"own", "transcript", "direct", "mixed", "indirect", "continued"}),
    "all": frozenset({"own", "transcript", "direct", "mixed", "indirect", "continued", "narration", "other"}),
}
# The least code that counts.
LEAST_VALUE: Mapping[Codes, int] = {"strict": 2, "lenient": 1}

# What else is known of a statement, for splits and models; each stands in the counts whatever they are grouped by.
ATTRIBUTES = ("actor", "speaker", "role", "agency", "kind", "language")
# Columns that are no groups: each statement has its own, or the period says it.
NO_GROUPS = frozenset({"statement_id", "date", "duplicate_of", "text_sha256", "revision"})


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements with their counts.

    Attributes
    ----------
    table
        One row a statement with an eligible sentence: statement_id, date, period, the columns of ``by``, those of
        ``ATTRIBUTES``, n_sentences, n_words if asked for, and per theme the number of coded sentences, missing where
        no rule of the theme reads the statement's language.
    coder
        Whose codes.
    n_undated, n_duplicates
        Statements left out because no date was proved, or because they repeat another one (counting events: because
        another statement stands for their event).
    """

    table: pd.DataFrame
    coder: str
    n_undated: int
    n_duplicates: int


def count_statements(
    coding: Coding,
    *,
    period: Period,
    by: tuple[str, ...] = (),
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    count: Count = "statements",
    only: Mapping[str, Sequence[str]] | None = None,
    coder: Method | None = None,
    words: bool = False,
) -> Counted:
    """Count the eligible and the coded sentences of each statement.

    The choices are those of ``series``; with ``words`` the tokens of eligible sentences are counted too.

    Raises
    ------
    SeriesError
        If a choice or column does not exist, or dates are too coarse for the period.
    """
    only = {column: (values,) if isinstance(values, str) else tuple(values) for column, values in (only or {}).items()}
    check_choice("voices", voices, VoiceSet)
    check_choice("codes", codes, Codes)
    check_choice("stances", stances, StanceSet)
    check_choice("count", count, Count)
    by_coder = _coder(coding, coder)
    chosen, n_undated, n_duplicates = _statements(coding, period, by, only, count)
    eligible = eligible_sentences(coding.sentences, voices)
    found = counted_codes(coding, by_coder, voices, LEAST_VALUE[codes], stances)
    columns = _sums(coding, eligible, found, words=words)
    position = chosen["position"].to_numpy()
    picked = {name: values[position].astype(np.int64) for name, values in columns.items()}
    table = chosen.drop(columns="position").reset_index(drop=True).assign(**picked)
    read = readable(coding.codebook, coding.statements["language"].iloc[position].reset_index(drop=True))
    for theme in coding.codebook.theme_ids:
        table[theme] = table[theme].where(read[theme])
    table = table[table["n_sentences"] > 0].reset_index(drop=True)
    return Counted(table, by_coder, n_undated, n_duplicates)


def eligible_sentences(sentences: pd.DataFrame, voices: VoiceSet) -> np.ndarray:
    """Return which sentences count in the denominator."""
    voice = sentences["voice"]
    return np.asarray((voice.isna() | voice.isin(VOICES[voices])) & sentences["technical"].isna())


def counted_codes(coding: Coding, coder: str, voices: VoiceSet, threshold: int, stances: StanceSet) -> pd.DataFrame:
    """Return the codes that count in the numerator, if their sentence is eligible."""
    found = coding.codes_by(coder)
    found = in_quotes(coding, found) if voices == "own_words" else found
    found = found[found["value"] >= threshold]
    return without_denied(found, coding.facets) if stances == "asserts" else found


def _sums(coding: Coding, eligible: np.ndarray, found: pd.DataFrame, *, words: bool) -> dict[str, np.ndarray]:
    """Sums over the sentences of each row of the statements table."""
    n_all = len(coding.statements)
    owner = category_codes(coding.sentences["statement_id"], len(coding.sentences))
    columns = {"n_sentences": np.bincount(owner[eligible], minlength=n_all)}
    if words:
        per_sentence = words_of_sentences(coding.corpus, coding.statements, coding.sentences)
        columns["n_words"] = np.bincount(owner[eligible], per_sentence[eligible], minlength=n_all)
    first_row = np.searchsorted(owner, np.arange(n_all)) if len(owner) else np.zeros(n_all, dtype=np.int64)
    statement = category_codes(found["statement_id"], len(found))
    row = first_row[statement] + found["sentence"].to_numpy()
    counted = eligible[row] if len(row) else np.zeros(0, dtype=bool)
    for theme in coding.codebook.theme_ids:
        of_theme = counted & (found["theme"] == theme).to_numpy()
        columns[theme] = np.bincount(statement[of_theme], minlength=n_all)
    return columns


def check_choice(name: str, value: str, allowed: object) -> None:
    """Raise a SeriesError unless ``value`` is one of the closed choices ``allowed``."""
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
    columns = dict.fromkeys((*by, *ATTRIBUTES))
    chosen = table.iloc[position][["statement_id", "date", *columns]].assign(position=position)
    chosen.insert(2, "period", period_of(chosen["date"], period))
    for column in columns:
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
    ordered = table[counting & table["event_id"].notna().to_numpy()].assign(
        wire=lambda rows: rows["kind"] == "wire_story"
    )
    ordered = ordered.sort_values(["wire", "date", "statement_id"], na_position="last")
    return np.asarray(table.index.isin(ordered.index[ordered.duplicated(key)]))


def category_codes(ids: pd.Series[str], n_rows: int) -> np.ndarray:
    """Return the row of the statements table that each id of a categorical column stands for."""
    return ids.cat.codes.to_numpy().astype(np.int64) if n_rows else np.zeros(0, dtype=np.int64)
