import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import floors
from benchmarks.speed import __main__ as speed
from benchmarks.speed import content
from benchmarks.speed.processes import Ran, middle, run

MEASURED = {
    "plain.question_p50_ms": 6.0,
    "plain.question_p95_ms": 8.0,
    "fast.question_p50_ms": 2.0,
    "fast.question_p95_ms": 4.0,
    "plain.passages_per_s": 60.0,
    "fast.passages_per_s": 75.0,
    "agreement.cosine_mean": 1.0,
    "agreement.cosine_least": 0.99999,
    "agreement.same_first": 1.0,
    "plain.first_vector.wall_s": 5.0,
    "plain.first_vector.peak_mb": 800.0,
    "fast.first_vector.wall_s": 0.5,
    "fast.first_vector.peak_mb": 200.0,
    "ask.wall_s": 0.8,
    "ask.peak_mb": 300.0,
    "help.wall_s": 0.1,
    "serve.wall_s": 2.5,
    "serve.peak_mb": 400.0,
}


def test_ratios_are_above_one_where_ours_is_faster_and_shares_below_where_it_is_smaller() -> None:
    assert speed.ratios(MEASURED) == pytest.approx(
        {
            "question.p50_speedup": 3.0,
            "question.p95_speedup": 2.0,
            "passages.speedup": 1.25,
            "agreement.cosine_mean": 1.0,
            "agreement.cosine_least": 0.99999,
            "agreement.same_first": 1.0,
            "first_vector.speedup": 10.0,
            "first_vector.memory_share": 0.25,
            "ask.speedup": 6.25,
            "ask.memory_share": 0.375,
            "help.help_share": 0.02,
            "serve.first_answer_share": 0.5,
            "serve.memory_share": 0.5,
        }
    )


def test_every_ratio_has_a_floor_and_shares_are_less_is_better() -> None:
    figures = speed.ratios(MEASURED)
    held = floors.load(speed.PART)
    assert set(held) == set(figures)
    shares = {name for name in figures if name.endswith("_share")}
    assert {name.rpartition(".")[2] for name in shares} == set(speed.LESS_IS_BETTER)
    assert floors.below(figures, held, less_is_better=speed.LESS_IS_BETTER) == []
    worse = figures | {"ask.memory_share": 1.0, "question.p50_speedup": 1.0}
    missed = floors.below(worse, held, less_is_better=speed.LESS_IS_BETTER)
    assert [line.partition(":")[0] for line in missed] == [
        "ask.memory_share",
        "question.p50_speedup",
    ]


def test_agreement_is_of_all_texts_and_first_hits_of_questions_among_passages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speed, "QUESTIONS", 2)
    # Two questions, then two passages: each question is one passage's neighbour.
    plain = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    fast = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert speed._agreement(plain, fast) == {
        "agreement.cosine_mean": 0.75,
        "agreement.cosine_least": 0.0,
        "agreement.same_first": 0.5,
    }


def test_the_texts_are_the_same_each_time_and_all_differ(tmp_path: Path) -> None:
    sections, questions = content.sections(), content.questions(50)
    assert (sections, questions) == (content.sections(), content.questions(50))
    assert len(set(sections)) == len(sections) == content.SECTIONS
    content.write(tmp_path / "articles", sections[:11])
    written = sorted((tmp_path / "articles").iterdir())
    assert [path.name for path in written] == ["article-001.md", "article-002.md"]
    assert sections[10] in written[1].read_text()


def test_a_process_is_measured_from_start_to_end() -> None:
    ran = run(["-c", "import sys, time; time.sleep(.2); print(sys.stdin.read())"], given="tea")
    assert ran.output == "tea\n"
    assert ran.wall_s >= 0.2
    assert 0 < ran.cpu_s < ran.wall_s
    assert ran.peak_mb > 4


def test_a_process_that_fails_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="-c raise SystemExit\\(3\\) ended with 3"):
        run(["-c", "raise SystemExit(3)"])


def test_the_middle_of_several_runs_is_their_median() -> None:
    runs = [Ran(wall, 0.0, 0.0) for wall in (3.0, 1.0, 9.0)]
    assert middle(runs, lambda ran: ran.wall_s) == 3.0


@pytest.mark.model
def test_the_probe_encodes_questions_one_by_one_and_all_passages(tmp_path: Path) -> None:
    given = {"questions": [f"what about tea {number}?" for number in range(7)], "passages": ["tea"]}
    done = run(
        ["-m", "benchmarks.speed.probe", "fast", str(tmp_path / "rows.npy")],
        given=json.dumps(given),
    )
    told = json.loads(done.output)
    assert len(told["question_ms"]) == 2  # the first five do not count
    assert told["passages_per_s"] > 0
    assert np.load(tmp_path / "rows.npy").shape == (8, 384)
