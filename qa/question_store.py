"""The question log's database: how it is opened, written and read, whichever it is."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    literal_column,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.pool import NullPool

from index.errors import FootnoteError, UsageError
from index.own_folder import make_folder_of
from qa.asked_questions import AskedFilter, AskedPage
from qa.question_listing import FOLD, listed, named, page_of, same_as
from qa.question_schema import QUESTIONS, REVIEWS, steps_left, take
from qa.question_writer import QuestionLogError, Refused
from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason

Change: TypeAlias = Callable[[Connection], int]
_BUSY_S = 1.5  # less than a reader waits, so that the reason is known by then
_OPTIONS: dict[str, Any] = {
    "hide_parameters": True,  # or an error's message would have readers' words in it
    "execution_options": {"preserve_rowcount": True},
}
_AT_ONCE = 500  # ids in one statement; SQLite takes at least 999


class QuestionStore:
    """The database at a path (SQLite) or a SQLAlchemy URL.  Nothing is opened before it is used.

    Raises ``UsageError`` for a URL that cannot be used; everything else that goes wrong is a
    ``QuestionLogError``, and ``Refused`` where only the change is to blame.
    """

    def __init__(self, location: Path | str) -> None:
        self._url = location_url(location)
        self.name = log_name(location)
        self._path = _file(self._url)
        self._engine: Engine | None = None
        self._opening = threading.Lock()  # to make or end the engine's connections
        self._checked: tuple[int, int] | None = None  # the file whose steps have been looked at
        self._held: Connection | None = None

    def write(self, changes: Sequence[Change], *, held: bool = False) -> list[int]:
        """Make changes in one transaction; return how many rows each changed.

        ``held``: over the connection that ``hold`` keeps, where it does, in the thread that called
        it.
        """
        with self._told("written"), self._transaction(writes=True, held=held) as connection:
            return [change(connection) for change in changes]

    def hold(self) -> None:
        """Keep a connection to SQLite's file open until ``close``, for whoever writes often.

        To open one takes as long as to write; and when the last one ends, SQLite puts the
        write-ahead log back into the file and waits for the disk.
        """
        if self._path is None or self._held is not None:
            return
        with self._told("written"):
            self._held = self._connected().connect()
            with _begun(self._held):
                self._held.exec_driver_sql("SELECT 1 FROM sqlite_master").close()

    def read(self, since: datetime | None = None) -> tuple[LoggedQuestion, ...]:
        """Return the questions asked since then, oldest first; those of one second as they were
        written, where the log is a file, else by id."""
        return self._read([] if since is None else [QUESTIONS.c.asked_at >= stamp(since)])

    def judged(self) -> tuple[LoggedQuestion, ...]:
        """Return the questions that a reader or an editor has judged, in the order of ``read``."""
        by_editors = QUESTIONS.c.id.in_(select(REVIEWS.c.question_id))
        return self._read([or_(QUESTIONS.c.verdict.is_not(None), by_editors)])

    def same_as(self, id: str) -> tuple[LoggedQuestion, ...]:
        """Return that question and all that are the same (see ``qa.question_listing``), in the
        order of ``read``; nothing where the log has no such question (any more)."""
        own = self._read([QUESTIONS.c.id == id])
        if not own:
            return ()
        same = self._read([same_as(own[0])])
        return tuple(one for one in same if one.hits[:1] == own[0].hits[:1])

    def listed(self, chosen: AskedFilter, *, offset: int, limit: int) -> AskedPage:
        """Return a part of the list of questions, each once."""
        if not self.exists():
            return AskedPage((), 0)
        with self._told("read"), self._transaction() as connection:
            rows, total = listed(connection, chosen, offset=offset, limit=limit)
            query = self._query([QUESTIONS.c.id.in_(named(rows))])
            return page_of(rows, total, map(_logged, connection.execute(query)))

    def _read(self, where: Sequence[ColumnElement[bool]]) -> tuple[LoggedQuestion, ...]:
        if not self.exists():
            return ()
        with self._told("read"), self._transaction() as connection:
            return tuple(map(_logged, connection.execute(self._query(where))))

    def _query(self, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
        latest = (
            select(func.max(REVIEWS.c.number))
            .where(REVIEWS.c.question_id == QUESTIONS.c.id)
            .correlate(QUESTIONS)
            .scalar_subquery()
        )
        joined = QUESTIONS.outerjoin(
            REVIEWS, and_(REVIEWS.c.question_id == QUESTIONS.c.id, REVIEWS.c.number == latest)
        )
        return (
            select(
                *QUESTIONS.c,
                REVIEWS.c.verdict.label("editor_verdict"),
                REVIEWS.c.reason.label("editor_reason"),
                REVIEWS.c.editor,
                REVIEWS.c.reviewed_at,
            )
            .select_from(joined)
            .where(*where)
            .order_by(QUESTIONS.c.asked_at, self._written_order())
        )

    def purge(self, chosen: Callable[[Connection], Iterable[str]]) -> int:
        """Delete the questions of the chosen ids with all that was said of them; return how many.

        What is deleted is overwritten, in SQLite's write-ahead log too.
        """
        if not self.exists():
            return 0
        with self._told("written"), self._transaction(writes=True) as connection:
            ids = list(chosen(connection))
            for start in range(0, len(ids), _AT_ONCE):
                some = ids[start : start + _AT_ONCE]
                connection.execute(delete(REVIEWS).where(REVIEWS.c.question_id.in_(some)))
                connection.execute(delete(QUESTIONS).where(QUESTIONS.c.id.in_(some)))
        if ids and self._path is not None:
            with self._told("written"), self._connected().connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(ids)

    def rest(self) -> None:
        """End what ``hold`` holds.  A server's connections stay: others may be reading."""
        self._let_go()

    def close(self) -> None:
        """Close all connections, those in use when they are done; the next use opens others."""
        self._let_go()
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()

    def _written_order(self) -> ColumnElement[Any]:
        """Return what orders the questions of one second: SQLite numbers what is written."""
        if self._path is not None:
            return literal_column("questions.rowid")
        return QUESTIONS.c.id

    def exists(self) -> bool:
        return self._path is None or self._path.exists()

    @contextmanager
    def _transaction(self, *, writes: bool = False, held: bool = False) -> Iterator[Connection]:
        engine = self._connected()
        if self._path is not None and writes:
            make_folder_of(self._path)
        pool = engine.pool
        try:
            self._upgrade(engine)
            kept = self._held if held else None
            with (
                nullcontext(kept) if kept is not None else engine.connect() as connection,
                _begun(connection, writes=writes),
            ):
                yield connection
        finally:
            with self._opening:
                if engine.pool is not pool:  # closed meanwhile: nobody else would close ours
                    pool.dispose()

    def _connected(self) -> Engine:
        with self._opening:
            if self._engine is None:
                self._engine = _engine(self._url)
            return self._engine

    def _upgrade(self, engine: Engine) -> None:
        """Take the steps that the log has yet to have; look only once at each file."""
        if self._checked is not None and self._checked == self._identity():
            return
        self._let_go()  # of a file that is not there any more
        with engine.connect() as connection:
            with _begun(connection):
                left = steps_left(connection)
            if left and self._path is not None:
                connection.connection.dbapi_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
            for name in left:
                with _begun(connection, writes=True):
                    take(connection, name, at=stamp(datetime.now(UTC)))
        self._checked = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        """Return what tells the log's file from another that was put into its place."""
        if self._path is None:
            return (0, 0)
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino)

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Say what went wrong in one line, without the statement and the words in it."""
        try:
            yield
        except QuestionLogError:
            raise
        except (FootnoteError, SQLAlchemyError, OSError, ValueError) as error:
            kind = Refused if _is_refusal(error) else QuestionLogError
            cause = error.orig if isinstance(error, StatementError) and error.orig else error
            reason = " ".join(str(cause).split())
            raise kind(f"the question log {self.name} cannot be {done}: {reason}") from error


def inserted(row: dict[str, object]) -> Change:
    """Return the change that adds a question."""
    return lambda connection: connection.execute(insert(QUESTIONS), row).rowcount


def judged(id: str, verdict: Verdict, comment: str) -> Change:
    """Return the change that keeps a reader's verdict."""
    sql = update(QUESTIONS).where(QUESTIONS.c.id == id)
    return lambda connection: (
        connection.execute(sql.values(verdict=str(verdict), comment=comment)).rowcount
    )


