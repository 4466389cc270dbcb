"""Hits to codes: what the rules found becomes the value of each theme for each sentence.

1. A veto in the sentence removes the theme's hits.
2. A rule of another language than the statement's, where that is known, does not count. A strict hit (phrase,
   proximity or exclusion rule) codes 2, a lenient phrase alone codes 1.
3. A theme lends its value to those it implies by definition and to its parent, where that is higher; the implied
   code has a hit of its own, named ``implied by <theme>``, at the place of the hit it follows from.
4. A facet stands only where its theme is coded.
5. Courtesy formulas and boilerplate give technical codes; such sentences leave every denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from aidememoire.codebook import Codebook
from aidememoire.matching import CODING_KINDS, Rule

__all__ = ["RULES", "Applied", "apply_rules"]

# The coder's name in every table.
RULES: Final = "rules"

# One courtesy formula is enough here; elsewhere a sentence needs two (codebook, technical.courtesy_formula).
COURTESY_FIRST, COURTESY_LAST = 10, 5

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """Tables keyed by ``row``, the position of a sentence in the sentences table.

    Attributes
    ----------
    hits
        Columns row, theme, rule, start, end, weight.
    codes
        Columns row, theme, value.
    facets
        Columns row, theme, facet, value.
    technical
        One entry a sentence: the technical code or missing.
    """

    hits: pd.DataFrame
    codes: pd.DataFrame
    facets: pd.DataFrame
    technical: pd.Series[str]


def apply_rules(
    matches: pd.DataFrame, rules: Sequence[Rule], codebook: Codebook, lengths: Array, languages: Array
) -> Applied:
    """Return the codes that follow from matches.

    Parameters
    ----------
    matches
        Columns row (position in the sentences table), rule (position in ``rules``), start, end.
    rules
        The compiled rules the matches refer to.
    codebook
        Whose implications apply.
    lengths, languages
        Sentences of each statement, in the order of the sentences table, and its language, empty if unknown.
    """
    found = matches.assign(
        **{name: _of_rules(rules, name).take(matches["rule"]) for name in ("theme", "kind", "weight")}
    )
    content = _without_vetoed(_of_language(found, rules, lengths, languages), rules)
    coded = content[content["kind"].isin(list(CODING_KINDS))]
    coded = coded.assign(value=coded["kind"].map(CODING_KINDS).astype("int64"))
    codes, implied = _implications(coded, codebook)
    technical = found[found["kind"].isin(["technical", "regex"])]
    hits = pd.concat([_named(coded, rules), implied, _named(technical, rules)], ignore_index=True)
    hits = hits.sort_values(["row", "start", "end", "theme", "rule"], ignore_index=True)
    return Applied(hits, codes, _facets(content, codes, rules), _technical(found, lengths))


def _of_rules(rules: Sequence[Rule], attribute: str) -> Any:
    """Return an attribute by number of the rule, as an array of floats or of str that is quick to take from."""
    values = [getattr(rule, attribute) for rule in rules]
    return np.array(values, dtype=np.float64) if attribute == "weight" else pd.array(values, dtype="str")


def _of_language(found: pd.DataFrame, rules: Sequence[Rule], lengths: Array, languages: Array) -> pd.DataFrame:
    wanted = _of_rules(rules, "language")
    if not (wanted != "").any():
        return found
    of_rule, of_text = wanted.take(found["rule"]), np.repeat(languages, lengths).take(found["row"])
    kept: pd.DataFrame = found[(of_rule == "") | (of_text == "") | (of_rule == of_text)]
    return kept


def _without_vetoed(found: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    theme, names = pd.factorize(np.array([rule.theme for rule in rules], dtype=object))
    places = found["row"].to_numpy() * len(names) + theme.take(found["rule"])
    kept: pd.DataFrame = found[~np.isin(places, places[found["kind"] == "veto"])]
    return kept


def _implications(coded: pd.DataFrame, codebook: Codebook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Codes with the implied ones, and a hit row for each code that an implication made or raised."""
    first = coded.sort_values(["row", "theme", "value", "start", "end"], ascending=[True, True, False, True, True])
    first = first.drop_duplicates(["row", "theme"])[["row", "theme", "value", "start", "end"]]
    lent = [
        first[first["theme"] == theme.id].assign(theme=implied, rule=f"implied by {theme.id}")
        for theme in codebook.themes
        for implied in theme.lends_to
    ]
    offered = pd.concat([first.assign(rule=""), *lent], ignore_index=True)
    # A stable sort keeps the own code in front of an implied one of the same value.
    best = offered.sort_values("value", ascending=False, kind="stable").drop_duplicates(["row", "theme"])
    best = best.sort_values(["row", "theme"], ignore_index=True)
    implied_hits = best.loc[best["rule"] != "", ["row", "theme", "rule", "start", "end"]]
    return best[["row", "theme", "value"]], implied_hits.assign(weight=1.0)


def _named(found: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    return found.assign(rule=_of_rules(rules, "id").take(found["rule"]))[
        ["row", "theme", "rule", "start", "end", "weight"]
    ]


def _facets(content: pd.DataFrame, codes: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Facet values set by the rules that hit, where the theme is coded."""
    said = [(number, facet, value) for number, rule in enumerate(rules) for facet, value in rule.facets]
    names = pd.DataFrame(said, columns=["rule", "facet", "value"]).astype({"rule": "int64"})
    table = (
        content[["row", "theme", "rule"]].merge(names, on="rule").merge(codes[["row", "theme"]], on=["row", "theme"])
    )
    table = table[["row", "theme", "facet", "value"]].drop_duplicates()
    return table.sort_values(["row", "theme", "facet", "value"], ignore_index=True)


def _technical(found: pd.DataFrame, lengths: Array) -> pd.Series[str]:
    n_sentences = int(lengths.sum())
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    place = np.arange(n_sentences) - starts
    from_end = np.repeat(lengths, lengths) - place
    courtesy = np.bincount(found.loc[found["theme"] == "courtesy_formula", "row"], minlength=n_sentences)
    needed = np.where((place < COURTESY_FIRST) | (from_end <= COURTESY_LAST), 1, 2)
    technical = np.full(n_sentences, None, dtype=object)
    technical[courtesy >= needed] = "courtesy_formula"
    technical[found.loc[found["theme"] == "boilerplate", "row"]] = "boilerplate"
    return pd.Series(technical, dtype="str")
