"""YAML files changed in place: only the lines that a change is about differ.  Pure.

Comments, unknown keys, quoting and the order of a file that was edited by hand stay as they are.
The places come from the YAML parser.  What was made is read again and compared with what it should
say, so that a construction that the surgery does not understand is an error (UsageError with file
and line), never a damaged file.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from index.errors import UsageError
from index.readers.aliases import AliasLimitLoader
from index.readers.yaml_nodes import plain

WIDTH = 96  # columns at which a long line of a new entry is broken
Path = tuple[str | int, ...]
"""Where a node is: the keys and rows that lead to it."""


class YamlFile:
    """A file's text with its nodes; ``path`` is what errors call it.

    Raises UsageError where it is not valid YAML.
    """

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.root = composed(text, path)
        self.windows = text.count("\r\n") * 2 > text.count("\n")

    def refused(self, node: yaml.Node, reason: str) -> UsageError:
        """The error for a place that must be edited by hand first."""
        line = node.start_mark.line + 1
        return UsageError(f"{self.path}:{line}: it cannot be changed here: {reason}")

    def block_column(self, node: yaml.MappingNode) -> int:
        """The column at which its keys begin.  UsageError for a mapping in braces."""
        if node.flow_style:
            raise self.refused(node, "write the entry on lines of its own, without braces")
        return int(node.start_mark.column)

    def native(self, added: str) -> str:
        """``added`` with the file's own line endings."""
        return added.replace("\n", "\r\n") if self.windows else added

    def inserted(self, after: int, added: str) -> str:
        """The file's text with lines put after the line in which ``after`` is."""
        return put(self.text, after, self.native(added))

    def cut(self, start: int, end: int) -> str:
        """The text without the lines of ``text[start:end]``."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        return self.text[:first] + (self.text[last + 1 :] if last >= 0 else "")

    def without(self, at: Path, node: yaml.MappingNode) -> str:
        """The text without the lines of an entry of a list."""
        self.block_column(node)

        def expected(root: Any) -> None:
            entries = value_at(root, at[:-1])
            del entries[at[-1]]
            if not entries:  # the key is left without a value
                value_at(root, at[:-2])[at[-2]] = None

        made = self.cut(node.start_mark.index, end_of(node, self.text))
        return self.checked(made, expected)

    def checked(self, made: str, change: Callable[[Any], Any]) -> str:
        """``made``, where it says what this file says after ``change``."""
        expected = copy.deepcopy(plain(self.root))
        change(expected)
        try:
            same = plain(composed(made, self.path)) == expected
        except UsageError:
            same = False
        if not same:
            raise UsageError(
                f"{self.path} is written in a way that cannot be changed here: edit it"
            )
        return made


def composed(text: str, path: str) -> Any:
    """Return the root node; None for a text that says nothing.  Raises UsageError."""
    try:
        return yaml.compose(text, Loader=AliasLimitLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark is not None else path
        raise UsageError(f"{place}: not valid YAML: mend it first") from error


def put(text: str, after: int, added: str) -> str:
    """Return ``text`` with whole lines put after the line in which ``after`` is."""
    at = text.find("\n", max(0, after))
    if at < 0:
        newline = "\r\n" if added.endswith("\r\n") else "\n"
        return text + (newline if text else "") + added
    return text[: at + 1] + added + text[at + 1 :]


def mappings(node: yaml.Node, at: Path = ()) -> Iterator[tuple[Path, yaml.MappingNode]]:
    """Yield the mappings in ``node``, itself included, each with its place; ``at`` is its own."""
    if isinstance(node, yaml.MappingNode):
        yield at, node
        for key, child in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from mappings(child, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for row, child in enumerate(node.value):
            yield from mappings(child, (*at, row))


def value_at(root: Any, path: Path) -> Any:
    """Return what stands at a place in plain values."""
    for step in path:
        root = root[step]
    return root


def end_of(node: yaml.Node, text: str) -> int:
    """Return where a node ends in ``text``, less the blank lines that a block scalar ends in."""
    if (
        isinstance(node, yaml.MappingNode | yaml.SequenceNode)
        and node.value
        and not node.flow_style
    ):
        last = node.value[-1]
        return end_of(last[1] if isinstance(node, yaml.MappingNode) else last, text)
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = len(text[:end].rstrip())
    return end


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represented)


def dumped(value: Any, column: int) -> str:
    """Return ``value`` in block style, every line moved to ``column``."""
    text = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH - column
    )
    margin = " " * column
    return "\n".join(margin + line if line.strip() else line for line in text.split("\n"))
