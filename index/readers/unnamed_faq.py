"""FAQs that nothing names: no heading, no title, no markup; only what asks, and who is asking."""

import itertools
from collections.abc import Sequence

from index.readers import vocabulary
from index.readers.assemble import Role
from index.readers.blocks import BlockKind
from index.readers.parts import MAX_QUESTION_CHARS, Part, asks, in_panel
from index.readers.shapes import mark_bodies
from index.readers.wording import fold, is_closing_heading

_READERS_WORDS = frozenset(map(fold, vocabulary.READERS_WORDS))
# Of an answer; a section of an article is longer.
_ANSWER_CHARS = 600
_ANSWER_BLOCKS = 4


def mark_unnamed(parts: list[Part]) -> None:
    """Marks the questions of an article in which nothing says that there are any."""
    for mark in (_mark_closing_run, _mark_readers_run, _mark_bold_lines):
        if mark(parts):
            return


def _mark_closing_run(parts: list[Part]) -> bool:
    """Five or more question headings that end an article whose other headings hardly ask.

    An FAQ component that lost its heading looks so.  Anything less stays sections.
    """
    headings = [i for i, p in enumerate(parts) if p.block.kind is BlockKind.HEADING]
    run: list[int] = []
    for index in reversed(headings):
        if not asks(parts[index]) or (
            run and parts[index].block.level != parts[run[-1]].block.level
        ):
            break
        run.append(index)
    others = headings[: len(headings) - len(run)]
    asked = sum(asks(parts[i]) for i in others)
    if len(run) < 5 or len(others) < 3 or asked * 5 > len(others):
        return False
    if any(not texts or len(texts) > _ANSWER_BLOCKS for texts in _below(parts, run, len(parts))):
        return False
    _ask(parts, run)
    return True


def _mark_readers_run(parts: list[Part]) -> bool:
    """Three or more headings in a row that ask as readers do, each above a short answer.

    "Can I bring my dog?" is a reader's; an author who heads a section with a question asks "What
    does a dog need?".  Half of them have to be readers'.
    """
    headings = [
        i
        for i, p in enumerate(parts)
        if p.block.kind is BlockKind.HEADING and not in_panel(p.block)
    ]
    found = False
    for asking, group in itertools.groupby(headings, key=lambda i: _level(parts[i])):
        run = list(group)
        if not asking or len(run) < 3:
            continue
        after = next((i for i in headings if i > run[-1]), len(parts))
        answers = _below(parts, run, after)
        short = all(
            0 < len(texts) <= _ANSWER_BLOCKS
            and sum(len(p.block.text) for p in texts) <= _ANSWER_CHARS
            for texts in answers
        )
        readers = sum(_is_readers(parts[i].block.text) for i in run)
        if short and readers * 2 >= len(run):
            _ask(parts, run)
            found = True
    return found


def _mark_bold_lines(parts: list[Part]) -> bool:
    """Bold lines of an article without headings, three or more, most of which ask."""
    if any(p.block.kind is BlockKind.HEADING for p in parts):
        return False
    bold = [
        i
        for i, p in enumerate(parts)
        if p.block.kind is BlockKind.PARAGRAPH
        and p.block.bold
        and len(p.block.text) <= MAX_QUESTION_CHARS
    ]
    asking = sum(asks(parts[i]) for i in bold)
    if asking < 3 or asking * 3 < len(bold) * 2:
        return False
    return mark_bodies(parts, list(range(len(parts))), "") > 0


def _level(part: Part) -> int:
    """The level of a heading that asks, else 0."""
    return part.block.level if asks(part) and not is_closing_heading(part.block.text) else 0


def _is_readers(question: str) -> bool:
    return not _READERS_WORDS.isdisjoint(fold(question).split())


def _below(parts: Sequence[Part], run: Sequence[int], end: int) -> list[list[Part]]:
    """What stands below each heading of ``run``, the last of which ends before ``end``."""
    bounds = [*sorted(run), end]
    return [
        [p for p in parts[start + 1 : stop] if p.block.kind is not BlockKind.RULE]
        for start, stop in itertools.pairwise(bounds)
    ]


def _ask(parts: Sequence[Part], run: Sequence[int]) -> None:
    for index in run:
        parts[index].role, parts[index].settled = Role.QUESTION, True
