"""Plain text into blocks: paragraphs, list entries, verbatim text; ``text_headings`` finds
headings."""

import re
from collections.abc import Iterator, Sequence

from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.labels import Labels, find_labels
from index.readers.page_lines import HOME, is_breadcrumb
from index.readers.text_headings import (
    BULLET,
    Paragraph,
    column_count,
    cut_at_entries,
    cut_numbered,
    heading_shaped,
    is_labelled,
    mark_contents,
    mark_counted,
    mark_decorated,
    mark_ruled,
    mark_standing_alone,
    mark_underlined,
)
from index.readers.text_levels import deepen_below_capitals, deepen_numbered
from index.readers.text_pages import without_page_ends
from index.readers.wording import CJK, QuestionShape, fold, key, question_shape

_RULER = re.compile(r"^\s*(?:([^\w\s])\1{3,}|([^\w\s])( \2){3,})\s*$")
_END_LINE = re.compile(
    r"\W*(the )?end of .{0,60}\b(faq|document|file|digest|article|text)\W*$", re.IGNORECASE
)
_KEYWORD = re.compile(r"^\s*\$[A-Z]\w+(?::[^$\n]*)?\$\s*$")  # $Id$ and its like, of version control


def read_text(text: str, path: str) -> SourceDocument:
    """The blocks of a plain-text file.  Never fails."""
    del path
    lines = [line.replace("\f", " ") for line in text.split("\n")]
    lines = ["" if _KEYWORD.match(line) else line for line in lines]
    lines = without_page_ends(lines)
    subject = _take_mail_head(lines)
    _drop_signature(lines)
    paragraphs = list(_paragraphs(lines))
    while len(paragraphs) > 2 and _is_breadcrumb(paragraphs[0]):
        paragraphs.pop(0)
    if not paragraphs:
        return SourceDocument((), title=subject)
    width = max((len(line) for line in lines), default=0)
    _cut_title(paragraphs, width)
    title = _take_title(paragraphs) if subject is None else _entitled(paragraphs, subject)
    labels = find_labels("\n".join(p.lines) for p in paragraphs)
    entries = mark_contents(paragraphs, labels)
    paragraphs = list(cut_at_entries(paragraphs, entries, labels))
    paragraphs = list(cut_numbered(paragraphs, labels))
    mark_underlined(paragraphs)
    mark_ruled(paragraphs)
    mark_decorated(paragraphs)
    mark_counted(paragraphs, labels)
    explicit = sum(p.strong and p.level > 0 for p in paragraphs if not p.contents) >= 3
    drawn = sum(bool(p.level) and bool(p.ruler_above or p.ruler_below) for p in paragraphs) >= 3
    if not drawn:
        mark_standing_alone(paragraphs, labels, below_contents=bool(entries) and explicit)
        deepen_below_capitals(paragraphs)
    deepen_numbered(paragraphs)
    blocks = [block for p in paragraphs for block in _blocks(p, labels, min(width, 100))]
    return SourceDocument(tuple(blocks), title=title)


def _paragraphs(lines: Sequence[str]) -> Iterator[Paragraph]:
    current: Paragraph | None = None
    ruler = ""
    fence = ""
    for number, line in enumerate(lines):
        stripped = line.strip()
        closing = fence and stripped.lower() == fence
        if fence:
            if closing:
                if fence == "[/code]" and current is not None:
                    current.lines.append(line)
                fence = ""
                if current is not None:
                    yield current
                current = None
            else:
                if current is None:
                    current = Paragraph(number, [], verbatim=True)
                current.lines.append(line)
            continue
        if stripped.startswith("```") or stripped.lower() == "[code]":
            if current is not None:
                yield current
            current = None
            fence = "```" if stripped.startswith("```") else "[/code]"
            if fence == "[/code]":  # plain text: the forum's tags are what the author typed
                current = Paragraph(number, [line], verbatim=True)
            continue
        match = _RULER.match(line)
        if not stripped or match:
            if current is not None:
                if match:
                    current.ruler_below = match.group(1) or match.group(2)
                    current.ruler_below_chars = len(stripped)
                yield current
            if match:
                free = (
                    number == 0
                    or not lines[number - 1].strip()
                    or bool(_RULER.match(lines[number - 1]))
                )
                ruler = (match.group(1) or match.group(2)) if free or current is None else ""
            else:
                ruler = ""
            current = None
            continue
        if current is None:
            current = Paragraph(number, [], ruler_above=ruler)
            ruler = ""
        current.lines.append(line)
    if current is not None:
        yield current


