"""Tells the FAQ pairs among an article's blocks.

What makes a pair is never one sign alone.  Either the source says so (a label "Q:", markup of a
question), or a heading announces an FAQ and a repeated shape follows it: headings, bold lines,
terms, list entries or lines that are mostly questions (``scopes.py``, ``shapes.py``).  A
question-shaped heading outside an FAQ is a section.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from index.readers.assemble import Marked, Role, cut
from index.readers.blocks import Block, BlockKind
from index.readers.labels import Label, Labels, answer_label_end, find_labels
from index.readers.page_lines import calls_for_comments
from index.readers.parts import MAX_QUESTION_CHARS, Part, in_panel
from index.readers.scopes import is_faq_page, mark_scopes
from index.readers.shapes import SPLIT
from index.readers.unnamed_faq import mark_unnamed
from index.readers.wording import QuestionShape, key, question_shape, strip_number

_MARKED = QuestionShape.MARKED


def mark(
    blocks: Sequence[Block],
    *,
    title: str,
    path: str,
    declared: Sequence[tuple[str, str, int]] = (),
    copied: bool = False,
) -> list[Marked]:
    """The blocks with their roles, in order; rules are gone.

    ``declared`` questions (JSON-LD, front matter) mark the visible blocks that say the same.
    ``copied``: the text of a whole page, where the last answer may run into the page's furniture.
    """
    parts = _labelled(blocks)
    _mark_certain(parts, {key(q) for q, _, _ in declared})
    page = is_faq_page(parts, title, path)
    mark_scopes(parts, page=page)
    _mark_loose(parts)
    if not any(p.role is Role.QUESTION for p in parts):
        mark_unnamed(parts)
    _mark_answers(parts)
    _mark_wordings(parts)
    if copied:
        _trim_last_answers(parts)
    return _gathered(_finished(parts))


def given(blocks: Sequence[Block]) -> list[Marked]:
    """The roles where the source itself says what is a question: FAQ lists."""
    marked: list[Marked] = []
    asked = False
    for block in blocks:
        if block.kind is BlockKind.QUESTION:
            marked.append(Marked(block, Role.QUESTION, block.attributes.get("heading", "")))
            asked = True
        elif block.attributes.get("opens"):
            marked.append(Marked(block, Role.HEADING))
            asked = False
        elif block.kind is not BlockKind.RULE:
            marked.append(Marked(block, Role.ANSWER if asked else Role.BODY))
    return marked


def _labelled(blocks: Sequence[Block]) -> list[Part]:
    """One part a block, or several where labels stand inside it."""
    unlabelled = (BlockKind.CODE, BlockKind.TABLE, BlockKind.RULE)
    labels = find_labels(b.text for b in blocks if b.kind not in unlabelled)
    parts: list[Part] = []
    pending: Label | None = None  # a label that stands alone names the next block
    for block in blocks:
        if labels is None or block.kind in unlabelled:
            parts.append(Part(block, label=pending, joined=False))
            if block.kind is not BlockKind.RULE:
                pending = None
            continue
        for piece in _pieces(block, labels):
            if piece.label is not None and not piece.block.text:
                pending = piece.label
                continue
            if piece.label is None and pending is not None:
                piece.label = pending
            pending = None
            parts.append(piece)
    if labels is not None:
        _join_questions(parts)
    return parts


def _pieces(block: Block, labels: Labels) -> list[Part]:
    found = labels.parts(block.text)
    if len(found) == 1 and found[0].label is None:
        return [Part(block)]
    pieces = []
    for part in found:
        piece = cut(block, part.start, part.end, line=block.line + part.line)
        if part.label is not None:
            piece = replace(piece, kind=BlockKind.PARAGRAPH, marker="", level=0)
        pieces.append(Part(piece, label=part.label))
    return pieces


def _join_questions(parts: list[Part]) -> None:
    """What stands between a question's label and its answer's belongs to the question."""
    index = 0
    while index < len(parts):
        if parts[index].label is Label.QUESTION:
            end = index + 1
            while end < len(parts) and end - index <= 3 and parts[end].label is None:
                if parts[end].block.kind is BlockKind.HEADING:
                    break
                end += 1
            if end < len(parts) and parts[end].label is Label.ANSWER:
                for part in parts[index + 1 : end]:
                    part.role, part.joined, part.settled = Role.QUESTION, True, True
        index += 1


def _mark_certain(parts: list[Part], declared: set[str]) -> None:
    for part in parts:
        block = part.block
        if part.label is Label.QUESTION or block.kind is BlockKind.QUESTION:
            part.role, part.settled = Role.QUESTION, True
        elif block.kind is BlockKind.RULE:
            part.ends, part.settled = True, True
        elif (
            declared
            and block.kind not in (BlockKind.CODE, BlockKind.TABLE)
            and len(block.text) <= MAX_QUESTION_CHARS
            and key(block.text) in declared
        ):
            part.role, part.settled = Role.QUESTION, True


def _mark_loose(parts: list[Part]) -> None:
    """Accordions and definition lists that ask, wherever they stand: judged heading by heading."""
    groups: list[list[Part]] = [[]]
    for part in parts:
        if part.block.kind is BlockKind.HEADING and not in_panel(part.block):
            groups.append([])
        elif not part.settled and part.block.kind in (BlockKind.SUMMARY, BlockKind.TERM):
            groups[-1].append(part)
    for group in groups:
        for kind, least in ((BlockKind.SUMMARY, 1), (BlockKind.TERM, 2)):
            alike = [p for p in group if p.block.kind is kind]
            asking = [p for p in alike if question_shape(p.block.text) is _MARKED]
            if len(asking) < least:
                continue
            if kind is BlockKind.SUMMARY:  # "What does it cost", beside one with a question mark
                asking = [p for p in alike if question_shape(p.block.text)]
            mostly = len(asking) >= 2 and len(asking) * 2 >= len(alike)
            for part in alike if mostly else asking if kind is BlockKind.SUMMARY else ():
                part.role, part.settled = Role.QUESTION, True
    for part in parts:  # a section that is folded away
        if part.block.kind is BlockKind.SUMMARY and part.block.level and not part.settled:
            part.role, part.settled = Role.HEADING, True


def _mark_answers(parts: list[Part]) -> None:
    """Gives each part after a question to its answer, up to what ends it."""
    question: Part | None = None
    for index, part in enumerate(parts):
        block = part.block
        if part.role is Role.QUESTION:
            if not part.joined:
                question = part
            continue
        if part.ends:
            if question is not None and _rule_ends(parts, index, question):
                question = None
            continue
        opened = question is not None and in_panel(block)
        if block.kind is BlockKind.HEADING and part.role is not Role.ANSWER and not opened:
            part.role = Role.HEADING
            question = None
            continue
        if part.role is Role.HEADING:
            question = None
            continue
        if question is not None:
            part.role = Role.ANSWER


def _mark_wordings(parts: list[Part]) -> None:
    """Questions that are terms of one definition are one pair's: the first, and other wordings."""
    for before, part in itertools.pairwise(parts):
        terms = before.block.kind is part.block.kind is BlockKind.TERM
        asked = before.role is part.role is Role.QUESTION
        part.wording = terms and asked and not part.joined


