"""The syncs of a running server, after its first one."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from index.encoder import Encoder
from index.errors import UsageError
from index.library import Library
from index.sync import SyncProgress, SyncReport, sync
from qa.web.watch import GONE, SyncState, SyncStopped

logger = logging.getLogger("footnote")


class Resync:
    """Syncs the content folder when called, and returns how it went.  For several threads.

    ``first`` is the report of the first sync, ``synced`` is called after each other one, whether it
    changed anything or not.  What could not be read is logged, with the reason, unless the sync
    before said the same.

    Once ``stopping`` is set, a sync under way ends at its next batch of texts with SyncStopped: the
    library keeps the files that are in it and the vectors that are made, and the next sync goes on
    from there, as after a kill.

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
        base_url: str | None = None,
    ) -> None:
        self._content = content
        self._library = library
        self._encoder = encoder
        self._base_url = base_url
        self._synced = synced
        self._stopping = stopping
        self._told = _unread(first)
        self._telling = threading.Lock()

    def __call__(self) -> SyncState:
        # Else the library, which may lie in that folder, would be made anew, and be empty.
        if not self._content.is_dir():
            raise UsageError(GONE)
        with Library.open(self._library, create=True) as opened:
            report = sync(
                self._content,
                opened,
                self._encoder,
                base_url=self._base_url,
                progress=self._go_on,
            )
        self._tell(report)
        self._synced()
        return sync_state(report)

    def _go_on(self, _: SyncProgress) -> None:
        if self._stopping.is_set():
            raise SyncStopped

    def _tell(self, report: SyncReport) -> None:
        with self._telling:
            told, self._told = self._told, _unread(report)
        for error, line in zip(report.failed, report.failures, strict=True):
            if str(error) not in told:
                logger.warning("%s", line)


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
