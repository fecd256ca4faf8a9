"""Drops what is not the article: contents lists, sign-ups, related posts, comments, footers.

The words are data (``vocabulary.py``); here are the shapes.  Files that authors write (Markdown,
reStructuredText) lose contents lists and a closing call to sign up, nothing else.  Text copied
from a web page brings the page along: there a box ends where prose goes on, and after the readers'
comments or the author's box nothing is read.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from index.readers.blocks import Block, BlockKind
from index.readers.contents import without_contents, without_jump_list
from index.readers.labels import Labels, find_labels
from index.readers.page_lines import (
    ATTACHMENTS,
    AUTHOR_BOX,
    END,
    RELATED,
    TEXTS,
    Weight,
    awaits_answer,
    is_box,
    is_button,
    is_control,
    is_credit,
    is_date,
    is_dateline,
    is_icon,
    is_line,
    is_link,
    is_menu_line,
    is_notice,
    is_prose,
    is_sign_up,
    is_stated,
    menu_entries,
    weight,
)
from index.readers.page_lines import (
    calls_for_comments as calls_for_comments,
)
from index.readers.page_runs import page_runs
from index.readers.wording import fold, is_faq_heading, names_questions

# "Ann says:" above a reader's comment.
_SAYS = re.compile(r"[^.!?\n]{1,60} (?:says|wrote|schrieb|sagt|dit|dice|diz|escribió):")
_AUTHOR_BLOCKS = 3
# So many lines may stand between a box's label and its button or field.
_WITHIN_BOX = 3


def drop(blocks: Sequence[Block], *, copied: bool) -> list[Block]:
    """``blocks`` without boilerplate, in order.

    ``copied``: the file is a copy of a whole page, so that the page's furniture is expected in it.
    """
    kept = [b for b in blocks if not b.boilerplate]
    kept = without_contents(kept)
    if not copied:
        kept = _without_link_lines(kept)
        return _without_closing_call(kept)
    labels = find_labels(b.text for b in kept)
    kept = without_jump_list(kept)
    kept = _captions_as_text(kept)
    if labels is None:
        kept = _without_credits(kept)
        kept = _cells_as_text(kept)
    kept = _without_repeated_buttons(kept, labels)
    kept = _without_end(kept, labels)
    kept = _without_related(kept, labels)
    kept = _without_boxes(kept, labels)
    kept = _without_datelines(kept)
    kept = _without_menus(kept, labels)
    return _without_boxes(kept, labels)


def drop_masthead(blocks: Sequence[Block], title: str) -> list[Block]:
    """Without what a copied page has between its title and the last repetition of it.

    The first line is the browser's title, then come menus, then the headline; only lines are
    dropped, nothing from the first running text on.
    """
    last = 0
    for index, block in enumerate(blocks):
        if is_prose(block):
            break
        if index and is_line(block) and fold(block.text) == fold(title):
            last = index
    return [b for i, b in enumerate(blocks) if not 0 < i < last]


# --- what site generators and authors add
# -----------------------------------------------------------------


def _without_link_lines(blocks: list[Block]) -> list[Block]:
    """Without lines that are one link of a page's controls, and headings of related posts with
    links only."""
    kept = [
        b
        for b in blocks
        if not (b.kind is BlockKind.PARAGRAPH and b.links and is_link(b) and is_button(b.text))
    ]
    dropped: set[int] = set()
    for index, block in enumerate(kept):
        if block.kind is not BlockKind.HEADING or not RELATED.fullmatch(fold(block.text)):
            continue
        end = index + 1
        while end < len(kept) and kept[end].kind is not BlockKind.HEADING:
            end += 1
        body = [b for b in kept[index + 1 : end] if b.kind is not BlockKind.RULE]
        if body and all(b.links and is_link(b) for b in body):
            dropped.update(range(index, end))
    return [b for i, b in enumerate(kept) if i not in dropped]


def _without_closing_call(blocks: list[Block]) -> list[Block]:
    """Without short calls to sign up or try the product after the last rule of a document."""
    rules = [i for i, b in enumerate(blocks) if b.kind is BlockKind.RULE and not b.attributes]
    while rules and rules[-1] == len(blocks) - 1:
        blocks = blocks[: rules.pop()]
    if not rules or not blocks:
        return blocks
    tail = blocks[rules[-1] + 1 :]
    if any(b.kind is not BlockKind.PARAGRAPH or len(b.text) > 200 for b in tail):
        return blocks
    kept = [b for b in tail if not (is_box(b.text) or is_sign_up(b.text))]
    return [*blocks[: rules[-1] + 1], *kept]


# --- copied pages --------------------------------------------------------------------------------


def names_attachments(heading: str) -> bool:
    """Whether a heading stands over the files that hang on a page."""
    return bool(ATTACHMENTS.fullmatch(fold(heading)))


def is_page_part(heading: str) -> bool:
    """Whether a heading opens a part of the page and not of the article: comments, related
    posts."""
    folded = fold(heading)
    return bool(END.fullmatch(folded) or AUTHOR_BOX.fullmatch(folded) or RELATED.fullmatch(folded))


def _captions_as_text(blocks: list[Block]) -> list[Block]:
    """Headings like "Day 7", "Day 14", "Day 64" are captions of pictures: real ones count by
    one."""
    series: dict[str, list[tuple[int, int]]] = {}
    for index, block in enumerate(blocks):
        match = re.fullmatch(r"([^\W\d_]+)\.? (\d+)", block.text)
        if block.kind is BlockKind.HEADING and match:
            series.setdefault(match.group(1).casefold(), []).append((index, int(match.group(2))))
    captions: set[int] = set()
    for entries in series.values():
        numbers = [n for _, n in entries]
        steps = [after - before for before, after in itertools.pairwise(numbers)]
        if len(numbers) >= 2 and any(step != 1 for step in steps):
            captions.update(i for i, _ in entries)
    return [
        replace(b, kind=BlockKind.PARAGRAPH, level=0) if i in captions else b
        for i, b in enumerate(blocks)
    ]


def _cells_as_text(blocks: list[Block]) -> list[Block]:
    """A heading's text that stands three times is a table's label wherever no text follows it."""
    counts = Counter(fold(b.text) for b in blocks if b.kind is BlockKind.HEADING)
    out = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if (
            block.kind is BlockKind.HEADING
            and counts[fold(block.text)] >= 3
            and (following is None or not (is_prose(following) or following.kind is BlockKind.ITEM))
        ):
            block = replace(block, kind=BlockKind.PARAGRAPH, level=0)
        out.append(block)
    return out


def _without_credits(blocks: list[Block]) -> list[Block]:
    """Without lines that name the sources of pictures."""
    return [
        b
        for i, b in enumerate(blocks)
        if not (
            (b.kind is BlockKind.PARAGRAPH or (b.kind is BlockKind.HEADING and not _is_drawn(b)))
            and is_credit(b.text)
            and not _heads_text(blocks, i)
        )
    ]


def _without_repeated_buttons(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without buttons that stand twice or more and never lead to text; and the boxes they end.

    A box is a heading with at most two short sentences before the button.
    """
    texts = Counter(
        fold(b.text)
        for b in blocks
        if is_line(b) and b.kind is not BlockKind.ITEM and is_button(b.text)
    )
    lines = {t for t, count in texts.items() if count >= 2 and t and len(t) <= 40}
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        leads = following is not None and (
            (following.kind not in (BlockKind.HEADING, BlockKind.RULE) and not is_line(following))
            or following.kind in (BlockKind.ITEM, BlockKind.CODE, BlockKind.TABLE)
        )
        if leads:
            lines.discard(fold(block.text))
        if labels is not None and labels.parts(block.text)[0].label is not None:
            lines.discard(fold(block.text))
    dropped: set[int] = set()
    for index, block in enumerate(blocks):
        if fold(block.text) not in lines or not is_line(block) or is_faq_heading(block.text):
            continue
        dropped.add(index)
        start = index - 1
        while start >= 0 and blocks[start].kind is BlockKind.PARAGRAPH and index - start <= 2:
            start -= 1
        body = blocks[start + 1 : index]
        boxed = start >= 0 and blocks[start].kind is BlockKind.HEADING and body
        if (
            boxed
            and not _is_drawn(blocks[start])
            and sum(len(b.text) for b in body) <= 250
            and not is_faq_heading(blocks[start].text)
        ):
            dropped.update(range(start, index))
    return [b for i, b in enumerate(blocks) if i not in dropped]


