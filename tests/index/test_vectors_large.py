"""The index for many vectors: how much it finds, and that the set of vectors alone decides it.

What every index keeps stands in tests/contracts/test_vector_index.py.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.coded_lists import CodedLists
from index.vector_lists import (
    Breadth,
    Pivots,
    Probes,
    are_pivots,
    content_hashes,
    shift_for,
    whole_numbers,
)
from index.vector_rows import RowsFile, VectorRows
from index.vectors import FlatIndex
from index.vectors_large import LISTS_FROM, LargeIndex

DIMENSION = 128
NOISE = 0.5 / DIMENSION**0.5  # of length one half: copies of a centre have a cosine of 0.8


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def clustered() -> NDArray[np.float32]:
    """12,000 vectors around 400 centres of unequal weight; some stand there twice."""
    chance = np.random.default_rng(3)
    centres = unit(chance.normal(size=(400, DIMENSION)))
    chosen = np.minimum(chance.geometric(0.01, size=12_000) - 1, 399)
    rows = unit(centres[chosen] + NOISE * chance.normal(size=(12_000, DIMENSION)))
    rows[100:200] = rows[:100]
    return rows


@pytest.fixture(scope="module")
def questions(clustered: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half of them near vectors that are there, half between two."""
    chance = np.random.default_rng(4)
    near = clustered[chance.integers(0, len(clustered), 100)]
    between = near + clustered[chance.integers(0, len(clustered), 100)]
    near = near + NOISE * chance.normal(size=near.shape)
    return unit(np.concatenate([near, between]))


@pytest.fixture(scope="module")
def large(clustered: NDArray[np.float32]) -> LargeIndex:
    return over(clustered)


def over(rows: NDArray[np.float32]) -> LargeIndex:
    index = LargeIndex(rows.shape[1])
    index.add(np.arange(len(rows)), rows)
    return index


def recall(
    index: LargeIndex, rows: NDArray[np.float32], asked: NDArray[np.float32], k: int
) -> float:
    """The share of the k nearest that are found; every vector as near as the k-th is right."""
    exact = np.sort(rows.astype(np.float64) @ asked.T.astype(np.float64), axis=0)[-k]
    keys, _ = index.search(asked, k)
    found = np.einsum("ikd,id->ik", rows[keys].astype(np.float64), asked.astype(np.float64))
    return float((found >= exact[:, None] - 1e-6).mean())


