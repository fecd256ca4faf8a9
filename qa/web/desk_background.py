"""Background work of the desk: a page waits for it a moment only, and shows it when it is there.

In a small library everything is made within that moment.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

logger = logging.getLogger("footnote")

T = TypeVar("T")
PATIENCE_S = 0.6


class BackgroundTask(Generic[T]):
    """A piece of work, in a thread of its own from its making on."""

    def __init__(
        self, name: str, work: Callable[[], T], *, failed: str, patience_s: float | None = None
    ) -> None:
        """``failed`` is what the log says where ``work`` raises.

        Pages wait for ``patience_s`` from now on, by default ``PATIENCE_S``: one page asks for
        several things, and again and again.
        """
        moment_s = PATIENCE_S if patience_s is None else patience_s
        self._until = time.monotonic() + moment_s
        self._made: T | None = None
        self._thread = threading.Thread(
            target=self._run, args=(work, failed), name=f"footnote-{name}", daemon=True
        )
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether it has ended, with something made or without."""
        return not self._thread.is_alive()

    @property
    def left_s(self) -> float:
        """How long pages go on waiting for it, 0 or more."""
        return max(0.0, self._until - time.monotonic())

    def wait(self, timeout_s: float | None = None) -> T | None:
        """Wait as long as pages do, or for ``timeout_s``; return what was made, None: nothing yet.

        ``math.inf`` waits until it has ended.
        """
        timeout_s = self.left_s if timeout_s is None else timeout_s
        self._thread.join(min(timeout_s, threading.TIMEOUT_MAX))
        return self._made

    def _run(self, work: Callable[[], T], failed: str) -> None:
        try:
            self._made = work()
        except Exception:  # pages go on with what there is
            logger.exception("%s", failed)
