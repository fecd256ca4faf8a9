"""What every WordIndex keeps.  A new one joins ``INDEXES`` and passes all of this."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import index.bm25
from index.bm25 import BM25Index, WordIndex
from index.errors import UsageError
from index.postings import Coded
from index.splice import Splice


class Oracle:
    """BM25 with k1 = 1.2, b = 0.75 straight from its formula."""

    def __init__(self, texts: Coded) -> None:
        self.texts = (
            np.split(texts.codes, np.cumsum(texts.lengths)[:-1]) if len(texts.lengths) else []
        )
        self.counts = [Counter(text.tolist()) for text in self.texts]

    def __len__(self) -> int:
        return len(self.counts)

    def score(self, query: Sequence[int], text: int) -> float:
        return round(self.sum(query, text), 6)

    def sum(self, query: Sequence[int], text: int) -> float:
        """The score before it is rounded."""
        total = 0.0
        length = self.counts[text].total()
        mean = sum(counts.total() for counts in self.counts) / len(self.counts)
        for term in query:
            n = sum(term in counts for counts in self.counts)
            tf = self.counts[text][term]
            if tf:
                idf = math.log(1 + (len(self.counts) - n + 0.5) / (n + 0.5))
                total += idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * length / mean))
        return total

    def search(self, query: Sequence[int], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        scored = sorted((-self.score(query, text), text) for text in range(len(self)))
        best = [(text, -score) for score, text in scored if score < 0][:k]
        return (
            np.array([text for text, _ in best], dtype=np.int64),
            np.array([score for _, score in best], dtype=np.float32),
        )

    def scores(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        for text in texts.tolist():
            if not 0 <= text < len(self):
                raise UsageError(f"there is no text {text} among {len(self)}")
        return np.array([self.score(query, text) for text in texts.tolist()], dtype=np.float32)

    def shares(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        best = self.scores(query, np.arange(len(self))).max(initial=0.0)
        return self.scores(query, texts).astype(np.float64) / (float(best) or 1.0)

    def spliced(self, splice: Splice, texts: Coded) -> "Oracle":
        made = [text for row, text in enumerate(self.texts) if splice.number[row] >= 0]
        new = Oracle(texts).texts
        for place, text in reversed(list(zip(splice.at.tolist(), new, strict=True))):
            made.insert(place, text)
        return Oracle(Coded.of(made))


def step_by_step(texts: Coded) -> WordIndex:
    """An index that began with other texts, and came to ``texts`` one by one."""
    wanted = Oracle(texts).texts
    made: WordIndex = BM25Index.of(coded([1, 2, 3], [2], [99, 99]))
    made = made.spliced(splice(3, [0, 2], []), coded())
    # The odd ones first, at the end; then the even ones, each in its place; then the strange one.
    for row in range(1, len(wanted), 2):
        made = made.spliced(splice(len(made), [], [len(made)]), Coded.of([wanted[row]]))
    for row in range(0, len(wanted), 2):
        made = made.spliced(splice(len(made), [], [row + 1]), Coded.of([wanted[row]]))
    return made.spliced(splice(len(made), [0], []), coded())


INDEXES: dict[str, Callable[[Coded], WordIndex]] = {
    "bm25": BM25Index.of,
    "bm25 step by step": step_by_step,
    "oracle": Oracle,
}
Make = Callable[..., WordIndex]


def coded(*texts: Sequence[int]) -> Coded:
    return Coded.of([np.array(text, dtype=np.int64) for text in texts])


def splice(old: int, gone: Sequence[int], at: Sequence[int]) -> Splice:
    return Splice(old, np.array(gone, dtype=np.int64), np.array(at, dtype=np.int64))


def numbers(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


@pytest.fixture(params=["all at once", "the best only"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of finding the best: from the scores of all, and without those of most."""
    if request.param == "the best only":
        monkeypatch.setattr(index.bm25, "DENSE_POSTINGS", 0)


