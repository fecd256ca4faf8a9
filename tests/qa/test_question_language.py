"""Which language a question is in."""

import pytest

from qa.question_language import (
    is_in_another_language,
    language_names,
    language_of,
    languages_of,
)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("who won the chess match", "en"),
        ("Wer hat die Wahl gewonnen?", "de"),
        ("Quelle est la capitale du Pérou ?", "fr"),
        ("was kostet eine Katze", "de"),  # "was" is English and Dutch, too
        ("chess match", None),
        ("¿Quién ganó el partido?", None),  # in none of the library's
    ],
)
def test_the_language_of_a_question_is_told_by_its_function_words(
    question: str, language: str | None
) -> None:
    assert language_of(question, {"en", "de", "fr"}) == language


def test_in_a_library_of_one_language_that_of_a_question_does_not_matter() -> None:
    assert language_of("who won the chess match", {"en"}) is None


def test_words_of_several_languages_leave_it_open() -> None:
    assert languages_of("was") == {"de", "en", "nl"}
    assert languages_of("chess match") == frozenset()


@pytest.mark.parametrize(
    ("question", "languages", "another"),
    [
        ("Wie kündige ich mein Abo?", {"en"}, True),
        ("combien pèse le vélo", {"en"}, True),
        ("quanto costa", {"en"}, True),
        ("hoe lang is de garantie", {"en", "de"}, True),  # four, and "is" is English
        ("quanto custa o envio", {"en", "fr"}, True),
        ("How do I cancel?", {"de", "nl"}, True),
        ("How do I cancel?", {"en", "de"}, False),
        ("can i die", {"en"}, False),
        ("was kostet das", {"nl"}, True),  # "was" is none that asks in Dutch
        ("kostet", {"en"}, False),  # one word is not sure
        ("der Tarif", {"en"}, False),
        ("Garantie", {"en"}, False),
        ("Jak długo?", {"en"}, False),  # not told here
        ("Wie kündige ich mein Abo?", set(), False),
    ],
)
def test_a_question_is_in_another_language_where_that_is_sure(
    question: str, languages: set[str], another: bool
) -> None:
    assert is_in_another_language(question, languages) is another


def test_languages_are_named_in_english_all_or_none() -> None:
    assert language_names({"nl", "en", "de"}) == ("Dutch", "English", "German")
    assert language_names({"en", "tlh"}) == ()
