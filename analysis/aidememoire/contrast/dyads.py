"""Who is called a friend, and how warmly: the ladder of friendship by dyad and period.

It rests on what ``coding.facets`` knows of dyads (docs/actors.md), which the rules tell whoever codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Period, StanceSet, VoiceSet
from aidememoire.chosen import Asked
from aidememoire.contrast.pairs import Spoken, as_issuer, declared_facet, pair_cells, pairs_of, spoken_of
from aidememoire.contrast.rungs import rungs_set, rungs_worded
from aidememoire.errors import SeriesError
from aidememoire.mentions import is_same

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["UNTOLD", "Rungs", "friendship_ladder", "friendship_sentences"]

Array = np.ndarray[Any, np.dtype[Any]]
Rungs = Literal["words", "rules"]

# A friendship whose words name no rung.
UNTOLD = "untold"
_DYADS, _TIERS = ("bf_dyad", "dyad"), ("bf_tier", "tier")


def friendship_sentences(
    coding: Coding,
    *,
    period: Period = "year",
    theme: str = "bilateral_friendship",
    rungs: Rungs = "words",
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    only: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the sentences in which an actor speaks of its friendship with another, and the rung of each.

    Returns
    -------
    pandas.DataFrame
        statement_id, sentence, date, period, actor (who speaks), partner, rung. One row a sentence and partner; the
        arguments are those of `friendship_ladder`.

    Raises
    ------
    SeriesError
        As `friendship_ladder` does.
    """
    said, ladder = _friendly(coding, theme, rungs, Asked(voices, codes, stances), period, only)
    table = said.sentences.assign(rung=np.array([UNTOLD, *ladder], dtype=object)[said.sentences["level"]])
    return table[["statement_id", "sentence", "date", "period", "actor", "partner", "rung"]].astype({"rung": "str"})


