"""Assignments become documents, and some documents are carried on by others."""

from __future__ import annotations

from dataclasses import replace

from aidememoire.synthetic.desk import Desk, Document, words
from aidememoire.synthetic.genres import GENRES, lead, quoted
from aidememoire.synthetic.phrasing import Scribe
from aidememoire.synthetic.plan import Assignment, Outlet, PlannedKind
from aidememoire.synthetic.states import Office, agency, holder, states

__all__ = ["carried", "compose", "dateline", "republished"]

_OFFICES: dict[PlannedKind, tuple[Office, ...]] = {
    "speech": ("foreign", "foreign", "head"),
    "anniversary": ("foreign", "head"),
    "readout": ("foreign",),
    "transcript": ("spokesperson",),
    "message": ("foreign",),
    "joint_statement": ("foreign",),
    "wire": ("foreign", "foreign", "foreign", "head"),
    "un": ("foreign", "un", "head"),
}
_VARIANTS: dict[PlannedKind, list[str]] = {
    "readout": ["meeting", "meeting", "consultations", "call"],
    "message": ["condolence", "congratulation"],
}


def _place(scribe: Scribe, task: Assignment) -> str:
    own, other = states()[task.actor], states()[task.counterpart]
    if task.kind == "un":
        return "the General Assembly"
    if task.kind == "anniversary":
        return "Upper Sorn"
    if task.kind in ("transcript", "message"):
        return own.capital
    return scribe.pick([own.capital, own.capital, own.capital, other.capital, own.towns[0]])


def _desk(scribe: Scribe, task: Assignment) -> tuple[Desk, str]:
    speaker = holder(task.actor, scribe.rng.choice(_OFFICES[task.kind]), task.day)
    variant = scribe.pick(_VARIANTS.get(task.kind, [task.kind]))
    place = states()[task.actor].capital if variant == "call" else _place(scribe, task)
    return Desk(scribe, task, speaker, words(task, speaker, place), variant, set()), place


def compose(scribe: Scribe, task: Assignment) -> Document:
    """Write one statement.

    Examples
    --------
    >>> import numpy as np
    >>> from aidememoire.synthetic.plan import assignments
    >>> rng = np.random.default_rng(1)
    >>> document = compose(Scribe(rng), assignments(rng)[0])
    >>> 6 <= len(list(document.sentences())) <= 40
    True
    """
    desk, place = _desk(scribe, task)
    title = scribe.furniture("titles", desk.values, desk.variant)
    paragraphs = tuple(GENRES[task.kind](desk))
    return Document(task=task, speaker=desk.speaker, place=place, title=title, paragraphs=paragraphs)


def carried(scribe: Scribe, source: Document, number: int) -> Document:
    """A wire story that carries the words of a ministry's speech or transcript.

    ``number`` says which document ``source`` is.
    """
    task = replace(source.task, outlet="telda", kind="wire")
    desk = Desk(scribe, task, source.speaker, words(task, source.speaker, source.place), "wire", set())
    spoken = [s for s in source.sentences() if s.part == "body"]
    start = int(scribe.rng.integers(max(1, len(spoken) - 7)))
    runs = [spoken[start : start + 3], spoken[start + 3 : start + 6], spoken[start + 6 : start + 8]]
    quotes = [quoted(desk, run) for run in runs if run]
    tail = desk.line("tail", voice="narration", part="background")
    title = scribe.furniture("titles", desk.values, "wire")
    paragraphs = ((lead(desk),), *quotes, (tail,))
    return replace(source, task=task, title=title, paragraphs=paragraphs, copy_of=number)


def republished(source: Document, outlet: Outlet, number: int) -> Document:
    """The same joint text on the other side's site, under the other side's minister."""
    task = replace(source.task, outlet=outlet, actor=source.task.counterpart, counterpart=source.task.actor)
    return replace(source, task=task, speaker=holder(task.actor, "foreign", task.day), copy_of=number)


def dateline(document: Document, *, spaced: bool) -> str:
    """``TORVALE, March 9. /TELDA/.`` with or without spaces around the agency's name."""
    name = f"/ {agency()} /" if spaced else f"/{agency()}/"
    day = document.task.day
    return f"{document.place.upper()}, {day:%B} {day.day}. {name}."
