"""Rules, trained coder and the best of both on hand-coded sentences: the tables of docs/model_card.md.

    python tests/benchmarks/model.py ../shared/gold [--weights FOLDER]

Reads ``dev.jsonl`` in place and prints Markdown. Intervals: 95%, percentile bootstrap over documents.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy import stats

from aidememoire.codesentences import code_with, coders
from aidememoire.model.coder import Coder
from aidememoire.model.gold import THEMES, Gold, read_gold
from aidememoire.model.weights import SHIPPED, load

DRAWS, SEED = 2_000, 1945
METHODS = ("rules", "model", "best")
# Fewer clear sentences than this carry no figure of their own.
LEAST_CLEAR = 20
ERAS = ((1946, 1969), (1970, 1989), (1990, 2009), (2010, 2030))

Measure = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray | float]


def f1(clear: np.ndarray, coded: np.ndarray, weights: np.ndarray) -> np.ndarray | float:
    """F1 for one set of weights, or for many (draws x sentences)."""
    hit, both = weights @ (clear & coded), weights @ (clear.astype(int) + coded.astype(int))
    return 2 * hit / np.maximum(both, 1e-12)


def precision(clear: np.ndarray, coded: np.ndarray, weights: np.ndarray) -> np.ndarray | float:
    return weights @ (clear & coded) / np.maximum(weights @ coded.astype(int), 1e-12)


def recall(clear: np.ndarray, coded: np.ndarray, weights: np.ndarray) -> np.ndarray | float:
    return weights @ (clear & coded) / np.maximum(weights @ clear.astype(int), 1e-12)


def draws_of(documents: np.ndarray) -> np.ndarray:
    """How often each sentence is drawn: draws x sentences."""
    names, of_row = np.unique(documents, return_inverse=True)
    rng = np.random.default_rng(SEED)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    return counts[:, of_row].astype(float)


def shown(measure: Measure, clear: np.ndarray, coded: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> str:
    low, high = np.quantile(measure(clear, coded, draws * weights), [0.025, 0.975])
    return f"{measure(clear, coded, weights):.3f} [{low:.2f}, {high:.2f}]"


def markdown(header: list[str], rows: Iterator[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def by_theme(gold: Gold, coded: dict[str, np.ndarray], draws: np.ndarray) -> Iterator[list[str]]:
    ones = np.ones(len(gold.texts))
    for number, theme in enumerate(THEMES):
        clear = gold.codes[:, number] == 2
        a, b = (gold.coders[name][:, number] == 2 for name in ("coder_a", "coder_b"))
        cells = [shown(f1, clear, coded[method][:, number], ones, draws) for method in METHODS]
        best = coded["best"][:, number]
        yield [
            theme,
            str(int(clear.sum())),
            *cells,
            f"{precision(clear, best, ones):.2f} / {recall(clear, best, ones):.2f}",
            f"{f1(a, b, ones):.2f}",
        ]


def weighted(gold: Gold, coded: dict[str, np.ndarray], draws: np.ndarray) -> Iterator[list[str]]:
    for number, theme in enumerate(THEMES):
        clear = gold.codes[:, number] == 2
        share = gold.weights / gold.weights.sum()
        best = coded["best"][:, number]
        yield [
            theme,
            f"{share @ clear:.2%}",
            *(f"{share @ coded[method][:, number]:.2%}" for method in METHODS),
            *(shown(measure, clear, best, gold.weights, draws) for measure in (precision, recall)),
            *(f"{f1(clear, coded[method][:, number], gold.weights):.2f}" for method in METHODS),
        ]


def by_group(gold: Gold, coded: dict[str, np.ndarray]) -> Iterator[list[str]]:
    years = np.array(gold.years)
    groups = [(source, gold.sources == source) for source in np.unique(gold.sources)]
    groups += [
        (f"ungdc {low}-{min(high, years.max())}", (gold.sources == "ungdc") & (years >= low) & (years <= high))
        for low, high in ERAS
    ]
    for name, rows in groups:
        cells = []
        for number in range(len(THEMES)):
            clear = (gold.codes[:, number] == 2)[rows]
            n = int(clear.sum())
            value = f1(clear, coded["best"][rows, number], np.ones(len(clear)))
            cells.append(f"{value:.2f} ({n})" if n >= LEAST_CLEAR else f"– ({n})")
        yield [name, *cells]


def false_alarms(gold: Gold, coded: dict[str, np.ndarray], coder: Coder) -> Iterator[list[str]]:
    """False hits on random keyword-free sentences: dev, and train in cross-validation."""
    for number, head in enumerate(coder.trained.heads):
        negative = gold.is_random & (gold.codes[:, number] < 2)
        cells = []
        for method in ("rules", "best"):
            way = "rules" if method == "rules" else head.best
            n = int(negative.sum()) + head.false_random["n"]
            k = int((negative & coded[method][:, number]).sum()) + head.false_random[way]
            upper = stats.beta.ppf(0.975, k + 1, n - k)
            cells.append(f"{k} of {n}: {k / n:.2%} (at most {upper:.2%})")
        yield [head.theme, *cells]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--no-context", action="store_true", help="give neither the text before nor the year")
    chosen = parser.parse_args()
    started = time.perf_counter()
    coder = Coder(load(chosen.weights))
    gold = read_gold(chosen.gold / "dev.jsonl")
    context = (None, None) if chosen.no_context else (gold.before, gold.years)
    coded = {
        method: code_with(coder, gold.texts, *context, method, scores=False)[list(THEMES)].to_numpy()
        for method in METHODS
    }
    print(f"{len(gold.texts)} sentences, {time.perf_counter() - started:.1f} s with loading\n")
    draws = draws_of(gold.documents)
    print(markdown(["theme", "clear", *METHODS, "best: precision / recall", "coders"], by_theme(gold, coded, draws)))
    header = ["theme", "share", *(f"by {m}" for m in METHODS), "precision", "recall", *(f"F1 {m}" for m in METHODS)]
    print(markdown(header, weighted(gold, coded, draws)))
    print(markdown(["", *THEMES], by_group(gold, coded)))
    print(markdown(["theme", "rules", "best"], false_alarms(gold, coded, coder)))
    if chosen.weights == SHIPPED:
        table = coders().dropna()
        rows = ([row.theme, row.coder, *(f"{value:.3f}" for value in row[3:])] for row in table.itertuples(index=False))
        print(markdown(["theme", "speaks", *table.columns[3:]], rows))


if __name__ == "__main__":
    main()
