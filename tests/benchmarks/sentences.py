"""Sentence boundaries: our rule, Punkt, segtok and syntok on labelled places of the real corpora.

    python tests/benchmarks/sentences.py ../shared/corpora

Reads the archives in place; prints the tables of docs/sentences.md. A splitter that is not installed is named
and left out (``pip install nltk segtok syntok``).
"""

from __future__ import annotations

import csv
import json
import lzma
import sys
import tarfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from aidememoire.cleantext import CleanText
from aidememoire.ingest import read_corpus
from aidememoire.sentences import segment

LABELS = Path(__file__).parents[1] / "data" / "boundaries.csv"
ARCHIVES = {
    "un": "ungdc_1946_2024.tar.xz",
    "kremlin": "kremlin_en.jsonl.xz",
    "wh": "wh_readouts.tar.xz",
    "tass": "tass_2021-09-03.txt",
}
DRAWS, SEED = 2_000, 1945
SPEED_CHARACTERS, SPEED_ROUNDS = 1_500_000, 3

Splitter = Callable[[str], list[tuple[int, int]]]
Texts = Mapping[tuple[str, str], CleanText]

PUNKT_ABBREVIATIONS = """
    mr mrs ms messrs dr prof st sr jr rev hon h.e amb gen lt col maj capt cmdr sgt adm brig pres gov sen rep
    no nos art arts para paras p pp ch sec vol fig ed cf viz vs etc e.g i.e approx ca al res doc add corr
    u.s u.n u.k u.s.a u.s.s.r d.c g.a s.c a.m p.m b.c a.d
    jan feb mar apr jun jul aug sept sep oct nov dec
    inc ltd co corp bros dept univ mt ft
"""


@dataclass(frozen=True)
class Place:
    """One labelled place: the gap between two words round ``raw_offset`` of a document."""

    source: str
    document: str
    raw_offset: int
    era: str
    weight: float
    half: str
    boundary: bool
    note: str


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of the boundaries found."""

    precision: float
    recall: float
    f1: float


def read_places(path: Path = LABELS) -> list[Place]:
    """Labelled places; those with no word behind them say nothing about a splitter and are left out."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Place(
                source=row["source"],
                document=row["document"],
                raw_offset=int(row["raw_offset"]),
                era=row["era"],
                weight=float(row["weight"]),
                half=row["half"],
                boundary=row["label"] == "1",
                note=row["note"],
            )
            for row in csv.DictReader(file)
            if row["note"] != "last"
        ]


def read_texts(corpora: Path, places: Iterable[Place]) -> dict[tuple[str, str], CleanText]:
    """Cleaned text of every document in which a place lies, read as the package reads it."""
    wanted: dict[str, set[str]] = {}
    for place in places:
        wanted.setdefault(place.source, set()).add(place.document)
    texts = {}
    for source, documents in wanted.items():
        with TemporaryDirectory() as folder:
            root = _unpacked(corpora / ARCHIVES[source], documents, Path(folder))
            for result in read_corpus(root, name=source):
                for statement in result.statements:
                    identity = statement.statement_id.rpartition("#")[2]
                    document = identity if source == "kremlin" else result.source_path
                    texts[source, document] = statement.text
    return texts