def test_of_the_ten_nearest_it_finds_99_in_100(
    large: LargeIndex, clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    assert large.divided
    assert recall(large, clustered, questions, 10) >= 0.99


def test_of_the_two_hundred_nearest_it_finds_97_in_100(
    large: LargeIndex, clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    assert recall(large, clustered, questions, 200) >= 0.97


def test_what_it_finds_has_the_similarities_and_the_order_of_exact_search(
    large: LargeIndex, clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    flat = FlatIndex(DIMENSION)
    flat.add(np.arange(len(clustered)), clustered)
    keys, found = large.search(questions, 10)
    exact_keys, exact = flat.search(questions, 10)
    for at in range(len(questions)):
        known = dict(zip(exact_keys[at].tolist(), exact[at].tolist(), strict=True))
        both = [
            (key, close) for key, close in zip(keys[at], found[at], strict=True) if key in known
        ]
        assert all(known[int(key)] == close for key, close in both)
    assert (np.diff(found, axis=1) <= 0).all()
    ties = np.diff(found, axis=1) == 0
    assert (np.diff(keys, axis=1)[ties] > 0).all()


@pytest.mark.parametrize("seed", range(2))
def test_neither_the_order_of_additions_nor_what_was_there_before_changes_what_is_found(
    large: LargeIndex,
    clustered: NDArray[np.float32],
    questions: NDArray[np.float32],
    seed: int,
) -> None:
    chance = np.random.default_rng(seed)
    order, count = chance.permutation(len(clustered)), len(clustered)
    passing = unit(chance.normal(size=(900, DIMENSION)))
    other = LargeIndex(DIMENSION)
    for part in np.array_split(order[:8000], 3):
        other.add(part, clustered[part])
    other.add(count + np.arange(900), passing)
    # Many small changes: pivots come and go with them, and vectors change lists.
    for part, gone in zip(
        np.array_split(order[8000:], 15), np.array_split(np.arange(900), 15), strict=True
    ):
        other.add(part, clustered[part])
        other.remove(count + gone)
    again = chance.choice(count, 50, replace=False)
    other.remove(again)
    other.add(again, clustered[again])
    assert len(other) == len(large)
    for k in (10, 200):
        keys, found = other.search(questions, k)
        expected, similarities = large.search(questions, k)
        assert (keys == expected).all()
        assert (found == similarities).all()


def test_removing_until_few_are_left_gives_exact_search(
    clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    index = over(clustered)
    index.remove(np.arange(LISTS_FROM - 1, len(clustered)))
    assert len(index) == LISTS_FROM - 1
    assert not index.divided
    flat = FlatIndex(DIMENSION)
    flat.add(np.arange(LISTS_FROM - 1), clustered[: LISTS_FROM - 1])
    assert (index.search(questions, 50)[0] == flat.search(questions, 50)[0]).all()


def test_a_copy_changes_without_the_one_it_was_made_of(
    large: LargeIndex, clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    before = large.search(questions, 10)
    other = large.copy()
    nearest = np.unique(before[0])
    assert other.remove(nearest) == len(nearest)
    other.add(np.array([100_000]), questions[:1])
    assert other.search(questions[:1], 1)[0].tolist() == [[100_000]]
    assert not np.isin(other.search(questions, 10)[0], nearest).any()
    after = large.search(questions, 10)
    assert (before[0] == after[0]).all()
    assert (before[1] == after[1]).all()


def test_more_equal_vectors_than_are_compared_come_in_the_order_of_their_keys() -> None:
    chance = np.random.default_rng(1)
    rows = unit(chance.normal(size=(8000, 8)))
    rows[:3000] = rows[0]
    index = LargeIndex(8)
    order = chance.permutation(8000)
    index.add(order, rows[order])
    keys, found = index.search(rows[:1], 300)
    assert keys[0].tolist() == list(range(300))
    assert (found == 1.0).all()


def test_all_are_found_where_all_are_asked_for(large: LargeIndex) -> None:
    keys, _ = large.search(np.eye(1, DIMENSION, dtype=np.float32), len(large) + 5)
    assert sorted(keys[0, :-5].tolist()) == list(range(len(large)))
    assert keys[0, -5:].tolist() == [-1] * 5


def test_an_index_over_a_file_finds_what_one_in_memory_does(
    tmp_path: Path,
    large: LargeIndex,
    clustered: NDArray[np.float32],
    questions: NDArray[np.float32],
) -> None:
    path = tmp_path / "vectors.f32"
    file = RowsFile.write(path, iter(np.array_split(clustered, 5)), DIMENSION)
    assert path.stat().st_size == clustered.size * 4
    index = LargeIndex.over(VectorRows(DIMENSION, file))
    for k in (10, 200):
        assert (index.search(questions, k)[0] == large.search(questions, k)[0]).all()
    index.add(np.array([90_000]), questions[:1])
    assert index.search(questions[:1], 2)[0][0, 0] == 90_000


def test_rows_in_a_file_and_behind_it_are_taken_in_any_order(tmp_path: Path) -> None:
    rows = np.arange(30, dtype=np.float32).reshape(10, 3)
    file = RowsFile.write(tmp_path / "vectors.f32", iter([rows[:4]]), 3)
    all_rows = VectorRows(3, file).with_more(rows[4:7]).with_more(rows[7:])
    assert len(all_rows) == 10
    numbers = np.array([9, 0, 5, 3, 4, 5])
    assert (all_rows.take(numbers) == rows[numbers]).all()
    assert all_rows.take(np.empty(0, dtype=np.int64)).shape == (0, 3)


def test_one_pivot_in_about_four_square_roots() -> None:
    # 4 · √n of n are n / (√n / 4): one in 22.6 to 45.3 is rounded to one in 2 ** 5.
    assert [shift_for(n) for n in (8_192, 32_767, 32_768, 131_071, 131_072)] == [5, 5, 6, 6, 7]
    assert [shift_for(n) for n in (524_288, 2_097_151, 2_097_152)] == [8, 8, 9]
    drawn = are_pivots(content_hashes(unit(np.random.default_rng(0).normal(size=(64_000, 8)))), 6)
    assert 900 <= drawn.sum() <= 1100  # 1000 ± 3 standard deviations


def test_the_hash_is_of_the_numbers_alone() -> None:
    rows = np.array([[0.0, 1.0], [-0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    one, same, other = content_hashes(rows).tolist()
    assert one == same != other
    assert content_hashes(np.asfortranarray(rows)).tolist() == [one, same, other]


def test_a_vector_is_in_the_list_of_the_closest_pivot_and_of_equal_ones_of_the_least_hash() -> None:
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    pivots = Pivots(vectors, np.array([7, 3, 5], dtype=np.uint64), np.array([10, 20, 30]))
    half = np.float32(0.5**0.5)
    rows = np.array([[0.6, 0.8], [half, half], [-half, half], [-1, 0]], dtype=np.float32)
    assert pivots.lists_of(rows).tolist() == [20, 20, 20, 30]


def test_lists_are_looked_for_by_mean_and_spread_and_empty_ones_never() -> None:
    # The first list's mean is (0.6, 0): its members' length 1 leaves a spread of 0.8, of which 0.3
    # are added.  The second's is (1, 0): it is the better one from 0.6 x + 0.24 = x on, x = 0.6.
    members = np.array([[0.6, 0.8], [0.6, -0.8]], dtype=np.float32)
    sums = np.array([[0, 0], whole_numbers(members).sum(axis=0), [1 << 20, 0]])
    hashes = np.array([0, 5, 7], dtype=np.uint64)
    probes = Probes(sums, np.array([0, 2, 1]), hashes)

    def closest(x: float, least: int, most: int = 3, reach: float = 0.0) -> list[int]:
        asked = np.array([x, (1 - x * x) ** 0.5], dtype=np.float32)
        return probes.closest(asked, Breadth(least, most, reach)).tolist()

    assert closest(0.59, 3) == [1, 2]
    assert closest(0.61, 3) == [2, 1]
    assert closest(0.61, 1) == [2]
    # At x = 0.7 they are 0.7 and 0.66: 0.04 apart.
    assert closest(0.7, 1, reach=0.05) == [2, 1]
    assert closest(0.7, 1, reach=0.03) == [2]
    assert closest(0.7, 1, most=1, reach=0.05) == [2]
    none = Probes(sums[:1], np.zeros(1, dtype=np.int64), hashes[:1])
    assert none.closest(members[0], Breadth(3, 3, 0.0)).tolist() == []


@pytest.mark.parametrize(("hashes", "expected"), [((3, 9, 6), [0, 2]), ((9, 3, 6), [1, 2])])
def test_which_of_equally_close_lists_is_looked_into_is_up_to_their_pivots_hashes(
    hashes: tuple[int, ...], expected: list[int]
) -> None:
    sums = np.array([[1 << 20, 0]] * 3)
    probes = Probes(sums, np.ones(3, dtype=np.int64), np.array(hashes, dtype=np.uint64))
    found = probes.closest(np.array([0.6, 0.8], dtype=np.float32), Breadth(2, 2, 1.0))
    assert sorted(found.tolist()) == expected


def test_an_estimate_is_the_same_to_the_bit_whatever_was_added_with_its_vector(
    clustered: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    vectors = clustered[200:1700]
    rows = VectorRows(DIMENSION).with_more(vectors)
    hashes = content_hashes(vectors)
    numbers = np.flatnonzero(are_pivots(hashes, 4))
    numbers = numbers[np.argsort(hashes[numbers])]
    none = np.empty(0, dtype=np.int64)

    def estimates(parts: int) -> NDArray[np.float32]:
        lists = CodedLists(DIMENSION, 4, len(numbers))
        for part in np.array_split(np.arange(len(vectors)), parts):
            lists.change(rows, part, none, hashes[numbers], vectors[numbers])
        everything = Breadth(len(numbers), len(numbers), 2.0)
        found = [lists.candidates(one, everything, len(vectors)) for one in questions[:20]]
        assert all(sorted(one.numbers.tolist()) == list(range(len(vectors))) for one in found)
        return np.array([one.estimates[np.argsort(one.numbers)] for one in found])

    at_once = estimates(1)
    assert (estimates(400) == at_once).all()
    # A pivot's own vector has no part that is estimated.
    exact = questions[:20] @ vectors[numbers].T
    assert np.abs(at_once[:, numbers] - exact).max() < 1e-5
