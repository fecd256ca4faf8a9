"""HTML pages: their text as blocks, what they say of themselves, and their lines."""

import pytest

from index.errors import ReadError
from index.readers import read_bytes
from index.readers.blocks import BlockKind
from index.readers.html import read_html
from index.records import ElementKind
from tests.index.readers.html_text import ARTICLE, FIRST, SECOND, page, text_of
from tests.index.readers.reading import article, sections

# ---- text and its kinds


def test_headings_and_paragraphs_become_sections_of_their_level() -> None:
    html = page("<h1>T</h1><p>Lead.</p><h2>One</h2><p>Oak</p><p>Elm</p><h3>Two</h3><p>Fir</p>")
    found = article(html, "a.html")
    assert [(s.heading, s.level, s.text) for s in found.sections] == [
        ("", 0, "Lead."),
        ("One", 2, "Oak\n\nElm"),
        ("Two", 3, "Fir"),
    ]


def test_white_space_and_inline_tags_leave_one_line_of_text() -> None:
    assert text_of("<h1>T</h1><p>One <b>two</b>\n\t<i>th</i>ree&nbsp;&amp; <code>x</code></p>") == (
        "One two three & x"
    )


def test_what_is_struck_out_was_taken_back() -> None:
    struck = (
        "<p>It costs <del>5</del> <ins>4</ins> euros, <s>with</s> without tax.</p><p><s>x</s></p>"
    )
    assert text_of(f"<h1>T</h1>{struck}") == "It costs 4 euros, without tax."


def test_text_outside_paragraphs_is_kept_in_order() -> None:
    assert text_of("<h1>T</h1>one<p>two</p>three<div>four<div>five</div>six</div>") == (
        "one\n\ntwo\n\nthree\n\nfour\n\nfive\n\nsix"
    )


def test_paragraphs_that_are_never_closed_are_paragraphs() -> None:
    assert text_of("<H1>T</H1><P>one<P>two<UL><LI>three<LI>four</UL>") == (
        "one\n\ntwo\n\n• three\n• four"
    )


def test_lists_keep_their_numbers_and_their_depth() -> None:
    body = (
        "<h1>T</h1><ul><li>oak<ul><li>elm</li></ul></li></ul><ol start=3><li>fir</li>"
        "<li value=7>ash</li><li>yew</li></ol><ol type=a><li>bay</li></ol>"
    )
    blocks = read_html(page(body), "a.html").blocks
    items = [(b.marker, b.level, b.text) for b in blocks if b.kind is BlockKind.ITEM]
    assert items == [
        ("-", 1, "oak"),
        ("-", 2, "elm"),
        ("3.", 1, "fir"),
        ("7.", 1, "ash"),
        ("8.", 1, "yew"),
        ("a.", 1, "bay"),
    ]


def test_a_list_of_letters_is_a_list_and_no_labels() -> None:
    body = "<h1>T</h1><p>The grades:</p><ul><li>A</li><li>Q</li><li>D</li></ul>"
    blocks = read_html(page(body), "a.html").blocks
    assert [b.text for b in blocks if b.kind is BlockKind.ITEM] == ["A", "Q", "D"]


def test_a_data_table_is_a_row_a_line() -> None:
    table = "<table><tr><th>Oak<th>Elm<tr><td>1<td><b>2</b><tr><td><td>4</table>"
    found = article(page(f"<h1>T</h1><p>Trees.</p>{table}"), "a.html")
    assert found.text == "Trees.\n\nOak | Elm\n1 | 2\n| 4"
    rows = [e for e in found.elements if e.kind is ElementKind.TABLE]
    assert [found.text[e.start : e.end] for e in rows] == ["Oak | Elm", "1 | 2", "| 4"]
    assert [e.level for e in rows] == [1, 0, 0]  # the first names the columns


def test_a_row_with_a_name_of_its_own_names_no_columns() -> None:
    table = "<table><tr><th>Oak<td>1<tr><th>Elm<td>2</table>"
    found = article(page(f"<h1>T</h1><p>Trees.</p>{table}"), "a.html")
    assert [e.level for e in found.elements if e.kind is ElementKind.TABLE] == [0, 0]


