"""A web page as lines in reading order, each with the element it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LONG_LINE", "Page", "PageLine", "element_line", "page_lines"]

LONG_LINE = 80
"""Characters of a line that is text, and neither title, date nor teaser; a page without any has short text."""
LEAST_LINE = 40
"""Characters below which even the longest line of a page is no text."""
CELL_SHARE = 0.5
"""Share of the text of a layout table that its cell of the text must hold to stand for the whole."""
LONGEST_LINE = 100_000
"""Characters kept of a line that is only looked at."""

_FURNITURE = frozenset("nav aside footer menu script style noscript form template head svg iframe".split())
"""Elements whose dates belong to other pages, or to nothing that is read."""
_INLINE = frozenset("a abbr b bdi cite code em font i mark q s small span strong sub sup time u".split())
_ALSO_ALONE = frozenset("span time strong b em small".split())
"""Inline elements in which a date may stand by itself beside other things."""


@dataclass(frozen=True, eq=False)
class PageLine:
    """One line.

    Attributes
    ----------
    at
        Its place in reading order.
    element
        The block in which it stands, or the inline element that it fills.
    inline
        Whether it is such an element, whose text comes again with its block.
    """

    text: str
    at: int
    element: Any
    inline: bool = False


@dataclass(frozen=True)
class Page:
    """Lines of a page outside menus, sidebars and footers; ``first`` is the first line of its text."""

    lines: tuple[PageLine, ...]
    first: PageLine | None

    @property
    def body(self) -> str:
        """Lines of the ``article``, ``main`` or layout table that holds the text, if there is one."""
        if self.first is None:
            return ""
        around = next(self.first.element.iterancestors("article", "main"), None)
        if around is None:
            return self._in_table(self.first.element)
        return "\n".join(self._within(around))

    def _in_table(self, element: Any) -> str:
        tables = list(element.iterancestors("table"))
        if not tables:
            return ""
        whole = self._within(tables[0], self.first.at if self.first else 0)
        cell = element if element.tag == "td" else next(element.iterancestors("td"), tables[0])
        alone = self._within(cell)
        # The text may fill one cell, with menus in others, or have a row for each paragraph.
        fills = sum(map(len, alone)) >= CELL_SHARE * sum(map(len, whole))
        return "\n".join(alone if fills else whole)

    def _within(self, around: Any, start: int = 0) -> list[str]:
        lines = (line for line in self.lines[start:] if not line.inline)
        return [line.text for line in lines if around in (line.element, *line.element.iterancestors())]


def element_line(element: Any) -> str:
    """Text of an element in one line."""
    return " ".join(" ".join(element.itertext()).split())[:LONGEST_LINE]


def page_lines(tree: Any) -> Page:
    """Lines of a parsed page.

    Examples
    --------
    >>> from aidememoire.ingest.markup import html_tree
    >>> page = page_lines(html_tree("<nav>Home</nav><h1>Speech</h1><p><time>9 May 2019</time> in Torvale</p>"))
    >>> [line.text for line in page.lines]
    ['Speech', '9 May 2019', '9 May 2019 in Torvale']
    """
    walker = _Walker([], [])
    walker.walk(tree, tree)
    walker.end(tree)
    lines = tuple(walker.lines)
    longest = max(lines, key=lambda line: len(line.text), default=None)
    if longest is not None and len(longest.text) < LEAST_LINE:
        longest = None
    return Page(lines, next((line for line in lines if len(line.text) >= LONG_LINE), longest))


@dataclass
class _Walker:
    lines: list[PageLine]
    run: list[str]

    def walk(self, element: Any, block: Any) -> None:
        """Recursion is safe: ``html_tree`` has limited the depth."""
        name = element.tag if isinstance(element.tag, str) else "script"
        if name in _FURNITURE:
            return
        inline = name in _INLINE
        if not inline:
            self.end(block)
            block = element
        if name in _ALSO_ALONE and len(element) == 0:
            self.add(element.text or "", element, inline=True)
        self.run.append(element.text or "")
        for child in element:
            self.walk(child, block)
            self.run.append(child.tail or "")
        if not inline:
            self.end(block)

    def end(self, block: Any) -> None:
        self.add("".join(self.run), block)
        self.run.clear()

    def add(self, text: str, element: Any, *, inline: bool = False) -> None:
        line = " ".join(text.split())[:LONGEST_LINE]
        if line:
            self.lines.append(PageLine(line, len(self.lines), element, inline))
