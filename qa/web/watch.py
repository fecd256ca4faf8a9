"""Keeps the library equal to the content folder while the app runs.

One thread looks out for changes, another syncs.  So a change is noticed while a sync is under way,
which may take minutes, and that sync can give way to it: see ``qa.web.resync``.
"""

import logging
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watchfiles import Change, watch

from index.errors import FootnoteError, LibraryError, ReadError
from index.ignored import NAME, ignored
from index.readers import SUFFIXES

logger = logging.getLogger("footnote")

QUIET_MS = 300  # a file is read once it has been left alone for so long
LONGEST_MS = 1600  # but no edit waits longer than this for others to end
AGAIN_S = 60.0  # a network folder may tell nothing: look at it so often all the same
RETRY_S = 5.0
END_S = 1.5  # so long the end of the program waits for a sync; it is as safe as a kill
_LOOK_S = 0.05

GONE = (
    "the content folder is not there; until it is, questions are answered from what was read of it"
)


class SyncStopped(Exception):
    """Raised out of a sync that is to end before it is done, because the program ends."""


class SyncGaveWay(Exception):
    """Raised out of a sync that has more to do, for what has changed since it began goes first."""


@dataclass(frozen=True, slots=True)
class SyncUnderWay:
    """How far a sync is that has something to do, for ``/healthz``.

    ``files_done`` of the ``files`` to be read are in the library, ``passages_done`` of the
    ``passages`` known so far to be new are embedded.  ``quick_done``: readers are answered from all
    but large files.
    """

    since: datetime
    files_done: int = 0
    files: int = 0
    passages_done: int = 0
    passages: int = 0
    quick_done: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(timespec="seconds"),
            "files_done": self.files_done,
            "files": self.files,
            "passages_done": self.passages_done,
            "passages": self.passages,
        }


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the last sync went, for ``/healthz`` and the editors' desk.

    ``unread`` is what could not be read, ``told`` the same with what became of each.
    """

    at: datetime | None = None
    error: str | None = None
    unread: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    summary: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(timespec="seconds") if self.at else None,
            "error": self.error,
            "unread": list(self.unread),
            **self.summary,
        }


class Watcher:
    """Calls ``sync`` in a thread of its own whenever something in ``folder`` changes.

    ``sync`` brings the library up to date and returns how it went.  What it raises is logged and
    kept in ``state``; the next change tries again.  Questions are answered from the library as it
    was until something new is in it.  While ``folder`` is not there nothing is synced, and
    ``state`` says so.

    ``stopping`` is what ``stop`` sets: a sync that looks at it may end early, with SyncStopped,
    which is no error.  ``news`` is set while something has changed that no sync has begun with: a
    sync that looks at it may end with SyncGaveWay, and the next one begins at once.  ``under_way``
    tells how far a sync is; None where there is none, or it has nothing to do.
    """

    def __init__(
        self,
        folder: Path,
        sync: Callable[[], SyncState],
        *,
        state: SyncState | None = None,
        stopping: threading.Event | None = None,
        news: threading.Event | None = None,
        under_way: Callable[[], SyncUnderWay | None] = lambda: None,
    ) -> None:
        self._folder = folder.resolve()
        self._sync = sync
        self._state = state or SyncState()
        self._unwatched: str | None = None
        self._left_out: Callable[[str], bool] = lambda path: False
        self._stop = stopping or threading.Event()
        self._news = news or threading.Event()
        self._under_way = under_way
        self._lock = threading.Lock()
        self._asked = 0  # by ``sync_soon``
        self._begun = 0  # so many of them the latest sync has begun with
        self._ended = 0
        self._threads = [
            threading.Thread(target=target, name=f"footnote-{name}", daemon=True)
            for name, target in (("watch", self._watch), ("sync", self._sync_all))
        ]

    @property
    def state(self) -> SyncState:
        """How the last sync went; or that the folder cannot be watched."""
        state = self._state
        if state.error or not self._unwatched:
            return state
        return replace(state, error=self._unwatched)

    @property
    def under_way(self) -> SyncUnderWay | None:
        """How far the sync under way is; None where there is none."""
        return None if self._state.error == GONE else self._under_way()

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End watching.

        Returns when a sync under way is done, or has stopped; after END_S in any case, for what the
        end of the program cuts off there goes on at the next start, as after a kill.
        """
        self._stop.set()
        self._news.set()
        until = time.monotonic() + END_S
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def sync_soon(self) -> None:
        """Have what is in the folder now synced; returns when readers are answered from it.

        Large files may take longer: they follow by themselves.  Raises SyncStopped when the program
        ends, LibraryError with what went wrong.
        """
        with self._lock:
            self._asked += 1
            mine = self._asked
        self._news.set()
        while self._ended < mine:
            if self._stop.wait(_LOOK_S):
                raise SyncStopped
            now = self._under_way()
            if self._begun >= mine and now is not None and now.quick_done:
                return
        if error := self._state.error:
            raise LibraryError(error)

    def to_json(self) -> dict[str, Any]:
        """How the last sync went, and how far one under way is, as ``/healthz`` says it."""
        now = self.under_way
        return {**self.state.to_json(), "syncing": now.to_json() if now else None}

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._news.set()  # what was edited while nothing was watched
            watched = self._identity()
            if watched is None:
                self._stop.wait(RETRY_S)
                continue
            self._unwatched = None
            try:
                for _ in watch(
                    self._folder,
                    watch_filter=self._is_content,
                    debounce=LONGEST_MS,
                    step=QUIET_MS,
                    stop_event=self._stop,
                    rust_timeout=int(AGAIN_S * 1000),
                    yield_on_timeout=True,
                    raise_interrupt=False,
                ):
                    if self._identity() != watched:
                        break  # what is watched lies elsewhere now, or is no more
                    self._news.set()
            except Exception:  # the folder is gone, or no more folders can be watched
                logger.exception("%s cannot be watched", self._folder)
                self._unwatched = "the content folder cannot be watched; the log says why"
                self._stop.wait(RETRY_S)

    def _sync_all(self) -> None:
        while not self._stop.is_set():
            self._news.wait()
            self._news.clear()
            with self._lock:
                self._begun = self._asked
            if self._sync_now():
                self._ended = self._begun

    def _is_content(self, change: Change, path: str) -> bool:
        """Leave out what sync does: dot-files and dot-folders, where the library itself may lie,
        and what the folder's ``.footnoteignore`` names; when that file changes, all may."""
        try:
            below = Path(path).relative_to(self._folder)
        except ValueError:
            return True
        if below.as_posix() == NAME:
            return True
        if any(part.startswith(".") for part in below.parts):
            return False
        # Of anything else it is not told whether it is a folder, of which some files may be taken.
        return below.suffix.lower() not in SUFFIXES or not self._left_out(below.as_posix())

    def _identity(self) -> tuple[int, int] | None:
        """What tells the folder from another in its place; None where there is none."""
        try:
            found = self._folder.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None

    def _sync_now(self) -> bool:
        """Sync; whether it has ended, well or not, and is not to go on later."""
        if self._stop.is_set():
            return False
        if self._identity() is None:
            if self._state.error != GONE:  # once, not at each look
                logger.error("%s: %s", self._folder, GONE)
            self._failed(GONE)
            return True
        # Before the sync, which may find newer patterns: then their change is still to be told.
        with suppress(ReadError):  # the sync tells it; until it is mended the former ones count
            self._left_out = ignored(self._folder)
        try:
            self._state = self._sync()
        except SyncStopped:
            logger.debug("the sync of %s was stopped", self._folder)
            return False
        except SyncGaveWay:
            self._news.set()
            return False
        except FootnoteError as error:
            logger.error("syncing %s failed: %s", self._folder, error)
            # /healthz is public, and where the folder lies on this machine is nobody's business.
            self._failed(str(error).replace(str(self._folder), self._folder.name))
        except Exception:
            logger.exception("syncing %s failed", self._folder)
            self._failed("the content folder could not be synced; the log says why")
        return True

    def _failed(self, message: str) -> None:
        self._state = SyncState(datetime.now(UTC), message)
