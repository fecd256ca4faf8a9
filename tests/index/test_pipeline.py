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
