"""Measure the matching engine beside the plain matcher and other tools, in turns, and print a Markdown table.

    python tests/benchmarks/engine.py 20                     20 MB of generated text
    python tests/benchmarks/engine.py 20 --un FOLDER         and the speeches (.txt) below a folder

Every figure is CPU time (user and system, children included), because wall time depends on the neighbours. All
contestants take turns within a round; the table has medians over rounds, and ratios within them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import corpus
import numpy as np

from aidememoire.codebook import load_codebook
from aidememoire.matching import PlainMatcher, Rule, compile_rules
from aidememoire.matching.fast import FastMatcher, Vocabulary, build_index, from_blobs, kernels, to_blobs

ORACLE_MEGABYTES, RIVAL_MEGABYTES = 0.5, 1.0
CHUNK = 8_000_000
Spans = list[np.ndarray]


def cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_megabytes() -> float:
    # ru_maxrss would count what the parent held when it forked.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], object]) -> tuple[float, float]:
    began, wall = cpu(), time.perf_counter()
    work()
    return cpu() - began, time.perf_counter() - wall


def megabytes(texts: Sequence[str] | Sequence[bytes]) -> float:
    return sum(len(text if isinstance(text, bytes) else text.encode()) for text in texts) / 1e6


def first(texts: Sequence[str], size: float) -> list[str]:
    """The same share of every part of the corpus, about ``size`` MB."""
    step = max(1, round(megabytes(texts) / size))
    return list(texts[::step])


def contestants(texts: list[str], rules: Sequence[Rule], folder: Path) -> dict[str, tuple[float, Callable[[], object]]]:
    """Name -> (MB it works on, the work)."""
    spans = [corpus.sentences(text) for text in texts]
    written = [text.encode() for text in texts]
    file = folder / "all.txt"
    file.write_bytes(b"".join(written))
    size = megabytes(written)
    fast = FastMatcher(rules)
    fast.match_many(first(texts, 1), [corpus.sentences(text) for text in first(texts, 1)])
    sample = first(texts, ORACLE_MEGABYTES)
    sample_spans = [corpus.sentences(text).tolist() for text in sample]
    plain = PlainMatcher(rules)
    wc = ["wc", "-w", str(file)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    chosen: dict[str, tuple[float, Callable[[], object]]] = {
        "wc -w": (size, lambda: subprocess.run(wc, env=environment, stdout=subprocess.DEVNULL, check=True)),
        "engine, new vocabulary": (size, lambda: FastMatcher(rules).match_many(texts, spans)),
        "engine, vocabulary known": (size, lambda: fast.match_many(texts, spans)),
        "engine, vocabulary known, from UTF-8": (size, lambda: fast.match_many(written, spans)),
        "engine, vocabulary known, 2 threads": (size, lambda: fast.match_many(texts, spans, threads=2)),
        "plain matcher": (megabytes(sample), lambda: [*map(plain.match, sample, sample_spans)]),
    }
    return chosen | rivals(first(texts, RIVAL_MEGABYTES), rules)


def rivals(sample: list[str], rules: Sequence[Rule]) -> dict[str, tuple[float, Callable[[], object]]]:
    """Packages that do a part of the job: literal phrases without offsets of sentences, or counts alone."""
    literals = [
        " ".join(element.text for element in phrase)
        for rule in rules
        for side in rule.sides
        for phrase in side
        if all(element.kind == "literal" for element in phrase)
    ]
    found: dict[str, tuple[float, Callable[[], object]]] = {}
    try:
        import spacy
        from spacy.matcher import PhraseMatcher

        nlp = spacy.blank("en")
        nlp.max_length = 10**9
        matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        matcher.add("all", [nlp.make_doc(text) for text in dict.fromkeys(literals)])
        found["spaCy PhraseMatcher, literals only"] = (
            megabytes(sample),
            lambda: [matcher(nlp.make_doc(t)) for t in sample],
        )
    except ImportError:
        print("skipped: spaCy is not installed", file=sys.stderr)
    try:
        from sklearn.feature_extraction.text import CountVectorizer

        words = sorted(set(literals))
        count = CountVectorizer(vocabulary=words, ngram_range=(1, max(len(text.split()) for text in words)))
        found["scikit-learn CountVectorizer, counts only"] = (megabytes(sample), lambda: count.transform(sample))
    except ImportError:
        print("skipped: scikit-learn is not installed", file=sys.stderr)
    return found


def race(texts: list[str], rules: Sequence[Rule], rounds: int) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        runners = contestants(texts, rules, Path(folder))
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in runners}
        for _ in range(rounds):
            for name, (size, work) in runners.items():
                seconds, wall = timed(work)
                seen[name].append((seconds / size, wall / size))
    rows = []
    for name, times in seen.items():
        against = [
            statistics.median(other / own for (own, _), (other, _) in zip(times, seen[rival], strict=True))
            for rival in ("plain matcher", "wc -w")
        ]
        of_cpu, of_wall = (statistics.median(1 / one[k] for one in times) for k in (0, 1))
        rows.append([name, f"{of_cpu:.1f}", f"{of_wall:.1f}", f"{against[0]:.1f}x", f"{1 / against[1]:.2f}x"])
    return rows


def rematch(texts: list[str], rules: Sequence[Rule], rounds: int) -> list[list[str]]:
    """After an edit of the codebook: from blobs read already, and with the index in memory."""
    vocabulary = Vocabulary()
    blobs = [
        blob
        for part in chunks(texts)
        for blob in to_blobs(build_index(part, [*map(corpus.sentences, part)], vocabulary))
    ]
    FastMatcher(rules, vocabulary).match_index(from_blobs(blobs[:1]))
    index = from_blobs(blobs)
    edited = [*rules[:-1], corpus.rules(texts[:3], seed=9)[0]]
    load, match, start = [], [], []
    for _ in range(rounds):
        load.append(timed(lambda: from_blobs(blobs)))
        matcher = FastMatcher(edited, vocabulary)
        start.append(timed(lambda: FastMatcher(edited, vocabulary)))
        match.append(timed(lambda matcher=matcher: matcher.match_index(index)))  # type: ignore[misc]
    return [
        [name, *(f"{statistics.median(one[k] for one in times):.2f}" for k in (0, 1))]
        for name, times in (
            ("prepare the edited rules", start),
            ("match the index", match),
            ("load it from blobs", load),
        )
    ]


def chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for text in texts:
        part.append(text)
        if sum(map(len, part)) > CHUNK:
            yield part
            part = []
    if part:
        yield part


def scale(texts: list[str], book: str, repeats: Sequence[int]) -> list[list[str]]:
    """Peak memory and CPU of a process that streams the corpus so many times."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.jsonl"
        file.write_text("".join(json.dumps([text, corpus.sentences(text).tolist()]) + "\n" for text in texts))
        for times in repeats:
            done = subprocess.run(
                [sys.executable, __file__, "0", "--stream", str(file), "--times", str(times), "--book", book],
                stdout=subprocess.PIPE,
                check=True,
            )
            peak, seconds, hits = json.loads(done.stdout)
            rows.append(
                [f"{times}x", f"{peak:.0f}", f"{seconds:.1f}", f"{megabytes(texts) * times / seconds:.1f}", f"{hits:,}"]
            )
    return rows


