"""What is dropped from a page as furniture, and what only looks like it."""

import pytest

from index.readers.html import read_html

PROSE = "Growing tomatoes at home takes little more than light, water and patience all summer."
ARTICLE = f"<h1>Tomatoes</h1><p>{PROSE}</p><p>{PROSE.replace('tomatoes', 'peppers')}</p>"


def read(body: str) -> str:
    source = f"<html><head><title>Tomatoes</title></head><body>{body}</body></html>"
    return "\n".join(block.text for block in read_html(source, "a.html").blocks)


@pytest.mark.parametrize(
    "markup",
    [
        "<nav><p>NOISE</p></nav>",
        "<footer><p>NOISE</p></footer>",
        "<aside><p>NOISE</p></aside>",
        "<div role='complementary'><p>NOISE</p></div>",
        "<div role='dialog'><p>NOISE</p></div>",
        "<form><p>NOISE</p><input></form>",
        "<button>NOISE</button>",
        "<div class='cookie-banner'><p>NOISE cookies are used for many things here.</p></div>",
        "<div class='siteFooter'><p>NOISE</p></div>",
        "<div id='pagefooter'><p>NOISE</p></div>",
        "<div class='breadcrumb'><a href=/>NOISE</a></div>",
        "<div class='entry-meta'>NOISE</div>",
        "<p class='byline'>NOISE</p>",
        "<div class='author-box'><h4>NOISE</h4><p>She writes about gardens.</p></div>",
        "<div class='related-posts'><h3>NOISE</h3><p>Peas in spring.</p></div>",
        "<section id='comments'><h3>What people say</h3><p>NOISE</p></section>",
        "<div><p>NOISE tips by mail</p><form><input type=email></form></div>",
        "<ul><li><a href=1>NOISE one</a><li><a href=2>Two</a><li><a href=3>Three</a></ul>",
        "<figure><img><figcaption>NOISE</figcaption></figure>",
        "<a class='btn btn-primary' href=/buy>NOISE</a>",
        "<p>Read also: <a href=/peas>NOISE</a></p>",
        "<p><a href='#top'>NOISE</a></p>",
        "<p><a href=/>Home</a> | <a href=/n>NOISE</a> | <a href=/g>Guestbook</a></p>",
        "<h2>Related articles</h2><ul><li><a href=/peas>NOISE</a></ul>",
        "<p>Last updated: 4 May 2024 NOISE</p>",
        "<div id='siteNotice'><p>NOISE is read-only on Friday night.</p></div>",
        "<section class='usa-banner'><p>An official website of NOISE</p></section>",
        "<h2>Kayaks <a href='javascript:print();'>NOISE</a></h2><p>Blue.</p>",
    ],
)
def test_furniture_is_dropped_after_an_article(markup: str) -> None:
    text = read(ARTICLE + markup)
    assert "NOISE" not in text
    assert PROSE in text


@pytest.mark.parametrize(
    "markup",
    [
        "<aside class='note'><p>KEPT</p></aside>",
        "<blockquote><p>x</p><footer>KEPT</footer></blockquote>",
        "<section id='cookies'><h2>Cookies</h2><p>KEPT</p></section>",
        "<div class='has-sidebar'><p>KEPT</p></div>",
        "<div style='display:none'><p>KEPT</p></div>",
        "<div aria-hidden='true'><p>KEPT</p></div>",
        "<div role='alert' class='alert'>KEPT</div>",
        "<figure><pre>KEPT</pre><figcaption>A listing.</figcaption></figure>",
        "<ul><li><a href=/a>KEPT</a> is a long story about something else entirely.</ul>",
        "<h2>Links</h2><p><a href=/a>KEPT</a></p>",
        "<pre><span class='comment'># KEPT</span></pre>",
        "<div class='menu'><p>KEPT: soup of the day with bread and a glass of water.</p></div>",
        "<section><header><h2>KEPT</h2></header><p>Text.</p></section>",
        "<div class='language-sh'><pre><code>KEPT</code></pre></div>",
        "<div class='tabs'><pre>KEPT</pre></div>",
        "<div class='item__dropdown'><p>KEPT, except for pieces with gold.</p></div>",
        "<div class='item__dropdown' role='region'><p>KEPT</p></div>",
    ],
)
def test_content_in_suspicious_markup_stays(markup: str) -> None:
    assert "KEPT" in read(ARTICLE + markup)


def test_the_box_of_the_title_is_kept_whatever_it_is_called() -> None:
    rest = f"<div>{'<p>' + PROSE.replace('tomatoes', 'beans') + '</p>'}</div>" * 3
    assert "KEPT" in read(f"<div class='promo'><h1>Tomatoes</h1><p>KEPT</p></div>{rest}")


def test_an_article_inside_a_form_is_read() -> None:
    assert PROSE in read(f"<form id='aspnetForm'><input type=hidden>{ARTICLE * 4}</form>")


def test_an_faq_is_kept_wherever_it_stands() -> None:
    answer = "Twice a week, and deeply, but never in the heat of noon, when it only harms them."
    faq = f"<h3>FAQ</h3><h4>How often do I water?</h4><p>{answer}</p>"
    for box in ("aside", "footer", "div class='sidebar'", "div class='widget footer-widget'"):
        assert answer in read(f"{ARTICLE}<{box}>{faq}</{box.split()[0]}>")


def test_a_menu_entry_named_faq_keeps_no_menu() -> None:
    menu = "<footer><h4>FAQ</h4><ul><li><a href=/1>NOISE</a><li><a href=/2>Two</a></ul></footer>"
    assert "NOISE" not in read(ARTICLE + menu)


def test_a_copy_for_small_screens_is_read_once() -> None:
    answer = "Twice a week, and deeply, but never in the heat of noon."
    once = f"<h3>How often do I water?</h3><p>{answer}</p>"
    assert read(f"{ARTICLE}<div>{once}</div><div class='mobile'>{once}</div>").count(answer) == 1


def test_short_answers_may_repeat() -> None:
    assert read(f"{ARTICLE}<h3>Hot?</h3><p>Yes.</p><h3>Cold?</h3><p>Yes.</p>").count("Yes.") == 2


def test_side_cells_of_a_layout_table_are_dropped() -> None:
    row = f"<tr><td>NOISE one</td><td>{ARTICLE * 3}</td><td>NOISE two</td></tr>"
    foot = "<tr><td colspan=3><a href=/g>NOISE three</a></td></tr>"
    text = read(f"<table>{row}{foot}</table>")
    assert "NOISE" not in text
    assert PROSE in text
