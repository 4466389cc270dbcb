"""Mentions, parties, dyads and targets against labels of real sentences: precision and recall with 95% intervals.

    python tests/benchmarks/mentions.py un=UN.db kremlin=KREMLIN.db wh=WH.db

The stores are of the corpora in ``../shared``, ingested as their studies do (White House: actor USA, English). Labels
in ``tests/data/mentions.csv`` hold places and codes of actors and no text.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

import aidememoire as am
from aidememoire.intervals import wilson

LABELS = Path(__file__).parents[1] / "data" / "mentions.csv"
FACETS = {"dyad": "bf_dyad", "target": "ar_target"}

# Codes found in each place: (task, document, start) to actors or pairs.
Found = dict[tuple[str, str, int], set[str]]


def found_in(store: str) -> Found:
    with am.Corpus.open(store) as corpus:
        coding = am.code(corpus, am.load_codebook())
        actors, mentions = corpus.actors(), corpus.mentions()
    starts = coding.sentences.astype({"statement_id": "str"}).set_index(["statement_id", "sentence"])["start"]
    found: Found = defaultdict(set)
    for row in mentions.astype({"statement_id": "str"}).itertuples():
        found["mention", _document(row.statement_id), starts[row.statement_id, row.sentence]].add(row.actor)
    for row in actors[actors["part"] != "mentioned"].itertuples():
        found["party", _document(row.statement_id), 0].add(row.actor)
    facets = coding.facets.astype("str")
    for task, facet in FACETS.items():
        for row in facets[(facets["facet"] == facet) & (facets["value"] != "unnamed")].itertuples():
            at = starts[row.statement_id, int(row.sentence)]
            found[task, _document(row.statement_id), at].add(row.value)
    return found


def _document(statement_id: str) -> str:
    return statement_id.partition("/")[2]


def _share(right: int, of: int) -> str:
    low, high = wilson(np.array([right / of]), np.array([float(of)]))
    return f"{right} of {of}, {right / of:.2f} ({low[0]:.2f}-{high[0]:.2f})"


def main() -> None:
    stores = {source: found_in(path) for source, _, path in (each.partition("=") for each in sys.argv[1:])}
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    home = {"kremlin": "RUS", "wh": "USA"}
    for row in csv.DictReader(LABELS.open(encoding="utf-8")):
        task = {"hard": "mention"}.get(row["task"], row["task"])
        got = stores[row["source"]].get((task, row["document"], int(row["start"])), set())
        if task == "party":
            got = got - {home[row["source"]]}
        want = set(row["label"].split())
        count = counts[row["task"], row["sample"]]
        for at, more in enumerate((len(got & want), len(got), len(want), 1)):
            count[at] += more
    print("| what | sample | places | precision | recall |\n|---|---|---|---|---|")
    for (task, sample), (right, found, wanted, places) in sorted(counts.items()):
        print(f"| {task} | {sample} | {places} | {_share(right, found)} | {_share(right, wanted)} |")


if __name__ == "__main__":
    main()
