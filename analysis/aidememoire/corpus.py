"""The corpus as a researcher meets it: open, ingest, look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from aidememoire.cleantext import CleanText
from aidememoire.displays import corpus_html
from aidememoire.errors import IngestRefused
from aidememoire.ingest import ReadOptions, read_corpus
from aidememoire.revisions import IngestReport, Stored, keep_actors, put_file, withdraw_missing
from aidememoire.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.tokenindex import TokenIndexes

__all__ = ["Corpus", "IngestReport"]

# Files of one transaction: a killed run keeps what was stored before.
BATCH = 200


class Corpus:
    """Statements in one store.

    Use ``Corpus.open``. As a context manager it closes the store.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "note.txt").write_text("We remember. They forget.", encoding="utf-8")
    >>> corpus = Corpus.open(folder / "study.db")
    >>> print(corpus.ingest(folder / "note.txt"))
    1 statements added, 0 revised, 0 unchanged, 1 files read
    >>> corpus.sentences(text=True)["text"].tolist()
    ['We remember.', 'They forget.']
    >>> corpus.close()
    """

    def __init__(self, store: Store):
        self.store = store

    @classmethod
    def open(cls, path: str | Path) -> Corpus:
        """Open the store at ``path``, making it if absent.

        Raises
        ------
        StoreError
            If it cannot be opened.
        """
        return cls(Store(path))

    @cached_property
    def token_indexes(self) -> TokenIndexes:
        """The kept token index, which stays in memory from one codebook to the next; see ``TokenIndexes``."""
        from aidememoire.tokenindex import TokenIndexes

        return TokenIndexes(self.store)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        return corpus_html(self.store.statements(), len(self.store.refusals()))

    def ingest(
        self,
        folder: str | Path,
        *,
        name: str | None = None,
        options: ReadOptions | None = None,
        exceptions: Mapping[str, ReadOptions] | None = None,
        rehash: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> IngestReport:
        """Read what is new or changed in ``folder``.

        Parameters
        ----------
        folder
            A folder, or one file.
        name
            What the source is called in statement ids; its own name if not given. A folder of the same name
            revises the statements read under that name before.
        options
            How to read: forced reader, column mapping, defaults, the study's own actors.
        exceptions
            Globs on the path in the source, and how files that match are read instead.
        rehash
            Look at the contents of every file, whatever its size and time say.
        progress
            Called with the number of files done.

        Raises
        ------
        IngestRefused
            If ``folder`` is not there; a store made for it is removed. A single bad file never raises: it is
            listed in the report.
        """
        root = Path(folder)
        if not root.exists():
            self.store.refuse()
            raise IngestRefused(f"{folder}: no such file or folder to read statements from")
        name = name or root.resolve().name
        known = self.store.known_files(name)
        results = read_corpus(root, name=name, options=options, exceptions=exceptions or {}, known=known, rehash=rehash)
        stored: list[Stored] = []
        seen: list[str] = []
        n_read = 0
        while batch := list(islice(results, BATCH)):
            seen += [result.source_path for result in batch]
            # Most files of a rerun are as they were and need no write at all.
            new = [r for r in batch if r.status != "unchanged" or r.state is not known.get(r.source_path)]
            n_read += sum(result.status == "read" for result in batch)
            if new:
                with self.store.transaction():
                    stored += [put_file(self.store, name, result) for result in new]
            if progress:
                progress(len(seen))
        if known and not seen:
            message = f"{folder}: empty now, though {len(known):,} files were read from it before (a disk not mounted?)"
            raise IngestRefused(f"{message}; nothing was changed")
        with self.store.transaction():
            if options:
                keep_actors(self.store, options.actors)
            missing, withdrawn = withdraw_missing(self.store, name, seen)
        added, revised = sum(each.added for each in stored), sum(each.revised for each in stored)
        return IngestReport(
            added=added,
            revised=revised,
            unchanged=self.store.n_current(name) - added - revised,
            withdrawn=withdrawn + sum(each.withdrawn for each in stored),
            duplicates=self.store.n_duplicates(),
            files_read=n_read,
            refused=tuple(self.store.refusals()),
            missing=tuple(missing),
            unmatched=tuple(glob for glob in exceptions or {} if not any(fnmatchcase(path, glob) for path in seen)),
        )

    def statements(self) -> pd.DataFrame:
        """Return the table of current statements, without their texts.

        ``duplicate_of`` and ``event_id`` say which of them repeat or carry another (see ``duplicates``).
        """
        from aidememoire.duplicates import duplicates_of, with_events

        statements = self.store.statements()
        return with_events(statements, duplicates_of(self.store, statements))

    def duplicates(self) -> pd.DataFrame:
        """Return which statements carry the words of an earlier one: statement_id, other, relation, similarity.

        The relation is ``exact``, ``near`` (a reprint with small edits), ``revised`` (an extended or shortened
        version), ``carried`` (a wire story with the words of a speech) or ``translation?`` (a flag, no finding).

        Examples
        --------
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> for name in ("2021-05-08.txt", "2021-05-09.txt"):
        ...     _ = (folder / name).write_text("We remember.", encoding="utf-8")
        >>> corpus = Corpus.open(folder / "study.db")
        >>> _ = corpus.ingest(folder, name="notes")
        >>> corpus.duplicates().values.tolist()
        [['notes/2021-05-09.txt', 'notes/2021-05-08.txt', 'exact', 1.0]]
        >>> corpus.close()
        """
        from aidememoire.duplicates import duplicates_of

        return duplicates_of(self.store, self.store.statements())

    def text(self, statement_id: str) -> CleanText:
        """Return the text of a current statement with its way back to its own raw text.

        Raises
        ------
        KeyError
            If there is no such statement.
        """
        return self.store.clean_text(statement_id)

    def sentences(self, text: bool = False) -> pd.DataFrame:
        """Return the table of sentences of current statements.

        Technical codes are missing values here: they come with a codebook, in ``Coding.sentences``.

        Parameters
        ----------
        text
            Add a column ``text`` with each sentence. On a large corpus that is the corpus in memory.
        """
        from aidememoire.sentencetable import sentence_table

        return sentence_table(self.store, self.store.statements(), text=text)

    def mentions(self) -> pd.DataFrame:
        """Return every place where a sentence names an actor: statement_id, sentence, actor, start, end, form.

        Names, demonyms, and capitals where they stand for their state; a name that could mean several is left out.
        """
        from aidememoire.mentions import mention_table
        from aidememoire.sentencetable import sentence_table

        statements = self.store.statements()
        sentence_table(self.store, statements)
        return mention_table(self.store, statements)

    def actors(self) -> pd.DataFrame:
        """Return the actors of each statement: columns statement_id, actor, part.

        The part is ``issuer`` (two or more of a joint statement), ``counterpart`` (whom it meets or addresses) or
        ``mentioned``. An actor has one part in a statement.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> note = "The Minister met with the Ambassador of Chile. They spoke about Peru."
        >>> _ = (folder / "note.txt").write_text(note, encoding="utf-8")
        >>> corpus = Corpus.open(folder / "study.db")
        >>> _ = corpus.ingest(folder / "note.txt")
        >>> corpus.actors()[["actor", "part"]].values.tolist()
        [['CHL', 'counterpart'], ['PER', 'mentioned']]
        >>> corpus.close()
        """
        from aidememoire.mentions import statement_actors

        return statement_actors(self.store, self.store.statements(), self.mentions())

    def search(self, query: str, limit: int = 20) -> pd.DataFrame:
        """Return keyword in context: columns statement_id, start, end, left, keyword, right.

        Parameters
        ----------
        query
            An FTS5 query: words, ``"a phrase"``, ``falsif*``, AND, OR, NOT.
        limit
            Most statements looked at.
        """
        from aidememoire.kwic import search

        return search(self.store, query, limit)