@pytest.fixture(params=INDEXES)
def make(request: pytest.FixtureRequest, way: None) -> Make:
    def make(*texts: Sequence[int]) -> WordIndex:
        return INDEXES[request.param](coded(*texts))

    return make


TEA, CUP, CAKE, COFFEE, AND, IN, A, SUGAR = range(8)


@pytest.fixture
def words(make: Make) -> WordIndex:
    return make([TEA, TEA, CUP], [TEA], [COFFEE, AND, CAKE, IN, A, CUP])


# Lengths 3, 1 and 6, mean 10/3; "tea" and "cup" are in two texts of three: idf ln(1 + 1.5/2.5).
IDF = math.log(1.6)
TEA_IN_0 = IDF * 2 / (2 + 1.2 * (0.25 + 0.75 * 0.9))
TEA_IN_1 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 0.3))
CUP_IN_0 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 0.9))
CUP_IN_2 = IDF * 1 / (1 + 1.2 * (0.25 + 0.75 * 1.8))


def test_scores_are_those_worked_by_hand(words: WordIndex) -> None:
    found, scores = words.search([TEA, CUP], 5)
    assert found.tolist() == [0, 1, 2]
    assert scores.tolist() == pytest.approx([TEA_IN_0 + CUP_IN_0, TEA_IN_1, CUP_IN_2], abs=1e-6)
    assert (str(found.dtype), str(scores.dtype)) == ("int64", "float32")


def test_a_term_asked_for_twice_counts_twice(words: WordIndex) -> None:
    assert words.scores([TEA, TEA], numbers(1)).tolist() == pytest.approx([2 * TEA_IN_1], abs=1e-6)
    assert words.search([TEA, TEA], 1)[1].tolist() == pytest.approx([2 * TEA_IN_0], abs=1e-6)


def test_scores_come_in_the_order_of_the_texts_asked_for(words: WordIndex) -> None:
    scores = words.scores([TEA], numbers(2, 1, 0, 1))
    assert scores.tolist() == pytest.approx([0, TEA_IN_1, TEA_IN_0, TEA_IN_1], abs=1e-6)
    assert words.scores([TEA], numbers()).tolist() == []


def test_a_share_is_the_score_divided_by_the_best_that_any_text_has(words: WordIndex) -> None:
    # The best, 0 with both words, is not among those asked for; both are rounded.
    best = TEA_IN_0 + CUP_IN_0
    shares = words.shares([TEA, CUP], numbers(2, 1))
    assert shares.tolist() == pytest.approx([CUP_IN_2 / best, TEA_IN_1 / best], abs=3e-6)
    assert words.shares([TEA, CUP], numbers(0)).tolist() == [1.0]
    assert words.shares([SUGAR], numbers(0, 1)).tolist() == [0.0, 0.0]
    assert str(shares.dtype) == "float64"


def test_texts_that_share_no_term_are_not_found(words: WordIndex) -> None:
    assert words.search([CAKE], 5)[0].tolist() == [2]
    for nothing in ([SUGAR], [], [-1]):
        found, scores = words.search(nothing, 5)
        assert (found.tolist(), scores.tolist()) == ([], [])


def test_equal_scores_are_ordered_by_number_also_at_the_last_place(make: Make) -> None:
    words = make([CUP], [TEA], [TEA], [TEA])
    assert words.search([TEA], 2)[0].tolist() == [1, 2]


@pytest.mark.parametrize("texts", [[], [[], []]])
def test_an_index_without_words_finds_nothing(make: Make, texts: list[list[int]]) -> None:
    words = make(*texts)
    assert len(words) == len(texts)
    assert words.search([TEA], 3)[0].tolist() == []
    assert words.scores([TEA], np.arange(len(texts))).tolist() == [0.0] * len(texts)
    assert words.shares([TEA], np.arange(len(texts))).tolist() == [0.0] * len(texts)


