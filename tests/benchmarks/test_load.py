"""The load test's own parts: its questions, its client, its figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import floors
from benchmarks.speed import load, load_content
from benchmarks.speed.load_client import run
from benchmarks.speed.load_content import Sets, checksum
from qa.questions import QuestionLog
from qa.web.admission import Admission
from qa.web.service import Service
from tests.fakes import FakeEncoder
from tests.web.serving import in_a_loop, small_site

QUESTIONS = [f"Does tea keep for {number} years?" for number in range(12)]


@pytest.mark.shared
def test_a_whole_run_has_questions_enough_and_no_two_are_equal(shared_data: Path) -> None:
    levels = sum(
        10 * min(load.MOST_A_SECOND[way], 60 * readers)
        for way in load.WAYS
        for readers in load.READERS
    )
    wanted = load.WARM * 2 + levels + load.SESSIONS + 2 * 10 * 500
    asked = Sets(shared_data / "retrieval").questions(wanted)
    assert len(set(asked)) == wanted


@pytest.mark.shared
def test_the_questions_are_the_same_each_time(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = Sets(shared_data / "retrieval")
    asked = sets.questions(1000)
    assert checksum(asked) == checksum(Sets(shared_data / "retrieval").questions(1000))
    assert asked[:5] == sets.questions(5)
    monkeypatch.setattr(load_content, "_AFTER", ("",))
    monkeypatch.setattr(load_content, "_BEFORE", ("",))
    with pytest.raises(ValueError, match="10000 questions are more than there are variations"):
        sets.questions(10_000)


def test_without_the_data_nothing_is_measured_and_the_reason_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load.main(["--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        f"not measured: {tmp_path}: no set squad2_dev16; name the folder with --data\n"
    )


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        (["--seconds", "1", "--sessions", "100"], []),
        (["--sessions", "100"], ["chat.at_32.of_encoder", "json.at_32.of_encoder"]),
        (["--seconds", "1"], ["memory_growth"]),
        ([], ["chat.at_32.of_encoder", "json.at_32.of_encoder", "memory_growth"]),
    ],
)
def test_what_too_few_sessions_or_seconds_cannot_tell_is_not_held_against_its_floor(
    given: list[str],
    missed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def measure(self: load.Load, sessions: int) -> None:
        self.figures |= {"errors": 0, "lost": 0}
        self.questions = QUESTIONS

    monkeypatch.setattr(load, "Sets", lambda data: SimpleNamespace(checksums={}))
    monkeypatch.setattr(load.Load, "measure", measure)
    assert load.main([*given, "--out", str(tmp_path / "load.json")]) == bool(missed)
    told = [line.split()[2].rstrip(":") for line in capsys.readouterr().err.splitlines()]
    assert told == missed


def test_only_the_usual_questions_leave_their_record_in_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "Sets", lambda data: SimpleNamespace(checksums={}))

    def measure(self: load.Load, sessions: int) -> None:
        self.questions = QUESTIONS

    monkeypatch.setattr(load.Load, "measure", measure)
    monkeypatch.setattr(load, "OUT", tmp_path / "results" / "load.json")
    load.main(["--data", str(tmp_path)])
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written == [tmp_path / "results" / "local" / "load.json"]
    load.main([])
    assert (tmp_path / "results" / "load.json").is_file()


@contextmanager
def serving(
    folder: Path, *, waiting: int | None = None
) -> Iterator[tuple[int, Service, QuestionLog]]:
    """A real server over one article, with an encoder that costs nothing."""
    encoder = FakeEncoder(("tea", "keep"))
    with small_site(folder, encoder, admission=Admission(waiting=waiting)) as (url, service, log):
        yield int(url.rpartition(":")[2]), service, log


def ask(port: int, way: str, readers: int, **given: Any) -> dict[str, Any]:
    asked = {"port": port, "way": way, "readers": readers, "questions": QUESTIONS, "seconds": 30}
    return in_a_loop(run({**asked, **given}))


@pytest.mark.parametrize("way", load.WAYS)
def test_each_question_is_asked_once_and_what_is_answered_is_in_the_log(
    tmp_path: Path, way: str
) -> None:
    with serving(tmp_path / "content") as (port, _, log):
        told = ask(port, way, 3)
        assert told["errors"] == []
        assert told["refused_ms"] == []
        assert sorted(told["asked"]) == list(range(12))
        assert len(told["ms"]) == 12
        assert sorted(one.question for one in log.questions()) == sorted(QUESTIONS)


@pytest.mark.parametrize("way", load.WAYS)
def test_who_is_sent_away_in_words_is_counted_as_that_and_not_as_an_error(
    tmp_path: Path, way: str
) -> None:
    with serving(tmp_path / "content") as (port, service, log):
        service.admission._places = 0
        told = ask(port, way, 2)
        assert told["errors"] == []
        assert told["asked"] == []
        assert len(told["refused_ms"]) == 12
        assert log.questions() == ()


@pytest.mark.parametrize("way", load.WAYS)
def test_of_many_more_readers_than_places_each_is_answered_or_sent_away_in_words(
    tmp_path: Path, way: str
) -> None:
    questions = [f"Does tea keep for {number} years?" for number in range(120)]
    with serving(tmp_path / "content", waiting=0) as (port, _, log):
        told = ask(port, way, 60, questions=questions)
        assert told["errors"] == []
        assert told["asked"]
        assert len(told["asked"]) + len(told["refused_ms"]) == 120
        answered = sorted(questions[place] for place in told["asked"])
        assert sorted(one.question for one in log.questions()) == answered


def test_an_answer_that_is_none_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no answer")

    with serving(tmp_path / "content") as (port, service, _):
        monkeypatch.setattr(service.answerer, "ask", broken)
        told = ask(port, "json", 1, questions=["Tea?"])
        assert told["asked"] == []
        assert len(told["errors"]) == 1
        assert told["errors"][0].startswith("500 ")


def test_every_floor_is_of_a_figure_and_errors_are_floors_of_nothing() -> None:
    held = floors.load(load.PART)
    assert held["errors"] == held["lost"] == 0
    assert held["memory_growth"] <= 1.05
    assert {name.rpartition(".")[2] for name in held} == {
        "of_encoder", "errors", "lost", "memory_growth",
    }  # fmt: skip
