"""``aidememoire ingest`` and ``aidememoire search``: statements in a store, without a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aidememoire.cli_shared import (
    Json,
    Quiet,
    Rehash,
    Strict,
    Teller,
    ingested,
    n_files,
    print_json,
    say,
    tell_refusals,
)

__all__ = ["ingest", "search"]

StoreFile = Annotated[Path, typer.Argument(metavar="STORE", help="The store, a .db file.", show_default=False)]


def ingest(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder or file to read.", show_default=False)],
    store: StoreFile,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the source is called in ids.", show_default=False)
    ] = None,
    rehash: Rehash = False,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Read statements into a store without a study.

    The store is made if absent. A folder read again under the same name revises what was read before.
    """
    from aidememoire.corpus import Corpus

    total = n_files(folder) if Teller.shows_bars(quiet) else None
    with Teller(quiet, total) as teller, Corpus.open(store) as corpus:
        report = corpus.ingest(folder, name=name, rehash=rehash, progress=teller.files)
    if as_json:
        print_json({"store": store, **ingested(report)})
    else:
        print(report)
        if not quiet:
            for path, reason in report.refused:
                say(f"refused {path}: {reason}")
    tell_refusals(report.refused, None, strict)


def search(
    store: StoreFile,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help='Words, "a phrase", falsif*, AND, OR, NOT.', show_default=False)
    ],
    limit: Annotated[int, typer.Option(help="Most statements looked at.", min=1)] = 20,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show keywords in context.

    'aidememoire run' leaves the store as study.db in its results folder.
    """
    from aidememoire.corpus import Corpus
    from aidememoire.errors import StoreError

    if not store.exists():
        raise StoreError(f"{store}: no such store; 'aidememoire run' leaves one as study.db in its results folder")
    with Corpus.open(store) as corpus:
        found = corpus.search(query, limit)
    if as_json:
        print_json({"store": store, "query": query, "limit": limit, "found": found.to_dict("records")})
        return
    for row in found.itertuples(index=False):
        print(f"{row.left:>60} [{row.keyword}] {row.right}  ({row.statement_id})")
    if found.empty and not quiet:
        say(f"nothing found for {query!r}")
