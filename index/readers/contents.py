"""Contents lists of any format: lists of the document's own headings, or of links into it."""

import re

from index.readers.blocks import Block, BlockKind
from index.readers.wording import fold, is_contents_heading, is_faq_heading, key

_TEXTS = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.ITEM)
_LINE_CHARS = 160  # what is longer is no entry
_SENTENCE = re.compile(r"[.!?。！？…:：]['\"”’»)）]*\s*$")


def without_contents(blocks: list[Block]) -> list[Block]:
    """Without lists whose entries are the document's own headings, or links into the document."""
    titles = {key(b.text) for b in blocks if _names_a_part(b)}
    dropped: set[int] = set()
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and blocks[end].kind is BlockKind.ITEM:
            end += 1
        if end == start:
            start += 1
            continue
        group = blocks[start:end]
        above = start - 1
        headed = above >= 0 and is_contents_heading(blocks[above].text)
        known = sum(key(b.text) in titles or _unnumbered(b.text) in titles for b in group)
        inward = sum(_links_inward(b) for b in group)
        listed = max(known, inward)
        if (len(group) >= 2 and listed * 5 >= len(group) * 4) or (
            headed and all(len(b.text) <= _LINE_CHARS for b in group) and listed * 2 >= len(group)
        ):
            dropped.update(range(start, end))
            if headed:
                dropped.add(above)
        start = end
    for index, block in enumerate(blocks):
        empty = index + 1 == len(blocks) or blocks[index + 1].kind is BlockKind.HEADING
        if (
            is_contents_heading(block.text)
            and block.kind in _TEXTS
            and (index + 1 in dropped or (empty and len(fold(block.text).split()) > 1))
        ):
            dropped.add(index)
    return [b for i, b in enumerate(blocks) if i not in dropped]


def _unnumbered(text: str) -> str:
    """The key of an entry that is numbered without a full stop ("2 Costs")."""
    return key(re.sub(r"^\d+(?:\.\d+)*\s+(?=\S)", "", text))


def _names_a_part(block: Block) -> bool:
    if block.kind in (BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.TERM, BlockKind.QUESTION):
        return True
    return block.kind is BlockKind.PARAGRAPH and block.bold


def _links_inward(block: Block) -> bool:
    """Whether nearly the whole entry is one link to a place in the same document."""
    return any(
        link.url.startswith("#") and (link.end - link.start) * 10 >= len(block.text) * 8
        for link in block.links
    )


def without_jump_list(blocks: list[Block]) -> list[Block]:
    """Without a list of short entries before the first heading, one of which is "FAQ".

    A page's jump links abbreviate its headings ("Costs", "FAQ"), so that they equal none of them.
    """
    if not any(b.kind is BlockKind.HEADING and is_faq_heading(b.text) for b in blocks):
        return blocks
    first = next((i for i, b in enumerate(blocks) if b.kind is BlockKind.HEADING), 0)
    entries = [i for i in range(first) if blocks[i].kind is BlockKind.ITEM]
    short = all(len(blocks[i].text) <= 60 and not _SENTENCE.search(blocks[i].text) for i in entries)
    if len(entries) < 2 or not short or not any(is_faq_heading(blocks[i].text) for i in entries):
        return blocks
    return [b for i, b in enumerate(blocks) if i not in entries]
