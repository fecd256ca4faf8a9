"""Questions grouped by meaning."""

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.grouping import LEAST_COSINE, MARGIN, centrality, crowdedness, group, join


def at(*degrees: float) -> NDArray[np.float32]:
    """Return unit vectors in the plane, at these angles: the cosine of 60° is a half."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


# 100 texts all around, 3.6° apart: everybody's ten nearest are within 18°.
AROUND = at(*(3.6 * number + 1.0 for number in range(100)))


def test_crowdedness_is_the_mean_cosine_to_the_nearest_tenth() -> None:
    few = at(0.0, 60.0, 60.0, *([180.0] * 17))  # twenty texts: the two nearest count
    assert crowdedness(at(0.0), few).tolist() == pytest.approx([0.5])


def test_crowdedness_leaves_out_the_question_itself() -> None:
    # Without the equal one: (cos 60° + cos 60°) / 2.  With it: (1 + .5) / 2 = .75.
    again = at(0.0, 60.0, 60.0, *([180.0] * 17))
    assert crowdedness(at(0.0), again)[0] == pytest.approx(0.5)


def test_of_too_few_texts_crowdedness_is_its_lower_bound() -> None:
    assert crowdedness(at(0.0), at(10.0)).tolist() == [LEAST_COSINE + MARGIN]


def test_the_same_two_questions_are_one_among_few_and_two_among_many() -> None:
    # A cosine of .5 is enough where the bound is .35, and not where all are close: .65.
    two = at(0.0, 60.0)
    assert group(two, two).tolist() == [0, 0]
    assert group(two, AROUND).tolist() == [0, 1]


def test_groups_are_numbered_by_their_first_member_whatever_the_order() -> None:
    angles = [200.0, 0.0, 202.0, 5.0, 100.0]
    assert group(at(*angles), AROUND).tolist() == [0, 1, 0, 1, 2]
    assert group(at(*reversed(angles)), AROUND).tolist() == [0, 1, 2, 1, 2]


def test_a_single_question_is_a_group_and_none_are_none() -> None:
    assert group(at(0.0), AROUND).tolist() == [0]
    assert group(at(), AROUND).tolist() == []


def test_a_question_joins_the_group_it_is_close_to_on_average_or_none() -> None:
    groups = np.array([0, 0, 1], dtype=np.int64)
    joined = join(at(3.0, 93.0, 270.0), at(0.0, 6.0, 90.0), groups, AROUND)
    assert joined.tolist() == [0, 1, -1]


def test_nobody_joins_where_there_are_no_groups() -> None:
    assert join(at(0.0), at(), np.array([], dtype=np.int64), AROUND).tolist() == [-1]


def test_the_most_central_question_is_the_closest_to_those_asked_most() -> None:
    # In the middle: (cos 60° + cos 60°) / 2.  With one end asked thrice: (3 cos 60° + cos 120°) / 4
    # for the other end.
    three = at(0.0, 60.0, 120.0)
    assert centrality(three, np.array([1, 1, 1])).tolist() == pytest.approx(
        [0.0, 0.5, 0.0], abs=1e-6
    )
    counted = centrality(three, np.array([1, 2, 1]))
    assert counted.tolist() == pytest.approx(
        [(2 * 0.5 - 0.5) / 3, 0.5, (2 * 0.5 - 0.5) / 3], abs=1e-6
    )
    assert centrality(at(0.0), np.array([4])).tolist() == [1.0]
