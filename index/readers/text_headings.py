"""Headings of plain text, told by their shape.

A heading is underlined, stands below a ruler, is named by a contents list, counts (1., 2., 3. with
text in between), or is a short line by itself without a full stop.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.readers.labels import Labels
from index.readers.wording import (
    CJK,
    QuestionShape,
    is_contents_heading,
    key,
    leading_number,
    question_shape,
)

BULLET = re.compile(r"^(\s*)([•‣◦▪▫●○■□–—*+·-]|\([a-z0-9]\)|[a-z]\)|\d{1,3}[.)、．])(\s+)(?=\S)")
_CJK_NUMBER = re.compile(rf"^(\s*)(\d{{1,3}}[.)、．])(\s*)(?=[{CJK}/\w])")
_MAX_HEADING_CHARS = 130
_MAX_HEADING_WORDS = 24
_LEADER = ".·…_"
_SENTENCE_END = re.compile(r"[.,;:!。，；：、…！][\"”»'’)）]?\s*$")


@dataclass
class Paragraph:
    """A run of lines without a blank line or ruler in it."""

    first: int  # 0-based line
    lines: list[str]
    ruler_above: str = ""  # the ruler's character where one directly precedes
    ruler_below: str = ""
    ruler_below_chars: int = 0
    level: int = 0  # of a heading; 0 for other text
    joined: str = ""  # a heading's text
    contents: bool = False
    strong: bool = False  # told by more than being short and alone
    verbatim: bool = False
    subtitle: bool = False  # no heading, whatever its shape

    @property
    def text(self) -> str:
        return " ".join(line.strip() for line in self.lines)

    @property
    def indent(self) -> int:
        return len(self.lines[0]) - len(self.lines[0].lstrip())


def mark_contents(paragraphs: list[Paragraph], labels: Labels | None) -> dict[str, int]:
    """The entries of the document's contents lists, key to level; their paragraphs are marked.

    A contents list is a run of lists and single lines, with or without a contents heading, of
    which at least three entries stand again further down in the same order, each as a line by
    itself or the start of a paragraph.
    """
    places: dict[str, list[int]] = {}
    for index, paragraph in enumerate(paragraphs):
        if not paragraph.verbatim:
            for start in _starts(paragraph, labels):
                places.setdefault(start, []).append(index)
    named: dict[str, int] = {}
    index = 0
    while index < len(paragraphs):
        paragraph = paragraphs[index]
        if paragraph.verbatim or paragraph.level == 1:
            index += 1
            continue
        first = paragraph.lines[0].strip()
        headed = is_contents_heading(first)
        alone = headed and len(paragraph.lines) == 1
        run: list[int] = []
        entries: list[str] = []
        listed = 0
        following = index + 1 if alone else index
        while following < len(paragraphs) and not paragraphs[following].verbatim:
            member = paragraphs[following]
            lines = member.lines[1:] if headed and member is paragraph else member.lines
            found = _entries(lines, listed=headed and not run)
            single = not found and len(lines) == 1
            found = [lines[0].strip()] if single else found
            later = [e for e in found if any(p > following for p in places.get(_entry_key(e), ()))]
            if not later or len(later) * 2 < len(found):
                break
            listed += not single
            run.append(following)
            entries.extend(later)
            following += 1
        if len(entries) >= 3 and _in_order(entries, places, run[-1]):
            for member_index in [*run, *([index] if alone else [])]:
                paragraphs[member_index].contents = True
            for entry in entries:
                named.setdefault(_entry_key(entry), 3 if re.match(r"\d+\.\d", entry) else 2)
            index = following
        else:
            index += 1
    return named


def _in_order(entries: Sequence[str], places: Mapping[str, Sequence[int]], after: int) -> bool:
    """Whether the entries stand again after the list in (nearly) the list's order."""
    order = [next((p for p in places[_entry_key(e)] if p > after), None) for e in entries]
    known = [place for place in order if place is not None]
    rising = sum(one <= other for one, other in itertools.pairwise(known))
    return len(known) >= 3 and len(set(known)) >= 3 and rising * 5 >= (len(known) - 1) * 4