_MAIL_FIELDS = frozenset(
    {
        "subject", "from", "date", "newsgroups", "archive-name", "posting-frequency", "to",
        "author",
        "last-modified", "version", "title", "maintainer", "url", "reply-to", "organization",
        "message-id", "followup-to", "path", "status", "category", "layout", "tags", "slug",
    }
)  # fmt: skip


def _take_mail_head(lines: list[str]) -> str | None:
    """The subject of a mail's or posting's head, which is blanked out; None where there is no head.

    A head is two or more lines ``Name: value`` at the top, two of them with names that heads have.
    """
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    subject = None
    while True:
        end, known = start, 0
        while end < len(lines) and re.match(r"[A-Za-z][\w-]{1,24}: ?\S|[ \t]+\S", lines[end]):
            name, _, value = lines[end].partition(":")
            known += name.lower() in _MAIL_FIELDS and not name[:1].isspace()
            if name.lower() in ("subject", "title") and subject is None:
                subject = value.strip()
            end += 1
        if known < 2 or (end < len(lines) and lines[end].strip()):
            return subject if start and not any(lines[i].strip() for i in range(start)) else None
        for index in range(start, end):
            lines[index] = ""
        start = next((i for i in range(end, len(lines)) if lines[i].strip()), len(lines))


def _drop_signature(lines: list[str]) -> None:
    """Blanks out what follows a line ``-- `` near the end, and a last line "End of …"."""
    for index in range(max(0, len(lines) - 12), len(lines)):
        if lines[index].rstrip() == "--" and index > 3:
            lines[index:] = [""] * (len(lines) - index)
            break
    for index in range(len(lines) - 1, max(0, len(lines) - 6), -1):
        if _END_LINE.match(lines[index]):
            lines[index] = ""


def _is_breadcrumb(paragraph: Paragraph) -> bool:
    """Whether a page's first line is the path to it: "Home › Guides › Insurance"."""
    if (
        len(paragraph.lines) > 1
        or len(paragraph.text) > 160
        or re.search(r"[.!?]$", paragraph.text)
    ):
        return False
    words = fold(paragraph.text).split()
    return is_breadcrumb(paragraph.text) or (
        len(words) >= 3
        and words[0] in HOME
        and question_shape(paragraph.text) is QuestionShape.NONE
    )


def _entitled(paragraphs: list[Paragraph], subject: str) -> str:
    """The subject as title; a first line that repeats it, or is a title itself, is marked."""
    if key(paragraphs[0].text) == key(subject) or not _is_long(paragraphs[0]):
        return _take_title(paragraphs) or subject
    return subject


