import json
from dataclasses import replace

import pytest

from qa.records import Abstention, AbstentionReason, Answer
from qa.web.kept import KeptQuestion, kept_questions
from tests.qa.test_records import HIT


def test_questions_are_read_in_their_order_and_of_many_the_newest() -> None:
    kept = [
        {"question": "a", "answer": "0f3", "failed": False},
        {"question": "b", "answer": None, "failed": True},
        {"question": "c"},
    ]
    read = [
        KeptQuestion(question="a", answer="0f3"),
        KeptQuestion(question="b", failed=True),
        KeptQuestion(question="c"),
    ]
    assert kept_questions(json.dumps(kept), most=3) == read
    assert kept_questions(json.dumps(kept), most=2) == read[1:]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[7]",
        '[{"question": ""}]',
        '[{"question": 7}]',
        '[{"question": "a", "answer": "\\"><b>"}]',
        '[{"question": "a", "answer": "a  b"}]',
        '[{"question": "a", "answer": "' + "x" * 101 + '"}]',
    ],
)
def test_what_is_of_another_form_is_nothing(text: str) -> None:
    assert kept_questions(text, most=50) == []


def test_each_answered_part_has_its_own_id() -> None:
    answer = Answer("a", (HIT,), 0.8)
    no = Abstention("b", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.0)
    several = replace(answer, parts=(answer, no, answer))
    kept = KeptQuestion(question="a", answer="0f3 1a2")
    assert kept.ids_of(several) == ("0f3", None, "1a2")
    assert kept.ids_of(answer) == (None,)  # the articles have changed meanwhile
    assert KeptQuestion(question="a", answer="0f3").ids_of(answer) == ("0f3",)
    assert KeptQuestion(question="a", answer="0f3").ids_of(several) == (None, None, None)
    assert KeptQuestion(question="a").ids_of(no) == (None,)
