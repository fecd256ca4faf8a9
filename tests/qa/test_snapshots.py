"""Coverage and the share answered over time."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qa.questions import LoggedQuestion
from qa.records import AbstentionReason
from qa.snapshots import (
    Snapshot,
    SnapshotError,
    Snapshots,
    Week,
    merged,
    snapshot_of,
    weeks_of,
)
from tests.logged import logged

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
ONE = Snapshot(AT, 3, articles=1, pairs=5, covered=2, partly=4, uncovered=4, share=0.25)


def later(days: int, **changes: float) -> Snapshot:
    values = {name: getattr(ONE, name) for name in ONE.__dataclass_fields__} | changes
    return Snapshot(**{**values, "at": AT + timedelta(days=days)})


@pytest.fixture
def kept(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "trend.sqlite")


def test_where_nothing_was_kept_there_is_nothing_and_no_file(kept: Snapshots) -> None:
    assert kept.snapshots() == ()
    assert kept.weeks() == ()
    assert not kept.path.exists()


def test_what_was_kept_comes_back_oldest_first(kept: Snapshots) -> None:
    second = later(1, share=0.5, covered=3, partly=3)
    assert kept.keep(second)
    assert kept.keep(ONE)
    assert kept.snapshots() == (ONE, second)


def test_a_sync_that_changed_no_figure_adds_no_point(kept: Snapshots) -> None:
    assert kept.keep(ONE)
    assert not kept.keep(later(1, generation=4))
    assert kept.snapshots() == (ONE,)
    assert kept.keep(later(2, generation=5, share=0.26))


def test_a_week_begins_on_monday_in_utc_and_counts_the_answered() -> None:
    def asked(minute: int, *, answered: bool) -> LoggedQuestion:
        one = logged(f"{minute}", minute=minute)
        return logged(f"{minute}", None, minute=minute) if answered else one

    sunday = 6 * 24 * 60  # noon on Sunday
    questions = [
        asked(0, answered=True),
        asked(sunday, answered=False),
        asked(sunday + 12 * 60, answered=True),
    ]
    assert weeks_of(questions) == (Week(date(2026, 5, 4), 2, 1), Week(date(2026, 5, 11), 1, 1))
    assert [week.share for week in weeks_of(questions)] == [0.5, 1.0]


def test_greetings_are_no_questions_of_a_week() -> None:
    hi = logged("hi", AbstentionReason.SMALL_TALK)
    vague = logged("what?", AbstentionReason.TOO_VAGUE)
    assert weeks_of([hi]) == ()
    assert [(week.asked, week.answered) for week in weeks_of([hi, vague])] == [(1, 0)]


def test_a_log_that_forgets_does_not_change_a_week_that_was_kept_whole(kept: Snapshots) -> None:
    whole, part = Week(date(2026, 5, 4), 10, 7), Week(date(2026, 5, 4), 2, 0)
    grown = Week(date(2026, 5, 11), 4, 4)
    kept.keep(ONE, [whole, Week(date(2026, 5, 11), 3, 3)])
    kept.keep(ONE, [part, grown])
    assert kept.weeks() == (whole, grown)
    assert merged([whole], [part]) == (whole,)
    corrected = Week(date(2026, 5, 4), 10, 8)
    assert merged([whole], [corrected]) == (corrected,)


def test_the_weeks_of_a_snapshot_that_says_nothing_new_are_kept(kept: Snapshots) -> None:
    kept.keep(ONE)
    assert not kept.keep(later(1), [Week(date(2026, 5, 4), 1, 1)])
    assert kept.weeks() == (Week(date(2026, 5, 4), 1, 1),)


def test_a_file_of_another_program_is_left_alone(kept: Snapshots) -> None:
    with sqlite3.connect(kept.path) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
    other.close()
    with pytest.raises(SnapshotError, match="a SQLite file of another program"):
        kept.keep(ONE)


def test_a_damaged_file_is_named(kept: Snapshots) -> None:
    kept.path.write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(SnapshotError, match=r"trend\.sqlite cannot be used"):
        kept.keep(ONE)


def test_a_newer_file_is_not_touched(kept: Snapshots) -> None:
    kept.keep(ONE)
    with sqlite3.connect(kept.path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(SnapshotError, match="written by a newer Footnote"):
        kept.snapshots()


def test_the_steps_are_taken_once_and_counted(kept: Snapshots) -> None:
    kept.keep(ONE)
    kept.keep(later(1, share=0.9))
    with sqlite3.connect(kept.path) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (1,)
    other.close()


def test_a_snapshot_counts_sections_by_state() -> None:
    from qa.coverage import ArticleCoverage, CoverageReport, CoverageState, SectionCoverage

    def section(id: str, state: CoverageState) -> SectionCoverage:
        return SectionCoverage("a", id, id, 0, 1, 1, state, 0.0, 0.0, 0, (), ())

    own = (
        section("1", CoverageState.COVERED),
        section("2", CoverageState.UNCOVERED),
        section("3", CoverageState.UNCOVERED),
    )
    report = CoverageReport((ArticleCoverage("a", "A", 0.0, own),))
    made = snapshot_of(report, generation=7, at=AT + timedelta(microseconds=5))
    assert (made.covered, made.partly, made.uncovered) == (1, 0, 2)
    assert (made.at, made.generation, made.articles, made.pairs) == (AT, 7, 1, 0)
