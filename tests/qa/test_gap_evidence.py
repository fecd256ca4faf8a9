"""What a group of questions has in common with the library."""

import math

import numpy as np
import pytest

from qa.asking import Outcome
from qa.gap_evidence import Around, GroupEvidence, around, group_evidence, logit
from qa.rank import Candidate, Fields, Ranked, Words
from qa.records import HitKind
from qa.search import Owner
from tests.fakes import FakeEncoder
from tests.logged import asker
from tests.qa.test_grouping import at

LIST = {
    "list.jsonl": """
{"id": "keep", "question": "tea keeps", "answer": "Two years."}
{"id": "last", "question": "tea lasts", "answer": "Two  YEARS."}
{"id": "cups", "question": "cups", "answer": "Six."}
"""
}
LIBRARY = asker(FakeEncoder(), LIST)
KEEP, LAST, CUPS = (LIBRARY.searcher.owner("list.jsonl", id) for id in ("keep", "last", "cups"))


def hits(*found: tuple[Owner, float, float]) -> Outcome:
    """What becomes of a question with these hits: an owner, its confidence, its similarity."""
    ranked = tuple(
        Ranked(
            candidate=Candidate(
                HitKind.FAQ, owner.article.id, owner.item.id, Fields(question=like), Words()
            ),
            score=0.0,
            similarity=like,
        )
        for owner, _, like in found
    )
    owners, own = tuple(owner for owner, _, _ in found), tuple(sure for _, sure, _ in found)
    return Outcome(None, ranked, owners, own, own)


def beside(count: int, *, crowded: float = 0.5) -> Around:
    return Around(((),) * count, (None,) * count, (crowded,) * count)


def evidence(*outcomes: Outcome, rejected: tuple[Owner, ...] = ()) -> GroupEvidence:
    keys = [owner.key for owner in rejected]
    texts = ["tea"] * len(outcomes)
    return group_evidence(LIBRARY, texts, outcomes, beside(len(outcomes)), rejected=keys)


def test_pairs_with_the_same_answer_are_one_answer() -> None:
    found = evidence(
        hits((KEEP, 0.5, 0.6), (CUPS, 0.2, 0.3)), hits((LAST, 0.5, 0.4), (CUPS, 0.2, 0.3))
    ).pair
    assert found is not None
    # Both are asked as often: the first key.  (.6 + .4) / 2 - .5 = 0; ln 1 - ln(.2 / .8) = ln 4.
    assert (found.owner, found.share, found.confidence) == (KEEP, 1.0, 0.5)
    assert found.closeness == pytest.approx(0.0)
    assert found.ahead == pytest.approx(math.log(4), abs=1e-6)


def test_a_question_without_the_answer_among_its_hits_speaks_against_it() -> None:
    found = evidence(hits((KEEP, 0.9, 0.8), (CUPS, 0.1, 0.2)), hits((CUPS, 0.1, 0.2))).pair
    assert found is not None
    # ln 9 - ln 99, halved: odds of sqrt(9 / 99).  As close as the least similar hit: (.8 + .2) / 2.
    odds = math.sqrt(9 / 99)
    assert (found.owner, found.share) == (KEEP, 0.5)
    assert found.confidence == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert found.closeness == pytest.approx(0.0)


def test_what_readers_called_wrong_is_no_answer_but_still_a_rival() -> None:
    outcome = hits((KEEP, 0.8, 0.6), (LAST, 0.7, 0.6), (CUPS, 0.2, 0.3))
    found = evidence(outcome, rejected=(LAST,)).pair
    assert found is not None
    # ln(.2 / .8) - ln(.8 / .2) = -2 ln 4.
    assert (found.owner, found.ahead) == (CUPS, pytest.approx(-2 * math.log(4), abs=1e-6))
    assert evidence(hits((KEEP, 0.8, 0.6)), rejected=(LAST,)).pair is None


def test_how_far_ahead_and_how_close_is_bounded() -> None:
    far = evidence(hits((KEEP, 0.99, 0.99), (CUPS, 0.01, 0.1))).pair
    assert far is not None
    assert (far.ahead, far.closeness) == (4.0, 0.2)


def test_the_nearest_are_the_best_answers_each_once() -> None:
    outcome = hits((KEEP, 0.3, 0.6), (LAST, 0.25, 0.6), (CUPS, 0.2, 0.3))
    assert evidence(outcome).nearest == (KEEP, CUPS)


def test_neighbours_that_were_given_something_else_count_as_none() -> None:
    given = ((("two years.", 0.8), ("six.", 0.9)),)
    found = group_evidence(
        LIBRARY, ["tea"], [hits((KEEP, 0.5, 0.6))], Around(given, (0.7,), (0.5,))
    )
    assert found.pair is not None
    assert (found.pair.neighbours, found.answered) == (0.4, 0.7)


def test_around_a_question_are_its_close_neighbours_but_not_itself() -> None:
    log = at(0.0, 20.0, 40.0, 80.0)
    given = [("self", 1.0), ("a", 0.6), ("b", 0.5), ("far", 0.9)]
    answered = np.array([True, False, True, True])
    found = around(at(0.0), log, given, answered, log)
    assert found.given == ((("a", 0.6), ("b", 0.5)),)
    # Those at 40° and 80° were answered.
    means = (math.cos(math.radians(40)) + math.cos(math.radians(80))) / 2
    assert found.answered == (pytest.approx(means, abs=1e-5),)
    # Of four texts one counts, the closest: at 20°, beyond the upper bound.
    assert found.crowded == (0.75,)
    assert found.of([0]) == found


def test_odds_are_kept_away_from_certainty() -> None:
    assert logit(0.0) == pytest.approx(-math.log(99))
    assert logit(1.0) == pytest.approx(math.log(99))
    assert logit(0.5) == 0.0
