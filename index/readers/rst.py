"""reStructuredText into blocks, with docutils.  Sphinx's roles and directives are read for their
text."""

import importlib
import itertools
import pkgutil
import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import docutils.languages
from docutils import nodes
from docutils.core import publish_doctree
from docutils.utils import unescape

from index.errors import ReadError
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.frontmatter import split_front_matter
from index.readers.inline import InlineBuilder
from index.readers.labels import starts_with_label
from index.readers.rst_directives import everything_known

_SETTINGS = {
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "file_insertion_enabled": False,  # a source must not read other files
    "raw_enabled": False,
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "_disable_config": True,
    "input_encoding": "unicode",
    "syntax_highlight": "none",
    "line_length_limit": 10_000_000,
}
_LOCK = threading.Lock()  # docutils looks roles and directives up in module-wide tables

_NOTES = (nodes.footnote, nodes.citation)
_CALLS = (nodes.footnote_reference, nodes.citation_reference)


def read_rst(text: str, path: str) -> SourceDocument:
    """The blocks of a reStructuredText file.

    Front matter, which site generators take away, goes before what the text says of itself.  Raises
    ReadError where docutils cannot go on, or the front matter is broken.
    """
    # No title with a line above it looks like this: such a line is as long as the title.
    front = split_front_matter(text, path)
    text = front.text
    with _LOCK, everything_known():
        try:
            tree = publish_doctree(text, settings_overrides=dict(_SETTINGS))
        except (
            Exception,
            RecursionError,
        ) as error:  # docutils raises whatever a broken file provokes
            reason = str(error).split("\n")[0]
            raise ReadError(path, f"docutils cannot read it: {reason}") from error
    walker = _Walker(text, tree)
    walker.children(tree, 0)
    walker.notes_here(0)
    document = SourceDocument(tuple(walker.blocks), language=walker.fields.get("language"))
    return front.of(document)


# --- the tree ------------------------------------------------------------------------------------


