"""Work beside the desk's pages: each waits for it a moment only, and shows it when it is there.

In a small library everything is made within that moment.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

logger = logging.getLogger("footnote")

T = TypeVar("T")
PATIENCE_S = 0.6
KEPT = 16  # things that wait for an editor


class Beside(Generic[T]):
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


class Editors(Protocol):
    """What is one editor's."""

    @property
    def editor(self) -> str:
        """The editor's name."""
        ...


E = TypeVar("E", bound=Editors)


class Waiting(Generic[E]):
    """The last things that wait for their editors, in memory only.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, E] = OrderedDict()

    def keep(self, thing: E) -> str:
        """Keep a thing; return the id that it is found by."""
        id = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[id] = thing
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return id

    def find(self, id: str, editor: str) -> E | None:
        """Return what ``editor`` finds under that id; None where it is gone, or another's."""
        with self._lock:
            found = self._kept.get(id)
        return found if found is not None and found.editor == editor else None

    def drop(self, id: str) -> None:
        """Forget what is done with."""
        with self._lock:
            self._kept.pop(id, None)
