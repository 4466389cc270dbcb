"""Where one statement is written: its sentences, their planted themes, and the words at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidememoire.synthetic.phrasing import Block, Form, Mode, Scribe
from aidememoire.synthetic.plan import Assignment, PlannedKind, mixture
from aidememoire.synthetic.states import Official, holder, states

__all__ = ["Desk", "Document", "Paragraph", "Part", "Sentence", "Values", "Voice", "words"]

Voice = Literal["own", "transcript", "direct", "indirect", "narration", "other"]
Part = Literal["opening", "body", "background", "closing"]
Values = Mapping[str, Sequence[str]]

_LENGTHS: dict[PlannedKind, tuple[int, int]] = {
    "speech": (12, 34),
    "anniversary": (12, 20),
    "readout": (6, 13),
    "transcript": (9, 20),
    "message": (3, 5),
    "joint_statement": (9, 16),
    "wire": (6, 12),
    "un": (22, 36),
}
_ANY: tuple[Block, ...] = ("relations", "world", "house")
_ORDINARY: dict[PlannedKind, tuple[Block, ...]] = {
    "anniversary": ("ceremony",),
    "un": ("world",),
    "readout": ("relations", "world"),
    "joint_statement": ("relations", "world"),
    "message": ("relations",),
}
_PARAPHRASE = 0.4
_FORMS: tuple[Form, Form] = ("formula", "paraphrase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as it stands in the text, with what was planted in it."""

    text: str
    voice: Voice
    part: Part
    themes: tuple[str, ...] = ()
    drawn: str | None = None
    form: Form | None = None
    block: Block = "house"


Paragraph = tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One invented statement before it takes a format."""

    task: Assignment
    speaker: Official
    place: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    copy_of: int | None = None

    def sentences(self) -> Iterable[Sentence]:
        """All sentences in the order of the text."""
        return (sentence for paragraph in self.paragraphs for sentence in paragraph)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def words(task: Assignment, speaker: Official, place: str) -> dict[str, Sequence[str]]:
    """What the slots of a frame may hold in this statement."""
    own, other = states()[task.actor], states()[task.counterpart]
    colleague = holder(task.counterpart, "foreign", task.day)
    return {
        "actor": [own.code],
        "own": [own.name],
        "own_adj": [own.adjective],
        "own_cap": [own.capital],
        "town": own.towns,
        "battle": own.battles,
        "other": [other.name],
        "other_adj": [other.adjective],
        "other_cap": [other.capital],
        "other_town": other.towns,
        "other_fm": [colleague.name],
        "other_fm_title": [colleague.title],
        "fm_title": [own.titles["foreign"]],
        "fm_lower": [speaker.title.lower()],
        "speaker": [speaker.name],
        "speaker_last": [speaker.surname],
        "role_title": [speaker.title],
        "appointed": [f"{speaker.since:%B %Y}"],
        "place": [place],
        "date_long": [_long_date(task.day)],
        "date_short": [f"{task.day.day} {task.day:%B}"],
        "weekday_of_date": [f"{task.day:%A}"],
        "ord1944": [_ordinal(task.day.year - 1944)],
        "dipl_year": [str(max(own.since, other.since))],
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one document is written.

    Attributes
    ----------
    variant
        Which furniture it takes: ``call`` and ``meeting`` are both readouts.
    used
        The frames it has used so far.
    """

    scribe: Scribe
    task: Assignment
    speaker: Official
    values: Values
    variant: str
    used: set[str]

    def word(self, name: str) -> str:
        """The first filler of a slot."""
        return self.values[name][0]

    def body(self, mode: Mode, voice: Voice) -> Sentence:
        """One body sentence with a theme drawn from the plan."""
        theme, form = self._draw()
        blocks = _ORDINARY.get(self.task.kind, _ANY)
        frame, text = self.scribe.sentence(theme, form, mode, values=self.values, blocks=blocks, avoid=self.used)
        self.used.add(frame.text)
        return Sentence(
            text=text,
            voice=voice,
            part="body",
            themes=frame.themes,
            drawn=frame.theme,
            form=frame.form,
            block=frame.block,
        )

    def _draw(self) -> tuple[str | None, Form]:
        draw, reached = float(self.scribe.rng.random()), 0.0
        for name, chance in mixture(self.task).items():
            reached += chance
            if draw < reached:
                paraphrase = float(self.scribe.rng.random()) < _PARAPHRASE
                return (None, "look_alike") if name == "look_alike" else (name, _FORMS[paraphrase])
        return None, "ordinary"

    def line(self, section: str, *, voice: Voice, part: Part, by_variant: bool = False) -> Sentence:
        """One sentence of furniture: no theme."""
        kind = self.variant if by_variant else None
        return Sentence(text=self.scribe.furniture(section, self.values, kind), voice=voice, part=part)

    def length(self) -> int:
        """How many body sentences this document gets."""
        low, high = _LENGTHS[self.task.kind]
        return int(self.scribe.rng.integers(low, high + 1))
