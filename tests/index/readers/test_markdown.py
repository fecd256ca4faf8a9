"""Markdown and MDX: readable text without markup, and what components say of questions."""

import pytest

from index.errors import ReadError
from index.readers import read_bytes
from index.records import ElementKind
from tests.index.readers.reading import article, pairs, sections


def test_inline_markup_is_gone_and_code_is_kept() -> None:
    text = "# A\n\n*One* **two** `x_y` ~~old~~ ![pic](p.png) [link](u) &amp; <b>bold</b> a<br>b\n"
    assert article(text).text == "One two x_y link & bold a\nb"  # ~~old~~ was taken back


def test_code_is_kept_as_it_is() -> None:
    text = "# A\n\n```py\ndef f():\n    # ## no heading\n    return {{ x }}\n```\n"
    assert article(text).text == "def f():\n    # ## no heading\n    return {{ x }}"


def test_lists_have_bullets_and_numbers() -> None:
    text = "# A\n\n- one\n  - inner\n- two\n\n3. three\n4. four\n"
    assert article(text).text == "• one\n  • inner\n• two\n3. three\n4. four"


def test_tables_are_a_row_a_line() -> None:
    assert article("# A\n\n| a | b |\n|---|:-:|\n| 1 | *2* |\n").text == "a | b\n1 | 2"


@pytest.mark.parametrize(
    "table",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>"
        "<tr><th>3</th><td>4</td></tr></table>",
    ],
)
def test_the_row_that_names_the_columns_is_told_from_the_others(table: str) -> None:
    found = article(f"# A\n\n{table}\n")
    assert found.text == "a | b\n1 | 2\n3 | 4"
    assert [element.level for element in found.elements] == [1, 0, 0]


def test_empty_cells_leave_no_white_space_at_either_end_of_a_row() -> None:
    found = article("# A\n\n| | b | |\n|---|---|---|\n| 1 | | |\n| | | 3 |\n| | | |\n")
    assert found.text == "| b\n1\n|  | 3"


def test_styles_scripts_and_comments_are_gone() -> None:
    text = (
        "# A\n\nx\n\n<style>\n.a { b: c }\n</style>\n\n"
        "<script>f('?')</script>\n\n<!-- ### Why?\n\nTODO -->\n\ny\n"
    )
    assert article(text).text == "x\n\ny"


def test_template_tags_are_gone_and_lines_stay_right() -> None:
    text = (
        "---\ntitle: A\n---\n\n1. Contents\n{:toc}\n\n{% include box.html\n   a='b' %}\n\n"
        '## One {#one}\n\nx {{< ref "y" >}}\n\n:::tip Note\nz\n:::\n'
    )
    found = article(text)
    assert found.text == "One\n\nx\n\nNote\nz"
    assert [(s.heading, s.line) for s in found.sections] == [("One", 11)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{% highlight bash %}", "{% endhighlight %}"),
        ("{%- highlight bash linenos -%}", "{%- endhighlight -%}"),
        ("{% codeblock lang:bash %}", "{% endcodeblock %}"),
        ('{{< highlight bash "hl_lines=1" >}}', "{{< /highlight >}}"),
    ],
)
def test_code_between_a_template_s_tags_is_code(before: str, after: str) -> None:
    text = (
        f"# A\n\n## B\n\n{before}\n# install it\napt install x\n\n```\n~~~\n{{{{ x }}}}\n"
        f"{after}\n\nThen wait.\n\n## C\n\nz\n"
    )
    found = article(text)
    assert [(s.heading, s.text, s.line) for s in found.sections] == [
        ("B", "# install it\napt install x\n\n```\n~~~\n{{ x }}\n\nThen wait.", 3),
        ("C", "z", 16),
    ]
    assert found.elements[1].kind is ElementKind.CODE


def test_code_between_tags_stays_in_its_list() -> None:
    text = (
        "# A\n\n1. One:\n\n   {% highlight sh %}\n# x\nrun\n   {% endhighlight %}\n\n"
        "2. Two.\n\n## B\n\nz\n"
    )
    assert sections(text) == [("", "1. One:\n\n# x\nrun\n\n2. Two."), ("B", "z")]


def test_tags_around_code_are_left_in_fenced_code() -> None:
    text = "# A\n\n```\n{% highlight sh %}\n```\n\n## B\n\n```\n{% endhighlight %}\n```\n"
    assert sections(text) == [("", "{% highlight sh %}"), ("B", "{% endhighlight %}")]


