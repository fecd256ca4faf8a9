"""Which questions are offered in place of an answer, over libraries small enough to work it out.

By the weights of these tests a similarity of .2 makes a confidence of .047, one of .3 of .119.
"""

import pytest

from index.passages import passages_of
from index.records import Article
from qa.asking import Asker
from qa.offers import offered
from tests.builders import article
from tests.fakes import FakeEncoder
from tests.weights import weights

ENCODER = FakeEncoder(("tea", "ice", "cup"))
TEA = article(
    faq=[("Does tea keep?", "Tea keeps for years."), ("Who makes a cup?", "A cup is bought.")],
    language="en",
)


def offers(
    question: str, *articles: Article, languages: frozenset[str] | None = None
) -> list[str | None]:
    """Return the questions offered, best first."""
    passages = [one for made in articles for one in passages_of(made)]
    vectors = ENCODER.encode_documents([one.text for one in passages])
    asker = Asker.of(articles, passages, vectors, weights=weights(), languages=languages)
    decision = asker.decide(question, ENCODER.encode_queries([question])[0])
    places = offered(asker.searcher, question, decision)
    return [decision.owners[place].asks.splitlines()[0] for place in places]


def test_what_is_close_to_the_question_is_offered_and_nothing_else() -> None:
    # 1 / √10 = .316
    assert offers("teahouses: ice, ice, ice", TEA) == ["Does tea keep?"]


def test_nothing_is_offered_for_a_question_on_something_else() -> None:
    assert offers("Who won the chess match?", TEA) == []


def test_what_is_not_quite_close_is_offered_where_it_has_a_word_of_the_question() -> None:
    # 1 / √17 = .243, and a confidence of .071
    assert offers("teahouses: ice, ice, ice, ice", TEA) == []
    assert offers("tea: ice, ice, ice, ice", TEA) == ["Does tea keep?"]


def test_a_shared_function_word_makes_nothing_close() -> None:
    made = article(faq=[("Is tea on again?", "Tea is on again.")], language="en")
    assert offers("on teahouses again: ice, ice, ice, ice", made) == []


def test_nothing_is_offered_where_no_pair_is_likely_to_be_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 1 / √26 = .196, with a fifth of the word's share more than .25; a confidence of .045
    assert offers("tea: ice, ice, ice, ice, ice", TEA) == ["Does tea keep?"]
    monkeypatch.setattr("qa.offers.LEAST_CONFIDENCE", 0.05)
    assert offers("tea: ice, ice, ice, ice, ice", TEA) == []


def test_at_most_three_questions_are_offered_each_once() -> None:
    asked = ("Is tea dear?", "Is tea old?", "Is tea dear?", "Is tea hot?", "Is tea red?")
    made = [
        article(faq=[(question, f"Tea, see {number}.")], id=f"{number}.md")
        for number, question in enumerate(asked)
    ]
    found = offers("teahouses: ice, ice, ice", *made)
    assert len(found) == len(set(found)) == 3


GERMAN = article(
    faq=[("Wie lange hält tea?", "Der tea hält lange."), ("Wer macht cups?", "Niemand.")],
    id="b.md",
    language="de",
)


def test_what_is_offered_is_in_the_questions_language() -> None:
    assert offers("is it the tea: ice, ice, ice", TEA, GERMAN) == ["Does tea keep?"]
    assert offers("ist das der tea: ice, ice, ice", TEA, GERMAN) == ["Wie lange hält tea?"]
    assert set(offers("tea: ice, ice, ice", TEA, GERMAN)) == {
        "Does tea keep?",
        "Wie lange hält tea?",
    }


def test_a_question_in_no_language_of_the_library_is_offered_what_it_has() -> None:
    assert offers("is it the tea: ice, ice, ice", GERMAN) == ["Wie lange hält tea?"]


def test_of_a_language_that_the_model_cannot_read_only_what_shares_a_word_is_offered() -> None:
    english = frozenset({"en"})
    assert offers("ist das der tea: ice, ice, ice", GERMAN, languages=english) == [
        "Wie lange hält tea?"
    ]
    assert offers("ist das der teahouses: ice, ice, ice", GERMAN, languages=english) == []