class _Walker:
    def __init__(self, text: str, tree: nodes.document) -> None:
        self.blocks: list[Block] = []
        self.fields: dict[str, str] = {}
        notes = [note for note in tree.findall() if isinstance(note, _NOTES)]
        self.notes = {name: note for note in notes for name in note["ids"]}
        self.told: set[str] = set()  # ids of notes that stand, or will, where they are called
        self.called: list[nodes.Element] = []  # notes that wait for the end of their paragraph
        self.lines = [line.strip() for line in text.split("\n")]
        self.reached = 0  # 0-based line of the last heading
        self.lists: list[str] = []
        self.marker = ""
        self.quoted = 0
        self.kind: BlockKind | None = None

    def children(self, node: nodes.Element, level: int) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element):
                self.visit(child, level)

    def visit(self, node: nodes.Element, level: int) -> None:
        if isinstance(node, nodes.section):
            if "system-messages" in node["classes"] or self.heads_nothing(node, node.children[1:]):
                return
            self.children(node, level + 1)
        elif isinstance(node, nodes.title):
            self.heading(node, level)
        elif isinstance(node, (nodes.paragraph, nodes.rubric, nodes.subtitle, nodes.attribution)):
            if isinstance(node, nodes.rubric) and self.heads_nothing(node, _following(node)):
                return
            self.paragraph(node, bold=isinstance(node, nodes.rubric))
            self.notes_here(level)
        elif isinstance(node, (nodes.literal_block, nodes.doctest_block, nodes.math_block)):
            self.code(node)
        elif isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
            self.listing(node, level)
        elif isinstance(node, nodes.definition_list):
            self.definitions(node, level)
        elif isinstance(node, nodes.field_list):
            self.field_list(node, level)
        elif isinstance(node, nodes.option_list):
            self.options(node)
        elif isinstance(node, nodes.line_block):
            self.line_block(node)
        elif isinstance(node, nodes.table):
            self.table(node)
            self.notes_here(level)
        elif isinstance(node, nodes.transition):
            self.blocks.append(Block(BlockKind.RULE, "", self.line_of(node)))
        elif isinstance(node, nodes.block_quote):
            self.quoted += 1
            self.children(node, level)
            self.quoted -= 1
        elif isinstance(node, nodes.system_message):
            self.message(node, level)
        elif isinstance(node, nodes.topic) and "contents" in node["classes"]:
            return
        elif isinstance(node, nodes.container) and node.get("footnote_summary"):
            text = " ".join(node["footnote_summary"].split())
            self.blocks.append(Block(BlockKind.SUMMARY, text, self.line_of(node)))
            self.children(node, level)
            last = self.blocks[-1].line
            self.blocks.append(Block(BlockKind.RULE, "", last, attributes={"ends": "answer"}))
        elif isinstance(node, _NOTES):
            if not self.is_told(node):
                self.note(node, level)
        elif isinstance(
            node,
            (nodes.comment, nodes.target, nodes.substitution_definition, nodes.image, nodes.figure,
             nodes.raw, nodes.pending, nodes.meta, nodes.decoration),
        ):  # fmt: skip
            return
        else:
            self.children(node, level)

    def call(self, reference: nodes.Element) -> None:
        note = self.notes.get(reference.get("refid", ""))
        if note is not None and not self.is_told(note):
            self.called.append(note)
            self.told.update(note["ids"])

    def is_told(self, note: nodes.Element) -> bool:
        return not self.told.isdisjoint(note["ids"])

    def notes_here(self, level: int) -> None:
        """A note stands with the paragraph or table that calls it, and so in its answer."""
        while self.called:
            self.note(self.called.pop(0), level)

    def note(self, node: nodes.Element, level: int) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element) and not isinstance(child, nodes.label):
                self.visit(child, level)

    def heads_nothing(self, node: nodes.Element, following: Sequence[nodes.Node]) -> bool:
        """Whether a rubric or section holds only notes that stand elsewhere ("Footnotes")."""
        unseen = (nodes.comment, nodes.target, nodes.substitution_definition)
        kept = [child for child in following if not isinstance(child, unseen)]
        if isinstance(node, nodes.rubric):
            kept = list(itertools.takewhile(lambda child: isinstance(child, _NOTES), kept))
        return bool(kept) and all(isinstance(n, _NOTES) and self.is_told(n) for n in kept)

    def line_of(self, node: nodes.Element) -> int:
        current: Any = node
        while current is not None:
            if current.line:
                return int(current.line)
            current = current.parent
        return self.reached + 1

    def heading(self, node: nodes.title, level: int) -> None:
        """A title's line is looked up in the source: docutils gives its underline's, or none."""
        if not isinstance(node.parent, nodes.section):
            self.paragraph(node, bold=True)
            return
        if self.called:
            self.notes_here(level)
        builder, line = self.inline(node, self.line_of(node))
        done = builder.done()
        wanted = node.rawsource.strip()
        for number in range(self.reached, len(self.lines)):
            if self.lines[number] == wanted and wanted:
                line = number + 1
                self.reached = number
                break
        self.blocks.append(
            Block(BlockKind.HEADING, done.text, line, level=min(level, 6), links=done.links)
        )

    def message(self, node: nodes.system_message, level: int) -> None:
        """A title that docutils refuses (its level jumps) is still the author's heading."""
        text = node.astext()
        literal = next(iter(node.findall(nodes.literal_block)), None)
        if literal is None or "itle" not in text.split("\n")[0]:
            return
        lines = [line for line in literal.astext().split("\n") if re.search(r"\w", line)]
        if lines:
            line = int(node.get("line", self.reached + 1))
            self.blocks.append(
                Block(BlockKind.HEADING, lines[0].strip(), line, level=min(level + 1, 6))
            )

    def inline(self, node: nodes.Element, line: int) -> tuple[InlineBuilder, int]:
        builder = InlineBuilder(line)
        self.fill(builder, node, bold=False, url=None)
        return builder, line

    def fill(
        self, builder: InlineBuilder, node: nodes.Node, *, bold: bool, url: str | None
    ) -> None:
        for place, child in enumerate(node.children):
            if isinstance(child, nodes.Text):
                text = unescape(str(child))  # "|deg|\\ C"
                if _ends_before_notes(node.children, place + 1):
                    text = text.rstrip()
                builder.add(text, bold=bold, url=url)
            elif isinstance(child, nodes.strong):
                self.fill(builder, child, bold=True, url=url)
            elif isinstance(child, nodes.reference):
                self.fill(builder, child, bold=bold, url=child.get("refuri") or url)
            elif isinstance(
                child,
                (nodes.footnote_reference, nodes.citation_reference, nodes.image, nodes.target),
            ):
                if isinstance(child, nodes.target):
                    self.fill(builder, child, bold=bold, url=url)
                self.call(child)
            elif isinstance(child, nodes.problematic):
                builder.add(
                    re.sub(r"^[|`:\w]*`|[`|]_{0,2}$|^\|", "", child.astext()), bold=bold, url=url
                )
            elif isinstance(child, nodes.system_message):
                continue
            else:
                self.fill(builder, child, bold=bold, url=url)

    def paragraph(self, node: nodes.Element, *, bold: bool = False) -> None:
        line = self.line_of(node)
        for index, group in enumerate(_at_labels(node)):
            builder = InlineBuilder(line)
            part = nodes.paragraph("", "", *group)
            self.fill(builder, part, bold=bold, url=None)
            done = builder.done()
            if not done.text:
                continue
            kind, level, marker = BlockKind.PARAGRAPH, 0, ""
            attributes: dict[str, str] = {}
            if self.marker:
                kind, level, marker = BlockKind.ITEM, len(self.lists), self.marker
                self.marker = ""
            elif self.lists:
                attributes["item"] = str(len(self.lists))
            elif self.kind is not None:
                kind = self.kind
            elif self.quoted:
                kind = BlockKind.QUOTE
            self.blocks.append(
                Block(
                    kind,
                    done.text,
                    line + index,
                    level=level,
                    marker=marker,
                    bold=done.bold,
                    bold_prefix=done.bold_prefix,
                    links=done.links,
                    attributes=attributes,
                )
            )

    def code(self, node: nodes.Element) -> None:
        text = node.astext().strip("\n").rstrip()
        if text:
            self.blocks.append(Block(BlockKind.CODE, text, self.line_of(node)))

    def listing(self, node: nodes.Element, level: int) -> None:
        ordered = isinstance(node, nodes.enumerated_list)
        number = int(node.get("start", 1)) if ordered else 0
        self.lists.append("1" if ordered else "-")
        for item in node.children:
            if isinstance(item, nodes.list_item):
                self.marker = f"{number}." if ordered else "-"
                number += 1
                self.children(item, level)
        self.marker = ""
        self.lists.pop()

    def definitions(self, node: nodes.Element, level: int) -> None:
        for item in node.children:
            if not isinstance(item, nodes.definition_list_item):
                continue
            for child in item.children:
                if isinstance(child, nodes.term):
                    builder, line = self.inline(child, self.line_of(child))
                    done = builder.done()
                    self.blocks.append(
                        Block(BlockKind.TERM, done.text, line, bold=done.bold, links=done.links)
                    )
                elif isinstance(child, nodes.definition):
                    before, self.kind = self.kind, BlockKind.DEFINITION
                    self.children(child, level)
                    self.kind = before

    def field_list(self, node: nodes.Element, level: int) -> None:
        names = {
            item.children[0].astext().lower()
            for item in node.children
            if isinstance(item, nodes.field)
        }
        titled = all(block.kind is BlockKind.HEADING for block in self.blocks)
        top = not self.blocks or (titled and not names.isdisjoint(_docinfo_names()))
        for item in node.children:
            if not isinstance(item, nodes.field):
                continue
            name, body = item.children[0].astext(), item.children[1]
            if top and name.lower() not in _docinfo_texts():
                self.fields[name.lower()] = body.astext()
                continue
            text = " ".join(body.astext().split())
            self.blocks.append(
                Block(BlockKind.ITEM, f"{name}: {text}", self.line_of(item), level=1, marker="-")
            )

    def options(self, node: nodes.Element) -> None:
        for item in node.findall(nodes.option_list_item):
            text = " ".join(f"{item.children[0].astext()}: {item.children[1].astext()}".split())
            self.blocks.append(Block(BlockKind.ITEM, text, self.line_of(item), level=1, marker="-"))

    def line_block(self, node: nodes.Element) -> None:
        text = "\n".join(
            " ".join(line.astext().split()) for line in node.findall(nodes.line)
        ).strip()
        if text:
            self.blocks.append(Block(BlockKind.PARAGRAPH, text, self.line_of(node)))

    def table(self, node: nodes.Element) -> None:
        for title in node.findall(nodes.title):
            self.paragraph(title, bold=True)
        for row in node.findall(nodes.row):
            for call in [node for node in row.findall() if isinstance(node, _CALLS)]:
                self.call(call)
                call.parent.remove(call)
            cells = [" ".join(entry.astext().split()) for entry in row.findall(nodes.entry)]
            if any(cells):
                text = " | ".join(cells).strip()
                head = {"names": "columns"} if isinstance(row.parent, nodes.thead) else {}
                line = self.line_of(row)
                self.blocks.append(Block(BlockKind.TABLE, text, line, attributes=head))


