"""What every VectorIndex keeps.  A new one joins ``INDEXES`` and passes all of this."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import UsageError
from index.vectors import FlatIndex, FlatSearch, VectorIndex
from index.vectors_large import LargeIndex


class Oracle:
    """The same, in numpy and float64, sorting everything: slow and plain to see."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.rows: dict[int, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise UsageError(f"vectors have shape {vectors.shape}, expected (n, {self.dimension})")
        if keys.shape != (len(vectors),):
            raise UsageError(f"{len(vectors)} vectors came with keys of shape {keys.shape}")
        if (keys < 0).any():
            raise UsageError("a key is negative")
        if len(set(keys.tolist())) < len(keys) or self.rows.keys() & set(keys.tolist()):
            raise UsageError("a key is in the index already, or twice in one call")
        if not np.isfinite(vectors).all():
            raise UsageError("a vector holds a number that is not finite")
        if (np.abs(np.sqrt((vectors.astype(float) ** 2).sum(1)) - 1) > 1e-3).any():
            raise UsageError("vectors must be of length 1")
        self.rows.update(zip(keys.tolist(), vectors, strict=True))

    def remove(self, keys: NDArray[np.int64]) -> int:
        return sum(self.rows.pop(key, None) is not None for key in set(keys.tolist()))

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise UsageError(f"vectors have shape {queries.shape}, expected (n, {self.dimension})")
        keys = np.full((len(queries), k), -1, dtype=np.int64)
        similarities = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for at, query in enumerate(queries):
            scored = sorted(
                (-round(float(np.dot(row.astype(float), query.astype(float))), 6), key)
                for key, row in self.rows.items()
            )[:k]
            for place, (negative, key) in enumerate(scored):
                keys[at, place], similarities[at, place] = key, -negative
        return keys, similarities


INDEXES: dict[str, Callable[[int], VectorIndex]] = {
    "flat": FlatIndex,
    "large": LargeIndex,
    "large, in lists": partial(LargeIndex, lists_from=1),
    "oracle": Oracle,
}


@pytest.fixture(params=INDEXES)
def make(request: pytest.FixtureRequest) -> Callable[[int], VectorIndex]:
    return INDEXES[request.param]


