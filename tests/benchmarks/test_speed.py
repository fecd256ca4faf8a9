"""The speed benchmark's arithmetic, and that each way is measured as it says; no time is tested."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import floors
from benchmarks.speed import __main__ as speed
from benchmarks.speed import content, encode, parts, start
from benchmarks.speed.parts import Measured, Part
from benchmarks.speed.processes import Ran, middle, run

ENCODED = {
    "plain.question_p50_ms": 6.0,
    "plain.question_p95_ms": 8.0,
    "fast.question_p50_ms": 2.0,
    "fast.question_p95_ms": 4.0,
    "plain.passages_per_s": 60.0,
    "fast.passages_per_s": 75.0,
}
STARTED = {
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
    assert encode.ratios(ENCODED) == pytest.approx(
        {"question.p50_speedup": 3.0, "question.p95_speedup": 2.0, "passages.speedup": 1.25}
    )
    assert start.ratios(STARTED) == pytest.approx(
        {
            "first_vector.speedup": 10.0,
            "first_vector.memory_share": 0.25,
            "ask.speedup": 6.25,
            "ask.memory_share": 0.375,
            "help.help_share": 0.02,
            "serve.first_answer_share": 0.5,
            "serve.memory_share": 0.5,
        }
    )


def test_agreement_is_of_all_texts_and_first_hits_of_questions_among_passages() -> None:
    # Two questions, then two passages: each question is one passage's neighbour.
    plain = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    fast = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert encode.agreement(plain, fast, questions=2) == {
        "agreement.cosine_mean": 0.75,
        "agreement.cosine_least": 0.0,
        "agreement.same_first": 0.5,
    }


class TestParts:
    def test_every_floor_belongs_to_a_part(self) -> None:
        assert all(parts.part_of(name) in parts.PARTS for name in floors.load(speed.PART))
        assert parts.part_of("tea.p50_speedup") is None

    def test_every_ratio_that_is_measured_without_peers_has_a_floor(self) -> None:
        agreement = {f"agreement.{name}" for name in ("cosine_mean", "cosine_least", "same_first")}
        named = {*encode.ratios(ENCODED), *start.ratios(STARTED), *agreement}
        assert named <= set(floors.load(speed.PART))

    def test_parts_are_taken_in_their_own_order_and_left_out_by_name(self) -> None:
        assert parts.chosen(None, None) == list(parts.PARTS)
        assert parts.chosen("start,encode", None) == ["encode", "start"]
        assert parts.chosen(None, "peers") == [name for name in parts.PARTS if name != "peers"]

    @pytest.mark.parametrize(
        ("only", "skip", "message"),
        [
            ("start,tea", None, "there is no part 'tea'; there are encode, start, peers"),
            ("start", "start", "no part is left to run"),
        ],
    )
    def test_a_part_that_is_not_there_is_named(
        self, only: str | None, skip: str | None, message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            parts.chosen(only, skip)

    def test_seconds_megabytes_and_shares_are_better_when_less_but_not_rates(self) -> None:
        names = ["a.p50_ms", "a.wall_s", "b.peak_mb", "b.memory_share", "b.texts_per_s", "a.recall"]
        assert parts.less_is_better(names) == {"p50_ms", "wall_s", "peak_mb", "memory_share"}

    @pytest.fixture
    def fake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        part = Part("tests.benchmarks.fake_part", options=("tea",))
        monkeypatch.setattr(parts, "PARTS", {"fake": part})

    def test_a_part_runs_in_a_process_of_its_own_with_the_options_that_it_takes(
        self, fake: None
    ) -> None:
        measured = parts.measure("fake", 3, {"tea": "green", "milk": "no"})
        assert measured is not None
        assert (measured.figures, measured.ratios) == ({"fake.runs_s": 3}, {"fake.ratio": 0.5})
        assert measured.about["tea"] == "green"
        assert measured.about["pid"] != os.getpid()
        assert measured.held

    def test_a_part_that_fails_gives_nothing(
        self, fake: None, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert parts.measure("fake", 3, {"tea": ""}) is None
        assert "no tea" in capfd.readouterr().err


class TestFloors:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "floors.json"
        own = {"question.p50_speedup": 1.5, "help.help_share": 0.05, "peers.cold_speedup": 6.0}
        path.write_text(json.dumps({"speed": {"floors": own}}))
        return path

    @pytest.fixture
    def options(self) -> Any:
        return type("Options", (), {"lower_floor": None, "reason": None})()

    def test_floors_of_parts_that_were_not_run_are_passed_over(
        self, path: Path, options: Any
    ) -> None:
        measured = {"encode": Measured({}, {"question.p50_speedup": 1.4})}
        assert speed.held(measured, options, path=path) == [
            "question.p50_speedup: 1.4000 is below 1.5"
        ]

    def test_a_part_that_failed_reaches_none_of_its_floors(self, path: Path, options: Any) -> None:
        assert speed.held({"start": None}, options, path=path) == [
            "help.help_share: not measured, floor 0.05"
        ]

    def test_without_anything_to_compare_with_no_floor_is_held(
        self, path: Path, options: Any
    ) -> None:
        assert speed.held({"peers": Measured({}, {}, held=False)}, options, path=path) == []

    def test_a_floor_may_be_set_for_a_figure_and_a_share_above_it_is_missed(
        self, path: Path, options: Any
    ) -> None:
        measured = {"start": Measured({"help.help_share": 0.06}, {})}
        assert speed.held(measured, options, path=path) == ["help.help_share: 0.0600 is above 0.05"]

    def test_a_part_with_a_command_of_its_own_keeps_its_floors_apart(
        self, path: Path, options: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = json.loads(path.read_text())
        document["tea"] = {"floors": {"p50_ms": 2.0, "recall": 0.99}}
        path.write_text(json.dumps(document))
        both = {**parts.PARTS, "tea": Part("tests.benchmarks.fake_part", floors="tea")}
        monkeypatch.setattr(parts, "PARTS", both)
        measured = {
            "start": Measured({}, {"help.help_share": 0.04}),
            "tea": Measured({"p50_ms": 3.0}, {"recall": 1.0}),
        }
        assert speed.held(measured, options, path=path) == ["p50_ms: 3.0000 is above 2.0"]


class TestCommand:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (["--only", "tea"], "there is no part 'tea'"),
            (["--runs", "0"], "--runs must be at least 1"),
            (["--peers-python", "no/such/python"], "there is no program no/such/python"),
            (["--reason", "slow"], "--lower-floor and --reason belong together"),
        ],
    )
    def test_what_cannot_be_done_is_said_before_anything_is_measured(
        self, given: list[str], message: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit, match="2"):
            speed.main(given)
        assert message in capsys.readouterr().err

    def test_a_run_of_some_parts_holds_their_floors_and_leaves_a_record_where_it_is_told_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        slow = Measured({"ask.wall_s": 0.7}, {"ask.speedup": 0.5})
        monkeypatch.setattr(parts, "measure", lambda name, runs, options: slow)
        monkeypatch.setattr(speed, "OUT", tmp_path / "whole.json")
        assert speed.main(["--only", "start"]) == 1
        assert "BELOW FLOOR  ask.speedup: 0.5000 is below" in capsys.readouterr().err
        assert not (tmp_path / "whole.json").exists()
        speed.main(["--only", "start", "--out", str(tmp_path / "some.json")])
        written = json.loads((tmp_path / "some.json").read_text())
        assert written["parts"]["start"]["figures"] == {"ask.wall_s": 0.7}

    def test_a_failed_part_ends_in_a_failure_that_names_it(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(parts, "measure", lambda name, runs, options: None)
        assert speed.main(["--only", "peers"]) == 1
        assert "FAILED  the part peers" in capsys.readouterr().err


class TestRecord:
    def test_a_record_has_no_path_of_the_machine_in_its_command(self) -> None:
        made = speed.made_record({}, ["--peers-python", "/home/anna/bin/python", "--runs", "3"], 61)
        assert made["command"] == "python -m benchmarks.speed --peers-python … --runs 3"
        assert made["seconds"] == 61

    def test_a_record_names_the_model_and_the_texts(self) -> None:
        made = speed.made_record({}, [], 1.0)
        assert made["model"] == "all-MiniLM-L6-v2"
        revision = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        assert made["model_revision"] == revision
        texts = "\n".join(content.sentences()).encode()
        assert made["texts_sha256"] == hashlib.sha256(texts).hexdigest()

    def test_a_part_is_recorded_whole_and_a_failed_one_as_null(self) -> None:
        measured = {"encode": Measured({"a.b_s": 1.0}, {"a.c": 2.0}, {"runs": 3}), "start": None}
        assert speed.made_record(measured, [], 1.0)["parts"] == {
            "encode": {"about": {"runs": 3}, "figures": {"a.b_s": 1.0}, "ratios": {"a.c": 2.0}},
            "start": None,
        }


def test_the_texts_are_the_same_each_time_and_all_differ(tmp_path: Path) -> None:
    sections, questions = content.sections(), content.questions(50)
    assert (sections, questions) == (content.sections(), content.questions(50))
    assert len(set(sections)) == len(sections) == content.SECTIONS
    content.write(tmp_path / "articles", sections[:11])
    written = sorted((tmp_path / "articles").iterdir())
    assert [path.name for path in written] == ["article-001.md", "article-002.md"]
    assert sections[10] in written[1].read_text()


def test_the_sentences_are_those_of_every_record_before_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = content.sentences()
    assert len(set(known)) == len(known) == 728
    assert all(6 <= len(sentence.split()) <= 60 for sentence in known)
    changed = tmp_path / "sentences.txt"
    changed.write_text("\n".join([*known[:-1], f"{known[-1]} Or not."]) + "\n", encoding="utf-8")
    monkeypatch.setattr(content, "SENTENCES", changed)
    with pytest.raises(SystemExit, match="not the texts that were measured before"):
        content.sentences()


def test_a_process_is_measured_from_start_to_end() -> None:
    ran = run(["-c", "import sys, time; time.sleep(.2); print(sys.stdin.read())"], given="tea")
    assert ran.output == "tea\n"
    assert ran.wall_s >= 0.2
    assert 0 < ran.cpu_s < ran.wall_s
    assert ran.peak_mb > 4


def test_a_process_sees_the_variables_that_it_is_given() -> None:
    ran = run(["-c", "import os; print(os.environ['TEA'])"], variables={"TEA": "green"})
    assert ran.output == "green\n"


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
