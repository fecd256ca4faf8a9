"""What a question gets at another threshold, as the desk's tab "Try it" shows it."""

from dataclasses import replace

import pytest

from qa.confidence import MESSAGES
from qa.records import Abstention, AbstentionReason, Answer
from qa.web.desk_try import at_threshold, reason_at
from tests.qa.test_records import HIT

ANSWER = Answer("tae?", (HIT,), 0.6, (HIT,), meant="tea?", answerable=0.8)
CLOSE = AbstentionReason.NOTHING_CLOSE
NONE = Abstention("tae?", CLOSE, MESSAGES[CLOSE], (HIT,), (HIT,), 0.6, meant="tea?", answerable=0.8)


def test_an_answer_that_is_sure_enough_stays_as_it_is() -> None:
    assert at_threshold(ANSWER, 0.6) is ANSWER
    assert at_threshold(NONE, 0.61) is NONE


def test_what_a_lower_threshold_answers_is_said_of_the_first_hit_and_nothing_is_lost() -> None:
    assert at_threshold(NONE, 0.6) == replace(ANSWER, further=())


def test_what_a_higher_threshold_leaves_open_loses_nothing_either() -> None:
    assert at_threshold(ANSWER, 0.61, (HIT,)) == NONE
    assert at_threshold(ANSWER, 0.61) == replace(NONE, nearest=())


@pytest.mark.parametrize("reason", [AbstentionReason.EMPTY_LIBRARY, AbstentionReason.TOO_VAGUE])
def test_no_threshold_answers_what_is_too_vague_or_asked_of_nothing(
    reason: AbstentionReason,
) -> None:
    assert reason_at(replace(NONE, reason=reason), 0.0) is reason
