"""How coverage and the share of answered questions went over time: a small SQLite file of its own.

The library comes back from the content folder and the question log forgets what is old; what was
measured then does not come back.  A snapshot is kept beside the library when a sync has changed
something (``snapshots_path``).  It holds counts, and no word of a reader.

A file that is broken, full or locked stops nothing: whoever keeps a snapshot goes on without.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from index.errors import FootnoteError
from index.migrations import Migration, Schema, atomic, migrate, refusal
from qa.coverage import CoverageReport, CoverageState
from qa.questions import LoggedQuestion
from qa.records import AbstentionReason

FILE: Final = "trend.sqlite"
BUSY_S: Final = 5.0
_MIGRATIONS: Final = (
    Migration(
        "snapshots, weeks",
        """
        CREATE TABLE snapshots (
            at TEXT PRIMARY KEY,              -- UTC, ISO 8601, whole seconds
            generation INTEGER NOT NULL,      -- of the library
            articles INTEGER NOT NULL,
            pairs INTEGER NOT NULL,
            covered INTEGER NOT NULL,         -- sections
            partly INTEGER NOT NULL,
            uncovered INTEGER NOT NULL,
            share REAL NOT NULL               -- of all sentences, 0 to 1
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE weeks (
            monday TEXT PRIMARY KEY,          -- ISO 8601 date, of a week in UTC
            asked INTEGER NOT NULL,
            answered INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ),
)
SCHEMA: Final = Schema(0x466F6F53, _MIGRATIONS)  # "FooS"


class SnapshotError(FootnoteError):
    """The file of snapshots cannot be used."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was measured after a sync; ``covered``, ``partly`` and ``uncovered`` count sections.

    ``share`` in [0, 1] is that of all sentences that FAQ pairs account for.
    """

    at: datetime
    generation: int
    articles: int
    pairs: int
    covered: int
    partly: int
    uncovered: int
    share: float


@dataclass(frozen=True, slots=True)
class Week:
    """The questions of a week that begins on ``monday`` (UTC), and how many got an answer."""

    monday: date
    asked: int
    answered: int

    @property
    def share(self) -> float:
        """The share that was answered, 0 to 1; 0 of none."""
        return self.answered / self.asked if self.asked else 0.0


def snapshots_path(library: Path) -> Path:
    """Return where the snapshots of a library are: beside it."""
    return library.with_name(FILE)


def snapshot_of(report: CoverageReport, *, generation: int, at: datetime) -> Snapshot:
    """Return what there is to keep of a measured coverage.  Pure."""
    counts = report.counts
    return Snapshot(
        at=at.astimezone(UTC).replace(microsecond=0),
        generation=generation,
        articles=len(report.articles),
        pairs=len(report.pairs),
        covered=counts[CoverageState.COVERED],
        partly=counts[CoverageState.PARTLY],
        uncovered=counts[CoverageState.UNCOVERED],
        share=report.share,
    )


def weeks_of(questions: Iterable[LoggedQuestion]) -> tuple[Week, ...]:
    """Return the weeks in which something was asked, in order; greetings ask nothing.  Pure."""
    counts: dict[date, list[int]] = {}
    for one in questions:
        if one.reason is AbstentionReason.SMALL_TALK:
            continue
        day = one.asked_at.astimezone(UTC).date()
        week = counts.setdefault(day - timedelta(days=day.weekday()), [0, 0])
        week[0] += 1
        week[1] += one.answered
    return tuple(Week(monday, *counts[monday]) for monday in sorted(counts))


def merged(kept: Iterable[Week], seen: Iterable[Week]) -> tuple[Week, ...]:
    """Return each week once, in order, as it was with the most questions; of equals as ``seen``.

    A log that has forgotten a part of a week must not change what it said when it was whole.
    Pure.
    """
    weeks = {week.monday: week for week in kept}
    for week in seen:
        if week.monday not in weeks or week.asked >= weeks[week.monday].asked:
            weeks[week.monday] = week
    return tuple(weeks[monday] for monday in sorted(weeks))


class Snapshots:
    """The snapshots in the file ``path``, which is made when the first one is kept.

    Safe to use from several threads and processes: each call opens the file for itself.  Methods
    raise ``SnapshotError`` where it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, snapshot: Snapshot, weeks: Iterable[Week] = ()) -> bool:
        """Keep a snapshot and the weeks as the log has them; tell whether it says anything new.

        One that differs from the last only in its time and generation is not kept; the weeks are
        all the same.
        """
        with self._open() as connection:
            known = merged(_weeks(connection), weeks)
            connection.executemany(
                "INSERT OR REPLACE INTO weeks VALUES (?, ?, ?)",
                [(week.monday.isoformat(), week.asked, week.answered) for week in known],
            )
            last = next(reversed(_snapshots(connection)), None)
            if last is not None and astuple(last)[2:] == astuple(snapshot)[2:]:
                return False
            row = (snapshot.at.isoformat(timespec="seconds"), *astuple(snapshot)[1:])
            connection.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            return True

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, oldest first; none where there is no file."""
        if not self.path.exists():
            return ()
        with self._open() as connection:
            return tuple(_snapshots(connection))

    def weeks(self) -> tuple[Week, ...]:
        """Return the weeks that were kept, in order."""
        if not self.path.exists():
            return ()
        with self._open() as connection:
            return tuple(_weeks(connection))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction of its own, the schema's steps taken."""
        try:
            with contextlib.closing(
                sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
            ) as connection:
                if reason := refusal(connection, SCHEMA, self.path):
                    raise SnapshotError(reason)
                migrate(connection, SCHEMA)
                with atomic(connection):
                    yield connection
        except (sqlite3.Error, ValueError) as error:  # ValueError: a date that is none
            raise SnapshotError(
                f"the snapshots {self.path} cannot be used: {error}; where the file is damaged, "
                "move it away: the next sync begins a new one"
            ) from error


def _snapshots(connection: sqlite3.Connection) -> list[Snapshot]:
    rows = connection.execute("SELECT * FROM snapshots ORDER BY at")
    return [Snapshot(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def _weeks(connection: sqlite3.Connection) -> list[Week]:
    rows = connection.execute("SELECT * FROM weeks ORDER BY monday")
    return [Week(date.fromisoformat(monday), *counts) for monday, *counts in rows]
