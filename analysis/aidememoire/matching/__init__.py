"""Matching: text and sentences to hits with offsets."""

from aidememoire.matching.interface import MATCHING, BatchMatcher, Match, Matcher
from aidememoire.matching.plain import PlainMatcher
from aidememoire.matching.rules import CODING_KINDS, Rule, compile_rules

__all__ = ["CODING_KINDS", "MATCHING", "BatchMatcher", "Match", "Matcher", "PlainMatcher", "Rule", "compile_rules"]
