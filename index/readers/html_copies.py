"""Drops what a page says twice: some hold a copy of an accordion or title for each width of
screen.
"""

from collections.abc import Sequence

from index.readers.blocks import BlockKind
from index.readers.html_blocks import Draft
from index.readers.wording import fold

_HEADS = frozenset((BlockKind.SUMMARY, BlockKind.QUESTION, BlockKind.HEADING, BlockKind.TERM))
# Shorter texts repeat by chance ("Yes.").
_COPY_CHARS = 40


def drop_copies(drafts: Sequence[Draft]) -> list[Draft]:
    """``drafts`` without each heading or question that stands in them before with the same text
    below.

    The first one is kept.  A heading over nothing but copies goes with them, and so does a second
    h1 of the same words.
    """
    units = _units(drafts)
    seen: set[tuple[str, ...]] = set()
    gone: list[bool] = []
    for unit in units:
        texts = tuple(fold(draft.text) for draft in unit if draft.text)
        body = sum(len(text) for text in texts[1:])
        counts = unit[0].kind in _HEADS and body >= _COPY_CHARS
        gone.append(counts and texts in seen)
        if counts:
            seen.add(texts)
    kept: list[Draft] = []
    titles: set[tuple[str, int]] = set()
    for index, unit in enumerate(units):
        head = unit[0]
        title = (fold(head.text), head.level)
        if head.kind is BlockKind.HEADING and title in titles:
            empty = not any(draft.text for draft in unit[1:])
            before_copies = index + 1 < len(units) and gone[index + 1]
            if empty and before_copies:
                continue
            if head.level == 1:
                unit = unit[1:]
        if head.kind is BlockKind.HEADING:
            titles.add(title)
        if not gone[index]:
            kept.extend(unit)
    return kept


def _units(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts in groups: what opens a text, and the text."""
    units: list[list[Draft]] = []
    for draft in drafts:
        if not units or draft.kind in _HEADS:
            units.append([])
        units[-1].append(draft)
    return units
