"""The reading score's own arithmetic and gate, and the score itself where the shared data is."""

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


@pytest.mark.shared
@pytest.mark.skipif(
    not (reading.ARTICLES / "score.py").is_file(), reason="needs ../shared/data/articles"
)
def test_no_figure_of_the_shared_documents_is_below_its_floor() -> None:
    # in its own process: score.py leaves files open, which are warnings, which are errors here
    command = [sys.executable, "-m", "benchmarks.reading"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
