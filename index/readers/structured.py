"""Declared question and answer pairs: schema.org FAQPage and QAPage in JSON-LD, microdata and
RDFa.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.readers.html_tree import UNREAD, Node, Page, Text, parse_page, texts

Pair = tuple[str, str, int]

_MAX_VALUES = 200_000  # of one script; a page's own markup has a few hundred
_BLOCK_END = frozenset(
    (
        "p",
        "div",
        "li",
        "br",
        "tr",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "pre",
        "dd",
        "dt",
    )
)


def declared_pairs(page: Page) -> list[Pair]:
    """(question, answer, line) in document order, each question once."""
    pairs: list[Pair] = []
    for node in page.nodes:
        if not node.attributes:
            continue
        kind = node.attributes.get("type", "").split(";")[0].strip().lower()
        if node.tag == "script" and kind == "application/ld+json":
            pairs.extend(_script_pairs(node))
        elif _schema_type(node) == "Question":
            pair = _markup_pair(page, node)
            if pair is not None:
                pairs.append(pair)
    seen: set[str] = set()
    unique: list[Pair] = []
    for pair in pairs:
        said = " ".join(re.findall(r"\w+", pair[0].lower()))
        if said not in seen:
            seen.add(said)
            unique.append(pair)
    return unique


def plain_text(value: str) -> str:
    """HTML of an answer as text: a line a paragraph or list entry, entities decoded."""
    if "<" not in value and "&" not in value:
        return " ".join(value.split()) if "\n" not in value else _lines(value)
    if re.search(r"&lt;/?[a-z]", value, re.IGNORECASE) and "<" not in value:
        value = html.unescape(value)  # markup that was escaped once too often
    if not re.search(r"</?[a-zA-Z]", value):
        return _lines(html.unescape(value))
    try:
        page = parse_page(value, "")
    except ReadError:
        return ""
    parts: list[str] = []
    stack: list[tuple[Node | Text, bool]] = [(page.nodes[0], False)]
    while stack:
        item, leaving = stack.pop()
        if isinstance(item, Text):
            parts.append(re.sub(r"\s+", " ", item.value))
        elif leaving:
            parts.append("\n")
        elif item.tag not in UNREAD:
            if item.tag in _BLOCK_END:
                parts.append("\n")
                stack.append((item, True))
            stack.extend((child, False) for child in reversed(item.children))
    return _lines("".join(parts))


def _lines(value: str) -> str:
    lines = (" ".join(line.split()) for line in value.split("\n"))
    return "\n".join(line for line in lines if line)


def _script_pairs(script: Node) -> Iterator[Pair]:
    source = "".join(child.value for child in script.children if isinstance(child, Text))
    first = next((child for child in script.children if isinstance(child, Text)), None)
    data = _load(source)
    at = 0
    for value in _objects(data):
        if "Question" not in _types(value):
            continue
        question = value.get("name") or value.get("text") or value.get("headline")
        answer = _answer_text(value)
        if not isinstance(question, str) or not answer:
            continue
        found = _find(source, question, at)
        leading = len(source) - len(source.lstrip())
        line = (
            script.line
            if first is None
            else first.line + source.count("\n", leading, max(found, leading))
        )
        at = max(at, found)
        asked = " ".join(plain_text(question).split())
        if asked:
            yield asked, answer, line


def _load(source: str) -> Any:
    """The JSON of a script; the faults that browsers' consumers forgive are mended.  None where
    it is none.
    """
    text = (
        re.sub(
            r"^\s*(?:<!--|/?\*?/?\s*<!\[CDATA\[\s*\*?/?)|(?:-->|/?\*?/?\s*\]\]>\s*\*?/?)\s*$",
            "",
            source,
        )
        .strip()
        .rstrip(";")
    )
    for candidate in (text, re.sub(r",(\s*[\]}])", r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in ``data``, outer ones first, in document order."""
    stack, count = [data], 0
    while stack and count < _MAX_VALUES:
        count += 1
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _types(value: dict[str, Any]) -> set[str]:
    given = value.get("@type", value.get("type", ()))
    names = given if isinstance(given, list) else [given]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str)}


def _answer_text(value: dict[str, Any]) -> str:
    answers = value.get("acceptedAnswer") or value.get("suggestedAnswer") or ()
    for answer in answers if isinstance(answers, list) else [answers]:
        text = (
            answer.get("text") or answer.get("description") if isinstance(answer, dict) else answer
        )
        if isinstance(text, list):
            text = "\n".join(part for part in text if isinstance(part, str))
        if isinstance(text, str) and (plain := plain_text(text)):
            return plain
    return ""


def _find(source: str, question: str, at: int) -> int:
    for spelled in (json.dumps(question, ensure_ascii=False), json.dumps(question), question):
        needle = spelled.strip('"')[:60]
        for start in (at, 0):
            found = source.find(needle, start) if needle else -1
            if found >= 0:
                return found
    return at


def _schema_type(node: Node) -> str:
    kind = node.attributes.get("itemtype") or node.attributes.get("typeof") or ""
    return kind.strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _markup_pair(page: Page, question: Node) -> Pair | None:
    """The pair of a microdata or RDFa Question, whose values may be in elements or in
    ``content``.
    """
    name: tuple[str, int] | None = None
    answer = ""
    accepted: Node | None = None
    for node in page.inside(question):
        properties = re.split(
            r"[\s:]+", node.attributes.get("itemprop") or node.attributes.get("property") or ""
        )
        if "name" in properties and name is None:
            name = _value(page, node)
        elif "acceptedAnswer" in properties or "suggestedAnswer" in properties:
            accepted = accepted or node
        elif (
            accepted is not None
            and not answer
            and ("text" in properties or "articleBody" in properties)
        ):
            answer = _value(page, node)[0]
    if accepted is not None and not answer:
        answer = _value(page, accepted)[0]
    if name is None or not name[0] or not answer:
        return None
    return " ".join(name[0].split()), answer, name[1]


def _value(page: Page, node: Node) -> tuple[str, int]:
    if "content" in node.attributes:
        return plain_text(node.attributes["content"]), node.line
    line = next(
        (child.line for child in node.children if isinstance(child, Text) and child.value.strip()),
        node.line,
    )
    return " ".join(" ".join(texts(node)).split()), line
