import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import ModelError
from index.shared_runs import SharedRuns

WAIT_S = 30.0


@dataclass
class Text:
    ids: list[int]


@dataclass
class Runs:
    """A run that waits at ``gate``; a text's vector is the sum of its ids."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    seen: list[list[list[int]]] = field(default_factory=list)
    bad: int | None = None

    def __call__(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        self.seen.append([text.ids for text in texts])
        self.begun.release()
        assert self.gate.wait(WAIT_S)
        if any(self.bad in text.ids for text in texts):
            raise ModelError("a bad text")
        return np.array([[sum(text.ids)] for text in texts], dtype=np.float32)


def waiting(shared: SharedRuns, count: int) -> None:
    """Return when so many texts wait for their turn."""
    for _ in range(3000):
        with shared._changed:
            if len(shared._waiting) == count:
                return
        threading.Event().wait(0.01)
    raise AssertionError("they never waited")


def asked(
    shared: SharedRuns, pool: ThreadPoolExecutor, texts: Sequence[list[int]]
) -> "list[Future[NDArray[np.float32]]]":
    """Bring the texts one after the other, each in a thread of its own."""
    futures = []
    for at, ids in enumerate(texts, start=1):
        futures.append(pool.submit(shared.run, Text(ids)))
        waiting(shared, at)
    return futures


def test_a_text_that_finds_a_core_free_runs_at_once_and_alone() -> None:
    runs = Runs()
    runs.gate.set()
    shared = SharedRuns(runs, at_once=1, together=8)
    assert shared.run(Text([1, 2])).tolist() == [[3]]
    assert shared.run(Text([5, 6])).tolist() == [[11]]
    assert runs.seen == [[[1, 2]], [[5, 6]]]


def test_no_more_runs_go_on_than_there_are_cores() -> None:
    runs = Runs()
    shared = SharedRuns(runs, at_once=2, together=1)
    with ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(shared.run, Text([at])) for at in range(5)]
        for _ in range(2):
            assert runs.begun.acquire(timeout=WAIT_S)
        waiting(shared, 3)
        assert len(runs.seen) == 2
        runs.gate.set()
        assert [future.result(WAIT_S).tolist() for future in futures] == [[[n]] for n in range(5)]
    assert [len(texts) for texts in runs.seen] == [1] * 5


def test_texts_of_one_length_that_wait_share_a_run_and_each_gets_its_own_vector() -> None:
    runs = Runs()
    shared = SharedRuns(runs, at_once=1, together=3)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(shared.run, Text([100]))
        assert runs.begun.acquire(timeout=WAIT_S)
        texts = [[1, 1], [7], [2, 2], [3, 3], [4, 4], [8]]
        futures = asked(shared, pool, texts)
        runs.gate.set()
        assert first.result(WAIT_S).tolist() == [[100]]
        assert [future.result(WAIT_S).tolist() for future in futures] == [
            [[sum(ids)]] for ids in texts
        ]
    assert runs.seen[0] == [[100]]
    later = sorted(sorted(texts) for texts in runs.seen[1:])
    assert sorted(map(len, later)) == [1, 2, 3]  # [7] with [8]; three of the four, and the last
    assert [[7], [8]] in later


def test_a_text_that_fails_takes_no_other_along() -> None:
    runs = Runs(bad=9)
    shared = SharedRuns(runs, at_once=1, together=8)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(shared.run, Text([100]))
        assert runs.begun.acquire(timeout=WAIT_S)
        good, bad, other = asked(shared, pool, [[1, 1], [9, 9], [2, 2]])
        runs.gate.set()
        assert first.result(WAIT_S).tolist() == [[100]]
        assert good.result(WAIT_S).tolist() == [[2]]
        assert other.result(WAIT_S).tolist() == [[4]]
        with pytest.raises(ModelError, match="a bad text"):
            bad.result(WAIT_S)
    assert shared._waiting == []
    assert shared._free == 1
