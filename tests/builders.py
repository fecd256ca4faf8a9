"""Articles made by hand, for tests that should not depend on how files are read."""

from collections.abc import Sequence

from index.records import Article, Element, ElementKind, FaqPair, Section


def article(
    sections: Sequence[tuple[str, str]] = (),
    faq: Sequence[tuple[str, str]] = (),
    *,
    id: str = "a.md",
    title: str | None = None,
    alternates: Sequence[str] = (),
    language: str | None = None,
    url: str | None = None,
) -> Article:
    """An article of (heading, text) sections, then (question, answer) pairs, in that order.

    Its text is all of them, in that order, an empty line between each.  Sections are named
    ``<id>#s1``, ``<id>#s2``, …; pairs ``<id>#q1``, …; every pair has the same ``alternates``.
    The title is "About <id>" unless given.
    """
    text = ""
    elements: list[Element] = []

    def put(kind: ElementKind, words: str) -> tuple[int, int]:
        nonlocal text
        if not words:
            return len(text), len(text)
        text += ("\n\n" if text else "") + words
        place = (len(text) - len(words), len(text))
        elements.append(Element(kind, *place, line=1 + text.count("\n", 0, place[0])))
        return place

    made_sections: list[Section] = []
    for number, (heading, words) in enumerate(sections, start=1):
        put(ElementKind.HEADING, heading)
        start, end = put(ElementKind.PARAGRAPH, words)
        made_sections.append(
            Section(f"{id}#s{number}", heading, 2 if heading else 0, words, start, end, line=1)
        )
    pairs: list[FaqPair] = []
    for number, (question, answer) in enumerate(faq, start=1):
        asked = put(ElementKind.QUESTION, question)
        place = put(ElementKind.PARAGRAPH, answer)
        pairs.append(
            FaqPair(
                f"{id}#q{number}", question, answer, *asked, *place, line=1,
                alternates=tuple(alternates),
            )
        )  # fmt: skip
    return Article(
        id=id,
        path=id,
        title=f"About {id}" if title is None else title,
        text=text,
        sections=tuple(made_sections),
        faq=tuple(pairs),
        elements=tuple(elements),
        url=url,
        language=language,
    )
