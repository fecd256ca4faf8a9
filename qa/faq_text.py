"""The text of a companion file with one thing more, or less, in it.  Pure.

Every function takes the text of a file (``""`` where there is none yet) and returns the new text:
only the lines that the change is about differ, so comments, unknown keys, quoting and the order of
a file that was edited by hand stay as they are.  The places come from the YAML parser.  What was
made is read again and compared with what it should say, so that a construction that the surgery
does not understand is an error (UsageError with file and line), never a damaged file.
"""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from index.companions import one_line
from index.errors import UsageError
from index.readers.aliases import AliasLimitLoader
from index.readers.list_entries import SYNONYMS
from index.readers.markdown import blocks_of_markdown, markdown_text
from index.readers.wording import fold

WIDTH = 96  # columns at which a long line of a new entry is broken
_ESCAPED = frozenset("\\`*_{}[]()<>#+-.!|~&$=:")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NewPair:
    """An FAQ pair to be written: plain question and wordings, the answer in Markdown.

    ``markdown_of`` makes Markdown of a verbatim text.  ``id`` may be left to the reader.
    ``passage`` is the text of the article that the answer was taken from, ``passage_of`` the id of
    the section or pair that it stands in, where that is known; they are kept in the file.
    """

    question: str
    answer: str
    alternates: tuple[str, ...] = ()
    id: str = ""
    passage: str = ""
    passage_of: str = ""


def markdown_of(text: str) -> str:
    """Return Markdown that is read as ``text``, up to white space within and around its lines.

    A text that is read so as it is stays as it is; else every sign that Markdown could take for
    markup has a backslash, and every line break within a paragraph too.
    """
    wanted = _plain_lines(text)
    if _read(wanted) == wanted:
        return wanted
    escaped = "".join(f"\\{char}" if char in _ESCAPED else char for char in wanted)
    paragraphs = escaped.split("\n\n")
    return "\n\n".join(paragraph.replace("\n", "\\\n") for paragraph in paragraphs)


def new_file(article: str, *, title: str = "", language: str = "") -> str:
    """Return the text of a companion without entries; ``article`` is as the file names it."""
    head = {"article": article, "title": one_line(title), "language": language}
    said = _dump({name: value for name, value in head.items() if value}, 0)
    return f"# FAQ pairs and further wordings that editors added to {one_line(article)}\n{said}"


def with_pairs(text: str, pairs: Sequence[NewPair], path: str) -> str:
    """Return the text with ``pairs`` after all others, in their order."""
    return _with_entries(text, [_entry(pair) for pair in pairs], path)


def _entry(pair: NewPair) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if pair.id:
        entry["id"] = pair.id
    entry["question"] = markdown_of(one_line(pair.question))
    entry["answer"] = pair.answer.strip()
    if pair.alternates:
        entry["alternates"] = [one_line(each) for each in pair.alternates]
    if pair.passage:
        entry["passage"] = pair.passage
    if pair.passage_of:
        entry["passage_of"] = pair.passage_of
    return entry


def with_alternates(text: str, name: str, wordings: Sequence[str], path: str, *, own: bool) -> str:
    """Return the text with ``wordings`` as the last alternates of a pair.

    ``own``: the pair of the question (or id) ``name`` stands in this file; else ``name`` is what
    ``alternates_of`` calls it.
    """
    file = _File(text, path)
    new = [one_line(wording) for wording in wordings]
    found = file.entry(name, own=own)
    if found is None:
        if own:
            raise UsageError(f"{path}: there is no pair {name!r:.200} in it any more")
        return _with_entries(text, [{"alternates_of": name, "alternates": new}], path)
    at, node = found
    key, value = _field(node, "alternates")
    if key is None or value is None:
        column = file.block_column(node)
        made = file.inserted(_end(node, text), _dump({"alternates": new}, column))
        return file.checked(made, lambda root: _at(root, at).update(alternates=new))

    def expected(root: Any) -> None:
        entry = _at(root, at)
        entry[key] = [*(entry[key] or []), *new]

    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        start, end = value.start_mark.index, value.end_mark.index
        inner = text[start + 1 : end - 1].rstrip()
        comma = ", " if inner.strip() and not inner.endswith(",") else ""
        quoted = ", ".join(json.dumps(each, ensure_ascii=False) for each in new)
        made = f"{text[: start + 1]}{inner}{comma}{quoted}]{text[end:]}"
    elif isinstance(value, yaml.SequenceNode):
        made = file.inserted(_end(value, text), _dump(new, value.start_mark.column))
    elif value.tag.endswith(":null"):
        made = file.inserted(value.end_mark.index, _dump(new, file.block_column(node)))
    else:
        raise file.refused(value, "write its alternates as a list first")
    return file.checked(made, expected)


