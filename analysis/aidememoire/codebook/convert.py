"""Codebooks to and from the formats of other tools; what a format cannot say is listed, never dropped silently.

``csv`` holds everything a codebook says, one value a row. ``dic`` (LIWC) and ``quanteda`` (a YAML dictionary)
hold words and phrases only.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aidememoire.codebook.model import Codebook, Theme
from aidememoire.codebook.patterns import Element, Phrase, expand
from aidememoire.errors import CodebookError

__all__ = ["Converted", "Format", "from_text", "to_text"]

Format = Literal["csv", "dic", "quanteda"]

# A spreadsheet would read a cell that starts so as a formula; an apostrophe in front keeps it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LISTS = ("include", "exclude", "borderline", "positives", "hard_negatives", "veto")
_RULES = ("phrases", "near", "without", "lenient_phrases", "masks", "facet_patterns", "weak_seeds")


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted codebook and what it could not hold, one line each."""

    text: str
    lost: tuple[str, ...]


def to_text(codebook: Codebook, form: Format) -> Converted:
    """Return ``codebook`` in another format.

    Examples
    --------
    >>> from aidememoire.codebook import load_codebook
    >>> to_text(load_codebook(), "csv").lost
    ()
    >>> to_text(load_codebook(), "quanteda").lost[0]
    'historical_memory: 12 proximity rules'
    """
    writers: Mapping[Format, Callable[[Codebook], Converted]] = {
        "csv": _to_csv, "dic": _to_dic, "quanteda": _to_quanteda
    }  # fmt: skip
    return writers[form](codebook)


def from_text(text: str, form: Format) -> dict[str, Any]:
    """Return the document of a codebook written in another format, ready to be checked and saved as YAML.

    Raises
    ------
    CodebookError
        If the text is not of that format; names the line.

    Examples
    --------
    >>> document = from_text("%\\n1\\tpast\\n%\\nhistor*\\t1\\n", "dic")
    >>> document["themes"][0]["patterns"]["phrases"]
    ['histor*']
    """
    readers: Mapping[Format, Callable[[str], dict[str, Any]]] = {
        "csv": _from_csv, "dic": _from_dic, "quanteda": _from_quanteda
    }  # fmt: skip
    return readers[form](text)


def _to_csv(codebook: Codebook) -> Converted:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["theme", "field", "value", "form"])
    document = codebook.model_dump(mode="json", exclude={"themes", "sha256"}, exclude_defaults=True)
    for field, value in document.items():
        writer.writerow(["", field, *_cell(value)])
    for theme in codebook.themes:
        written = theme.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
        rules = written.pop("patterns", {})
        for field, value in [*written.items(), *((f"patterns.{name}", rule) for name, rule in rules.items())]:
            for each in value if isinstance(value, list) else [value]:
                plain = each["pattern"] if isinstance(each, dict) and set(each) == {"pattern"} else each
                writer.writerow([theme.id, field, *_cell(plain)])
    return Converted(out.getvalue(), ())


def _cell(value: Any) -> tuple[str, str]:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False), "json"
    return ("'" + value if value.startswith(_FORMULA) else value), "text"


def _from_csv(text: str) -> dict[str, Any]:
    rows = csv.DictReader(io.StringIO(text))
    if rows.fieldnames is None or {"theme", "field", "value", "form"} - set(rows.fieldnames):
        raise CodebookError("a codebook in CSV has the columns theme, field, value, form", line=1)
    document: dict[str, Any] = {}
    themes: dict[str, dict[str, Any]] = {}
    for row in rows:
        value = _value(row, rows.line_num)
        if not row["theme"]:
            document[row["field"]] = value
            continue
        theme = themes.setdefault(row["theme"], {"id": row["theme"], "patterns": {}})
        section, _, name = row["field"].rpartition(".")
        place = theme["patterns"] if section == "patterns" else theme
        if name in _LISTS or section == "patterns":
            place.setdefault(name, []).append(value)
        else:
            place[name] = value
    return {**document, "themes": list(themes.values())}


def _value(row: dict[str, str], line: int) -> Any:
    if row["form"] != "json":
        value = row["value"]
        return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value
    try:
        return json.loads(row["value"])
    except ValueError:
        raise CodebookError(f"not JSON: {row['value'][:60]}", line=line, field=row["field"]) from None