def test_what_is_raw_keeps_its_braces() -> None:
    text = (
        "# A\n\nWrite {% raw %}{{ page.title }}{% endraw %} here, {{ not }} there.\n\n"
        "{% highlight liquid %}\n{% raw %}{% if x %}{% endraw %}\n{% endhighlight %}\n"
    )
    assert article(text).text == "Write {{ page.title }} here, there.\n\n{% if x %}"


def test_headings_written_as_tags() -> None:
    text = (
        '# FAQ\n\n<h2 id="g">General</h2>\n\n<h3><a name="q">\n'
        "What is <code>x</code>?\n</a></h3>\n\nA letter.\n"
    )
    found = article(text)
    assert [(p.question, p.answer, p.heading, p.line) for p in found.faq] == [
        ("What is x?", "A letter.", "General", 5)
    ]


def test_details_with_markdown_inside() -> None:
    text = (
        "# A\n\nx.\n\n## FAQ\n\n<details>\n<summary><b>Is it so?</b></summary>\n\nYes:\n\n"
        "- a\n- b\n\n</details>\n\nCall us for more.\n"
    )
    assert pairs(text) == [("Is it so?", "Yes:\n\n• a\n• b")]
    assert sections(text)[-1] == ("", "Call us for more.")


@pytest.mark.parametrize(
    "component",
    [
        '<FaqItem question="Is it so?">\nYes, **it** is.\n</FaqItem>',
        '<Faq question={"Is it so?"} answer="Yes, it is." />',
        '<Accordion title="Is it so?">\n  Yes, it is.\n</Accordion>',
        '<Details summary="Is it so?">\n\nYes, it is.\n\n</Details>',
        "<AccordionItem>\n<AccordionTrigger>Is it so?</AccordionTrigger>\n"
        "<AccordionContent>Yes, it is.</AccordionContent>\n</AccordionItem>",
        "<Accordion\n  title='Is it so?'\n  icon=\"x\"\n>\nYes, it is.\n</Accordion>",
    ],
)
def test_components_that_ask(component: str) -> None:
    text = f"import X from '@/x'\n\n# A\n\nText.\n\n## FAQ\n\n{component}\n\n## End\n\nz.\n"
    assert pairs(text, "a.mdx") == [("Is it so?", "Yes, it is.")]
    assert sections(text, "a.mdx")[-1] == ("End", "z.")


def test_an_faq_component_needs_no_heading() -> None:
    text = '# A\n\n## One\n\nx.\n\n<Faqs>\n<FaqItem question="Why?">\nSo.\n</FaqItem>\n</Faqs>\n'
    assert pairs(text, "a.mdx") == [("Why?", "So.")]
    assert sections(text, "a.mdx") == [("One", "x.")]


def test_imports_exports_and_buttons_are_gone() -> None:
    text = (
        "import A from 'a'\nimport {\n  B,\n} from 'b'\nexport const meta = {\n  title: 'x',\n}\n\n"
        '# T\n\nText with {/* a comment */} words.\n\n<ButtonLink href="/x">Try it</ButtonLink>\n'
    )
    assert article(text, "a.mdx").text == "Text with words."


def test_exported_pairs_are_declared_pairs() -> None:
    text = (
        "export const faqs = [\n"
        "  { question: 'Why?', answer: \"So it's.\" },\n]\n\n# T\n\nx.\n\n"
        "<FAQ items={faqs} />\n"
    )
    assert pairs(text, "a.mdx") == [("Why?", "So it's.")]


def test_front_matter_says_title_url_and_language() -> None:
    found = article("---\ntitle: T\ncanonical_url: https://x.example/t\nlang: de\n---\n\nText.\n")
    assert (found.title, found.url, found.language) == ("T", "https://x.example/t", "de")


def test_toml_front_matter() -> None:
    text = '+++\ntitle = "T"\n[[faq]]\nquestion = "Why?"\nanswer = "So."\n+++\n\nText.\n'
    assert article(text).title == "T"
    assert pairs(text) == [("Why?", "So.")]


def test_broken_front_matter_is_an_error_with_its_line() -> None:
    with pytest.raises(ReadError, match=r"a\.md:4: front matter is not valid YAML"):
        read_bytes(b"---\ntitle: x\nfoo: [1\nbar: 2\n---\n\nText.\n", "a.md")


def test_two_rules_with_text_between_are_no_front_matter() -> None:
    assert article("---\n\nHello there.\n\n---\n\nMore.\n").text == "Hello there.\n\nMore."


