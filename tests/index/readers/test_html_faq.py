"""HTML pages: FAQs as they are marked up, and pairs that a page only declares."""

import pytest

from index.readers.blocks import BlockKind
from index.readers.html import read_html
from index.records import ElementKind
from tests.index.readers.html_text import ARTICLE, FIRST, SECOND, faq_of, page, text_of
from tests.index.readers.reading import article, pairs, sections

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
        "<amp-accordion><section><h4>{q}</h4><p>{a}</p></section></amp-accordion>",
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


def test_terms_of_one_definition_are_wordings_of_one_question() -> None:
    body = (
        f"{ARTICLE}<h2>FAQ</h2><dl><dt>May I?</dt><dt>Must I ask?</dt><dt>Whom?</dt>"
        "<dd>No one.</dd><dt>Is it deep?</dt><dd>No.</dd><dt>And wide?</dt></dl>"
    )
    found = article(page(body), "a.html")
    assert [(p.question, p.alternates, p.answer) for p in found.faq] == [
        ("May I?", ("Must I ask?", "Whom?"), "No one."),
        ("Is it deep?", (), "No."),
    ]
    # all of them stay to be seen on the page
    assert "May I?\n\nMust I ask?\n\nWhom?\n\nNo one." in found.text
    kinds = {found.text[e.start : e.end]: e.kind for e in found.elements}
    assert kinds["Must I ask?"] is ElementKind.QUESTION
    assert kinds["And wide?"] is ElementKind.PARAGRAPH


BOX = (
    "<div class=expand-container><div class=expand-control><span class=icon></span>"
    "<span class=expand-control-text>{q}</span></div><div class={panel}><p>{a}</p><p>Really.</p>"
    "</div></div>"
)
TABLE = (
    "<table><tr><th>Question<th>Answer</tr><tr><td>Is it deep?<td>No:"
    "<ul><li>to the knee</li><li>or less</li></ul></tr>"
    "<tr><td><p>Is it salt?</p><td><p>Yes.</p><p>Very.</p></tr></table>"
)
OF_TABLE = [("Is it deep?", "No:\n\n• to the knee\n• or less"), ("Is it salt?", "Yes.\n\nVery.")]


def test_an_answer_s_cell_keeps_its_lists_and_paragraphs() -> None:
    assert pairs(page(f"{ARTICLE}<h2>FAQ</h2>{TABLE}"), "a.html") == OF_TABLE


def test_a_box_below_a_table_of_pairs_is_one_of_them() -> None:
    box = BOX.format(q="Who built it?", a="Monks.", panel="expand-content")
    found = article(page(f"{ARTICLE}<h2>FAQ</h2>{TABLE}{box}"), "a.html")
    assert [(p.question, p.answer, p.heading) for p in found.faq] == [
        *[(q, a, "FAQ") for q, a in OF_TABLE],
        ("Who built it?", "Monks.\n\nReally.", "FAQ"),
    ]
    assert "" not in [s.heading for s in found.sections[1:]]


def test_a_lone_box_is_no_opener_where_its_names_do_not_go_together() -> None:
    box = BOX.format(q="Who built it?", a="Monks.", panel="lead")
    assert pairs(page(f"{ARTICLE}<h2>FAQ</h2>{TABLE}{box}"), "a.html") == OF_TABLE


def test_text_after_a_box_that_asks_stays_under_its_heading() -> None:
    box = "<details><summary>Can bowls touch?</summary><p>Never.</p></details>"
    body = (
        f"<h2>Loading</h2><p>Tall pieces go first.</p>{box}<p>Leave a gap.</p>"
        "<details><summary>Last year's plan</summary><p>Bowls below.</p></details>"
        "<p>Close the door.</p><h2>Firing</h2><p>It takes a day.</p>"
    )
    found = article(page(f"<h1>The kiln</h1><p>{FIRST}</p>{body}"), "a.html")
    assert [(s.heading, s.text) for s in found.sections] == [
        ("", FIRST),
        (
            "Loading",
            "Tall pieces go first.\n\nLeave a gap.\n\nLast year's plan\n\nBowls below.\n\n"
            "Close the door.",
        ),
        ("Firing", "It takes a day."),
    ]
    assert [(p.question, p.answer) for p in found.faq] == [("Can bowls touch?", "Never.")]


