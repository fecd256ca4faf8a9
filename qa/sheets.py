"""Lists as tables in CSV, XLSX and JSON, from one description of their columns.

Cells come back unchanged from each of the three (see ``qa.sheets_in``), and none is ever a formula:

CSV   A text that begins with ``= + - @``, a tab, a line break or one of their full-width forms,
      perhaps after apostrophes, is written with one apostrophe more; reading takes one away from
      such cells, and from no others (``inert``, ``restored``).  Every cell is quoted.  UTF-8 with
      a byte order mark, without which Excel does not take it for UTF-8.
XLSX  Texts are text cells, marked with ``quotePrefix``, as if typed after an apostrophe.  What XML
      cannot hold is written as ``_xHHHH_``, as Office does (ECMA-376 part 1, 22.9.2.19).  A cell
      of more than 32,767 characters is an error: Excel would cut it.
JSON  A list of objects, with numbers, truth values and null as such.
"""

import csv
import dataclasses
import io
import json
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.errors import UsageError

MAX_CELL_CHARS = 32_767  # of XLSX; https://support.microsoft.com/office/excel-specifications
MAX_ROWS = 1_048_576  # of XLSX, its header included
_LIVE = "=+\\-@\t\r\n＝＋－＠"
_TO_ESCAPE = re.compile(f"'*[{_LIVE}]")
_ESCAPED = re.compile(f"'+[{_LIVE}]")
# No characters of XML 1.0 (section 2.2), and what a parser would make a line feed of.
_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_XML_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

Cell = str | int | float | bool | None


class SheetFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what it has of a row.

    ``value`` is a field's name (of a dataclass) or a key (of a mapping), or a function of the row;
    None takes the heading as the name.
    """

    heading: str
    value: str | Callable[[Any], Any] | None = None

    def of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        name = self.value or self.heading
        if isinstance(row, Mapping):
            return row[name]
        return operator.attrgetter(name)(row)


def columns_of(record: type) -> tuple[Column, ...]:
    """Return a column for each field of a dataclass, in its order."""
    return tuple(Column(field.name) for field in dataclasses.fields(record))


def export(
    rows: Iterable[Any], columns: Sequence[Column], form: SheetFormat, *, title: str = "Footnote"
) -> bytes:
    """Return the rows as a file of that format; ``title`` names an XLSX file's one sheet.

    Of a value that is neither text, number, truth value nor None, lists and tuples become lines of
    a cell (lists of texts in JSON), anything else its ``str``.  NaN and infinities are empty.

    Raises UsageError for half a surrogate pair, and for what XLSX cannot hold.
    """
    headings = [column.heading for column in columns]
    if len(set(headings)) != len(headings):
        raise ValueError("two columns have the same heading")
    if form is SheetFormat.JSON:
        listed = [
            {column.heading: _json_value(column.of(row)) for column in columns} for row in rows
        ]
        return _encoded(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
    table = ([cell_of(column.of(row)) for column in columns] for row in rows)
    if form is SheetFormat.CSV:
        return _csv(headings, table)
    return _xlsx(headings, table, title)


def inert(text: str) -> str:
    """Return a CSV cell of ``text`` that no spreadsheet takes for a formula.

    >>> [inert("=1+1"), inert("'=1+1"), inert("'tis"), inert("1-1")]
    ["'=1+1", "''=1+1", "'tis", '1-1']
    """
    return f"'{text}" if _TO_ESCAPE.match(text) else text


def restored(cell: str) -> str:
    """Return the text of which ``cell`` is the inert form: the inverse of ``inert``.

    >>> [restored("'=1+1"), restored("''=1+1"), restored("'tis"), restored("-5")]
    ['=1+1', "'=1+1", "'tis", '-5']
    """
    return cell[1:] if _ESCAPED.match(cell) else cell


def joined(texts: Iterable[str]) -> str:
    """Return several texts of one line each as one cell, a line each: see ``separated``."""
    lines = list(texts)
    # A bar in an only text would be taken for a separator: a line break says that it is none.
    return "\n".join(lines) + ("\n" if len(lines) == 1 and "|" in lines[0] else "")


def separated(cell: str) -> tuple[str, ...]:
    """Return the texts in a cell: its lines, or between bars where it is one line.

    White space around them and empty ones are dropped.
    """
    parts = cell.split("\n") if "\n" in cell else cell.split("|")
    return tuple(text for part in parts if (text := " ".join(part.split())))


def cell_of(value: Any) -> Cell:
    """Return what a cell has of a value."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return joined(str(each) for each in value)
    return str(value)


def _json_value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return cell_of(value)


def _csv(headings: Sequence[str], table: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([inert(heading) for heading in headings])
    for row in table:
        # A number is inert, also a negative one.
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + _encoded(out.getvalue())


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        around = text[max(0, error.start - 20) : error.start]
        raise UsageError(f"half a surrogate pair, no character, after {around!r}") from error


def _xlsx(headings: Sequence[str], table: Iterable[Sequence[Cell]], title: str) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    # All is checked before the first row is written: openpyxl cannot drop a sheet half written.
    rows = [[_xlsx_cell(heading, 1, heading) for heading in headings]]
    for number, values in enumerate(table, start=2):
        if number > MAX_ROWS:
            raise UsageError(f"more than {MAX_ROWS} rows: export as CSV or JSON")
        pairs = zip(values, headings, strict=True)
        rows.append([_xlsx_cell(value, number, heading) for value, heading in pairs])
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31].strip("' ") or "Footnote")
    sheet.freeze_panes = "A2"
    for column in range(len(headings)):
        sheet.column_dimensions[get_column_letter(column + 1)].width = 40
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    for number, cells in enumerate(rows):
        made = []
        for value in cells:
            cell = WriteOnlyCell(sheet, value)
            cell.alignment = wrapped
            if isinstance(value, str):
                cell.data_type = "s"  # also where it begins with "="
                cell.quotePrefix = True
            if number == 0:
                cell.font = bold
            made.append(cell)
        sheet.append(made)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(value: Cell, number: int, heading: str) -> Cell:
    if not isinstance(value, str):
        return value
    text = xml_escaped(value)
    _encoded(text)
    if len(text.encode("utf-16-le")) // 2 > MAX_CELL_CHARS:
        raise UsageError(
            f"row {number}, column {heading!r}: {len(value)} characters, and an XLSX cell holds "
            f"{MAX_CELL_CHARS}: export as CSV or JSON"
        )
    return text


def xml_escaped(text: str) -> str:
    """Return ``text`` with what XML cannot hold as ``_xHHHH_``, and what looks so escaped too."""
    return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def xml_unescaped(text: str) -> str:
    """Return the text of an XLSX cell: the inverse of ``xml_escaped``."""
    return _XML_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
