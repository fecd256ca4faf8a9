import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import LibraryDamaged
from qa.web.watch import SyncState, Watcher

PATIENCE_S = 10.0


class Syncs:
    """Counts how often it was called; raises ``error`` while there is one."""

    def __init__(self) -> None:
        self.count = 0
        self.error: Exception | None = None

    def __call__(self) -> SyncState:
        self.count += 1
        if self.error is not None:
            raise self.error
        return SyncState(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), summary={"read": self.count})


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.02)


@pytest.fixture
def syncs() -> Syncs:
    return Syncs()


@pytest.fixture
def watcher(tmp_path: Path, syncs: Syncs) -> Iterator[Watcher]:
    watcher = Watcher(tmp_path, syncs)
    watcher.start()
    until(lambda: syncs.count == 1)
    time.sleep(0.5)  # the system's watch begins right after the first sync
    yield watcher
    watcher.stop()


@pytest.mark.usefixtures("watcher")
def test_new_changed_moved_and_removed_files_are_seen(tmp_path: Path, syncs: Syncs) -> None:
    file = tmp_path / "folder" / "a.md"
    file.parent.mkdir()
    file.write_text("one")
    until(lambda: syncs.count == 2)
    file.write_text("two")
    until(lambda: syncs.count == 3)
    file.rename(tmp_path / "b.md")
    until(lambda: syncs.count == 4)
    (tmp_path / "b.md").unlink()
    until(lambda: syncs.count == 5)


@pytest.mark.usefixtures("watcher")
def test_the_librarys_own_folder_and_dot_files_are_not_watched(
    tmp_path: Path, syncs: Syncs
) -> None:
    (tmp_path / ".footnote").mkdir()
    (tmp_path / ".footnote" / "library.sqlite").write_text("x")
    (tmp_path / ".a.md.swp").write_text("x")
    time.sleep(1.0)
    assert syncs.count == 1
    (tmp_path / "a.md").write_text("x")
    until(lambda: syncs.count == 2)


@pytest.mark.usefixtures("watcher")
def test_what_footnoteignore_names_is_not_watched_but_footnoteignore_is(
    tmp_path: Path, syncs: Syncs
) -> None:
    patterns = tmp_path / ".footnoteignore"
    patterns.write_text("*.tmp.md\n")
    until(lambda: syncs.count == 2)
    (tmp_path / "a.tmp.md").write_text("x")
    time.sleep(1.0)
    assert syncs.count == 2
    (tmp_path / "a.md").write_text("x")
    until(lambda: syncs.count == 3)
    patterns.write_text("!\n")  # is no pattern, which the sync tells: the former one counts
    until(lambda: syncs.count == 4)
    (tmp_path / "a.tmp.md").write_text("y")
    time.sleep(1.0)
    assert syncs.count == 4
    patterns.unlink()
    until(lambda: syncs.count == 5)
    (tmp_path / "a.tmp.md").write_text("z")
    until(lambda: syncs.count == 6)


def test_an_error_is_logged_and_told_and_the_next_change_tries_again(
    watcher: Watcher, tmp_path: Path, syncs: Syncs, caplog: pytest.LogCaptureFixture
) -> None:
    syncs.error = LibraryDamaged(f"{tmp_path}/library.sqlite: page 3 is damaged")
    (tmp_path / "a.md").write_text("x")
    until(lambda: watcher.state.error is not None)
    assert watcher.state.error == f"{tmp_path.name}/library.sqlite: page 3 is damaged"
    assert "page 3 is damaged" in caplog.text

    syncs.error = RuntimeError("a secret")
    (tmp_path / "a.md").write_text("y")
    until(lambda: watcher.state.error == "the content folder could not be synced; the log says why")
    assert "a secret" in caplog.text

    syncs.error = None
    (tmp_path / "a.md").write_text("z")
    until(lambda: watcher.state.error is None)


def test_a_folder_that_is_gone_is_told_and_watched_again_when_it_is_back(
    tmp_path: Path, syncs: Syncs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa.web.watch.RETRY_S", 0.1)
    folder = tmp_path / "content"
    watcher = Watcher(folder, syncs)
    with caplog.at_level(logging.CRITICAL):
        watcher.start()
        until(lambda: watcher.state.error is not None)
    assert watcher.state.error == "the content folder cannot be watched; the log says why"
    folder.mkdir()
    time.sleep(0.5)
    before = syncs.count
    (folder / "a.md").write_text("x")
    until(lambda: syncs.count > before)
    until(lambda: watcher.state.error is None)
    watcher.stop()


def test_stopping_waits_for_the_sync_under_way(tmp_path: Path) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> SyncState:
        begun.set()
        go_on.wait(PATIENCE_S)
        ended.set()
        return SyncState()

    watcher = Watcher(tmp_path, slow)
    watcher.start()
    assert begun.wait(PATIENCE_S)
    threading.Timer(0.2, go_on.set).start()
    watcher.stop()
    assert ended.is_set()


def test_a_state_says_when_and_what(syncs: Syncs) -> None:
    assert syncs().to_json() == {
        "at": "2026-01-02T03:04:05+00:00",
        "error": None,
        "unread": [],
        "read": 1,
    }
