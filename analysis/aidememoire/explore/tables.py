"""A coded corpus as the tables that explore shows: numbered in order of time, each sentence with what counts it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aidememoire.choices import Period
from aidememoire.coding import Coding, in_quotes
from aidememoire.counting import VOICES, count_statements
from aidememoire.errors import SeriesError
from aidememoire.periods import period_of
from aidememoire.shares import series
from aidememoire.studysections import SeriesSection

__all__ = ["ExploreTables", "explore_tables"]

_THRESHOLD = {"strict": 2, "lenient": 1}


@dataclass(frozen=True, slots=True)
class ExploreTables:
    """What explore shows, with numbers in place of ids.

    Attributes
    ----------
    statements
        As in ``frames.TABLES``, in order of time, with ``period``, ``in_chart`` and ``in_overview``.
    sentences
        ``id``, ``statement`` (the position of its statement), sentence, start, end, voice, speaker, technical,
        eligible.
    hits, codes, counted
        With ``sentence_id``, which is an ``id`` of ``sentences``.
    points, overview
        The ``series`` tables by group and over all groups.
    """

    statements: pd.DataFrame
    sentences: pd.DataFrame
    hits: pd.DataFrame
    codes: pd.DataFrame
    counted: pd.DataFrame
    points: pd.DataFrame
    overview: pd.DataFrame


def explore_tables(coding: Coding, asked: SeriesSection) -> ExploreTables:
    """Return the tables of ``coding`` for a study that charts as ``asked``.

    Raises
    ------
    SeriesError
        If the series cannot be counted so.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "2020-05-09.txt").write_text("It rained. They falsify history.", encoding="utf-8")
    >>> corpus = am.Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder / "2020-05-09.txt")
    >>> tables = explore_tables(am.code(corpus, am.load_codebook()), SeriesSection(voices="all"))
    >>> tables.counted.values.tolist()
    [['anti_revisionism', 1], ['historical_memory', 1]]
    >>> corpus.close()
    """
    common = {"period": asked.period, "voices": asked.voices, "codes": asked.codes, "count": asked.count}
    shown = {**common, "measure": asked.measure, "weighting": asked.weighting, "window": asked.window}
    by_group = series(coding, by=asked.by, only=asked.shown, **shown)  # type: ignore[arg-type]
    overall = series(coding, only=asked.only, **shown)  # type: ignore[arg-type]
    # Every group can be looked at, also one that no chart shows.
    groups = count_statements(coding, by=asked.by, only=asked.only, **common).table  # type: ignore[arg-type]
    statements, position = _statements(coding, asked.period, groups, overall.counts)
    numbers = _numbers(position, coding.sentences)
    sentences = _sentences(coding, asked, numbers)
    found = coding.codes_by(by_group.coder)
    found = in_quotes(coding, found) if asked.voices == "own_words" else found
    counted = numbers.on(found[found["value"] >= _THRESHOLD[asked.codes]])[["theme", "sentence_id"]]
    eligible = sentences["eligible"].to_numpy()[counted["sentence_id"]]
    counted = counted[eligible == 1].sort_values(["theme", "sentence_id"], ignore_index=True)
    return ExploreTables(
        statements=statements,
        sentences=sentences,
        hits=numbers.on(coding.hits)[["sentence_id", "theme", "rule", "start", "end"]],
        codes=numbers.on(coding.codes)[["sentence_id", "theme", "coder", "value", "score"]],
        counted=counted,
        points=by_group.table,
        overview=overall.table,
    )


def _statements(
    coding: Coding, period: Period, groups: pd.DataFrame, overall: pd.DataFrame
) -> tuple[pd.DataFrame, np.ndarray]:
    """Statements in order of time, and the position there of each row of ``coding.statements``."""
    table = coding.statements.assign(
        period=_periods(coding.statements["date"], period),
        in_chart=coding.statements["statement_id"].isin(groups["statement_id"]).astype("int64"),
        in_overview=coding.statements["statement_id"].isin(overall["statement_id"]).astype("int64"),
    )
    ordered = table.sort_values(["date", "statement_id"], na_position="last", kind="stable")
    position = np.empty(len(table), dtype=np.int64)
    position[ordered.index.to_numpy()] = np.arange(len(table))
    return ordered.reset_index(drop=True), position


def _periods(dates: pd.Series[str], period: Period) -> pd.Series[str]:
    """Periods of all statements, also those left out of the series because their date is too coarse."""
    found = pd.Series(pd.NA, index=dates.index, dtype="str")
    for _, part in dates.groupby(dates.str.len()):
        try:
            found[part.index] = period_of(part, period)
        except SeriesError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where each statement of the coding stands in time, and the number of the first sentence there."""

    position: np.ndarray
    first: np.ndarray

    def statements(self, table: pd.DataFrame) -> np.ndarray:
        """Return the position in time of the statement of each row."""
        if not len(table):  # only then is ``statement_id`` no category in the order of the statements
            return np.zeros(0, dtype=np.int64)
        found: np.ndarray = self.position[table["statement_id"].cat.codes.to_numpy(dtype=np.int64)]
        return found

    def sentences(self, table: pd.DataFrame) -> np.ndarray:
        """Return the number of the sentence of each row."""
        found: np.ndarray = self.first[self.statements(table)] + table["sentence"].to_numpy(dtype=np.int64)
        return found

    def on(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return ``table`` with ``sentence_id`` beside its keys."""
        return table.assign(sentence_id=self.sentences(table)).astype({"theme": "str"})


def _numbers(position: np.ndarray, sentences: pd.DataFrame) -> _Numbers:
    unset = _Numbers(position, np.zeros(len(position), dtype=np.int64))
    lengths = np.bincount(unset.statements(sentences), minlength=len(position))
    return _Numbers(position, np.cumsum(lengths) - lengths)


def _sentences(coding: Coding, asked: SeriesSection, numbers: _Numbers) -> pd.DataFrame:
    rows = coding.sentences
    voice = rows["voice"]
    eligible = (voice.isna() | voice.isin(VOICES[asked.voices])) & rows["technical"].isna()
    columns = ["sentence", "start", "end", "voice", "speaker", "technical"]
    table = rows[columns].assign(
        id=numbers.sentences(rows), statement=numbers.statements(rows), eligible=eligible.astype("int64")
    )
    return table.sort_values("id", ignore_index=True)[["id", "statement", *columns, "eligible"]]
