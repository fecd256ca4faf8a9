"""From runs to figures, with a set of five questions that fit in one's head."""

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import figures, sets
from benchmarks.quality.figures import OURS, Decision, Judge, KindScores, SetScores, TypoScores
from benchmarks.quality.metrics import Interval
from benchmarks.quality.peers import BM25_BOTH, DENSE_BOTH, DENSE_QUESTION
from benchmarks.quality.runs import Run
from tests.benchmarks.quality.folders import entry, query, write_set

# Right first; right second; nothing right; right first, but refused; unanswerable, answered.
RUN = Run(
    hits=(("a", "b"), ("a", "b"), ("a", "c"), ("b",), ("c",)),
    scores=np.array([0.9, 0.6, 0.5, 0.1, 0.3]),
    abstained=np.array([False, False, False, True, False]),
)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    bank = [entry("a", "A", "one"), entry("b", "B", "two"), entry("c", "C", "three")]
    queries = [
        query("q1", "?", "a", kind="easy"),
        query("q2", "?", "b", kind="easy"),
        query("q3", "?", "b", kind="hard"),
        query("q4", "?", "b", "a"),
        query("q5", "?", kind="hard"),
    ]
    folder = write_set(tmp_path / "set", bank, queries)
    return Judge(sets.load(folder, folder / "queries.jsonl", limit=9))


def test_ranking_is_judged_over_the_answerable_questions(judge: Judge) -> None:
    own = judge.pipeline(RUN)
    assert own.hit_at_1 is not None
    assert own.hit_at_1.value == 2 / 4
    assert own.mrr_at_10 is not None
    assert own.mrr_at_10.value == pytest.approx((1 + 1 / 2 + 0 + 1) / 4)
    assert own.recall_at_5 is not None
    assert own.recall_at_5.value == 3 / 4
    # By target: a has 1 of 1; b (q2, q3, and q4, by its first relevant id) 1 of 3.
    assert own.hit_at_1_by_target == pytest.approx((1 + 1 / 3) / 2)


def test_knowing_is_judged_over_all_questions(judge: Judge) -> None:
    own = judge.pipeline(RUN)
    assert own.auroc == 3 / 4  # .3 is above .1 only
    assert own.answered_at_90 == 1 / 5
    assert own.answered_at_95 == 1 / 5


def test_the_default_decision(judge: Judge) -> None:
    # Answered: four, of which one is right; of two that were right first, one was refused.
    assert judge.decision(RUN) == Decision(answered=4 / 5, precision=1 / 4, refused=0.0, kept=1 / 2)


def test_refusing_what_can_be_answered_is_no_merit(judge: Judge) -> None:
    abstained = np.array([False, True, False, False, True])
    decision = judge.decision(Run(RUN.hits, RUN.scores, abstained))
    assert decision == Decision(answered=3 / 5, precision=2 / 3, refused=1.0, kept=1.0)


def test_a_run_without_a_decision_cannot_be_judged_for_it(judge: Judge) -> None:
    with pytest.raises(ValueError, match="no decision of its own"):
        judge.decision(Run(RUN.hits, RUN.scores))


def test_calibration_counts_unanswerable_questions_as_wrong(judge: Judge) -> None:
    everything, answerable = judge.calibration(RUN)
    # Off by .1, .6, .5, .9, and .3 for the unanswerable one.
    assert everything.error == pytest.approx((0.1 + 0.6 + 0.5 + 0.9 + 0.3) / 5)
    assert answerable is not None
    assert answerable.error == pytest.approx((0.1 + 0.6 + 0.5 + 0.9) / 4)


def test_kinds_are_judged_apart(judge: Judge) -> None:
    assert judge.kinds(RUN) == {
        "easy": KindScores(questions=2, hit_at_1=0.5, refused=None),
        "hard": KindScores(questions=2, hit_at_1=0.0, refused=0.0),
    }