def reviewed(id: str, review: Review) -> Change:
    """Return the change that puts an editor's verdict on top of the former ones."""
    number = (
        select(func.coalesce(func.max(REVIEWS.c.number), 0) + 1)
        .where(REVIEWS.c.question_id == id)
        .scalar_subquery()
    )
    row = select(
        QUESTIONS.c.id,
        number,
        literal(str(review.verdict)),
        literal(review.reason),
        literal(review.editor),
        literal(stamp(review.at)),
    ).where(QUESTIONS.c.id == id)
    columns = ["question_id", "number", "verdict", "reason", "editor", "reviewed_at"]
    sql = insert(REVIEWS).from_select(columns, row)
    return lambda connection: connection.execute(sql).rowcount


def unreviewed(id: str) -> Change:
    """Return the change that takes an editor's last verdict away; the one before counts again."""

    def change(connection: Connection) -> int:
        mine = REVIEWS.c.question_id == id
        last = connection.scalar(select(func.max(REVIEWS.c.number)).where(mine))
        return connection.execute(delete(REVIEWS).where(mine, REVIEWS.c.number == last)).rowcount

    return change


def asked_before(when: datetime) -> Callable[[Connection], Iterable[str]]:
    """Choose the questions asked before then."""
    sql = select(QUESTIONS.c.id).where(QUESTIONS.c.asked_at < stamp(when))
    return lambda connection: connection.scalars(sql)


