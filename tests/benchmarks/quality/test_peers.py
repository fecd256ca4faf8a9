"""The peers' rankings and scores, by hand."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.quality import peers as module
from benchmarks.quality import sets
from benchmarks.quality.peers import (
    BM25_BOTH,
    BM25_WHOLE,
    DENSE_BOTH,
    DENSE_QUESTION,
    DENSE_WHOLE,
    DENSE_WINDOWS,
    peers,
    windows,
)
from benchmarks.quality.sets import QuestionSet
from index.encoder import Encoder
from tests.benchmarks.quality.folders import entry, query, write_set
from tests.fakes import FakeEncoder

AXES = ("tea", "milk")
HALF = math.sqrt(0.5)


def question_set(folder: Path, bank: Sequence[dict[str, Any]]) -> QuestionSet:
    write_set(folder, bank, [query("q", "?")])
    return sets.load(folder, folder / "queries.jsonl", limit=9)


class TestPairs:
    @pytest.fixture
    def data(self, tmp_path: Path) -> QuestionSet:
        bank = [entry("a", "tea", "milk"), entry("b", "milk", "milk"), entry("c", None, "the tea")]
        return question_set(tmp_path, bank)

    def test_question_and_answer_are_one_text(self, data: QuestionSet) -> None:
        run = peers(data, FakeEncoder(AXES))[DENSE_BOTH](["tea", "milk"])
        assert run.hits == (("c", "a", "b"), ("b", "a", "c"))
        assert run.scores == pytest.approx([1.0, 1.0])
        assert run.abstained is None

    def test_the_question_alone_ignores_the_answer(self, data: QuestionSet) -> None:
        run = peers(data, FakeEncoder(AXES))[DENSE_QUESTION](["tea", "tea milk"])
        # a and c tie: the bank's order.  Both axes at once are √½ from either.
        assert run.hits[0] == ("a", "c", "b")
        assert run.scores == pytest.approx([1.0, HALF])

    def test_words_are_found_in_question_and_answer(self, data: QuestionSet) -> None:
        run = peers(data, FakeEncoder(AXES))[BM25_BOTH](["milk", "unknown", "the"])
        assert run.hits[0] == ("b", "a", "c")
        assert run.scores[0] > 0
        assert run.scores[1:].tolist() == [0.0, 0.0]  # "the" is one of bm25s's stop words
        assert run.hits[1] == ("a", "b", "c")

    def test_pairs_have_three_peers(self, data: QuestionSet) -> None:
        assert list(peers(data, FakeEncoder(AXES))) == [DENSE_BOTH, DENSE_QUESTION, BM25_BOTH]


def test_bm25_scores_are_those_of_its_formula(tmp_path: Path) -> None:
    bank = [entry("a", "tea", "of the water"), entry("b", "milk", "milk")]
    run = peers(question_set(tmp_path, bank), FakeEncoder())[BM25_BOTH](["milk"])
    # Lucene's: idf ln(1 + (2 - 1 + ½)/(1 + ½)); tf 2, k1 1.5, b ¾; of two words each, for stop
    # words are no words.
    assert run.scores[0] == pytest.approx(math.log(2) * 2 / (2 + 1.5), rel=1e-5)


class TestParagraphs:
    BANK = (
        entry("a", None, "Tea is hot. Milk is white. Milk is cold. Milk is old."),
        entry("b", None, "Tea and milk go well."),
    )

    def test_the_best_window_counts(self, tmp_path: Path) -> None:
        found = peers(question_set(tmp_path, self.BANK), FakeEncoder(AXES))
        assert list(found) == [DENSE_WHOLE, DENSE_WINDOWS, BM25_WHOLE]
        # Whole, a is (1, 3)/√10; its windows are (1, 1), (0, 2), (0, 2); b is (1, 1).
        assert found[DENSE_WHOLE](["tea"]).hits == (("b", "a"),)
        assert found[DENSE_WHOLE](["milk"]).scores == pytest.approx([3 / math.sqrt(10)])
        assert found[DENSE_WINDOWS](["milk"]).scores == pytest.approx([1.0])
        assert found[DENSE_WINDOWS](["tea"]).hits == (("a", "b"),)  # a tie at √½

    def test_windows_are_all_neighbouring_sentences(self) -> None:
        assert windows("One is. Two is. Three is.") == ["One is. Two is.", "Two is. Three is."]
        assert windows("One is. Two is.") == ["One is. Two is."]
        assert windows("") == [""]
        assert module.WINDOW_SENTENCES == 2


@pytest.mark.model
@pytest.mark.shared
def test_the_dense_peers_reach_what_is_known_of_them(shared_data: Path, encoder: Encoder) -> None:
    # Measured apart from this code, with Sentence Transformers and a matrix product alone.
    known = {DENSE_BOTH: 0.567, DENSE_QUESTION: 0.658}
    folder = shared_data / "retrieval" / "deepset_covidfaq_en"
    data = sets.load(folder, folder / "queries.jsonl", limit=10_000)
    found = peers(data, encoder)
    for peer, expected in known.items():
        run = found[peer]([query.text for query in data.queries])
        right = [hits[0] in ids for hits, ids in zip(run.hits, data.right, strict=True)]
        assert np.mean(right) == pytest.approx(expected, abs=0.001)
