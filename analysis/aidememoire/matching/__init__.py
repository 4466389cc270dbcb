"""Matching: text and sentences to hits with offsets."""

from aidememoire.matching.interface import MATCHING, Match, Matcher
from aidememoire.matching.plain import PlainMatcher
from aidememoire.matching.rules import Rule, compile_rules

__all__ = ["MATCHING", "Match", "Matcher", "PlainMatcher", "Rule", "compile_rules"]
