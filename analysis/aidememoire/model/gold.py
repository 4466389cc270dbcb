"""Hand-coded sentences in: JSON lines, one sentence a line, plain or xz."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from aidememoire.model.weights import ModelError

__all__ = ["THEMES", "Gold", "read_gold"]

# Themes with codings.
THEMES = (
    "historical_memory",
    "anti_revisionism",
    "bilateral_friendship",
    "commemoration_ritual",
    "victimhood_sacrifice",
    "shared_victory_alliance",
    "sovereignty_noninterference",
    "condemnation_denunciation",
)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Gold:
    """Coded sentences, one entry each.

    Attributes
    ----------
    texts, before, years, documents, sources
        The sentence, the text in front of it, when it was said, and where.
    is_random
        Drawn at random among sentences without keywords.
    is_drawn
        Drawn from a stratum, not chosen because a model was unsure of it.
    weights
        Sentences of the population that each stands for; 1 where the file gives none.
    codes
        n x themes, in the order of ``THEMES``: 0, 1 or 2.
    coders
        The codes of each single coder, where the file keeps them.
    """

    texts: list[str]
    before: list[str]
    years: list[int]
    documents: Array
    sources: Array
    is_random: Array
    is_drawn: Array
    weights: Array
    codes: Array
    coders: Mapping[str, Array]

    def part(self, share: float, seed: int) -> Gold:
        """Return the sentences of a random share of the documents."""
        names = np.unique(self.documents)
        drawn = np.random.default_rng(seed).permutation(names)[: round(share * len(names))]
        kept = np.flatnonzero(np.isin(self.documents, drawn)).tolist()
        return replace(
            self,
            texts=[self.texts[row] for row in kept],
            before=[self.before[row] for row in kept],
            years=[self.years[row] for row in kept],
            documents=self.documents[kept],
            sources=self.sources[kept],
            is_random=self.is_random[kept],
            is_drawn=self.is_drawn[kept],
            weights=self.weights[kept],
            codes=self.codes[kept],
            coders={name: codes[kept] for name, codes in self.coders.items()},
        )

    def joined(self, other: Gold) -> Gold:
        """Return these sentences and behind them those of ``other``; the codes of single coders are left out."""
        return Gold(
            self.texts + other.texts,
            self.before + other.before,
            self.years + other.years,
            **{
                name: np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("documents", "sources", "is_random", "is_drawn", "weights", "codes")
            },
            coders={},
        )


def read_gold(path: Path) -> Gold:
    """Return the codings in ``path``.

    Raises
    ------
    ModelError
        If the file is missing or a line is not as expected.
    """
    try:
        content = path.read_bytes()
        lines = (lzma.decompress(content) if path.suffix == ".xz" else content).decode("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return Gold(
            [row["text"] for row in rows],
            [row["before"] for row in rows],
            [int(row["year"]) for row in rows],
            np.array([f"{row['source']}/{row['document']}" for row in rows]),
            np.array([row["source"] for row in rows]),
            np.array(["none" in row["stratum"].replace(" ", "/").split("/") for row in rows]),
            np.array(["uncertain" not in row["stratum"] for row in rows]),
            np.array([float(row.get("weight", 1.0)) for row in rows]),
            _codes([row["codes"] for row in rows]),
            {name: _codes([row[name] for row in rows]) for name in ("coder_a", "coder_b") if rows and name in rows[0]},
        )
    except (OSError, ValueError, KeyError, TypeError, lzma.LZMAError) as problem:
        raise ModelError(f"no codings can be read from {path}: {problem!r}") from None


def _codes(coded: Sequence[Mapping[str, int]]) -> Array:
    table = [[codes.get(theme, 0) for theme in THEMES] for codes in coded]
    return np.array(table, dtype=np.int8).reshape(len(coded), len(THEMES))
