"""The question log in an SQLite file: what may go wrong, and what the file is like.

What every log promises is in test_questions_contract.py.
"""

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import UsageError
from qa import question_writer
from qa.question_writer import WAIT_S
from qa.questions import (
    EditorVerdict,
    LoggedQuestion,
    QuestionLog,
    QuestionLogError,
    Review,
    Verdict,
    log_of,
)
from qa.records import Abstention, AbstentionReason

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
NO = Abstention("Pizza?", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.05)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "questions.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[QuestionLog]:
    log = QuestionLog(path, now=lambda: NOON)
    yield log
    log.close()


def test_an_unused_log_is_empty_and_leaves_no_file(tmp_path: Path) -> None:
    assert QuestionLog(tmp_path / "q.sqlite").questions() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_log_says_so_once_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "q.sqlite"
    path.write_bytes(b"this is no database, " * 100)
    log = QuestionLog(path)
    with caplog.at_level(logging.WARNING, logger="footnote"):
        assert log.record(NO) is None
        assert log.record(NO) is None
        assert not log.feedback("x", Verdict.WRONG)
    assert [record.name for record in caplog.records] == ["footnote"]
    assert str(path) in caplog.text


def test_a_log_in_an_impossible_place_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert QuestionLog(tmp_path / "file" / "q.sqlite").record(NO) is None


def test_a_full_disk_stops_nothing(log: QuestionLog, tmp_path: Path) -> None:
    log.record(NO)
    path = tmp_path / "log" / "questions.sqlite"
    with sqlite3.connect(path) as connection:  # fails as a full disk does: in the middle of a write
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON questions BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
    connection.close()
    assert log.record(NO) is None
    assert len(log.questions()) == 1