def _entry_key(entry: str) -> str:
    """A contents entry's key, without the number that the page put before it ("2 Costs")."""
    return key(re.sub(r"^\d+(?:\.\d+)*\.?\s+(?=\S)", "", entry)) or key(entry)


def _entries(lines: Sequence[str], *, listed: bool) -> list[str]:
    entries: list[str] = []
    paged = False  # the last entry ends in its page: it is whole
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    for line in lines:
        match = BULLET.match(line) or _CJK_NUMBER.match(line)
        indented = line[margin : margin + 1].isspace()
        bare = _without_page(line)
        if match:
            numbered = match.group(2) if match.group(2)[:-1].isdigit() else ""
            entries.append(f"{numbered} {line[match.end() :].strip()}".strip())
        elif entries and indented and not paged:
            entries[-1] += " " + line.strip()
        elif listed or bare != line:
            entries.append(line.strip())
        else:
            return []
        paged = bare != line
    return [_without_page(e) for e in entries]


def _without_page(entry: str) -> str:
    """An entry without its page ("Welcome ........ 1"); unchanged where no dots lead to one."""
    bare = entry.rstrip()
    dotted = bare.rstrip("0123456789")
    named = dotted.rstrip(_LEADER + " \t")
    dots = sum(char in _LEADER for char in dotted[len(named) :])
    return named if dotted != bare and dots >= 3 else entry


def _starts(paragraph: Paragraph, labels: Labels | None) -> set[str]:
    """What a contents list may call this paragraph: its first line, or its first two."""
    starts = set()
    for count in (1, 2):
        if len(paragraph.lines) >= count:
            head = " ".join(line.strip() for line in paragraph.lines[:count])
            starts.add(_entry_key(head))
            if labels is not None:
                starts.add(_entry_key(head[labels.parts(head)[0].start :]))
    return starts


def cut_at_entries(
    paragraphs: Sequence[Paragraph], entries: dict[str, int], labels: Labels | None
) -> Iterator[Paragraph]:
    """Makes headings of the lines that the contents list names, also where text follows
    directly."""
    for paragraph in paragraphs:
        if not entries or paragraph.contents or paragraph.verbatim or paragraph.level:
            yield paragraph
            continue
        taken = 0
        for count in (2, 1):
            head = " ".join(line.strip() for line in paragraph.lines[:count])
            if labels is not None and is_labelled(labels, head):
                break  # the label says more
            if len(paragraph.lines) >= count and _entry_key(head) in entries:
                taken = count
                break
        if not taken:
            yield paragraph
            continue
        head = " ".join(line.strip() for line in paragraph.lines[:taken])
        rest = paragraph.lines[taken:]
        yield Paragraph(
            paragraph.first,
            paragraph.lines[:taken],
            ruler_above=paragraph.ruler_above,
            ruler_below="" if rest else paragraph.ruler_below,
            level=entries[_entry_key(head)],
            joined=head,
            strong=True,
        )
        if rest:
            yield Paragraph(
                paragraph.first + taken,
                rest,
                ruler_below=paragraph.ruler_below,
                ruler_below_chars=paragraph.ruler_below_chars,
            )


