"""From stored text to safe HTML: all of it is escaped, and only our own tags are added."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from index.records import Article, Element, ElementKind, Link

_CELL = " | "  # what separates the cells of a TABLE element
# What a plain-text source put before an ITEM: a bullet, which the page draws itself, or a number.
_BULLET = re.compile(r"[•‣◦▪●*+–-]\s+")
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s")

# Gradio's Chatbot runs what it shows through a Markdown parser before it sanitises the HTML.  With
# no line break left, the message is one HTML block, which Markdown passes through untouched; the
# other characters are those that Markdown and LaTeX give a meaning to, should that ever change.
_MARKDOWN = str.maketrans({char: f"&#{ord(char)};" for char in "\n\r\t\\`*_~$[]|!"})


def for_chatbot(message: Markup) -> str:
    """Return ``message`` so that Gradio's Chatbot shows exactly it.

    It has to begin with a block's tag (``<div``), and no name of a tag or attribute may contain a
    character that means something in Markdown; values of attributes and text may.
    """
    return str(message).translate(_MARKDOWN)


def http_url(url: str | None) -> str | None:
    """Return ``url`` if a reader may follow it (absolute, http or https, a host), else ``None``."""
    # Browsers drop control characters ("java\tscript:") and turn backslashes ("http:\\x").
    if not url or any(char <= " " or char in "\\\x7f" for char in url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Return the host that ``url`` leads to, as a reader would name it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


class Renderer:
    """Renders stretches of one article's text as HTML.

    The text content of what ``render`` returns is exactly ``article.text[start:end]``: blocks,
    marks and links are put around it, nothing is added or left out.
    ``mark`` is the stretch to highlight, in the article's offsets, ``marks`` are further ones; no
    two overlap.  One may cross blocks: each block gets a ``<mark>`` of its own; the first carries
    ``id="passage"`` where ``landing`` is set.  ``around`` is a stretch that stands out less: what
    of it is not marked gets a ``<span class="around">``.
    With ``anchors``, headings and questions are headings of the page, with ids from ``anchor``.
    """

    def __init__(
        self,
        article: Article,
        *,
        mark: tuple[int, int] | None = None,
        marks: Sequence[tuple[int, int]] = (),
        around: tuple[int, int] | None = None,
        landing: bool = False,
        anchors: bool = False,
        top_level: int = 2,
    ) -> None:
        self._article = article
        self._text = article.text
        self._marks = (*([mark] if mark else []), *marks)
        self._around = around or (0, 0)
        self._landing = landing
        self._anchors = anchors
        self._top_level = top_level
        self._links = tuple(link for link in article.links if http_url(link.url))
        self._title = title_element(article)

    def render(self, start: int = 0, end: int | None = None) -> Markup:
        """Return ``article.text[start:end]`` as blocks of HTML."""
        end = len(self._text) if end is None else end
        out: list[Markup] = []
        group: str | None = None
        depth = 0  # of open lists
        heading_level = self._top_level - 1
        for element, left, right in self._pieces(start, end):
            if element is None and not self._text[left:right].strip():
                out.append(escape(self._text[left:right]))  # between blocks: not seen, but there
                continue
            kind = element.kind if element else ElementKind.PARAGRAPH
            opened = _GROUPS.get(kind)
            if opened != group or kind is not ElementKind.ITEM:
                out.append(Markup("</li></ul>") * depth)
                depth = 0
            if opened != group:
                out.append(_CLOSE[group])
                out.append(_OPEN[opened])
                group = opened
            if kind is ElementKind.ITEM and element:
                target = max(1, min(element.level, depth + 1))
                out.append(Markup("</li></ul>") * (depth - target))
                out.append(Markup("<ul>") if target > depth else Markup("</li>"))
                depth = target
                out.append(self._item(left, right))
            elif kind is ElementKind.TABLE:
                out.append(self._row(left, right, head=element is not None and element.level > 0))
            elif kind is ElementKind.CODE:
                out.append(Markup("<pre><code>{}</code></pre>").format(self._inline(left, right)))
            elif kind in {ElementKind.HEADING, ElementKind.QUESTION} and element:
                if kind is ElementKind.HEADING:
                    heading_level = self._level(element)
                level = heading_level if kind is ElementKind.HEADING else heading_level + 1
                out.append(self._heading(element, left, right, min(6, level)))
            else:
                out.append(Markup("<p>{}</p>").format(self._inline(left, right)))
        out.append(Markup("</li></ul>") * depth)
        out.append(_CLOSE[group])
        return Markup("").join(out)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[Element | None, int, int]]:
        """Cut ``[start, end)`` at the elements' edges; what no element covers has ``None``."""
        at = start
        for element in self._article.elements:
            left, right = max(element.start, at), min(element.end, end)
            if left >= right:
                continue
            if at < left:
                yield None, at, left
            yield element, left, right
            at = right
        if at < end:
            yield None, at, end

    def _level(self, element: Element) -> int:
        if element == self._title:
            return 1
        return max(self._top_level, element.level)

    def _heading(self, element: Element, left: int, right: int, level: int) -> Markup:
        text = self._inline(left, right)
        if not self._anchors:
            return Markup("<p><strong>{}</strong></p>").format(text)
        name = element.kind.value
        return Markup('<h{} id="{}" class="{}">{}</h{}>').format(
            level, anchor(element), name, text, level
        )

    def _item(self, left: int, right: int) -> Markup:
        """A list item, left open for the items under it."""
        if bullet := _BULLET.match(self._text, left, right):
            cut = Markup('<span class="cut">{}</span>').format(bullet[0])
            return Markup("<li><p>{}{}</p>").format(cut, self._inline(bullet.end(), right))
        if number := _NUMBER.match(self._text, left, right):
            return Markup('<li class="numbered"><p><span class="number">{}</span>{}</p>').format(
                self._inline(left, number.end()), self._inline(number.end(), right)
            )
        return Markup("<li><p>{}</p>").format(self._inline(left, right))

    def _row(self, left: int, right: int, *, head: bool) -> Markup:
        cell = Markup('<th scope="col">{}{}</th>') if head else Markup("<td>{}{}</td>")
        cells: list[Markup] = []
        at = left
        while True:
            cut = self._text.find(_CELL, at, right)
            stop = right if cut < 0 else cut
            rest = "" if cut < 0 else Markup('<span class="cut">{}</span>').format(_CELL)
            cells.append(cell.format(self._inline(at, stop), rest))
            if cut < 0:
                return Markup("<tr>{}</tr>").format(Markup("").join(cells))
            at = cut + len(_CELL)

    def _inline(self, start: int, end: int) -> Markup:
        """The text with its links and the mark; a mark inside a link stays inside it."""
        links = [link for link in self._links if link.start < end and link.end > start]
        edges = {start, end, *self._around, *(edge for mark in self._marks for edge in mark)}
        edges.update(edge for link in links for edge in (link.start, link.end))
        cuts = sorted(edge for edge in edges if start <= edge <= end)
        out: list[Markup] = []
        for link, spans in groupby(pairwise(cuts), key=lambda span: _link_at(links, span[0])):
            inner = Markup("").join(self._span(left, right) for left, right in spans)
            if link is None:
                out.append(inner)
            else:
                out.append(
                    Markup('<a href="{}" rel="noopener nofollow">{}</a>').format(link.url, inner)
                )
        return Markup("").join(out)

    def _span(self, left: int, right: int) -> Markup:
        text = self._text[left:right]
        if not text.strip():
            return escape(text)
        if not any(start <= left < end for start, end in self._marks):
            if self._around[0] <= left < self._around[1]:
                return Markup('<span class="around">{}</span>').format(text)
            return escape(text)
        if self._landing:
            self._landing = False
            return Markup('<mark id="passage" tabindex="-1">{}</mark>').format(text)
        return Markup("<mark>{}</mark>").format(text)


_GROUPS: dict[ElementKind, str] = {
    ElementKind.ITEM: "list",
    ElementKind.TABLE: "table",
    ElementKind.QUOTE: "quote",
}
_OPEN: dict[str | None, Markup] = {
    None: Markup(""),
    "list": Markup(""),
    "table": Markup('<div class="table"><table><tbody>'),
    "quote": Markup("<blockquote>"),
}
_CLOSE: dict[str | None, Markup] = {
    None: Markup(""),
    "list": Markup(""),
    "table": Markup("</tbody></table></div>"),
    "quote": Markup("</blockquote>"),
}


def anchor(element: Element) -> str:
    """Return the id of a heading or question on its article's page."""
    return f"s{element.start}"


def title_element(article: Article) -> Element | None:
    """Return the heading that says the article's title, if the text begins with it."""
    if not article.elements:
        return None
    first = article.elements[0]
    words = article.text[first.start : first.end]
    return first if first.kind is ElementKind.HEADING and words == article.title else None


def _link_at(links: list[Link], at: int) -> Link | None:
    return next((link for link in links if link.start <= at < link.end), None)
