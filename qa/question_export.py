"""The question log as a file: JSON for programs, CSV and XLSX for a spreadsheet.  Pure."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from qa.questions import LoggedQuestion, Review
from qa.sheets import Column, SheetFormat, export


def _of_review(value: Callable[[Review], object]) -> Callable[[LoggedQuestion], object]:
    return lambda one: None if one.review is None else value(one.review)


def _first(part: int) -> Callable[[LoggedQuestion], str | None]:
    return lambda one: one.hits[0][part] if one.hits else None


COLUMNS = (
    Column("id"),
    Column("asked_at", lambda one: one.asked_at.isoformat(timespec="seconds")),
    Column("question"),
    Column("context", lambda one: one.context or None),  # what a follow-up leaned on
    Column("answered"),
    Column("reason"),
    Column("confidence"),
    Column("article", _first(0)),  # of the first hit
    Column("owner", _first(1)),
    Column("verdict"),
    Column("comment"),
    Column("editor_verdict", _of_review(lambda review: review.verdict)),
    Column("editor_reason", _of_review(lambda review: review.reason)),
    Column("editor", _of_review(lambda review: review.editor)),
    Column("reviewed_at", _of_review(lambda review: review.at.isoformat(timespec="seconds"))),
)


def exported(questions: Iterable[LoggedQuestion], form: SheetFormat) -> bytes:
    """Return the questions as a file, in their order.

    JSON is an array, a question a line, with all ``hits`` as ``[article id, pair or section id]``,
    such a one as ``spent``, and ``near`` (see ``LoggedQuestion``).
    The tables have ``COLUMNS``, a question a row, see ``qa.sheets``.
    """
    if form is not SheetFormat.JSON:
        return export(questions, COLUMNS, form, title="Questions")
    lines = ",\n".join(json.dumps(_record(one), ensure_ascii=False) for one in questions)
    return (f"[\n{lines}\n]\n" if lines else "[]\n").encode()


def _record(one: LoggedQuestion) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column in COLUMNS:
        if column.heading == "article":
            record["hits"] = one.hits
        elif column.heading != "owner":
            record[column.heading] = column.of(one)
    record["spent"] = one.spent
    record["near"] = one.near or None
    return record
