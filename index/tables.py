"""Checked access to the library's tables: what is read is verified, what is written is counted."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import LibraryError, UsageError
from index.rows import State, Tally, checksum
from index.schema import SCHEMA, connect, damaged, sqlite_errors, transaction

COLUMNS = {
    "sources": "path, state, articles",
    "articles": "id, source, title, text, outline",
    "passages": 'article, id, owner, kind, text, start, "end", text_digest',
    "vectors": "model, text_digest, vector",
}


class Tables:
    """One connection to a library file.  One call at a time; others wait."""

    def __init__(self, path: Path, *, create: bool, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.lock = threading.RLock()
        first = State(schema=SCHEMA.steps).to_json()
        self.connection = connect(
            path,
            create=create,
            read_only=read_only,
            first_state=(first, checksum("library", first)),
        )

    def close(self) -> None:
        with self.lock, sqlite_errors(self.path):
            self.connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[State]:
        """One state of the file throughout the block, whatever is committed meanwhile."""
        with self.lock:
            with sqlite_errors(self.path):
                inside = self.connection.in_transaction
            if inside:
                with sqlite_errors(self.path):
                    yield self._state()
            else:
                with transaction(self.connection, self.path, write=False):
                    yield self._state()

    @contextlib.contextmanager
    def changing(self, *, counts: bool = True) -> Iterator[State]:
        """One transaction.  The state is written at its end; ``counts``: as a new generation."""
        if self.read_only:
            raise LibraryError(f"{self.path} was opened for reading only")
        with self.lock, transaction(self.connection, self.path, write=True):
            state = self._state()
            yield state
            state.schema = SCHEMA.steps
            state.generation += counts
            text = state.to_json()
            self.connection.execute(
                "UPDATE library SET state = ?, checksum = ?", (text, checksum("library", text))
            )

    def _state(self) -> State:
        row = self.connection.execute("SELECT state, checksum FROM library").fetchone()
        if row is None or row[1] != checksum("library", row[0]):
            raise damaged(self.path, "what it says of itself does not match its checksum")
        return State.from_json(row[0])

    def rows(self, table: str, where: str = "", values: Sequence[object] = ()) -> Iterator[Any]:
        """Rows of a table as tuples, each verified against its checksum."""
        for *row, _ in self.marked_rows(table, where, values):
            yield tuple(row)

    def all_rows(self, table: str, state: State) -> Iterator[Any]:
        """All rows of a table; after the last, LibraryDamaged if some were lost or doubled."""
        found = Tally()
        for *row, mark in self.marked_rows(table):
            found.add(mark)
            yield tuple(row)
        expected = state.tallies[table]
        if found != expected:
            raise damaged(
                self.path,
                f"{table} holds {found.rows} rows, {expected.rows} were written"
                if found.rows != expected.rows
                else f"the rows of {table} are not those that were written",
            )

    def marked_rows(
        self, table: str, where: str = "", values: Sequence[object] = ()
    ) -> Iterator[Any]:
        """As ``rows``, each with its checksum as its last value."""
        clause = f"WHERE {where}" if where else ""
        query = f"SELECT {COLUMNS[table]}, checksum FROM {table} {clause}"
        for row in self.connection.execute(query, values):
            if checksum(table, *row[:-1]) != row[-1]:
                raise damaged(self.path, f"a row of {table} ({row[0]!r:.80}) was changed")
            yield row

    def insert(self, table: str, row: Sequence[object], state: State) -> None:
        """Add a row.  Raises UsageError where its key is taken."""
        mark = checksum(table, *row)
        marks = ", ".join("?" * (len(row) + 1))
        try:
            self.connection.execute(
                f"INSERT INTO {table} ({COLUMNS[table]}, checksum) VALUES ({marks})", (*row, mark)
            )
        except sqlite3.IntegrityError as error:
            raise UsageError(f"{table} already holds {row[0]!r:.200}: {error}") from error
        state.tallies[table].add(mark)

    def delete(self, table: str, where: str, values: Sequence[object], state: State) -> None:
        """Remove the rows that ``where`` describes."""
        query = f"SELECT checksum FROM {table} WHERE {where}"
        for (mark,) in self.connection.execute(query, values).fetchall():
            state.tallies[table].subtract(mark)
        self.connection.execute(f"DELETE FROM {table} WHERE {where}", values)

    def update_source(self, row: Sequence[str], state: State) -> None:
        """Replace the row of ``sources`` with that path, which articles refer to."""
        mark = checksum("sources", *row)
        path, values, articles = row
        query = "SELECT checksum FROM sources WHERE path = ?"
        for (old,) in self.connection.execute(query, (path,)).fetchall():
            state.tallies["sources"].subtract(old)
            self.connection.execute(
                "UPDATE sources SET state = ?, articles = ?, checksum = ? WHERE path = ?",
                (values, articles, mark, path),
            )
            state.tallies["sources"].add(mark)
