"""The thread that writes the question log, so that no reader waits for a log that is in trouble.

Whoever makes a change waits until it is written, at most ``WAIT_S``, and not at all while the log
is known to fail.  A queue that nobody waits for would save a millisecond, and lose what it holds
when the process is killed; and whoever was answered could judge an answer that the log never gets.
What several readers ask at once goes into one transaction.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import FootnoteError

if TYPE_CHECKING:
    from qa.question_store import Change, QuestionStore

WAIT_S = 2.0  # a reader waits for the answer behind this
MOST_KEPT = 10_000  # questions in memory, while the log cannot be written

_BATCH = 500  # changes in one transaction
_RETRY_S = (1.0, 30.0)  # first, and longest; doubled each time
_TIDY_EVERY_S = 3600.0
_IDLE_S = 1.0  # then the log is let go, and the thread ends unless it has to tidy
_END_S = 10.0
_WARN_AGAIN_S = 3600.0

logger = logging.getLogger("footnote")


class QuestionLogError(FootnoteError):
    """The question log cannot be read, or what an editor did cannot be kept in it."""


class Refused(QuestionLogError):
    """The database works, and does not take this change: trying again is of no use."""


@dataclass(slots=True, eq=False)
class Entry:
    """A change on its way; ``count`` is how many rows it will have changed, 0 where it failed."""

    change: "Change"
    keep: bool  # to be tried again when it fails; otherwise whoever made it has been told
    count: Future[int] = field(default_factory=Future)

    def tell(self, count: int) -> None:
        """Say what became of it; what is said later, to one that failed at first, is too late."""
        if not self.count.done():
            self.count.set_result(count)


class QuestionWriter:
    """Writes changes to a store in a thread of its own, which lives while there is work.

    ``store`` is asked for in that thread first.  ``tidy`` is called there when it starts and every
    hour from then on; it raises nothing.  Safe to use from several threads.
    """

    def __init__(
        self, store: "Callable[[], QuestionStore]", *, tidy: Callable[[], None] | None = None
    ) -> None:
        self._store = store
        self._tidy = tidy
        self._changed = threading.Condition()
        self._queue: deque[Entry] = deque()
        self._thread: threading.Thread | None = None
        self._ending = False
        self._open = False  # used by the thread alone
        self._failed = 0  # times in a row
        self._again_at = 0.0
        self._tidy_at = 0.0
        self._warned: tuple[str, float] | None = None

    def flush(self) -> None:
        """Have what is waiting written, unless the log is known to fail."""
        if self._thread is not None:
            self.write(lambda connection: 0)

    def close(self) -> None:
        """Write what is waiting, and end the thread; another change starts it again."""
        with self._changed:
            thread, self._ending = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(_END_S)
        with self._changed:
            self._ending = False

    def write(self, change: "Change", *, keep: bool = False) -> int:
        """Have a change written; return the number of rows changed, 0 where that failed.

        With ``keep`` it is tried again later, while there is room for it.
        """
        return self.wait(self.begin(change, keep=keep))

    def begin(self, change: "Change", *, keep: bool = False) -> Entry:
        """As ``write``, but return without waiting: ``wait``, or ``wait_soon``, does that."""
        entry = Entry(change, keep)
        with self._changed:
            # Known from what has been waiting; where nothing is, it may have been mended.
            broken = self._failed > 0 and (bool(self._queue) or time.monotonic() < self._again_at)
            if broken:
                entry.tell(0)
                if not keep or len(self._queue) >= MOST_KEPT:
                    return entry
            self._queue.append(entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="footnote-log", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return entry

    def wait(self, entry: Entry) -> int:
        """Wait until a change is written; return the number of rows changed, 0 where it failed."""
        try:
            return entry.count.result(WAIT_S)
        except TimeoutError:
            return self._late(entry)

    async def wait_soon(self, entry: Entry) -> int:
        """As ``wait``, for whoever must not block."""
        import asyncio  # who asks on the command line need not wait for it

        count = asyncio.wrap_future(entry.count)
        await asyncio.wait([count], timeout=WAIT_S)
        return count.result() if count.done() else self._late(entry)

    def _late(self, entry: Entry) -> int:
        """Take note of a change that has not been written in time."""
        with self._changed:
            if not entry.keep and entry in self._queue:
                # It would be kept after its reader was told otherwise.
                self._queue.remove(entry)
            # What takes so long has not failed yet, and still nobody else shall wait for it.
            self._failed = max(self._failed, 1)
            self._again_at = max(self._again_at, time.monotonic() + _RETRY_S[0])
        return 0

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            if batch:
                self._write(batch)
            else:
                self._rest()

    def _next(self) -> list[Entry] | None:
        """Wait for something to write, and return it.

        Nothing: it is time to tidy, or to let go of the log.  ``None``: to end the thread.
        """
        with self._changed:
            while True:
                now = time.monotonic()
                if self._tidy is not None and now >= self._tidy_at and not self._ending:
                    return []
                if self._queue and (self._ending or now >= self._again_at):
                    batch = list(islice(self._queue, _BATCH))
                    for _ in batch:
                        self._queue.popleft()
                    return batch
                if self._open and self._ending:
                    return []
                until = [self._again_at] if self._queue else []
                if self._tidy is not None:
                    until.append(self._tidy_at)
                if self._open:
                    until.append(now + _IDLE_S)
                if self._ending or not until:
                    self._thread = None
                    return None
                if not self._changed.wait(min(until) - now) and self._open:
                    return []

    def _rest(self) -> None:
        """Tidy where it is time to, and let go of the log until the next change."""
        if self._tidy is not None and time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + _TIDY_EVERY_S
            self._tidy()
        self._open = False
        self._store().rest()

    def _write(self, batch: list[Entry]) -> None:
        self._open = True
        try:
            counts = self._store().write([entry.change for entry in batch], held=True)
        except Refused as error:
            if len(batch) > 1:  # the others are not to blame
                for entry in batch:
                    self._write([entry])
                return
            self.warn(str(error))
            counts = [0]
        except Exception as error:  # nothing may end this thread: readers wait for it
            if not isinstance(error, QuestionLogError):
                logger.exception("the question log failed")
            self._keep(batch, str(error))
            return
        with contextlib.suppress(QuestionLogError):  # it is written, if slower
            self._store().hold()
        with self._changed:
            self._failed, self._again_at = 0, 0.0
        for entry, count in zip(batch, counts, strict=True):
            entry.tell(count)

    def _keep(self, batch: list[Entry], reason: str) -> None:
        """Put back what could not be written, for later."""
        with self._changed:
            kept = [entry for entry in batch if entry.keep]
            self._queue.extendleft(reversed(kept))
            self._failed += 1
            first_s, longest_s = _RETRY_S
            wait_s = min(longest_s, first_s * 2 ** min(self._failed - 1, 10))
            self._again_at = time.monotonic() + wait_s
            if self._ending:
                lost = sum(entry.keep for entry in self._queue)
                if lost:
                    reason = f"{reason}; {lost} questions are lost"
                self._queue.clear()
        self.warn(reason)
        for entry in batch:
            entry.tell(0)

    def warn(self, reason: str) -> None:
        """Say what is wrong; seldom, or a full disk fills the server's log too."""
        now = time.monotonic()
        if self._warned and self._warned[0] == reason and now - self._warned[1] < _WARN_AGAIN_S:
            return
        self._warned = (reason, now)
        logger.warning("%s; questions are answered without it", reason)
