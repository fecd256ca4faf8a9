"""What is counted of the groups that follow-ups are in."""

from dataclasses import replace

import pytest

from benchmarks.dialogues.grouped import FollowUp, Grouped, follow_ups, grouped, texts_of
from qa.asking import text_vectors
from tests.benchmarks.test_dialogues import Kind, held_back, played
from tests.fakes import FakeEncoder

AXES = ("tea", "leaf", "red", "cup", "mars", "hot", "far", "dust")
CUPS = FollowUp("and cups?", "tea leaf red?", ("tea leaf red cups?",))
DUST = FollowUp("and dust?", "mars hot far?", ("mars hot far dust?",))


def test_only_what_leans_and_a_pair_answers_is_counted() -> None:
    told = replace(held_back("a"), context="Is tea red?")
    one = played(Kind.FOLLOW_UP, told, told, relevant="a b")
    alone = played(Kind.STAND_ALONE, told, told)
    first = played(Kind.FOLLOW_UP, held_back("a"), held_back("a"))
    section = played(Kind.FOLLOW_UP, told, told, relevant="b")
    found = follow_ups([one, alone, first, section], {"a": "Are tea cups red?"})
    assert found == (FollowUp("and cups?", "Is tea red?", ("Are tea cups red?",)),)


@pytest.mark.parametrize(
    ("weight", "counted"),
    [
        # The words alone: each is the same elsewhere.  With what asks the same it has .5 in common,
        # but that has .87 with what is leaned on, and the two of them together only .25.
        (0.0, Grouped(0, 0, 2)),
        # With hardly more than what they lean on, a quarter of each is the same elsewhere, and
        # nearly all in what asks the same.
        (20.0, Grouped(2, 0, 0)),
    ],
)
def test_the_weight_decides_what_a_follow_up_is_grouped_with(
    weight: float, counted: Grouped
) -> None:
    encoder = FakeEncoder(AXES)
    asked = (CUPS, DUST)
    alone, texts = texts_of(asked)
    assert alone == ["mars hot far dust?", "mars hot far?", "tea leaf red cups?", "tea leaf red?"]
    assert texts == [
        ("and cups?", "tea leaf red? and cups?"),
        ("and dust?", "mars hot far? and dust?"),
        ("and cups?", "mars hot far? and cups?"),
        ("and dust?", "tea leaf red? and dust?"),
    ]
    known = text_vectors(encoder, [*((text, text) for text in alone), *texts])
    beside = encoder.encode_queries(["water"])
    assert grouped(asked, known, beside, weight=weight) == counted
