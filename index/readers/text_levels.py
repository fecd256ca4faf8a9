"""How deep the headings of a plain text stand: below others in capitals, below "2." if "2.1"."""

from collections.abc import Iterable, Sequence

from index.readers.text_headings import DOTTED_NUMBER, Paragraph, in_capitals
from index.readers.wording import leading_number


def deepen_below_capitals(paragraphs: Sequence[Paragraph]) -> None:
    """Where lines told by their shape begin in capitals ("YOUR PLOT"), those in another style stand
    below them, and so do counted ones ("4. When may I water?") after the first."""
    headings = [p for p in paragraphs if p.level > 1 and not p.contents]
    weak = [p for p in headings if not p.strong]
    capitals = [p for p in weak if in_capitals(p.text)]
    if len(capitals) < 2:
        return
    counted = [p for p in headings if p.strong and leading_number(p.joined) is not None]
    if weak[0] is capitals[0]:
        _deepen(p for p in weak if not in_capitals(p.text))
    if counted and counted[0].first > capitals[0].first:
        _deepen(p for p in counted if p.level == capitals[0].level)


def _deepen(paragraphs: Iterable[Paragraph]) -> None:
    for paragraph in paragraphs:
        paragraph.level += 1


def deepen_numbered(paragraphs: Sequence[Paragraph]) -> None:
    """Puts a heading "2.1 …" one level below the heading "2. …" that it stands under."""
    levels: dict[tuple[int, ...], int] = {}
    for paragraph in paragraphs:
        match = DOTTED_NUMBER.match(paragraph.joined) if paragraph.level > 1 else None
        if match is None:
            continue
        number = tuple(int(part) for part in match.group(1).split("."))
        above = levels.get(number[:-1], 0)
        if above and paragraph.level <= above:
            paragraph.level = min(above + 1, 6)
        levels[number] = paragraph.level
