"""How long all series of a coded corpus take: pooled and by actor, every theme, with the bootstrap beside the interval.

    python tests/benchmarks/series.py STORE.db [--draws 1000]

STORE.db is the study.db of a run that coded it. Prints seconds, CPU seconds and the peak of this process.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path

import aidememoire as am


def timed(name: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    print(f"| {name} | {time.perf_counter() - wall:.1f} | {time.process_time() - cpu:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the series of a coded corpus.")
    parser.add_argument("store", type=Path)
    parser.add_argument("--draws", type=int, default=1_000)
    chosen = parser.parse_args()
    with am.Corpus.open(chosen.store) as corpus:
        coding = am.code(corpus, am.load_codebook())
        print(f"{len(coding.statements):,} statements, {len(coding.codebook.theme_ids)} themes\n")
        print("| series | s | CPU s |\n|---|---|---|")
        made: dict[str, am.Series] = {}
        for name, by in (("pooled, by year", []), ("by year and actor", ["actor"])):
            timed(name, lambda name=name, by=by: made.update({name: am.series(coding, by=by)}))
            timed(
                f"{name}: {chosen.draws:,} draws",
                lambda name=name: am.bootstrap_shares(made[name], draws=chosen.draws),
            )
        timed("shifts of the pooled series", lambda: am.shifts(made["pooled, by year"]))
    print(f"\npeak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