def _rule_ends(parts: Sequence[Part], index: int, question: Part) -> bool:
    """Whether the rule at ``index`` ends the answer of ``question``.

    The end of an accordion's panel always does.  A line across the page does unless another
    question of the same FAQ follows after more text: then it stood inside the answer.
    """
    if "ends" in parts[index].block.attributes:
        kinds = (BlockKind.SUMMARY, BlockKind.QUESTION, BlockKind.TERM)
        return question.block.kind in kinds
    text_between = False
    for part in parts[index + 1 :]:
        if part.role is Role.QUESTION:
            return not text_between
        if part.block.kind is BlockKind.HEADING and part.role is not Role.ANSWER:
            return True
        if not part.ends:
            text_between = True
    return True


def _trim_last_answers(parts: list[Part]) -> None:
    """Three or more pairs of one paragraph each: a call for comments after the last is dropped.

    What stands between the last answer and the call goes with it: "Do you have a cat, too?".
    """
    runs: list[list[list[Part]]] = [[]]
    for part in parts:
        if part.role is Role.QUESTION and not part.joined:
            runs[-1].append([])
        elif part.role is Role.ANSWER and runs[-1]:
            runs[-1][-1].append(part)
        elif part.role in (Role.HEADING, Role.BODY) and not part.ends and runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) < 3 or any(len(answer) != 1 for answer in run[:-1]):
            continue
        rest = run[-1][1:]
        if any(calls_for_comments(p.block.text) for p in rest):
            for part in rest:
                part.role, part.ends = Role.BODY, True


def _finished(parts: list[Part]) -> list[Marked]:
    marked: list[Marked] = []
    answer_starts = False
    for part in parts:
        if part.ends:
            continue
        block = part.block
        if part.role is Role.QUESTION:
            end = int(block.attributes.get(SPLIT, "0"))
            attributes = {k: v for k, v in block.attributes.items() if k != SPLIT}
            block = replace(block, attributes=attributes)
            rest = None
            if end:
                rest = cut(block, end, line=block.line + block.text.count("\n", 0, end))
                block = cut(block, 0, end)
            marked.append(
                Marked(_bare(block), Role.QUESTION, part.heading, part.joined, part.wording)
            )
            answer_starts = True
            if rest is not None and rest.text:
                if rest.kind is BlockKind.ITEM:  # its number was the question's
                    rest = replace(rest, kind=BlockKind.PARAGRAPH, marker="", level=0)
                marked.append(Marked(_answer_text(rest), Role.ANSWER))
                answer_starts = False
            continue
        if part.role is Role.ANSWER and answer_starts:
            block = _answer_text(block)
            answer_starts = False
            if not block.text:
                answer_starts = True
                continue
        marked.append(Marked(block, part.role))
    return marked


def _gathered(marked: list[Marked]) -> list[Marked]:
    """A section's text with what follows the boxes in it that ask, which come after both.

    Only a section that is no FAQ's has such boxes; what follows them would have no heading.
    """
    gathered: list[Marked] = []
    boxed: list[Marked] | None = None  # the boxes under the last heading
    for item in marked:
        if item.role is Role.HEADING:
            gathered.extend(boxed or [])
            boxed = [] if item.block.text else None
        elif boxed is not None and item.role is Role.QUESTION:
            if item.heading or item.block.kind is not BlockKind.SUMMARY:
                gathered.extend(boxed)
                boxed = None
            else:
                boxed.append(item)
                continue
        elif boxed and item.role is Role.ANSWER:
            boxed.append(item)
            continue
        gathered.append(item)
    return [*gathered, *(boxed or [])]


def _bare(block: Block) -> Block:
    """A question without the number of its list, on one line."""
    bare = strip_number(block.text)
    block = cut(block, len(block.text) - len(bare)) if bare != block.text else block
    line = " ".join(block.text.split())
    # links keep their places only where nothing moved
    return block if line == block.text else replace(block, text=line, links=())


def _answer_text(block: Block) -> Block:
    """An answer's first block without "Answer:"; an entry of a list that only holds it is a
    paragraph."""
    if block.kind in (BlockKind.CODE, BlockKind.TABLE):
        return block
    end = answer_label_end(block.text)
    return cut(block, end) if end else block
