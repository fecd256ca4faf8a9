"""The text of a companion file with one thing more, or less, in it.  Pure.

Every function takes the text of a file and returns the new text: only the lines that the change is
about differ, and what cannot be changed so is a UsageError with file and line (``qa.yaml_edit``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from index.companions import one_line
from index.errors import UsageError
from index.readers.list_entries import field_of
from index.readers.markdown import blocks_of_markdown, markdown_text
from index.readers.yaml_nodes import is_null
from qa.yaml_edit import Path, YamlFile, dumped, end_of, mappings, put, value_at

_ESCAPED = frozenset("\\`*_{}[]()<>#+-.!|~&$=:")


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

    Spaces of no width (U+200B, U+FEFF) are white space to the readers.  A text that is read so as
    it is stays as it is; else every sign that Markdown could take for markup has a backslash, and
    every line break within a paragraph too.
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
    said = dumped({name: value for name, value in head.items() if value}, 0)
    return f"# FAQ pairs and further wordings that editors added to {one_line(article)}\n{said}"


def with_pairs(text: str, pairs: Sequence[NewPair], path: str) -> str:
    """Return the text with ``pairs`` after all others, in their order."""
    return _with_entries(_Companion(text, path), [_entry(pair) for pair in pairs])


def with_alternates(text: str, name: str, wordings: Sequence[str], path: str, *, own: bool) -> str:
    """Return the text with ``wordings`` as the last alternates of a pair.

    ``own``: the pair of the question (or id) ``name`` stands in this file; else ``name`` is what
    ``alternates_of`` calls it.
    """
    file = _Companion(text, path)
    new = [one_line(wording) for wording in wordings]
    found = file.own_pair(name) if own else file.entry(name, own=False)
    if found is None:
        return _with_entries(file, [{"alternates_of": name, "alternates": new}])
    at, node = found
    key, value = _field(node, "alternates")
    if key is None or value is None:
        made = file.inserted(
            end_of(node, text), dumped({"alternates": new}, file.block_column(node))
        )
        return file.checked(made, lambda root: value_at(root, at).update(alternates=new))

    def expected(root: Any) -> None:
        entry = value_at(root, at)
        entry[key] = [*(entry[key] or []), *new]

    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        start, end = value.start_mark.index, value.end_mark.index
        inner = text[start + 1 : end - 1].rstrip()
        comma = ", " if inner.strip() and not inner.endswith(",") else ""
        made = f"{text[: start + 1]}{inner}{comma}{_quoted(new)}]{text[end:]}"
    elif isinstance(value, yaml.SequenceNode):
        made = file.inserted(end_of(value, text), dumped(new, value.start_mark.column))
    elif is_null(value):
        made = file.inserted(value.end_mark.index, dumped(new, file.block_column(node)))
    else:
        raise file.refused(value, "write its alternates as a list first")
    return file.checked(made, expected)


def with_answer(text: str, name: str, answer: str, path: str) -> str:
    """Return the text with ``answer`` in the place of that of the file's own pair ``name``."""
    file = _Companion(text, path)
    at, node = file.own_pair(name)
    key, value = _field(node, "answer")
    if key is None or value is None:
        raise file.refused(node, "it has no field answer")
    entry = dumped({"answer": answer.strip()}, file.block_column(node))
    written = entry.strip().removeprefix("answer:").strip()
    end = end_of(value, text)
    if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
        end = max(end, text.find("\n", end))  # white space at its end would be the new one's
    made = text[: value.start_mark.index] + file.native(written) + text[end:]
    return file.checked(made, lambda root: value_at(root, at).update({key: answer.strip()}))


def answer_of(text: str, name: str, path: str) -> str:
    """Return the answer of the file's own pair ``name``, as it is written."""
    file = _Companion(text, path)
    _, value = _field(file.own_pair(name)[1], "answer")
    if not isinstance(value, yaml.ScalarNode):
        raise file.gone(name)
    return str(value.value).strip()


def without_pair(text: str, name: str, path: str) -> str:
    """Return the text without its own pair ``name``; comments before the entry stay."""
    file = _Companion(text, path)
    return file.without(*file.own_pair(name))


