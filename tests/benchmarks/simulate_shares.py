"""How often the 95% intervals of a series hold the share they were drawn from.

    python tests/benchmarks/simulate_shares.py [--replicates 2000]

Statements have 10 to 70 sentences; their own shares are beta distributed around the planted one with the intraclass
correlation given. Each series has 20 periods, whose pooled correlation serves all, as in ``aidememoire.series``. Prints
Markdown: the share of intervals that hold the planted share, and which fall below the 99% Monte Carlo band of 95%.
"""

from __future__ import annotations

import argparse

import numpy as np

from aidememoire.intervals import effective_size, intraclass_correlation, wilson

SHARES = (0.001, 0.005, 0.01, 0.05, 0.1, 0.3)
STATEMENTS = (5, 10, 20, 40, 100, 200)
CORRELATIONS = (0.02, 0.1)
PERIODS = 20
SEED = 1945


def covered(share: float, n_statements: int, rho: float, rng: np.random.Generator) -> np.ndarray:
    """Which of the intervals of one simulated series hold the planted share, shape (periods,)."""
    cells = np.repeat(np.arange(PERIODS), n_statements)
    sizes = rng.integers(10, 71, len(cells))
    own = rng.beta(share * (1 - rho) / rho, (1 - share) * (1 - rho) / rho, len(cells))
    coded, size = rng.binomial(sizes, own).astype(float), sizes.astype(float)
    found = np.bincount(cells, coded) / np.bincount(cells, size)
    correlation = intraclass_correlation(coded, size, cells)
    low, high = wilson(found, effective_size(np.ones(len(cells)), size, correlation, cells, PERIODS))
    held: np.ndarray = (low <= share) & (share <= high)
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage of the intervals of shares.")
    parser.add_argument("--replicates", type=int, default=2_000, help="intervals for each cell of the table")
    n = parser.parse_args().replicates
    rng = np.random.default_rng(SEED)
    band = 2.576 * np.sqrt(0.95 * 0.05 / n)
    for rho in CORRELATIONS:
        print(f"\nIntraclass correlation {rho}, {n:,} intervals each; 99% band from {0.95 - band:.3f}\n")
        print("| share | " + " | ".join(f"{k} statements" for k in STATEMENTS) + " |")
        print("|---" * (len(STATEMENTS) + 1) + "|")
        for share in SHARES:
            rates = [
                np.concatenate([covered(share, k, rho, rng) for _ in range(-(-n // PERIODS))])[:n].mean()
                for k in STATEMENTS
            ]
            marked = [f"{rate:.3f}" + (" below" if rate < 0.95 - band else "") for rate in rates]
            print(f"| {100 * share:g}% | " + " | ".join(marked) + " |")


if __name__ == "__main__":
    main()
