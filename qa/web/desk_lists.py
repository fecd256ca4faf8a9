"""The lists of the desk as files: CSV, XLSX and JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qa.findings import Finding
from qa.import_pairs import PAIR_COLUMNS, pair_rows
from qa.question_export import COLUMNS as QUESTION_COLUMNS
from qa.reports.build import check_report, coverage_report, gap_report
from qa.sheets import Column, SheetFormat, export
from qa.snapshots import Week
from qa.web.desk_state import Desk
from qa.web.desk_trend import snapshots_of, weeks

MEDIA_TYPES: Mapping[SheetFormat, str] = {
    SheetFormat.CSV: "text/csv; charset=utf-8",
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.JSON: "application/json",
}

Listed = tuple[str, Sequence[Column], Iterable[Any]]

_TODAY = (
    Column("kind"),
    Column("title"),
    Column("reason"),
    Column("article", lambda one: one.places[0].article if one.places else None),
    Column("line", lambda one: one.places[0].line if one.places else None),
    Column("readers' questions", "demand"),
    Column("severity"),
    Column("sure"),
    Column("weight", lambda one: round(one.weight, 6)),
    Column("key"),
)
_TREND = (
    Column("at", lambda one: one.at.isoformat(timespec="seconds")),
    *map(Column, ("articles", "pairs", "covered", "partly", "uncovered", "share")),
)
_WEEKS = (
    Column("week from", lambda one: one.monday.isoformat()),
    Column("asked"),
    Column("answered"),
    Column("share", lambda one: round(one.share, 6)),
)


def exported(desk: Desk, name: str, form: SheetFormat) -> bytes | None:
    """Return a list as a file; None where no list has that name.

    Coverage, questions and health have the columns of ``footnote coverage``, ``gaps`` and
    ``check``, all questions those of ``footnote log export``; pairs those that an
    import takes back.  Raises UsageError for what a file of that
    format cannot hold.
    """
    made = LISTS.get(name)
    if made is None:
        return None
    title, columns, rows = made(desk)
    return export(rows, columns, form, title=title)


def _today(desk: Desk) -> Listed:
    found: tuple[Finding, ...] = desk.findings()
    return "Today", _TODAY, found


def _coverage(desk: Desk) -> Listed:
    report = coverage_report(desk.coverage(), desk.answerer.articles())
    return "Coverage", report.columns, report.rows


def _questions(desk: Desk) -> Listed:
    found = desk.gaps.latest() or desk.gaps.newest()
    report = gap_report(found.value, found.asker.articles)
    shown = {gap.key for gap in desk.gaps.shown(found)}
    return "Questions", report.columns, [row for row in report.rows if row["key"] in shown]


def _health(desk: Desk) -> Listed:
    report = check_report(desk.checks(), desk.answerer.articles())
    return "FAQ health", report.columns, report.rows


def _trend(desk: Desk) -> Listed:
    return "Coverage over time", _TREND, snapshots_of(desk)


def _weeks(desk: Desk) -> Listed:
    found: tuple[Week, ...] = weeks(desk)
    return "Answered by week", _WEEKS, found


def _all_questions(desk: Desk) -> Listed:
    logged = desk.log.questions() if desk.log is not None else ()
    return "All questions", QUESTION_COLUMNS, reversed(logged)


def _pairs(desk: Desk) -> Listed:
    return "FAQ pairs", PAIR_COLUMNS, pair_rows(desk.answerer.articles())


LISTS: Mapping[str, Callable[[Desk], Listed]] = {
    "today": _today,
    "coverage": _coverage,
    "questions": _questions,
    "all-questions": _all_questions,
    "health": _health,
    "trend": _trend,
    "answered": _weeks,
    "pairs": _pairs,
}
