"""Builds an Article from blocks whose roles are known: its text, and where everything stands in
it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from index.readers.blocks import Block, BlockKind, BlockLink
from index.records import Article, Element, ElementKind, FaqPair, Link, Section


class Role(StrEnum):
    HEADING = "heading"  # opens a section
    BODY = "body"
    QUESTION = (
        "question"  # opens a pair; directly following QUESTION blocks with ``joined`` extend it
    )
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Marked:
    """A block with its role.  ``heading`` is the FAQ heading or category of a question."""

    block: Block
    role: Role
    heading: str = ""
    joined: bool = False  # QUESTION: goes on with the question before
    wording: bool = False  # QUESTION: asks what the question before asks, in other words


def cut(block: Block, start: int, end: int | None = None, *, line: int | None = None) -> Block:
    """``block`` reduced to ``text[start:end]`` without white space at the edges; links move
    along."""
    end = len(block.text) if end is None else end
    while start < end and block.text[start].isspace():
        start += 1
    while end > start and block.text[end - 1].isspace():
        end -= 1
    links = tuple(
        BlockLink(max(link.start, start) - start, min(link.end, end) - start, link.url)
        for link in block.links
        if link.start < end and link.end > start
    )
    return replace(
        block,
        text=block.text[start:end],
        line=block.line if line is None else line,
        links=links,
        bold_prefix=max(0, min(block.bold_prefix, end) - start),
    )


def slug(text: str, *, limit: int = 64) -> str:
    """``text`` as part of an id: lower-case letters and digits of any script joined by hyphens."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(
        char if char.isalnum() or unicodedata.category(char)[0] == "M" else "-" for char in folded
    )
    return re.sub("-+", "-", kept).strip("-")[:limit].strip("-")


_KINDS = {
    BlockKind.HEADING: ElementKind.HEADING,
    BlockKind.ITEM: ElementKind.ITEM,
    BlockKind.CODE: ElementKind.CODE,
    BlockKind.TABLE: ElementKind.TABLE,
    BlockKind.QUOTE: ElementKind.QUOTE,
}


