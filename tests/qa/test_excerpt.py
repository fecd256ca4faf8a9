"""What is shown, and what is quoted."""

from dataclasses import replace

import pytest

from index.records import Article, Element, ElementKind, FaqPair, Section
from qa.excerpt import (
    best_quote,
    direct_answer,
    headed,
    joined,
    line_of,
    quotable,
    shown_span,
    with_condition,
    with_first,
    with_next,
)

P, I, C, T, H = (  # noqa: E741 - one letter a kind keeps the tables below readable
    ElementKind.PARAGRAPH,
    ElementKind.ITEM,
    ElementKind.CODE,
    ElementKind.TABLE,
    ElementKind.HEADING,
)
LONG = "This sentence is only here to make the section longer than what is shown whole. " * 12


def build(*blocks: tuple[ElementKind, str]) -> tuple[Article, Section]:
    """Return an article of one section with these blocks, a line each."""
    text, elements = "", []
    for line, (kind, words) in enumerate(blocks, start=10):
        elements.append(Element(kind, len(text), len(text) + len(words), line))
        text += words + "\n"
    section = Section("s", "Heading", 1, text, 0, len(text), 9)
    return Article("a", "a", "A", text, (section,), (), tuple(elements)), section


def shown(article: Article, section: Section, part: str) -> str:
    start = article.text.index(part)
    span = shown_span(article, section, (start, start + len(part)))
    return article.text[span[0] : span[1]]


def test_a_short_section_is_shown_whole_without_outer_white_space() -> None:
    article, section = build((P, "One. Two."), (P, "Three."))
    assert shown(article, section, "Two.") == "One. Two.\nThree."


def test_of_a_long_section_whole_paragraphs_are_shown() -> None:
    article, section = build((P, LONG.strip()), (P, "Keep it dry. Keep it dark."), (P, "End."))
    assert shown(article, section, "dark.") == "Keep it dry. Keep it dark."


def test_a_part_over_two_paragraphs_shows_both() -> None:
    article, section = build((P, LONG.strip()), (P, "One. Two."), (P, "Three. Four."), (P, "Five."))
    assert shown(article, section, "Two.\nThree.") == "One. Two.\nThree. Four."


def test_a_list_is_shown_whole_with_the_line_that_introduces_it() -> None:
    article, section = build(
        (P, LONG.strip()), (P, "You need:"), (I, "tea"), (I, "a cup"), (I, "water"), (P, "End.")
    )
    assert shown(article, section, "a cup") == "You need:\ntea\na cup\nwater"


def test_a_paragraph_before_a_list_that_does_not_introduce_it_is_left_out() -> None:
    article, section = build((P, LONG.strip()), (P, "All is well."), (I, "tea"), (I, "a cup"))
    assert shown(article, section, "a cup") == "tea\na cup"


def test_code_is_shown_with_the_line_that_introduces_it() -> None:
    article, section = build((P, LONG.strip()), (P, "Run this:"), (C, "make tea"), (P, "End."))
    assert shown(article, section, "make tea") == "Run this:\nmake tea"


def test_a_paragraph_beyond_the_limit_is_not_widened_to() -> None:
    article, section = build((P, LONG + LONG + "Keep it dry."))
    assert shown(article, section, "Keep it dry.") == "Keep it dry."


def test_a_pair_shows_its_whole_answer_however_long() -> None:
    article, _ = build((P, LONG.strip()))
    pair = FaqPair("p", "Q?", LONG.strip(), 0, 0, 0, len(LONG.strip()), 3)
    assert shown_span(article, pair, (5, 9)) == (0, len(LONG.strip()))


def test_the_line_is_where_the_shown_text_begins() -> None:
    article, section = build((P, "One."), (P, "Two."), (P, "Three."))
    assert line_of(article, section, article.text.index("Two")) == 11
    assert line_of(article, section, article.text.index("hree")) == 12


def test_the_line_of_a_pair_is_the_pairs() -> None:
    article, _ = build((P, "One."))
    assert line_of(article, FaqPair("p", "Q?", "One.", 0, 0, 0, 4, 77), 0) == 77


def quotes(article: Article, start: int = 0, end: int | None = None) -> list[str]:
    spans = quotable(article, start, len(article.text) if end is None else end)
    return [article.text[a:b] for a, b in spans]


def test_sentences_items_and_rows_can_be_quoted_code_and_headings_cannot() -> None:
    article, _ = build(
        (H, "Tea"),
        (P, "One thing. Another."),
        (I, "An item."),
        (C, "make tea"),
        (T, "Oolong | 2 €"),
    )
    assert quotes(article) == ["One thing.", "Another.", "An item.", "Oolong | 2 €"]


def test_a_line_that_only_announces_is_not_quoted() -> None:
    article, _ = build((P, "Warm the pot. You need:"), (I, "tea"))
    assert quotes(article) == ["Warm the pot.", "tea"]


