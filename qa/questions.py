"""The question log: what readers asked, what they got, and what they thought of it.

One SQLite file of its own beside the library: the library can be deleted at any time, this can not.
It holds no address, account or session; only the words of the question and what became of it.
A log that is broken, full or read-only never stops an answer: it is reported once, to the
``footnote`` logger, and the question is answered without it.
"""

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from index.errors import UsageError
from qa.records import AbstentionReason, Result

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE questions (
    id TEXT PRIMARY KEY,            -- random: whoever saw one question cannot guess another's
    asked_at TEXT NOT NULL,         -- UTC, ISO 8601, whole seconds
    question TEXT NOT NULL,
    reason TEXT,                    -- why there was no answer; NULL: it was answered
    confidence REAL NOT NULL,       -- of the best hit, 0 to 1
    hits TEXT NOT NULL,             -- JSON: [[article id, pair or section id], ...], best first
    verdict TEXT,                   -- the reader's last word on the answer
    comment TEXT NOT NULL DEFAULT ''
);
CREATE INDEX questions_by_time ON questions (asked_at);
"""
_BUSY_S = 2.0  # a reader waits for the answer behind this
MAX_COMMENT_CHARS = 1000

logger = logging.getLogger("footnote")


class Verdict(StrEnum):
    """What a reader says of an answer."""

    HELPFUL = "helpful"
    WRONG = "wrong"
    OUTDATED = "outdated"
    NOT_MY_QUESTION = "not_my_question"


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """One question as it was logged.  ``hits`` are (article id, pair or section id), best first."""

    id: str
    asked_at: datetime
    question: str
    reason: AbstentionReason | None
    confidence: float
    hits: tuple[tuple[str, str], ...]
    verdict: Verdict | None
    comment: str


class QuestionLog:
    """A question log in the file ``path``, made when the first question comes.

    Safe to use from several threads and processes.
    """

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = path
        self._now = now
        self._warned = False
        self._lock = threading.Lock()

    def record(self, result: Result) -> str | None:
        """Log a question with its result; return its id, or ``None`` where the log is broken."""
        id = secrets.token_hex(8)
        row = (
            id,
            self._now().astimezone(UTC).isoformat(timespec="seconds"),
            result.question,
            None if result.reason is None else str(result.reason),
            result.confidence,
            json.dumps([[hit.article, hit.id] for hit in result.hits], ensure_ascii=False),
        )
        sql = (
            "INSERT INTO questions (id, asked_at, question, reason, confidence, hits)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        return id if self._write(sql, row) else None

    def feedback(self, id: str, verdict: Verdict | str, comment: str = "") -> bool:
        """Keep the reader's last verdict on question ``id``; tell whether it was kept.

        It is not kept for an unknown id, or where the log is broken.  Raises ``UsageError`` for
        a verdict that is none of ``Verdict``.
        """
        try:
            verdict = Verdict(verdict)
        except ValueError as error:
            known = ", ".join(Verdict)
            raise UsageError(f"unknown verdict {verdict!r}; expected one of {known}") from error
        sql = "UPDATE questions SET verdict = ?, comment = ? WHERE id = ?"
        return self._write(sql, (str(verdict), comment[:MAX_COMMENT_CHARS], id)) == 1

    def questions(self) -> tuple[LoggedQuestion, ...]:
        """Return all questions, oldest first (those of the same second by id).

        Unlike logging, reading a broken log raises: ``sqlite3.Error``.
        """
        if not self._path.exists():
            return ()
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT id, asked_at, question, reason, confidence, hits, verdict, comment"
                " FROM questions ORDER BY asked_at, id"
            ).fetchall()
        return tuple(
            LoggedQuestion(
                id=id,
                asked_at=datetime.fromisoformat(asked_at),
                question=question,
                reason=None if reason is None else AbstentionReason(reason),
                confidence=confidence,
                hits=tuple((article, owner) for article, owner in json.loads(hits)),
                verdict=None if verdict is None else Verdict(verdict),
                comment=comment,
            )
            for id, asked_at, question, reason, confidence, hits, verdict, comment in rows
        )

    def _write(self, sql: str, values: tuple[object, ...]) -> int:
        """Execute one change; return the number of rows changed, 0 where the log is broken."""
        try:
            with self._lock, closing(self._connect()) as connection, connection:
                return connection.execute(sql, values).rowcount
        except (sqlite3.Error, OSError) as error:
            if not self._warned:  # once, or a full disk fills the server's log too
                self._warned = True
                logger.warning("the question log %s cannot be written: %s", self._path, error)
            return 0

    def _connect(self) -> sqlite3.Connection:
        # A connection a call: the file may be moved away, and threads need not share one.
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_BUSY_S)
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                # Another process may be making it at the same time: look again inside the lock.
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                    for statement in _SCHEMA.split(";\n"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
                connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection
