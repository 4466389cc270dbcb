"""Stance toward a theme: what is said of labelled sentences of real corpora, by class, with Wilson intervals.

    python tests/benchmarks/stances.py UN.db KREMLIN.db

The stores hold the UN General Debate and the Kremlin's records. A label names a sentence by its document and hash; one
that is not found, or carries its theme no longer, is counted as such. Prints the tables of docs/voices.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from aidememoire import Corpus, code, load_codebook
from aidememoire.intervals import wilson
from aidememoire.stances import STANCE

LABELS = Path(__file__).parents[1] / "data" / "stances_real.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path)
    said = pd.concat([_said(path) for path in parser.parse_args().stores])
    labels = pd.read_csv(LABELS)
    labels["document"] = labels["document"].astype("str")
    joined = labels.merge(said, on=["document", "sentence_sha", "theme"], how="left").drop_duplicates("place")
    print(f"{joined['value'].isna().sum()} of {len(joined)} labels have no code any more")
    for half, rows in joined.dropna(subset="value").groupby("half"):
        print(half, pd.crosstab(rows["stance"], rows["value"]), sep="\n")
        right = rows["stance"] == rows["value"]
        print("right:", _rate(right))
        for stance in ("asserts", "denies", "reports"):
            print(stance, "recall", _rate(right[rows["stance"] == stance]), end="; ")
            print("precision", _rate(right[rows["value"] == stance]))


def _said(path: Path) -> pd.DataFrame:
    corpus = Corpus.open(path)
    coding = code(corpus, load_codebook())
    facets = coding.facets[coding.facets["facet"] == STANCE]
    table = facets.merge(
        coding.sentences[["statement_id", "sentence", "sentence_sha"]], on=["statement_id", "sentence"]
    )
    table = table.merge(coding.statements[["statement_id", "source_path", "url"]], on="statement_id")
    where = table["url"].fillna(table["source_path"]).str.rsplit("/", n=1).str[-1]
    corpus.close()
    return table.assign(document=where, value=table["value"].astype("str"), theme=table["theme"].astype("str"))[
        ["document", "sentence_sha", "theme", "value"]
    ]


def _rate(right: pd.Series[bool]) -> str:
    if right.empty:
        return "none"
    low, high = wilson(right.mean(), float(len(right)))
    return f"{right.sum()}/{len(right)} = {right.mean():.2f} ({float(low):.2f}-{float(high):.2f})"


if __name__ == "__main__":
    main()
