"""The library file as SQLite sees it: its tables, how it is opened, and what its errors mean.

Write-ahead logging, not a rollback journal: readers keep their snapshot while a sync commits, and
neither waits for the other.  The log is folded into the file when the last connection closes, so a
library that nobody has open is one complete file; after a kill, the next opening does it.
"""

import contextlib
import functools
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index.errors import LibraryDamaged, LibraryError, LibraryLocked, LibraryMissing
from index.migrations import Migration, Schema, atomic, is_of, migrate, steps_taken
from index.own_folder import make_folder_of

_SMALLEST: Final = 512  # bytes: SQLite's smallest page
BUSY_TIMEOUT_S: Final = 30.0  # commits are short; who waits longer meets a process that hangs


# Tables WITHOUT ROWID hold their rows in the primary key's own tree: no second tree that could
# disagree with it when a page is damaged.  The two indexes serve only the writing side.
# SQLite keeps the white space within a statement, and ``_check_schema`` compares it: to indent a
# script otherwise is to find every library damaged.
_MIGRATIONS: Final = (
    Migration(
        "sources, articles, passages, vectors",
        """
        CREATE TABLE library (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            state TEXT NOT NULL,
            checksum BLOB NOT NULL
        ) STRICT;
        CREATE TABLE sources (
            path TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            articles TEXT NOT NULL,
            checksum BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE articles (
            id TEXT PRIMARY KEY,
            source TEXT NOT NULL REFERENCES sources (path),
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            outline TEXT NOT NULL,
            checksum BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX articles_by_source ON articles (source);
        CREATE TABLE passages (
            article TEXT NOT NULL REFERENCES articles (id),
            id TEXT NOT NULL,
            owner TEXT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            text_digest BLOB NOT NULL,
            checksum BLOB NOT NULL,
            PRIMARY KEY (article, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX passages_by_text ON passages (text_digest);
        CREATE TABLE vectors (
            model INTEGER NOT NULL,
            text_digest BLOB NOT NULL,
            vector BLOB NOT NULL,
            checksum BLOB NOT NULL,
            PRIMARY KEY (model, text_digest)
        ) STRICT, WITHOUT ROWID;
        """,
    ),
)
SCHEMA: Final = Schema(0x466F6F74, _MIGRATIONS)  # "Foot"


def connect(
    path: Path, *, create: bool, read_only: bool, first_state: tuple[str, bytes]
) -> sqlite3.Connection:
    """An open connection to the library file, in autocommit mode, its schema checked.

    ``first_state`` is the row that a new library says of itself: its JSON text and its checksum.

    Raises LibraryMissing when there is no library and ``create`` is false, LibraryDamaged,
    LibraryLocked, and LibraryError for a file that is not a library or of a newer Footnote.
    """
    with system_errors(path):
        _check_place(path, create=create and not read_only)
    with sqlite_errors(path):
        connection = _open(path, read_only=read_only)
    try:
        # One state of the file: another process may be making it at this moment.
        with transaction(connection, path, write=False):
            _check_ours(connection, path, create=create and not read_only)
        with sqlite_errors(path):
            if not read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                # Safe against a kill; after a power cut the last commits may be gone, never torn.
                # Files are the truth, so the next sync brings them back.
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten
                connection.execute("PRAGMA foreign_keys = ON")
                insert = "INSERT INTO library VALUES (1, ?, ?)"
                migrate(connection, SCHEMA, fill=lambda new: new.execute(insert, first_state))
            _check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_place(path: Path, *, create: bool) -> None:
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "no regular file"
        raise LibraryError(f"{path} is {kind}, expected a library file")
    if not path.exists() or path.stat().st_size == 0:
        if not create:
            raise LibraryMissing(f"there is no library at {path}: run `footnote sync` first")
        make_folder_of(path)
    elif path.stat().st_size < _SMALLEST:
        # SQLite takes such a short file for an empty one, and would write over it.
        if not _begins_like_sqlite(path):
            raise _not_ours(path)
        raise damaged(path, "it ends after less than a page")


@contextlib.contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors about a place into ours, each with its name."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        place = error.filename or path
        raise LibraryError(
            f"{place} is a file where the library needs a folder: move it, or name another place"
        ) from error
    except OSError as error:
        place, reason = error.filename or path, error.strerror or error
        raise LibraryError(f"{place} cannot be used: {reason}") from error


