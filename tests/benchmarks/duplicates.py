"""Near-duplicate copies planted among real speeches: how many are found, and what else is called a duplicate.

    python tests/benchmarks/duplicates.py FOLDER [--store FILE] [--copies 300] [--seed 1]

FOLDER is the unpacked UN General Debate Corpus. Copies of random speeches are written under the same file names, so
they have the actor and year of their originals. Every other pair is printed with its file names, to be read by eye:
the corpus has a few true ones. With --store the speeches are read into that file once.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import numpy as np

from aidememoire import Corpus
from aidememoire.duplicates import duplicates_of
from aidememoire.duplicates.signatures import keep_signatures

TYPO_SHARE = 0.01
DATELINES = ("NEW YORK, September 25 (Agency) -- ", "UNITED NATIONS, Oct. 3. /WIRE/. ", "Geneva, 12 November. ")
INSERTED = (
    "The full text was made available to correspondents after the meeting.",
    "A recording of the address can be heard in the library of the ministry.",
    "The delegation was seen off by the dean of the diplomatic corps.",
    "Two paragraphs were read out at the request of the chair.",
    "The translation is that of the press department.",
)
SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "-": "‑", "–": "-", "—": "-"})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


def reprint(text: str, rng: np.random.Generator) -> str:
    """Return the text as a careless second publisher would print it.

    A letter is wrong in one word of a hundred, one to three sentences are dropped or added, quotation marks and
    hyphens are of another kind, lines are wrapped anew, and a dateline stands in front.
    """
    sentences = _SENTENCE_END.split(text)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(sentences)))
        if rng.random() < 0.5 and len(sentences) > 4:
            del sentences[at]
        else:
            sentences.insert(at, str(rng.choice(INSERTED)))
    words = " ".join(sentences).translate(SIGNS).split()
    for at in rng.choice(len(words), size=max(1, round(TYPO_SHARE * len(words))), replace=False).tolist():
        words[at] = _mistyped(words[at], rng)
    return fill(str(rng.choice(DATELINES)) + " ".join(words), width=int(rng.integers(60, 100)), break_on_hyphens=False)


def _mistyped(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(len(word)))
    return (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + str(rng.choice(list("aeiounrst"))) + word[at + 1 :],
    )[int(rng.integers(3))]


def plant(folder: Path, into: Path, copies: int, seed: int) -> None:
    """Write reprints of ``copies`` random speeches of ``folder`` into ``into``, under their own names."""
    rng = np.random.default_rng(seed)
    files = sorted(folder.rglob("[A-Z]*_[0-9]*_[0-9]*.txt"))
    for at in rng.choice(len(files), size=copies, replace=False).tolist():
        text = files[at].read_text(encoding="utf-8-sig", errors="replace")
        (into / files[at].name).write_text(reprint(text, rng), encoding="utf-8")


def sign(corpus: Corpus) -> None:
    """Sign what is new and say how fast."""
    rows = corpus.store.connection.execute("SELECT text_sha256, length(CAST(text AS BLOB)) FROM texts").fetchall()
    begin, cpu = time.perf_counter(), time.process_time()
    n = keep_signatures(corpus.store, [text for text, _ in rows])
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    megabytes = sum(size for _, size in rows) * n / len(rows) / 1e6
    print(
        f"signed {n:,} texts, about {megabytes:.0f} MB: {megabytes / wall:.1f} MB/s, {megabytes / cpu:.1f} MB per CPU s"
    )


def judge(corpus: Corpus, copies: int) -> None:
    """Print how many copies are with their originals, and every other pair."""
    statements = corpus.store.statements()
    for turn in ("first", "again"):
        begin = time.perf_counter()
        pairs = duplicates_of(corpus.store, statements)
        print(f"clustered {len(statements):,} statements, {turn}: {time.perf_counter() - begin:.2f} s")
    stems = pairs[["statement_id", "other"]].map(lambda name: name.rsplit("/", 1)[1])
    planted = pairs[["statement_id", "other"]].apply(lambda ids: ids.str.startswith("planted/")).sum(axis=1) == 1
    right = planted & (stems["statement_id"] == stems["other"])
    print(f"{right.sum()} of {copies} copies with their original: {dict(Counter(pairs.loc[right, 'relation']))}")
    print(f"least similarity {pairs.loc[right, 'similarity'].min():.3f}; {(~right).sum()} other pairs:")
    for row in pairs[~right].itertuples():
        print(f"  {row.relation:8} {row.similarity:.3f}  {row.statement_id}  {row.other}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--copies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory() as made:
        copies = Path(made) / "planted"
        copies.mkdir()
        plant(asked.folder, copies, asked.copies, asked.seed)
        with Corpus.open(asked.store or Path(made) / "study.db") as corpus:
            print(corpus.ingest(asked.folder, name="un"))
            print(corpus.ingest(copies, name="planted"))
            sign(corpus)
            judge(corpus, asked.copies)


if __name__ == "__main__":
    main()
