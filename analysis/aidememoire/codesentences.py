"""Single sentences in, themes out: by the rules, by the trained coder, or by whichever is better for a theme."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from aidememoire.choices import Method
from aidememoire.codebook import Codebook
from aidememoire.model.coder import Coded, Coder
from aidememoire.model.weights import Head, ModelError, load

__all__ = ["RULE_SCORES", "code_sentences", "code_with", "coders", "shipped_coder", "speakers_of", "threshold_of"]

# Spoken of where no coder is trained for a theme.
RULES = "rules"
# Score of a rule's code 0, 1 and 2.
RULE_SCORES = np.array([0.0, 0.5, 1.0])

Array = np.ndarray[Any, Any]


def code_sentences(
    sentences: Sequence[str],
    before: Sequence[str] | None = None,
    year: Sequence[int] | int | None = None,
    *,
    method: Method = "best",
    scores: bool = False,
    weights: str | Path | None = None,
) -> pd.DataFrame:
    """Return which themes of the builtin codebook each sentence carries.

    Parameters
    ----------
    sentences
        English sentences, each judged by itself.
    before
        The text in front of each, if known.
    year
        When each was said, or all of them: the past is old only against that year.
    method
        ``rules``: the codebook's rules alone. ``model``: the trained coder for the themes that have one, the rules
        for the others. ``best``: for each theme rules, model or their combination, whichever cross-validation on
        the training sentences preferred (see ``coders``).
    scores
        Give a score in [0, 1] in place of yes and no: by a model the probability that a coder would call the
        sentence clear (in the mix of the training sentences), by rules 1 for a strict, 0.5 for a lenient hit.

    weights
        Folder of a coder of one's own, as ``aidememoire train`` saves it, in place of the one that ships. A theme
        that is not in the codebook is a column behind the others.

    Returns
    -------
    pandas.DataFrame
        One row a sentence in the order given, one column a theme. ``attrs["coder"]`` says who spoke for each theme.

    Raises
    ------
    TypeError
        If anything but strings is given as sentences, or anything but whole numbers as years.
    ValueError
        If ``method`` is unknown, or ``before`` or ``year`` has another length than ``sentences``.
    ModelError
        If ``weights`` cannot be read, or were trained for another codebook.

    Notes
    -----
    What implies historical memory by definition lends it its code, and its score where that is higher.

    Examples
    --------
    >>> coded = code_sentences(["They falsify history.", "It rained."], year=2015)
    >>> coded["anti_revisionism"].tolist(), coded["historical_memory"].tolist()
    ([True, False], [True, False])
    """
    if method not in get_args(Method):
        raise ValueError(f"code_sentences: method={method!r} is not one of {', '.join(get_args(Method))}")
    coder = shipped_coder() if weights is None else own_coder(Path(weights))
    return code_with(coder, sentences, before, year, method, scores=scores)


def code_with(
    coder: Coder,
    sentences: Sequence[str],
    before: Sequence[str] | None,
    year: Sequence[int] | int | None,
    method: Method,
    *,
    scores: bool,
) -> pd.DataFrame:
    """Return what ``code_sentences`` returns, by a coder of one's own."""
    texts = _strings(sentences, "sentences")
    context = None if before is None else _strings(before, "before", len(texts))
    years = _years(year, len(texts))
    speakers = speakers_of(coder, method)
    table: Array = np.zeros((len(texts), len(speakers)), dtype=np.float64 if scores else np.bool_)
    if texts:
        coded = _coded(coder, texts, years, context, method)
        for place, theme in enumerate(speakers):
            table[:, place] = _column(coded, place, speakers[theme], coder.heads.get(place), scores)
        table = _with_implied(table, coder.codebook)
    frame = pd.DataFrame(table, columns=list(speakers))
    frame.attrs["coder"] = speakers
    return frame


