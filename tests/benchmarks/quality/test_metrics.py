"""Every measure against values worked by hand."""

import numpy as np
import pytest

from benchmarks.quality import metrics
from benchmarks.quality.metrics import Bin, Bootstrap


def bools(*values: int) -> metrics.Bools:
    return np.array(values, dtype=bool)


def floats(*values: float) -> metrics.Floats:
    return np.array(values, dtype=np.float64)


class TestRanks:
    def test_the_first_right_hit_counts_from_one(self) -> None:
        assert metrics.first_right(("a", "b", "c"), {"b", "c"}) == 2
        assert metrics.first_right(("a", "b"), {"a"}) == 1

    def test_no_right_hit_is_zero(self) -> None:
        assert metrics.first_right(("a", "b"), {"z"}) == 0
        assert metrics.first_right((), {"z"}) == 0
        assert metrics.first_right(("a",), frozenset()) == 0

    def test_the_reciprocal_is_zero_below_the_depth(self) -> None:
        ranks = np.array([1, 2, 0, 10, 11])
        assert metrics.reciprocal(ranks, 10).tolist() == [1.0, 0.5, 0.0, 0.1, 0.0]

    def test_within_counts_the_depth_itself(self) -> None:
        assert metrics.within(np.array([0, 1, 5, 6]), 5).tolist() == [False, True, True, False]


class TestAuroc:
    def test_a_tie_counts_half(self) -> None:
        # .9 beats both others; each .5 ties with .5 and beats .1: (2 + 1.5 + 1.5) of 6 pairs.
        answerable, scores = bools(1, 1, 0, 1, 0), floats(0.9, 0.5, 0.5, 0.5, 0.1)
        assert metrics.auroc(answerable, scores) == pytest.approx(5 / 6)

    def test_the_ends_of_its_range(self) -> None:
        assert metrics.auroc(bools(1, 0), floats(0.2, 0.1)) == 1.0
        assert metrics.auroc(bools(0, 1), floats(0.2, 0.1)) == 0.0
        assert metrics.auroc(bools(1, 0, 1, 0), floats(3, 3, 3, 3)) == 0.5

    def test_one_kind_of_question_alone_has_none(self) -> None:
        assert metrics.auroc(bools(1, 1), floats(0.1, 0.2)) is None
        assert metrics.auroc(bools(0, 0), floats(0.1, 0.2)) is None


class TestAnsweredAt:
    # From the highest score down: 1 of 1 right, 2 of 2, 3 of 4 (two share .7), 4 of 5, 4 of 6.
    RIGHT = bools(1, 0, 1, 0, 1, 1)
    SCORES = floats(0.9, 0.5, 0.8, 0.7, 0.7, 0.6)

    @pytest.mark.parametrize(
        ("precision", "share"), [(0.95, 2 / 6), (0.81, 2 / 6), (0.8, 5 / 6), (0.6, 1.0)]
    )
    def test_the_largest_share_counts_even_past_a_dip(self, precision: float, share: float) -> None:
        assert metrics.answered_at(precision, self.RIGHT, self.SCORES) == pytest.approx(share)

    def test_questions_of_one_score_are_answered_together(self) -> None:
        assert metrics.answered_at(0.9, bools(1, 0), floats(0.7, 0.7)) == 0.0

    def test_nine_of_ten_is_ninety_percent(self) -> None:
        right = bools(*[1] * 9, 0)
        assert metrics.answered_at(0.9, right, np.zeros(10)) == 1.0
        assert metrics.answered_at(0.95, bools(*[1] * 19, 0), np.zeros(20)) == 1.0

    def test_nothing_right_is_nothing_answered(self) -> None:
        assert metrics.answered_at(0.9, bools(0, 0), floats(1, 0)) == 0.0
        assert metrics.answered_at(0.9, bools(), floats()) == 0.0


class TestCalibration:
    def test_error_is_weighted_by_the_questions_of_a_bin(self) -> None:
        # Bins: .05 for 0 right; .15 for 1; .975 for one right of two.
        right, confidences = bools(0, 1, 1, 0), floats(0.05, 0.15, 0.95, 1.0)
        bins = metrics.reliability(right, confidences)
        assert [one.count for one in bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]
        assert bins[9] == Bin(0.9, 1.0, 2, pytest.approx(0.975), 0.5)
        assert bins[4] == Bin(0.4, 0.5, 0, 0.0, 0.0)
        expected = (0.05 * 1 + 0.85 * 1 + 0.475 * 2) / 4
        assert metrics.calibration_error(bins) == pytest.approx(expected)

    def test_a_bin_begins_with_its_lower_bound(self) -> None:
        bounds = [number / 10 for number in range(11)]
        bins = metrics.reliability(bools(*[1] * 11), floats(*bounds))
        assert [one.count for one in bins] == [1] * 9 + [2]

    def test_no_questions_have_no_error(self) -> None:
        assert metrics.calibration_error(metrics.reliability(bools(), floats())) == 0.0


class TestBootstrap:
    def test_all_questions_of_a_target_are_drawn_together(self) -> None:
        # a has 1 and 1, b has 0: drawn are aa (mean 1), ab or ba (2/3), bb (0).
        means = Bootstrap(["a", "b", "a"], resamples=4000).means(floats(1, 0, 1))
        values, counts = np.unique(np.round(means, 6), return_counts=True)
        assert values.tolist() == [0.0, 0.666667, 1.0]
        assert counts / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)

    def test_the_interval_is_of_the_middle_95_percent(self) -> None:
        one = Bootstrap(["a", "b", "a"]).interval(floats(1, 0, 1))
        assert (one.value, one.low, one.high) == (pytest.approx(2 / 3), 0.0, 1.0)

    def test_one_target_leaves_nothing_to_chance(self) -> None:
        one = Bootstrap(["a", "a", "a", "a"]).interval(bools(1, 0, 1, 1))
        assert (one.value, one.low, one.high) == (0.75, 0.75, 0.75)

    def test_it_is_as_wide_as_the_theory_says(self) -> None:
        # 400 targets with a question each, half of them right: 1.96 · ½ / √400 = .049 either side.
        values = np.arange(400) % 2 == 0
        one = Bootstrap(range(400)).interval(values)
        assert one.low == pytest.approx(0.451, abs=0.006)
        assert one.high == pytest.approx(0.549, abs=0.006)

    def test_the_same_targets_give_the_same_resamples(self) -> None:
        values = floats(1, 0, 0, 1, 1)
        first, second = Bootstrap("abcde").means(values), Bootstrap("abcde").means(values)
        assert first.tolist() == second.tolist()
        assert len(first) == metrics.RESAMPLES

    def test_each_target_can_count_the_same(self) -> None:
        assert Bootstrap(["a", "b", "a"]).mean_by_target(floats(1, 0, 1)) == 0.5