def with_answer(text: str, name: str, answer: str, path: str) -> str:
    """Return the text with ``answer`` in the place of that of the file's own pair ``name``."""
    file = _File(text, path)
    found = file.entry(name, own=True)
    if found is None:
        raise UsageError(f"{path}: there is no pair {name!r:.200} in it any more")
    at, node = found
    key, value = _field(node, "answer")
    if key is None or value is None:
        raise file.refused(node, "it has no field answer")
    column = file.block_column(node)
    dumped = _dump({"answer": answer.strip()}, column).strip()[len("answer:") :].strip()
    end = _end(value, text)
    if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
        end = max(end, text.find("\n", end))  # white space at its end would be the new one's
    made = text[: value.start_mark.index] + file.native(dumped) + text[end:]
    return file.checked(made, lambda root: _at(root, at).update({key: answer.strip()}))


def answer_of(text: str, name: str, path: str) -> str:
    """Return the answer of the file's own pair ``name``, as it is written."""
    found = _File(text, path).entry(name, own=True)
    value = _field(found[1], "answer")[1] if found else None
    if not isinstance(value, yaml.ScalarNode):
        raise UsageError(f"{path}: there is no pair {name!r:.200} in it any more")
    return str(value.value).strip()


def without_pair(text: str, name: str, path: str) -> str:
    """Return the text without its own pair ``name``; comments before the entry stay."""
    file = _File(text, path)
    found = file.entry(name, own=True)
    if found is None:
        raise UsageError(f"{path}: there is no pair {name!r:.200} in it any more")
    return file.without(*found)


def without_alternate(text: str, name: str, wording: str, path: str, *, own: bool) -> str:
    """Return the text without that alternate; an entry that only had this one goes with it."""
    file = _File(text, path)
    found = file.entry(name, own=own)
    key, value = _field(found[1], "alternates") if found else (None, None)
    children = value.value if isinstance(value, yaml.SequenceNode) else []
    rows = [row for row, each in enumerate(children) if one_line(str(each.value)) == wording]
    if found is None or key is None or value is None or not rows:
        raise UsageError(f"{path}: {wording!r:.200} is no alternate in it any more")
    at, node = found
    if len(children) == 1:
        if not own:
            return file.without(at, node)
        keys = [each for each, _ in node.value if each.value == key]
        made = file.cut(keys[0].start_mark.index, _end(value, text))
        return file.checked(made, lambda root: _at(root, at).pop(key))

    def expected(root: Any) -> None:
        del _at(root, at)[key][rows[0]]

    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        left = [each.value for row, each in enumerate(children) if row != rows[0]]
        listed = ", ".join(json.dumps(each, ensure_ascii=False) for each in left)
        made = f"{text[: value.start_mark.index]}[{listed}]{text[value.end_mark.index :]}"
    else:
        child = children[rows[0]]
        made = file.cut(child.start_mark.index, _end(child, text))
    return file.checked(made, expected)


def _with_entries(text: str, entries: list[dict[str, Any]], path: str) -> str:
    file = _File(text, path)
    key, value = _field(file.root, "faq", exact=True)

    def expected(root: Any) -> None:
        root["faq"] = [*(root.get("faq") or []), *entries]

    if key is None or value is None:
        made = file.inserted(_end(file.root, text), _dump({"faq": entries}, 0))
    elif isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        made = file.inserted(_end(value, text), _dump(entries, value.start_mark.column))
    elif value.tag.endswith(":null") or (isinstance(value, yaml.SequenceNode) and not value.value):
        kept = text[: value.start_mark.index].rstrip(" ") + text[value.end_mark.index :]
        made = _File.put(kept, value.start_mark.index - 1, file.native(_dump(entries, 0)))
    else:
        raise file.refused(value, "write its faq as a list, each entry beginning with a dash")
    return file.checked(made, expected)


