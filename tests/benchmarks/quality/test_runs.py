"""Runs: the order of equal scores, and part of a run."""

import numpy as np

from benchmarks.quality.runs import Run, best_rows, run_of


def test_equal_scores_keep_the_order_of_the_bank() -> None:
    scores = np.array([[0.1, 0.5, 0.50000001, 0.4]])
    assert best_rows(scores, 3).tolist() == [[1, 2, 3]]
    assert run_of(scores, "abcd").hits == (("b", "c", "d", "a"),)


def test_part_of_a_run_has_the_rows_asked_for() -> None:
    run = Run((("a",), ("b",), ("c",)), np.array([0.1, 0.2, 0.3]), np.array([True, False, False]))
    part = run.of([2, 0])
    assert part.hits == (("c",), ("a",))
    assert part.scores.tolist() == [0.3, 0.1]
    assert part.abstained is not None
    assert part.abstained.tolist() == [False, True]
    assert Run(run.hits, run.scores).of([1]).abstained is None
