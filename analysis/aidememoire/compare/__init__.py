"""Two runs beside each other: which series moved, and what moved them, down to the sentence.

    run folder → counts of each statement → cells that moved → contributions of each cause
               → codes of each sentence   → sentences whose code is another

Everything is read from what a run leaves (``runfolder``); nothing is coded again.
"""

from __future__ import annotations

from aidememoire.compare.result import RunComparison
from aidememoire.compare.runfolder import Run, RunError, read_run, read_series
from aidememoire.compare.verb import compare_runs

__all__ = ["Run", "RunComparison", "RunError", "compare_runs", "read_run", "read_series"]
