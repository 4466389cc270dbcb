"""What the tests of shifts do where the truth is known: false alarms, breaks found, intervals that cover.

    python tests/benchmarks/simulate_shifts.py [--replicates 2000] [--seed 1]

Draws statements at the level of counts: 40 a period of 40 sentences unless a row says otherwise, each with its own
share (beta), around a level that may move from period to period (on the logit scale, with a memory) beyond what
statements say. Prints the tables of docs/shifts.md; the band is the 99% Monte Carlo band around the nominal rate.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from aidememoire.changes.known import known_breaks
from aidememoire.changes.lines import Line
from aidememoire.changes.trend import trend_of
from aidememoire.changes.unknown import Search, unknown_breaks
from aidememoire.intervals import effective_size, intraclass_correlation

SENTENCES, DRAWS = 40, 299


@dataclass(frozen=True, slots=True)
class World:
    """How statements come about."""

    periods: int = 20
    base: float = 0.05
    n_statements: int = 40
    correlation: float = 0.02
    dispersion: float = 1.0  # variance of a period's share over what statements alone give it
    memory: float = 0.0


def drawn(world: World, levels: np.ndarray, rng: np.random.Generator) -> tuple[Line, np.ndarray]:
    """Return a line, and the coded sentences of each statement, shape (periods, statements)."""
    shape = (world.periods, world.n_statements)
    deff = 1 + (SENTENCES - 1) * world.correlation
    n = world.n_statements * SENTENCES / deff
    sd = np.sqrt((world.dispersion - 1) / (n * world.base * (1 - world.base)))
    steps = rng.standard_normal(world.periods)
    for t in range(1, world.periods):
        steps[t] = world.memory * steps[t - 1] + np.sqrt(1 - world.memory**2) * steps[t]
    level = special.expit(special.logit(levels) + sd * steps)[:, None]
    prior = (1 - world.correlation) / world.correlation
    coded = rng.binomial(SENTENCES, rng.beta(level * prior, (1 - level) * prior, shape)).astype(float)
    return line_of(coded), coded


def line_of(coded: np.ndarray) -> Line:
    n_periods, n_statements = coded.shape
    cells, sizes = np.repeat(np.arange(n_periods), n_statements), np.full(coded.size, float(SENTENCES))
    correlation = intraclass_correlation(coded.ravel(), sizes, cells)
    worth = effective_size(np.ones(coded.size), sizes, correlation, cells, n_periods)
    labels = tuple(str(1946 + t) for t in range(n_periods))
    share = coded.sum(axis=1) / (n_statements * SENTENCES)
    return Line(
        "past", (), labels, share, worth, np.full(n_periods, n_statements), float(coded.sum()), float(sizes.sum()), 0
    )


def redrawn(coded: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    n_periods, n_statements = coded.shape
    times = rng.multinomial(n_statements, np.full(n_statements, 1 / n_statements), (draws, n_periods))
    return np.einsum("dps,ps->dp", times, coded) / (n_statements * SENTENCES)


FLAT = {
    "sampling of statements alone": World(),
    "base 0.5%": World(base=0.005),
    "base 0.5%, correlation .1, 10 statements": World(base=0.005, n_statements=10, correlation=0.1),
    "base 30%": World(base=0.3),
    "5 statements a period": World(n_statements=5),
    "40 periods": World(periods=40),
    "79 periods": World(periods=79),
    "periods vary, dispersion 2": World(dispersion=2),
    "dispersion 5": World(dispersion=5),
    "dispersion 2, memory .3": World(dispersion=2, memory=0.3),
    "dispersion 5, memory .3": World(dispersion=5, memory=0.3),
    "dispersion 5, memory .3, 10 periods": World(10, dispersion=5, memory=0.3),
    "dispersion 5, memory .3, 40 periods": World(40, dispersion=5, memory=0.3),
    "dispersion 5, memory .3, 79 periods": World(79, dispersion=5, memory=0.3),
    "dispersion 5, memory .5, 10 periods": World(10, dispersion=5, memory=0.5),
    "dispersion 5, memory .5, 20 periods": World(20, dispersion=5, memory=0.5),
    "dispersion 5, memory .5, 40 periods": World(40, dispersion=5, memory=0.5),
    "dispersion 5, memory .5, 79 periods": World(79, dispersion=5, memory=0.5),
}


def false_alarms(replicates: int, seed: int) -> None:
    low, high = stats.binom.interval(0.99, replicates, 0.05)
    band = f"99% band {low / replicates:.3f} to {high / replicates:.3f}"
    print(f"\nLevel lines, {replicates:,} each, tests at 5% ({band})\n")
    print("| noise | trend | known break | unknown break |\n|---|---|---|---|")
    search = Search(3, 0.3, DRAWS, seed, 0.95, "sentences")
    for name, world in FLAT.items():
        rng = np.random.default_rng(seed)
        alarms = np.zeros(3)
        for _ in range(replicates):
            line, _ = drawn(world, np.full(world.periods, world.base), rng)
            rows = [
                trend_of(line, level=0.95, unit="sentences"),
                known_breaks(line, [world.periods // 2], slope=False, level=0.95, unit="sentences")[0],
                unknown_breaks(line, search, lambda _: line.share[None])[0],  # noqa: B023
            ]
            alarms += [row.p_value <= 0.05 for row in rows]
        print(f"| {name} | " + " | ".join(f"{rate:.3f}" for rate in alarms / replicates) + " |", flush=True)


STEPS = {
    "5% to 8% in the middle of 20": (World(), [(10, 0.08)]),
    "5% to 8% in the 4th of 20": (World(), [(3, 0.08)]),
    "5% to 8%, dispersion 2, memory .3": (World(dispersion=2, memory=0.3), [(10, 0.08)]),
    "5% to 7%": (World(), [(10, 0.07)]),
    "5% to 6.5%": (World(), [(10, 0.065)]),
    "5% to 8%, 10 statements": (World(n_statements=10), [(10, 0.08)]),
    "5% to 8%, back after 6": (World(), [(7, 0.08), (13, 0.05)]),
    "5% to 6% in the middle of 79": (World(79), [(40, 0.06)]),
}


def breaks_found(replicates: int, seed: int) -> None:
    print(f"\nPlanted breaks, {replicates:,} each\n")
    print("| break | found | date within one | date covers | its length | size covers | stability | extra breaks |")
    print("|---|---|---|---|---|---|---|---|")
    search = Search(3, 0.3, DRAWS, seed, 0.95, "sentences")
    for name, (world, steps) in STEPS.items():
        rng = np.random.default_rng(seed)
        levels = np.full(world.periods, world.base)
        for at, level in steps:
            levels[at:] = level
        seen = [_one(world, levels, steps[0][0], search, rng) for _ in range(replicates)]
        rates = np.nanmean(np.array(seen), axis=0)
        print(f"| {name} | " + " | ".join(f"{rate:.3f}" for rate in rates) + " |", flush=True)


def _one(world: World, levels: np.ndarray, at: int, search: Search, rng: np.random.Generator) -> list[float]:
    line, coded = drawn(world, levels, rng)
    rows = unknown_breaks(line, search, lambda _: redrawn(coded, 50, rng))
    rows = [row for row in rows if row.at >= 0]
    if not rows:
        return [0.0, 0.0] + [np.nan] * 4 + [0.0]
    row = min(rows, key=lambda row: abs(row.at - at))
    true = levels[at] - levels[at - 1]
    return [
        1.0, float(abs(row.at - at) <= 1), float(row.low_at <= at <= row.high_at), row.high_at - row.low_at + 1,
        float(row.low <= true <= row.high), row.stability, float(len(rows) > len(set(np.flatnonzero(np.diff(levels))))),
    ]  # fmt: skip


def sizes_covered(replicates: int, seed: int) -> None:
    print(f"\nIntervals of a change at a known date and of a trend, {replicates:,} each, nominal 0.95\n")
    print("| world | known break covers | finds it | trend covers | finds it |\n|---|---|---|---|---|")
    worlds = {
        "5% to 8%": (World(), 0.08),
        "0.2% to 1%": (World(base=0.002), 0.01),
        "5% to 8%, 5 statements": (World(n_statements=5), 0.08),
        "5% to 8%, dispersion 2, memory .3": (World(dispersion=2, memory=0.3), 0.08),
        "5% to 8%, dispersion 5, memory .5": (World(dispersion=5, memory=0.5), 0.08),
    }
    for name, (world, top) in worlds.items():
        rng = np.random.default_rng(seed)
        half = world.periods // 2
        step = np.where(np.arange(world.periods) < half, world.base, top)
        ramp = special.expit(np.linspace(special.logit(world.base), special.logit(top), world.periods))
        seen = np.zeros(4)
        for _ in range(replicates):
            known = known_breaks(drawn(world, step, rng)[0], [half], slope=False, level=0.95, unit="sentences")[0]
            trend = trend_of(drawn(world, ramp, rng)[0], level=0.95, unit="sentences")
            for k, row in enumerate((known, trend)):
                seen[2 * k : 2 * k + 2] += [row.low <= top - world.base <= row.high, row.p_value <= 0.05]
        print(f"| {name} | " + " | ".join(f"{rate:.3f}" for rate in seen / replicates) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    false_alarms(asked.replicates, asked.seed)
    sizes_covered(asked.replicates, asked.seed)
    breaks_found(asked.replicates, asked.seed)


if __name__ == "__main__":
    main()
