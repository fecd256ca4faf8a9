"""How a log of an older version becomes one of this version, and one of a newer is refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from qa import question_schema
from qa.question_schema import STEPS
from qa.questions import EditorVerdict, LoggedQuestion, QuestionLog, QuestionLogError, Verdict
from qa.records import Abstention, AbstentionReason
from tests.qa import postgres

NO = AbstentionReason.NOTHING_CLOSE
# Word for word what Footnote 0.1.0 made.
FIRST = """
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
PRAGMA user_version = 1;
INSERT INTO questions VALUES
    ('00000000000000aa', '2026-05-04T12:00:00+00:00', 'Tea?', NULL, 0.8, '[["tea.md", "keep"]]',
     'wrong', 'it''s old'),
    ('00000000000000bb', '2026-05-04T12:00:01+00:00', 'Pizza?', 'nothing_close', 0.05, '[]',
     NULL, '');
"""
KEPT = (
    LoggedQuestion(
        id="00000000000000aa",
        asked_at=datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC),
        question="Tea?",
        reason=None,
        confidence=0.8,
        hits=(("tea.md", "keep"),),
        verdict=Verdict.WRONG,
        comment="it's old",
    ),
    LoggedQuestion(
        id="00000000000000bb",
        asked_at=datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC),
        question="Pizza?",
        reason=AbstentionReason.NOTHING_CLOSE,
        confidence=0.05,
        hits=(),
        verdict=None,
        comment="",
    ),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of the first version, with two questions."""
    path = tmp_path / "questions.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST)
    return path


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return [row[0] for row in connection.execute(sql)]


def test_a_log_of_the_first_version_loses_nothing(path: Path) -> None:
    log = QuestionLog(path)
    assert log.questions() == KEPT
    assert log.review(["00000000000000aa"], EditorVerdict.RIGHT, editor="ed") == 1
    assert QuestionLog(path).questions()[1] == KEPT[1]
    assert tables(path) == ["footnote_log_steps", "questions", "reviews"]
    with closing(sqlite3.connect(path)) as connection:
        steps = connection.execute("SELECT name, at IS NULL FROM footnote_log_steps ORDER BY name")
        assert steps.fetchall() == [
            ("follow-ups", 0),
            ("last articles", 0),
            ("questions", 1),
            ("reviews", 0),
        ]


def test_a_step_that_fails_leaves_the_log_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*STEPS, ("later", ("CREATE TABLE later (id INTEGER)", "CREATE nonsense")))
    monkeypatch.setattr(question_schema, "STEPS", broken)
    with pytest.raises(QuestionLogError, match='cannot be read: near "nonsense"'):
        QuestionLog(path).questions()
    assert tables(path) == ["footnote_log_steps", "questions", "reviews"]  # the step before stays
    monkeypatch.undo()
    assert QuestionLog(path).questions() == KEPT


def test_a_file_of_an_unknown_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(QuestionLogError, match=r"newer version of Footnote \(step version 7\)"):
        QuestionLog(path).questions()


def test_tables_of_another_program_are_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
    with pytest.raises(QuestionLogError, match="cannot be read: table questions already exists"):
        QuestionLog(path).questions()
    assert tables(path) == ["questions"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_log_from_before_follow_ups_were_logged_with_their_context_loses_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    where = tmp_path / "q.sqlite" if kind == "sqlite" else request.getfixturevalue("postgresql")
    if isinstance(where, str):
        postgres.execute(where, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    monkeypatch.setattr(question_schema, "STEPS", STEPS[:2])
    log = QuestionLog(where)
    log.open()
    log.close()
    row = "'2026-05-04T12:00:00+00:00', 'and rabbits?', 'nothing_close', 0.05, '[]', NULL, ''"
    old = f"INSERT INTO questions VALUES ('00000000000000cc', {row})"
    if isinstance(where, str):
        postgres.execute(where, old)
    else:
        with closing(sqlite3.connect(where)) as connection:
            connection.execute(old)
            connection.commit()
    monkeypatch.undo()
    log = QuestionLog(where)
    (kept,) = log.questions()
    assert (kept.question, kept.context, kept.spent) == ("and rabbits?", "", None)
    assert kept.near == ""
    near = Abstention("free?", NO, "No.", (), (), 0.1, context="Do you ship?", near="tea.md")
    log.record(near)
    told = sorted((one.context, one.near) for one in log.questions())
    assert told == [("", ""), ("Do you ship?", "tea.md")]
    log.close()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.server() as url:
        yield url


def columns(url: str) -> dict[str, list[tuple[str, bool]]]:
    engine = create_engine(url)
    found = {
        table: [(one["name"], one["nullable"]) for one in inspect(engine).get_columns(table)]
        for table in inspect(engine).get_table_names()
    }
    engine.dispose()
    return found


def test_the_steps_make_the_tables_that_are_asked_for(path: Path, postgresql: str) -> None:
    postgres.execute(postgresql, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    QuestionLog(path).questions()
    log = QuestionLog(postgresql)
    log.questions()
    log.close()
    for table in question_schema.QUESTIONS, question_schema.REVIEWS:
        wanted = [(column.name, bool(column.nullable)) for column in table.columns]
        made = columns(postgresql.replace("postgresql:", "postgresql+psycopg:"))[table.name]
        assert made == wanted
        names = [name for name, _ in columns(f"sqlite:///{path}")[table.name]]
        assert names == [name for name, _ in wanted]
