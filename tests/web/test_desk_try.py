"""What a question gets at another threshold, as the desk's tab "Try it" shows it."""

from dataclasses import replace
from pathlib import Path

import pytest

from qa import Question
from qa.confidence import MESSAGES
from qa.explanation import Explanation
from qa.records import Abstention, AbstentionReason, Answer
from qa.web.desk_html import in_context
from qa.web.desk_try import at_threshold, compared_message, reason_at, tried_at
from tests.qa.test_records import HIT
from tests.web.desks import desk_of

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


def test_of_several_questions_each_is_held_against_the_threshold() -> None:
    why = Explanation("tea?", (), 0.2, (), nearest=(HIT,))
    low = replace(ANSWER, confidence=0.3)
    whole = replace(ANSWER, parts=(ANSWER, low))
    apart = replace(why, parts=(why, why))
    assert tried_at(whole, apart, 0.3) == whole
    at_half = tried_at(whole, apart, 0.5).parts
    assert [part.abstained for part in at_half] == [False, True]
    assert at_half[1].nearest == (HIT,)  # type: ignore[union-attr]
    assert tried_at(whole, apart, 0.7) == NONE
    assert tried_at(ANSWER, why, 0.6) == ANSWER


@pytest.mark.parametrize("reason", set(AbstentionReason) - {CLOSE})
def test_no_threshold_answers_what_is_too_vague_or_asked_of_nothing(
    reason: AbstentionReason,
) -> None:
    assert reason_at(replace(NONE, reason=reason), 0.0) is reason


def test_a_follow_up_is_compared_as_it_was_asked_and_told_with_what_it_leans_on(
    tmp_path: Path,
) -> None:
    before = "How long does tea keep?"
    desk = desk_of(tmp_path, [(before, "and pizza?"), (before, "and for tea with pizza?")])
    (spent,) = [one for one in desk.questions() if one.spent is not None]
    result = next(iter(desk.answerer.ask_many([Question("and for tea with pizza?", before)])))
    assert desk.answerer.asker.threshold < 1.0
    page = str(compared_message(desk, 0.0, 1.0))
    # No threshold alone decides over the one whose answer had just been given.
    assert spent.question == "and pizza?"
    assert "Of the readers’ 2 latest different questions, 2 are answered at 0.00" in page
    assert "and pizza?" not in page
    assert str(in_context("and for tea with pizza?", before)) in page
    assert f'<td data-name="Sure">{result.confidence:.0%}</td>' in page
    desk.service.close()
