"""A finding counted again under every combination of choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aidememoire.choices import Codes, Count, Method, VoiceSet
from aidememoire.composition.sides import FEW, check_apart, lies_in, periods_in
from aidememoire.counting import count_statements
from aidememoire.errors import SeriesError
from aidememoire.speccurve.estimates import estimates
from aidememoire.speccurve.finding import Choices, Finding
from aidememoire.speccurve.rules import leaning, theme_alone, without_rules
from aidememoire.speccurve.summary import CHOICES, Summary, summarised
from aidememoire.themes import RULES

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Robustness", "robustness"]

Progress = Callable[[str, int, int], None]

# Numbers that agree so far are the same numbers.
_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class _Counting:
    """One way to count: what needs the codes anew. Measures and weightings follow from the same counts."""

    voices: VoiceSet
    codes: Codes
    coder: Method
    count: Count


@dataclass(frozen=True, slots=True)
class Robustness:
    """A finding under every combination of choices.

    Attributes
    ----------
    finding
        What was found.
    table
        One row a specification, the baseline first: specification (number), the choices voices, codes, coder, measure,
        count, weighting and without_rule (empty, or the rule left out), then before, after (shares, or rates per 1,000
        words), estimate (after - before), low, high (95%, bootstrap over statements), relative, n_before, n_after
        (statements), n_coded_before, n_coded_after (statements with the theme), distinct and flag.

        ``relative`` is the estimate over the mean of both shares, from -2 to 2, and compares measures. ``distinct`` is
        false where an earlier row has the same numbers: the choice makes no difference there. ``flag`` is ``no_data``
        (a side has no statements, and there is no estimate), ``few_coded`` (a side has fewer than 5 statements with the
        theme, and the interval is too short) or empty.
    rules
        The rules of the theme that were left out in turn: rule, n_hit, n_alone, share (`leaning`).
    notes
        What a reader must know of this result, in sentences.
    """

    finding: Finding
    table: pd.DataFrame
    rules: pd.DataFrame
    notes: tuple[str, ...]

    def summary(self) -> Summary:
        """Return how many specifications agree, and which choice moves the estimate most."""
        return summarised(self.table)


def robustness(
    coding: Coding,
    finding: Finding,
    *,
    choices: Choices | None = None,
    rules: int = 10,
    draws: int = 1_000,
    seed: int = 1,
    progress: Progress | None = None,
) -> Robustness:
    """Count a finding again under every combination of choices, and without each of the rules it leans on most.

    Parameters
    ----------
    coding
        A coded corpus; coded by ``model`` or ``best`` it has the codes of the rules beside theirs.
    finding
        A theme's share in two sets of periods.
    choices
        What to vary; by default all that `Choices` has.
    rules
        How many rules are left out in turn, those first that hit most coded sentences. Leaving out goes with the first
        value of every other choice and the rules as coder.
    draws, seed
        How often the statements of each side are drawn again, and from where.
    progress
        Called with what is being done, how many countings are done, and of how many.

    Raises
    ------
    SeriesError
        If theme, column, coder or periods are not there, or the sides overlap.

    Notes
    -----
    All reasonable specifications side by side: Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4:1208-1214;
    Steegen, Tuerlinckx, Gelman and Vanpaemel 2016, Perspectives on Psychological Science 11:702-712. Specifications are
    counted on the same statements and are not independent of each other: how many agree is no p-value.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import aidememoire as am
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for number in range(6):
    ...     year, text = 2019 + number // 3, "They falsify history." if number > 2 else f"It rained {number} times."
    ...     page = f"---\\ndate: {year}-05-0{number + 1}\\nactor: XAA\\n---\\n\\n{text} We met {number} guests."
    ...     _ = (folder / f"{number}.md").write_text(page, encoding="utf-8")
    >>> corpus = am.Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> coding = am.code(corpus, am.load_codebook())
    >>> choices = Choices(counts=("statements",), measures=("sentences", "statements"))
    >>> found = robustness(coding, Finding("anti_revisionism", "2019", "2020"), choices=choices, draws=100)
    >>> found.table.loc[0, ["before", "after", "estimate"]].tolist()
    [0.0, 0.5, 0.5]
    >>> str(found.summary()).split(";")[0]
    '2 of 2 distinct specifications have the sign of the baseline'
    >>> corpus.close()
    """
    choices = choices or Choices()
    if finding.theme not in coding.codebook.theme_ids:
        there = ", ".join(coding.codebook.theme_ids)
        raise SeriesError(f"robustness: no theme {finding.theme!r} in this codebook; it has {there}")
    coders = choices.coders or tuple(dict.fromkeys((coding.method, RULES)))
    ways = [_Counting(*way) for way in product(choices.voices, choices.codes, coders, choices.counts)]
    pairs = list(product(choices.measures, choices.weightings))
    slim = theme_alone(coding, finding.theme)
    leans = leaning(slim, finding.theme, _baseline(slim, finding, ways[0])).head(rules if RULES in coders else 0)
    base = replace(ways[0], coder=RULES)
    runs = [("", slim, way, pairs) for way in ways]
    runs += [(rule, left, base, pairs[:1]) for rule, left in without_rules(slim, finding.theme, leans["rule"].tolist())]
    rows = []
    for number, (rule, counted, way, wanted) in enumerate(runs):
        if progress:
            progress("counted again", number, len(runs))
        sides = _counts(counted, finding, way, words=any(measure == "words" for measure, _ in wanted))
        said = asdict(way) | {"without_rule": rule}
        rows += [said | row for row in estimates(sides, finding.theme, wanted, draws, seed)]
    table = _table(rows)
    return Robustness(finding, table, leans, _notes(table))


def _baseline(coding: Coding, finding: Finding, way: _Counting) -> pd.Series[str]:
    """Statements of both sides as the baseline counts them, after checking that there are some."""
    counts = _counted(coding, finding, way, words=False)
    sides = [
        periods_in(counts["period"], asked, name, "robustness")
        for name, asked in (("before", finding.before), ("after", finding.after))
    ]
    check_apart(counts["period"], sides[0], sides[1], "robustness")
    return counts.loc[sides[0] | sides[1], "statement_id"]


def _counted(coding: Coding, finding: Finding, way: _Counting, *, words: bool) -> pd.DataFrame:
    return count_statements(
        coding,
        period=finding.period,
        voices=way.voices,
        codes=way.codes,
        count=way.count,
        only=finding.only,
        coder=way.coder,
        words=words,
    ).table


def _counts(coding: Coding, finding: Finding, way: _Counting, *, words: bool) -> list[pd.DataFrame]:
    """Counts of the statements before and after that a rule of the theme reads."""
    counts = _counted(coding, finding, way, words=words)
    counts = counts[counts[finding.theme].notna()]
    return [
        counts[lies_in(counts["period"], asked, name, "robustness")]
        for name, asked in (("before", finding.before), ("after", finding.after))
    ]


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    numbers = table[["before", "after", "low", "high"]].round(_DECIMALS).assign(measure=table["measure"])
    table.insert(0, "specification", np.arange(len(table)))
    table = table.assign(distinct=~numbers.duplicated())
    columns = ["before", "after", "estimate", "low", "high", "relative"]
    columns += ["n_before", "n_after", "n_coded_before", "n_coded_after", "distinct", "flag"]
    return table[["specification", *CHOICES, *columns]].astype(dict.fromkeys((*CHOICES, "flag"), "str"))


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if repeated := int((~table["distinct"]).sum()):
        notes.append(f"{repeated} of {len(table)} specifications have the numbers of an earlier one and count once.")
    if few := int((table["flag"] == "few_coded").sum()):
        notes.append(f"In {few} a side has fewer than {FEW} statements with the theme: their intervals are too short.")
    if empty := int((table["flag"] == "no_data").sum()):
        notes.append(f"{empty} have no statements on a side.")
    return tuple(notes)
