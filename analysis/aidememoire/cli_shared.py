"""What every command shares: options, progress on a terminal, one JSON object on stdout."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from aidememoire.corpus import IngestReport

__all__ = [
    "EXIT_CODES", "Json", "Quiet", "Rehash", "Strict", "Teller", "examples", "ingested", "n_files", "print_json", "say",
    "tell_refusals",
]  # fmt: skip

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result and errors.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any file was refused.")]
Rehash = Annotated[bool, typer.Option("--rehash", help="Look at the contents of every file, not at size and time.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]

EXIT_CODES = """\b
Exit codes:
  0    done; refused files are listed and do not stop a run
  1    done, but --strict was given and something was refused, or codebook lint found an error
  2    the request cannot be carried out as written; one line says what and where
  3    the store or the disk failed
  4    a mistake of the program; AIDEMEMOIRE_TRACEBACK=1 shows the details
  130  interrupted by Ctrl-C; what was stored is kept, and the same command goes on from there"""

# The lines that count something up, as a run says them; all others are said once.
_COUNTED = re.compile(r"(?P<step>.+): (?P<done>[\d,]+) of (?P<of>[\d,]+)")
_LOOKED = re.compile(r"looked at (?P<done>[\d,]+) files")


def examples(*commands: str) -> str:
    """Return the end of a command's help: each example on a line of its own.

    Examples
    --------
    >>> examples("aidememoire run study.yaml").splitlines()[1:]
    ['Examples:', '  aidememoire run study.yaml']
    """
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object: sorted as given, readable, in ASCII so that no terminal can spoil it."""
    print(json.dumps(content, indent=2, default=str))


def ingested(report: IngestReport) -> dict[str, Any]:
    """Return what was read, for JSON."""
    counts = {name: getattr(report, name) for name in ("added", "revised", "unchanged", "withdrawn", "duplicates")}
    refused = [{"path": path, "reason": reason} for path, reason in report.refused]
    return {"statements": counts, "files_read": report.files_read, "refused": refused, "missing": list(report.missing)}


def tell_refusals(refused: tuple[tuple[str, str], ...], listed: Path | None, strict: bool) -> None:
    """Tell how many files were refused; under ``--strict`` the command then ends with 1."""
    if not refused:
        return
    where = f"; see {listed}" if listed else ""
    print(f"{len(refused):,} files or records were refused{where}", file=sys.stderr)
    if strict:
        raise typer.Exit(1)


def say(line: str) -> None:
    """Tell one line on stderr."""
    print(line, file=sys.stderr, flush=True)


def n_files(path: Path) -> int:
    """Return how many files lie below ``path``; only for progress, so a folder that cannot be read counts nothing."""
    return 1 if path.is_file() else sum(len(names) for _, _, names in os.walk(path))


class Teller:
    """Tell on stderr what is being done: bars with the time left on a terminal, plain lines elsewhere, or nothing.

    Parameters
    ----------
    quiet
        Say nothing.
    total_files
        How many files there are to look at, where that is known.
    """

    def __init__(self, quiet: bool, total_files: int | None = None):
        self._quiet = quiet
        self._total_files = total_files
        self._progress: Progress | None = None
        self._task: Any = None
        self._step = ""

    @staticmethod
    def shows_bars(quiet: bool) -> bool:
        """Whether bars would be shown, so that it is worth counting what there is to do."""
        return not quiet and sys.stderr.isatty()

    def __enter__(self) -> Teller:
        if self.shows_bars(self._quiet):
            self._progress = _bars()
            self._task = self._progress.add_task("working", total=None, counted="")
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._progress:
            with suppress(KeyboardInterrupt):
                self._progress.stop()

    def __call__(self, line: str) -> None:
        """Tell one line, as ``run`` says it."""
        if self._quiet:
            return
        counted = _COUNTED.fullmatch(line) or _LOOKED.fullmatch(line)
        if not counted:
            self._line(line)
        elif self._progress:
            parts = counted.groupdict()
            of = _number(parts["of"]) if "of" in parts else self._total_files
            self._count(parts.get("step", "looked at files"), _number(parts["done"]), of)

    def files(self, done: int) -> None:
        """Tell how many files were looked at."""
        self(f"looked at {done:,} files")

    def _line(self, line: str) -> None:
        if self._progress:
            self._wait()
            self._progress.console.print(line, markup=False, highlight=False)
        else:
            say(line)

    def _count(self, step: str, done: int, of: int | None) -> None:
        assert self._progress is not None
        if step != self._step:
            self._show(step, of)
        self._progress.update(self._task, completed=done, total=of, counted=f"{done:,}" + (f" of {of:,}" if of else ""))
        if done == of:
            self._wait()

    def _wait(self) -> None:
        """Say no more than that something happens: what comes between the counted steps may take long too."""
        if self._step:
            self._show("", None)

    def _show(self, step: str, total: int | None) -> None:
        assert self._progress is not None
        self._step = step
        # A bar that had a total never goes back to having none.
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(step or "working", total=total, counted="")


def _number(written: str) -> int:
    return int(written.replace(",", ""))


def _bars() -> Progress:
    # Only a terminal pays for loading it.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
    from rich.text import Text

    class TimeLeft(ProgressColumn):
        def render(self, task: Task) -> Text:
            left = task.time_remaining
            return Text("" if not left else f"{int(left) // 60}:{int(left) % 60:02} left")

    words = (TextColumn(f"{{task.{part}}}", markup=False) for part in ("description", "fields[counted]"))
    step, counted = words
    columns = (SpinnerColumn(), step, BarColumn(), counted, TimeLeft())
    return Progress(*columns, console=Console(stderr=True), transient=True)
