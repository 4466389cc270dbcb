"""One utterance carried by several agencies, or twice by one, is one event.

    texts → signatures → candidates → overlap → relations → duplicate_of, event_id
           (kept in the store)        (kept)    (kept)

Signatures propose pairs that are near in time; what they really share decides (``relations``). Formulas that come
back every year are not the same event, however alike: dates keep them apart.

Statements without an actor go as those of one actor among themselves, and as another's beside those that have one.
Nothing says that their actors differ, a folder without metadata is mostly one source's, and a text that lies in it
twice must not count twice. So of a joint text that two unnamed sides published only the first counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aidememoire.duplicates.candidates import spans_of
from aidememoire.duplicates.crowds import CROWD, first_of_each
from aidememoire.duplicates.kept import keep_links, key_of, links_of
from aidememoire.duplicates.relations import Link, Relation, related
from aidememoire.duplicates.signatures import keep_signatures, signatures_of
from aidememoire.duplicates.translations import translations

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.ledger import Progress
    from aidememoire.store import Store

__all__ = ["Relation", "duplicates_of", "with_events"]


def duplicates_of(store: Store, statements: pd.DataFrame, progress: Progress | None = None) -> pd.DataFrame:
    """Return which statements carry words of another, signing the texts that are new.

    Parameters
    ----------
    store
        Where the texts lie.
    statements
        The ``statements`` table, in any order; ``duplicate_of`` and ``event_id`` are not looked at.
    progress
        Called while signing.

    Returns
    -------
    DataFrame
        Every pair, and in groups of more than ``CROWD`` at least those that hold the group together. Columns
        statement_id, other (the earlier by date, then id; for ``carried`` the text whose words the story
        carries), relation (``exact``, ``near``, ``revised``, ``carried`` or ``translation?``) and similarity: the
        Jaccard index of word shingles for ``exact`` and ``near``, the part of the shorter text for ``revised`` and
        ``carried``, the part of the names and numbers for ``translation?``.
    """
    import pandas as pd

    rows = _chronological(statements)
    key = key_of(rows)
    found = links_of(store, key)
    if found is None:
        found = _found(store, rows, progress)
        keep_links(store, key, found)
    ids = rows["statement_id"].tolist()
    table = pd.DataFrame(
        [(ids[link.row], ids[link.other], link.relation, link.similarity) for link in found],
        columns=["statement_id", "other", "relation", "similarity"],
    )
    return table.astype({"statement_id": "str", "other": "str", "relation": "str", "similarity": "float64"})


def _found(store: Store, rows: pd.DataFrame, progress: Progress | None) -> list[Link]:
    import pandas as pd

    texts = rows["text_sha256"].tolist()
    keep_signatures(store, list(dict.fromkeys(texts)), progress)
    dates = [None if pd.isna(written) else written for written in rows["date"]]
    found = related(store, rows, signatures_of(store, texts), spans_of(dates))
    linked = {frozenset((link.row, link.other)) for link in found}
    event = first_of_each(len(rows), [(link.row, link.other) for link in found])
    crowds = {first for first, n in Counter(event).items() if n > CROWD}
    for link in translations(store, rows):
        together = event[link.row] == event[link.other] and event[link.row] in crowds
        if not together and frozenset((link.row, link.other)) not in linked:
            found.append(link)
    return sorted(found)


def with_events(statements: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return ``statements`` with ``duplicate_of`` and ``event_id`` filled from ``relations`` (``duplicates_of``).

    ``event_id`` is the id of the first statement of the event, for every statement of an event of two or more.
    ``duplicate_of`` is the first statement of the same actor with the same or nearly the same text. Translations
    are a guess and join nothing.
    """
    import pandas as pd

    rows = _chronological(statements)
    place = {statement: number for number, statement in enumerate(rows["statement_id"])}
    actors = dict(zip(rows["statement_id"], rows["actor"].fillna(""), strict=True))
    links = [
        (place[one], place[other], relation, actors[one] == actors[other])
        for one, other, relation in relations[["statement_id", "other", "relation"]].itertuples(index=False)
        if relation != "translation?"
    ]
    event = first_of_each(len(rows), [(a, b) for a, b, *_ in links])
    repeat = first_of_each(len(rows), [(a, b) for a, b, kind, own in links if own and kind in ("exact", "near")])
    ids = rows["statement_id"].tolist()
    together = {first for number, first in enumerate(event) if number != first}
    filled = pd.DataFrame(
        {
            "duplicate_of": [ids[f] if f != number else None for number, f in enumerate(repeat)],
            "event_id": [ids[f] if f in together else None for f in event],
        },
        index=rows["statement_id"],
        dtype="str",
    ).reindex(statements["statement_id"])
    return statements.assign(
        duplicate_of=filled["duplicate_of"].set_axis(statements.index),
        event_id=filled["event_id"].set_axis(statements.index),
    )


def _chronological(statements: pd.DataFrame) -> pd.DataFrame:
    return statements.sort_values(["date", "statement_id"], na_position="last").reset_index(drop=True)
