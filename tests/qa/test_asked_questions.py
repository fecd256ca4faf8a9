"""When what a reader got was right, by what an editor said of it."""

import pytest

from qa.asked_questions import was_right
from qa.questions import EditorVerdict


@pytest.mark.parametrize(
    ("verdict", "answer", "no"),
    [
        (EditorVerdict.RIGHT, True, False),
        (EditorVerdict.WRONG, False, False),
        (EditorVerdict.NOT_ANSWERED_HERE, False, True),
        (EditorVerdict.OFF_TOPIC, False, True),
        (EditorVerdict.DISMISSED, None, None),
    ],
)
def test_an_answer_is_right_where_it_answers_and_a_no_where_nothing_does(
    verdict: EditorVerdict, answer: bool | None, no: bool | None
) -> None:
    assert (was_right(True, verdict), was_right(False, verdict)) == (answer, no)