def _without_end(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without everything from the comments or the author's box on, where that is what follows."""
    before = 0
    headings = 0
    for index, block in enumerate(blocks):
        folded = fold(block.text)
        if is_line(block) and block.kind is not BlockKind.ITEM and not _is_drawn(block):
            begun = headings >= 2 or before >= 600
            rest = blocks[index + 1 :]
            if begun and END.fullmatch(folded) and _are_comments(rest, labels):
                return blocks[:index]
            if (
                begun
                and AUTHOR_BOX.fullmatch(folded)
                and _is_author_box(blocks[index + 1 :], labels)
            ):
                return blocks[:index]
        headings += block.kind is BlockKind.HEADING
        before += len(block.text) if is_prose(block) else 0
    return blocks


def _is_drawn(block: Block) -> bool:
    """Whether a heading is drawn as one (underlined, numbered …), as authors do, not pages."""
    return block.kind is BlockKind.HEADING and "shape" not in block.attributes


def _are_comments(rest: Sequence[Block], labels: Labels | None) -> bool:
    """Whether readers speak in ``rest``, or nobody does."""
    if any(_asks(block, labels) or _is_drawn(block) for block in rest):
        return False
    signs = [
        block
        for block in rest
        if END.fullmatch(fold(block.text))
        or _SAYS.fullmatch(block.text)
        or (is_line(block) and is_date(block.text))
    ]
    return bool(signs) or not any(is_stated(block.text) for block in rest)


def _is_author_box(rest: Sequence[Block], labels: Labels | None) -> bool:
    """Whether ``rest`` begins with a few paragraphs on the author, and the page's own follows."""
    for number, block in enumerate(rest):
        if END.fullmatch(fold(block.text)) or RELATED.fullmatch(fold(block.text)):
            return True
        if _asks(block, labels) or _is_drawn(block) or number >= _AUTHOR_BLOCKS:
            return False
        if not weight(block.text) and _heads_text(rest, number):
            return False
    return True


def _asks(block: Block, labels: Labels | None) -> bool:
    """Whether a block belongs to an FAQ: its heading, or a labelled question or answer."""
    if block.kind is BlockKind.HEADING and is_faq_heading(block.text):
        return True
    return labels is not None and labels.parts(block.text)[0].label is not None


def _without_related(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without titles of other pages, before the article or after it."""
    for index, block in enumerate(blocks):
        if not _is_related(block):
            continue
        early = not any(is_prose(b) for b in blocks[:index])
        end = index + 1
        while end < len(blocks) and not (
            _asks(blocks[end], labels)
            or is_prose(blocks[end])
            or (not weight(blocks[end].text) and _heads_text(blocks, end))
        ):
            end += 1
        rest = blocks[index + 1 : end]
        if early and any(weight(b.text) is Weight.SURE for b in rest) and _are_titles(rest):
            return [*blocks[:index], *_without_related(blocks[end:], labels)]
        rest = blocks[index + 1 :]
        told = any(_tells(b) or _asks(b, labels) or _is_drawn(b) for b in rest)
        begun = any(is_stated(b.text) for b in blocks[:index])
        asked = names_questions(block.text) and any(_is_question(b) for b in rest)
        if begun and not told and not asked and _are_titles(rest):
            while index and _weight(blocks, index - 1, labels):
                index -= 1
            return blocks[:index]
    return blocks


def _is_related(block: Block) -> bool:
    return (
        is_line(block)
        and block.kind is not BlockKind.ITEM
        and not _is_drawn(block)
        and not is_stated(block.text)
        and not is_faq_heading(block.text)
        and bool(RELATED.fullmatch(fold(block.text)))
    )


def _tells(block: Block) -> bool:
    return is_prose(block) and is_stated(block.text)


def _are_titles(blocks: Sequence[Block]) -> bool:
    """Whether blocks are titles for the most part, not text."""
    stated = sum(is_stated(b.text) and not weight(b.text) for b in blocks)
    return stated * 3 <= len(blocks)


def _heads_text(blocks: Sequence[Block], index: int) -> bool:
    """Whether a heading stands over text of its own."""
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return (
        blocks[index].kind is BlockKind.HEADING
        and not is_date(blocks[index].text)
        and following is not None
        and following.kind not in (BlockKind.HEADING, BlockKind.RULE)
        and (is_prose(following) or not weight(following.text))
    )


def _without_boxes(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without sign-ups, share bars, notices, buttons and footers: in runs, or at either end."""
    weights = [_weight(blocks, index, labels) for index in range(len(blocks))]
    _fill_boxes(blocks, weights, labels)
    dropped = {index for run in page_runs(weights) for index in run}
    for index, block in enumerate(blocks):
        if is_icon(block.text) and block.kind in TEXTS:
            dropped.add(index)
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        empty = after is not None and after.kind is BlockKind.HEADING
        sure = block.kind is BlockKind.HEADING and weights[index] is Weight.SURE
        if sure and empty and (is_box(block.text) or is_date(block.text)):
            dropped.add(index)  # a button or date between sections
    return [b for i, b in enumerate(blocks) if i not in dropped]


def _weight(blocks: Sequence[Block], index: int, labels: Labels | None) -> Weight | None:
    block = blocks[index]
    if block.kind is BlockKind.RULE:
        return None
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE):
        return Weight.NONE
    if _asks(block, labels) or (not is_line(block) and not is_notice(block.text)):
        return Weight.NONE
    if block.kind is BlockKind.HEADING and (_is_drawn(block) or _heads_text(blocks, index)):
        return Weight.NONE
    if index and _is_question(blocks[index - 1]):
        return Weight.NONE  # "Where do I sign up?" "Register here"
    return weight(block.text)


def _is_question(block: Block) -> bool:
    """Whether a line asks something that the next may answer."""
    return is_line(block) and awaits_answer(block.text)


def _fill_boxes(
    blocks: Sequence[Block], weights: list[Weight | None], labels: Labels | None
) -> None:
    """Let lines between a box's label and its button or field belong to the box."""
    for start, block in enumerate(blocks):
        if weights[start] is not Weight.SURE or not is_box(block.text):
            continue
        for end in range(start + 1, min(start + 2 + _WITHIN_BOX, len(blocks))):
            if weights[end] is Weight.SURE and is_control(blocks[end].text):
                between = range(start + 1, end)
                weights[start + 1 : end] = [weights[i] or Weight.UNSURE for i in between]
                break
            line = blocks[end].kind in (BlockKind.PARAGRAPH, BlockKind.RULE)
            if not line or _asks(blocks[end], labels) or is_stated(blocks[end].text):
                break


def _without_datelines(blocks: list[Block]) -> list[Block]:
    """Without the lines above the text that say who wrote it when."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        if is_prose(block):
            return [*kept, *blocks[index:]]
        line = block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and is_line(block)
        if not (line and is_dateline(block.text)):
            kept.append(block)
    return kept


def _without_menus(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without a last stretch of lines and entries, from a menu of the site's pages on."""
    start = len(blocks)
    while start > 0 and not (
        is_prose(blocks[start - 1])
        or _asks(blocks[start - 1], labels)
        or (is_stated(blocks[start - 1].text) and not weight(blocks[start - 1].text))
    ):
        start -= 1
    sign = next((i for i in range(start, len(blocks)) if _opens_menu(blocks, i)), None)
    if sign is None:
        return blocks
    while sign > start and blocks[sign].kind is not BlockKind.HEADING:
        if blocks[sign - 1].kind is BlockKind.ITEM or blocks[sign - 1].kind is BlockKind.HEADING:
            sign -= 1
        else:
            break
    return blocks[:sign]


def _opens_menu(blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    if block.kind is BlockKind.ITEM:
        entries = [b for b in blocks[index : index + 12] if b.kind is BlockKind.ITEM]
        return is_menu_line(block.text) and sum(is_menu_line(b.text) for b in entries) >= 2
    # "Contact" above a number is a section.
    alone = all(weight(b.text) for b in blocks[index + 1 :])
    return menu_entries(block.text) >= 2 or (is_menu_line(block.text) and alone)
