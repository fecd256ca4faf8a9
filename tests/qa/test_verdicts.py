"""What verdicts count for."""

from datetime import timedelta

import pytest

from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.verdicts import VerdictCounts, count, counting, likely
from tests.logged import NO, START, logged

HIT = (("tea.md", "keep"),)


def said(verdict: EditorVerdict, *, hour: int = 0, editor: str = "ed") -> Review:
    return Review(verdict, editor, START + timedelta(hours=hour))


def answer(question: str, **fields: object) -> LoggedQuestion:
    return logged(question, None, confidence=0.5, hits=HIT, **fields)  # type: ignore[arg-type]


def test_a_verdict_of_one_moment_counts_once_and_each_readers_counts() -> None:
    right = said(EditorVerdict.RIGHT)
    forty = [answer("Tea?", minute=n, review=right) for n in range(40)]
    again = answer("Tea?", minute=41, review=said(EditorVerdict.RIGHT, hour=1))
    other = answer("Cups?", minute=42, review=right)
    readers = [answer("Tea?", minute=50 + n, verdict=Verdict.HELPFUL) for n in range(3)]
    assert counting([*forty, again, other, *readers]) == (forty[0], again, other, *readers)
    assert count([*forty, again, other, *readers]) == VerdictCounts(
        right=6, by_readers=3, answers_right=3
    )


def test_what_was_not_searched_for_or_has_no_hit_corrects_no_confidence() -> None:
    off = said(EditorVerdict.OFF_TOPIC)
    questions = [
        logged("hello", AbstentionReason.SMALL_TALK, hits=HIT, review=off),
        logged("pizza?", NO, review=off),  # nothing came first
        logged("Mars?", NO, hits=HIT, review=off),
        logged("Tea?", NO, hits=HIT, verdict=Verdict.HELPFUL),  # a reader cannot see what came
        answer("Cups?", review=said(EditorVerdict.DISMISSED)),
        answer("Keep?", review=said(EditorVerdict.NOT_ANSWERED_HERE)),
        logged("Freeze?", NO, hits=HIT, review=said(EditorVerdict.RIGHT)),
    ]
    assert [one.question for one in counting(questions)] == ["Mars?", "Keep?", "Freeze?"]
    assert count(questions) == VerdictCounts(
        right=1, wrong=2, answers_wrong=1, noes_right=3, noes_wrong=1
    )


@pytest.mark.parametrize(
    ("right", "wrong", "needed"),
    [(0, 0, 30), (20, 9, 1), (25, 5, 0), (40, 2, 3), (28, 1, 4), (30, 0, 5)],
)
def test_thirty_verdicts_are_needed_and_five_of_each_kind(
    right: int, wrong: int, needed: int
) -> None:
    assert VerdictCounts(right, wrong).needed == needed


def test_the_likely_share_is_wilsons_interval() -> None:
    # By hand for 9 of 10: (0.9 + 0.19207) / 1.38415 ± 1.95996 · √(0.009 + 0.009604) / 1.38415.
    low, high = likely(9, 10)
    assert low == pytest.approx(0.5958, abs=1e-3)
    assert high == pytest.approx(0.9821, abs=1e-3)
    assert likely(0, 0) == (0.0, 1.0)
    assert likely(0, 5)[0] == 0.0
