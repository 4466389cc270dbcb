"""Hand codings that are kept without their text: the hash of a sentence, its document, and its codes.

The texts are public corpora that do not belong in the repository. Here the documents are taken from where they lie, cut
into sentences, and each coding finds its sentence by document and hash.
"""

from __future__ import annotations

import csv
import json
import lzma
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.corpus import Corpus
from aidememoire.ingest import ReadOptions
from aidememoire.model.gold import THEMES, Gold
from aidememoire.model.weights import ModelError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_codings"]

FIELDS = ("source", "document", "sentence_sha", "codes")
UN, KREMLIN = "ungdc", "kremlin"
_FILES = {UN: "ungdc_1946_2024.tar.xz", KREMLIN: "kremlin_en.jsonl.xz"}
_OPTIONS = ReadOptions(defaults={"actor": "RUS", "language": "en"})


def read_codings(path: Path, corpora: Path) -> Gold:
    """Return the codings in ``path`` with the sentences they speak of.

    Parameters
    ----------
    path
        CSV with the columns source (``ungdc`` or ``kremlin``), document (file name, or id of the item), sentence_sha
        (as in the sentences table) and codes (``theme=1`` or ``theme=2``, separated by spaces; a theme that is not
        named is 0).
    corpora
        Folder with ``ungdc_1946_2024.tar.xz`` and ``kremlin_en.jsonl.xz``.

    Raises
    ------
    ModelError
        If a file is missing or not as expected, or a coding finds no sentence.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        coded = [(row["source"], row["document"], row["sentence_sha"], _codes(row["codes"])) for row in rows]
        found = _sentences(corpora, {(source, document) for source, document, _, _ in coded})
    except (OSError, KeyError, ValueError, tarfile.TarError, lzma.LZMAError) as problem:
        raise ModelError(f"codings of {path} with the texts in {corpora} cannot be read: {problem!r}") from None
    lost = [key for *key, _ in coded if tuple(key) not in found.index]
    if lost:
        raise ModelError(f"{path}: {len(lost):,} of {len(coded):,} codings find no sentence, the first is {lost[0]}")
    table = found.loc[[(source, document, sha) for source, document, sha, _ in coded]]
    sources = table.index.get_level_values(0)
    return Gold(
        table["text"].tolist(),
        table["before"].tolist(),
        table["year"].tolist(),
        np.array([f"{source}/{document}" for source, document, _, _ in coded]),
        np.array(sources),
        is_random=np.zeros(len(table), dtype=bool),
        is_drawn=np.zeros(len(table), dtype=bool),
        weights=np.ones(len(table)),
        codes=np.array([codes for *_, codes in coded], dtype=np.int8).reshape(len(coded), len(THEMES)),
        coders={},
    )


def _codes(written: str) -> list[int]:
    codes = dict.fromkeys(THEMES, 0)
    for part in written.split():
        theme, value = part.split("=")
        if theme not in codes or value not in ("1", "2"):
            raise ValueError(f"code {part!r} is not a theme with 1 or 2")
        codes[theme] = int(value)
    return list(codes.values())


def _sentences(corpora: Path, documents: set[tuple[str, str]]) -> pd.DataFrame:
    """Sentences by source, document and hash: text, the text before, and year; the first of equal ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(corpora, documents, folder)
        with Corpus.open(folder / "codings.db") as corpus:
            for source in _FILES:
                if (folder / source).exists():
                    corpus.ingest(folder / source, name=source, options=_OPTIONS if source == KREMLIN else None)
            statements, table = corpus.statements(), corpus.sentences(text=True)
    table["text"] = table["text"].str.split().str.join(" ")
    table["before"] = table.groupby("statement_id", observed=True)["text"].shift(1).fillna("")
    ids = statements["statement_id"].astype(str)
    of = statements.assign(
        statement_id=ids,
        source=ids.str.split("/").str[0],
        document=ids.str.split("[/#]", regex=True).str[-1],
        year=statements["date"].astype(str).str[:4].astype(int),
    )[["statement_id", "source", "document", "year"]]
    table = table.astype({"statement_id": str}).merge(of, on="statement_id")
    keys = ["source", "document", "sentence_sha"]
    return table.drop_duplicates(keys).set_index(keys)[["text", "before", "year"]]


def _unpack(corpora: Path, documents: set[tuple[str, str]], folder: Path) -> None:
    for source, name in _FILES.items():
        wanted = {document for of, document in documents if of == source}
        if wanted:
            (folder / source).mkdir()
            take = _speeches if source == UN else _items
            for path, content in take(corpora / name, wanted):
                (folder / source / path).write_bytes(content)


def _speeches(archive: Path, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as members:
        for member in members:
            name = PurePosixPath(member.name).name
            if name in wanted and (file := members.extractfile(member)):
                yield name, file.read()


def _items(lines: Path, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    with lzma.open(lines, "rt", encoding="utf-8") as file:
        kept = [line for line in file if str(json.loads(line)["id"]) in wanted]
    yield "items.jsonl", "".join(kept).encode()
