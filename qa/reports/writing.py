"""A report in a format, and a file that is there as a whole or not at all."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from index.errors import UsageError
from qa.new_files import written_beside
from qa.reports.report import Report
from qa.sheets import SheetFormat


class ReportFormat(StrEnum):
    """What a report can be written as."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"
    MARKDOWN = "markdown"


def rendered(
    report: Report,
    form: ReportFormat,
    *,
    made: datetime,
    version: str,
    width: int = 80,
    styled: bool = False,
) -> bytes:
    """Return the report in that format, texts as UTF-8; ``width`` and ``styled`` are a table's."""
    from qa.reports import data, html, junit, markdown, sarif, sheet, table

    match form:
        case ReportFormat.CSV | ReportFormat.XLSX:
            return sheet.render(report, SheetFormat(form))
        case ReportFormat.TABLE:
            text = table.render(report, width=width, styled=styled)
        case ReportFormat.JSON:
            text = data.render(report)
        case ReportFormat.HTML:
            text = html.render(report, made=made)
        case ReportFormat.JUNIT:
            text = junit.render(report, made=made)
        case ReportFormat.SARIF:
            text = sarif.render(report, version=version)
        case ReportFormat.MARKDOWN:
            text = markdown.render(report)
    return text.encode("utf-8", "replace")


def write(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old one or the new one, never a part.

    A pipe or a device is written to as it is.  ``UsageError`` where it cannot be written.
    """
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise UsageError(f"{path}: is a folder; name a file")
            path.write_bytes(content)
            return
        _replace(path, content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(path: Path, content: bytes) -> None:
    beside = written_beside(
        path, content, mode=path.stat().st_mode & 0o777 if path.exists() else None
    )
    try:
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
