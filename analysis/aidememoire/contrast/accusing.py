"""Who accuses whom: the targets that sentences of a theme name, by who speaks.

It rests on the targets of ``coding.facets`` (docs/actors.md), which the rules tell whoever codes. Only 13 of 19 were
right before these rules were amended on the labelled sample, and no untouched figure exists for them as they stand: a
cell points to its sentences, and is no measurement by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.choices import Period, StanceSet, VoiceSet
from aidememoire.chosen import Asked
from aidememoire.contrast.pairs import Spoken, as_issuer, pair_cells, pairs_of, spoken_of
from aidememoire.mentions import UNNAMED

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["NOT_NAMED", "accusations", "accusing_sentences"]

# The target of an accusation in which no actor was found.
NOT_NAMED = "not named"
_TARGETS = ("ar_target", "target")


def accusing_sentences(
    coding: Coding,
    *,
    theme: str = "anti_revisionism",
    period: Period | None = None,
    voices: VoiceSet = "attributed",
    stances: StanceSet = "all",
    only: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the sentences behind `accusations`: statement_id, sentence, date, period, actor, target.

    One row a sentence and target; the arguments and errors are those of `accusations`.
    """
    said = _accusing(coding, theme, Asked(voices, "strict", stances), period or "all", only).sentences
    return said[["statement_id", "sentence", "date", "period", "actor", "target"]]


def accusations(
    coding: Coding,
    *,
    theme: str = "anti_revisionism",
    period: Period | None = None,
    voices: VoiceSet = "attributed",
    stances: StanceSet = "all",
    only: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return who accuses whom, how often, and whether the accused accuses back.

    Parameters
    ----------
    coding
        A coded corpus.
    theme
        A theme with the facet ``ar_target`` or ``target``. Its clear codes (2) are looked at; where rules set
        ``ar_mode``, only those that accuse or condemn.
    period
        Calendar period; the whole time if not given.
    voices, stances, only
        As in ``series``; ``voices="all"`` is refused, because a guest's words are not the actor's.

    Returns
    -------
    pandas.DataFrame
        period, actor, target (``not named`` where nobody was found to be named), n_coded accusing sentences in
        n_coded_statements, n_sentences and n_statements (the actor's eligible ones), share = n_coded / n_sentences with
        low and high (95%, sampling of statements; missing for one statement), first_date, last_date, reciprocated
        (whether the target names the actor too, in the same period; missing where the target has no statement in it),
        flag as in a series. A sentence with several targets counts for each of them. With a period, every pair has a
        row for every period.

    Raises
    ------
    SeriesError
        If a choice does not exist, the theme has no such facet, or dates are too coarse for the period.

    Notes
    -----
    Before the rules of targets were amended on the labelled sample, 13 of 19 targets were right, 0.68 (0.46-0.85), and
    13 of the 26 there were found; no untouched figure exists for the rules as they stand (docs/actors.md). ``not
    named`` says that nobody was found, not that nobody was meant; a sentence that defends the truth of history without
    charging anybody is among them unless a rule sets its ``ar_mode``. The interval covers none of this.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> from aidememoire.ingest import builtin_actors
    >>> own = builtin_actors().extended({"XAA": {"name": "Ardenia"}, "XBB": {"name": "Borovia"}})
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> said = "Borovia keeps falsifying history. Attempts to rewrite history are unacceptable."
    >>> _ = (folder / "a.md").write_text(f"---\\ndate: 2010-05-01\\nactor: XAA\\n---\\n\\n{said}\\n", encoding="utf-8")
    >>> with am.Corpus.open(folder / "study.db") as corpus:
    ...     _ = corpus.ingest(folder, options=am.ReadOptions(actors=own))
    ...     table = accusations(am.code(corpus, am.load_codebook()))
    >>> table[["actor", "target", "n_coded", "n_sentences"]].values.tolist()
    [['XAA', 'XBB', 1, 2], ['XAA', 'not named', 1, 2]]
    """
    spoken = _accusing(coding, theme, Asked(voices, "strict", stances), period or "all", only)
    said = spoken.sentences
    pairs, pair = pairs_of(said[["actor", "target"]])
    cells = pair_cells(spoken, pairs[["actor"]], pair)
    of_pair = np.repeat(np.arange(len(pairs)), len(spoken.periods))
    table = pd.concat(
        [cells[["period"]], pairs.iloc[of_pair].reset_index(drop=True), cells.drop(columns="period")], axis=1
    )
    key = ["period", "actor", "target"]
    dates = said.groupby(key)["date"].agg(first_date="min", last_date="max").astype("str").reset_index()
    table = table.merge(dates, on=key, how="left").assign(reciprocated=_reciprocated(table, spoken))
    numbers = ["n_coded", "n_coded_statements", "n_sentences", "n_statements", "share", "low", "high"]
    return table[[*key, *numbers, "first_date", "last_date", "reciprocated", "flag"]]


def _accusing(
    coding: Coding, theme: str, asked: Asked, period: Period, only: Mapping[str, Sequence[str]] | None
) -> Spoken:
    spoken = spoken_of(coding, theme, _TARGETS, asked, period, only)
    target = as_issuer(spoken.sentences["value"], spoken.issuers).replace({UNNAMED: NOT_NAMED})
    said = spoken.sentences.assign(target=target.astype("str"))
    # A state and its predecessor are one target of a sentence that names both.
    said = said.drop_duplicates(["row", "target"], ignore_index=True)
    return Spoken(spoken.statements, said, spoken.periods, spoken.issuers)


def _reciprocated(table: pd.DataFrame, spoken: Spoken) -> pd.Series[bool]:
    """Whether each target names the actor too in the same period; missing where it says nothing in it."""
    made = pd.MultiIndex.from_frame(table.loc[table["n_coded"] > 0, ["period", "actor", "target"]])
    turned = pd.MultiIndex.from_frame(table[["period", "target", "actor"]])
    speaks = pd.MultiIndex.from_frame(spoken.statements[["period", "actor"]].drop_duplicates())
    heard = pd.MultiIndex.from_frame(table[["period", "target"]]).isin(speaks)
    back = pd.Series(turned.isin(made), index=table.index, dtype="boolean")
    return back.where(heard & (table["n_coded"] > 0))