def coders() -> pd.DataFrame:
    """Return who speaks for each theme under ``best``, and why.

    Returns
    -------
    pandas.DataFrame
        Columns theme; coder (rules, model, combination); threshold, the least probability that is coded; and
        f1_rules, f1_model, f1_combination in nested cross-validation on the training sentences. Missing where no
        coder is trained.

    Examples
    --------
    >>> coders().set_index("theme").loc["peace_stability", "coder"]
    'rules'
    """
    coder = shipped_coder()
    rows = []
    for place, theme in enumerate(coder.codebook.theme_ids):
        head = coder.heads.get(place)
        rows.append(
            {
                "theme": theme,
                "coder": head.best if head else RULES,
                "threshold": threshold_of(head, head.best) if head else np.nan,
                **{f"f1_{name}": head.f1[name] if head else np.nan for name in ("rules", "model", "combination")},
            }
        )
    return pd.DataFrame(rows)


@cache
def shipped_coder() -> Coder:
    """Return the coder that ships; it is loaded once."""
    return Coder()


def own_coder(folder: Path) -> Coder:
    """Return the coder saved in ``folder``.

    Raises
    ------
    ModelError
        If it cannot be read, or was trained for another version of the builtin codebook.
    """
    coder = Coder(load(folder))
    if coder.trained.codebook_sha256 != coder.codebook.sha256:
        told = f"{coder.trained.codebook_version} ({coder.trained.codebook_sha256[:12]})"
        raise ModelError(f"{folder}: trained for the builtin codebook {told}, which has changed since; train it anew")
    return coder


def speakers_of(coder: Coder, method: Method) -> dict[str, str]:
    """Return who speaks for each theme: rules, model or combination."""

    def speaker(head: Head | None) -> str:
        if head is None or method == "rules":
            return RULES
        return head.best if method == "best" else "model"

    return {theme: speaker(coder.heads.get(place)) for place, theme in enumerate(coder.themes)}


def _coded(coder: Coder, texts: list[str], years: list[int | None], before: list[str] | None, method: Method) -> Coded:
    if method != "rules":
        return coder.code(texts, years, before)
    nothing = np.zeros((0, 0))
    unruled = len(coder.themes) - len(coder.codebook.theme_ids)
    return Coded(np.pad(coder.marker.values(texts), ((0, 0), (0, unruled))), nothing, nothing)


def _column(coded: Coded, place: int, speaker: str, head: Head | None, scores: bool) -> Array:
    if head is None or speaker == RULES:
        values = coded.values[:, place]
        return RULE_SCORES[values] if scores else values == 2
    probability: Array = (coded.model if speaker == "model" else coded.combination)[:, place]
    if scores:
        return probability
    is_coded: Array = probability >= threshold_of(head, speaker)
    return is_coded


def threshold_of(head: Head, speaker: str) -> float:
    """Return the least score that is coded."""
    if speaker == RULES:
        return 1.0
    return head.model_threshold if speaker == "model" else head.combination_threshold


def _with_implied(table: Array, codebook: Codebook) -> Array:
    """Raise each implied theme to the highest of what implies it."""
    raised = table.copy()
    for place, theme in enumerate(codebook.themes):
        for implied in theme.lends_to:
            at = codebook.theme_ids.index(implied)
            raised[:, at] = np.maximum(raised[:, at], table[:, place])
    return raised


def _strings(values: Sequence[str], name: str, n: int | None = None) -> list[str]:
    if isinstance(values, str | bytes):
        raise TypeError(f"code_sentences: {name} must be a list of strings, not one {type(values).__name__}")
    listed = list(values)
    for place, value in enumerate(listed):
        if not isinstance(value, str):
            raise TypeError(f"code_sentences: {name}[{place}] must be a string, not {type(value).__name__}")
    if n is not None and len(listed) != n:
        raise ValueError(f"code_sentences: {name} has {len(listed):,} entries for {n:,} sentences")
    return listed


def _years(year: Sequence[int] | int | None, n: int) -> list[int | None]:
    given = [year] * n if year is None or isinstance(year, int | np.integer) else list(year)
    if len(given) != n:
        raise ValueError(f"code_sentences: year has {len(given):,} entries for {n:,} sentences")
    for place, value in enumerate(given):
        if value is not None and (not isinstance(value, int | np.integer) or isinstance(value, bool)):
            raise TypeError(f"code_sentences: year[{place}] must be a whole number, not {type(value).__name__}")
    return [None if value is None else int(value) for value in given]
