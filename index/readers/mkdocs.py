"""What MkDocs and its theme Material write into Markdown: boxes, tabs, attributes, snippets.

    ??? question "Is it safe?"
        Yes, it is.

A box that folds, and one of a question, becomes the component that MDX has for it; of others, and
of tabs, the title becomes a bold line.  What is indented below comes out; lines keep their numbers.
"""

import re
from collections.abc import Sequence
from html import escape

_BOX = re.compile(
    r"(?P<indent>[ ]*)(?P<sign>!!!|\?\?\?\+?|===[+!]?)[ \t]+"
    r"(?P<kind>[\w-]+(?:[ \t]+(?:inline|end|annotate|left|right))*)?[ \t]*"
    r"(?:\"(?P<title>[^\n]*)\")?[ \t]*"
)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_ASKING = frozenset(("question", "faq", "help"))
# Behind an image, a link or code.
ATTRIBUTES = re.compile(r"(?<=[)\]`])\{[ \t]*(?::?[ \t]*[#.][A-Za-z]|[\w-]+=)[^}\n]*\}")
_SNIPPET = re.compile(r"^[ \t]*[-;]+8<[-]+.*$", re.M)
_ABBREVIATION = re.compile(r"^\*\[[^\]\n]+\]:[^\n]*$", re.M)
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]+:(?:[ \t]|$)?", re.M)


def without_boxes(text: str) -> str:
    """``text`` with its boxes and tabs as components and bold lines, line for line."""
    if not re.search(r"^[ ]*(?:!!!|\?\?\?\+?|===[+!]?)[ \t]+[\w\"]", text, re.M):
        return text
    lines, closing = _converted(text.split("\n"))
    return "\n".join([*lines, closing] if closing else lines)


def without_marks(text: str) -> str:
    """``text``, in which no code is, without snippets, abbreviations and icons."""
    for pattern in (_SNIPPET, _ABBREVIATION, _ICON):
        text = pattern.sub("", text)
    return text


def _converted(lines: Sequence[str]) -> tuple[list[str], str]:
    """As many lines, and what is still to close after the last."""
    out: list[str] = []
    closing = ""  # of the box before
    fence = ""
    index = 0
    while index < len(lines):
        line = lines[index]
        box = None if fence else _BOX.fullmatch(line)
        end = _end_of_box(lines, index, len(box["indent"])) if box is not None else index
        if box is None or end == index + 1 or not _is_box(box):
            if closing and not line.strip():
                line, closing = closing, ""
            fence = _fence_after(line, fence)
            out.append(closing + line)
            closing = ""
            index += 1
            continue
        indent = box["indent"]
        opening, after = _tags(box)
        out.append(closing + indent + opening)
        inner, pending = _converted([line[len(indent) + 4 :] for line in lines[index + 1 : end]])
        out.extend(indent + line if line.strip() else "" for line in inner)
        closing, index = pending + after, end
    return out, closing


def _is_box(box: re.Match[str]) -> bool:
    """Whether a line opens a box: by its kind, a tab by its title."""
    return bool(box["title"] if box["sign"].startswith("=") else box["kind"] or box["title"])


def _end_of_box(lines: Sequence[str], start: int, indent: int) -> int:
    """The index after the last line that is indented below the box that begins at ``start``."""
    end = index = start + 1
    while index < len(lines):
        line = lines[index]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) < indent + 4:
                break
            end = index + 1
        index += 1
    return end


def _tags(box: re.Match[str]) -> tuple[str, str]:
    """What opens a box and what closes it."""
    title = (box["title"] or "").strip()
    folds = box["sign"].startswith("?") or (box["kind"] or "").lower() in _ASKING
    if folds and title:
        plain = re.sub(r"\*\*|`", "", title)
        return f'<Accordion title="{escape(plain)}">', "</Accordion>"
    # two spaces: a line break, should text follow directly
    return (f"**{title}**  " if title else ""), ""


def _fence_after(line: str, fence: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return fence
    if fence:
        return "" if match[1].startswith(fence) else fence
    return match[1]
