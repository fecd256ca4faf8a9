"""FAQ lists in JSON and JSON Lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.readers.list_entries import Entry, EntryList, asks, entries_of, field_of
from index.readers.list_status import is_withheld
from index.readers.wording import fold

_TOO_DEEP = "nested too deeply"


def read_json(text: str, path: str) -> EntryList:
    found = EntryList()
    try:
        value = json.loads(text)
        _walk_json(value, found, "", 0, _object_lines(text))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text.lstrip().startswith("{"):
            return read_json_lines(text, path)
        raise ReadError(path, f"not valid JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise ReadError(path, _TOO_DEEP) from error
    except ValueError as error:
        raise ReadError(path, f"not valid JSON: {error}") from error
    return found


def _object_lines(text: str) -> Iterator[dict[str, int]]:
    """The lines of each object's keys ("" for the object itself), in the order in which they
    open."""
    objects: list[dict[str, int]] = []
    stack: list[dict[str, int]] = []
    line = 1
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"(\s*:)?|[{}\n]', text, re.S):
        token = match.group()
        if token == "{":
            objects.append({"": line})
            stack.append(objects[-1])
        elif token == "}":
            if stack:
                stack.pop()
        elif match.group(1) and stack:
            name = json.loads(token[: -len(match.group(1))])
            stack[-1].setdefault(name, line)
        line += token.count("\n")
    return iter(objects)


def _line_of(lines: dict[str, int]) -> int:
    """The line of an entry: its question's, else its answer's, else where it opens."""
    for meaning in ("question", "answer"):
        for name, line in lines.items():
            if field_of(name) == meaning:
                return line
    return lines[""]


def _walk_json(
    value: Any, found: EntryList, category: str, depth: int, lines: Iterator[dict[str, int]]
) -> None:
    if isinstance(value, list):
        for child in value:
            _walk_json(child, found, category, depth + 1, lines)
        return
    if not isinstance(value, dict):
        return
    line = _line_of(next(lines, {"": 1}))
    if depth > 0 and is_withheld(value):
        found.withheld += 1
        for child in value.values():
            _skip(child, lines)
        return
    nested = any(
        isinstance(v, list) and any(isinstance(c, dict) for c in v) for v in value.values()
    )
    fields = {
        k: v for k, v in value.items() if not (fold(k) == "questions" and isinstance(v, list))
    }
    entries = entries_of(fields, line, group=nested)
    if any(e.get("question") or (depth > 0 and e.get("answer") and not nested) for e in entries):
        for entry in entries:
            if category and not entry.get("heading"):
                entry.values["category"] = category
        found.entries.extend(entries)
        for child in value.values():
            _skip(child, lines)
        return
    folded = {fold(k): v for k, v in value.items()}
    if depth == 0:
        for name in ("title", "name"):
            if isinstance(folded.get(name), str) and not found.title:
                found.title = folded[name].strip() or None
        if isinstance(folded.get("url"), str):
            found.url = folded["url"]
        for name in ("language", "lang", "inlanguage"):
            if isinstance(folded.get(name), str):
                found.language = folded[name]
    name = next((folded[k] for k in ("category", "section", "name", "title", "heading")
                 if isinstance(folded.get(k), str)), "")  # fmt: skip
    asked = [k for k, v in value.items() if (isinstance(v, str) or v is None) and asks(k)]
    if asked and len(asked) * 2 >= len(value):
        for question in asked:
            values = {"question": question, "answer": value[question] or ""}
            found.entries.append(Entry(line, values | ({"category": category} if category else {})))
        return
    for key_text, child in value.items():
        inner = name if depth > 0 and name else category
        _walk_json(child, found, inner, depth + 1, lines)
        del key_text


def _skip(value: Any, lines: Iterator[dict[str, int]]) -> None:
    if isinstance(value, dict):
        next(lines, None)
        for child in value.values():
            _skip(child, lines)
    elif isinstance(value, list):
        for child in value:
            _skip(child, lines)


def read_json_lines(text: str, path: str) -> EntryList:
    """The entries of JSON Lines, and a problem for each line that is none."""
    found = EntryList()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.entries.extend(_entries_of_line(line, path, number, found))
        except ReadError as problem:
            found.problems.append(problem)
    return found


def _entries_of_line(line: str, path: str, number: int, found: EntryList) -> list[Entry]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ReadError(
            path, f"not valid JSON: {error.msg} (column {error.colno})", line=number
        ) from error
    except RecursionError as error:
        raise ReadError(path, _TOO_DEEP, line=number) from error
    except ValueError as error:
        raise ReadError(path, f"not valid JSON: {error}", line=number) from error
    if not isinstance(value, dict):
        raise ReadError(
            path,
            f"expected a JSON object on each line, found {type(value).__name__}",
            line=number,
        )
    if is_withheld(value):
        found.withheld += 1
        return []
    entries = entries_of(value, number)
    if not any(entry.get("question") or entry.get("answer") for entry in entries):
        names = ", ".join(str(k) for k in list(value)[:8])
        raise ReadError(
            path, f"neither question nor answer in the fields {names or '(none)'}", line=number
        )
    return entries
