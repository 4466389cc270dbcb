"""The sentences behind each point of the charts, as many as one file can carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.chosen import Asked, coded_sentences, owners_of
from aidememoire.examples import LONGEST, SHORTEST
from aidememoire.figures import rows_drawn
from aidememoire.periods import all_periods
from aidememoire.report.excerpt import cut

if TYPE_CHECKING:
    from aidememoire.coding import Coding
    from aidememoire.shares import Series

__all__ = ["point_sentences"]

# Characters shown of a sentence, and bytes of all of them: the report stays a file that opens at once.
MAX_CHARACTERS = 300
MAX_BYTES = 4_300_000
# What a sentence costs beside its text: its speaker, rules and place in the file.
OVERHEAD = 90
_KEYS = ["statement_id", "sentence"]


def point_sentences(
    coding: Coding, series: Series, themes: Sequence[str], *, each: int = 5, max_bytes: int = MAX_BYTES
) -> pd.DataFrame:
    """Return up to ``each`` sentences of every point that the figures of ``themes`` draw.

    Parameters
    ----------
    coding
        The coded corpus.
    series
        The charted series; only sentences that it counts are shown.
    themes
        Ids of the themes that are charted.
    each
        Most sentences of a point.
    max_bytes
        About how many bytes all of them may take. Every point gets its first sentence before any gets a second;
        where not even that fits, points are left without by the hash of their sentence, so that no theme and no
        year is favoured.

    Returns
    -------
    DataFrame
        One row a sentence: theme, period, the columns of ``series.by``, rank (0 is the first to show), statement_id,
        issuer, said_by, date, rules (ids joined by commas, empty where a trained coder coded without any), text (cut to
        about 300 characters) and hits (half-open spans relative to ``text``).

    Notes
    -----
    Within a point: one sentence of each statement before the second of any; sentences of readable length before very
    short and very long ones; by number of distinct rules; ties by the hash of the sentence. A sentence that is told
    again word for word is shown once.
    """
    ranked = _ranked(_candidates(coding, series, themes), series)
    chosen = ranked[ranked["rank"] < each].sort_values(["rank", "sentence_sha", "theme"], kind="stable")
    length = (chosen["end"] - chosen["start"]).clip(upper=MAX_CHARACTERS)
    chosen = _shown(coding, series, chosen[_fits(length, max_bytes)])
    # Characters were counted before; letters of other alphabets take two or three bytes.
    size = pd.Series([len(text.encode("utf-8", "replace")) for text in chosen["text"]], dtype="int64")
    chosen = chosen[_fits(size, max_bytes)]
    order = ["theme", "period", *series.by, "rank"]
    columns = [*order, "statement_id", "issuer", "said_by", "date", "rules", "text", "hits"]
    return chosen.sort_values(order, kind="stable", ignore_index=True)[columns]


def _candidates(coding: Coding, series: Series, themes: Sequence[str]) -> pd.DataFrame:
    """Every counted sentence of a drawn point, with its cell: once for each period that looks at it."""
    asked = Asked(series.voices, series.codes, series.stances, series.count)
    places = coded_sentences(coding, asked, series.coder)
    owner = owners_of(coding)[places["row"].to_numpy(dtype=np.int64)]
    places["statement_id"] = coding.statements["statement_id"].to_numpy(dtype=object)[owner]
    cells = [_in_cells(places[places["theme"] == theme], series, theme) for theme in themes]
    found = pd.concat(cells) if cells else _in_cells(places.iloc[:0], series, series.themes[0])
    columns = ["sentence", "start", "end", "sentence_sha", "speaker", "voice", "quote_start", "quote_end"]
    # The series may be grouped by speaker, which is the statement's; here it is the sentence's.
    sentences = coding.sentences[columns].rename(columns={"speaker": "said_by"})
    found = found.join(sentences, on="row").reset_index(drop=True)
    rules = coding.hits.astype({"theme": "str", "statement_id": "str"}).groupby(["theme", *_KEYS])["rule"].nunique()
    return found.join(rules.rename("n_rules"), on=["theme", *_KEYS]).fillna({"n_rules": 0})


def _in_cells(places: pd.DataFrame, series: Series, theme: str) -> pd.DataFrame:
    """The places of one theme with the cells of its figure that count them."""
    # A statement that no rule of the theme reads is none of its points.
    read = series.counts.loc[series.counts[theme].notna(), ["statement_id", "period", *series.by]]
    drawn = rows_drawn(series.table, theme=theme)[["theme", "period", *series.by]].astype("str")
    return places[["row", "theme", "statement_id"]].merge(_in_windows(read, series), on="statement_id").merge(drawn)


def _in_windows(counts: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Each statement under every period whose window holds it."""
    if series.window == 1:
        return counts
    labels = all_periods(counts["period"], series.period)
    at = {label: place for place, label in enumerate(labels)}
    half = series.window // 2
    shifted = []
    for step in range(-half, half + 1):
        place = counts["period"].map(at) + step
        inside = place.between(0, len(labels) - 1)
        shifted.append(counts[inside].assign(period=[labels[each] for each in place[inside]]))
    return pd.concat(shifted)


