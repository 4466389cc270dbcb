"""Whose words each sentence of a statement is: voice, speaker, cue and attribution clause.

text, sentence spans, fields of the statement ── quotes, turns, cues, names ── one Voiced a sentence
"""

from aidememoire.voices.attribute import attribute
from aidememoire.voices.context import VOICES_VERSION, Context, CueKind, Voice, Voiced
from aidememoire.voices.stance import Stance, stance_of, stance_of_hits
from aidememoire.voices.stancecues import load_stance_cues

__all__ = [
    "VOICES_VERSION",
    "Context",
    "CueKind",
    "Stance",
    "Voice",
    "Voiced",
    "attribute",
    "load_stance_cues",
    "stance_of",
    "stance_of_hits",
]
