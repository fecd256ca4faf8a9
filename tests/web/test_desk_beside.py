"""Work beside the desk's pages, and what waits for its editor."""

import threading
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from qa.web import desk_beside
from qa.web.desk_beside import KEPT, Beside, Waiting


@dataclass(frozen=True)
class Thing:
    editor: str
    number: int = 0


def test_what_is_made_in_time_is_there_and_what_is_not_comes_later() -> None:
    gate = threading.Event()
    work = Beside("test", lambda: gate.wait(10) and "made", failed="", patience_s=0.01)
    assert (work.wait(), work.ended) == (None, False)
    assert work.left_s == 0.0
    gate.set()
    assert (work.wait(10), work.ended) == ("made", True)


def test_pages_wait_together_as_long_as_is_usual_when_the_work_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 100.0
    monkeypatch.setattr(desk_beside, "time", SimpleNamespace(monotonic=lambda: now_s))
    monkeypatch.setattr(desk_beside, "PATIENCE_S", 20.0)
    gate, waited = threading.Event(), list[float]()
    work = Beside("test", lambda: gate.wait(10), failed="")
    join = work._thread.join

    def joined(timeout_s: float) -> None:
        waited.append(timeout_s)
        join(0.0)

    monkeypatch.setattr(work._thread, "join", joined)
    assert work.wait() is None
    now_s = 112.5
    assert work.wait() is None
    now_s = 130.0
    assert work.wait() is None
    assert work.wait(3.0) is None
    assert waited == [20.0, 7.5, 0.0, 3.0]
    gate.set()
    join(10)
    assert work.wait() is True


def test_what_fails_is_for_the_log_and_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise RuntimeError("broken for the test")

    work = Beside("test", broken, failed="the map cannot be drawn")
    assert (work.wait(10), work.ended) == (None, True)
    assert "the map cannot be drawn" in caplog.text
    assert "broken for the test" in caplog.text


def test_what_waits_is_found_by_its_editor_only_until_it_is_done_with() -> None:
    waiting: Waiting[Thing] = Waiting()
    id = waiting.keep(Thing("anna"))
    assert waiting.find(id, "anna") == Thing("anna")
    assert waiting.find(id, "bert") is None
    assert waiting.find("another", "anna") is None
    waiting.drop(id)
    assert waiting.find(id, "anna") is None
    waiting.drop(id)  # gone already


def test_the_oldest_go_when_too_many_wait() -> None:
    waiting: Waiting[Thing] = Waiting()
    ids = [waiting.keep(Thing("anna", number)) for number in range(KEPT + 1)]
    assert waiting.find(ids[0], "anna") is None
    assert [waiting.find(id, "anna") for id in ids[1:]] == [
        Thing("anna", number) for number in range(1, KEPT + 1)
    ]
