import json

import pytest

from qa.web.kept import KeptQuestion, kept_questions


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
        '[{"question": "a", "answer": "' + "x" * 101 + '"}]',
    ],
)
def test_what_is_of_another_form_is_nothing(text: str) -> None:
    assert kept_questions(text, most=50) == []
