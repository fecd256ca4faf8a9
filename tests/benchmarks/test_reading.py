"""The reading score's own arithmetic and gate, and the score itself where the shared data is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import reading

ROOT = Path(__file__).resolve().parents[2]

COUNTS = dict.fromkeys(
    (
        "q_hit",
        "q_out",
        "q_exp",
        "a_first",
        "a_last",
        "a_n",
        "s_hit",
        "s_out",
        "s_exp",
        "t_first",
        "t_last",
        "t_n",
        "pos_ok",
        "pos_n",
        "leak",
    ),
    0,
) | {"title": 1, "docs": 1}


def test_figures_pool_counts_and_average_documents() -> None:
    one = COUNTS | {"q_hit": 1, "q_out": 2, "q_exp": 1, "leak": 2}
    two = COUNTS | {"q_hit": 8, "q_out": 8, "q_exp": 10}
    empty = COUNTS
    pooled, means = reading.figures({"one": one, "two": two, "empty": empty})
    assert pooled["question_precision"] == pytest.approx(9 / 10)
    assert means["question_precision"] == pytest.approx((1 / 2 + 1) / 2)
    assert pooled["question_recall"] == pytest.approx(9 / 11)
    assert means["question_recall"] == pytest.approx((1 + 0.8) / 2)
    assert pooled["boilerplate_leaks"] == 2
    assert pooled["largest_gap_of_means"] == pytest.approx(0.15)


def test_the_gate_names_what_is_below_its_floor() -> None:
    floors = {"question_recall": 0.97, "boilerplate_leaks": 3, "gone": 1}
    pooled = {"question_recall": 0.96, "boilerplate_leaks": 4.0}
    assert reading.below_floors(pooled, floors) == [
        "boilerplate_leaks: 4.0000 is above 3",
        "gone: not measured, floor 1",
        "question_recall: 0.9600 is below 0.97",
    ]
    assert reading.below_floors({"question_recall": 0.97}, {"question_recall": 0.97}) == []


def test_lowering_a_floor_keeps_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text('{"reading": {"floors": {"question_recall": 0.99}}}', encoding="utf-8")
    monkeypatch.setattr(reading, "FLOORS", floors)
    reading.lower_floor("question_recall", 0.98, "three hard documents joined")
    written = json.loads(floors.read_text(encoding="utf-8"))["reading"]
    assert written["floors"] == {"question_recall": 0.98}
    assert written["lowered"][0]["from"] == 0.99
    assert written["lowered"][0]["reason"] == "three hard documents joined"
    with pytest.raises(SystemExit, match="nothing: no such floor"):
        reading.lower_floor("nothing", 1, "x")


@pytest.mark.shared
@pytest.mark.skipif(
    not (reading.DATA / "score.py").is_file(), reason="needs ../shared/data/articles"
)
def test_no_figure_of_the_shared_documents_is_below_its_floor() -> None:
    # in its own process: score.py leaves files open, which are warnings, which are errors here
    command = [sys.executable, "-m", "benchmarks.reading"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
