"""Which pairs of statements are worth comparing: like signatures or shared passages, near in time.

Statements are rows in chronological order, so a pair is (earlier row, later row) whatever order they came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from aidememoire.duplicates.signatures import distinct

if TYPE_CHECKING:
    from aidememoire.duplicates.signatures import Signatures

__all__ = ["NEAR_DAYS", "Spans", "alike", "carrying", "same_text", "spans_of"]

Array = np.ndarray[Any, np.dtype[Any]]

# Reprints follow within a week; a congratulation or a weekly meeting in the same words comes again later.
NEAR_DAYS = 7
# A text by the same actor, word for word or nearly, is a reprint for longer: in 7,077 items of one site the repeats
# more than a week apart were yearly notices (364 days) and one-line formulas (225 days and more).
EXACT_DAYS = 90
# The agency writes on the day or the morning after; a longer gap pairs stories with the next speech on the subject.
CARRIED_DAYS = 3

# 42 bands of 3 rows propose 99 of 100 pairs with Jaccard 0.5, two of three with 0.3 and one of 200 with 0.05.
BANDS, ROWS = 42, 3
# Estimates below this are not worth reading two texts: a pair is kept from 0.3 (a text and its first third).
LEAST_ESTIMATE = 0.2
# Pairs far apart must share 0.9, and those without a date 0.7 at least: estimates fall so far below once in a million.
LEAST_FAR_ESTIMATE = 0.75
LEAST_UNDATED_ESTIMATE = 0.5
# Pairs estimated at a time: about 100 MB.
ESTIMATED = 50_000
# Carrying 40 words in runs of 12 leaves at least this many fingerprints in common.
LEAST_PASSAGES = 3
# In a crowd of like texts each is compared with this many before it: the crowd hangs together all the same.
MOST_NEIGHBOURS = 50


@dataclass(frozen=True, slots=True)
class Spans:
    """When statements were made: first and last possible day (ordinals); all of time where no date is known."""

    first: Array
    last: Array

    def near(self, earlier: Array | int, later: Array | int, days: int) -> Array:
        """Whether the statements in two arrays of rows are at most ``days`` apart, or cannot be told apart.

        The tolerance is for two dates that are known to the day; a year is near what lies in it.
        """
        gap = np.maximum(self.first[earlier], self.first[later]) - np.minimum(self.last[earlier], self.last[later])
        return np.asarray(gap <= np.where(self.exact[earlier] & self.exact[later], days, 0))

    @property
    def exact(self) -> Array:
        """Which dates are known to the day."""
        return np.asarray(self.first == self.last)

    @property
    def dated(self) -> Array:
        """Which statements have a date at all."""
        return np.asarray(self.first > date.min.toordinal())


def spans_of(dates: Sequence[str | None]) -> Spans:
    """Return the days that ISO dates at any precision may stand for.

    Examples
    --------
    >>> spans = spans_of(["2021-09-03", "2021-09", "2021", None])
    >>> (spans.last - spans.first).tolist()[:3]
    [0, 29, 364]
    >>> spans.near(0, [1, 2, 3], days=7).tolist()
    [True, True, True]
    """
    known = {written: _days(written) for written in set(dates)}
    both = np.array([known[written] for written in dates], dtype=np.int64).reshape(-1, 2)
    return Spans(both[:, 0], both[:, 1])


def _days(written: str | None) -> tuple[int, int]:
    if written is None:
        return date.min.toordinal(), date.max.toordinal()
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 3:
        return (date(*parts).toordinal(),) * 2
    if len(parts) == 1:
        return date(parts[0], 1, 1).toordinal(), date(parts[0], 12, 31).toordinal()
    beyond = date(parts[0], parts[1], 28) + timedelta(days=4)
    return date(parts[0], parts[1], 1).toordinal(), beyond.toordinal() - beyond.day


def same_text(text: Array, spans: Spans, actor: Array) -> Array:
    """Pairs of rows with the same text number, at most ``EXACT_DAYS`` apart.

    Those of one actor are looked for apart: a crowd of others between them must not hide that one repeats itself.
    """
    rows = np.arange(len(text))
    own = text * (int(actor.max(initial=0)) + 2) + actor + 1
    sides = [_neighbours(keys.astype(np.uint64), rows, spans, EXACT_DAYS) for keys in (text, own)]
    earlier, later = (np.concatenate(side) for side in zip(*sides, strict=True))
    return _pairs(earlier, later, len(text))


def alike(signatures: Signatures, spans: Spans, actor: Array) -> Array:
    """Pairs of rows that may be alike enough for their dates and actors, by their signatures.

    They agree in a band and are at most ``EXACT_DAYS`` apart, ``NEAR_DAYS`` if their actors differ. Those of one later
    row stand together, the likest first.
    """
    minhash, n = signatures.minhash, len(signatures.passages)
    full = np.flatnonzero([len(each) > 0 for each in signatures.passages])
    found: list[Array] = [np.zeros(0, dtype=np.int64)]
    for band in range(BANDS):
        key = np.zeros(len(full), dtype=np.uint64)
        for row in range(band * ROWS, (band + 1) * ROWS):
            key = key * np.uint64(6364136223846793005) + minhash[full, row]
        earlier, later = _neighbours(key, full, spans, EXACT_DAYS)
        found.append(distinct(later * n + earlier))
    pairs = _decoded(distinct(np.concatenate(found)), n)
    earlier, later = pairs[:, 0], pairs[:, 1]
    both = spans.dated[earlier] & spans.dated[later]
    week = both & spans.near(earlier, later, NEAR_DAYS)
    agreeing = _agreeing(minhash, pairs)
    enough = agreeing >= np.where(week, LEAST_ESTIMATE, np.where(both, LEAST_FAR_ESTIMATE, LEAST_UNDATED_ESTIMATE))
    likely = enough & (week | ~both | (actor[earlier] == actor[later]))
    pairs, agreeing = pairs[likely], agreeing[likely]
    ordered: Array = pairs[np.lexsort((pairs[:, 0], -agreeing, pairs[:, 1]))]
    return ordered


def _agreeing(minhash: Array, pairs: Array) -> Array:
    """Part of the signatures that agree: the estimate of the Jaccard index."""
    parts = [
        (minhash[some[:, 0]] == minhash[some[:, 1]]).mean(axis=1)
        for some in (pairs[first : first + ESTIMATED] for first in range(0, len(pairs), ESTIMATED))
    ]
    return np.concatenate([np.zeros(0), *parts])


def carrying(signatures: Signatures, spans: Spans, actor: Array, carrier: Array) -> Array:
    """Pairs of rows of one actor and different carriers that share passages, at most ``CARRIED_DAYS`` apart.

    Parameters
    ----------
    actor
        Number of each row's actor; negative where none is known.
    carrier
        Number of the agency whose story the row is, -1 for the issuer's own text.
    """
    busy = np.unique(actor[carrier >= 0])
    rows = np.flatnonzero(spans.exact & (actor >= 0) & np.isin(actor, busy))
    if not len(rows):
        return np.zeros((0, 2), dtype=np.int64)
    sizes = [len(signatures.passages[row]) for row in rows]
    owner = np.repeat(rows, sizes)
    passages = np.concatenate([signatures.passages[row] for row in rows]).astype(np.uint64)
    earlier, later = _neighbours(passages | actor[owner].astype(np.uint64) << np.uint64(32), owner, spans, CARRIED_DAYS)
    foreign = carrier[earlier] != carrier[later]
    return _pairs(earlier[foreign], later[foreign], len(actor), least=LEAST_PASSAGES)


def _neighbours(keys: Array, owners: Array, spans: Spans, days: int) -> tuple[Array, Array]:
    """Rows that share a key and are near in time, once for each key they share."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    # Most keys belong to one row; without them the passes below are short.
    shared = np.zeros(len(keys), dtype=bool)
    same = keys[1:] == keys[:-1]
    shared[1:] |= same
    shared[:-1] |= same
    keys, owners = keys[shared], owners[shared]
    found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    for step in range(1, MOST_NEIGHBOURS + 1):
        same = keys[step:] == keys[:-step]
        if not same.any():
            break
        found.append((owners[:-step][same], owners[step:][same]))
    earlier, later = (np.concatenate(side) for side in zip(*found, strict=True))
    near = spans.near(earlier, later, days)
    return earlier[near], later[near]


def _pairs(earlier: Array, later: Array, n: int, least: int = 1) -> Array:
    """Distinct pairs of ``n`` rows, shape (pairs, 2), by the later row, of those that came at least ``least`` times."""
    codes, times = np.unique(later * n + earlier, return_counts=True)
    return _decoded(codes[times >= least], n)


def _decoded(codes: Array, n: int) -> Array:
    """Pairs written as one number each, as which they are sorted ten times as fast."""
    return np.column_stack((codes % max(1, n), codes // max(1, n)))