def stamp(when: datetime) -> str:
    """Return a time as it is kept: UTC, whole seconds; as texts they sort as the times do."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def location_url(location: Path | str) -> URL:
    """Return the URL of a log: a path's is SQLite's.  UsageError where it cannot be used."""
    if isinstance(location, Path):
        return URL.create("sqlite", database=str(location))
    try:
        url = make_url(location)
        if url.drivername in {"postgres", "postgresql"}:
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            "the question log's URL cannot be read; expected one of SQLAlchemy's, as "
            "postgresql://user:password@host/database"
        ) from error
    except ImportError as error:
        extra = " (pip install 'footnote[postgresql]')" if "psycopg" in str(error) else ""
        raise UsageError(
            f"the question log's database needs a Python package that is not installed: "
            f"{error.name}{extra}"
        ) from error
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UsageError(
            "a question log in memory keeps nothing; use --no-log, or name a file as in "
            "sqlite:////var/lib/footnote/questions.sqlite"
        )
    return url


def log_name(location: Path | str) -> str:
    """Return how a log is called in messages: without its password."""
    url = location_url(location)
    return str(_file(url) or url.render_as_string(hide_password=True))


def _file(url: URL) -> Path | None:
    """Return SQLite's file; ``None`` for what is none, or has options of its own."""
    if url.get_backend_name() != "sqlite" or str(url.database).startswith("file:"):
        return None
    return Path(str(url.database))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        # A connection each time: the file can be moved or deleted, and comes back.
        engine = create_engine(
            url,
            poolclass=NullPool,
            connect_args={"timeout": _BUSY_S, "check_same_thread": False},
            **_OPTIONS,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments: dict[str, Any] = {}
    if url.drivername == "postgresql+psycopg":
        own = {"connect_timeout": 2, "tcp_user_timeout": 5000}
        arguments = {name: value for name, value in own.items() if name not in url.query}
    return create_engine(
        url,
        pool_size=2,
        pool_timeout=2,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args=arguments,
        **_OPTIONS,
    )


@contextmanager
def _begun(connection: Connection, *, writes: bool = False) -> Iterator[None]:
    connection = connection.execution_options(footnote_writes=writes)
    with connection.begin():
        if writes and connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(_BUSY_S * 1000)}")
        yield


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # sqlite3 would begin late, and not for CREATE TABLE at all
    for pragma in ("secure_delete = ON", "foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.create_function(FOLD, 1, str.casefold, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    # A write that begins by reading could not wait for another's to end.
    writes = connection.get_execution_options().get("footnote_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_refusal(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)
    return isinstance(error, StatementError | UnicodeError)


def _logged(row: Any) -> LoggedQuestion:
    review = None
    if row.editor_verdict is not None:
        review = Review(
            verdict=EditorVerdict(row.editor_verdict),
            editor=row.editor,
            at=datetime.fromisoformat(row.reviewed_at),
            reason=row.editor_reason,
        )
    return LoggedQuestion(
        id=row.id,
        asked_at=datetime.fromisoformat(row.asked_at),
        question=row.question,
        reason=None if row.reason is None else AbstentionReason(row.reason),
        confidence=row.confidence,
        hits=tuple((article, owner) for article, owner in json.loads(row.hits)),
        verdict=None if row.verdict is None else Verdict(row.verdict),
        comment=row.comment,
        review=review,
        context=row.context or "",
        spent=None if row.spent is None else _key(row.spent),
        near=row.near or "",
    )


def _key(told: str) -> tuple[str, str]:
    article, owner = json.loads(told)
    return article, owner
