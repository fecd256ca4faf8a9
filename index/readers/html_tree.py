"""An HTML page as a tree of plain nodes with source lines, whatever state its markup is in.

lxml (libxml2's HTML parser) does the parsing; what is mended here is where it departs from what
every browser does and content would be lost: paragraphs in headings or in ``<b>``, text after
``</html>``, nesting deeper than its limit, line numbers past its limit.  Nothing here recurses
and nothing is fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import lxml.html
from lxml import etree

from index.errors import ReadError
from index.readers.html_vocabulary import words

# libxml2 stops without a word at this depth, even with its limits lifted (parserInternals.h,
# xmlParserMaxDepth with XML_PARSE_HUGE).
_PARSER_DEPTH = 2048
# libxml2 keeps a node's line in 16 bits; past this many lines the tags carry their line themselves.
_PARSER_LINES = 65_000
_LINE_ATTRIBUTE = "data-source-line"
_LINE_MARK = re.compile(rf" {_LINE_ATTRIBUTE}=\d+ ")

_TAG_START = re.compile(r"<[a-zA-Z][a-zA-Z0-9:-]*(?=[\s/>])")
# <b> and <i> are closed by a <p> in libxml2's HTML 3 rules; <strong> and <em> are not.
_OLD_INLINE = re.compile(r"<(/?)([bi])(?=[\s/>])", re.IGNORECASE)
# Text after these is dropped by libxml2; browsers go on in the body.
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# A heading that holds a paragraph is closed by it in libxml2, and its text lost to the paragraph.
_PARAGRAPH_IN_HEADING = re.compile(
    r"(<h([1-6])\b[^>]*>\s*)<p\b[^>]*>((?:(?!</?(?:p|h[1-6])\b).){0,2000}?)</p\s*>(\s*</h\2\s*>)",
    re.IGNORECASE | re.DOTALL,
)
# What is given up to read a page that is nested beyond the parser's limit: these only carry style.
_STYLE_TAG = re.compile(
    r"<(/?)(?:div|span|font|section|center|strong|em|big|small|tt|u|s|strike|blockquote)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
# The words that a class name is made of, by case and by signs.
WORD = re.compile(r"[A-Z]{2,}s?(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_A-Za-z]+")


_PRINTS = re.compile(r"\s*javascript:\s*(?:window\.)?print\(", re.IGNORECASE)


@lru_cache(maxsize=16384)
def class_words(names: str) -> frozenset[str]:
    """The words that class names and ids are made of, lower case (``siteFooter-2`` → site,
    footer).
    """
    return frozenset(word.lower() for word in WORD.findall(names))


@dataclass(slots=True, eq=False)
class Text:
    """A run of characters; ``line`` is the line of its first one that is not white space."""

    value: str
    line: int


@dataclass(slots=True, eq=False)
class Node:
    """An element.  ``position`` is its place in ``Page.nodes``; its subtree is ``position`` to
    ``end``.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    parent: "Node | None"
    position: int
    end: int = 0
    depth: int = 0
    index: int = 0  # among its parent's children
    children: "list[Node | Text]" = field(default_factory=list)
    text_chars: int = 0  # of the whole subtree, white space not counted
    link_chars: int = 0  # of these, those inside links
    links: int = 0  # links in the subtree
    _words: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """The words that the class names and the id are made of, lower case (``siteFooter-2`` →
        site, footer).
        """
        if self._words is None:
            names = f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}"
            self._words = class_words(names)
        return self._words

    @property
    def role(self) -> str:
        role = self.attributes.get("role")
        return role.strip().lower() if role else ""

    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    def ancestors(self) -> "Iterator[Node]":
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


@dataclass(slots=True, eq=False)
class Page:
    """All elements in document order; ``nodes[0]`` is ``<html>``."""

    nodes: list[Node]
    ids: dict[str, Node]  # by id, and by name for <a name>; the first one counts

    def inside(self, node: Node) -> list[Node]:
        """The elements below ``node``, in document order."""
        return self.nodes[node.position + 1 : node.end]

    def text(self, node: Node) -> str:
        """All text of the subtree with white space collapsed; scripts and styles left out."""
        return " ".join(" ".join(texts(node)).split())


_PERMALINKED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"))
# Their text is no text of the page; what is struck out is what its author took back.
UNREAD = words(
    """
    del s strike
    script style noscript template iframe object embed applet svg canvas audio video map
    math-renderer select datalist textarea title head
    amp-ad amp-embed amp-consent amp-sidebar amp-user-notification
    """
)


def texts(node: Node) -> Iterator[str]:
    """The text runs of the subtree in document order."""
    stack: list[Node | Text] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Text):
            yield item.value
        elif item is node or item.tag not in UNREAD:
            stack.extend(reversed(item.children))


