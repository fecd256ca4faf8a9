import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import watchfiles
import watchfiles.main

from index.errors import LibraryDamaged
from qa.web.watch import GONE, SyncState, SyncStopped, Watcher

PATIENCE_S = 30.0


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
def watching(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the system watches the folder, which is some time after the first sync."""
    begun = threading.Event()
    real = watchfiles.main.RustNotify

    def notify(*given: Any) -> Any:
        made = real(*given)
        begun.set()
        return made

    monkeypatch.setattr(watchfiles.main, "RustNotify", notify)
    return begun


@pytest.fixture
def watcher(tmp_path: Path, syncs: Syncs, watching: threading.Event) -> Iterator[Watcher]:
    watcher = Watcher(tmp_path, syncs)
    watcher.start()
    assert watching.wait(PATIENCE_S)
    assert syncs.count == 1
    yield watcher
    watcher.stop()


def assert_seen(syncs: Syncs, change: Callable[[], object]) -> None:
    before = syncs.count
    change()
    until(lambda: syncs.count > before)


@pytest.mark.usefixtures("watcher")
def test_new_changed_moved_and_removed_files_are_seen(tmp_path: Path, syncs: Syncs) -> None:
    file = tmp_path / "folder" / "a.md"
    file.parent.mkdir()
    assert_seen(syncs, lambda: file.write_text("one"))
    assert_seen(syncs, lambda: file.write_text("two"))
    assert_seen(syncs, lambda: file.rename(tmp_path / "b.md"))
    assert_seen(syncs, (tmp_path / "b.md").unlink)


def is_watched(watcher: Watcher, folder: Path, name: str) -> bool:
    """Whether a change of a file is one to sync for: no time has to pass to know that it is not."""
    return watcher._is_content(watchfiles.Change.modified, str(folder.resolve() / name))


def test_the_librarys_own_folder_and_dot_files_are_not_watched(
    watcher: Watcher, tmp_path: Path, syncs: Syncs
) -> None:
    for name in (".footnote/library.sqlite", ".a.md.swp", "folder/.git/a.md"):
        assert not is_watched(watcher, tmp_path, name)
    assert is_watched(watcher, tmp_path, "a.md")
    assert_seen(syncs, lambda: (tmp_path / "a.md").write_text("x"))


def test_what_footnoteignore_names_is_not_watched_but_footnoteignore_is(
    watcher: Watcher, tmp_path: Path, syncs: Syncs
) -> None:
    patterns = tmp_path / ".footnoteignore"
    assert_seen(syncs, lambda: patterns.write_text("*.tmp.md\n"))
    assert not is_watched(watcher, tmp_path, "a.tmp.md")
    assert is_watched(watcher, tmp_path, "a.md")
    # Of what is moved in and out the system names the folder only, whatever is taken of it.
    assert_seen(syncs, lambda: patterns.write_text("/*\n!/a.md\n!/published/\n"))
    assert is_watched(watcher, tmp_path, "published")
    assert not is_watched(watcher, tmp_path, "b.md")
    assert_seen(syncs, lambda: patterns.write_text("*.tmp.md\n"))
    # "!" is no pattern, which the sync tells: the former one counts.
    assert_seen(syncs, lambda: patterns.write_text("!\n"))
    assert not is_watched(watcher, tmp_path, "a.tmp.md")
    assert_seen(syncs, patterns.unlink)
    assert_seen(syncs, lambda: (tmp_path / "a.tmp.md").write_text("z"))


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


def test_a_folder_that_is_gone_is_told_once_and_nothing_is_synced_until_it_is_back(
    tmp_path: Path,
    syncs: Syncs,
    watching: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("qa.web.watch.RETRY_S", 0.02)
    folder = tmp_path / "content"
    folder.mkdir()
    watcher = Watcher(folder, syncs)
    looks = []
    identity = watcher._identity
    monkeypatch.setattr(watcher, "_identity", lambda: looks.append(identity()) or looks[-1])
    watcher.start()
    assert watching.wait(PATIENCE_S)
    folder.rename(tmp_path / "away")
    until(lambda: watcher.state.error == GONE)
    before, looked = syncs.count, len(looks)
    until(lambda: len(looks) > looked + 6)
    assert syncs.count == before
    assert not folder.exists()
    assert [one.getMessage() for one in caplog.records] == [f"{folder.resolve()}: {GONE}"]
    # Another folder in its place, where the system still watches the one that was moved.
    watching.clear()
    folder.mkdir()
    assert watching.wait(PATIENCE_S)
    assert watcher.state.error is None
    assert_seen(syncs, lambda: (folder / "a.md").write_text("x"))
    watcher.stop()


def test_a_folder_that_another_takes_the_place_of_at_once_is_watched_anew(
    tmp_path: Path, syncs: Syncs, watching: threading.Event
) -> None:
    folder, other = tmp_path / "content", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    watcher = Watcher(folder, syncs)
    watcher.start()
    assert watching.wait(PATIENCE_S)
    watching.clear()
    folder.rename(tmp_path / "away")
    other.rename(folder)
    assert watching.wait(PATIENCE_S)
    assert_seen(syncs, lambda: (folder / "a.md").write_text("x"))
    watcher.stop()


def test_a_folder_that_cannot_be_watched_is_told_and_tried_again(
    tmp_path: Path,
    syncs: Syncs,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("qa.web.watch.RETRY_S", 0.02)
    tried: list[int] = []

    def notify(*_: Any) -> Any:
        tried.append(1)
        raise OSError("no more folders can be watched")

    monkeypatch.setattr(watchfiles.main, "RustNotify", notify)
    watcher = Watcher(tmp_path, syncs)
    with caplog.at_level(logging.CRITICAL):
        watcher.start()
        until(lambda: len(tried) > 1)
        watcher.stop()
    assert watcher.state.error == "the content folder cannot be watched; the log says why"


def test_a_sync_that_stops_because_the_program_ends_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun, stopping = threading.Event(), threading.Event()

    def sync() -> SyncState:
        begun.set()
        assert stopping.wait(PATIENCE_S)
        raise SyncStopped

    state = SyncState(datetime(2026, 1, 2, tzinfo=UTC))
    watcher = Watcher(tmp_path, sync, state=state, stopping=stopping)
    watcher.start()
    assert begun.wait(PATIENCE_S)
    watcher.stop()
    assert watcher.state is state
    assert caplog.records == []


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
