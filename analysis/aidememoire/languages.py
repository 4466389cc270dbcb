"""Which statements the rules of a codebook read: a rule of one language says nothing of a statement in another."""

from __future__ import annotations

import pandas as pd

from aidememoire.codebook import Codebook

__all__ = ["NOBODY", "languages_of", "readable", "unread"]

# The coder's name where no rule reads a statement.
NOBODY = "none"


def languages_of(codebook: Codebook) -> dict[str, frozenset[str]]:
    """Return the languages that the rules of each theme are written in; a rule of all languages says ``""``.

    Rules of themes that lend it their codes are rules of the theme.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> languages_of(load_codebook())["historical_memory"]
    frozenset({''})
    """
    own: dict[str, set[str]] = {}
    for theme in codebook.themes:
        written = theme.patterns
        rules = (*written.phrases, *written.near, *written.without, *written.lenient_phrases)
        for served in (theme.id, *theme.lends_to):
            own.setdefault(served, set()).update(rule.language for rule in rules)
    return {theme: frozenset(own[theme]) for theme in codebook.theme_ids}


def readable(codebook: Codebook, languages: pd.Series[str]) -> pd.DataFrame:
    """Return for each statement, by its language, whether any rule of each theme reads it: one column a theme.

    A statement whose language is not known is read by all rules.
    """
    known = languages.fillna("")
    return pd.DataFrame(
        {theme: known.isin([*written, ""]) | ("" in written) for theme, written in languages_of(codebook).items()},
        index=languages.index,
    )


def unread(codebook: Codebook, languages: pd.Series[str]) -> dict[str, int]:
    """Return the languages of statements that no rule reads, and how many of each, most first."""
    counts = languages[~readable(codebook, languages).any(axis=1)].value_counts()
    return {str(language): int(n) for language, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))}
