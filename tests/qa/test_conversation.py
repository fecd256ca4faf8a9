"""Follow-up questions: what cannot stand alone leans on the question before, nothing else does."""

import pytest

from qa.conversation import resolve
from qa.records import Turn

FIRST = [Turn("Who is Jane Smith?")]


@pytest.mark.parametrize(
    "question", ["What did he lead?", "And in Germany?", "what about her salary?"]
)
def test_a_question_that_cannot_stand_alone_leans_on_the_last_one(question: str) -> None:
    assert resolve(question, FIRST) == f"Who is Jane Smith? {question}"


@pytest.mark.parametrize(
    "question",
    [
        "How long does it take to brew tea?",
        "Is there a refund?",
        "Does Peter like his job?",
        "How do customers return their orders when they have lost the receipt?",
        "Andorra: is it open?",
        "How much is the delivery?",
    ],
)
def test_a_question_that_stands_alone_is_never_changed(question: str) -> None:
    assert resolve(question, FIRST) == question


@pytest.mark.parametrize("question", ["What did he lead?", "and in Germany?"])
def test_without_an_earlier_question_nothing_is_changed(question: str) -> None:
    assert resolve(question, ()) == question


def test_only_the_last_question_counts() -> None:
    history = [Turn("How do I brew tea?"), Turn("Who is Jane Smith?")]
    assert resolve("Where is she?", history) == "Who is Jane Smith? Where is she?"
