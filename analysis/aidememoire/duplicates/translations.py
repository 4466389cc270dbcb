"""Translations, flagged and never counted as one: same actor and day, other language, the same names and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidememoire.duplicates.names import names_of
from aidememoire.duplicates.relations import Link

if TYPE_CHECKING:
    import pandas as pd

    from aidememoire.store import Store

__all__ = ["translations"]

LEAST_AGREEING = 3
LEAST_SHARE = 0.5
# Languages differ in length by less than this; a headline is no translation of a speech.
MOST_LONGER = 2.5


def translations(store: Store, rows: pd.DataFrame) -> list[Link]:
    """Return pairs of ``rows`` (in chronological order) that look like translations of each other.

    Actor and day are the same, languages are known and differ, lengths differ by less than ``MOST_LONGER``, and at
    least ``LEAST_AGREEING`` names or numbers, and ``LEAST_SHARE`` of those of the poorer text, stand in both. Names
    in different scripts do not agree, so between those only numbers count. A text is paired with the best only.
    """
    days = rows[rows["language"].notna() & rows["actor"].notna() & (rows["date"].str.len() == 10).fillna(False)]
    found: list[Link] = []
    several = days[days.groupby(["actor", "date"])["language"].transform("nunique") > 1] if len(days) else days
    for _, group in several.groupby(["actor", "date"]):
        found += _of_one_day(store, group)
    return found


def _of_one_day(store: Store, group: pd.DataFrame) -> list[Link]:
    texts = [store.text(text) for text in group["text_sha256"]]
    year = str(group["date"].iloc[0])[:4]
    names = [names_of(text) - {year} for text in texts]
    places, languages = group.index.tolist(), group["language"].tolist()
    offers = []
    for b in range(len(texts)):
        for a in range(b):
            if languages[a] == languages[b]:
                continue
            fewer = min(len(names[a]), len(names[b]))
            both = len(names[a] & names[b])
            longer = max(len(texts[a]), len(texts[b])) > MOST_LONGER * min(len(texts[a]), len(texts[b]))
            if both >= LEAST_AGREEING and both >= LEAST_SHARE * fewer and not longer:
                offers.append(Link(places[b], places[a], "translation?", both / fewer))
    taken: set[tuple[int, str]] = set()
    kept = []
    spoken = dict(zip(places, languages, strict=True))
    for link in sorted(offers, key=lambda link: (-link.similarity, link)):
        sides = {(link.row, spoken[link.other]), (link.other, spoken[link.row])}
        if not sides & taken:
            taken |= sides
            kept.append(link)
    return kept
