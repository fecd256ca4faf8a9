"""Whatever the text, reading ends in articles whose places are right, or in a ReadError."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import read_bytes
from tests.index.readers.reading import check

LINES = st.sampled_from(
    [
        "# Title",
        "## FAQ",
        "### Is it?",
        "## Frequently asked questions",
        "Q: Why?",
        "A: So.",
        "Q:",
        "A:",
        "**Bold?**",
        "**Bold.** text",
        "- item",
        "- Is it?",
        "  - inner",
        "1. one",
        "2. Two?",
        "3) three",
        "text",
        "A longer sentence that ends in a full stop, as sentences do.",
        "Why not?",
        "----",
        "====",
        "####",
        "",
        "",
        "",
        "    code",
        "```",
        "| a | b |",
        "|---|---|",
        "<details>",
        "<summary>Q?</summary>",
        "</details>",
        "<div>",
        "</div>",
        "<h2>H</h2>",
        "Table of Contents",
        "Newsletter",
        "Read more",
        "26 June 2025",
        "© 2020 X",
        "Term",
        ": definition",
        "> quote",
        "---",
        "title: x",
        "faq:",
        "[a](b)",
        "![c](d)",
        "<!--",
        "-->",
        ".. note::",
        "   in",
        "FAQ",
        "Häufige Fragen",
        "質問：なぜ？",
        "回答：はい。",
        "■見出し",
        "\t",
        "x\u2028y",
        "\ufeff",
        "a\x0cb",
        '<FaqItem question="Q?">',
        "</FaqItem>",
        "import x from 'y'",
        "{% if %}",
        "Comments",
        "1. Is it?",
        "<b>",
        "&amp;",
        "*",
        "_x_",
        "Day 7",
        "Day 9",
    ]
)
DOCUMENTS = st.one_of(
    st.text(max_size=400),
    st.lists(LINES, max_size=40).map("\n".join),
    st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=25).map("\n".join),
)
PATHS = ["a.txt", "a.md", "a.mdx", "a.rst", "a.html", "a.yml", "a.json", "a.jsonl", "a.csv", "a"]


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=60, deadline=None)
@given(text=DOCUMENTS)
def test_any_text_gives_right_places_or_a_read_error(path: str, text: str) -> None:
    try:
        articles = read_bytes(text.encode("utf-8", "surrogatepass"), path)
    except ReadError:
        return
    for article in articles:
        check(article)
        assert article.title
        assert all(section.line >= 1 for section in article.sections)
        assert all(pair.line >= 1 for pair in article.faq)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), path=st.sampled_from(PATHS))
def test_any_bytes_give_articles_or_a_read_error(data: bytes, path: str) -> None:
    try:
        articles = read_bytes(data, path)
    except ReadError:
        return
    for article in articles:
        check(article)


@settings(max_examples=60, deadline=None)
@given(text=DOCUMENTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    def read() -> object:
        try:
            return read_bytes(text.encode("utf-8", "surrogatepass"), "a.md")
        except ReadError as error:
            return str(error)

    assert read() == read()
