"""Sentence frames and how their slots are filled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np

from aidememoire.synthetic.states import load

__all__ = ["THEMES", "Block", "Form", "Frame", "Mode", "Scribe", "frames", "lines"]

Mode = Literal["said", "told"]
Form = Literal["formula", "paraphrase", "ordinary", "look_alike"]
Block = Literal["relations", "world", "memory", "house", "ceremony"]

THEMES = {
    "HM": "historical_memory",
    "AR": "anti_revisionism",
    "BF": "bilateral_friendship",
    "CR": "commemoration_ritual",
    "VS": "victimhood_sacrifice",
    "SV": "shared_victory_alliance",
    "IO": "international_order_legitimacy",
    "SN": "sovereignty_noninterference",
    "MA": "multipolarity_antihegemony",
    "PS": "peace_stability",
    "EC": "economic_cooperation",
    "CD": "condemnation_denunciation",
    "GH": "gratitude_honour",
    "CP": "colonial_past_apology",
    "HR": "human_rights_democracy",
    "NN": "neo_nazism_glorification",
}
_IMPLY_MEMORY = {THEMES[short] for short in ("AR", "SV", "VS", "CP")}
_MEMORY = {THEMES[short] for short in ("HM", "AR", "CR", "VS", "SV", "CP", "NN")}
_RELATIONS = {THEMES[short] for short in ("BF", "EC", "GH")}
_SLOT = re.compile(r"\{([^{}]*)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=(?!uni|use|eu|one\b)[aeiou])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A sentence with slots, the themes it carries and the actors who may say it."""

    text: str
    theme: str | None
    themes: tuple[str, ...]
    form: Form
    mode: Mode
    block: Block
    only: frozenset[str]
    never: frozenset[str]

    def fits(self, actor: str) -> bool:
        """Whether the actor may say it."""
        return actor not in self.never and (not self.only or actor in self.only)


def _block(theme: str) -> Block:
    return "memory" if theme in _MEMORY else "relations" if theme in _RELATIONS else "world"


def _frame(line: str, *, theme: str | None, form: Form, mode: Mode, block: Block) -> Frame:
    text, _, marks = line.partition(" ~ ")
    words = marks.split()
    themes = [theme] if theme else []
    themes += [THEMES[word] for word in words if not word.startswith("@")]
    if _IMPLY_MEMORY.intersection(themes):
        themes.append(THEMES["HM"])
    return Frame(
        text=text.strip(),
        theme=theme,
        themes=tuple(sorted(set(themes))),
        form=form,
        mode=mode,
        block=block,
        only=frozenset(word[1:] for word in words if word.startswith("@") and word[1] != "!"),
        never=frozenset(word[2:] for word in words if word.startswith("@!")),
    )


@cache
def frames() -> tuple[Frame, ...]:
    """All sentence frames of the data files.

    Examples
    --------
    >>> len(frames()) > 400
    True
    """
    found: list[Frame] = []
    for theme, modes in lines("themes").items():
        for mode, forms in modes.items():
            for form, rows in forms.items():
                place = _block(theme)
                found += [_frame(row, theme=theme, form=form, mode=mode, block=place) for row in rows]
    for form, modes in lines("filler").items():
        for mode, blocks in modes.items():
            for block, rows in blocks.items():
                found += [_frame(row, theme=None, form=form, mode=mode, block=block) for row in rows]
    return tuple(found)


@cache
def lines(name: str) -> Any:
    """A data file whose leaves are lists of lines instead of blocks.

    Examples
    --------
    >>> lines("slots")["days"]
    ['30', '60', '90']
    """

    def split(node: Any) -> Any:
        return {k: split(v) for k, v in node.items()} if isinstance(node, dict) else str(node).splitlines()

    return split(load(name))


@dataclass(slots=True)
class Scribe:
    """Draws frames and fills them; remembers what it used, so that sentences rarely repeat."""

    rng: np.random.Generator
    uses: Counter[str] = field(default_factory=Counter)
    written: set[str] = field(default_factory=set)

    def pick(self, options: Sequence[str]) -> str:
        """One of the options, each as likely as the others."""
        return options[int(self.rng.integers(len(options)))]

    def furniture(self, section: str, values: Mapping[str, Sequence[str]], kind: str | None = None) -> str:
        """One filled line of ``frames.yaml``."""
        options = lines("frames")[section]
        return self._fill(self.pick(options if kind is None else options[kind]), values)

    def furniture_all(self, section: str, values: Mapping[str, Sequence[str]], kind: str) -> list[str]:
        """All lines of a section of ``frames.yaml``, filled, in their order."""
        return [self._fill(line, values) for line in lines("frames")[section][kind]]

    def sentence(
        self,
        theme: str | None,
        form: Form,
        mode: Mode,
        *,
        values: Mapping[str, Sequence[str]],
        blocks: Collection[Block],
        avoid: Collection[str],
    ) -> tuple[Frame, str]:
        """A frame for a theme and its filled text; frames in ``avoid`` are used only if all else is used.

        The rarely used frames are the likelier ones. The form is a wish: an actor may have the theme in one form.
        ``blocks`` says which ordinary business fits the occasion; themes may be spoken of on any.
        """
        actor = values["actor"][0]
        able = [f for f in frames() if (f.theme, f.mode) == (theme, mode) and f.fits(actor)]
        able = [f for f in able if theme or f.block in blocks]
        fit = [f for f in able if f.form == form] or able
        fresh = [f for f in fit if f.text not in avoid] or fit
        weights = np.array([1.0 / (1 + self.uses[f.text]) ** 2 for f in fresh])
        for _ in range(20):
            frame = fresh[int(self.rng.choice(len(fresh), p=weights / weights.sum()))]
            text = self._fill(frame.text, values)
            if text not in self.written:
                break
        self.uses[frame.text] += 1
        self.written.add(text)
        return frame, text

    def _fill(self, template: str, values: Mapping[str, Sequence[str]]) -> str:
        taken: set[str] = set()
        text = template
        while match := _SLOT.search(text):
            name = match.group(1)
            options = name.split("|") if "|" in name else values.get(name) or lines("slots")[name]
            filler = self.pick([o for o in options if o not in taken] or options)
            if "|" not in name and len(options) > 1:
                taken.add(filler)
            text = text[: match.start()] + filler + text[match.end() :]
        text = _ARTICLE.sub(lambda m: f"{m.group(1)}n ", text)
        return text[0].upper() + text[1:] if text.endswith((".", "?")) else text
