"""Sentences that every report needs: how its numbers came about and what they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidememoire.languages import languages_of, unread
from aidememoire.shares import SMALL_N, Series

if TYPE_CHECKING:
    from aidememoire.changes import Shifts
    from aidememoire.codebook import Codebook
    from aidememoire.coding import Coding

__all__ = ["automatic_notes", "method_of", "shifts_method"]


_VOICE_WORDS = {
    "own_words": "the issuing side's own words: its own prose, its turns in transcripts, what it is quoted with",
    "attributed": "what is the issuing side's or attributed to it: own words, reported speech and its continuation",
    "all": "every sentence, whoever speaks",
}

_SHARE_WORDS = {
    "sentences": "A share is coded sentences over eligible ones.",
    "statements": "A share is statements with a coded sentence over statements with an eligible sentence.",
    "words": "A rate is coded sentences for each 1,000 words of eligible sentences.",
    "counts": "A count is the number of coded sentences; its interval takes the number of eligible ones as given.",
}
_WEIGHT_WORDS = {
    "sentence": "",
    "statement": " Each statement of a period weighs the same, however long.",
    "actor": " Each actor of a period weighs the same, however much it said.",
}


def method_of(coding: Coding, grouped: Series) -> tuple[tuple[str, str], ...]:
    """Return the method as pairs of heading and paragraph, for the choices of this run only."""
    share = _SHARE_WORDS[grouped.measure]
    repeats = (
        "statements that repeat an earlier one of the same actor, word for word or nearly"
        if grouped.count == "statements"
        else "all but one statement of each event (the issuer's own text before a wire story, then the earliest)"
    )
    value = "2 (clear)" if grouped.codes == "strict" else "1 (borderline) or 2 (clear)"
    return (
        (
            "Unit and codes",
            "The unit of coding is the natural sentence. A theme is its definition and examples in the codebook; "
            f"{_coder(coding)} A phrase or proximity rule codes a sentence 2, a lenient phrase "
            f"alone codes it 1; this report counts the value {value}. A sentence may carry any number of themes. "
            "Anti-revisionism, shared victory, victimhood and the colonial past imply historical memory by "
            "definition, so their coincidence with it is no finding.",
        ),
        (
            "Denominator",
            f"{share}{_WEIGHT_WORDS[grouped.weighting]} Courtesy formulas and boilerplate leave both numbers. "
            f"Statements without a proved date, and {repeats}, are left out ({grouped.n_undated:,} and "
            f"{grouped.n_duplicates:,} here). A statement in a language that no rule of a theme is written for is not "
            "in that theme's numbers.",
        ),
        (
            "Voices",
            f"Counted: {_VOICE_WORDS[grouped.voices]}. An attribution clause ('the minister said') is no content and "
            "carries no theme. Voices are told apart by rules for English; on 262 hand-coded sentences of press notes, "
            "transcripts and readouts 95% came out right (docs/voices.md), in wire stories this is less well measured.",
        ),
        (
            "Interval",
            "Sentences of one statement resemble each other. The intraclass correlation rho of each theme is estimated "
            "by analysis of variance within periods and groups, pooled over all of them; n sentences of statements of "
            "size m count as n / (1 + (sum(m^2)/n - 1) rho). The interval is Wilson's 95% score interval with that "
            "effective number (with weights: docs/methods.md). It covers the sampling of statements from what the "
            "actor might have said, not errors of the rules, and it is not adjusted for the number of themes and "
            "periods looked at.",
        ),
        (
            "Gaps and thin periods",
            "A period without eligible sentences is a gap, never zero. A period with one statement has a point and no "
            f"interval; fewer than {SMALL_N} statements are marked as few.",
        ),
    )


def shifts_method(shifts: Shifts) -> tuple[str, str]:
    """Return heading and paragraph on how shifts were tested in this run."""
    made = {method for method in shifts.table["method"] if method != "known_slope"}
    said = []
    if made & {"trend", "known_break"}:
        said.append(
            "Trends and breaks at given dates are quasi-binomial regressions of the shares, each period weighing by "
            "its effective number of sentences and by how much periods differ beyond it; p-values are averaged over "
            "how far noise may carry over from one period to the next."
        )
    if "unknown_break" in made:
        said.append(
            "Breaks at dates that were not given are sought inside stretches of data without a gap, "
            f"{shifts.least} periods at least on each side. What a level series with such noise shows is simulated "
            f"{shifts.draws:,} times; the interval of a date holds every date that fits nearly as well as the best."
        )
    said.append("Tests are corrected for their number as the page of findings says. Formulas: docs/shifts.md.")
    return "Shifts", " ".join(said)


def _coder(coding: Coding) -> str:
    """Who speaks for which theme."""
    if coding.method == "rules":
        return "the rules of the codebook are the coder."
    spoken = {
        name: [theme.title for theme in coding.codebook.themes if coding.speakers[theme.id] == name]
        for name in ("model", "combination")
    }
    said = [
        f"for {', '.join(titles)} {'a trained model speaks' if name == 'model' else 'model and rules speak together'}"
        for name, titles in spoken.items()
        if titles
    ]
    return (
        f"{'; '.join(said)}; for the others the rules of the codebook speak (docs/model_card.md says how well). The "
        "model codes a sentence 2 or not at all, and reads English only: other statements are coded by the rules."
    )


def automatic_notes(coding: Coding, grouped: Series) -> tuple[str, ...]:
    """Return the caveats that follow from the data."""
    notes = [
        "The rules find what they name. Their precision and recall differ by theme (see each theme's note); "
        "a change of wording can look like a change of theme.",
    ]
    if coding.sentences["voice"].isna().any():
        notes.append(
            "Voices are not told apart: a reporter's prose and a minister's quoted words count alike in this report."
        )
    notes += _on_languages(coding)
    precision = coding.statements["date_precision"].value_counts()
    if precision.get("year", 0):
        notes.append(f"{precision['year']:,} statements are dated by year only and cannot be charted more finely.")
    warned = [theme.title for theme in coding.codebook.themes if theme.base_rate_warning]
    if warned:
        notes.append(f"Compare {' and '.join(warned)} only with themselves: nearly every statement carries them.")
    return tuple(notes)


def _on_languages(coding: Coding) -> list[str]:
    languages = coding.statements["language"]
    missed = unread(coding.codebook, languages)
    notes = []
    if missed:
        notes.append(
            f"{sum(missed.values()):,} statements are in languages that no rule of the codebook reads "
            f"({', '.join(missed)}). They are kept and count in no share."
        )
    stated = coding.codebook.meta.get("language")
    others = languages[languages.notna() & (languages != stated)] if stated else languages
    if (len(others) if stated else others.nunique() > 1) and _has_rules_of_no_language(coding.codebook):
        whose = f"{len(others):,} statements are in other languages than {stated}, the codebook's"
        unsaid = "The statements are in several languages, and the codebook does not say which its rules are written in"
        notes.append(
            f"{whose if stated else unsaid}. Rules that name no language are tried on every statement: a low share "
            "in another language than theirs may mean only that they cannot read it."
        )
    return notes


def _has_rules_of_no_language(codebook: Codebook) -> bool:
    return any("" in written for written in languages_of(codebook).values())
