"""A question that has no answer by itself is asked behind what came before it."""

from dataclasses import replace
from pathlib import Path

import pytest

from qa.answer import Answerer
from qa.conversation import Question
from qa.records import Abstention, AbstentionReason, Answer, Hit, Turn
from qa.understanding import is_better_leaning
from tests.fakes import FakeEncoder
from tests.qa.answering import answered, build, over
from tests.qa.test_records import HIT

TEXT = """# The lido

## FAQ

### How much is the sauna?

Nine euros. Pay the sauna fee at the desk.

### When does the kiosk open?

At noon.
"""


@pytest.fixture
def lido(tmp_path: Path) -> tuple[Answerer, FakeEncoder]:
    (tmp_path / "lido.md").write_text(TEXT, encoding="utf-8")
    encoder = FakeEncoder(("sauna", "kiosk", "much", "fee", "noon"))
    return over(build(tmp_path, encoder), encoder), encoder


def asked_after_the_sauna(answerer: Answerer, question: str) -> Answer | Abstention:
    first = answered(answerer.ask("How much is the sauna?"))
    return answerer.ask(question, (Turn(first.question, first.best),))


def test_what_has_no_answer_alone_gets_one_with_the_question_before(
    lido: tuple[Answerer, FakeEncoder],
) -> None:
    answerer, _ = lido
    alone = answerer.ask("do I pay euros")
    assert alone.abstained
    after = answered(asked_after_the_sauna(answerer, "do I pay euros"))
    assert after.best.question == "How much is the sauna?"
    assert after.context == "How much is the sauna?"
    # As a log keeps it, it gets the same once more.
    again = Question(after.question, after.context, after.spent, after.near)
    assert list(answerer.ask_many([again])) == [after]


def test_what_has_an_answer_alone_is_left_alone(lido: tuple[Answerer, FakeEncoder]) -> None:
    answerer, encoder = lido
    asked = "when does the kiosk open"
    encoder.queries.clear()
    after = answered(asked_after_the_sauna(answerer, asked))
    assert (after.best.question, after.context) == ("When does the kiosk open?", "")
    assert encoder.queries == ["How much is the sauna?", asked]


def test_what_the_articles_have_no_word_of_stays_a_no(lido: tuple[Answerer, FakeEncoder]) -> None:
    answerer, encoder = lido
    encoder.queries.clear()
    assert asked_after_the_sauna(answerer, "do I pay bitcoin").abstained
    assert encoder.queries == ["How much is the sauna?", "do I pay bitcoin"]


def test_the_last_answer_once_more_has_to_speak_of_the_question() -> None:
    def leaning(hit: Hit, meant: str) -> Answer:
        return Answer(meant, (hit,), 0.5, meant=meant)

    history = [Turn("How long does tea keep?", HIT)]
    assert is_better_leaning(leaning(HIT, "is it dry"), history)
    assert not is_better_leaning(leaning(HIT, "is it wet"), history)
    assert is_better_leaning(leaning(replace(HIT, id="other"), "is it wet"), history)
    assert is_better_leaning(leaning(HIT, "is it wet"), [Turn("Hm?")])
    no = Abstention("is it wet", AbstentionReason.NOTHING_CLOSE, "No.", (), (HIT,), 0.1)
    assert not is_better_leaning(no, history)
