from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from index.records import Article, Element, ElementKind, Link
from qa.web.markup import Renderer, for_chatbot, host_of, http_url
from tests.web.articles import article

K = ElementKind


class Document(HTMLParser):
    """Reads HTML strictly: every element closed in its turn; keeps the text and the marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.marked: list[tuple[int, int]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(str(html))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "mark":
            self.marked.append((len(self.words), -1))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "mark":
            self.marked[-1] = (self.marked[-1][0], len(self.words))

    def handle_data(self, data: str) -> None:
        self.words += data


GUIDE = article(
    (K.HEADING, "Tea", 1),
    (K.PARAGRAPH, "Hot water first. Then leaves."),
    (K.ITEM, "green", 1),
    (K.ITEM, "sencha", 2),
    (K.ITEM, "black", 1),
    (K.TABLE, "Tea | Time", 1),
    (K.TABLE, "Green | 2 min"),
    (K.QUOTE, "Drink."),
    (K.CODE, "if a < b:\n    pour()"),
    title="Tea",
    links=[("leaves", "https://leaves.example/?a=1&b=2")],
)


def test_each_kind_of_element_becomes_its_html() -> None:
    assert str(Renderer(GUIDE, anchors=True).render()).replace("\n\n", "") == (
        '<h1 id="s0" class="heading">Tea</h1>'
        "<p>Hot water first. Then "
        '<a href="https://leaves.example/?a=1&amp;b=2" rel="noopener nofollow">leaves</a>.</p>'
        "<ul><li><p>green</p><ul><li><p>sencha</p></li></ul></li><li><p>black</p></li></ul>"
        '<div class="table"><table><tbody>'
        '<tr><th scope="col">Tea<span class="cut"> | </span></th><th scope="col">Time</th></tr>'
        '<tr><td>Green<span class="cut"> | </span></td><td>2 min</td></tr>'
        "</tbody></table></div>"
        "<blockquote><p>Drink.</p></blockquote>"
        "<pre><code>if a &lt; b:\n    pour()</code></pre>"
    )


def test_a_mark_over_several_blocks_is_one_mark_a_block_and_one_place_to_land() -> None:
    start = GUIDE.text.index("Then")
    end = GUIDE.text.index("green") + 3
    document = Document(Renderer(GUIDE, mark=(start, end), landing=True).render())
    marks = [attributes for tag, attributes in document.tags if tag == "mark"]
    assert marks == [
        {"id": "passage", "tabindex": "-1"},
        {},
        {},
        {},
    ]  # "Then ", "leaves", ".", "gre"
    assert "".join(document.words[a:b] for a, b in document.marked) == "Then leaves.gre"


def test_a_mark_inside_a_link_leaves_the_link_whole() -> None:
    start = GUIDE.text.index("leaves") + 2
    html = Renderer(GUIDE, mark=(start, start + 2)).render()
    assert 'rel="noopener nofollow">le<mark>av</mark>es</a>.</p>' in html


def test_a_bullet_of_the_source_is_drawn_once_and_a_number_stays() -> None:
    plain = article((K.ITEM, "• green tea", 1), (K.ITEM, "2. black tea", 1), (K.ITEM, "2.5 g", 1))
    assert str(Renderer(plain, mark=(0, 7), landing=True).render()).replace("\n\n", "") == (
        '<ul><li><p><span class="cut">• </span>'
        '<mark id="passage" tabindex="-1">green</mark> tea</p></li>'
        '<li class="numbered"><p><span class="number">2. </span>black tea</p></li>'
        "<li><p>2.5 g</p></li></ul>"
    )


def test_what_stands_around_a_mark_stands_out_less() -> None:
    start, end = GUIDE.text.index("Then"), GUIDE.text.index("green") + 3
    mark = (GUIDE.text.index("leaves"), GUIDE.text.index("leaves") + 6)
    html = Renderer(GUIDE, mark=mark, around=(start, end)).render()
    assert (
        'first. <span class="around">Then </span>'
        '<a href="https://leaves.example/?a=1&amp;b=2" rel="noopener nofollow">'
        '<mark>leaves</mark></a><span class="around">.</span></p>'
    ) in html
    assert '<li><p><span class="around">gre</span>en</p>' in html


def test_a_part_of_an_article_is_cut_within_its_blocks() -> None:
    start, end = GUIDE.text.index("water"), GUIDE.text.index("first") + 5
    assert Renderer(GUIDE).render(start, end) == "<p>water first</p>"


def test_headings_and_questions_of_a_quote_are_no_headings_of_the_page() -> None:
    faq = article((K.HEADING, "FAQ", 2), (K.QUESTION, "Why?"), (K.PARAGRAPH, "So."))
    html = Renderer(faq).render()
    assert html == "<p><strong>FAQ</strong></p>\n\n<p><strong>Why?</strong></p>\n\n<p>So.</p>"


def test_questions_stand_one_level_below_their_heading() -> None:
    faq = article((K.HEADING, "FAQ", 3), (K.QUESTION, "Why?"), (K.PARAGRAPH, "So."))
    html = Renderer(faq, anchors=True).render()
    assert '<h3 id="s0" class="heading">FAQ</h3>' in html
    assert '<h4 id="s5" class="question">Why?</h4>' in html


def test_text_that_no_element_covers_is_shown_all_the_same() -> None:
    bare = Article("a", "a", "", "Lost <b>words</b>", (), (), ())
    assert Renderer(bare).render() == "<p>Lost &lt;b&gt;words&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://a.example/x?y=1&z=2#f", True),
        ("HTTP://a.example", True),
        ("http://user@a.example/", True),
        ("/articles/other", False),
        ("other.md", False),
        ("//a.example/x", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)//http://a.example", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("vbscript:msgbox(1)", False),
        ("mailto:a@a.example", False),
        ("http:a.example", False),
        ("http://", False),
        ("http://[::1", False),
        ("http:\\\\a.example", False),
        ("https://a.example/\x00", False),
        ("", False),
        (None, False),
    ],
)
def test_only_absolute_web_addresses_are_followed(url: str | None, followed: bool) -> None:
    assert http_url(url) == (url if followed else None)
    if url:
        linked = article((K.PARAGRAPH, "here"), links=[("here", url)])
        assert ("<a " in Renderer(linked).render()) is followed


def test_a_host_is_named_as_a_reader_would() -> None:
    assert host_of("https://www.tea.example:8080/x") == "tea.example"


def test_the_chatbots_markdown_has_nothing_to_work_on() -> None:
    message = Markup("<div>{}</div>").format("**a** $b$\n\n# c `d` [e](f) ~g~ | h <i>")
    safe = for_chatbot(message)
    assert not set("*$\n`[]~|_\\").intersection(safe)
    assert Document(safe).words == "**a** $b$\n\n# c `d` [e](f) ~g~ | h <i>"


TEXT = st.text(alphabet=" \n\tab<>&\"'|•é👍\u202e", min_size=1, max_size=60)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any text with any elements and links in it."""
    text = draw(TEXT)
    places = st.integers(0, len(text))
    cuts = sorted(draw(st.lists(places, max_size=8, unique=True)))
    elements = [
        Element(draw(st.sampled_from(list(ElementKind))), a, b, 1, draw(st.integers(0, 6)))
        for a, b in pairwise(cuts)
        if draw(st.booleans())
    ]
    links = [
        Link(
            min(a, b), max(a, b), draw(st.sampled_from(['https://x.example/"><i>', "javascript:1"]))
        )
        for a, b in draw(st.lists(st.tuples(places, places), max_size=3))
    ]
    return Article("a", "a", "t", text, (), (), tuple(elements), tuple(links))


@given(articles(), st.data())
def test_what_is_shown_is_the_text_and_what_is_marked_is_the_passage(
    any_article: Article, data: st.DataObject
) -> None:
    places = st.integers(0, len(any_article.text))
    start, end = sorted((data.draw(places), data.draw(places)))
    left, right = sorted((data.draw(places), data.draw(places)))
    anchors = data.draw(st.booleans())
    around = data.draw(st.none() | st.just((min(left, start), max(right, end))))
    renderer = Renderer(
        any_article, mark=(left, right), around=around, landing=True, anchors=anchors
    )
    document = Document(renderer.render(start, end))
    shown = document.words
    assert shown == any_article.text[start:end]
    marked = {at for a, b in document.marked for at in range(a, b)}
    wanted = {at - start for at in range(max(left, start), min(right, end))}
    assert marked <= wanted
    # White space has no mark, and neither have bullets and bars, which are not seen.
    assert not "".join(shown[at] for at in wanted - marked).strip(" \n\t|•")
    ids = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert ids.count("passage") == (1 if marked else 0)