def _begins_like_sqlite(path: Path) -> bool:
    """Only for a file that is no SQLite file: of one that is, SQLite itself must say so.

    Whoever closes a file lets go of all locks that his process has on it (POSIX), also those of a
    connection in another thread.  Then another process, a sync that ends, takes itself for the last
    one, and deletes the write-ahead log that this one goes on with.
    """
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _open(path: Path, *, read_only: bool) -> sqlite3.Connection:
    uri = path.resolve().as_uri()
    mode = "rwc"
    if read_only:
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        log = path.with_name(path.name + "-wal")
        # A reader of a write-ahead log takes part in it, so it needs to write beside the file.
        # Where it cannot and there is no log, the file is complete: on a read-only disk, say.
        mode = "rw" if writable else "ro" if log.exists() else "ro&immutable=1"
    connection = sqlite3.connect(
        f"{uri}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,  # Library has its own lock
    )
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _check_ours(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    ours = is_of(connection, SCHEMA)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    if not ours and "passages" in names:
        raise damaged(path, "its header does not say that it is a Footnote library, its tables do")
    if not ours and names:
        raise LibraryError(f"{path} is a SQLite file of another program; name another place")
    if ours and not names:
        raise damaged(path, "its tables are gone")
    if not names and not create:
        raise LibraryMissing(f"the library at {path} is empty: run `footnote sync` first")
    steps, known = steps_taken(connection), SCHEMA.steps
    written = _written_steps(connection) if "library" in names else 0
    if steps < written or written <= known < steps:
        raise damaged(path, f"its header says schema {steps}, its contents schema {written}")
    if steps > known:
        raise LibraryError(
            f"{path} was written by a newer Footnote (schema {steps}, this one knows {known}): "
            "update Footnote, or delete the file and run `footnote sync`"
        )


def _written_steps(connection: sqlite3.Connection) -> int:
    """The schema number in the library's own row, which a damaged header cannot change."""
    row = connection.execute("SELECT state FROM library").fetchone()
    with contextlib.suppress(TypeError, ValueError, KeyError):
        return int(json.loads(row[0])["schema"])
    return 0


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """A damaged schema page could turn a column into another: compare it to the one we write."""
    if steps_taken(connection) < SCHEMA.steps:
        raise LibraryError(f"{path} was written by an older Footnote: run `footnote sync`")
    if _schema_of(connection) != _expected_schema():
        raise damaged(path, "its table definitions are not the ones that were written")


@functools.cache
def _expected_schema() -> frozenset[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for migration in SCHEMA.migrations:
            connection.executescript(migration.script)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    # Statements come out as they went in, up to the white space around them.
    return frozenset((kind, name, table, (sql or "").strip()) for kind, name, table, sql in rows)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, path: Path, *, write: bool) -> Iterator[None]:
    """All of the block or nothing.  A read transaction sees one state of the file throughout."""
    with sqlite_errors(path), atomic(connection, write=write):
        yield


@contextlib.contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: locked, damaged, or unusable, each with the file's name."""
    try:
        yield
    except UnicodeDecodeError as error:  # of a text, or of SQLite's own message about a name
        raise damaged(path, "a text in it is not UTF-8") from error
    except sqlite3.Error as error:
        # The primary code is the low byte; errors of Python's own sqlite3 module carry none.
        code = getattr(error, "sqlite_errorcode", None)
        code = None if code is None else code & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryLocked(
                f"another process has been writing to {path} for {BUSY_TIMEOUT_S:.0f} s: try again"
            ) from error
        if code in _UNUSABLE:
            raise LibraryError(f"{path} cannot be used: {error}") from error
        if isinstance(error, sqlite3.ProgrammingError):
            raise LibraryError(f"{path}: {error}") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise _not_ours(path) from error
        raise damaged(path, str(error)) from error


_UNUSABLE: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
    }
)


def _not_ours(path: Path) -> LibraryDamaged:
    # Not "delete it": this may be one of the user's articles, named by mistake.
    return LibraryDamaged(
        f"{path} is not a Footnote library (name another place), or a library whose beginning is "
        "damaged (then run `footnote sync` with another place, or move this file away)"
    )


def damaged(path: Path, what: str) -> LibraryDamaged:
    """The error for a library that is not as it was written."""
    return LibraryDamaged(
        f"the library {path} is damaged: {what}; delete it and run `footnote sync` again"
    )
