"""The trend: what is kept after a sync, and how it is drawn."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qa.snapshots import Snapshot, Week
from qa.web.desk_state import Desk
from qa.web.desk_trend import (
    TrendKeeper,
    chart,
    keep,
    middle_of,
    snapshots_of,
    trend_message,
    weeks,
)
from tests.web.desks import desk_of

pytestmark = pytest.mark.usefixtures("patient")

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = date(2026, 5, 20)


def snapshot(days: int, share: float) -> Snapshot:
    return Snapshot(AT + timedelta(days=days), days, 1, 1, 0, 1, 1, share)


def test_a_snapshot_has_the_coverage_and_the_weeks_of_the_log(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    keep(desk, at=AT)
    (one,) = snapshots_of(desk)
    assert (one.at, one.share, one.pairs) == (AT, desk.coverage().share, 1)
    assert desk.snapshots is not None
    # Four questions about light were answered, three about pizza were not.
    assert desk.snapshots.weeks() == (Week(date(2026, 5, 4), 7, 4),)
    message = str(trend_message(desk))
    assert "<svg" in message
    assert 'data-name="Share">57%' in message
    desk.service.close()


def test_a_broken_file_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = desk_of(tmp_path)
    assert desk.snapshots is not None
    desk.snapshots.path.write_bytes(b"broken " * 200)
    keep(desk, at=AT)
    assert "trend.sqlite cannot be used" in caplog.text
    assert snapshots_of(desk) == ()
    assert weeks(desk) == (Week(date(2026, 5, 4), 7, 4),)
    assert "<svg" in str(trend_message(desk))
    desk.service.close()


def test_an_edit_adds_a_point_by_itself(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    keeper = TrendKeeper(desk)
    keeper.changed()
    keeper.wait(20)
    assert len(snapshots_of(desk)) == 1
    keeper.stop()
    keeper.changed()  # stopped: nothing begins any more
    assert keeper._thread is None
    desk.service.close()


def test_what_cannot_be_computed_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_of(tmp_path)

    def broken(self: Desk) -> None:
        raise RuntimeError("broken for the test")

    monkeypatch.setattr(Desk, "coverage", broken)
    keeper = TrendKeeper(desk)
    keeper.changed()
    keeper.wait(20)
    assert "broken for the test" in caplog.text
    desk.service.close()


def test_the_chart_has_a_point_for_each_snapshot_and_week() -> None:
    kept = [snapshot(0, 0.2), snapshot(7, 0.4), snapshot(14, 0.5)]
    asked = [Week(date(2026, 5, 4), 10, 7), Week(date(2026, 5, 11), 4, 4)]
    drawn = str(chart(kept, asked, today=TODAY))
    assert drawn.startswith("<svg")
    assert "<style" not in drawn
    assert "<script" not in drawn
    for words in ("coverage", "answered", "0%", "100%"):
        assert words in drawn
    assert drawn.count("<use") >= 5
    again = chart(kept, [], today=TODAY)
    assert str(chart(kept, [], today=TODAY)) == str(again)  # the same each time


def test_the_chart_can_be_drawn_of_either_line_alone() -> None:
    assert "answered" not in str(chart([snapshot(0, 0.2)], [], today=TODAY))
    assert "coverage" not in str(chart([], [Week(date(2026, 5, 4), 1, 1)], today=TODAY))


@pytest.mark.parametrize(
    ("today", "middle"),
    [
        (date(2026, 5, 4), datetime(2026, 5, 4, tzinfo=UTC)),  # a Monday, the week's first day
        (date(2026, 5, 6), datetime(2026, 5, 5, tzinfo=UTC)),
        (date(2026, 5, 10), datetime(2026, 5, 7, tzinfo=UTC)),  # its Sunday
        (date(2026, 5, 11), datetime(2026, 5, 7, 12, tzinfo=UTC)),
        (date(2026, 6, 1), datetime(2026, 5, 7, 12, tzinfo=UTC)),
        (date(2026, 5, 3), datetime(2026, 5, 4, tzinfo=UTC)),  # a clock that was set back
    ],
)
def test_a_week_that_is_not_over_has_its_point_within_the_days_that_are(
    today: date, middle: datetime
) -> None:
    assert middle_of(Week(date(2026, 5, 4), 7, 4), today=today) == middle


def test_where_nothing_was_kept_or_asked_the_tab_says_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, [])
    assert "Nothing to draw yet" in str(trend_message(desk))
    desk.service.close()
