"""What a statement's fields say, and what comes back for each sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["VOICES_VERSION", "Context", "CueKind", "Voice", "Voiced"]

VOICES_VERSION = "voices-1"
"""Key of every kept result: raise the number when any sentence would get another voice."""

Voice = Literal["own", "transcript", "direct", "mixed", "indirect", "continued", "narration", "other", "none"]
CueKind = Literal["before", "inside", "after", "none"]


@dataclass(frozen=True, slots=True)
class Context:
    """Fields of the statement; ``None`` where nothing proved them.

    Attributes
    ----------
    actor
        Code of the issuing side: whoever belongs to another state is ``other``.
    title, occasion
        Headline and summary, which often name the signatory of a message that the text does not name.
    """

    kind: str | None = None
    speaker: str | None = None
    role: str | None = None
    actor: str | None = None
    agency: str | None = None
    title: str | None = None
    occasion: str | None = None


@dataclass(frozen=True, slots=True)
class Voiced:
    """Whose words one sentence is. Offsets are characters of the cleaned text; -1 where there is no span.

    Attributes
    ----------
    speaker
        Name as the statement gives it, ``both`` for joint words, a role where only that is known, or empty.
    cue, cue_kind
        Dictionary form of the cue, and where it stands relative to the words.
    quote_start, quote_end
        First quoted stretch inside the sentence.
    clause_start, clause_end
        Attribution clause inside the sentence, which is not content.
    """

    voice: Voice
    speaker: str = ""
    cue: str = ""
    cue_kind: CueKind = "none"
    quote_start: int = -1
    quote_end: int = -1
    confidence: float = 1.0
    clause_start: int = -1
    clause_end: int = -1
