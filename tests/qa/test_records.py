"""The JSON that the command line and the HTTP interface print."""

import json
from dataclasses import FrozenInstanceError

import pytest

from qa.records import Abstention, AbstentionReason, Answer, Hit, HitKind, mended, to_json

HIT = Hit(
    rank=1,
    kind=HitKind.FAQ,
    id="keep",
    article="tea.md",
    article_title="Tea",
    section="FAQ",
    question="How long does tea keep?",
    text="Two years. Dry.",
    quote="Two years.",
    start=40,
    end=55,
    quote_start=40,
    quote_end=50,
    line=7,
    url="/articles/tea.md?at=40-55#passage",
    public_url=None,
    similarity=0.75,
    confidence=0.8,
)


def test_an_answers_json_has_the_fields_of_the_interface_in_order() -> None:
    found = to_json(Answer("tea?", (HIT,), 0.8, answerable=0.9), id="q1")
    assert json.dumps(found) == json.dumps(
        {
            "id": "q1",
            "question": "tea?",
            "abstained": False,
            "reason": None,
            "confidence": 0.8,
            "answerable": 0.9,
            "hits": [
                {
                    "rank": 1,
                    "kind": "faq",
                    "id": "keep",
                    "article": "tea.md",
                    "article_title": "Tea",
                    "section": "FAQ",
                    "question": "How long does tea keep?",
                    "text": "Two years. Dry.",
                    "quote": "Two years.",
                    "start": 40,
                    "end": 55,
                    "quote_start": 40,
                    "quote_end": 50,
                    "line": 7,
                    "url": "/articles/tea.md?at=40-55#passage",
                    "public_url": None,
                    "similarity": 0.75,
                    "confidence": 0.8,
                }
            ],
        }
    )


def test_an_abstentions_json_has_its_reason_and_the_ranking_all_the_same() -> None:
    no = Abstention("tea?", AbstentionReason.NOTHING_CLOSE, "No.", (HIT,), (HIT,), 0.1)
    found = to_json(no)
    assert (found["id"], found["abstained"], found["reason"]) == (None, True, "nothing_close")
    assert [hit["id"] for hit in found["hits"]] == ["keep"]


def test_an_answer_shows_its_best_hit_and_has_no_reason() -> None:
    answer = Answer("tea?", (HIT,), 0.8)
    assert (answer.best, answer.abstained, answer.reason) == (HIT, False, None)


def test_results_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError, match="rank"):
        HIT.rank = 2  # type: ignore[misc]  # what the test is about


def test_json_says_what_was_meant_where_typing_errors_were_mended() -> None:
    found = to_json(Answer("te keps?", (HIT,), 0.8, meant="tea keeps?"))
    assert list(found) == [*to_json(Answer("tea?", (HIT,), 0.8)), "meant"]
    assert (found["question"], found["meant"]) == ("te keps?", "tea keeps?")
    assert "meant" not in to_json(Answer("tea?", (HIT,), 0.8, meant="tea?"))


def test_json_says_what_a_result_rests_on_where_that_is_given() -> None:
    found = to_json(Answer("tea?", (HIT,), 0.8), explain={"threshold": 0.2})
    assert list(found)[-1] == "explain"
    assert found["explain"] == {"threshold": 0.2}


def test_only_what_differs_was_mended() -> None:
    no = Abstention("te?", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.1, meant="tea?")
    assert mended(no)
    assert not mended(Answer("tea?", (HIT,), 0.8, meant="tea?"))
    assert not mended(Answer("tea?", (HIT,), 0.8))
