"""One sync of a library at a time."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.errors import LibraryError, LibraryLocked


@contextlib.contextmanager
def only_sync(library: Path, wait_s: float) -> Iterator[None]:
    """Hold the library's sync lock: a second sync waits, so that no text is embedded twice.

    The lock is SQLite's own on a file beside the library: it works on every system, and the system
    lets go of it when the process ends, however it ends.

    Raises LibraryLocked when another one still holds it after ``wait_s`` seconds, LibraryError when
    there can be none.
    """
    path = library.with_name(f"{library.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            lock = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
            stack.enter_context(contextlib.closing(lock))
            lock.execute("PRAGMA journal_mode = MEMORY")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise LibraryLocked(
                    f"another sync of {library} is still running after {wait_s:.0f} s: try later"
                ) from error
            raise LibraryError(f"{path} cannot be locked: {error}") from error
        yield