def friendship_ladder(
    coding: Coding,
    *,
    period: Period = "year",
    directed: bool = True,
    min_sentences: int = 1,
    theme: str = "bilateral_friendship",
    rungs: Rungs = "words",
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    only: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return how often, and how warmly, actors speak of their friendship with each other, by dyad and period.

    Parameters
    ----------
    coding
        A coded corpus.
    period
        Calendar period.
    directed
        One row for what an actor says of a partner; otherwise both are pooled as a ``dyad``.
    min_sentences
        Leave out dyads with fewer such sentences in all.
    theme
        The theme whose facets ``bf_dyad`` (or ``dyad``) and ``bf_tier`` (or ``tier``) tell the pair and the ladder.
    rungs
        ``words``: the highest rung that a rule sets or that the words at the theme's hits name (``RUNG_WORDS``).
        ``rules``: only what rules set; of the builtin codebook, one does.
    voices, codes, stances, only
        As in ``series``; ``voices="all"`` is refused, because a guest's words are not the actor's.

    Returns
    -------
    pandas.DataFrame
        actor and partner, or dyad; period; n_sentences and n_statements, the eligible ones of who speaks (of both,
        pooled); n_coded sentences on the dyad in n_coded_statements; share = n_coded / n_sentences with low and high
        (95%, sampling of statements; missing for one statement); typical and highest rung, empty where no sentence
        names one, typical being the lower median of those that do; change of the typical rung against the last period
        of the dyad that has one (``up``, ``down``, ``same``, empty for the first) and ``since`` which; new_high: the
        highest rung is above all before; date, statement_id and sentence of the first sentence on the typical and
        on the highest rung (``typical_date`` ... ``highest_sentence``); one column a rung with its number of sentences,
        and untold; flag as in a series. Every period of every dyad has a row; one without statements is ``no_data``.

    Raises
    ------
    SeriesError
        If a choice does not exist, the theme has no such facets, or dates are too coarse for the period.

    Notes
    -----
    ``change`` describes the words that there are and tests nothing: rungs of few sentences move by chance. Sentences in
    which an actor speaks of a pair it does not belong to are left out.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> from aidememoire.ingest import builtin_actors
    >>> own = builtin_actors().extended({"XAA": {"name": "Ardenia"}, "XBB": {"name": "Borovia"}})
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> said = "We value our strategic partnership with Borovia. Our traditional friendship with Borovia is dear to us."
    >>> _ = (folder / "a.md").write_text(f"---\\ndate: 2010-05-01\\nactor: XAA\\n---\\n\\n{said}\\n", encoding="utf-8")
    >>> with am.Corpus.open(folder / "study.db") as corpus:
    ...     _ = corpus.ingest(folder, options=am.ReadOptions(actors=own))
    ...     ladder = friendship_ladder(am.code(corpus, am.load_codebook()))
    >>> ladder[["actor", "partner", "period", "n_coded", "typical", "highest"]].values.tolist()
    [['XAA', 'XBB', '2010', 2, 'strategic_partnership', 'traditional_friendship']]
    """
    spoken, ladder = _friendly(coding, theme, rungs, Asked(voices, codes, stances), period, only)
    said = spoken.sentences
    ends = said[["actor", "partner"]]
    if not directed:
        ends = pd.DataFrame(np.sort(ends.to_numpy(dtype=object), axis=1), columns=["one", "other"]).astype("str")
    pairs, pair = pairs_of(ends)
    cells = pair_cells(spoken, pairs[["actor"]] if directed else pairs, pair)
    cell = pair * len(spoken.periods) + pd.Index(spoken.periods).get_indexer(pd.Index(said["period"]))
    heights = _heights(said, cell, len(cells), ladder)
    of_pair = np.repeat(np.arange(len(pairs)), len(spoken.periods))
    named = pairs if directed else pd.DataFrame({"dyad": pairs["one"] + "-" + pairs["other"]})
    table = pd.concat([named.iloc[of_pair].reset_index(drop=True), cells.drop(columns="flag"), heights], axis=1)
    moved = _moves(table, of_pair, heights["_typical"], heights["_highest"], ladder)
    table = table.assign(**moved, flag=cells["flag"])
    enough = np.bincount(pair, minlength=len(pairs)) >= min_sentences
    keys = [f"{rung}_{part}" for rung in ("typical", "highest") for part in ("date", "statement_id", "sentence")]
    numbers = [name for name in cells.columns if name not in ("period", "flag")]
    order = [*named.columns, "period", *numbers, "typical", "highest", "change", "since", "new_high", *keys]
    return table.loc[enough[of_pair], [*order, *ladder, UNTOLD, "flag"]].reset_index(drop=True)


def _friendly(
    coding: Coding,
    theme: str,
    rungs: Rungs,
    asked: Asked,
    period: Period,
    only: Mapping[str, Sequence[str]] | None,
) -> tuple[Spoken, tuple[str, ...]]:
    """Sentences of friendship on the speaker's own dyads, with partner and level (0 untold), and the ladder."""
    if rungs not in get_args(Rungs):
        raise SeriesError(f"friendship_ladder: rungs must be one of {', '.join(get_args(Rungs))}; {rungs!r} was given")
    tier = declared_facet(coding, theme, _TIERS)
    values = next(each for each in coding.codebook.themes if each.id == theme).facets[tier]
    if isinstance(values, str):
        raise SeriesError(f"friendship_ladder: facet {tier!r} must list its rungs, lowest first; it is {values!r}")
    ladder = tuple(str(value) for value in values)
    spoken = spoken_of(coding, theme, _DYADS, asked, period, only)
    said = spoken.sentences
    one, two = said["value"].str.split("-").str[0], said["value"].str.split("-").str[-1]
    is_one, is_two = (
        np.array([is_same(a, b) for a, b in zip(said["actor"], end, strict=True)], dtype=bool) for end in (one, two)
    )
    partner = as_issuer(two.where(is_one, one).astype("str"), spoken.issuers)
    said = said.assign(partner=partner)[is_one | is_two].reset_index(drop=True)
    level = rungs_set(coding, said, theme, tier, ladder)
    if rungs == "words":
        level = np.maximum(level, rungs_worded(coding, said, theme, ladder, quoted=asked.voices == "own_words"))
    return Spoken(spoken.statements, said.assign(level=level), spoken.periods, spoken.issuers), ladder


def _heights(said: pd.DataFrame, cell: Array, n_cells: int, ladder: tuple[str, ...]) -> pd.DataFrame:
    """Number of sentences on each rung, the typical and the highest, and where these first stand, by cell."""
    width = len(ladder) + 1
    place = cell * width + said["level"].to_numpy(dtype=np.int64)
    counts = np.bincount(place, minlength=n_cells * width).reshape(n_cells, width)
    told = counts[:, 1:].cumsum(axis=1)
    n_told = told[:, -1:]
    typical = np.where(n_told[:, 0] > 0, 1 + (told < (n_told + 1) // 2).sum(axis=1), 0)
    highest = np.where(n_told[:, 0] > 0, width - 1 - (counts[:, :0:-1] > 0).argmax(axis=1), 0)
    keys = said[["date", "statement_id", "sentence"]].assign(place=place)
    first = keys.sort_values(["date", "statement_id", "sentence"]).drop_duplicates("place").set_index("place")
    parts: dict[str, Any] = {UNTOLD: counts[:, 0], **{rung: counts[:, at] for at, rung in enumerate(ladder, 1)}}
    names = pd.array(["", *ladder], dtype="str")
    for name, level in (("typical", typical), ("highest", highest)):
        found = first.reindex(np.where(level > 0, np.arange(n_cells) * width + level, -1))
        parts[name] = names.take(level)
        parts[f"{name}_date"] = found["date"].to_numpy()
        parts[f"{name}_statement_id"] = found["statement_id"].to_numpy()
        parts[f"{name}_sentence"] = found["sentence"].astype("Int64").to_numpy()
        parts[f"_{name}"] = level
    texts = {f"{name}_{part}": "str" for name in ("typical", "highest") for part in ("date", "statement_id")}
    numbers = {f"{name}_sentence": "Int64" for name in ("typical", "highest")}
    return pd.DataFrame(parts).astype({**texts, **numbers})


def _moves(
    table: pd.DataFrame, pair: Array, typical: pd.Series[int], highest: pd.Series[int], ladder: tuple[str, ...]
) -> dict[str, pd.Series[Any]]:
    """Changes against the last period of the same pair that has a rung."""
    rows = pd.DataFrame({"pair": pair, "typical": typical, "highest": highest, "period": table["period"]})
    rows = rows[rows["typical"] > 0]
    before = rows.groupby("pair", sort=False)[["typical", "period"]].shift(1)
    step = rows["typical"] - before["typical"]
    change = pd.Series(np.select([step > 0, step < 0, step == 0], ["up", "down", "same"], ""), index=rows.index)
    record = rows.groupby("pair", sort=False)["highest"].cummax().groupby(rows["pair"], sort=False).shift(1)
    return {
        "change": change.reindex(table.index, fill_value="").astype("str"),
        "since": before["period"].fillna("").reindex(table.index, fill_value="").astype("str"),
        "new_high": (rows["highest"] > record).reindex(table.index, fill_value=False).astype("bool"),
    }
