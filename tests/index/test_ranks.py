import numpy as np
import pytest

from index.ranks import kth_best, ranked

SCORES = np.array([0.5, 0.25, 0.75, 0.5])


@pytest.mark.parametrize(("k", "least"), [(1, 0.75), (2, 0.5), (3, 0.5), (4, 0.25), (5, -np.inf)])
def test_the_kth_best_counts_equal_scores_each(k: int, least: float) -> None:
    assert kth_best(SCORES, k) == least


def test_the_kth_best_of_nothing_is_below_all() -> None:
    assert kth_best(np.empty(0, dtype=np.float32), 1) == -np.inf


def test_equal_scores_are_ordered_by_number_also_where_they_are_cut_off() -> None:
    numbers = np.array([9, 3, 5, 4])
    found, scores = ranked(numbers, SCORES, 2)
    assert (found.tolist(), scores.tolist()) == ([5, 4], [0.75, 0.5])
    assert ranked(numbers, SCORES, 7)[0].tolist() == [5, 4, 9, 3]
