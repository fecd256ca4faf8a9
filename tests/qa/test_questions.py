"""The question log."""

import logging
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import UsageError
from qa.questions import MAX_COMMENT_CHARS, LoggedQuestion, QuestionLog, Verdict
from qa.records import Abstention, AbstentionReason, Answer
from tests.qa.test_records import HIT

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
NO = Abstention("Pizza?", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.05)


@pytest.fixture
def log(tmp_path: Path) -> QuestionLog:
    return QuestionLog(tmp_path / "log" / "questions.sqlite", now=lambda: NOON)


def test_what_was_asked_and_found_is_kept(log: QuestionLog) -> None:
    id = log.record(Answer("Tea?", (HIT,), 0.8))
    assert id is not None
    kept = LoggedQuestion(id, NOON, "Tea?", None, 0.8, (("tea.md", "keep"),), None, "")
    assert log.questions() == (kept,)


def test_an_abstention_is_kept_with_its_reason(log: QuestionLog) -> None:
    log.record(NO)
    assert [one.reason for one in log.questions()] == [AbstentionReason.NOTHING_CLOSE]


def test_the_last_verdict_counts(log: QuestionLog) -> None:
    id = log.record(NO) or ""
    assert log.feedback(id, "helpful")
    assert log.feedback(id, Verdict.OUTDATED, "since May")
    (kept,) = log.questions()
    assert (kept.verdict, kept.comment) == (Verdict.OUTDATED, "since May")


def test_a_comment_is_cut_at_its_limit(log: QuestionLog) -> None:
    id = log.record(NO) or ""
    log.feedback(id, Verdict.WRONG, "x" * (MAX_COMMENT_CHARS + 1))
    assert len(log.questions()[0].comment) == MAX_COMMENT_CHARS


def test_a_verdict_on_an_unknown_question_is_not_kept(log: QuestionLog) -> None:
    log.record(NO)
    assert not log.feedback("0000000000000000", Verdict.WRONG)


def test_an_unknown_verdict_is_an_error(log: QuestionLog) -> None:
    with pytest.raises(UsageError, match="unknown verdict 'splendid'; expected one of helpful"):
        log.feedback("x", "splendid")


def test_questions_are_listed_oldest_first(tmp_path: Path) -> None:
    times = iter([NOON.replace(hour=13), NOON])
    log = QuestionLog(tmp_path / "q.sqlite", now=lambda: next(times))
    log.record(Answer("later?", (HIT,), 0.8))
    log.record(Answer("earlier?", (HIT,), 0.8))
    assert [one.question for one in log.questions()] == ["earlier?", "later?"]


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


def test_a_new_log_takes_questions_from_many_threads(tmp_path: Path) -> None:
    logs = [QuestionLog(tmp_path / "q.sqlite") for _ in range(4)]
    threads = [
        threading.Thread(target=lambda log=log: [log.record(NO) for _ in range(5)]) for log in logs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(logs[0].questions()) == 20


def test_no_address_or_account_is_kept(log: QuestionLog, tmp_path: Path) -> None:
    log.record(NO)
    connection = sqlite3.connect(tmp_path / "log" / "questions.sqlite")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(questions)")]
    connection.close()
    kept = ["id", "asked_at", "question", "reason", "confidence", "hits", "verdict", "comment"]
    assert columns == kept
