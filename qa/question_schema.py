"""The question log's tables, and the steps that brought them there.

Each step has a name, is done once, in a transaction of its own, and never changes again: what
comes later is another step at the end.  The table ``footnote_log_steps`` names those that a log has
had.  SQL that every database of SQLAlchemy's understands; a log shares its database or schema with
nothing else.
"""

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from index.errors import FootnoteError

_METADATA = MetaData()
QUESTIONS = Table(
    "questions",
    _METADATA,
    Column("id", String(16), primary_key=True),
    Column("asked_at", String(25), nullable=False),
    Column("question", Text, nullable=False),
    Column("reason", String(32)),
    Column("confidence", Float, nullable=False),
    Column("hits", Text, nullable=False),
    Column("verdict", String(32)),
    Column("comment", String(1000), nullable=False),
    Column("context", Text),
    Column("spent", Text),
    Column("near", Text),
)
REVIEWS = Table(
    "reviews",
    _METADATA,
    Column("question_id", ForeignKey(QUESTIONS.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("verdict", String(32), nullable=False),
    Column("reason", String(1000), nullable=False),
    Column("editor", String(200), nullable=False),
    Column("reviewed_at", String(25), nullable=False),
)
_STEPS = Table(
    "footnote_log_steps",
    _METADATA,
    Column("name", String(64), primary_key=True),
    Column("at", Text),
)

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "questions",  # as Footnote 0.1.0 made it, in SQLite only and without a table of steps
        (
            """
            CREATE TABLE questions (
                id VARCHAR(16) PRIMARY KEY,       -- random: nobody can guess another's
                asked_at VARCHAR(25) NOT NULL,    -- UTC, ISO 8601, whole seconds
                question TEXT NOT NULL,           -- masked, see qa.masking
                reason VARCHAR(32),               -- why there was no answer; NULL: it was answered
                confidence DOUBLE PRECISION NOT NULL,  -- of the best hit, 0 to 1
                hits TEXT NOT NULL,    -- JSON: [[article id, pair or section id], ...], best first
                verdict VARCHAR(32),              -- the reader's last word on the answer
                comment VARCHAR(1000) NOT NULL DEFAULT ''
            )
            """,
            "CREATE INDEX questions_by_time ON questions (asked_at)",
        ),
    ),
    (
        "reviews",
        (
            """
            CREATE TABLE reviews (
                question_id VARCHAR(16) NOT NULL,
                number INTEGER NOT NULL,          -- from 1; the highest counts, the others are undo
                verdict VARCHAR(32) NOT NULL,     -- the editor's
                reason VARCHAR(1000) NOT NULL,
                editor VARCHAR(200) NOT NULL,
                reviewed_at VARCHAR(25) NOT NULL, -- UTC, ISO 8601, whole seconds
                PRIMARY KEY (question_id, number),
                FOREIGN KEY (question_id) REFERENCES questions (id) ON DELETE CASCADE
            )
            """,
        ),
    ),
    (
        "follow-ups",
        (
            # What it leaned on in its conversation, masked; NULL: it stood alone.
            "ALTER TABLE questions ADD COLUMN context TEXT",
            # JSON: [article id, pair id] of the answer that was passed over, as just given.
            "ALTER TABLE questions ADD COLUMN spent TEXT",
        ),
    ),
    (
        "last articles",
        # The id of the article that the reader was answered from before; NULL: none.
        ("ALTER TABLE questions ADD COLUMN near TEXT",),
    ),
)

# PostgreSQL: instances that start at the same time make the tables one after the other.
_LOCK = 0x466F6F746E6F7465  # "Footnote"


class LogTooNew(FootnoteError):
    """The log has had steps that this version does not know."""

    def __init__(self, unknown: Sequence[str]) -> None:
        super().__init__(
            f"it was made by a newer version of Footnote (step {', '.join(unknown)}); update this "
            "one, or name another log with --log"
        )


def steps_left(connection: Connection) -> tuple[str, ...]:
    """Return the names of the steps that a log has yet to have, in order.

    Raises ``LogTooNew`` for a log that has had others.
    """
    known = [name for name, _ in STEPS]
    done = _done(connection)
    unknown = sorted(done - set(known))
    if unknown:
        raise LogTooNew(unknown)
    return tuple(name for name in known if name not in done)


def take(connection: Connection, name: str, *, at: str) -> None:
    """Take the step ``name`` in the open transaction, unless another process just has."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    done = _done(connection)
    if name in done:
        return
    if not inspect(connection).has_table(_STEPS.name):
        _STEPS.create(connection)
        for former in done:
            connection.execute(insert(_STEPS).values(name=former))
    for statement in dict(STEPS)[name]:
        connection.exec_driver_sql(statement)
    connection.execute(insert(_STEPS).values(name=name, at=at))


def _done(connection: Connection) -> set[str]:
    if inspect(connection).has_table(_STEPS.name):
        return set(connection.scalars(select(_STEPS.c.name)))
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > 1:  # 1 is all that there was without a table of steps
            raise LogTooNew([f"version {version}"])
        return {"questions"} if version == 1 else set()
    return set()
