"""Turns the kept part of a page into blocks: one walk over the tree, without recursion.

Every block element ends the block before it; inline text in between is a paragraph.  Headings,
terms and openers take all text inside them, whatever elements it is in.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from index.readers import html_vocabulary as vocabulary
from index.readers import vocabulary as vocabulary_of_words
from index.readers.blocks import BlockKind
from index.readers.html_accordion import Openers
from index.readers.html_inline import Inline, Run
from index.readers.html_styles import bold_classes
from index.readers.html_tables import (
    TableKind,
    classify_table,
    is_head,
    question_cells,
    row_text,
    table_rows,
)
from index.readers.html_tree import UNREAD, Node, Page, Text, class_words
from index.readers.html_vocabulary import words

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = words(
    """
    html body address article aside blockquote caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup legend li main menu
    nav ol p pre section summary table tbody td tfoot th thead tr ul search button
    """
)
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_VOID = frozenset(
    ("img", "picture", "source", "input", "meta", "link", "base", "col", "colgroup", "param")
)
# "Q", "A:", "Q12."
_LONE_LABEL_CHARS = 6
# A form's label; a longer one is a text.
_LABEL_CHARS = 80
# Text of a heading or term beyond this is not its own: a tag was not closed.
_OWN_CHARS = 400
_BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BOLD_CLASSES = frozenset(
    ("bold", "font-bold", "fw-bold", "font-weight-bold", "fw-semibold", "font-semibold", "strong")
)


@dataclass(slots=True)
class Draft:
    """A block before it is done, with what only HTML knows about it."""

    kind: BlockKind
    text: str
    line: int
    node: Node  # the element it came from
    level: int = 0
    marker: str = ""
    bold: bool = False
    bold_prefix: int = 0
    links: tuple[tuple[int, int, str], ...] = ()  # start, end, href as written
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def linked(self) -> bool:
        """All of its text is link, numbers and punctuation around it aside."""
        if not self.links:
            return False
        covered = sum(end - start for start, end, _ in self.links)
        own = len(re.sub(r"[\W\d]+", "", self.text)) or len(self.text)
        inked = (
            sum(len(re.sub(r"[\W\d]+", "", self.text[s:e])) for s, e, _ in self.links) or covered
        )
        return inked >= 0.9 * own


@dataclass(slots=True)
class _List:
    """An open list: what its next entry is marked with."""

    ordered: bool
    kind: str
    next: int
    step: int

    def mark(self, value: str | None) -> str:
        if not self.ordered:
            return "-"
        if value is not None and re.fullmatch(r"-?\d{1,6}", value.strip()):
            self.next = int(value)
        number = self.next
        self.next += self.step
        if self.kind in ("a", "A") and 1 <= number <= 26:
            return chr(ord(self.kind) + number - 1) + "."
        return f"{number}."


@dataclass(slots=True)
class _Whole:
    """An element that becomes one block with all of its text."""

    node: Node
    kind: BlockKind
    level: int
    loose: bool  # too long to be all its own: it ends at the first block element inside


def read_drafts(page: Page, dropped: list[bool], openers: Openers) -> list[Draft]:
    """The blocks of everything that is not dropped, in document order."""
    walker = _Walker(page, dropped, openers)
    walker.walk(page.nodes[0])
    walker.flush()
    return walker.drafts


class _Walker:
    def __init__(self, page: Page, dropped: list[bool], openers: Openers) -> None:
        self.page = page
        self.dropped = dropped
        self.openers = openers
        self.drafts: list[Draft] = []
        self.inline = Inline()
        self.lists: list[_List] = []
        self.marker: tuple[str, int] | None = None  # of the entry whose first text is still to come
        self.defining = False  # a definition's first text is still to come
        self.quotes = 0
        self.panels = 0
        self.ended = False  # a panel has ended: what follows is not what it opened
        self.whole: _Whole | None = None
        self.pre: Node | None = None
        self.block = page.nodes[0]  # the innermost open block element
        self.hrefs: list[str | None] = []
        self.labels = _lone_labels(page, dropped)
        self.bold_classes = _BOLD_CLASSES | bold_classes(page)

    def walk(self, root: Node) -> None:
        stack: list[tuple[Node | Text, bool]] = [(root, False)]
        while stack:
            item, leaving = stack.pop()
            if isinstance(item, Text):
                self.inline.add(item.value, item.line)
            elif leaving:
                self.leave(item)
            else:
                children = self.enter(item)
                if children is not None:
                    stack.append((item, True))
                    stack.extend((child, False) for child in reversed(children))

    # -- elements ---

    def enter(self, node: Node) -> list[Node | Text] | None:
        """Start an element; gives the children that are to be walked, None where it is not read."""
        tag = node.tag
        if self._is_skipped(node):
            return None
        if tag == "br":
            if self.whole is not None and not self.whole.loose:
                self.inline.space()
            elif self.pre is not None:
                self.inline.add("\n", node.line)
            else:
                self.inline.line_break()
            return None
        if tag == "hr":
            self.boundary()
            if self.whole is None:
                self.drafts.append(Draft(BlockKind.RULE, "", node.line, node))
                self.ended = False
            return None
        if tag == "a":
            self.hrefs.append(self.inline.href)
            self.inline.href = node.attributes.get("href", self.inline.href)
        if self._is_bold(node):
            self.inline.bold += 1
        if node.position in self.openers.panels:
            self.boundary()
            self.panels += 1
        if self._starts_whole(node):
            return node.children
        if tag not in _BLOCKS:
            return node.children
        self.boundary()
        self.block = node
        if tag == "pre" and self.whole is None:
            self.pre = node
        elif tag == "blockquote":
            self.quotes += 1
        elif tag in _LISTS:
            self._start_list(node)
        elif tag == "li":
            owner = self.lists[-1] if self.lists else _List(False, "1", 1, 1)
            self.marker = (owner.mark(node.attributes.get("value")), max(1, len(self.lists)))
        elif tag == "dd":
            self.defining = True
        elif tag == "table" and self.whole is None:
            return self._table(node)
        return node.children

    def leave(self, node: Node) -> None:
        tag = node.tag
        if self.whole is not None and self.whole.node is node:
            self._end_whole()
        elif tag in _BLOCKS:
            self.boundary()
            if tag == "pre" and self.pre is node:
                self._end_pre(node)
            elif tag == "blockquote":
                self.quotes -= 1
            elif tag in _LISTS and self.lists:
                self.lists.pop()
            elif tag == "li":
                self.marker = None
            elif tag == "dd":
                self.defining = False
            elif tag == "dl" and self.panels == 0:
                self.ended = True
        if node.position in self.openers.panels:
            self.boundary()
            self.panels -= 1
            if self.panels == 0:
                self.ended = True
        elif self.labels and self._ends_label(node):
            # An icon drawn with a letter: <span>Q</span>How …
            text = self.inline.start
            self.inline.add(_as_label(text).removeprefix(text), node.line)
        if self._is_bold(node):
            self.inline.bold -= 1
        if tag == "a":
            self.inline.href = self.hrefs.pop()
        if node.parent is not None and tag in _BLOCKS:
            self.block = node.parent

    def _ends_label(self, node: Node) -> bool:
        """Whether ``node`` holds all of the block so far, and that is a label."""
        return (
            0 < node.text_chars <= _LONE_LABEL_CHARS
            and _label_letter(self.inline.start) in self.labels
        )

    def _is_bold(self, node: Node) -> bool:
        if node.tag in ("strong", "b"):
            return True
        if "style" in node.attributes and _BOLD_STYLE.search(node.attributes["style"]):
            return True
        names = node.attributes.get("class")
        return bool(names) and not self.bold_classes.isdisjoint(str(names).split())

    def _is_skipped(self, node: Node) -> bool:
        """Not read: dropped, without text, or a control that is no opener."""
        position, tag = node.position, node.tag
        if self.dropped[position] or tag in UNREAD or tag in _VOID:
            return True
        button = tag == "button" or (
            (tag == "a" or node.role == "button") and bool(_names(node) & vocabulary.BUTTON)
        )
        if not button and tag != "label":
            return False
        if (
            position in self.openers.openers
            or position in self.openers.questions
            or self.openers.inside(node)
        ):
            return False
        whole = self.whole
        if whole is not None:  # a heading or opener that is nothing but a button keeps its text
            return tag == "button" and node.text_chars < whole.node.text_chars
        if tag == "label":
            return node.text_chars <= _LABEL_CHARS
        return tag == "button" or _is_alone(node)

    def _starts_whole(self, node: Node) -> bool:
        kind, level = self._whole_kind(node)
        if kind is None:
            return False
        if self.whole is not None:
            if (
                kind is BlockKind.HEADING
                and self.whole.kind is not BlockKind.HEADING
                and not self.whole.loose
            ):
                self.whole.level = self.whole.level or level
                return False
            if self.whole.kind is not BlockKind.HEADING:
                return False
            self._end_whole()
        self.flush()
        self.block = node
        self.whole = _Whole(node, kind, level, loose=node.text_chars > _OWN_CHARS)
        return True

    def _whole_kind(self, node: Node) -> tuple[BlockKind | None, int]:
        level = HEADINGS.get(node.tag, 0)
        if not level and node.role == "heading":
            given = node.attributes.get("aria-level", "2")
            level = min(6, int(given)) if given.isdigit() and given != "0" else 2
        if node.position in self.openers.questions:
            return BlockKind.QUESTION, level
        if node.position in self.openers.openers:
            return BlockKind.SUMMARY, level
        if level:
            return BlockKind.HEADING, level
        return (BlockKind.TERM, 0) if node.tag == "dt" else (None, 0)

    def _end_whole(self) -> None:
        whole = self.whole
        self.whole = None
        if whole is None:
            return
        runs = self.inline.take(breaks=False)
        if runs and len(runs[0].text) > 2 * _OWN_CHARS:
            self._add(BlockKind.PARAGRAPH, runs[0], whole.node)
        elif runs:
            self._add(whole.kind, runs[0], whole.node, level=whole.level)

    def _end_pre(self, node: Node) -> None:
        self.pre = None
        text, line = self.inline.raw()
        if text:
            self._add(BlockKind.CODE, Run(text, line, False, 0, ()), node)

    def _start_list(self, node: Node) -> None:
        ordered = node.tag == "ol"
        start = node.attributes.get("start", "").strip()
        first = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
        step = -1 if "reversed" in node.attributes else 1
        self.lists.append(_List(ordered, node.attributes.get("type", "1"), first, step))

    def _table(self, node: Node) -> list[Node | Text]:
        """Emit a data table's rows; a layout table is walked like any box."""
        rows = table_rows(self.page, node, self.dropped)
        if self.openers.inside(node):
            return node.children
        kind = classify_table(self.page, node, rows)
        if kind is TableKind.LAYOUT:
            return node.children
        captions = [child for child in node.elements() if child.tag == "caption"]
        for caption in captions:
            self._row(BlockKind.PARAGRAPH, [caption])
        for row in rows:
            if kind is TableKind.QUESTIONS and is_head(row):
                continue
            pair = question_cells(self.page, row) if kind is TableKind.QUESTIONS else None
            if pair is None:
                self._row(BlockKind.TABLE, row)
            else:
                self._row(BlockKind.QUESTION, [pair[0]])
                self._answer(pair[1])
        if kind is TableKind.QUESTIONS:
            self.ended = True
        return []

    def _answer(self, cell: Node) -> None:
        """The blocks of an answer's cell, paragraphs and lists; one with a table in it is a line.

        Tables in tables are not walked into: they could be nested without end.
        """
        if any(node.tag == "table" for node in self.page.inside(cell)):
            self._row(BlockKind.PARAGRAPH, [cell])
        else:
            self.walk(cell)

    def _row(self, kind: BlockKind, cells: list[Node]) -> None:
        run = row_text(cells, self.dropped)
        if run is not None:
            self._add(kind, run, cells[0])
            if kind is BlockKind.TABLE and is_head(cells):
                self.drafts[-1].attributes["names"] = "columns"

    # -- blocks ---

    def boundary(self) -> None:
        """A block element starts or ends here."""
        if self.whole is None:
            if self.pre is None:
                self.flush()
            else:
                self.inline.add("\n", self.block.line)
        elif not self.whole.loose:
            self.inline.space()
        elif not self.inline.blank:
            self._end_whole()

    def flush(self) -> None:
        """Make blocks of the inline text so far."""
        if self.inline.blank:
            self.inline.take()
            return
        runs = self.inline.take()
        # A list entry that is one letter is not: a choice, a grade.
        lone = len(runs) == 1 and not (self.marker is not None and self.block.tag == "li")
        if lone and self.labels and _label_letter(runs[0].text) in self.labels:
            # "Q" in a cell or box of its own: it belongs to the text that follows.
            self.inline.add(_as_label(runs[0].text), runs[0].line)
            return
        for run in runs:
            if self.quotes:
                self._add(BlockKind.QUOTE, run, self.block)
            elif self.marker is not None:
                marker, level = self.marker
                self._add(BlockKind.ITEM, run, self.block, level=level, marker=marker)
            elif self.defining:
                self._add(BlockKind.DEFINITION, run, self.block)
            else:
                self._add(BlockKind.PARAGRAPH, run, self.block)

    def _add(
        self, kind: BlockKind, run: Run, node: Node, *, level: int = 0, marker: str = ""
    ) -> None:
        opens = kind in (BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.QUESTION, BlockKind.TERM)
        if self.ended and not opens:
            self.drafts.append(
                Draft(BlockKind.RULE, "", run.line, node, attributes={"ends": "panel"})
            )
        self.ended = False
        self.marker = None
        self.defining = False
        attributes = (
            {"anchor": node.attributes["id"]} if opens and node.attributes.get("id") else {}
        )
        if kind is BlockKind.HEADING and self.panels:
            attributes["inside"] = "panel"
        self.drafts.append(
            Draft(
                kind,
                run.text,
                run.line,
                node,
                level,
                marker,
                run.bold,
                run.bold_prefix,
                run.links,
                attributes,
            )
        )