def parse_page(text: str, path: str) -> Page:
    """Parse ``text``; never fails on bad markup.  Raises ReadError when no element at all is
    found.
    """
    source = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    source = _END_OF_PAGE.sub("", source)
    source = _OLD_INLINE.sub(lambda m: f"<{m[1]}{'strong' if m[2] in 'bB' else 'em'}", source)
    source = _PARAGRAPH_IN_HEADING.sub(lambda m: m[1] + m[3] + m[4], source)
    marked = source.count("\n") > _PARSER_LINES
    if marked:
        source = _with_line_marks(source)
    root = _parse(source, path)
    page = _build(root, marked=marked)
    if max(node.depth for node in page.nodes) >= _PARSER_DEPTH - 8:
        flat = _STYLE_TAG.sub(lambda m: "</p>" if m[1] else "<p>" + "\n" * m[0].count("\n"), source)
        page = _build(_parse(flat, path), marked=marked)
        if max(node.depth for node in page.nodes) >= _PARSER_DEPTH - 8:
            raise ReadError(path, f"elements are nested more than {_PARSER_DEPTH} deep")
    _drop_permalinks(page)
    _measure(page)
    return page


def _parse(source: str, path: str) -> etree._Element:
    # Bytes, not str: lxml refuses a str with an XML encoding declaration.
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_pis=True, no_network=True
    )
    try:
        root = lxml.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ReadError(path, f"no HTML in it ({error})") from error
    return root


def _with_line_marks(source: str) -> str:
    parts: list[str] = []
    line, at = 1, 0
    for match in _TAG_START.finditer(source):
        line += source.count("\n", at, match.end())
        parts.append(source[at : match.end()])
        parts.append(f" {_LINE_ATTRIBUTE}={line} ")
        at = match.end()
    parts.append(source[at:])
    return "".join(parts)


def _tag(tag: str, attributes: dict[str, str]) -> str:
    """An element's tag, or that of what it is: a word processor's title, a page's print button."""
    names = attributes.get("class", "").split()
    identifier = attributes.get("id", "")
    if tag == "p" and ("MsoTitle" in names or ("title" in names and identifier[:2] == "h.")):
        return "h1"  # Word; Google Docs
    if tag == "a" and _PRINTS.match(attributes.get("href", "")):
        return "datalist"  # unread
    return tag


def _build(root: etree._Element, *, marked: bool) -> Page:
    nodes: list[Node] = []
    ids: dict[str, Node] = {}
    current: Node | None = None
    line = 1
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "start":
            attributes = {str(name).lower(): str(value) for name, value in element.attrib.items()}
            mark = attributes.pop(_LINE_ATTRIBUTE, "") if marked else ""
            line = int(mark) if mark.isdigit() else _line_of(element, line)
            parent = current
            current = Node(
                tag=_tag(str(element.tag).lower(), attributes),
                attributes=attributes,
                line=line,
                parent=parent,
                position=len(nodes),
                depth=0 if parent is None else parent.depth + 1,
            )
            nodes.append(current)
            if parent is not None:
                current.index = len(parent.children)
                parent.children.append(current)
            name = attributes.get("id") or (attributes.get("name") if current.tag == "a" else None)
            if name:
                ids.setdefault(name, current)
            line = _append(current, element.text, line)
            continue
        if event == "comment":
            # A comment's line is that of its end.
            known = _line_of(element, 0)
            line = known or line + (element.text or "").count("\n")
        elif current is not None:
            current.end = len(nodes)
            current = current.parent
        if current is not None:
            line = _append(current, element.tail, line)
    return Page(nodes, ids)


def _line_of(element: etree._Element, line: int) -> int:
    known = element.sourceline
    return known if isinstance(known, int) and known <= _PARSER_LINES else line


def _append(node: Node, text: str | None, line: int) -> int:
    """Add a text run to ``node`` and return the line on which it ends."""
    if not text:
        return line
    if _LINE_ATTRIBUTE in text:
        text = _LINE_MARK.sub("", text)
    leading = len(text) - len(text.lstrip())
    node.children.append(Text(text, line + text.count("\n", 0, leading)))
    return line + text.count("\n")


def _drop_permalinks(page: Page) -> None:
    """The "¶" or "#" that a generator adds to headings and terms for linking to them is not their
    text.
    """
    for node in page.nodes:
        if node.tag != "a" or "#" not in node.attributes.get("href", ""):
            continue
        titled = any(a.tag in _PERMALINKED for a in node.ancestors())
        if titled and not re.search(r"\w", "".join(texts(node))):
            node.children = []


def _measure(page: Page) -> None:
    """Fill in the counts, children before parents."""
    for node in reversed(page.nodes):
        if node.tag in UNREAD:
            node.text_chars = node.link_chars = node.links = 0
            continue
        for child in node.children:
            if isinstance(child, Text):
                node.text_chars += len("".join(child.value.split()))
            else:
                node.text_chars += child.text_chars
                node.link_chars += child.link_chars
                node.links += child.links
        if node.tag == "a" and "href" in node.attributes:
            node.link_chars = node.text_chars
            node.links = 1
