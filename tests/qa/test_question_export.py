"""The question log as JSON and as a table."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest

from qa.question_export import COLUMNS, exported
from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.sheets import SheetFormat

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
HITS = (("tea.md", "keep"), ("tea.md", "freeze"))
TEA = LoggedQuestion("aa", NOON, 'Té, "green"?', None, 0.8, HITS, Verdict.WRONG, "old\nand cold")
REVIEWED = replace(
    TEA,
    review=Review(EditorVerdict.OFF_TOPIC, "ed", NOON, "a test"),
    context="Coffee?",
    spent=("tea.md", "drink"),
    near="tea.md",
)
PIZZA = LoggedQuestion("bb", NOON, "Pizza?", AbstentionReason.NOTHING_CLOSE, 0.05, (), None, "")


def table(*questions: LoggedQuestion) -> list[dict[str, str]]:
    return list(
        csv.DictReader(
            io.StringIO(exported(questions, SheetFormat.CSV).decode("utf-8-sig"), newline="")
        )
    )


def test_json_has_everything() -> None:
    text = exported([REVIEWED, PIZZA], SheetFormat.JSON).decode()
    assert json.loads(text) == [
        {
            "id": "aa",
            "asked_at": "2026-05-04T12:00:00+00:00",
            "question": 'Té, "green"?',
            "context": "Coffee?",
            "answered": True,
            "reason": None,
            "confidence": 0.8,
            "hits": [["tea.md", "keep"], ["tea.md", "freeze"]],
            "verdict": "wrong",
            "comment": "old\nand cold",
            "editor_verdict": "off_topic",
            "editor_reason": "a test",
            "editor": "ed",
            "reviewed_at": "2026-05-04T12:00:00+00:00",
            "spent": ["tea.md", "drink"],
            "near": "tea.md",
        },
        {
            "id": "bb",
            "asked_at": "2026-05-04T12:00:00+00:00",
            "question": "Pizza?",
            "context": None,
            "answered": False,
            "reason": "nothing_close",
            "confidence": 0.05,
            "hits": [],
            "verdict": None,
            "comment": "",
            "editor_verdict": None,
            "editor_reason": None,
            "editor": None,
            "reviewed_at": None,
            "spent": None,
            "near": None,
        },
    ]
    assert len(text.splitlines()) == 4  # a line each, that a diff can be read


def test_a_table_has_a_row_a_question_with_its_first_hit() -> None:
    tea, pizza = table(REVIEWED, PIZZA)
    assert list(tea) == [column.heading for column in COLUMNS]
    assert list(tea.values()) == [
        *("aa", "2026-05-04T12:00:00+00:00", 'Té, "green"?', "Coffee?", "True", "", "0.8"),
        *("tea.md", "keep"),
        *("wrong", "old\nand cold", "off_topic", "a test", "ed", "2026-05-04T12:00:00+00:00"),
    ]
    assert list(pizza.values()) == [
        *("bb", "2026-05-04T12:00:00+00:00", "Pizza?", "", "False", "nothing_close", "0.05"),
        *("", "", "", "", "", "", "", ""),
    ]


def test_an_empty_log_is_an_empty_list_and_a_table_without_rows() -> None:
    assert exported([], SheetFormat.JSON) == b"[]\n"
    assert table() == []


def test_a_workbook_has_what_the_table_has() -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported([REVIEWED], SheetFormat.XLSX)))
    headings, tea = book.active.iter_rows(values_only=True)
    assert list(headings) == [column.heading for column in COLUMNS]
    assert (tea[2], tea[4], tea[6], tea[11]) == ('Té, "green"?', True, 0.8, "off_topic")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    review = Review(EditorVerdict.WRONG, evil, NOON, evil)
    told = replace(TEA, question=evil, context=evil, comment=evil, review=review)
    (row,) = table(replace(told, hits=((evil, evil),)))
    for name in ("question", "context", "comment", "editor", "editor_reason", "article", "owner"):
        assert row[name] == f"'{evil}"
