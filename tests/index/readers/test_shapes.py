"""Held-out documents in the shapes that publishers produce, each read exactly as its page shows it.

``tests/data/shapes/<slug>/`` holds a source file and ``expected.json``, written by hand before any
reader saw the document: title, sections, FAQ pairs, and boilerplate that must not be in the text.
Items marked ``optional`` (FAQ headings, categories, leads) may be given or left out.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.readers import read_file
from index.records import Article, FaqPair, Section

SHAPES = Path(__file__).parents[2] / "data" / "shapes"
SLUGS = sorted(folder.name for folder in SHAPES.iterdir() if (folder / "expected.json").is_file())
LINE_SLACK = 1  # a question and its label, or a tag and its text, may stand on neighbouring lines
LIST_MARK = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+")
WORD = re.compile(r"[^\W_]+")
NUMBERING = re.compile(r"^\s*\d+(?:\.\d+)*\.?\s+")


@dataclass(frozen=True)
class Shape:
    """One held-out document: its source file and what a reader of the page would say is in it."""

    source: Path
    expected: dict[str, Any]


def shape(slug: str) -> Shape:
    folder = SHAPES / slug
    (source,) = folder.glob("source.*")
    return Shape(source, json.loads((folder / "expected.json").read_text(encoding="utf-8")))


def spaced(text: str) -> str:
    """The text with each run of white space (no-break spaces too) as one blank."""
    return " ".join(text.split())


def letters(text: str) -> str:
    """Letters and digits only, width and case folded: white space and typography do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def words(text: str) -> str:
    """The words of the text, folded, each with one blank before and after it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return f" {' '.join(WORD.findall(folded))} "


def heading_key(heading: str) -> str:
    """A heading's letters without its outline number: "2.1 Dust" and "Dust" are the same."""
    return letters(NUMBERING.sub("", heading)) or letters(heading)


def begins(text: str, expected: list[str]) -> bool:
    return any(letters(text).startswith(letters(first)) for first in expected)


def ends(text: str, expected: list[str]) -> bool:
    return any(letters(text).endswith(letters(last)) for last in expected)


def edge_problems(what: str, text: str, item: dict[str, Any], prefix: str) -> list[str]:
    """Complaints where ``text`` does not begin or end with the words expected of ``item``."""
    first = [item[f"{prefix}first_words"], *item.get(f"{prefix}first_words_alternatives", [])]
    last = [item[f"{prefix}last_words"], *item.get(f"{prefix}last_words_alternatives", [])]
    problems = []
    if first[0] and not begins(text, first):
        problems.append(f"{what} begins {spaced(text)[:70]!r}, expected {first[0]!r}")
    if last[0] and not ends(text, last):
        problems.append(f"{what} ends {spaced(text)[-70:]!r}, expected {last[0]!r}")
    return problems


def line_problems(what: str, line: int, item: dict[str, Any]) -> list[str]:
    """A complaint where ``line`` is not the expected one; an item without a line has no claim."""
    expected = item["lines"][0]
    if expected is None or abs(line - expected) <= LINE_SLACK:
        return []
    return [f"{what} is on line {line}, expected {expected}"]


def difference(what: str, got: list[str], expected: list[str]) -> list[str]:
    """A complaint per missing and per surplus entry, or one about the order."""
    missing = [f"{what} missed: {entry!r}" for entry in expected if entry not in got]
    surplus = [f"{what} not expected: {entry!r}" for entry in got if entry not in expected]
    if missing or surplus or got == expected:
        return missing + surplus
    return [f"{what}s out of order or doubled: {got!r}"]


def faq_problems(pairs: list[FaqPair], expected: dict[str, Any]) -> list[str]:
    optional = {spaced(item["question"]) for item in expected["faq"] if item.get("optional")}
    wanted = {spaced(item["question"]): item for item in expected["faq"]}
    got = {spaced(pair.question): pair for pair in pairs}
    problems = difference(
        "FAQ question",
        [spaced(pair.question) for pair in pairs if spaced(pair.question) not in optional],
        [question for question in wanted if question not in optional],
    )
    for question in [one for one in got if one in wanted]:
        pair, item = got[question], wanted[question]
        problems += edge_problems(f"answer to {question!r}", pair.answer, item, "answer_")
        problems += line_problems(f"question {question!r}", pair.line, item)
    return problems


