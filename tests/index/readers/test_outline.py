"""What is title, section, FAQ pair: the shapes, in Markdown where the format does not matter."""

import pytest

from index.readers.outline import public_url
from tests.index.readers.reading import article, pairs, sections


def test_sections_and_pairs_of_an_article_with_their_lines() -> None:
    found = article(
        "# Bread\n\nBread is old.\n\n## Dough\n\nFlour and water.\n\n"
        "## FAQ\n\n### How long?\n\nAn hour.\n\n### How hot?\n\nVery.\n"
    )
    assert found.title == "Bread"
    assert [(s.heading, s.level, s.text, s.line) for s in found.sections] == [
        ("", 0, "Bread is old.", 3),
        ("Dough", 2, "Flour and water.", 5),
        ("FAQ", 2, "", 9),
    ]
    assert [(p.question, p.answer, p.line, p.heading) for p in found.faq] == [
        ("How long?", "An hour.", 11, "FAQ"),
        ("How hot?", "Very.", 15, "FAQ"),
    ]
    assert found.text == (
        "Bread is old.\n\nDough\n\nFlour and water.\n\nFAQ\n\nHow long?\n\n"
        "An hour.\n\nHow hot?\n\nVery."
    )


def test_a_question_shaped_heading_outside_an_faq_is_a_section() -> None:
    text = (
        "# Tea\n\n## Why is tea bitter?\n\nTannins.\n\n## How hot should it be?\n\nNot boiling.\n"
    )
    assert pairs(text) == []
    assert [heading for heading, _ in sections(text)] == [
        "Why is tea bitter?",
        "How hot should it be?",
    ]


def test_sections_after_an_faq_in_the_middle_stay_sections() -> None:
    text = (
        "# A\n\n## One\n\nx.\n\n## FAQ\n\n### Is it?\n\nYes.\n\n## Two\n\ny.\n\n"
        "## More frequently asked questions\n\n### Was it?\n\nNo.\n\n## Three\n\nz.\n"
    )
    assert pairs(text) == [("Is it?", "Yes."), ("Was it?", "No.")]
    assert [heading for heading, _ in sections(text)] == [
        "One", "FAQ", "Two", "More frequently asked questions", "Three",
    ]  # fmt: skip


def test_questions_at_the_faq_headings_own_level_end_at_the_next_statement() -> None:
    text = (
        "# A\n\n## FAQ\n\n## Can I wash it?\n\nYes.\n\n## Is it heavy?\n\nNo.\n\n"
        "## Delivery\n\nBy post.\n\n## Returns\n\nBy post, too.\n"
    )
    assert pairs(text) == [("Can I wash it?", "Yes."), ("Is it heavy?", "No.")]
    assert sections(text)[-2:] == [("Delivery", "By post."), ("Returns", "By post, too.")]


def test_a_page_that_is_one_faq_has_categories_and_statements_that_ask() -> None:
    text = (
        "# Frequently asked questions\n\n## Orders\n\n### When does it arrive?\n\nSoon.\n\n"
        "### My parcel is lost\n\nWrite to us.\n\n### Can I cancel?\n\nYes.\n\n"
        "## Payment\n\n### Which cards work?\n\nAll.\n\n#### Credit cards\n\nThese too.\n"
    )
    found = article(text)
    assert [(p.question, p.heading) for p in found.faq] == [
        ("When does it arrive?", "Orders"),
        ("My parcel is lost", "Orders"),
        ("Can I cancel?", "Orders"),
        ("Which cards work?", "Payment"),
    ]
    assert found.faq[-1].answer == "All.\n\nCredit cards\n\nThese too."
    assert [s.heading for s in found.sections] == ["Orders", "Payment"]


def test_a_closing_heading_of_an_faq_page_is_a_section() -> None:
    text = (
        "# FAQ\n\n## What?\n\nThis.\n\n## Why?\n\nBecause.\n\n"
        "## Still have questions?\n\nCall us.\n"
    )
    assert [q for q, _ in pairs(text)] == ["What?", "Why?"]
    assert sections(text) == [("Still have questions?", "Call us.")]


