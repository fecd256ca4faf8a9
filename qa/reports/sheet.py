"""A report's table as CSV or XLSX: of coverage all sections, else all findings."""

from collections.abc import Iterator
from typing import Any

from qa.reports.report import Report
from qa.sheets import Column, SheetFormat, export


def render(report: Report, form: SheetFormat) -> bytes:
    """Return the table as a file.  With a baseline, a column says what is new and what is known.

    Raises ``UsageError`` for what a cell cannot hold.
    """
    columns = report.columns
    if report.outcome.baseline is not None:

        def standing(row: Any) -> str | None:
            return report.outcome.standing.get(row["key"] or "")

        columns = (Column("baseline", standing), *columns)
    return export((*report.rows, *_unread(report)), columns, form, title=report.title)


def _unread(report: Report) -> Iterator[dict[str, Any]]:
    """Yield a row for what could not be read: its file and line, and the reason as its text."""
    headings = [column.heading for column in report.columns]
    for one in report.unread:
        row: dict[str, Any] = dict.fromkeys(headings)
        told = {"kind": "not read", "state": "not read", "title": "could not be read"}
        told |= {"reason": one.reason, "section": one.reason, "question": "could not be read"}
        row |= {heading: told[heading] for heading in headings if heading in told}
        row |= {"file": report.content + one.path, "line": one.line}
        yield row