def test_a_layout_table_is_read_cell_by_cell_as_text() -> None:
    body = f"<table><tr><td><h1>T</h1><p>{FIRST}</p></td></tr><tr><td><p>{SECOND}</p></td></tr>"
    assert text_of(body) == f"{FIRST}\n\n{SECOND}"


def test_preformatted_text_keeps_lines_and_indents() -> None:
    assert text_of("<h1>T</h1><pre>\ndef f():\n    return 1 &lt; 2\n\n</pre><p>End</p>") == (
        "def f():\n    return 1 < 2\n\nEnd"
    )


def test_one_break_is_a_line_and_two_are_a_paragraph() -> None:
    assert text_of("<h1>T</h1><p>oak<br>elm<br><br>fir</p>") == "oak\nelm\n\nfir"


def test_the_mark_that_links_to_a_heading_is_not_its_text() -> None:
    html = page("<h1>T</h1><h2 id=two>Two<a class=headerlink href=#two>\u00b6</a></h2><p>Oak</p>")
    assert sections(html, "a.html") == [("Two", "Oak")]
    html = page("<h1>T</h1><h2 id=two>Two <a href=#two>#</a></h2><p>Oak</p>")
    assert sections(html, "a.html") == [("Two", "Oak")]


def test_scripts_styles_and_comments_are_no_text() -> None:
    body = (
        "<h1>T</h1><script>s('?')</script><style>p{}</style><p>Oak<!-- elm --></p>"
        "<noscript>Turn it on.</noscript>"
    )
    assert text_of(body) == "Oak"


def test_links_are_resolved_against_the_pages_address() -> None:
    head = '<title>T</title><link rel=canonical href="https://x.example/a/b.html">'
    body = (
        '<h1>T</h1><p>See <a href="c.html">the dam</a>, <a href="#">top</a> and'
        ' <a href="javascript:f()">this</a> one.</p>'
    )
    found = article(page(body, head), "a.html")
    links = [(found.text[link.start : link.end], link.url) for link in found.links]
    assert links == [("the dam", "https://x.example/a/c.html")]


def test_the_base_element_goes_before_the_pages_own_address() -> None:
    head = '<base href="https://y.example/d/"><link rel=canonical href="https://x.example/b">'
    found = article(page('<h1>T</h1><p>a <a href="c">link</a> here</p>', head), "a.html")
    assert [link.url for link in found.links] == ["https://y.example/d/c"]


# ---- what the page says of itself


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Walking the dam | Mills</title>",
            "<h1>Mills</h1><h1>Walking the dam</h1><p>Wet.</p>",
            "Walking the dam",
        ),
        ("<title>Walking the dam | Mill trust</title>", "<p>Wet.</p>", "Walking the dam"),
        (
            "<title>Mills: The dam</title><meta property=og:site_name content=Mills>",
            "<p>Wet.</p>",
            "The dam",
        ),
        (
            "<title>Wet</title><meta property=og:title content='The dam'>",
            "<p>Wet.</p>",
            "The dam",
        ),
        ("<title>Wet</title>", "<h1>The dam</h1><p>Wet.</p>", "The dam"),
        (
            "<title>The dam</title>",
            "<h1><a href='/'>Mills</a></h1><h2>The dam</h2><p>Wet.</p>",
            "The dam",
        ),
        ("", "<h1><a href='/'>Mills</a></h1><h1>The dam</h1><p>Wet.</p>", "The dam"),
        (
            "<title>FAQ: The dam : Mill Support</title>",
            "<header><h1>Mill Support</h1></header><h2>FAQ: The dam</h2><p>Wet.</p>",
            "FAQ: The dam",
        ),
        ("<title>x</title>", "<p class=MsoTitle>Dams</p><h1>1 Wet</h1><p>Yes.</p>", "Dams"),
        ("", "<p class='c1 title' id=h.a1>Dams</p><h1>Wet</h1><p>Yes.</p><h1>B</h1>", "Dams"),
        ("", "<p class=title>Dams</p><h1>Wet</h1><p>Yes.</p>", "Wet"),
        ("", "<p>Wet.</p>", "a"),
    ],
)
def test_the_title_is_the_heading_that_the_page_names(head: str, body: str, title: str) -> None:
    assert article(page(body, head), "a.html").title == title


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://x.example/a">', "https://x.example/a"),
        ('<meta property="og:url" content="http://x.example/b">', "http://x.example/b"),
        ('<link rel="canonical" href="/a">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="file:///etc/passwd">', None),
        ('<link rel="canonical" href="http://[">', None),
        ('<link rel="stylesheet" href="https://x.example/a">', None),
    ],
)
def test_the_address_is_the_canonical_one_and_http_only(head: str, url: str | None) -> None:
    assert read_html(page("<h1>T</h1><p>Oak</p>", head), "a.html").url == url


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("<html lang=de>", "de"),
        ("<html xml:lang='pt_BR'>", "pt-BR"),
        ("<html lang=''><meta property=og:locale content=fr_FR>", "fr-FR"),
        ("<html lang='x y'>", None),
        ("<html>", None),
    ],
)
def test_the_language_is_the_declared_one(tag: str, language: str | None) -> None:
    assert article(f"{tag}<h1>T</h1><p>x</p>", "a.html").language == language


