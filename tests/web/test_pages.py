import re

import pytest
from lxml import html

from index.records import Article, ElementKind
from qa.web.pages import article_page, article_path, not_found_page, passage_at
from tests.web.articles import article

K = ElementKind

GUIDE = article(
    (K.HEADING, "Tea", 1),
    (K.PARAGRAPH, "Hot water first."),
    (K.HEADING, "FAQ", 2),
    (K.QUESTION, "How long?"),
    (K.PARAGRAPH, "Two minutes."),
    id="guides/tea.md",
    title="Tea",
    url="https://tea.example/guide",
    language="en-GB",
)


def page(shown: Article, at: str | None = None) -> html.HtmlElement:
    return html.document_fromstring(article_page(shown, at, site="Footnote"))


@pytest.mark.parametrize(
    ("at", "passage"),
    [
        ("0-3", (0, 3)),
        ("5-21", (5, 21)),
        (None, None),
        ("", None),
        ("3-3", None),
        ("3-0", None),
        ("0-99999", None),
        ("-1-3", None),
        ("0-3x", None),
        ("0-3\n", None),
        ("٠-٣", None),
        ("1" * 5000 + "-2", None),
        ("3-5", None),  # the empty line between two blocks
    ],
)
def test_a_passage_is_marked_only_where_there_is_text(
    at: str | None, passage: tuple[int, int] | None
) -> None:
    assert passage_at(at, GUIDE.text) == passage
    found = page(GUIDE, at).xpath("//mark")
    words = "".join(mark.text_content() for mark in found)
    assert words == (GUIDE.text[slice(*passage)] if passage else "")
    assert [mark.get("id") for mark in found] == (["passage"] if passage else [])


@pytest.mark.parametrize(
    ("quoted", "mark", "around"),
    [
        ("9-15", "water ", "Hot first."),  # "Hot ", "first."
        ("5-21", "Hot water first.", ""),
        (None, "Hot water first.", ""),
        ("0-3", "Hot water first.", ""),  # not in the passage
        ("9-22", "Hot water first.", ""),
        ("x", "Hot water first.", ""),
        ("15-9", "Hot water first.", ""),
    ],
)
def test_the_sentence_that_answers_stands_out_in_its_passage(
    quoted: str | None, mark: str, around: str
) -> None:
    document = html.document_fromstring(article_page(GUIDE, "5-21", quoted, site="Footnote"))
    assert [one.text for one in document.xpath("//mark[@id='passage']")] == [mark]
    assert "".join(one.text for one in document.xpath("//span[@class='around']")) == around
    assert len(document.xpath("//mark")) == 1
    (body,) = document.xpath("//div[@class='body']")
    assert body.text_content() == GUIDE.text


def test_without_a_passage_no_sentence_stands_out() -> None:
    document = html.document_fromstring(article_page(GUIDE, None, "5-8", site="Footnote"))
    assert document.xpath("//mark | //span[@class='around']") == []


def test_the_title_is_the_pages_only_first_level_heading() -> None:
    assert [h.text_content() for h in page(GUIDE).xpath("//h1")] == ["Tea"]
    other = article((K.HEADING, "Another heading", 1), title="Tea")
    assert [h.text_content() for h in page(other).xpath("//h1")] == ["Tea"]
    assert [h.text_content() for h in page(other).xpath("//h2")] == ["Another heading"]


def test_the_body_is_the_articles_text() -> None:
    (body,) = page(GUIDE, "5-21").xpath("//div[@class='body']")
    assert body.text_content() == GUIDE.text


def test_the_contents_lead_to_headings_and_questions() -> None:
    longer = article(
        (K.HEADING, "Tea", 1),
        (K.HEADING, "Water", 2),
        (K.PARAGRAPH, "Hot."),
        (K.QUESTION, "How hot?"),
        (K.PARAGRAPH, "80 degrees."),
        (K.HEADING, "Leaves", 2),
        title="Tea",
    )
    document = page(longer)
    entries = document.xpath("//nav[@class='contents']//a")
    assert [entry.text_content() for entry in entries] == ["Water", "How hot?", "Leaves"]
    for entry in entries:
        (target,) = document.xpath(f"//*[@id='{entry.get('href')[1:]}']")
        assert target.text_content() == entry.text_content()


def test_an_article_names_its_language_and_public_address() -> None:
    document = page(GUIDE)
    assert document.xpath("//article/@lang") == ["en-GB"]
    (link,) = document.xpath("//footer//a")
    assert (link.get("href"), link.text) == ("https://tea.example/guide", "tea.example")


def test_a_public_address_that_is_none_is_not_linked() -> None:
    shown = article((K.PARAGRAPH, "x"), url="javascript:alert(1)")
    assert page(shown).xpath("//footer//a") == []


def test_a_page_loads_only_our_own_files_and_no_script() -> None:
    document = page(GUIDE)
    loaded = [*document.xpath("//link/@href"), *document.xpath("//*/@src")]
    assert loaded == ["/ui/icon.svg", "/ui/footnote.css", "/ui/page.css"]
    assert document.xpath("//script") == []
    assert not re.search(r"\bon\w+=|style=", html.tostring(document, encoding="unicode"))


def test_what_an_article_is_called_is_never_html() -> None:
    name = "<img src=x onerror=alert(1)>\"'"
    shown = article((K.PARAGRAPH, "x"), id=name, title=name, url=f"https://x.example/{name}")
    document = page(shown)
    assert document.xpath("//img") == []
    assert document.xpath("//h1")[0].text == name
    missing = html.document_fromstring(not_found_page(site="Footnote", article=name))
    assert missing.xpath("//img") == []
    assert missing.xpath("//main//code")[0].text == name


def test_an_address_holds_every_character_of_an_id() -> None:
    assert article_path("a b/c#d?e%f&é.md") == "/articles/a%20b/c%23d%3Fe%25f%26%C3%A9.md"
