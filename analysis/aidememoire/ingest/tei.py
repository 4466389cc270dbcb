"""TEI documents and parliamentary transcripts in ParlaMint's TEI.

A document whose text consists of utterances (``u``) gives one statement an utterance, since each has its own
speaker; any other gives one statement a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aidememoire.cleantext import CleanText
from aidememoire.errors import IngestRefused
from aidememoire.ingest.cleaning import clean
from aidememoire.ingest.dates import NO_DATE, ReadDate, from_file_name
from aidememoire.ingest.fields import build, metadata_said, writable
from aidememoire.ingest.markup import root_name, xml_tree
from aidememoire.ingest.model import Reading, Source
from aidememoire.ingest.printed import stated_date
from aidememoire.statement import Statement

__all__ = ["SUFFIXES", "claims", "read"]

SUFFIXES = (".xml", ".tei")
_ROOTS = frozenset({"TEI", "TEI.2", "teiCorpus", "teiCorpus.2"})
_ID, _LANG = "{http://www.w3.org/XML/1998/namespace}id", "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_SAID = frozenset("note vocal kinesic incident gap desc fw figure teiHeader back pause stage del".split())
"""Remarks of the clerk, page furniture, and what the writer struck out."""
_UNCHOSEN = frozenset("orig sic abbr".split())
"""Within ``choice``, beside what an editor put right."""
_BLOCKS = frozenset("p ab head l seg item sp speaker div lg list signed salute dateline closer opener u".split())
_COLON = "\x00"
"""Stands for the colon after a name until the lines are made; XML cannot hold it."""
_TOKENS = frozenset({"w", "pc"})
_DATES = (
    ("setting date", ".//settingDesc//setting/date"),
    ("creation date", ".//profileDesc/creation/date"),
    ("source date", ".//sourceDesc//date"),
    ("publication date", ".//publicationStmt/date"),
)
"""Where a header may date what was said, the most exact first."""
_PLACES = ("name[@type='city']", "name[@type='place']", "placeName")
_ROLES = re.compile(r"#(chair|guest)\b")


def claims(source: Source) -> bool:
    """XML whose first element is that of TEI."""
    return source.text.lstrip("\ufeff \r\n\t").startswith("<") and root_name(source.text) in _ROOTS


def read(source: Source) -> Reading:
    """Read utterances, or whole documents, with what the header says of them.

    Raises
    ------
    IngestRefused
        If it is not well-formed, declares entities, is nested too deeply or holds no text.
    MissingExtraError
        If lxml is not installed.
    """
    root = _without_namespaces(xml_tree(source.text))
    documents = [root] if root.tag.startswith("TEI") else [e for e in root if str(e.tag).startswith("TEI")]
    statements: list[Statement] = []
    refused: list[tuple[str, str]] = []
    seen: set[str] = set()
    for number, document in enumerate(documents, 1):
        name = str(document.get(_ID) or number) if len(documents) > 1 else ""
        for where, record, text, found, date in _parts(source, document, name):
            try:
                if record in seen:
                    raise IngestRefused(f"id {record!r} stands already")
                said = [metadata_said(source)]
                statements.append(build(source, clean(text), said=said, found=found, date=date, record=record))
                seen.add(record)
            except IngestRefused as refusal:
                refused.append((where, refusal.reason))
    if not statements and not refused:
        raise IngestRefused("TEI without text; files that it includes are read on their own")
    return Reading(tuple(statements), tuple(refused))


_Part = tuple[str, str, CleanText | str, dict[str, str | None], ReadDate]


def _parts(source: Source, document: Any, name: str) -> Iterator[_Part]:
    header, body = document.find("teiHeader"), document.find("text")
    if body is None:
        return
    date, published = _date(header)
    if not date.iso or date.rule == "TEI publication date":
        named = from_file_name(source.path.name)
        date = named if named.iso else date
    language = _language(document, body)
    common = {"title": _first(header, ".//titleStmt/title"), "published": published, "language": language}
    common["place"] = next(
        filter(None, (_first(header, f".//settingDesc//setting/{place}") for place in _PLACES)), None
    )
    utterances = list(body.iter("u"))
    if not utterances:
        text = _text(body)
        if text:
            yield name or "text", name, text, common, date
        return
    people = _people(document)
    for number, utterance in enumerate(utterances, 1):
        text = _text(utterance)
        if not text:
            continue
        record = str(utterance.get(_ID) or f"u{number}")
        role = _ROLES.search(utterance.get("ana") or "")
        own = {"speaker": _speaker(utterance, people), "role": role[1] if role else None, "kind": "transcript"}
        own["language"] = utterance.get(_LANG) or language
        yield f"utterance {number}", record, text, common | own, date


def _without_namespaces(root: Any) -> Any:
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def _date(header: Any) -> tuple[ReadDate, str | None]:
    if header is None:
        return NO_DATE, None
    readings = []
    for name, path in _DATES:
        rule = f"TEI {name}"
        values = [_when(element) for element in header.iterfind(path)]
        readings += [read for read in (stated_date(value, rule) for value in values if value.strip()) if read.rule]
    best = next((reading for reading in readings if reading.iso), readings[0] if readings else NO_DATE)
    published = next((reading.iso for reading in readings if reading.rule == "TEI publication date"), None)
    return best, published


def _when(date: Any) -> str:
    return str(date.get("when") or date.get("when-iso") or date.get("from") or "".join(date.itertext()))


def _first(header: Any, path: str) -> str | None:
    found = header.find(path) if header is not None else None
    return writable(" ".join("".join(found.itertext()).split())) if found is not None else None


def _language(document: Any, body: Any) -> str | None:
    stated = body.get(_LANG) or document.get(_LANG)
    if stated:
        return str(stated)
    used = document.findall("teiHeader//langUsage/language")
    return str(used[0].get("ident")) if len(used) == 1 and used[0].get("ident") else None


def _people(document: Any) -> Mapping[str, str]:
    """Names by id, from the list of persons in the header; lists in other files are not looked up."""
    people = {}
    for person in document.iterfind("teiHeader//person"):
        name = person.find("persName")
        if name is None or not person.get(_ID):
            continue
        parts = [*name.iter("forename"), *name.iter("nameLink"), *name.iter("surname")]
        words = " ".join("".join(part.itertext()) for part in parts) or "".join(name.itertext())
        people[f"#{person.get(_ID)}"] = writable(" ".join(words.split()))
    return people


def _speaker(utterance: Any, people: Mapping[str, str]) -> str | None:
    who = str(utterance.get("who") or "").split(" ")[0]
    return people.get(who) or who.rpartition("#")[2] or None


def _text(element: Any) -> str:
    """What was said, a line a block; whether words are separate elements or running text."""
    pieces: list[str] = []
    _collect(element, pieces)
    # A name before a speech stands in the line of its first words, as in a transcript.
    text = re.sub(rf"[ .:]*{_COLON}\s*", ": ", "".join(pieces))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return writable("\n\n".join(line for line in lines if line))


def _collect(element: Any, pieces: list[str]) -> None:
    """Recursion is safe: ``xml_tree`` has limited the depth."""
    name = element.tag if isinstance(element.tag, str) else "note"
    up = element.getparent()
    if name in _NOT_SAID or (name in _UNCHOSEN and up is not None and up.tag == "choice"):
        return
    edge = "\n" if name in _BLOCKS else ""
    pieces.append(edge or (" " if name in ("lb", "pb", "cb") and element.get("break") != "no" else ""))
    pieces.append((element.text or "").replace("\n", " "))
    tokens = any(child.tag in _TOKENS for child in element)
    for child in element:
        _collect(child, pieces)
        if tokens:
            # Between the words of an annotated text stand only line feeds of the file: blanks are marked.
            pieces.append("" if child.get("join") in ("right", "both") else " ")
        else:
            pieces.append((child.tail or "").replace("\n", " "))
    pieces.append(_COLON if name == "speaker" else edge)
