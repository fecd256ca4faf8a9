"""What takes long, kept and made anew in the background: no page waits for it.

A page shows what was made last, and says so where the library has changed since; where nothing was
made yet it says that it waits.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from qa.asking import Asker
from qa.web.desk_background import BackgroundTask

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """What was made of a state."""

    state: object
    value: T


@dataclass(frozen=True, slots=True)
class Now(Generic[T]):
    """A report as it was made last, with the library that it is about.

    ``newest`` tells that nothing that it is about has changed since.
    """

    value: T
    asker: Asker
    newest: bool = True


class Drawn:
    """What is made for one state, in the background, and kept until the state is another."""

    def __init__(self, state: object, make: Callable[[], object]) -> None:
        self.state = state
        self._task = BackgroundTask("draw", make, failed="a picture of the desk cannot be drawn")

    @property
    def failed(self) -> bool:
        """Whether it ended without anything made."""
        return self._task.ended and self._task.wait(0.0) is None

    def get(self) -> object:
        """Return what was made; None where that takes longer than a page waits."""
        return self._task.wait()


class Latest(Generic[T]):
    """What ``make`` made last, made anew in the background where ``state`` is another.

    States are compared with ``==``.  Safe to use from several threads.
    """

    def __init__(self, name: str, state: Callable[[], object], make: Callable[[], T]) -> None:
        self._name = name
        self._state = state
        self._make = make
        self._lock = threading.Lock()
        self._made: Made[T] | None = None
        self._task: BackgroundTask[None] | None = None

    def get(self, patience_s: float | None = None) -> tuple[T | None, bool]:
        """Return what was made last (None: nothing yet), and whether it is the newest."""
        now = self._state()
        if (task := self.begin(patience_s)) is not None:
            task.wait()
        with self._lock:
            made = self._made
        return (None, False) if made is None else (made.value, made.state == now)

    def begin(self, patience_s: float | None = None) -> BackgroundTask[None] | None:
        """Begin to make it where it is not the newest, and return what is at it."""
        now = self._state()
        with self._lock:
            if self._made is not None and self._made.state == now:
                return None
            if self._task is None or self._task.ended:
                self._task = BackgroundTask(
                    self._name,
                    self._run,
                    failed=f"the desk cannot work out: {self._name}",
                    patience_s=patience_s,
                )
            return self._task

    def _run(self) -> None:
        state = self._state()
        made = Made(state, self._make())
        with self._lock:
            self._made = made
