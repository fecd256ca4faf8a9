import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from index.pipeline import Behind, ahead


def running() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & {"footnote-read", "footnote-write"}


def test_items_come_in_order_and_are_made_in_another_thread() -> None:
    makers = []

    def made() -> Iterator[int]:
        for number in range(20):
            makers.append(threading.current_thread().name)
            yield number

    with ahead(made(), 3) as items:
        assert list(items) == list(range(20))
    assert set(makers) == {"footnote-read"}
    assert not running()


def test_no_more_is_made_ahead_than_was_asked_for() -> None:
    asked = 0
    ahead_by: list[int] = []
    all_places_taken = threading.Event()

    def make() -> Iterator[int]:
        for number in range(99):
            ahead_by.append(number + 1 - asked)
            if number == 4:
                all_places_taken.set()
            yield number

    with ahead(make(), 3) as items:
        for expected in range(50):
            asked += 1
            assert next(items) == expected
            if not expected:
                # One was taken, three wait, and one more waits for a place.
                assert all_places_taken.wait(30)
    assert max(ahead_by) == 4
    assert not running()


def test_an_error_of_the_maker_comes_in_its_place() -> None:
    def made() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with ahead(made(), 3) as items:
        assert next(items) == 1
        with pytest.raises(OSError, match="the disk is gone"):
            next(items)
    assert not running()


def test_an_error_of_the_taker_ends_the_maker() -> None:
    def take() -> None:
        with ahead(iter(range(10**9)), 2) as items:
            next(items)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take()
    assert not running()


class Slow:
    """Makes an item when it is let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[int]:
        self.begun.set()
        assert self.let.wait(30)
        yield 1


def test_an_item_that_is_still_being_made_is_not_waited_for_at_the_end() -> None:
    slow = Slow()

    def give_up() -> None:
        if slow.begun.is_set():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ahead(iter(slow), 3, waiting=give_up) as items:
        next(items)
    assert running() == {"footnote-read"}
    slow.let.set()
    for thread in threading.enumerate():
        if thread.name == "footnote-read":
            thread.join(30)
    assert not running()


def test_jobs_can_be_waited_for_and_the_waiting_ended() -> None:
    done: list[int] = []
    let = threading.Event()

    def give_up() -> None:
        let.set()
        raise KeyboardInterrupt

    with Behind(4) as behind:
        behind.put(partial(done.append, 1))
        behind.finish()
        assert done == [1]
        behind.put(let.wait)
        with pytest.raises(KeyboardInterrupt):
            behind.finish(waiting=give_up)


def test_a_job_that_failed_is_told_to_who_waits() -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    def give() -> None:
        with Behind(4) as behind:
            behind.put(fail)
            behind.finish()

    with pytest.raises(OSError, match="the disk is full"):
        give()


def test_jobs_are_done_in_order_by_the_end_also_after_an_error() -> None:
    done: list[int] = []

    def job(number: int) -> None:
        time.sleep(0.01)
        done.append(number)

    behind = Behind(4)

    def give() -> None:
        with behind:
            for number in range(8):
                behind.put(partial(job, number))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give()
    assert done == list(range(8))
    assert (behind.given, behind.done) == (8, 8)
    assert not running()


def test_after_a_job_that_failed_no_other_is_done_and_its_error_is_raised() -> None:
    done: list[int] = []

    def fail() -> None:
        raise OSError("the disk is full")

    def give(behind: Behind, others: int) -> None:
        with behind:
            behind.put(fail)
            for number in range(others):
                behind.put(partial(done.append, number))

    for others in (1, 9):  # after all are given, and before
        behind = Behind(1)
        with pytest.raises(OSError, match="the disk is full"):
            give(behind, others)
    assert done == []
    assert behind.given < 10


def test_a_job_that_waits_for_a_place_is_given_in_the_end() -> None:
    done: list[int] = []
    with Behind(1) as behind:
        for number in range(50):
            behind.put(partial(done.append, number))
    assert done == list(range(50))