def stream(file: Path, times: int, book: str) -> None:
    with file.open(encoding="utf-8") as lines:
        matcher = FastMatcher(rules_of(book, [json.loads(next(lines))[0] for _ in range(20)]))
    hits, seconds = 0, 0.0
    for _ in range(times):
        with file.open(encoding="utf-8") as lines:
            for part in chunks_of(lines):
                texts, spans = [text for text, _ in part], [np.array(rows) for _, rows in part]
                began = cpu()
                hits += sum(map(len, matcher.match_many(texts, spans)))
                seconds += cpu() - began
    print(json.dumps([peak_megabytes(), seconds, hits]))


def chunks_of(lines: Iterator[str]) -> Iterator[list[tuple[str, list[list[int]]]]]:
    part, size = [], 0
    for line in lines:
        part.append(json.loads(line))
        size += len(line)
        if size > CHUNK:
            yield part
            part, size = [], 0
    yield part


def starts() -> list[list[str]]:
    """From the start of Python to the first hit, with nothing compiled or kept and with everything kept."""
    code = (
        "from aidememoire.matching.fast import FastMatcher; from aidememoire.codebook import load_codebook\n"
        "from aidememoire.matching import compile_rules\n"
        "FastMatcher(compile_rules(load_codebook())).match('They falsify history.', [(0, 21)])"
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "XDG_CACHE_HOME": folder}
        # numba imports scipy where it is installed; our own installation has none.
        without = "import sys; sys.modules['scipy'] = None\n"
        for name, before in (("cold", ""), ("warm", ""), ("warm, without scipy", without)):
            command = [sys.executable, "-c", before + code]
            seconds, wall = timed(lambda command=command: subprocess.run(command, env=environment, check=True))  # type: ignore[misc]
            rows.append([name, f"{seconds:.1f}", f"{wall:.1f}"])
    return rows


def rules_of(book: str, texts: list[str]) -> Sequence[Rule]:
    return compile_rules(load_codebook()) if book == "builtin" else corpus.rules(texts)


def speeches(folder: Path) -> list[str]:
    files = sorted(path for path in folder.rglob("*.txt") if not path.name.startswith("._"))
    return [path.read_text(encoding="utf-8-sig", errors="replace") for path in files]


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


def report(name: str, texts: list[str], rounds: int) -> None:
    print(f"\n## {name}: {len(texts):,} texts, {megabytes(texts):.0f} MB")
    for book in ("generated", "builtin"):
        rules = rules_of(book, texts[:: max(1, len(texts) // 50)])
        heads = ("", "MB per CPU second", "MB per second", "speed to plain", "CPU to wc")
        table(f"Matching in memory, {book} codebook ({len(rules)} rules)", heads, race(texts, rules, rounds))
        table(f"After an edit, {book} codebook", ("", "CPU s", "s"), rematch(texts, rules, rounds))
        heads = ("corpus", "peak MB", "CPU s of matching", "MB per CPU second", "hits")
        table(f"Streamed, {book} codebook", heads, scale(texts, book, (1, 4, 16) if book == "generated" else (1,)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", type=float, help="of generated text; 0 for none")
    parser.add_argument("--un", type=Path, help="folder with the UN General Debate speeches")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stream", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--book", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stream:
        stream(options.stream, options.times, options.book)
        return
    kernels("scan"), kernels("phrases"), kernels("joins")
    table("Start", ("", "CPU s", "s"), starts())
    if options.megabytes:
        report("Generated corpus", corpus.texts(options.megabytes), options.rounds)
    if options.un:
        report("UN General Debate", speeches(options.un), options.rounds)


if __name__ == "__main__":
    main()
