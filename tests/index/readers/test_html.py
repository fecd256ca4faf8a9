"""HTML pages: their text as blocks, their lines, and what stands around the article."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import read_bytes
from index.readers.blocks import BlockKind
from index.readers.html import read_html
from index.readers.html_vocabulary import words
from index.records import ElementKind
from tests.index.readers.reading import article, check, pairs, sections

# Running text of an article; long enough for a page to be more than its furniture.
FIRST = (
    "The tide mill has ground flour for four hundred years. Twice a day the pond fills through the "
    "gate, and twice a day the miller lets it out again over the wheel, which is of oak and turns "
    "so slowly that a child can count its paddles."
)
SECOND = (
    "Visitors can walk along the dam at low water. The path is wet, and there is no rail on the "
    "side of the sea, so children should be held by the hand. At the far end a bench stands under "
    "an elder, from which one sees the church and the boats."
)
ARTICLE = f"<h1>The tide mill</h1><p>{FIRST}</p><h2>The dam</h2><p>{SECOND}</p>"
ARTICLE_TEXT = f"{FIRST}\n\nThe dam\n\n{SECOND}"


def page(body: str, head: str = "<title>The tide mill</title>") -> str:
    return f"<!doctype html>\n<html><head>{head}</head><body>{body}</body></html>"


def text_of(body: str) -> str:
    return article(page(body), "a.html").text


def faq_of(body: str) -> list[tuple[str, str]]:
    return pairs(page(body), "a.html")


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


# ---- what stands around an article


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href=/a>Mills</a> <a href=/b>Ponds</a> and more ways to go</nav>",
        "<div role=navigation><a href=/a>Mills</a> or Ponds</div>",
        "<header><a href=/>Mill trust</a><p>Since 1971</p></header>",
        "<footer><p>Mill trust, Harbour Lane 3</p></footer>",
        "<div role=contentinfo>Mill trust, Harbour Lane 3</div>",
        "<div id=fuss>Mühlenverein, Hafenweg 3</div>",
        "<aside><h3>Opening hours of the shop</h3><p>Ten to four.</p></aside>",
        "<div class='cookie-banner'><p>We keep biscuits.</p><button>Fine</button></div>",
        "<div role=dialog aria-modal=true><h2>Wait</h2><p>Do not go yet.</p></div>",
        "<div class=newsletter><h3>Our letter</h3><p>News of the mill, monthly.</p></div>",
        "<div class=box><p>News of the mill, monthly.</p><form><input type=email></form></div>",
        "<div class='related-posts'><h3>Others</h3><p>The windmill</p></div>",
        "<h2>Related articles</h2><ul><li><a href=/w>The windmill</a></li></ul>",
        "<section class=x><h2>Customers also bought</h2><a href=/w>Rye flour</a> 3 euros</section>",
        "<div id=comments><h3>2 comments</h3><p>Ann: Is the dam open?</p><p>Bob: It is.</p></div>",
        "<div class='cross-sell'><p>Rye flour at three euros</p></div>",
        "<div class='share-bar'><span>Share with friends</span></div>",
        "<div class=author-bio><p>Ann Marsh writes about water.</p></div>",
        "<div class='reviews'><h2>Reviews</h2><p>How nice is it? Very.</p></div>",
        "<p>See also: <a href=/w>The windmill</a></p>",
        "<div class=x><span>Read also</span><a href=/w>The windmill</a></div>",
        "<p><a href=#top>Back to top</a></p>",
        "<p>Home of © 2020 Mill trust. All rights reserved.</p>",
    ],
)
def test_furniture_after_the_article_is_dropped(furniture: str) -> None:
    assert text_of(ARTICLE + furniture) == ARTICLE_TEXT


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href=/a>Mills</a> <a href=/b>Ponds</a></nav>",
        "<header><a href=/>Mill trust</a><p>Since 1971</p></header>",
        "<ul class=breadcrumb><li><a href=/>Start</a></li><li>The tide mill</li></ul>",
        "<p><a href=/a>Mills</a> | <a href=/b>Ponds</a> | <a href=/c>Locks</a></p>",
        "<div class=ticker>Breaking: storm at night</div>",
        "<a class='skip-link' href=#main>Skip to content</a>",
    ],
)
def test_furniture_before_the_article_is_dropped(furniture: str) -> None:
    assert text_of(furniture + ARTICLE) == ARTICLE_TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Page last changed on 4 February 2026. <a href=mailto:a@b.example>Webmaster</a>",
        "Letzte Änderung: 12. März 2009",
        "Dernière mise à jour : 3 mai 2011",
        "You are visitor number <img src=count.gif> since May 1996.",
        "Best viewed with Any Browser at 800x600.",
        "You are visitor 5123<br>Optimized for Netscape",
    ],
)
def test_a_last_line_about_the_page_itself_is_dropped(line: str) -> None:
    assert text_of(f"{ARTICLE}<hr><p><small>{line}</small></p>") == ARTICLE_TEXT


def test_a_line_of_such_words_is_kept_where_the_article_goes_on() -> None:
    line = "Last updated flour tables hang in the hall."
    assert text_of(f"<h1>T</h1><p>{line}</p><p>{FIRST}</p>") == f"{line}\n\n{FIRST}"


def test_a_line_of_such_words_is_kept_where_it_is_all_that_a_heading_has() -> None:
    line = "Best viewed at high water."
    assert sections(page(f"{ARTICLE}<h2>The gate</h2><p>{line}</p>"), "a.html")[-1] == (
        "The gate",
        line,
    )


def test_a_last_line_that_only_mentions_such_words_is_kept() -> None:
    line = "The bridge behind it was designed by a webmaster's uncle and last updated by his aunt."
    assert text_of(f"{ARTICLE}<p>{line}</p>") == f"{ARTICLE_TEXT}\n\n{line}"


def test_a_last_paragraph_that_begins_with_such_words_is_kept() -> None:
    text = (
        "Best viewed with a glass from the bench, the heron fishes below the gate every morning at "
        "low water, and stays until the miller opens it again."
    )
    assert text_of(f"{ARTICLE}<p>{text}</p>") == f"{ARTICLE_TEXT}\n\n{text}"


def test_a_sentence_that_points_to_another_page_is_kept() -> None:
    body = (
        f"{ARTICLE}<p>See also <a href=/w>the windmill on the hill</a>.</p><h2>End</h2><p>Oak</p>"
    )
    assert "See also the windmill on the hill." in text_of(body)


def test_cells_beside_the_article_of_a_layout_table_are_dropped() -> None:
    body = (
        "<table><tr><td><a href=/a>Mills</a><br><a href=/b>Ponds</a></td>"
        f"<td>{ARTICLE}</td><td>Cheap rope!</td></tr>"
        "<tr><td colspan=3><a href=/g>Guests</a> | <a href=/m>Mail</a></td></tr></table>"
    )
    assert text_of(body) == ARTICLE_TEXT


def test_a_note_in_the_text_is_kept_although_it_is_an_aside() -> None:
    body = f"<h1>T</h1><p>{FIRST}</p><aside class=note><p>Mind the step.</p></aside><p>{SECOND}</p>"
    assert text_of(body) == f"{FIRST}\n\nMind the step.\n\n{SECOND}"


def test_the_header_of_an_article_keeps_its_heading() -> None:
    body = f"<article><header><h2>The gate</h2></header><p>{FIRST}</p></article>"
    assert sections(page(f"<h1>T</h1>{body}"), "a.html") == [("The gate", FIRST)]


def test_a_section_whose_id_repeats_its_heading_is_no_furniture() -> None:
    body = (
        f"{ARTICLE}<section id=cookies><h2>Cookies</h2><p>They are baked on Mondays.</p></section>"
    )
    assert sections(page(body), "a.html")[-1] == ("Cookies", "They are baked on Mondays.")


def test_a_page_that_is_furniture_from_end_to_end_is_read_whole() -> None:
    assert text_of(f"<footer><p>{FIRST}</p></footer>") == FIRST


# ---- FAQ: what is clicked to open an answer

TWO = [("Is it deep?", "No, to the knee."), ("Is it salt?", "Yes.")]


@pytest.mark.parametrize(
    "entry",
    [
        "<details><summary>{q}</summary><p>{a}</p></details>",
        "<details><summary><h3>{q}</h3></summary>{a}</details>",
        "<button aria-expanded=false aria-controls=p{n}>{q}</button><div id=p{n} hidden>{a}</div>",
        "<h3><button aria-expanded=false>{q}</button></h3><div>{a}</div>",
        "<div class=accordion-item><h2 class=accordion-header><button class='accordion-button"
        " collapsed' data-bs-toggle=collapse data-bs-target=#c{n}>{q}</button></h2><div id=c{n}"
        " class='accordion-collapse collapse'><div class=accordion-body>{a}</div></div></div>",
        "<div class=card><div class=card-header><a data-toggle=collapse href=#c{n}>{q}</a></div>"
        "<div id=c{n} class=collapse><div class=card-body>{a}</div></div></div>",
        "<div class=elementor-accordion-item><div class=elementor-tab-title role=button"
        " aria-controls=t{n}><a class=elementor-accordion-title>{q}</a></div>"
        "<div id=t{n} class='elementor-tab-content'><p>{a}</p></div></div>",
        "<div class=schema-faq-section><strong class=schema-faq-question>{q}</strong>"
        "<p class=schema-faq-answer>{a}</p></div>",
        "<div class='wp-block-details'><h3>{q}</h3><p>{a}</p></div>",
        "<input type=checkbox id=b{n}><label for=b{n}>{q}</label><div>{a}</div>",
        "<p class=frage>{q}</p><p class=antwort>{a}</p>",
        "<h3>{q}</h3><p>{a}</p>",
        "<p><b>{q}</b></p><p>{a}</p>",
        "<p><b>{q}</b><br>{a}</p>",
        "<p><b>Q:</b> {q}<br><b>A:</b> {a}</p>",
        "<p><span>Q</span>{q}</p><p><span>A</span>{a}</p>",
        "<div itemscope itemtype=https://schema.org/Question><p itemprop=name>{q}</p>"
        "<div itemprop=acceptedAnswer><p itemprop=text>{a}</p></div></div>",
    ],
)
def test_an_faq_is_read_from_what_opens_its_answers(entry: str) -> None:
    entries = "".join(entry.format(q=q, a=a, n=n) for n, (q, a) in enumerate(TWO))
    body = f"<h1>T</h1><p>{FIRST}</p><h2>FAQ</h2>{entries}<h2>The dam</h2><p>{SECOND}</p>"
    html = page(body)
    assert pairs(html, "a.html") == TWO
    assert [one for one in sections(html, "a.html") if one[1]] == [("", FIRST), ("The dam", SECOND)]


def test_a_definition_list_under_an_faq_heading_is_an_faq() -> None:
    faq = "<dl><dt>Is it deep?</dt><dd>No.</dd><dd>To the knee.</dd><dt>Is it salt?<dd>Yes.</dl>"
    assert faq_of(f"{ARTICLE}<h2>FAQ</h2>{faq}") == [
        ("Is it deep?", "No.\n\nTo the knee."),
        ("Is it salt?", "Yes."),
    ]


def test_a_glossary_is_no_faq() -> None:
    body = f"{ARTICLE}<h2>Words</h2><dl><dt>Sluice</dt><dd>A gate in a dam.</dd></dl>"
    assert faq_of(body) == []


def test_a_table_of_questions_and_answers_is_an_faq() -> None:
    rows = "".join(f"<tr><td>{q}</td><td>{a}</td></tr>" for q, a in TWO)
    assert faq_of(f"{ARTICLE}<h2>FAQ</h2><table>{rows}</table>") == TWO


def test_an_index_of_named_anchors_is_dropped_and_its_questions_are_kept_once() -> None:
    index = "".join(f"<LI><A HREF='#q{n}'>{q}</A>" for n, (q, _) in enumerate(TWO))
    index += "<LI><A HREF='#q2'>Is it cold?</A>"
    entries = "".join(
        f"<A NAME='q{n}'></A><B>Q:</B> {q}<BR><B>A:</B> {a}<P>"
        for n, (q, a) in enumerate([*TWO, ("Is it cold?", "In May.")])
    )
    body = f"<H1>T</H1><P>{FIRST}<H2>FAQ</H2><A NAME=top></A><UL>{index}</UL><HR>{entries}"
    found = article(page(body), "a.html")
    assert [(p.question, p.answer) for p in found.faq] == [*TWO, ("Is it cold?", "In May.")]
    assert found.text.count("Is it cold?") == 1


def test_an_faq_outside_the_main_element_is_kept() -> None:
    faq = "".join(f"<h3>{q}</h3><p>{a} {SECOND}</p>" for q, a in TWO)
    html = page(f"<main>{ARTICLE}</main><aside><h2>FAQ</h2>{faq}</aside><footer>Lane 3</footer>")
    assert pairs(html, "a.html") == [(q, f"{a} {SECOND}") for q, a in TWO]


@pytest.mark.parametrize("box", ["aside", "footer", "div class=sidebar", "div id=comments"])
def test_a_short_faq_is_kept_in_what_is_furniture_else(box: str) -> None:
    answer = (
        "No, to the knee. After rain it stands a little higher, but never at the belt, and cold."
    )
    faq = f"<h3>FAQ</h3><h4>Is it deep?</h4><p>{answer}</p>"
    assert faq_of(f"{ARTICLE * 3}<{box}>{faq}</{box.split()[0]}>") == [("Is it deep?", answer)]


@pytest.mark.parametrize(
    "entry",
    [
        "<p class=question>{q}</p><p class=answer>{a}</p>",
        "<div itemscope itemtype=https://schema.org/Question><p itemprop=name>{q}</p>"
        "<p itemprop=acceptedAnswer>{a}</p></div>",
        "<div typeof=schema:Question><p property=schema:name>{q}</p>"
        "<p property=schema:acceptedAnswer>{a}</p></div>",
    ],
)
def test_markup_that_says_question_needs_no_question_mark(entry: str) -> None:
    declared = [("Depth", "To the knee."), ("Salt", "As the sea.")]
    entries = "".join(entry.format(q=q, a=a) for q, a in declared)
    html = page(f"{ARTICLE}<h2>FAQ</h2>{entries}")
    blocks = read_html(html, "a.html").blocks
    assert [b.text for b in blocks if b.kind is BlockKind.QUESTION] == ["Depth", "Salt"]
    assert pairs(html, "a.html") == declared


def test_a_table_of_contents_goes_with_its_label() -> None:
    links = "".join(
        f"<li><a href='#s{n}'>{name}</a>" for n, name in enumerate(["Oak", "Elm", "Fir"])
    )
    body = f"<h1>T</h1><p>{FIRST}</p><p><b>You will find:</b></p><ul>{links}</ul><p>{SECOND}</p>"
    assert text_of(body) == f"{FIRST}\n\n{SECOND}"


def test_openers_of_a_category_are_its_heading_and_no_question() -> None:
    inner = "".join(f"<details><summary>{q}</summary>{a}</details>" for q, a in TWO)
    body = f"<h1>FAQ</h1><p>{FIRST}</p><details><summary>Water</summary>{inner}</details>"
    found = article(page(body, ""), "a.html")
    assert [(p.question, p.answer, p.heading) for p in found.faq] == [
        (q, a, "Water") for q, a in TWO
    ]


def test_an_accordion_that_the_page_holds_twice_is_read_once() -> None:
    answer = "It reaches to the knee, and after rain a little further up."
    entry = f"<details><summary>Is it deep?</summary><p>{answer}</p></details>"
    body = f"{ARTICLE}<h2>FAQ</h2><div class=wide>{entry}</div><div class=small>{entry}</div>"
    assert faq_of(body) == [("Is it deep?", answer)]


# ---- declared pairs

LD = (
    '<script type="application/ld+json">{{"@type": "FAQPage", "mainEntity": [{{"@type": "Question",'
    ' "name": "{q}", "acceptedAnswer": {{"@type": "Answer", "text": "{a}"}}}}]}}</script>'
)


def test_declared_pairs_are_read_where_the_page_shows_none() -> None:
    script = LD.format(q="Is it deep?", a="No.")
    assert pairs(page(ARTICLE, script), "a.html") == [("Is it deep?", "No.")]


def test_a_declared_pair_that_the_page_shows_is_read_from_the_page() -> None:
    script = LD.format(q="Is it deep?", a="Short.")
    body = f"{ARTICLE}<h2>FAQ</h2><h3>Is it deep?</h3><p>No, and it is shown here.</p>"
    assert pairs(page(body, script), "a.html") == [("Is it deep?", "No, and it is shown here.")]


def test_of_several_declared_pairs_only_those_not_shown_are_added() -> None:
    scripts = LD.format(q="Is it deep?", a="Short.") + LD.format(q="Who built it?", a="Monks.")
    body = f"{ARTICLE}<h2>FAQ</h2><h3>Is it deep?</h3><p>No, and it is shown here.</p>"
    assert pairs(page(body, scripts), "a.html") == [
        ("Is it deep?", "No, and it is shown here."),
        ("Who built it?", "Monks."),
    ]


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


# ---- pages that are not as they should be


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
