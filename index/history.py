"""What the sections said before they changed, so that stale answers can be found.

The library may be deleted at any time and comes back from the content folder; what a section said
last month does not.  So this memory is a SQLite file of its own beside the library, which nothing
that is searched is read from: a library that was synced step by step equals one made afresh,
whatever its history.  Without its history a library loses nothing but the reports of stale answers.

It follows the library at the end of each sync, by the digests of the source files: what a killed
sync left out, the next one makes up for.
"""

import contextlib
import hashlib
import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from index.errors import LibraryError, UsageError
from index.records import Article
from index.rows import SourceState
from index.schema import BUSY_TIMEOUT_S, Migration, statements, system_errors

APPLICATION_ID: Final = 0x466F6F48  # "FooH"
MIGRATIONS: Final = (
    Migration(
        "sources, texts, changes, marks",
        """
        CREATE TABLE sources (
            path TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            recipe TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE articles (
            id TEXT PRIMARY KEY,
            source TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sections (
            article TEXT NOT NULL,
            id TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (article, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE pairs (
            article TEXT NOT NULL,
            id TEXT NOT NULL,
            digest BLOB NOT NULL,
            step INTEGER NOT NULL,
            PRIMARY KEY (article, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE changes (
            article TEXT NOT NULL,
            section TEXT NOT NULL,
            step INTEGER NOT NULL,
            at TEXT NOT NULL,
            before TEXT NOT NULL,
            PRIMARY KEY (article, section, step)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE marks (
            article TEXT NOT NULL,
            pair TEXT NOT NULL,
            step INTEGER NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (article, pair)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE steps (step INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;
        """,
    ),
)
# A section with another heading and other words is still the same where this much of it stayed.
KEPT_SHARE = 60.0  # percent, as rapidfuzz counts it
SAME_ID = 25.0  # what the same id counts for beside it

