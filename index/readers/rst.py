"""reStructuredText into blocks, with docutils.  Sphinx's roles and directives are read for their
text."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import unescape

from index.errors import ReadError
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.frontmatter import split_front_matter
from index.readers.inline import InlineBuilder
from index.readers.labels import starts_with_label

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

_CODE = frozenset(
    {
        "code-block", "sourcecode", "code", "prompt", "parsed-literal", "ipython", "doctest",
        "testcode", "testoutput", "console",
    }
)  # fmt: skip
_SILENT = frozenset(
    [
        "toctree",
        "contents",
        "index",
        "highlight",
        "include",
        "literalinclude",
        "raw",
        "meta",
        "image",
        "figure",
        "only-html",
        "graphviz",
        "autoclass",
        "automodule",
        "autofunction",
        "autosummary",
        "currentmodule",
        "module",
        "program",
        "default-domain",
        "role",
        "tabularcolumns",
        "sectnum",
        "target-notes",
        "youtube",
        "video",
        "plot",
        "bibliography",
        "cssclass",
        "rst-class",
        "class",
        "feed-entry",
        "post",
        "postlist",
        "update",
        "author",
        "date",
        "tags",
        "category",
        "mermaid",
        "uml",
        "digraph",
        "graph",
        "inheritance-diagram",
        "sectionauthor",
        "codeauthor",
        "default-role",
        "title",
    ]
)
_NATIVE = frozenset(
    [
        "admonition",
        "attention",
        "caution",
        "danger",
        "error",
        "hint",
        "important",
        "note",
        "tip",
        "warning",
        "topic",
        "sidebar",
        "line-block",
        "epigraph",
        "highlights",
        "pull-quote",
        "compound",
        "container",
        "table",
        "csv-table",
        "list-table",
        "replace",
        "unicode",
        "math",
        "rubric",
        "header",
        "footer",
    ]
)
_TITLED = frozenset({"dropdown", "details", "collapse", "toggle", "accordion"})


def read_rst(text: str, path: str) -> SourceDocument:
    """The blocks of a reStructuredText file.

    Front matter, which site generators take away, goes before what the text says of itself.  Raises
    ReadError where docutils cannot go on, or the front matter is broken.
    """
    # No title with a line above it looks like this: such a line is as long as the title.
    front = split_front_matter(text, path)
    text = front.text
    with _LOCK, _everything_known():
        try:
            tree = publish_doctree(text, settings_overrides=dict(_SETTINGS))
        except (
            Exception,
            RecursionError,
        ) as error:  # docutils raises whatever a broken file provokes
            reason = str(error).split("\n")[0]
            raise ReadError(path, f"docutils cannot read it: {reason}") from error
    walker = _Walker(text)
    walker.children(tree, 0)
    document = SourceDocument(tuple(walker.blocks), language=walker.fields.get("language"))
    return front.of(document)


# --- what docutils does not know -----------------------------------------------------------------


class _AnyDirective(Directive):
    """A directive that docutils does not know: its content is read, its options are not."""

    optional_arguments = 100
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.name.lower().rsplit(":", 1)[-1]
        if name in _SILENT or self.name.lower() in _SILENT:
            return []
        content = (
            [line for line in self.content if not re.match(r":[\w-]+:", line)]
            if name in _CODE
            else []
        )
        if name in _CODE:
            return [nodes.literal_block("", "\n".join(content).strip("\n"))]
        container = nodes.container()
        container.line = self.lineno
        argument = " ".join(self.arguments)
        if argument and name in _TITLED:
            container["footnote_summary"] = argument
        elif argument and name.startswith(("version", "deprecated")):
            text, messages = self.state.inline_text(argument, self.lineno)
            del messages
            container += nodes.paragraph("", "", *text)
        elif argument and name in ("tab", "tab-item", "card", "grid-item-card", "seealso", "todo"):
            text, _ = self.state.inline_text(argument, self.lineno)
            container += nodes.paragraph("", "", nodes.strong("", "", *text))
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


def _any_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any,
    options: Any = None, content: Any = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:  # fmt: skip
    """A role that docutils does not know: "Title <target>" is its title, "~a.b" is "b"."""
    del name, lineno, inliner, options, content
    plain = unescape(text)
    match = re.match(r"(.+?)\s*<[^<>]+>$", plain, re.S)
    shown = match.group(1) if match else plain
    if not match and shown.startswith("~"):
        shown = shown[1:].rsplit(".", 1)[-1]
    shown = shown.lstrip("!@")
    return [nodes.inline(rawtext, shown)], []


@contextmanager
def _everything_known() -> Iterator[None]:
    """Within, every role and directive has a meaning (as sphinx.util.docutils does it)."""
    find_directive, find_role = directives.directive, roles.role

    def directive(name: str, language: Any, document: Any) -> Any:
        if name.lower() in _NATIVE:
            found = find_directive(name, language, document)
            if found[0] is not None:
                return found
        return _AnyDirective, []

    def role(name: str, language: Any, lineno: int, reporter: Any) -> Any:
        if name.lower() in ("strong", "emphasis", "literal", "code", "math", "sup", "sub",
                            "superscript", "subscript", "title-reference", ""):  # fmt: skip
            found = find_role(name, language, lineno, reporter)
            if found[0] is not None:
                return found
        return _any_role, []

    directives.directive = directive  # type: ignore[assignment]  # replaced on purpose, restored below
    roles.role = role  # type: ignore[assignment]  # replaced on purpose, restored below
    try:
        yield
    finally:
        directives.directive = find_directive
        roles.role = find_role


# --- the tree ------------------------------------------------------------------------------------


class _Walker:
    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.fields: dict[str, str] = {}
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
            if "system-messages" in node["classes"]:
                return
            self.children(node, level + 1)
        elif isinstance(node, nodes.title):
            self.heading(node, level)
        elif isinstance(node, (nodes.paragraph, nodes.rubric, nodes.subtitle, nodes.attribution)):
            bold = isinstance(node, nodes.rubric)
            self.paragraph(node, bold=bold)
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
        elif isinstance(node, (nodes.footnote, nodes.citation)):
            for child in node.children:
                if isinstance(child, nodes.Element) and not isinstance(child, nodes.label):
                    self.visit(child, level)
        elif isinstance(
            node,
            (nodes.comment, nodes.target, nodes.substitution_definition, nodes.image, nodes.figure,
             nodes.raw, nodes.pending, nodes.meta, nodes.decoration),
        ):  # fmt: skip
            return
        else:
            self.children(node, level)

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
        for child in node.children:
            if isinstance(child, nodes.Text):
                builder.add(str(child), bold=bold, url=url)
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
        top = not self.blocks
        for item in node.children:
            if not isinstance(item, nodes.field):
                continue
            name, body = item.children[0].astext(), item.children[1]
            if top:
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
            cells = [" ".join(entry.astext().split()) for entry in row.findall(nodes.entry)]
            if any(cells):
                text = " | ".join(cells).strip()
                head = {"names": "columns"} if isinstance(row.parent, nodes.thead) else {}
                line = self.line_of(row)
                self.blocks.append(Block(BlockKind.TABLE, text, line, attributes=head))


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
