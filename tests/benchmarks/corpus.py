"""Texts and rules for the benchmarks, made from a seed: nothing here is real, everything is repeatable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from aidememoire.codebook.patterns import expand
from aidememoire.matching import Rule

THEMES, PATTERNS = 12, 60

_SYLLABLES = (
    "ba con de er fo ga hi in ju ka lo men na or pro qui re sta tion u va wor xe y za sis ment ance peo ple".split()
)
_GLUE = "the of and to in that a is for by it this with on are as we its has all our be not which have".split()
_WORD = re.compile(r"[A-Za-z]+")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n+")


def texts(megabytes: float, *, seed: int = 1, size: int = 20_000) -> list[str]:
    """Return speeches of about ``size`` characters: Zipf's law, commas, quotes, figures, paragraphs."""
    rng = np.random.default_rng(seed)
    words = np.array(_vocabulary(rng, 60_000), dtype=object)
    chances = 1 / (np.arange(len(words)) + 2.7) ** 1.07
    total = np.cumsum(chances / chances.sum())
    made = []
    done = 0
    while done < megabytes * 1e6:
        drawn = words[np.searchsorted(total, rng.random(size // 6))]
        made.append(_written(drawn.tolist(), rng))
        done += len(made[-1])
    return made


def _vocabulary(rng: np.random.Generator, n: int) -> list[str]:
    found = dict.fromkeys(_GLUE)
    while len(found) < n:
        found["".join(rng.choice(_SYLLABLES, size=rng.integers(1, 5)))] = None
    return list(found)


def _written(words: list[str], rng: np.random.Generator) -> str:
    pieces: list[str] = []
    left = 0
    for word, chance in zip(words, rng.random(len(words)).tolist(), strict=True):
        if not left:
            left = int(rng.integers(6, 45))
            word = word.capitalize()
        left -= 1
        if not left:
            word += ".\n" if chance < 0.15 else ". "
        elif chance < 0.07:
            word += ", "
        elif chance < 0.09:
            word = f"“{word}” "
        elif chance < 0.10:
            word += "’s "
        elif chance < 0.115:
            word = f"{1900 + int(chance * 1e6) % 120} "
        elif chance < 0.13:
            word = word.capitalize() + " "
        else:
            word += " "
        pieces.append(word)
    return "".join(pieces).strip() + "."


def sentences(text: str) -> np.ndarray:
    """Return rough sentence spans: the benchmark measures matching, not segmenting."""
    breaks = [match.span() for match in _END.finditer(text)]
    starts, ends = [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)]
    return np.array([(start, end) for start, end in zip(starts, ends, strict=True) if start < end], dtype=np.int64)


def rules(sample: Sequence[str], *, seed: int = 2) -> list[Rule]:
    """Return 12 themes of 60 patterns of the words of ``sample``: a third each words, phrases, globs."""
    rng = np.random.default_rng(seed)
    words = [word.lower() for text in sample for word in _WORD.findall(text)]
    common = [word for word, _ in Counter(words).most_common(6000) if len(word) > 3][250:]
    found = []
    for theme in range(THEMES):
        for number in range(PATTERNS):
            pattern = (_literal, _phrase, _glob)[number % 3](words, common, rng)
            name = f"theme{theme}"
            found.append(Rule(f"{name}.phrase.{number + 1}", name, "phrase", pattern, (expand(pattern, {}),)))
    return found


def _literal(words: list[str], common: list[str], rng: np.random.Generator) -> str:
    return str(rng.choice(common))


def _phrase(words: list[str], common: list[str], rng: np.random.Generator) -> str:
    while True:
        at = int(rng.integers(len(words) - 3))
        chosen = words[at : at + int(rng.integers(2, 4))]
        if any(len(word) > 6 for word in chosen):
            return " ".join(chosen)


def _glob(words: list[str], common: list[str], rng: np.random.Generator) -> str:
    word = str(rng.choice([word for word in common if len(word) > 6]))
    kind = rng.random()
    if kind < 0.8:
        return f"{word[:-2]}*"
    return f"*{word[-6:]}" if kind < 0.9 else f"*{word[1:6]}*"
