"""Statements compared: words that set groups apart, themes that go together, phrases that travel, who answers whom."""

from __future__ import annotations

from aidememoire.contrast.accusing import accusations, accusing_sentences
from aidememoire.contrast.cooccurrence import Cooccurrence, cooccurrence
from aidememoire.contrast.dyads import friendship_ladder, friendship_sentences
from aidememoire.contrast.echo import Echoes, echo
from aidememoire.contrast.keyness import Keyness, keyness
from aidememoire.contrast.leadlag import LeadLag, lead_lag

__all__ = [
    "Cooccurrence",
    "Echoes",
    "Keyness",
    "LeadLag",
    "accusations",
    "accusing_sentences",
    "cooccurrence",
    "echo",
    "friendship_ladder",
    "friendship_sentences",
    "keyness",
    "lead_lag",
]
