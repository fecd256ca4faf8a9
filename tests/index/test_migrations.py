import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.migrations import Migration, Schema, atomic, is_of, migrate, refusal, steps_taken

ONE = Migration("notes", "CREATE TABLE notes (text TEXT);")
TWO = Migration("more", "ALTER TABLE notes ADD COLUMN at TEXT; CREATE TABLE more (text TEXT);")
FIRST, SECOND = Schema(7, (ONE,)), Schema(7, (ONE, TWO))
PLACE = Path("notes.sqlite")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    yield opened
    opened.close()


def tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema ORDER BY 1")]


def test_a_file_takes_the_steps_that_it_lacks_and_no_other(
    connection: sqlite3.Connection,
) -> None:
    migrate(connection, FIRST)
    assert (tables(connection), steps_taken(connection)) == (["notes"], 1)
    connection.execute("INSERT INTO notes VALUES ('tea')")
    migrate(connection, SECOND)
    migrate(connection, SECOND)
    assert (tables(connection), steps_taken(connection)) == (["more", "notes"], 2)
    assert connection.execute("SELECT * FROM notes").fetchall() == [("tea", None)]


def test_a_new_file_is_filled_once(connection: sqlite3.Connection) -> None:
    for schema in (FIRST, SECOND):
        migrate(
            connection, schema, fill=lambda new: new.execute("INSERT INTO notes VALUES ('tea')")
        )
    assert connection.execute("SELECT count(*) FROM notes").fetchone() == (1,)


def test_a_step_that_fails_leaves_nothing(connection: sqlite3.Connection) -> None:
    broken = Migration("broken", "CREATE TABLE more (text TEXT); CREATE TABLE notes (text TEXT);")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, Schema(7, (ONE, broken)))
    assert (tables(connection), steps_taken(connection)) == (["notes"], 1)


def test_a_block_that_fails_is_taken_back(connection: sqlite3.Connection) -> None:
    def block() -> None:
        with atomic(connection):
            connection.execute("INSERT INTO notes VALUES ('tea')")
            raise KeyError("x")

    migrate(connection, FIRST)
    with pytest.raises(KeyError, match="x"):
        block()
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_an_empty_file_and_one_of_an_older_step_are_not_refused(
    connection: sqlite3.Connection,
) -> None:
    assert not is_of(connection, FIRST)
    assert refusal(connection, FIRST, PLACE) is None
    migrate(connection, FIRST)
    assert is_of(connection, SECOND)
    assert refusal(connection, SECOND, PLACE) is None


def test_files_of_another_program_and_of_a_newer_version_are_refused(
    connection: sqlite3.Connection,
) -> None:
    migrate(connection, SECOND)
    assert refusal(connection, FIRST, PLACE) == (
        "notes.sqlite was written by a newer Footnote (schema 2, this one knows 1): update "
        "Footnote, or move the file away"
    )
    assert refusal(connection, Schema(8, (ONE,)), PLACE) == (
        "notes.sqlite is a SQLite file of another program; move it away"
    )
