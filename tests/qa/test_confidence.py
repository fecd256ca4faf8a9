"""Confidence and abstention."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import confidence as sure
from qa.confidence import Evidence, confidence, decide, is_vague
from qa.records import AbstentionReason

SHARES = st.floats(0, 1)


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    logit = (
        sure.INTERCEPT
        + 0.5 * sure.SIMILARITY_WEIGHT
        + 0.25 * sure.OVERLAP_WEIGHT
        + 0.05 * sure.MARGIN_WEIGHT
    )
    assert confidence(Evidence(0.5, 0.25, 0.05)) == round(1 / (1 + math.exp(-logit)), 6)


def test_a_margin_beyond_the_limit_says_no_more() -> None:
    at_limit = confidence(Evidence(0.5, 0.5, sure.MARGIN_LIMIT))
    assert confidence(Evidence(0.5, 0.5, 0.9)) == at_limit
    assert confidence(Evidence(0.5, 0.5, -0.9)) == confidence(
        Evidence(0.5, 0.5, -sure.MARGIN_LIMIT)
    )


@given(st.floats(-1, 1), SHARES, st.floats(-1, 1))
def test_confidence_is_a_share(similarity: float, overlap: float, margin: float) -> None:
    assert 0.0 <= confidence(Evidence(similarity, overlap, margin)) <= 1.0


@given(st.floats(-1, 1), st.floats(-1, 1), SHARES, SHARES, st.floats(-1, 1), st.floats(-1, 1))
def test_better_evidence_never_makes_less_sure(
    s1: float, s2: float, o1: float, o2: float, m1: float, m2: float
) -> None:
    worse = Evidence(min(s1, s2), min(o1, o2), min(m1, m2))
    better = Evidence(max(s1, s2), max(o1, o2), max(m1, m2))
    assert confidence(better) >= confidence(worse)


def test_the_threshold_itself_is_enough() -> None:
    evidence = Evidence(0.5, 0.5, 0.0)
    assert decide(evidence, threshold=confidence(evidence)) is None
    above = confidence(evidence) + 1e-6
    assert decide(evidence, threshold=above) is AbstentionReason.NOTHING_CLOSE


def test_without_anything_to_answer_from_the_library_is_the_reason() -> None:
    assert decide(None) is AbstentionReason.EMPTY_LIBRARY


def test_a_vague_question_is_answered_only_where_it_is_an_faqs_own() -> None:
    close = Evidence(sure.VAGUE_SIMILARITY, 1.0, 0.1)
    assert decide(close, vague=True) is None
    less = Evidence(sure.VAGUE_SIMILARITY - 0.01, 1.0, 0.1)
    assert decide(less, vague=True) is AbstentionReason.TOO_VAGUE


def test_an_exact_question_is_answered_and_a_strangers_is_not() -> None:
    assert decide(Evidence(1.0, 1.0, 0.1)) is None
    assert decide(Evidence(0.1, 0.0, 0.0)) is AbstentionReason.NOTHING_CLOSE


@pytest.mark.parametrize(
    "question", ["what is it?", "???", "Warum?", "c'est quoi", "how", "¿y qué?"]
)
def test_a_question_of_function_words_is_vague(question: str) -> None:
    assert is_vague(question)


@pytest.mark.parametrize(
    "question", ["what is tea?", "refund", "茶は?", "Wie lange?", "error 404", "7"]
)
def test_one_word_with_a_meaning_is_enough(question: str) -> None:
    assert not is_vague(question)


def test_every_reason_has_words_for_the_reader() -> None:
    assert set(sure.MESSAGES) == set(AbstentionReason)
    assert all(message.endswith(".") for message in sure.MESSAGES.values())


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, "sure"),
        (0.75, "sure"),
        (0.749, "likely"),
        (0.5, "likely"),
        (0.499, "maybe"),
        (0, "maybe"),
    ],
)
def test_a_confidence_is_said_in_words(confidence: float, word: str) -> None:
    assert sure.sureness(confidence) == word
    assert sure.sureness(confidence).sentence
