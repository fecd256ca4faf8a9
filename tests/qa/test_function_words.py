"""Words that mean nothing by themselves, and questions of nothing else."""

import pytest

from index.words import fold
from qa.function_words import (
    _FUNCTION_WORDS,
    asks_in_another_language,
    is_function_word,
    is_vague,
)


@pytest.mark.parametrize(
    "question", ["what is it?", "???", "Warum?", "c'est quoi", "how", "¿y qué?", "…", "🙂", "WHY?"]
)
def test_a_question_of_function_words_is_vague(question: str) -> None:
    assert is_vague(question)


@pytest.mark.parametrize(
    "question", ["what is tea?", "refund", "茶は?", "Wie lange?", "error 404", "7", "как?"]
)
def test_one_word_with_a_meaning_is_enough(question: str) -> None:
    assert not is_vague(question)


@pytest.mark.parametrize("word", ["what", "wie", "où", "cómo", "s", "z"])
def test_words_that_ask_and_single_letters_are_function_words(word: str) -> None:
    assert is_function_word(word)


@pytest.mark.parametrize("word", ["tea", "never", "7", "ß", "茶", ""])
def test_other_words_are_none(word: str) -> None:
    assert not is_function_word(word)


def test_a_word_is_one_with_its_accents_and_without() -> None:
    # Words are compared as they were typed, and as terms are written.
    assert {fold(word) for word in _FUNCTION_WORDS} <= _FUNCTION_WORDS


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("wann hat das amt am montag offen", True),
        ("où est la gare", True),
        ("dónde está el banco", True),
        ("how long does it take in the morning", False),
        ("opening hours", False),
        ("", False),
    ],
)
def test_a_question_in_another_language_is_told_by_what_asks_and_points(
    question: str, other: bool
) -> None:
    assert asks_in_another_language(question.split()) is other
