"""Drops lists of links that lead around a page: tables of contents, "back to top", "read also"
lists.

It works on drafts, because such lists come as <ul>, <p> after <p>, <br> after <br>, <dl> or table.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.readers import html_vocabulary as vocabulary
from index.readers.blocks import BlockKind
from index.readers.html_blocks import Draft
from index.readers.html_tree import Page
from index.readers.wording import fold, is_contents_heading, is_faq_heading

# Fewer links than this are a pointer, not a table of contents.
_CONTENTS_LINKS = 3
_LABEL_CHARS = 80
_LISTED = frozenset(
    (
        BlockKind.PARAGRAPH,
        BlockKind.ITEM,
        BlockKind.TERM,
        BlockKind.DEFINITION,
        BlockKind.TABLE,
        BlockKind.QUOTE,
    )
)
_READ_ALSO = tuple(fold(label) + " " for label in vocabulary.READ_ALSO)


def drop_link_lists(drafts: Sequence[Draft], page: Page, address: str | None) -> list[Draft]:
    """``drafts`` without links around the page, and without the labels that announce them."""
    kept = [_without_way_back(draft, page) for draft in drafts]
    kept = _drop_contents(kept, page, address)
    return _drop_read_also([draft for draft in kept if not _is_link_bar(draft)])


def _in_page(href: str, page: Page, address: str | None) -> bool:
    """Whether a link leads to another place of this page."""
    if href.strip().lower().startswith("javascript:"):
        return True
    before, mark, target = href.strip().partition("#")
    if not mark:
        return False
    if not before:
        return True
    last = before.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
    own = (address or "").rstrip("/").rsplit("/", 1)[-1].split("?")[0]
    return bool(own) and last == own and target in page.ids


def _drop_contents(drafts: list[Draft], page: Page, address: str | None) -> list[Draft]:
    pointing = [
        draft.kind in _LISTED
        and draft.linked
        and all(_in_page(href, page, address) for _, _, href in draft.links)
        for draft in drafts
    ]
    drop = [False] * len(drafts)
    index = 0
    while index < len(drafts):
        if not pointing[index]:
            index += 1
            continue
        end = _group_end(drafts, pointing, index)
        members = [i for i in range(index, end) if pointing[i]]
        targets = sum(
            len(href.partition("#")[2]) > 0 for i in members for _, _, href in drafts[i].links
        )
        if targets >= _CONTENTS_LINKS:
            for i in range(index, end):
                drop[i] = True
            _drop_label(drafts, drop, index, end)
        else:
            for i in members:
                opened = _opens_what_follows(drafts, i, page)
                drop[i] = not opened
                if opened:
                    drafts[i] = replace(drafts[i], kind=BlockKind.SUMMARY, links=())
        index = end
    return [draft for draft, gone in zip(drafts, drop, strict=True) if not gone]


def _group_end(drafts: list[Draft], pointing: list[bool], start: int) -> int:
    """The end of a run of pointers, with single labels between them."""
    end = start + 1
    while end < len(drafts):
        if pointing[end]:
            end += 1
        elif end + 1 < len(drafts) and pointing[end + 1] and _is_label(drafts[end]):
            end += 2
        else:
            break
    return end


def _is_label(draft: Draft) -> bool:
    if draft.kind is BlockKind.RULE or draft.text.endswith((".", "!", "。")):
        return False
    return len(draft.text) <= _LABEL_CHARS and draft.kind in _LISTED | {
        BlockKind.HEADING,
        BlockKind.SUMMARY,
    }


def _drop_label(drafts: list[Draft], drop: list[bool], start: int, end: int) -> None:
    """The label before a table of contents goes with it, where it announces nothing else."""
    before = start - 1
    if before < 0 or drop[before] or not _is_label(drafts[before]):
        return
    label = drafts[before]
    if label.kind is BlockKind.HEADING:
        following = drafts[end] if end < len(drafts) else None
        alone = following is None or following.kind is BlockKind.RULE
        alone = alone or (following is not None and 0 < following.level <= label.level)
        drop[before] = is_contents_heading(label.text) or (
            alone and label.level > 1 and not is_faq_heading(label.text)
        )
    else:
        drop[before] = (
            label.bold or label.text.endswith((":", "：")) or is_contents_heading(label.text)
        )
        drop[before] = drop[before] or label.kind is BlockKind.ITEM


def _opens_what_follows(drafts: list[Draft], index: int, page: Page) -> bool:
    """Whether a lone link shows and hides what stands directly below it."""
    draft = drafts[index]
    following = drafts[index + 1] if index + 1 < len(drafts) else None
    if (
        following is None
        or following.kind in (BlockKind.HEADING, BlockKind.RULE)
        or following.linked
    ):
        return False
    target = draft.links[0][2].partition("#")[2]
    node = page.ids.get(target)
    if node is None:
        return draft.text.rstrip().endswith(("?", "？", "؟")) and draft.kind is not BlockKind.ITEM
    return node.position > draft.node.position and node.position <= following.node.position < max(
        node.end, node.position + 1
    )


def _drop_read_also(drafts: list[Draft]) -> list[Draft]:
    """Lists of two or more links to other pages under a "read also" line, and such lines with
    their link.
    """
    kept: list[Draft] = []
    index = 0
    while index < len(drafts):
        draft = drafts[index]
        if draft.kind in _LISTED and _points_elsewhere(draft):
            index += 1
            continue
        if draft.kind in _LISTED and not draft.links and _says_read_also(draft.text):
            end = index + 1
            while end < len(drafts) and drafts[end].kind in _LISTED and drafts[end].linked:
                end += 1
            alone = draft.bold or draft.text.endswith((":", "："))  # its list was dropped before
            if len(draft.text) <= 2 * _LABEL_CHARS and (end > index + 1 or alone):
                index = end
                continue
        kept.append(draft)
        index += 1
    return kept


def _without_way_back(draft: Draft, page: Page) -> Draft:
    """Without "[top]" at the end of a paragraph: a link in brackets to the top or further up."""
    if not draft.links or draft.kind is BlockKind.CODE:
        return draft
    start, end, href = draft.links[-1]
    before, after = draft.text[:start].rstrip(), draft.text[end:].strip()
    bracketed = before.endswith(("[", "(", "<", "^")) and after in ("]", ")", ">", "")
    if not href.startswith("#") or not bracketed:
        return draft
    target = page.ids.get(href[1:])
    upwards = target is None or target.position < draft.node.position
    text = before[:-1].rstrip()
    if not upwards or not text or len(draft.text[start:end].split()) > 4:
        return draft
    prefix = min(draft.bold_prefix, len(text))
    return replace(draft, text=text, links=draft.links[:-1], bold_prefix=prefix)


def _is_link_bar(draft: Draft) -> bool:
    """ "Home | News | Guestbook": a line of three short links or more, and nothing else."""
    if (
        draft.kind is not BlockKind.PARAGRAPH
        or len(draft.links) < _CONTENTS_LINKS
        or not draft.linked
    ):
        return False
    words = sum(len(draft.text[start:end].split()) for start, end, _ in draft.links)
    return words <= 3 * len(draft.links)


def _says_read_also(text: str) -> bool:
    said = fold(text)
    return f"{said} ".startswith(_READ_ALSO)


def _points_elsewhere(draft: Draft) -> bool:
    """ "Read also: <a>…</a>" and nothing else."""
    if not draft.links or len(draft.text) > 300:
        return False
    start, end = draft.links[0][0], draft.links[-1][1]
    lead, rest = draft.text[:start].strip(), draft.text[end:].strip(" .!»›→")
    if rest:
        return False
    if lead.endswith((":", "：", "»", "→", "►", "–", "-")):
        return _says_read_also(lead)
    # A label in an element of its own has no colon; a sentence ("See also the map.") is content.
    return f"{fold(lead)} " in _READ_ALSO and not draft.text.endswith((".", "!", "。"))
