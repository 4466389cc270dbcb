"""Words that tell a stance, read from their YAML file and made into patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["StanceCues", "load_stance_cues"]

# A word that may stand between two others, and a quotation mark.
_WORD = r"(?:[\w'’-]+\s+)"
_QUOTE = r"[\"“”„«»]"


@dataclass(frozen=True, eq=False)
class StanceCues:
    """Patterns by what they find; "before" and "after" are the words of the sentence on that side of a hit.

    Attributes
    ----------
    charge, bond
        Words inside a hit: an operation one may be charged with, a bond that may be lost.
    contrast
        Where what was claimed ends ("they say so, but").
    distanced, lost
        Directly before a hit: "so-called", "once".
    charged, despite, rejected
        Before: a noun of accusation that governs the hit; what excuses it; anywhere: what is said against it.
    untrue
        Before: "it is not true that", "we deny that".
    claimed, said_of_us, first_person
        Before: others claim; somebody says "that we", and is not the speaker.
    called
        Before an opening quotation mark: others call it so.
    shared
        Before a quotation: approval, a document that all signed, or the speaker's own side.
    claimed_after, denied_after
        After: ", they say"; "is dead", "; it is not".
    negation, turn, refusal, condition
        Before: what negates, what turns a negation round, what ought not to be, what is only supposed.
    distancing, claiming
        Anywhere: what any of the patterns needs but those of a plain negation. They are two, because one that is larger
        outgrows Arrow's automaton and takes four times as long.
    act
        Words inside a hit: a speech act one may abstain from.
    negated_families, act_families
        Families of themes that a plain negation denies; for the latter only where the hit is an act.

    No pattern has lookarounds, so that Arrow finds the same sentences by them.
    """

    charge: re.Pattern[str]
    bond: re.Pattern[str]
    contrast: re.Pattern[str]
    distanced: re.Pattern[str]
    lost: re.Pattern[str]
    charged: re.Pattern[str]
    despite: re.Pattern[str]
    rejected: re.Pattern[str]
    untrue: re.Pattern[str]
    claimed: re.Pattern[str]
    said_of_us: re.Pattern[str]
    first_person: re.Pattern[str]
    called: re.Pattern[str]
    shared: re.Pattern[str]
    claimed_after: re.Pattern[str]
    denied_after: re.Pattern[str]
    negation: re.Pattern[str]
    turn: re.Pattern[str]
    refusal: re.Pattern[str]
    condition: re.Pattern[str]
    distancing: re.Pattern[str]
    claiming: re.Pattern[str]
    act: re.Pattern[str]
    negated_families: frozenset[str]
    act_families: frozenset[str]


@cache
def load_stance_cues(language: str = "en") -> StanceCues:
    """Return the stance cues of a language.

    Raises
    ------
    FileNotFoundError
        If there is no file for the language.

    Examples
    --------
    >>> bool(load_stance_cues().claimed.search("They claim that we "))
    True
    """
    from ruamel.yaml import YAML

    file = resources.files("aidememoire.voices").joinpath(f"data/stance_{language}.yaml")
    said: dict[str, str] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    one = {name: _either(phrases) for name, phrases in said.items()}
    return StanceCues(
        **{name: re.compile(pattern, re.IGNORECASE) for name, pattern in _patterns(one).items()},
        negated_families=_names(said["negated_families"]),
        act_families=_names(said["act_families"]),
    )


def _names(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split("|"))


def _either(phrases: str) -> str:
    words = [
        re.escape(phrase.strip()).replace(r"\*", r"[\w-]*").replace(r"\ ", r"\s+") for phrase in phrases.split("|")
    ]
    return rf"\b(?:{'|'.join(words)})\b"


def _patterns(one: dict[str, str]) -> dict[str, str]:
    distanced, charged = (
        rf"{one['distances']}\s+{_QUOTE}?",
        rf"{one['accusations']}\s+(?:that|of)\b|{one['charge_nouns']}\s+that\b",
    )
    lost, claimed = rf"{one['lost_before']}\s+", _claimed(one)
    lost_bond = rf"{lost}{_WORD}{{0,2}}{one['bonds']}"
    untrue = rf"{one['not_true']}|{one['first_person']}\s+{_WORD}{{0,3}}{one['rejects']}\s+that\b"
    denied_after = (
        rf"{one['lost_after']}|[;,]\s+(?:but\s+)?{one['late_subjects']}\s+{one['late_verbs']}(?:\s+not|n['’]t)\W*$"
    )
    claimed_after = (
        rf",\s+(?:as\s+)?(?:(?:its|their|his|her)\s+\w+|{one['others']})\s+"
        rf"(?:{one['claims']}|{one['asks']}|{one['says']})"
    )
    said_of_us = rf"{one['says']}(?:\s+us)?\s+that\s+{one['us']}"
    called = rf"{one['calls']}|{one['asks']}"
    called_so = rf"(?:{called})[^;.]*{_QUOTE}"
    return {
        "charge": one["charges"],
        "bond": one["bonds"],
        "act": one["acts"],
        "contrast": rf";|\s[—–-]\s|{one['contrasts']}",
        "distanced": rf"{distanced}{_WORD}?$",
        "lost": rf"{lost}$",
        "charged": charged,
        "despite": one["despite"],
        "rejected": one["rejected"],
        "untrue": untrue,
        "claimed": claimed,
        "said_of_us": said_of_us,
        "first_person": one["first_person"],
        "called": called,
        "shared": rf"{one['approves']}|{one['norms']}|{one['first_person']}|\bas\s+{_WORD}{{1,5}}{one['asks']}",
        "claimed_after": rf"^[^;.]*{claimed_after}",
        "denied_after": denied_after,
        "negation": one["negations"],
        "turn": one["turns"],
        "refusal": one["refusals"],
        "condition": one["conditions"],
        "distancing": "|".join((distanced, lost_bond, charged, untrue, denied_after, claimed_after)),
        "claiming": "|".join((claimed, said_of_us, called_so)),
    }


def _claimed(one: dict[str, str]) -> str:
    """Others claim it, accuse us of it, or are said to."""
    return "|".join(
        (
            rf"{one['claims']},?\s+(?:{one['opens']}|to\s+(?:be|have)\b|(?-i:[A-Z]))",
            rf"{one['alleges']}\s+(?:{one['opens']}|an?\b|the\b|(?-i:[A-Z]))",
            rf"{one['accuses']}\s+{_WORD}{{0,5}}of\b",
            rf"\bit\s+is\s+{_WORD}?(?:{one['alleges']}|{one['claims']}|{one['says']})",
            rf"\bas\s+{one['others']}\s+(?:{one['claims']}|{one['says']})",
            rf"{one['according']}\s+{_WORD}{{0,2}}{one['others']}",
            rf"{one['others']}\s+{_WORD}{{0,2}}{one['says']}(?:\s+us)?,?\s*(?:{one['opens']}|{_QUOTE})",
        )
    )
