"""Where an FAQ begins and ends, and which of its headings are questions, categories or neither."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from index.readers.assemble import Role
from index.readers.blocks import Block, BlockKind
from index.readers.labels import Label
from index.readers.parts import PLAIN, Part, asks, in_panel, is_weak
from index.readers.shapes import is_seed, mark_bodies
from index.readers.wording import (
    QuestionShape,
    fold,
    holds_faq_phrase,
    is_closing_heading,
    is_faq_heading,
    is_question_word,
    leading_number,
    names_questions,
    question_shape,
    strip_number,
)

_MARKED = QuestionShape.MARKED


@dataclass
class Node:
    """A heading with its own body (indices of parts) and the headings under it."""

    index: int
    level: int
    body: list[int] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)


def is_faq_page(parts: Sequence[Part], title: str, path: str) -> bool:
    """Whether the whole document is one FAQ: its title says so, or its introduction and
    numbering, or a title that speaks of questions ("Billing questions") above headings that ask."""
    if is_faq_heading(title):
        return True
    levels = sorted({p.block.level for p in parts if p.block.kind is BlockKind.HEADING})
    top = min(levels, default=0)
    headings = [
        p.block.text for p in parts if p.block.kind is BlockKind.HEADING and p.block.level == top
    ]
    if names_questions(title):
        asked = [question_shape(h) is _MARKED for h in headings if not is_closing_heading(h)]
        if len(asked) >= 2 and all(asked):
            return True
    introduction: list[str] = []
    for part in parts:
        if part.block.kind is BlockKind.HEADING or len(introduction) == 3:
            break
        introduction.append(part.block.text)
    said = any(holds_faq_phrase(text) for text in [title, *introduction])
    named = "faq" in fold(PurePosixPath(path).stem).split()
    if not (said or named) or any(map(is_faq_heading, headings)):
        return False  # one part of it is the FAQ
    if _asks_mostly(parts, top, share=0.5):
        return True
    # below categories, where nearly all headings are questions
    count = sum(p.block.kind is BlockKind.HEADING for p in parts)
    return any(_asks_mostly(parts, n, share=0.8, least=count // 2) for n in levels[1:])


def _asks_mostly(parts: Sequence[Part], level: int, *, share: float, least: int = 3) -> bool:
    """Whether so many headings of a level, ``least`` and three, count from one or ask."""
    texts = [
        p.block.text for p in parts if p.block.kind is BlockKind.HEADING and p.block.level == level
    ]
    if len(texts) < max(3, least):
        return False
    counted = [leading_number(text) for text in texts] == list(range(1, len(texts) + 1))
    return counted or sum(question_shape(text) is _MARKED for text in texts) >= share * len(texts)


def mark_scopes(parts: list[Part], *, page: bool) -> None:
    if page:
        mark_scope(parts, 0, len(parts), "")
        return
    index = 0
    while index < len(parts):
        block = parts[index].block
        opens = (
            block.kind is BlockKind.HEADING
            or (block.kind in PLAIN and block.bold and not parts[index].settled)
        ) and is_faq_heading(block.text)
        container = "faq" in block.attributes
        named = (
            not opens
            and block.kind is BlockKind.HEADING
            and (
                (names_questions(block.text) and _next_heading_asks(parts, index))
                or (is_question_word(block.text) and _asks_next(parts, index))
            )
        )
        if not opens and not container and not named:
            index += 1
            continue
        opens = opens or named
        start = index + 1 if opens else index
        if opens:
            parts[index].role = Role.HEADING
            parts[index].settled = True
        end = _scope_end(parts, start, block if opens else None)
        mark_scope(parts, start, end, block.text if opens else "")
        index = max(end, index + 1)


def _asks_next(parts: Sequence[Part], index: int) -> bool:
    """Whether what directly follows a heading begins a pair: a question, or one in bold."""
    if index + 1 == len(parts):
        return False
    block = parts[index + 1].block
    deeper = block.kind is BlockKind.HEADING and block.level > parts[index].block.level
    asked = block.text[: block.bold_prefix] or block.text
    return (deeper or is_seed(parts[index + 1])) and question_shape(asked) is _MARKED


def _next_heading_asks(parts: Sequence[Part], index: int) -> bool:
    for part in parts[index + 1 :]:
        if part.block.kind is BlockKind.HEADING:
            return asks(part)
    return False


def _scope_end(parts: Sequence[Part], start: int, opener: Block | None) -> int:
    """The index after the last part of the FAQ that ``opener`` (a heading or bold line) opens."""
    if opener is None or opener.kind is not BlockKind.HEADING:
        level = 0
        for index in range(start, len(parts)):
            if parts[index].block.kind is BlockKind.HEADING:
                if question_shape(parts[index].block.text) is _MARKED:
                    level = max(level, 1)
                    continue
                return index
        return len(parts)
    end = start
    deeper = False
    while end < len(parts):
        block = parts[end].block
        if in_panel(block):
            end += 1
            continue
        if block.kind is BlockKind.HEADING and not asks(parts[end]):
            if block.level <= opener.level:
                break
            deeper = True
        elif block.kind is BlockKind.HEADING and block.level <= opener.level:
            break
        elif block.kind is BlockKind.HEADING:
            deeper = True
        end += 1
    if deeper or any(is_seed(p) for p in parts[start:end]):
        return end
    # Nothing below the heading asks: perhaps the questions stand at the FAQ heading's own level.
    last = end
    index = end
    while index < len(parts):
        block = parts[index].block
        if block.kind is BlockKind.HEADING:
            if is_closing_heading(block.text) and not _numbered_on(parts, index, last):
                break
            if asks(parts[index]):
                last = index
            elif block.level > opener.level:
                pass  # inside an answer
            elif block.level < opener.level or not _numbered_on(parts, index, last):
                # lines that only look like headings often stand inside an answer
                far = 6 if is_weak(block) else 2
                ahead = [p for p in parts[index + 1 :] if p.block.kind is BlockKind.HEADING][:far]
                if not any(asks(p) for p in ahead) or last == end:
                    break
            else:
                last = index
        index += 1
    return index if last > end or (last < len(parts) and asks(parts[last])) else end


def _numbered_on(parts: Sequence[Part], index: int, last: int) -> bool:
    """Whether the heading at ``index`` goes on counting from the one at ``last``."""
    here = leading_number(parts[index].block.text)
    before = leading_number(parts[last].block.text) if last < len(parts) else None
    return here is not None and before is not None and here == before + 1


def mark_scope(parts: list[Part], start: int, end: int, heading: str) -> None:
    """Marks the questions of one FAQ, ``parts[start:end]``."""
    root = Node(-1, 0)
    stack = [root]
    for index in range(start, end):
        block = parts[index].block
        heading_here = block.kind is BlockKind.HEADING and not in_panel(block)
        if heading_here and not parts[index].settled:
            while stack[-1].level >= block.level and len(stack) > 1:
                stack.pop()
            node = Node(index, block.level)
            stack[-1].children.append(node)
            stack.append(node)
        else:
            stack[-1].body.append(index)
    nodes = [n for n in _walk(root) if n is not root]
    labelled = [p for p in parts[start:end] if p.label is Label.QUESTION and not p.joined]
    if len(labelled) >= 3:
        # "Q1: Which …?" are the questions; "Still stuck?" beside them is a heading
        mark_bodies(parts, root.body, heading)
        for node in nodes:
            mark_bodies(parts, node.body, parts[node.index].block.text)
        return
    shares: dict[int, tuple[int, int]] = {}
    for node in nodes:
        asked, total = shares.get(node.level, (0, 0))
        shares[node.level] = (asked + asks(parts[node.index]), total + 1)
    for level, (asked, total) in shares.items():
        texts = [parts[n.index].block.text for n in nodes if n.level == level]
        numbered = all(strip_number(text) != text for text in texts)
        if total >= 5 and numbered and asked * 3 >= total:
            shares[level] = (total, total)  # 2.1 to 5.7 are all of one kind
    numbers = [leading_number(parts[n.index].block.text) for n in root.children]
    counted = len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1))
    usual = max(shares, key=lambda level: (shares[level][0], -level), default=0)
    if shares.get(usual, (0, 0))[0] >= 3:
        first = next((n.index for n in nodes if n.level == usual and asks(parts[n.index])), end)
        for node in root.children:
            if node.index > first and node.level < usual and not node.children:
                # "Still stuck?" above the questions' level, after them
                parts[node.index].settled = True
                parts[node.index].role = Role.HEADING
    mark_bodies(parts, root.body, heading)
    _mark_nodes(parts, root.children, heading, shares, counted=counted)


def _walk(node: Node) -> list[Node]:
    found = [node]
    for child in node.children:
        found.extend(_walk(child))
    return found


def _mark_nodes(
    parts: list[Part],
    nodes: list[Node],
    heading: str,
    shares: dict[int, tuple[int, int]],
    *,
    counted: bool,
) -> None:
    """Tells questions, categories and ordinary sections among headings of one parent.

    A heading with question-shaped headings below it is a category.  Where at least half of the
    headings beside it (or of its level in this FAQ) are questions, a statement is one too:
    "The worker hangs" asks for help like "Why does the worker hang?".
    """
    asked = sum(asks(parts[n.index]) for n in nodes)
    mostly = bool(nodes) and asked * 2 >= len(nodes)
    answered = False
    for place, node in enumerate(nodes):
        part = parts[node.index]
        if part.role is Role.HEADING:
            continue
        text = part.block.text
        beside = [parts[n.index] for n in nodes[max(0, place - 1) : place + 2] if n is not node]
        if (
            mostly
            and answered
            and is_weak(part.block)
            and not asks(part)
            and not is_closing_heading(text)
            and any(is_weak(p.block) and not asks(p) for p in beside)
        ):
            part.role, part.settled = Role.ANSWER, True  # two such lines are parts of one answer
            continue
        level_asked, level_total = shares[node.level]
        below = [n for n in _walk(node) if n is not node]
        below_asked = sum(asks(parts[n.index]) for n in below)
        filled = any(parts[i].block.kind is not BlockKind.RULE for i in node.body)
        category = below_asked > 0 and (
            (not asks(part) and below_asked * 2 >= len(below)) or not filled
        )
        if not category and not asks(part) and below:
            # "Troubleshooting" whose headings are all statements, in an FAQ where that level asks
            child_asked, child_total = shares.get(below[0].level, (0, 0))
            category = child_asked * 2 >= child_total and not (level_asked * 2 >= level_total)
        if category or is_faq_heading(text) or is_question_word(text):
            mark_bodies(parts, node.body, text)
            _mark_nodes(parts, node.children, text, shares, counted=counted)
            continue
        if not asks(part) and not below and not mostly and mark_bodies(parts, node.body, text):
            continue
        ordinary = is_closing_heading(text) and not asks(part) and not counted
        statement = mostly or counted or level_asked * 2 >= level_total
        if asks(part) or (statement and not ordinary and (filled or below)):
            last = node is nodes[-1] and (len(nodes) > 2 or _ends_faq(parts, node.index))
            if is_closing_heading(text) and not counted and last:
                continue  # "Still have questions?" after the last pair
            part.role, part.heading, part.settled = Role.QUESTION, heading, True
            answered = True
            for inner in below:
                parts[inner.index].role = Role.ANSWER
                parts[inner.index].settled = True
        else:
            _mark_nodes(parts, node.children, heading, shares, counted=counted)


def _ends_faq(parts: Sequence[Part], index: int) -> bool:
    """Whether a heading is the document's last one, and two questions or more stand before it."""
    later = any(p.block.kind is BlockKind.HEADING for p in parts[index + 1 :])
    asked = sum(p.role is Role.QUESTION and not p.joined for p in parts[:index])
    return not later and asked >= 2
