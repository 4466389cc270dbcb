"""The codes of a run as it left them: which sentence carries which theme, and by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from aidememoire.matching import CODING_KINDS

if TYPE_CHECKING:
    from aidememoire.compare.runfolder import Run

__all__ = ["coded_sentences", "with_rules"]

_IMPLIED = "implied by "
_SENTENCE = ["statement_id", "sentence"]
_KEY = [*_SENTENCE, "theme"]


def coded_sentences(run: Run) -> pd.DataFrame:
    """Return every coded sentence of a run.

    Returns
    -------
    DataFrame
        One row a sentence and theme: statement_id, sentence, theme, value (1 or 2), at (where its first hit begins;
        missing where a trained coder codes without one).
    """
    found = _by_rules(run.hits())
    codes = run.codes()
    if codes is None:
        return found
    coded = codes.loc[codes["value"] > 0, [*_KEY, "value"]].astype({"theme": "str"})
    return coded.merge(found[[*_KEY, "at"]], on=_KEY, how="left")


def with_rules(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    """Return coded sentences with ``rules``: ids without the theme, or the coder's name where no rule hit.

    Parameters
    ----------
    run
        Whose hits.
    rows
        Some of its ``coded_sentences``; few, for each costs.
    """
    hits = run.hits()
    hits = hits[hits["statement_id"].isin(set(rows["statement_id"]))].astype({"theme": "str", "rule": "str"})
    own = hits.merge(rows[_KEY], on=_KEY).sort_values([*_KEY, "start", "end", "rule"])
    short = [rule.removeprefix(f"{theme}.") for rule, theme in zip(own["rule"], own["theme"], strict=True)]
    named = own.assign(rules=short).drop_duplicates([*_KEY, "rules"]).groupby(_KEY)["rules"].agg(", ".join)
    coder = next(iter(run.series()["coder"]), "")
    joined = rows.merge(named.reset_index().astype({"rules": "str"}), on=_KEY, how="left")
    return joined.assign(rules=joined["rules"].fillna(coder))


def _by_rules(hits: pd.DataFrame) -> pd.DataFrame:
    """Codes that follow from hits, as ``themes.apply_rules`` made them: lending goes one step and not on."""
    # A corpus has many hits and few rules, so rules are taken apart as categories.
    rule = hits["rule"].astype("category")
    names = rule.cat.categories.astype("str").to_series()
    value = names.str.split(".").str[1].map(CODING_KINDS).to_numpy()
    source = names.where(names.str.startswith(_IMPLIED)).str.removeprefix(_IMPLIED).to_numpy()
    codes = rule.cat.codes.to_numpy()
    rows = hits[[*_KEY, "start"]].astype({"theme": "str"}).assign(value=value[codes], source=source[codes])
    own = rows[rows["value"].notna()]
    lent = rows[rows["source"].notna()].drop(columns="value")
    if len(lent):
        highest = own.groupby(_KEY)["value"].max().rename_axis([*_SENTENCE, "source"]).reset_index()
        own = pd.concat([own, lent.merge(highest, on=[*_SENTENCE, "source"], how="left")])
    table = own.groupby(_KEY).agg(value=("value", "max"), at=("start", "min")).reset_index()
    return table.astype({"value": "int64", "at": "Int64", "theme": "str"})
