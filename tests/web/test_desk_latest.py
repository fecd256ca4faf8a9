"""What takes long is made in the background: no page waits for it, and each says what it shows."""

import threading
import time
from pathlib import Path

import pytest

from qa.web.desk_coverage import coverage_message
from qa.web.desk_finding import finding_page
from qa.web.desk_group import group_page
from qa.web.desk_health import health_message
from qa.web.desk_latest import Latest
from qa.web.desk_questions import questions_message
from qa.web.desk_section import section_page
from qa.web.desk_today import LISTED, today_message
from tests.web.desks import desk_of
from tests.web.test_desk_group import TOKEN


def test_what_was_made_last_is_shown_until_it_is_made_anew() -> None:
    state, gate, made = [1], threading.Event(), []

    def make() -> int:
        made.append(state[0])
        assert gate.wait(10)
        return made[-1] * 10

    latest = Latest("test", lambda: state[0], make)
    assert latest.get(0.01) == (None, False)
    assert latest.get(0.01) == (None, False)
    assert made == [1]  # begun once
    gate.set()
    if (task := latest.begin()) is not None:
        task.wait(10)
    assert latest.get() == (10, True)
    gate.clear()
    state[0] = 2
    assert latest.get(0.01) == (10, False)
    gate.set()
    if (task := latest.begin()) is not None:
        task.wait(10)
    assert latest.get() == (20, True)


def test_several_pages_together_wait_no_longer_than_one() -> None:
    gate = threading.Event()
    latest = Latest("test", lambda: 1, lambda: gate.wait(20))
    assert latest.get(0.05) == (None, False)
    # Whoever waited anew, for so long, would see the end of it.
    for _ in range(5):
        assert latest.get(60) == (None, False)
    gate.set()


def test_what_cannot_be_made_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("broken for the test")
        return "made"

    latest = Latest("test", lambda: 1, make)
    assert latest.get(10) == (None, False)
    assert "cannot work out: test" in caplog.text
    assert latest.get(10) == ("made", True)


def test_pages_that_wait_say_so_and_open_when_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path)
    gate = threading.Event()
    measured, checked, newest = desk._coverage._make, desk._checks._make, desk.gaps.newest

    def after_the_gate(make):  # type: ignore[no-untyped-def]
        def waited():  # type: ignore[no-untyped-def]
            assert gate.wait(20)
            return make()

        return waited

    desk._coverage._make = after_the_gate(measured)
    desk._checks._make = after_the_gate(checked)
    monkeypatch.setattr(desk.gaps, "newest", after_the_gate(newest))
    for message in (
        today_message(desk),
        coverage_message(desk, 1),
        health_message(desk),
        questions_message(desk, "all", 1),
    ):
        assert "desk-waits" in message
        assert "Nothing to do" not in message
    for page in (
        section_page(desk, "tea.md", "tea.md#storing-tea", token="t"),
        group_page(desk, "no_pair:x", token=TOKEN),
        finding_page(desk, "stale:x", token=TOKEN),
    ):
        assert 'http-equiv="refresh"' in (page or "")
    gate.set()  # not before all of these pages were there
    for latest in (desk._coverage, desk._checks):
        if (task := latest.begin()) is not None:
            task.wait(10)
    desk.gaps.wait(10)
    end = time.monotonic() + 30  # the map is drawn in the background, and no page waits for it
    while "The map is being drawn" in coverage_message(desk, 1) and time.monotonic() < end:
        time.sleep(0.05)
    for message in (today_message(desk), coverage_message(desk, 1), health_message(desk)):
        assert "desk-waits" not in message
    assert "Storing tea" in (section_page(desk, "tea.md", "tea.md#storing-tea", token="t") or "")
    desk.service.close()


def test_the_list_of_today_has_pages(tmp_path: Path) -> None:
    sections = "\n".join(
        f"## Part {n}\n\nThe coffee part {n} is here.\n" for n in range(LISTED + 5)
    )
    desk = desk_of(tmp_path, [], files={"a.md": f"# A\n\n{sections}\n## FAQ\n\n### Mars?\n\nNo.\n"})
    desk.findings()
    first, last, beyond = (today_message(desk, page) for page in (1, 2, 99))
    assert first.count("<li") == LISTED
    assert "page 1 of 2" in first
    assert 0 < last.count("<li") < LISTED
    assert last == beyond
    desk.gaps.wait(10)
    desk.service.close()
