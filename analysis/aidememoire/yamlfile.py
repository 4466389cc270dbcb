"""YAML files whose mistakes can be named by file, line and field.

The codebook and the study are both read here: ruamel keeps line numbers, pydantic says what is wrong,
and ``validated`` joins the two into one sentence.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aidememoire.errors import CodebookError, StudyError

__all__ = ["line_of", "load_yaml", "parsed", "read", "validated"]

Model = TypeVar("Model", bound=BaseModel)
ErrorClass = type[CodebookError] | type[StudyError]

# A study or codebook is written by hand; anything larger is a mistake or an attack on memory.
MAX_BYTES = 5_000_000


def load_yaml(path: Path, error: ErrorClass) -> Any:
    """Return the document in ``path``, with line numbers kept in its mappings and lists.

    Raises
    ------
    CodebookError or StudyError
        Whichever class ``error`` is: if the file is absent, too large, not UTF-8 or not YAML; with the line.
    """
    return parsed(read(path, error), path, error)


def read(path: Path, error: ErrorClass) -> bytes:
    """Return the bytes of ``path``, or raise ``error`` if it is absent or too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"larger than {MAX_BYTES:,} bytes; a hand-written file is far smaller", file=path)
        return path.read_bytes()
    except FileNotFoundError:
        raise error("no such file", file=path) from None
    except OSError as problem:
        raise error(problem.strerror or "cannot be read", file=path) from None


def parsed(written: bytes, path: Path, error: ErrorClass) -> Any:
    """Return the document that was read from ``path``, or raise ``error`` if it is not UTF-8 or not YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = io.TextIOWrapper(io.BytesIO(written), encoding="utf-8-sig").read()
    except UnicodeDecodeError as problem:
        raise error(f"not UTF-8 at byte {problem.start}; save it as UTF-8", file=path) from None
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else None
        raise error(f"not valid YAML: {problem.problem}", file=path, line=line) from None
    except YAMLError as problem:
        raise error(f"not valid YAML: {problem}", file=path) from None


def line_of(document: Any, location: Sequence[str | int]) -> int | None:
    """Return the 1-based line of the deepest part of ``location`` that the document has.

    Parameters
    ----------
    document
        What ``load_yaml`` returned.
    location
        Keys and list positions from the top, as pydantic gives them.
    """
    line: int | None = None
    node = document
    for key in location:
        marks = getattr(getattr(node, "lc", None), "data", None)
        if not marks or key not in marks:
            break
        line = marks[key][0] + 1
        node = node[key]
    return line


def validated(model: type[Model], document: Any, path: Path, error: ErrorClass) -> Model:
    """Return ``document`` as ``model``, or raise ``error`` with file, line, field and what is allowed.

    Raises
    ------
    CodebookError or StudyError
        For the first mistake; the message tells how many more there are.
    """
    if not isinstance(document, dict):
        raise error("expected a mapping of fields at the top of the file", file=path, line=1)
    try:
        return model.model_validate(document)
    except ValidationError as problem:
        found = problem.errors(include_url=False)
        # A misspelt field is both unknown and missing: the unknown name is the mistake to show.
        first = min(found, key=lambda problem: problem["type"] != "extra_forbidden")
        location = [part for part in first["loc"] if _in_document(part)]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise error(
            _sentence(first, model) + more,
            file=path,
            line=line_of(document, location) or 1,
            field=".".join(str(part) for part in location),
        ) from None


def _in_document(part: str | int) -> bool:
    # pydantic adds the name of the union branch it tried, for instance "function-after[...]" or "str".
    return isinstance(part, int) or not (part.startswith("function-") or "[" in part or part in {"str", "bool"})


def _sentence(problem: ErrorDetails, model: type[BaseModel]) -> str:
    given = problem.get("input")
    shown = f"; {given!r} was given" if isinstance(given, str | int | float | bool) else ""
    match problem["type"]:
        case "extra_forbidden":
            allowed = sorted(_fields_at(model, problem["loc"][:-1]))
            return "unknown field" + (f"; allowed here: {', '.join(allowed)}" if allowed else "")
        case "missing":
            return "this field is required"
        case "literal_error":
            return f"must be {problem['ctx']['expected']}{shown}"
        case "value_error":
            return f"{problem['ctx']['error']}"
        case _:
            return f"{problem['msg'][:1].lower()}{problem['msg'][1:]}{shown}"


def _fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Names of the fields allowed at ``location`` of a tree of models."""
    current: Any = model
    for part in location:
        fields = getattr(current, "model_fields", None)
        if isinstance(part, str) and fields and part in fields:
            current = _model_inside(fields[part].annotation)
    return list(getattr(current, "model_fields", {}))


def _model_inside(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_inside(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)
