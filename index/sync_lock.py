"""One sync of a library at a time."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import LibraryError, LibraryLocked

_LOOK_S = 0.1


@contextlib.contextmanager
def only_sync(
    library: Path, wait_s: float, *, waiting: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Hold the library's sync lock: a second sync waits, so that no text is embedded twice.

    ``waiting`` is called again and again meanwhile; what it raises ends the waiting.

    The lock is SQLite's own on a file beside the library: it works on every system, and the system
    lets go of it when the process ends, however it ends.

    Raises LibraryLocked when another one still holds it after ``wait_s`` seconds, LibraryError when
    there can be none.
    """
    path = library.with_name(f"{library.name}.lock")
    until = time.monotonic() + wait_s
    with contextlib.ExitStack() as stack:
        try:
            # Not SQLite's own time-out: while it waits, nobody can end the program.
            lock = sqlite3.connect(path, timeout=0, isolation_level=None)
            stack.enter_context(contextlib.closing(lock))
            while not _locked(lock):
                if time.monotonic() >= until:
                    raise LibraryLocked(
                        f"another sync of {library} is still running after {wait_s:.0f} s: "
                        "try later"
                    )
                waiting()
                time.sleep(_LOOK_S)
        except sqlite3.Error as error:
            raise LibraryError(f"{path} cannot be locked: {error}") from error
        yield


def _locked(lock: sqlite3.Connection) -> bool:
    """Take the lock; whether it could be had."""
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True
