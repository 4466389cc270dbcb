"""What two runs measured with: codebook, program and study, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.compare.runfolder import Run

__all__ = ["Difference", "Instrument", "differences"]

Instrument = Literal["codebook", "program", "study"]

# One value each in a whole series table; a study chooses them.
_CHOICES = ("coder", "coding", "voices", "measure", "weighting")
# Packages whose version decides numbers. The others are told and suspected of nothing.
_PROGRAM = ("aidememoire", "program")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two runs do not share.

    Attributes
    ----------
    instrument
        Which of them it belongs to; ``None`` where it moves no number.
    name, before, after
        What differs, in the first run and in the second; empty where a run does not have it.
    """

    instrument: Instrument | None
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before or 'none'} → {self.after or 'none'}"


def differences(before: Run, after: Run, series: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[Difference, ...]:
    """Return what differs in the manifests of two runs and in the choices that their series name.

    Parameters
    ----------
    before, after
        The runs.
    series
        Their series tables.
    """
    return (*_codebook(before, after), *_program(before, after), *_study(before, after, series))


def _codebook(before: Run, after: Run) -> Iterator[Difference]:
    books = before.manifest["codebook"], after.manifest["codebook"]
    if books[0].get("sha256") != books[1].get("sha256"):
        one, other = (f"{book.get('name')} {book.get('version')} ({str(book.get('sha256'))[:8]})" for book in books)
        yield Difference("codebook", "codebook", one, other)


def _program(before: Run, after: Run) -> Iterator[Difference]:
    one, other = before.manifest["versions"], after.manifest["versions"]
    for name in sorted({*one, *other}):
        # A run that did not yet write its program's hash is not told apart by it.
        told = name in one and name in other if name == "program" else True
        if told and one.get(name) != other.get(name):
            kind: Instrument | None = "program" if name in _PROGRAM else None
            yield Difference(kind, name, _short(one.get(name)), _short(other.get(name)))
    weights = [run.manifest["codebook"].get("weights", "") for run in (before, after)]
    if all(weights) and weights[0] != weights[1]:
        yield Difference("program", "weights of the trained coder", *map(_short, weights))


def _study(before: Run, after: Run, series: tuple[pd.DataFrame, pd.DataFrame]) -> Iterator[Difference]:
    one, other = before.manifest["study"], after.manifest["study"]
    settings = [_flat(study["settings"]) for study in (one, other) if isinstance(study.get("settings"), dict)]
    if len(settings) == 2:
        for name in sorted({*settings[0], *settings[1]}):
            if settings[0].get(name) != settings[1].get(name):
                yield Difference("study", name, settings[0].get(name, ""), settings[1].get(name, ""))
        return
    seen = [Difference("study", f"series.{name}", *values) for name, *values in _chosen(*series)]
    yield from seen
    if not seen and one.get("sha256") != other.get("sha256"):
        # The manifest keeps no more than the hash: an edited title looks the same as an edited choice.
        yield Difference("study", "study file", _short(one.get("sha256")), _short(other.get("sha256")))


def _chosen(one: pd.DataFrame, other: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for name in _CHOICES:
        values = [", ".join(sorted(table[name].astype("str").unique())) for table in (one, other)]
        if all(values) and values[0] != values[1]:
            yield name, values[0], values[1]


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": str(value)}
    return flat


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text[:8] if len(text) == 64 else text