def _is_first_question(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the first line is one of a list of questions: three more lines ask, none else stands
    alone."""
    if question_shape(paragraphs[0].text) is not QuestionShape.MARKED:
        return False
    lines = [p for p in paragraphs[1:] if len(p.lines) == 1 and len(p.text) <= 120]
    lines = [p for p in lines if not re.search(r"[.:;,]$", p.text)]
    asking = sum(question_shape(p.text) is QuestionShape.MARKED for p in lines)
    return asking >= 3 and asking * 5 >= len(lines) * 4


def _is_long(paragraph: Paragraph) -> bool:
    return len(paragraph.lines) > 1 or len(paragraph.text) > 120


def _cut_title(paragraphs: list[Paragraph], width: int) -> None:
    """Cuts the first line off a first paragraph of up to four, where it is a title by itself.

    So it is where the author broke it before it was full, and a sentence does not go on: below it
    stands a subtitle, or who wrote this.
    """
    first = paragraphs[0]
    if first.verbatim or first.ruler_below or not 2 <= len(first.lines) <= 4:
        return
    title, below = first.lines[0].strip(), first.lines[1].strip()
    asks = question_shape(title) is QuestionShape.MARKED
    full = column_count(title) + 1 + column_count(below.split()[0]) > min(width, 100) * 0.92
    if asks or full or below[:1].islower() or BULLET.match(below) or not heading_shaped(title):
        return
    rest = Paragraph(first.first + 1, first.lines[1:], subtitle=True)
    paragraphs[:1] = [Paragraph(first.first, first.lines[:1], ruler_above=first.ruler_above), rest]


def _take_title(paragraphs: list[Paragraph]) -> str | None:
    """The first line, where it stands alone and is short; marks it (and its repetition) as
    title."""
    first = paragraphs[0]
    if first.verbatim or BULLET.match(first.lines[0]):
        return None
    if len(first.lines) > 2 or len(first.text) > 160:
        line = first.lines[0].strip()
        return line if len(line) <= 160 and len(first.lines) <= 4 else None
    if len(first.lines) == 2:
        return first.lines[0].strip()
    if _is_first_question(paragraphs):
        return None
    if len(paragraphs) == 1 and re.search(r"[.。]$", first.text):
        return None
    first.level, first.joined, first.strong = 1, first.text, True
    if (
        len(paragraphs) > 1
        and len(paragraphs[1].lines) == 1
        and key(paragraphs[1].text) == key(first.text)
    ):
        paragraphs[1].level, paragraphs[1].joined, paragraphs[1].strong = 1, first.text, True
    return first.text


def _blocks(paragraph: Paragraph, labels: Labels | None, width: int) -> Iterator[Block]:
    line = paragraph.first + 1
    if paragraph.verbatim:
        yield Block(BlockKind.CODE, _dedented(paragraph.lines), line)
        return
    if paragraph.level:
        yield Block(
            BlockKind.HEADING,
            _squeezed(paragraph.joined),
            line,
            level=paragraph.level,
            attributes={} if paragraph.strong else {"shape": "line"},
        )
        return
    group: list[str] = []
    start = 0
    marker, level = "", 0
    indents: list[int] = []

    def done() -> Iterator[Block]:
        if not group:
            return
        kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
        yield Block(
            kind,
            _flowed(group, width),
            line + start,
            level=level,
            marker=marker,
            boilerplate=paragraph.contents,
        )

    for number, text in enumerate(paragraph.lines):
        match = BULLET.match(text)
        labelled = labels is not None and is_labelled(labels, text)
        if match and not labelled and _is_list(paragraph, number, match):
            yield from done()
            indent = len(match.group(1))
            indents = [i for i in indents if i < indent] + [indent]
            marker, level, start = match.group(2), len(indents), number
            group = [text[match.end() :]]
        elif labelled or (
            marker and text.strip() and not text[:1].isspace() and indents[-1:] != [0]
        ):
            yield from done()
            marker, level, start, indents = "", 0, number, []
            group = [text]
        else:
            if not group:
                start = number
            group.append(text)
    yield from done()


def _is_list(paragraph: Paragraph, number: int, match: re.Match[str]) -> bool:
    """Whether a line that looks like a list's entry is one: a number needs a neighbour that
    counts."""
    marker = match.group(2)
    if not marker[:-1].isdigit():
        return (
            marker not in "–—-+*·"
            or number == 0
            or len(match.group(1)) > 0
            or bool(
                BULLET.match(paragraph.lines[number - 1])
                or re.search(r"[:：]\s*$", paragraph.lines[number - 1])
                or any(BULLET.match(other) for other in paragraph.lines[number + 1 :])
            )
        )
    return len(paragraph.lines) > 1 or len(match.group(1)) > 0 or int(marker[:-1]) < 100


def _dedented(lines: Sequence[str]) -> str:
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _flowed(lines: Sequence[str], width: int) -> str:
    """The lines as running text: a line that was full is joined with the next, a short one ends.

    A line is full where the next line's first word would not have fitted into the width.
    """
    dedented = _dedented(lines).split("\n")
    widest = max((column_count(line) for line in dedented), default=0)
    measure = min(max(widest, 40), max(width, 40))
    out = ""
    for number, text in enumerate(dedented):
        current = text.strip() if number == 0 else text.rstrip()
        if number == 0:
            out = current
            continue
        before = dedented[number - 1].rstrip()
        word = current.split(maxsplit=1)[0] if current.strip() else ""
        full = column_count(before) + 1 + column_count(word) > measure * 0.92 and widest >= 40
        wide = bool(re.search(f"[{CJK}]$", before)) and bool(re.match(f"\\s*[{CJK}]", current))
        if full and not re.search(r"\S {3,}\S|\t", before + current):
            out += ("" if wide else " ") + current.strip()
        else:
            out += "\n" + current
    return out.strip()