def test_a_box_beside_one_that_asks_needs_no_question_mark_where_its_words_ask() -> None:
    box = "<details><summary>{}</summary><p>{}</p></details>"
    boxes = box.format("What does it cost", "A penny.") + box.format("Is it open?", "Daily.")
    boxes += box.format("The miller's plan", "More flour.")
    found = article(page(f"{ARTICLE}<h2>Visits</h2>{boxes}"), "a.html")
    expected = [("What does it cost", "A penny."), ("Is it open?", "Daily.")]
    assert [(p.question, p.answer) for p in found.faq] == [
        *expected,
        ("The miller's plan", "More flour."),
    ]
    boxes = box.format("How it works", "By the tide.") + box.format("The wheel", "Of oak.")
    assert faq_of(f"{ARTICLE}<h2>Visits</h2>{boxes}") == []


def test_categories_of_amps_accordions_are_headings() -> None:
    inner = "<amp-accordion><section><h4>{}</h4><p>{}</p></section></amp-accordion>"
    outer = "<section><h3>On board</h3><div>{}</div></section>"
    body = outer.format(inner.format(*TWO[0])) + outer.format(inner.format(*TWO[1]))
    found = article(page(f"{ARTICLE}<h2>Help</h2><amp-accordion>{body}</amp-accordion>"), "a.html")
    assert [(p.question, p.answer) for p in found.faq] == TWO
    assert [s.heading for s in found.sections][-3:] == ["Help", "On board", "On board"]


def test_a_declared_pair_is_not_added_where_its_answer_is_shown_under_a_question_like_it() -> None:
    shown = "<h2>FAQ</h2><h3>Can I cancel my booking?</h3><p>Up to a day before.</p>"
    declared = (
        '<script type="application/ld+json">{"@type":"FAQPage","mainEntity":['
        '{"@type":"Question","name":"Can I cancel?",'
        '"acceptedAnswer":{"text":"Up to a day before."}},'
        '{"@type":"Question","name":"Is it lit?","acceptedAnswer":{"text":"All night."}}]}</script>'
    )
    assert faq_of(ARTICLE + shown + declared) == [
        ("Can I cancel my booking?", "Up to a day before."),
        ("Is it lit?", "All night."),
    ]


def test_questions_are_told_by_the_classes_that_a_word_processor_sets_in_bold() -> None:
    head = (
        "<style>.c0{font-weight:400}.c1{color:#000;font-weight:700;font-size:11pt}"
        "/* .c2{font-weight:700} */ ol.lst>.c3{font-weight:700}</style>"
    )
    lines = "".join(
        f"<p class=c2><span class=c1>{q}</span></p><p class=c2><span class=c0>{a}</span></p>"
        for q, a in [*TWO, ("Dogs", "On a lead.")]
    )
    text = page(f"{ARTICLE}<h2>FAQ</h2>{lines}", head)
    assert pairs(text, "a.html") == [*TWO, ("Dogs", "On a lead.")]


def test_a_forum_s_question_is_answered_by_its_accepted_answer() -> None:
    told = "A red candle fell over on our carpet, and I fear hot water. What can I do at home?"
    answer = "<div itemprop={} itemscope itemtype=https://schema.org/Answer>{}</div>"
    body = (
        "<main itemscope itemtype=https://schema.org/Question><h1 itemprop=name>"
        "Wax in a carpet?</h1>"
        f"<p itemprop=text>{told}</p><h2>2 answers</h2>"
        + answer.format("acceptedAnswer", "<p itemprop=text>Iron it through brown paper.</p>")
        + answer.format("suggestedAnswer", "<p itemprop=text>White spirit took mine out.</p>")
        + "</main>"
    )
    found = article(page(body, "<title>Wax in a carpet?</title>"), "a.html")
    assert [(p.question, p.answer) for p in found.faq] == [
        ("Wax in a carpet?", "Iron it through brown paper.")
    ]
    assert [(s.heading, s.text) for s in found.sections] == [
        ("", told),
        ("2 answers", "Iron it through brown paper.\n\nWhite spirit took mine out."),
    ]
