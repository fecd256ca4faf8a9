"""Which of four kinds a group of failed questions is."""

import pytest

from qa.gap_evidence import GroupEvidence, Support
from qa.gap_verdicts import GapVerdict, answers, judged, subject
from qa.questions import EditorVerdict
from tests.fakes import FakeEncoder
from tests.logged import asker

OWNERS = {owner.key: owner for owner in asker(FakeEncoder()).searcher.owners}
PAIR = OWNERS["tea.md", "tea.md#can-i-freeze-tea"]
SECTION = OWNERS["tea.md", "tea.md#storing-tea"]


def evidence(
    pair: float,
    section: float = 0.01,
    *,
    near: float = 0.6,
    size: int = 3,
    ahead: float = 0.0,
    closeness: float = 0.0,
) -> GroupEvidence:
    """Evidence with these confidences of pair and section; ``near`` is how close all is.

    ``ahead`` and ``closeness`` are the pair's.
    """
    return GroupEvidence(
        pair=Support(PAIR, pair, 1.0, None, ahead, closeness),
        section=Support(SECTION, section, 1.0),
        similarity=near,
        known=1.0,
        answered=None,
        size=size,
    )


def test_a_pair_that_is_likely_right_was_not_found() -> None:
    # Odds of .5 are even, ln 1 = 0: .4 * 2 + 8 * .1 - .2 = 1.4, and 1 / (1 + exp(-1.4)).
    found = judged(evidence(0.5, ahead=2.0, closeness=0.1))
    assert (found.verdict, found.support) == (
        GapVerdict.NOT_FOUND,
        Support(PAIR, 0.5, 1.0, None, 2.0, 0.1),
    )
    assert found.sure == pytest.approx(0.802184)


def test_a_pair_that_is_only_more_likely_right_than_not_is_not_named() -> None:
    # 1 / (1 + exp(-.2)) = .550, and .6 is asked for.
    assert answers(Support(PAIR, 0.5, 1.0, None, 1.0, 0.0)) == pytest.approx(0.549834)
    assert judged(evidence(0.5, ahead=1.0)).verdict is GapVerdict.NOT_ANSWERED


def test_questions_closer_to_one_another_than_to_a_pair_are_not_answered_by_it() -> None:
    assert judged(evidence(0.5, ahead=3.0, closeness=0.0)).verdict is GapVerdict.NOT_FOUND
    assert judged(evidence(0.5, ahead=3.0, closeness=-0.1)).verdict is GapVerdict.NOT_ANSWERED


def test_neighbours_that_were_given_something_else_speak_against_an_answer() -> None:
    # ln of odds .01 / .99 is -4.595.  Pair: 1.4 - .3 * 4.595; section: 1 - .4 * 4.595 = -.838.
    pair = Support(PAIR, 0.5, 1.0, 0.0, 2.0, 0.1)
    section = Support(SECTION, 0.5, 1.0, 0.0)
    assert answers(pair) == pytest.approx(0.505368, abs=1e-4)
    assert answers(section) == pytest.approx(0.301953, abs=1e-4)


def test_a_section_that_is_shown_as_an_answer_wants_a_pair() -> None:
    found = judged(evidence(0.4, 0.6))
    assert (found.verdict, found.support) == (GapVerdict.NO_PAIR, Support(SECTION, 0.6, 1.0))
    # The answerer's threshold: 1 + 1.1 ln(.22 / .78) = -.392, and 1 / (1 + exp(.392)) = .403.
    assert judged(evidence(0.01, 0.22)).verdict is GapVerdict.NO_PAIR
    assert judged(evidence(0.01, 0.2)).verdict is GapVerdict.NOT_ANSWERED


def test_of_a_pair_and_a_section_that_both_answer_the_surer_is_named_and_the_pair_first() -> None:
    def verdict(pair: float, section: float) -> GapVerdict:
        return judged(evidence(pair, section, ahead=4.0, closeness=0.2)).verdict

    assert verdict(0.6, 0.6) is GapVerdict.NOT_FOUND
    assert verdict(0.6, 0.7) is GapVerdict.NO_PAIR


def test_what_nothing_answers_is_not_answered_where_it_is_close_and_off_topic_where_not() -> None:
    assert judged(evidence(0.02, near=0.6)).verdict is GapVerdict.NOT_ANSWERED
    assert judged(evidence(0.02, near=0.2)).verdict is GapVerdict.OFF_TOPIC


def test_what_is_nearly_answered_is_about_the_subject() -> None:
    far = evidence(0.2, near=0.26)
    assert subject(far) < 0.5
    assert judged(far).verdict is GapVerdict.NOT_ANSWERED


def test_more_wordings_speak_for_the_subject() -> None:
    assert subject(evidence(0.02, near=0.37, size=1)) < 0.5
    assert subject(evidence(0.02, near=0.37, size=9)) > 0.5


def test_there_is_no_answer_in_an_empty_library() -> None:
    assert answers(None) == 0.0


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ((EditorVerdict.OFF_TOPIC, None), GapVerdict.OFF_TOPIC),
        ((EditorVerdict.NOT_ANSWERED_HERE,), GapVerdict.NOT_ANSWERED),
        ((EditorVerdict.NOT_ANSWERED_HERE, EditorVerdict.OFF_TOPIC), GapVerdict.NOT_FOUND),
        ((EditorVerdict.WRONG,), GapVerdict.NOT_FOUND),
    ],
)
def test_editors_who_agree_decide(
    said: tuple[EditorVerdict | None, ...], verdict: GapVerdict
) -> None:
    assert judged(evidence(0.9), editors=said).verdict is verdict
