"""What takes long, kept and made anew beside the pages that show it: no page waits for it.

A page shows what was made last, and says so where the library has changed since; where nothing was
made yet it says that it waits.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

logger = logging.getLogger("footnote")

T = TypeVar("T")
PATIENCE_S = 0.6  # so long a page waits: in a small library everything is made by then


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    state: object
    value: T


class Drawn:
    """What is made for one state, in a thread of its own, and kept until the state is another."""

    def __init__(self, state: object, make: Callable[[], object]) -> None:
        self.state = state
        self._made: object = None
        self._until = time.monotonic() + PATIENCE_S
        self._thread = threading.Thread(
            target=self._run, args=(make,), name="footnote-draw", daemon=True
        )
        self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether it ended without anything made."""
        return self._made is None and not self._thread.is_alive()

    def get(self) -> object:
        """Return what was made; None where that takes longer than a page waits."""
        self._thread.join(max(0.0, self._until - time.monotonic()))
        return self._made

    def _run(self, make: Callable[[], object]) -> None:
        try:
            self._made = make()
        except Exception:  # the page goes on without it
            logger.exception("a picture of the desk cannot be drawn")


class Latest(Generic[T]):
    """What ``make`` made last, made anew in a thread of its own where ``state`` is another.

    States are compared with ``==``.  Safe to use from several threads.
    """

    def __init__(self, name: str, state: Callable[[], object], make: Callable[[], T]) -> None:
        self._name = name
        self._state = state
        self._make = make
        self._lock = threading.Lock()
        self._made: _Made[T] | None = None
        self._thread: threading.Thread | None = None
        self._until = 0.0

    def get(self, patience_s: float = PATIENCE_S) -> tuple[T | None, bool]:
        """Return what was made last (None: nothing yet), and whether it is the newest."""
        now = self._state()
        thread, until = self.begin(patience_s)
        # Only so long after it was begun: one page asks for several things, and again and again.
        if thread is not None:
            thread.join(max(0.0, until - time.monotonic()))
        with self._lock:
            made = self._made
        return (None, False) if made is None else (made.value, made.state == now)

    def begin(self, patience_s: float = PATIENCE_S) -> tuple[threading.Thread | None, float]:
        """Begin to make it where it is not the newest; return the thread and until when to wait."""
        now = self._state()
        with self._lock:
            if self._made is not None and self._made.state == now:
                return None, 0.0
            if self._thread is None or not self._thread.is_alive():
                self._until = time.monotonic() + patience_s
                self._thread = threading.Thread(
                    target=self._run, name=f"footnote-{self._name}", daemon=True
                )
                self._thread.start()
            return self._thread, self._until

    def _run(self) -> None:
        try:
            state = self._state()
            made = _Made(state, self._make())
            with self._lock:
                self._made = made
        except Exception:  # the pages go on with what there is
            logger.exception("the desk cannot work out: %s", self._name)
