"""What was planted, as tables and files a test or a reader can check against."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from aidememoire.synthetic.plan import Shift, gap, shifts
from aidememoire.synthetic.rendering import csv_text, write_text
from aidememoire.synthetic.writers import Placed

__all__ = ["SENTENCE_COLUMNS", "Truth", "sentence_rows", "truth_of", "write_truth"]

SENTENCE_COLUMNS = [
    "statement",
    "sentence",
    "date",
    "actor",
    "counterpart",
    "kind",
    "part",
    "voice",
    "form",
    "drawn",
    "themes",
    "opening",
]
_OPENING_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything that is known about a written sample.

    Attributes
    ----------
    statements
        The statements and where they lie, in the order in which they were composed.
    sentences
        One row per sentence with the columns ``SENTENCE_COLUMNS``; ``statement`` is ``path`` or ``path#record``.
    duplicates
        Pairs of keys: the copy and the statement it repeats.
    """

    seed: int
    statements: tuple[Placed, ...]
    sentences: tuple[dict[str, str], ...]
    shifts: tuple[Shift, ...]
    duplicates: tuple[tuple[str, str], ...]


def sentence_rows(placed: Sequence[Placed]) -> Iterator[dict[str, str]]:
    """One row per sentence, by statement."""
    for item in sorted(placed, key=lambda item: (item.path, item.record or 0)):
        task = item.document.task
        for number, sentence in enumerate(item.document.sentences(), start=1):
            yield {
                "statement": item.key,
                "sentence": str(number),
                "date": task.day.isoformat(),
                "actor": task.actor,
                "counterpart": task.counterpart,
                "kind": task.kind,
                "part": sentence.part,
                "voice": sentence.voice,
                "form": sentence.form or "",
                "drawn": sentence.drawn or "",
                "themes": ";".join(sentence.themes),
                "opening": sentence.text[:_OPENING_CHARACTERS],
            }


def truth_of(seed: int, placed: Sequence[Placed]) -> Truth:
    """Gather the truth of the statements that were written."""
    copies = [(item.key, placed[item.document.copy_of].key) for item in placed if item.document.copy_of is not None]
    return Truth(
        seed=seed,
        statements=tuple(placed),
        sentences=tuple(sentence_rows(placed)),
        shifts=shifts(),
        duplicates=tuple(sorted(copies)),
    )


def _realised(theme: str, rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    drawn = sum(row["drawn"] == theme for row in rows)
    carrying = sum(theme in row["themes"].split(";") for row in rows)
    share = round(drawn / len(rows), 4) if rows else None
    return {"body_sentences": len(rows), "drawn": drawn, "carrying": carrying, "share_drawn": share}


def _sides(shift: Shift) -> dict[str, Callable[[dict[str, str]], bool]]:
    """The spans a shift sets apart, by name."""
    if shift.shape == "anniversary":
        origin = shift.origin or 0
        return {
            "other_days": lambda row: row["kind"] != "anniversary",
            "ordinary_years": lambda row: row["kind"] == "anniversary" and (int(row["date"][:4]) - origin) % 5 != 0,
            "round_years": lambda row: row["kind"] == "anniversary" and (int(row["date"][:4]) - origin) % 5 == 0,
        }
    if shift.shape == "linear":
        return {
            "first_half": lambda row: row["date"] < "2018-04-01",
            "second_half": lambda row: row["date"] >= "2018-04-01",
        }
    if shift.date is None:
        return {"all": lambda row: True}
    day = shift.date.isoformat()
    return {"before": lambda row: row["date"] < day, "after": lambda row: row["date"] >= day}


def _planted(shift: Shift, truth: Truth) -> dict[str, Any]:
    fields = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(shift).items()
        if value is not None
    }
    rows = [r for r in truth.sentences if shift.concerns(r["actor"], r["counterpart"]) and r["part"] == "body"]
    spans = {name: [row for row in rows if inside(row)] for name, inside in _sides(shift).items()}
    if shift.theme:
        return {**fields, "realised": {name: _realised(shift.theme, span) for name, span in spans.items()}}
    kinds = {
        name: Counter(kind for _, kind in {(row["statement"], row["kind"]) for row in span})
        for name, span in spans.items()
    }
    return {**fields, "realised": {name: dict(sorted(count.items())) for name, count in kinds.items()}}


def _counts(truth: Truth) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for item in truth.statements:
        found.setdefault(item.document.task.outlet, Counter())[item.document.task.actor] += 1
    return {outlet: dict(sorted(count.items())) for outlet, count in sorted(found.items())}


def write_truth(folder: Path, truth: Truth) -> None:
    """Write ``truth.yaml`` and ``truth_sentences.csv``."""
    body = sum(row["part"] == "body" for row in truth.sentences)
    record = {
        "invented": "Every state, person, place and sentence in this folder is invented.",
        "seed": truth.seed,
        "statements": len(truth.statements),
        "sentences": len(truth.sentences),
        "body_sentences": body,
        "statements_by_folder_and_actor": _counts(truth),
        "shares": "Probabilities are per body sentence; 'drawn' counts the theme a sentence was written for, "
        "'carrying' also those that carry it beside another theme.",
        "shifts": [_planted(shift, truth) for shift in truth.shifts],
        "gap": gap(),
        "duplicates": [{"copy": copy, "of": source} for copy, source in truth.duplicates],
    }
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    buffer = io.StringIO()
    yaml.dump(record, buffer)
    write_text(folder / "truth.yaml", buffer.getvalue())
    write_text(folder / "truth_sentences.csv", csv_text(SENTENCE_COLUMNS, truth.sentences))
