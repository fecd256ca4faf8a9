"""The turns of questions by themselves: who is let in, in which order, and who is sent away."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from index.cores import cores
from qa.web import admission
from qa.web.admission import LONGEST_RETRY_S, WAITING_PER_CORE, Admission, BusyError


@pytest.fixture
def turns() -> Iterator[Admission]:
    """One at a time, and two may wait."""
    made = Admission(at_once=1, waiting=2)
    yield made
    made.close()


def test_as_many_are_done_at_once_as_there_are_cores_and_a_bounded_number_waits() -> None:
    assert Admission().places == cores() * (1 + WAITING_PER_CORE)
    assert Admission(at_once=3, waiting=5).places == 8
    assert Admission(at_once=3, waiting=0).places == 3


def test_who_comes_when_all_places_are_taken_is_sent_away_at_once(turns: Admission) -> None:
    go = threading.Event()
    held = [turns.take(go.wait) for _ in range(3)]
    with pytest.raises(BusyError, match="Too many questions are waiting right now"):
        turns.take(go.wait)
    with pytest.raises(BusyError, match="Please try again in a moment"):
        turns.check()
    go.set()
    assert [one.result(10) for one in held] == [True, True, True]
    turns.check()
    assert turns.take(lambda: 7).result(10) == 7


def test_turns_come_in_order(turns: Admission) -> None:
    go, done = threading.Event(), list[int]()
    first = turns.take(go.wait)
    held = [turns.take(lambda number=number: done.append(number)) for number in (1, 2)]
    go.set()
    for one in (first, *held):
        one.result(10)
    assert done == [1, 2]


def test_who_gives_up_waiting_is_not_answered_and_gives_the_place_back_in_turn(
    turns: Admission,
) -> None:
    go, done = threading.Event(), list[int]()
    first, second, third = (
        turns.take(go.wait),
        turns.take(lambda: done.append(2)),
        turns.take(lambda: done.append(3)),
    )
    assert second.cancel()
    with pytest.raises(BusyError):  # those that give up must not let others pile up behind them
        turns.take(go.wait)
    go.set()
    first.result(10)
    third.result(10)
    assert done == [3]
    assert turns.take(lambda: 7).result(10) == 7


def test_an_error_is_its_own_askers_and_nobody_elses(turns: Admission) -> None:
    def fail() -> None:
        raise ValueError("this question")

    with pytest.raises(ValueError, match="this question"):
        turns.take(fail).result(10)
    assert turns.take(lambda: 7).result(10) == 7


def test_when_to_try_again_is_when_those_that_wait_have_had_their_turn() -> None:
    turns = Admission(at_once=2, waiting=8)
    assert turns.retry_after_s == 1  # nothing is known yet
    turns._held, turns._mean_s = 10, 1.3
    assert turns.retry_after_s == 7  # 10 · 1.3 s, two at a time: 6.5 s
    turns._mean_s = 100.0
    assert turns.retry_after_s == LONGEST_RETRY_S
    turns.close()


def test_who_waits_when_it_closes_is_told_at_once_and_gives_the_place_back(
    turns: Admission,
) -> None:
    go = threading.Event()
    first, second = turns.take(go.wait), turns.take(lambda: 7)
    closing = threading.Thread(target=turns.close)
    closing.start()
    with pytest.raises(CancelledError):
        second.result(10)
    go.set()
    closing.join(10)
    assert first.result(0) is True  # what was being done was done
    assert turns._held == 0
    for late in (turns.check, lambda: turns.take(lambda: 7)):
        with pytest.raises(BusyError):
            late()


def test_libraries_are_kept_to_one_core_once_the_first_answer_has_loaded_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(admission, "_keep_to_one_core", lambda: done.append("kept"))
    turns = Admission(at_once=1, waiting=9)
    for name in ("first", "second", "third"):
        turns.take(lambda name=name: done.append(name)).result(10)
    turns.close()
    assert done == ["first", "kept", "second", "third"]
