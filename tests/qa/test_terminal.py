"""What a person reads on a terminal."""

from dataclasses import replace

import click

from index.records import Article, FaqPair, Section
from qa.records import Abstention, AbstentionReason, Answer, Hit
from qa.terminal import outline, readable
from tests.qa.test_records import HIT

OTHER = replace(
    HIT, rank=2, text="In tins.", quote="In tins.", start=60, end=68, quote_start=60, quote_end=68
)


def where(hit: Hit) -> str:
    return f"tea.md:{hit.line}"


def test_an_answer_is_shown_with_its_source_and_confidence() -> None:
    shown = click.unstyle(readable(Answer("tea?", (HIT,), 0.8), where))
    assert shown.splitlines() == [
        "How long does tea keep?",
        "Two years. Dry.",
        "",
        "Tea › FAQ",
        "tea.md:7",
        "This answers your question (80% sure)",
    ]


def test_of_several_questions_each_stands_above_what_it_gets() -> None:
    no = Abstention("and?", AbstentionReason.TOO_VAGUE, "Hm.", (), (), 0.1)
    whole = Answer("tea? and?", (OTHER,), 0.3, parts=(Answer("tea?", (HIT,), 0.8), no))
    shown = click.unstyle(readable(whole, where)).splitlines()
    assert (shown[:4], shown[-4:]) == (
        ["tea?", "", "How long does tea keep?", "Two years. Dry."],
        ["", "and?", "", "Hm."],
    )


def test_the_sentence_that_answers_is_bold() -> None:
    shown = readable(Answer("tea?", (HIT,), 0.8), where)
    assert f"{click.style('Two years.', bold=True)} Dry." in shown


def test_a_passage_that_is_one_sentence_is_not_marked() -> None:
    assert "\nIn tins.\n" in readable(Answer("tea?", (OTHER,), 0.8), where)


def test_without_styles_the_sentence_stands_by_itself() -> None:
    shown = readable(Answer("tea?", (HIT,), 0.8), where, styled=False)
    assert "In short: Two years." in shown.splitlines()
    plain = readable(Answer("tea?", (OTHER,), 0.8), where, styled=False)
    assert "In short" not in plain


def test_further_answers_are_numbered() -> None:
    shown = click.unstyle(readable(Answer("tea?", (HIT, OTHER), 0.8, (OTHER,)), where))
    assert "Further answers\n\n1. In tins.\n   Tea › FAQ  tea.md:7  80% sure" in shown


def test_no_more_passages_are_shown_than_asked_for() -> None:
    answer = Answer("tea?", (HIT,), 0.8, (OTHER, OTHER))
    assert "Further" not in readable(answer, where, most=1)
    two = readable(answer, where, most=2)
    assert ("\n1. " in two, "\n2. " in two) == (True, False)


def test_an_abstention_names_the_nearest_questions_and_no_answer() -> None:
    no = Abstention("pizza?", AbstentionReason.NOTHING_CLOSE, "No idea.", (HIT,), (HIT,), 0.1)
    shown = click.unstyle(readable(no, where))
    assert shown.splitlines() == [
        "No idea.",
        "",
        "The nearest questions here:",
        "  - How long does tea keep?  Tea › FAQ",
    ]


def test_an_abstention_from_what_is_too_vague_gives_no_further_advice() -> None:
    no = Abstention("what?", AbstentionReason.TOO_VAGUE, "Say more.", (), (), 0.1)
    assert click.unstyle(readable(no, where)) == "Say more."


def test_an_outline_lists_sections_and_questions_with_their_lines() -> None:
    section = Section("s", "Storing", 2, "x", 0, 1, 3)
    pair = FaqPair("p", "How long?", "x", 0, 1, 0, 1, 12)
    article = Article("tea.md", "tea.md", "Tea", "x", (section,), (pair,), ())
    assert click.unstyle(outline(article)).splitlines() == [
        "Tea",
        "  tea.md",
        "      3  ##     Storing",
        "     12  ?      How long?",
    ]


def test_an_outline_tells_that_the_encoding_was_guessed() -> None:
    article = Article(
        "tea.md", "tea.md", "Tea", "x", (), (), (), encoding="latin-1", encoding_guessed=True
    )
    assert "\n  tea.md (encoding guessed: latin-1)" in outline(article)


def test_mended_typing_errors_are_told_first() -> None:
    shown = readable(Answer("te?", (HIT,), 0.8, meant="tea?"), where)
    assert shown.startswith("Searched for: tea?\n\n")
    no = Abstention("te?", AbstentionReason.NOTHING_CLOSE, "No idea.", (), (), 0.1, meant="tea?")
    assert click.unstyle(readable(no, where)).splitlines() == [
        "Searched for: tea?",
        "",
        "No idea.",
        "You could ask in other words, or about something else that the articles are about.",
    ]
    assert "Searched" not in readable(Answer("tea?", (HIT,), 0.8, meant="tea?"), where)