def test_a_line_that_announces_code_is_quoted_rather_than_the_code() -> None:
    article, _ = build((P, "Run this:"), (C, "make tea"))
    assert quotes(article) == ["Run this:"]


def test_code_is_quoted_where_there_is_nothing_else() -> None:
    article, _ = build((C, "make tea\nmake coffee"))
    assert quotes(article) == ["make tea\nmake coffee"]


def test_only_what_is_shown_can_be_quoted() -> None:
    article, _ = build((P, "One thing. Another."), (P, "Later."))
    assert quotes(article, 11, 19) == ["Another."]


def test_without_elements_the_sentences_of_the_text_can_be_quoted() -> None:
    article = Article("a", "a", "A", "One thing. Another.", (), (), ())
    assert quotes(article) == ["One thing.", "Another."]


def test_there_is_always_something_to_quote() -> None:
    article = Article("a", "a", "A", "…", (), (), ())
    assert quotes(article) == ["…"]


def test_the_first_of_equally_good_sentences_is_quoted() -> None:
    assert best_quote([(0, 1), (2, 3), (4, 5)], [0.1, 0.7, 0.7]) == (2, 3)


def direct(answer: str, question: str, *own: str) -> str | None:
    article, _ = build((P, answer))
    first, *alternates = own or ("Tea?",)
    pair = FaqPair("p", first, answer, 0, 0, 0, len(answer), 3, alternates=tuple(alternates))
    span = direct_answer(article, pair, question, quotable(article, 0, len(answer)))
    return None if span is None else article.text[span[0] : span[1]]


def test_the_sentence_that_says_no_is_quoted_for_a_yes_no_question() -> None:
    answer = "No, tea does not like ice. Some people freeze tea all the same."
    assert direct(answer, "can I freeze tea") == "No, tea does not like ice."


def test_a_bare_no_takes_the_next_sentence_with_it() -> None:
    answer = "No. Tea does not like ice. Some people freeze it."
    assert direct(answer, "can I freeze tea") == "No. Tea does not like ice."


def test_the_pairs_own_questions_can_ask_for_the_yes() -> None:
    answer = "Yes, in a tin. Then cool it."
    assert direct(answer, "freezing tea", "Freezing?", "Can I freeze it?") == "Yes, in a tin."


def test_other_questions_and_other_answers_are_left_to_the_scores() -> None:
    assert direct("No tin keeps it dry. Use glass.", "how do I keep tea dry", "How?") is None
    assert direct("Use a tin. Yes, a tin.", "can I freeze tea") is None


def test_a_bare_yes_before_code_is_left_to_the_scores() -> None:
    article, _ = build((P, "Yes."), (C, "make tea"), (P, "Then drink it."))
    pair = FaqPair("p", "Can I?", article.text, 0, 0, 0, len(article.text), 3)
    spans = quotable(article, 0, len(article.text))
    assert direct_answer(article, pair, "can I make tea", spans) is None


ROWS = ("A cat costs 42 euros.", "Members pay 35 euros.", "Rabbits cost 30 euros.")


def quoted(had: list[dict[str, float]], place: int, *, kind: ElementKind = P) -> str:
    """Return what is quoted where the sentence at ``place`` is the best of ``ROWS``."""
    made, _ = build(*((kind, one) for one in ((" ".join(ROWS),) if kind is P else ROWS)))
    spans = quotable(made, 0, len(made.text.strip()))
    goes_on = joined(made, spans)[place]
    texts = [made.text[a:b] for a, b in spans]
    start, end = with_next(spans, texts, spans[place], had) if goes_on else spans[place]
    return made.text[start:end]


def test_a_quote_that_only_asks_takes_the_answer_with_it() -> None:
    spans, texts = [(0, 8), (9, 19)], ["Lost it?", "We make it."]
    assert with_next(spans, texts, (0, 8), [{}, {}]) == (0, 19)
    assert with_next(spans, ["遗失？", "补办。"], (0, 8), [{}, {}]) == (0, 19)
    assert with_next(spans, ["Lost it.", "We make it."], (0, 8), [{}, {}]) == (0, 8)


def test_the_second_sentence_is_quoted_with_the_first_unless_it_has_more() -> None:
    spans: list[tuple[int, int]] = [(0, 40), (50, 60), (61, 70)]
    nothing: list[dict[str, float]] = [{}, {}, {}]
    green: list[dict[str, float]] = [{}, {"green": 0.4}, {}]
    assert with_first(spans, (50, 60), nothing) == (0, 60)
    assert with_first(spans, (50, 70), nothing) == (0, 70)  # with its next one
    assert with_first(spans, (50, 60), [{"green": 0.4}, {"green": 0.4}, {}]) == (0, 60)
    assert with_first(spans, (50, 60), green) == (50, 60)
    assert with_first(spans, (61, 70), nothing) == (61, 70)
    assert with_first(spans, (0, 40), nothing) == (0, 40)


