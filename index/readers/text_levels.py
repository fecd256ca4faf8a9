"""How deep the numbered headings of a plain text stand."""

from collections.abc import Sequence

from index.readers.text_headings import DOTTED_NUMBER, Paragraph


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