class _Builder:
    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        self.pieces: list[str] = []
        self.length = 0
        self.before: Block | None = None
        self.elements: list[Element] = []
        self.links: list[Link] = []
        self.taken: set[str] = set()

    def add(self, block: Block, kind: ElementKind) -> tuple[int, int]:
        """Appends ``block``; returns the place of its text, without bullet."""
        if self.before is not None:
            self._append(_separator(self.before, block))
        self.before = block
        prefix = ""
        if block.kind is BlockKind.ITEM and kind is ElementKind.ITEM:
            bullet = block.marker if any(c.isalnum() for c in block.marker) else "•"
            prefix = "  " * max(0, block.level - 1) + bullet + " "
        outer = self.length
        self._append(prefix)
        start = self.length
        self._append(block.text)
        level = block.level if kind in (ElementKind.HEADING, ElementKind.ITEM) else 0
        if kind is ElementKind.HEADING:
            level = min(max(level, 1), 6)
        elif kind is ElementKind.ITEM:
            level = max(level, 1)
        elif kind is ElementKind.TABLE and "names" in block.attributes:
            level = 1
        indent = len(prefix) - len(prefix.lstrip())
        self.elements.append(Element(kind, outer + indent, self.length, block.line, level))
        for link in block.links:
            if link.url and link.start < link.end:
                self.links.append(Link(start + link.start, start + link.end, link.url))
        return outer + indent, self.length

    def _append(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def unique(self, wanted: str | None, text: str, fallback: str) -> str:
        base = wanted or f"{self.article_id}#{slug(text) or fallback}"
        candidate, number = base, 2
        while candidate in self.taken:
            candidate, number = f"{base}-{number}", number + 1
        self.taken.add(candidate)
        return candidate


def _separator(before: Block, block: Block) -> str:
    tight = (BlockKind.ITEM, BlockKind.TABLE)
    if before.kind is block.kind and block.kind in tight:
        return "\n"
    return "\n\n"


@dataclass
class _Open:
    """A section or pair that is being built."""

    block: Block
    first: tuple[int, int]  # place of the heading or question
    heading: str
    body: tuple[int, int] | None = None
    question: bool = False
    implicit: bool = False
    wordings: list[str] = field(default_factory=list)  # of a question, beside its own

    def extend(self, place: tuple[int, int]) -> None:
        self.body = place if self.body is None else (self.body[0], place[1])


def assemble(
    marked: Sequence[Marked],
    *,
    article_id: str,
    path: str,
    title: str,
    url: str | None = None,
    language: str | None = None,
    encoding: str = "utf-8",
    encoding_guessed: bool = False,
) -> Article:
    """The Article of ``marked``, in its order.

    A section's text is what directly follows its heading; text after an FAQ that no heading opens
    is a section of its own with an empty heading.  A question without an answer is kept as text
    of the section, not as a pair.  A question's other wordings stand between it and its answer.
    Ids are unique: a repeated one gets "-2", "-3", …
    """
    builder = _Builder(article_id)
    opened: list[_Open] = []
    current: _Open | None = None
    for item in _settled(marked):
        block = item.block
        if item.role is Role.HEADING:
            place = (builder.length, builder.length)
            if block.text:
                place = builder.add(block, ElementKind.HEADING)
            current = _Open(block, place, block.text)
            opened.append(current)
        elif item.role is Role.QUESTION:
            place = builder.add(block, ElementKind.QUESTION)
            open_question = current and current.question and current.body is None
            if item.joined and current and open_question:
                current.first = (current.first[0], place[1])
            elif item.wording and current and open_question:
                current.wordings.append(block.text)
            else:
                current = _Open(block, place, item.heading, question=True)
                opened.append(current)
        else:
            answering = item.role is Role.ANSWER and current is not None and current.question
            if current is None or (current.question and not answering):
                current = _Open(block, (builder.length, builder.length), "", implicit=True)
                opened.append(current)
            kind = _KINDS.get(block.kind, ElementKind.PARAGRAPH)
            current.extend(builder.add(block, kind))
    text = "".join(builder.pieces)
    sections: list[Section] = []
    faq: list[FaqPair] = []
    for part in opened:
        start, end = part.body or (part.first[1], part.first[1])
        wanted = part.block.attributes.get("id")
        if part.question:
            question = text[part.first[0] : part.first[1]]
            given = part.block.attributes.get("alternates", "").split("\n")
            alternates = tuple(filter(None, [*given, *part.wordings]))
            faq.append(
                FaqPair(
                    id=builder.unique(wanted, question, "question"),
                    question=question,
                    answer=text[start:end],
                    question_start=part.first[0],
                    question_end=part.first[1],
                    start=start,
                    end=end,
                    line=part.block.line,
                    heading=part.heading,
                    alternates=alternates,
                    url=part.block.attributes.get("url"),
                )
            )
        else:
            sections.append(
                Section(
                    id=builder.unique(None if part.implicit else wanted, part.heading, "text"),
                    heading=part.heading,
                    level=min(max(part.block.level, 1), 6) if part.heading else 0,
                    text=text[start:end],
                    start=start,
                    end=end,
                    line=part.block.line,
                )
            )
    return Article(
        id=article_id,
        path=path,
        title=title,
        text=text,
        sections=tuple(sections),
        faq=tuple(faq),
        elements=tuple(builder.elements),
        links=tuple(builder.links),
        url=url,
        language=language,
        encoding=encoding,
        encoding_guessed=encoding_guessed,
    )


def _settled(marked: Sequence[Marked]) -> Iterable[Marked]:
    """``marked`` without empty blocks; questions that no answer follows become body text."""
    kept = [m for m in marked if m.block.text or m.role is Role.HEADING]
    for index, item in enumerate(kept):
        if item.role is not Role.QUESTION:
            yield item
            continue
        rest = index + 1
        while rest < len(kept) and (kept[rest].joined or kept[rest].wording):
            rest += 1
        if rest < len(kept) and kept[rest].role is Role.ANSWER:
            yield item
        elif item.block.kind is BlockKind.HEADING:
            yield replace(item, role=Role.HEADING)
        else:
            yield replace(item, role=Role.BODY)
