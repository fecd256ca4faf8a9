"""Tables read from CSV, XLSX and JSON files, whoever wrote them: every cell as text.

A file is somebody's upload.  What it may cost is bounded before it is read: bytes, unpacked bytes,
rows, columns.  What a reader could misunderstand is an error that says where: formulas, merged
cells, several headings of the same name.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.list_csv import delimiter_of
from qa.sheets import SheetFormat, joined, restored, xml_unescaped

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024  # of an XLSX file, which is a ZIP archive
MAX_PARTS = 1000
MAX_TABLE_ROWS = 50_000
MAX_COLUMNS = 100
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Za-z0-9:$]{1,40})\"")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's cells as text, in the order of the headings; ``number`` is its row (CSV: line)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table without its empty rows."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(data: bytes, name: str) -> Table:
    """Return the table in a file of that name: the format is told by its suffix and first bytes.

    CSV may be delimited by comma, semicolon, tab or bar, in UTF-8, UTF-16 or an older encoding.
    XLSX: the sheet that was active when it was saved.  JSON: a list of objects.

    Raises ReadError, with the row where one is to blame, for anything that is no such table.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ReadError(name, f"{len(data)} bytes: at most {MAX_FILE_BYTES} can be imported")
    if not data.strip():
        raise ReadError(name, "the file is empty")
    form = _format(data, name)
    if form is SheetFormat.XLSX:
        return _table(_xlsx_rows(data, name), name)
    if form is SheetFormat.JSON:
        return _json_table(data, name)
    return _table(_csv_rows(data, name), name)


def _format(data: bytes, name: str) -> SheetFormat:
    suffix = PurePath(name).suffix.lower()
    if data.startswith(b"PK\x03\x04"):
        return SheetFormat.XLSX
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        reason = "an old Excel file, or one with a password: save it as XLSX without a password"
        raise ReadError(name, reason)
    if suffix in (".xlsx", ".xlsm"):
        raise ReadError(name, "its name says XLSX, but it is none: save it as XLSX again")
    if suffix == ".json":
        return SheetFormat.JSON
    if suffix not in (".csv", ".tsv", ".txt", ""):
        raise ReadError(name, "neither CSV, XLSX nor JSON by its name")
    return SheetFormat.CSV


def _table(rows: Iterable[tuple[int, Sequence[str]]], name: str) -> Table:
    """The table of numbered rows, the first that is not empty being its headings."""
    headings: tuple[str, ...] = ()
    kept: list[TableRow] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not headings:
            headings = _headings(cells, name, number)
            continue
        if any(cell.strip() for cell in cells[len(headings) :]):
            reason = f"{len(cells)} cells where the headings are {len(headings)}"
            raise ReadError(name, f"{reason}: is a cell not quoted?", line=number)
        if len(kept) >= MAX_TABLE_ROWS:
            raise _too_many(name, number)
        padded = (*cells[: len(headings)], *[""] * (len(headings) - len(cells)))
        kept.append(TableRow(number, padded))
    if not headings:
        raise ReadError(name, "the file has no rows")
    return Table(headings, tuple(kept))


def _too_many(name: str, number: int | None) -> ReadError:
    return ReadError(name, f"more than {MAX_TABLE_ROWS} rows: split the file", line=number)


def _headings(cells: Sequence[str], name: str, number: int) -> tuple[str, ...]:
    headings = [cell.strip().lstrip("\ufeff") for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MAX_COLUMNS:
        raise ReadError(name, f"more than {MAX_COLUMNS} columns", line=number)
    named = [heading for heading in headings if heading]
    for heading in named:
        if named.count(heading) > 1:
            raise ReadError(name, f"two columns are called {heading!r:.60}", line=number)
    return tuple(headings)


def _csv_rows(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    text = _csv_text(data, name)
    first, _, rest = text.partition("\n")
    start = 1
    if said := re.fullmatch(r"sep=(.)\r?", first):  # Excel's own line, which it shows to nobody
        delimiter, text, start = said[1], rest, 2
    elif PurePath(name).suffix.lower() == ".tsv":
        delimiter = "\t"
    else:
        delimiter = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = start
    try:
        for cells in reader:
            yield line, [restored(cell) for cell in cells]
            line = start + reader.line_num
    except csv.Error as error:
        raise ReadError(
            name, f"not valid CSV: {error}", line=start - 1 + reader.line_num
        ) from error


def _csv_text(data: bytes, name: str) -> str:
    # Not by the readers' way at once: it makes line feeds of carriage returns, in cells too.
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    return decode(data, name).text


def _json_table(data: bytes, name: str) -> Table:
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = getattr(error, "msg", "not UTF-8, or nested too deeply")
        raise ReadError(name, f"not valid JSON: {reason}", line=line) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ReadError(name, "not a list of objects")
    if len(rows) > MAX_TABLE_ROWS:
        raise _too_many(name, None)
    headings = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    if len(headings) > MAX_COLUMNS:
        raise ReadError(name, f"more than {MAX_COLUMNS} columns")
    if not headings:
        raise ReadError(name, "the file has no rows")
    return Table(
        headings,
        tuple(
            TableRow(number, tuple(_text(row.get(heading)) for heading in headings))
            for number, row in enumerate(rows, start=1)
        ),
    )


def _text(value: Any) -> str:
    """A cell's value as a text: as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return joined(str(each) for each in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # Excel keeps every number as one with a fraction
    return str(value)


def _xlsx_rows(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    _check_archive(data, name)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise ReadError(name, f"not a readable XLSX file: {error}") from error
    try:
        sheet = book.active
        if sheet is None or not hasattr(sheet, "iter_rows"):
            raise ReadError(name, "it has no sheet of cells")
        _check_merged(data, name, getattr(sheet, "_worksheet_path", ""))
        # What a sheet says of its own size may be wrong, or a million rows of nothing.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
            if number > MAX_TABLE_ROWS + 1:  # empty ones too: a row may bear any number
                raise _too_many(name, number)
            yield number, [_xlsx_text(cell, name, number) for cell in cells]
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(name, f"not a readable XLSX file: {error}") from error
    finally:
        book.close()


def _xlsx_text(cell: Any, name: str, number: int) -> str:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        reason = f"a formula in {cell.coordinate}: put its value there (paste special, values)"
        raise ReadError(name, reason, line=number)
    if cell.data_type == "e":
        raise ReadError(name, f"{cell.value} in {cell.coordinate}", line=number)
    if isinstance(cell.value, str):
        return xml_unescaped(cell.value)
    return _text(cell.value)


def _check_archive(data: bytes, name: str) -> None:
    """Refuse an archive that would fill the memory, or whose XML defines entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
                raise ReadError(
                    name,
                    f"unpacked it has {len(parts)} parts and {unpacked} bytes: at most {MAX_PARTS} "
                    f"and {MAX_UNPACKED_BYTES} can be imported",
                )
            if "[Content_Types].xml" not in archive.namelist():
                raise ReadError(name, "a ZIP archive, but no XLSX file")
            for part in parts:
                # Reading stops at the size that was just added up, whatever the part holds.
                if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):  # UTF-16 too
                    raise ReadError(name, f"{part.filename} defines entities, as no XLSX does")
    except ReadError:
        raise
    except Exception as error:  # zipfile raises whatever a broken part leads to
        raise ReadError(name, f"not a readable XLSX file: {error}") from error


def _check_merged(data: bytes, name: str, part: str) -> None:
    # Only the first cell of a merged range has a value: what the others mean is a guess.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(part) if part in archive.namelist() else b""
    if found := _MERGED.search(sheet):
        raise ReadError(name, f"the cells {found[1].decode()} are merged: unmerge them")
