"""Whose question is answered now, whose waits for its turn, and who is sent away.

Questions are answered in threads of their own, as many as there are cores: each keeps one busy.
Those that wait hold no thread, so that article pages and ``/healthz`` are served meanwhile, and
there is a limit to how many wait: whoever comes after that is told to try again at once, and not
after a time-out.
"""

import math
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from typing import TypeVar

from index.cores import cores
from index.errors import FootnoteError

T = TypeVar("T")

WAITING_PER_CORE = 128  # a core answers them in about a second
MAX_WAIT_S = 30.0  # nobody waits longer for an answer, whatever the reason
LONGEST_RETRY_S = 30


class BusyError(FootnoteError):
    """Too many questions at once; the reader should try again after ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: int = 1) -> None:
        super().__init__("Too many questions are waiting right now. Please try again in a moment.")
        self.retry_after_s = retry_after_s


class Admission:
    """Lets pieces of work in, and does them in the order in which they come.

    Safe to use from several threads.
    """

    def __init__(self, *, at_once: int | None = None, waiting: int | None = None) -> None:
        """``at_once`` pieces are done at a time (default: a core each), ``waiting`` may wait.

        The default is ``WAITING_PER_CORE`` for each that is done at a time.
        """
        self._at_once = at_once or cores()
        self._places = self._at_once * (1 + WAITING_PER_CORE)
        if waiting is not None:
            self._places = self._at_once + waiting
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="footnote-answer")
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._held = 0
        self._closed = False
        self._mean_s = 0.0

    def check(self) -> None:
        """Raise ``BusyError`` where the next one would be sent away."""
        if self._closed or self._held >= self._places:
            raise BusyError(self.retry_after_s)

    @property
    def places(self) -> int:
        """How many are let in at a time."""
        return self._places

    @property
    def retry_after_s(self) -> int:
        """In how many seconds, at least 1, those that are waiting will have had their turn."""
        left_s = self._held * self._mean_s / self._at_once
        return max(1, min(LONGEST_RETRY_S, math.ceil(left_s)))

    def take(self, work: Callable[[], T]) -> Future[T]:
        """Return the result of ``work`` to come.

        Raises ``BusyError`` where too many wait, or nothing is done any more.
        Cancelled before its turn, it is not done; its place is free when its turn would have come.
        """
        with self._lock:
            self.check()
            self._held += 1
        done: Future[T] = Future()
        try:
            turn = self._threads.submit(self._do, work, done)
        except BaseException:
            done.cancel()  # where it is queued all the same, its place is given back in its turn
            raise
        turn.add_done_callback(lambda turn: self._drop(done) if turn.cancelled() else None)
        return done

    def close(self) -> None:
        """Wait for what is being done; what has not begun is cancelled."""
        with self._lock:
            self._closed = True
        self._threads.shutdown(cancel_futures=True)

    def _drop(self, done: Future[T]) -> None:
        done.cancel()
        self._leave(None)

    def _do(self, work: Callable[[], T], done: Future[T]) -> None:
        if not done.set_running_or_notify_cancel():
            self._leave(None)
            return
        started = perf_counter()
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the result
            self._leave(None)
            done.set_exception(error)
        else:
            # Its place is free before anybody hears of the result, and may come back at once.
            self._leave(perf_counter() - started)
            done.set_result(result)
        if not hasattr(self._thread, "keeps_to_one_core"):
            # Only now: what the first one needs is loaded with it, and what is loaded later has
            # threads again.  Of OpenMP every thread has a limit of its own.
            _keep_to_one_core()
            self._thread.keeps_to_one_core = True

    def _leave(self, took_s: float | None) -> None:
        with self._lock:
            self._held -= 1
            if took_s is not None:
                self._mean_s += (took_s - self._mean_s) / 16 if self._mean_s else took_s


def _keep_to_one_core() -> None:
    """Have the libraries that a question is answered with begin no threads of their own.

    Every core has a question to answer; and the products of matrices that a question needs are so
    small that threads of BLAS and OpenMP mostly wait for one another, busily: without this a
    question took twice the processor's time.  BLAS has one limit for the whole process.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
