"""Work beside the work: what comes next is made ahead, what is done is written behind.

A sync's model needs its texts and leaves its vectors; meanwhile files are read and transactions
are made.  Both sides wait where the other is slower, so that memory stays as it is.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Self, TypeVar

Item = TypeVar("Item")
_WAIT_S = 0.1  # how soon a thread notices that nobody takes its items any more


@contextlib.contextmanager
def ahead(
    items: Iterator[Item], size: int, *, waiting: Callable[[], object] = lambda: None
) -> Iterator[Iterator[Item]]:
    """Iterate over ``items`` as a thread of its own makes them, at most ``size`` ahead.

    What making them raises is raised in its place.  ``waiting`` is called again and again while an
    item is waited for; what it raises is raised there.

    At the end of the block no further item is begun.  One that is still being made, which can take
    minutes, is not waited for: the thread ends with it, or with the process.
    """
    made: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(size)
    stopped = threading.Event()

    def put(item: Item | None, error: BaseException | None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                made.put((item, error), timeout=_WAIT_S)
                return

    def make() -> None:
        try:
            for item in items:
                put(item, None)
                if stopped.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  # it is raised where the item is wanted
            put(None, error)
        else:
            put(None, StopIteration())

    def taken() -> Iterator[Item]:
        while True:
            try:
                item, error = made.get(timeout=_WAIT_S)
            except queue.Empty:
                waiting()
                continue
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # there is one where there is no error

    thread = threading.Thread(target=make, name="footnote-read", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        stopped.set()
        thread.join(2 * _WAIT_S)


class Behind:
    """A thread that does jobs in their order, at most ``size`` behind.  A context manager.

    At the end of the block all jobs are done, also those that were given before an error of the
    block's own: what is complete is kept.  After a job that failed no other is done; its error is
    raised by the next ``put``, or at the end.
    """

    def __init__(self, size: int) -> None:
        self._jobs: queue.Queue[Callable[[], object] | None] = queue.Queue(size)
        self._error: BaseException | None = None
        # A process that ends in the midst of a job is as one that is killed there.
        self._thread = threading.Thread(target=self._run, name="footnote-write", daemon=True)
        self.given = 0
        self.done = 0

    def put(self, job: Callable[[], object]) -> None:
        """Have a job done, the ``given``-th; waits while ``size`` others are waiting."""
        self._raise()
        self.given += 1
        self._jobs.put(job)

    def finish(self, *, waiting: Callable[[], object] = lambda: None) -> None:
        """Wait until all jobs are done that were given, as ``ahead`` waits for an item."""
        done = threading.Event()
        self.put(done.set)
        while not done.wait(_WAIT_S):
            self._raise()
            waiting()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._jobs.put(None)
        self._thread.join()
        if kind is None:
            self._raise()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._error is None:
                try:
                    job()
                except BaseException as error:  # noqa: BLE001  # raised by the next put
                    self._error = error
            self.done += 1

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
