"""A coder for one's own theme and codings as a scikit-learn estimator. Needs the extra ``train``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from aidememoire.codesentences import own_coder, shipped_coder
from aidememoire.errors import MissingExtraError
from aidememoire.model.coder import calibrated, forms_of, strengths
from aidememoire.model.single import Options, material_of, no_vectors, train_one
from aidememoire.model.weights import load_vectors, save, save_vectors

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError:
    raise MissingExtraError("scikit-learn", extra="train", purpose="ThemeClassifier") from None

__all__ = ["ThemeClassifier"]

Array = np.ndarray[Any, Any]
# What a saved coder says of itself beside its weights: the parameters, and which code its clear class has.
_KEPT: dict[str, type] = {"soft": float, "min_sentences": int, "use_vectors": bool, "random_state": int}
_CLEAR = "clear_code"
Sentences = Sequence[str] | pd.DataFrame


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns one theme from hand-coded sentences, with the features of the coder that ships.

    Sentences are a list (or array, or Series) of strings, or a DataFrame with the column ``text`` and, where known,
    ``before`` (the text in front), ``year`` and ``document``. Cross-validation cuts a DataFrame by rows, so each
    sentence keeps what belongs to it.

    Parameters
    ----------
    theme
        Id; one of the builtin codebook or another.
    C
        Inverse strength of the penalty; chosen by cross-validation if None.
    soft
        How much of a clear code (2) a borderline one (1) is; for codes 0, 1 and 2 only.
    min_sentences
        Sentences that a feature must be seen in.
    use_vectors
        Whether word vectors are among the features.
    random_state
        Seed of the folds by which calibration and threshold are found.

    Attributes
    ----------
    classes_
        0 and the clear code: 1, or 2 where codes 0, 1 and 2 were given.
    threshold_
        Least probability that is coded: the best F1 on sentences held out by document.
    trained_
        The weights.

    Examples
    --------
    >>> sentences = ["we fear the storm", "the storm is near", "calm seas", "all is calm"] * 6
    >>> coder = ThemeClassifier("weather", C=4.0).fit(sentences, [1, 1, 0, 0] * 6)
    >>> coder.predict(["the storm is near", "a calm day"]).tolist()
    [1, 0]
    """

    def __init__(
        self,
        theme: str = "theme",
        *,
        C: float | None = None,  # noqa: N803 (scikit-learn's name)
        soft: float = 0.15,
        min_sentences: int = 3,
        use_vectors: bool = True,
        random_state: int = 1945,
    ):
        self.theme = theme
        self.C = C
        self.soft = soft
        self.min_sentences = min_sentences
        self.use_vectors = use_vectors
        self.random_state = random_state

    def fit(self, X: Sentences, y: Sequence[int], groups: Sequence[Any] | None = None) -> Self:  # noqa: N803
        """Learn from sentences and their codes.

        Parameters
        ----------
        X
            Sentences.
        y
            0 and 1, or 0, 1 (borderline) and 2 (clear).
        groups
            Document of each sentence, in place of the column ``document``; without either each is its own.

        Raises
        ------
        ValueError
            If lengths differ, a code is none of these, or all are the same.
        """
        columns = _columns(X)
        codes, self.classes_ = _codes(y, len(columns["text"]))
        documents = columns["document"] if groups is None else list(groups)
        if len(documents) != len(codes):
            raise ValueError(f"ThemeClassifier: groups has {len(documents):,} entries for {len(codes):,} sentences")
        _, numbers = np.unique(np.array(documents, dtype=str), return_inverse=True)
        marker = shipped_coder().marker
        options = Options(self.C, self.soft, self.min_sentences, self.random_state)
        texts, before, years = columns["text"], columns["before"], columns["year"]
        material = material_of(marker, self.theme, texts, before, years, codes, numbers)
        self._vectors = load_vectors() if self.use_vectors else no_vectors()
        self.trained_ = train_one(material, self.theme, options, self._vectors, marker)
        self.threshold_ = self.trained_.heads[0].model_threshold
        return self

    def predict_proba(self, X: Sentences) -> Array:  # noqa: N803
        """Return the probabilities of both classes, sentences x 2."""
        check_is_fitted(self)
        columns = _columns(X)
        forms = [forms_of(text) for text in columns["text"]]
        read = shipped_coder().marker.read(columns["text"], forms, columns["year"], columns["before"])
        strength = strengths(self.trained_, forms, read.marks)[:, 0]
        clear = calibrated(self.trained_.heads[0].model, strength, None)
        return np.stack([1 - clear, clear], axis=1)

    def predict(self, X: Sentences) -> Array:  # noqa: N803
        """Return the class of each sentence."""
        is_coded = self.predict_proba(X)[:, 1] >= self.threshold_
        found: Array = self.classes_[is_coded.astype(np.int64)]
        return found

    def save(self, folder: str | Path) -> None:
        """Write plain arrays and JSON, for ``code_sentences(weights=folder)`` and ``load``."""
        check_is_fitted(self)
        options = {name: float(getattr(self, name)) for name in _KEPT}
        about = {**self.trained_.about, **options, _CLEAR: int(self.classes_[1])}
        save_vectors(self._vectors, Path(folder))
        save(replace(self.trained_, about=about), Path(folder))

    @classmethod
    def load(cls, folder: str | Path) -> ThemeClassifier:
        """Return the coder of one theme saved in ``folder``.

        Raises
        ------
        ModelError
            If it cannot be read, or was trained for another codebook.
        """
        trained = own_coder(Path(folder)).trained
        about = {name: trained.about[name] for name in _KEPT if name in trained.about}
        options: dict[str, Any] = {name: _KEPT[name](value) for name, value in about.items()}
        found = cls(trained.heads[0].theme, C=trained.heads[0].c, **options)
        found.trained_, found._vectors = trained, load_vectors(Path(folder))
        found.threshold_, found.classes_ = (
            trained.heads[0].model_threshold,
            np.array([0, int(trained.about.get(_CLEAR, 1))]),
        )
        return found

    def __sklearn_tags__(self) -> Any:
        """Say that sentences go in and two classes come out."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.classifier_tags.multi_class = False
        tags.target_tags.required = True
        return tags


def _columns(sentences: Sentences) -> dict[str, Any]:
    if isinstance(sentences, str | bytes):
        raise TypeError("ThemeClassifier: sentences must be a list of strings, not one string")
    table = sentences if isinstance(sentences, pd.DataFrame) else pd.DataFrame({"text": list(sentences)}, dtype=object)
    if "text" not in table.columns:
        raise ValueError(f"ThemeClassifier: no column 'text'; there are {', '.join(map(str, table.columns))}")
    texts = table["text"].tolist()
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"ThemeClassifier: sentence {place} must be a string, not {type(text).__name__}")
    years = table["year"].tolist() if "year" in table else [None] * len(texts)
    return {
        "text": texts,
        "before": table["before"].fillna("").tolist() if "before" in table else None,
        "year": [None if year is None or pd.isna(year) else int(year) for year in years],
        "document": table["document"].tolist() if "document" in table else list(range(len(texts))),
    }


def _codes(y: Sequence[int], n: int) -> tuple[Array, Array]:
    """Codes 0, 1 and 2, and the two classes as they were called."""
    given = np.asarray(y)
    if given.shape != (n,):
        raise ValueError(f"ThemeClassifier: y has the shape {given.shape} for {n:,} sentences")
    if not set(given.tolist()) <= {0, 1, 2}:
        wrong = next(code for code in given.tolist() if code not in {0, 1, 2})
        raise ValueError(f"ThemeClassifier: y must be 0 and 1, or 0, 1 and 2; {wrong!r} was given")
    most = int(given.max(initial=0))
    codes = given.astype(np.int8) * (2 if most == 1 else 1)
    if not (codes == 2).any() or (codes == 2).all():
        raise ValueError("ThemeClassifier: y must hold sentences that carry the theme and sentences that do not")
    return codes, np.array([0, most])