@lru_cache(maxsize=1)
def _docinfo() -> Mapping[str, str]:
    """What docutils calls the fields below a document's title, by their names in its languages."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(docutils.languages.__path__):
        language = importlib.import_module(f"docutils.languages.{module.name}")
        found |= language.bibliographic_fields
    return found


def _docinfo_names() -> frozenset[str]:
    """Names of fields that only speak of the document; an address may be what readers look for."""
    about = ("author", "authors", "date", "version", "revision", "copyright")
    return frozenset(name for name, meaning in _docinfo().items() if meaning in about)


def _docinfo_texts() -> frozenset[str]:
    texts = ("abstract", "dedication")
    return frozenset(name for name, meaning in _docinfo().items() if meaning in texts)


def _following(node: nodes.Element) -> Sequence[nodes.Node]:
    siblings = node.parent.children
    place = next(i for i, sibling in enumerate(siblings) if sibling is node)
    return siblings[place + 1 :]


def _ends_before_notes(children: Sequence[nodes.Node], place: int) -> bool:
    """Whether calls of notes follow from ``place``, and then no word: their space goes with
    them."""
    after = place
    while after < len(children) and isinstance(children[after], _CALLS):
        after += 1
    worded = after < len(children) and re.match(r"\w", children[after].astext())
    return after > place and not worded


def _at_labels(node: nodes.Element) -> list[list[nodes.Node]]:
    """The children of a paragraph, cut before each line that starts with "Q:" or "A:"."""
    groups: list[list[nodes.Node]] = [[]]
    for child in node.children:
        if not isinstance(child, nodes.Text):
            before = groups[-1][-1] if groups[-1] else None
            if (
                isinstance(before, nodes.Text)
                and str(before).endswith("\n")
                and starts_with_label(child.astext())
            ):
                groups.append([])
            groups[-1].append(child.deepcopy())
            continue
        lines = re.split(r"(?<=\n)", str(child))
        for number, line in enumerate(lines):
            if number and starts_with_label(line.strip()):
                groups.append([])
            groups[-1].append(nodes.Text(line))
    return groups
