"""What two statements are to each other: the same text, nearly, in part, or one's words in the other's story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from aidememoire.duplicates.candidates import NEAR_DAYS, Spans, alike, carrying, same_text
from aidememoire.duplicates.crowds import Joined
from aidememoire.duplicates.overlap import Overlaps

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.duplicates.signatures import Signatures
    from aidememoire.store import Store

__all__ = ["Link", "Relation", "related"]

Array = np.ndarray[Any, np.dtype[Any]]
Relation = Literal["exact", "near", "revised", "carried", "translation?"]

# The measurements behind these numbers stand in docs/methods.md, "Duplicates and events".
NEAR = 0.6
# The notes of two weekly meetings of the same people share 0.73, in under 75 words; reprints of such notes 0.77.
SHORT_NEAR = 0.75
REVISED = 0.9
SHORT_REVISED = 0.95
# Calls to two presidents or treaties with two neighbours in one pattern share up to 0.70 of the shingles and at most
# 0.67 of the names; 98 of 100 careless reprints of 250 words and more share at least 0.78 of the names.
NAMES = 0.7
# Without a date, or a week and more apart, nothing keeps this year's notice from last year's but its edits: yearly
# notices share up to 0.74. No two of 10,952 speeches of different years share 0.25, so long texts need less.
LOOSE_NEAR = 0.9
LOOSE_LONG_NEAR = 0.7
LONG_WORDS = 400
SHORT_WORDS = 150
# Below this a text is a formula: only its own actor's repetition on the same day under the same title is a repeat.
# Where no title could tell two apart, the same words are one.
FORMULA_WORDS = 20
CARRIED_WORDS = 40
CARRIED_SHARE = 0.25


class Link(NamedTuple):
    """What one row is to another, and how alike they are.

    The other is the earlier of the two; for ``carried`` it is the text whose words the row's story carries.
    """

    row: int
    other: int
    relation: Relation
    similarity: float


def related(store: Store, rows: pd.DataFrame, signatures: Signatures, spans: Spans) -> list[Link]:
    """Return the pairs of ``rows`` (statements in chronological order) that carry the same words.

    A pair has one relation, the closest that holds. In a crowd pairs that would join nothing are left out (``crowds``).
    """
    actor = rows["actor"].factorize()[0]
    known = Overlaps(store, rows["text_sha256"].tolist())
    joined = Joined(actor)
    repeated = _exact(known, same_text(rows["text_sha256"].factorize()[0], spans, actor), rows, spans)
    same = joined.decided(repeated, lambda pairs: [Link(b, a, "exact", 1.0) for a, b in pairs.tolist()])
    carrier = np.where(rows["kind"] == "wire_story", rows["agency"].fillna("").factorize()[0], -1)
    offered = carrying(signatures, spans, actor, carrier)
    likely = alike(signatures, spans, actor)
    # A story has one source, so whether it is near another matters even where both are joined.
    sourced = np.isin(_codes(likely), _codes(offered))
    close = _close(known, likely[sourced], rows, spans)
    close += joined.decided(likely[~sourced], lambda pairs: _close(known, pairs, rows, spans))
    linked = {(link.other, link.row) for link in close} | set(map(tuple, repeated.tolist()))
    left = [pair for pair in offered.tolist() if tuple(pair) not in linked]
    return sorted([*same, *close, *_carried(known, left, carrier)])


def _codes(pairs: Array) -> Array:
    return np.asarray(pairs[:, 1] << 32 | pairs[:, 0])


def _exact(known: Overlaps, pairs: Array, rows: pd.DataFrame, spans: Spans) -> Array:
    """Those of the pairs of one text that are one utterance."""
    a, b = pairs[:, 0], pairs[:, 1]
    actor, title, date, text = (rows[name].factorize()[0] for name in ("actor", "title", "date", "text_sha256"))
    _, first, texts = np.unique(text[a], return_index=True, return_inverse=True)
    words = np.array([shared.words for shared in known.of(pairs[first].tolist()).values()], dtype=np.int64)[texts]
    own = actor[a] == actor[b]
    # "The leaders discussed bilateral issues" is said again under the same title a week later.
    again = own & (title[a] == title[b]) & ((title[a] < 0) | (date[a] == date[b]))
    said = np.where(words < FORMULA_WORDS, again, own | spans.near(a, b, NEAR_DAYS))
    same: Array = pairs[(words > 0) & said]
    return same


def _close(known: Overlaps, pairs: Array, rows: pd.DataFrame, spans: Spans) -> list[Link]:
    actors, texts = rows["actor"].fillna("").tolist(), rows["text_sha256"].tolist()
    dated = spans.dated
    near = spans.near(pairs[:, 0], pairs[:, 1], NEAR_DAYS)
    weeks = dict(zip(map(tuple, pairs.tolist()), near.tolist(), strict=True))
    found = []
    for (a, b), shared in known.of(pairs.tolist(), NAMES).items():
        if texts[a] == texts[b] or shared.words < FORMULA_WORDS or shared.names < NAMES:
            continue
        both = bool(dated[a] and dated[b])
        week = both and weeks[a, b]
        short = shared.words < SHORT_WORDS
        least = (SHORT_NEAR if short else NEAR) if week else _loose(shared.words, both)
        if shared.jaccard >= least and (week or not both or actors[a] == actors[b]):
            found.append(Link(b, a, "near", shared.jaccard))
        elif week and shared.containment >= (SHORT_REVISED if short else REVISED):
            found.append(Link(b, a, "revised", shared.containment))
    return found


def _loose(words: int, dated: bool) -> float:
    """Least Jaccard index of a pair that no date holds together; far dates speak against it, missing ones do not."""
    return LOOSE_LONG_NEAR if words >= LONG_WORDS and not dated else LOOSE_NEAR


def _carried(known: Overlaps, pairs: list[list[int]], carrier: Array) -> list[Link]:
    """One source for each story, so that a story on two speeches does not make one event of them.

    The issuer's own text comes before another agency's story, then the one with most words in common.
    """
    best: dict[int, tuple[bool, int, int, Link]] = {}
    for (a, b), shared in known.of(pairs).items():
        share = shared.carried / max(1, shared.words)
        if shared.carried < CARRIED_WORDS or share < CARRIED_SHARE:
            continue
        for story, source in ((a, b), (b, a)):
            if carrier[story] >= 0:
                link = Link(story, source, "carried", share)
                # Of two stories that carry each other's words the later carries the earlier's.
                link = Link(b, a, "carried", share) if carrier[source] >= 0 else link
                offer = (carrier[source] < 0, shared.carried, -source, link)
                best[story] = max(offer, best.get(story, offer))
    return list({link for *_, link in best.values()})
