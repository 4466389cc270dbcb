"""The command line: parse, call, print. Exit codes stand in ``cli_shared.EXIT_CODES``."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from aidememoire.cli_codebook import app as codebook_app
from aidememoire.cli_explore import explore
from aidememoire.cli_results import compare, figure
from aidememoire.cli_shared import (
    EXIT_CODES,
    Json,
    Quiet,
    Rehash,
    Strict,
    Teller,
    examples,
    ingested,
    n_files,
    print_json,
    tell_refusals,
)
from aidememoire.cli_store import ingest, search
from aidememoire.errors import AideMemoireError

__all__ = ["app", "main"]

INTERRUPTED = 130
START = examples(
    "aidememoire run reports/sample/study.yaml     the sample study: report, tables and figures",
    "aidememoire search reports/sample/out/study.db 'falsif*'",
    "aidememoire COMMAND --help                    every option, with examples",
)

app = typer.Typer(
    name="aidememoire",
    help="Measure what foreign ministries keep returning to, and how it shifts.",
    epilog=f"{START}\n\n{EXIT_CODES}",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.add_typer(codebook_app)

StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="The study, a YAML file.", show_default=False)]


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


@app.command(
    epilog=examples(
        "aidememoire run reports/sample/study.yaml",
        "aidememoire run study.yaml --corpus /data/statements --out results",
        "aidememoire run study.yaml --quiet --json > result.json",
    )
)
def run(
    study: StudyFile,
    corpus: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder or file to read in place of the study's corpus.path.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder for the results; 'out' beside the study if not given.", show_default=False
        ),
    ] = None,
    rehash: Rehash = False,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a study: read what is new, code, chart and write the report.

    A second run reads and codes only what is new. Results lie in the folder 'out' beside the study.
    """
    from aidememoire.study import run as run_study

    with Teller(quiet, _files_of(study, corpus, quiet)) as say:
        result = run_study(study, corpus=corpus, out=out, rehash=rehash, command=_command(), say=say)
    if as_json:
        told = {"report": result.report, "folder": result.folder, "nothing_new": result.nothing_new}
        print_json({**told, "matched": result.n_matched, **ingested(result.ingest)})
    else:
        head = "nothing new; the report stands: " if result.nothing_new else "report: "
        print(f"{head}{result.report}")
    tell_refusals(result.ingest.refused, result.folder / "refused.csv", strict)


app.command(
    epilog=examples(
        "aidememoire ingest corpus/sample/veldania veldania.db",
        "aidememoire ingest more_statements veldania.db --name veldania_2",
    )
)(ingest)
app.command(
    epilog=examples(
        "aidememoire search reports/sample/out/study.db '\"lessons of history\" OR falsif*'",
        "aidememoire search study.db 'liberation NOT market' --limit 100 --json",
    )
)(search)
app.command(
    epilog=examples(
        "aidememoire figure reports/sample/study.yaml anti_revisionism --width 85mm",
        "aidememoire figure study.yaml overview --width 174mm --theme historical_memory --theme peace_stability",
        "aidememoire figure study.yaml anti_revisionism --width 17.4cm --height 60mm --out paper/fig2.png --dpi 600",
    )
)(figure)
app.command(
    epilog=examples(
        "aidememoire run study.yaml --out june",
        "aidememoire run study.yaml --out july     (after files, codebook or study changed)",
        "aidememoire compare june july",
        "aidememoire compare june july --json > changes.json",
    )
)(compare)
app.command(
    epilog=examples(
        "aidememoire explore reports/sample/study.yaml",
        "aidememoire explore study.yaml --out june --port 0",
    ),
)(explore)


@app.command(
    epilog=examples("aidememoire train codings.csv --theme anti_revisionism --out my_coder"),
)
def train(
    codings: Annotated[
        Path, typer.Argument(metavar="CODINGS", help="A CSV of hand-coded sentences.", show_default=False)
    ],
    theme: Annotated[str, typer.Option(metavar="THEME", help="Id of the theme that is coded.", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the weights.")] = Path("coder"),
    text_column: Annotated[str, typer.Option(metavar="NAME", help="Column with the sentence.")] = "text",
    code_column: Annotated[str, typer.Option(metavar="NAME", help="Column with its code: 0, 1 or 2.")] = "code",
) -> None:
    """Train a coder of one theme on your own codings.

    It says how good the coder is on documents that it did not learn from.
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
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another in its place.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt  # typer makes an exit code of it and says nothing
    except AideMemoireError as error:
        code = _fail(str(error), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        code = _fail(
            "interrupted; what was stored so far is kept, and the same command goes on from there", INTERRUPTED
        )
    except SystemExit as ended:
        # typer ends so when whoever read the output (head, less) has seen enough, which is no failure.
        code = 0 if type(sys.stdout).__name__ == "PacifyFlushWrapper" else ended.code
    except (OSError, sqlite3.Error) as error:
        code = _fail(f"{error}", 3)
    except Exception as error:
        if hasattr(error, "format_message"):  # click's own complaints about arguments, in our one-line form
            code = _fail(f"{' '.join(error.format_message().split())} (see {_help_of(error)})", 2)
        elif "AIDEMEMOIRE_TRACEBACK" in os.environ:
            raise
        else:
            told = f"unexpected {type(error).__name__}: {error}"
            code = _fail(f"{told}; please report it, with AIDEMEMOIRE_TRACEBACK=1 for the details", 4)
    sys.exit(code if isinstance(code, int) else 0)


def _help_of(error: Any) -> str:
    """Name the help of the command that was called wrongly."""
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'aidememoire'} --help"


def _fail(message: str, code: int) -> int:
    print(f"aidememoire: {message}", file=sys.stderr)
    return code


def _files_of(study: Path, corpus: Path | None, quiet: bool) -> int | None:
    """How many files a run will look at, where anybody sees it count."""
    if not Teller.shows_bars(quiet):
        return None
    from aidememoire.studyfile import load_study

    return n_files(load_study(study).corpus_path(corpus))


def _command() -> list[str]:
    return ["aidememoire", *sys.argv[1:]]
