"""Which language a question is in."""

import pytest

from qa.question_language import language_of, languages_of


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