@pytest.mark.parametrize(
    "faq",
    [
        "**Is it safe?**\n\nYes, it is.\n\n**Is it new?**\n\nNo, not at all.",
        "**Is it safe?** Yes, it is.\n\n**Is it new?** No, not at all.",
        "**Is it safe?**\nYes, it is.\n\n**Is it new?**\nNo, not at all.",
        "**1. Is it safe?**\n\nYes, it is.\n\n**2. Is it new?**\n\nNo, not at all.",
        "1. **Is it safe?**\n\n   Yes, it is.\n\n2. **Is it new?**\n\n   No, not at all.",
        "- **Is it safe?** Yes, it is.\n- **Is it new?** No, not at all.",
        "1. **Is it safe?** Yes, it is.\n2. Is it new?\n\n   No, not at all.",
        "| Question | Answer |\n|--|--|\n| Is it safe? | Yes, it is. |\n"
        "| Is it new? | No, not at all. |",
        "| # | Frage | Antwort |\n|--|--|--|\n| 1 | Is it safe? | Yes, it is. |\n"
        "| 2 | Is it new? | No, not at all. |",
        "- Is it safe?\n  - Yes, it is.\n- Is it new?\n  - No, not at all.",
        "Is it safe?\n\nYes, it is.\n\nIs it new?\n\nNo, not at all.",
        "Q: Is it safe?\n\nA: Yes, it is.\n\nQ: Is it new?\n\nA: No, not at all.",
        "Q: Is it safe?\nA: Yes, it is.\n\nQ: Is it new?\nA: No, not at all.",
        "**Q: Is it safe?**  \nA: Yes, it is.\n\n**Q: Is it new?**  \nA: No, not at all.",
        (
            "**Q1.** Is it safe?\n\n**A1.** Yes, it is.\n\n**Q2.** Is it new?\n\n"
            "**A2.** No, not at all."
        ),
        "**Question**\n\nIs it safe?\n\n**Answer**\n\nYes, it is.\n\n"
        "**Question**\n\nIs it new?\n\n**Answer**\n\nNo, not at all.",
        "Is it safe?\n: Yes, it is.\n\nIs it new?\n: No, not at all.",
        (
            "<dl><dt>Is it safe?</dt><dd>Yes, it is.</dd><dt>Is it "
            "new?</dt><dd>No, not at all.</dd></dl>"
        ),
        "<details><summary>Is it safe?</summary>\n\nYes, it is.\n\n</details>\n\n"
        "<details><summary>Is it new?</summary>\n\nNo, not at all.\n\n</details>",
        "### Is it safe?\nYes, it is.\n\n---\n\n### Is it new?\nNo, not at all.\n\n---\n",
    ],
)
def test_every_shape_of_an_faq_gives_the_same_pairs(faq: str) -> None:
    text = f"# Paint\n\nA guide.\n\n## FAQ\n\n{faq}\n\n## Conclusion\n\nPaint it.\n"
    found = [(q, a.removeprefix("• ")) for q, a in pairs(text)]  # a nested list keeps its bullet
    assert found == [
        ("Is it safe?", "Yes, it is."),
        ("Is it new?", "No, not at all."),
    ]
    assert sections(text)[-1] == ("Conclusion", "Paint it.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Frage", "Antwort"),
        ("Pregunta", "Respuesta"),
        ("P", "R"),
        ("Domanda", "Risposta"),
        ("Вопрос", "Ответ"),
        ("質問", "回答"),
        ("问", "答"),
        ("Question", "Réponse"),
        ("F", "A"),
    ],
)
def test_labels_in_many_languages(question: str, answer: str) -> None:
    text = f"{question}: eins zwei?\n{answer}: drei.\n\n{question}: vier fünf?\n{answer}: sechs.\n"
    assert pairs(f"Titel\n\nVorab ein Satz.\n\n{text}", "a.txt") == [
        ("eins zwei?", "drei."),
        ("vier fünf?", "sechs."),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "FAQ",
        "FAQs",
        "Frequently Asked Questions",
        "Häufig gestellte Fragen",
        "Questions fréquentes",
        "Preguntas frecuentes",
        "Domande frequenti",
        "よくある質問",
        "常见问题",
        "Часто задаваемые вопросы",
        "Cactus care: FAQs",
        "Die wichtigsten Fragen zum Umzug",
        "5. FAQ",
        "Veelgestelde vragen",
    ],
)
def test_faq_headings_in_many_languages(heading: str) -> None:
    text = f"# A\n\nx.\n\n## {heading}\n\n### Is it so?\n\nYes.\n"
    assert pairs(text) == [("Is it so?", "Yes.")]