def test_a_locked_log_holds_up_nobody_for_long_and_gets_the_questions_later(
    log: QuestionLog, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.record(NO)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    threads = [threading.Thread(target=log.record, args=(NO,)) for _ in range(10)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Together: one after the other they would have waited ten times as long.
    assert time.perf_counter() - started < 5 * WAIT_S
    begun = log.begin(NO)
    assert begun._entry.count.done()  # it is known by now, so nobody waits at all
    assert begun.id() is None
    assert not log.feedback("x", Verdict.WRONG)
    other.execute("COMMIT")
    other.close()
    log.close()
    assert len(log.questions()) == 12
    assert [record.message for record in caplog.records] == [
        f"the question log {path} cannot be written: database is locked; questions are answered "
        "without it"
    ]


def test_what_is_lost_when_the_log_ends_is_told(
    log: QuestionLog, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.record(NO)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert [log.record(NO), log.record(NO)] == [None, None]
        log.close()
    assert "database is locked; 2 questions are lost; questions are" in caplog.text
    assert len(log.questions()) == 1


def test_no_more_than_so_many_questions_wait_for_a_broken_log(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.question_writer.MOST_KEPT", 3)
    path.mkdir(parents=True)
    log = QuestionLog(path)
    assert [log.record(NO) for _ in range(6)] == [None] * 6
    path.rmdir()
    log.close()
    assert len(log.questions()) == 3


def test_a_read_only_log_stops_nothing_and_can_be_read(log: QuestionLog, path: Path) -> None:
    log.record(NO)
    log.close()
    read_only = QuestionLog(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert read_only.record(NO) is None
    assert len(read_only.questions()) == 1
    with pytest.raises(QuestionLogError, match="attempt to write a readonly database"):
        read_only.purge(all=True)
    read_only.close()


def test_a_mended_log_is_written_again(path: Path) -> None:
    path.mkdir(parents=True)
    log = QuestionLog(path)
    assert log.record(NO) is None
    with pytest.raises(QuestionLogError, match="cannot be read: unable to open database file"):
        log.questions()
    path.rmdir()
    tries, end = 1, time.monotonic() + 30
    while log.record(NO) is None:  # it is tried again after a second
        assert time.monotonic() < end, "the log is not tried again"
        tries += 1
        time.sleep(0.1)
    # What was asked while it could not be written is not lost, the first question included.
    assert len(log.questions()) == tries + 1


def test_a_log_that_was_moved_away_is_begun_anew(log: QuestionLog, path: Path) -> None:
    log.record(NO)
    path.rename(path.with_suffix(".old"))
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    assert log.record(NO) is not None
    assert len(log.questions()) == 1
    log.close()


def test_a_question_is_in_the_file_before_its_reader_is_answered(path: Path) -> None:
    code = (
        "import os, sys, pathlib; from qa.questions import QuestionLog;"
        "from tests.qa.test_questions import NO;"
        "QuestionLog(pathlib.Path(sys.argv[1])).record(NO); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert len(QuestionLog(path).questions()) == 1


def test_who_must_not_block_gets_the_same_id_once_the_question_is_in_the_file(path: Path) -> None:
    log = QuestionLog(path)

    async def record() -> tuple[str | None, int]:
        id = await log.begin(NO).id_soon()
        with closing(sqlite3.connect(path)) as file:
            return id, file.execute(
                "SELECT count(*) FROM questions WHERE id = ?", (id,)
            ).fetchone()[0]

    id, count = asyncio.run(record())
    assert id is not None
    assert count == 1
    log.close()


def test_nobody_is_blocked_by_a_log_that_is_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_writer, "WAIT_S", 0.3)
    log = QuestionLog(path)
    assert log.record(NO)
    late = replace(NO, question="Late?")

    async def record() -> tuple[str | None, int]:
        waiting, rounds = asyncio.create_task(log.begin(late).id_soon()), 0
        while not waiting.done():
            rounds += 1
            await asyncio.sleep(0.01)
        return await waiting, rounds

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        id, rounds = asyncio.run(record())
        assert id is None
        assert rounds >= 5  # of the 30 that fit into the time
        assert log.begin(late).id() is None  # known to be in trouble: not waited for again
        other.execute("ROLLBACK")
    end = time.monotonic() + 20
    while sorted(one.question for one in log.questions()) != ["Late?", "Late?", "Pizza?"]:
        assert time.monotonic() < end, "the questions have not been written"
        time.sleep(0.1)
    log.close()


def test_a_process_that_closes_nothing_ends_at_once(path: Path) -> None:
    code = (
        "import sys, pathlib; from qa.questions import QuestionLog;"
        "from tests.qa.test_questions import NO;"
        "QuestionLog(pathlib.Path(sys.argv[1]), keep_days=1).record(NO)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True, timeout=20)


def test_what_is_purged_is_in_none_of_the_files(log: QuestionLog, path: Path) -> None:
    for number in range(300):
        log.record(replace(NO, question=f"a most secret question, number {number}"))
    log.feedback(log.record(NO) or "", Verdict.WRONG, "a most secret comment")

    def secret() -> bool:
        return any(b"most secret" in file.read_bytes() for file in path.parent.iterdir())

    assert secret()
    assert log.purge(matching="most secret") == 301
    assert not secret()


def test_what_a_comment_replaces_is_gone(log: QuestionLog, path: Path) -> None:
    id = log.record(NO) or ""
    log.feedback(id, Verdict.WRONG, "the first comment")
    log.feedback(id, Verdict.WRONG, "the second")
    log.close()
    assert b"the first comment" not in path.read_bytes()


def test_the_file_is_written_ahead_and_whole_again_when_it_is_closed(
    log: QuestionLog, path: Path
) -> None:
    log.record(NO)
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM questions").fetchone() == (1,)


def test_no_address_or_account_is_kept(log: QuestionLog, path: Path) -> None:
    log.record(NO)
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(questions)")]
    kept = ["id", "asked_at", "question", "reason", "confidence", "hits", "verdict", "comment"]
    assert columns == [*kept, "context", "spent", "near"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense://", "cannot be read; expected one of SQLAlchemy's, as postgresql://"),
        ("://", "cannot be read"),
        ("sqlite://", "a question log in memory keeps nothing"),
        ("mssql+pymssql://x/y", "needs a Python package that is not installed: pymssql"),
    ],
)
def test_an_url_that_cannot_be_used_is_told_at_once(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        QuestionLog(url)


def test_a_password_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    log = QuestionLog("postgresql://me:secret@127.0.0.1:1/x")
    assert log.name == "postgresql+psycopg://me:***@127.0.0.1:1/x"
    assert log.record(NO) is None
    with pytest.raises(QuestionLogError) as told:
        log.questions()
    log.close()
    assert "secret" not in caplog.text + str(told.value)


def test_a_log_is_beside_its_library_unless_it_is_named() -> None:
    assert log_of(Path("c/library.sqlite")) == Path("c/questions.sqlite")
    assert log_of(Path("c/library.sqlite"), "") == Path("c/questions.sqlite")
    assert log_of(Path("c/library.sqlite"), "d/log") == Path("d/log")
    assert log_of(Path("c/library.sqlite"), "sqlite:///d") == "sqlite:///d"


@pytest.mark.parametrize(
    ("editor", "reader", "reason", "right"),
    [
        (None, None, None, None),
        (None, Verdict.HELPFUL, None, True),
        (None, Verdict.OUTDATED, None, False),
        (None, Verdict.HELPFUL, AbstentionReason.NOTHING_CLOSE, None),  # no hit was shown
        (EditorVerdict.RIGHT, Verdict.WRONG, None, True),
        (EditorVerdict.RIGHT, None, AbstentionReason.NOTHING_CLOSE, True),
        (EditorVerdict.WRONG, Verdict.HELPFUL, None, False),
        (EditorVerdict.NOT_ANSWERED_HERE, None, None, False),
        (EditorVerdict.OFF_TOPIC, None, AbstentionReason.NOTHING_CLOSE, False),
        (EditorVerdict.DISMISSED, Verdict.WRONG, None, None),
    ],
)
def test_an_editors_word_on_the_first_hit_comes_before_a_readers(
    editor: EditorVerdict | None,
    reader: Verdict | None,
    reason: AbstentionReason | None,
    right: bool | None,
) -> None:
    review = Review(editor, "ed", NOON, "why") if editor else None
    hits = (("tea.md", "keep"),)
    one = LoggedQuestion("1", NOON, "Tea?", reason, 0.5, hits, reader, "", review)
    assert one.first_hit_right is right
    assert replace(one, hits=()).first_hit_right is None


def test_importing_the_log_is_cheap() -> None:
    code = "import sys, qa.questions; print(*{'sqlalchemy', 'phonenumbers'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_questions_of_one_second_are_in_the_order_in_which_they_came(log: QuestionLog) -> None:
    asked = [f"Question {number}?" for number in range(12)]
    for question in asked:
        log.record(replace(NO, question=question))
    assert [one.question for one in log.questions()] == asked
