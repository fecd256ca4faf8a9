"""Confidence and abstention, with weights made here."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from qa import confidence as sure
from qa.confidence import (
    KEYWORDS_LEAST,
    VERBATIM_LEAST,
    Evidence,
    answerable,
    confidence,
    decide,
    threshold_for,
)
from qa.records import AbstentionReason, HitKind
from qa.weights import CurvePoint, LogisticWeights

WEIGHTS = LogisticWeights(
    faq={"similarity": 6.0, "agreement": 0.5, "shared": 1.0, "missing_names": -1.0, "bias": -3.0},
    section={"similarity": 2.0, "bias": -1.0},
)
FAQ, SECTION = HitKind.FAQ, HitKind.SECTION
SHARES = st.floats(0, 1)


def logistic(logit: float) -> float:
    return round(1 / (1 + math.exp(-logit)), 6)


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    evidence = Evidence(FAQ, 0.5, agreement=0.5, shared=3, missing_names=1)
    # 6 · .5, half of ln 1, ln 4, one name, and the intercept.
    assert confidence(evidence, WEIGHTS) == logistic(3.0 + 0.0 + math.log(4) - 1.0 - 3.0)


def test_a_section_has_weights_of_its_own() -> None:
    assert confidence(Evidence(SECTION, 0.75, shared=3, missing_names=2), WEIGHTS) == logistic(0.5)


def test_without_weights_nothing_is_known() -> None:
    assert confidence(Evidence(FAQ, 1.0), LogisticWeights(faq={}, section={})) == 0.5


def test_a_hit_that_has_the_keywords_may_be_right_whatever_else_is_known() -> None:
    nothing = LogisticWeights(faq={"bias": -9.0}, section={"bias": 9.0})
    assert confidence(Evidence(FAQ, 0.1), nothing) < 0.001
    assert confidence(Evidence(FAQ, 0.1, keywords=True), nothing) == KEYWORDS_LEAST
    # What is surer stays so.
    sure_of = confidence(Evidence(SECTION, 0.1), nothing)
    assert confidence(Evidence(SECTION, 0.1, keywords=True), nothing) == sure_of


def test_a_pair_whose_own_question_is_asked_is_as_likely_right_as_not_at_least() -> None:
    nothing = LogisticWeights(faq={"bias": -9.0}, section={"bias": 9.0})
    asked = Evidence(FAQ, 0.1, verbatim=True, keywords=True)
    assert confidence(asked, nothing) == VERBATIM_LEAST
    surer = LogisticWeights(faq={"bias": 2.0}, section={})
    assert confidence(asked, surer) == confidence(Evidence(FAQ, 0.1), surer) > VERBATIM_LEAST


def test_whether_there_is_an_answer_is_the_logistic_of_other_weights() -> None:
    weights = LogisticWeights(faq={"sentence": 4.0, "bias": -1.0}, section={"similarity": 2.0})
    assert answerable(Evidence(FAQ, 0.9, sentence=0.5), weights) == logistic(1.0)
    assert answerable(Evidence(SECTION, 0.9, sentence=0.5), weights) == logistic(1.8)
    # Keywords do not make it likelier: something has them, that is all.
    assert answerable(Evidence(FAQ, 0.9, keywords=True), weights) == logistic(-1.0)


def test_every_piece_of_evidence_is_a_feature() -> None:
    evidence = Evidence(
        FAQ,
        0.9,
        whole=0.8,
        sentence=0.7,
        agreement=0.75,
        shared=1,
        stems=0.6,
        pairs=0.55,
        rare=1.5,
        lacking=0.45,
        reach=0.85,
        missing_numbers=1,
        missing_names=2,
        negated=True,
        unknown=True,
        keywords=True,
        verbatim=True,
        unread=True,
        lead=True,
        elsewhere=0.35,
        crowding=0.4,
    )
    assert evidence.features() == {
        "similarity": 0.9,
        "whole": 0.8,
        "sentence": 0.7,
        "agreement": pytest.approx(math.log(3)),
        "shared": pytest.approx(math.log(2)),
        "stems": 0.6,
        "pairs": 0.55,
        "rare": 1.5,
        "lacking": 0.45,
        "reach": 0.85,
        "missing_numbers": 1.0,
        "missing_names": 2.0,
        "negated": 1.0,
        "unknown": 1.0,
        "keywords": 1.0,
        "verbatim": 1.0,
        "unread": 1.0,
        "lead": 1.0,
        "elsewhere": 0.35,
        "crowding": 0.4,
        "bias": 1.0,
    }


@pytest.mark.parametrize(("share", "limit"), [(0.0, 0.003), (0.001, 0.003), (1.0, 0.997)])
def test_a_share_of_nearly_nothing_or_all_says_no_more(share: float, limit: float) -> None:
    logit = Evidence(FAQ, 0.5, agreement=share).features()["agreement"]
    assert logit == pytest.approx(math.log(limit / (1 - limit)))


def test_more_than_two_missing_names_or_numbers_say_no_more() -> None:
    many = Evidence(FAQ, 0.5, missing_numbers=3, missing_names=9).features()
    assert (many["missing_numbers"], many["missing_names"]) == (2.0, 2.0)


def test_a_confidence_beyond_measure_is_still_a_number() -> None:
    huge = LogisticWeights(faq={"similarity": 1e9}, section={})
    assert confidence(Evidence(FAQ, 1.0), huge) == 1.0
    assert confidence(Evidence(FAQ, -1.0), huge) == 0.0


@given(
    st.sampled_from([FAQ, SECTION]),
    st.floats(-1, 1),
    SHARES,
    st.integers(0, 100),
    st.integers(0, 9),
    st.lists(st.floats(-50, 50), min_size=6, max_size=6),
)
def test_confidence_is_a_share_whatever_the_weights(
    kind: HitKind, similarity: float, agreement: float, shared: int, names: int, drawn: list[float]
) -> None:
    names_of = ("similarity", "agreement", "shared", "missing_names", "crowding", "bias")
    own = dict(zip(names_of, drawn, strict=True))
    evidence = Evidence(kind, similarity, agreement=agreement, shared=shared, missing_names=names)
    assert 0.0 <= confidence(evidence, LogisticWeights(own, own)) <= 1.0


@given(st.floats(-1, 1), st.floats(-1, 1), SHARES, SHARES, st.integers(0, 20), st.integers(0, 20))
def test_better_evidence_never_makes_less_sure(
    s1: float, s2: float, a1: float, a2: float, n1: int, n2: int
) -> None:
    worse = Evidence(FAQ, min(s1, s2), agreement=min(a1, a2), shared=min(n1, n2), missing_names=1)
    better = Evidence(FAQ, max(s1, s2), agreement=max(a1, a2), shared=max(n1, n2))
    assert confidence(better, WEIGHTS) >= confidence(worse, WEIGHTS)


def test_the_threshold_itself_is_enough() -> None:
    assert decide(0.4, threshold=0.4) is None
    assert decide(0.4, threshold=0.400001) is AbstentionReason.NOTHING_CLOSE


def test_the_least_sure_is_answered_at_a_threshold_of_zero_and_only_the_surest_at_one() -> None:
    assert decide(0.0, threshold=0.0) is None
    assert decide(0.999999, threshold=1.0) is AbstentionReason.NOTHING_CLOSE


def test_without_anything_to_answer_from_the_library_is_the_reason() -> None:
    assert decide(None) is AbstentionReason.EMPTY_LIBRARY
    assert decide(None, threshold=0.0, vague=True) is AbstentionReason.EMPTY_LIBRARY


def test_a_vague_question_is_answered_only_where_it_is_an_faqs_own() -> None:
    assert decide(0.9, similarity=sure.VAGUE_SIMILARITY, threshold=0.5, vague=True) is None
    less = sure.VAGUE_SIMILARITY - 0.01
    assert decide(0.9, similarity=less, threshold=0.5, vague=True) is AbstentionReason.TOO_VAGUE
    assert decide(0.9, similarity=less, threshold=0.5) is None


def test_a_vague_question_that_is_close_must_still_be_sure() -> None:
    decided = decide(0.4, similarity=1.0, threshold=0.5, vague=True)
    assert decided is AbstentionReason.NOTHING_CLOSE


CURVE = (
    CurvePoint(0.0, 1.0, 0.6),
    CurvePoint(0.3, 0.8, 0.7),
    CurvePoint(0.6, 0.5, 0.9),
    CurvePoint(0.8, 0.2, 0.95),
)


@pytest.mark.parametrize(
    ("precision", "threshold"),
    [(0.5, 0.0), (0.6, 0.0), (0.61, 0.3), (0.7, 0.3), (0.9, 0.6), (0.91, 0.8), (0.95, 0.8)],
)
def test_the_lowest_threshold_that_keeps_a_precision_is_taken(
    precision: float, threshold: float
) -> None:
    assert threshold_for(precision, CURVE) == threshold


def test_a_threshold_is_kept_by_all_that_is_above_it() -> None:
    # .9 is reached at .3 and lost again: luck, which nobody can promise.
    dented = (
        CurvePoint(0.3, 0.8, 0.9),
        CurvePoint(0.6, 0.5, 0.8),
        CurvePoint(0.8, 0.2, 0.95),
    )
    assert threshold_for(0.9, dented) == 0.8
    assert threshold_for(0.8, dented) == 0.3


def test_a_precision_that_is_never_kept_is_an_error_that_says_how_much_is() -> None:
    with pytest.raises(UsageError, match=re.escape("0.97 is never kept; the most is 0.95")):
        threshold_for(0.97, CURVE)


def test_the_most_that_is_kept_is_said_not_what_is_lost_again() -> None:
    dented = (CurvePoint(0.3, 0.8, 0.95), CurvePoint(0.6, 0.5, 0.8))
    with pytest.raises(UsageError, match=re.escape("0.9 is never kept; the most is 0.80")):
        threshold_for(0.9, dented)
    assert threshold_for(0.8, dented) == 0.3


def test_nothing_can_be_promised_without_a_curve() -> None:
    with pytest.raises(UsageError, match=re.escape("0.9 is never kept; the most is 0.00")):
        threshold_for(0.9, ())


@pytest.mark.parametrize("precision", [0.0, 1.0, -0.1, 90.0, math.nan])
def test_a_precision_is_a_share_that_is_neither_nothing_nor_all(precision: float) -> None:
    with pytest.raises(UsageError, match="cannot be promised: give one between 0 and 1"):
        threshold_for(precision, CURVE)


@given(st.lists(SHARES, min_size=1, max_size=8), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_precision_never_has_a_lower_threshold(
    precisions: list[float], one: float, other: float
) -> None:
    curve = [CurvePoint(place / 10, 0.5, own) for place, own in enumerate(precisions)]

    def threshold(precision: float) -> float:
        try:
            return threshold_for(precision, curve)
        except UsageError:
            return math.inf

    assert threshold(min(one, other)) <= threshold(max(one, other))


def test_every_reason_has_words_for_the_reader() -> None:
    assert set(sure.MESSAGES) == set(AbstentionReason)
    assert all(message.endswith(".") for message in sure.MESSAGES.values())


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, "sure"),
        (0.75, "sure"),
        (0.746, "sure"),  # shown as 75 %
        (0.744, "likely"),
        (0.5, "likely"),
        (0.496, "likely"),
        (0.494, "maybe"),
        (0, "maybe"),
    ],
)
def test_a_confidence_is_said_in_words(confidence: float, word: str) -> None:
    assert sure.sureness(confidence) == word
    assert sure.sureness(confidence).sentence