class _File:
    """A companion's text with its nodes."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.root = _composed(text, path)
        if not isinstance(self.root, yaml.MappingNode) or self.root.flow_style:
            line = self.root.start_mark.line + 1 if self.root else 1
            raise UsageError(
                f"{path}:{line}: it does not begin as a companion does, with article: and a name; "
                "mend it by hand, or move it away"
            )
        self.windows = text.count("\r\n") * 2 > text.count("\n")

    def entry(self, name: str, *, own: bool) -> tuple[Path, yaml.MappingNode] | None:
        """Where the entry of that name is; None where there is none.

        UsageError where there are two.  Of several entries for the same pair of another file the
        last is taken.
        """
        field = "question" if own else "alternates_of"
        found: list[tuple[Path, yaml.MappingNode]] = []
        for at, node in _mappings(self.root, ()):
            value = _field(node, field, exact=not own)[1]
            if not isinstance(value, yaml.ScalarNode):
                continue
            said = one_line(markdown_text(value.value) if own else value.value)
            ids = _field(node, "id")[1] if own else None
            if said == name or (isinstance(ids, yaml.ScalarNode) and ids.value.strip() == name):
                found.append((at, node))
        if own and len(found) > 1:
            raise self.refused(found[1][1], f"two of its entries ask {name!r:.200}")
        return found[-1] if found else None

    def refused(self, node: yaml.Node, reason: str) -> UsageError:
        line = node.start_mark.line + 1
        return UsageError(f"{self.path}:{line}: it cannot be changed here: {reason}")

    def block_column(self, node: yaml.MappingNode) -> int:
        if node.flow_style:
            raise self.refused(node, "write the entry on lines of its own, without braces")
        return int(node.start_mark.column)

    def native(self, added: str) -> str:
        return added.replace("\n", "\r\n") if self.windows else added

    def inserted(self, after: int, added: str) -> str:
        """The text with whole lines put after the line in which ``after`` is."""
        return self.put(self.text, after, self.native(added))

    @staticmethod
    def put(text: str, after: int, added: str) -> str:
        at = text.find("\n", max(0, after))
        if at < 0:
            newline = "\r\n" if added.endswith("\r\n") else "\n"
            return text + (newline if text else "") + added
        return text[: at + 1] + added + text[at + 1 :]

    def cut(self, start: int, end: int) -> str:
        """The text without the lines of ``text[start:end]``."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        return self.text[:first] + (self.text[last + 1 :] if last >= 0 else "")

    def without(self, at: Path, node: yaml.MappingNode) -> str:
        self.block_column(node)

        def expected(root: Any) -> None:
            entries = _at(root, at[:-1])
            del entries[at[-1]]
            if not entries:  # the key is left without a value
                _at(root, at[:-2])[at[-2]] = None

        made = self.cut(node.start_mark.index, _end(node, self.text))
        return self.checked(made, expected)

    def checked(self, made: str, change: Callable[[Any], Any]) -> str:
        """``made``, where it says what this file says after ``change``."""
        expected = copy.deepcopy(_value(self.root))
        change(expected)
        try:
            same = _value(_composed(made, self.path)) == expected
        except UsageError:
            same = False
        if not same:
            raise UsageError(
                f"{self.path} is written in a way that cannot be changed here: edit it"
            )
        return made


def _composed(text: str, path: str) -> Any:
    try:
        return yaml.compose(text, Loader=AliasLimitLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark is not None else path
        raise UsageError(f"{place}: not valid YAML: mend it first") from error


def _mappings(node: yaml.Node, at: Path) -> Iterator[tuple[Path, yaml.MappingNode]]:
    if isinstance(node, yaml.MappingNode):
        yield at, node
        for key, child in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _mappings(child, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for row, child in enumerate(node.value):
            yield from _mappings(child, (*at, row))


def _field(
    node: yaml.MappingNode, name: str, *, exact: bool = False
) -> tuple[str | None, yaml.Node | None]:
    """The first key that means ``name`` in an FAQ list, as it is written, with its value."""
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            means = key.value if exact else SYNONYMS.get(fold(key.value))
            if means == name:
                return str(key.value), value
    return None, None


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag.endswith(":null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(child) for child in node.value]
    return {str(key.value): _value(child) for key, child in node.value}


def _at(root: Any, path: Path) -> Any:
    for step in path:
        root = root[step]
    return root


def _end(node: yaml.Node, text: str) -> int:
    """Where the last character of a node is, less the blank lines that a block scalar ends in."""
    if (
        isinstance(node, yaml.MappingNode | yaml.SequenceNode)
        and node.value
        and not node.flow_style
    ):
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last, text)
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = len(text[:end].rstrip())
    return end


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _dump(value: Any, column: int) -> str:
    """``value`` in block style, every line moved to ``column``."""
    dumped = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH - column
    )
    margin = " " * column
    return "\n".join(margin + line if line.strip() else line for line in dumped.split("\n"))


def _plain_lines(text: str) -> str:
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if words := one_line(line):
            paragraphs[-1].append(words)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _read(text: str) -> str:
    return "\n\n".join(block.text for block in blocks_of_markdown(text, 1))
