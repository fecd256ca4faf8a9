"""HTML pages: what stands around the article is dropped, and nothing else."""

import pytest

from tests.index.readers.html_text import (
    ARTICLE,
    ARTICLE_TEXT,
    FIRST,
    SECOND,
    faq_of,
    page,
    text_of,
)
from tests.index.readers.reading import article, sections


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
        "<div class=cmplz-banner><div>Manage Consent</div><p>We keep biscuits.</p></div>",
        "<ul hidden><li>Opens in a new window.</li></ul>",
        "<div class=article-attachments><ul><li><a href=m.pdf>Map.pdf</a> 2 MB</li></ul></div>",
        "<h2>Attachments:</h2><div><a href=floor.png>floor-plan.png</a> (image/png)</div>",
        "<h2>You may also like</h2><ul><li><h3>Rye flour</h3><p>$3</p></li></ul>",
        "<h2>You may also like</h2><ul><li><h3>Rye</h3><p>$3</p></li></ul><h2>Contact form</h2>"
        "<form><input></form>",
        "<address>Last updated 3 March 2023</address><p><a href=#top>Back to top</a> | "
        "<a href=/>Home</a></p>",
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
        "<div class=breadcrumbs><a href=/>Home</a> » <span>The tide mill and its dam, a walk along "
        "the sea</span></div>",
        "<p class=brotkrumen>Sie sind hier: <a href=/>Startseite</a> &gt; Alle Mühlen am Meer "
        "und am Fluss</p>",
        "<p>You are here: <a href=/>Mill trust</a> &gt; <a href=/m>Mills</a> &gt; Tides</p>",
        "<div class=announcement-bar role=region><p>Open on Sunday</p></div>",
        "<p>Stand: 14. März 2024 · Lesezeit: 4 Minuten</p>",
        "<p>Published on 4 April 2024 · 4 min read</p>",
        "<p>Created by: Tove Lind</p><p>Modified on: Tue, 4 Mar, 2025 at 10:21 AM</p>",
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


@pytest.mark.parametrize(
    "sentence",
    [
        "You get a tracking link by email.",
        "If you cannot find the message in your inbox, look into the spam folder.",
        "Make sure that the latest Windows updates are installed.",
        "Share the link with your guests.",
        "Print this page and sign it.",
        "Powered by two AA batteries.",
        "Photo by appointment only.",
        "Sie bekommen die Rechnung per E-Mail.",
        "You can reach us by email, WhatsApp or Telegram every day.",
        "Anmeldung und Newsletter liegen in einer Hand.",
        "More.",
    ],
)
def test_a_sentence_with_the_words_of_a_box_stays_wherever_it_stands(sentence: str) -> None:
    body = f"<h2>Visits</h2><p>Ten to four.</p><p>{sentence}</p><p>Come.</p><p>{sentence}</p>"
    told = f"Visits\n\nTen to four.\n\n{sentence}\n\nCome.\n\n{sentence}"
    assert text_of(ARTICLE + body) == f"{ARTICLE_TEXT}\n\n{told}"


def test_a_bold_question_on_a_newsletter_is_a_question() -> None:
    asked = ("How do I get the newsletter?", "How do I leave the newsletter?")
    body = "".join(f"<p><b>{question}</b></p><p>By a letter to us.</p>" for question in asked)
    assert faq_of(f"{ARTICLE}<h2>FAQ</h2>{body}") == [(q, "By a letter to us.") for q in asked]


def test_a_lone_word_of_a_control_between_paragraphs_is_the_authors() -> None:
    body = f"<h1>T</h1><p>{FIRST}</p><p>Name</p><p>{SECOND}</p>"
    assert text_of(body) == f"{FIRST}\n\nName\n\n{SECOND}"


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Subscribe to our newsletter</p>",
        "<p>Get the app today</p><p>Share: Facebook | X | WhatsApp</p>",
        "<p>Was this article helpful?</p><p>Yes No</p>",
        "<p>Abonnez-vous à notre lettre du mois.</p><p>Votre adresse e-mail</p>",
        "<p>This site uses cookies to count its readers.</p><p>Accept all</p>",
        "<p><a href=/>Home</a> | <a href=#top>Back to top</a></p>",
    ],
)
def test_calls_that_end_a_page_are_dropped(lines: str) -> None:
    assert text_of(ARTICLE + lines) == ARTICLE_TEXT


@pytest.mark.parametrize("heading", ["Comments", "Related topics", "About the author"])
def test_a_last_section_called_like_a_part_of_a_page_stays(heading: str) -> None:
    told = "Lines that begin with two dashes are left out."
    assert sections(page(f"{ARTICLE}<h2>{heading}</h2><p>{told}</p>"), "a.html")[-1] == (
        heading,
        told,
    )


@pytest.mark.parametrize(
    "aside",
    ["<aside>", "<aside class=encadre>", "<aside class='wp-block-group'>", "<aside id=mind>"],
)
def test_an_aside_between_paragraphs_of_an_article_is_text(aside: str) -> None:
    box = f"{aside}<p>Mind the step.</p></aside>"
    body = f"<main><h1>T</h1><p>{FIRST}</p>{box}<p>{SECOND}</p></main>"
    assert text_of(body) == f"{FIRST}\n\nMind the step.\n\n{SECOND}"


