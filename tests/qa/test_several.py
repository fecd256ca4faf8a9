"""Several questions in one message get an answer each, where these differ."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.encoder import Encoder
from index.errors import UsageError
from qa.answer import Answerer
from qa.conversation import Question
from qa.explanation import to_json as explanation_json
from qa.explanation_text import readable
from qa.records import (
    Abstention,
    AbstentionReason,
    Answer,
    Hit,
    Result,
    Turn,
    asked_of,
    to_json,
    turns,
)
from qa.several import asked_apart
from tests.fakes import FakeEncoder
from tests.qa.answering import answered, build, over
from tests.qa.test_records import HIT

TEA, ORDER = "How long does tea keep?", "When will my order arrive?"
OTHER = replace(HIT, id="other")
BOTH = f"{TEA} {ORDER}"


class Known:
    """Answers what it knows, and remembers after which questions it was asked."""

    def __init__(self, **known: Hit) -> None:
        self.known = known
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, question: str, history: Sequence[Turn]) -> tuple[Result, str]:
        self.asked.append((question, [turn.question for turn in history]))
        for word, hit in self.known.items():
            if word in question:
                return Answer(question, (hit,), 0.8), f"why {question}"
        no = Abstention(question, AbstentionReason.NOTHING_CLOSE, "No.", (), (HIT,), 0.1)
        return no, f"why {question}"

    def apart(self, message: str, history: Sequence[Turn] = ()) -> list[tuple[str, bool]]:
        found = asked_apart(message, history, self, lambda one, other: one.id == other.id)
        assert all(why == f"why {result.question}" for result, why in found)
        return [(result.question, result.abstained) for result, _ in found]


def test_each_part_is_asked_after_the_conversation_and_the_parts_before_it() -> None:
    known = Known(tea=HIT, order=OTHER)
    assert known.apart(BOTH, [Turn("Hm?")]) == [(TEA, False), (ORDER, False)]
    assert known.asked == [(TEA, ["Hm?"]), (ORDER, ["Hm?", TEA])]


def test_one_question_is_not_asked_apart() -> None:
    known = Known(tea=HIT)
    assert known.apart(TEA) == known.apart("I bought tea. How long does it keep?") == []
    assert known.asked == []


def test_parts_with_the_same_answer_are_one_question() -> None:
    assert Known(tea=HIT, order=HIT).apart(BOTH) == []


def test_of_three_neighbours_with_the_same_answer_are_asked_together() -> None:
    known = Known(tea=HIT, order=HIT, cup=OTHER)
    assert known.apart(f"{BOTH} How heavy is a cup?") == [
        (BOTH, False),
        ("How heavy is a cup?", False),
    ]
    assert known.asked[2:] == [(BOTH, []), ("How heavy is a cup?", [BOTH])]


def test_a_part_without_an_answer_gets_an_honest_no() -> None:
    assert Known(tea=HIT).apart(BOTH) == [(TEA, False), (ORDER, True)]


def test_where_no_part_has_an_answer_the_message_stays_whole() -> None:
    assert Known().apart(BOTH) == []


def test_a_no_after_a_comma_alone_is_not_trusted() -> None:
    known = Known(pay=HIT)
    assert known.apart("how do i pay, can i use a card?") == []
    assert len(known.apart("how do i pay and can i use a card?")) == 2
    assert len(Known(pay=HIT, card=OTHER).apart("how do i pay, can i use a card?")) == 2


def test_an_answer_of_the_whole_has_those_of_its_parts(answerer: Answerer) -> None:
    result = answerer.ask(BOTH)
    assert [part.question for part in result.parts] == [TEA, ORDER]
    assert [answered(part).best.question for part in result.parts] == [TEA, ORDER]
    for part in result.parts:
        best = answered(part).best
        assert answerer.article(best.article).text[best.start : best.end] == best.text
    # What stands beside the parts is what it was without them.
    (whole,) = answerer.ask_many([Question(BOTH)])
    assert whole.parts == ()
    assert replace(result, parts=()) == whole
    assert asked_of(result) == result.parts
    assert turns(result) == tuple(
        Turn(one, answered(part).best) for one, part in zip((TEA, ORDER), result.parts, strict=True)
    )


def test_many_questions_get_what_each_gets_by_itself(answerer: Answerer) -> None:
    asked = [TEA, BOTH, f"1. {TEA}\n2. {ORDER}"]
    results = list(answerer.ask_many(asked))
    assert [len(result.parts) for result in results] == [0, 2, 2]
    assert results == [answerer.ask(one) for one in asked]


def test_a_single_question_is_encoded_once(content: Path, fake: FakeEncoder) -> None:
    answerer = over(build(content, fake), fake)
    fake.queries.clear()
    answerer.ask("I bought tea last week. How long does it keep?")
    assert len(fake.queries) == 1
    answerer.ask(BOTH)
    assert fake.queries[1:] == [BOTH, TEA, ORDER]


def test_a_part_may_lean_on_the_one_before(answerer: Answerer) -> None:
    result = answerer.ask("When will my order arrive and can I return it?")
    assert [part.context for part in result.parts] == ["", "When will my order arrive"]


def test_the_json_has_the_parts_and_what_they_rest_on(answerer: Answerer) -> None:
    assert "parts" not in to_json(answerer.ask(TEA))
    result, why = answerer.explain(BOTH)
    shown = to_json(result, id="q1", explain=explanation_json(why))
    assert [part["question"] for part in shown["parts"]] == [TEA, ORDER]
    assert {"id", "parts"}.isdisjoint(shown["parts"][0])
    assert shown["parts"][0]["hits"] == to_json(answerer.ask(TEA))["hits"]
    assert [part["searched"] for part in shown["explain"]["parts"]] == [TEA, ORDER]
    text = readable(result, why)
    assert (f"Searched for: {TEA}\n" in text, f"Searched for: {BOTH}" in text) == (True, False)


def test_a_part_that_says_nothing_is_no_error(answerer: Answerer) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        answerer.ask(" \n ")
    assert answerer.ask(f"?? {TEA} ??").parts == ()


@pytest.mark.model
def test_readers_of_the_manual_ask_two_things_at_once(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "hotel.md").write_text(
        "# The hotel\n\n## FAQ\n\n"
        "**Can I bring my dog?**\n\nDogs are welcome for 15 euros a night.\n\n"
        "**Where can I park?**\n\nBehind the house there are twelve free places.\n\n"
        "**When is breakfast?**\n\nFrom 7 to 10 am, on Sundays to 11 am.\n",
        encoding="utf-8",
    )
    answerer = Answerer(build(tmp_path, encoder), encoder)  # type: ignore[arg-type]
    found = {
        message: [part.hits[0].question for part in answerer.ask(message).parts]
        for message in (
            "Can I bring my dog? And where do I park?",
            "what time is breakfast, also is there parking",
            "can I bring my dog and my cat",
            "I come with my car. Where can I park?",
        )
    }
    assert list(found.values()) == [
        ["Can I bring my dog?", "Where can I park?"],
        ["When is breakfast?", "Where can I park?"],
        [],
        [],
    ]
