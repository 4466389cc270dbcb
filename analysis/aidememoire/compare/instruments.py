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

# Columns of a series with one value each, and the fields of a study that choose them.
_CHOICES = {
    "coder": "coder",
    "coding": "series.codes",
    "voices": "series.voices",
    "measure": "series.measure",
    "weighting": "series.weighting",
}
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
    told = dict(_chosen(*series))
    if len(settings) == 2:
        names = sorted({*settings[0], *settings[1]})
        told |= {name: (settings[0].get(name, ""), settings[1].get(name, "")) for name in names}
    differing = {name: values for name, values in told.items() if values[0] != values[1]}
    if not differing and len(settings) < 2 and one.get("sha256") != other.get("sha256"):
        # The manifest keeps no more than the hash: an edited title looks the same as an edited choice.
        differing = {"study file": (_short(one.get("sha256")), _short(other.get("sha256")))}
    for name, values in differing.items():
        yield Difference("study", name, *values)


def _chosen(one: pd.DataFrame, other: pd.DataFrame) -> Iterator[tuple[str, tuple[str, str]]]:
    for column, name in _CHOICES.items():
        values = [", ".join(sorted(table[column].astype("str").unique())) for table in (one, other)]
        # An empty series says nothing of what was chosen.
        if all(values):
            yield name, (values[0], values[1])


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": str(value)}
    return flat


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text[:8] if len(text) == 64 else text
