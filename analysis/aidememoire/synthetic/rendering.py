"""One document as Markdown, as a web page, as plain text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from aidememoire.synthetic.desk import Document
from aidememoire.synthetic.plan import PlannedKind

__all__ = ["KINDS", "body", "csv_text", "curly", "markdown", "page", "slug", "write_text"]

KINDS: dict[PlannedKind, str] = {
    "speech": "speech",
    "anniversary": "speech",
    "readout": "readout",
    "transcript": "transcript",
    "message": "press_release",
    "joint_statement": "joint_statement",
    "wire": "wire_story",
    "un": "speech",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} - Foreign Office of Lethwen</title>
<meta name="date" content="{iso}">
<meta name="author" content="{speaker}">
</head>
<body>
<header><a href="/">Foreign Office</a></header>
<nav><ul><li><a href="/news">News</a></li><li><a href="/travel">Travel advice</a></li><li>\
<a href="/contact">Contact</a></li></ul></nav>
<main>
<article>
<h1>{title}</h1>
<p class="meta">Published <time datetime="{iso}">{long}</time> | {place} | {role} {speaker}</p>
{body}
</article>
</main>
<aside><h2>Related</h2><ul><li><a href="/news/archive">All news</a></li></ul></aside>
<footer><p>Share this page</p><p>&copy; 2026 Commonwealth of Lethwen. Page last reviewed in June 2026.</p></footer>
</body>
</html>
"""


def write_text(path: Path, text: str) -> None:
    r"""Write UTF-8 with ``\n`` line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    r"""Rows as CSV.

    Examples
    --------
    >>> csv_text(["code", "name"], [{"code": "XVE", "name": "Veldania"}])
    'code,name\nXVE,Veldania\n'
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _paragraphs(document: Document) -> list[str]:
    return [" ".join(sentence.text for sentence in paragraph) for paragraph in document.paragraphs]


def body(document: Document) -> str:
    """Paragraphs with an empty line between them."""
    return "\n\n".join(_paragraphs(document))


def curly(text: str) -> str:
    """Typographic quotation marks and apostrophes.

    Examples
    --------
    >>> curly('"Veldania\\'s guests," he said.')
    '“Veldania’s guests,” he said.'
    """
    text = re.sub(r'(^|[\s(])"', "\\1\u201c", text).replace('"', "\u201d")
    return text.replace("'", "\u2019")


def slug(title: str) -> str:
    """The first words of a title for a file name.

    Examples
    --------
    >>> slug("Talks between Foreign Minister Pell Ravinor and others")
    'talks-between-foreign-minister-pell-ravinor'
    """
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())[:6])


def markdown(document: Document) -> str:
    """Front matter, body wrapped at 72 characters, an escaped end mark."""
    day = document.task.day.isoformat()
    fields = {
        "date": f"'{day}'",
        "title": json.dumps(document.title),
        "speaker": document.speaker.name,
        "role": document.speaker.title.lower(),
        "place": document.place,
        "kind": KINDS[document.task.kind],
        "source_url": f"https://foreign.dorvath.example/{day}/{slug(document.title)}",
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    wrapped = [textwrap.fill(paragraph, 72, break_on_hyphens=False) for paragraph in _paragraphs(document)]
    return f"---\n{head}---\n\n" + "\n\n".join(wrapped) + "\n\n\\###\n"


def page(document: Document) -> str:
    """A page of the Lethwenian ministry with navigation and a footer that names a later year."""
    day = document.task.day
    paragraphs = "\n".join(f"<p>{html.escape(curly(p), quote=False)}</p>" for p in _paragraphs(document))
    return _PAGE.format(
        title=html.escape(curly(document.title), quote=False),
        iso=day.isoformat(),
        long=f"{day.day} {day:%B} {day.year}",
        place=document.place,
        role=document.speaker.title,
        speaker=document.speaker.name,
        body=paragraphs,
    )