def column_count(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def mark_underlined(paragraphs: list[Paragraph]) -> None:
    """Lines underlined by a ruler about as long as they are.  Levels in order of appearance."""
    levels: dict[str, int] = {}
    for paragraph in paragraphs:
        if paragraph.verbatim or paragraph.contents or not paragraph.ruler_below:
            continue
        if len(paragraph.lines) > 2 or paragraph.level == 1:
            continue
        columns = max(column_count(line.strip()) for line in paragraph.lines)
        if not columns * 0.5 <= paragraph.ruler_below_chars <= max(columns * 2, columns + 12):
            continue
        if BULLET.match(paragraph.lines[0]) and len(paragraph.lines) > 1:
            continue
        if paragraph.text.startswith(paragraph.ruler_below) or not re.search(
            r"\w\w", paragraph.text
        ):
            continue  # a box drawn in a listing's comments
        apart = abs(paragraph.ruler_below_chars - columns)
        if apart > 3 and re.search(r"[.,;]$", paragraph.text):
            continue  # a line across the page below a paragraph's only line
        style = paragraph.ruler_below + ("^" if paragraph.ruler_above else "")
        level = levels.setdefault(style, len(levels) + 2)
        paragraph.level, paragraph.joined, paragraph.strong = min(level, 6), paragraph.text, True
    if any(p.ruler_above and not p.ruler_below and not p.contents for p in paragraphs):
        deeper = _is_ruled_document(paragraphs)
        for paragraph in paragraphs:
            if deeper and paragraph.level > 1 and paragraph.ruler_below:
                paragraph.level = min(paragraph.level + 1, 6)


def _is_ruled_document(paragraphs: Sequence[Paragraph]) -> bool:
    return sum(_below_ruler(p) for p in paragraphs) >= 2


def _below_ruler(paragraph: Paragraph) -> bool:
    """Whether the paragraph is one short line directly below a ruler."""
    return (
        bool(paragraph.ruler_above)
        and not paragraph.verbatim
        and len(paragraph.lines) == 1
        and len(paragraph.text) <= _MAX_HEADING_CHARS
        and not paragraph.text.startswith(paragraph.ruler_above)
        and not _SENTENCE_END.search(paragraph.text)
    )


def mark_ruled(paragraphs: list[Paragraph]) -> None:
    if not _is_ruled_document(paragraphs):
        return
    for paragraph in paragraphs:
        if _below_ruler(paragraph) and not paragraph.level and not paragraph.contents:
            paragraph.level, paragraph.joined, paragraph.strong = 2, paragraph.text, True


_DECORATED = re.compile(r"^\s*([■□◆◇●○★☆▼▽▲△◎※§►▶❖✦➤♦♢]+|\*{3,}|={2,}|#{1,4}(?=\s))\s*(?=\w)")


def mark_decorated(paragraphs: Sequence[Paragraph]) -> None:
    """Lines that begin with a sign ("■ Opening hours"), two or more of them with text in
    between."""
    found = [
        (index, match)
        for index, p in enumerate(paragraphs)
        if not (p.level or p.contents or p.verbatim)
        and len(p.lines) == 1
        and len(p.text) <= _MAX_HEADING_CHARS
        and (match := _DECORATED.match(p.text))
        and not (
            _SENTENCE_END.search(p.text) and question_shape(p.text) is not QuestionShape.MARKED
        )
    ]
    apart = sum(after - before > 1 for (before, _), (after, _) in pairwise(found))
    if len(found) < 2 or apart * 3 < (len(found) - 1) * 2:
        return
    for index, match in found:
        paragraph = paragraphs[index]
        sign = match.group(1)
        paragraph.level = 3 if sign[0] in "□◇○☆▽△" else 2
        paragraph.joined = paragraph.text[match.end() :].rstrip(" *=#")
        paragraph.strong = True


DOTTED_NUMBER = re.compile(r"\s*(\d{1,3}(?:\.\d{1,3})*)[.)]?\s+(?=\S)")


def cut_numbered(paragraphs: Sequence[Paragraph], labels: Labels | None) -> Iterator[Paragraph]:
    """Cuts numbered headings off the text that follows them directly; marks "1.2" and deeper ones.

    "1.2. Where does the name come from?" is a heading where three or more such numbers grow through
    the document.  Where it ends: at its question mark, or with its paragraph if that is short.
    """
    numbers = {i: n for i, p in enumerate(paragraphs) if (n := _outline_number(p, labels))}
    deep = [n for n in numbers.values() if len(n) > 1]
    growing = sum(one < other for one, other in pairwise(deep))
    outlined = len(deep) >= 3 and growing * 5 >= (len(deep) - 1) * 4
    asked = sum(bool(_asked_lines(paragraphs[i])) for i in numbers) >= 3
    for index, paragraph in enumerate(paragraphs):
        number = numbers.get(index)
        if number is None or not (asked or (outlined and len(number) > 1)):
            yield paragraph
            continue
        taken = _asked_lines(paragraph)
        if not taken and outlined and len(number) > 1 and len(paragraph.text) <= 240:
            taken = len(paragraph.lines)
        if not taken:
            yield paragraph
            continue
        head = Paragraph(
            paragraph.first, paragraph.lines[:taken], ruler_above=paragraph.ruler_above
        )
        rest = paragraph.lines[taken:]
        if not rest:
            head.ruler_below = paragraph.ruler_below
            head.ruler_below_chars = paragraph.ruler_below_chars
        if outlined and len(number) > 1:
            head.level, head.joined, head.strong = min(len(number) + 1, 6), head.text, True
        yield head
        if rest:
            yield Paragraph(
                paragraph.first + taken,
                rest,
                ruler_below=paragraph.ruler_below,
                ruler_below_chars=paragraph.ruler_below_chars,
            )


def _outline_number(paragraph: Paragraph, labels: Labels | None) -> tuple[int, ...] | None:
    """The number that opens a paragraph, if only its first line is numbered."""
    if paragraph.level or paragraph.contents or paragraph.verbatim:
        return None
    match = DOTTED_NUMBER.match(paragraph.lines[0])
    if not match or (labels is not None and is_labelled(labels, paragraph.lines[0])):
        return None
    if any(DOTTED_NUMBER.match(line) for line in paragraph.lines[1:]):
        return None
    number = tuple(int(part) for part in match.group(1).split("."))
    if len(number) == 1 and leading_number(paragraph.lines[0]) is None:
        return None
    return number


def _asked_lines(paragraph: Paragraph) -> int:
    """How many of the first three lines end in a question mark at their end; 0 if none do."""
    for count in range(1, min(3, len(paragraph.lines)) + 1):
        if re.search(r"[?？؟]\s*$", paragraph.lines[count - 1]):
            return count
    return 0


def mark_counted(paragraphs: list[Paragraph], labels: Labels | None) -> None:
    """Paragraphs that count 1, 2, 3 … with other text between most of them.

    Statements that end in a full stop only count where a third of the run asks: a list of steps is
    no list of headings.
    """
    runs: list[list[int]] = []
    for index, paragraph in enumerate(paragraphs):
        number = leading_number(paragraph.lines[0])
        usable = (
            number is not None
            and not paragraph.contents
            and not paragraph.verbatim
            and not paragraph.level
            and len(paragraph.lines) <= 3
            and len(paragraph.text) <= 2 * _MAX_HEADING_CHARS
            and not (labels and is_labelled(labels, paragraph.lines[0]))
            and sum(leading_number(line) is not None for line in paragraph.lines) == 1
        )
        if not usable or number is None:
            continue
        if runs and number == (leading_number(paragraphs[runs[-1][-1]].lines[0]) or 0) + 1:
            runs[-1].append(index)
        elif number == 1:
            runs.append([index])
    for run in runs:
        if len(run) < 3:
            continue
        apart = sum(after - before > 1 for before, after in itertools.pairwise(run))
        if apart * 3 < (len(run) - 1) * 2:
            continue
        texts = [paragraphs[i].text for i in run]
        ended = sum(bool(re.search(r"[.。]\s*$", t)) for t in texts)
        asked = sum(question_shape(t) is QuestionShape.MARKED for t in texts)
        if ended * 2 > len(run) and asked * 3 < len(run):
            continue
        for index in run:
            paragraph = paragraphs[index]
            paragraph.level, paragraph.joined, paragraph.strong = 2, paragraph.text, True


def is_labelled(labels: Labels, line: str) -> bool:
    return labels.parts(line.strip())[0].label is not None


def mark_standing_alone(
    paragraphs: list[Paragraph], labels: Labels | None, *, below_contents: bool
) -> None:
    """Short lines by themselves, without a full stop, with text after them."""
    bodies = [p.indent for p in paragraphs if len(p.text) > 160]
    margin = min((p.indent for p in paragraphs), default=0)
    limit = min(bodies, default=margin)
    named = [p.text for p in paragraphs if p.level == 2 and p.strong]
    capitals = len(named) > 1 and all(map(in_capitals, named))
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        if paragraph.level or paragraph.contents or paragraph.verbatim or len(paragraph.lines) > 1:
            continue
        if paragraph.subtitle:
            continue
        if index + 1 == len(paragraphs) or paragraph.indent > max(limit, margin):
            continue
        if labels and is_labelled(labels, text):
            continue
        if not heading_shaped(text) and not _exclaims(paragraphs, index):
            continue
        number = leading_number(text)
        if number is not None and _beside_number(paragraphs, index, number):
            continue
        like_named = capitals and in_capitals(text)
        paragraph.level = 3 if below_contents and not like_named else 2
        paragraph.joined = text
    _unstack(paragraphs)


def in_capitals(text: str) -> bool:
    """Whether a line is in capitals; "FAQ" and other short names are always."""
    return text.isupper() and sum(char.isalpha() for char in text) > 3


def _unstack(paragraphs: Sequence[Paragraph]) -> None:
    """Five or more such lines in a row are a table's cells or a menu; only the last may head what
    follows."""
    start = 0
    while start < len(paragraphs):
        end = start
        while end < len(paragraphs) and paragraphs[end].level > 1 and not paragraphs[end].strong:
            end += 1
        if end - start >= 5:
            asked = sum(
                question_shape(p.text) is QuestionShape.MARKED for p in paragraphs[start:end]
            )
            for paragraph in paragraphs[start : end - 1]:
                if asked * 2 < end - start:
                    paragraph.level = 0
        start = max(end, start + 1)


def _exclaims(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """A short exclamation above a paragraph is a magazine's heading; above short lines it
    advertises."""
    text = paragraphs[index].text
    if len(text) > 60 or not re.search(r"\w[!！]$", text) or not heading_shaped(text[:-1]):
        return False
    return len(paragraphs[index + 1].text) > 160


def heading_shaped(text: str) -> bool:
    asks = question_shape(text) is QuestionShape.MARKED
    limit = _MAX_HEADING_CHARS * 2 if asks else _MAX_HEADING_CHARS
    if re.search(f"[{CJK}]", text):
        limit //= 2
    if len(text) > limit or len(text.split()) > _MAX_HEADING_WORDS * (2 if asks else 1):
        return False
    bullet = BULLET.match(text)
    if bullet and not bullet.group(2)[0].isdigit():
        return False
    if not re.search(r"[^\W\d_]{2}", text) or "\t" in text:
        return False
    if asks:
        if len(text) > limit // 2 and re.search(r"[.!。] ?\S", text):
            return False  # a paragraph that ends in a question
        return not re.match(r"[^\w\"“'‘„«(¿¡#<&]", text)
    if _SENTENCE_END.search(text) or re.match(r"[\"“„«].*[\"”“»]$", text):
        return False
    if re.search(r"https?://|www\.|@\w|[<>{}=|\\]", text):
        return False
    first = re.sub(r"^[\W\d]+", "", text)[:1]
    return not first.islower() and bool(re.match(r"[\w\"“'‘„«(¿¡]|#\d", text))


def _beside_number(paragraphs: Sequence[Paragraph], index: int, number: int) -> bool:
    """Whether the paragraph directly before or after carries on counting: then it is a list."""
    before = leading_number(paragraphs[index - 1].lines[-1]) if index else None
    after = leading_number(paragraphs[index + 1].lines[0]) if index + 1 < len(paragraphs) else None
    return before == number - 1 or after == number + 1