def without_alternate(text: str, name: str, wording: str, path: str, *, own: bool) -> str:
    """Return the text without that alternate; an entry that only had this one goes with it."""
    file = _Companion(text, path)
    found = file.entry(name, own=own)
    key, value = _field(found[1], "alternates") if found else (None, None)
    children = value.value if isinstance(value, yaml.SequenceNode) else []
    rows = [row for row, each in enumerate(children) if one_line(str(each.value)) == wording]
    if found is None or key is None or value is None or not rows:
        raise UsageError(f"{path}: {wording!r:.200} is no alternate in it any more")
    (at, node), row = found, rows[0]
    if len(children) == 1:
        if not own:
            return file.without(at, node)
        keys = [each for each, _ in node.value if each.value == key]
        made = file.cut(keys[0].start_mark.index, end_of(value, text))
        return file.checked(made, lambda root: value_at(root, at).pop(key))
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        left = [each.value for each in (*children[:row], *children[row + 1 :])]
        start, end = value.start_mark.index, value.end_mark.index
        made = f"{text[:start]}[{_quoted(left)}]{text[end:]}"
    else:
        made = file.cut(children[row].start_mark.index, end_of(children[row], text))
    return file.checked(made, lambda root: value_at(root, at)[key].pop(row))


class _Companion(YamlFile):
    """A companion's text with its entries."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        if not isinstance(self.root, yaml.MappingNode) or self.root.flow_style:
            line = self.root.start_mark.line + 1 if self.root else 1
            raise UsageError(
                f"{path}:{line}: it does not begin as a companion does, with article: and a name; "
                "mend it by hand, or move it away"
            )

    def entry(self, name: str, *, own: bool) -> tuple[Path, yaml.MappingNode] | None:
        """Where the entry of that name is; None where there is none.

        ``own``: its question or id is ``name``, else its ``alternates_of``.  UsageError where there
        are two.  Of several entries for the same pair of another file the last is taken.
        """
        field = "question" if own else "alternates_of"
        found: list[tuple[Path, yaml.MappingNode]] = []
        for at, node in mappings(self.root):
            _, value = _field(node, field, exact=not own)
            if not isinstance(value, yaml.ScalarNode):
                continue
            said = one_line(markdown_text(value.value) if own else value.value)
            _, id = _field(node, "id") if own else (None, None)
            if said == name or (isinstance(id, yaml.ScalarNode) and id.value.strip() == name):
                found.append((at, node))
        if own and len(found) > 1:
            raise self.refused(found[1][1], f"two of its entries ask {name!r:.200}")
        return found[-1] if found else None

    def own_pair(self, name: str) -> tuple[Path, yaml.MappingNode]:
        """Where its own pair of that question or id is.  UsageError where there is none, or two."""
        found = self.entry(name, own=True)
        if found is None:
            raise self.gone(name)
        return found

    def gone(self, name: str) -> UsageError:
        return UsageError(f"{self.path}: there is no pair {name!r:.200} in it any more")


def _with_entries(file: _Companion, entries: list[dict[str, Any]]) -> str:
    text = file.text
    key, value = _field(file.root, "faq", exact=True)

    def expected(root: Any) -> None:
        root["faq"] = [*(root.get("faq") or []), *entries]

    if key is None or value is None:
        made = file.inserted(end_of(file.root, text), dumped({"faq": entries}, 0))
    elif isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        made = file.inserted(end_of(value, text), dumped(entries, value.start_mark.column))
    elif is_null(value) or (isinstance(value, yaml.SequenceNode) and not value.value):
        kept = text[: value.start_mark.index].rstrip(" ") + text[value.end_mark.index :]
        made = put(kept, value.start_mark.index - 1, file.native(dumped(entries, 0)))
    else:
        raise file.refused(value, "write its faq as a list, each entry beginning with a dash")
    return file.checked(made, expected)


def _entry(pair: NewPair) -> dict[str, Any]:
    entry = {
        "id": pair.id,
        "question": markdown_of(one_line(pair.question)),
        "answer": pair.answer.strip(),
        "alternates": [one_line(each) for each in pair.alternates],
        "passage": pair.passage,
        "passage_of": pair.passage_of,
    }
    needed = ("question", "answer")
    return {name: value for name, value in entry.items() if value or name in needed}


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(json.dumps(each, ensure_ascii=False) for each in texts)


def _field(
    node: yaml.MappingNode, name: str, *, exact: bool = False
) -> tuple[str | None, yaml.Node | None]:
    """The first key that means ``name`` in an FAQ list, as it is written, with its value."""
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            means = key.value if exact else field_of(key.value)
            if means == name:
                return str(key.value), value
    return None, None


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
