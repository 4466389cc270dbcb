"""Codebook files in: YAML to a checked ``Codebook``, which is kept so that the next run need not read the YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aidememoire.codebook.model import Codebook, Near, Theme
from aidememoire.codebook.patterns import PatternError, check
from aidememoire.codebook.regexes import why_unsafe
from aidememoire.errors import CodebookError
from aidememoire.kept import keep, kept, key_of
from aidememoire.yamlfile import line_of, parsed, read, validated

__all__ = ["BUILTIN", "load_codebook"]

BUILTIN = Path(__file__).parent / "builtin" / "codebook.yaml"

Location = tuple[str | int, ...]


def load_codebook(path: str | Path = "builtin") -> Codebook:
    """Return the codebook in ``path``, or the builtin one.

    Parameters
    ----------
    path
        A YAML file, or ``"builtin"``.

    Raises
    ------
    CodebookError
        If the file cannot be used as written: names file, line, field and what is allowed.

    Examples
    --------
    >>> codebook = load_codebook()
    >>> len(codebook.themes), codebook.theme("anti_revisionism").overlaps.implies
    (16, ('historical_memory',))
    """
    file = BUILTIN if str(path) == "builtin" else Path(path)
    written = read(file, CodebookError)
    key = key_of(written)
    if form := kept("codebook", key):
        return Codebook.model_validate_json(form)
    codebook = _checked(written, file)
    with suppress(ValueError):  # what JSON cannot say, a date for instance, is read from YAML every time
        form = codebook.model_dump_json(exclude_unset=True).encode()
        if Codebook.model_validate_json(form) == codebook:
            keep("codebook", key, form)
    return codebook


def _checked(written: bytes, file: Path) -> Codebook:
    document = parsed(written, file, CodebookError)
    codebook = validated(Codebook, document, file, CodebookError)
    _check_references(codebook, document, file)
    _check_patterns(codebook, document, file)
    _check_regexes(codebook, document, file)
    return codebook.model_copy(update={"sha256": hashlib.sha256(written).hexdigest()})


def _check_references(codebook: Codebook, document: Any, file: Path) -> None:
    known = set(codebook.theme_ids)
    for position, theme in enumerate(codebook.themes):
        for field, values in theme.overlaps.model_dump().items():
            for unknown in [value for value in values if value not in known]:
                raise _error(
                    f"unknown theme {unknown!r}; there are {', '.join(sorted(known))}",
                    document,
                    file,
                    ("themes", position, "overlaps", field),
                )
        if theme.parent and theme.parent not in known - {theme.id}:
            message = f"parent {theme.parent!r} is no other theme; there are {', '.join(sorted(known - {theme.id}))}"
            raise _error(message, document, file, ("themes", position, "parent"))
        for where, facet, value in _facets(theme):
            allowed = theme.facets.get(facet)
            if not isinstance(allowed, tuple) or value not in [str(each) for each in allowed]:
                message = f"facet {facet}={value!r} is not declared under facets of {theme.id}"
                raise _error(message, document, file, ("themes", position, "patterns", *where))


def _facets(theme: Theme) -> Iterator[tuple[Location, str, str]]:
    patterns = theme.patterns
    yield from ((("facet_patterns", n), each.facet, each.value) for n, each in enumerate(patterns.facet_patterns))
    for field in ("phrases", "near", "without", "lenient_phrases"):
        for n, rule in enumerate(getattr(patterns, field)):
            yield from (((field, n), facet, value) for facet, value in rule.facets.items())


def _check_patterns(codebook: Codebook, document: Any, file: Path) -> None:
    for location, pattern in _patterns(codebook):
        try:
            check(pattern, codebook.lexicons)
        except PatternError as problem:
            raise _error(str(problem), document, file, location) from None


def _check_regexes(codebook: Codebook, document: Any, file: Path) -> None:
    boilerplate = codebook.technical.boilerplate
    for at, regex in enumerate(boilerplate.regex if boilerplate else ()):
        if problem := why_unsafe(regex):
            raise _error(f"{regex!r}: {problem}", document, file, ("technical", "boilerplate", "regex", at))


def _patterns(codebook: Codebook) -> Iterator[tuple[Location, str]]:
    for name, entries in codebook.lexicons.items():
        yield from ((("lexicons", name, at), entry) for at, entry in enumerate(entries))
    for field in ("courtesy_formula", "un_charter_formula"):
        if formula := getattr(codebook.technical, field):
            yield from ((("technical", field, "phrases", at), p) for at, p in enumerate(formula.phrases))
    for language, negation in codebook.negation.items():
        yield from ((("negation", language, "words", at), word) for at, word in enumerate(negation.words))
    for position, theme in enumerate(codebook.themes):
        yield from _theme_patterns(theme, ("themes", position))


def _theme_patterns(theme: Theme, at: Location) -> Iterator[tuple[Location, str]]:
    rules = theme.patterns
    for field in ("phrases", "lenient_phrases"):
        yield from (((*at, "patterns", field, n), rule.pattern) for n, rule in enumerate(getattr(rules, field)))
    yield from (((*at, "patterns", "masks", n), pattern) for n, pattern in enumerate(rules.masks))
    yield from (((*at, "veto", n), pattern) for n, pattern in enumerate(theme.veto))
    nears: list[tuple[Location, Near]] = []
    for field in ("near", "without"):
        nears += [((*at, "patterns", field, n), rule) for n, rule in enumerate(getattr(rules, field))]
    nears += [((*at, "patterns", "facet_patterns", n), f.near) for n, f in enumerate(rules.facet_patterns)]
    for where, near in nears:
        yield from ((where, pattern) for pattern in (*near.a, *near.b))


def _error(message: str, document: Any, file: Path, location: Location) -> CodebookError:
    named = list(location)
    if len(named) > 1 and named[0] == "themes":
        named[1] = document["themes"][named[1]]["id"]
    field = ".".join(str(part) for part in named)
    return CodebookError(message, file=file, line=line_of(document, location), field=field)
