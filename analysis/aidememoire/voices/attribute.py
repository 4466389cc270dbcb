"""The decision: one voice, speaker and cue for every sentence of a statement.

A speech is its speaker's own throughout. In a transcript the label of a turn decides. Everything else is
prose: what stands in quotation marks is direct, what a cue governs is indirect, what only goes on is continued,
and the rest is the issuer's own or, in a wire story, the reporter's narration.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from aidememoire.ingest import ActorTable, builtin_actors
from aidememoire.voices.context import Context, Voiced
from aidememoire.voices.cues import Cues, load_cues
from aidememoire.voices.furniture import furniture
from aidememoire.voices.names import build_roster
from aidememoire.voices.paragraphs import make_unit, paragraph_numbers, speech_quotes
from aidememoire.voices.prose import Prose
from aidememoire.voices.quotes import DOUBLE, Quote, find_quotes
from aidememoire.voices.speakers import Resolver
from aidememoire.voices.turns import Turn, find_turns, is_direction
from aidememoire.voices.turnvoice import turn_voices

__all__ = ["attribute"]

LEAST_QUOTED = 0.5
"""Share of the words of a speech's sentence that a quotation must hold to be another's."""


def attribute(
    text: str, spans: Sequence[tuple[int, int]], context: Context, actors: ActorTable | None = None
) -> list[Voiced]:
    """Say for every sentence whose words it is.

    Parameters
    ----------
    text
        Cleaned text, one paragraph a line.
    spans
        Sentences as ``aidememoire.sentences.segment`` gives them: half-open, in order, none over a line break.
    context
        What the statement's fields say.
    actors
        Table of states; the builtin one if not given.

    Returns
    -------
    list of Voiced
        One for each span, in order.

    Examples
    --------
    >>> from aidememoire.sentences import segment
    >>> text = '"We remember," Foreign Minister Anna Berg said. She stressed that peace was near.'
    >>> for voiced in attribute(text, segment(text), Context(kind="wire_story")):
    ...     print(voiced.voice, voiced.speaker, voiced.cue, voiced.cue_kind)
    direct Anna Berg say after
    indirect Anna Berg stress before
    """
    if not spans:
        return []
    if context.kind == "speech":
        return _speech(text, spans, context)
    table = actors or builtin_actors()
    cues = load_cues()
    resolver = Resolver(build_roster(text, context, table, cues), table, cues)
    turns = find_turns(text, (person.surname for person in resolver.roster.persons.values()), cues)
    if context.kind == "transcript" and not turns:
        return _one_turn(text, spans, context, resolver)
    return _mixed_text(text, spans, context, resolver, turns)


def _mixed_text(
    text: str, spans: Sequence[tuple[int, int]], context: Context, resolver: Resolver, turns: list[Turn]
) -> list[Voiced]:
    """Turns by their labels, and the prose around them."""
    voices: list[Voiced | None] = [None] * len(spans)
    of_turn = turn_voices(text, turns, resolver)
    begins = [turn.start for turn in turns]
    prose: list[int] = []
    for number, (start, end) in enumerate(spans):
        at = bisect_right(begins, start) - 1
        if at >= 0 and start < turns[at].end:
            label = turns[at].words if start < turns[at].words else -1
            voices[number] = _in_turn(text, start, end, label, of_turn[at])
        else:
            prose.append(number)
    numbers = paragraph_numbers(text, spans)
    kinds = furniture(text, [spans[number] for number in prose], resolver.cues)
    quotes = speech_quotes(text, find_quotes(text), resolver.cues)
    reader = Prose(context, resolver, wire=context.kind == "wire_story")
    units = [
        make_unit(text, spans[number], numbers[number], quotes, resolver.cues)
        for number, is_furniture in zip(prose, kinds, strict=True)
        if not is_furniture
    ]
    decided = iter(reader.voices(units))
    for number, is_furniture in zip(prose, kinds, strict=True):
        voices[number] = Voiced("none", confidence=0.85) if is_furniture else next(decided)
    return [voiced or Voiced("none", confidence=0.0) for voiced in voices]


def _in_turn(text: str, start: int, end: int, label_end: int, turn: Voiced) -> Voiced:
    if is_direction(text[max(start, label_end) : end]):
        return Voiced("none", confidence=0.95)
    if label_end < 0:
        return turn
    return Voiced(
        turn.voice,
        turn.speaker,
        turn.cue,
        turn.cue_kind,
        confidence=turn.confidence,
        clause_start=start,
        clause_end=min(label_end, end),
    )


def _one_turn(text: str, spans: Sequence[tuple[int, int]], context: Context, resolver: Resolver) -> list[Voiced]:
    speaker = context.speaker or resolver.principal().name or context.role or ""
    whole = Voiced("transcript", speaker, cue_kind="before", confidence=0.7)
    direction = Voiced("none", confidence=0.95)
    return [direction if is_direction(text[start:end]) else whole for start, end in spans]


def _speech(text: str, spans: Sequence[tuple[int, int]], context: Context) -> list[Voiced]:
    """A speech is own throughout; a quotation is another's only where its sentence names whose it is."""
    own = Voiced("own", context.speaker or "", confidence=0.98)
    voices = [own] * len(spans)
    if not any(mark in text for mark in DOUBLE):
        return voices
    cues = load_cues()
    quotes = speech_quotes(text, find_quotes(text), cues)
    starts = [start for start, _ in spans]
    seen: set[int] = set()
    for quote in quotes:
        first = max(0, bisect_right(starts, quote.start) - 1)
        for number in range(first, bisect_right(starts, quote.end)):
            if number not in seen and spans[number][1] > quote.start:
                seen.add(number)
                voices[number] = _quoted_in_speech(text, spans[number], quotes, cues) or own
    return voices


def _quoted_in_speech(text: str, span: tuple[int, int], quotes: Sequence[Quote], cues: Cues) -> Voiced | None:
    unit = make_unit(text, span, 0, quotes, cues)
    report = unit.report
    if not report or not report.cue or not report.subject or unit.quoted < LEAST_QUOTED * (unit.quoted + unit.rest):
        return None
    pronoun = report.subject.split()[0].casefold() in cues.words["pronouns"] | cues.words["pronouns_joint"]
    if pronoun or builtin_actors().resolve(report.subject):
        return None
    first, last = unit.quotes[0]
    clause = (unit.start + report.clause[0], unit.start + report.clause[1])
    return Voiced("other", report.subject, report.cue, report.kind, first, last, 0.7, *clause)
