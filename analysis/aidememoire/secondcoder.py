"""Codes of a second coder beside those of the rules: the trained one, or for each theme whoever is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aidememoire.codesentences import RULE_SCORES, shipped_coder, speakers_of, threshold_of
from aidememoire.model.bulkmarks import UNKNOWN
from aidememoire.model.weights import ModelError
from aidememoire.scored import SCORES, scores_of

if TYPE_CHECKING:
    from aidememoire.choices import Method
    from aidememoire.codebook import Codebook
    from aidememoire.ledger import Progress
    from aidememoire.model.coder import Coder
    from aidememoire.store import Store
    from aidememoire.themes import Applied

__all__ = ["coder_for", "model_reads", "second_codes"]

# What the coder was trained on; a statement whose language is not known is read, as the rules read it.
_LANGUAGES = ("en", "")

Array = np.ndarray[Any, Any]


def coder_for(codebook: Codebook) -> Coder:
    """Return the coder that ships, if it was trained for ``codebook``.

    Raises
    ------
    ModelError
        If it was not: its rules are among what the coder looks at.
    """
    coder = shipped_coder()
    if coder.trained.codebook_sha256 != codebook.sha256:
        raise ModelError(
            f"the trained coder fits the builtin codebook {coder.trained.codebook_version} "
            f"({coder.trained.codebook_sha256[:12]}) and not this one ({codebook.sha256[:12]}); code by the rules, "
            "use the builtin codebook, or train a coder (docs/model_card.md)"
        )
    return coder


def model_reads(statements: pd.DataFrame) -> Array:
    """Return for each statement whether the trained coder reads its language."""
    found: Array = statements["language"].fillna("").isin(_LANGUAGES).to_numpy()
    return found


def second_codes(
    store: Store,
    statements: pd.DataFrame,
    lengths: Array,
    applied: Applied,
    coder: Coder,
    method: Method,
    matches: Mapping[str, Array],
    version: str,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the codes by ``method``: columns row, theme, value, score.

    Parameters
    ----------
    store
        Where the texts lie.
    statements, lengths
        The table, and the sentences of each.
    applied
        Codes by the rules; they stand for themes without a trained coder, and in statements it does not read.
    coder
        As ``coder_for`` returns it.
    method
        ``model`` or ``best``.
    matches, version
        Hits of the codebook in each text, and the version of the code that found them.
    progress
        Called while sentences are scored.
    """
    ids = coder.codebook.theme_ids
    values = np.zeros((int(lengths.sum()), len(ids)), dtype=np.int8)
    place = applied.codes["theme"].map({theme: number for number, theme in enumerate(ids)}).to_numpy(dtype=np.int64)
    values[applied.codes["row"].to_numpy(), place] = applied.codes["value"]
    scores = RULE_SCORES.astype(np.float32)[values]
    is_read = model_reads(statements)
    rows, scored = _scores(store, statements, lengths, is_read, coder, matches, version, progress)
    of_model = np.repeat(is_read, lengths)
    speakers = speakers_of(coder, method)
    for number, (theme, head) in enumerate(coder.heads.items()):
        speaker = speakers[ids[theme]]
        if speaker == "rules":
            continue
        own = scored["head"] == number
        probability = scored[speaker][own]
        values[of_model, theme], scores[of_model, theme] = 0, 0
        values[rows[own], theme] = 2 * (probability >= threshold_of(head, speaker))
        scores[rows[own], theme] = probability
    return _sparse(values, scores, coder.codebook)


def _scores(
    store: Store,
    statements: pd.DataFrame,
    lengths: Array,
    is_read: Array,
    coder: Coder,
    matches: Mapping[str, Array],
    version: str,
    progress: Progress | None,
) -> tuple[Array, Array]:
    """Row of the sentences table of each kept score, and the scores."""
    read = statements[is_read]
    years = [int(date[:4]) if isinstance(date, str) else UNKNOWN for date in read["date"]]
    places = list(zip(read["text_sha256"], years, strict=True))
    found = scores_of(store, coder, places, matches, version, progress)
    arrays = [found[place] for place in places]
    scored = np.concatenate(arrays) if arrays else np.zeros(0, dtype=SCORES)
    first = (np.cumsum(lengths) - lengths)[is_read]
    return scored["sentence"] + np.repeat(first, [len(array) for array in arrays]).astype(np.int64), scored


def _sparse(values: Array, scores: Array, codebook: Codebook) -> pd.DataFrame:
    """Raise what is implied by definition, value and score, as ``code_sentences`` does, and keep what is coded."""
    raised, high = values.copy(), scores.copy()
    for number, theme in enumerate(codebook.themes):
        for implied in theme.lends_to:
            at = codebook.theme_ids.index(implied)
            raised[:, at] = np.maximum(raised[:, at], values[:, number])
            high[:, at] = np.maximum(high[:, at], scores[:, number])
    rows, themes = np.nonzero(raised)
    return pd.DataFrame(
        {
            "row": rows,
            "theme": np.array(codebook.theme_ids, dtype=object)[themes],
            "value": raised[rows, themes].astype(np.int64),
            "score": high[rows, themes].astype(np.float64),
        }
    )
