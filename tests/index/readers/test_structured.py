"""Question and answer pairs that a page declares: JSON-LD, microdata, RDFa."""

import json

import pytest

from index.readers.html_tree import parse_page
from index.readers.structured import declared_pairs, plain_text


def pairs(source: str) -> list[tuple[str, str, int]]:
    return declared_pairs(parse_page(source, "a.html"))


def script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def question(name: str, text: object) -> dict[str, object]:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}}


FAQ = {"@context": "https://schema.org", "@type": "FAQPage"}


@pytest.mark.parametrize(
    "data",
    [
        {**FAQ, "mainEntity": [question("Why?", "So.")]},
        {**FAQ, "mainEntity": question("Why?", "So.")},
        {"@graph": [{"@type": "WebPage"}, {**FAQ, "mainEntity": [question("Why?", "So.")]}]},
        [{**FAQ, "mainEntity": [question("Why?", "So.")]}],
        {**FAQ, "@type": ["WebPage", "FAQPage"], "mainEntity": [question("Why?", ["So."])]},
        {"@type": "schema:Question", "name": "Why?", "acceptedAnswer": [{"text": "So."}]},
        {"@type": "http://schema.org/Question", "name": "Why?", "suggestedAnswer": {"text": "So."}},
    ],
)
def test_json_ld_in_all_its_shapes(data: object) -> None:
    assert pairs(script(data) + "<p>x") == [("Why?", "So.", 1)]


def test_a_question_is_declared_once() -> None:
    data = {**FAQ, "mainEntity": [question("Why?", "So."), question("why", "Other.")]}
    assert pairs(script(data) + "<p>x") == [("Why?", "So.", 1)]


def test_a_question_without_an_answer_is_left_out() -> None:
    data = {**FAQ, "mainEntity": [question("Why?", ""), {"@type": "Question", "name": "How?"}]}
    assert pairs(script(data) + "<p>x") == []


def test_line_is_that_of_the_question_in_the_script() -> None:
    source = (
        '<p>\n<script type="application/ld+json">\n{"@type": "FAQPage", "mainEntity": [\n'
        '{"@type": "Question", "name": "Why \\u00fc?",\n"acceptedAnswer": {"text": "So."}},\n\n'
        '{"@type": "Question", "name": "How?", "acceptedAnswer": {"text": "Like this."}},\n'
        "]}\n</script>"
    )
    assert pairs(source) == [("Why ü?", "So.", 4), ("How?", "Like this.", 7)]


@pytest.mark.parametrize("source", ["{", "[" * 100_000, '"x"', "null", "", '{"@type": 1}'])
def test_broken_json_is_no_declaration(source: str) -> None:
    assert pairs(f'<script type="application/ld+json">{source}</script><p>x') == []


def test_commas_comments_and_line_breaks_in_strings_are_forgiven() -> None:
    source = '<!-- {"@type":"Question","name":"Why\n?","acceptedAnswer":{"text":"So.",},} -->'
    assert pairs(f'<script type="application/ld+json">{source}</script><p>x') == [
        ("Why ?", "So.", 1)
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<p>One &amp; two</p><ul><li>a</li><li>b</li></ul>", "One & two\na\nb"),
        ("&lt;p&gt;One&lt;/p&gt;", "One"),
        ("1 < 2 &amp; 3", "1 < 2 & 3"),
        ("a\n\nb", "a\nb"),
        ("x<script>alert(1)</script>", "x"),
        ("", ""),
    ],
)
def test_html_of_an_answer_becomes_text(value: str, text: str) -> None:
    assert plain_text(value) == text


def test_microdata_gives_name_and_text() -> None:
    source = (
        '<div itemscope itemtype="https://schema.org/Question">\n<h3 itemprop="name">Why?</h3>'
        '<div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer">'
        '<div itemprop="text"><p>So.</p></div></div></div>'
    )
    assert pairs(source) == [("Why?", "So.", 2)]


def test_values_may_stand_in_content() -> None:
    source = (
        '<div itemscope itemtype="http://schema.org/Question"><meta itemprop="name" content="Why?">'
        '<div itemprop="acceptedAnswer"><meta itemprop="text" content="&lt;b&gt;So.&lt;/b&gt;">'
    )
    assert pairs(source) == [("Why?", "So.", 1)]


def test_rdfa_is_read_like_microdata() -> None:
    source = (
        '<div vocab="https://schema.org/" typeof="Question"><b property="schema:name">Why?</b>'
        '<div property="acceptedAnswer" typeof="Answer"><p property="text">So.</p></div></div>'
    )
    assert pairs(source) == [("Why?", "So.", 1)]
