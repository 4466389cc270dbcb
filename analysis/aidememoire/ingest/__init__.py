"""Files to statements: readers for each layout, chosen file by file.

    files ── walk ── encoding ── registry ── one reader ── cleaning, dates, actors, roles ── Statement

``read_corpus`` is the one entry; everything else here is what it takes and gives.
"""

from aidememoire.ingest.actors import Actor, ActorTable, builtin_actors, read_actors
from aidememoire.ingest.corpus import read_corpus
from aidememoire.ingest.model import FileResult, FileState, FileStatus, ReaderName, ReadOptions

__all__ = [
    "Actor",
    "ActorTable",
    "FileResult",
    "FileState",
    "FileStatus",
    "ReadOptions",
    "ReaderName",
    "builtin_actors",
    "read_actors",
    "read_corpus",
]