def _ranked(found: pd.DataFrame, series: Series) -> pd.DataFrame:
    cell = ["theme", "period", *series.by]
    found = found.assign(odd=~(found["end"] - found["start"]).between(SHORTEST, LONGEST))
    found = found.assign(fewness=-found["n_rules"])
    best = ["odd", "fewness", "sentence_sha", "statement_id"]
    found = found.sort_values([*cell, *best]).drop_duplicates([*cell, "sentence_sha"])
    turn = found.groupby([*cell, "statement_id"]).cumcount()
    found = found.assign(turn=turn).sort_values([*cell, "turn", *best])
    return found.assign(rank=found.groupby(cell).cumcount())


def _fits(sizes: pd.Series[int], total: int) -> np.ndarray:
    return np.asarray((sizes + OVERHEAD).cumsum() <= total)


def _shown(coding: Coding, series: Series, chosen: pd.DataFrame) -> pd.DataFrame:
    """Add text, hits, rules and where the sentence stands."""
    sources = coding.statements[["statement_id", "actor", "date", "text_sha256"]].rename(columns={"actor": "issuer"})
    chosen = chosen.merge(sources, on="statement_id", how="left")
    hits = _hits(coding, series, chosen)
    texts: dict[str, str] = {}
    rows = []
    for row in chosen.itertuples():
        sha = str(row.text_sha256)
        if sha not in texts:
            texts[sha] = coding.corpus.store.text(sha)
        start, end = int(row.start), int(row.end)  # type: ignore[arg-type]
        spans = [(a - start, b - start) for a, b, _ in hits.get(row.Index, ())]
        rules = ", ".join(sorted({rule.removeprefix(f"{row.theme}.") for *_, rule in hits.get(row.Index, ())}))
        rows.append((*cut(texts[sha][start:end], spans, MAX_CHARACTERS), rules))
    shown = pd.DataFrame(rows, columns=["text", "hits", "rules"], index=chosen.index)
    known = {name: chosen[name].astype("str").where(chosen[name].notna(), "") for name in ("issuer", "said_by", "date")}
    return pd.concat([chosen, shown], axis=1).assign(**known)


def _hits(coding: Coding, series: Series, chosen: pd.DataFrame) -> dict[object, list[tuple[int, int, str]]]:
    """Start, end and rule of the hits of each chosen row; of a mixed sentence, only those in what is quoted."""
    wanted = chosen[["theme", *_KEYS, "voice", "quote_start", "quote_end"]].rename_axis("at").reset_index()
    kept = coding.hits[coding.hits["statement_id"].isin(wanted["statement_id"].unique())]
    kept = kept[["theme", *_KEYS, "rule", "start", "end"]].astype({"theme": "str", "statement_id": "str"})
    joined = kept.merge(wanted, on=["theme", *_KEYS])
    if series.voices == "own_words":
        inside = (joined["start"] >= joined["quote_start"]) & (joined["end"] <= joined["quote_end"])
        joined = joined[(joined["voice"] != "mixed") | inside.fillna(False)]
    found: dict[object, list[tuple[int, int, str]]] = {}
    for at, start, end, rule in zip(joined["at"], joined["start"], joined["end"], joined["rule"], strict=True):
        found.setdefault(at, []).append((int(start), int(end), str(rule)))
    return found
