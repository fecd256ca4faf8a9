"""Which questions ask for a yes or a no, and which answers begin with one."""

import pytest

from qa.yes_no import asks_yes_or_no, says_only_yes_or_no, says_yes_or_no


@pytest.mark.parametrize(
    "question",
    [
        "is rust garbage collected",
        "Don’t I need a key?",
        "Kann ich Tee einfrieren?",
        "Gibt es einen Rabatt?",
        "Est-ce qu’on peut le congeler ?",
        "Peut-on congeler le thé ?",
        "Est ce que je peux payer ?",
        "Y a-t-il une remise ?",
        "La livraison est-elle gratuite ?",
        "¿Puedo congelar el té?",
        "È possibile congelare il tè?",
        "É possível congelar o chá?",
        "Kan ik thee invriezen?",
    ],
)
def test_a_question_that_begins_with_its_verb_asks_for_yes_or_no(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is Rust?",
        "How can I freeze tea?",
        "Island hopping?",
        "Wie kann ich Tee einfrieren?",
        "Qu’est-ce que le thé ?",
        "Comment peut-on le congeler ?",
        "¿Cómo puedo congelarlo?",
    ],
)
def test_a_question_that_begins_with_another_word_does_not(question: str) -> None:
    assert not asks_yes_or_no(question)


@pytest.mark.parametrize(
    "answer",
    [
        "Yes", "No. Never.", "Not necessarily: see below.", "It depends on the tea.", "Ja, gern.",
        "Nein.", "Es kommt darauf an.", "Oui !", "Non, jamais.", "Sí, claro.", "Si, claro.",
        "Sì.", "Sim, pode.", "Não.", "Nee, dat kan niet.",
    ],
)  # fmt: skip
def test_an_answer_that_begins_with_yes_or_no_says_so(answer: str) -> None:
    assert says_yes_or_no(answer)


@pytest.mark.parametrize(
    "answer", ["Yesterday.", "Non-members pay.", "Si vous payez.", "Notes: none.", "You can. Yes."]
)
def test_a_word_that_only_looks_like_yes_or_no_says_neither(answer: str) -> None:
    assert not says_yes_or_no(answer)


def test_a_sentence_of_such_words_alone_is_only_yes_or_no() -> None:
    assert says_only_yes_or_no("Yes, of course!")
    assert says_only_yes_or_no("No.")
    assert not says_only_yes_or_no("Yes, both.")
