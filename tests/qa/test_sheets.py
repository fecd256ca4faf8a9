import csv
import io
import json
import math
import zipfile
from dataclasses import dataclass
from enum import StrEnum

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import ReadError, UsageError
from qa import sheets_in
from qa.sheets import (
    MAX_CELL_CHARS,
    Column,
    SheetFormat,
    columns_of,
    export,
    inert,
    joined,
    restored,
    separated,
    xml_escaped,
    xml_unescaped,
)
from qa.sheets_in import Table, TableRow, read_table

NAMES = {SheetFormat.CSV: "a.csv", SheetFormat.XLSX: "a.xlsx", SheetFormat.JSON: "a.json"}
LIVE = ["=", "+", "-", "@", "\t", "\r"]
TEXTS = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n'\"|;,_x000D\x00\x0b\x1f\x7f\x85\u2028\ufeff\ufffe＝"),
        st.characters(codec="utf-8"),
    ),
    max_size=30,
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Row:
    name: str
    count: int
    share: float
    sure: bool
    colour: Colour
    others: tuple[str, ...]
    note: str | None = None


ROW = Row("=1+1", -3, 0.5, True, Colour.RED, ("a", "-b"))


def test_the_three_formats_have_the_same_columns_and_values() -> None:
    columns = (*columns_of(Row), Column("twice", lambda row: row.count * 2))
    headings = ["name", "count", "share", "sure", "colour", "others", "note", "twice"]
    text = export([ROW], columns, SheetFormat.CSV).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        headings,
        ["'=1+1", "-3", "0.5", "True", "red", "a\n-b", "", "-6"],
    ]
    assert json.loads(export([ROW], columns, SheetFormat.JSON)) == [
        {
            "name": "=1+1", "count": -3, "share": 0.5, "sure": True, "colour": "red",
            "others": ["a", "-b"], "note": None, "twice": -6,
        }
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(export([ROW], columns, SheetFormat.XLSX)))
    assert [[cell.value for cell in row] for row in book.active.rows] == [
        headings,
        ["=1+1", -3, 0.5, True, "red", "a\n-b", None, -6],
    ]
    (cell, *_) = list(book.active.rows)[1]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    for form, name in NAMES.items():
        table = read_table(export([ROW], columns, form), name)
        assert table.headings == tuple(headings)
        assert [row.cells for row in table.rows] == [
            ("=1+1", "-3", "0.5", "True", "red", "a\n-b", "", "-6")
        ]


def test_rows_may_be_mappings_and_columns_may_be_renamed() -> None:
    columns = (Column("Frage", "question"), Column("n"))
    rows = [{"n": math.nan, "question": "Why?"}]
    assert export(rows, columns, SheetFormat.CSV) == b'\xef\xbb\xbf"Frage","n"\r\n"Why?",""\r\n'
    assert json.loads(export(rows, columns, SheetFormat.JSON)) == [{"Frage": "Why?", "n": None}]