@pytest.mark.parametrize(
    "call",
    [
        "*¿Te ha gustado la guía? Suscríbete a nuestro boletín para recibir ofertas.*",
        "Subscribe to our newsletter",
        "Start free. No credit card required. Set up your first page in five minutes.",
    ],
)
def test_a_call_to_sign_up_below_the_last_rule_is_dropped(call: str) -> None:
    assert article(f"# A\n\nOne.\n\n---\n\n{call}\n").text == "One."


@pytest.mark.parametrize(
    "sentence",
    [
        "You get a tracking link by email.",
        "No credit card is needed.",
        "Join the waiting list in the app.",
        "Who reads the newsletter? We do, on Mondays.",
    ],
)
def test_a_sentence_below_the_last_rule_stays(sentence: str) -> None:
    assert article(f"# A\n\nOne.\n\n---\n\n{sentence}\n").text == f"One.\n\n{sentence}"


def test_a_note_at_the_foot_stands_with_what_calls_it() -> None:
    text = (
        "# FAQ\n\n## May I[^h]?\n\nYes [^1] [^2], now.[^1]\n\nDo ^[but *ask*].\n\n## Must I?\n\n"
        "- no [^3] way\n- nor\n\n| x |\n|---|\n| y[^4] |\n| z |\n\n[^h]: Of course.\n"
        "[^1]: Ask first.\n\n    Twice.[^5]\n[^2]: Or later.\n[^3]: Never.\n[^4]: Yes.\n"
        "[^5]: At least.\n[^6]: Nothing calls this.\n"
    )
    found = article(text)
    assert [(p.question, p.answer) for p in found.faq] == [
        (
            "May I?",
            "Yes, now.\n\nOf course.\n\nAsk first.\n\nTwice.\n\nOr later.\n\nAt least.\n\n"
            "Do.\n\nbut ask",
        ),
        ("Must I?", "• no way\n\nNever.\n\n• nor\n\nx\ny\nz\n\nYes."),
    ]
    assert found.sections == ()
    lines = {found.text[e.start : e.end]: e.line for e in found.elements}
    assert [lines[t] for t in ("Of course.", "Twice.", "but ask", "Never.")] == [19, 22, 7, 24]


def test_a_note_is_part_of_the_section_that_calls_it() -> None:
    text = "# A\n\n## B\n\nMice do neither.[^1]\n\n## C\n\nThanks.\n\n[^1]: Squirrels do.\n"
    assert sections(text) == [("B", "Mice do neither.\n\nSquirrels do."), ("C", "Thanks.")]


def test_a_component_that_asks_leaves_no_accordion_of_its_faq_out() -> None:
    text = (
        "# A\n\nx.\n\n## FAQ\n\n"
        '<Accordion title="Is it so?">Yes.</Accordion>\n\n'
        '<Accordion title="Refunds">Within a month.</Accordion>\n\n'
        '<FAQ question="Why?">\nSo.\n</FAQ>\n'
    )
    expected = [("Is it so?", "Yes."), ("Refunds", "Within a month."), ("Why?", "So.")]
    assert pairs(text, "a.mdx") == expected


def test_a_card_that_is_a_link_is_read_where_it_tells_something() -> None:
    text = (
        "# A\n\nx.\n\n## Plans\n\n"
        '<Card title="Team" href="/team">\n  Up to **ten** seats.\n</Card>\n\n'
        '<Card title="Next steps" href="/next">\n  Read on\n</Card>\n\n'
        '<Card title="More" href="/more" />\n'
    )
    assert sections(text, "a.mdx") == [("", "x."), ("Plans", "Team\n\nUp to ten seats.")]
    assert [link.url for link in article(text, "a.mdx").links] == ["/team"]


def test_titles_of_callouts_are_read_and_ask() -> None:
    text = (
        "# A\n\n> [!NOTE]\n> Plain.\n\n> [!tip] Bring socks\n> Two pairs.\n\n## FAQ\n\n"
        "> [!faq]- Can I row?\n> Yes.\n>\n> In May.\n\n> [!question] Who pays?\n> The club.\n"
    )
    assert sections(text) == [("", "Plain.\n\nBring socks\nTwo pairs."), ("FAQ", "")]
    assert pairs(text) == [("Can I row?", "Yes.\n\nIn May."), ("Who pays?", "The club.")]


def test_links_of_wikis_are_what_they_show() -> None:
    text = "# A\n\nSee [[Boats|the list]], [[Rules]] and `[[x]]`. ![[a.png]]\n\n[[1]](/one) x.\n"
    assert sections(text) == [("", "See the list, Rules and [[x]].\n\n[1] x.")]
