import os

import pytest

from index.cores import cores


def test_the_cores_are_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 4, 5}, raising=False)
    assert cores() == 3


@pytest.mark.parametrize(("count", "told"), [(6, 6), (None, 1)])
def test_where_the_system_does_not_tell_them_all_are_counted(
    monkeypatch: pytest.MonkeyPatch, count: int | None, told: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert cores() == told
