"""A report's table as CSV or XLSX: of coverage all sections, else all findings."""

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
    return export(report.rows, columns, form, title=report.title)