def _names(node: Node) -> frozenset[str]:
    """Words of the class names only."""
    return class_words(node.attributes.get("class", ""))


def _is_alone(node: Node) -> bool:
    """No text beside it but that of other controls."""
    if node.parent is None:
        return True
    for sibling in node.parent.children:
        if isinstance(sibling, Text):
            if sibling.value.strip():
                return False
        elif sibling is not node and sibling.text_chars and not _names(sibling) & vocabulary.BUTTON:
            return sibling.tag not in ("a", "span", "strong", "em")
    return True


def _label_letter(text: str) -> str:
    """The letter of a text that is no more than "Q", "A:", "Q1." or the like; else nothing."""
    letters = re.sub(r"[\W\d_]+", "", text).lower()
    return letters if len(letters) == 1 and len(text) <= _LONE_LABEL_CHARS else ""


def _lone_labels(page: Page, dropped: list[bool]) -> frozenset[str]:
    """The letters that stand in elements of their own as the labels of questions and answers.

    Both of one language must occur: a lone "A" may be a dropped capital, or a grade.
    """
    counts: Counter[str] = Counter()
    for node in page.nodes:
        if 0 < node.text_chars <= _LONE_LABEL_CHARS and not dropped[node.position]:
            counts[_label_letter(page.text(node))] += 1
    for questions, answers in vocabulary_of_words.LABELS:
        asked = {word for word in questions if counts[word] and len(word) == 1}
        answered = {word for word in answers if counts[word] and len(word) == 1}
        if asked - answered and answered - asked:
            return frozenset(asked | answered)
    return frozenset()


def _as_label(text: str) -> str:
    return text + (" " if re.search(r"[:：.)]$", text) else ": ")
