"""Codes without one rule: what is left of a theme when the rule that finds most of it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.matching import CODING_KINDS
from aidememoire.themes import RULES

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["leaning", "theme_alone", "without_rules"]

_KEYS = ["statement_id", "sentence"]


def theme_alone(coding: Coding, theme: str) -> Coding:
    """Return the coding with the codes of one theme, and the hits that make them: less to count through."""
    lenders = [each.id for each in coding.codebook.themes if theme in each.lends_to]
    return replace(
        coding,
        codes=coding.codes[coding.codes["theme"] == theme].reset_index(drop=True),
        hits=coding.hits[coding.hits["theme"].isin([theme, *lenders])].reset_index(drop=True),
        facets=coding.facets.iloc[:0],
    )


def leaning(coding: Coding, theme: str, statements: pd.Series[str]) -> pd.DataFrame:
    """Return the rules of a theme and how many of its sentences in the statements they hit, most first.

    Returns
    -------
    pandas.DataFrame
        rule, n_hit (coded sentences with the rule), n_alone (those that no other rule would have coded), share (n_hit
        over all coded sentences). A theme that lends its codes to this one is the rule ``implied by ...``.
    """
    sources = _sources(coding, theme)
    sources = sources[sources["statement_id"].isin(statements)]
    alone = sources.groupby(_KEYS)["rule"].transform("size") == 1
    by_rule = sources.assign(alone=alone).groupby("rule", sort=True)["alone"]
    table = pd.DataFrame({"n_hit": by_rule.size(), "n_alone": by_rule.sum()}).reset_index()
    table["share"] = table["n_hit"] / max(1, len(sources[_KEYS].drop_duplicates()))
    return table.sort_values(["n_hit", "rule"], ascending=[False, True], ignore_index=True)


def without_rules(coding: Coding, theme: str, rules: list[str]) -> Iterator[tuple[str, Coding]]:
    """Yield each rule and the coding as it would be without it.

    A sentence that only this rule codes loses its code; one that another rule codes keeps the value of that. Codes of
    a trained coder stay.
    """
    sources = _sources(coding, theme)
    codes = coding.codes
    is_rules = ((codes["theme"] == theme) & (codes["coder"] == RULES)).to_numpy()
    coded = pd.MultiIndex.from_frame(codes.loc[is_rules, _KEYS].astype({"statement_id": "str"}))
    for rule in rules:
        left = sources[sources["rule"] != rule].groupby(_KEYS)["value"].max()
        value = codes["value"].to_numpy().copy()
        value[is_rules] = left.reindex(coded).fillna(0).to_numpy(dtype=np.int64)
        lender = rule.removeprefix("implied by ")
        gone = (coding.hits["theme"] == lender) if lender != rule else (coding.hits["rule"] == rule)
        yield (
            rule,
            replace(coding, codes=codes.assign(value=value)[value > 0].reset_index(drop=True), hits=coding.hits[~gone]),
        )


def _sources(coding: Coding, theme: str) -> pd.DataFrame:
    """What each rule, or each theme that lends its codes, gives each sentence: statement_id, sentence, rule, value."""
    lenders = [each.id for each in coding.codebook.themes if theme in each.lends_to]
    hits = coding.hits[coding.hits["theme"].isin([theme, *lenders])]
    hits = hits[[*_KEYS, "theme", "rule"]].astype({"statement_id": "str", "theme": "str", "rule": "str"})
    value = hits["rule"].str.split(".").str[1].map(CODING_KINDS)
    lent = hits["theme"] != theme
    named = hits.assign(value=value, rule=hits["rule"].where(~lent, "implied by " + hits["theme"]))
    named = named.dropna(subset="value").astype({"value": "int64"})
    return named.groupby([*_KEYS, "rule"])["value"].max().reset_index()
