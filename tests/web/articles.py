"""Articles made by hand, for what is shown of them."""

from collections.abc import Sequence
from itertools import pairwise

from index.records import Article, Element, ElementKind, FaqPair, Link, Section

Part = tuple[ElementKind, str] | tuple[ElementKind, str, int]


def article(
    *parts: Part,
    id: str = "guide.md",
    title: str = "",
    url: str | None = None,
    language: str | None = None,
    links: Sequence[tuple[str, str]] = (),
    separator: str = "\n\n",
) -> Article:
    """An article of these parts, ``separator`` between them; ``links`` are (words, url)."""
    text = ""
    elements = []
    for part in parts:
        text += separator if text else ""
        start = len(text)
        text += part[1]
        level = part[2] if len(part) > 2 else 0
        elements.append(Element(part[0], start, len(text), 1, level))
    found = [Link(text.index(words), text.index(words) + len(words), to) for words, to in links]
    return Article(
        id=id,
        path=id,
        title=title,
        text=text,
        sections=tuple(_sections(id, text, elements)),
        faq=tuple(_pairs(id, text, elements)),
        elements=tuple(elements),
        links=tuple(found),
        url=url,
        language=language,
    )


def _sections(id: str, text: str, elements: list[Element]) -> list[Section]:
    heads = [(i, e) for i, e in enumerate(elements) if e.kind is ElementKind.HEADING]
    sections = []
    for number, (i, head) in enumerate(heads):
        stop = heads[number + 1][0] if number + 1 < len(heads) else len(elements)
        start, end = (head.end, head.end)
        if stop > i + 1:
            start, end = elements[i + 1].start, elements[stop - 1].end
        sections.append(
            Section(
                f"{id}#{i}", text[head.start : head.end], head.level, text[start:end], start, end, 1
            )
        )
    return sections


def _pairs(id: str, text: str, elements: list[Element]) -> list[FaqPair]:
    return [
        FaqPair(
            f"{id}#q{i}",
            text[question.start : question.end],
            text[answer.start : answer.end],
            question.start,
            question.end,
            answer.start,
            answer.end,
            1,
            "FAQ",
        )
        for i, (question, answer) in enumerate(pairwise(elements))
        if question.kind is ElementKind.QUESTION
    ]