def _unpacked(archive: Path, documents: set[str], folder: Path) -> Path:
    if archive.suffix == ".txt":
        return archive
    if archive.name.endswith(".jsonl.xz"):
        target = folder / "kremlin_en.jsonl"
        with lzma.open(archive, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
            out.writelines(line for line in lines if json.loads(line)["id"] in documents)
        return target
    with tarfile.open(archive) as members:
        for member in members:
            path = member.name.partition("wh_readouts/")[2] or member.name.rpartition("/")[2]
            if path in documents:
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                content = members.extractfile(member)
                assert content is not None
                target.write_bytes(content.read())
    return folder


def gap(text: CleanText, raw_offset: int) -> tuple[int, int]:
    """Offsets of the last letter or digit before the place and of the first one behind it."""
    run = bisect_right(text.raw_starts, raw_offset) - 1
    behind = text.clean_starts[run] + raw_offset - text.raw_starts[run]
    if run + 1 < len(text.clean_starts):
        behind = min(behind, text.clean_starts[run + 1])
    before = behind - 1
    while before >= 0 and not text.text[before].isalnum():
        before -= 1
    while behind < len(text.text) and not text.text[behind].isalnum():
        behind += 1
    return before, behind


def predictions(split: Splitter, texts: Texts, places: Iterable[Place]) -> np.ndarray:
    """Whether a splitter puts the words beside each place into different sentences."""
    starts: dict[tuple[str, str], list[int]] = {}
    found = []
    for place in places:
        key = place.source, place.document
        if key not in starts:
            starts[key] = [start for start, _ in split(texts[key].text)]
        before, behind = gap(texts[key], place.raw_offset)
        found.append(bisect_right(starts[key], before) != bisect_right(starts[key], behind))
    return np.array(found)


def score(found: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> Score:
    """Score boolean predictions against the labels."""
    both = float(weights[found & truth].sum())
    precision = both / max(float(weights[found].sum()), 1e-12)
    recall = both / max(float(weights[truth].sum()), 1e-12)
    return Score(precision, recall, 2 * precision * recall / max(precision + recall, 1e-12))


def interval(found: np.ndarray, truth: np.ndarray, weights: np.ndarray, documents: np.ndarray) -> tuple[float, float]:
    """95% percentile interval of F1, documents drawn with replacement."""
    rng = np.random.default_rng(SEED)
    _, groups = np.unique(documents, return_inverse=True)
    n_documents = int(groups.max()) + 1
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(rng.integers(n_documents, size=n_documents), minlength=n_documents)[groups]
        drawn.append(score(found, truth, weights * times).f1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _by_line(split_line: Callable[[str], Iterable[tuple[int, int]]]) -> Splitter:
    """All splitters are told the line breaks, so that they differ only inside a line."""

    def split(text: str) -> list[tuple[int, int]]:
        spans, start = [], 0
        for line in text.split("\n"):
            if line.strip():
                spans += [(start + first, start + last) for first, last in split_line(line)]
            start += len(line) + 1
        return spans

    return split


def _punkt() -> Splitter:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(PUNKT_ABBREVIATIONS.split())
    tokenizer = PunktSentenceTokenizer(parameters)
    return _by_line(lambda line: list(tokenizer.span_tokenize(line)))


def _segtok() -> Splitter:
    from segtok.segmenter import split_single

    def split_line(line: str) -> Iterator[tuple[int, int]]:
        at = 0
        for sentence in split_single(line):
            kept = sentence.strip()
            if kept:
                at = line.index(kept, at)
                yield at, at + len(kept)
                at += len(kept)

    return _by_line(split_line)


def _syntok() -> Splitter:
    from syntok.segmenter import analyze

    def split_line(line: str) -> Iterator[tuple[int, int]]:
        for paragraph in analyze(line):
            for sentence in paragraph:
                tokens = list(sentence)
                if tokens:
                    yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)

    return _by_line(split_line)


@cache
def splitters() -> dict[str, Splitter]:
    """Every splitter that is installed; the others are named on standard error."""
    ready: dict[str, Splitter] = {"this rule": segment}
    for name, make in {"Punkt": _punkt, "segtok": _segtok, "syntok": _syntok}.items():
        try:
            ready[name] = make()
        except ImportError:
            print(f"SKIPPED: {name} is not installed", file=sys.stderr)
    return ready


def _accuracy_rows(places: list[Place], found: Mapping[str, np.ndarray]) -> Iterator[str]:
    truth = np.array([place.boundary for place in places])
    weights = np.array([place.weight for place in places])
    documents = np.array([f"{place.source} {place.document}" for place in places])
    halves = {half: np.array([place.half == half for place in places]) for half in ("tune", "test")}
    halves["all"] = np.ones(len(places), dtype=bool)
    yield "| places | n | splitter | precision | recall | F1 | 95% interval | weighted F1 | 95% interval |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for half, chosen in halves.items():
        for name, answers in found.items():
            args = answers[chosen], truth[chosen]
            plain, heavy = score(*args, np.ones(chosen.sum())), score(*args, weights[chosen])
            low, high = interval(*args, np.ones(chosen.sum()), documents[chosen])
            heavy_low, heavy_high = interval(*args, weights[chosen], documents[chosen])
            yield (
                f"| {half} | {chosen.sum()} | {name} | {plain.precision:.3f} | {plain.recall:.3f} | {plain.f1:.3f} "
                f"| {low:.3f} to {high:.3f} | {heavy.f1:.4f} | {heavy_low:.4f} to {heavy_high:.4f} |"
            )


def _group_rows(places: list[Place], found: Mapping[str, np.ndarray]) -> Iterator[str]:
    """F1, every place counting once, by era, and under other readings of the doubtful kinds of places."""
    truth = np.array([place.boundary for place in places])
    citation = np.array([place.note == "citation" for place in places])
    groups: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for era in sorted({place.era for place in places}):
        groups[era] = np.array([place.era == era for place in places]), truth
    groups["without references in brackets"] = ~citation, truth
    groups["a sentence ends before such a reference"] = np.ones(len(places), dtype=bool), truth | citation
    marked = np.array([place.note not in ("lead-in", "salutation", "layout") for place in places])
    groups["without doubtful line breaks"] = marked, truth
    yield "| places | n | " + " | ".join(found) + " |"
    yield "|---|---|" + "---|" * len(found)
    for group, (chosen, labels) in groups.items():
        figures = [score(a[chosen], labels[chosen], np.ones(chosen.sum())).f1 for a in found.values()]
        yield f"| {group} | {chosen.sum()} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def _speed_rows(texts: Texts) -> Iterator[str]:
    sample, size = [], 0
    for (source, _), text in sorted(texts.items()):
        if source == "un" and size < SPEED_CHARACTERS:
            sample.append(text.text)
            size += len(text.text)
    n_bytes = sum(len(text.encode()) for text in sample)
    best: dict[str, float] = {}
    for _ in range(SPEED_ROUNDS):  # interleaved, so that a busy machine is unfair to none
        for name, split in splitters().items():
            begun = time.process_time()
            for text in sample:
                split(text)
            best[name] = min(best.get(name, float("inf")), time.process_time() - begun)
    yield f"| splitter | MB/s, one core ({n_bytes / 1e6:.1f} MB of UN speeches) | time as a multiple of this rule |"
    yield "|---|---|---|"
    for name, seconds in best.items():
        yield f"| {name} | {n_bytes / 1e6 / seconds:.2f} | {seconds / best['this rule']:.1f} |"


def main(corpora: Path) -> None:
    """Print the three tables."""
    places = read_places()
    texts = read_texts(corpora, places)
    found = {name: predictions(split, texts, places) for name, split in splitters().items()}
    for rows in (_accuracy_rows(places, found), _group_rows(places, found), _speed_rows(texts)):
        print("\n".join(rows), end="\n\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/corpora"))
