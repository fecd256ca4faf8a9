"""What a question has that an article never mentions."""

import pytest

from index.words import terms
from qa.near_misses import is_negated, missing_names, missing_numbers, negates

ARTICLE = frozenset(
    terms(
        "Jane Smith left Amazon in 2019, after 1,500 days. In the 1990s she made MP3 players of "
        "10 kg, 1 by 5, for O'Neill's shop in São Paulo, open from 10:30."
    )
)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("When did she leave?", 0),
        ("What did she do in 2019?", 0),
        ("What did she do in 2018?", 1),
        ("What happened in 2018 and 2017?", 2),
        ("From 2018 to 2018?", 1),  # the same one twice
        ("Was it 1500 days?", 0),  # as the article could have written it
        ("Was it 1,500 days?", 0),
        ("Was it 1.5 days?", 1),  # the article has a 1 and a 5 only
        ("Open at 10:30?", 0),
        ("Open at 10:45?", 1),
        ("Open in 2019.", 0),  # the full stop is none of it
    ],
)
def test_numbers_that_the_article_never_has_are_missing(question: str, missing: int) -> None:
    assert missing_numbers(question, ARTICLE) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What of the 1990s?", 0),
        ("What of the 1980s?", 1),
        ("Did it play mp3?", 0),
        ("Did it play mp4?", 1),
        ("Did it weigh 10kg?", 0),
        ("Did it weigh 12kg?", 1),
        ("error 0x80070057", 1),
    ],
)
def test_a_number_with_letters_on_it_is_there_where_either_is(question: str, missing: int) -> None:
    assert missing_numbers(question, ARTICLE) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("When did Jane Smith leave Amazon?", 0),
        ("When did Jane Smith leave Google?", 1),
        ("When did Jane and John leave Google?", 2),
        ("Did Google or did Google leave?", 1),  # at its beginning it is none, later it is one
        ("Was Amazon's boss in São Paulo?", 0),
        ("Was Google's boss there?", 1),
        ("Was Google’s boss there?", 1),
        ("Who paid O'Neill for it?", 0),
        ("Who paid O'Hara for it?", 1),
    ],
)
def test_names_that_the_article_never_has_are_missing(question: str, missing: int) -> None:
    assert missing_names(question, ARTICLE) == missing


@pytest.mark.parametrize(
    "question",
    [
        "Google left?",  # any first word has a capital
        "She left. Nobody knows why? Google does",
        "Who left: she?",
        "what if i am late",
        "Am I late?",
        "What if I'm late, or I've lost it, and I'd like another? That I’ll pay",
        "Who is Her boss?",  # a function word stays one
        "42?",
        "",
    ],
)
def test_the_beginning_of_a_sentence_and_what_is_i_are_no_names(question: str) -> None:
    assert missing_names(question, ARTICLE) == 0


@pytest.mark.parametrize(
    "question", ["Who Founded Google Maps?", "WHO FOUNDED GOOGLE?", "Founded By Google In 1998?"]
)
def test_a_title_has_no_names(question: str) -> None:
    assert missing_names(question, ARTICLE) == 0


def test_a_german_noun_is_no_name() -> None:
    question = "Wie lange ist die Leihfrist für Bücher?"
    assert missing_names(question, ARTICLE, language="de-AT") == 0
    assert missing_names(question, ARTICLE, language="en") == 2


@pytest.mark.parametrize(
    "question",
    [
        "Which tea is not dry?",
        "Why can't I freeze tea?",
        "why can’t it",
        "Tea WITHOUT light",
        "Welcher Tee ist nicht trocken?",
        "Welcher Tee hat keine Blätter?",
        "Tee ohne Licht",
        "Quel thé ne faut-il pas geler ?",
        "thé sans lumière",
        "¿Qué té no se congela?",
        "té sin luz",
        "¿Ningún té?",
        "¿Hay ninguna taza?",
    ],
)
def test_a_question_is_negated_in_several_languages(question: str) -> None:
    assert is_negated(question)


def test_a_passage_is_negated_by_a_word_of_its_own() -> None:
    assert negates("Tea must not freeze.")
    assert negates("It doesn't.")
    assert not negates("Keep tea dry. Knot it; a note.")


@pytest.mark.parametrize(
    "question", ["Which tea is dry?", "Was ist eine Note?", "une note", "Knots, nonetheless"]
)
def test_a_question_that_is_not_negated_is_no_near_miss(question: str) -> None:
    assert not is_negated(question)
