"""``footnote log``, run as its users run it."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from qa.questions import EditorVerdict, QuestionLog, Verdict
from qa.records import Answer
from tests.qa.test_cli import footnote
from tests.qa.test_questions import NO
from tests.qa.test_records import HIT


@pytest.fixture
def folder(content: Path) -> Path:
    """A content folder that was never synced, with a log of three days."""
    days = iter([1, 2, 3])
    log = QuestionLog(
        content / ".footnote" / "questions.sqlite",
        now=lambda: datetime(2026, 5, next(days), tzinfo=UTC),
    )
    for question in ("Pizza?", "=Pasta?", "jo@example.org?"):
        id = log.record(replace(NO, question=question))
    log.feedback(id or "", Verdict.WRONG, "no PIZZA")
    log.close()
    return content


def exported(*arguments: str | Path) -> list[str]:
    done = footnote("log", "export", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [one["question"] for one in json.loads(done.stdout)]


def test_the_log_is_exported_as_json(folder: Path) -> None:
    assert exported(folder) == ["Pizza?", "=Pasta?", "[e-mail]?"]
    assert exported(folder, "--library", folder / ".footnote" / "x") == exported(folder)


def test_the_log_is_exported_as_a_table_without_formulas(folder: Path) -> None:
    done = footnote("log", "export", folder, "--format", "csv")
    rows = csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"), newline=""))
    assert [row["question"] for row in rows] == ["Pizza?", "'=Pasta?", "[e-mail]?"]


def test_the_log_is_exported_into_a_file(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.xlsx"
    done = footnote("log", "export", folder, "--format", "xlsx", "--output", file)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"3 questions written to {file}\n"
    (sheet,) = openpyxl.load_workbook(file).worksheets
    assert [row[2] for row in sheet.iter_rows(values_only=True)][1:] == [
        "Pizza?",
        "=Pasta?",
        "[e-mail]?",
    ]


def test_a_folder_without_a_log_has_no_questions_and_gets_none(content: Path) -> None:
    assert exported(content) == []
    done = footnote("log", "purge", content, "--all")
    assert done.returncode == 0
    assert done.stdout.startswith("no such question in ")
    assert not (content / ".footnote").exists()


def test_a_log_elsewhere_needs_no_content(folder: Path, tmp_path: Path) -> None:
    log = folder / ".footnote" / "questions.sqlite"
    assert len(exported("--log", log)) == 3
    done = footnote("log", "export", env={"FOOTNOTE_LOG": f"sqlite:///{log}"}, cwd=tmp_path)
    assert len(json.loads(done.stdout)) == 3


@pytest.mark.parametrize(
    ("which", "left"),
    [
        (["--all"], []),
        (["--before", "2026-05-02"], ["=Pasta?", "[e-mail]?"]),
        (["--matching", "pizza"], ["=Pasta?"]),
    ],
)
def test_questions_are_purged(folder: Path, which: list[str], left: list[str]) -> None:
    done = footnote("log", "purge", folder, *which, "--yes")
    count = 3 - len(left)
    assert done.stdout == ("1 question deleted\n" if count == 1 else f"{count} questions deleted\n")
    assert exported(folder) == left


@pytest.mark.parametrize(("answer", "status", "left"), [("y\n", 0, 0), ("n\n", 1, 3), ("", 1, 3)])
def test_a_purge_asks_first(folder: Path, answer: str, status: int, left: int) -> None:
    done = footnote("log", "purge", folder, "--all", input=answer)
    assert done.returncode == status
    assert "Delete 3 questions from " in done.stdout
    assert len(exported(folder)) == left


@pytest.mark.parametrize(
    "which",
    [[], ["--all", "--matching", "x"], ["--matching", ""], ["--all", "--before", "2026-05-02"]],
)
def test_a_purge_says_which_questions(folder: Path, which: list[str]) -> None:
    done = footnote("log", "purge", folder, *which, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "give one of --before DATE, --matching TEXT and --all" in done.stderr
    assert len(exported(folder)) == 3


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["export", "nowhere"], 2, "nowhere is no folder"),
        (["export", "--log", "nonsense://x"], 2, "the question log's URL cannot be read"),
        (["purge", "--before", "tomorrow"], 2, "'tomorrow' does not match the format"),
        (["export", "--log", "postgresql://a:b@127.0.0.1:1/x"], 1, "postgresql+psycopg://a:***@"),
    ],
)
def test_what_is_wrong_is_a_line(arguments: list[str], status: int, message: str) -> None:
    done = footnote("log", *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr


def test_a_broken_log_is_told(folder: Path) -> None:
    (folder / ".footnote" / "questions.sqlite").write_bytes(b"no database" * 100)
    done = footnote("log", "export", folder)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "cannot be read: file is not a database" in done.stderr


def test_a_log_of_a_newer_version_is_refused(folder: Path) -> None:
    with closing(sqlite3.connect(folder / ".footnote" / "questions.sqlite")) as connection:
        connection.execute("INSERT INTO footnote_log_steps (name) VALUES ('x9')")
        connection.commit()
    done = footnote("log", "purge", folder, "--all", "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert "made by a newer version of Footnote (step x9); update this one" in done.stderr


@pytest.mark.model
def test_calibrate_reads_the_log_that_is_named(folder: Path, tmp_path: Path) -> None:
    named = QuestionLog(tmp_path / "elsewhere")
    id = named.record(Answer("Tea?", (HIT,), 0.8))
    assert named.review([id or ""], EditorVerdict.RIGHT, editor="ed") == 1
    named.close()
    done = footnote("calibrate", folder, "--log", tmp_path / "elsewhere")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("No correction: 1 answers were found helpful")
