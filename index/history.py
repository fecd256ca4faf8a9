"""What the sections said before they changed, so that stale answers can be found.

The library may be deleted at any time and comes back from the content folder; what a section said
last month does not.  So this memory is a SQLite file of its own beside the library, which nothing
that is searched is read from: a library that was synced step by step equals one made afresh,
whatever its history.  Without its history a library loses nothing but the reports of stale answers.

It follows the library at the end of each sync, by the digests of the source files: what a killed
sync left out, the next one makes up for.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from index.errors import LibraryError, UsageError
from index.history_step import SCHEMA, Step
from index.migrations import atomic, migrate, refusal
from index.own_folder import make_folder_of
from index.records import Article
from index.rows import SourceState
from index.schema import BUSY_TIMEOUT_S, system_errors

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section's text until a sync found another one in its place.

    ``step`` counts the syncs that changed something, ``at`` is the time of that sync (ISO 8601).
    """

    article: str
    section: str
    step: int
    at: str
    before: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An editor's word that a pair is still right, whatever changed up to ``step``."""

    article: str
    pair: str
    step: int
    at: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A history at one moment: plain values.

    ``changes`` are ordered by article, section and step; ``touched`` is the step in which a pair,
    by (article id, pair id), was last written; ``marks`` are in the same order.  ``since`` is the
    time of the first step (ISO 8601), "" where there is none, and ``steps`` their number: with one,
    nothing is known of what the articles said before.  ``dismissed`` are findings that an editor
    calls no mistake, by key, each with the digest of the texts that it was about.
    """

    changes: tuple[SectionChange, ...] = ()
    touched: tuple[tuple[tuple[str, str], int], ...] = ()
    marks: tuple[Mark, ...] = ()
    since: str = ""
    steps: int = 0
    dismissed: tuple[tuple[str, str], ...] = ()

    @property
    def compares(self) -> bool:
        """Whether it knows of two states of the articles, so that one can be held against one."""
        return self.steps > 1 or bool(self.changes)


class Followed(Protocol):
    """What a history reads of a library."""

    path: Path

    def sources(self) -> Mapping[str, SourceState]: ...

    def article(self, article_id: str) -> Article: ...


def history_path(library: Path) -> Path:
    """Where the history of a library is: beside it, ``library.history.sqlite``."""
    return library.with_suffix(f".history{library.suffix}")


def remember(library: Followed, *, at: datetime) -> None:
    """Let the history of a library follow it.

    What cannot be remembered is logged and no error: the library is as good without.
    """
    try:
        with History.open(history_path(library.path)) as history:
            history.follow(library, at=at)
    except LibraryError as error:
        _log.warning("%s", error)


class History:
    """An open history.  One thread at a time.  A context manager: leaving it closes the file.

    Methods raise LibraryError when the file cannot be used.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Use ``History.open``."""
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """The history at ``path``; an empty one where there is none.

        Raises LibraryError for a file of another program or of a newer Footnote, and for one that
        is damaged: it may be moved away, and a new one begins.
        """
        path = Path(path)
        with system_errors(path):
            make_folder_of(path)
        with _errors(path):
            connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        try:
            with _errors(path):
                if reason := refusal(connection, SCHEMA, path):
                    raise LibraryError(reason)
                connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten
                migrate(connection, SCHEMA)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file.  Closing twice is no error."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def view(self) -> HistoryView:
        """Everything that is remembered, as plain values."""
        with self._transaction():
            changes = self._connection.execute(
                "SELECT article, section, step, at, before FROM changes ORDER BY 1, 2, 3"
            ).fetchall()
            touched = self._connection.execute(
                "SELECT article, id, step FROM pairs ORDER BY 1, 2"
            ).fetchall()
            marks = self._connection.execute(
                "SELECT article, pair, step, at FROM marks ORDER BY 1, 2"
            ).fetchall()
            first = self._connection.execute("SELECT at FROM steps ORDER BY 1 LIMIT 1").fetchone()
            steps = self._connection.execute("SELECT count(*) FROM steps").fetchone()
            dismissed = self._connection.execute(
                "SELECT key, digest FROM dismissals ORDER BY 1"
            ).fetchall()
        return HistoryView(
            changes=tuple(SectionChange(*row) for row in changes),
            touched=tuple(((article, pair), step) for article, pair, step in touched),
            marks=tuple(Mark(*row) for row in marks),
            since=first[0] if first else "",
            steps=int(steps[0]),
            dismissed=tuple((key, digest) for key, digest in dismissed),
        )

    def mark(self, article: str, pair: str, *, at: datetime) -> None:
        """Note that an editor finds a pair still right: no change until now makes it stale.

        Raises UsageError for a pair that the history does not know.
        """
        with self._transaction():
            known = "SELECT 1 FROM pairs WHERE article = ? AND id = ?"
            if not self._connection.execute(known, (article, pair)).fetchone():
                raise UsageError(f"there is no FAQ pair {pair!r} in the history of {article!r}")
            self._connection.execute(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)",
                (article, pair, self._steps(), at.isoformat()),
            )

    def unmark(self, article: str, pair: str) -> bool:
        """Take a mark back; what was stale before is stale again.  Whether there was one."""
        with self._transaction():
            gone = self._connection.execute(
                "DELETE FROM marks WHERE article = ? AND pair = ?", (article, pair)
            )
            return gone.rowcount > 0

    def dismiss(self, key: str, digest: str, *, at: datetime) -> None:
        """Note that an editor calls a finding no mistake, as long as its texts have this digest."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO dismissals VALUES (?, ?, ?)", (key, digest, at.isoformat())
            )

    def undismiss(self, key: str) -> bool:
        """Take a dismissal back.  Whether there was one."""
        with self._transaction():
            gone = self._connection.execute("DELETE FROM dismissals WHERE key = ?", (key,))
            return gone.rowcount > 0

    def follow(self, library: Followed, *, at: datetime) -> int:
        """Take over what changed in the library since the last time; how many sections changed.

        A source whose bytes are the same, but that is read in another way now (another version of
        Footnote), gives new texts and no changes: its author changed nothing.  Only changes of
        words count, see ``index.section_matches``, which says too how a section is known again.
        """
        with self._transaction():
            before = {
                path: (digest, recipe)
                for path, digest, recipe in self._connection.execute("SELECT * FROM sources")
            }
            sources = library.sources()
            now = {path: (state.digest, state.recipe) for path, state in sources.items()}
            if before == now:
                return 0
            step = Step(self._connection, self._steps() + 1, at.isoformat())
            self._connection.execute("INSERT INTO steps VALUES (?, ?)", (step.number, step.at))
            articles = {
                path: [library.article(id) for id in sources[path].articles]
                for path in now
                if before.get(path) != now[path]
            }
            step.rename((article for own in articles.values() for article in own), now)
            changed = 0
            for path, own in articles.items():
                edited = path not in before or before[path][0] != now[path][0]
                changed += step.take(path, own, edited=edited)
                self._connection.execute(
                    "INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (path, *now[path])
                )
            for path in before.keys() - now.keys():
                step.drop(path)
            return changed

    def _steps(self) -> int:
        row = self._connection.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()
        return int(row[0])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _errors(self.path), atomic(self._connection):
            yield


@contextlib.contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"the history {path} cannot be used: {error}; where it is damaged, move it away: the "
            "next sync begins a new one, and answers found stale until now are forgotten"
        ) from error
