"""One sync at a time."""

import sqlite3
import threading
from pathlib import Path

import pytest

from index.errors import LibraryError, LibraryLocked
from index.library import Library
from index.sync import SyncProgress, sync
from tests.fakes import FakeEncoder
from tests.index.syncing import counts


def test_a_second_sync_waits_for_the_first(folder: Path, library: Library) -> None:
    slow, after = FakeEncoder(delay_s=0.05), FakeEncoder()
    started = threading.Event()

    def note(event: SyncProgress) -> None:
        started.set()

    first = threading.Thread(target=sync, args=(folder, library, slow), kwargs={"progress": note})
    first.start()
    assert started.wait(10)
    with Library.open(library.path) as other:
        report = sync(folder, other, after)
    first.join()
    assert counts(report) == (0, 0, 2, 0)
    assert after.documents == []


def test_a_sync_that_waits_too_long_says_so(folder: Path, library: Library) -> None:
    lock = sqlite3.connect(library.path.with_name("library.sqlite.lock"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LibraryLocked, match=r"another sync of .* is still running after 0 s"):
        sync(folder, library, FakeEncoder(), wait_s=0)
    lock.close()
    assert sync(folder, library, FakeEncoder(), wait_s=0).read == 2


def test_a_lock_that_cannot_be_opened_is_a_library_error(folder: Path, library: Library) -> None:
    library.path.with_name("library.sqlite.lock").mkdir()
    with pytest.raises(
        LibraryError, match=r"library\.sqlite\.lock cannot be locked: unable to open"
    ):
        sync(folder, library, FakeEncoder())


def test_who_waits_for_another_sync_can_be_ended(folder: Path, library: Library) -> None:
    lock = sqlite3.connect(library.path.with_name("library.sqlite.lock"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    waited: list[SyncProgress] = []

    def note(event: SyncProgress) -> None:
        waited.append(event)
        if len(waited) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, FakeEncoder(), progress=note)
    assert waited == [SyncProgress(0, 0, 0, 0)] * 3
    lock.close()
