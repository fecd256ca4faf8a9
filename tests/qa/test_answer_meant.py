"""What is meant by a question: follow-ups, and typing errors mended."""

import math
from pathlib import Path

import pytest

from qa.answer import Answerer
from qa.confidence import DEFAULT_THRESHOLD
from qa.conversation import CONTEXT_WEIGHT
from qa.records import AbstentionReason, Turn
from tests.fakes import FakeEncoder
from tests.qa.answering import answered, build, over


def test_a_follow_up_leans_on_the_question_before(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    assert answerer.ask("And why is that?").reason is AbstentionReason.TOO_VAGUE
    result = answered(answerer.ask("And why is that?", history))
    assert result.question == result.meant == "And why is that?"
    assert result.best.question == "Can I store coffee in the fridge?"


def test_what_leans_on_something_counts_itself_and_what_it_leans_on(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    hits = answerer.ask("And tea?", history, top=100).hits
    (hit,) = (hit for hit in hits if hit.question == "Can I store coffee in the fridge?")
    # Tea by itself, and some of tea, coffee and fridge together; the pair asks for the last two.
    some = CONTEXT_WEIGHT / math.sqrt(3)
    length = math.sqrt((1 + some) ** 2 + 2 * some**2)
    assert hit.similarity == pytest.approx(2 * some / math.sqrt(2) / length, abs=1e-6)


def test_the_answer_just_had_is_no_answer_to_what_it_leaves_open(answerer: Answerer) -> None:
    first = answered(answerer.ask("When will my order arrive?"))
    history = [Turn("When will my order arrive?", first.best)]
    result, why = answerer.explain("And to Japan?", history, top=100)
    assert result.reason is AbstentionReason.NOTHING_CLOSE
    assert result.hits[-1].id == first.best.id == "ship"
    # It would be the best by far; what is behind it is weighed without it.
    assert why.hits[-1].score == max(hit.score for hit in why.hits)
    assert why.hits[0].evidence["agreement"] > why.hits[-1].evidence["agreement"]


def test_a_follow_up_is_explained_by_what_was_searched_for(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    result, why = answerer.explain("And why is that?", history)
    assert result == answerer.ask("And why is that?", history)
    assert why.searched == "Can I store coffee in the fridge? And why is that?"
    assert why.threshold == DEFAULT_THRESHOLD
    assert why.changes == ()


def test_typing_errors_are_mended_and_told(answerer: Answerer) -> None:
    right = answered(answerer.ask("Can I store coffee in the fridge?"))
    mended = answered(answerer.ask("Can I store cofee in the fridgee?"))
    assert mended.question == "Can I store cofee in the fridgee?"
    assert mended.meant == right.meant == "Can I store coffee in the fridge?"
    assert (mended.hits, mended.confidence) == (right.hits, right.confidence)
    _, why = answerer.explain("Can I store cofee in the fridgee?")
    assert [(one.typed, one.meant) for one in why.changes] == [
        ("cofee", "coffee"),
        ("fridgee", "fridge"),
    ]


def test_what_an_abstention_was_asked_is_mended_too(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    never = over(build(content, fake), fake, threshold=1.0)
    no = never.ask("Can I send back cofee in the gramms?")
    assert no.abstained
    assert no.meant == "Can I send back coffee in the grams?"
    assert answerer.ask("what is it?").meant == "what is it?"


def test_a_follow_ups_typing_errors_are_mended(answerer: Answerer) -> None:
    history = [Turn("How long does tea keep?")]
    assert answerer.ask("And cofee?", history).meant == "And coffee?"
