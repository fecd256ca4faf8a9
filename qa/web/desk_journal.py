"""What editors did, kept beside the library, so that it can be taken back after a restart.

A small SQLite file.  It holds what was written to companion files and by whom, with the files'
former text; verdicts on questions are the question log's, and forgotten with it.  The last ``KEPT``
actions stay, fewer where their files are large.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from index.errors import FootnoteError
from index.migrations import Migration, Schema, atomic, migrate, refusal
from qa.faq_file import Change, ChangeKind, Written

FILE: Final = "edits.sqlite"
BUSY_S: Final = 5.0
KEPT: Final = 200
MOST_CHARS: Final = 32_000_000  # of all files' former texts together
_MIGRATIONS: Final = (
    Migration(
        "actions",
        """
        CREATE TABLE actions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
            at TEXT NOT NULL,                          -- UTC, ISO 8601
            editor TEXT NOT NULL,
            what TEXT NOT NULL,
            question TEXT NOT NULL,
            written TEXT NOT NULL,                     -- JSON, a list of qa.faq_file.Written
            marked TEXT,                               -- JSON, [article id, pair id]
            undone INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        """,
    ),
    Migration(
        "dismissed",  # JSON, [key of a finding, digest of its texts]
        "ALTER TABLE actions ADD COLUMN dismissed TEXT;",
    ),
)
SCHEMA: Final = Schema(0x466F6F45, _MIGRATIONS)  # "FooE"


class JournalError(FootnoteError):
    """The file of what editors did cannot be used."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an editor did.

    ``number`` names it; below 0 it is known until the server stops.  ``what`` says it in a line.
    ``written`` are the files, ``reviewed`` the ids of the questions that got a verdict, ``marked``
    is a pair found still right, ``dismissed`` a finding called no mistake, by key, with the digest
    of its texts.  ``question`` is one that should be answered now, "" where there is
    none.  ``live_s`` is how long it took until readers were answered from it, None where that is
    not known; ``waits``: they are soon; ``problem`` says why they are not yet.
    """

    number: int
    at: datetime
    editor: str
    what: str
    written: tuple[Written, ...] = ()
    reviewed: tuple[str, ...] = ()
    marked: tuple[str, str] | None = None
    dismissed: tuple[str, str] | None = None
    question: str = ""
    live_s: float | None = None
    problem: str = ""
    waits: bool = False
    undone: bool = False


def journal_path(library: Path) -> Path:
    """Return where what editors did is kept: beside the library."""
    return library.with_name(FILE)


class Journal:
    """What editors did, in the file ``path``, which is made with the first action.

    Safe to use from several threads and processes: each call opens the file for itself.  Methods
    raise ``JournalError`` where it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, action: Action) -> Action:
        """Keep an action; return it with its number.  The oldest beyond the bounds go."""
        with self._open() as connection:
            row = connection.execute(
                "INSERT INTO actions (at, editor, what, question, written, marked, undone,"
                " dismissed) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                (
                    action.at.isoformat(),
                    action.editor,
                    action.what,
                    action.question,
                    json.dumps([asdict(one) for one in action.written]),
                    None if action.marked is None else json.dumps(action.marked),
                    action.undone,
                    None if action.dismissed is None else json.dumps(action.dismissed),
                ),
            ).fetchone()
            _shorten(connection)
            return replace(action, number=int(row[0]))

    def actions(self) -> tuple[Action, ...]:
        """Return what is kept, the latest first."""
        if not self.path.exists():
            return ()
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM actions ORDER BY number DESC").fetchall()
            return tuple(map(_action, rows))

    def find(self, number: int) -> Action | None:
        """Return an action; None where it is not kept (any more)."""
        if not self.path.exists():
            return None
        with self._open() as connection:
            row = connection.execute("SELECT * FROM actions WHERE number = ?", (number,)).fetchone()
            return None if row is None else _action(row)

    def mark(self, number: int, *, undone: bool) -> bool:
        """Note that an action is taken back, or is not; tell whether that was news.

        Of two editors who take it back at once, one is told so.
        """
        if not self.path.exists():
            return False
        with self._open() as connection:
            changed = connection.execute(
                "UPDATE actions SET undone = ? WHERE number = ? AND undone = ?",
                (undone, number, not undone),
            )
            return changed.rowcount == 1

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(
                sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
            ) as connection:
                if (problem := refusal(connection, SCHEMA, self.path)) is not None:
                    raise JournalError(problem)
                migrate(connection, SCHEMA)
                with atomic(connection):
                    yield connection
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise JournalError(
                f"what editors did, {self.path}, cannot be used: {error}; where the file is "
                "damaged, move it away: the next edit begins a new one"
            ) from error


def _shorten(connection: sqlite3.Connection) -> None:
    """Forget the oldest actions beyond the bounds; the latest stays, however large it is."""
    chars, forgotten = 0, []
    rows = connection.execute("SELECT number, length(written) FROM actions ORDER BY number DESC")
    for place, (number, length) in enumerate(rows):
        chars += length
        if place and (place >= KEPT or chars > MOST_CHARS):
            forgotten.append((number,))
    connection.executemany("DELETE FROM actions WHERE number = ?", forgotten)


def _two(stored: str | None) -> tuple[str, str] | None:
    if stored is None:
        return None
    one, other = json.loads(stored)
    return one, other


def _action(row: tuple[Any, ...]) -> Action:
    number, at, editor, what, question, written, marked, undone, dismissed = row
    return Action(
        number=number,
        at=datetime.fromisoformat(at),
        editor=editor,
        what=what,
        question=question,
        written=tuple(
            Written(
                one["path"],
                one["before"],
                one["digest"],
                tuple(
                    Change(**{**each, "kind": ChangeKind(each["kind"])}) for each in one["changes"]
                ),
            )
            for one in json.loads(written)
        ),
        marked=_two(marked),
        dismissed=_two(dismissed),
        undone=bool(undone),
    )