_log = logging.getLogger(__name__)
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+")


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
    by (article id, pair id), was last written; ``marks`` are in the same order.
    """

    changes: tuple[SectionChange, ...] = ()
    touched: tuple[tuple[tuple[str, str], int], ...] = ()
    marks: tuple[Mark, ...] = ()


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


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, case folded: what is left when only its looks change."""
    return [word.casefold() for word in _WORD.findall(text)]


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
            path.parent.mkdir(parents=True, exist_ok=True)
        with _errors(path):
            connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        try:
            with _errors(path):
                _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file.  Closing twice is no error."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        return HistoryView(
            changes=tuple(SectionChange(*row) for row in changes),
            touched=tuple(((article, pair), step) for article, pair, step in touched),
            marks=tuple(Mark(*row) for row in marks),
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
                (article, pair, self._step(), at.isoformat()),
            )

    def unmark(self, article: str, pair: str) -> bool:
        """Take a mark back; what was stale before is stale again.  Whether there was one."""
        with self._transaction():
            gone = self._connection.execute(
                "DELETE FROM marks WHERE article = ? AND pair = ?", (article, pair)
            )
            return gone.rowcount > 0

    def follow(self, library: Followed, *, at: datetime) -> int:
        """Take over what changed in the library since the last time; how many sections changed.

        A source whose bytes are the same, but that is read in another way now (another version of
        Footnote), gives new texts and no changes: its author changed nothing.  Only changes of
        words count, see ``words_of``.  A section is known by its id, by its words where it got
        another heading, or by most of its words where both changed.
        """
        with self._transaction():
            before = {
                path: (digest, recipe)
                for path, digest, recipe in self._connection.execute("SELECT * FROM sources")
            }
            now = {path: (s.digest, s.recipe) for path, s in library.sources().items()}
            if before == now:
                return 0
            step = self._step() + 1
            self._connection.execute("INSERT INTO steps VALUES (?, ?)", (step, at.isoformat()))
            changed = [path for path, state in now.items() if before.get(path) != state]
            articles = {
                path: [library.article(id) for id in library.sources()[path].articles]
                for path in changed
            }
            self._rename(articles, now)
            count = 0
            for path, own in articles.items():
                edited = path not in before or before[path][0] != now[path][0]
                count += self._take(path, own, step, at, edited=edited)
                self._connection.execute(
                    "INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (path, *now[path])
                )
            for path in before.keys() - now.keys():
                self._forget(self._articles_of(path))
                self._connection.execute("DELETE FROM sources WHERE path = ?", (path,))
            return count

    def _take(
        self, path: str, articles: Sequence[Article], step: int, at: datetime, *, edited: bool
    ) -> int:
        kept = {article.id for article in articles}
        self._forget(id for id in self._articles_of(path) if id not in kept)
        count = 0
        for article in articles:
            self._connection.execute(
                "INSERT OR REPLACE INTO articles VALUES (?, ?)", (article.id, path)
            )
            count += self._take_sections(article, step, at, edited=edited)
            self._take_pairs(article, step, edited=edited)
        return count

    def _take_sections(self, article: Article, step: int, at: datetime, *, edited: bool) -> int:
        query = "SELECT id, text FROM sections WHERE article = ? ORDER BY id"
        former: dict[str, str] = dict(self._connection.execute(query, (article.id,)))
        present = {one.id: one.text for one in article.sections if one.text.strip()}
        became = _matches(former, present)
        rows = self._connection.execute(
            "SELECT section, step, at, before FROM changes WHERE article = ?", (article.id,)
        ).fetchall()
        for table in ("changes", "sections"):
            self._connection.execute(f"DELETE FROM {table} WHERE article = ?", (article.id,))
        moved = [(became[row[0]], *row[1:]) for row in rows if row[0] in became]
        count = 0
        for old, new in became.items():
            if edited and words_of(former[old]) != words_of(present[new]):
                moved.append((new, step, at.isoformat(), former[old]))
                count += 1
        self._connection.executemany(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?)", ((article.id, *row) for row in moved)
        )
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?)",
            ((article.id, id, text) for id, text in present.items()),
        )
        return count

    def _take_pairs(self, article: Article, step: int, *, edited: bool) -> None:
        query = "SELECT id, digest, step FROM pairs WHERE article = ?"
        former = {
            id: (digest, since)
            for id, digest, since in self._connection.execute(query, (article.id,))
        }
        self._connection.execute("DELETE FROM pairs WHERE article = ?", (article.id,))
        for pair in article.faq:
            digest, (known, since) = _digest(pair.question, pair.answer), former.get(
                pair.id, (None, step)
            )  # fmt: skip
            touched = step if edited and digest != known else since
            row = (article.id, pair.id, digest, touched)
            self._connection.execute("INSERT INTO pairs VALUES (?, ?, ?, ?)", row)
        self._connection.execute(
            "DELETE FROM marks WHERE article = ?1 AND pair NOT IN "
            "(SELECT id FROM pairs WHERE article = ?1)",
            (article.id,),
        )

    def _rename(self, articles: Mapping[str, Sequence[Article]], now: Mapping[str, object]) -> None:
        """Give what is known of a file that went to a new one with at least half of its texts."""
        known = dict(self._connection.execute("SELECT id, source FROM articles"))
        gone = [id for id, path in sorted(known.items()) if path not in now]
        new = [one for own in articles.values() for one in own if one.id not in known]
        for id in gone:
            rows = self._connection.execute("SELECT text FROM sections WHERE article = ?", (id,))
            former = {tuple(words_of(text)) for (text,) in rows}
            for article in new:
                same = former & {tuple(words_of(one.text)) for one in article.sections}
                if former and 2 * len(same) >= len(former):
                    self._move(id, article)
                    new.remove(article)
                    break

    def _move(self, former: str, article: Article) -> None:
        """Give the rows of one article to another; ids begin with their article's id mostly."""
        for table, columns in (
            ("sections", ("id",)), ("pairs", ("id",)), ("changes", ("section",)),
            ("marks", ("pair",)),
        ):  # fmt: skip
            for column in columns:
                self._connection.execute(
                    f"UPDATE {table} SET article = ?, {column} = CASE WHEN {column} LIKE ? || '#%' "
                    f"THEN ? || substr({column}, ?) ELSE {column} END WHERE article = ?",
                    (article.id, former, article.id, len(former) + 1, former),
                )
        self._connection.execute("DELETE FROM articles WHERE id = ?", (former,))

    def _articles_of(self, path: str) -> list[str]:
        query = "SELECT id FROM articles WHERE source = ? ORDER BY id"
        return [id for (id,) in self._connection.execute(query, (path,))]

    def _forget(self, articles: Iterable[str]) -> None:
        """Remove all of articles that are gone: nobody should find what was taken down."""
        for id in list(articles):
            self._connection.execute("DELETE FROM articles WHERE id = ?", (id,))
            for table in ("sections", "pairs", "changes", "marks"):
                self._connection.execute(f"DELETE FROM {table} WHERE article = ?", (id,))

    def _step(self) -> int:
        row = self._connection.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()
        return int(row[0])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _matches(former: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Which present section each former one became, by their ids; those that went are left out."""
    from rapidfuzz import fuzz

    words = {id: tuple(words_of(text)) for id, text in former.items()}
    found = {id: id for id in former if words[id] == tuple(words_of(present.get(id, "")))}
    open_ids = {id: tuple(words_of(text)) for id, text in present.items() if id not in found}
    for id in sorted(former.keys() - found.keys()):
        for other in sorted(open_ids):
            if open_ids[other] == words[id]:
                found[id] = other
                del open_ids[other]
                break
    left = sorted(former.keys() - found.keys())
    likeness = {
        (id, other): fuzz.ratio(" ".join(words[id]), " ".join(own)) + (id == other) * SAME_ID
        for id in left
        for other, own in open_ids.items()
    }
    for id, other in sorted(likeness, key=lambda both: (-likeness[both], both)):
        known = id == other or likeness[id, other] >= KEPT_SHARE
        if known and id not in found and other in open_ids:
            found[id] = other
            del open_ids[other]
    return found


def _digest(*texts: str) -> bytes:
    """16 bytes of what the texts say, whatever their case, white space and punctuation."""
    words = "\0".join(" ".join(words_of(text)) for text in texts)
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    steps = connection.execute("PRAGMA user_version").fetchone()[0]
    if not ours and connection.execute("SELECT name FROM sqlite_schema").fetchone():
        raise LibraryError(f"{path} is a SQLite file of another program; move it away")
    if steps > len(MIGRATIONS):
        raise LibraryError(
            f"{path} was written by a newer Footnote (schema {steps}, this one knows "
            f"{len(MIGRATIONS)}): update Footnote, or move the file away"
        )
    connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten
    while (steps := connection.execute("PRAGMA user_version").fetchone()[0]) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == steps:
                for statement in statements(MIGRATIONS[steps].script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {steps + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"the history {path} cannot be used: {error}; where it is damaged, move it away: the "
            "next sync begins a new one, and answers found stale until now are forgotten"
        ) from error