@pytest.mark.parametrize(
    "heading", ["How to write a good FAQ", "What is an FAQ?", "Parse Q&A logs", "Open source"]
)
def test_headings_that_speak_of_faqs_open_none(heading: str) -> None:
    text = f"# A\n\nx.\n\n## {heading}\n\n### Should it be short?\n\nYes.\n"
    assert pairs(text) == []


def test_an_answers_code_list_and_table_belong_to_it() -> None:
    text = (
        "# FAQ\n\n## How do I start?\n\nRun:\n\n```sh\n# a comment\nmake\n```\n\n1. wait\n"
        "2. look\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Why?\n\nSo.\n"
    )
    assert pairs(text)[0][1] == "Run:\n\n# a comment\nmake\n\n1. wait\n2. look\n\na | b\n1 | 2"


def test_a_bold_line_in_an_answer_under_a_question_heading_is_no_question() -> None:
    text = (
        "# FAQ\n\n## It fails\n\n**Are you online?**\n\nCheck.\n\n"
        "## Is it free?\n\nYes.\n\n## Who?\n\nWe.\n"
    )
    assert [q for q, _ in pairs(text)] == ["It fails", "Is it free?", "Who?"]


def test_a_list_of_links_to_questions_is_no_faq() -> None:
    text = "# FAQ\n\nAsked often:\n\n- [Is it safe?](/safe)\n- [Is it new?](/new)\n"
    assert pairs(text) == []


def test_a_contents_list_is_neither_section_nor_answer() -> None:
    text = (
        "# Frequently asked questions\n\nShort answers.\n\n- [What?](#what)\n- [Why?](#why)\n\n"
        "## What?\n\nThis.\n\n## Why?\n\nBecause.\n"
    )
    found = article(text)
    assert found.text == "Short answers.\n\nWhat?\n\nThis.\n\nWhy?\n\nBecause."


def test_declared_pairs_are_added_where_no_visible_pair_says_the_same() -> None:
    front = "---\ntitle: A\nfaq:\n  - question: Is it safe?\n    answer: Yes.\n---\n\nText.\n"
    assert pairs(front) == [("Is it safe?", "Yes.")]
    visible = front + "\n## FAQ\n\n### Is it safe\n\nYes, very.\n\n### Is it new?\n\nNo.\n"
    assert pairs(visible) == [("Is it safe", "Yes, very."), ("Is it new?", "No.")]


def test_a_declared_question_marks_the_visible_line_that_says_it() -> None:
    text = (
        "---\nfaq:\n  - q: Is it safe?\n    a: Sure.\n---\n# A\n\n## Use\n\nx.\n\n"
        "## Is it safe?\n\nYes, it is.\n"
    )
    assert pairs(text) == [("Is it safe?", "Yes, it is.")]


def test_the_title_is_not_a_section_and_not_in_the_text() -> None:
    found = article('---\ntitle: "Tea | Shop"\n---\n# Tea\n\nHot.\n\n## Milk\n\nCold.\n')
    assert found.title == "Tea"
    assert found.text == "Hot.\n\nMilk\n\nCold."


RST_HEADING = "Welcome!\n========\n"
HTML = "<h1>Welcome!</h1><p>We take it back.</p>"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.md", "---\ntitle: Returns\n---\n\n# Welcome!\n\nWe take it back.\n"),
        ("a.mdx", "---\ntitle: Returns\n---\n\n# Welcome!\n\nWe take it back.\n"),
        ("a.md", '+++\ntitle = "Returns"\n+++\n\n# Welcome!\n\nWe take it back.\n'),
        ("a.txt", "---\ntitle: Returns\n---\n\n# Welcome!\n\nWe take it back.\n"),
        ("a.rst", f"---\ntitle: Returns\n---\n\n{RST_HEADING}\nWe take it back.\n"),
        ("a.html", f"---\ntitle: Returns\n---\n\n{HTML}"),
    ],
)
def test_the_front_matters_title_heads_the_article_and_its_h1_a_section(
    path: str, text: str
) -> None:
    found = article(text, path)
    assert found.title == "Returns"
    assert [(s.heading, s.level, s.text, s.line) for s in found.sections] == [
        ("Welcome!", 1, "We take it back.", 5)
    ]


@pytest.mark.parametrize("key", ["sidebar_label: Back", "sidebar_position: 3", "hide_title: true"])
def test_where_docusaurus_heads_a_page_with_its_h1_that_is_the_title(key: str) -> None:
    front = f"---\ntitle: Returns | For search engines\n{key}\n---\n\n"
    found = article(f"{front}# Welcome!\n\nWe take it back.\n")
    assert (found.title, found.text) == ("Welcome!", "We take it back.")
    assert article(f"{front}We take it back.\n").title == "Returns | For search engines"


