"""The syncs of a running server, after its first one.

A large article takes minutes to embed.  Until it is done, the server goes on with what is quick:
what a sync has committed is answered from while it goes on, and when something else changes in the
folder, the sync under way ends, keeps what it has made, and the next one takes what is quick first.
See ``docs/decisions/syncing-while-serving.md``.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.content import KeptFiles
from index.encoder import Encoder
from index.errors import UsageError
from index.library import Library
from index.sync import SyncProgress, SyncReport, sync
from qa.web.watch import GONE, SyncGaveWay, SyncState, SyncStopped, SyncUnderWay

logger = logging.getLogger("footnote")

# While many files are committed, readers are answered from them so often, and at least so many
# times as long apart as it takes to take them up.
LIVE_S = 2.0
LIVE_TIMES = 10
# A sync does not give way before it has embedded for as long as its beginnings took, or for this
# long: else one edit after the other would keep a large file from ever getting done.
TURN_S = 2.0


class Turn:
    """How far a sync has got on with its turn, to tell when it may give way to another.

    ``now`` is a clock.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._begun = now()
        self._embedding: float | None = None  # since when
        self._quick_done = False
        self._done = self._kept = 0  # of the passages, when what is quick was done

    def may_end(self, progress: SyncProgress) -> bool:
        """Whether the sync may end here and lose nothing that counts; called at each progress."""
        if progress.quick_done and not self._quick_done:
            self._quick_done, self._embedding = True, None
            self._done, self._kept = progress.passages_done, progress.passages_kept
        if self._embedding is None:
            if progress.passages_done == self._done:
                return self._quick_done  # a file is read, and is read on
            self._embedding = self._now()
        prepared_s = self._embedding - self._begun
        return progress.passages_kept > self._kept and self._now() - self._embedding >= min(
            prepared_s, TURN_S
        )


class Resync:
    """Syncs the content folder when called, and returns how it went.  One call at a time.

    ``first`` is the report of the first sync.  ``synced`` is called after each other one, whether
    it changed anything or not, and before that while a sync goes on, when files were committed.
    What could not be read is logged, with the reason, unless the sync before said the same.

    Once ``stopping`` is set, a sync under way ends at its next batch of texts with SyncStopped: the
    library keeps the files that are in it and the vectors that are made, and the next sync goes on
    from there, as after a kill.  So it ends with SyncGaveWay once ``news`` is set, when its
    ``Turn`` is over: it is to be called again at once.

    Raises UsageError while the content folder is not there, and makes nothing in its place; the
    errors of ``Library.open``, ``sync`` and ``synced`` else.
    """

    def __init__(
        self,
        content: Path,
        library: Path,
        encoder: Encoder,
        *,
        first: SyncReport,
        synced: Callable[[], object],
        stopping: threading.Event,
        news: threading.Event | None = None,
        base_url: str | None = None,
    ) -> None:
        self._content = content
        self._library = library
        self._encoder = encoder
        self._base_url = base_url
        self._synced = synced
        self._stopping = stopping
        self._news = news or threading.Event()
        self._told = _unread(first)
        self._kept = KeptFiles()
        self._under_way: SyncUnderWay | None = None
        self._before: SyncUnderWay | None = None  # what syncs have done that gave way

    @property
    def under_way(self) -> SyncUnderWay | None:
        """How far a sync is; None where there is none, or nothing to be read.

        A sync that gave way and those that go on from it are one.
        """
        return self._under_way

    def __call__(self) -> SyncState:
        # Else the library, which may lie in that folder, would be made anew, and be empty.
        if not self._content.is_dir():
            raise UsageError(GONE)
        call = _Call()
        try:
            with Library.open(self._library, create=True) as opened:
                report = sync(
                    self._content,
                    opened,
                    self._encoder,
                    base_url=self._base_url,
                    progress=lambda progress: self._hear(call, progress),
                    kept=self._kept,
                )
            self._tell(report)
            self._synced()
        except SyncGaveWay:
            raise
        except BaseException:
            self._before = self._under_way = None
            raise
        self._before = self._under_way = None
        return sync_state(report)

    def _hear(self, call: "_Call", progress: SyncProgress) -> None:
        if self._stopping.is_set():
            raise SyncStopped
        self._go_live(call, progress)
        if progress.files:
            self._under_way = self._so_far(call, progress)
        may_end = call.turn.may_end(progress)
        if may_end and self._news.is_set():
            self._before = replace(
                self._so_far(call, progress),
                passages_done=self._done_before + progress.passages_kept,
                quick_done=False,
            )
            self._under_way = self._before
            raise SyncGaveWay

    def _go_live(self, call: "_Call", progress: SyncProgress) -> None:
        """Have readers answered from what is committed, once something is, and not too often."""
        quick = progress.quick_done and not call.quick_live
        pause_s = max(LIVE_S, LIVE_TIMES * call.took_s)
        due = time.monotonic() - call.live_at >= pause_s
        if quick or (due and progress.files_done > call.files_live):
            begun = time.monotonic()
            self._synced()
            call.live_at = time.monotonic()
            call.took_s = call.live_at - begun
            call.files_live, call.quick_live = progress.files_done, progress.quick_done

    @property
    def _done_before(self) -> int:
        return self._before.passages_done if self._before else 0

    def _so_far(self, call: "_Call", progress: SyncProgress) -> SyncUnderWay:
        files = self._before.files_done if self._before else 0
        return SyncUnderWay(
            since=self._before.since if self._before else call.since,
            files_done=files + progress.files_done,
            files=files + progress.files,
            passages_done=self._done_before + progress.passages_done,
            passages=self._done_before + progress.passages,
            quick_done=progress.quick_done,
        )

    def _tell(self, report: SyncReport) -> None:
        told, self._told = self._told, _unread(report)
        for error, line in zip(report.failed, report.failures, strict=True):
            if str(error) not in told:
                logger.warning("%s", line)


class _Call:
    """What one sync has brought to the readers so far."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.since = datetime.now(UTC)
        self.live_at = time.monotonic()
        self.took_s = 0.0
        self.files_live = 0
        self.quick_live = False


def sync_state(report: SyncReport) -> SyncState:
    """Return what ``/healthz`` and the editors' desk say of a sync."""
    return SyncState(
        at=datetime.now(UTC),
        unread=tuple(str(error) for error in report.failed),
        told=report.failures,
        summary={
            "read": report.read,
            "embedded": report.embedded,
            "unchanged": report.unchanged,
            "removed": report.removed,
        },
    )


def _unread(report: SyncReport) -> frozenset[str]:
    return frozenset(str(error) for error in report.failed)
