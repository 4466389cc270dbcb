"""Whose words: this package and the usual baseline on hand-coded sentences of real documents.

    python tests/benchmarks/voices.py ../shared

Reads corpora and codings in place; prints the tables of docs/voices.md. Sentences are aligned by the largest overlap
of their spans in the raw documents; a coded sentence that the reader dropped as furniture counts as ``none``.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from aidememoire.ingest import ReadOptions, read_corpus
from aidememoire.sentences import segment
from aidememoire.statement import Statement
from aidememoire.voices import Context, Voiced, attribute
from aidememoire.voices.names import surname_of

DRAWS, SEED = 2_000, 1945
LEAST_N = 30
ISSUERS = {"kremlin": "RUS", "wh": "USA"}
ARCHIVES = {"kremlin": "kremlin_en.jsonl.xz", "wh": "wh_readouts.tar.xz"}

Attributor = Callable[[str, Sequence[tuple[int, int]], Context], list[Voiced]]


@dataclass(frozen=True)
class Coded:
    """One coded sentence; offsets into the raw document (White House: into its stripped body)."""

    source: str
    document: str
    start: int
    end: int
    voice: str
    speaker: str
    cue: str


@dataclass(frozen=True)
class Scored:
    """What was coded and what was said of it."""

    coded: Coded
    voiced: Voiced

    @property
    def voice_right(self) -> bool:
        return self.coded.voice == self.voiced.voice

    @property
    def speaker_right(self) -> bool:
        return same_speaker(self.coded.speaker, self.voiced)

    @property
    def cue_right(self) -> bool:
        return self.coded.cue == self.voiced.cue_kind


def same_speaker(coded: str, voiced: Voiced) -> bool:
    """Speakers are compared by surname; ``-`` is nobody."""
    said = "" if voiced.voice in ("own", "narration", "none") else voiced.speaker
    if coded == "-":
        return not said
    return surname_of(coded).casefold() == surname_of(said).casefold() and bool(said)


def read_coded(path: Path) -> list[Coded]:
    """Coded sentences of a JSON-lines file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Coded(**{name: row[name] for name in Coded.__dataclass_fields__}) for row in rows]


def read_documents(shared: Path, coded: Sequence[Coded]) -> dict[tuple[str, str], Statement]:
    """Statements of the coded documents, read as the package reads them."""
    wanted = {(row.source, row.document) for row in coded}
    found: dict[tuple[str, str], Statement] = {}
    with TemporaryDirectory() as folder:
        for source, archive in ARCHIVES.items():
            root = Path(folder) / source
            root.mkdir()
            _unpack(shared / "corpora" / archive, {d for s, d in wanted if s == source}, root)
            options = ReadOptions(columns={"occasion": "lead"}, defaults={"actor": ISSUERS[source]})
            for result in read_corpus(root, name=source, options=options):
                for statement in result.statements:
                    name = statement.statement_id.rpartition("#")[2] if source == "kremlin" else result.source_path
                    found[source, name] = statement
    return found


def _unpack(archive: Path, documents: set[str], root: Path) -> None:
    if archive.name.endswith(".jsonl.xz"):
        with lzma.open(archive, "rt", encoding="utf-8") as lines:
            kept = [line for line in lines if json.loads(line)["id"] in documents]
        (root / "items.jsonl").write_text("".join(kept), encoding="utf-8")
        return
    with tarfile.open(archive) as members:
        for member in members:
            path = member.name.partition("wh_readouts/")[2]
            content = members.extractfile(member) if path in documents else None
            if content is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content.read())


def context_of(statement: Statement, *, fields: bool) -> Context:
    """All that the statement's fields say, or nothing."""
    if not fields:
        return Context(kind=statement.kind)
    names = ("kind", "speaker", "role", "actor", "agency", "title", "occasion")
    return Context(**{name: getattr(statement, name) for name in names})


def score(
    coded: Sequence[Coded],
    documents: dict[tuple[str, str], Statement],
    attributor: Attributor = attribute,
    *,
    fields: bool = True,
) -> list[Scored]:
    """Attribute every document once and look up the coded sentences."""
    by_document: dict[tuple[str, str], list[Coded]] = defaultdict(list)
    for row in coded:
        by_document[row.source, row.document].append(row)
    scored: list[Scored] = []
    for key, rows in by_document.items():
        statement = documents[key]
        text = statement.text
        spans = segment(text.text)
        voices = attributor(text.text, spans, context_of(statement, fields=fields))
        raw = [(text.raw_offset(start), text.raw_offset(end - 1) + 1) for start, end in spans]
        base = _body_offset(text.raw) if key[0] == "wh" else 0
        scored += [Scored(row, _overlapping(row.start + base, row.end + base, raw, voices)) for row in rows]
    return scored


def _body_offset(raw: str) -> int:
    closed = re.search(r"^---[ \t]*$", raw[4:], re.MULTILINE)
    behind = closed.end() + 4 if closed else 0
    return behind + len(raw[behind:]) - len(raw[behind:].lstrip())


def _overlapping(start: int, end: int, raw: list[tuple[int, int]], voices: list[Voiced]) -> Voiced:
    shared = [min(end, last) - max(start, first) for first, last in raw]
    best = max(range(len(shared)), key=shared.__getitem__, default=-1)
    return voices[best] if best >= 0 and shared[best] > 0 else Voiced("none")


