"""FAQ lists in YAML: Microsoft's ``YamlMime:FAQ``, lists of entries, mappings of questions to
answers."""

from collections.abc import Mapping
from typing import Any

import yaml

from index.readers.aliases import AliasLimitLoader
from index.readers.list_entries import Entry, EntryList, asks, bare_name, entries_of, field_of
from index.readers.list_status import is_withheld
from index.readers.wording import fold
from index.readers.yaml_nodes import plain, yaml_errors

DEEPEST = 12  # as far as FAQ lists are looked into
_DEEPEST_PAIRS = 2  # further in, a mapping of questions to answers is something else

# Keys that hold the entries, and are no category themselves.
_CONTAINERS = frozenset(
    {
        "faq", "faqs", "items", "entries", "data", "list", "sections", "categories", "groups",
        "mainentity", "main entity", "content", "qa",
    }
)  # fmt: skip
_METADATA = frozenset({"metadata", "meta"})
_NAMES = ("name", "title", "category", "section", "heading")  # of a group of entries


def read_yaml(text: str, path: str) -> EntryList:
    found = EntryList()
    with yaml_errors(path):
        root = yaml.compose(text, Loader=AliasLimitLoader)
        if root is not None:
            _walk(root, found, "", 0)
    for entry in found.entries:
        entry.markdown = True
    return found


def _walk(node: yaml.Node, found: EntryList, category: str, depth: int) -> None:
    """Add the entries in ``node``; ``category`` is the one that they stand in."""
    if depth > DEEPEST:
        return
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _walk(child, found, category, depth + 1)
    if not isinstance(node, yaml.MappingNode):
        return
    nodes = {
        fold(bare_name(_text(key))): value
        for key, value in node.value
        if isinstance(value, (yaml.ScalarNode, yaml.SequenceNode))
    }
    fields = _fields(node, nodes)
    if depth > 0 and is_withheld(fields):
        found.withheld += 1
        return
    group = _has_lists(node)
    entries = entries_of(fields, _entry_line(node, nodes), group=group)
    if any(e.get("question") or (depth > 0 and e.get("answer") and not group) for e in entries):
        for entry in entries:
            if category:
                entry.values.setdefault("category", category)
            elif entry.get("question") and entry.get("heading"):
                entry.values["category"] = entry.get("heading")
        found.entries.extend(entries)
        return
    if depth == 0:
        _take_head(fields, nodes, found)
    if depth <= _DEEPEST_PAIRS and (pairs := _pairs(node, category)):
        found.entries.extend(pairs)
        return
    name = next((fields[key] for key in _NAMES if isinstance(fields.get(key), str)), "")
    for key, value in node.value:
        if fold(_text(key)) in _METADATA:
            continue
        inner = name if depth > 0 and name else category
        if not name and isinstance(value, (yaml.SequenceNode, yaml.MappingNode)):
            inner = category if _is_container(_text(key)) else _text(key)
        _walk(value, found, inner, depth + 1)


def _fields(node: yaml.MappingNode, nodes: Mapping[str, yaml.Node]) -> dict[str, Any]:
    """The values of a mapping by their folded keys, those in ``nodes`` first.

    A list of ``questions`` holds entries, and is no field of this one.
    """
    fields = {
        key: plain(value)
        for key, value in nodes.items()
        if not (key == "questions" and isinstance(value, yaml.SequenceNode))
    }
    for key, value in node.value:
        if isinstance(value, yaml.MappingNode):
            fields[fold(_text(key))] = plain(value)
    return fields


def _entry_line(node: yaml.MappingNode, nodes: Mapping[str, yaml.Node]) -> int:
    """The line of an entry's question, else where it begins."""
    asked = next((own for key, own in nodes.items() if field_of(key) == "question"), node)
    # A block scalar begins in the line after its key.
    key_line = next((key.start_mark.line for key, value in node.value if value is asked), None)
    first = node.start_mark.line if key_line is None else key_line
    return int(min(asked.start_mark.line, first)) + 1


def _text(key: yaml.Node) -> str:
    return str(key.value)


def _is_container(key: str) -> bool:
    return field_of(key) is not None or fold(key) in _CONTAINERS


def _has_lists(node: yaml.MappingNode) -> bool:
    return any(
        isinstance(v, yaml.SequenceNode) and any(isinstance(c, yaml.MappingNode) for c in v.value)
        for _, v in node.value
    )


def _take_head(fields: Mapping[str, Any], nodes: Mapping[str, yaml.Node], found: EntryList) -> None:
    """Take what the file says of itself."""
    metadata = fields.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for name in ("title", "name"):
        value = fields.get(name) or metadata.get(name)
        if isinstance(value, str) and value.strip() and not found.title:
            found.title = " ".join(value.split())
    for name in ("summary", "description", "introduction", "intro"):
        value = fields.get(name)
        if isinstance(value, str) and value.strip() and not found.summary:
            found.summary = value
            found.summary_line = nodes[name].start_mark.line + 1
    for name in ("url", "canonical", "permalink"):
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            found.url = found.url or value.strip()
    language = fields.get("language") or fields.get("lang")
    if isinstance(language, str):
        found.language = language


def _pairs(node: yaml.MappingNode, category: str) -> list[Entry]:
    """The entries of a mapping of questions to answers, where at least half of its keys ask."""
    pairs = [
        (str(key.value), plain(value) or "", key.start_mark.line + 1)
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    ]
    asked = sum(asks(question) for question, _, _ in pairs)
    if not asked or asked * 2 < len(pairs):
        return []
    own = {"category": category} if category else {}
    return [
        Entry(line, {"question": question, "answer": answer} | own)
        for question, answer, line in pairs
        # A question without an answer stays in, and is an error; other keys may be empty.
        if answer.strip() or asks(question)
    ]
