"""The command line: parse, call, print.

Exit codes: 0 done; 1 done, but ``--strict`` and files were refused; 2 the request cannot be carried out as
written; 3 the store or the disk failed; 4 a mistake of the program; 130 interrupted (everything stored so far is kept).
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Annotated

import typer

from aidememoire.cli_codebook import app as codebook_app
from aidememoire.errors import AideMemoireError

__all__ = ["app", "main"]

app = typer.Typer(
    name="aidememoire",
    help="Measure what foreign ministries keep returning to, and how it shifts.",
    epilog="Begin with: aidememoire run STUDY.yaml --corpus FOLDER",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(codebook_app)

StudyFile = Annotated[Path, typer.Argument(help="The study, a YAML file.", show_default=False)]
StoreFile = Annotated[Path, typer.Argument(help="The store, a .db file.", show_default=False)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result and errors.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any file was refused.")]
Rehash = Annotated[bool, typer.Option("--rehash", help="Look at the contents of every file, not at size and time.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"aidememoire {version('aidememoire')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def run(
    study: StudyFile,
    corpus: Annotated[
        Path | None,
        typer.Option(help="Folder or file to read in place of the study's corpus.path.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; 'out' beside the study if not given.", show_default=False),
    ] = None,
    rehash: Rehash = False,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: read what is new, code, chart and write the report.

    Example: aidememoire run reports/sample/study.yaml
    """
    from aidememoire.study import run as run_study

    result = run_study(study, corpus=corpus, out=out, rehash=rehash, command=_command(), say=_silent if quiet else _say)
    head = "nothing new; the report stands: " if result.nothing_new else "report: "
    print(f"{head}{result.report}")
    _refusals(result.ingest.refused, result.folder / "refused.csv", strict)


@app.command()
def ingest(
    folder: Annotated[Path, typer.Argument(help="Folder or file to read.", show_default=False)],
    store: StoreFile,
    name: Annotated[str | None, typer.Option(help="What the source is called in ids.", show_default=False)] = None,
    rehash: Rehash = False,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Read statements into a store without a study.

    Example: aidememoire ingest corpus/sample/veldania veldania.db
    """
    from aidememoire.corpus import Corpus

    with Corpus.open(store) as corpus:
        report = corpus.ingest(folder, name=name, rehash=rehash)
    print(report)
    if not quiet:
        for path, reason in report.refused:
            _say(f"refused {path}: {reason}")
    _refusals(report.refused, None, strict)


@app.command()
def search(
    store: StoreFile,
    query: Annotated[str, typer.Argument(help='Words, "a phrase", falsif*, AND, OR, NOT.', show_default=False)],
    limit: Annotated[int, typer.Option(help="Most statements looked at.", min=1)] = 20,
) -> None:
    """Show keywords in context.

    Example: aidememoire search reports/sample/out/study.db '"lessons of history"'
    """
    from aidememoire.corpus import Corpus
    from aidememoire.errors import StoreError

    if not store.exists():
        raise StoreError(f"{store}: no such store; 'aidememoire run' leaves one as study.db in its results folder")
    with Corpus.open(store) as corpus:
        for row in corpus.search(query, limit).itertuples(index=False):
            print(f"{row.left:>60} [{row.keyword}] {row.right}  ({row.statement_id})")


@app.command()
def train(
    codings: Annotated[Path, typer.Argument(help="A CSV of hand-coded sentences.", show_default=False)],
    theme: Annotated[str, typer.Option(help="Id of the theme that is coded.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the weights.")] = Path("coder"),
    text_column: Annotated[str, typer.Option(help="Column with the sentence.")] = "text",
    code_column: Annotated[str, typer.Option(help="Column with its code: 0, 1 or 2.")] = "code",
) -> None:
    """Train a coder of one theme on your own codings, and say how good it is.

    Example: aidememoire train codings.csv --theme anti_revisionism --out my_coder
    """
    from aidememoire.codingsfile import read_codings, train_theme

    found = read_codings(codings, text_column=text_column, code_column=code_column)
    judged = train_theme(codings, found, theme, out)
    print(f"{theme}: {len(found.texts):,} sentences, {int((found.codes == 2).sum()):,} coded 2")
    print(f"{'on held-out documents':28}{'precision':22}{'recall':22}F1")
    for row in judged:
        print(row)
    print(f"saved in {out}; use it with am.code_sentences(sentences, weights={str(out)!r})")


def main() -> None:
    """Run the command line; every expected error is one line and an exit code."""
    try:
        code = app(standalone_mode=False)
    except AideMemoireError as error:
        code = _fail(str(error), error.exit_code)
    except typer.Abort:
        code = _fail("interrupted; what was stored so far is kept", 130)
    except KeyboardInterrupt:
        code = _fail("interrupted; what was stored so far is kept", 130)
    except (OSError, sqlite3.Error) as error:
        code = _fail(f"{error}", 3)
    except Exception as error:
        if hasattr(error, "format_message"):  # click's own complaints about arguments, in our one-line form
            code = _fail(f"{error.format_message()} (see aidememoire --help)", 2)
        elif "AIDEMEMOIRE_TRACEBACK" in os.environ:
            raise
        else:
            told = f"unexpected {type(error).__name__}: {error}"
            code = _fail(f"{told}; please report it, with AIDEMEMOIRE_TRACEBACK=1 for the details", 4)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    print(f"aidememoire: {message}", file=sys.stderr)
    return code


def _refusals(refused: tuple[tuple[str, str], ...], listed: Path | None, strict: bool) -> None:
    if not refused:
        return
    where = f"; see {listed}" if listed else ""
    print(f"{len(refused):,} files or records were refused{where}", file=sys.stderr)
    if strict:
        raise typer.Exit(1)


def _command() -> list[str]:
    return ["aidememoire", *sys.argv[1:]]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(_: str) -> None:
    return None
