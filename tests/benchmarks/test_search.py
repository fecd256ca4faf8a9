"""The benchmark of the search among vectors: its vectors, its figures, and a small run."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import floors
from benchmarks.speed import search, search_data, search_probe
from index.vectors import FlatIndex


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "set"
    folder.mkdir(parents=True)
    pairs = [
        {"id": "1", "question": "How long does tea keep?", "answer": "A year. In a tin, two."},
        {"id": "2", "question": None, "answer": "A year. In a tin, two."},
    ]
    asked = [{"text": "How long does tea keep?"}, {"text": "is tea for ever"}, {"text": "tea?"}]
    for name, rows in (("bank.jsonl", pairs), ("queries.jsonl", asked)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "data"


def test_passages_are_questions_answers_and_their_sentences_each_once(data: Path) -> None:
    texts = search_data.passage_texts(data)
    own = set(texts) - set(search_data.content.sentences())
    assert own == {"How long does tea keep?", "A year. In a tin, two.", "A year.", "In a tin, two."}
    assert len(texts) == len(set(texts))


def test_questions_are_those_that_no_bank_holds_the_same_each_time(data: Path) -> None:
    known = search_data.passage_texts(data)
    both = search_data.question_texts(data, 5, known)
    assert set(both) == {"is tea for ever", "tea?"}
    assert search_data.question_texts(data, 1, known) == both[:1]


def unit(count: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(0).normal(size=(count, 384))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_smaller_library_is_the_beginning_of_a_larger_and_real_vectors_come_first() -> None:
    base = unit(300)
    large = np.concatenate(list(search_data.library(base, 12_000)))
    assert large.shape == (12_000, 384)
    assert np.array_equal(np.concatenate(list(search_data.library(base, 1_000))), large[:1_000])
    assert large[:300] == pytest.approx(base, abs=1e-6)
    assert np.linalg.norm(large, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_others_and_held_out_ones_have_a_cosine_of_about_89_with_a_real_one() -> None:
    base = unit(300)
    large = np.concatenate(list(search_data.library(base, 900)))
    # A vector of length 1 and, at a right angle, noise of length 0.5: 1 / √1.25 = 0.894.
    cosines = np.einsum("ij,ij->i", large[300:600], base)
    assert cosines.mean() == pytest.approx(0.894, abs=0.005)
    held_out = search_data.held_out(base, 200)
    assert (held_out @ base.T).max(axis=1).mean() == pytest.approx(0.894, abs=0.005)
    assert (held_out @ large[300:].T).max() < 0.95


def test_recall_is_the_share_of_the_right_ones() -> None:
    found = np.array([[1, 2, 3], [4, 5, -1]])
    right = np.array([[3, 2, 9, 7], [4, 5, 6, 1]])
    assert search_probe._recall(found, right) == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_questions_are_asked_one_by_one_and_the_first_do_not_count() -> None:
    index = FlatIndex(384)
    index.add(np.arange(300), unit(300))
    times, keys = search_probe._asked(index, unit(300)[:20], 2)
    assert np.array(times).shape == (20, 2)
    assert (np.array(times) > 0).all()
    assert keys[:, 0].tolist() == list(range(20))


MEASURED: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "10000": {
        "flat": {"p50_ms": 1.0, "deep_p50_ms": 1.2},
        "large": {"p50_ms": 0.5, "deep_p50_ms": 0.8, "recall_at_10": 0.995},
    }
}


def test_speedups_are_exact_searchs_time_over_the_indexs() -> None:
    figures = search.flattened(MEASURED)
    assert figures["10000.speedup"] == 2.0
    assert figures["10000.deep_speedup"] == pytest.approx(1.5)
    assert figures["10000.recall_at_10"] == 0.995


def test_the_table_gives_exact_search_its_recall_and_leaves_out_what_it_has_not() -> None:
    heading, flat, large = search.table(MEASURED).splitlines()
    assert heading.split()[:2] == ["vectors", "way"]
    assert flat.split() == ["10,000", "flat", "1", "1.2", "1", "1"]
    assert large.split() == ["10,000", "large", "0.5", "0.8", "0.995"]


@pytest.mark.model
def test_a_small_run_measures_everything_that_has_a_floor(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    made, measured, curve = search.measure(
        folder, data, tmp_path / "cache", sizes=(5_000,), curve=(300,), questions=4
    )
    assert made["real"] == len(search_data.passage_texts(data))
    figures = search.flattened(measured)
    assert figures["5000.recall_at_10"] == 1.0
    held = {name.partition(".")[2] for name in floors.load(search.PART)}
    assert held <= {name.partition(".")[2] for name in figures}
    assert {"flat_p50_ms", "large_p50_ms"} < set(curve["300"])
    assert search.curve_table(curve).splitlines()[-1].split()[0] == "300"


def test_only_the_usual_texts_leave_their_record_in_the_usual_place(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = tmp_path / "results" / "search.json"
    made = {"model": ("fake", "1", 5), "real": 0, "files": {}}
    monkeypatch.setattr(search, "measure", lambda *_: (made, {}, {}))
    monkeypatch.setattr(search, "OUT", usual)
    search.main(["--data", str(data)])
    assert [path.name for path in usual.parent.iterdir()] == ["local"]
    assert f"written: {usual.parent / 'local' / 'search.json'}" in capsys.readouterr().out
    monkeypatch.setattr(search, "QUESTION_SETS", data)
    search.main([])
    assert usual.is_file()
