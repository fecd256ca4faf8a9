"""FAQ lists in YAML: Microsoft's ``YamlMime:FAQ``, lists of entries, mappings of questions to
answers."""

from collections.abc import Mapping
from typing import Any

import yaml

from index.errors import ReadError
from index.readers.aliases import AliasLimitLoader
from index.readers.list_entries import SYNONYMS, Entry, EntryList, asks, entry_of
from index.readers.wording import fold


def read_yaml(text: str, path: str) -> EntryList:
    found = EntryList()
    try:
        node = yaml.compose(text, Loader=AliasLimitLoader)
        if node is not None:
            _walk_yaml(node, found, "", 0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n")[0]
        line = mark.line + 1 if mark is not None else None
        raise ReadError(path, f"not valid YAML: {reason}", line=line) from error
    except RecursionError as error:
        raise ReadError(path, "nested too deeply") from error
    except ValueError as error:
        raise ReadError(path, f"not valid YAML: {error}") from error
    for entry in found.entries:
        entry.markdown = True
    return found


# Keys that hold the entries, and are no category themselves.
_CONTAINERS = frozenset(
    {
        "faq", "faqs", "items", "entries", "data", "list", "sections", "categories", "groups",
        "mainentity", "main entity", "content", "qa",
    }
)  # fmt: skip


def _plain(node: yaml.Node) -> Any:
    """A node's value: strings, lists and mappings of them (no tags, no aliases beyond PyYAML's
    own)."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag.endswith(":null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    return {str(getattr(k, "value", "")): _plain(v) for k, v in node.value}


def _walk_yaml(node: yaml.Node, found: EntryList, category: str, depth: int) -> None:
    if depth > 12:
        return
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _walk_yaml(child, found, category, depth + 1)
        return
    if not isinstance(node, yaml.MappingNode):
        return
    scalars = {
        fold(str(getattr(k, "value", ""))): v
        for k, v in node.value
        if isinstance(v, (yaml.ScalarNode, yaml.SequenceNode))
    }
    is_list = all(isinstance(v, yaml.SequenceNode) for k, v in scalars.items() if k == "questions")
    fields = {k: _plain(v) for k, v in scalars.items() if not (k == "questions" and is_list)}
    for key_node, value in node.value:
        if isinstance(value, yaml.MappingNode):
            fields[fold(str(getattr(key_node, "value", "")))] = _plain(value)
    asked = next((n for k, n in scalars.items() if SYNONYMS.get(k) == "question"), node)
    entry = entry_of(fields, min(asked.start_mark.line, _key_line(node, asked)) + 1)
    if entry.get("question") or (depth > 0 and entry.get("answer") and not _has_lists(node)):
        entry.values.setdefault("category", category) if category else None
        if entry.get("heading") and not category:
            entry.values["category"] = entry.get("heading")
        found.entries.append(entry)
        return
    _take_head(fields, scalars, found, depth)
    name = next((str(fields[k]) for k in ("name", "title", "category", "section", "heading")
                 if isinstance(fields.get(k), str)), "")  # fmt: skip
    pairs = _plain_pairs(node) if depth <= 2 else []
    if pairs:
        for question, answer, line in pairs:
            values = {"question": question, "answer": answer}
            if category:
                values["category"] = category
            found.entries.append(Entry(line, values))
        return
    for key_node, value in node.value:
        key_text = str(getattr(key_node, "value", ""))
        inner = name if depth > 0 and name else category
        if fold(key_text) in ("metadata", "meta"):
            continue
        if not name and isinstance(value, (yaml.SequenceNode, yaml.MappingNode)):
            generic = SYNONYMS.get(fold(key_text)) or fold(key_text) in _CONTAINERS
            inner = category if generic else key_text
        _walk_yaml(value, found, inner, depth + 1)


def _key_line(node: yaml.MappingNode, value: yaml.Node) -> int:
    """The 0-based line of the key of ``value`` in ``node`` (a block scalar starts after it)."""
    return next((k.start_mark.line for k, v in node.value if v is value), node.start_mark.line)


def _has_lists(node: yaml.MappingNode) -> bool:
    return any(
        isinstance(v, yaml.SequenceNode) and any(isinstance(c, yaml.MappingNode) for c in v.value)
        for _, v in node.value
    )


def _take_head(
    fields: Mapping[str, Any], nodes: Mapping[str, yaml.Node], found: EntryList, depth: int
) -> None:
    if depth:
        return
    metadata = fields.get("metadata") if isinstance(fields.get("metadata"), dict) else {}
    for name in ("title", "name"):
        value = fields.get(name) or (metadata or {}).get(name)
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


def _plain_pairs(node: yaml.MappingNode) -> list[tuple[str, str, int]]:
    """A mapping of questions to answers, where most keys ask."""
    pairs = [
        (str(k.value), _plain(v) or "", k.start_mark.line + 1)
        for k, v in node.value
        if isinstance(k, yaml.ScalarNode) and isinstance(v, yaml.ScalarNode)
    ]
    asked = sum(asks(q) for q, _, _ in pairs)
    if asked and asked * 2 >= len(pairs):
        # A question without an answer stays in, and is an error; other keys may be empty.
        return [(q, a, line) for q, a, line in pairs if a.strip() or asks(q)]
    return []
