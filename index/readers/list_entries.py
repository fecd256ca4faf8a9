"""Entries of FAQ lists: what the fields of one question or text are called, and what they hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from index.errors import ReadError
from index.languages import base_code
from index.readers import vocabulary
from index.readers.list_languages import in_each_language
from index.readers.wording import fold

_SYNONYMS = {
    fold(name): field_
    for field_, names in vocabulary.LIST_FIELDS.items()
    for name in reversed(names)
}
# What may stand beside "question" or "answer" in a name, besides a language: "answer_html".
_QUALIFIERS = frozenset(
    {"html", "text", "markdown", "md", "plain", "rich", "body", "content", "title", "faq"}
)
# Latin, full width, Arabic, Greek (its own sign; NFC makes it a semicolon), Ethiopic, Armenian,
# reversed, vertical and small forms, Limbu, Vai, double.
_QUESTION_MARKS = ("?", "？", "؟", "\u037e", "፧", "՞", "⸮", "︖", "﹖", "᥅", "꘏", "⁇", "⁈", "⁉")
_QUESTION_BY_NAME = ("name", "title", "header", "label", "summary", "term")


@lru_cache(maxsize=4096)
def field_of(name: str) -> str | None:
    """What a column or key holds: "question", "answer", … (``vocabulary.json``, "list_fields").

    None for what is unknown.  A name may have something in brackets at its end ("Answer (HTML)",
    "Question [max. 80 characters]"); those of question and answer may have a format or a language
    beside them ("answer_html", "Question EN").
    """
    for candidate in (name, bare_name(name)):
        known = _SYNONYMS.get(fold(candidate))
        if known is not None:
            return known
    words = fold(name).split()
    for core in words:
        known = _SYNONYMS.get(core)
        others = list(words)
        others.remove(core)
        if known in ("question", "answer") and len(core) > 1 and all(map(_qualifies, others)):
            return known
    return None


def bare_name(name: str) -> str:
    """``name`` without what stands in brackets at its end."""
    return re.sub(r"[(（\[][^()（）\[\]]*[)）\]]\s*$", "", name).strip() or name


def _qualifies(word: str) -> bool:
    """Whether a word in a name only says how the text is written; "id" and "no" are numbers."""
    if word in _QUALIFIERS:
        return True
    return len(word) == 2 and word != "no" and word not in _SYNONYMS and base_code(word) == word


def asks(text: str) -> bool:
    """Whether a text ends in a question mark, of any script; closing quotes may follow it."""
    return text.rstrip(" \t\n\u00a0\"'”’»)]").endswith(_QUESTION_MARKS)


@dataclass
class Entry:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    alternates: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # names of texts that nobody knows
    markdown: bool = False

    def get(self, name: str) -> str:
        return self.values.get(name, "").strip()


@dataclass
class EntryList:
    """A whole file: its entries in order, and what it says of itself.

    ``problems`` are the entries that cannot be read, each with its line.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[ReadError] = field(default_factory=list)
    withheld: int = 0  # entries that readers are not to see
    title: str | None = None
    summary: str = ""
    summary_line: int = 1
    url: str | None = None
    language: str | None = None


def entries_of(fields: Mapping[str, Any], line: int, *, group: bool = False) -> list[Entry]:
    """The entry of named values, or one for each language that it is answered in.

    ``group``: further entries stand in it, and its title asks nothing.
    """
    return [_entry_of(own, line, group=group) for own in in_each_language(fields, field_of)]


def _entry_of(fields: Mapping[str, Any], line: int, *, group: bool) -> Entry:
    """One entry of named values; the first synonym with a value wins."""
    entry = Entry(line)
    for name, value in fields.items():
        known = field_of(str(name))
        if known is None and isinstance(value, str) and value.strip():
            entry.unknown.append(str(name))
        if known is None or value is None:
            continue
        if known == "alternates":
            values = value if isinstance(value, list) else str(value).split("|")
            entry.alternates.extend(" ".join(str(v).split()) for v in values if str(v).strip())
        elif isinstance(value, Mapping):
            inner = {fold(str(k)): v for k, v in value.items()}
            if known == "answer" and isinstance(inner.get("text"), str):
                entry.values.setdefault(known, inner["text"])
        elif isinstance(value, list):
            if all(isinstance(v, (str, int, float)) for v in value):
                joined = "\n\n".join(str(v) for v in value)
                entry.values.setdefault(known, joined)
        elif str(value).strip():
            exact = fold(str(name)) == known
            if exact or known not in entry.values:
                entry.values[known] = str(value)
    if "question" not in entry.values and "answer" in entry.values:
        folded = {fold(str(k)): v for k, v in fields.items()}
        if "acceptedanswer" in folded or "answer" in folded:
            for name in _QUESTION_BY_NAME:
                value = folded.get(name)
                has_question = any(field_of(k) == "question" for k in folded)
                if isinstance(value, str) and value.strip() and not has_question:
                    entry.values["question"] = value
                    if entry.values.get("title") == value:
                        del entry.values["title"]
                    break
    _place_title(entry, group=group)
    return entry


def _place_title(entry: Entry, *, group: bool) -> None:
    """Make a title the question, where it asks; else the heading, below the entry's category."""
    title = entry.values.pop("title", "")
    if not title:
        return
    if "question" in entry.values:
        entry.values.setdefault("heading", title)
    elif "answer" in entry.values and asks(title) and not group:
        entry.values["question"] = title
    else:
        if "heading" in entry.values:
            entry.values["category"] = entry.values["heading"]
        entry.values["heading"] = title
