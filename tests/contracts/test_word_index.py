"""What every WordIndex keeps.  A new one joins ``INDEXES`` and passes all of this."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import UsageError
from index.words import BM25Index, WordIndex, terms


class Oracle:
    """BM25 with k1 = 1.2, b = 0.75 straight from its formula."""

    def __init__(
        self,
        keys: NDArray[np.int64],
        texts: Sequence[str | list[str] | tuple[str, ...]],
        *,
        analyze: Callable[[str], list[str]] = terms,
    ) -> None:
        self.analyze = analyze
        if keys.shape != (len(texts),):
            raise UsageError(f"{len(texts)} texts came with keys of shape {keys.shape}")
        if len(set(keys.tolist())) < len(keys):
            raise UsageError("two texts have the same key")
        self.counts = {
            key: Counter(analyze(text) if isinstance(text, str) else text)
            for key, text in zip(keys.tolist(), texts, strict=True)
        }

    def __len__(self) -> int:
        return len(self.counts)

    def score(self, query: str, key: int, query_terms: Sequence[str] | None = None) -> float:
        total = 0.0
        length = sum(self.counts[key].values())
        mean = sum(sum(counts.values()) for counts in self.counts.values()) / len(self.counts)
        for term in self.analyze(query) if query_terms is None else query_terms:
            n = sum(term in counts for counts in self.counts.values())
            tf = self.counts[key][term]
            if tf:
                idf = math.log(1 + (len(self.counts) - n + 0.5) / (n + 0.5))
                total += idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * length / mean))
        return round(total, 6)

    def search(
        self, query: str, k: int, *, query_terms: Sequence[str] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        scored = sorted((-self.score(query, key, query_terms), key) for key in self.counts)
        best = [(key, -score) for score, key in scored if score < 0][:k]
        return (
            np.array([key for key, _ in best], dtype=np.int64),
            np.array([score for _, score in best], dtype=np.float32),
        )

    def scores(
        self, query: str, keys: NDArray[np.int64], *, query_terms: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        for key in keys.tolist():
            if key not in self.counts:
                raise UsageError(f"key {key} is not in the word index")
        return np.array(
            [self.score(query, key, query_terms) for key in keys.tolist()], dtype=np.float32
        )


class Make(Protocol):
    def __call__(
        self,
        keys: NDArray[np.int64],
        texts: Sequence[str | list[str] | tuple[str, ...]],
        *,
        analyze: Callable[[str], list[str]] = ...,
    ) -> WordIndex: ...


INDEXES: dict[str, Make] = {"bm25s": BM25Index, "oracle": Oracle}


@pytest.fixture(params=INDEXES)
def make(request: pytest.FixtureRequest) -> Make:
    return INDEXES[request.param]


def keys(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def index(make: Make) -> WordIndex:
    return make(keys(7, 3, 5), ["tea tea cup", "tea", "coffee and cake in a cup"])


# Lengths 3, 1 and 6, mean 10/3; "tea" and "cup" are in two texts of three: idf ln(1 + 1.5/2.5).
IDF = math.log(1.6)
TEA_IN_7 = IDF * 2 / (2 + 1.2 * (0.25 + 0.75 * 0.9))
TEA_IN_3 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 0.3))
CUP_IN_7 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 0.9))
CUP_IN_5 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 1.8))


def test_scores_are_those_worked_by_hand(index: WordIndex) -> None:
    found, scores = index.search("Tea? Cup!", 5)
    assert found.tolist() == [7, 3, 5]
    assert scores.tolist() == pytest.approx([TEA_IN_7 + CUP_IN_7, TEA_IN_3, CUP_IN_5], abs=1e-6)
    assert (str(found.dtype), str(scores.dtype)) == ("int64", "float32")


def test_a_term_asked_for_twice_counts_twice(index: WordIndex) -> None:
    assert index.scores("tea tea", keys(3)).tolist() == pytest.approx([2 * TEA_IN_3], abs=1e-6)


def test_scores_come_in_the_order_of_the_keys_asked_for(index: WordIndex) -> None:
    scores = index.scores("tea", keys(5, 3, 7, 3))
    assert scores.tolist() == pytest.approx([0, TEA_IN_3, TEA_IN_7, TEA_IN_3], abs=1e-6)


def test_texts_that_share_no_term_are_not_found(index: WordIndex) -> None:
    assert index.search("cake", 5)[0].tolist() == [5]
    for nothing in ("sugar", "", "?!"):
        found, scores = index.search(nothing, 5)
        assert (found.tolist(), scores.tolist()) == ([], [])


def test_equal_scores_are_ordered_by_key_also_at_the_last_place(make: Make) -> None:
    index = make(keys(9, 2, 4, 1), ["tea", "tea", "tea", "cup"])
    assert index.search("tea", 2)[0].tolist() == [2, 4]


@pytest.mark.parametrize("texts", [[], ["", "?!"]])
def test_an_index_without_words_finds_nothing(make: Make, texts: list[str]) -> None:
    index = make(np.arange(len(texts), dtype=np.int64), texts)
    assert len(index) == len(texts)
    assert index.search("tea", 3)[0].tolist() == []
    assert index.scores("tea", np.arange(len(texts))).tolist() == [0.0] * len(texts)


def test_a_key_that_is_not_there_is_refused(index: WordIndex) -> None:
    with pytest.raises(UsageError, match="key 4 is not in the word index"):
        index.scores("tea", keys(3, 4))
    with pytest.raises(UsageError, match="key 99 is not in the word index"):
        index.scores("tea", keys(99))


def test_searching_for_none_is_refused(index: WordIndex) -> None:
    with pytest.raises(UsageError, match="k is 0, expected at least 1"):
        index.search("tea", 0)


def test_keys_and_texts_must_fit(make: Make) -> None:
    with pytest.raises(UsageError, match=r"1 texts came with keys of shape \(2,\)"):
        make(keys(1, 2), ["tea"])
    with pytest.raises(UsageError, match="two texts have the same key"):
        make(keys(1, 1), ["tea", "cup"])


def test_texts_and_queries_are_analysed_alike(make: Make) -> None:
    index = make(keys(1, 2), ["Tea", "TEA cup"], analyze=str.split)
    assert index.search("TEA", 5)[0].tolist() == [2]
    assert index.search("tea", 5)[0].tolist() == []


def test_terms_that_come_ready_made_are_taken_as_they_are(make: Make) -> None:
    index = make(keys(1, 2, 3), [["tea time"], ("Tea", "cup"), "tea time"])
    assert index.search("", 5, query_terms=["tea time", "Tea"])[0].tolist() == [1, 2]
    # Three texts, each term of the query in one; lengths 1, 2 and 2, mean 5/3.
    idf = math.log(1 + 2.5 / 1.5)
    assert index.scores("tea", keys(2, 1, 3), query_terms=("tea time",)).tolist() == pytest.approx(
        [0, idf / (1 + 1.2 * (0.25 + 0.75 * 0.6)), 0], abs=1e-6
    )


WORDS = st.lists(st.sampled_from(["tea", "cup", "error-404", "c++", "茶道", "a"]), max_size=8)


@pytest.mark.parametrize("name", INDEXES)
@given(texts=st.lists(WORDS.map(" ".join), min_size=1, max_size=12), query=WORDS, data=st.data())
def test_it_agrees_with_the_formula_in_whatever_order_the_texts_came(
    name: str, texts: list[str], query: list[str], data: st.DataObject
) -> None:
    order = np.array(data.draw(st.permutations(range(len(texts)))), dtype=np.int64)
    index = INDEXES[name](order, [texts[row] for row in order])
    oracle = Oracle(np.arange(len(texts)), texts)
    question = " ".join(query)
    found, scores = index.search(question, 5)
    expected, expected_scores = oracle.search(question, 5)
    assert scores == pytest.approx(expected_scores, abs=2e-6)
    assert index.scores(question, found) == pytest.approx(scores, abs=0)
    # A score on the edge of rounding may fall either way, and then its order: compare the others.
    if len(set(np.round(expected_scores, 4).tolist())) == len(expected_scores):
        assert found.tolist() == expected.tolist()