YES, NEXT, LAST = (0, 10), (11, 20), (21, 30)


@pytest.mark.parametrize(
    ("other", "quoted"),
    [
        ([{}, {}, {}], YES),
        ([{}, {"card": 0.09}, {}], YES),  # next to nothing of what is asked
        ([{}, {"card": 0.2}, {}], (0, 20)),
        ([{"card": 0.2}, {"card": 0.2}, {}], YES),  # it says so itself
        ([{}, {}, {"card": 0.2}], None),
        ([{}, {"card": 0.2}, {"card": 0.2, "late": 0.1}], None),
    ],
)
def test_a_yes_takes_what_restricts_it_and_is_none_where_that_is_far(
    other: list[dict[str, float]], quoted: tuple[int, int] | None
) -> None:
    assert with_condition([YES, NEXT, LAST], YES, (True, True, False), other) == quoted


def test_a_yes_of_two_sentences_takes_the_third_and_none_of_another_paragraph() -> None:
    spans, other = [YES, NEXT, LAST], [{}, {}, {"card": 0.2}]
    assert with_condition(spans, (0, 20), (True, True, False), other) == (0, 30)
    assert with_condition(spans, (0, 20), (True, False, False), other) is None
    assert with_condition(spans, (0, 30), (True, True, False), other) == (0, 30)


def test_what_heads_a_table_is_not_quoted_and_stands_with_its_rows() -> None:
    made, _ = build(
        (P, "Here:"), (T, "Bike | Pressure"), (T, "City | 4 bar"), (T, "Trail | 2 bar"), (P, "So.")
    )
    spans = quotable(made, 0, len(made.text))
    assert [made.text[a:b] for a, b in spans] == ["City | 4 bar", "Trail | 2 bar", "So."]
    assert headed(made, spans) == (
        "Bike | Pressure\nCity | 4 bar",
        "Bike | Pressure\nTrail | 2 bar",
        "So.",
    )
    # Also where the head is above what is shown.
    assert headed(made, spans[1:])[0] == "Bike | Pressure\nTrail | 2 bar"


def test_a_row_that_is_said_to_name_the_columns_heads_a_table_without_numbers() -> None:
    made, _ = build((T, "Bike | Helmet"), (T, "City | no"), (T, "Trail | yes"))
    named = replace(made.elements[0], level=1)
    made = replace(made, elements=(named, *made.elements[1:]))
    spans = quotable(made, 0, len(made.text))
    assert headed(made, spans) == ("Bike | Helmet\nCity | no", "Bike | Helmet\nTrail | yes")


def test_a_table_without_a_head_has_rows_only() -> None:
    for rows in (("City | 4 bar", "Trail | 2 bar"), ("City | yes", "Trail | no"), ("City | no",)):
        made, _ = build(*((T, row) for row in rows))
        spans = quotable(made, 0, len(made.text))
        assert headed(made, spans) == rows


CAT, MEMBERS = {"cat": 2.0, "costs": 1.0}, {"members": 2.0}


def test_the_next_sentence_is_quoted_with_the_best_where_it_has_the_rest_of_what_is_asked() -> None:
    assert (
        quoted([CAT, MEMBERS, {"costs": 1.0}], 0) == "A cat costs 42 euros. Members pay 35 euros."
    )


def test_the_best_sentence_stands_alone_where_another_has_the_rest_or_nobody() -> None:
    assert quoted([CAT, {}, MEMBERS], 0) == ROWS[0]
    assert quoted([CAT, {"costs": 1.0}, {}], 0) == ROWS[0]
    assert quoted([{}, {}, {}], 0) == ROWS[0]


def test_the_next_sentence_is_not_quoted_for_what_a_later_one_has_too() -> None:
    assert quoted([CAT, MEMBERS, MEMBERS], 0) == ROWS[0]


def test_the_next_sentence_is_not_quoted_for_a_word_that_is_worth_little() -> None:
    # .5 of 3.5 is .143, .6 of 3.6 is .167
    assert quoted([CAT, {"pay": 0.5}, {"rabbits": 0.0}], 0) == ROWS[0]
    assert quoted([CAT, {"pay": 0.6}, {"rabbits": 0.0}], 0) == " ".join(ROWS[:2])


def test_the_sentence_before_and_other_items_are_not_quoted_with_the_best() -> None:
    assert quoted([MEMBERS, CAT, {}], 1) == ROWS[1]
    assert quoted([{}, {}, CAT], 2) == ROWS[2]
    assert quoted([CAT, MEMBERS, {}], 0, kind=I) == ROWS[0]
