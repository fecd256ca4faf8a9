"""Drops what only its wording tells from the article: controls, credits, calls for comments,
related posts.

``boilerplate.py`` knows the words; here is where in a page they are believed.  A page's own text
may say "Contact us" in answer to a question; such a line is kept directly after what opens an
answer.
"""

from collections.abc import Sequence

from index.readers.blocks import BlockKind
from index.readers.boilerplate import calls_for_comments, is_page_part, names_attachments
from index.readers.html_blocks import Draft
from index.readers.page_lines import (
    Weight,
    awaits_answer,
    is_breadcrumb,
    is_button,
    is_credit,
    is_dateline,
    is_foot_line,
    is_notice,
    is_stated,
    weight,
)
from index.readers.page_runs import page_runs
from index.readers.wording import is_contents_heading, names_questions

# A call for comments is one of so many last blocks.
_CLOSING_LINES = 6
_INITIAL_CHARS = 2
_LINES = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE))
_OPENS = frozenset((BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.QUESTION, BlockKind.TERM))
# Of a part named "Related …": with this share of linked text it is a list of links.
_LINK_SHARE = 0.5


def drop_page_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """``drafts`` without the lines and parts that belong to the page around the article."""
    kept = _without_empty_end(list(drafts))
    kept = _without_parts(kept)
    kept = [d for i, d in enumerate(kept) if not (_is_button(kept, i) or _is_credit(kept, i))]
    kept = _without_runs(kept)
    kept = _without_colophon(kept)
    kept = _without_empty_end(kept)
    last = max((i for i, draft in enumerate(kept) if draft.kind in _OPENS), default=0)
    last = max(last, len(kept) - 1 - _CLOSING_LINES)
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


def _without_empty_end(drafts: list[Draft]) -> list[Draft]:
    """Without last headings that nothing follows: "Ready to start?" over a button."""
    end = len(drafts)
    while end > 2 and drafts[end - 1].kind is BlockKind.HEADING and drafts[end - 1].level > 1:
        end -= 1
    return drafts[:end]


def _without_colophon(drafts: list[Draft]) -> list[Draft]:
    """Without "Last changed on …", "Best viewed with …" as last lines.

    Never the only text below what opens one: an answer may say "Last updated in May".
    """
    end = len(drafts)
    while end > 1 and drafts[end - 1].kind in _LINES | {BlockKind.RULE}:
        last = drafts[end - 1]
        opened = drafts[end - 2].kind in _OPENS or awaits_answer(drafts[end - 2].text)
        if last.kind is not BlockKind.RULE and (opened or not is_foot_line(last.text)):
            break
        end -= 1
    return drafts[:end]


def _is_button(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    return (
        draft.kind in _LINES
        and draft.linked
        and is_button(draft.text)
        and not _answers(drafts, index, index + 1)
    )


def _is_credit(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    line = draft.kind in _LINES and (draft.linked or draft.kind is not BlockKind.ITEM)
    return line and is_credit(draft.text) and not _answers(drafts, index, index + 1)


def _without_runs(drafts: list[Draft]) -> list[Draft]:
    """Without a page's own lines where they stand together, or first or last."""
    title = next(
        (i for i, d in enumerate(drafts) if d.kind is BlockKind.HEADING and d.level == 1), 0
    )
    weights: list[Weight | None] = []
    headed = bool(drafts) and drafts[0].kind is BlockKind.HEADING  # a title, whatever its level
    for index, draft in enumerate(drafts):
        found = _weight(draft, early=index < title)
        above = Weight.NONE not in weights[headed:]
        if above and draft.kind is BlockKind.PARAGRAPH and _heads_page(draft):
            found = Weight.SURE
        weights.append(found)
    dropped: set[int] = set()
    for run in page_runs(weights):
        before = drafts[run.start - 1] if run.start else None
        asked = before is not None and not drafts[run.start].linked and awaits_answer(before.text)
        first = run.start + (asked or _answers(drafts, run.start, run.stop))
        dropped.update(i for i in range(first, run.stop) if weights[i])
    return [draft for index, draft in enumerate(drafts) if index not in dropped]


def _heads_page(draft: Draft) -> bool:
    """Whether a line above the text is a dateline, or the path to the page."""
    return is_dateline(draft.text) or (bool(draft.links) and is_breadcrumb(draft.text))


def _weight(draft: Draft, *, early: bool) -> Weight | None:
    """``early``: the page's title is still to come."""
    if draft.kind is BlockKind.RULE or (draft.kind is BlockKind.HEADING and draft.level == 1):
        return None
    if draft.kind not in _LINES:
        return Weight.NONE
    if not draft.linked and (draft.kind is BlockKind.ITEM or len(draft.text) <= _INITIAL_CHARS):
        return Weight.NONE  # an entry of a list of words, or an initial that is also a network's
    if early and is_notice(draft.text):
        return Weight.SURE
    return weight(draft.text)


def _answers(drafts: list[Draft], start: int, end: int) -> bool:
    """Whether the line at ``start`` answers a question, or is all that a heading has."""
    before = drafts[start - 1] if start else None
    if before is None or before.kind not in _OPENS:
        return False
    following = drafts[end] if end < len(drafts) else None
    alone = end == start + 1 and (following is None or following.kind in _OPENS)
    return before.kind is not BlockKind.HEADING or alone


def _without_parts(drafts: list[Draft]) -> list[Draft]:
    """Without "Related articles", "Leave a comment" … where links follow, or nothing but titles up
    to the page's end.
    """
    kept: list[Draft] = []
    index = 0
    while index < len(drafts):
        draft = drafts[index]
        heading = draft.kind is BlockKind.HEADING and draft.level > 1
        files = heading and names_attachments(draft.text)
        if files or (heading and is_page_part(draft.text)):
            end = index + 1
            while end < len(drafts) and not (
                drafts[end].kind in (BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.QUESTION)
                and (drafts[end].level or 1) <= draft.level
            ):
                end += 1
            part = drafts[index + 1 : end]
            asked = names_questions(draft.text) and any(awaits_answer(d.text) for d in part)
            last = end == len(drafts) and not (files or asked or _holds_text(part))
            if last or _linked_share(part) >= _LINK_SHARE:
                index = end
                continue
        kept.append(draft)
        index += 1
    return kept


def _holds_text(drafts: list[Draft]) -> bool:
    """Whether anything is told that is no teaser right below its linked title."""
    linked = False
    for draft in drafts:
        if not (linked or draft.linked or weight(draft.text)) and is_stated(draft.text):
            return True
        linked = draft.linked
    return False


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
