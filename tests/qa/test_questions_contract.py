"""What every question log promises, whichever database it is in."""

import gc
import logging
import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from index.errors import UsageError
from qa.asked_questions import AskedFilter, AskedOrder, Got, Judged, group_of
from qa.conversation import MAX_CONTEXT_CHARS, Question
from qa.question_store import QuestionStore
from qa.questions import (
    MAX_COMMENT_CHARS,
    EditorVerdict,
    LoggedQuestion,
    QuestionLog,
    QuestionLogError,
    Review,
    Verdict,
)
from qa.records import Abstention, AbstentionReason, Answer
from tests.qa import postgres
from tests.qa.test_records import HIT

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
NO = Abstention("Pizza?", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.05)
YES = Answer("Tea?", (HIT,), 0.8)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place with no log yet."""
    if request.param == "sqlite":
        return tmp_path / "log" / "questions.sqlite"
    url: str = request.getfixturevalue("postgresql")
    postgres.execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


class Clock:
    """A clock that is set by hand."""

    time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(where: Path | str, clock: Clock) -> Iterator[Callable[..., QuestionLog]]:
    """Opens the log, again and again; closes all at the end."""
    logs: list[QuestionLog] = []

    def another(keep_days: int | None = None) -> QuestionLog:
        logs.append(QuestionLog(where, keep_days=keep_days, now=clock))
        return logs[-1]

    yield another
    for log in logs:
        log.close()


@pytest.fixture
def log(opened: Callable[..., QuestionLog]) -> QuestionLog:
    return opened()


def asked(log: QuestionLog, question: str = "Tea?") -> str:
    id = log.record(replace(YES, question=question))
    assert id is not None
    return id


def test_what_was_asked_and_found_is_kept(log: QuestionLog) -> None:
    id = log.record(YES)
    assert id is not None
    kept = LoggedQuestion(id, NOON, "Tea?", None, 0.8, (("tea.md", "keep"),), None, "")
    assert log.questions() == (kept,)


def test_a_follow_up_is_kept_with_what_it_leaned_on(log: QuestionLog) -> None:
    log.record(replace(NO, question="and cups?", context="Is tea red?", spent=("tea.md", "red")))
    (kept,) = log.questions()
    assert (kept.question, kept.context) == ("and cups?", "Is tea red?")
    assert kept.asked == Question("and cups?", "Is tea red?", ("tea.md", "red"))
    assert kept.asked.resolved == "Is tea red? and cups?"


def test_an_abstention_is_kept_with_its_reason(log: QuestionLog) -> None:
    log.record(NO)
    (kept,) = log.questions()
    assert (kept.reason, kept.answered, kept.hits) == (AbstentionReason.NOTHING_CLOSE, False, ())


def test_another_process_reads_what_was_written(
    log: QuestionLog, opened: Callable[..., QuestionLog]
) -> None:
    ids = [asked(log) for _ in range(3)]
    assert sorted(one.id for one in opened().questions()) == sorted(ids)


def test_the_last_verdict_counts(log: QuestionLog) -> None:
    id = asked(log)
    assert log.feedback(id, "helpful")
    assert log.feedback(id, Verdict.OUTDATED, "since May")
    (kept,) = log.questions()
    assert (kept.verdict, kept.comment) == (Verdict.OUTDATED, "since May")


def test_a_comment_is_cut_at_its_limit(log: QuestionLog) -> None:
    log.feedback(asked(log), Verdict.WRONG, "ä" * (MAX_COMMENT_CHARS + 1))
    assert log.questions()[0].comment == "ä" * MAX_COMMENT_CHARS


def test_a_verdict_on_an_unknown_question_is_not_kept(log: QuestionLog) -> None:
    asked(log)
    assert not log.feedback("0000000000000000", Verdict.WRONG)


def test_questions_are_listed_oldest_first_and_from_a_time_on(
    log: QuestionLog, clock: Clock
) -> None:
    for question, hour in (("later?", 13), ("earlier?", 11), ("between?", 12)):
        clock.time = NOON.replace(hour=hour)
        asked(log, question)
    assert [one.question for one in log.questions()] == ["earlier?", "between?", "later?"]
    assert [one.question for one in log.questions(since=NOON)] == ["between?", "later?"]


def test_personal_words_never_reach_the_database(log: QuestionLog) -> None:
    id = asked(log, "Will you write to jo@example.org about order 4155552671?")
    log.feedback(id, Verdict.WRONG, "call +49 30 901820")
    log.review([id], EditorVerdict.DISMISSED, editor="ed", reason="card 4111 1111 1111 1111")
    (kept,) = log.questions()
    assert kept.question == "Will you write to [e-mail] about order 4155552671?"
    assert kept.comment == "call [phone]"
    assert kept.review is not None
    assert kept.review.reason == "card [card]"


def test_personal_words_before_a_follow_up_are_masked_like_its_own(log: QuestionLog) -> None:
    log.record(replace(NO, question="and by fax?", context="Write to jo@example.org \0 \ud83d"))
    (kept,) = log.questions()
    assert kept.context == "Write to [e-mail] \ufffd ?"


@pytest.mark.parametrize("room", range(20))
def test_no_number_is_cut_through_before_it_is_masked(log: QuestionLog, room: int) -> None:
    # The context's last 400 characters would begin within the card's number.
    long = "My card 4111 1111 1111 1111 " + "x " * ((MAX_CONTEXT_CHARS - room) // 2)
    log.record(replace(NO, question="and cash?", context=long.strip()))
    (kept,) = log.questions()
    assert kept.context
    assert len(kept.context) <= MAX_CONTEXT_CHARS
    assert "1" not in kept.context


@pytest.mark.parametrize(
    "question", ["nul \0 byte", "half \ud83d a pair", "茶 🍵 \u202e", "x" * 2000]
)
def test_any_text_can_be_logged(log: QuestionLog, question: str) -> None:
    asked(log, question)
    shown = question.replace("\0", "\ufffd").replace("\ud83d", "?")
    assert [one.question for one in log.questions()] == [shown]


def test_the_last_editors_verdict_counts_and_can_be_undone(log: QuestionLog, clock: Clock) -> None:
    first, second = asked(log, "one?"), asked(log, "two?")
    assert log.review([first, second, first], EditorVerdict.WRONG, editor="ed") == 2
    clock.time += timedelta(hours=1)
    assert log.review([first], "dismissed", editor="mo", reason=" a test ") == 1

    def reviews() -> dict[str, Review | None]:
        return {one.id: one.review for one in log.questions()}

    by_ed = Review(EditorVerdict.WRONG, "ed", NOON)
    by_mo = Review(EditorVerdict.DISMISSED, "mo", clock.time, "a test")
    assert reviews() == {first: by_mo, second: by_ed}
    assert log.undo_review([first, "0000000000000000"]) == 1
    assert reviews() == {first: by_ed, second: by_ed}
    assert log.undo_review([first, second]) == 2
    assert reviews() == {first: None, second: None}
    assert log.undo_review([first]) == 0


def test_an_editors_verdict_leaves_the_readers_alone(log: QuestionLog) -> None:
    id = asked(log)
    log.feedback(id, Verdict.HELPFUL, "thanks")
    log.review([id], EditorVerdict.WRONG, editor="ed")
    log.undo_review([id])
    (kept,) = log.questions()
    assert (kept.verdict, kept.comment) == (Verdict.HELPFUL, "thanks")


def test_a_review_of_an_unknown_question_is_of_none(log: QuestionLog) -> None:
    asked(log)
    assert log.review(["0000000000000000"], EditorVerdict.RIGHT, editor="ed") == 0
    assert log.questions()[0].review is None


def test_questions_are_dismissed_for_a_reason(log: QuestionLog) -> None:
    with pytest.raises(UsageError, match="dismissed for a reason: give one"):
        log.review([asked(log)], EditorVerdict.DISMISSED, editor="ed", reason="  ")


def test_an_unknown_editors_verdict_is_an_error(log: QuestionLog) -> None:
    with pytest.raises(UsageError, match="unknown verdict 'helpful'; expected one of right, wrong"):
        log.review([], "helpful", editor="ed")


def listed(log: QuestionLog, **chosen: object) -> list[tuple[str, int]]:
    found = log.listed(AskedFilter(**chosen))  # type: ignore[arg-type]
    assert found.total == len(found.questions)
    return [(one.last.question, one.count) for one in found.questions]


def test_a_question_is_listed_once_however_often_it_was_asked(
    log: QuestionLog, clock: Clock
) -> None:
    first = asked(log, "Tea?")
    asked(log, "Cups?")
    clock.time += timedelta(hours=1)
    last = log.record(replace(YES, confidence=0.4)) or ""
    log.feedback(first, Verdict.HELPFUL)
    log.feedback(last, Verdict.OUTDATED, "since May")
    # The same words are another question with another answer, with none, or after something else.
    other = log.record(replace(YES, hits=(replace(HIT, id="other"),))) or ""
    log.record(replace(NO, question="Tea?"))
    log.record(replace(YES, context="Is coffee red?"))
    found = log.listed(AskedFilter())
    assert (found.total, len(found.questions)) == (5, 5)
    by_id = {one.last.id: one for one in found.questions}
    tea = by_id[last]
    assert (tea.count, tea.first, tea.sure) == (2, NOON, 0.4)
    assert (tea.helpful, tea.unhelpful, tea.comment, tea.review) == (1, 1, "since May", None)
    assert by_id[other].count == 1
    assert found.questions[-1].last.question == "Cups?"
    assert {one.id for one in log.same_as(first)} == {first, last}
    assert group_of(log.same_as(first)) == tea
    assert [one.id for one in log.judged()] == [first, last]


def test_questions_are_listed_by_what_they_got_and_what_was_said_of_it(
    log: QuestionLog, clock: Clock
) -> None:
    ids = [asked(log, one) for one in ("right?", "wrong?", "set aside?", "open?")]
    noes = [log.record(replace(NO, question=one)) or "" for one in ("a no?", "a wrong no?")]
    log.review(ids[:1], EditorVerdict.RIGHT, editor="ed")
    log.review([ids[1], noes[0]], EditorVerdict.OFF_TOPIC, editor="ed")
    log.review([ids[2]], EditorVerdict.DISMISSED, editor="ed", reason="a test")
    log.review([noes[1]], EditorVerdict.RIGHT, editor="ed")

    def told(**chosen: object) -> set[str]:
        return {question for question, _ in listed(log, **chosen)}

    assert told(got=Got.NONE) == {"a no?", "a wrong no?"}
    assert told(judged=Judged.NO) == {"open?"}
    assert told(judged=Judged.YES, got=Got.ANSWER) == {"right?", "wrong?", "set aside?"}
    assert told(judged=Judged.WRONG) == {"wrong?", "a wrong no?"}
    assert told(judged=Judged.WRONG, got=Got.NONE) == {"a wrong no?"}
    clock.time += timedelta(hours=1)
    log.review([ids[1]], EditorVerdict.RIGHT, editor="mo")
    assert told(judged=Judged.WRONG) == {"a wrong no?"}
    assert listed(log, order=AskedOrder.VERDICT)[0] == ("wrong?", 1)
    assert listed(log, order=AskedOrder.VERDICT)[-1] == ("open?", 1)
    log.undo_review([ids[1]])
    assert told(judged=Judged.WRONG) == {"wrong?", "a wrong no?"}
    (one,) = log.listed(AskedFilter(text="wrong?", got=Got.ANSWER)).questions
    assert one.review == Review(EditorVerdict.OFF_TOPIC, "ed", NOON)


@pytest.mark.parametrize("text", ["gRÜNER", "100%", "Kännchen"])
def test_questions_are_searched_whatever_their_case(log: QuestionLog, text: str) -> None:
    asked(log, "Is it 1000 percent?")
    asked(log, "Ist das grüner Tee, zu 100%?")
    log.record(replace(NO, question="Und schwarzer?", context="Grüner Tee zu 100% im KÄNNCHEN?"))
    found = {question for question, _ in listed(log, text=text)}
    assert found == {"Und schwarzer?", "Ist das grüner Tee, zu 100%?"} - (
        {"Ist das grüner Tee, zu 100%?"} if text == "Kännchen" else set()
    )


def test_the_list_is_sorted_and_cut_into_pages(log: QuestionLog, clock: Clock) -> None:
    for minute, (question, sure) in enumerate((("b?", 0.5), ("a?", 0.9), ("c?", 0.1), ("a?", 0.9))):
        clock.time = NOON + timedelta(minutes=minute)
        log.record(replace(YES, question=question, confidence=sure))
    assert listed(log) == [("a?", 2), ("c?", 1), ("b?", 1)]
    assert listed(log, descending=False) == [("b?", 1), ("c?", 1), ("a?", 2)]
    assert listed(log, order=AskedOrder.SURE, descending=False)[0] == ("c?", 1)
    assert listed(log, order=AskedOrder.OFTEN) == [("a?", 2), ("c?", 1), ("b?", 1)]
    log.record(replace(NO, question="Ä capital B?"))
    log.record(replace(NO, question="B capital?"))
    by_name = [q for q, _ in listed(log, order=AskedOrder.QUESTION, descending=False)]
    assert [q for q in by_name if "Ä" not in q] == ["a?", "B capital?", "b?", "c?"]
    log.purge(matching="capital")
    part = log.listed(AskedFilter(), offset=1, limit=1)
    assert (part.questions[0].last.question, part.total) == ("c?", 3)
    beyond = log.listed(AskedFilter(), offset=25, limit=25)
    assert (beyond.questions, beyond.total) == ((), 3)


def test_of_a_question_that_is_not_there_nothing_is_the_same(log: QuestionLog) -> None:
    assert log.same_as("0000000000000000") == ()
    asked(log)
    assert log.same_as("0000000000000000") == ()


def test_old_questions_are_deleted_when_the_log_is_opened(
    log: QuestionLog, clock: Clock, opened: Callable[..., QuestionLog]
) -> None:
    old = asked(log, "old?")
    log.review([old], EditorVerdict.RIGHT, editor="ed")
    clock.time += timedelta(days=1)
    asked(log, "young?")
    clock.time = NOON + timedelta(days=180, seconds=1)
    opened(keep_days=181).open()
    assert len(log.questions()) == 2
    opened(keep_days=180).open()
    assert [one.question for one in log.questions()] == ["young?"]


def test_old_questions_are_deleted_while_the_log_is_open(
    clock: Clock, opened: Callable[..., QuestionLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.question_writer._TIDY_EVERY_S", 0.05)
    log = opened(keep_days=1)
    asked(log)
    assert len(log.questions()) == 1
    clock.time += timedelta(days=2)
    until = time.monotonic() + 30
    while log.questions() and time.monotonic() < until:
        time.sleep(0.02)
    assert log.questions() == ()


def test_questions_are_purged_before_a_time(log: QuestionLog, clock: Clock) -> None:
    asked(log, "old?")
    clock.time += timedelta(seconds=1)
    asked(log, "new?")
    assert log.count(before=clock.time) == 1
    assert log.purge(before=clock.time) == 1
    assert [one.question for one in log.questions()] == ["new?"]


def test_questions_are_purged_by_all_the_words_that_are_kept_of_them(log: QuestionLog) -> None:
    asked(log, "Ich heiße STRAẞE")
    log.feedback(asked(log, "two?"), Verdict.WRONG, "says Strasse")
    log.review([asked(log, "three?")], EditorVerdict.WRONG, editor="strasse", reason="a Straße")
    log.record(replace(NO, question="and there?", context="Is it in Straßburg, Hauptstrasse?"))
    asked(log, "four 100%?")
    assert log.purge(matching="strasse") == 4
    assert log.purge(matching="0%") == 1
    assert log.questions() == ()


def test_all_questions_are_purged_with_what_was_said_of_them(log: QuestionLog) -> None:
    ids = [asked(log, f"{n}?") for n in range(1100)]  # more than one statement takes
    log.review(ids[:3], EditorVerdict.RIGHT, editor="ed")
    assert log.purge(all=True) == 1100
    assert log.questions() == ()
    asked(log)
    assert log.questions()[0].review is None


@pytest.mark.parametrize("which", [{}, {"all": True, "matching": "x"}, {"matching": ""}])
def test_a_purge_says_which_questions(log: QuestionLog, which: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="say which questions to delete"):
        log.purge(**which)  # type: ignore[arg-type]


def test_a_new_log_takes_questions_from_many_threads_and_instances(
    opened: Callable[..., QuestionLog],
) -> None:
    logs = [opened() for _ in range(4)]
    threads = [
        threading.Thread(target=lambda log=log: [log.record(NO) for _ in range(25)])
        for log in logs * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(logs[0].questions()) == 200


def test_a_question_that_the_database_refuses_does_not_hold_up_the_others(
    log: QuestionLog, where: Path | str, caplog: pytest.LogCaptureFixture
) -> None:
    asked(log, "first?")
    refused = replace(YES, hits=(replace(HIT, article="\ud800"),), confidence=float("nan"))
    with caplog.at_level(logging.WARNING, logger="footnote"):
        id = log.record(refused)  # SQLite takes no NaN where a number is expected
    assert asked(log, "last?")
    questions = {one.question for one in log.questions()}
    assert questions == {"first?", "last?", *([] if id is None else ["Tea?"])}
    assert ("cannot be written: " in caplog.text) == (id is None)


def test_what_is_closed_is_opened_again_by_the_next_question(log: QuestionLog) -> None:
    asked(log)
    log.close()
    asked(log)
    log.close()
    assert len(log.questions()) == 2


@pytest.mark.parametrize("end", [QuestionStore.rest, QuestionStore.close])
def test_what_ends_while_it_is_in_use_leaves_no_connection(
    where: Path | str, end: Callable[[QuestionStore], None]
) -> None:
    store = QuestionStore(where)

    def change(connection: Connection) -> int:
        end(store)  # as another thread may
        return int(connection.exec_driver_sql("SELECT 7").scalar_one())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert store.write([change, change]) == [7, 7]
        store.close()
        gc.collect()  # a connection that nobody closed warns here


def test_a_log_of_a_newer_version_is_refused_and_stops_nothing(
    where: Path | str, opened: Callable[..., QuestionLog], caplog: pytest.LogCaptureFixture
) -> None:
    asked(opened())
    step = "INSERT INTO footnote_log_steps (name) VALUES ('x9')"
    if isinstance(where, str):
        postgres.execute(where, step)
    else:
        connection = sqlite3.connect(where)
        connection.execute(step)
        connection.commit()
        connection.close()
    newer = opened()
    with caplog.at_level(logging.WARNING, logger="footnote"):
        assert newer.record(NO) is None
    told = "made by a newer version of Footnote (step x9); update this one, or name another"
    assert told in caplog.text
    with pytest.raises(QuestionLogError, match="cannot be read: it was made by a newer version"):
        newer.questions()
