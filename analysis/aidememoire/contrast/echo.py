"""Echo: who takes up whose phrases, and whether more often than dates alone would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.choices import Period, VoiceSet
from aidememoire.chosen import Asked, Chosen, Group, choose, in_group, owners_of
from aidememoire.contrast.shingles import Shared, shared_shingles
from aidememoire.contrast.taken import Uses, closed, date_cells, pair_table, taken_up
from aidememoire.contrast.words import Words, words_of
from aidememoire.errors import SeriesError
from aidememoire.periods import period_of
from aidememoire.tokens import tokenise

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Echoes", "echo"]

Array = np.ndarray[Any, np.dtype[Any]]

DRAWS = 200
WORDS, MOST_STATEMENTS, LAG_DAYS = 5, 10, 30
_PHRASES = {
    "phrase": "int64", "text": "str", "n_words": "int64", "first_actor": "str", "first_date": "str",
    "first_statement": "str", "n_statements": "int64", "n_actors": "int64", "later": "str",
}  # fmt: skip
_USES = {
    "phrase": "int64", "from_actor": "str", "from_date": "str", "from_statement": "str", "to_actor": "str",
    "to_date": "str", "to_statement": "str", "lag_days": "int64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Echoes:
    """Phrases that travelled.

    Attributes
    ----------
    phrases
        One row a phrase that an actor used first and another later: phrase (its number); text, as it first stands;
        n_words; first_actor, first_date, first_statement; n_statements, n_actors that use it; later, the later actors
        with the dates of their first use.
    uses
        One row a phrase and later actor, its first use within the lag: phrase, from_actor, from_date, from_statement,
        to_actor, to_date, to_statement, lag_days.
    pairs
        One row a pair of actors, both ways: from_actor, to_actor; n_phrases of the first that the second took up within
        the lag; n_back, the other way; median_lag_days; expected, the mean number when dates are shuffled; ratio;
        p_value; q_value, p adjusted for the number of pairs.
    n_statements, n_coarse
        Statements compared; left out because their date is not known to the day.
    words, max_statements, lag_days, shuffled_within, draws, seed, voices
        What was asked for.
    """

    phrases: pd.DataFrame
    uses: pd.DataFrame
    pairs: pd.DataFrame
    n_statements: int
    n_coarse: int
    words: int
    max_statements: int
    lag_days: int
    shuffled_within: Period
    draws: int
    seed: int
    voices: VoiceSet


def echo(
    coding: Coding,
    *,
    only: Group | None = None,
    voices: VoiceSet = "attributed",
    words: int = WORDS,
    max_statements: int = MOST_STATEMENTS,
    lag_days: int = LAG_DAYS,
    shuffled_within: Period = "year",
    draws: int = DRAWS,
    seed: int = 1,
) -> Echoes:
    """Return which phrases of one actor another takes up later, and which actors echo each other.

    Parameters
    ----------
    coding
        A coded corpus; no code is looked at, only words.
    only
        Statements to look at: columns and values, and ``since`` and ``until``.
    voices
        Whose words; with ``own_words`` what a reporter wrote around a quoted fragment is still read.
    words
        Words in a row, in one sentence, that must agree; longer agreement is one phrase.
    max_statements
        A run of words in more statements than this is a formula, and no phrase.
    lag_days
        A phrase is taken up if it is used so many days after its first use, or sooner.
    shuffled_within
        Dates of an actor's statements are shuffled among those of one period, for what is expected by chance. The
        shorter the period, the more of a common reaction to the news is in what is expected.
    draws, seed
        How often dates are shuffled, and from where.

    Raises
    ------
    SeriesError
        If a choice or column does not exist, or no statement has a date to the day.

    Notes
    -----
    Only statements dated to the day are compared, and of each actor one of each event (``count="events"``). What two
    actors use first on the same day has no first user; statements of one event do not echo each other. p is (1 + draws
    with as many) / (1 + draws) (Davison and Hinkley 1997, Bootstrap Methods and their Application, chapter 4); q by
    Benjamini and Hochberg (1995).
    """
    if words < 2 or max_statements < 2 or lag_days < 1 or draws < 1:
        raise SeriesError("echo: words and max_statements must be 2 or more, lag_days and draws 1 or more")
    chosen = choose(coding, Asked(voices=voices, count="events"), by=("actor",))
    chosen, days, n_coarse = _dated(coding, chosen, only)
    statements = chosen.statements
    number, names = pd.factorize(statements["actor"], sort=True)
    texts = words_of(coding, chosen.rows)
    shared = shared_shingles(texts, chosen.owner, number, words, max_statements)
    uses = Uses(closed(shared), number, pd.factorize(statements["event"])[0], lag_days)
    cells = date_cells(number, period_of(statements["date"], shuffled_within))
    taken = taken_up(Uses(shared, number, uses.events, lag_days), days)
    pairs = pair_table(uses, days, cells, np.asarray(names, dtype=object), draws, seed)
    return Echoes(
        phrases=_phrases(coding, chosen, texts, shared, taken, words), uses=_use_table(statements, taken, days),
        pairs=pairs, n_statements=len(statements), n_coarse=n_coarse, words=words, max_statements=max_statements,
        lag_days=lag_days, shuffled_within=shuffled_within, draws=draws, seed=seed, voices=voices,
    )  # fmt: skip


def _dated(coding: Coding, chosen: Chosen, only: Group | None) -> tuple[Chosen, Array, int]:
    """The statements asked for whose date is known to the day, the days, and how many have no such date."""
    columns = coding.statements.set_index("statement_id").loc[chosen.statements["statement_id"]].reset_index()
    asked = in_group(columns, only or {}, "echo: only")
    exact = (columns["date"].str.len() == 10).to_numpy(dtype=bool, na_value=False)
    keep = asked & exact
    if asked.any() and not keep.any():
        raise SeriesError(
            f"echo: none of {int(asked.sum()):,} statements has a date to the day, which who came first needs"
        )
    event = columns["event_id"].fillna(columns["statement_id"])
    statements = chosen.statements.assign(event=event.to_numpy())[keep].reset_index(drop=True)
    place = np.cumsum(keep) - 1
    rows = keep[chosen.owner]
    days = statements["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    found = Chosen(statements, chosen.rows[rows], place[chosen.owner[rows]], chosen.coder)
    return found, days, int((asked & ~exact).sum())


def _use_table(statements: pd.DataFrame, taken: pd.DataFrame, days: Array) -> pd.DataFrame:
    columns = {"phrase": taken["phrase"]}
    for side, of in (("from", taken["first"]), ("to", taken["to"])):
        for name, column in (("actor", "actor"), ("date", "date"), ("statement", "statement_id")):
            columns[f"{side}_{name}"] = statements[column].to_numpy(dtype=object)[of.to_numpy(dtype=np.int64)]
    return pd.DataFrame(columns).assign(lag_days=taken["lag"].to_numpy()).astype(_USES)


def _phrases(
    coding: Coding, chosen: Chosen, words: Words, shared: Shared, taken: pd.DataFrame, length: int
) -> pd.DataFrame:
    """One row a phrase that was taken up, as it stands in the statement that had it first."""
    statements = chosen.statements
    firsts = taken.sort_values(["phrase", "first", "entry"]).drop_duplicates("phrase")
    users = pd.DataFrame({"phrase": shared.phrase[shared.shingle], "statement": shared.statement, "at": shared.at})
    users = users[users["phrase"].isin(firsts["phrase"])]
    places = users.groupby("phrase").indices
    names, dates = (statements[name].to_numpy(dtype=object) for name in ("actor", "date"))
    to = taken["to"].to_numpy(dtype=np.int64)
    later = taken.assign(name=names[to], said=[f"{names[at]} {dates[at]}" for at in to.tolist()])
    said = later.sort_values(["lag", "name"]).groupby("phrase")["said"].agg(", ".join).to_dict()
    rows = []
    for phrase, first, entry in zip(*(firsts[name].tolist() for name in ("phrase", "first", "entry")), strict=True):
        own = users.iloc[places[phrase]]
        at = np.sort(own.loc[own["statement"] == first, "at"].to_numpy())
        begin, end = _stretch(at, shared.at[entry], length)
        actors = names[own["statement"].unique()]
        rows.append(
            (
                phrase, _text(coding, chosen, words, begin, end), end - begin, names[first], dates[first],
                statements["statement_id"].iloc[first], len(actors), len(set(actors)), said[phrase],
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_PHRASES)).astype(_PHRASES)
    return table.sort_values(["first_date", "phrase"]).reset_index(drop=True)


def _stretch(at: Array, entry: int, length: int) -> tuple[int, int]:
    """First word and end of the run of neighbouring shingles that holds the one at ``entry``."""
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    run = next(run for run in runs if run[0] <= entry <= run[-1])
    return int(run[0]), int(run[-1]) + length


def _text(coding: Coding, chosen: Chosen, words: Words, begin: int, end: int) -> str:
    """Words as written; they stand in one sentence."""
    place = int(np.searchsorted(words.firsts, begin, side="right")) - 1
    row = int(chosen.rows[place])
    whole = coding.corpus.store.text(str(coding.statements["text_sha256"].iloc[int(owners_of(coding)[row])]))
    span = (int(coding.sentences[name].iloc[row]) for name in ("start", "end"))
    tokens = list(tokenise(whole, *span))
    first = int(words.firsts[place])
    return " ".join(whole[tokens[begin - first].start : tokens[end - first - 1].end].split())
