"""How long the desk's pages wait for background work, and what becomes of work that fails."""

import threading
from types import SimpleNamespace

import pytest

from qa.web import desk_background
from qa.web.desk_background import BackgroundTask


def test_what_is_made_in_time_is_there_and_what_is_not_comes_later() -> None:
    gate = threading.Event()
    work = BackgroundTask("test", lambda: gate.wait(10) and "made", failed="", patience_s=0.01)
    assert (work.wait(), work.ended) == (None, False)
    assert work.left_s == 0.0
    gate.set()
    assert (work.wait(10), work.ended) == ("made", True)


def test_pages_wait_together_as_long_as_is_usual_when_the_work_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 100.0
    monkeypatch.setattr(desk_background, "time", SimpleNamespace(monotonic=lambda: now_s))
    monkeypatch.setattr(desk_background, "PATIENCE_S", 20.0)
    gate, waited = threading.Event(), list[float]()
    work = BackgroundTask("test", lambda: gate.wait(10), failed="")
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

    work = BackgroundTask("test", broken, failed="the map cannot be drawn")
    assert (work.wait(10), work.ended) == (None, True)
    assert "the map cannot be drawn" in caplog.text
    assert "broken for the test" in caplog.text
