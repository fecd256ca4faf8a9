import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.splice import Splice, objects


def splice(old: int, gone: list[int], at: list[int]) -> Splice:
    return Splice(old, np.array(gone, dtype=np.int64), np.array(at, dtype=np.int64))


def test_those_that_stay_keep_their_order_and_new_ones_stand_where_they_are_put() -> None:
    # a b c d without b is a c d; then x before all, y and z after two, w at the end.
    made = splice(4, [1], [0, 2, 2, 3])
    letters = made.array(np.array(list("abcd")), np.array(list("xyzw")))
    assert "".join(letters) == "xacyzdw"
    assert made.size == 7
    assert made.kept.tolist() == [0, 2, 3]
    assert made.kept_at.tolist() == [1, 2, 5]
    assert made.new_at.tolist() == [0, 3, 4, 6]
    assert made.number.tolist() == [1, -1, 2, 5]


def test_rows_move_as_wholes() -> None:
    made = splice(2, [0], [1]).array(np.array([[1, 2], [3, 4]]), np.array([[5, 6]]))
    assert made.tolist() == [[3, 4], [5, 6]]


@pytest.mark.parametrize("values", [[], [(1, 2), (3, 4)], [[1], "two", None]])
def test_objects_stay_whole_in_an_array(values: list[object]) -> None:
    made = objects(values)
    assert made.shape == (len(values),)
    assert made.tolist() == values


@given(st.lists(st.integers()), st.data())
def test_it_does_what_a_list_does(old: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(old))))) if old else set()
    kept = [value for place, value in enumerate(old) if place not in gone]
    at = sorted(data.draw(st.lists(st.integers(0, len(kept)), max_size=5)))
    new = list(range(-1, -len(at) - 1, -1))
    expected = list(kept)
    for place, value in reversed(list(zip(at, new, strict=True))):
        expected.insert(place, value)
    made = splice(len(old), sorted(gone), at)
    assert made.array(objects(old), objects(new)).tolist() == expected
    numbers = [int(number) for number in made.number]
    assert [expected[number] for number in numbers if number >= 0] == kept
