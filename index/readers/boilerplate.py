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
    BOX,
    END,
    LINE_CHARS,
    NOTICE,
    RELATED,
    SENTENCE,
    TEXTS,
    is_box,
    is_control,
    is_credit,
    is_date_line,
    is_dateline,
    is_footer,
    is_line,
    is_link,
    is_menu_line,
    is_prose,
)
from index.readers.page_lines import (
    calls_for_comments as calls_for_comments,
)
from index.readers.wording import fold, is_faq_heading


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
    last = kept[-1] if kept else None
    kept = without_jump_list(kept)
    kept = _captions_as_text(kept)
    if labels is None:
        kept = _without_credits(kept)
        kept = _cells_as_text(kept)
    kept = _without_repeated_buttons(kept, labels)
    kept = _without_end(kept)
    kept = _without_boxes(kept, labels)
    kept = _without_lines(kept)
    kept = _without_tail(kept)
    return _without_last_call(kept, last)


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
        if not (
            b.kind is BlockKind.PARAGRAPH
            and b.links
            and is_link(b)
            and (is_control(b.text) or is_box(b.text))
        )
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
    kept = [b for b in tail if not is_box(b.text)]
    return [*blocks[: rules[-1] + 1], *kept]


# --- copied pages --------------------------------------------------------------------------------


def is_page_line(text: str) -> bool:
    """Whether a line by itself is a control, a sign-up, a footer or the credit of a picture."""
    return is_control(text) or is_box(text) or is_credit(text) or is_footer(text)


def is_page_part(heading: str) -> bool:
    """Whether a heading opens a part of the page and not of the article: comments, related
    posts."""
    folded = fold(heading)
    return bool(END.fullmatch(folded) or RELATED.fullmatch(folded))


def _resumes(blocks: Sequence[Block], start: int) -> bool:
    """Whether the article itself goes on after ``start``: an FAQ, or two more sections of prose."""
    sections = 0
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind is not BlockKind.HEADING:
            continue
        if is_faq_heading(block.text):
            return True
        if END.fullmatch(fold(block.text)):
            return sections >= 2
        body = 0
        for following in blocks[index + 1 :]:
            if following.kind is BlockKind.HEADING:
                break
            body += len(following.text) if is_prose(following) else 0
        sections += body >= 300
    return sections >= 2


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
    """Without the credits of pictures: by their words, or one line that follows three headings."""
    after_heading = Counter(
        fold(block.text)
        for before, block in itertools.pairwise(blocks)
        if before.kind is BlockKind.HEADING and len(block.text) <= 60 and block.kind in TEXTS
    )
    texts = Counter(fold(b.text) for b in blocks)
    credits = {t for t, n in after_heading.items() if n >= 3 and n * 4 >= texts[t] * 3}
    followed_by_list = {
        fold(block.text)
        for block, after in itertools.pairwise(blocks)
        if after.kind in (BlockKind.ITEM, BlockKind.TABLE)
    }
    credits -= followed_by_list
    return [
        b
        for b in blocks
        if b.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        or not (is_credit(b.text) or fold(b.text) in credits)
    ]


