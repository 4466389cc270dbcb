"""Why a theme is coded in a sentence, or is not: the model's strongest features and the rules that fired."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from aidememoire.codesentences import shipped_coder, speakers_of, threshold_of
from aidememoire.errors import CodebookError
from aidememoire.explain import Explained
from aidememoire.model.coder import Coder, calibrated, forms_of, strengths
from aidememoire.model.reasons import BIAS, contributions

__all__ = ["Explanation", "Feature", "explain_sentence", "explanation_of"]

# A rule's mark is named by its pattern, of which so much is shown.
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Feature:
    """What a feature adds to the log odds: a stem or pair of stems (quoted), a mark, or the word vectors together."""

    name: str
    weight: float

    def __str__(self) -> str:
        """Return name and weight, a long name cut."""
        shown = self.name if len(self.name) <= LONGEST_NAME else f"{self.name[: LONGEST_NAME - 1]}…"
        return f"{shown} {self.weight:+.2f}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one theme is coded in one sentence.

    Attributes
    ----------
    sentence, theme
        What was asked.
    speaker
        Who decides under ``best``: rules, model or combination.
    coded
        Whether the theme is coded, what follows from other themes by definition left aside.
    probability, threshold
        The speaker's probability of a clear code, and from where on it is coded; missing where the rules decide.
    speaks_for, speaks_against
        Features of the model, the strongest first; empty for a theme without a trained coder.
    others
        Sum of all other features, the bias among them.
    rules
        What the rules did, as ``aidememoire codebook explain`` shows it.
    """

    sentence: str
    theme: str
    speaker: str
    coded: bool
    probability: float
    threshold: float
    speaks_for: tuple[Feature, ...]
    speaks_against: tuple[Feature, ...]
    others: float
    rules: tuple[Explained, ...]

    def __str__(self) -> str:
        """Return the explanation as a few lines of text."""
        lines = [f"{self.theme}: {self._decision()}"]
        for sign, features in (("for", self.speaks_for), ("against", self.speaks_against)):
            if features:
                lines.append(f"  {sign}: " + ", ".join(map(str, features)))
        if self.speaks_for or self.speaks_against:
            lines.append(f"  all others: {self.others:+.2f}")
        lines += [f"  rule {row.outcome}: {row.words!r} {row.rule}" for row in self.rules]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            *((each.name, f"{each.weight:+.2f}") for each in (*self.speaks_for, *self.speaks_against)),
            *([("all others", f"{self.others:+.2f}")] if self.speaks_for or self.speaks_against else []),
            *((f"rule {row.rule}: {row.words}", row.outcome) for row in self.rules),
        ]
        cells = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in rows)
        head = f"<b>{escape(self.theme)}</b>: {escape(self._decision())}"
        return f"<div><p>{escape(self.sentence)}</p><p>{head}</p><table>{cells}</table></div>"

    def _decision(self) -> str:
        said = "coded" if self.coded else "not coded"
        if math.isnan(self.probability):
            return f"{said} by the rules"
        return f"{said} by {self.speaker}, {self.probability:.2f} (coded from {self.threshold:.2f} on)"


def explain_sentence(
    sentence: str, theme: str, *, before: str | None = None, year: int | None = None, most: int = 6
) -> Explanation:
    """Return why the builtin codebook's ``theme`` is coded in ``sentence``, or is not.

    Parameters
    ----------
    sentence
        An English sentence.
    theme
        Id of a theme.
    before, year
        The text in front of it, and when it was said, where known.
    most
        Features shown on each side.

    Raises
    ------
    CodebookError
        If there is no such theme.

    Examples
    --------
    >>> explanation = explain_sentence("They falsify history.", "anti_revisionism", year=2015)
    >>> explanation.coded, explanation.rules[0].rule
    (True, 'anti_revisionism.near.2')
    """
    return explanation_of(shipped_coder(), sentence, theme, before, year, most)


def explanation_of(
    coder: Coder, sentence: str, theme: str, before: str | None, year: int | None, most: int
) -> Explanation:
    """Return what ``explain_sentence`` returns, by a coder of one's own."""
    ids = coder.codebook.theme_ids
    if theme not in ids:
        raise CodebookError(f"no theme {theme!r}; there are {', '.join(ids)}")
    place = ids.index(theme)
    forms = [forms_of(sentence)]
    read = coder.marker.read([sentence], forms, [year], None if before is None else [before])
    value = int(read.values[0, place])
    fired = tuple(row for row in coder.explainer.explain(sentence) if row.theme == theme)
    head = coder.heads.get(place)
    if head is None:
        return Explanation(sentence, theme, "rules", value == 2, math.nan, math.nan, (), (), 0.0, fired)
    number = list(coder.heads).index(place)
    speaker = speakers_of(coder, "best")[theme]
    strength = strengths(coder.trained, forms, read.marks)[:, number]
    model = calibrated(head.model, strength, None)
    both = calibrated(head.combination, strength, read.values[:, place])
    probability = {"model": float(model[0]), "combination": float(both[0])}.get(speaker, math.nan)
    threshold = math.nan if speaker == "rules" else threshold_of(head, speaker)
    coded = value == 2 if speaker == "rules" else probability >= threshold
    found = contributions(coder.trained, forms[0], read.marks[0], number)
    pro, contra, others = _strongest(found, most)
    return Explanation(sentence, theme, speaker, coded, probability, threshold, pro, contra, others, fired)


def _strongest(found: dict[str, float], most: int) -> tuple[tuple[Feature, ...], tuple[Feature, ...], float]:
    features = [Feature(name, weight) for name, weight in found.items() if name != BIAS]
    ranked = sorted(features, key=lambda each: (-abs(each.weight), each.name))
    pro = tuple([each for each in ranked if each.weight > 0][:most])
    contra = tuple([each for each in ranked if each.weight < 0][:most])
    return pro, contra, sum(found.values()) - sum(each.weight for each in (*pro, *contra))
