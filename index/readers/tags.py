"""Turns a stream of tags and text into blocks: the common ground of Markdown, raw HTML in it and
MDX.

``markdown.py`` feeds it with the tags that Markdown stands for and with the tags that authors write
themselves, so that ``<details>`` around Markdown, a heading written ``<h3>`` or a component
``<FaqItem question="…">`` all come out as the same blocks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from index.readers.blocks import Block, BlockKind, BlockLink
from index.readers.inline import InlineBuilder
from index.readers.labels import starts_with_label
from index.readers.page_lines import is_stated

_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "blockquote",
        "pre",
    ]
)
_INLINE_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_STRUCK_OUT = frozenset(("del", "s", "strike"))  # what its author took back
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "video",
        "audio",
        "canvas",
        "object",
        "svg",
        "math-src",
        "select",
        "button",
        "textarea",
        "map",
        "head",
    ]
)
_BOLD = frozenset({"b", "strong"})
_FURNITURE = re.compile(
    r"(^|[\s_-])(toc|table-of-contents|tableofcontents|newsletter|cookie|subscribe|sign-?up|"
    r"share|sharing|social|related|breadcrumbs?|pagination|sidebar|advert|cta)($|[\s_-])",
    re.IGNORECASE,
)
_ACCORDION = re.compile(r"accordion|details|collaps|expand|disclosure|toggle|spoiler", re.I)
_QUESTION_TAG = re.compile(r"(^|[^a-z])(faq|question)|faq|question|q(?:and|&)?a(?:item)?$", re.I)
_TRIGGER_TAG = re.compile(r"(trigger|summary|header|heading|title|question|label|button)$", re.I)
_BUTTON_TAG = re.compile(r"button|cta|newsletter|subscribe|signup|share|banner|advert", re.I)
_TITLE_PROPS = ("title", "summary", "header", "heading", "label", "name", "trigger")


@dataclass
class _Frame:
    """An open tag."""

    tag: str
    attributes: Mapping[str, str]
    furniture: bool = False
    accordion: bool = False  # its end ends the answer
    dropped: bool = False
    card: int | None = None  # of a card that is a link: the place of its title among the blocks


@dataclass
class _List:
    ordered: bool
    number: int


@dataclass
class TagStream:
    """Takes tags and text in source order; ``finish`` gives the blocks."""

    components: bool = False  # MDX: unknown tags are components
    blocks: list[Block] = field(default_factory=list)
    _stack: list[_Frame] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _inline: InlineBuilder | None = None
    _marker: str = ""
    _marker_line: int = 0
    _cells: list[tuple[str, tuple[BlockLink, ...]]] | None = None
    _head: bool = False  # all cells of the row so far name columns
    _row_line: int = 0
    _attributes: dict[str, str] = field(default_factory=dict)
    _break: int = 0

    # --- what the source says ---

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        name = tag.lower()
        if self._dropping and name not in _VOID:
            self._stack.append(_Frame(name, attributes))
            return
        if name == "br":
            self.line_break(line)
            return
        if name in _VOID and name != "hr":
            return
        if name in ("hr",):
            self.rule(line)
            return
        frame = _Frame(name, attributes)
        if name in _INLINE_TAGS:
            frame.dropped = name in _STRUCK_OUT
            self._stack.append(frame)
            return
        if name in _DROPPED or (self.components and _BUTTON_TAG.search(tag)):
            frame.dropped = True
            if name not in _BLOCK_TAGS and not self._in_block:
                self._flush()
            self._stack.append(frame)
            return
        self._flush()
        if name in _HEADINGS:
            frame = _Frame(name, {"data-line": str(line), **attributes})
        described = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        frame.furniture = name in ("nav", "form", "footer") or bool(_FURNITURE.search(described))
        self._stack.append(frame)
        if name in ("ul", "ol", "menu"):
            first = attributes.get("start", "1")
            self._lists.append(_List(name == "ol", int(first) if first.isdigit() else 1))
        elif name == "li":
            self._item(line)
        elif name == "tr":
            self._cells, self._head, self._row_line = [], True, line
        elif name == "details":
            frame.accordion = True
            self._titled(BlockKind.SUMMARY, attributes, line)
        elif name not in _BLOCK_TAGS:
            self._component(frame, tag, attributes, line)

    def end(self, tag: str, line: int = 0) -> None:
        name = tag.lower()
        if not any(frame.tag == name for frame in self._stack):
            if name in ("p", "div"):
                self._flush()
            return
        while self._stack:
            frame = self._stack[-1]
            if frame.tag not in _INLINE_TAGS:
                self._close(frame, line)
            self._stack.pop()
            if frame.tag == name:
                break

    def text(self, text: str, line: int, *, verbatim: bool = False) -> None:
        if self._dropping:
            return
        if self._inline is None:
            if not text.strip():
                return
            self._inline = InlineBuilder(line + _leading_newlines(text))
        if self._break and text.strip():
            broken = self._break
            self._break = 0
            if starts_with_label(text.lstrip()) and not self._inline.empty:
                self._flush()
                self._inline = InlineBuilder(broken)
        del verbatim
        bold = any(f.tag in _BOLD for f in self._stack)
        url = next((f.attributes.get("href") for f in reversed(self._stack) if f.tag == "a"), None)
        self._inline.add(text, bold=bold, url=url)

    def soft_break(self, line: int) -> None:
        if self._inline is not None:
            self._inline.add(" ")
            self._break = line

    def line_break(self, line: int) -> None:
        if self._inline is not None and not self._dropping:
            if self._cells is not None:
                self._inline.add(" ")
                return
            self._inline.line_break()
            self._break = line

    def soft_flush(self) -> None:
        """The end of a paragraph that has no tag of its own (in a tight list)."""
        self._flush()

    def code(self, text: str, line: int) -> None:
        self._flush()
        if text.strip() and not self._dropping:
            self._emit(Block(BlockKind.CODE, text.strip("\n").rstrip(), line))

    def rule(self, line: int) -> None:
        self._flush()
        if not self._dropping:
            self.blocks.append(Block(BlockKind.RULE, "", line))

    def finish(self) -> tuple[Block, ...]:
        while self._stack:
            self._close(self._stack[-1], 0)
            self._stack.pop()
        self._flush()
        return tuple(self.blocks)

    # --- inside ---

    @property
    def _dropping(self) -> bool:
        return any(frame.dropped for frame in self._stack)

    @property
    def _in_block(self) -> bool:
        return self._inline is not None

    def _innermost(self, *tags: str) -> _Frame | None:
        return next((f for f in reversed(self._stack) if f.tag in tags), None)

    def _item(self, line: int) -> None:
        if not self._lists:
            self._lists.append(_List(False, 1))
        current = self._lists[-1]
        self._marker = f"{current.number}." if current.ordered else "-"
        self._marker_line = line
        current.number += 1

    def _titled(self, kind: BlockKind, attributes: Mapping[str, str], line: int) -> None:
        title = next((attributes[p] for p in _TITLE_PROPS if attributes.get(p)), "")
        if title:
            self._emit(Block(kind, " ".join(title.split()), line))

    def _component(self, frame: _Frame, tag: str, attributes: Mapping[str, str], line: int) -> None:
        """A component of MDX or of a template engine: what its name and properties say of a
        question."""
        question = attributes.get("question") or attributes.get("q")
        if question:
            self._emit(Block(BlockKind.QUESTION, " ".join(question.split()), line))
            frame.accordion = True
            answer = attributes.get("answer") or attributes.get("a")
            if answer:
                self._emit(Block(BlockKind.ANSWER, " ".join(answer.split()), line))
        elif _ACCORDION.search(tag) or _QUESTION_TAG.search(tag):
            title = next((p for p in _TITLE_PROPS if attributes.get(p)), None)
            if title and not _TRIGGER_TAG.search(tag):
                frame.accordion = True
                self._titled(BlockKind.SUMMARY, attributes, line)
            elif title and title != "name":
                self._titled(BlockKind.SUMMARY, attributes, line)
            elif re.search(r"item$", tag, re.I):
                frame.accordion = True
        elif attributes.get("title"):
            linked = attributes.get("href") or attributes.get("to")
            if linked:
                frame.card = len(self.blocks)
            title = " ".join(attributes["title"].split())
            links = (BlockLink(0, len(title), linked),) if linked else ()
            self._emit(Block(BlockKind.PARAGRAPH, title, line, bold=True, links=links))

    def _close(self, frame: _Frame, line: int) -> None:
        if frame.tag not in ("td", "th"):
            self._flush()
        if frame.dropped:
            return
        if frame.card is not None and not any(is_stated(b.text) for b in self.blocks[frame.card :]):
            del self.blocks[frame.card :]  # navigation: it tells nothing
        if frame.tag in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
            self._marker = ""
        elif frame.tag in ("td", "th") and self._cells is not None:
            cell = self._inline.done() if self._inline else None
            self._cells.append((cell.text, cell.links) if cell else ("", ()))
            self._inline = None
            self._head = self._head and frame.tag == "th"
        elif frame.tag == "tr" and self._cells is not None:
            cells, self._cells = self._cells, None
            while cells and not cells[-1][0]:
                cells.pop()  # no white space at the end of a block
            if cells:
                attributes = {"names": "columns"} if self._head else {}
                text, links = _row(cells)
                self._emit(
                    Block(BlockKind.TABLE, text, self._row_line, links=links, attributes=attributes)
                )
        if frame.accordion:
            last = self.blocks[-1].line if self.blocks else line
            self.blocks.append(
                Block(BlockKind.RULE, "", line or last, attributes={"ends": "answer"})
            )

    def _emit(self, block: Block) -> None:
        if any(f.furniture for f in self._stack) and not block.boilerplate:
            block = Block(
                block.kind, block.text, block.line, block.level, block.marker, block.bold,
                block.bold_prefix, True, block.links, block.attributes,
            )  # fmt: skip
        self.blocks.append(block)

    def _flush(self) -> None:
        inline, self._inline, self._break = self._inline, None, 0
        if inline is None or inline.empty:
            return
        done = inline.done()
        if self._cells is not None:
            self._inline = inline
            inline.add(" ")
            return
        kind, level, marker = BlockKind.PARAGRAPH, 0, ""
        heading = self._innermost(*_HEADINGS)
        attributes: dict[str, str] = {}
        line = inline.line
        if heading is not None:
            kind, level = BlockKind.HEADING, _HEADINGS[heading.tag]
            line = int(heading.attributes.get("data-line", "0")) or line
        elif self._innermost("summary"):
            kind = BlockKind.SUMMARY
        elif self._innermost("dt"):
            kind = BlockKind.TERM
        elif self._marker:
            kind, level, marker = BlockKind.ITEM, max(len(self._lists), 1), self._marker
            self._marker = ""
        elif self._innermost("li"):
            attributes["item"] = str(len(self._lists))
        elif self._innermost("dd"):
            kind = BlockKind.DEFINITION
        elif self._innermost("blockquote"):
            kind = BlockKind.QUOTE
        elif self.components:
            kind = self._component_kind()
        self._emit(
            Block(
                kind,
                done.text,
                line,
                level=level,
                marker=marker,
                bold=done.bold,
                bold_prefix=done.bold_prefix,
                links=done.links,
                attributes=attributes,
            )
        )

    def _component_kind(self) -> BlockKind:
        """Text inside ``<AccordionTrigger>`` or ``<Question>`` is what is clicked, not an
        answer."""
        for frame in reversed(self._stack):
            if frame.tag in _BLOCK_TAGS or frame.tag in _INLINE_TAGS:
                continue
            if _TRIGGER_TAG.search(frame.tag) and (
                _ACCORDION.search(frame.tag) or _QUESTION_TAG.search(frame.tag)
            ):
                return BlockKind.SUMMARY
            return BlockKind.PARAGRAPH
        return BlockKind.PARAGRAPH


def _row(cells: list[tuple[str, tuple[BlockLink, ...]]]) -> tuple[str, tuple[BlockLink, ...]]:
    """The cells of a row as one line, without white space where the first are empty."""
    line = " | ".join(text for text, _ in cells)
    margin = len(line) - len(line.lstrip())
    links: list[BlockLink] = []
    start = -margin
    for text, own in cells:
        links.extend(replace(link, start=link.start + start, end=link.end + start) for link in own)
        start += len(text) + len(" | ")
    return line.lstrip(), tuple(links)


def _leading_newlines(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")