def test_an_aside_that_ends_a_section_before_another_is_text() -> None:
    box = "<aside><p>Mind the step.</p></aside>"
    body = (
        f"<article><h1>T</h1><section><h2>A</h2><p>{FIRST}</p>{box}</section>"
        f"<section><h2>B</h2><p>{SECOND}</p></section></article>"
    )
    assert sections(page(body), "a.html") == [("A", f"{FIRST}\n\nMind the step."), ("B", SECOND)]


@pytest.mark.parametrize(
    "aside",
    [
        "<aside class=related-posts><p>The windmill</p></aside>",
        "<aside class='newsletter-box'><p>News of the mill, monthly.</p></aside>",
        "<aside class=share-box><p>Tell a friend.</p></aside>",
        "<aside class=widget><p>Ten to four.</p></aside>",
        "<aside role=complementary><p>Ten to four.</p></aside>",
        "<aside><h3>Related articles</h3><p>The windmill</p></aside>",
        "<aside><h3>Newsletter</h3><p>News of the mill, monthly.</p></aside>",
        "<aside><p>Read on: <a href=/w>The windmill on the hill</a></p></aside>",
        "<aside><p>Our letter</p><form><input name=q></form></aside>",
    ],
)
def test_an_aside_that_says_that_it_is_the_pages_is_dropped(aside: str) -> None:
    body = f"<main><h1>T</h1><p>{FIRST}</p>{aside}<p>{SECOND}</p></main>"
    assert text_of(body) == f"{FIRST}\n\n{SECOND}"


def test_an_aside_beside_the_article_is_dropped() -> None:
    body = f"<main><article>{ARTICLE}</article><aside><p>Ten to four.</p></aside></main>"
    assert text_of(body) == ARTICLE_TEXT


def test_an_alert_that_can_be_closed_is_the_pages_and_one_that_cannot_is_the_articles() -> None:
    alert = "<div class='alert {}' role=alert>Closed on May 1. <button>&times;</button></div>"
    body = f"<h1>T</h1>{{}}<p>{FIRST}</p>"
    assert text_of(body.format(alert.format("alert-dismissible"))) == FIRST
    assert text_of(body.format(alert.format("alert-info"))) == f"Closed on May 1.\n\n{FIRST}"


def test_a_table_of_properties_beside_the_title_is_dropped() -> None:
    rows = "<tr><th>Owner</th><td>Ann Marsh</td></tr><tr><th>Open</th><td>Daily</td></tr>"
    table = f"<table class=properties>{rows}</table>"
    body = f"<article><header><h1>The tide mill</h1>{table}</header><p>{FIRST}</p>{table}</article>"
    assert text_of(body) == f"{FIRST}\n\nOwner | Ann Marsh\nOpen | Daily"


@pytest.mark.parametrize(
    "panel",
    [
        "<button aria-controls=p>Times</button><div hidden id=p><p>Ten to four.</p></div>",
        "<div role=tabpanel hidden><p>Ten to four.</p></div>",
        "<div class=tab-pane hidden><p>Ten to four.</p></div>",
        "<div class=accordion><div>Times</div><div hidden><p>Ten to four.</p></div></div>",
        "<h3>Times</h3><div hidden><p>Ten to four.</p></div>",
        "<div><a href=#>Times</a><p hidden>Ten to four.</p></div>",
        "<div hidden=until-found><p>Ten to four.</p></div>",
        "<div style='display:none'><p>Ten to four.</p></div>",
    ],
)
def test_what_a_click_may_show_is_read(panel: str) -> None:
    assert "Ten to four." in text_of(f"{ARTICLE}<main>{panel}</main>")


def test_a_closing_question_below_another_heading_is_no_pair() -> None:
    panels = "".join(
        f"<h2><button data-toggle=collapse data-target=#p{i}>{question}</button></h2>"
        f"<div id=p{i} class=collapse>By boat.</div>"
        for i, question in enumerate(("How do I get there?", "How do I get back?"))
    )
    rest = "<h2>Members</h2><p>Anyone.</p><h5>Didn't find your answer?</h5><p>Write to us.</p>"
    found = article(page(f"<h1>Help & FAQ</h1>{panels}{rest}", ""), "a.html")
    assert [(p.question, p.answer) for p in found.faq] == [
        ("How do I get there?", "By boat."),
        ("How do I get back?", "By boat."),
    ]
    assert [(s.heading, s.text) for s in found.sections if s.heading] == [
        ("Members", "Anyone."),
        ("Didn't find your answer?", "Write to us."),
    ]


def test_more_questions_at_the_end_are_questions_and_not_titles_of_other_pages() -> None:
    asked = "<h3>May dogs come?</h3><p>Yes</p><h3>When?</h3><p>At ten</p>"
    assert faq_of(f"{ARTICLE}<h2>More questions</h2>{asked}") == [
        ("May dogs come?", "Yes"),
        ("When?", "At ten"),
    ]


def test_a_call_that_answers_a_question_is_an_answer() -> None:
    asked = "".join(
        f"<p><b>{question}</b></p><p>{answer}</p>"
        for question, answer in (("How do I log in?", "Click here"), ("And pay?", "Contact us"))
    )
    assert faq_of(f"{ARTICLE}<h2>FAQ</h2>{asked}") == [
        ("How do I log in?", "Click here"),
        ("And pay?", "Contact us"),
    ]
