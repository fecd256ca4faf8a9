"""What docutils does not know: Sphinx's directives and roles, read for their text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import unescape

_CODE = frozenset(
    {
        "code-block", "sourcecode", "code", "prompt", "parsed-literal", "ipython", "doctest",
        "testcode", "testoutput", "console",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "toctree", "contents", "index", "highlight", "include", "literalinclude", "raw", "meta",
        "image", "figure", "only-html", "graphviz", "autoclass", "automodule", "autofunction",
        "autosummary", "currentmodule", "module", "program", "default-domain", "role",
        "tabularcolumns", "sectnum", "target-notes", "youtube", "video", "plot", "bibliography",
        "cssclass", "rst-class", "class", "feed-entry", "post", "postlist", "update", "author",
        "date", "tags", "category", "mermaid", "uml", "digraph", "graph", "inheritance-diagram",
        "sectionauthor", "codeauthor", "default-role", "title",
    }
)  # fmt: skip
_NATIVE = frozenset(
    {
        "admonition", "attention", "caution", "danger", "error", "hint", "important", "note",
        "tip", "warning", "topic", "sidebar", "line-block", "epigraph", "highlights",
        "pull-quote", "compound", "container", "table", "csv-table", "list-table", "replace",
        "unicode", "math", "rubric", "header", "footer",
    }
)  # fmt: skip
_OPTION = re.compile(r"(?:^|\s):[a-z][\w-]*:(?=\s|$)")
_TITLED = frozenset({"dropdown", "details", "collapse", "toggle", "accordion"})


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
        # ":open:" and its like: options, which docutils takes for the end of the argument
        argument = _OPTION.split(" ".join(self.arguments), maxsplit=1)[0].rstrip()
        if argument and name in _TITLED:
            text, _ = self.state.inline_text(argument, self.lineno)
            container["footnote_summary"] = "".join(node.astext() for node in text)
        elif argument and name.startswith(("version", "deprecated")):
            return self._change(container, name)
        elif argument and name in ("tab", "tab-item", "card", "grid-item-card", "todo"):
            text, _ = self.state.inline_text(argument, self.lineno)
            container += nodes.paragraph("", "", nodes.strong("", "", *text))
        elif argument and name == "seealso":
            text, _ = self.state.inline_text(argument, self.lineno)
            container += nodes.paragraph("", "", *text)
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]

    def _change(self, container: nodes.container, name: str) -> list[nodes.Node]:
        """What a version brought: "2.0: Python 3.8 is no longer supported."

        "Changed in version" is Sphinx's, not the author's; a version alone says nothing without it.
        """
        versions = 2 if name == "deprecated-removed" else 1
        said = f"{' '.join(self.arguments[:versions])}: "
        text, _ = self.state.inline_text(" ".join(self.arguments[versions:]), self.lineno)
        if text:
            container += nodes.paragraph("", "", *text)
        self.state.nested_parse(self.content, self.content_offset, container)
        if not container.children:
            return []
        first = container.children[0]
        if isinstance(first, nodes.paragraph):
            first.insert(0, nodes.Text(said))
        else:
            container.insert(0, nodes.paragraph("", "", nodes.Text(said.rstrip())))
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
def everything_known() -> Iterator[None]:
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
