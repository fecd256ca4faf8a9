"""The log as the desk reads it: no page waits for a long one, and nothing of it is lost."""

import threading
from collections.abc import Callable

import pytest

from qa.questions import LoggedQuestion, QuestionLogError
from qa.web.desk_log import LOG_AGE_S, ReadLog
from tests.logged import logged


class SlowLog:
    """A log that says what it is told to, each time only when the gate is open."""

    def __init__(self, *asked: LoggedQuestion) -> None:
        self.asked = asked
        self.gate = threading.Event()
        self.gate.set()
        self.read = 0
        self.error: Exception | None = None

    def questions(self) -> tuple[LoggedQuestion, ...]:
        asked = self.asked
        assert self.gate.wait(10)
        self.read += 1
        if self.error is not None:
            raise self.error
        return tuple(asked)


def read_log(log: SlowLog, now: Callable[[], float] = lambda: 0.0) -> ReadLog:
    return ReadLog(log, now=now)  # type: ignore[arg-type]


def test_what_was_read_is_kept_for_a_while() -> None:
    clock = [0.0]
    log = SlowLog(logged("tea?"))
    desk = read_log(log, lambda: clock[0])
    first = desk.questions()
    assert [one.question for one in first] == ["tea?"]
    clock[0] = LOG_AGE_S - 0.1
    assert desk.questions() is first
    assert log.read == 1
    clock[0] = LOG_AGE_S
    assert desk.questions() is first  # equal ones stay the same objects
    assert log.read == 2
    log.asked = (*log.asked, logged("cups?", minute=1))
    clock[0] = 2 * LOG_AGE_S
    assert [one.question for one in desk.questions()] == ["tea?", "cups?"]


def test_a_page_does_not_wait_for_a_long_log_and_the_next_has_it() -> None:
    log = SlowLog(logged("tea?"))
    desk = read_log(log)
    before = desk.questions()
    log.gate.clear()
    log.asked = (logged("cups?"),)
    desk.changed()
    assert desk.questions(0.01) is before
    assert desk.questions(0.01) is before
    log.gate.set()
    desk.wait(10)
    assert [one.question for one in desk.questions(0.01)] == ["cups?"]
    assert log.read == 2  # one reading for both pages


def test_what_was_being_read_when_the_log_changed_is_read_again() -> None:
    log = SlowLog(logged("tea?"))
    desk = read_log(log)
    desk.questions()
    log.gate.clear()
    desk.changed()
    desk.questions(0.01)  # begins to read the log as it is
    log.asked = (logged("cups?"),)
    desk.changed()
    log.gate.set()
    desk.wait(10)  # ends with what was asked before
    assert [one.question for one in desk.questions(10)] == ["cups?"]


@pytest.mark.parametrize("error", [QuestionLogError("the disk is gone"), RuntimeError("broken")])
def test_a_log_that_cannot_be_read_holds_nobody_up(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    log = SlowLog(logged("tea?"))
    log.error = error
    desk = read_log(log)
    assert desk.questions() == ()
    assert desk.problem
    log.error = None
    desk.changed()
    assert [one.question for one in desk.questions(10)] == ["tea?"]
    assert desk.problem == ""
    assert "cannot be read for the desk" in caplog.text


def test_without_a_log_there_are_no_questions() -> None:
    assert ReadLog(None).questions() == ()
