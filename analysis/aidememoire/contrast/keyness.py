"""Keyness: the words that set one group of statements apart from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from aidememoire.choices import Codes, Count, Method, StanceSet, VoiceSet
from aidememoire.chosen import Asked, Chosen, Group, choose, coded_sentences, in_group, label_of
from aidememoire.contrast.keytable import compare_counts
from aidememoire.contrast.words import actor_words, pair_counts, word_counts, words_of
from aidememoire.counting import check_choice
from aidememoire.errors import SeriesError

if TYPE_CHECKING:
    from aidememoire.coding import Coding

__all__ = ["Keyness", "Unit", "keyness"]

Array = np.ndarray[Any, np.dtype[Any]]

Unit = Literal["sentences", "statements"]

DRAWS = 500
# Used by fewer statements than this, a word says more of them than of the group.
MIN_STATEMENTS = 5


@dataclass(frozen=True, slots=True)
class Keyness:
    """Words of two groups, those that set them apart most first.

    Attributes
    ----------
    table
        One row a word: word; side (``a`` or ``b``), whose word it is; n_a, n_b, its uses; per_1000_a, per_1000_b;
        statements_a, statements_b, actors, who uses it; dispersion, Gries' DP on its side; log_odds with low and high
        (95%, sampling of statements); z_words, as if words were independent; z, p_value, from permuted statements;
        q_value, p adjusted for the number of words.
    names
        The two groups in words.
    n_words, n_statements
        Of each group: with at least one word that counts.
    prior
        Size of the prior in words.
    theme, unit, within, min_statements, draws, seed, coder, voices, codes
        What was asked for.
    """

    table: pd.DataFrame
    names: tuple[str, str]
    n_words: tuple[int, int]
    n_statements: tuple[int, int]
    prior: float
    theme: str | None
    unit: Unit
    within: tuple[str, ...]
    min_statements: int
    draws: int
    seed: int
    coder: str
    voices: VoiceSet
    codes: Codes


def keyness(
    coding: Coding,
    a: Group,
    b: Group | None = None,
    *,
    theme: str | None = None,
    unit: Unit = "sentences",
    voices: VoiceSet = "attributed",
    codes: Codes = "strict",
    stances: StanceSet = "all",
    count: Count = "statements",
    coder: Method | None = None,
    within: Sequence[str] = (),
    bigrams: bool = False,
    actor_names: bool = True,
    prior: float | None = None,
    min_statements: int = MIN_STATEMENTS,
    draws: int = DRAWS,
    seed: int = 1,
) -> Keyness:
    """Return the words that set group ``a`` apart from group ``b``.

    Parameters
    ----------
    coding
        A coded corpus.
    a, b
        Groups of statements: columns and their values, for instance ``{"actor": "XAA", "since": "2014"}``; ``since``
        and ``until`` are dates, both included. Without ``b`` all other statements.
    theme, unit
        Look only at the sentences coded with the theme, or at the ``statements`` that have such a sentence.
    voices, codes, stances, count, coder
        As in ``series``.
    within
        Columns of statements, or ``year``: labels are permuted among statements that agree in them, so that a
        difference between actors (years, kinds) is not taken for one between the groups.
    bigrams
        Pairs of neighbouring words beside words.
    actor_names
        Without them, one-word names and demonyms of actors are left out of the table; they count as words.
    prior
        Size of the prior in words; as many as the smaller group has if not given. A larger one draws log odds
        of rare words closer to 0.
    min_statements
        Words used by fewer statements, both groups together, are not compared.
    draws, seed
        Permutations of the labels of statements, and from where.

    Raises
    ------
    SeriesError
        If a column, theme or choice does not exist, groups overlap, one has no words, or no stratum holds both.

    Notes
    -----
    See ``contrast.logodds`` for the formulas and docs/contrast.md for what the numbers can say. ``q_value`` is by
    Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57:289-300).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from aidememoire import Corpus, code, load_codebook
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for number, text in enumerate(["We trade grain."] * 6 + ["We trade fish."] * 6):
    ...     date = f"2020-01-{number + 1:02}"
    ...     head = f"---\\ndate: {date}\\nactor: {'XAA' if number < 6 else 'XBB'}\\n---\\n\\n"
    ...     _ = (folder / f"{number}.md").write_text(f"{head}{text} Item {number}.", encoding="utf-8")
    >>> corpus = Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder)
    >>> found = keyness(code(corpus, load_codebook()), {"actor": "XAA"}, {"actor": "XBB"})
    >>> found.table.head(2)[["word", "side", "n_a", "n_b"]].values.tolist()
    [['fish', 'b', 0, 6], ['grain', 'a', 6, 0]]
    >>> corpus.close()
    """
    _check(coding, theme, unit, prior, min_statements, draws)
    asked = Asked(voices, codes, stances, count, coder)
    chosen = choose(coding, asked)
    statements, label = _labelled(coding, chosen, a, b)
    rows, owner = _rows(coding, chosen, asked, theme, unit, label >= 0)
    words = words_of(coding, rows)
    names, counts = words.forms, word_counts(words, owner, len(statements))
    sizes = np.asarray(counts.sum(axis=1)).ravel()
    used = np.flatnonzero(np.bincount(counts.indices, minlength=len(names)) >= min_statements)
    names, counts = names[used], counts[:, used]
    if bigrams:
        pairs, paired = pair_counts(words, owner, len(statements), min_statements)
        names, counts = np.concatenate([names, pairs]), sparse.hstack([counts, paired], format="csr")
    if not actor_names:
        others = np.flatnonzero(~np.isin(names, sorted(actor_words(coding.corpus))))
        names, counts = names[others], counts[:, others]
    spoke = np.flatnonzero(sizes > 0)
    first = label[spoke] == 0
    _check_sides(first, (label_of(a), label_of(b)), theme)
    size = float(prior if prior is not None else min(sizes[spoke][side].sum() for side in (first, ~first)))
    strata = _strata(statements.iloc[spoke], tuple(within), first)
    actors = statements["actor"].iloc[spoke].to_numpy(dtype=object)
    table = compare_counts(
        counts[spoke], names, sizes[spoke], first, strata=strata, actors=actors, prior=size, draws=draws, seed=seed
    )
    return Keyness(
        table=table, names=(label_of(a), label_of(b)), theme=theme, unit=unit, within=tuple(within), prior=size,
        n_words=(int(sizes[spoke][first].sum()), int(sizes[spoke][~first].sum())),
        n_statements=(int(first.sum()), int((~first).sum())),
        min_statements=min_statements, draws=draws, seed=seed, coder=chosen.coder, voices=voices, codes=codes,
    )  # fmt: skip


def _labelled(coding: Coding, chosen: Chosen, a: Group, b: Group | None) -> tuple[pd.DataFrame, Array]:
    """The statements with all their columns, and for each 0 in ``a``, 1 in ``b``, -1 in neither."""
    ids = chosen.statements["statement_id"]
    known = coding.statements.set_index("statement_id", drop=False)
    known.index.name = None
    statements = known.loc[ids].reset_index(drop=True)
    in_a = in_group(statements, a, "keyness: a")
    in_b = ~in_a if b is None else in_group(statements, b, "keyness: b")
    if (in_a & in_b).any():
        both = statements["statement_id"][in_a & in_b]
        raise SeriesError(
            f"keyness: {len(both):,} statements are in both groups ({both.iloc[0]}, ...); keep them apart"
        )
    return statements.assign(actor=statements["actor"].fillna("unknown")), np.where(in_a, 0, np.where(in_b, 1, -1))


def _rows(
    coding: Coding, chosen: Chosen, asked: Asked, theme: str | None, unit: Unit, member: Array
) -> tuple[Array, Array]:
    """Positions of the sentences compared, and the statement of each."""
    keep = member[chosen.owner]
    if theme is not None:
        found = coded_sentences(coding, asked, chosen.coder)
        coded = np.isin(chosen.rows, found.loc[found["theme"] == theme, "row"])
        keep &= coded if unit == "sentences" else np.isin(chosen.owner, chosen.owner[coded])
    return chosen.rows[keep], chosen.owner[keep]


def _strata(statements: pd.DataFrame, within: tuple[str, ...], first: Array) -> Array:
    table = statements.assign(year=statements["date"].str.slice(0, 4))
    unknown = [column for column in within if column not in table.columns]
    if unknown:
        raise SeriesError(f"keyness: no column {unknown[0]!r} to permute within; there are {', '.join(table.columns)}")
    if not within:
        return np.zeros(len(table), dtype=np.int64)
    strata = table.groupby(list(within), dropna=False, sort=True).ngroup().to_numpy()
    per_side = [np.bincount(strata[side], minlength=strata.max() + 1) for side in (first, ~first)]
    if not (np.minimum(*per_side) > 0).any():
        raise SeriesError(
            f"keyness: no value of {', '.join(within)} has statements of both groups; permute within other columns"
        )
    return np.asarray(strata)


def _check(coding: Coding, theme: str | None, unit: Unit, prior: float | None, min_statements: int, draws: int) -> None:
    check_choice("unit", unit, Unit)
    if theme is not None and theme not in coding.codebook.theme_ids:
        raise SeriesError(f"keyness: no theme {theme!r}; the codebook has {', '.join(coding.codebook.theme_ids)}")
    if prior is not None and not 0 < prior < np.inf:
        raise SeriesError(f"keyness: prior must be a number of words above 0; {prior!r} was given")
    if min_statements < 1 or draws < 1:
        raise SeriesError(f"keyness: min_statements and draws must be 1 or more; {min_statements}, {draws} were given")


def _check_sides(first: Array, names: tuple[str, str], theme: str | None) -> None:
    for side, name, key in ((first, names[0], "a"), (~first, names[1], "b")):
        if not side.any():
            coded = f" in sentences coded {theme}" if theme else ""
            raise SeriesError(
                f"keyness: group {key} ({name}) has no words{coded} by the chosen voices; choose it wider"
            )
