"""Work beside the desk's pages, and what waits for its editor."""

import threading
import time
from dataclasses import dataclass

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
    monkeypatch.setattr(desk_beside, "PATIENCE_S", 0.2)
    gate, begun = threading.Event(), time.monotonic()
    work = Beside("test", lambda: gate.wait(10), failed="")
    for _ in range(3):
        assert work.wait() is None
    assert 0.2 <= time.monotonic() - begun < 1.0
    gate.set()


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