def _without_repeated_buttons(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without short lines that stand twice or more and never lead to text; and the boxes they end.

    A box is a heading with at most two short sentences before the button.
    """
    texts = Counter(fold(b.text) for b in blocks if is_line(b) and b.kind is not BlockKind.ITEM)
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
            and sum(len(b.text) for b in body) <= 250
            and not is_faq_heading(blocks[start].text)
        ):
            dropped.update(range(start, index))
    return [b for i, b in enumerate(blocks) if i not in dropped]


def _without_end(blocks: list[Block]) -> list[Block]:
    """Without everything from the comments or the author's box on, unless the article has not
    begun."""
    before = 0
    headings = 0
    for index, block in enumerate(blocks):
        if is_line(block) and block.kind is not BlockKind.ITEM and END.fullmatch(fold(block.text)):
            begun = headings >= 2 or before >= 600
            if begun and not any(
                b.kind is BlockKind.HEADING and is_faq_heading(b.text) for b in blocks[index + 1 :]
            ):
                return blocks[:index]
        headings += block.kind is BlockKind.HEADING
        before += len(block.text) if is_prose(block) else 0
    return blocks


def _without_boxes(blocks: list[Block], labels: Labels | None) -> list[Block]:
    """Without boxes of related posts and of sign-ups, each up to where prose goes on."""
    kept: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        folded = fold(block.text)
        line = (
            is_line(block) and block.kind is not BlockKind.ITEM and not is_faq_heading(block.text)
        )
        if labels is not None and labels.parts(block.text)[0].label is not None:
            line = False
        if line and RELATED.fullmatch(folded) and not re.search(r"[.。]\s*$", block.text):
            if not _resumes(blocks, index + 1) and kept:
                return kept
            index += 1
            while index < len(blocks) and not _starts_prose(blocks, index):
                index += 1
            continue
        heads = block.kind is BlockKind.HEADING and _starts_prose(blocks, index)
        if line and BOX.fullmatch(folded) and not heads:
            index = _box_end(blocks, index)
            continue
        if block.kind is BlockKind.PARAGRAPH and len(folded) <= 800 and NOTICE.match(folded):
            index = _box_end(blocks, index)
            continue
        kept.append(block)
        index += 1
    return kept


def _starts_prose(blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    if block.kind is BlockKind.HEADING:
        if is_faq_heading(block.text):
            return True
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        return (
            following is not None
            and not is_date_line(block.text)
            and not is_control(block.text)
            and is_prose(following)
            and len(following.text) > LINE_CHARS
        )
    return is_prose(block) and len(block.text) > LINE_CHARS


def _box_end(blocks: Sequence[Block], start: int) -> int:
    """The index after a sign-up box: after its button, if one follows soon; else after its
    lines."""
    end = start + 1
    for index in range(start + 1, min(start + 6, len(blocks))):
        block = blocks[index]
        if block.kind is BlockKind.HEADING and not (is_control(block.text) or is_box(block.text)):
            break
        if len(block.text) > 2 * LINE_CHARS:
            break
        if is_control(block.text) or is_box(block.text):
            end = index + 1
    return end


def _without_lines(blocks: list[Block]) -> list[Block]:
    """Without single lines that are a page's controls, icons, dates, bylines or footer."""
    kept: list[Block] = []
    begun = False
    for index, block in enumerate(blocks):
        begun = begun or is_prose(block)
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and is_line(block):
            if not begun and is_dateline(block.text):
                continue
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            leads = (
                block.kind is BlockKind.HEADING and following is not None and is_prose(following)
            )
            if is_control(block.text) and not leads:
                continue
            if is_date_line(block.text) and not leads:
                continue
            if is_footer(block.text):
                continue
        kept.append(block)
    return kept


def _without_tail(blocks: list[Block]) -> list[Block]:
    """Without a last stretch that has no prose, from its first sign of a page's furniture on."""
    start = len(blocks)
    while start > 0 and not is_prose(blocks[start - 1]):
        start -= 1
    sign = None
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind is BlockKind.ITEM:
            near = blocks[index : index + 12]
            entries = [b for b in near if b.kind is BlockKind.ITEM]
            if sum(is_menu_line(b.text) for b in entries) >= 2 and is_menu_line(block.text):
                sign = index
        elif (
            is_footer(block.text)
            or (is_menu_line(block.text) and _stands_last(blocks, index))
            or is_box(block.text)
            or bool(RELATED.fullmatch(fold(block.text)))
        ):
            sign = index
        if sign is not None:
            break
    if sign is None:
        return blocks
    while sign > start and blocks[sign].kind is not BlockKind.HEADING:
        if blocks[sign - 1].kind is BlockKind.ITEM or blocks[sign - 1].kind is BlockKind.HEADING:
            sign -= 1
        else:
            break
    return blocks[:sign]


def _stands_last(blocks: Sequence[Block], index: int) -> bool:
    """Whether only lines without a full stop follow: "Contact" above a sentence is a section."""
    rest = blocks[index + 1 :]
    return len(rest) <= 3 and not any(SENTENCE.search(b.text) for b in rest)


def _without_last_call(blocks: list[Block], last: Block | None) -> list[Block]:
    """Without a short exclamation that stood directly before the furniture: it belongs to it."""
    if len(blocks) < 3 or blocks[-1] is last or blocks[-1].kind is not BlockKind.PARAGRAPH:
        return blocks
    alone = blocks[-2].kind is not BlockKind.HEADING
    text = blocks[-1].text
    if alone and len(text) <= 120 and "\n" not in text and re.search(r"\w[!！]$", text):
        return blocks[:-1]
    return blocks