def test_a_text_that_is_not_there_is_refused(words: WordIndex) -> None:
    with pytest.raises(UsageError, match="there is no text 3 among 3"):
        words.scores([TEA], numbers(2, 3))
    with pytest.raises(UsageError, match="there is no text -1 among 3"):
        words.scores([TEA], numbers(-1))
    with pytest.raises(UsageError, match="there is no text 3 among 3"):
        words.shares([TEA], numbers(3))


def test_searching_for_none_is_refused(words: WordIndex) -> None:
    with pytest.raises(UsageError, match="k is 0, expected at least 1"):
        words.search([TEA], 0)


def test_a_splice_counts_what_came_and_not_what_went(words: WordIndex) -> None:
    # The first goes, a cup of tea comes last: 1, 6 and 2 terms, mean 3; "tea" is in two of three.
    changed = words.spliced(splice(3, [0], [2]), coded([CUP, TEA]))
    assert len(changed) == 3
    found, scores = changed.search([TEA], 5)
    assert found.tolist() == [0, 2]
    assert scores.tolist() == pytest.approx(
        [IDF / (1 + 1.2 * (0.25 + 0.25)), IDF / (1 + 1.2 * (0.25 + 0.5))], abs=1e-6
    )
    # The one it was made of has not changed.
    assert words.scores([TEA], numbers(0)).tolist() == pytest.approx([TEA_IN_0], abs=1e-6)


TEXTS = st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=12)
QUERY = st.lists(st.integers(-1, 6), max_size=6)


@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.parametrize("dense", [0, 50_000])
@given(texts=TEXTS, query=QUERY, k=st.integers(1, 6))
def test_it_agrees_with_the_formula(
    name: str, dense: int, texts: list[list[int]], query: list[int], k: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.bm25, "DENSE_POSTINGS", dense)
        words = INDEXES[name](coded(*texts))
        oracle = Oracle(coded(*texts))
        found, scores = words.search(query, k)
        expected, expected_scores = oracle.search(query, k)
        assert scores == pytest.approx(expected_scores, abs=2e-6)
        assert words.scores(query, found) == pytest.approx(scores, abs=0)
    # A score on the edge of rounding may fall either way, and then its order.
    millionths = [oracle.sum(query, text) * 1e6 % 1 for text in range(len(texts))]
    if all(abs(part - 0.5) > 1e-6 for part in millionths):
        assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["bm25", "bm25 step by step"])
@given(texts=TEXTS, query=QUERY, k=st.integers(1, 6))
def test_each_way_of_finding_the_best_finds_the_same_to_the_bit(
    name: str, texts: list[list[int]], query: list[int], k: int
) -> None:
    found = []
    for dense in (0, 2, 50_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(index.bm25, "DENSE_POSTINGS", dense)
            words = INDEXES[name](coded(*texts))
            numbers, scores = words.search(query, k)
            best = float(scores[0]) if len(scores) else 1.0
            every = np.arange(len(texts))
            shares = words.shares(query, every)
            assert shares.tolist() == (words.scores(query, every) / np.float64(best)).tolist()
            found.append((numbers.tolist(), scores.tolist(), shares.tolist()))
    assert found[0] == found[1] == found[2]


@given(texts=TEXTS.filter(lambda texts: any(texts)), query=QUERY)
def test_it_agrees_with_bm25s_to_the_bit(texts: list[list[int]], query: list[int]) -> None:
    vocabulary = {str(number): number for number in range(6)}
    other = bm25s.BM25(k1=1.2, b=0.75, method="lucene", dtype="float64")
    other.index((texts, vocabulary), create_empty_token=False, show_progress=False)
    had = {number for text in texts for number in text}
    asked = [number for number in query if number in had]
    expected = np.zeros(len(texts))
    if asked:
        expected = np.round(other.get_scores_from_ids(asked), 6)
    scores = BM25Index.of(coded(*texts)).scores(query, np.arange(len(texts)))
    assert scores.tolist() == expected.astype(np.float32).tolist()