_SAID = re.compile(r"\b(said|says|told|stressed|noted|added|stated|emphasi[sz]ed|pointed out|recalled)\b")
_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")


def baseline(text: str, spans: Sequence[tuple[int, int]], context: Context) -> list[Voiced]:
    """Text between paired double quotes is direct, of the name nearest to the nearest said-verb; the rest is own."""
    marks = [match.start() for match in re.finditer(r"[\"“”«»]", text)]
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    said = [match.start() for match in _SAID.finditer(text)]
    voices = []
    for start, end in spans:
        inside = sum(max(0, min(end, last) - max(start, first)) for first, last in pairs)
        verb = min(said, key=lambda at: abs(at - start), default=None)
        if 2 * inside >= end - start and verb is not None:
            names = list(_NAME.finditer(text, max(0, verb - 120), verb + 60))
            nearest = min(names, key=lambda m: min(abs(m.end() - verb), abs(m.start() - verb)), default=None)
            voices.append(Voiced("direct", nearest.group() if nearest else "", cue_kind="before"))
        else:
            voices.append(Voiced("own"))
    return voices


def textacy_attributor(model: str) -> Attributor:
    """Direct quotations as textacy finds them, with the speaker it names; the rest is own.

    Raises
    ------
    ImportError, OSError
        If textacy or the language model is not installed.
    """
    import spacy
    from textacy.extract import direct_quotations

    pipeline = spacy.load(model)

    def attributor(text: str, spans: Sequence[tuple[int, int]], context: Context) -> list[Voiced]:
        # It knows curly and straight double quotes only, and stops at an odd number of them.
        try:
            found = list(direct_quotations(pipeline(text)))
        except ValueError:
            found = []
        quotes = [(q.content.start_char, q.content.end_char, " ".join(t.text for t in q.speaker)) for q in found]
        voices = []
        for start, end in spans:
            inside = [(min(end, last) - max(start, first), name) for first, last, name in quotes]
            length, name = max(inside, default=(0, ""))
            voices.append(Voiced("direct", name) if 2 * length >= end - start else Voiced("own"))
        return voices

    return attributor


def interval(right: Sequence[bool], documents: Sequence[str]) -> tuple[float, float, float]:
    """Share and 95% percentile interval, documents drawn with replacement."""
    values = np.array(right, dtype=float)
    _, groups = np.unique(np.array(documents), return_inverse=True)
    hits, sizes = np.bincount(groups, weights=values), np.bincount(groups)
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(len(sizes), size=(DRAWS, len(sizes)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def _cell(right: Sequence[bool], documents: Sequence[str]) -> str:
    share, low, high = interval(right, documents)
    return f"{share:.2f} ({low:.2f}-{high:.2f})"


def accuracy_rows(runs: dict[str, list[Scored]]) -> Iterator[str]:
    """Markdown rows: all sentences, and each voice with enough of them."""
    yield "| sentences | n | method | voice | speaker | cue |"
    yield "|---|---|---|---|---|---|"
    first = next(iter(runs.values()))
    counts = Counter(row.coded.voice for row in first)
    for voice in ("all", *(v for v, n in counts.most_common() if n >= LEAST_N)):
        for name, scored in runs.items():
            rows = [row for row in scored if voice in ("all", row.coded.voice)]
            documents = [row.coded.document for row in rows]
            cells = [
                _cell([getattr(row, part) for row in rows], documents)
                for part in ("voice_right", "speaker_right", "cue_right")
            ]
            yield f"| {voice} | {len(rows)} | {name} | {' | '.join(cells)} |"


def confusion_rows(scored: Sequence[Scored]) -> Iterator[str]:
    """Markdown rows of coded against given voices."""
    counts = Counter((row.coded.voice, row.voiced.voice) for row in scored)
    given = sorted({said for _, said in counts})
    yield "| coded | " + " | ".join(given) + " |"
    yield "|---" * (len(given) + 1) + "|"
    for voice in sorted({coded for coded, _ in counts}):
        yield f"| {voice} | " + " | ".join(str(counts[voice, said] or "") for said in given) + " |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--model", default="en_core_web_sm", help="spaCy model for textacy")
    arguments = parser.parse_args()
    coded = read_coded(arguments.shared / "gold" / "voices_dev.jsonl")
    documents = read_documents(arguments.shared, coded)
    begin = time.perf_counter()
    ours = score(coded, documents)
    seconds = time.perf_counter() - begin
    runs = {
        "this package": ours,
        "this package, text only": score(coded, documents, fields=False),
        "paired quotes, nearest said": score(coded, documents, baseline),
    }
    try:
        runs["textacy"] = score(coded, documents, textacy_attributor(arguments.model))
    except (ImportError, OSError) as missing:
        print(f"SKIPPED: textacy ({str(missing).splitlines()[0]})", file=sys.stderr)
    print("\n".join(accuracy_rows(runs)), "\n")
    print("\n".join(confusion_rows(ours)))
    print(f"\n{len(documents)} documents in {seconds:.2f} s")


if __name__ == "__main__":
    main()