def section_problems(sections: list[Section], expected: dict[str, Any]) -> list[str]:
    ignored = {heading_key(item["heading"]) for item in expected["sections"] if "role" in item}
    ignored |= {heading_key(item["heading"]) for item in expected["sections"] if "optional" in item}
    ignored |= {heading_key(item["question"]) for item in expected["faq"]}
    ignored |= {heading_key(title) for title in titles(expected)} | {""}
    required = [item for item in expected["sections"] if not item.get("optional")]
    wanted = {heading_key(item["heading"]): item for item in required}
    kept = [section for section in sections if heading_key(section.heading) not in ignored]
    shown = {heading_key(item["heading"]): spaced(item["heading"]) for item in required}
    problems = difference(
        "section",
        [shown.get(heading_key(one.heading), spaced(one.heading)) for one in kept],
        [spaced(item["heading"]) for item in required],
    )
    for section in kept:
        if item := wanted.get(heading_key(section.heading)):
            what = f"section {section.heading!r}"
            # A section may begin with a numbered list, and its first number may be shown.  An
            # answer may not: there the number would be the question's, left behind.
            problems += edge_problems(what, LIST_MARK.sub("", section.text), item, "")
            problems += line_problems(what, section.line, item)
    return problems


def titles(expected: dict[str, Any]) -> list[str]:
    return [expected["title"], *expected["title_alternatives"]]


def leaks(articles: list[Article], expected: dict[str, Any]) -> list[str]:
    found = []
    for boilerplate in expected["boilerplate"]:
        raw = boilerplate.removeprefix("raw:")
        for article in articles:
            if raw != boilerplate:
                leaked = spaced(raw) in spaced(article.text)
            else:
                leaked = words(boilerplate) in words(article.text)
            if leaked:
                found.append(f"boilerplate in the text: {raw!r}")
    return found


def decoding_problems(article: Article, source: Path, expected: dict[str, Any]) -> list[str]:
    """A complaint where the recorded encoding reads another text from the file's bytes."""
    data = source.read_bytes()
    truth = data.decode(expected["source"]["encoding"]).removeprefix("\ufeff")
    if data.decode(article.encoding, "replace").removeprefix("\ufeff") == truth:
        return []
    return [f"encoding {article.encoding!r}, expected {expected['source']['encoding']!r}"]


@pytest.mark.parametrize("slug", SLUGS)
def test_document_is_read_as_its_page_shows_it(slug: str) -> None:
    document = shape(slug)
    expected = document.expected
    articles = read_file(document.source)
    assert len(articles) == expected.get("articles", 1)
    # A list may name its articles in any order of rows; the file's own order is the rows'.
    pairs = sorted((pair for one in articles for pair in one.faq), key=lambda pair: pair.line)
    if len(articles) == 1:
        pairs = list(articles[0].faq)
    problems = []
    if spaced(articles[0].title) not in titles(expected):
        problems.append(f"title {articles[0].title!r}, expected {expected['title']!r}")
    problems += faq_problems(pairs, expected)
    if expected.get("score_sections", True):
        problems += section_problems([one for a in articles for one in a.sections], expected)
    problems += leaks(articles, expected)
    problems += decoding_problems(articles[0], document.source, expected)
    assert not problems, "\n".join([f"{slug} ({expected['shape']}):", *problems])


def test_corpus_covers_every_format_that_is_read() -> None:
    suffixes = {shape(slug).source.suffix for slug in SLUGS}
    assert suffixes >= {".txt", ".md", ".mdx", ".html", ".rst", ".yaml", ".json", ".jsonl", ".csv"}
    assert len(SLUGS) >= 36
