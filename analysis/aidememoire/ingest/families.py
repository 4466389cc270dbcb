"""Web pages of ministries, told apart by their structure: what each states of date, title, speaker and place.

Families, the most trusted first: labelled fields (a definition list, a two-column table, ``Date: ...``),
schema.org JSON-LD, meta properties, ``<time datetime>`` in the article, a date printed above the text.
No site is known by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aidememoire.ingest.dates import NO_DATE, ReadDate
from aidememoire.ingest.fields import writable
from aidememoire.ingest.markup import html_tree
from aidememoire.ingest.pagelines import Page, PageLine, element_line, page_lines
from aidememoire.ingest.printed import date_line, stated_date
from aidememoire.ingest.roles import as_person, as_role

__all__ = ["PageFacts", "page_facts"]

HEADER_LINES = 200
"""Lines from the top of a page among which ``Date: ...`` is looked for; menus take some."""
LONGEST_VALUE = 200
"""Characters of a labelled field; longer ones are text that happens to follow a label."""
JSON_DEPTH = 20

_TYPES = re.compile(r"(?:\w*Article|Report|BlogPosting|PressRelease|SpeechEvent|Statement|WebPage)")
_JSON_KEYS = {"date": "datePublished", "title": "headline", "language": "inLanguage"}
_META = (
    "article:published_time datepublished dc.date dc.date.issued dc.date.created dcterms.date dcterms.issued "
    "dcterms.created pubdate publishdate publish-date date og:published_time parsely-pub-date sailthru.date"
).split()
_LABELS = {
    "date": "date|date of (?:issue|publication|release|delivery|speech|statement)|release date|delivered on|published"
    "|published on|publication date|issued|datum|veröffentlicht|fecha|fecha de publicación"
    "|date de publication|publié le"
    "|data|data di pubblicazione|data publikacji|дата|дата публикации|опубликовано|дата публікації|tarih"
    "|日期|发布时间|发布日期|日付|날짜|التاريخ",
    "title": "title|subject|titel|betreff|título|titre|objet|titolo|tytuł|tytul"
    "|тема|название|заголовок|标题|件名|제목|العنوان",
    "speaker": "speaker|delivered by|remarks by|statement by|speech by|by|redner|rednerin|orador|oradora|orateur"
    "|intervenant|oratore|mówca|выступающий|докладчик|промовець|konuşmacı|发言人|讲话人|発言者|발언자|المتحدث",
    "role": "office|position|post|function|amt|funktion|cargo|fonction|carica|stanowisko"
    "|должность|посада|职务|役職|직책|المنصب",
    "place": "place|location|venue|city|ort|lugar|lieu|luogo|miejsce|место|місце|yer|地点|場所|장소|المكان",
}
_LABEL = {name: re.compile(rf"(?:{words})\s*[:：]?", re.IGNORECASE) for name, words in _LABELS.items()}
_INLINE = re.compile(r"\s*([^\W\d_][^:：\n]{1,30})\s*[:：]\s*(\S.{0,200})")


@dataclass(frozen=True)
class PageFacts:
    """What a page states of itself.

    Attributes
    ----------
    date
        With the rule that proved it; the reason if several dates contradict each other.
    published
        When the page was put up, if it says so apart from the date.
    values
        Statement fields that stand on the page under a label or in its JSON-LD.
    printed
        Lines that are such fields, as printed: they are no sentences of the statement.
    elsewhere
        Days that stand only in menus, sidebars and footers.
    body
        Lines of the article or of the layout table, where the page has one.
    """

    date: ReadDate = NO_DATE
    published: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    printed: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    body: str = ""


def page_facts(html: str) -> PageFacts:
    """Look for each family on a page.

    Raises
    ------
    IngestRefused
        If the page is nested too deeply.
    MissingExtraError
        If lxml is not installed.

    Examples
    --------
    >>> facts = page_facts("<dl><dt>Date<dd>9 May 2019<dt>Speaker<dd>Ana Lind</dl><p>We remember.</p>")
    >>> facts.date.iso, facts.date.rule, facts.values["speaker"]
    ('2019-05-09', 'labelled field of the page', 'Ana Lind')
    """
    tree = html_tree(html)
    if tree is None:
        return PageFacts()
    page = page_lines(tree)
    labelled, lines = _labelled(tree, page)
    linked = _json_ld(tree)
    printed, printed_lines = _printed(page)
    lines |= printed_lines | {line.text for line in page.lines if line.element.tag == "time"}
    dates = [
        _dated([labelled.get("date", "")], "labelled field of the page"),
        _dated([linked.get("date", "")], "page metadata, JSON-LD"),
        _meta(tree),
        _time_element(page),
        printed,
    ]
    date = next((d for d in dates if d.iso), next((d for d in dates if d.rule), NO_DATE))
    published = next((d.iso for d in dates[1:3] if d.iso), None)
    values = {name: value for name, value in (linked | labelled).items() if name != "date" and value}
    elsewhere = _days(tree.iter("time")) - _days(line.element for line in page.lines)
    return PageFacts(date, published or "", values, frozenset(lines), frozenset(elsewhere), page.body)


def _days(elements: Iterable[Any]) -> set[str]:
    return {str(element.get("datetime"))[:10] for element in elements if element.get("datetime")}


def _dated(values: Iterable[str], rule: str) -> ReadDate:
    """One day from several statements of it; if they differ there is none."""
    readings = [_read(value, rule) for value in values if value.strip()]
    days = {reading.iso for reading in readings if reading.iso}
    if len(days) > 1:
        return ReadDate(rule=f"{rule}: the page gives several")
    return next((r for r in readings if r.iso), readings[0] if readings else NO_DATE)


def _read(value: str, rule: str) -> ReadDate:
    found = date_line(value, rule)
    return found if found.iso else stated_date(value, rule)


# Labelled fields


def _labelled(tree: Any, page: Page) -> tuple[dict[str, str], set[str]]:
    values: dict[str, str] = {}
    lines: set[str] = set()
    for label, value, printed in _pairs(tree, page):
        name = next((name for name, pattern in _LABEL.items() if pattern.fullmatch(label)), None)
        if not name or not 0 < len(value) <= LONGEST_VALUE:
            continue
        if name == "date" and not _read(value, "field").iso:
            continue
        values.setdefault(name, value)
        lines |= {*printed, value, f"{label} {value}", f"{label}{value}"}
    if "speaker" in values:
        name, comma, post = values["speaker"].partition(",")
        values["speaker"] = as_person(name)
        if comma and post.strip():
            values.setdefault("role", as_role(post))
    # Without a date these are the labels of a form or of the text, not of a header.
    return (values, lines) if "date" in values else ({}, set())


def _pairs(tree: Any, page: Page) -> Iterator[tuple[str, str, set[str]]]:
    for term in tree.iter("dt"):
        definition = term.getnext()
        if definition is not None and definition.tag == "dd":
            yield element_line(term), element_line(definition), {element_line(term)}
    for row in tree.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) == 2:
            label, value = (element_line(cell) for cell in cells)
            yield label, value, {label, f"{label} | {value}", f"| {label} | {value} |"}
    for line in page.lines[:HEADER_LINES]:
        match = _INLINE.fullmatch(line.text) if len(line.text) <= LONGEST_VALUE else None
        if match:
            yield match[1].strip(), match[2].strip(), {line.text}


# Metadata


def _json_ld(tree: Any) -> dict[str, str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in _objects(data):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if item.get("datePublished") and any(isinstance(k, str) and _TYPES.fullmatch(k) for k in kinds):
                said = {name: item.get(key) for name, key in _JSON_KEYS.items()}
                return {name: writable(value.strip()) for name, value in said.items() if isinstance(value, str)}
    return {}


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > JSON_DEPTH:
        return
    if isinstance(data, dict):
        yield data
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for child in children:
        yield from _objects(child, depth + 1)


def _meta(tree: Any) -> ReadDate:
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        said.setdefault(name.strip().lower(), meta.get("content") or "")
    readings = (stated_date(said[name], "page metadata") for name in _META if said.get(name))
    return next((reading for reading in readings if reading.iso), NO_DATE)


# Dates in the body


def _time_element(page: Page) -> ReadDate:
    rule = "time element"
    times = [line for line in page.lines if line.element.tag == "time" and line.element.get("datetime")]
    marked = [t for t in times if "datepublished" in (t.element.get("itemprop") or "").lower() or _is_pubdate(t)]
    inside = [time for time in times if {"article", "main"} & {up.tag for up in time.element.iterancestors()}]
    above = [time for time in inside if page.first is None or time.at < page.first.at]
    for candidates in (marked, above, inside, times):
        if candidates:
            return _dated([str(time.element.get("datetime")) for time in candidates], rule)
    return NO_DATE


def _is_pubdate(time: PageLine) -> bool:
    return "pubdate" in time.element.attrib


def _printed(page: Page) -> tuple[ReadDate, set[str]]:
    """Date printed above the text, the one nearest to it in the tree: clocks of the site stand farther off."""
    rule = "printed date line"
    if page.first is None:
        return NO_DATE, set()
    above = [line for line in page.lines if line.at < page.first.at and date_line(line.text, rule).iso]
    if not above:
        return NO_DATE, set()
    path = set(page.first.element.iterancestors()) | {page.first.element}
    near = {line: sum(1 for up in (line.element, *line.element.iterancestors()) if up in path) for line in above}
    lines = {line.text for line in above if near[line] == max(near.values())}
    return _dated(sorted(lines), rule), lines