def test_a_set_without_answers_has_no_ranking(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", [entry("a", "A", "one")], [query("q", "?")])
    judge = Judge(sets.load(folder, folder / "queries.jsonl", limit=9))
    own = judge.pipeline(Run((("a",),), np.array([0.5])))
    assert (own.hit_at_1, own.mrr_at_10, own.hit_at_1_by_target, own.auroc) == (None,) * 4
    assert own.answered_at_90 == 0.0
    assert judge.calibration(Run((("a",),), np.array([0.5])))[1] is None


def test_questions_of_one_intent_are_resampled_together(tmp_path: Path) -> None:
    bank = [entry("a1", "A", "one"), entry("a2", "B", "one"), entry("b1", "C", "two")]
    queries = [query("q1", "?", "a1"), query("q2", "?", "a2")]
    folder = write_set(tmp_path / "set", bank, queries)
    judge = Judge(sets.load(folder, folder / "queries.jsonl", limit=9))
    own = judge.pipeline(Run((("a2",), ("b1",)), np.array([0.5, 0.5])))
    assert own.hit_at_1 == Interval(0.5, 0.5, 0.5)


class TestTypos:
    RIGHT = (frozenset("a"), frozenset("b"))

    @staticmethod
    def run(*first: str) -> Run:
        return Run(tuple((id,) if id else () for id in first), np.zeros(len(first)))

    def test_the_dense_peer_that_is_best_without_typos_is_beside_ours(self) -> None:
        runs = {
            OURS: [self.run("a", "b"), self.run("a", "a"), self.run("", "a")],
            DENSE_BOTH: [self.run("b", "a"), self.run("a", "b"), self.run("a", "b")],
            DENSE_QUESTION: [self.run("a", "a"), self.run("", ""), self.run("a", "")],
            BM25_BOTH: [self.run("a", "b"), self.run("a", "b"), self.run("a", "b")],
        }
        assert figures.typo_scores(self.RIGHT, runs) == TypoScores(
            2, {OURS: (1.0, 0.5, 0.0), DENSE_QUESTION: (0.5, 0.0, 0.5)}
        )

    def test_no_questions_have_none(self) -> None:
        assert figures.typo_scores((), {}) is None


def scores(
    judge: Judge, ours: float, dense: float, other: float, *, at_90: tuple[float, ...] = (0, 0, 0)
) -> SetScores:
    def pipeline(hit_at_1: float, answered: float) -> figures.PipelineScores:
        one = Interval(hit_at_1, 0, 1)
        return figures.PipelineScores(one, one, one, hit_at_1, 0.75, answered, 0.0)

    everything, answerable = judge.calibration(RUN)
    return SetScores(
        name="set",
        entries=3,
        questions=5,
        questions_in_file=5,
        answerable=4,
        of_pairs=True,
        of_intents=False,
        pipelines={
            OURS: pipeline(ours, at_90[0]),
            DENSE_BOTH: pipeline(dense, at_90[1]),
            DENSE_QUESTION: pipeline(other, at_90[2]),
            BM25_BOTH: pipeline(1.0, 1.0),  # never what we are measured against
        },
        decision=judge.decision(RUN),
        calibration=everything,
        calibration_of_answerable=answerable,
        kinds={},
        typos=TypoScores(5, {OURS: (0.9, 0.87, 0.81), DENSE_BOTH: (0.8, 0.7, 0.6)}),
    )


@pytest.mark.parametrize(
    ("ours", "dense", "other", "expected"),
    [
        (0.76, 0.6, 0.7, 0.24 / (0.3 * 0.8)),  # below .9 a fifth fewer errors: 1 is just enough
        (0.7, 0.6, 0.7, 1.25),
        (0.9, 0.9, 0.6, 1.0),  # from .9 on no more errors
        (0.92, 0.9, 0.9, 0.8),
        (1.0, 1.0, 0.9, 1.0),
        (0.9, 1.0, 0.9, math.inf),
    ],
)
def test_errors_are_held_against_the_better_dense_peer(
    judge: Judge, ours: float, dense: float, other: float, expected: float
) -> None:
    found = figures.flat(scores(judge, ours, dense, other))["set.errors_to_allowed"]
    assert found == pytest.approx(expected)


def test_just_enough_is_not_too_much(judge: Judge) -> None:
    found = figures.flat(scores(judge, 0.76, 0.7, 0.6))["set.errors_to_allowed"]
    assert found is not None
    assert found <= 1.0


def test_the_flat_figures_are_those_of_the_set(judge: Judge) -> None:
    found = figures.flat(scores(judge, 0.76, 0.6, 0.7, at_90=(0.39, 0.3, 0.2)))
    assert found == {
        "set.hit_at_1": 0.76,
        "set.errors_to_allowed": 1.0,
        "set.auroc": 0.75,
        "set.answered_at_90": 0.39,
        "set.answered_at_90_to_dense": pytest.approx(1.3),
        "set.calibration_error": pytest.approx(0.48),
        "set.typo_1_cost": 0.03,
        "set.typo_2_cost": 0.09,
    }
    assert {name.partition(".")[2] for name in found} >= figures.LESS_IS_BETTER


def test_a_share_that_no_dense_peer_reaches_is_infinitely_better() -> None:
    assert figures.ratio(0.1, 0.0) == math.inf
    assert figures.ratio(0.0, 0.0) == 1.0
