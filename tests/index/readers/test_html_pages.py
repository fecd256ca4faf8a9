"""Pages as page builders, generators and people write them, each read exactly.

``tests/data/html/<name>.html`` holds the page, ``expected.json`` what a reader of it would say:
title, section headings in order (those of FAQs left out), pairs, and words that must not be there.
The pages are small and made up; the markup is that of the builder they are named after.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.readers import read_file
from index.readers.wording import is_faq_heading, is_question_word
from tests.index.readers.reading import check

PAGES = Path(__file__).parents[2] / "data" / "html"
NAMES = sorted(page.stem for page in PAGES.glob("*.html"))


@cache
def expectations() -> dict[str, Any]:
    return json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))


def test_every_page_has_its_expectation() -> None:
    assert sorted(expectations()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_page_is_read_as_its_builder_shows_it(name: str) -> None:
    expected = expectations()[name]
    (article,) = read_file(PAGES / f"{name}.html")
    check(article)
    assert [[" ".join(p.question.split()), " ".join(p.answer.split())] for p in article.faq] == (
        expected["faq"]
    )
    headings = [section.heading for section in article.sections if section.heading]
    own = [h for h in headings if not is_faq_heading(h) and not is_question_word(h)]
    assert own == expected["sections"]
    assert article.title == expected["title"]
    assert [words for words in expected["absent"] if words in article.text] == []


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_those_of_the_source(name: str) -> None:
    """The first word of headings and questions is on their line, or on the next after a number."""
    (article,) = read_file(PAGES / f"{name}.html")
    lines = (PAGES / f"{name}.html").read_text(encoding="utf-8").split("\n")
    opened = [(p.question, p.line) for p in article.faq]
    opened += [(s.heading, s.line) for s in article.sections if s.heading]
    for text, line in opened:
        assert text.split()[0] in " ".join(lines[line - 1 : line + 1])
