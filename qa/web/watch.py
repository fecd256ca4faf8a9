"""Keeps the library equal to the content folder while the app runs."""

import logging
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watchfiles import Change, watch

from index.errors import FootnoteError, ReadError
from index.ignored import NAME, ignored
from index.readers import SUFFIXES

logger = logging.getLogger("footnote")

QUIET_MS = 300  # a file is read once it has been left alone for so long
LONGEST_MS = 1600  # but no edit waits longer than this for others to end
AGAIN_S = 60.0  # a network folder may tell nothing: look at it so often all the same
RETRY_S = 5.0

GONE = (
    "the content folder is not there; until it is, questions are answered from what was read of it"
)


class SyncStopped(Exception):
    """Raised out of a sync that is to end before it is done, because the program ends."""


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
    was until the sync is done.  While ``folder`` is not there nothing is synced, and ``state`` says
    so.

    ``stopping`` is what ``stop`` sets: a sync that looks at it may end early, with SyncStopped,
    which is no error.
    """

    def __init__(
        self,
        folder: Path,
        sync: Callable[[], SyncState],
        *,
        state: SyncState | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self._folder = folder.resolve()
        self._sync = sync
        self._state = state or SyncState()
        self._left_out: Callable[[str], bool] = lambda path: False
        self._stop = stopping or threading.Event()
        self._thread = threading.Thread(target=self._run, name="footnote-watch", daemon=True)

    @property
    def state(self) -> SyncState:
        """How the last sync went."""
        return self._state

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End watching; returns when a sync under way is done, or has stopped."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._sync_now()  # what was edited while nothing was watched
            watched = self._identity()
            if watched is None:
                self._stop.wait(RETRY_S)
                continue
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
                    self._sync_now()
            except Exception:  # the folder is gone, or no more folders can be watched
                logger.exception("%s cannot be watched", self._folder)
                self._failed("the content folder cannot be watched; the log says why")
                self._stop.wait(RETRY_S)

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

    def _sync_now(self) -> None:
        if self._stop.is_set():
            return
        if self._identity() is None:
            if self._state.error != GONE:  # once, not at each look
                logger.error("%s: %s", self._folder, GONE)
            self._failed(GONE)
            return
        # Before the sync, which may find newer patterns: then their change is still to be told.
        with suppress(ReadError):  # the sync tells it; until it is mended the former ones count
            self._left_out = ignored(self._folder)
        try:
            self._state = self._sync()
        except SyncStopped:
            logger.debug("the sync of %s was stopped", self._folder)
        except FootnoteError as error:
            logger.error("syncing %s failed: %s", self._folder, error)
            # /healthz is public, and where the folder lies on this machine is nobody's business.
            self._failed(str(error).replace(str(self._folder), self._folder.name))
        except Exception:
            logger.exception("syncing %s failed", self._folder)
            self._failed("the content folder could not be synced; the log says why")

    def _failed(self, message: str) -> None:
        self._state = SyncState(datetime.now(UTC), message)
