"""Drops what only its wording tells from the article: controls, credits, calls for comments, related posts.

``boilerplate.py`` knows the words; here is where in a page they are believed.  A page's own text may
say "Contact us" in answer to a question; such a line is kept directly after what opens an answer.
"""

from collections.abc import Sequence

from index.readers.blocks import BlockKind
from index.readers.boilerplate import calls_for_comments, is_page_line, is_page_part
from index.readers.html_blocks import Draft
from index.readers.wording import is_contents_heading

_LINES = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE))
_OPENS = frozenset((BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.QUESTION, BlockKind.TERM))
# Of a part named "Related …": with this share of linked text it is a list of links.
_LINK_SHARE = 0.5


def drop_page_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """``drafts`` without the lines and parts that belong to the page around the article."""
    kept = _without_parts(list(drafts))
    kept = [draft for index, draft in enumerate(kept) if not _is_page_line(kept, index)]
    while kept and kept[-1].kind is BlockKind.HEADING and kept[-1].level > 1:
        kept.pop()  # "Ready to start?" over a button
    last = max((i for i, draft in enumerate(kept) if draft.kind in _OPENS), default=0)
    return [
        draft
        for index, draft in enumerate(kept)
        if not (
            index > last + 1
            and draft.kind is BlockKind.PARAGRAPH
            and calls_for_comments(draft.text)
        )
        and not _is_empty_contents(kept, index)
    ]


def _is_page_line(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    if draft.kind not in _LINES or not is_page_line(draft.text):
        return False
    before = drafts[index - 1] if index else None
    # An entry of a list of words ("Search", "Share") is content where its neighbours are.
    listed = draft.kind is BlockKind.ITEM and not draft.linked
    return not listed and (
        before is None or before.kind not in _OPENS or before.kind is BlockKind.HEADING
    )


def _without_parts(drafts: list[Draft]) -> list[Draft]:
    """Without "Related articles", "Leave a comment" … where links follow, or nothing but the page's end."""
    kept: list[Draft] = []
    index = 0
    while index < len(drafts):
        draft = drafts[index]
        if draft.kind is BlockKind.HEADING and draft.level > 1 and is_page_part(draft.text):
            end = index + 1
            while end < len(drafts) and not (
                drafts[end].kind in (BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.QUESTION)
                and (drafts[end].level or 1) <= draft.level
            ):
                end += 1
            if end == len(drafts) or _linked_share(drafts[index + 1 : end]) >= _LINK_SHARE:
                index = end
                continue
        kept.append(draft)
        index += 1
    return kept


def _linked_share(drafts: list[Draft]) -> float:
    chars = sum(len(draft.text) for draft in drafts)
    linked = sum(end - start for draft in drafts for start, end, _ in draft.links)
    return linked / chars if chars else 1.0


def _is_empty_contents(drafts: list[Draft], index: int) -> bool:
    """The heading of a table of contents that is gone already."""
    draft = drafts[index]
    if draft.kind not in (BlockKind.HEADING, BlockKind.PARAGRAPH) or not is_contents_heading(
        draft.text
    ):
        return False
    following = drafts[index + 1] if index + 1 < len(drafts) else None
    if draft.kind is BlockKind.PARAGRAPH:
        return following is not None and following.kind in (BlockKind.HEADING, BlockKind.RULE)
    return (
        following is None
        or following.kind is BlockKind.RULE
        or (following.kind is BlockKind.HEADING and following.level <= draft.level)
    )
