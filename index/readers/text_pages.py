"""The ends of printed pages in plain text: "Karlsson   Informational   [Page 3]", and what heads
the next page."""

import re

_FOOT = re.compile(r"(?:\S.*\s)?\[Page \d+\]\s*|\s*(?:- ?\d+ ?-|Page \d+(?: of \d+)?)\s*", re.I)
_COLUMNS = re.compile(r"\s*\S.*?\S? {3,}\S.*? {3,}\S.*")
# So far from the foot is the head of the next page.
_APART = 6


def without_page_ends(lines: list[str]) -> list[str]:
    """``lines`` with the feet and heads of two pages or more as empty lines.

    A head comes soon after a foot, is the same as another but for its numbers, or has three
    columns ("RFC 9999   The Lamp Protocol   March 2021").
    """
    feet = [i for i, line in enumerate(lines) if line.strip() and _FOOT.fullmatch(line)]
    if len(feet) < 2:
        return lines
    heads = [i for i in (_head_after(lines, foot) for foot in feet) if i is not None]
    said = [_but_for_numbers(lines[i]) for i in heads]
    gone = set(feet)
    for index, text in zip(heads, said, strict=True):
        if said.count(text) > 1 or _COLUMNS.fullmatch(lines[index]):
            gone.add(index)
    return ["" if i in gone else line for i, line in enumerate(lines)]


def _head_after(lines: list[str], foot: int) -> int | None:
    """The first line that is not empty, where it stands alone."""
    for index in range(foot + 1, min(foot + 1 + _APART, len(lines))):
        if lines[index].strip():
            alone = index + 1 == len(lines) or not lines[index + 1].strip()
            return index if alone else None
    return None


def _but_for_numbers(line: str) -> str:
    return " ".join(re.sub(r"\d+", "", line).split())
