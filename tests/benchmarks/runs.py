"""Measure whole processes over a folder of statements, from the files to the hits on disk, beside ``wc -w``.

    python tests/benchmarks/runs.py FOLDER [--rounds 3]

FOLDER is, for instance, the unpacked UN General Debate Corpus. Every step is a process of its own that starts anew,
with Python's modules kept as bytecode and files warm on disk; the steps take turns with ``wc -w`` on the same text, and
ratios are formed within a round. CPU time has user and system, children and threads included; the peak is the largest
resident set.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHANGED = 0.01

# Each child opens the store argv[1] on the folder argv[2] and prints what it has to say as JSON.
_OPEN = "import sys, time, json; import aidememoire as am; corpus = am.Corpus.open(sys.argv[1])\n"
_CODEBOOK = (
    "from aidememoire.codebook import load_codebook\n"
    "codebook = load_codebook(sys.argv[3]) if len(sys.argv) > 3 else load_codebook()\n"
)
_INGEST = _OPEN + "said = str(corpus.ingest(sys.argv[2], name='bench'))"
_MATCH = (
    _OPEN
    + _CODEBOOK
    + """
from aidememoire.ledger import keep_sentences
from aidememoire.matched import CODE_VERSION, keep_matches
from aidememoire.matching import compile_rules
hashes = [text for (text,) in corpus.store.connection.execute("SELECT text_sha256 FROM texts ORDER BY id")]
keep_sentences(corpus.store, hashes)
said = keep_matches(corpus.token_indexes, hashes, (codebook.sha256, CODE_VERSION), compile_rules(codebook))
"""
)
_CODE = _OPEN + _CODEBOOK + "said = am.code(corpus, codebook).n_matched"
_CHANGED = _OPEN + _CODEBOOK + "corpus.ingest(sys.argv[2], name='bench')\nsaid = am.code(corpus, codebook).n_matched"
_WARM = (
    _OPEN
    + """
from aidememoire.codebook import load_codebook
from aidememoire.matched import CODE_VERSION, keep_matches
from aidememoire.matching import compile_rules
hashes = [text for (text,) in corpus.store.connection.execute("SELECT text_sha256 FROM texts ORDER BY id")]
found = []
for path in sys.argv[3:]:
    codebook = load_codebook(path)
    begin, cpu = time.perf_counter(), time.process_time()
    keep_matches(corpus.token_indexes, hashes, (codebook.sha256, CODE_VERSION), compile_rules(codebook))
    found.append(["match the kept index", time.process_time() - cpu, time.perf_counter() - begin])
for _ in range(3):
    begin, cpu = time.perf_counter(), time.process_time()
    corpus.ingest(sys.argv[2], name='bench')
    found.append(["notice that nothing changed", time.process_time() - cpu, time.perf_counter() - begin])
said = found
"""
)
# What the system calls the peak of a child counts what its parent held when it forked.
_PEAK = """
status = open("/proc/self/status").read()
print(json.dumps([said, int(status.partition("VmHWM:")[2].split()[0]) / 1024]))
"""


@dataclass(frozen=True)
class Spent:
    """What a process took."""

    cpu: float
    wall: float
    peak_megabytes: float
    said: object


def spend(command: Sequence[str], **environment: str) -> Spent:
    """Run a process to its end; a Python child writes its own peak behind what it says."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE)
    assert child.stdout is not None
    written = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[:3]} ended with {child.returncode}")
    said, peak = json.loads(written) if command[0] == sys.executable else (None, 0)
    return Spent(used.ru_utime + used.ru_stime, time.perf_counter() - begun, peak, said)


def python(code: str, store: Path, *arguments: str | Path) -> Spent:
    """Run a child of this Python, which keeps bytecode beside the store whatever the environment says."""
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(store.parent / "bytecode")}
    return spend([sys.executable, "-c", code + _PEAK, *map(str, (store, *arguments))], **kept)


