"""HTML pages that are not as they should be: deep, broken, hostile, or of any bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import read_bytes
from index.readers.html_vocabulary import words
from tests.index.readers.html_text import FIRST, SECOND
from tests.index.readers.reading import article, check, sections


def test_deep_nesting_of_boxes_loses_no_text() -> None:
    html = f"<h1>T</h1>{'<div>' * 20_000}<p>{FIRST}</p>{'</div>' * 20_000}<p>{SECOND}</p>"
    assert article(html, "a.html").text == f"{FIRST}\n\n{SECOND}"


def test_deep_nesting_of_lists_is_read_or_named() -> None:
    html = f"<h1>T</h1><p>x</p>{'<ul><li>' * 20_000}y"
    with pytest.raises(ReadError, match=r"a\.html: elements are nested more than 2048 deep"):
        read_bytes(html.encode(), "a.html")


def test_text_after_the_end_of_the_page_is_read() -> None:
    html = "<html><body><h1>T</h1><p>Oak</p></body></html><p>Elm</p>"
    assert article(html, "a.html").text == "Oak\n\nElm"


def test_a_paragraph_inside_a_heading_is_the_headings_text() -> None:
    assert sections("<h1>T</h1><h2><p>Two</p></h2><p>Oak</p>", "a.html") == [("Two", "Oak")]


def test_a_page_without_markup_or_text_is_a_read_error() -> None:
    with pytest.raises(ReadError, match=r"a\.html"):
        read_bytes(b"<!-- nothing -->", "a.html")


def test_entities_that_a_page_declares_are_not_expanded() -> None:
    declared = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    html = f"<!DOCTYPE html [<!ENTITY e0 'ha'>{declared}]><h1>T</h1><p>{FIRST} &e11;</p>"
    found = article(html, "a.html")
    assert FIRST in found.text
    assert len(found.text) < len(html)


def test_an_external_entity_is_not_fetched() -> None:
    html = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><h1>T</h1><p>{FIRST} &f;</p>'
    assert article(html, "a.html").text.endswith(f"{FIRST} &f;")


TAGS = st.sampled_from(
    sorted(
        words(
            """
            html head body main article nav header footer aside section div p h1 h2 h3 ul ol li dl
            dt dd table tr td th pre br hr b strong a span button details summary blockquote form
            input label script style template title svg select textarea frameset font center
            """
        )
    )
)


NAMES = st.sampled_from(
    ["class=faq", "class=accordion-header", "id=a", "href='#a'", "aria-controls=a", "hidden",
     "aria-expanded", "role=main", "role=heading aria-level=x", "itemtype=x/Question",
     "itemprop=name", "class='question'", "start=9999999999", "value=-1", "lang=e", "for=a",
     "type=checkbox id=b", "data-source-line=7", "type=application/ld+json", "colspan=0"]
)  # fmt: skip


PIECES = st.one_of(
    st.builds("<{} {}>".format, TAGS, NAMES),
    st.builds("<{}>".format, TAGS),
    st.builds("</{}>".format, TAGS),
    st.sampled_from(
        ["FAQ", "Is it so?", "Yes.", "Q:", "A:", "\n", "&amp;", "&#0;", "&#x110000;", "<", ">",
         "<!--", "-->", "<![CDATA[", "]]>", "<?x", "<!doctype", "'", '"', "\0", "\ufeff",
         "\u2028", FIRST]
    ),
    st.text(max_size=8),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40))
def test_whatever_the_markup_reading_gives_right_places_or_a_read_error(pieces: list[str]) -> None:
    html = "".join(pieces)
    try:
        articles = read_bytes(html.encode("utf-8", "surrogatepass"), "a.html")
    except ReadError:
        return
    lines = html.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for found in articles:
        check(found)
        assert all(1 <= element.line <= lines for element in found.elements)
