"""The SQL behind a list of the log's questions: each once, a page at a time.

At 100,000 logged questions, reading them all takes longer than a page may take to open.  Questions
are the same in the same words, with the same context and first hit, answered or not.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from qa.asked_questions import (
    AskedFilter,
    AskedOrder,
    AskedPage,
    AskedQuestion,
    Got,
    Judged,
    was_right,
)
from qa.question_schema import QUESTIONS, REVIEWS
from qa.questions import EditorVerdict, LoggedQuestion, Verdict

FOLD = "footnote_fold"  # SQLite's own ``lower`` knows no letter beyond ASCII

_Q = QUESTIONS.c


def listed(
    connection: Connection, chosen: AskedFilter, *, offset: int, limit: int
) -> tuple[list[Any], int]:
    """Return a page's groups, a row each, and how many there are in all."""
    grouped = _grouped(connection, chosen).cte()
    total = select(func.count()).select_from(grouped).scalar_subquery()
    query = select(grouped, total.label("total")).order_by(*_order(connection, chosen, grouped))
    rows = list(connection.execute(query.offset(offset).limit(limit)))
    if rows or not offset:
        return rows, rows[0].total if rows else 0
    return [], int(connection.scalar(select(total)) or 0)


def page_of(rows: Iterable[Any], total: int, questions: Iterable[LoggedQuestion]) -> AskedPage:
    """Return the page of groups; ``questions`` are those that the rows name."""
    by_id = {one.id: one for one in questions}
    found = []
    for row in rows:
        id, reviewed = _behind(row.last), _behind(row.reviewed)
        if id not in by_id:  # deleted in this moment
            continue
        found.append(
            AskedQuestion(
                by_id[id],
                count=row.count,
                first=datetime.fromisoformat(row.first),
                sure=row.sure,
                helpful=row.helpful,
                unhelpful=row.unhelpful,
                comment=row.comment,
                review=by_id[reviewed].review if reviewed in by_id else None,
            )
        )
    return AskedPage(tuple(found), total)


def named(rows: Iterable[Any]) -> list[str]:
    """Return the ids of the questions that ``page_of`` needs."""
    return sorted({_behind(part) for row in rows for part in (row.last, row.reviewed)} - {""})


def same_as(question: LoggedQuestion) -> ColumnElement[bool]:
    """Return what chooses the questions of the same words, context and kind; the hits are not
    looked at."""
    return and_(
        _Q.question == question.question,
        func.coalesce(_Q.context, "") == question.context,
        _Q.reason.is_(None) if question.answered else _Q.reason.is_not(None),
    )


def _grouped(connection: Connection, chosen: AskedFilter) -> Select[Any]:
    sqlite = connection.dialect.name == "sqlite"
    # One lookup in the index a question: SQLite compares a join of all last verdicts with each.
    latest = (
        select(func.max(REVIEWS.c.number))
        .where(REVIEWS.c.question_id == _Q.id)
        .correlate(QUESTIONS)
        .scalar_subquery()
    )
    reviews = and_(REVIEWS.c.question_id == _Q.id, REVIEWS.c.number == latest)
    # The last of a group with its id behind it: one aggregate in every database.
    review = REVIEWS.c.reviewed_at + " " + REVIEWS.c.question_id
    said = func.max(REVIEWS.c.reviewed_at + " " + REVIEWS.c.verdict)
    helpful = case((_Q.verdict == Verdict.HELPFUL.value, 1), else_=0)
    told = case((_Q.verdict.is_not(None), 1), else_=0)
    context, answered = func.coalesce(_Q.context, ""), case((_Q.reason.is_(None), 1), else_=0)
    query = (
        select(
            _Q.question.label("question"),
            func.max(_Q.asked_at + " " + _Q.id).label("last"),
            func.count().label("count"),
            func.min(_Q.asked_at).label("first"),
            func.min(_Q.confidence).label("sure"),
            func.sum(helpful).label("helpful"),
            func.sum(told - helpful).label("unhelpful"),
            func.max(_Q.comment).label("comment"),
            func.max(review).label("reviewed"),
        )
        .select_from(QUESTIONS.outerjoin(REVIEWS, reviews))
        .group_by(_Q.question, context, _first_hit(connection), answered)
    )
    if chosen.got is not None:
        wanted = chosen.got is Got.ANSWER
        query = query.where(_Q.reason.is_(None) if wanted else _Q.reason.is_not(None))
    if chosen.text:
        text = chosen.text.casefold() if sqlite else chosen.text.lower()
        parts = (_folded(connection, part) for part in (_Q.question, context))
        query = query.where(or_(*(part.contains(text, autoescape=True) for part in parts)))
    if chosen.judged is Judged.NO:
        query = query.having(func.max(review).is_(None))
    elif chosen.judged is Judged.YES:
        query = query.having(func.max(review).is_not(None))
    elif chosen.judged is Judged.WRONG:
        wrong = [
            and_(said.endswith(f" {verdict}"), func.max(answered) == int(kind))
            for kind in (True, False)
            for verdict in EditorVerdict
            if was_right(kind, verdict) is False
        ]
        query = query.having(or_(*wrong))
    return query


def _first_hit(connection: Connection) -> ColumnElement[Any]:
    """Return the first hit of a question; in a database whose JSON is not known, all of them."""
    if connection.dialect.name == "sqlite":
        return func.json_extract(_Q.hits, "$[0]")
    if connection.dialect.name == "postgresql":
        return cast(_Q.hits, JSONB)[0]
    return _Q.hits


def _folded(connection: Connection, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text without its case."""
    fold = getattr(func, FOLD) if connection.dialect.name == "sqlite" else func.lower
    return fold(text)


def _order(connection: Connection, chosen: AskedFilter, grouped: CTE) -> list[ColumnElement[Any]]:
    column: ColumnElement[Any] = {
        AskedOrder.ASKED: grouped.c.last,
        AskedOrder.OFTEN: grouped.c.count,
        AskedOrder.SURE: grouped.c.sure,
        AskedOrder.QUESTION: _folded(connection, grouped.c.question),
        AskedOrder.VERDICT: grouped.c.reviewed,
    }[chosen.order]
    first = column.desc() if chosen.descending else column.asc()
    nulls = [column.is_(None)] if chosen.order is AskedOrder.VERDICT else []
    return [*nulls, first, grouped.c.last.desc()]


def _behind(told: str | None) -> str:
    """Return the id behind a time."""
    return (told or "").rpartition(" ")[2]
