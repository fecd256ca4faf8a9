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
    pair: float, section: float = 0.01, *, near: float = 0.6, size: int = 3
) -> GroupEvidence:
    """Evidence with these confidences of pair and section; ``near`` is how close all is."""
    return GroupEvidence(
        pair=Support(PAIR, pair, 1.0),
        section=Support(SECTION, section, 1.0),
        similarity=near,
        known=1.0,
        answered=None,
        size=size,
    )


def test_a_pair_that_is_likely_right_was_not_found() -> None:
    # Odds of .5 are even: ln 1 = 0, and 1 / (1 + exp(-1)) is left.
    found = judged(evidence(0.5))
    assert (found.verdict, found.support) == (GapVerdict.NOT_FOUND, Support(PAIR, 0.5, 1.0))
    assert found.sure == pytest.approx(0.731059)


def test_neighbours_that_were_given_something_else_speak_against_a_pair() -> None:
    # ln of odds .01 / .99 is -4.595: 1 - .4 * 4.595 = -.838.
    alone = answers(Support(PAIR, 0.5, 1.0, neighbours=0.5))
    other = answers(Support(PAIR, 0.5, 1.0, neighbours=0.0))
    assert (alone, other) == (pytest.approx(0.731059), pytest.approx(0.301953, abs=1e-4))


def test_a_section_that_is_likelier_than_any_pair_wants_a_pair() -> None:
    found = judged(evidence(0.4, 0.6))
    assert (found.verdict, found.support) == (GapVerdict.NO_PAIR, Support(SECTION, 0.6, 1.0))


def test_a_pair_as_likely_as_a_section_comes_first() -> None:
    assert judged(evidence(0.6, 0.6)).verdict is GapVerdict.NOT_FOUND


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
