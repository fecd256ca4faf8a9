"""Questions that are no headings: accordions, terms, bold lines, list entries, lines that ask."""

from collections.abc import Callable
from dataclasses import replace

from index.readers.assemble import Role
from index.readers.blocks import Block, BlockKind
from index.readers.labels import Label
from index.readers.parts import MAX_QUESTION_CHARS, PLAIN, Part
from index.readers.wording import QuestionShape, question_shape

_MARKED = QuestionShape.MARKED
SPLIT = "question-end"  # attribute: where in the block the question ends and its answer begins


def is_seed(part: Part) -> bool:
    """Whether a part without a heading's markup may start a pair inside an FAQ."""
    block = part.block
    if part.role is Role.QUESTION or block.kind in (BlockKind.SUMMARY, BlockKind.TERM):
        return True
    if block.kind not in PLAIN or len(block.text) > 4 * MAX_QUESTION_CHARS:
        return False
    if block.bold or block.bold_prefix:
        return True
    return question_shape(block.text) is _MARKED or _question_end(block) > 0


def mark_bodies(parts: list[Part], body: list[int], heading: str) -> int:
    """Marks the questions that are no headings among the parts ``body``; returns how many."""
    for index in body:
        if parts[index].role is Role.QUESTION and not parts[index].heading:
            parts[index].heading = heading
    certain = [i for i in body if parts[i].role is Role.QUESTION and not parts[i].joined]
    if certain:
        # a box that asks, below a table of pairs, is one of the same FAQ; most ask, so do all
        boxes = [i for i in _summaries(parts, body) if not parts[i].settled]
        asking = [i for i in boxes if question_shape(parts[i].block.text) is _MARKED]
        for index in boxes if len(asking) * 2 >= len(boxes) else asking:
            parts[index].role, parts[index].settled = Role.QUESTION, True
            parts[index].heading = heading
        return len(certain)
    for shape in (_summaries, _terms, _bold, _items, _lines):
        found = shape(parts, body)
        if found:
            for index in found:
                parts[index].role = Role.QUESTION
                parts[index].heading = heading
                parts[index].settled = True
            return len(found)
    return 0


def _summaries(parts: list[Part], body: list[int]) -> list[int]:
    return [i for i in body if parts[i].block.kind is BlockKind.SUMMARY]


def _terms(parts: list[Part], body: list[int]) -> list[int]:
    return [i for i in body if parts[i].block.kind is BlockKind.TERM and not parts[i].settled]


def _bold(parts: list[Part], body: list[int]) -> list[int]:
    """Bold lines, or bold beginnings, most of which ask."""
    found = []
    asked = 0
    for index in body:
        block = parts[index].block
        if block.kind not in PLAIN or len(block.text) > 8 * MAX_QUESTION_CHARS:
            continue
        head = block.text if block.bold else block.text[: block.bold_prefix]
        if not head or len(head) > MAX_QUESTION_CHARS:
            continue
        shape = question_shape(head)
        if shape is not _MARKED and head.rstrip().endswith((":", "：", ".", "!")):
            continue
        if shape is not _MARKED and not block.bold:
            continue
        found.append(index)
        asked += shape is _MARKED
    if not found or asked * 2 < len(found):
        return []
    found = sorted({*found, *_numbered_beside(parts, body, found)})
    return _split(parts, found, lambda b: 0 if b.bold else b.bold_prefix or _question_end(b))


def _numbered_beside(parts: list[Part], body: list[int], found: list[int]) -> list[int]:
    """The entries that ask of the numbered list of which all of ``found`` are, but not in bold."""

    def place(index: int) -> int:
        block = parts[index].block
        numbered = block.kind is BlockKind.ITEM and block.marker[:1].isdigit()
        return block.level if numbered else 0

    levels = {place(i) for i in found}
    if len(levels) > 1 or 0 in levels:
        return []
    beside = [i for i in body if place(i) in levels and not parts[i].settled]
    return [
        i
        for i in beside
        if question_shape(parts[i].block.text) is _MARKED or _question_end(parts[i].block)
    ]


def _items(parts: list[Part], body: list[int]) -> list[int]:
    """List entries that ask and are answered in the same entry or below it."""
    items = [i for i in body if parts[i].block.kind is BlockKind.ITEM]
    if not items:
        return []
    top = min(parts[i].block.level for i in items)
    outer = [i for i in items if parts[i].block.level == top]
    found = []
    for index in outer:
        block = parts[index].block
        end = _question_end(block)
        answered = index + 1 < len(parts) and (
            parts[index + 1].block.kind not in (BlockKind.HEADING, BlockKind.RULE)
            and not (
                parts[index + 1].block.kind is BlockKind.ITEM
                and parts[index + 1].block.level <= top
            )
        )
        if end or (answered and question_shape(block.text) is _MARKED):
            found.append(index)
    if len(found) * 2 < len(outer):
        return []
    return _split(parts, found, _question_end)


def _lines(parts: list[Part], body: list[int]) -> list[int]:
    """Paragraphs that are one question, each followed by what answers it; or that begin with
    one."""
    found = []
    for place, index in enumerate(body):
        block = parts[index].block
        if block.kind is not BlockKind.PARAGRAPH or parts[index].label is Label.ANSWER:
            continue
        following = body[place + 1] if place + 1 < len(body) else None
        alone = (
            question_shape(block.text) is _MARKED
            and len(block.text) <= MAX_QUESTION_CHARS
            and following is not None
            and parts[following].block.kind not in (BlockKind.HEADING, BlockKind.RULE)
            and question_shape(parts[following].block.text) is not _MARKED
        )
        if alone or ("\n" in block.text and _question_end(block)):
            found.append(index)
    return _split(parts, found, _question_end)


def _question_end(block: Block) -> int:
    """Where the question ends that ``block`` begins with, if its answer follows in the block; else
    0."""
    text = block.text
    if block.bold_prefix and question_shape(text[: block.bold_prefix]) is _MARKED:
        return block.bold_prefix
    line, newline, rest = text.partition("\n")
    if newline and rest.strip() and question_shape(line) is _MARKED:
        return len(line)
    if block.kind is BlockKind.ITEM:
        for place, char in enumerate(text[:MAX_QUESTION_CHARS]):
            if char in "?？؟" and len(text) - place > 20:
                return place + 1
    return 0


def _split(parts: list[Part], found: list[int], end_of: Callable[[Block], int]) -> list[int]:
    """Notes for each found part where its question ends; the parts are split at the very end."""
    for index in found:
        block = parts[index].block
        end = end_of(block)
        if 0 < end < len(block.text):
            parts[index].block = replace(block, attributes={**block.attributes, SPLIT: str(end)})
    return found
