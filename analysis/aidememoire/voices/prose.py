"""Prose of a press note, a readout or a wire story: direct, mixed, indirect, continued, own or narration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from aidememoire.voices.context import Context, Voice, Voiced
from aidememoire.voices.paragraphs import Unit
from aidememoire.voices.reported import PHRASES
from aidememoire.voices.speakers import Resolver, Speaker

__all__ = ["Prose"]

Part = Literal["quoted", "mixed", "reported", "plain"]

FARTHEST = 60
"""Sentences or paragraphs over which a cue is looked for; keeps the time linear in the length of the text."""
_INTRO = re.compile(r":\s*$")


@dataclass(slots=True)
class _Resolved:
    """One sentence with its part and, where it has a cue, its speaker."""

    unit: Unit
    part: Part
    speaker: Speaker | None


@dataclass(slots=True)
class Prose:
    """Reads prose in order and carries who spoke last from paragraph to paragraph."""

    context: Context
    resolver: Resolver
    wire: bool
    quoting: Speaker | None = None
    intro: tuple[str, Speaker] | None = None
    joint: bool = field(init=False)

    def __post_init__(self) -> None:
        """See whether the whole document is joint words."""
        title = (self.context.title or "").casefold()
        self.joint = self.context.kind == "joint_statement" or title.startswith("joint statement")

    def voices(self, units: Sequence[Unit]) -> Iterator[Voiced]:
        """Yield one verdict a sentence, in order."""
        paragraphs = [
            [self._resolved(unit) for unit in group] for _, group in groupby(units, key=lambda unit: unit.paragraph)
        ]
        before: tuple[_Resolved, Voiced] | None = None
        for number, paragraph in enumerate(paragraphs):
            if self.wire or not (before and self._has_word(paragraph[0].unit.text, "backshift")):
                before = None
            ahead = _running_on(paragraphs, number)
            for at, item in enumerate(paragraph):
                voiced = self._voiced(paragraph, at, before, ahead)
                before = item, voiced
                yield voiced

    def _resolved(self, unit: Unit) -> _Resolved:
        report = unit.report
        speaker: Speaker | None = None
        if report and (report.cue or report.subject):
            resolved = Speaker("both", False, 0.5) if report.impersonal else self.resolver.resolve(report.subject)
            if self.joint:
                resolved = replace(resolved, other=False)
            speaker = resolved if report.cue else None
        return _Resolved(unit, _part(unit), speaker)

    def _voiced(
        self,
        paragraph: list[_Resolved],
        at: int,
        before: tuple[_Resolved, Voiced] | None,
        ahead: list[_Resolved],
    ) -> Voiced:
        item = paragraph[at]
        if item.part in ("quoted", "mixed"):
            return self._quoted(paragraph, at, ahead)
        intro = self.intro
        self.intro = None
        if _INTRO.search(item.unit.text) and self._is_intro(item):
            return self._plain(item)
        if item.part == "reported" and not (self.joint and item.speaker and item.speaker.name == "both"):
            self.quoting = item.speaker
            return _spoken("indirect", item, item.speaker or Speaker(""), 0.9)
        if intro and at == 0 and intro[0] == "read":
            self.intro = intro
        if before and self._goes_on(item, before):
            return Voiced("other" if before[1].voice == "other" else "continued", before[1].speaker, confidence=0.6)
        return self._plain(item)

    def _plain(self, item: _Resolved) -> Voiced:
        if self.joint:
            return Voiced("own", "both", confidence=0.9)
        return Voiced("narration" if self.wire else "own", confidence=0.85)

    def _is_intro(self, item: _Resolved) -> bool:
        """Whether a sentence ending in a colon announces words, and whose."""
        words = [word.strip(",:").casefold() for word in item.unit.text.split()]
        listed = self.resolver.cues.words
        verb = next((word for word in words if word in listed["intro_verbs"]), "")
        if not verb and not item.speaker:
            return False
        if item.speaker:
            speaker = item.speaker
        else:
            stop = next(at for at, word in enumerate(words) if word == verb)
            speaker = self.resolver.resolve(" ".join(item.unit.text.split()[:stop]))
        cue = item.unit.report.cue if item.unit.report and item.unit.report.cue else "read"
        self.intro = cue, speaker
        return True

    def _quoted(self, paragraph: list[_Resolved], at: int, ahead: list[_Resolved]) -> Voiced:
        item = paragraph[at]
        voice: Voice = "mixed" if item.part == "mixed" else "direct"
        if item.speaker:
            self.quoting, self.intro = item.speaker, None
            return _spoken(voice, item, item.speaker, 0.95)
        if self.intro:
            cue, speaker = self.intro
            self.quoting, self.intro = speaker, None
            first, last = item.unit.quotes[0]
            return Voiced(_side(voice, speaker), speaker.name, cue, "before", first, last, 0.9)
        speaker, certain = self._unsaid(paragraph, at, ahead)
        self.quoting = speaker
        return _spoken(voice, item, speaker, certain)

    def _unsaid(self, paragraph: list[_Resolved], at: int, ahead: list[_Resolved]) -> tuple[Speaker, float]:
        """Speaker of a quotation without a cue: back in the paragraph, ahead, the one before, the official."""
        for earlier in reversed(paragraph[max(0, at - FARTHEST) : at]):
            if earlier.speaker:
                return earlier.speaker, 0.9
        unit = paragraph[at].unit
        if unit.runs_on and self.quoting:
            return self.quoting, 0.9
        for later in (*paragraph[at + 1 : at + FARTHEST], *ahead[:FARTHEST]):
            if later.speaker and later.part in ("quoted", "mixed", "reported"):
                return later.speaker, 0.85
        if self.quoting:
            return self.quoting, 0.7
        return self.resolver.principal(), 0.5

    def _goes_on(self, item: _Resolved, before: tuple[_Resolved, Voiced]) -> bool:
        """Whether a sentence without a cue continues what the sentence before reports."""
        last, voiced = before
        if voiced.voice not in ("indirect", "continued", "other", "mixed") or item.unit.quoted:
            return False
        if last.speaker and not last.speaker.person:
            return False
        report = item.unit.report
        if (report and (report.told or report.cue)) or self._tells_new_event(item.unit.text):
            return False
        if last.part == "reported" and last.unit.report and last.unit.report.cue not in self._opening_cues():
            return False
        first = item.unit.text.split(None, 2)[:2]
        if any(word.strip(",.").casefold() in self.resolver.roster.persons for word in first):
            return False
        return self._has_word(item.unit.text, "modals") or not self.wire

    def _tells_new_event(self, sentence: str) -> bool:
        """Whether a sentence begins as those do that tell what happened next."""
        words = [word.strip(",.:;") for word in sentence.split(None, 5)[:5]]
        nouns = self.resolver.cues.words["new_event_nouns"]
        openings = self.resolver.cues.words["new_event_openings"]
        return words[0].casefold() in openings or (
            words[0] in ("The", "These") and any(word in nouns for word in words[1:])
        )

    def _has_word(self, sentence: str, group: str) -> bool:
        words = self.resolver.cues.words[group]
        return any(word.strip(",.;") in words for word in sentence.split())

    def _opening_cues(self) -> frozenset[str]:
        """Cues whose words may go on in the next sentence."""
        verbs = self.resolver.cues.verbs
        said = frozenset(verb.lemma for verb in verbs.values() if verb.family == "say")
        return (said | PHRASES | {"point", "call"}) - {"announce"}


def _running_on(paragraphs: list[list[_Resolved]], number: int) -> list[_Resolved]:
    """Sentences of the paragraphs over which the last quotation of this one runs on."""
    found: list[_Resolved] = []
    for paragraph in paragraphs[number + 1 : number + 1 + FARTHEST]:
        if not paragraph[0].unit.runs_on:
            break
        found += paragraph
    return found


def _part(unit: Unit) -> Part:
    report = unit.report
    cued = bool(report and report.cue)
    if unit.quoted:
        outside = (report.reported + report.told) if report and cued else unit.rest
        if cued and unit.lead_in >= 2 and unit.quoted >= 3 and not unit.announced:
            return "mixed"
        if unit.quoted >= outside:
            return "quoted"
        if cued and unit.quoted >= 3:
            return "mixed"
    if report and cued and report.reported >= report.told:
        return "reported"
    return "plain"


def _side(voice: Voice, speaker: Speaker) -> Voice:
    return "other" if speaker.other else voice


def _spoken(voice: Voice, item: _Resolved, speaker: Speaker, certain: float) -> Voiced:
    unit, report = item.unit, item.unit.report
    first, last = unit.quotes[0] if unit.quotes else (-1, -1)
    cued = report is not None and bool(report.cue) and item.speaker is not None
    confidence = round(min(certain, speaker.certain) if cued else certain * speaker.certain, 2)
    if not cued or report is None:
        return Voiced(_side(voice, speaker), speaker.name, "", "none", first, last, confidence)
    return Voiced(
        _side(voice, speaker),
        speaker.name,
        report.cue,
        report.kind,
        first,
        last,
        confidence,
        unit.start + report.clause[0],
        unit.start + report.clause[1],
    )
