"""The codebook as pydantic models: what a codebook file may say, and what it means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aidememoire.displays import codebook_html, theme_html

__all__ = ["Codebook", "FacetPattern", "Near", "Negation", "Patterns", "PhraseRule", "Technical", "Theme"]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Family = Literal["memory", "relational", "order", "functional", "speech_act", "other"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rule(_Strict):
    """What any rule may say beside its pattern.

    Attributes
    ----------
    language
        ISO 639-1; the rule's hits count only in statements of that language or of none known.
    weight
        Stands with each hit.
    negated
        ``drop`` takes away a hit in the scope of a negation (see ``Codebook.negation``).
    facets
        Facet values that the rule sets where its theme is coded.
    """

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | Literal[""] = ""
    weight: Annotated[float, Field(gt=0)] = 1.0
    negated: Literal["keep", "drop"] = "keep"
    facets: dict[Identifier, str] = {}


class PhraseRule(_Rule):
    """A phrase with more to say than its pattern; a plain string is a ``PhraseRule`` with defaults."""

    pattern: str
    case_sensitive: bool = False


class Near(_Rule):
    """A proximity rule: a phrase of ``a`` and one of ``b`` in a sentence, at most ``within`` tokens between."""

    a: tuple[str, ...] = Field(min_length=1)
    b: tuple[str, ...] = Field(min_length=1)
    within: int = Field(ge=0, le=60)
    order: Literal["any", "ab"] = "any"

    @field_validator("a", "b", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class FacetPattern(_Strict):
    """A rule that sets one facet of a sentence that carries the theme."""

    facet: Identifier
    value: str
    near: Near


Phrases = tuple[PhraseRule, ...]


class Patterns(_Strict):
    """The rules of a theme.

    ``phrases``, ``near`` and ``without`` code a sentence 2, ``lenient_phrases`` code it 1, ``masks`` hide tokens
    from all of them. A ``without`` rule is a phrase of ``a`` with no phrase of ``b`` near it. ``weak_seeds`` are
    words that never count alone; no rule reads them.
    """

    phrases: Phrases = ()
    near: tuple[Near, ...] = ()
    without: tuple[Near, ...] = ()
    lenient_phrases: Phrases = ()
    masks: tuple[str, ...] = ()
    facet_patterns: tuple[FacetPattern, ...] = ()
    weak_seeds: tuple[str, ...] = ()

    @field_validator("phrases", "lenient_phrases", mode="before")
    @classmethod
    def _strings_are_rules(cls, values: Any) -> Any:
        if not isinstance(values, list | tuple):
            return values
        return tuple({"pattern": value} if isinstance(value, str) else value for value in values)


class Negation(_Strict):
    """Words that negate what follows them, at most ``within`` tokens later, with no ``, ; : ( )`` between."""

    words: tuple[str, ...] = Field(min_length=1)
    within: int = Field(ge=0, le=20)


class Overlaps(_Strict):
    """How a theme stands to others, by their ids."""

    implies: tuple[Identifier, ...] = ()
    implied_by: tuple[Identifier, ...] = ()
    usually_with: tuple[Identifier, ...] = ()
    contrast_with: tuple[Identifier, ...] = ()
    do_not_test_cooccurrence_with: tuple[Identifier, ...] = ()


class Expected(_Strict):
    """What the rules are known to find among the examples: 1 found, 0 not."""

    positives: tuple[Literal[0, 1], ...]
    hard_negatives: tuple[Literal[0, 1], ...]


class Theme(_Strict):
    """A concept: its definition first, then the rules that serve it."""

    id: Identifier
    label: str = ""
    family: Family
    definition: str
    patterns: Patterns
    facets: dict[Identifier, tuple[str | int, ...] | str] = {}
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    borderline: tuple[str, ...] = ()
    positives: tuple[str, ...] = ()
    hard_negatives: tuple[str, ...] = ()
    overlaps: Overlaps = Overlaps()
    veto: tuple[str, ...] = ()
    parent: Identifier | None = None
    dict_expected: Expected | None = None
    recall_risk: Literal["low", "medium", "high"] | None = None
    recall_note: str = ""
    base_rate_warning: str = ""
    note_scourge: str = ""

    @property
    def lends_to(self) -> tuple[str, ...]:
        """Themes that this one's codes are codes of too: those it implies, and its parent."""
        parent = (self.parent,) if self.parent else ()
        return tuple(dict.fromkeys((*self.overlaps.implies, *parent)))

    @property
    def title(self) -> str:
        """The label, or the id in words where there is none."""
        return self.label or self.id.replace("_", " ").capitalize()

    def _repr_html_(self) -> str:
        return theme_html(self.model_dump(), self.lends_to)


class CourtesyFormula(_Strict):
    """Formulas of courtesy: one hit codes a sentence near the ends of a speech, two are needed elsewhere."""

    phrases: tuple[str, ...]
    scope: str = ""


class Boilerplate(_Strict):
    """Regular expressions for furniture of records and wires."""

    regex: tuple[str, ...]


class Formula(_Strict):
    """Fixed formulas that are counted apart from every theme."""

    phrases: tuple[str, ...]


class Technical(_Strict):
    """Codes of sentences that leave the denominator."""

    courtesy_formula: CourtesyFormula | None = None
    boilerplate: Boilerplate | None = None
    un_charter_formula: Formula | None = None


class Codebook(_Strict):
    """A versioned set of themes.

    Attributes
    ----------
    sha256
        Hash of the file's bytes; cached results are keyed by it. Set by ``load_codebook``.
    """

    meta: dict[str, Any]
    themes: tuple[Theme, ...] = Field(min_length=1)
    lexicons: dict[str, tuple[str, ...]] = {}
    technical: Technical = Technical()
    negation: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], Negation] = {}
    pattern_language: dict[str, str | list[str]] = {}
    sha256: str = ""

    @property
    def version(self) -> str:
        """The codebook's own version."""
        return str(self.meta["version"])

    @property
    def theme_ids(self) -> tuple[str, ...]:
        """Theme ids in written order."""
        return tuple(theme.id for theme in self.themes)

    def theme(self, theme_id: str) -> Theme:
        """Return one theme.

        Raises
        ------
        KeyError
            If there is none of that id; the message lists those there are.
        """
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise KeyError(f"no theme {theme_id!r}; the codebook has {', '.join(self.theme_ids)}")

    def _repr_html_(self) -> str:
        return codebook_html(self.version, self.sha256, [each.model_dump() for each in self.themes])

    @field_validator("meta")
    @classmethod
    def _has_version(cls, meta: dict[str, Any]) -> dict[str, Any]:
        if "version" not in meta:
            raise ValueError("meta.version is required: results are compared by it")
        return meta

    @model_validator(mode="after")
    def _references(self) -> Codebook:
        ids = self.theme_ids
        repeated = sorted({theme for theme in ids if ids.count(theme) > 1})
        if repeated:
            raise ValueError(f"theme ids must differ; repeated: {', '.join(repeated)}")
        return self