@pytest.mark.parametrize("first", [*LIVE, "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_run_is_inert_and_comes_back(first: str) -> None:
    for text in (f"{first}cmd", f"'{first}cmd", f"''{first}"):
        assert inert(text) == f"'{text}"
        assert restored(inert(text)) == text


@pytest.mark.parametrize("text", ["", "'", "'tis", "''", "a=b", "1-1", " =1", "'' "])
def test_a_harmless_cell_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text == restored(text)


@given(TEXTS)
def test_every_text_comes_back_from_its_inert_form(text: str) -> None:
    assert restored(inert(text)) == text
    assert not inert(text).startswith((*LIVE, "\n"))


@given(TEXTS)
@example("_x000D_")
@example("_x005F_x000D_")
def test_every_text_comes_back_from_xml(text: str) -> None:
    assert xml_unescaped(xml_escaped(text)) == text


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
@example([("\r", "_x000D_"), ("=1", "\x00\x01"), ("a\r\nb", "  x  "), ("\ufeff", "'=")])
def test_all_cells_come_back_from_each_format(rows: list[tuple[str, str]]) -> None:
    kept = [row for row in rows if any(cell.strip() for cell in row)]  # empty rows are dropped
    for form, name in NAMES.items():
        columns = (Column("one", lambda row: row[0]), Column("two", lambda row: row[1]))
        table = read_table(export(rows, columns, form), name)
        assert table.headings == ("one", "two")
        got = [row.cells for row in table.rows if any(cell.strip() for cell in row.cells)]
        assert got == kept, form


@given(st.lists(st.text(st.characters(codec="utf-8")).map(lambda t: " ".join(t.split()))))
def test_several_texts_come_back_from_one_cell(texts: list[str]) -> None:
    texts = [text for text in texts if text]
    assert separated(joined(texts)) == tuple(texts)


def test_alternates_may_stand_between_bars_or_on_lines() -> None:
    assert separated(" a | b|") == ("a", "b")
    assert separated("a | b\nc\r\n") == ("a | b", "c")
    assert joined(["a|b"]) == "a|b\n"


def test_a_cell_too_long_for_xlsx_is_an_error_and_not_cut() -> None:
    columns = (Column("text"),)
    fits = "x" * MAX_CELL_CHARS
    data = export([{"text": fits}], columns, SheetFormat.XLSX)
    assert read_table(data, "a.xlsx").rows[0].cells == (fits,)
    for text in (fits + "x", "😀" * 16_384):  # two UTF-16 units each
        with pytest.raises(UsageError, match=r"row 2, column 'text': \d+ characters, .* 32767"):
            export([{"text": text}], columns, SheetFormat.XLSX)
        for form in (SheetFormat.CSV, SheetFormat.JSON):
            assert read_table(export([{"text": text}], columns, form), NAMES[form]).rows[
                0
            ].cells == (text,)


@pytest.mark.parametrize("form", SheetFormat)
def test_half_a_surrogate_pair_is_an_error(form: SheetFormat) -> None:
    with pytest.raises(UsageError, match=r"half a surrogate pair, no character, after .*ab'"):
        export([{"a": "ab\ud800"}], (Column("a"),), form)


def test_two_columns_of_one_heading_are_refused() -> None:
    with pytest.raises(ValueError, match="same heading"):
        export([], (Column("a"), Column("a")), SheetFormat.CSV)


@pytest.mark.parametrize(
    ("data", "cells"),
    [
        ("question,answer\nä,b\n".encode(), ("ä", "b")),
        ("question;answer\nä;b,c\n".encode("utf-8-sig"), ("ä", "b,c")),
        ("question\tanswer\nä\tb\n".encode("utf-16"), ("ä", "b")),
        ("question;answer\r\nGröße über;Maß für Käse\r\n".encode("cp1252"),
         ("Größe über", "Maß für Käse")),
        (b"sep=;\r\nquestion;answer\r\na,1;b\r\n", ("a,1", "b")),
        (b'question,answer\n"a\r\nb","c""d"\n', ("a\r\nb", 'c"d')),
    ],
)  # fmt: skip
def test_csv_as_spreadsheets_save_it(data: bytes, cells: tuple[str, ...]) -> None:
    table = read_table(data, "a.csv")
    assert table.headings == ("question", "answer")
    assert [row.cells for row in table.rows] == [cells]


def test_rows_are_numbered_as_the_editor_sees_them() -> None:
    table = read_table(b'q,a\n"1\n2",x\n\n3,y\n', "a.csv")
    assert table == Table(("q", "a"), (TableRow(2, ("1\n2", "x")), TableRow(5, ("3", "y"))))
    assert read_table(b"sep=,\nq,a\n1,2\n", "a.csv").rows == (TableRow(3, ("1", "2")),)


def workbook(rows: list[list[object]], **merged: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged.values():
        book.active.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    return zipped({**parts, part: parts[part].replace(old, new)})


PLAIN = workbook([["q", "a"], ["x", 2.0]])
SHEET = "xl/worksheets/sheet1.xml"


def test_numbers_of_a_workbook_are_read_as_they_are_shown() -> None:
    assert read_table(PLAIN, "a.xlsx").rows == (TableRow(2, ("x", "2")),)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.csv", "^a.csv: the file is empty$"),
        (b"\n \n", "a.csv", "^a.csv: the file is empty$"),
        (b"q,q\n", "a.csv", "^a.csv:1: two columns are called 'q'$"),
        (b"q,a\n1,2,3\n", "a.csv", "^a.csv:2: 3 cells where the headings are 2: is a cell not"),
        (b'q,a\n1,"2\n', "a.csv", "^a.csv:2: not valid CSV: unexpected end of data"),
        (b"\xd0\xcf\x11\xe0....", "a.xls", "an old Excel file, or one with a password"),
        (b"q,a\n1,2\n", "a.xlsx", "its name says XLSX, but it is none"),
        (b"%PDF-1.4", "a.pdf", "neither CSV, XLSX nor JSON"),
        (b"PK\x03\x04 and no more", "a.xlsx", "not a readable XLSX file"),
        (PLAIN[: len(PLAIN) // 2], "a.xlsx", "not a readable XLSX file"),
        (zipped({"a.txt": b"x"}), "a.xlsx", "a ZIP archive, but no XLSX file"),
        (workbook([["q", "a"], ["x", "=1+1"]]), "a.xlsx", "^a.xlsx:2: a formula in B2: put its"),
        (workbook([["q", "a"], ["x", "y"]], m="A2:A3"), "a.xlsx", "the cells A2:A3 are merged"),
        (workbook([["q", "a"], ["x", "#REF!"]]), "a.xlsx", "^a.xlsx:2: #REF! in B2"),
        (workbook([]), "a.xlsx", "the file has no rows"),
        (workbook([[f"c{n}" for n in range(101)]]), "a.xlsx", "more than 100 columns"),
        (changed(PLAIN, SHEET, b"<sheetData>", b"<sheetData><row></sheetData>"), "a.xlsx",
         "not a readable XLSX file"),
        (changed(PLAIN, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
         "a.xlsx", "sheet1.xml defines entities"),
        (changed(PLAIN, SHEET, b'<row r="2"', b'<row r="999999999"'), "a.xlsx",
         "more than 50000 rows"),
        (b"[1]", "a.json", "not a list of objects"),
        (b"[{]", "a.json", "^a.json:1: not valid JSON"),
        (b"[" * 100_000, "a.json", "not valid JSON"),
        (b"[]", "a.json", "the file has no rows"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_place(data: bytes, name: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_table(data, name)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"[Content_Types].xml": b"", SHEET: b" " * (65 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(ReadError, match="unpacked it has 2 parts and 68157440 bytes"):
        read_table(bomb, "a.xlsx")
    many = zipped({f"{n}": b"" for n in range(1001)})
    with pytest.raises(ReadError, match="unpacked it has 1001 parts"):
        read_table(many, "a.xlsx")


def test_a_million_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match=r"^a\.csv:50002: more than 50000 rows: split the file"):
        read_table(b"q,a\n" + b"1,2\n" * 1_000_000, "a.csv")
    monkeypatch.setattr(sheets_in, "MAX_FILE_BYTES", 100)
    with pytest.raises(ReadError, match="4000004 bytes: at most 100 can be imported"):
        read_table(b"q,a\n" + b"1,2\n" * 1_000_000, "a.csv")
