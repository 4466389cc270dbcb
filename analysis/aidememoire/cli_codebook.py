"""``aidememoire codebook ...``: check, show, explain and convert codebooks."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from aidememoire.errors import CodebookError
from aidememoire.export import write_bytes

__all__ = ["app"]

app = typer.Typer(
    name="codebook", help="Check, show, explain and convert codebooks.", no_args_is_help=True, rich_markup_mode=None
)

BookFile = Annotated[str, typer.Argument(help="A codebook file, or 'builtin'.")]
BookOption = Annotated[str, typer.Option("--codebook", help="A codebook file, or 'builtin'.")]


@app.command()
def lint(
    codebook: BookFile = "builtin",
    store: Annotated[
        Path | None, typer.Option(help="A store: also name rules that never fire there.", show_default=False)
    ] = None,
) -> None:
    """Name what is wrong with a codebook; exit code 1 if there is an error.

    Example: aidememoire codebook lint mine.yaml --store out/study.db
    """
    from aidememoire.codebook import load_codebook
    from aidememoire.lint import lint as lint_codebook
    from aidememoire.lint import lint_on

    book = load_codebook(codebook)
    findings = lint_codebook(book)
    if store:
        from aidememoire.coding import code
        from aidememoire.corpus import Corpus

        with Corpus.open(_existing(store)) as corpus:
            findings += lint_on(code(corpus, book))
    for finding in findings:
        print(finding)
    errors = sum(finding.level == "error" for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings in {len(book.themes)} themes")
    if errors:
        raise typer.Exit(1)


@app.command()
def show(
    theme: Annotated[str | None, typer.Argument(help="One theme whole; all in brief if not given.")] = None,
    codebook: BookOption = "builtin",
) -> None:
    """Show the themes of a codebook, or one of them whole.

    Example: aidememoire codebook show anti_revisionism
    """
    from aidememoire.codebook import load_codebook

    book = load_codebook(codebook)
    if theme is None:
        width = max(map(len, book.theme_ids))
        for each in book.themes:
            print(f"{each.id:{width}}  {each.family:10}  {len(each.patterns.phrases):3} phrases  {each.title}")
        return
    if theme not in book.theme_ids:
        raise CodebookError(f"no theme {theme!r}; there are {', '.join(book.theme_ids)}")
    _show(book.theme(theme).model_dump(mode="json", exclude_defaults=True))


@app.command()
def explain(
    sentence: Annotated[str, typer.Argument(help="One sentence.", show_default=False)],
    codebook: BookOption = "builtin",
    year: Annotated[
        int | None, typer.Option(help="When it was said, for the trained coder.", show_default=False)
    ] = None,
) -> None:
    """Say which rules fire in a sentence, what was masked or vetoed by what, and what the trained coder makes of it.

    Example: aidememoire codebook explain "They falsify history."
    """
    from aidememoire.codebook import load_codebook
    from aidememoire.errors import CodebookError
    from aidememoire.explain import explain as explain_sentence

    if not sentence.strip():
        raise CodebookError("there is nothing to explain; give a sentence in quotes")
    found = explain_sentence(sentence, load_codebook(codebook))
    for row in found:
        value = f" = {row.value}" if row.value else ""
        because = f" by {row.because}" if row.because else ""
        place = f'"{row.words}" [{row.start}:{row.end}]' + (f", {row.stance}" if row.value else "")
        print(f"{row.theme}{value}: {row.outcome}{because}: {place}  {row.rule}  {row.pattern}")
    if not found:
        print("no rule matches")
    for line in _of_model(sentence, codebook, year):
        print(line)


def _of_model(sentence: str, codebook: str, year: int | None) -> Iterator[str]:
    """Themes for which the trained coder speaks: those it codes or a rule fired for, else the likeliest."""
    from aidememoire.codebook import load_codebook
    from aidememoire.codesentences import shipped_coder
    from aidememoire.reasons import explanation_of

    coder = shipped_coder()
    if coder.trained.codebook_sha256 != load_codebook(codebook).sha256:
        return
    trained = [head.theme for head in coder.trained.heads]
    asked = (explanation_of(coder, sentence, theme, None, year, 4) for theme in trained)
    found = [each for each in asked if each.speaker != "rules"]
    shown = [each for each in found if each.coded or any(row.value for row in each.rules)]
    yield "trained coder:" if shown else "trained coder: codes nothing; the likeliest theme is"
    for each in shown or [max(found, key=lambda each: each.probability)]:
        yield str(replace(each, rules=()))


@app.command()
def schema() -> None:
    """Print the JSON Schema of codebook files, for editors that complete and check as you type.

    Example: aidememoire codebook schema > codebook.schema.json
    """
    from aidememoire.codebook import Codebook

    print(json.dumps(Codebook.model_json_schema(), indent=2, ensure_ascii=False))


@app.command()
def convert(
    source: Annotated[str, typer.Argument(help="A codebook (YAML, or 'builtin'), or a file to bring in.")],
    target: Annotated[Path, typer.Argument(help="The file to write; ends in .yaml for a codebook.")],
    form: Annotated[
        Literal["csv", "dic", "quanteda"], typer.Option("--format", help="The other tool's format.")
    ] = "csv",
) -> None:
    """Convert a codebook to CSV, LIWC .dic or quanteda YAML, or one of these to a codebook (--format says which).

    Example: aidememoire codebook convert builtin themes.dic --format dic
    """
    from aidememoire.codebook import load_codebook
    from aidememoire.codebook.convert import from_text, to_text

    if source == "builtin" or (Path(source).suffix in {".yaml", ".yml"} and target.suffix not in {".yaml", ".yml"}):
        converted = to_text(load_codebook(source), form)
        write_bytes(converted.text.encode(), target)
        for line in converted.lost:
            print(f"not held by {form}: {line}", file=sys.stderr)
    else:
        _bring_in(Path(source), target, from_text, form)
    print(f"wrote {target}")


def _bring_in(source: Path, target: Path, read: object, form: str) -> None:
    from ruamel.yaml import YAML

    from aidememoire.codebook import load_codebook

    try:
        text = _existing(source).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CodebookError(f"not UTF-8 at byte {problem.start}; save it as UTF-8", file=source) from None
    try:
        document = read(text, form)  # type: ignore[operator]
    except CodebookError as problem:
        raise CodebookError(problem.message, file=source, line=problem.line, field=problem.field) from None
    yaml = YAML()
    yaml.width = 120
    # Checked beside its place first, so that a file that cannot be used is never left under the name asked for.
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / target.name
        with draft.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)
        load_codebook(draft)
        write_bytes(draft.read_bytes(), target)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise CodebookError("no such file", file=path)
    return path


def _show(value: object, indent: int = 0) -> None:
    pad = "  " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                print(f"{pad}{key}:")
                _show(inner, indent + 1)
            else:
                print(f"{pad}{key}: {inner}")
    elif isinstance(value, list):
        for inner in value:
            shown = inner["pattern"] if isinstance(inner, dict) and set(inner) == {"pattern"} else inner
            print(f"{pad}- {shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)}")
    else:
        print(f"{pad}{value}")
