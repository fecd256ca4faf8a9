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

from index.errors import LibraryDamaged, LibraryError
from qa.web.watch import GONE, SyncGaveWay, SyncState, SyncStopped, SyncUnderWay, Watcher

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
    until(lambda: syncs.count == 1)
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
    until(lambda: watcher.state.error is None)
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


def test_stopping_does_not_wait_for_a_sync_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.web.watch.END_S", 0.05)
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def endless() -> SyncState:
        begun.set()
        go_on.wait(PATIENCE_S)
        ended.set()
        return SyncState()

    watcher = Watcher(tmp_path, endless)
    watcher.start()
    assert begun.wait(PATIENCE_S)
    watcher.stop()
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(PATIENCE_S)


SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Long:
    """Syncs that go on until they are told to end, or until something else has changed."""

    def __init__(self) -> None:
        self.news, self.end, self.begun = (threading.Event() for _ in range(3))
        self.count = 0
        self.error: Exception | None = None
        self.under_way: SyncUnderWay | None = None

    def __call__(self) -> SyncState:
        self.count += 1
        self.begun.set()
        while not self.end.wait(0.01):
            if self.news.is_set():
                raise SyncGaveWay
        if self.error is not None:
            raise self.error
        return SyncState(SINCE, summary={"read": self.count})


@pytest.fixture
def long() -> Long:
    return Long()


@pytest.fixture
def busy(tmp_path: Path, long: Long, watching: threading.Event) -> Iterator[Watcher]:
    """A watcher whose sync goes on and on."""
    watcher = Watcher(tmp_path, long, news=long.news, under_way=lambda: long.under_way)
    watcher.start()
    assert watching.wait(PATIENCE_S)
    assert long.begun.wait(PATIENCE_S)
    yield watcher
    long.end.set()
    watcher.stop()


def test_a_sync_that_gives_way_to_a_change_is_followed_by_another_at_once(
    busy: Watcher, long: Long, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.md").write_text("x")
    until(lambda: long.count == 2)
    long.end.set()
    until(lambda: busy.state.summary == {"read": 2})
    assert caplog.records == []


def test_a_health_check_tells_of_the_sync_under_way(busy: Watcher, long: Long) -> None:
    assert busy.to_json()["syncing"] is None
    long.under_way = SyncUnderWay(SINCE, 1, 2, 30, 400)
    assert busy.to_json() == {
        "at": None,
        "error": None,
        "unread": [],
        "syncing": {
            "since": "2026-01-02T03:04:05+00:00",
            "files_done": 1,
            "files": 2,
            "passages_done": 30,
            "passages": 400,
        },
    }


def soon(watcher: Watcher) -> tuple[threading.Thread, list[Exception | None]]:
    """Ask for a sync in a thread; what came of it is in the list, in the end."""
    came: list[Exception | None] = []

    def ask() -> None:
        try:
            watcher.sync_soon()
        except LibraryError as error:
            came.append(error)
        else:
            came.append(None)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, came


def test_who_asks_for_a_sync_waits_for_one_that_begins_afterwards(
    busy: Watcher, long: Long
) -> None:
    thread, came = soon(busy)
    until(lambda: long.count == 2)
    assert came == []
    long.end.set()
    thread.join(PATIENCE_S)
    assert came == [None]


def test_who_asks_for_a_sync_does_not_wait_for_its_large_files(busy: Watcher, long: Long) -> None:
    thread, came = soon(busy)
    until(lambda: long.count == 2)
    long.under_way = SyncUnderWay(SINCE, quick_done=True)
    thread.join(PATIENCE_S)
    assert came == [None]
    assert not long.end.is_set()


def test_who_asks_for_a_sync_is_told_what_went_wrong(busy: Watcher, long: Long) -> None:
    long.error = LibraryDamaged("page 3 is damaged")
    thread, came = soon(busy)
    until(lambda: long.count == 2)
    long.end.set()
    thread.join(PATIENCE_S)
    assert [(type(error), str(error)) for error in came] == [(LibraryError, "page 3 is damaged")]


def test_who_asks_for_a_sync_is_told_that_the_program_ends(busy: Watcher) -> None:
    threading.Timer(0.1, busy.stop).start()
    with pytest.raises(SyncStopped):
        busy.sync_soon()


def test_a_state_says_when_and_what(syncs: Syncs) -> None:
    assert syncs().to_json() == {
        "at": "2026-01-02T03:04:05+00:00",
        "error": None,
        "unread": [],
        "read": 1,
    }