def rows(*values: list[float]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def keys(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def index(make: Callable[[int], VectorIndex]) -> VectorIndex:
    """East, north, and between them at 3-4-5."""
    made = make(2)
    made.add(keys(10, 20, 30), rows([1, 0], [0, 1], [0.6, 0.8]))
    return made


def test_the_nearest_come_first_with_their_inner_products(index: VectorIndex) -> None:
    found, similarities = index.search(rows([1, 0], [0, -1]), 3)
    assert found.tolist() == [[10, 30, 20], [10, 30, 20]]
    expected = [[1.0, np.float32(0.6), 0.0], [0.0, np.float32(-0.8), -1.0]]
    assert similarities.tolist() == expected
    assert (str(found.dtype), str(similarities.dtype)) == ("int64", "float32")


def test_fewer_vectors_than_asked_for_leave_places_empty(index: VectorIndex) -> None:
    found, similarities = index.search(rows([0, 1]), 5)
    assert found.tolist() == [[20, 30, 10, -1, -1]]
    assert similarities[0].tolist() == [1.0, np.float32(0.8), 0.0, -np.inf, -np.inf]


def test_an_empty_index_and_no_queries_are_no_errors(
    make: Callable[[int], VectorIndex], index: VectorIndex
) -> None:
    empty = make(2)
    assert len(empty) == 0
    assert empty.search(rows([1, 0]), 2)[0].tolist() == [[-1, -1]]
    assert index.search(np.empty((0, 2), dtype=np.float32), 2)[0].shape == (0, 2)
    empty.add(keys(), np.empty((0, 2), dtype=np.float32))
    assert empty.remove(keys(1)) == 0


def test_equal_similarities_are_ordered_by_key_also_at_the_last_place(
    make: Callable[[int], VectorIndex],
) -> None:
    made = make(2)
    order = np.random.default_rng(5).permutation(100).astype(np.int64)
    made.add(order, np.repeat(rows([0.6, 0.8]), 100, axis=0))
    made.add(keys(1000), rows([1, 0]))
    found, similarities = made.search(rows([1, 0]), 4)
    assert found.tolist() == [[1000, 0, 1, 2]]
    assert similarities[0].tolist() == [1.0] + [np.float32(0.6)] * 3


def test_similarities_that_differ_after_six_decimals_are_equal(
    make: Callable[[int], VectorIndex],
) -> None:
    made = make(2)
    less = 0.6 - 3e-7
    made.add(keys(2, 1), rows([0.6, 0.8], [less, (1 - less**2) ** 0.5]))
    found, similarities = made.search(rows([1, 0]), 2)
    assert found.tolist() == [[1, 2]]
    assert similarities[0].tolist() == [np.float32(0.6)] * 2


def test_what_was_removed_is_not_found_and_its_key_is_free(index: VectorIndex) -> None:
    assert index.remove(keys(10, 99, 10)) == 1
    assert len(index) == 2
    assert index.search(rows([1, 0]), 3)[0].tolist() == [[30, 20, -1]]
    index.add(keys(10), rows([0, -1]))
    assert index.search(rows([0, -1]), 1)[0].tolist() == [[10]]


@pytest.mark.parametrize(
    ("new_keys", "new_rows", "message"),
    [
        (keys(1), rows([1, 0, 0]), r"shape \(1, 3\), expected \(n, 2\)"),
        (keys(1, 2), rows([1, 0]), r"1 vectors came with keys of shape \(2,\)"),
        (keys(30), rows([1, 0]), "already"),
        (keys(4, 4), rows([1, 0], [0, 1]), "twice"),
        (keys(-1), rows([1, 0]), "negative"),
        (keys(4), rows([1, 1]), "length 1"),
        (keys(4), rows([np.nan, 1]), "not finite"),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    index: VectorIndex, new_keys: NDArray[np.int64], new_rows: NDArray[np.float32], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        index.add(new_keys, new_rows)
    assert len(index) == 3


def test_searching_for_none_or_in_another_space_is_refused(index: VectorIndex) -> None:
    with pytest.raises(UsageError, match="k is 0, expected at least 1"):
        index.search(rows([1, 0]), 0)
    with pytest.raises(UsageError, match=r"shape \(1, 3\), expected \(n, 2\)"):
        index.search(rows([1, 0, 0]), 1)


# Far apart: all are found where all are asked for.  In seven groups: in these lists miss nothing.
@pytest.mark.parametrize(("groups", "ks"), [(600, (700,)), (7, (1, 7, 50, 700))])
@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_the_oracle_after_additions_and_removals(
    make: Callable[[int], VectorIndex], seed: int, groups: int, ks: tuple[int, ...]
) -> None:
    random = np.random.default_rng(seed)
    made, oracle = make(16), Oracle(16)
    centres = 5 * random.normal(size=(groups, 16))
    vectors = centres[np.arange(600) % groups] + random.normal(size=(600, 16))
    vectors = vectors.astype(np.float32)
    vectors[300:500] = vectors[:200]  # every third or so has a double
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = random.permutation(10_000)[:600].astype(np.int64)
    for part in np.array_split(np.arange(600), 4):
        gone = random.choice(names, 40, replace=False)
        for each in (made, oracle):
            each.add(names[part], vectors[part])
            each.remove(gone)
        assert len(made) == len(oracle)
        queries = vectors[random.integers(0, 600, 20)]
        for k in ks:
            found, similarities = made.search(queries, k)
            expected, expected_similarities = oracle.search(queries, k)
            assert (found == expected).all()
            assert (similarities == expected_similarities).all()


def test_vectors_that_do_not_change_are_found_by_their_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors = rows([1, 0], [0, 1], [0.6, 0.8])
    flat = FlatIndex(2)
    flat.add(keys(0, 1, 2), vectors)
    made: list[int] = []

    def counted(dimension: int) -> FlatIndex:
        made.append(dimension)
        return FlatIndex(dimension)

    monkeypatch.setattr("index.vectors.FlatIndex", counted)
    search = FlatSearch(vectors)
    assert (len(search), search.dimension, made) == (3, 2, [])  # only where it is asked
    for k in (1, 3, 5):
        expected, found = flat.search(vectors, k), search.search(vectors, k)
        assert [one.tolist() for one in found] == [one.tolist() for one in expected]
    assert made == [2]


def test_vectors_that_do_not_change_have_length_one_too() -> None:
    with pytest.raises(UsageError, match="of length 1"):
        FlatSearch(rows([2, 0])).search(rows([1, 0]), 1)
    empty = FlatSearch(np.empty((0, 0), dtype=np.float32))
    assert empty.search(rows([1]), 2)[0].tolist() == [[-1, -1]]
