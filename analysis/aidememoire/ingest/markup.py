"""XML and HTML of unknown origin, parsed so that they can do no harm.

Entities are never resolved, nothing is fetched, and a document that is nested too deeply is refused before
any parser sees it.
"""

from __future__ import annotations

import re
from typing import Any

from aidememoire.errors import IngestRefused, MissingExtraError
from aidememoire.ingest.limits import DEEPEST_MARKUP

__all__ = ["checked_markup", "html_paragraphs", "html_tree", "root_name", "xml_tree"]

_HIDDEN = {"<!--": "-->", "<![cdata[": "]]>", "<?": "?>"}
_HIDDEN_IN_HTML = {"<!--": "-->", "<![cdata[": ">", "<?": ">", "<script": "</script", "<style": "</style"}
"""What begins so is no markup up to where it ends. Scripts hold tags that never get into the tree."""
_OPENS = re.compile(r"<!--|<!\[CDATA\[|<\?", re.IGNORECASE)
_OPENS_IN_HTML = re.compile(r"<!--|<!\[CDATA\[|<\?|<(?:script|style)\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z_][^\s<>/]*)[^<>]*>")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
_UNCLOSED = frozenset(
    "area base br col colgroup dd dt embed hr img input li link meta option p param rp rt source tbody td tfoot th "
    "thead tr track wbr".split()
)
"""HTML elements that are not closed, or need not be."""
_UNREAD = frozenset("script style template noscript head title nav svg iframe object select button form".split())
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr html li main ol p pre section table tbody td tfoot th thead tr ul".split()
)


def checked_markup(text: str, *, html: bool = False) -> str:
    """Give the text back, or refuse what declares entities or is nested too deeply.

    Parameters
    ----------
    html
        Whether elements such as ``p`` need not be closed.

    Raises
    ------
    IngestRefused
        Says which of the two.

    Examples
    --------
    >>> checked_markup("<a><b/></a>")
    '<a><b/></a>'
    """
    bare = _bare(text, html=html)
    if re.search(r"<!ENTITY", bare, re.IGNORECASE):
        raise IngestRefused("declares entities, which are never resolved")
    unclosed = _UNCLOSED if html else frozenset()
    depth = 0
    for tag in _TAG.finditer(bare):
        if tag[1]:
            depth -= depth > 0 and tag[2].lower() not in unclosed
        elif bare[tag.end() - 2] != "/" and tag[2].lower() not in unclosed:
            depth += 1
            if depth > DEEPEST_MARKUP:
                raise IngestRefused(f"elements are nested more than {DEEPEST_MARKUP} deep")
    return text


def _bare(text: str, *, html: bool = False) -> str:
    """Drop what is no markup, in one pass: one kind may hide the beginning of another."""
    opens, hidden = (_OPENS_IN_HTML, _HIDDEN_IN_HTML) if html else (_OPENS, _HIDDEN)
    small = text.lower() if html else text
    if len(small) != len(text):  # a few capitals become two letters
        small = text
    pieces, at = [], 0
    while opened := opens.search(text, at):
        pieces.append(text[at : opened.start()])
        end = small.find(hidden[opened.group().lower()], opened.end())
        if end < 0:
            return "".join(pieces)
        at = end + len(hidden[opened.group().lower()])
    return "".join((*pieces, text[at:]))


def root_name(text: str) -> str:
    """Name of the first element without its prefix; empty if there is none near the beginning.

    Examples
    --------
    >>> root_name('<?xml version="1.0"?><!-- a feed --><atom:feed xmlns:atom="x">')
    'feed'
    """
    match = _ROOT.search(_bare(text[:20_000]))
    return match[2] if match else ""


def xml_tree(text: str) -> Any:
    """Root element of an XML document.

    Raises
    ------
    IngestRefused
        If it is not well-formed, declares entities or is nested too deeply.
    MissingExtraError
        If lxml is not installed.
    """
    etree = _lxml("XML")
    checked_markup(text)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        # The text is decoded: what its declaration says of the encoding is no longer true.
        return etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise IngestRefused(f"not well-formed XML: {_first_line(error.msg)}") from None


def html_tree(text: str) -> Any:
    """Root element of an HTML page or fragment; ``None`` if it holds nothing.

    Raises
    ------
    IngestRefused
        If it is nested too deeply.
    MissingExtraError
        If lxml is not installed.
    """
    etree = _lxml("web pages")
    checked_markup(text, html=True)
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def html_paragraphs(html: str) -> str:
    """Text of an HTML fragment, one line a block.

    Examples
    --------
    >>> html_paragraphs("<p>We <b>remember</b>.</p><ul><li>One<li>Two</ul>She<br>left.")
    'We remember.\\nOne\\nTwo\\nShe\\nleft.'
    """
    tree = html_tree(html) if "<" in html or "&" in html else None
    if tree is None:
        return html
    pieces: list[str] = []
    _collect(tree, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: Any, pieces: list[str]) -> None:
    """Recursion is safe: ``html_tree`` has limited the depth."""
    name = element.tag if isinstance(element.tag, str) else ""
    if name not in _UNREAD:
        edge = "\n" if name in _BLOCKS or name == "br" else ""
        # Line feeds of the source are blanks in HTML; only blocks end a line.
        pieces.append(edge + _blanks(element.text))
        for child in element:
            _collect(child, pieces)
            pieces.append(_blanks(child.tail))
        pieces.append(edge)


def _blanks(text: str | None) -> str:
    return re.sub(r"[\r\n\t]+", " ", text or "")


def _lxml(what: str) -> Any:
    try:
        from lxml import etree
    except ImportError:
        raise MissingExtraError("lxml", extra="ingest", purpose=f"reading {what}") from None
    return etree


def _first_line(message: str | None) -> str:
    return (message or "it breaks off").splitlines()[0][:200]
