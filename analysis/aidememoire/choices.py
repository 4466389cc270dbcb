"""The closed choices that studies and functions share; importing them costs nothing."""

from __future__ import annotations

from typing import Literal

__all__ = ["Codes", "Count", "Direction", "Measure", "Method", "Period", "StanceSet", "VoiceSet", "Weighting"]

# Who codes: see code_sentences.
Method = Literal["best", "rules", "model"]
Period = Literal["day", "week", "month", "quarter", "year", "all"]
Codes = Literal["strict", "lenient"]
Count = Literal["statements", "events"]
Direction = Literal["change", "rise", "fall"]
Measure = Literal["sentences", "statements", "words", "counts"]
StanceSet = Literal["all", "asserts"]
Weighting = Literal["sentence", "statement", "actor"]
VoiceSet = Literal["own_words", "attributed", "all"]
