"""Whether a change is given its true reason: mix or content, an anniversary or a trend, who moved first.

    python tests/benchmarks/simulate_reasons.py [--replicates 2000]

The worlds are those of the tests of these modules. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import test_composition as mixed
import test_events as days
import test_leadlag as weeks
from aidememoire.composition import decompose
from aidememoire.events import load_calendar, partial_out

PARTS = (("content", ""), ("mix", "speaker"), ("entry", "actor"))
WORLDS = (
    ("only content", mixed.CONTENT, (0.06, 0.0, 0.0)),
    ("only the mix of speakers", mixed.MIX, (0.0, 0.06, 0.0)),
    ("only who entered", mixed.ENTRY, (0.0, 0.0, 0.06)),
)


def composition(n: int) -> None:
    print(f"\nA change of 6 points, split, {n:,} replicates: 95% intervals that hold the truth, and means\n")
    print("| planted | content | mix of speakers | entry | means, points |\n|---|---|---|---|---|")
    for name, cells, truth in WORLDS:
        held, means = [], []
        for seed in range(n):
            series = mixed.drawn(np.random.default_rng(seed), cells)
            found = mixed.parts(decompose(series, "past", "2018", "2019", draws=400, seed=seed))
            rows = [found.loc[part] for part in PARTS]
            held.append([mixed.covers(row, value) for row, value in zip(rows, truth, strict=True)])
            means.append([row["estimate"] for row in rows])
        shown = " | ".join(f"{rate:.3f}" for rate in np.mean(held, axis=0))
        print(f"| {name} | {shown} | {', '.join(f'{100 * mean:.2f}' for mean in np.mean(means, axis=0))} |", flush=True)


def anniversary(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calendar.yaml"
        path.write_text(days.OWN, encoding="utf-8")
        calendar = load_calendar(path)
    alarms = []
    for seed in range(n):
        series = days.daily(np.random.default_rng(1_000 + seed), days.grown, on_day=20, per_day=0.5)
        tables = series.table, partial_out(series, calendar)
        alarms.append([days.slope_p(table) < 0.05 for table in tables])
    bare, without = np.mean(alarms, axis=0)
    print(f"\nA pure anniversary pattern of 15 years, {n:,} replicates: slope tests below 5%\n")
    print(f"| series as it is | occasions partialled out |\n|---|---|\n| {bare:.3f} | {without:.3f} |", flush=True)


def lead(n: int) -> None:
    right, alarms = [], []
    for seed in range(n):
        rng = np.random.default_rng([7, seed])
        leader, other = weeks.slow(rng), weeks.slow(rng)
        found = weeks.compare(weeks.counted(rng, {"XAA": leader, "XBB": weeks.follower(rng, leader, 2)}), seed=seed)
        right.append(found.p_value <= 0.05 and found.best_lag == 2 and found.correlation > 0)
        alarms.append(weeks.compare(weeks.counted(rng, {"XAA": leader, "XBB": other}), seed=seed).p_value <= 0.05)
    print(f"\nOne actor follows another after two weeks, {n:,} replicates\n")
    print("| found with lag and sign | alarms of series that ignore each other, at 5% |\n|---|---|")
    print(f"| {np.mean(right):.3f} | {np.mean(alarms):.3f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Planted reasons of shifts.")
    parser.add_argument("--replicates", type=int, default=2_000)
    n = parser.parse_args().replicates
    lead(n)
    composition(n)
    anniversary(n)


if __name__ == "__main__":
    main()