# ---- lines


def test_lines_are_those_of_the_first_character_of_text() -> None:
    html = (
        "<html>\n<body>\n<h1>T</h1>\n<p>\n\n  One\n</p>\n<h2\n  class='x'>\n  Two</h2>\n"
        "<p>a</p><h2>FAQ</h2>\n<details>\n<summary>\nWhy?</summary>\nSo.</details>\n"
    )
    found = article(html, "a.html")
    assert [(s.heading, s.line) for s in found.sections] == [("", 6), ("Two", 10), ("FAQ", 11)]
    assert [(p.question, p.line) for p in found.faq] == [("Why?", 14)]


def test_everything_in_a_page_of_one_line_is_on_line_one() -> None:
    found = article(
        page(f"{ARTICLE}<h2>FAQ</h2><h3>Why?</h3><p>So.</p>").replace("\n", ""), "a.html"
    )
    assert {e.line for e in found.elements} == {1}
    assert [p.line for p in found.faq] == [1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_counts_as_one(end: str) -> None:
    html = end.join(["<h1>T</h1>", "<p>Oak</p>", "", "<h2>Two</h2>", "<p>Elm</p>"])
    blocks = read_html(html, "a.html").blocks
    assert [(b.text, b.line) for b in blocks] == [("T", 1), ("Oak", 2), ("Two", 4), ("Elm", 5)]


@pytest.mark.parametrize("gap", ["<!--{}-->", "<img{}src=i.png>", "{}"])
def test_lines_are_right_past_the_parsers_limit(gap: str) -> None:
    # libxml2 counts lines up to 65,535; these have 70,000 between two paragraphs, and the heading
    # stands on line 2 + 70,000 + 1.
    gap = gap.format("\n" * 70_000)
    html = f"<h1>T</h1>\n<p>Oak {gap}</p>\n<h2>Late</h2><p>Elm</p>\n"
    found = article(html, "a.html")
    assert [(s.heading, s.line) for s in found.sections] == [("", 2), ("Late", 70_003)]


def test_front_matter_of_a_page_is_no_text_and_goes_before_what_the_page_says() -> None:
    front = "---\ntitle: Returns\nlang: de\npermalink: https://x.example/back\n---\n"
    head = "<html lang=en><head><title>Shop</title><link rel=canonical href=https://y.example/>"
    found = article(f"{front}{head}</head><body><h2>How long</h2><p>30 days.</p>", "a.html")
    assert (found.title, found.language, found.url) == ("Returns", "de", "https://x.example/back")
    assert found.text == "How long\n\n30 days."


def test_broken_front_matter_of_a_page_is_named_with_its_line() -> None:
    with pytest.raises(ReadError, match=r"^a\.html:\d: front matter is not valid YAML"):
        read_bytes(b"---\ntitle: x\nfoo: [1\nbar: 2\n---\n<p>Text.</p>", "a.html")
