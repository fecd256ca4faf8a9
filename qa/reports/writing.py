"""A report in a format, and a file that is there as a whole or not at all."""

import contextlib
import os
import tempfile
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from index.errors import UsageError
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
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