def edited(folder: Path, n: int) -> list[Path]:
    """Write the builtin codebook with a phrase more, ``n`` times."""
    from aidememoire.codebook.load import BUILTIN

    text = BUILTIN.read_text(encoding="utf-8")
    place = text.index("      - ", text.index("    phrases:"))
    made = []
    for number in range(n):
        made.append(folder / f"codebook{number}.yaml")
        made[-1].write_text(f"{text[:place]}      - edited pattern {number}\n{text[place:]}", encoding="utf-8")
    return made


def changed_copy(source: Path, into: Path) -> None:
    """Link every file, and write some anew with a sentence more."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    step = round(1 / CHANGED)
    for number, file in enumerate(files):
        target = into / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if number % step == 0 and file.suffix == ".txt":
            target.write_bytes(file.read_bytes() + b"\nThis sentence was added.\n")
        else:
            os.link(file, target)


def fresh(store: Path, work: Path, *, without: Sequence[str] = ()) -> Path:
    """Copy a store, and drop what was kept in it."""
    import sqlite3

    copy = work / "turn.db"
    for left in work.glob("turn.db*"):
        left.unlink()
    shutil.copyfile(store, copy)
    with sqlite3.connect(copy) as connection:
        for table in without:
            connection.execute(f"DELETE FROM {table}")
    connection.close()
    return copy


KEPT = ("segmentations", "match_parts", "matched_codebooks", "token_indexes", "vocabulary", "voicings", "mentions")


def measure(source: Path, work: Path, rounds: int) -> None:
    """Run all steps in turns and print the tables."""
    text = work / "all.txt"
    store = work / "store.db"
    ingest = python(_INGEST, store, source)
    import sqlite3

    with sqlite3.connect(store) as connection:
        text.write_bytes("\n".join(row for (row,) in connection.execute("SELECT text FROM texts")).encode())
    connection.close()
    books, copy = edited(work, 4), work / "changed"
    changed_copy(source, copy)
    python(_CODE, store, source)
    steps = {
        "stored statements to hits on disk, nothing kept": (_MATCH, source, (), KEPT),
        "the same, codebook edited": (_MATCH, source, (books[0],), ()),
        "am.code with voices, stances and actors, nothing kept": (_CODE, source, (), KEPT),
        "am.code, codebook edited": (_CODE, source, (books[0],), ()),
        "am.code, nothing changed": (_CODE, source, (), ()),
        f"{CHANGED:.0%} of the files changed: ingest and am.code": (_CHANGED, copy, (), ()),
    }
    spent: dict[str, list[tuple[Spent, Spent]]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, (code, folder, arguments, without) in steps.items():
            used = fresh(store, work, without=without)
            wc = spend(["wc", "-w", str(text)], LC_ALL="C.UTF-8")
            spent[name].append((python(code, used, folder, *arguments), wc))
    print(f"{text.stat().st_size / 1e6:.0f} MB of text; reading the files took {ingest.cpu:.1f} CPU s\n")
    print("| process | CPU s | CPU to wc -w | s | peak MB |\n|---|---|---|---|---|")
    for name, pairs in spent.items():
        cpu, ratio, wall, peak = (
            statistics.median(values)
            for values in zip(*((a.cpu, a.cpu / b.cpu, a.wall, a.peak_megabytes) for a, b in pairs), strict=True)
        )
        print(f"| {name} | {cpu:.1f} | {ratio:.1f} | {wall:.1f} | {peak:.0f} |")
    said = python(_WARM, fresh(store, work), source, *books).said
    print("\n| in one process | CPU s | s |\n|---|---|---|")
    for name, cpu, wall in said:  # type: ignore[attr-defined]
        print(f"| {name} | {cpu:.2f} | {wall:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    # Beside the source, so that files can be linked.
    with tempfile.TemporaryDirectory(dir=asked.folder.resolve().parent) as work:
        measure(asked.folder.resolve(), Path(work), asked.rounds)


if __name__ == "__main__":
    main()