def test_what_menus_call_an_article_is_its_title_only_where_no_heading_is() -> None:
    front = "---\nlinkTitle: Returns\n---\n\n"
    assert article(f"{front}# Welcome!\n\nWe take it back.\n").title == "Welcome!"
    assert article(f"{front}We take it back.\n").title == "Returns"


def test_without_title_the_files_name_stands_for_it() -> None:
    assert article("Only text.\n", "notes/my-first_note.md").title == "my first note"


def test_two_headings_of_one_name_have_different_ids() -> None:
    found = article("# A\n\n## Use\n\nx.\n\n## Use\n\ny.\n", "b/a.md")
    assert [s.id for s in found.sections] == ["b/a.md#use", "b/a.md#use-2"]


def test_links_are_kept_with_their_place() -> None:
    found = article("# A\n\nSee [the manual](https://x.example/m) and <https://y.example>.\n")
    assert [(found.text[k.start : k.end], k.url) for k in found.links] == [
        ("the manual", "https://x.example/m"),
        ("https://y.example", "https://y.example"),
    ]


def test_text_keeps_its_characters() -> None:
    assert article("# A\n\nﬁne ½ Ａ\u00a0é\n").text == "ﬁne ½ Ａ\u00a0é"


@pytest.mark.parametrize(
    ("declared", "path", "base", "url"),
    [
        (None, "a/b.md", None, None),
        (None, "a/b c.md", "https://x.example/docs", "https://x.example/docs/a/b%20c"),
        (None, "a/index.md", "https://x.example", "https://x.example/a/"),
        (None, "README.md", "https://x.example/docs/", "https://x.example/docs/"),
        (None, "a/b.html", "https://x.example", "https://x.example/a/b.html"),
        ("/tea/", "a.md", "https://x.example/docs/", "https://x.example/tea/"),
        ("https://y.example/t", "a.md", "https://x.example", "https://y.example/t"),
        ("/tea/", "a.md", None, None),
        ("javascript:alert(1)", "a.md", None, None),
    ],
)
def test_the_public_address(
    declared: str | None, path: str, base: str | None, url: str | None
) -> None:
    assert public_url(declared, path, base) == url


def test_a_closing_call_to_sign_up_is_no_part_of_the_last_answer() -> None:
    text = (
        "# A\n\n## FAQ\n\n### Is it?\n\nYes.\n\n---\n\nTry it for free. No credit card required.\n"
    )
    assert pairs(text) == [("Is it?", "Yes.")]
    assert "credit card" not in article(text).text


def test_a_table_with_more_than_questions_and_answers_stays_one() -> None:
    text = "# A\n\n## FAQ\n\n| Question | Answer | Since |\n|--|--|--|\n| Is it? | Yes. | May |\n"
    assert pairs(text) == []
    assert sections(text) == [("FAQ", "Question | Answer | Since\nIs it? | Yes. | May")]
    text = text.replace(" Since |", "").replace(" May |", "").replace("|--|\n", "|\n")
    assert pairs(text + "| Why? | |\n") == []
    assert pairs(text + "| Price | Free, [here](/f) |\n") == [
        ("Is it?", "Yes."),
        ("Price", "Free, here"),
    ]
    (_, price) = article(text + "| Price | Free, [here](/f) |\n").faq
    (link,) = article(text + "| Price | Free, [here](/f) |\n").links
    assert (link.start, link.end) == (price.start + 6, price.end)


def test_a_heading_that_says_questions_opens_an_faq_where_one_follows_it() -> None:
    text = "# Flat\n\nx.\n\n## Questions\n\n{}\n\n## Rules\n\nQuiet.\n"
    faq = "- **Can we come late?**\n\n    At any hour.\n\n- **Heating**\n\n    Turn it to 3."
    assert pairs(text.format(faq)) == [
        ("Can we come late?", "At any hour."),
        ("Heating", "Turn it to 3."),
    ]
    assert pairs(text.format("### Is it quiet?\n\nAt night.")) == [("Is it quiet?", "At night.")]
    assert pairs(text.format("Write them down.\n\n**Why?** Because.")) == []
    assert pairs(text.format("1. What is x?\n2. What is y?")) == []
