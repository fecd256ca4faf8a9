"""What an editor reads of an explanation on a terminal."""

from dataclasses import replace

import click
import pytest

from qa.calibration import Correction
from qa.confidence import Evidence
from qa.explanation import ExplainedHit, Explanation
from qa.explanation_text import _NAMES, readable
from qa.records import Abstention, AbstentionReason, Answer, HitKind
from qa.spelling import Change
from tests.qa.test_records import HIT

WHY = ExplainedHit(
    article="tea.md",
    id="keep",
    score=0.71234,
    similarities={"question": 0.75, "pair": 0.5},
    words={"overlap": 0.25, "exact": 0.0},
    parts={"question": 0.375, "overlap": 0.05, "exact": 0.0},
    shared=(("tea", 1.25), ("keep", 2.0)),
    missing=("fridge",),
    evidence={"similarity": 0.75},
    speaks={"bias": -3.5, "similarity": 5.25, "missing_names": -0.0, "new": 0.25},
)
EXPLANATION = Explanation(
    searched="tea keep fridge",
    changes=(Change(0, 2, "te", "tea"), Change(3, 7, "kepe", "keep")),
    threshold=0.2,
    hits=(WHY,),
)
NO = Abstention("q", AbstentionReason.NOTHING_CLOSE, "No.", (), (HIT,), 0.125)


def lines(*arguments: object) -> list[str]:
    return click.unstyle(readable(*arguments)).splitlines()  # type: ignore[arg-type]


def test_an_answer_is_explained_field_by_field() -> None:
    assert lines(Answer("te kepe fridge", (HIT,), 0.8), EXPLANATION) == [
        "Why",
        "Searched for: tea keep fridge",
        "Typing errors mended: te → tea, kepe → keep",
        "Answered: 80.0% sure of the first hit, and 20.0% is enough.",
        "",
        "1. How long does tea keep? (tea.md)  80.0% sure, score 0.712",
        "   similarity     question 0.75, pair 0.50",
        "   word scores    overlap 0.25, exact 0.00",
        "   words shared   tea 1.2, keep 2.0",
        "   missing        fridge",
        "   score          question +0.38, overlap +0.05",
        "   speaks for it  closest field +5.25, new +0.25",
        "   against it     where every hit begins -3.50",
    ]


def test_what_there_is_none_of_is_a_dash() -> None:
    bare = replace(WHY, shared=(), missing=(), speaks={})
    shown = lines(Answer("q", (HIT,), 0.8), replace(EXPLANATION, changes=(), hits=(bare,)))
    assert "   words shared   –" in shown
    assert "   against it     –" in shown
    assert not any(line.startswith("Typing") for line in shown)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (NO, "No answer: 12.5% sure of the first hit, but at least 20.0% is needed."),
        (
            replace(NO, reason=AbstentionReason.TOO_VAGUE),
            "No answer: no word of the question means something by itself, "
            "and it is no FAQ's own question.",
        ),
        (
            replace(NO, reason=AbstentionReason.SMALL_TALK),
            "No answer: nothing is asked, and nothing here is called so.",
        ),
        (
            replace(NO, reason=AbstentionReason.EMPTY_LIBRARY, hits=()),
            "No answer: there is nothing to answer from.",
        ),
        (
            replace(NO, confidence=0.9),
            "No answer: what fits best has just been shown, and nothing else speaks of this.",
        ),
    ],
)
def test_a_no_is_explained_by_its_reason(result: Abstention, reason: str) -> None:
    assert reason in lines(result, EXPLANATION)


def test_at_most_three_hits_are_explained() -> None:
    hits = tuple(replace(HIT, rank=rank) for rank in range(1, 6))
    shown = lines(Answer("q", hits, 0.8), replace(EXPLANATION, hits=(WHY,) * 5))
    heads = [line for line in shown if "score 0.712" in line]
    assert [head[0] for head in heads] == ["1", "2", "3"]


def test_a_correction_in_force_is_told() -> None:
    corrected = replace(EXPLANATION, correction=Correction(0.9, -0.5))
    told = "Confidences are corrected by readers' verdicts (footnote calibrate)."
    assert told in lines(NO, corrected)
    assert told not in lines(NO, EXPLANATION)


def test_a_hit_without_a_question_goes_by_its_section_or_title() -> None:
    section = replace(HIT, question=None)
    assert "1. FAQ (tea.md)  80.0% sure, score 0.712" in lines(
        Answer("q", (section,), 0.8), EXPLANATION
    )
    untitled = replace(section, section="")
    assert "1. Tea (tea.md)  80.0% sure, score 0.712" in lines(
        Answer("q", (untitled,), 0.8), EXPLANATION
    )


def test_all_that_the_confidence_weighs_has_a_name_for_people() -> None:
    assert set(_NAMES) == set(Evidence(HitKind.FAQ, 0.5).features())
