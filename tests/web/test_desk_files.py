"""What of the content folder could not be read, as the desk's first tabs tell it."""

from pathlib import Path

import pytest

from qa.web.desk_health import health_message
from qa.web.desk_state import Desk
from qa.web.desk_today import today_message
from qa.web.watch import SyncState
from tests.web.desks import desk_of

pytestmark = pytest.mark.usefixtures("patient")


def told(desk: Desk) -> list[str]:
    return [str(today_message(desk)), str(health_message(desk))]


def test_what_could_not_be_read_stands_above_what_there_is_to_do(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.checks()
    line = "<b>.csv:3: question has no answer (left out)"
    desk.sync_state = lambda: SyncState(unread=("not told",), told=(line,))
    for message in told(desk):
        assert message.startswith('<section class="desk-unread" role="status"><h2>One thing in')
        assert '<li dir="auto">&lt;b&gt;.csv:3: question has no answer (left out)</li>' in message
        assert "<details>" not in message
    desk.service.close()


def test_many_are_there_and_most_of_them_open_with_a_click(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.sync_state = lambda: SyncState(told=tuple(f"{n}.md: is empty" for n in range(8)))
    for message in told(desk):
        assert "<h2>8 things in the content folder cannot be read</h2>" in message
        before, after = message.split("<details><summary>3 more</summary>")
        assert "4.md: is empty" in before
        assert "5.md: is empty" in after
    desk.service.close()


def test_a_folder_that_is_away_is_told_and_nothing_where_all_was_read(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    assert not any("desk-unread" in message or "alert" in message for message in told(desk))
    desk.sync_state = lambda: SyncState(error="the content folder is not there")
    for message in told(desk):
        assert 'role="alert">The content folder could not be read' in message
        assert "the content folder is not there" in message
    desk.service.close()