def _to_dic(codebook: Codebook) -> Converted:
    numbers = {theme.id: number for number, theme in enumerate(codebook.themes, 1)}
    entries: dict[str, list[int]] = {}
    lost: list[str] = []
    for theme in codebook.themes:
        phrases, missing = _phrases(theme, codebook, lambda element: "*" not in element.text[:-1])
        lost += missing
        for phrase in phrases:
            entries.setdefault(phrase, []).append(numbers[theme.id])
    head = [f"{number}\t{theme}" for theme, number in numbers.items()]
    body = ["\t".join([phrase, *map(str, own)]) for phrase, own in sorted(entries.items())]
    return Converted("\n".join(["%", *head, "%", *body]) + "\n", tuple(lost))


def _to_quanteda(codebook: Codebook) -> Converted:
    lines: list[str] = []
    lost: list[str] = []
    for theme in codebook.themes:
        phrases, missing = _phrases(theme, codebook, lambda element: True)
        lost += missing
        lines += [f"{theme.id}:", *(f"  - {json.dumps(phrase, ensure_ascii=False)}" for phrase in phrases)]
    return Converted("\n".join(lines) + "\n", tuple(lost))


def _phrases(theme: Theme, codebook: Codebook, can_say: Callable[[Element], bool]) -> tuple[list[str], list[str]]:
    """The strict phrases written out, and what of the theme is not among them."""
    written: dict[str, None] = {}
    unsaid = 0
    for rule in theme.patterns.phrases:
        for phrase in expand(rule.pattern, codebook.lexicons, cased=rule.case_sensitive):
            if all(can_say(element) or element.kind == "year" for element in phrase):
                written.update(dict.fromkeys(_years_written_out(phrase)))
            else:
                unsaid += 1
    counts = {
        "proximity rules": len(theme.patterns.near) + len(theme.patterns.without),
        "masks": len(theme.patterns.masks),
        "lenient phrases": len(theme.patterns.lenient_phrases),
        "facet rules": len(theme.patterns.facet_patterns),
        "vetoes": len(theme.veto),
        "phrases with a star inside": unsaid,
        "implied themes": len(theme.lends_to),
        "rules that tell language, capitals, negation, weight or facets": sum(
            rule.model_dump(exclude_defaults=True).keys() != {"pattern"} for rule in theme.patterns.phrases
        ),
    }
    return list(written), [f"{theme.id}: {n} {what}" for what, n in counts.items() if n]


def _years_written_out(phrase: Phrase) -> Iterator[str]:
    years = next((element for element in phrase if element.kind == "year"), None)
    if years is None:
        yield " ".join(element.text for element in phrase)
        return
    first, last = map(int, years.text.split("-"))
    at = phrase.index(years)
    for year in range(first, last + 1):
        yield from _years_written_out((*phrase[:at], Element("literal", str(year)), *phrase[at + 1 :]))


def _from_dic(text: str) -> dict[str, Any]:
    lines = text.lstrip("\ufeff").splitlines()
    marks = [number for number, line in enumerate(lines) if line.strip() == "%"]
    if len(marks) < 2:
        raise CodebookError("a LIWC dictionary begins with its categories between two lines of %", line=1)
    names: dict[str, str] = {}
    for line in lines[marks[0] + 1 : marks[1]]:
        number, _, name = line.strip().partition("\t")
        names[number.strip()] = name.strip()
    phrases: dict[str, list[str]] = {name: [] for name in names.values()}
    for at, line in enumerate(lines[marks[1] + 1 :], marks[1] + 2):
        word, *numbers = [part.strip() for part in line.split("\t") if part.strip()] or [""]
        for number in numbers:
            if number not in names:
                raise CodebookError(f"category {number} is not declared; there are {', '.join(names)}", line=at)
            phrases[names[number]].append(word)
    return _document(phrases)


def _from_quanteda(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        read = YAML(typ="safe").load(text)
    except YAMLError as problem:
        raise CodebookError(f"not valid YAML: {problem}") from None
    if not isinstance(read, dict):
        raise CodebookError("a quanteda dictionary is a mapping of categories to words", line=1)
    return _document(dict(_flat(read)))


def _flat(node: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested categories become one theme each, named by their path."""
    for name, value in node.items():
        path = f"{above}_{name}" if above else str(name)
        if isinstance(value, dict):
            yield from _flat(value, path)
        else:
            yield path, [str(each) for each in (value if isinstance(value, list) else [value])]


def _document(phrases: Mapping[str, list[str]]) -> dict[str, Any]:
    themes = [
        {
            "id": "".join(c if c.isalnum() else "_" for c in name.casefold()).strip("_"),
            "label": name,
            "family": "other",
            "definition": "Imported from a word list; write what the theme means before counting it.",
            "patterns": {"phrases": words},
        }
        for name, words in phrases.items()
    ]
    return {"meta": {"version": "1"}, "themes": themes}
