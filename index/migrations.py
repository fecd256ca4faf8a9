"""SQLite files that say whose they are, and how many steps their schema has taken.

``PRAGMA application_id`` says whose file it is, ``PRAGMA user_version`` counts the steps.  A step
is one transaction with its number, so a file whose writer was killed has taken it or has not, and
of two processes that find it missing one takes it.  SQLite's errors come as they are: whoever keeps
a file makes of them what its users understand.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema: SQL statements with a semicolon after each."""

    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Schema:
    """Whose a file is, and the steps that make it: new ones are added at the end."""

    application_id: int
    migrations: tuple[Migration, ...]

    @property
    def steps(self) -> int:
        """How many steps a file of this version has taken."""
        return len(self.migrations)


@contextlib.contextmanager
def atomic(connection: sqlite3.Connection, *, write: bool = True) -> Iterator[None]:
    """All of the block or nothing.  Without ``write`` it sees one state of the file throughout."""
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_of(connection: sqlite3.Connection, schema: Schema) -> bool:
    """Return whether the file's header says that it is one of ``schema``, of whatever step."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == schema.application_id)


def steps_taken(connection: sqlite3.Connection) -> int:
    """Return how many steps the file's header says that it has taken; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refusal(connection: sqlite3.Connection, schema: Schema, path: Path) -> str | None:
    """Return why the file at ``path`` cannot be one of ``schema``; None where it can, or is empty.

    A file of another program, or of a newer version, which must not be touched.
    """
    holds_tables = connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    if holds_tables and not is_of(connection, schema):
        return f"{path} is a SQLite file of another program; move it away"
    if (steps := steps_taken(connection)) > schema.steps:
        return (
            f"{path} was written by a newer Footnote (schema {steps}, this one knows "
            f"{schema.steps}): update Footnote, or move the file away"
        )
    return None


def migrate(
    connection: sqlite3.Connection,
    schema: Schema,
    *,
    fill: Callable[[sqlite3.Connection], object] = lambda _: None,
) -> None:
    """Take the steps that the file has not taken yet.

    ``fill`` writes what a new file holds from the beginning, in the transaction of its first step.
    """
    while (steps := steps_taken(connection)) < schema.steps:
        with atomic(connection):
            if steps_taken(connection) != steps:
                continue  # another process took this step meanwhile
            # Not ``executescript``, which would commit the transaction first.
            for statement in statements(schema.migrations[steps].script):
                connection.execute(statement)
            if steps == 0:
                fill(connection)
            connection.execute(f"PRAGMA application_id = {schema.application_id}")
            connection.execute(f"PRAGMA user_version = {steps + 1}")


def statements(script: str) -> list[str]:
    """Return the SQL statements of a step's script, in order."""
    return [part.strip() for part in script.split(";") if part.strip()]
